//! The closed set of effects that Hygie has on the outside world. Decided by pure code, stored in the outbox, carried out by
//! `executor` and by nothing else.

mod properties;

use std::fmt;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Timestamp,
    community::change::Membership,
    community::definition::{CommunityId, GroupId, Locale},
    community::place::Place,
    community::record::CardId,
    reply::Text,
};

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

/// One effect with an identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its identity.
    pub id: ActionId,
    /// The community that it is for, whose admins hear of its failure.
    pub community: Option<CommunityId>,
    /// What it does.
    pub effect: Effect,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// Takes an event down.
    Redact {
        /// Where.
        room: OwnedRoomId,
        /// What.
        event: OwnedEventId,
        /// Shown in the room's timeline, in the room's language.
        reason: Text,
        /// The language of the reason.
        locale: Locale,
        /// Whose event it must be; checked on the homeserver before the redaction when not known for sure (`verify`).
        sender: Sender,
    },
    /// Takes down many messages of a room, newest first; what is pinned stays.
    CleanUp {
        /// Where.
        room: OwnedRoomId,
        /// Whose; none for everybody's.
        user: Option<OwnedUserId>,
        /// Not what is older than this.
        after: Option<Timestamp>,
        /// Not what is newer than this.
        before: Option<Timestamp>,
        /// Shown in the room's timeline, in the room's language.
        reason: Text,
        /// The language of the reason.
        locale: Locale,
    },
    /// Changes somebody's membership.
    Membership {
        /// Where.
        room: OwnedRoomId,
        /// Whose.
        user: OwnedUserId,
        /// To what.
        change: MembershipChange,
        /// The reason given, if any, as rendered text.
        reason: Option<String>,
    },
    /// Sets a state event unless it already holds (compare, then set).
    SetState {
        /// Where.
        room: OwnedRoomId,
        /// Matrix event type.
        event_type: String,
        /// State key.
        state_key: String,
        /// The content that must hold afterwards.
        content: Value,
    },
    /// Creates the room of a place, or finds the one that an earlier try created.
    CreateRoom {
        /// Whose.
        community: CommunityId,
        /// Which.
        place: Place,
        /// The body of `POST /createRoom`.
        request: Value,
    },
    /// Joins a room to which the bot was invited.
    Join {
        /// Which.
        room: OwnedRoomId,
    },
    /// Leaves a room, or refuses an invitation.
    Leave {
        /// Which.
        room: OwnedRoomId,
    },
    /// Says something.
    Say {
        /// To whom.
        to: Recipient,
        /// What.
        text: Text,
        /// In which language.
        locale: Locale,
        /// The event that it answers.
        reply_to: Option<OwnedEventId>,
    },
    /// Posts an announcement that was given as a command: the words are read from the command, never stored.
    PostAnnouncement {
        /// The announcements room.
        room: OwnedRoomId,
        /// The room of the command.
        source_room: OwnedRoomId,
        /// The command.
        source: OwnedEventId,
    },
    /// Sends the copy of an announcement to a group: the words are read from the announcement, never stored.
    Copy {
        /// The group's room.
        room: OwnedRoomId,
        /// The announcements room.
        source_room: OwnedRoomId,
        /// The announcement.
        source: OwnedEventId,
        /// Who made it, as shown in the copy.
        author: String,
    },
    /// Edits a copy after the announcement was edited.
    EditCopy {
        /// The group's room.
        room: OwnedRoomId,
        /// The announcements room.
        source_room: OwnedRoomId,
        /// The announcement.
        source: OwnedEventId,
        /// The edit (`m.replace`) of it.
        edit: OwnedEventId,
        /// Who made it, as shown in the copy.
        author: String,
    },
    /// Takes down a copy after the announcement was taken down.
    WithdrawCopy {
        /// The group's room.
        room: OwnedRoomId,
        /// The announcement.
        source: OwnedEventId,
        /// The id of the action that sends the copy.
        copy: ActionId,
        /// The language of the reason.
        locale: Locale,
    },
    /// Reads the room's state and members anew and compares them with what should be.
    Refresh {
        /// Which.
        room: OwnedRoomId,
    },
    /// Shows a card: says something that is answered by reaction, and makes the first reactions itself.
    Card {
        /// To whom.
        to: Recipient,
        /// What.
        text: Text,
        /// In which language.
        locale: Locale,
        /// Which card.
        card: CardId,
        /// The reactions that answer it.
        keys: Vec<String>,
    },
    /// Reacts to an event: below a card stand the answers to it, so that one tap is enough.
    React {
        /// Where.
        room: OwnedRoomId,
        /// To what.
        event: OwnedEventId,
        /// With which key.
        key: String,
    },
    /// Makes a room that existed before that of a place.
    Adopt {
        /// Whose.
        community: CommunityId,
        /// Which.
        place: Place,
        /// The room: its id, or an alias.
        room: String,
    },
    /// Makes a new room in the place of an old one, and everybody and everything goes there.
    Upgrade {
        /// Whose.
        community: CommunityId,
        /// Which.
        place: Place,
        /// The old room.
        room: OwnedRoomId,
        /// The body of `POST /createRoom` for the new one, without its predecessor and its alias.
        request: Value,
    },
    /// Puts a room into the public directory of the homeserver, or takes it out.
    SetListing {
        /// Which.
        room: OwnedRoomId,
        /// Whether it stands there.
        listed: bool,
    },
    /// Reads a roster from a file that somebody attached: the words are read from the file, never stored as they are.
    ReadRoster {
        /// The room of the file.
        room: OwnedRoomId,
        /// The message with the file.
        file: OwnedEventId,
        /// Who asked for it.
        by: OwnedUserId,
    },
    /// Passes what somebody wrote to the bot in private on: the words are read from the message, never stored.
    PassOn {
        /// To whom.
        to: Recipient,
        /// The room of the message.
        source_room: OwnedRoomId,
        /// The message.
        source: OwnedEventId,
        /// In which language what stands around the words is.
        locale: Locale,
    },
    /// Moves a message to the group where it belongs: a copy there, then it is taken down here.
    Move {
        /// To where.
        room: OwnedRoomId,
        /// From where.
        source_room: OwnedRoomId,
        /// The message.
        source: OwnedEventId,
        /// Whose messages are not moved.
        untouchable: Vec<OwnedUserId>,
        /// Who asked for it, and hears when it cannot be.
        by: OwnedUserId,
        /// Why, as it stands below the message that is gone.
        reason: Option<String>,
        /// The language of the rooms.
        locale: Locale,
    },
    /// Shows a picture to the team, then takes the original down: it waits for a moderator.
    Hold {
        /// The team's room.
        room: OwnedRoomId,
        /// From where.
        source_room: OwnedRoomId,
        /// The message.
        source: OwnedEventId,
        /// The card that asks about it.
        card: CardId,
        /// The language of the rooms.
        locale: Locale,
    },
    /// Posts a picture that waited, in the name of who sent it; the team's copy goes.
    Release {
        /// To where.
        room: OwnedRoomId,
        /// The team's room.
        source_room: OwnedRoomId,
        /// The copy there.
        source: OwnedEventId,
        /// Who sent it.
        author: OwnedUserId,
        /// The language of the rooms.
        locale: Locale,
    },
    /// Hands somebody a ticket in private: its token is made when it is sent, and stored nowhere.
    HandTicket {
        /// To whom.
        to: OwnedUserId,
        /// What is said before the token.
        text: Text,
        /// In which language.
        locale: Locale,
        /// What made the ticket, from which its token follows.
        cause: String,
    },
    /// Looks who sent a message that a case is about.
    LookInto {
        /// Where.
        room: OwnedRoomId,
        /// The message.
        event: OwnedEventId,
        /// The case.
        case: CardId,
    },
    /// Comes into the room of a policy list, or makes the community's own, and reads what stands in it.
    ReadList {
        /// Whose list.
        community: CommunityId,
        /// Which.
        list: CardId,
    },
    /// Leaves the room of a policy list that nobody reads any more.
    LeaveList {
        /// Which.
        room: OwnedRoomId,
    },
    /// Attaches a file to a room, made from what is known when it is sent.
    Attach {
        /// Where.
        room: OwnedRoomId,
        /// What is in it.
        file: Attachment,
    },
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_the_cause_and_the_ordinal_only() {
        let id = ActionId::derive("$event", 1);
        assert_eq!(id, ActionId::derive("$event", 1));
        assert_ne!(id, ActionId::derive("$event", 2));
        assert_ne!(id, ActionId::derive("$other", 1));
        assert_eq!(id.0.len(), 32);
    }

    #[test]
    fn a_ban_and_its_end_have_one_priority_or_one_would_overtake_the_other() {
        let priority = |change| {
            let (room, user) = ("!r:s".try_into().unwrap(), "@a:s".try_into().unwrap());
            let reason = None;
            Effect::Membership {
                room,
                user,
                change,
                reason,
            }
            .priority()
        };
        let (ban, unban) = (MembershipChange::Ban, MembershipChange::Unban);
        assert_eq!(priority(ban), priority(unban));
    }

    #[test]
    fn redactions_go_before_announcements() {
        assert!(Priority::Protect < Priority::Govern && Priority::Reply < Priority::Announce);
        assert!(Priority::ALL.is_sorted());
    }
}
