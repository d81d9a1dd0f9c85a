//! What is noted of who has just come in, what is forgotten again, and what is taken down because its time is over.

use std::time::Duration;

use super::{Moved, deed::Deed};
use crate::{
    action::Effect,
    clock::Timestamp,
    community::{
        change::Membership,
        place::Place,
        record::{Arrived, Record, RecordKind, Said},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::Text,
};

/// For how long it is remembered what was left in place until a human has looked.
const LEFT: Duration = Duration::from_hours(7 * 24);
/// After how long somebody who has never written is no newcomer any more.
const NEW: Duration = Duration::from_hours(30 * 24);
/// How often it is looked what is too old: a tenth of the time that it stays, at most so often and at least so often.
const OFTEN: Duration = Duration::from_secs(2);
/// See [`OFTEN`].
const SELDOM: Duration = Duration::from_mins(10);
/// How much further back than to the last time it is looked: clocks of homeservers differ, and a takedown may have failed.
const MARGIN: Duration = Duration::from_hours(24);
/// How much is forgotten at a time.
const AT_ONCE: usize = 100;

/// Who comes into the community for the first time is new there.
#[must_use]
pub(super) fn on_member(moved: &Moved) -> Decision {
    let (community, user) = (moved.community, moved.user);
    let cause = moved.event.id.as_str();
    let mut deed = Deed::new(moved.snapshot, community, cause, moved.now);
    let comes = moved.after == Membership::Join && moved.before != Membership::Join;
    let rooms = community.places.values();
    let mut rooms = rooms.filter_map(|id| moved.snapshot.rooms.get(id));
    let known = rooms.any(|room| room.joined(user));
    if comes && !known && community.highest_role(user) < Role::Moderator {
        deed.keep(Record::Arrived(Arrived {
            user: user.clone(),
            at: moved.now,
        }));
    }
    deed.decision
}

/// What is forgotten, and what is too old to stay.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let mut due = Vec::new();
    let records = &community.records;
    let removed_for = community.definition.pace.removed_for.get();
    let removed = records.removed.values();
    let removed = removed.filter(|it| now.since(it.at) >= removed_for);
    let removed = removed.map(|it| (RecordKind::Removed, it.event.to_string()));
    let arrived = records.arrived.values();
    let arrived = arrived.filter(|it| now.since(it.at) >= NEW);
    let arrived = arrived.map(|it| (RecordKind::Arrived, it.user.to_string()));
    let left = records.left.values();
    let left = left.filter(|it| now.since(it.at) >= LEFT);
    let left = left.map(|it| (RecordKind::LeftInPlace, it.event.to_string()));
    let mut old: Vec<_> = removed.chain(arrived).chain(left).collect();
    old.sort();
    old.truncate(AT_ONCE);
    if let Some((_, first)) = old.first() {
        let cause = format!("pace/forget/{first}");
        let mut deed = Deed::new(snapshot, community, &cause, now);
        for (kind, key) in old {
            deed.forget(kind, key);
        }
        due.push((cause, deed.decision));
    }
    due.extend(over(snapshot, community, now));
    due.extend(too_old(snapshot, community, now));
    due
}

/// Messages whose own time is over.
fn over(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let over = community.records.expiring.values();
    let over = over.filter(|it| it.at <= now).take(AT_ONCE);
    over.map(|it| {
        let cause = format!("expiring/{}", it.event);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.act(Effect::Redact {
            room: it.room.clone(),
            event: it.event.clone(),
            reason: Text::new("ephemeral-reason-one"),
            locale: community.definition.locale,
            sender: it.sender.clone(),
        });
        deed.forget(RecordKind::Expiring, it.event.as_str());
        (cause, deed.decision)
    })
    .collect()
}

/// What is said in groups where nothing stays.
fn too_old(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let mut due = Vec::new();
    for group in &community.groups {
        let Some(stays) = group.ephemeral.map(crate::config::Duration::get) else {
            continue;
        };
        let place = Place::Group(group.id.clone());
        let Some(room) = community.places.get(&place) else {
            continue;
        };
        let what = format!("ephemeral/{place}");
        let last = community.records.said.get(&what).copied();
        let every = (stays / 10).clamp(OFTEN, SELDOM);
        if last.is_some_and(|last| now.since(last) < every) {
            continue;
        }
        let cause = format!("{what}/{}", now.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.act(Effect::CleanUp {
            room: room.clone(),
            user: None,
            after: last.map(|last| last.minus(stays).minus(MARGIN)),
            before: Some(now.minus(stays)),
            reason: Text::new("ephemeral-reason"),
            locale: community.definition.locale,
        });
        deed.keep(Record::Said(Said { what, at: now }));
        due.push((cause, deed.decision));
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::snapshot::tests::{redeclare, settled};

    #[test]
    fn what_is_too_old_is_looked_for_again_and_again_and_only_where_nothing_stays() {
        let mut snapshot = settled();
        let now = Timestamp(10_000_000_000);
        let look = |snapshot: &Snapshot, at: Timestamp| {
            due(snapshot, snapshot.communities.values().next().unwrap(), at)
        };
        assert!(look(&snapshot, now).is_empty());
        redeclare(&mut snapshot, |it| {
            it.groups[0].ephemeral = Some(Duration::from_hours(24).into());
        });
        let first = look(&snapshot, now);
        assert_eq!(first.len(), 1);
        let Effect::CleanUp {
            room,
            user: None,
            after: None,
            before,
            ..
        } = &first[0].1.actions[0].effect
        else {
            panic!("it is cleaned up");
        };
        let day = Duration::from_hours(24);
        assert_eq!((room.as_str(), *before), ("!est:s", Some(now.minus(day))));
        let changes = first[0].1.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
        assert!(look(&snapshot, now.plus(Duration::from_mins(9))).is_empty());
        let again = look(&snapshot, now.plus(Duration::from_mins(10)));
        assert!(matches!(
            again[0].1.actions[0].effect,
            Effect::CleanUp { after: Some(_), .. }
        ));
    }
}
