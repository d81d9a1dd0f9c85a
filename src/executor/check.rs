//! Seeing that an action holds: what to ask the homeserver, and what is known from the answer.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde_json::Value;

use super::perform::Performer;
use crate::{
    clock::Timestamp,
    community::change::{Change, Membership},
    matrix::MatrixError,
};

/// What to ask the homeserver to see whether an action holds.
#[derive(Debug)]
pub(super) enum Check {
    /// The event is taken down.
    Redacted {
        room: OwnedRoomId,
        event: OwnedEventId,
    },
    /// The user has this membership.
    Membership {
        room: OwnedRoomId,
        user: OwnedUserId,
        membership: Membership,
    },
    /// The state event has this content.
    State {
        room: OwnedRoomId,
        event_type: String,
        state_key: String,
        content: Value,
    },
}

impl Check {
    /// What is known once this was asked and found to hold.
    pub(super) fn learned(&self, now: Timestamp) -> Vec<Change> {
        match self {
            Self::Redacted { .. } => Vec::new(),
            Self::Membership {
                room,
                user,
                membership,
            } => vec![Change::Member {
                room: room.clone(),
                user: user.clone(),
                membership: *membership,
                display_name: None,
            }],
            Self::State {
                room,
                event_type,
                state_key,
                content,
            } => vec![Change::State {
                room: room.clone(),
                event_type: event_type.clone(),
                state_key: state_key.clone(),
                content: content.clone(),
                at: now,
            }],
        }
    }
}

impl Performer {
    /// Whether what was sent holds, as the homeserver tells when asked.
    pub(super) async fn holds(&self, check: &Check) -> Result<bool, MatrixError> {
        match check {
            Check::Redacted { room, event } => {
                let seen = self.reader.event(room, event).await?;
                Ok(seen.is_none_or(|seen| is_taken_down(&seen.content, seen.redacted)))
            }
            Check::Membership {
                room,
                user,
                membership,
            } => {
                let now = Membership::parse(&self.reader.membership(room, user).await?);
                Ok(now == *membership
                    || (*membership == Membership::Invite && now == Membership::Join))
            }
            Check::State {
                room,
                event_type,
                state_key,
                content,
            } => {
                let now = self.reader.state_event(room, event_type, state_key).await?;
                Ok(now.as_ref() == Some(content))
            }
        }
    }
}

fn is_taken_down(content: &Value, redacted: bool) -> bool {
    redacted || content.as_object().is_some_and(serde_json::Map::is_empty)
}
