//! A homeserver that was restored from an older backup: what came last from it is unknown to it. Then every room is read anew,
//! which has what the community decided put back and lost rooms made again, and takedowns and bans that were lost are repeated.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use tracing::{debug, warn};

use super::bound_rooms;
use crate::{
    action::{Action, ActionId, Effect, MembershipChange, Recipient},
    clock::Timestamp,
    community::change::Membership,
    dispatch::Dispatcher,
    executor::Finished,
    matrix::{MatrixError, Reader},
    reply::Text,
    shared::Shared,
};

/// After so many takedowns in a row that still hold, the older ones do too: they are in the backup.
const ENOUGH: usize = 20;

/// Looks for signs of a backup, and for what was lost.
pub(super) struct Restored {
    pub shared: std::sync::Arc<Shared>,
    pub dispatcher: Dispatcher,
    pub reader: Reader,
    /// The missing event after which everything was looked through.
    pub seen_to: Option<OwnedEventId>,
}

impl Restored {
    /// One question to the homeserver when all is well: whether it still has what came last until then.
    pub(super) async fn look(&mut self, until: Timestamp) {
        match self.missing(until).await {
            Ok(Some(missing)) if self.seen_to.as_ref() != Some(&missing) => {
                warn!(event.id = %missing, "the homeserver does not know what it sent last: it was restored from an older backup; everything there is looked at again");
                match self.mend(&missing).await {
                    Ok(()) => self.seen_to = Some(missing),
                    Err(problem) => debug!(%problem, "it will be looked at again"),
                }
            }
            Ok(_) => {}
            Err(problem) => debug!(%problem, "it could not be asked for the last event"),
        }
    }

    /// The event that came last in a room of ours, if the homeserver does not have it any more.
    async fn missing(&self, until: Timestamp) -> Result<Option<OwnedEventId>, MatrixError> {
        let events = self
            .shared
            .store
            .newest_events(until)
            .await
            .map_err(|problem| unreadable(&problem))?;
        let mut first = None;
        let mut closed = Vec::new();
        for (event, room) in events {
            if closed.contains(&room) {
                continue;
            }
            match self.reader.event(&room, &event).await {
                Ok(Some(_)) => return Ok(None),
                Ok(None) => return Ok(Some(event)),
                // The room is gone, or the bot was removed from it: another room tells which.
                Err(MatrixError::Refused { .. }) => {
                    first = first.or(Some(event));
                    closed.push(room);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(first)
    }

    async fn mend(&self, missing: &OwnedEventId) -> Result<(), MatrixError> {
        self.repeat_bans(missing).await?;
        self.repeat_takedowns(missing).await?;
        for action in self.notices(missing) {
            self.post(None, action).await;
        }
        let rooms = bound_rooms(&self.shared);
        self.dispatcher.reread(rooms).await;
        Ok(())
    }

    /// Before anything is read anew, Hygie still knows who was banned.
    async fn repeat_bans(&self, missing: &OwnedEventId) -> Result<(), MatrixError> {
        for (room, banned) in self.banned() {
            let state = match self.reader.state(&room).await {
                Ok(state) => state,
                Err(MatrixError::Refused { .. }) => continue,
                Err(error) => return Err(error),
            };
            let still = |user: &OwnedUserId| {
                state.iter().any(|event| {
                    event.event_type == "m.room.member"
                        && event.state_key == user.as_str()
                        && event.content["membership"] == "ban"
                })
            };
            for user in banned.into_iter().filter(|user| !still(user)) {
                let change = MembershipChange::Ban;
                let id = ActionId::derive(&format!("restored/{missing}/{room}/{user}"), 0);
                let community = self.community_of(&room);
                let (room_id, reason) = (room.clone(), None);
                let effect = Effect::Membership {
                    room: room_id,
                    user,
                    change,
                    reason,
                };
                self.post(
                    Some(room.clone()),
                    Action {
                        id,
                        community,
                        effect,
                    },
                )
                .await;
            }
        }
        Ok(())
    }

    fn banned(&self) -> Vec<(OwnedRoomId, Vec<OwnedUserId>)> {
        let snapshot = self.shared.snapshot();
        let rooms = snapshot.rooms.iter().map(|(id, room)| {
            let members = room.members.iter();
            let banned = members.filter(|(_, member)| member.membership == Membership::Ban);
            (
                id.clone(),
                banned.map(|(user, _)| user.clone()).collect::<Vec<_>>(),
            )
        });
        rooms.filter(|(_, banned)| !banned.is_empty()).collect()
    }

    async fn repeat_takedowns(&self, missing: &OwnedEventId) -> Result<(), MatrixError> {
        let mut hold = 0;
        for action in self
            .shared
            .store
            .takedowns_done()
            .await
            .map_err(|problem| unreadable(&problem))?
        {
            let Effect::Redact { room, event, .. } = &action.effect else {
                continue;
            };
            match self.reader.event(room, event).await {
                Ok(Some(seen)) if seen.redacted || seen.content == serde_json::json!({}) => {
                    hold += 1;
                }
                Ok(Some(_)) => {
                    hold = 0;
                    let id = ActionId::derive(&format!("restored/{missing}/{}", action.id), 0);
                    self.post(Some(room.clone()), Action { id, ..action }).await;
                }
                Ok(None) | Err(MatrixError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
            if hold == ENOUGH {
                break;
            }
        }
        Ok(())
    }

    fn notices(&self, missing: &OwnedEventId) -> Vec<Action> {
        let snapshot = self.shared.snapshot();
        let told = snapshot.communities.iter().filter_map(|(id, community)| {
            let to = Recipient::Room(community.admins_room()?.clone());
            let (text, locale) = (Text::new("restored"), community.definition.locale);
            Some(Action {
                id: ActionId::derive(&format!("restored/{missing}/{id}"), 0),
                community: Some(id.clone()),
                effect: Effect::Say {
                    to,
                    text,
                    locale,
                    reply_to: None,
                },
            })
        });
        told.collect()
    }

    fn community_of(
        &self,
        room: &OwnedRoomId,
    ) -> Option<crate::community::definition::CommunityId> {
        let snapshot = self.shared.snapshot();
        snapshot.rooms.get(room).map(|room| room.community.clone())
    }

    async fn post(&self, room: Option<OwnedRoomId>, action: Action) {
        let finished = Finished {
            room,
            notices: vec![action],
            ..Finished::default()
        };
        self.dispatcher.finished(finished).await;
    }
}

fn unreadable(problem: &crate::store::StoreError) -> MatrixError {
    MatrixError::Unreachable(format!("the store: {problem}"))
}
