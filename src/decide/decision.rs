//! What a decision consists of: values only.

use std::collections::{BTreeMap, BTreeSet};

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};

use crate::{
    action::{Action, ActionId, Effect, Recipient},
    clock::Timestamp,
    community::{
        change::Change,
        definition::{CommunityId, Locale},
    },
};

/// What follows from one cause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// To be done.
    pub actions: Vec<Action>,
    /// To be remembered.
    pub changes: Vec<Change>,
    /// To be accounted for.
    pub audit: Vec<AuditEntry>,
    /// Communities whose plan may have changed.
    pub review: BTreeSet<CommunityId>,
    /// A question that only the store can answer; the answer is said to somebody.
    pub ask: Option<Ask>,
}

impl Decision {
    /// Adds an effect; its identity follows from `cause` and from how many this decision has already.
    pub fn act(&mut self, cause: &str, community: Option<&CommunityId>, effect: Effect) {
        let id = ActionId::derive(cause, self.actions.len());
        self.actions.push(Action {
            id,
            community: community.cloned(),
            effect,
        });
    }

    /// Adds what follows as well, with the identities that it has.
    pub(crate) fn then(&mut self, more: Self) {
        self.actions.extend(more.actions);
        self.changes.extend(more.changes);
        self.audit.extend(more.audit);
        self.review.extend(more.review);
        self.ask = self.ask.take().or(more.ask);
    }
}

/// A line of the audit log. Never holds what a member wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Whose log.
    pub community: CommunityId,
    /// Where, when it is about one room.
    pub room: Option<OwnedRoomId>,
    /// Who did it: a person, or the bot for what rules and plans do.
    pub actor: OwnedUserId,
    /// What was done, in a word: `redact`, `mute`, `lockdown`, `drift` …
    pub action: String,
    /// To whom or what.
    pub target: Option<String>,
    /// Under which rule.
    pub rule: Option<String>,
    /// Kinds, keyed hashes, reasons given by an admin.
    pub detail: Option<String>,
}

/// An entry of the audit log as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub entry: AuditEntry,
}

/// Which entries of an audit log are meant; nothing said means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only about this person, as actor or target.
    pub about: Option<OwnedUserId>,
    /// Only in this room.
    pub room: Option<OwnedRoomId>,
    /// Only under this rule.
    pub rule: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
}

/// How the program is, for `status`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusReport {
    /// Events that are not decided yet.
    pub inbox_waiting: u64,
    /// Actions that are not done yet.
    pub outbox_waiting: u64,
    /// Actions that were given up.
    pub dead_letters: u64,
    /// Places of the community that have a room.
    pub rooms_bound: u64,
    /// Places of the community.
    pub rooms_declared: u64,
    /// What the plan would change.
    pub drift_steps: u64,
    /// Version of Hygie.
    pub version: String,
    /// People who may not write for now.
    pub mutes: u64,
    /// Places that are for admins only for now.
    pub lockdowns: u64,
}

/// A question to the store and where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub question: Question,
    /// About which community.
    pub community: CommunityId,
    /// Who is told.
    pub to: Recipient,
    /// In which language.
    pub locale: Locale,
    /// The event that it answers.
    pub reply_to: Option<OwnedEventId>,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The last entries of the audit log, newest first.
    Audit {
        /// How many at most.
        limit: u32,
        /// Which.
        which: AuditFilter,
    },
    /// How the program is: queues, dead letters.
    Status,
    /// What everybody of the team carries.
    Load {
        /// From when on it is counted what they did.
        since: Timestamp,
    },
    /// How the groups are: what was going on in them.
    Report,
    /// What moderation did, counted.
    Transparency {
        /// Within these days, the shorter time first.
        days: [u16; 2],
    },
}

/// What was going on in the rooms lately: counts, never words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// By room: messages, reactions and comings within the last week, without what Hygie did itself.
    pub week: BTreeMap<OwnedRoomId, u64>,
    /// The same within four weeks.
    pub month: BTreeMap<OwnedRoomId, u64>,
}

/// What moderation did within a time: how often which action under which rule, and the cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moderation {
    /// How often each action was, by its name and its rule; no rule where somebody of the team decided.
    pub actions: BTreeMap<(String, Option<String>), u64>,
    /// What happened to cases, in order: when, what, which case, of which kind.
    pub cases: Vec<(Timestamp, String, String, String)>,
}
