//! Carrying out one action: what is asked of the homeserver, and how one sees that it holds.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use serde_json::Value;

use super::{Confirmation, Copied, check::Check, notice, say::Opening};
use crate::{
    action::{Action, ActionId, Effect, MembershipChange, Sender},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::CommunityId,
    },
    crypto::Crypto,
    fault,
    matrix::{MatrixError, Reader, Writer},
    shared::Shared,
    store::{Outcome, Waiting},
};

/// What an attempt came to.
pub(super) enum Attempt {
    /// It ended, and this was learned.
    Ended {
        outcome: Outcome,
        changes: Vec<Change>,
        copied: Option<Copied>,
        review: BTreeSet<CommunityId>,
        /// How many changes had been seen in the room when these were read.
        as_of: Option<u64>,
    },
    /// The homeserver accepted it; it holds once this is pushed, or found by asking.
    Sent { by: Confirmation, check: Check },
    /// Something was learned that changes how it is to be done: try again with that.
    Learned(Vec<Change>),
    /// Something else must come first.
    Later(Duration),
    /// The bot has not enough power in the room. It waits until the powers change, or ends with this reason.
    NoPower(Option<&'static str>),
    /// The request failed.
    Failed(MatrixError),
}

impl Attempt {
    /// Whether the homeserver has answered something in the course of it.
    pub(super) fn was_answered(&self) -> bool {
        match self {
            Self::Sent { .. } | Self::Learned(_) => true,
            Self::Ended { outcome, .. } => *outcome == Outcome::Done,
            Self::Failed(error) => {
                matches!(
                    error,
                    MatrixError::Refused { .. } | MatrixError::Limited { .. }
                )
            }
            Self::Later(_) | Self::NoPower(_) => false,
        }
    }

    pub(super) fn ended(outcome: Outcome) -> Self {
        Self::Ended {
            outcome,
            changes: Vec::new(),
            copied: None,
            review: BTreeSet::new(),
            as_of: None,
        }
    }

    pub(super) fn done() -> Self {
        Self::ended(Outcome::Done)
    }

    /// It is done, and this was learned by it.
    pub(super) fn learned_done(changes: Vec<Change>) -> Self {
        Self::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review: BTreeSet::new(),
            as_of: None,
        }
    }
}

impl From<MatrixError> for Attempt {
    fn from(error: MatrixError) -> Self {
        Self::Failed(error)
    }
}

/// Carries out actions.
pub(super) struct Performer {
    pub(super) shared: Arc<Shared>,
    pub(super) writer: Writer,
    pub(super) reader: Reader,
    pub(super) crypto: Option<Crypto>,
    /// Contents of announcements under relay, so that each is read once and not once per group.
    pub(super) contents: Mutex<HashMap<OwnedEventId, Value>>,
    /// Conversations that are being opened.
    pub(super) opening: Opening,
    /// What was caused before this may have been tried by a process before this one.
    pub(super) started_at: Timestamp,
}

impl Performer {
    pub(super) fn new(shared: Arc<Shared>, writer: Writer, crypto: Option<Crypto>) -> Self {
        let reader = writer.reader();
        let started_at = shared.now();
        Self {
            started_at,
            shared,
            writer,
            reader,
            crypto,
            contents: Mutex::default(),
            opening: Opening::default(),
        }
    }

    pub(super) fn writer(&self) -> &Writer {
        &self.writer
    }

    pub(super) async fn perform(&self, waiting: &Waiting, tries: u32) -> Attempt {
        let Action {
            community, effect, ..
        } = &waiting.action;
        if let Some(attempt) = self.known_to_lack_power(effect) {
            return attempt;
        }
        match self.try_to(waiting, tries).await {
            Ok(attempt) => attempt,
            // Is it the homeserver that is down, or only this request that fails?
            Err(error) if error.looks_like_an_outage() && self.reader.versions().await.is_ok() => {
                Attempt::Failed(MatrixError::Failed {
                    status: 500,
                    errcode: String::new(),
                    message: error.to_string(),
                })
            }
            Err(error @ MatrixError::Refused { .. }) => {
                self.refused(community.as_ref(), effect, error).await
            }
            Err(error) => Attempt::Failed(error),
        }
    }

