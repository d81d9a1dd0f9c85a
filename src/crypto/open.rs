//! Reading what members encrypted. Every event is tried once when it comes and once more when its key does.

use matrix_sdk_common::deserialized_responses::{VerificationLevel, VerificationState};
use matrix_sdk_crypto::{
    DecryptionSettings, MegolmError, OlmMachine, TrustRequirement,
    types::events::room::encrypted::EncryptedEvent, vodozemac::megolm::DecryptionError,
};
use ruma::{RoomId, serde::Raw};
use serde_json::{Value, value::RawValue};
use tracing::debug;

use super::Crypto;
use crate::event::{Event, EventKind};

/// Rules apply to whatever somebody wrote, and with whichever device.
pub(super) const SETTINGS: DecryptionSettings = DecryptionSettings {
    sender_device_trust_requirement: TrustRequirement::Untrusted,
};

/// What came of reading an encrypted event.
#[derive(Debug, PartialEq)]
pub enum Opened {
    /// What it says.
    Clear(EventKind),
    /// The key of this session is missing.
    NoKey(String),
    /// It can never be read.
    Never(&'static str),
}

impl Opened {
    /// What a machine reads in an event that is `m.room.encrypted`.
    pub async fn by(machine: &OlmMachine, room: &RoomId, json: &str) -> Self {
        let Ok(raw) = RawValue::from_string(json.to_owned()) else {
            return Self::Never("it is not JSON");
        };
        let event: Raw<EncryptedEvent> = Raw::from_json(raw);
        match machine.decrypt_room_event(&event, room, &SETTINGS).await {
            Ok(decrypted) => {
                let level = &decrypted.encryption_info.verification_state;
                if *level == VerificationState::Unverified(VerificationLevel::MismatchedSender) {
                    return Self::Never("its key belongs to somebody else");
                }
                Self::of(decrypted.event.json().get())
            }
            Err(
                MegolmError::MissingRoomKey(_)
                | MegolmError::Decryption(DecryptionError::UnknownMessageIndex(..))
                | MegolmError::Store(_),
            ) => {
                let content: Option<Value> = event.get_field("content").ok().flatten();
                let session = content
                    .as_ref()
                    .and_then(|it| it.get("session_id")?.as_str());
                Self::NoKey(session.unwrap_or_default().to_owned())
            }
            Err(problem) => {
                debug!(
                    problem = kind_of(&problem),
                    "an encrypted event cannot be read"
                );
                Self::Never("it is not encrypted as it should be")
            }
        }
    }

    /// What a decrypted event says. It is what somebody said, whatever type they gave it: state and redactions are never encrypted.
    #[must_use]
    pub fn of(json: &str) -> Self {
        #[derive(serde::Deserialize)]
        struct Clear {
            #[serde(rename = "type")]
            event_type: String,
            content: Value,
        }
        match crate::event::shallow::read::<Clear>(json) {
            Ok(Clear {
                event_type,
                content,
            }) => Self::Clear(EventKind::Content {
                event_type,
                content,
            }),
            Err(_) => Self::Never("what was encrypted is no event"),
        }
    }
}

impl Crypto {
    /// Reads an event that is `m.room.encrypted`.
    pub async fn open(&self, room: &RoomId, json: &str) -> Opened {
        Opened::by(&self.0.machine, room, json).await
    }

    /// Reads every encrypted event of a transaction, in place. For each event the session whose key is missing, if one is.
    pub async fn open_all(&self, events: &mut [(Event, String)]) -> Vec<Option<String>> {
        let mut missing = Vec::with_capacity(events.len());
        for (event, json) in events {
            self.heard(event);
            missing.push(self.open_in_place(event, json).await);
        }
        missing
    }

    /// Reads an event if it is encrypted; the session whose key is missing, if one is.
    pub async fn open_in_place(&self, event: &mut Event, json: &str) -> Option<String> {
        if event.kind != EventKind::Encrypted {
            return None;
        }
        match self.open(&event.room, json).await {
            Opened::Clear(kind) => {
                self.0.shared.metrics.decrypted.inc();
                event.kind = kind;
                None
            }
            // Its own words, from before a reset: nothing follows from them.
            Opened::NoKey(_) if event.sender == *self.0.machine.user_id() => None,
            Opened::NoKey(session) => Some(session),
            Opened::Never(_) => {
                event.kind = EventKind::Unreadable;
                None
            }
        }
    }
}

/// What is wrong, without the words: errors of the JSON parser quote what it read.
fn kind_of(problem: &MegolmError) -> &'static str {
    match problem {
        MegolmError::EventError(_) => "it is no event as it should be",
        MegolmError::JsonError(_) => "what was encrypted is no event",
        MegolmError::Decryption(_) => "it does not decrypt",
        MegolmError::MismatchedIdentityKeys(_) => "its key belongs to another device",
        _ => "its key does not fit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encrypted_is_content_even_when_it_says_that_it_is_state() {
        let opened =
            Opened::of(r#"{"type":"m.room.power_levels","state_key":"","content":{"users":{}}}"#);
        assert!(
            matches!(&opened, Opened::Clear(EventKind::Content { event_type, .. }) if event_type == "m.room.power_levels"),
            "{opened:?}"
        );
        assert!(matches!(Opened::of("7"), Opened::Never(_)));
        let deep = format!(
            r#"{{"type":"m.x","content":{}{}}}"#,
            "[".repeat(50_000),
            "]".repeat(50_000)
        );
        assert!(matches!(Opened::of(&deep), Opened::Clear(_)), "it is cut");
    }
}
