//! What is noticed, looking back.

use serde_json::json;

use super::*;
use crate::community::{
    change::Change,
    snapshot::tests::{redeclare, settled},
};

const SPAM: &str = "Gagnez 500 euros par jour depuis chez vous, écrivez vite à notre conseiller";

fn said(id: u64, room: &str, at: i64, body: &str) -> Event {
    Event {
        id: format!("${id}").as_str().try_into().unwrap(),
        room: format!("!{room}:s").as_str().try_into().unwrap(),
        sender: "@member:s".try_into().unwrap(),
        at: Timestamp(at),
        kind: EventKind::Content {
            event_type: "m.room.message".to_owned(),
            content: json!({"msgtype": "m.text", "body": body}),
        },
    }
}

fn ask(watch: &mut Watch, snapshot: &Snapshot, event: &Event) -> Option<Noticed> {
    watch.look(snapshot, event, Glance::of(snapshot, event))
}

fn came(id: u64, user: &str, at: i64) -> Event {
    let kind = EventKind::State {
        event_type: "m.room.member".to_owned(),
        state_key: user.to_owned(),
        content: json!({"membership": "join"}),
    };
    Event {
        sender: user.try_into().unwrap(),
        kind,
        ..said(id, "est", at, "")
    }
}

#[test]
fn a_flood_is_what_comes_too_fast_and_not_what_comes_slowly_or_was_late() {
    let snapshot = settled();
    let mut watch = Watch::default();
    for number in 0..12 {
        let event = said(number, "est", 500 * number.cast_signed(), "un");
        assert_eq!(ask(&mut watch, &snapshot, &event), None, "{number}");
        assert_eq!(ask(&mut watch, &snapshot, &event), None, "asked again");
    }
    let one_more = said(12, "ouest", 6_500, "un");
    assert_eq!(ask(&mut watch, &snapshot, &one_more), Some(Noticed::Flood));
    assert_eq!(ask(&mut watch, &snapshot, &one_more), Some(Noticed::Flood));
    let mut calm = Watch::default();
    for number in 0..100 {
        let event = said(number, "est", 1_000 * number.cast_signed(), "un");
        assert_eq!(ask(&mut calm, &snapshot, &event), None, "{number}");
    }
}

#[test]
fn the_same_in_three_groups_is_noticed_with_where_it_stands() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| it.pace.repeats.groups = 2);
    let mut watch = Watch::default();
    assert_eq!(ask(&mut watch, &snapshot, &said(1, "est", 1, SPAM)), None);
    assert_eq!(ask(&mut watch, &snapshot, &said(2, "est", 2, SPAM)), None);
    assert_eq!(
        ask(&mut watch, &snapshot, &said(3, "ouest", 3, "bonjour")),
        None
    );
    let noticed = ask(
        &mut watch,
        &snapshot,
        &said(4, "ouest", 4, &SPAM.to_uppercase()),
    );
    let Some(Noticed::Repeated(found)) = noticed else {
        panic!("{noticed:?}");
    };
    let twins =
        |twins: &[Twin]| -> Vec<String> { twins.iter().map(|it| it.event.to_string()).collect() };
    assert_eq!(twins(&found), ["$1", "$2"]);
    let again = ask(&mut watch, &snapshot, &said(5, "ouest", 5, SPAM));
    let Some(Noticed::Repeated(found)) = again else {
        panic!("{again:?}");
    };
    assert_eq!(twins(&found), ["$1", "$2"], "the third goes by itself");
    let later = 5 + 600_001;
    assert_eq!(
        ask(&mut watch, &snapshot, &said(6, "est", later, SPAM)),
        None
    );
}

#[test]
fn slow_mode_measures_from_the_last_message_that_stood_and_lets_edits_through() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| {
        it.groups[0].slow_mode = Some(Duration::from_secs(30).into());
    });
    let mut watch = Watch::default();
    let mut look = |id, room, at| ask(&mut watch, &snapshot, &said(id, room, at, "un"));
    assert_eq!(look(1, "est", 0), None);
    assert_eq!(look(2, "est", 20_000), Some(Noticed::TooSoon));
    assert_eq!(look(3, "ouest", 21_000), None);
    assert_eq!(look(4, "est", 31_000), None);
    let mut edit = said(5, "est", 32_000, "deux");
    if let EventKind::Content { content, .. } = &mut edit.kind {
        content["m.new_content"] = json!({"msgtype": "m.text", "body": "trois"});
    }
    assert_eq!(ask(&mut watch, &snapshot, &edit), None);
}

