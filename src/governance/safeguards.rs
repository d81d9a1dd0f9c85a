//! What must always hold about the people who run a community, and the alarm when it does not.
//!
//! [`broken`] says what does not hold now. The clock compares that with the alarms that stand: a new one waits for the grace period, is told
//! in the admins' room, repeated every day, and taken back when all is well again. `commands` asks [`newly_broken`] before it does what
//! somebody wants.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use ruma::{OwnedUserId, UserId};

use super::{deed::Deed, team};
use crate::{
    clock::Timestamp,
    community::{
        change::Change,
        definition::{CommunityId, Group, Kind},
        place::Place,
        record::{Alarm, Record, RecordKind},
        role::Role,
        snapshot::{Community, Room, Snapshot},
        words::fold,
    },
    decide::Decision,
    reply::{Argument, Text},
};

/// The beginning of the names of the alarms of this file; others keep theirs.
const OURS: &str = "safeguard/";
/// How often what is still wrong is said again.
const REMINDED_EVERY: Duration = Duration::from_hours(24);
/// How many changes are made of it at a time: a community may have ten thousand groups.
const MOST_AT_ONCE: usize = 200;
/// How many lines a notice has.
const MOST_LINES: usize = 15;

/// What does not hold now: by a name that stays the same, and in words.
#[must_use]
pub fn broken(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> BTreeMap<String, Text> {
    let mut broken = BTreeMap::new();
    // Until there is a space, nobody can be in it.
    let Some(space) = room_of(snapshot, community, &Place::Space) else {
        return broken;
    };
    let team = Team::look(snapshot, community, space, now);
    let rules = &community.definition.safeguards;
    let needed = rules.min_admins;
    if team.admins < needed {
        let text = Text::new("safeguard-admins")
            .with("count", i64::from(team.admins))
            .with("needed", i64::from(needed));
        broken.insert(format!("{OURS}admins"), text);
    }
    let mut groups = 0_u32;
    for group in community.groups.iter().filter(|group| is_watched(group)) {
        groups += 1;
        let place = Place::Group(group.id.clone());
        // A group without a room has nobody in it yet.
        if !community.places.contains_key(&place) {
            continue;
        }
        let leaders = team.leaders.get(&place).copied().unwrap_or_default() + team.leaders_of_all;
        if leaders < needed {
            let text = Text::new("safeguard-leaders")
                .with("group", group.name.as_str())
                .with("count", i64::from(leaders))
                .with("needed", i64::from(needed))
                .code("id", &group.id);
            broken.insert(format!("{OURS}leaders/{}", group.id), text);
        }
        if group.kind == Kind::FieldWatch
            && !team.correspondent_of_all
            && !team.correspondents.contains(&place)
        {
            let text = Text::new("safeguard-correspondent")
                .with("group", group.name.as_str())
                .code("id", &group.id);
            broken.insert(format!("{OURS}correspondent/{}", group.id), text);
        }
    }
    let most = rules.groups_per_admin.saturating_mul(team.admins);
    if rules.groups_per_admin > 0 && groups > most && team.admins > 0 {
        let text = Text::new("safeguard-ratio")
            .with("groups", i64::from(groups))
            .with("admins", i64::from(team.admins))
            .with("most", i64::from(rules.groups_per_admin));
        broken.insert(format!("{OURS}ratio"), text);
    }
    if !rules.admins_must_have.is_empty() {
        broken.extend(unqualified(snapshot, community));
    }
    broken
}

/// Groups that need leaders: not those that are over, not the two that all of the team runs, nor closed rooms for a conflict.
fn is_watched(group: &Group) -> bool {
    !group.archived && !group.kind.always_exists() && group.kind != Kind::Mediation
}

fn room_of<'a>(snapshot: &'a Snapshot, community: &Community, place: &Place) -> Option<&'a Room> {
    snapshot.rooms.get(community.places.get(place)?)
}

/// Who of the team is there and active, counted once for all groups.
#[derive(Default)]
struct Team<'a> {
    admins: u32,
    leaders_of_all: u32,
    /// Who leads a group and not all of them.
    leaders: HashMap<&'a Place, u32>,
    correspondent_of_all: bool,
    correspondents: BTreeSet<&'a Place>,
}

