//! The records of a community in the snapshot.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ruma::{OwnedUserId, UserId};

use crate::{
    clock::Timestamp,
    community::{
        place::Place,
        record::{
            Accepted, Alarm, Arrived, Campaign, Card, CardId, Case, Closing, Consent, Declared,
            Expiring, Grant, Hardened, Headcount, Held, Import, Incident, Interview, KeptOut,
            LeftInPlace, List, ListRead, Listed, Moving, Person, Purpose, Record, RecordKind,
            Removed, RuleChange, Sanction, Sighting, Stranger, Ticket, Waiting, at,
        },
    },
    moderation::{Print, policy::Policies},
};

/// Everything that a community has decided and noted about its people. Changed only by the snapshot.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// What commands made of the community.
    pub declared: Option<Box<Declared>>,
    /// Roles given by command, by place and person.
    pub grants: BTreeMap<String, Grant>,
    /// The roster.
    pub roster: BTreeMap<String, Person>,
    /// Tickets, by their hash.
    pub tickets: BTreeMap<String, Ticket>,
    /// What waits for a decision.
    pub cards: BTreeMap<CardId, Card>,
    /// Who is being asked questions.
    pub interviews: HashMap<OwnedUserId, Interview>,
    /// Who waits for a place, by place and person.
    pub waiting: BTreeMap<String, Waiting>,
    /// Who accepted what, by place.
    pub accepted: HashMap<Place, HashMap<OwnedUserId, Accepted>>,
    /// Who agreed to what.
    pub consents: HashMap<(Purpose, OwnedUserId), Consent>,
    /// When people of the team were last seen.
    pub active: HashMap<OwnedUserId, Timestamp>,
    /// What must hold and does not.
    pub alarms: BTreeMap<String, Alarm>,
    /// Who of the team is away, and until when.
    pub away: HashMap<OwnedUserId, Timestamp>,
    /// Who is there whom nobody let in, by place and person.
    pub strangers: BTreeMap<String, Stranger>,
    /// Looking through all accounts.
    pub campaigns: BTreeMap<CardId, Campaign>,
    /// What was before risks were mended.
    pub hardened: Option<Box<Hardened>>,
    /// Invitations under way.
    pub imports: BTreeMap<CardId, Import>,
    /// When what is said regularly was said last.
    pub said: BTreeMap<String, Timestamp>,
    /// How many people were in a place at the last report.
    pub headcounts: BTreeMap<String, Headcount>,
    /// Who goes with a group to its new room, by place.
    pub moving: BTreeMap<String, Moving>,
    /// Which groups end for good, by id.
    pub closing: BTreeMap<String, Closing>,
    /// What is changed about the rules.
    pub rules: BTreeMap<CardId, RuleChange>,
    /// What followed for people from breaking rules.
    pub sanctions: HashMap<CardId, Sanction>,
    /// What the team took down, by its event.
    pub removed: BTreeMap<String, Removed>,
    /// Who has come in and has not written yet.
    pub arrived: HashMap<OwnedUserId, Arrived>,
    /// Messages whose time ends, by event.
    pub expiring: BTreeMap<String, Expiring>,
    /// What was left in place until a human has looked, by event.
    pub left: BTreeMap<String, LeftInPlace>,
    /// Pictures that wait for a moderator, by card.
    pub held: BTreeMap<CardId, Held>,
    /// What a human should look at, or has looked at.
    pub cases: BTreeMap<CardId, Case>,
    /// What was seen of the messages of cases.
    pub sightings: BTreeMap<CardId, Sighting>,
    /// Up to where what grows was read.
    pub cursors: BTreeMap<String, i64>,
    /// The policy lists that are read here.
    pub lists: BTreeMap<CardId, List>,
    /// What was read of them.
    pub lists_read: BTreeMap<CardId, ListRead>,
    /// The rules of all of them, by the key of their record.
    pub policies: Arc<Policies>,
    /// Whom the lists name, of those who are or were here.
    pub listed: HashMap<OwnedUserId, Listed>,
    /// The servers that the lists keep out; none before one did.
    pub kept_out: Option<KeptOut>,
    /// The incident that is open.
    pub incident: Option<Box<Incident>>,
}

impl Records {
    /// The version that somebody accepted last: of the code of conduct (the space), or of a group's terms.
    #[must_use]
    pub fn accepted(&self, place: &Place, user: &UserId) -> Option<u32> {
        let accepted = self.accepted.get(place)?.get(user)?;
        Some(accepted.version)
    }

    /// Whether somebody agreed to something; `None` when they were never asked or have not answered.
    #[must_use]
    pub fn consents(&self, purpose: Purpose, user: &UserId) -> Option<bool> {
        let consent = self.consents.get(&(purpose, user.to_owned()))?;
        Some(consent.given)
    }

    /// The person of the roster with this account.
    #[must_use]
    pub fn person(&self, user: &UserId) -> Option<&Person> {
        self.roster.get(user.as_str())
    }

    /// Whether somebody waits for a place there.
    #[must_use]
    pub fn is_waiting(&self, place: &Place, user: &OwnedUserId) -> bool {
        self.waiting.contains_key(&at(place, user))
    }

    /// Whether somebody of the team is away now.
    #[must_use]
    pub fn is_away(&self, user: &UserId, now: Timestamp) -> bool {
        self.away.get(user).is_some_and(|until| now < *until)
    }

    /// Whether the team has taken down the same not long before.
    #[must_use]
    pub fn was_removed(&self, print: &Print) -> bool {
        self.removed.values().any(|it| it.print.is_like(print))
    }