#[test]
fn a_wave_is_of_people_whom_nobody_invited() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| it.pace.wave.people = 3);
    let mut watch = Watch::default();
    for (id, user) in [(1, "@a:s"), (2, "@a:s"), (3, "@b:s"), (4, "@member:s")] {
        let came = came(id, user, 1_000);
        assert_eq!(ask(&mut watch, &snapshot, &came), None, "{user}");
    }
    let third = came(5, "@c:s", 2_000);
    assert_eq!(ask(&mut watch, &snapshot, &third), Some(Noticed::Wave));
    // Who has just come counts in the next group too: a crowd that goes on is a wave there.
    let mut on = Watch::default();
    for (at, user) in [(0, "@a:s"), (1, "@b:s")] {
        assert_eq!(ask(&mut on, &snapshot, &came(10 + at, user, 1_000)), None);
    }
    let mut joined = snapshot.clone();
    for user in ["@a:s", "@b:s", "@c:s"] {
        joined.apply(&Change::Member {
            room: "!est:s".try_into().unwrap(),
            user: user.try_into().unwrap(),
            membership: Membership::Join,
            display_name: None,
        });
    }
    let next = |id, user, at| Event {
        room: "!ouest:s".try_into().unwrap(),
        ..came(id, user, at)
    };
    assert_eq!(
        ask(&mut on, &joined, &next(20, "@c:s", 2_000)),
        None,
        "was there before"
    );
    for (id, user) in [(21, "@a:s"), (22, "@b:s")] {
        assert_eq!(
            ask(&mut on, &joined, &next(id, user, 2_000)),
            None,
            "{user}"
        );
    }
    let third = next(23, "@d:s", 2_000);
    assert_eq!(ask(&mut on, &joined, &third), Some(Noticed::Wave));
    let mut later = Watch::default();
    for (id, user, at) in [(1, "@a:s", 0), (2, "@b:s", 200_000), (3, "@c:s", 400_000)] {
        assert_eq!(ask(&mut later, &snapshot, &came(id, user, at)), None);
    }
}

#[test]
fn what_is_like_a_message_is_found_whoever_wrote_it_and_the_team_is_not_watched() {
    let snapshot = settled();
    let mut watch = Watch::default();
    let by = |id, room: &str, user: &str| Event {
        sender: user.try_into().unwrap(),
        ..said(id, room, u64::cast_signed(id), SPAM)
    };
    ask(&mut watch, &snapshot, &by(1, "est", "@member:s"));
    ask(&mut watch, &snapshot, &by(2, "ouest", "@other:s"));
    ask(&mut watch, &snapshot, &by(3, "ouest", "@zoe:s"));
    let (_, _, twins) = watch.like("$1".try_into().unwrap()).unwrap();
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].user, "@other:s");
    assert!(watch.like("$3".try_into().unwrap()).is_none());
    assert!(watch.like("$9".try_into().unwrap()).is_none());
}

#[test]
fn an_hour_and_no_more_is_remembered() {
    let snapshot = settled();
    let mut watch = Watch::default();
    ask(&mut watch, &snapshot, &said(1, "est", 0, SPAM));
    ask(&mut watch, &snapshot, &said(2, "est", 3_700_000, "un"));
    assert_eq!(watch.order.len(), 1);
    assert!(watch.like("$1".try_into().unwrap()).is_none());
}

/// The first of a talk in which something is noticed.
fn noticed_in(talk: &[(&str, i64, &str)]) -> Option<(usize, Noticed)> {
    let snapshot = settled();
    let mut watch = Watch::default();
    let mut noticed = None;
    for (number, (user, minute, body)) in talk.iter().enumerate() {
        let mut event = said(number as u64, "est", minute * 60_000, body);
        event.sender = format!("@{user}:s").as_str().try_into().unwrap();
        let now = ask(&mut watch, &snapshot, &event);
        assert_eq!(ask(&mut watch, &snapshot, &event), now, "asked again");
        if let Some(now) = now {
            assert_eq!(noticed, None, "it is noticed once");
            noticed = Some((number, now));
        }
    }
    noticed
}

#[test]
fn a_tone_that_rises_between_two_people_is_noticed_once_and_one_sharp_word_is_not() {
    let tone = |user: &str| Noticed::Tone(user.try_into().unwrap());
    let talk = [
        ("ben", 0, "C'est encore ta faute si le planning est vide"),
        ("eve", 1, "Pour qui tu te prends ?"),
        ("ben", 2, "Tu mens, tout le monde le sait"),
        ("eve", 3, "Occupe-toi de tes affaires"),
        ("ben", 4, "Tu devrais avoir honte"),
        ("eve", 5, "Taisez-vous !"),
    ];
    assert_eq!(noticed_in(&talk), Some((3, tone("@ben:s"))));
    // An insult counts twice.
    let talk = [talk[0], talk[1], ("ben", 2, "espèce d'abruti")];
    assert_eq!(noticed_in(&talk), Some((2, tone("@eve:s"))));
    // With somebody of the team as well.
    let talk = [
        talk[0],
        ("zoe", 1, "Tais-toi"),
        ("ben", 2, "espèce d'abruti"),
    ];
    assert_eq!(noticed_in(&talk), Some((2, tone("@zoe:s"))));
}

#[test]
fn one_who_is_heated_alone_or_slowly_or_with_many_is_not_a_tone_that_rises() {
    let sharp = "Tu mens, tout le monde le sait";
    let alone = [0, 1, 2, 3, 4].map(|minute| ("ben", minute, sharp));
    assert_eq!(noticed_in(&alone), None);
    let calm = [
        ("ben", 0, sharp),
        ("eve", 1, "Non, regarde le dossier de ce matin"),
        ("ben", 2, "Tu mens"),
        ("eve", 3, "Je te le montre demain"),
        ("ben", 4, "Tu exagères"),
        ("ben", 5, "Tu devrais avoir honte"),
        ("ben", 6, sharp),
    ];
    assert_eq!(noticed_in(&calm), None);
    let slowly = [0, 10, 20, 30, 40].map(|minute| {
        let user = if minute % 20 == 0 { "ben" } else { "eve" };
        (user, minute, sharp)
    });
    assert_eq!(noticed_in(&slowly), None);
    let teasing = [
        ("ben", 0, sharp),
        ("eve", 1, "Tu exagères"),
        ("ben", 2, "mdr"),
    ];
    assert_eq!(noticed_in(&teasing), None);
}
