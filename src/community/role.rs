//! Roles, from the least to the most trusted. The power level that each has in a room stands in the
//! [`PowerTable`](super::definition::PowerTable) of the community.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a person is in a community or in one of its groups. The order is the order of trust.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Has not accepted what everybody accepts here: reads, and does not write where that is required.
    Newcomer,
    /// Is there without another role.
    Member,
    /// Carries what the group found upwards.
    Correspondent,
    /// Keeps the conversation safe: takes down, mutes, removes.
    Moderator,
    /// Leads a group: decides who is in it.
    Facilitator,
    /// Runs the community, or a group, day to day.
    Admin,
    /// Answers for the community.
    Owner,
}

impl Role {
    /// Every role, the least trusted first.
    pub const ALL: [Self; 7] = [
        Self::Newcomer,
        Self::Member,
        Self::Correspondent,
        Self::Moderator,
        Self::Facilitator,
        Self::Admin,
        Self::Owner,
    ];

    /// The roles that can be given to somebody.
    pub const GIVEN: [Self; 5] = [
        Self::Correspondent,
        Self::Moderator,
        Self::Facilitator,
        Self::Admin,
        Self::Owner,
    ];

    /// The word of the community file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newcomer => "newcomer",
            Self::Member => "member",
            Self::Correspondent => "correspondent",
            Self::Moderator => "moderator",
            Self::Facilitator => "facilitator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The Fluent key of its name.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Newcomer => "role-newcomer",
            Self::Member => "role-member",
            Self::Correspondent => "role-correspondent",
            Self::Moderator => "role-moderator",
            Self::Facilitator => "role-facilitator",
            Self::Admin => "role-admin",
            Self::Owner => "role-owner",
        }
    }

    /// The role that a word names, in French or English, in small letters and without accents.
    #[must_use]
    pub fn called(word: &str) -> Option<Self> {
        Some(match word {
            "newcomer" | "nouveau" | "nouvelle" | "nouvel arrivant" => Self::Newcomer,
            "member" | "membre" => Self::Member,
            "correspondent" | "correspondant" | "correspondante" => Self::Correspondent,
            "moderator" | "moderateur" | "moderatrice" | "moderation" => Self::Moderator,
            "facilitator" | "animateur" | "animatrice" | "animation" | "facilitateur"
            | "facilitatrice" => Self::Facilitator,
            "admin" | "administrator" | "administrateur" | "administratrice" | "administration" => {
                Self::Admin
            }
            "owner" | "responsable" | "proprietaire" => Self::Owner,
            _ => return None,
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
