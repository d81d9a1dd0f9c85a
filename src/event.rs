//! The typed events that the program reacts to. `appservice` makes them from what the homeserver pushes; `decide` reads them.

pub mod shallow;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::Deserialize;
use serde_json::Value;

use crate::clock::Timestamp;

/// The longest JSON of an event: 64 KiB whose every letter is escaped, what stood there before, and what the homeserver writes around it.
const LONGEST: usize = 1024 * 1024;

/// One event of a room, as the homeserver pushed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id; also the root of the identity of every action that it causes.
    pub id: OwnedEventId,
    /// Where it happened.
    pub room: OwnedRoomId,
    /// Who sent it.
    pub sender: OwnedUserId,
    /// `origin_server_ts`: when the sender's server says that it was sent.
    pub at: Timestamp,
    /// What it is.
    pub kind: EventKind,
}

/// What an event is, for Hygie.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// A timeline event that carries something a person wrote or did (`m.room.message`, `m.reaction`, a poll …).
    Content {
        /// Matrix event type.
        event_type: String,
        /// Its content, untouched.
        content: Value,
    },
    /// A state event.
    State {
        /// Matrix event type.
        event_type: String,
        /// Its state key, often empty.
        state_key: String,
        /// Its content, untouched.
        content: Value,
    },
    /// `m.room.redaction`: an event was taken down.
    Redaction {
        /// The event that it takes down (room version 11 and later: in the content; before: at the top).
        redacts: OwnedEventId,
    },
    /// `m.room.encrypted`, as it was pushed: nobody has tried to read it.
    Encrypted,
    /// `m.room.encrypted`, which cannot be read and will not be.
    Unreadable,
    /// A timeline event that was taken down before it was pushed: what it said is gone.
    TakenDown {
        /// Matrix event type.
        event_type: String,
        /// Who took it down.
        by: String,
        /// The reason given; may be empty.
        reason: String,
    },
}

/// An event that the homeserver pushed and that is not one.
#[derive(Debug, thiserror::Error)]
pub enum MalformedEvent {
    /// Not JSON of the needed shape.
    #[error("the event is not of the Matrix shape: {0}")]
    Shape(#[from] serde_json::Error),
    /// Longer than any event can be: nobody can have sent it, and looking at it would hold up those that people have sent.
    #[error("the event is {0} bytes long, and none can be longer than 65,536 before it is escaped")]
    TooLong(usize),
    /// A redaction without a target.
    #[error("the redaction names no event in `redacts`")]
    RedactsNothing,
}

#[derive(Deserialize)]
struct Wire {
    event_id: OwnedEventId,
    room_id: OwnedRoomId,
    sender: OwnedUserId,
    #[serde(default)]
    origin_server_ts: Value,
    #[serde(rename = "type")]
    event_type: String,
    state_key: Option<String>,
    content: Value,
    redacts: Option<OwnedEventId>,
    #[serde(default)]
    unsigned: Value,
}

impl Event {
    /// Its Matrix event type.
    #[must_use]
    pub fn event_type(&self) -> &str {
        match &self.kind {
            EventKind::Content { event_type, .. }
            | EventKind::State { event_type, .. }
            | EventKind::TakenDown { event_type, .. } => event_type,
            EventKind::Redaction { .. } => "m.room.redaction",
            EventKind::Encrypted | EventKind::Unreadable => "m.room.encrypted",
        }
    }

