//! The closed set of effects that Hygie has on the outside world. Decided by pure code, stored in the outbox, carried out by
//! `executor` and by nothing else.

mod identity;
mod properties;
mod target;

pub use identity::{ActionId, Priority};
pub use target::{Attachment, MembershipChange, Recipient, Sender};

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Timestamp,
    community::definition::{CommunityId, Locale},
    community::place::Place,
    community::record::CardId,
    reply::Text,
};

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
    /// Says in a group how things stand in an incident: the words are read from the spokesperson's command, never stored.
    PostStatus {
        /// The group's room.
        room: OwnedRoomId,
        /// The room of the command.
        source_room: OwnedRoomId,
        /// The command.
        source: OwnedEventId,
        /// The how manieth it is.
        number: u32,
        /// When it was said.
        at: Timestamp,
        /// The language of the room.
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
        /// Whose message it must be, when it is not anybody's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<OwnedUserId>,
        /// It stays in its room, behind a veil that readers lift themselves.
        #[serde(default)]
        veiled: bool,
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
