//! What a community has decided and noted about its people, besides its file: the roster, roles, tickets, cards that wait for a decision,
//! what was accepted. Each is kept as one row of the store's table `record`, by community, kind and key.

use std::collections::BTreeMap;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};

mod look;
mod shape;

pub use look::{Campaign, Hardened, Headcount};
pub use shape::{Closing, Moving};

use super::{
    definition::{Definition, GroupId, Locale},
    place::Place,
    role::Role,
    words::fold,
};
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
        }
    }

    /// By which it is found again in its community and kind.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Declared(_) | Self::Hardened(_) => String::new(),
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

/// Somebody on the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The Matrix id, or `mailto:` and the address of somebody who has no account yet.
    pub key: String,
    /// The account.
    pub user: Option<OwnedUserId>,
    /// E-mail address; may be empty, as every text here.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role in the community.
    pub role: Option<Role>,
    /// Area.
    pub zone: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Programme.
    pub programme: String,
    /// Profession.
    pub profession: String,
    /// To whom they belong: `staff`, `patient`, an institution.
    pub affiliation: String,
    /// Language.
    pub language: Option<Locale>,
    /// Every other column.
    pub more: BTreeMap<String, String>,
}

impl Person {
    /// Somebody of whom only the key is known.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            user: OwnedUserId::try_from(key).ok(),
            email: String::new(),
            name: String::new(),
            role: None,
            zone: String::new(),
            skills: Vec::new(),
            programme: String::new(),
            profession: String::new(),
            affiliation: String::new(),
            language: None,
            more: BTreeMap::new(),
        }
    }

    /// The values of an attribute, by its name in small letters and without accents.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Vec<&str> {
        let text = match name {
            "zone" | "area" | "secteur" => self.zone.as_str(),
            "programme" | "program" => self.programme.as_str(),
            "profession" | "metier" => self.profession.as_str(),
            "affiliation" | "appartenance" => self.affiliation.as_str(),
            "name" | "nom" => self.name.as_str(),
            "email" => self.email.as_str(),
            "mxid" => self.user.as_ref().map_or("", |user| user.as_str()),
            "role" => self.role.map_or("", Role::as_str),
            "language" | "langue" => match self.language {
                Some(Locale::Fr) => "fr",
                Some(Locale::En) => "en",
                None => "",
            },
            "skill" | "skills" | "competence" | "competences" => {
                return self.skills.iter().map(String::as_str).collect();
            }
            _ => {
                let own = self.more.iter().find(|(own, _)| fold(own) == name);
                own.map_or("", |(_, value)| value.as_str())
            }
        };
        if text.is_empty() {
            Vec::new()
        } else {
            vec![text]
        }
    }
}

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

/// The short name of something that waits for a decision, which people can type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(pub String);

impl CardId {
    /// How long one is.
    const LENGTH: usize = 5;

    /// The id of the card that `cause` opens.
    #[must_use]
    pub fn derive(cause: &str) -> Self {
        /// Without what is easily confused.
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
        let hash = blake3::hash(format!("card/{cause}").as_bytes());
        let letters = hash.as_bytes()[..Self::LENGTH]
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        Self(letters.collect())
    }
}

impl std::fmt::Display for CardId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that waits for somebody's decision, shown in a room and answered by reaction or command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub id: CardId,
    /// What is to be decided.
    pub matter: Matter,
    /// Who asked for it.
    pub by: OwnedUserId,
    /// When.
    pub at: Timestamp,
    /// When it is over by itself, or something is done about it.
    pub due: Option<Timestamp>,
    /// Whose turn it is.
    pub assignee: Option<OwnedUserId>,
    /// Where it was shown.
    pub shown: Option<(OwnedRoomId, OwnedEventId)>,
    /// Who has said what.
    pub votes: Vec<Vote>,
    /// Somebody was reminded.
    pub reminded: bool,
}

/// What somebody said about a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub by: OwnedUserId,
    /// Yes, or no.
    pub yes: bool,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// What a card is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "matter", rename_all = "kebab-case")]
pub enum Matter {
    /// A command that needs a second look by who gave it.
    Confirm {
        /// The command, as it was said.
        line: String,
    },
    /// Somebody is to have a role.
    Nomination(Grant),
    /// A member proposes somebody.
    Proposal {
        /// Whom.
        user: OwnedUserId,
        /// For where.
        place: Place,
        /// Why.
        reason: String,
    },
    /// Somebody asks to be let in.
    Application(Application),
    /// A roster that was read and is to be taken over.
    Roster {
        /// Everybody who is new or differs.
        people: Vec<Person>,
    },
    /// A group that is too large becomes several.
    Split {
        /// Which.
        group: GroupId,
        /// The groups that come of it, by the value of the zone.
        parts: Vec<(String, Vec<OwnedUserId>)>,
    },
    /// Somebody is asked to accept what everybody accepts, or everybody is (without `user`).
    Conduct {
        /// Of the community, or of a group.
        place: Place,
        /// Which version.
        version: u32,
        /// Who.
        user: Option<OwnedUserId>,
    },
    /// People who have not accepted the code of conduct are to be removed, and they are many.
    Removals {
        /// Which version.
        version: u32,
        /// Who.
        users: Vec<OwnedUserId>,
    },
    /// Somebody is asked to agree to something.
    Consent {
        /// To what.
        purpose: Purpose,
        /// Who.
        user: OwnedUserId,
    },
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

/// Somebody accepted what everybody accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Who.
    pub user: OwnedUserId,
    /// The code of conduct of the community (the space), or the terms of a group.
    pub place: Place,
    /// Which version.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// It was of an earlier version, and is not enough to write any more.
    #[serde(default)]
    pub lapsed: bool,
}

/// To what members agree apart from the code of conduct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// What they find may be passed on outside of their group.
    Relay,
}

impl Purpose {
    /// Its name in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
        }
    }
}

/// Somebody agreed to something, or took that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who.
    pub user: OwnedUserId,
    /// To what.
    pub purpose: Purpose,
    /// Whether they agree.
    pub given: bool,
    /// Since when.
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
