//! What a community has decided and noted about its people, besides its file: the roster, roles, tickets, cards that wait for a decision,
//! what was accepted. Each is kept as one row of the store's table `record`, by community, kind and key.

use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};

mod card;
mod case;
mod conduct;
mod entry;
mod incident;
mod list;
mod look;
mod person;
mod rules;
mod sanction;
mod shape;

pub use card::{Card, CardId, Matter, Vote};
pub use case::{Case, CaseKind, Cursor, Decided, Note, Outcome, Reporter, Sighting};
pub use conduct::{Accepted, Consent, Purpose};
pub use entry::{Application, Interview, Ticket, Waiting};
pub use incident::{Frozen, Incident};
pub use list::{Aside, KeptOut, List, ListRead, ListRule, Listed, Standing, Trouble, Trust};
pub use look::{Campaign, Hardened, Headcount};
pub use person::Person;
pub use rules::RuleChange;
pub use sanction::{Arrived, Expiring, Held, LeftInPlace, Removed, Sanction, Step};
pub use shape::{Closing, Moving};

use super::{definition::Definition, place::Place, role::Role};
use crate::clock::Timestamp;

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// What commands made of the community.
    Declared(Box<Declared>),
    /// A role that was given by command.
    Grant(Grant),
    /// Somebody on the roster.
    Person(Box<Person>),
    /// A ticket.
    Ticket(Ticket),
    /// Something that waits for somebody's decision.
    Card(Box<Card>),
    /// Questions that somebody is being asked in private.
    Interview(Interview),
    /// Somebody waits for a place in a full group.
    Waiting(Waiting),
    /// Somebody accepted what everybody accepts.
    Accepted(Accepted),
    /// Somebody agreed to something, or took that back.
    Consent(Consent),
    /// When somebody of the team was last seen.
    Active(Active),
    /// Something that must hold does not.
    Alarm(Alarm),
    /// Somebody of the team is away.
    Away(Away),
    /// Somebody is in a room whom nobody let in.
    Stranger(Stranger),
    /// All accounts are looked through.
    Campaign(Campaign),
    /// What was as it was before risks were mended, to undo it.
    Hardened(Box<Hardened>),
    /// Invitations of a roster are under way.
    Import(Import),
    /// Something that is said regularly was said.
    Said(Said),
    /// How many people were in a place.
    Headcount(Headcount),
    /// People go with their group to its new room.
    Moving(Moving),
    /// A group ends for good on a day.
    Closing(Closing),
    /// The rules of moderation are other than the program's.
    Rule(RuleChange),
    /// What followed for somebody from breaking a rule.
    Sanction(Box<Sanction>),
    /// Something that the team took down, and that is taken down again.
    Removed(Removed),
    /// Somebody has come in and has not written yet.
    Arrived(Arrived),
    /// A message whose time ends.
    Expiring(Expiring),
    /// A message that was left in place until a human has looked.
    LeftInPlace(Box<LeftInPlace>),
    /// A picture that waits for a moderator.
    Held(Held),
    /// Something that a human should look at, or has looked at.
    Case(Box<Case>),
    /// What was seen of the message of a case.
    Sighting(Sighting),
    /// Up to where something was read.
    Cursor(Cursor),
    /// A policy list that is read here.
    List(Box<List>),
    /// What was read of it.
    ListRead(Box<ListRead>),
    /// One of its rules.
    ListRule(Box<ListRule>),
    /// Somebody whom a list names is, or was, here.
    Listed(Box<Listed>),
    /// The servers that the lists keep out.
    KeptOut(KeptOut),
    /// Something serious goes on: groups are frozen, and one person speaks.
    Incident(Box<Incident>),
}