    async fn try_to(&self, waiting: &Waiting, tries: u32) -> Result<Attempt, MatrixError> {
        let id = &waiting.action.id;
        match &waiting.action.effect {
            Effect::Redact {
                room,
                event,
                reason,
                locale,
                sender,
            } => {
                if let Some(refused) = self.whose(room, event, sender).await? {
                    return Ok(refused);
                }
                let reason = reason.plain(*locale);
                if !matches!(sender, Sender::Known(_)) {
                    self.redact_edits(room, event, id, &reason).await?;
                }
                if tries == 0 {
                    let delay = self.shared.now().since(waiting.caused_at);
                    self.shared.metrics.redaction.observe(delay.as_secs_f64());
                }
                self.redact(room, event, id, &reason).await
            }
            Effect::CleanUp { .. } => self.clean_up(id, &waiting.action.effect).await,
            Effect::Membership {
                room,
                user,
                change,
                reason,
            } => {
                self.membership(room, user, *change, reason.as_deref())
                    .await
            }
            Effect::SetState {
                room,
                event_type,
                state_key,
                content,
            } => self.set_state(room, event_type, state_key, content).await,
            Effect::CreateRoom {
                community,
                place,
                request,
            } => self.create_room(community, place, request).await,
            Effect::Join { room } => self.writer.join(room).await.map(|()| Attempt::done()),
            // An invitation to a room in which the bot is by now is not refused any more.
            Effect::Leave { room } if self.is_there(room).await? => {
                Ok(Attempt::ended(Outcome::Dropped("the bot is in it by now")))
            }
            Effect::Leave { room } => self.writer.leave(room).await.map(|()| Attempt::done()),
            Effect::Say {
                to,
                text,
                locale,
                reply_to,
            } => self.say(id, to, text, *locale, reply_to.as_deref()).await,
            Effect::Refresh { room } => self.refresh(room).await,
            Effect::Card { .. }
            | Effect::React { .. }
            | Effect::Adopt { .. }
            | Effect::Upgrade { .. }
            | Effect::SetListing { .. }
            | Effect::ReadRoster { .. }
            | Effect::PassOn { .. }
            | Effect::PostStatus { .. }
            | Effect::HandTicket { .. }
            | Effect::Move { .. }
            | Effect::Hold { .. }
            | Effect::Release { .. }
            | Effect::LookInto { .. }
            | Effect::ReadList { .. }
            | Effect::LeaveList { .. }
            | Effect::Attach { .. } => self.govern(&waiting.action).await,
            relay => self.relay(waiting, relay, tries).await,
        }
    }

    /// Checks whose event it is; an attempt to end with when it may not be taken down.
    async fn whose(
        &self,
        room: &RoomId,
        event: &EventId,
        sender: &Sender,
    ) -> Result<Option<Attempt>, MatrixError> {
        if matches!(sender, Sender::Known(_)) {
            return Ok(None);
        }
        let Some(seen) = self.reader.event(room, event).await? else {
            return Ok(Some(Attempt::ended(Outcome::Dead(
                notice::NO_SUCH_MESSAGE.to_owned(),
            ))));
        };
        let may = match (sender, &seen.sender) {
            (Sender::NotAnyOf(protected), Some(author)) => !protected.contains(author),
            (Sender::Only(own), Some(author)) => own == author,
            (Sender::NotAnyOf(_) | Sender::Only(_), None) | (Sender::Known(_), _) => true,
        };
        if !may {
            let problem = notice::PROTECTED_SENDER.to_owned();
            return Ok(Some(Attempt::ended(Outcome::Dead(problem))));
        }
        Ok(seen
            .redacted
            .then(|| Attempt::ended(Outcome::Dropped("it was taken down already"))))
    }

