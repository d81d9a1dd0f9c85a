//! Roles that end, questions that lapse, and who was seen.

use super::*;
use crate::{
    community::{
        place::Place,
        record::{Card, CardId},
        snapshot::tests::{redeclare, settled},
    },
    event::EventKind,
};

const NOW: Timestamp = Timestamp(1_767_225_600_000);
const DAY: Duration = Duration::from_hours(24);

fn user(name: &str) -> OwnedUserId {
    format!("@{name}:s").try_into().unwrap()
}

fn only(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

/// Everything that is due, done; its causes.
fn pass(snapshot: &mut Snapshot, now: Timestamp) -> Vec<Decision> {
    let due = due(snapshot, only(snapshot), now);
    for change in due.iter().flat_map(|(_, decision)| &decision.changes) {
        snapshot.apply(change);
    }
    due.into_iter().map(|(_, decision)| decision).collect()
}

fn given(snapshot: &mut Snapshot, until: Option<Timestamp>) {
    let grant = Grant {
        user: user("member"),
        place: Place::Group("est".parse().unwrap()),
        role: Role::Facilitator,
        until,
        by: user("samir"),
        at: NOW,
    };
    let id = only(snapshot).definition.id.clone();
    snapshot.apply(&Change::keep(&id, Record::Grant(grant)));
}

#[test]
fn a_role_ends_at_its_time_with_one_warning_and_once() {
    let mut snapshot = settled();
    given(&mut snapshot, Some(NOW.plus(30 * DAY)));
    assert_eq!(pass(&mut snapshot, NOW), []);
    assert_eq!(pass(&mut snapshot, NOW.plus(22 * DAY)), []);
    let warned = pass(&mut snapshot, NOW.plus(24 * DAY));
    assert_eq!(
        (warned.len(), warned[0].actions.len()),
        (1, 1),
        "the admins"
    );
    assert_eq!(pass(&mut snapshot, NOW.plus(25 * DAY)), []);
    let ended = pass(&mut snapshot, NOW.plus(30 * DAY));
    assert_eq!((ended.len(), ended[0].review.len()), (1, 1));
    assert_eq!(ended[0].audit[0].action, "grant-ended");
    assert_eq!(only(&snapshot).highest_role(&user("member")), Role::Member);
    assert!(only(&snapshot).records.said.is_empty());
    assert_eq!(pass(&mut snapshot, NOW.plus(31 * DAY)), []);
}

#[test]
fn a_short_role_has_no_warning_and_one_without_an_end_stays() {
    let mut snapshot = settled();
    given(&mut snapshot, Some(NOW.plus(5 * DAY)));
    assert_eq!(pass(&mut snapshot, NOW.plus(DAY)), []);
    assert_eq!(pass(&mut snapshot, NOW.plus(6 * DAY)).len(), 1);
    given(&mut snapshot, None);
    assert_eq!(pass(&mut snapshot, NOW.plus(3_000 * DAY)), []);
}

#[test]
fn who_loses_the_last_role_leaves_the_admins_room_by_the_clock_too() {
    let mut snapshot = settled();
    let grant = Grant {
        user: user("member"),
        place: Place::Space,
        role: Role::Moderator,
        until: Some(NOW),
        by: user("samir"),
        at: NOW,
    };
    let id = only(&snapshot).definition.id.clone();
    snapshot.apply(&Change::keep(&id, Record::Grant(grant)));
    let ended = pass(&mut snapshot, NOW);
    let kicked = ended[0]
        .actions
        .iter()
        .filter(|it| it.effect.name() == "kick");
    assert_eq!(kicked.count(), 1);
}

#[test]
fn the_team_is_noted_once_an_hour_and_members_never() {
    let mut snapshot = settled();
    let mut noted = |who: &str, at: Timestamp| {
        let event = Event {
            id: "$e".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: user(who),
            at,
            kind: EventKind::Unreadable,
        };
        let mut decision = Decision::default();
        seen(&snapshot, only(&snapshot), &event, at, &mut decision);
        for change in &decision.changes {
            snapshot.apply(change);
        }
        decision.changes.len()
    };
    assert_eq!((noted("member", NOW), noted("hygie", NOW)), (0, 0));
    assert_eq!(
        (noted("awa", NOW), noted("awa", NOW.plus(DAY / 25))),
        (1, 0)
    );
    assert_eq!(noted("awa", NOW.plus(DAY / 24)), 1);
    assert_eq!(noted("awa", NOW), 0, "a clock that went back");
}

#[test]
fn what_nobody_answers_in_time_is_closed_and_only_a_nomination_is_told_of() {
    let grant = Grant {
        user: user("member"),
        place: Place::Space,
        role: Role::Admin,
        until: None,
        by: user("zoe"),
        at: NOW,
    };
    let line = "kick @member:s".to_owned();
    for (matter, told) in [
        (Matter::Nomination(grant), 1),
        (Matter::Roster { people: Vec::new() }, 0),
        (Matter::Confirm { line }, 0),
    ] {
        let mut snapshot = settled();
        let card = Card {
            id: CardId("abcde".to_owned()),
            matter,
            by: user("zoe"),
            at: NOW,
            due: Some(NOW.plus(DAY)),
            assignee: None,
            shown: None,
            votes: Vec::new(),
            reminded: false,
        };
        let id = only(&snapshot).definition.id.clone();
        snapshot.apply(&Change::keep(&id, Record::Card(Box::new(card))));
        pass(&mut snapshot, NOW);
        assert_eq!(only(&snapshot).records.cards.len(), 1);
        let decisions = pass(&mut snapshot, NOW.plus(DAY));
        let said = decisions.iter().flat_map(|it| &it.actions);
        let said = said.filter(|it| it.effect.name() == "say").count();
        assert_eq!((only(&snapshot).records.cards.len(), said), (0, told));
    }
}

#[test]
fn a_role_is_lost_with_its_line_in_the_file_and_kept_when_only_the_file_names_another() {
    let mut snapshot = settled();
    given(&mut snapshot, None);
    redeclare(&mut snapshot, |file| file.moderators.clear());
    assert_eq!(only(&snapshot).highest_role(&user("zoe")), Role::Member);
    assert_eq!(
        only(&snapshot).highest_role(&user("member")),
        Role::Facilitator
    );
}
