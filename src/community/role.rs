//! Roles, from the least to the most trusted, and the power level that each has in a room.

use serde::{Deserialize, Serialize};

/// What a person is in a community or in one of its groups. The order is the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Is there without a role.
    Member,
    /// Keeps the conversation safe: takes down, mutes, removes.
    Moderator,
    /// Runs the community day to day.
    Admin,
    /// Answers for the community.
    Owner,
}

impl Role {
    /// The Matrix power level of this role in a room of the community.
    #[must_use]
    pub fn power_level(self) -> i64 {
        match self {
            Self::Member => 0,
            Self::Moderator => 50,
            Self::Admin | Self::Owner => 100,
        }
    }

    /// The Fluent key of its name.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Member => "role-member",
            Self::Moderator => "role-moderator",
            Self::Admin => "role-admin",
            Self::Owner => "role-owner",
        }
    }
}
