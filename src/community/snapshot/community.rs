//! A community in the snapshot: roles, places, kinds.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::LazyLock,
    time::Duration,
};

use ruma::{OwnedRoomId, OwnedUserId, UserId};

use crate::{
    clock::Timestamp,
    community::{
        change::{Change, Lockdown, Mute},
        definition::{Acceptance, Definition, Group, GroupId, Kind},
        place::Place,
        record::{Declared, Record, RecordKind},
        role::Role,
    },
    moderation::{DetectedKind, Layer, Routes, Site, Spot},
};

use super::Records;

/// Over which time takedowns are counted.
const TAKEDOWN_WINDOW: Duration = Duration::from_hours(1);

/// A community: what was declared and what is in force.
#[derive(Clone, Debug)]
pub struct Community {
    /// What holds: its file with what commands made of it.
    pub definition: Definition,
    /// What its file says; none when it was made by commands.
    file: Option<Definition>,
    /// The room of each place that has one.
    pub places: BTreeMap<Place, OwnedRoomId>,
    /// Who may not write for now.
    pub mutes: BTreeMap<OwnedUserId, Mute>,
    /// Which places are for admins only for now.
    pub lockdowns: BTreeMap<Place, Lockdown>,
    /// When the rules took something down, within the last hour.
    pub takedowns: VecDeque<Timestamp>,
    /// How many takedowns have begun and are not among those yet.
    begun: usize,
    /// When they would have, and left it to a human, within the last hour.
    pub held: VecDeque<Timestamp>,
    /// All groups, those that always exist included ([`Definition::group_list`]).
    pub groups: Vec<Group>,
    /// What it has decided and noted about its people.
    pub records: Records,
    /// Found without going through all groups, for every message.
    index: Index,
    /// What is changed about the rules: everywhere, and in each group that has changes of its own.
    layers: BTreeMap<Place, Layer>,
    /// Which words take a message to whom.
    routes: Routes,
}

/// What every message asks of the declaration.
#[derive(Clone, Debug, Default)]
struct Index {
    /// The roles of everybody who has one: where, and which. The space stands for the whole community.
    team: HashMap<OwnedUserId, Vec<(Place, Role)>>,
    /// Where a group stands in the list.
    groups: HashMap<GroupId, usize>,
}

impl Index {
    fn of(definition: &Definition, groups: &[Group], records: &Records) -> Self {
        let mut index = Self::default();
        for (at, group) in groups.iter().enumerate() {
            index.groups.insert(group.id.clone(), at);
            let place = Place::Group(group.id.clone());
            for (role, users) in group.roles() {
                for user in users {
                    index.give(user, &place, role);
                }
            }
        }
        for (role, users) in definition.roles() {
            for user in users {
                index.give(user, &Place::Space, role);
            }
        }
        for grant in records.grants.values() {
            index.give(&grant.user, &grant.place, grant.role);
        }
        for person in records.roster.values() {
            if let (Some(user), Some(role)) = (&person.user, person.role) {
                index.give(user, &Place::Space, role);
            }
        }
        index
    }

    fn give(&mut self, user: &OwnedUserId, place: &Place, role: Role) {
        if role > Role::Member {
            let roles = self.team.entry(user.clone()).or_default();
            roles.push((place.clone(), role));
        }
    }

    fn highest(&self, user: &UserId, counts: impl Fn(&Place) -> bool) -> Role {
        let roles = self.team.get(user).into_iter().flatten();
        let roles = roles.filter(|(place, _)| counts(place));
        roles.map(|(_, role)| *role).max().unwrap_or(Role::Member)
    }
}

/// The changes of the rules for each place that has some: in a group those of the whole community first, then its own.
fn layers(records: &Records) -> BTreeMap<Place, Layer> {
    let mut changes: Vec<_> = records.rules.values().collect();
    changes.sort_by_key(|it| (it.at, it.id.clone()));
    let of = |place: &Place| {
        let everywhere = changes.iter().filter(|it| it.place == Place::Space);
        let own = changes
            .iter()
            .filter(|it| it.place == *place && *place != Place::Space);
        Layer::of(everywhere.chain(own).map(|it| &it.edit))
    };
    let places: BTreeSet<&Place> = changes.iter().map(|it| &it.place).collect();
    places
        .into_iter()
        .map(|place| (place.clone(), of(place)))
        .collect()
}

impl Community {
    /// A community as declared, with nothing bound yet.
    #[must_use]
    pub fn new(definition: Definition) -> Self {
        let groups = definition.group_list();
        let records = Records::default();
        Self {
            index: Index::of(&definition, &groups, &records),
            routes: Routes::of(&definition.routes),
            file: Some(definition.clone()),
            definition,
            places: BTreeMap::new(),
            mutes: BTreeMap::new(),
            lockdowns: BTreeMap::new(),
            takedowns: VecDeque::new(),
            begun: 0,
            held: VecDeque::new(),
            groups,
            records,
            layers: BTreeMap::new(),
        }
    }