/// What a record is about, and by which key it is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// [`Record::Declared`].
    Declared,
    /// [`Record::Grant`].
    Grant,
    /// [`Record::Person`].
    Person,
    /// [`Record::Ticket`].
    Ticket,
    /// [`Record::Card`].
    Card,
    /// [`Record::Interview`].
    Interview,
    /// [`Record::Waiting`].
    Waiting,
    /// [`Record::Accepted`].
    Accepted,
    /// [`Record::Consent`].
    Consent,
    /// [`Record::Active`].
    Active,
    /// [`Record::Alarm`].
    Alarm,
    /// [`Record::Away`].
    Away,
    /// [`Record::Stranger`].
    Stranger,
    /// [`Record::Campaign`].
    Campaign,
    /// [`Record::Hardened`].
    Hardened,
    /// [`Record::Import`].
    Import,
    /// [`Record::Said`].
    Said,
    /// [`Record::Headcount`].
    Headcount,
    /// [`Record::Moving`].
    Moving,
    /// [`Record::Closing`].
    Closing,
    /// [`Record::Rule`].
    Rule,
    /// [`Record::Sanction`].
    Sanction,
    /// [`Record::Removed`].
    Removed,
    /// [`Record::Arrived`].
    Arrived,
    /// [`Record::Expiring`].
    Expiring,
    /// [`Record::LeftInPlace`].
    LeftInPlace,
    /// [`Record::Held`].
    Held,
    /// [`Record::Case`].
    Case,
    /// [`Record::Sighting`].
    Sighting,
    /// [`Record::Cursor`].
    Cursor,
    /// [`Record::List`].
    List,
    /// [`Record::ListRead`].
    ListRead,
    /// [`Record::ListRule`].
    ListRule,
    /// [`Record::Listed`].
    Listed,
    /// [`Record::KeptOut`].
    KeptOut,
    /// [`Record::Incident`].
    Incident,
}

impl RecordKind {
    /// Its name in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Grant => "grant",
            Self::Person => "person",
            Self::Ticket => "ticket",
            Self::Card => "card",
            Self::Interview => "interview",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Consent => "consent",
            Self::Active => "active",
            Self::Alarm => "alarm",
            Self::Away => "away",
            Self::Stranger => "stranger",
            Self::Campaign => "campaign",
            Self::Hardened => "hardened",
            Self::Import => "import",
            Self::Said => "said",
            Self::Headcount => "headcount",
            Self::Moving => "moving",
            Self::Closing => "closing",
            Self::Rule => "rule",
            Self::Sanction => "sanction",
            Self::Removed => "removed",
            Self::Arrived => "arrived",
            Self::Expiring => "expiring",
            Self::LeftInPlace => "left-in-place",
            Self::Held => "held",
            Self::Case => "case",
            Self::Sighting => "sighting",
            Self::Cursor => "cursor",
            Self::List => "list",
            Self::ListRead => "list-read",
            Self::ListRule => "list-rule",
            Self::Listed => "listed",
            Self::KeptOut => "kept-out",
            Self::Incident => "incident",
        }
    }
}