    pub(super) async fn redact(
        &self,
        room: &RoomId,
        event: &EventId,
        id: &ActionId,
        reason: &str,
    ) -> Result<Attempt, MatrixError> {
        match self.writer.redact(room, event, id, reason).await {
            Ok(redaction) => Ok(Attempt::Sent {
                by: Confirmation::Event(redaction),
                check: Check::Redacted {
                    room: room.to_owned(),
                    event: event.to_owned(),
                },
            }),
            Err(error) if error.is_not_found() => {
                let why = "the homeserver does not have the event";
                Ok(Attempt::ended(Outcome::Dropped(why)))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes down the edits of an event that is about to be taken down: the homeserver keeps them readable otherwise.
    pub(super) async fn redact_edits(
        &self,
        room: &RoomId,
        event: &EventId,
        id: &ActionId,
        reason: &str,
    ) -> Result<(), MatrixError> {
        for edit in self.reader.edits(room, event).await? {
            let id = ActionId::derive(&format!("{id}/{edit}"), 0);
            self.redact(room, &edit, &id, reason).await?;
        }
        Ok(())
    }

    async fn membership(
        &self,
        room: &RoomId,
        user: &OwnedUserId,
        change: MembershipChange,
        reason: Option<&str>,
    ) -> Result<Attempt, MatrixError> {
        let wanted = match change {
            MembershipChange::Invite => Membership::Invite,
            MembershipChange::Kick | MembershipChange::Unban => Membership::Leave,
            MembershipChange::Ban | MembershipChange::BanAndRedact => Membership::Ban,
        };
        let by = Confirmation::Membership {
            room: room.to_owned(),
            user: user.to_string(),
            membership: wanted,
        };
        let check = Check::Membership {
            room: room.to_owned(),
            user: user.clone(),
            membership: wanted,
        };
        let as_it_was = self.known_membership(room, user) == Some(wanted);
        if change == MembershipChange::Invite {
            fault::point("executor.inviting");
        }
        let changed = self.writer.membership(room, user, change, reason).await;
        if change == MembershipChange::Invite {
            fault::point("executor.invited");
        }
        match changed {
            // The homeserver makes no event of what is so already: nothing would be pushed.
            Ok(()) if as_it_was && self.holds(&check).await? => Ok(Attempt::done()),
            Ok(()) => Ok(Attempt::Sent { by, check }),
            // Refused because it is so already (or somebody was faster): look.
            Err(error @ MatrixError::Refused { .. }) => {
                let now = Membership::parse(&self.reader.membership(room, user).await?);
                if suffices(change, now) {
                    Ok(Attempt::done())
                } else {
                    Err(error)
                }
            }
            Err(error) => Err(error),
        }
    }

    fn known_membership(&self, room: &RoomId, user: &OwnedUserId) -> Option<Membership> {
        let snapshot = self.shared.snapshot();
        snapshot.rooms.get(room).map(|room| room.membership(user))
    }

    /// Compare, then set.
    async fn set_state(
        &self,
        room: &OwnedRoomId,
        event_type: &str,
        state_key: &str,
        content: &Value,
    ) -> Result<Attempt, MatrixError> {
        // Asked there: what we set a moment ago may not have been pushed to us yet.
        let now = self.reader.state_event(room, event_type, state_key).await?;
        if now.as_ref() == Some(content) {
            let learned = Check::State {
                room: room.clone(),
                event_type: event_type.to_owned(),
                state_key: state_key.to_owned(),
                content: content.clone(),
            };
            return Ok(Attempt::Ended {
                outcome: Outcome::Dropped("it is so already"),
                changes: learned.learned(self.shared.now()),
                copied: None,
                review: BTreeSet::new(),
                as_of: None,
            });
        }
        let set = self
            .writer
            .set_state(room, event_type, state_key, content)
            .await?;
        Ok(Attempt::Sent {
            by: Confirmation::Event(set),
            check: Check::State {
                room: room.clone(),
                event_type: event_type.to_owned(),
                state_key: state_key.to_owned(),
                content: content.clone(),
            },
        })
    }
}

/// Whether nothing is left to do for `change` where the membership is `now`: who is banned needs no kick any more, and who is
/// not banned no unban.
fn suffices(change: MembershipChange, now: Membership) -> bool {
    match change {
        MembershipChange::Invite => matches!(now, Membership::Invite | Membership::Join),
        MembershipChange::Kick => matches!(now, Membership::Leave | Membership::Ban),
        MembershipChange::Ban | MembershipChange::BanAndRedact => now == Membership::Ban,
        MembershipChange::Unban => now != Membership::Ban,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kick_is_done_for_who_was_banned_meanwhile_and_an_unban_is_not() {
        use {Membership as There, MembershipChange as Change};
        for (change, now) in [
            (Change::Kick, There::Ban),
            (Change::Kick, There::Leave),
            (Change::Invite, There::Join),
            (Change::Unban, There::Leave),
            (Change::Unban, There::Join),
        ] {
            assert!(suffices(change, now), "{change:?} {now:?}");
        }
        for (change, now) in [
            (Change::Unban, There::Ban),
            (Change::Kick, There::Join),
            (Change::Ban, There::Leave),
            (Change::Invite, There::Ban),
        ] {
            assert!(!suffices(change, now), "{change:?} {now:?}");
        }
    }
}