impl<'a> Team<'a> {
    fn look(
        snapshot: &'a Snapshot,
        community: &'a Community,
        space: &Room,
        now: Timestamp,
    ) -> Self {
        let mut team = Self::default();
        for user in community.team() {
            if *user == snapshot.bot || !is_active(community, user, now) {
                continue;
            }
            let (everywhere, in_space) = (community.role(user), space.joined(user));
            team.admins += u32::from(in_space && everywhere >= Role::Admin);
            let leads_all = in_space && everywhere >= Role::Moderator;
            team.leaders_of_all += u32::from(leads_all);
            let mut led = BTreeSet::new();
            for (place, role) in community.roles_of(user) {
                if *place == Place::Space {
                    team.correspondent_of_all |= in_space && *role == Role::Correspondent;
                    continue;
                }
                let there = room_of(snapshot, community, place);
                if !there.is_some_and(|room| room.joined(user)) {
                    continue;
                }
                if *role == Role::Correspondent {
                    team.correspondents.insert(place);
                } else if *role >= Role::Moderator && !leads_all && led.insert(place) {
                    *team.leaders.entry(place).or_default() += 1;
                }
            }
        }
        team
    }
}

/// Whether somebody of the team counts: neither away nor silent for too long. Who was never seen counts until they were.
#[must_use]
pub fn is_active(community: &Community, user: &UserId, now: Timestamp) -> bool {
    let records = &community.records;
    let limit = community.definition.safeguards.inactive_after.get();
    let silent = |seen: &Timestamp| now.since(*seen) > limit;
    !records.is_away(user, now) && !records.active.get(user).is_some_and(silent)
}

/// What everybody from admin on must have on the roster and this person has not: name and value.
#[must_use]
pub fn missing(community: &Community, user: &UserId) -> Vec<(String, String)> {
    let needed = &community.definition.safeguards.admins_must_have;
    let person = community.records.person(user);
    let has = |name: &str, value: &str| {
        let values = person.map(|person| person.attribute(&fold(name)));
        let mut values = values.into_iter().flatten();
        values.any(|own| fold(own) == fold(value))
    };
    let missing = needed.iter().filter(|(name, value)| !has(name, value));
    missing
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn unqualified(snapshot: &Snapshot, community: &Community) -> Vec<(String, Text)> {
    let admins = community
        .team()
        .filter(|user| **user != snapshot.bot && community.highest_role(user) >= Role::Admin);
    let lacks = admins.filter_map(|user| {
        let missing = missing(community, user);
        let (name, value) = missing.first()?;
        let text = Text::new("safeguard-must-have")
            .with("person", user)
            .code("name", name)
            .code("value", value);
        Some((format!("{OURS}must-have/{user}"), text))
    });
    lacks.collect()
}

/// What would not hold any more after these changes and does now.
#[must_use]
pub fn newly_broken(
    snapshot: &Snapshot,
    community: &Community,
    changes: &[Change],
    now: Timestamp,
) -> BTreeMap<String, Text> {
    let id = &community.definition.id;
    let mut after = snapshot.only(id);
    for change in changes {
        after.apply(change);
    }
    let Some(then) = after.communities.get(id) else {
        return BTreeMap::new();
    };
    let mut new = broken(&after, then, now);
    let before = broken(snapshot, community, now);
    new.retain(|about, _| !before.contains_key(about));
    new
}

/// Whether these changes touch anybody of the team at all: most do not, and need not be tried.
#[must_use]
pub fn touches_the_team(community: &Community, changes: &[Change]) -> bool {
    changes.iter().any(|change| match change {
        Change::Member { user, .. } => !community.roles_of(user).is_empty(),
        Change::Keep { record, .. } => matches!(
            record,
            Record::Declared(_) | Record::Grant(_) | Record::Person(_) | Record::Away(_)
        ),
        Change::Forget { kind, .. } => matches!(kind, RecordKind::Grant | RecordKind::Person),
        _ => false,
    })
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    if !is_turn(&community.definition.id, now) {
        return Vec::new();
    }
    let mut work = Work {
        deed: Deed::new(snapshot, community, "", now),
        told: Vec::new(),
        mended: Vec::new(),
        causes: Vec::new(),
    };
    work.notice_the_team();
    work.compare(&broken(snapshot, community, now));
    work.finish().into_iter().collect()
}

/// Communities take turns: the team of each is looked at every ten seconds, for four seconds, in which the clock asks at least once. A
/// community with ten thousand groups costs milliseconds each time, and many communities do not cost theirs at the same moment.
fn is_turn(id: &CommunityId, now: Timestamp) -> bool {
    let own = i64::from(blake3::hash(id.as_str().as_bytes()).as_bytes()[0]);
    (now.0.div_euclid(2_000) + own).rem_euclid(5) < 2
}

/// Whether anybody of the team is in the admins' room: nobody sees there what was said before they came.
fn somebody_reads(snapshot: &Snapshot, community: &Community) -> bool {
    let room = community.admins_room();
    let room = room.and_then(|room| snapshot.rooms.get(room));
    let there =
        |user: &OwnedUserId| *user != snapshot.bot && room.is_some_and(|room| room.joined(user));
    community.team().any(there)
}

struct Work<'a> {
    deed: Deed<'a>,
    told: Vec<Text>,
    mended: Vec<Text>,
    causes: Vec<String>,
}

