//! The callbacks of `synapse-http-antispam` 0.5.1, from their bodies to a [`Question`].

use ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    decide::guard::Question,
    event::{Event, MalformedEvent, shallow},
};

/// The callbacks that are looked at; every other one is answered yes.
pub const CALLBACKS: [&str; 5] = [
    "check_event_for_spam",
    "user_may_invite",
    "user_may_send_3pid_invite",
    "user_may_join_room",
    "user_may_create_room_alias",
];

#[derive(Deserialize)]
struct Check {
    event: Box<RawValue>,
}

#[derive(Deserialize)]
struct Invite {
    inviter: OwnedUserId,
    invitee: OwnedUserId,
    room_id: OwnedRoomId,
}

#[derive(Deserialize)]
struct InviteByAddress {
    inviter: OwnedUserId,
    room_id: OwnedRoomId,
}

#[derive(Deserialize)]
struct Join {
    user: OwnedUserId,
    room: OwnedRoomId,
    is_invited: bool,
}

#[derive(Deserialize)]
struct Alias {
    user_id: OwnedUserId,
    room_alias: String,
}

/// What is asked; `None` for what is never refused.
///
/// # Errors
/// When the body is not that of the callback; the message never repeats it.
pub fn read(callback: &str, body: &[u8]) -> Result<Option<Question>, MalformedEvent> {
    Ok(Some(match callback {
        "check_event_for_spam" => {
            let Check { event } = parse(body)?;
            Question::Event(Event::parse(event.get())?)
        }
        "user_may_invite" => {
            let Invite {
                inviter: by,
                invitee,
                room_id: room,
            } = parse(body)?;
            let user = Some(invitee);
            Question::Invite { by, user, room }
        }
        "user_may_send_3pid_invite" => {
            let InviteByAddress {
                inviter: by,
                room_id: room,
            } = parse(body)?;
            let user = None;
            Question::Invite { by, user, room }
        }
        "user_may_join_room" => {
            let Join {
                user,
                room,
                is_invited: invited,
            } = parse(body)?;
            Question::Join {
                user,
                room,
                invited,
            }
        }
        "user_may_create_room_alias" => {
            let Alias {
                user_id: user,
                room_alias: alias,
            } = parse(body)?;
            Question::Alias { user, alias }
        }
        _ => return Ok(None),
    }))
}

/// As the homeserver writes JSON: what a member nests is read all the same.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    match std::str::from_utf8(body) {
        Ok(text) => shallow::read(text),
        Err(_) => serde_json::from_slice(body),
    }
}