    /// Reads one event of a transaction's `events`.
    ///
    /// # Errors
    /// When a required field is missing or of another type; the message never repeats the content.
    pub fn parse(json: &str) -> Result<Self, MalformedEvent> {
        if json.len() > LONGEST {
            return Err(MalformedEvent::TooLong(json.len()));
        }
        let wire: Wire = shallow::read(json)?;
        let redaction = wire.unsigned.get("redacted_because");
        let kind = match (wire.event_type.as_str(), wire.state_key) {
            (_, Some(state_key)) => EventKind::State {
                event_type: wire.event_type,
                state_key,
                content: wire.content,
            },
            ("m.room.redaction", None) => {
                let inside = wire.content.get("redacts").and_then(Value::as_str);
                let inside = inside.and_then(|id| OwnedEventId::try_from(id).ok());
                EventKind::Redaction {
                    redacts: inside
                        .or(wire.redacts)
                        .ok_or(MalformedEvent::RedactsNothing)?,
                }
            }
            (_, None) if let Some(redaction) = redaction => {
                let text = |path| redaction.pointer(path).and_then(Value::as_str);
                let by = text("/sender").unwrap_or_default().to_owned();
                let reason = text("/content/reason").unwrap_or_default().to_owned();
                EventKind::TakenDown {
                    event_type: wire.event_type,
                    by,
                    reason,
                }
            }
            ("m.room.encrypted", None) => EventKind::Encrypted,
            (_, None) => EventKind::Content {
                event_type: wire.event_type,
                content: wire.content,
            },
        };
        Ok(Self {
            id: wire.event_id,
            room: wire.room_id,
            sender: wire.sender,
            // Another server may write any number here: what was said must be looked at all the same.
            at: Timestamp(wire.origin_server_ts.as_i64().unwrap_or_default()),
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(extra: &str) -> Result<Event, MalformedEvent> {
        Event::parse(&format!(
            r#"{{"event_id":"$e","room_id":"!r:s","sender":"@a:s","origin_server_ts":5,{extra}}}"#
        ))
    }

    #[test]
    fn a_state_key_makes_it_a_state_event() {
        let event =
            parse(r#""type":"m.room.topic","state_key":"","content":{"topic":"x"}"#).unwrap();
        assert!(matches!(event.kind, EventKind::State { .. }));
        assert_eq!(event.at, Timestamp(5));
    }

    #[test]
    fn what_is_longer_than_any_event_is_none_and_the_longest_is_read_with_every_letter_escaped() {
        let said = |letters: usize| {
            let body = "\\u0061".repeat(letters);
            parse(&format!(
                r#""type":"m.room.message","content":{{"body":"{body}"}}"#
            ))
        };
        assert!(said(65_536).is_ok());
        let refused = said(LONGEST / 6 + 1).unwrap_err();
        assert!(matches!(refused, MalformedEvent::TooLong(length) if length > LONGEST));
    }

    #[test]
    fn the_target_of_a_redaction_is_found_in_old_and_new_rooms() {
        let new = parse(r#""type":"m.room.redaction","content":{"redacts":"$n"}"#).unwrap();
        let old = parse(r#""type":"m.room.redaction","content":{},"redacts":"$o""#).unwrap();
        assert_eq!(
            new.kind,
            EventKind::Redaction {
                redacts: "$n".try_into().unwrap()
            }
        );
        assert_eq!(
            old.kind,
            EventKind::Redaction {
                redacts: "$o".try_into().unwrap()
            }
        );
        assert!(parse(r#""type":"m.room.redaction","content":{}"#).is_err());
    }

    #[test]
    fn what_was_taken_down_tells_by_whom_and_why() {
        let unsigned =
            r#""unsigned":{"redacted_because":{"sender":"@hygie:s","content":{"reason":"why"}}}"#;
        let message = parse(&format!(
            r#""type":"m.room.message","content":{{}},{unsigned}"#
        ));
        let (by, reason) = ("@hygie:s".to_owned(), "why".to_owned());
        let event_type = "m.room.message".to_owned();
        let taken_down = EventKind::TakenDown {
            event_type,
            by,
            reason,
        };
        assert_eq!(message.unwrap().kind, taken_down);
        let odd = parse(r#""type":"m.room.message","content":{},"unsigned":[7]"#);
        assert!(matches!(odd.unwrap().kind, EventKind::Content { .. }));
    }

    #[test]
    fn what_lacks_a_sender_is_malformed_and_the_error_does_not_repeat_it() {
        let error = Event::parse(r#"{"event_id":"$e","room_id":"!r:s","type":"m.room.message","content":{"body":"secret"}}"#)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("sender") && !error.contains("secret"),
            "{error}"
        );
    }
}
