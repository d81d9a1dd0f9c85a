//! The record of an incident: something serious goes on, groups are frozen, one person speaks for the team.

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::{clock::Timestamp, community::place::Place};

/// An incident that is open; a community has one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its name; the audit log has it too.
    pub id: CardId,
    /// Opened by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Until when its groups are frozen, unless it is closed before.
    pub until: Timestamp,
    /// Why, for the team.
    pub reason: String,
    /// Who says how things stand.
    pub speaker: OwnedUserId,
    /// The groups that hear of it, and are frozen.
    pub frozen: Vec<Frozen>,
    /// How many times it was said how things stand. What was said is kept nowhere.
    pub posts: u32,
    /// The admins were reminded that it is still open.
    pub reminded: bool,
}

/// A group that is frozen by an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// Which.
    pub place: Place,
    /// Until when it was locked before that; none where it was open.
    pub before: Option<Timestamp>,
}
