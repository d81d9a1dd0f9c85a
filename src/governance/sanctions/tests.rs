//! The ladder, the cap, what ends by itself.

use serde_json::json;

use super::*;
use crate::{
    community::snapshot::tests::{redeclare, settled},
    event::{Event, EventKind},
};

const DAY: Duration = Duration::from_hours(24);

/// An insult that the rules are certain of: three points.
fn insult(snapshot: &mut Snapshot, id: &str, now: Timestamp) -> Decision {
    let event = Event {
        id: id.try_into().unwrap(),
        room: "!est:s".try_into().unwrap(),
        sender: "@member:s".try_into().unwrap(),
        at: now,
        kind: EventKind::Content {
            event_type: "m.room.message".to_owned(),
            content: json!({"msgtype": "m.text", "body": "tu es un connard"}),
        },
    };
    let decision = crate::decide::decide(snapshot, &event, now);
    let changes = decision.changes.iter();
    changes.for_each(|change| snapshot.apply(change));
    decision
}

fn community(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

fn last(snapshot: &Snapshot) -> &Sanction {
    let all = community(snapshot).records.sanctions.values();
    all.max_by_key(|it| it.at).unwrap()
}

fn names(decision: &Decision) -> Vec<&str> {
    let actions = decision.actions.iter();
    actions.map(|it| it.effect.name()).collect()
}

#[test]
fn who_goes_on_is_warned_then_muted_then_removed_for_a_time_and_an_admin_is_asked_before_a_ban() {
    let mut snapshot = settled();
    let now = Timestamp(1_000_000);
    let at = |breach: u64| now.plus(Duration::from_secs(60 * breach));
    let mut steps = Vec::new();
    for number in 0..7 {
        let decision = insult(&mut snapshot, &format!("${number}"), at(number));
        assert_eq!(decision.actions[0].effect.name(), "redact");
        steps.push((last(&snapshot).step, decision));
    }
    let names_of = |number: usize| names(&steps[number].1);
    let only: Vec<Step> = steps.iter().map(|(step, _)| *step).collect();
    let (warn, mute, remove) = (Step::Warn, Step::Mute, Step::Remove);
    assert_eq!(only, [warn, mute, mute, remove, remove, remove, warn]);
    let first = names_of(0);
    assert_eq!(first, ["redact", "say", "say", "say", "say"]);
    assert_eq!(names_of(3).iter().filter(|it| **it == "ban").count(), 5);
    assert!(names_of(6).contains(&"card"), "{:?}", names_of(6));
    let cards: Vec<_> = community(&snapshot).records.cards.values().collect();
    assert!(matches!(&cards[0].matter, Matter::Sanction(it) if it.step == Step::Ban));
    let mute = &community(&snapshot).mutes[&*last(&snapshot).user];
    assert_eq!(mute.until, at(2).plus(Duration::from_hours(1)));
}

#[test]
fn points_fade_and_what_comes_at_once_is_one_breach() {
    let mut snapshot = settled();
    let now = Timestamp(1_000_000);
    insult(&mut snapshot, "$1", now);
    let soon = insult(&mut snapshot, "$2", now.plus(Duration::from_secs(5)));
    assert_eq!(names(&soon), ["redact", "say", "say"]);
    let user = &last(&snapshot).user.clone();
    let points = |at| standing(community(&snapshot), user, at);
    assert!((points(now.plus(DAY * 15)) - 1.5).abs() < 0.01);
    assert!(points(now.plus(DAY * 31)).abs() < 0.01);
    insult(&mut snapshot, "$3", now.plus(DAY * 29));
    assert_eq!(last(&snapshot).step, Step::Warn);
}

#[test]
fn what_is_worse_than_what_was_seen_just_before_counts_as_well() {
    let mut snapshot = settled();
    let now = Timestamp(1_000_000);
    let breach = |points, event| Breach {
        user: ruma::user_id!("@member:s"),
        rule: "rule",
        name: Text::new("pace-flood-name"),
        points,
        room: ruma::room_id!("!est:s"),
        event,
    };
    let mut follow_on = |points, event| {
        let mut decision = Decision::default();
        let all = community(&snapshot).clone();
        follow(&snapshot, &all, breach(points, event), now, &mut decision);
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        standing(community(&snapshot), ruma::user_id!("@member:s"), now)
    };
    let one = follow_on(1, ruma::event_id!("$1"));
    let worse = follow_on(6, ruma::event_id!("$2"));
    let less = follow_on(3, ruma::event_id!("$3"));
    for (points, expected) in [(one, 1.0), (worse, 7.0), (less, 7.0)] {
        assert!((points - expected).abs() < 0.01, "{points}");
    }
}

#[test]
fn beyond_the_cap_each_sanction_waits_for_an_admin_and_is_imposed_by_their_yes() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| it.sanctions.max_per_hour = 0);
    let now = Timestamp(1_000_000);
    insult(&mut snapshot, "$1", now);
    insult(&mut snapshot, "$2", now.plus(Duration::from_mins(1)));
    assert_eq!(last(&snapshot).step, Step::Warn);
    assert!(community(&snapshot).mutes.is_empty());
    let card = community(&snapshot).records.cards.values().next().unwrap();
    let card = card.clone();
    let answered = |who: &str, yes: bool| {
        let event = Event {
            id: "$yes".try_into().unwrap(),
            room: "!admins:s".try_into().unwrap(),
            sender: who.try_into().unwrap(),
            at: now,
            kind: EventKind::Encrypted,
        };
        let answer = Answer {
            snapshot: &snapshot,
            community: community(&snapshot),
            card: &card,
            event: &event,
            yes,
            reason: None,
            now: now.plus(Duration::from_mins(2)),
        };
        crate::governance::cards::answer(&answer)
    };
    assert_eq!(answered("@zoe:s", true).unwrap_err().key(), "not-allowed");
    let refused = answered("@samir:s", false).unwrap();
    assert!(
        !refused
            .changes
            .iter()
            .any(|it| matches!(it, Change::Muted(_)))
    );
    let agreed = answered("@samir:s", true).unwrap();
    let changes = agreed.changes.iter();
    changes.for_each(|change| snapshot.apply(change));
    let mute = community(&snapshot).mutes.values().next().unwrap();
    assert_eq!(mute.by, "@samir:s");
    assert!(community(&snapshot).records.cards.is_empty());
}

