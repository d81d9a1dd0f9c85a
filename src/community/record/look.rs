//! What is noted when a community is looked at as a whole: a review of its members, mended risks, reports.

use std::collections::{BTreeMap, BTreeSet};

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::{
    clock::Timestamp,
    community::{definition::Definition, place::Place},
};

/// All accounts are looked through, each with a decision, until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its name.
    pub id: CardId,
    /// Begun by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub due: Timestamp,
    /// Who is still to be decided about.
    pub open: BTreeSet<OwnedUserId>,
    /// Who stays, and who said so.
    pub kept: BTreeMap<OwnedUserId, OwnedUserId>,
    /// Who was removed, and who said so.
    pub removed: BTreeMap<OwnedUserId, OwnedUserId>,
    /// How many times the admins were reminded.
    #[serde(default)]
    pub reminded: u8,
}

/// What a community was before its risks were mended, and what it was made: to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardened {
    /// As it was.
    pub before: Definition,
    /// As it was made.
    pub after: Definition,
    /// By whom.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
}

/// How many people were in a place when a report was made, to tell what became of them by the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headcount {
    /// Where.
    pub place: Place,
    /// How many.
    pub people: u64,
    /// When.
    pub at: Timestamp,
}
