//! What followed for somebody from breaking a rule.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::{action::Sender, clock::Timestamp, moderation::Print, reply::Text};

/// Something that followed for somebody from breaking a rule, or from what an admin decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Its name, by which it is appealed.
    pub id: CardId,
    /// Whose.
    pub user: OwnedUserId,
    /// How far it goes.
    pub step: Step,
    /// The points that the breach added.
    pub points: u32,
    /// Under which rule; none when a person decided it.
    pub rule: Option<String>,
    /// Where it happened.
    pub room: Option<OwnedRoomId>,
    /// The event that it is for.
    pub event: Option<OwnedEventId>,
    /// Decided by: a person, or the bot for what rules do.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Until when it holds, when it ends by itself.
    pub until: Option<Timestamp>,
    /// The rooms that they were removed from, and are invited to again when it is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<OwnedRoomId>,
    /// When it was over, or taken back.
    pub ended: Option<Timestamp>,
}

/// How far a sanction goes, the mildest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The rule alone spoke.
    Nudge,
    /// A warning in private.
    Warn,
    /// May read and not write, for a time.
    Mute,
    /// Out of every room, for a time.
    Remove,
    /// Out of every room, for good.
    Ban,
}

impl Step {
    /// Its name in files and in the audit log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nudge => "nudge",
            Self::Warn => "warn",
            Self::Mute => "mute",
            Self::Remove => "remove",
            Self::Ban => "ban",
        }
    }

    /// Fluent key of its name.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Nudge => "step-nudge",
            Self::Warn => "step-warn",
            Self::Mute => "step-mute",
            Self::Remove => "step-remove",
            Self::Ban => "step-ban",
        }
    }
}

impl Sanction {
    /// Whether it keeps somebody from something at that moment.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.step >= Step::Mute
            && self.ended.is_none()
            && self.until.is_none_or(|until| now < until)
    }
}

/// Something that the team took down, known by its print alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Its name: the event that was taken down.
    pub event: OwnedEventId,
    /// By which it is known again.
    pub print: Print,
    /// When.
    pub at: Timestamp,
}

/// Somebody has come in and has not written yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// Who.
    pub user: OwnedUserId,
    /// When.
    pub at: Timestamp,
}

/// A message whose time ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expiring {
    /// Where.
    pub room: OwnedRoomId,
    /// Which.
    pub event: OwnedEventId,
    /// When it is taken down.
    pub at: Timestamp,
    /// Whose it must be.
    pub sender: Sender,
}

/// A message that breaks a rule and was left in place, because a human must look first. Its words are not kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftInPlace {
    /// Where.
    pub room: OwnedRoomId,
    /// Which.
    pub event: OwnedEventId,
    /// Whose.
    pub user: OwnedUserId,
    /// The rule's name in the audit log.
    pub rule: String,
    /// What the homeserver keeps and shows once it is taken down.
    pub reason: Text,
    /// What its author is told then.
    pub told: Text,
    /// When it was left.
    pub at: Timestamp,
}

/// A picture that waits for a moderator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The card that asks about it.
    pub card: CardId,
    /// The team's room.
    pub room: OwnedRoomId,
    /// The copy there.
    pub event: OwnedEventId,
}