    pub(super) fn keep(&mut self, record: &Record) {
        let key = record.key();
        match record.clone() {
            Record::Declared(it) => self.declared = Some(it),
            Record::Grant(it) => drop(self.grants.insert(key, it)),
            Record::Person(it) => drop(self.roster.insert(key, *it)),
            Record::Ticket(it) => drop(self.tickets.insert(key, it)),
            Record::Card(it) => drop(self.cards.insert(it.id.clone(), *it)),
            Record::Interview(it) => drop(self.interviews.insert(it.user.clone(), it)),
            Record::Waiting(it) => drop(self.waiting.insert(key, it)),
            Record::Accepted(it) => {
                let there = self.accepted.entry(it.place.clone()).or_default();
                there.insert(it.user.clone(), it);
            }
            Record::Consent(it) => {
                self.consents.insert((it.purpose, it.user.clone()), it);
            }
            Record::Active(it) => drop(self.active.insert(it.user, it.at)),
            Record::Alarm(it) => drop(self.alarms.insert(key, it)),
            Record::Away(it) => drop(self.away.insert(it.user, it.until)),
            Record::Stranger(it) => drop(self.strangers.insert(key, it)),
            Record::Campaign(it) => drop(self.campaigns.insert(it.id.clone(), it)),
            Record::Hardened(it) => self.hardened = Some(it),
            Record::Import(it) => drop(self.imports.insert(it.id.clone(), it)),
            Record::Said(it) => drop(self.said.insert(key, it.at)),
            Record::Headcount(it) => drop(self.headcounts.insert(key, it)),
            Record::Moving(it) => drop(self.moving.insert(key, it)),
            Record::Closing(it) => drop(self.closing.insert(key, it)),
            Record::Rule(it) => drop(self.rules.insert(it.id.clone(), it)),
            Record::Sanction(it) => drop(self.sanctions.insert(it.id.clone(), *it)),
            Record::Removed(it) => drop(self.removed.insert(key, it)),
            Record::Held(it) => drop(self.held.insert(it.card.clone(), it)),
            Record::LeftInPlace(it) => drop(self.left.insert(key, *it)),
            Record::Expiring(it) => drop(self.expiring.insert(key, it)),
            Record::Arrived(it) => drop(self.arrived.insert(it.user.clone(), it)),
            Record::Case(it) => drop(self.cases.insert(it.id.clone(), *it)),
            Record::Sighting(it) => drop(self.sightings.insert(it.case.clone(), it)),
            Record::Cursor(it) => drop(self.cursors.insert(key, it.to)),
            Record::List(it) => drop(self.lists.insert(it.id.clone(), *it)),
            Record::ListRead(it) => drop(self.lists_read.insert(it.list.clone(), *it)),
            Record::ListRule(it) => Arc::make_mut(&mut self.policies).insert(&key, it.policy),
            Record::Listed(it) => drop(self.listed.insert(it.user.clone(), *it)),
            Record::KeptOut(it) => self.kept_out = Some(it),
            Record::Incident(it) => self.incident = Some(it),
        }
    }

    pub(super) fn drop_record(&mut self, kind: RecordKind, key: &str) {
        let user = || OwnedUserId::try_from(key.rsplit(' ').next().unwrap_or_default()).ok();
        let card = || CardId(key.to_owned());
        match kind {
            RecordKind::Declared => self.declared = None,
            RecordKind::Grant => drop(self.grants.remove(key)),
            RecordKind::Person => drop(self.roster.remove(key)),
            RecordKind::Ticket => drop(self.tickets.remove(key)),
            RecordKind::Card => drop(self.cards.remove(&card())),
            RecordKind::Interview => drop(user().map(|user| self.interviews.remove(&user))),
            RecordKind::Waiting => drop(self.waiting.remove(key)),
            RecordKind::Accepted => {
                for there in self.accepted.values_mut() {
                    there.retain(|_, it| at(&it.place, &it.user) != key);
                }
            }
            RecordKind::Consent => {
                self.consents
                    .retain(|(purpose, user), _| format!("{} {user}", purpose.name()) != key);
            }
            RecordKind::Active => drop(user().map(|user| self.active.remove(&user))),
            RecordKind::Alarm => drop(self.alarms.remove(key)),
            RecordKind::Away => drop(user().map(|user| self.away.remove(&user))),
            RecordKind::Stranger => drop(self.strangers.remove(key)),
            RecordKind::Campaign => drop(self.campaigns.remove(&card())),
            RecordKind::Hardened => self.hardened = None,
            RecordKind::Import => drop(self.imports.remove(&card())),
            RecordKind::Said => drop(self.said.remove(key)),
            RecordKind::Headcount => drop(self.headcounts.remove(key)),
            RecordKind::Moving => drop(self.moving.remove(key)),
            RecordKind::Closing => drop(self.closing.remove(key)),
            RecordKind::Rule => drop(self.rules.remove(&card())),
            RecordKind::Sanction => drop(self.sanctions.remove(&card())),
            RecordKind::Removed => drop(self.removed.remove(key)),
            RecordKind::Held => drop(self.held.remove(&card())),
            RecordKind::LeftInPlace => drop(self.left.remove(key)),
            RecordKind::Expiring => drop(self.expiring.remove(key)),
            RecordKind::Arrived => drop(user().map(|user| self.arrived.remove(&user))),
            RecordKind::Case => drop(self.cases.remove(&card())),
            RecordKind::Sighting => drop(self.sightings.remove(&card())),
            RecordKind::Cursor => drop(self.cursors.remove(key)),
            RecordKind::List => drop(self.lists.remove(&card())),
            RecordKind::ListRead => drop(self.lists_read.remove(&card())),
            RecordKind::ListRule => Arc::make_mut(&mut self.policies).remove(key),
            RecordKind::Listed => drop(user().map(|user| self.listed.remove(&user))),
            RecordKind::KeptOut => self.kept_out = None,
            RecordKind::Incident => self.incident = None,
        }
    }
}
