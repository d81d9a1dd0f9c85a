//! The ways in: tickets, what somebody says who asks to be let in, and who waits for a seat.

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    community::{place::Place, role::Role},
};

/// A way in for one person, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// A hash of the token; the token itself is kept nowhere.
    pub id: String,
    /// Into which group besides the space; the space alone for the community.
    pub place: Place,
    /// With which role.
    pub role: Role,
    /// For whom alone.
    pub person: Option<OwnedUserId>,
    /// Given by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Until when it is good.
    pub until: Timestamp,
    /// Who used it, and when.
    pub used: Option<(OwnedUserId, Timestamp)>,
}

/// What somebody who asks to be let in has said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Who.
    pub user: OwnedUserId,
    /// To where.
    pub place: Place,
    /// To whom they belong.
    pub affiliation: String,
    /// What they do.
    pub profession: String,
    /// Why they ask.
    pub reason: String,
    /// Words of it that point to a conflict of interest.
    pub conflicts: Vec<String>,
    /// They knocked at the room.
    pub knocked: bool,
}

/// Questions that somebody is being asked in private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    /// Who.
    pub user: OwnedUserId,
    /// To where they want.
    pub place: Place,
    /// When it began.
    pub at: Timestamp,
    /// They knocked at the room.
    pub knocked: bool,
    /// The answers so far.
    pub answers: Vec<String>,
    /// They were asked once more, because they did not answer.
    #[serde(default)]
    pub reminded: bool,
}

/// Somebody waits for a place in a full group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Who.
    pub user: OwnedUserId,
    /// For which group.
    pub place: Place,
    /// Since when.
    pub at: Timestamp,
}
