//! Which action it is, and how urgent.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The identity of an action: the same cause and ordinal make the same id, so that a replay repeats nothing. It is also the
/// Matrix transaction id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(pub String);

impl ActionId {
    /// The id of the action that `cause` (an event id, a timer id, a planned change) has at place `ordinal`.
    #[must_use]
    pub fn derive(cause: &str, ordinal: usize) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(cause.as_bytes())
            .update(b"\0")
            .update(&(ordinal as u64).to_le_bytes());
        Self(hasher.finalize().to_hex()[..32].to_owned())
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In which order the homeserver's capacity is spent: lower goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Bans and redactions.
    Protect,
    /// Power levels, join rules and other state that guards a room.
    Govern,
    /// Answers, explanations, notices.
    Reply,
    /// Copies of announcements.
    Announce,
    /// Creating rooms, inviting, looking again.
    Housekeep,
}

impl Priority {
    /// All, most urgent first.
    pub const ALL: [Self; 5] = [
        Self::Protect,
        Self::Govern,
        Self::Reply,
        Self::Announce,
        Self::Housekeep,
    ];

    /// Its name in metrics and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Protect => "protect",
            Self::Govern => "govern",
            Self::Reply => "reply",
            Self::Announce => "announce",
            Self::Housekeep => "housekeep",
        }
    }
}
