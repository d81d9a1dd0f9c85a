//! Who may see a room from outside and how one comes in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// What is open to those who are not in a room. Everything is closed unless the file says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Who reads what was said: `joined` (from when they came), `invited` (from when they were invited), `shared` (all members, everything),
    /// `world_readable` (everybody). Default: `joined`.
    #[serde(default)]
    pub history: History,
    /// Whether guests without an account may come in. Default: `false`.
    #[serde(default)]
    pub guests: bool,
    /// Whether the room stands in the public directory of the homeserver. Default: `false`.
    #[serde(default)]
    pub listed: bool,
    /// Whether everybody may come in without being asked. Default: `false`.
    #[serde(default)]
    pub public: bool,
}

impl Access {
    /// Whether nothing is open.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        *self == Self::default()
    }
}

/// `history_visibility` of `m.room.history_visibility`, the least open first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Members, from when they came.
    #[default]
    Joined,
    /// Members, from when they were invited.
    Invited,
    /// Members, everything.
    Shared,
    /// Everybody.
    WorldReadable,
}

impl History {
    /// Its Matrix name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Invited => "invited",
            Self::Shared => "shared",
            Self::WorldReadable => "world_readable",
        }
    }
}

/// A way in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Who is on the roster, and in the group's audience, is invited.
    Roster,
    /// A ticket that the team gave.
    Ticket,
    /// A member proposes somebody, the team decides.
    Proposal,
    /// Somebody asks, answers a few questions, and the team decides.
    Knock,
    /// Moderators invite by hand; without this only who leads the group does.
    Moderators,
    /// Whoever is in the space joins by themselves. Only for groups.
    OpenToSpace,
}

impl Way {
    /// The ways into the space when the file says nothing.
    pub const INTO_SPACE: &'static [Self] =
        &[Self::Roster, Self::Ticket, Self::Proposal, Self::Moderators];

    /// The ways into a group of this kind when the file says nothing.
    #[must_use]
    pub fn into_kind(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Announcements | Kind::Discussion | Kind::Training | Kind::Social => &[
                Self::Roster,
                Self::Ticket,
                Self::Proposal,
                Self::Moderators,
                Self::OpenToSpace,
            ],
            Kind::FieldWatch | Kind::Support => &[Self::Roster, Self::Ticket, Self::Proposal],
            Kind::CareTeam => &[Self::Roster, Self::Ticket, Self::Proposal, Self::Moderators],
            Kind::Leadership => &[Self::Roster, Self::Ticket, Self::Moderators],
            Kind::Admins | Kind::Mediation => &[],
        }
    }

    /// The word of the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Ticket => "ticket",
            Self::Proposal => "proposal",
            Self::Knock => "knock",
            Self::Moderators => "moderators",
            Self::OpenToSpace => "open-to-space",
        }
    }
}

/// What happens to somebody who is in a room and whom nobody let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strangers {
    /// Nothing.
    Ignore,
    /// The admins are told.
    #[default]
    Report,
    /// The admins are told, the person cannot write, and is removed a day later unless somebody vouches for them.
    Remove,
}