impl Record {
    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Declared(_) => RecordKind::Declared,
            Self::Grant(_) => RecordKind::Grant,
            Self::Person(_) => RecordKind::Person,
            Self::Ticket(_) => RecordKind::Ticket,
            Self::Card(_) => RecordKind::Card,
            Self::Interview(_) => RecordKind::Interview,
            Self::Waiting(_) => RecordKind::Waiting,
            Self::Accepted(_) => RecordKind::Accepted,
            Self::Consent(_) => RecordKind::Consent,
            Self::Active(_) => RecordKind::Active,
            Self::Alarm(_) => RecordKind::Alarm,
            Self::Away(_) => RecordKind::Away,
            Self::Stranger(_) => RecordKind::Stranger,
            Self::Campaign(_) => RecordKind::Campaign,
            Self::Hardened(_) => RecordKind::Hardened,
            Self::Import(_) => RecordKind::Import,
            Self::Said(_) => RecordKind::Said,
            Self::Headcount(_) => RecordKind::Headcount,
            Self::Moving(_) => RecordKind::Moving,
            Self::Closing(_) => RecordKind::Closing,
            Self::Rule(_) => RecordKind::Rule,
            Self::Sanction(_) => RecordKind::Sanction,
            Self::Removed(_) => RecordKind::Removed,
            Self::Arrived(_) => RecordKind::Arrived,
            Self::Expiring(_) => RecordKind::Expiring,
            Self::LeftInPlace(_) => RecordKind::LeftInPlace,
            Self::Held(_) => RecordKind::Held,
            Self::Case(_) => RecordKind::Case,
            Self::Sighting(_) => RecordKind::Sighting,
            Self::Cursor(_) => RecordKind::Cursor,
            Self::List(_) => RecordKind::List,
            Self::ListRead(_) => RecordKind::ListRead,
            Self::ListRule(_) => RecordKind::ListRule,
            Self::Listed(_) => RecordKind::Listed,
            Self::KeptOut(_) => RecordKind::KeptOut,
            Self::Incident(_) => RecordKind::Incident,
        }
    }

    /// By which it is found again in its community and kind.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            // Of these a community has one at a time.
            Self::Declared(_) | Self::Hardened(_) | Self::KeptOut(_) | Self::Incident(_) => {
                String::new()
            }
            Self::Grant(it) => at(&it.place, &it.user),
            Self::Person(it) => it.key.clone(),
            Self::Ticket(it) => it.id.clone(),
            Self::Card(it) => it.id.0.clone(),
            Self::Interview(it) => it.user.to_string(),
            Self::Waiting(it) => at(&it.place, &it.user),
            Self::Accepted(it) => at(&it.place, &it.user),
            Self::Consent(it) => format!("{} {}", it.purpose.name(), it.user),
            Self::Active(it) => it.user.to_string(),
            Self::Alarm(it) => it.about.clone(),
            Self::Away(it) => it.user.to_string(),
            Self::Stranger(it) => at(&it.place, &it.user),
            Self::Campaign(it) => it.id.0.clone(),
            Self::Import(it) => it.id.0.clone(),
            Self::Said(it) => it.what.clone(),
            Self::Headcount(it) => it.place.to_string(),
            Self::Moving(it) => it.place.to_string(),
            Self::Closing(it) => it.group.to_string(),
            Self::Rule(it) => it.id.0.clone(),
            Self::Sanction(it) => it.id.0.clone(),
            Self::Removed(it) => it.event.to_string(),
            Self::Arrived(it) => it.user.to_string(),
            Self::Expiring(it) => it.event.to_string(),
            Self::LeftInPlace(it) => it.event.to_string(),
            Self::Held(it) => it.card.0.clone(),
            Self::Case(it) => it.id.0.clone(),
            Self::Sighting(it) => it.case.0.clone(),
            Self::Cursor(it) => it.what.clone(),
            Self::List(it) => it.id.0.clone(),
            Self::ListRead(it) => it.list.0.clone(),
            Self::ListRule(it) => it.key(),
            Self::Listed(it) => it.user.to_string(),
        }
    }
}

/// The key of something about somebody at a place.
#[must_use]
pub fn at(place: &Place, user: &OwnedUserId) -> String {
    format!("{place} {user}")
}

/// What commands made of a community, and its file as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The community.
    pub definition: Definition,
    /// Its file when that was decided; none for a community that was made by commands.
    pub base: Option<Definition>,
}

/// A role that was given by command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who has it.
    pub user: OwnedUserId,
    /// Where: the space stands for the whole community.
    pub place: Place,
    /// Which.
    pub role: Role,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Decided by.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
}

/// When somebody of the team was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// Who.
    pub user: OwnedUserId,
    /// When, to the hour.
    pub at: Timestamp,
}

/// Something that must hold does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What, by a name that stays the same.
    pub about: String,
    /// Since when.
    pub since: Timestamp,
    /// When the admins were told last; nothing while it may mend itself.
    pub told: Option<Timestamp>,
}

/// Somebody of the team is away: nothing is asked of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Who.
    pub user: OwnedUserId,
    /// Until when.
    pub until: Timestamp,
}

/// Somebody is in a room whom nobody let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// Who.
    pub user: OwnedUserId,
    /// Where.
    pub place: Place,
    /// Since when.
    pub at: Timestamp,
    /// When they are removed, where the community wants that.
    pub remove_at: Option<Timestamp>,
}

/// Invitations of a roster are under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its name.
    pub id: CardId,
    /// By whom.
    pub by: OwnedUserId,
    /// Since when.
    pub at: Timestamp,
    /// How many invitations it led to.
    pub total: u64,
    /// How many hundredths of it the admins were told of.
    pub told: u8,
}

/// Something that is said regularly was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What.
    pub what: String,
    /// When.
    pub at: Timestamp,
}