impl Work<'_> {
    fn is_enough(&self) -> bool {
        self.deed.decision.changes.len() >= MOST_AT_ONCE
    }

    /// Who was never seen is silent from now on, not for ever.
    fn notice_the_team(&mut self) {
        let (snapshot, community) = (self.deed.snapshot, self.deed.community);
        let Some(space) = room_of(snapshot, community, &Place::Space) else {
            return;
        };
        let unseen = community.team().filter(|user| {
            !community.records.active.contains_key(*user)
                && space.joined(user)
                && **user != snapshot.bot
        });
        let mut unseen: Vec<&OwnedUserId> = unseen.take(MOST_AT_ONCE).collect();
        unseen.sort();
        let now = self.deed.now;
        let noted = unseen
            .into_iter()
            .map(|user| team::noted(community, user, now));
        self.deed.decision.changes.extend(noted);
    }

    fn compare(&mut self, broken: &BTreeMap<String, Text>) {
        let (community, now) = (self.deed.community, self.deed.now);
        let grace = community.definition.safeguards.grace.get();
        let alarms = &community.records.alarms;
        let can_be_told = somebody_reads(self.deed.snapshot, community);
        for (about, text) in broken {
            if self.is_enough() {
                return;
            }
            let alarm = alarms.get(about);
            let since = alarm.map_or(now, |alarm| alarm.since);
            let told = alarm.and_then(|alarm| alarm.told);
            let is_time = match told {
                None => now.since(since) >= grace,
                Some(told) => now.since(told) >= REMINDED_EVERY,
            };
            let is_time = is_time && can_be_told;
            if alarm.is_some() && !is_time {
                continue;
            }
            if is_time {
                self.told.push(text.clone());
                let told = told.map_or(0, |at| at.0);
                self.causes.push(format!("{about} {} {told}", since.0));
            }
            self.deed.keep(Record::Alarm(Alarm {
                about: about.clone(),
                since,
                told: if is_time { Some(now) } else { told },
            }));
        }
        for (about, alarm) in alarms {
            if self.is_enough() {
                return;
            }
            if about.starts_with(OURS) && !broken.contains_key(about) {
                self.deed.forget(RecordKind::Alarm, about);
                if alarm.told.is_some() {
                    self.mended.push(mended(community, about));
                    self.causes
                        .push(format!("{about} {} mended", alarm.since.0));
                }
            }
        }
    }

    fn finish(mut self) -> Option<(String, Decision)> {
        if self.deed.decision.changes.is_empty() {
            return None;
        }
        let id = &self.deed.community.definition.id;
        // The same alarms at the same stage are the same cause.
        let stage = blake3::hash(self.causes.join("\n").as_bytes()).to_hex();
        self.deed.cause = format!("safeguards/{id}/{stage}");
        if !self.told.is_empty() {
            let text = lines(Text::new("safeguard-alarm"), self.told);
            self.deed.tell_admins(text.line("safeguard-how"));
        }
        if !self.mended.is_empty() {
            let text = lines(Text::new("safeguard-mended"), self.mended);
            self.deed.tell_admins(text);
        }
        Some((self.deed.cause, self.deed.decision))
    }
}

/// A notice with these lines below it, and how many there are more.
pub(crate) fn lines(title: Text, lines: Vec<Text>) -> Text {
    let more = i64::try_from(lines.len().saturating_sub(MOST_LINES)).unwrap_or(i64::MAX);
    let shown = lines.into_iter().take(MOST_LINES);
    let text = shown.fold(title, Text::then);
    if more > 0 {
        text.line("safeguard-more").with("count", more)
    } else {
        text
    }
}

/// What holds again, in words.
fn mended(community: &Community, about: &str) -> Text {
    let (what, which) = about[OURS.len()..]
        .split_once('/')
        .unwrap_or((&about[OURS.len()..], ""));
    let group = || {
        let name = which.parse().ok().map(Place::Group);
        name.map_or_else(
            || which.to_owned(),
            |place| community.name_of(&place).to_owned(),
        )
    };
    match what {
        "admins" => Text::new("safeguard-mended-admins"),
        "leaders" => Text::new("safeguard-mended-leaders").with("group", group()),
        "correspondent" => Text::new("safeguard-mended-correspondent").with("group", group()),
        "must-have" => {
            Text::new("safeguard-mended-must-have").with("person", Argument::User(which.to_owned()))
        }
        _ => Text::new("safeguard-mended-ratio"),
    }
}

#[cfg(test)]
mod tests;
