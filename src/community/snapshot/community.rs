//! A community in the snapshot: roles, places, kinds.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use ruma::{OwnedRoomId, OwnedUserId, UserId};

use crate::{
    clock::Timestamp,
    community::{
        change::{Lockdown, Mute},
        definition::{Definition, Group, GroupId, Kind},
        place::Place,
        role::Role,
    },
};

/// Over which time takedowns are counted.
const TAKEDOWN_WINDOW: Duration = Duration::from_hours(1);

/// A community: what was declared and what is in force.
#[derive(Clone, Debug)]
pub struct Community {
    /// What its file says.
    pub definition: Definition,
    /// The room of each place that has one.
    pub places: BTreeMap<Place, OwnedRoomId>,
    /// Who may not write for now.
    pub mutes: BTreeMap<OwnedUserId, Mute>,
    /// Which places are for admins only for now.
    pub lockdowns: BTreeMap<Place, Lockdown>,
    /// When the rules took something down, within the last hour.
    pub takedowns: VecDeque<Timestamp>,
    /// All groups, those that always exist included ([`Definition::group_list`]).
    pub groups: Vec<Group>,
    /// Found without going through all groups, for every message.
    index: Index,
}

/// What every message asks of the declaration.
#[derive(Clone, Debug, Default)]
struct Index {
    /// The highest role of everybody who has one anywhere.
    team: HashMap<OwnedUserId, Role>,
    /// Where a group stands in the list.
    groups: HashMap<GroupId, usize>,
}

impl Index {
    fn of(definition: &Definition, groups: &[Group]) -> Self {
        let moderators = definition.groups.iter().flat_map(|group| &group.moderators);
        let ranks = [
            (Role::Moderator, moderators.collect::<Vec<_>>()),
            (Role::Moderator, definition.moderators.iter().collect()),
            (Role::Admin, definition.admins.iter().collect()),
            (Role::Owner, definition.owners.iter().collect()),
        ];
        let ranked = ranks
            .into_iter()
            .flat_map(|(role, users)| users.into_iter().map(move |user| (user.clone(), role)));
        let groups = groups.iter().enumerate();
        Self {
            // The higher role comes later and stays.
            team: ranked.collect(),
            groups: groups.map(|(at, group)| (group.id.clone(), at)).collect(),
        }
    }
}

impl Community {
    /// A community as declared, with nothing bound yet.
    #[must_use]
    pub fn new(definition: Definition) -> Self {
        let groups = definition.group_list();
        Self {
            index: Index::of(&definition, &groups),
            definition,
            places: BTreeMap::new(),
            mutes: BTreeMap::new(),
            lockdowns: BTreeMap::new(),
            takedowns: VecDeque::new(),
            groups,
        }
    }

    /// The same community as its file says now: what is bound and in force stays.
    #[must_use]
    pub fn declared_anew(self, definition: Definition) -> Self {
        let groups = definition.group_list();
        Self {
            index: Index::of(&definition, &groups),
            definition,
            groups,
            ..self
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
        let among = |users: &[OwnedUserId]| users.iter().any(|listed| listed == user);
        let definition = &self.definition;
        if among(&definition.owners) {
            Role::Owner
        } else if among(&definition.admins) {
            Role::Admin
        } else if among(&definition.moderators) {
            Role::Moderator
        } else {
            Role::Member
        }
    }

    /// The role of `user` in one place: a group's own moderators count there.
    #[must_use]
    pub fn role_in(&self, user: &UserId, place: &Place) -> Role {
        let own = match place {
            Place::Group(id) => {
                let groups = self.definition.groups.iter();
                let mut own = groups
                    .filter(|group| group.id == *id)
                    .flat_map(|group| &group.moderators);
                if own.any(|moderator| moderator == user) {
                    Role::Moderator
                } else {
                    Role::Member
                }
            }
            Place::Space => Role::Member,
        };
        self.role(user).max(own)
    }

    /// The highest role that `user` has anywhere in the community.
    #[must_use]
    pub fn highest_role(&self, user: &UserId) -> Role {
        self.index.team.get(user).copied().unwrap_or(Role::Member)
    }

    /// Whether the rules have taken down so much within the hour that a human must look first.
    #[must_use]
    pub fn must_ask_before_takedown(&self, now: Timestamp) -> bool {
        self.takedowns_left(now) == 0
    }

    /// How much the rules may still take down within the hour before a human must look.
    #[must_use]
    pub fn takedowns_left(&self, now: Timestamp) -> usize {
        let limit = self.definition.max_takedowns_per_hour as usize;
        // In order of time, so the recent ones are at the end.
        let recent = self.takedowns.iter().rev();
        let recent = recent.take_while(|at| now.since(**at) < TAKEDOWN_WINDOW);
        limit.saturating_sub(recent.count())
    }

    /// Remembers that the rules took something down.
    pub(super) fn took_down(&mut self, at: Timestamp) {
        self.takedowns.push_back(at);
        while self
            .takedowns
            .front()
            .is_some_and(|first| at.since(*first) >= TAKEDOWN_WINDOW)
        {
            self.takedowns.pop_front();
        }
    }

    /// Everybody who is at least moderator somewhere: never sanctioned automatically.
    pub fn trusted(&self) -> impl Iterator<Item = &OwnedUserId> {
        let definition = &self.definition;
        let groups = definition.groups.iter().flat_map(|group| &group.moderators);
        definition
            .owners
            .iter()
            .chain(&definition.admins)
            .chain(&definition.moderators)
            .chain(groups)
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
