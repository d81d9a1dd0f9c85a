//! What follows from what only shows in what came before.

use ruma::OwnedEventId;
use serde_json::json;

use super::*;
use crate::{
    community::{change::Membership, snapshot::tests::settled},
    event::EventKind,
    moderation::watch::{Glance, Watch},
};

const NOW: Timestamp = Timestamp(1_000_000);

fn said(sender: &str, id: &str, content: Value) -> Event {
    Event {
        id: id.try_into().unwrap(),
        room: "!est:s".try_into().unwrap(),
        sender: sender.try_into().unwrap(),
        at: NOW,
        kind: EventKind::Content {
            event_type: "m.room.message".to_owned(),
            content,
        },
    }
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

fn redacted(decision: &Decision) -> Vec<OwnedEventId> {
    let actions = decision.actions.iter();
    let events = actions.filter_map(|it| match &it.effect {
        Effect::Redact { event, .. } => Some(event.clone()),
        _ => None,
    });
    events.collect()
}

fn decided(snapshot: &Snapshot, event: &Event, noticed: &Noticed) -> Decision {
    crate::decide::decide_noticing(snapshot, event, Some(noticed), NOW)
}

#[test]
fn a_flood_is_taken_down_and_counts_and_who_may_be_in_danger_is_heard_however_fast_they_write() {
    let snapshot = settled();
    let flood = said("@member:s", "$1", text("un"));
    let decision = decided(&snapshot, &flood, &Noticed::Flood);
    assert_eq!(redacted(&decision).len(), 1);
    let counted = decision.changes.iter().any(|it| {
        matches!(it, Change::Keep { record: Record::Sanction(sanction), .. } if sanction.points == 3)
    });
    assert!(counted);
    let danger = text("je n’en peux plus, je vais me suicider ce soir");
    let danger = said("@member:s", "$2", danger);
    let decision = decided(&snapshot, &danger, &Noticed::Flood);
    assert!(redacted(&decision).is_empty());
    assert!(decision.audit.iter().any(|it| it.action == "alert"));
}

#[test]
fn a_tone_that_rises_is_shown_to_the_team_and_what_was_said_stays() {
    let mut snapshot = settled();
    let event = said("@member:s", "$1", text("Pour qui tu te prends ?"));
    let noticed = Noticed::Tone("@other:s".try_into().unwrap());
    let decision = decided(&snapshot, &event, &noticed);
    let names: Vec<_> = decision.actions.iter().map(|it| it.effect.name()).collect();
    assert_eq!(names, ["card"]);
    decision.changes.iter().for_each(|it| snapshot.apply(it));
    let community = snapshot.communities.values().next().unwrap();
    let case = community.records.cases.values().next().unwrap();
    assert_eq!(
        (case.kind, case.about.as_deref(), case.with.as_deref()),
        (
            CaseKind::Tone,
            Some("@member:s".try_into().unwrap()),
            Some("@other:s".try_into().unwrap())
        )
    );
}

#[test]
fn what_stands_everywhere_goes_everywhere_and_is_explained_once() {
    let snapshot = settled();
    let event = said("@member:s", "$2", text("un"));
    let twin = Twin {
        room: "!ouest:s".try_into().unwrap(),
        event: "$1".try_into().unwrap(),
        user: event.sender.clone(),
    };
    let decision = decided(&snapshot, &event, &Noticed::Repeated(vec![twin]));
    assert_eq!(redacted(&decision).len(), 2);
    let told = decision.actions.iter().filter(|it| {
        matches!(&it.effect, Effect::Say { to: Recipient::Person(_), text, .. } if text.key() == "pace-repeats-told")
    });
    assert_eq!(told.count(), 1);
}

#[test]
fn what_a_crash_left_unsaid_is_said_when_the_event_comes_again() {
    let snapshot = settled();
    let event = said("@member:s", "$1", text("un"));
    let first = decided(&snapshot, &event, &Noticed::TooSoon);
    for locale in [Locale::Fr, Locale::En] {
        let gone = Event {
            kind: EventKind::TakenDown {
                event_type: "m.room.message".to_owned(),
                by: "@hygie:s".to_owned(),
                reason: Text::new("pace-slow-mode-reason").plain(locale),
            },
            ..event.clone()
        };
        let again = crate::decide::decide(&snapshot, &gone, NOW);
        assert_eq!(again.actions, first.actions);
    }
}

#[test]
fn what_the_team_took_down_goes_in_the_other_groups_and_when_it_comes_again() {
    let mut snapshot = settled();
    let spam = "Gagnez 500 euros par jour depuis chez vous, écrivez vite à notre conseiller";
    let mut watch = Watch::default();
    for (id, room, user) in [
        ("$1", "!est:s", "@member:s"),
        ("$2", "!ouest:s", "@other:s"),
    ] {
        let event = Event {
            room: room.try_into().unwrap(),
            ..said(user, id, text(spam))
        };
        assert_eq!(
            watch.look(&snapshot, &event, Glance::of(&snapshot, &event)),
            None
        );
    }
    let redaction = |by: &str| Event {
        kind: EventKind::Redaction {
            redacts: "$1".try_into().unwrap(),
        },
        ..said(by, "$3", Value::Null)
    };
    let of = |event: &Event, snapshot: &Snapshot| {
        crate::decide::removed(snapshot, event, &Decision::default())
    };
    for other in ["@member:s", "@hygie:s"] {
        assert_eq!(of(&redaction(other), &snapshot), None, "{other}");
    }
    let by_team = redaction("@zoe:s");
    let original = of(&by_team, &snapshot).unwrap();
    let (community, print, twins) = watch.like(&original).unwrap();
    let found = (&community, print, twins.as_slice());
    let decision = crate::decide::alike(&snapshot, &by_team, &original, found, NOW);
    assert_eq!(redacted(&decision), ["$2"]);
    let kept = json!(decision.actions).to_string();
    assert!(!kept.contains("Gagnez"), "{kept}");
    decision
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    let again = said("@late:s", "$4", text(&spam.to_uppercase()));
    assert_eq!(
        watch.look(&snapshot, &again, Glance::of(&snapshot, &again)),
        Some(Noticed::Removed)
    );
}

#[test]
fn a_command_that_takes_down_a_message_is_one_of_the_team_too() {
    let snapshot = settled();
    let event = said("@zoe:s", "$9", text("!hygie redact"));
    let mut decision = Decision::default();
    let effect = Effect::Redact {
        room: event.room.clone(),
        event: "$1".try_into().unwrap(),
        reason: Text::new("redaction-reason"),
        locale: Locale::Fr,
        sender: Sender::NotAnyOf(Vec::new()),
    };
    decision.act("$9", None, effect);
    let removed = crate::decide::removed(&snapshot, &event, &decision);
    assert_eq!(removed.as_deref().map(ruma::EventId::as_str), Some("$1"));
}

#[test]
fn a_first_message_that_is_a_link_or_a_picture_is_answered_once_and_words_are_welcome() {
    let mut snapshot = settled();
    let join = Event {
        kind: EventKind::State {
            event_type: "m.room.member".to_owned(),
            state_key: "@new:s".to_owned(),
            content: json!({"membership": "join"}),
        },
        ..said("@new:s", "$0", Value::Null)
    };
    let arrived = crate::decide::decide(&snapshot, &join, NOW);
    arrived
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    let picture = json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://s/a"});
    let link = text("regardez https://example.org/page");
    let hello = text("Bonjour, je suis infirmière au secteur Est");
    let own = text("https://matrix.to/#/@zoe:s");
    let nudges = |content: &Value| {
        let event = said("@new:s", "$1", content.clone());
        let decision = crate::decide::decide(&snapshot, &event, NOW);
        let forgotten = decision.changes.iter().any(|it| {
            matches!(
                it,
                Change::Forget {
                    kind: RecordKind::Arrived,
                    ..
                }
            )
        });
        assert!(forgotten);
        decision
            .audit
            .iter()
            .filter(|it| it.rule.as_deref() == Some("first-message"))
            .count()
    };
    assert_eq!([&picture, &link, &hello, &own].map(nudges), [1, 1, 0, 0]);
    let member = said("@member:s", "$2", link);
    let decision = crate::decide::decide(&snapshot, &member, NOW);
    assert!(decision.audit.is_empty());
}

#[test]
fn a_wave_closes_the_group_to_all_but_the_team_for_a_while_and_once() {
    let mut snapshot = settled();
    let join = |id: &str, user: &str| Event {
        kind: EventKind::State {
            event_type: "m.room.member".to_owned(),
            state_key: user.to_owned(),
            content: json!({"membership": "join"}),
        },
        ..said(user, id, Value::Null)
    };
    let decision = decided(&snapshot, &join("$1", "@raid1:s"), &Noticed::Wave);
    let locked = |decision: &Decision| {
        let changes = decision.changes.iter();
        changes.filter(|it| matches!(it, Change::Locked(_))).count()
    };
    assert_eq!((locked(&decision), decision.review.len()), (1, 1));
    decision
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    let community = snapshot.communities.values().next().unwrap();
    let lock = community.lockdowns.values().next().unwrap();
    assert_eq!(lock.until, NOW.plus(std::time::Duration::from_mins(30)));
    assert_eq!(
        snapshot.rooms["!est:s"].membership("@raid1:s".try_into().unwrap()),
        Membership::Join
    );
    let again = decided(&snapshot, &join("$2", "@raid2:s"), &Noticed::Wave);
    assert_eq!(locked(&again), 0);
}
