//! Why the homeserver refuses something in a community's room: the room is gone, or the bot has not enough power there.

use std::collections::BTreeSet;

use ruma::{OwnedRoomId, RoomId};

use super::perform::{Attempt, Performer};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        definition::CommunityId,
        desired, needed,
        place::Place,
    },
    matrix::MatrixError,
    store::Outcome,
};

/// Why an action ends whose room the homeserver does not have any more.
pub(super) const ROOM_GONE: &str = "the homeserver does not have its room any more";
/// Why a state event is not set that the bot may not set; it is planned again when it may.
const NO_POWER: &str = "the bot has not enough power in its room";

impl Performer {
    /// What became of an action that the homeserver refused.
    pub(super) async fn refused(
        &self,
        community: Option<&CommunityId>,
        effect: &Effect,
        error: MatrixError,
    ) -> Attempt {
        let Some(room) = effect.room() else {
            return Attempt::Failed(error);
        };
        let bound = {
            let snapshot = self.shared.snapshot();
            let bound = snapshot
                .rooms
                .get(room)
                .map(|it| (it.community.clone(), it.place.clone()));
            if bound.is_none() && community.is_some() && !snapshot.direct_rooms.contains_key(room) {
                return Attempt::ended(Outcome::Dropped(ROOM_GONE));
            }
            bound
        };
        let Some((community, place)) = bound else {
            return Attempt::Failed(error);
        };
        match self.look_at(room, &community, &place, effect).await {
            Ok(Some(attempt)) => attempt,
            Ok(None) => Attempt::Failed(error),
            // It could not be found out: what was refused is tried again, and then looked at again.
            Err(problem) => Attempt::Failed(problem),
        }
    }

    async fn look_at(
        &self,
        room: &OwnedRoomId,
        community: &CommunityId,
        place: &Place,
        effect: &Effect,
    ) -> Result<Option<Attempt>, MatrixError> {
        if self.is_there(room).await? {
            let short = self
                .reader
                .state_event(room, "m.room.power_levels", "")
                .await?;
            let short = short.is_some_and(|levels| self.lacks_power(room, effect, Some(&levels)));
            return Ok(short.then(|| no_power(effect)));
        }
        if self.leads_to(room, community, place).await? {
            return Ok(None);
        }
        Ok(Some(Attempt::Ended {
            outcome: Outcome::Dropped(ROOM_GONE),
            changes: vec![Change::Unbound {
                community: community.clone(),
                place: place.clone(),
                room: room.clone(),
            }],
            copied: None,
            review: BTreeSet::from([community.clone()]),
            as_of: None,
        }))
    }

    /// What is known beforehand: where the bot has no power, nothing is asked of the homeserver.
    pub(super) fn known_to_lack_power(&self, effect: &Effect) -> Option<Attempt> {
        let room = effect.room()?;
        self.lacks_power(room, effect, None)
            .then(|| no_power(effect))
    }

    /// Whether these power levels, or those that are known, are too low for the bot to do this.
    fn lacks_power(
        &self,
        room: &RoomId,
        effect: &Effect,
        levels: Option<&serde_json::Value>,
    ) -> bool {
        let snapshot = self.shared.snapshot();
        let Some(known) = snapshot.rooms.get(room) else {
            return false;
        };
        let levels = levels.or_else(|| known.state("m.room.power_levels", ""));
        let create = known.state("m.room.create", "");
        levels.is_some_and(|levels| needed::lacks_power(effect, levels, create, &snapshot.bot))
    }

    /// Whether the bot is in the room, as the homeserver says.
    pub(super) async fn is_there(&self, room: &RoomId) -> Result<bool, MatrixError> {
        let bot = self.shared.snapshot().bot.clone();
        match self.reader.membership(room, &bot).await {
            Ok(membership) => Ok(Membership::parse(&membership) == Membership::Join),
            Err(MatrixError::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the bot is in a room or has been.
    pub(super) async fn has_been_in(&self, room: &RoomId) -> Result<bool, MatrixError> {
        let bot = self.shared.snapshot().bot.clone();
        match self.reader.membership(room, &bot).await {
            Ok(_) => Ok(true),
            Err(MatrixError::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the alias of a place, which nobody but Hygie can change, still leads to this room.
    async fn leads_to(
        &self,
        room: &RoomId,
        community: &CommunityId,
        place: &Place,
    ) -> Result<bool, MatrixError> {
        let alias = {
            let snapshot = self.shared.snapshot();
            let Some(community) = snapshot.communities.get(community) else {
                return Ok(true);
            };
            let localpart = desired::alias_localpart(community, place, &snapshot.bot);
            format!("#{localpart}:{}", snapshot.bot.server_name())
        };
        let found = self.reader.resolve_alias(&alias).await?;
        Ok(found.is_some_and(|found| found == room))
    }
}

/// What protects people waits until the powers suffice; state is planned again then.
fn no_power(effect: &Effect) -> Attempt {
    match effect {
        Effect::Redact { .. }
        | Effect::WithdrawCopy { .. }
        | Effect::Membership {
            change: MembershipChange::Kick | MembershipChange::Ban | MembershipChange::BanAndRedact,
            ..
        } => Attempt::NoPower(None),
        _ => Attempt::NoPower(Some(NO_POWER)),
    }
}
