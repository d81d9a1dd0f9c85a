//! Cases: what a human should look at, from when it is opened until it is forgotten. What members wrote for one stands in its card, which goes
//! when it is decided; a case itself holds ids, kinds, and what the team noted.

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

use super::CardId;
use crate::clock::Timestamp;

/// Why a human should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// Members reported a message.
    Report,
    /// Somebody who was sanctioned does not agree.
    Appeal,
    /// A member asks whether something is true.
    FactCheck,
    /// Somebody may be in danger.
    Danger,
    /// The tone between two people has risen.
    Tone,
}

impl CaseKind {
    /// Its name in audit entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Appeal => "appeal",
            Self::FactCheck => "fact-check",
            Self::Danger => "danger",
            Self::Tone => "tone",
        }
    }
}

/// What a case came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// The message was taken down.
    TakenDown,
    /// Its author may not write for a time, and it was taken down.
    Muted,
    /// Its author was removed, and it was taken down.
    Removed,
    /// Its author was banned, and it was taken down.
    Banned,
    /// The sanction was lifted.
    Lifted,
    /// The sanction stays.
    Upheld,
    /// The message was gone before anybody looked.
    Gone,
    /// It is true.
    True,
    /// It is false.
    False,
    /// It is not known.
    Unclear,
    /// Somebody of the team is with the person.
    CaredFor,
    /// The people talk it over in a room of their own.
    Mediated,
    /// There was no such thing.
    Mistaken,
}

impl Outcome {
    /// Its name in audit entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::TakenDown => "taken-down",
            Self::Muted => "muted",
            Self::Removed => "removed",
            Self::Banned => "banned",
            Self::Lifted => "lifted",
            Self::Upheld => "upheld",
            Self::Gone => "gone",
            Self::True => "true",
            Self::False => "false",
            Self::Unclear => "unclear",
            Self::CaredFor => "cared-for",
            Self::Mediated => "mediated",
            Self::Mistaken => "mistaken",
        }
    }
}

/// Something that a human should look at, or has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name, which its card has too.
    pub id: CardId,
    /// Why.
    pub kind: CaseKind,
    /// Whom it is about; nobody until it is known who sent the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<OwnedUserId>,
    /// The other person, when it is about two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<OwnedUserId>,
    /// The room of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<OwnedRoomId>,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<OwnedEventId>,
    /// The rule that found something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The kinds of what was found; never what it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    /// The sanction that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sanction: Option<String>,
    /// Who asked for it, each once. Never shown to those whom it is about, nor in the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reporters: Vec<Reporter>,
    /// How many asked for it, those included who are not known any more.
    #[serde(default)]
    pub count: u32,
    /// When it was opened.
    pub at: Timestamp,
    /// Who was asked already, and did not answer in time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<OwnedUserId>,
    /// What the team noted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// What it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// Who asked for a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// Who.
    pub user: OwnedUserId,
    /// When.
    pub at: Timestamp,
}

/// What somebody of the team noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// How a case was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// To what.
    pub outcome: Outcome,
    /// By whom.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// Why, in the words of the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when a verdict holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What was seen of the message of a case on the homeserver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Whose.
    pub case: CardId,
    /// Who sent it; nobody when it is gone.
    pub sender: Option<OwnedUserId>,
}

/// Up to where something was read that grows at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// What.
    pub what: String,
    /// The last that was read.
    pub to: i64,
}

impl Case {
    /// Whether somebody has still to decide.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.decided.is_none()
    }
}
