//! A room in the snapshot: its governed state and its members.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use ruma::{OwnedUserId, UserId};
use serde_json::Value;

use crate::{
    clock::Timestamp,
    community::{change::Membership, definition::CommunityId, place::Place},
};

/// A room bound to a place.
#[derive(Clone, Debug)]
pub struct Room {
    /// Whose it is.
    pub community: CommunityId,
    /// Which place it is.
    pub place: Place,
    /// False until its state was read once: until then nothing is planned for it.
    pub known: bool,
    /// It stands in the public directory of the homeserver.
    pub listed: bool,
    /// Current state events by type and state key, of the types that Hygie governs.
    pub state: BTreeMap<(String, String), StateEntry>,
    /// Memberships other than `leave`.
    pub members: HashMap<OwnedUserId, Member>,
    /// How many changes of state and members were seen: tells whether something came in between.
    pub changes: u64,
    /// Who was invited once because the file says so: who then leaves is not asked again.
    pub invited: HashSet<OwnedUserId>,
    /// Whose invitation was decided and is not seen yet.
    pub under_way: HashSet<OwnedUserId>,
}

/// A current state event.
#[derive(Clone, Debug, PartialEq)]
pub struct StateEntry {
    /// Its content.
    pub content: Arc<Value>,
    /// Its `origin_server_ts`.
    pub at: Timestamp,
}

/// Somebody in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Invited, joined, knocking or banned.
    pub membership: Membership,
    /// The display name in this room, when there is one.
    pub display_name: Option<Box<str>>,
}

impl Room {
    /// The content of a current state event.
    #[must_use]
    pub fn state(&self, event_type: &str, state_key: &str) -> Option<&Value> {
        self.state
            .get(&(event_type.to_owned(), state_key.to_owned()))
            .map(|entry| &*entry.content)
    }

    /// Whether what is said here is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let encryption = self.state("m.room.encryption", "");
        encryption.is_some_and(|content| content.get("algorithm").is_some())
    }

    /// Whether `user` is joined.
    #[must_use]
    pub fn joined(&self, user: &UserId) -> bool {
        self.membership(user) == Membership::Join
    }

    /// How many people are there or invited, the bot left out.
    #[must_use]
    pub fn people(&self, bot: &UserId) -> usize {
        let there = |(user, member): &(&OwnedUserId, &Member)| {
            **user != *bot && matches!(member.membership, Membership::Join | Membership::Invite)
        };
        self.members.iter().filter(there).count()
    }

    /// The membership of `user`; `leave` for who was never there.
    #[must_use]
    pub fn membership(&self, user: &UserId) -> Membership {
        self.members
            .get(user)
            .map_or(Membership::Leave, |member| member.membership)
    }

    /// How `user` is called in this room: the display name, else the id.
    #[must_use]
    pub fn name_of<'a>(&'a self, user: &'a UserId) -> &'a str {
        self.members
            .get(user)
            .and_then(|member| member.display_name.as_deref())
            .unwrap_or(user.as_str())
    }
}
