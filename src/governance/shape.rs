//! What a community consists of: rooms that existed before and what is missing to govern them, groups that end, what waits for somebody to
//! say so.

mod adopted;
mod ends;

use crate::{
    clock::Timestamp,
    community::{
        definition::CommunityId,
        plan::Step,
        record::{Alarm, Record, RecordKind},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::Text,
};

pub use adopted::{NotAdopted, not_adopted};
pub(crate) use ends::{archived, arrived};

/// The alarm while destructive steps wait.
const HELD: &str = "destructive";

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let mut due = adopted::due(snapshot, community, now);
    due.extend(ends::due(snapshot, community, now));
    due.extend(moved(snapshot, community, now));
    due
}

/// Who goes with a group to its new room is invited there by now: nothing is left to be remembered.
fn moved<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    now: Timestamp,
) -> impl Iterator<Item = (String, Decision)> + use<'a> {
    let moving = community.records.moving.values().filter(|moving| {
        let room = community.places.get(&moving.place);
        room.and_then(|room| snapshot.rooms.get(room))
            .is_some_and(|room| {
                moving
                    .people
                    .iter()
                    .all(|user| room.invited.contains(user) || room.members.contains_key(user))
            })
    });
    moving.map(move |moving| {
        let cause = format!("moved/{}/{}", moving.place, moving.from);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.forget(RecordKind::Moving, moving.place.to_string());
        (cause, deed.decision)
    })
}

/// What the admins are told of the steps of a plan that wait for somebody to say so: once, until none waits any more.
pub(crate) fn held(
    snapshot: &Snapshot,
    id: &CommunityId,
    steps: &[Step],
    now: Timestamp,
) -> Decision {
    let Some(community) = snapshot.communities.get(id) else {
        return Decision::default();
    };
    let waiting: Vec<&Step> = steps.iter().filter(|step| step.destructive).collect();
    let alarm = community.records.alarms.get(HELD);
    let cause = format!("held/{id}/{}", now.0);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    match (waiting.is_empty(), alarm) {
        (true, Some(_)) => deed.forget(RecordKind::Alarm, HELD),
        (false, None) => {
            deed.keep(Record::Alarm(Alarm {
                about: HELD.to_owned(),
                since: now,
                told: Some(now),
            }));
            let text = held_text(snapshot, Text::new("plan-held-told"), &waiting);
            tell_the_team(&mut deed, text);
        }
        _ => {}
    }
    deed.decision
}

/// `title`, with how many steps wait, the first of them, and how they are done.
fn held_text(snapshot: &Snapshot, title: Text, waiting: &[&Step]) -> Text {
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let mut text = title.with("count", count);
    for step in waiting.iter().take(10) {
        text = text.line("plan-step").with("what", step.what.clone());
    }
    text.line("plan-held-how").code(
        "command",
        format!("!{} apply confirm", snapshot.bot.localpart()),
    )
}

/// Tells the admins, or the owners while the admins have no room.
fn tell_the_team(deed: &mut Deed, text: Text) {
    if deed.community.admins_room().is_some() {
        return deed.tell_admins(text);
    }
    for owner in &deed.community.definition.owners {
        deed.tell(owner, text.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        community::{
            definition::History,
            plan,
            snapshot::tests::{redeclare, settled},
        },
        decide::review,
    };

    #[test]
    fn what_would_open_a_room_waits_and_the_admins_are_told_once() {
        let id: CommunityId = "nord".parse().unwrap();
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file| {
            file.groups[0].access.history = History::Shared;
        });
        assert!(
            plan::plan(&snapshot, &id)
                .iter()
                .any(|step| step.destructive)
        );
        let said = |decision: &Decision| decision.actions.len();
        let first = review(&snapshot, &id, Timestamp(5));
        assert_eq!(said(&first), 1, "{first:?}");
        first.changes.iter().for_each(|it| snapshot.apply(it));
        assert_eq!(said(&review(&snapshot, &id, Timestamp(6))), 0);
        redeclare(&mut snapshot, |file| {
            file.groups[0].access.history = History::Joined;
        });
        let mended = review(&snapshot, &id, Timestamp(7));
        mended.changes.iter().for_each(|it| snapshot.apply(it));
        assert!(snapshot.communities[&id].records.alarms.is_empty());
    }
}
