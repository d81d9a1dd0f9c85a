//! Which action an event of the bot proves to hold, and which event of others may let the bot go on.

use ruma::UserId;
use serde_json::Value;

use crate::{
    community::change::Membership,
    event::{Event, EventKind},
    executor::Confirmation,
};

/// What a pushed event proves, if it is the bot's own doing, or that the powers in a room are others now.
pub(super) fn confirmation(event: &Event, bot: &UserId) -> Option<Confirmation> {
    if *event.sender != *bot {
        let powers = matches!(&event.kind, EventKind::State { event_type, .. } if event_type == "m.room.power_levels");
        return powers.then(|| Confirmation::Powers(event.room.clone()));
    }
    match &event.kind {
        EventKind::State {
            event_type,
            state_key,
            content,
        } if event_type == "m.room.member" => {
            let membership = content
                .get("membership")
                .and_then(Value::as_str)
                .unwrap_or("leave");
            Some(Confirmation::Membership {
                room: event.room.clone(),
                user: state_key.clone(),
                membership: Membership::parse(membership),
            })
        }
        EventKind::Redaction { .. } | EventKind::State { .. } => {
            Some(Confirmation::Event(event.id.clone()))
        }
        EventKind::Content { .. }
        | EventKind::TakenDown { .. }
        | EventKind::Encrypted
        | EventKind::Unreadable => None,
    }
}