    /// A community that was made by commands.
    #[must_use]
    pub fn without_file(definition: Definition) -> Self {
        Self {
            file: None,
            ..Self::new(definition)
        }
    }

    /// The same community as its file says now: what is bound, noted and in force stays.
    #[must_use]
    pub fn declared_anew(self, file: Option<Definition>) -> Self {
        let mut community = Self { file, ..self };
        community.declare();
        community
    }

    /// What its file says; none when it was made by commands.
    #[must_use]
    pub fn file(&self) -> Option<&Definition> {
        self.file.as_ref()
    }

    /// Puts file and commands together.
    fn declare(&mut self) {
        let made = self.records.declared.as_ref();
        self.definition = match (&self.file, made) {
            (Some(file), Some(made)) => file.with_commands(&made.definition, made.base.as_ref()),
            (Some(file), None) => file.clone(),
            (None, Some(made)) => made.definition.clone(),
            (None, None) => return,
        };
        self.groups = self.definition.group_list();
        self.index = Index::of(&self.definition, &self.groups, &self.records);
        self.routes = Routes::of(&self.definition.routes);
    }

    /// What is to be noted so that the community is `definition` from now on.
    #[must_use]
    pub fn redeclared(&self, definition: Definition) -> Change {
        let declared = Declared {
            definition,
            base: self.file.clone(),
        };
        let id = &self.definition.id;
        Change::keep(id, Record::Declared(Box::new(declared)))
    }

    pub(super) fn keep(&mut self, record: &Record) {
        self.records.keep(record);
        self.noted(record.kind(), Some(record));
    }

    pub(super) fn forget(&mut self, kind: RecordKind, key: &str) {
        self.records.drop_record(kind, key);
        self.noted(kind, None);
    }

    fn noted(&mut self, kind: RecordKind, record: Option<&Record>) {
        match (kind, record) {
            (RecordKind::Declared, _) => self.declare(),
            // Of a roster most have no role of their own, and who had none is only added.
            (RecordKind::Person, Some(Record::Person(person)))
                if !person
                    .user
                    .as_ref()
                    .is_some_and(|it| self.index.team.contains_key(it)) =>
            {
                if let (Some(user), Some(role)) = (&person.user, person.role) {
                    self.index.give(user, &Place::Space, role);
                }
            }
            (RecordKind::Rule, _) => self.layers = layers(&self.records),
            (RecordKind::Grant | RecordKind::Person, _) => {
                self.index = Index::of(&self.definition, &self.groups, &self.records);
            }
            _ => {}
        }
    }

    /// What is changed about the rules at a place.
    #[must_use]
    pub fn layer(&self, place: &Place) -> &Layer {
        static NONE: LazyLock<Layer> = LazyLock::new(Layer::default);
        let own = self.layers.get(place);
        own.or_else(|| self.layers.get(&Place::Space))
            .unwrap_or(&NONE)
    }

