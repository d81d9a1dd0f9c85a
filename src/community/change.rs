//! The changes of what Hygie knows: each is written to the store and applied to the snapshot, in the same order.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    definition::{CommunityId, Locale},
    place::Place,
    record::{CardId, Record, RecordKind},
};
use crate::clock::Timestamp;

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A place has a room now.
    Bound {
        /// Whose.
        community: CommunityId,
        /// Which place.
        place: Place,
        /// Its room.
        room: OwnedRoomId,
    },
    /// The homeserver has lost the room of a place: it needs another.
    Unbound {
        /// Whose.
        community: CommunityId,
        /// Which place.
        place: Place,
        /// The room that is gone.
        room: OwnedRoomId,
    },
    /// The state of a bound room was read from the homeserver.
    Known {
        /// Which.
        room: OwnedRoomId,
    },
    /// A governed state event is current now.
    State {
        /// Where.
        room: OwnedRoomId,
        /// Matrix event type.
        event_type: String,
        /// State key.
        state_key: String,
        /// Its content.
        content: Value,
        /// Its `origin_server_ts`.
        at: Timestamp,
    },
    /// Somebody's membership is this now.
    Member {
        /// Where.
        room: OwnedRoomId,
        /// Whose.
        user: OwnedUserId,
        /// What.
        membership: Membership,
        /// The display name in the event.
        display_name: Option<String>,
    },
    /// Somebody was invited because the file says so.
    Invited {
        /// Where.
        room: OwnedRoomId,
        /// Who.
        user: OwnedUserId,
    },
    /// Such an invitation was given up: it may be made again.
    InviteFailed {
        /// Where.
        room: OwnedRoomId,
        /// Who.
        user: OwnedUserId,
    },
    /// The bot and a person have a direct-message room; the newest is the one that the bot writes to.
    Direct {
        /// The person.
        user: OwnedUserId,
        /// The room.
        room: OwnedRoomId,
    },
    /// A direct-message room is of no use any more: one of the two has left.
    DirectGone {
        /// Which.
        room: OwnedRoomId,
    },
    /// A person chose a language.
    Language {
        /// Who.
        user: OwnedUserId,
        /// Which.
        locale: Locale,
    },
    /// Somebody may not write for a time.
    Muted(Mute),
    /// Somebody may write again.
    Unmuted {
        /// Where.
        community: CommunityId,
        /// Who.
        user: OwnedUserId,
    },
    /// A place is for admins only for a time.
    Locked(Lockdown),
    /// A place is open again.
    Unlocked {
        /// Whose.
        community: CommunityId,
        /// Which.
        place: Place,
    },
    /// An announcement is being relayed.
    Announced {
        /// The event in the announcements room.
        source: OwnedEventId,
        /// Whose.
        community: CommunityId,
        /// Who wrote it.
        author: OwnedUserId,
        /// The rooms that get a copy.
        targets: Vec<OwnedRoomId>,
    },
    /// The rules took something down. Kept by the audit log.
    TookDown {
        /// Where.
        community: CommunityId,
        /// When.
        at: Timestamp,
    },
    /// The rules would have taken something down, and a human must look first. Kept by the audit log.
    HeldBack {
        /// Where.
        community: CommunityId,
        /// When.
        at: Timestamp,
    },
    /// A human has looked: the rules may take down as much again. Kept by the audit log.
    TakedownsResumed {
        /// Where.
        community: CommunityId,
    },
    /// An announcement was taken down.
    Withdrawn {
        /// The event in the announcements room.
        source: OwnedEventId,
    },
    /// Something about the people of a community is noted, in the place of what was noted about the same.
    Keep {
        /// Whose.
        community: CommunityId,
        /// What.
        record: Record,
    },
    /// Something that was noted is forgotten.
    Forget {
        /// Whose.
        community: CommunityId,
        /// What it is about.
        kind: RecordKind,
        /// Which.
        key: String,
    },
    /// A card was shown.
    Shown {
        /// Whose.
        community: CommunityId,
        /// Which.
        card: CardId,
        /// Where.
        room: OwnedRoomId,
        /// By which event; reactions to it are answers.
        event: OwnedEventId,
    },
    /// Whether a room stands in the public directory was read or set.
    Listed {
        /// Which.
        room: OwnedRoomId,
        /// Whether it stands there.
        listed: bool,
    },
}

impl Change {
    /// Whether it puts something in force that a dry run must not leave behind.
    #[must_use]
    pub fn puts_in_force(&self) -> bool {
        matches!(
            self,
            Self::Muted(_)
                | Self::Locked(_)
                | Self::Announced { .. }
                | Self::Invited { .. }
                | Self::Keep { .. }
                | Self::Forget { .. }
        )
    }

    /// Notes something about a community.
    #[must_use]
    pub fn keep(community: &CommunityId, record: Record) -> Self {
        Self::Keep {
            community: community.clone(),
            record,
        }
    }

    /// Forgets something about a community.
    #[must_use]
    pub fn forget(community: &CommunityId, kind: RecordKind, key: impl Into<String>) -> Self {
        Self::Forget {
            community: community.clone(),
            kind,
            key: key.into(),
        }
    }

    /// The room that it is about, if it is about one.
    #[must_use]
    pub fn room(&self) -> Option<&OwnedRoomId> {
        match self {
            Self::Bound { room, .. }
            | Self::Unbound { room, .. }
            | Self::Known { room }
            | Self::State { room, .. }
            | Self::Member { room, .. }
            | Self::Invited { room, .. }
            | Self::InviteFailed { room, .. }
            | Self::Direct { room, .. }
            | Self::Listed { room, .. }
            | Self::DirectGone { room } => Some(room),
            _ => None,
        }
    }
}

/// Somebody who may read but not write, everywhere in a community.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    /// Where.
    pub community: CommunityId,
    /// Who.
    pub user: OwnedUserId,
    /// Until when.
    pub until: Timestamp,
    /// Decided by.
    pub by: OwnedUserId,
}

/// A place that is for admins only, and how it was before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lockdown {
    /// Whose.
    pub community: CommunityId,
    /// Which place.
    pub place: Place,
    /// Until when.
    pub until: Timestamp,
    /// Decided by.
    pub by: OwnedUserId,
    /// `m.room.power_levels` before the lockdown, to be restored exactly.
    pub prior: Value,
}

/// `membership` of `m.room.member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// Not there.
    Leave,
    /// Asked in.
    Invite,
    /// There.
    Join,
    /// Asks to be let in.
    Knock,
    /// Kept out.
    Ban,
}

impl Membership {
    /// Its Matrix name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Invite => "invite",
            Self::Join => "join",
            Self::Knock => "knock",
            Self::Ban => "ban",
        }
    }

    /// Reads the Matrix name; anything unknown counts as `leave`.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "invite" => Self::Invite,
            "join" => Self::Join,
            "knock" => Self::Knock,
            "ban" => Self::Ban,
            _ => Self::Leave,
        }
    }
}
