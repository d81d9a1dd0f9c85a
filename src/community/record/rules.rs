//! What a community has changed about the rules of moderation.

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::{clock::Timestamp, community::place::Place, moderation::Edit};

/// One change: since when it holds, by whom, and why. Taken back, it is as if it had never been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChange {
    /// Its name, by which it is taken back.
    pub id: CardId,
    /// What is changed.
    pub edit: Edit,
    /// Where: the space stands for the whole community.
    pub place: Place,
    /// Decided by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
    /// Until when, when it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