    /// Which words take a message to whom: the routes of the declaration, compiled.
    #[must_use]
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// What the rules know of a place.
    #[must_use]
    pub fn site<'a>(
        &'a self,
        place: &'a Place,
        now: Timestamp,
        lets_through: &'a dyn Fn(DetectedKind, &str) -> bool,
    ) -> Site<'a> {
        let spot = match (place, self.kind(place)) {
            (Place::Group(id), Some(kind)) => Spot::Group { id, kind },
            _ => Spot::Space,
        };
        Site {
            layer: self.layer(place),
            spot,
            now,
            lets_through,
        }
    }

    /// The declared group with this id.
    #[must_use]
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(*self.index.groups.get(id)?)
    }

    /// The kind of a place's group; `None` for the space.
    #[must_use]
    pub fn kind(&self, place: &Place) -> Option<Kind> {
        match place {
            Place::Space => None,
            Place::Group(id) => self.group(id).map(|group| group.kind),
        }
    }

    /// The room that a place is by declaration, when it existed before: its id, or an alias.
    #[must_use]
    pub fn existing(&self, place: &Place) -> Option<&str> {
        match place {
            Place::Space => self.definition.space.as_deref(),
            Place::Group(id) => self.group(id)?.room.as_deref(),
        }
    }

    /// The name that members see of a place.
    #[must_use]
    pub fn name_of<'a>(&'a self, place: &'a Place) -> &'a str {
        match place {
            Place::Space => &self.definition.name,
            Place::Group(id) => self.group(id).map_or(id.as_str(), |group| &group.name),
        }
    }

    /// The role of `user` in the community as a whole.
    #[must_use]
    pub fn role(&self, user: &UserId) -> Role {
        self.index.highest(user, |place| *place == Place::Space)
    }

    /// The role of `user` in one place: what they are in the whole community counts there too.
    #[must_use]
    pub fn role_in(&self, user: &UserId, place: &Place) -> Role {
        self.index
            .highest(user, |own| own == place || *own == Place::Space)
    }

    /// The highest role that `user` has anywhere in the community.
    #[must_use]
    pub fn highest_role(&self, user: &UserId) -> Role {
        self.index.highest(user, |_| true)
    }

    /// The roles that somebody was given: where, and which. The space stands for the whole community.
    #[must_use]
    pub fn roles_of(&self, user: &UserId) -> &[(Place, Role)] {
        self.index.team.get(user).map_or(&[], Vec::as_slice)
    }

    /// Under which name it is noted since when the code of conduct must be accepted.
    pub const CONDUCT_REQUIRED: &'static str = "conduct-required";

    /// Whether the code of conduct must be accepted.
    #[must_use]
    pub fn requires_conduct(&self) -> bool {
        self.definition.code_of_conduct.acceptance == Acceptance::Required
    }

    /// Since when that is so for those who are there; until it is noted nobody is kept from writing.
    #[must_use]
    pub fn conduct_required_since(&self) -> Option<Timestamp> {
        self.records.said.get(Self::CONDUCT_REQUIRED).copied()
    }

    /// Whether somebody has still to accept the code of conduct before they may write. Who accepted an earlier version may write until that
    /// lapses (see [`crate::governance::conduct`]).
    #[must_use]
    pub fn is_newcomer(&self, user: &UserId) -> bool {
        let version = self.definition.code_of_conduct.version;
        let accepted = || self.records.accepted.get(&Place::Space)?.get(user);
        self.requires_conduct()
            && self.conduct_required_since().is_some()
            && self.highest_role(user) < Role::Moderator
            && accepted().is_none_or(|it| it.version < version && it.lapsed)
    }

    /// Whether the rules have taken down so much within the hour that a human must look first.
    #[must_use]
    pub fn must_ask_before_takedown(&self, now: Timestamp) -> bool {
        self.takedowns_left(now) == 0
    }

    /// How much the rules may still take down within the hour before a human must look, besides what has begun.
    #[must_use]
    pub fn takedowns_left(&self, now: Timestamp) -> usize {
        let limit = self.definition.max_takedowns_per_hour as usize;
        limit.saturating_sub(self.taken_down_lately(now) + self.begun)
    }

    /// A takedown has begun: there is room for it when it is decided, whatever is decided before it.
    pub fn takedown_begun(&mut self) {
        self.begun += 1;
    }

    /// One that had begun is decided, or never will be.
    pub fn takedown_decided(&mut self) {
        self.begun = self.begun.saturating_sub(1);
    }

    /// How much the rules have taken down within the hour.
    #[must_use]
    pub fn taken_down_lately(&self, now: Timestamp) -> usize {
        lately(&self.takedowns, now)
    }

    /// How much was left to a human within the hour.
    #[must_use]
    pub fn held_lately(&self, now: Timestamp) -> usize {
        lately(&self.held, now)
    }

    /// Remembers that the rules took something down.
    pub(super) fn took_down(&mut self, at: Timestamp) {
        note(&mut self.takedowns, at);
    }

    /// Remembers that something was left to a human.
    pub(super) fn held_back(&mut self, at: Timestamp) {
        note(&mut self.held, at);
    }

    /// Everybody who has a role somewhere, each once.
    pub fn team(&self) -> impl Iterator<Item = &OwnedUserId> {
        self.index.team.keys()
    }

    /// Everybody who is at least moderator somewhere: never sanctioned automatically.
    pub fn trusted(&self) -> impl Iterator<Item = &OwnedUserId> {
        let team = self.team();
        team.filter(|user| self.highest_role(user) >= Role::Moderator)
    }

    /// The id of the group of this kind that always exists (announcements, admins).
    #[must_use]
    pub fn group_of_kind(&self, kind: Kind) -> Option<GroupId> {
        self.groups
            .iter()
            .find(|group| group.kind == kind)
            .map(|group| group.id.clone())
    }

    /// The room of the group of this kind, when it exists already.
    #[must_use]
    pub fn room_of_kind(&self, kind: Kind) -> Option<&OwnedRoomId> {
        self.places.get(&Place::Group(self.group_of_kind(kind)?))
    }

    /// The room where the admins are told things.
    #[must_use]
    pub fn admins_room(&self) -> Option<&OwnedRoomId> {
        self.room_of_kind(Kind::Admins)
    }
}

/// How many of these are of the last hour: in order of time, so the recent ones are at the end.
fn lately(all: &VecDeque<Timestamp>, now: Timestamp) -> usize {
    let recent = all.iter().rev();
    let recent = recent.take_while(|at| now.since(**at) < TAKEDOWN_WINDOW);
    recent.count()
}

/// Remembers one more, and forgets those that are over.
fn note(all: &mut VecDeque<Timestamp>, at: Timestamp) {
    all.push_back(at);
    while all
        .front()
        .is_some_and(|first| at.since(*first) >= TAKEDOWN_WINDOW)
    {
        all.pop_front();
    }
}
