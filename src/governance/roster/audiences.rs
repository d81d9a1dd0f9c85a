//! Who is on the roster, is in a group with an audience, and no longer belongs to it. Where the group says `report`, the admins are told once
//! of each; where it says `remove`, the planner removes them.

use std::collections::BTreeSet;

use ruma::OwnedUserId;

use super::told;
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        definition::{Group, Leavers, Way},
        desired,
        place::Place,
        record::{Alarm, Person, Record, RecordKind},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::Text,
};

/// What alarms of this matter begin with.
const PREFIX: &str = "audience/";

/// Whether a group is for somebody of the roster, as [`desired::selected`] has it.
#[must_use]
pub fn belongs(snapshot: &Snapshot, community: &Community, group: &Group, person: &Person) -> bool {
    let named = |user: &OwnedUserId| group.members.contains(user);
    let by_roster = || group.ways().contains(&Way::Roster);
    let audience = group.audience.as_ref();
    let twin = group.twin_of.as_ref().filter(|id| **id != group.id);
    person.user.as_ref().is_some_and(named)
        || audience.is_some_and(|it| it.selects(person) && by_roster())
        || twin
            .and_then(|id| community.group(id))
            .filter(|twin| twin.twin_of.is_none())
            .is_some_and(|twin| {
                let mut there = desired::joined(snapshot, community, twin);
                belongs(snapshot, community, twin, person)
                    || there.any(|user| person.user.as_ref() == Some(user))
            })
}

/// What is due by `now`. Asked every two seconds: only who is in a group with an audience is looked at.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let watched = |group: &&Group| group.audience.is_some() && group.leavers == Leavers::Report;
    let alarms = &community.records.alarms;
    let mut known: BTreeSet<&str> = alarms
        .range(PREFIX.to_owned()..)
        .map(|(about, _)| about.as_str())
        .take_while(|about| about.starts_with(PREFIX))
        .collect();
    let mut due = Vec::new();
    for group in community.groups.iter().filter(watched) {
        let room = community.places.get(&Place::Group(group.id.clone()));
        let Some(room) = room.and_then(|room| snapshot.rooms.get(room)) else {
            continue;
        };
        let mut new = Vec::new();
        for user in gone(snapshot, community, group, room) {
            if !known.remove(about(group, user).as_str()) {
                new.push(user.clone());
            }
        }
        if !new.is_empty() {
            new.sort();
            due.push(reported(snapshot, community, group, &new, now));
        }
    }
    if !known.is_empty() {
        let cause = format!("{PREFIX}over/{}/{}", community.definition.id, now.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        for about in known {
            deed.forget(RecordKind::Alarm, about);
        }
        due.push((cause, deed.decision));
    }
    due
}

/// The admins are told of these, once.
fn reported(
    snapshot: &Snapshot,
    community: &Community,
    group: &Group,
    users: &[OwnedUserId],
    now: Timestamp,
) -> (String, Decision) {
    let names: Vec<String> = users.iter().map(ToString::to_string).collect();
    let id = &community.definition.id;
    let cause = format!("{PREFIX}{id}/{}/{}/{}", group.id, now.0, names.join("/"));
    let mut deed = Deed::new(snapshot, community, &cause, now);
    for user in users {
        deed.keep(Record::Alarm(Alarm {
            about: about(group, user),
            since: now,
            told: Some(now),
        }));
    }
    let text = told::listed(Text::default(), "audience-left", &names);
    let command = format!("!{} kick", snapshot.bot.localpart());
    let text = text
        .with("group", group.name.as_str())
        .line("audience-left-how")
        .code("command", format!("{command} @… from {}", group.id));
    deed.tell_admins(text);
    (cause, deed.decision)
}

fn about(group: &Group, user: &OwnedUserId) -> String {
    format!("{PREFIX}{}/{user}", group.id)
}

fn gone<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    group: &'a Group,
    room: &'a Room,
) -> impl Iterator<Item = &'a OwnedUserId> {
    let place = Place::Group(group.id.clone());
    room.members.iter().filter_map(move |(user, member)| {
        let there = matches!(member.membership, Membership::Join | Membership::Invite);
        let person = community.records.person(user).filter(|_| there)?;
        let out = *user != snapshot.bot
            && !belongs(snapshot, community, group, person)
            && community.role_in(user, &place) <= Role::Member;
        out.then_some(user)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{
        change::Change,
        definition::CommunityId,
        plan,
        snapshot::tests::{redeclare, settled},
    };

    fn due(snapshot: &Snapshot, id: &CommunityId, now: Timestamp) -> Vec<(String, Decision)> {
        crate::governance::roster::due(snapshot, &snapshot.communities[id], now)
    }

    fn person(zone: &str) -> Change {
        let mut person = Person::new("@member:s");
        person.zone = zone.to_owned();
        let id: CommunityId = "nord".parse().unwrap();
        Change::keep(&id, Record::Person(Box::new(person)))
    }

    #[test]
    fn who_no_longer_belongs_is_told_of_once_and_again_when_it_happens_again() {
        let mut snapshot = settled();
        let id: CommunityId = "nord".parse().unwrap();
        redeclare(&mut snapshot, |file| {
            file.groups[0].audience = Some("zone = est".parse().unwrap());
        });
        snapshot.apply(&person("Est"));
        assert_eq!(due(&snapshot, &id, Timestamp(1)), []);
        for at in [2, 20] {
            snapshot.apply(&person("Ouest"));
            let community = &snapshot.communities[&id];
            let group = &community.definition.groups[0];
            let room = &snapshot.rooms[&community.places[&Place::Group(group.id.clone())]];
            let planned = plan::out_of_audience(&snapshot, community, group, room);
            let found: Vec<_> = gone(&snapshot, community, group, room).cloned().collect();
            assert_eq!(planned, found);
            let decisions = due(&snapshot, &id, Timestamp(at));
            assert_eq!(decisions.len(), 1);
            assert_eq!(decisions[0].1.actions.len(), 1);
            for change in &decisions[0].1.changes {
                snapshot.apply(change);
            }
            assert_eq!(due(&snapshot, &id, Timestamp(at + 1)), [], "told once");
            snapshot.apply(&person("est"));
            let over = due(&snapshot, &id, Timestamp(at + 2));
            assert_eq!((over.len(), over[0].1.actions.len()), (1, 0));
            for change in &over[0].1.changes {
                snapshot.apply(change);
            }
        }
    }
}
