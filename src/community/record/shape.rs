//! Records of what becomes of a group: a new room, an end.

use std::collections::BTreeSet;

use ruma::{OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    community::{definition::GroupId, place::Place},
};

/// People go with their group to the room that is its own from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// Which group.
    pub place: Place,
    /// Its room until then.
    pub from: OwnedRoomId,
    /// Who was there, and is invited to the new one.
    pub people: BTreeSet<OwnedUserId>,
}

/// A group ends for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Which.
    pub group: GroupId,
    /// Decided by.
    pub by: OwnedUserId,
    /// When that was.
    pub at: Timestamp,
    /// When it ends.
    pub due: Timestamp,
    /// Why.
    pub reason: Option<String>,
    /// When what it leaves was ordered for the admins.
    pub exported: Option<Timestamp>,
}