#[test]
fn a_removal_ends_by_itself_with_an_invitation_to_where_they_were_once() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| {
        it.sanctions.ladder = vec![Rung {
            points: 3,
            step: Step::Remove,
            lasts: Some(DAY.into()),
            ask: None,
        }];
    });
    let now = Timestamp(1_000_000);
    insult(&mut snapshot, "$1", now);
    let until = now.plus(DAY);
    assert!(due(&snapshot, community(&snapshot), now).is_empty());
    let over = due(&snapshot, community(&snapshot), until);
    assert_eq!(over, due(&snapshot, community(&snapshot), until));
    let (_, decision) = &over[0];
    let count = |name: &str| names(decision).iter().filter(|it| **it == name).count();
    assert_eq!((count("unban"), count("invite")), (5, 5));
    decision
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    assert!(due(&snapshot, community(&snapshot), until).is_empty());
    let later = until.plus(DAY * 31);
    let forgotten = due(&snapshot, community(&snapshot), later);
    assert_eq!(forgotten.len(), 1);
    forgotten[0]
        .1
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    assert!(community(&snapshot).records.sanctions.is_empty());
}

#[test]
fn leaks_in_good_faith_and_danger_count_nothing() {
    let mut snapshot = settled();
    for body in [
        "la patiente 2 69 05 49 588 157 80 est rentrée",
        "je n’en peux plus, je vais me suicider ce soir",
    ] {
        let event = Event {
            id: "$1".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: "@member:s".try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content: json!({"msgtype": "m.text", "body": body}),
            },
        };
        let decision = crate::decide::decide(&snapshot, &event, Timestamp(9));
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
    }
    assert!(community(&snapshot).records.sanctions.is_empty());
}
