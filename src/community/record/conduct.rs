//! What people accept, and agree to.

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, community::place::Place};

/// Somebody accepted what everybody accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Who.
    pub user: OwnedUserId,
    /// The code of conduct of the community (the space), or the terms of a group.
    pub place: Place,
    /// Which version.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// It was of an earlier version, and is not enough to write any more.
    #[serde(default)]
    pub lapsed: bool,
}

/// To what members agree apart from the code of conduct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// What they find may be passed on outside of their group.
    Relay,
}

impl Purpose {
    /// Its name in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
        }
    }
}

/// Somebody agreed to something, or took that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who.
    pub user: OwnedUserId,
    /// To what.
    pub purpose: Purpose,
    /// Whether they agree.
    pub given: bool,
    /// Since when.
    pub at: Timestamp,
}
