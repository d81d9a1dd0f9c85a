//! Whom and what an effect is about.

use ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use crate::community::{change::Membership, definition::GroupId, record::CardId};

/// A file that is made from what is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// The roster, as it is imported.
    Roster,
    /// Who is in which group, with which role.
    Whereabouts,
    /// The file that would make the community again.
    Community,
    /// A group: its settings and who is in it.
    Group(GroupId),
    /// What is kept about somebody, for themselves.
    Own(OwnedUserId),
    /// What the audit log says of an incident that was closed, from its opening to its end.
    Incident(CardId),
}

/// Whose event may be redacted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The event was pushed by the homeserver with this sender.
    Known(OwnedUserId),
    /// Only the event's id is known: look before acting, and refuse when it is somebody else's.
    Only(OwnedUserId),
    /// Only the event's id is known: look before acting, and refuse when the sender is one of these.
    NotAnyOf(Vec<OwnedUserId>),
}

/// What becomes of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipChange {
    /// Invited; nothing to do for who is there already.
    Invite,
    /// Removed; may come back when invited.
    Kick,
    /// Not let in any more.
    Ban,
    /// The same, and what they wrote is taken down wherever the homeserver or the client can do that by itself (MSC4293).
    BanAndRedact,
    /// May come back.
    Unban,
}

impl MembershipChange {
    /// The membership that it leads to.
    #[must_use]
    pub fn outcome(self) -> Membership {
        match self {
            Self::Invite => Membership::Invite,
            Self::Kick | Self::Unban => Membership::Leave,
            Self::Ban | Self::BanAndRedact => Membership::Ban,
        }
    }
}

/// To whom something is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A room.
    Room(OwnedRoomId),
    /// A person, in the direct-message room, which is opened when there is none.
    Person(OwnedUserId),
}
