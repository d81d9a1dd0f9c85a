//! Records of policy lists: which are read, what stands in them, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::{clock::Timestamp, moderation::policy::Policy};

/// A policy list that is read here: what people decided about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its short name here.
    pub id: CardId,
    /// The id or an alias of its room, as it was given; the alias of the community's own list.
    pub address: String,
    /// Servers through which the room is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// It is the community's own.
    #[serde(default)]
    pub own: bool,
    /// What is done with it.
    pub trust: Trust,
    /// Nobody wants it any more: what came of it is undone, then it is forgotten.
    #[serde(default)]
    pub over: bool,
    /// Decided by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// When its room was to be read last.
    pub asked: Timestamp,
    /// What of it was compared with who is here: [`ListRead::revision`]. None when all of it is to be compared anew.
    pub compared: Option<u64>,
    /// How many times it was compared: each has a cause of its own.
    #[serde(default)]
    pub turns: u64,
    /// The admins were told what it would do, or does.
    #[serde(default)]
    pub shown: bool,
    /// What keeps it from being read, as the admins were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Trouble>,
    /// Rules that are not in force like the others, by their fingerprints.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aside: BTreeMap<String, Aside>,
}

/// How far a list is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It was only looked at: nothing follows from it.
    Look,
    /// The admins are told whom it names.
    Notify,
    /// Whom it names is kept out.
    Enforce,
}

/// Why a rule is not in force like the others of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aside {
    /// It would hit everybody at home, or the homeserver itself, or is about a room of the community: it is told, never enforced.
    Told,
    /// It hits many: the admins were asked.
    Held,
    /// They said no.
    Refused,
    /// They said yes.
    Accepted,
}

/// What was read of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRead {
    /// Which list.
    pub list: CardId,
    /// Its room; none until it was joined.
    pub room: Option<OwnedRoomId>,
    /// The name of the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was read last.
    pub at: Timestamp,
    /// Goes up with every change of its rules.
    pub revision: u64,
    /// What keeps it from being read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Something changed in the room that only reading it tells.
    #[serde(default)]
    pub stale: bool,
}

/// What keeps a list from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// There is no such room, or the bot may not come in.
    Closed,
    /// The bot was put out of it, or it is gone.
    Gone,
    /// It is a room of a community, or a conversation with the bot.
    Taken,
    /// It has more rules than are taken.
    Large,
}

/// A rule of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRule {
    /// Of which list.
    pub list: CardId,
    /// The type of its state event.
    pub event_type: String,
    /// The key of its state event.
    pub state_key: String,
    /// What it says.
    pub policy: Policy,
}

impl ListRule {
    /// By which it is found again.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.list, &self.event_type, &self.state_key)
    }

    /// By which the rule of a state event is found again.
    #[must_use]
    pub fn key_of(list: &CardId, event_type: &str, state_key: &str) -> String {
        format!("{list} {event_type} {state_key}")
    }

    /// The list that a key is of.
    #[must_use]
    pub fn list_of(key: &str) -> &str {
        key.split(' ').next().unwrap_or_default()
    }
}

/// Somebody whom a list names and who is, or was, here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Who.
    pub user: OwnedUserId,
    /// What came of it.
    pub standing: Standing,
    /// Since when.
    pub at: Timestamp,
}

/// What came of it that somebody is on a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The admins were told.
    Told,
    /// They are banned in these rooms, and would not be without the list.
    Banned(BTreeSet<OwnedRoomId>),
    /// Somebody of the team let them in all the same.
    Pardoned(OwnedUserId),
}

/// The servers that the lists keep out of every room. Stands, empty, also when no list names one any more: the rooms are opened again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOut {
    /// Names and patterns, as server ACLs have them.
    pub servers: BTreeSet<String>,
    /// How many more the lists name than fit into an event.
    #[serde(default)]
    pub left_out: u64,
}
