//! What is refused before it exists, and what is not.

use super::*;
use crate::{
    action::Effect,
    clock::Timestamp,
    community::{
        change::Change,
        definition::{Drift, Photos},
        snapshot::tests::{redeclare, settled},
    },
    decide::decide,
};

const LEAK: &str = "la patiente 2 69 05 49 588 157 80 est rentrée";

fn event(room: &str, sender: &str, kind: EventKind) -> Event {
    Event {
        id: "$1".try_into().unwrap(),
        room: room.try_into().unwrap(),
        sender: sender.try_into().unwrap(),
        at: Timestamp(5),
        kind,
    }
}

fn message(content: Value) -> EventKind {
    EventKind::Content {
        event_type: "m.room.message".to_owned(),
        content,
    }
}

fn text(body: &str) -> EventKind {
    message(json!({"msgtype": "m.text", "body": body}))
}

fn state(event_type: &str, content: Value) -> EventKind {
    EventKind::State {
        event_type: event_type.to_owned(),
        state_key: String::new(),
        content,
    }
}

/// The rule and the words of a refusal.
fn refused(snapshot: &Snapshot, question: &Question) -> Option<(String, String)> {
    let Objection { rule, text, locale } = objection(snapshot, question)?;
    Some((rule, text.plain(locale)))
}

/// Which rule refuses what somebody sends to the group `est`.
fn sent(snapshot: &Snapshot, sender: &str, kind: EventKind) -> Option<String> {
    let question = Question::Event(event("!est:s", sender, kind));
    refused(snapshot, &question).map(|(rule, _)| rule)
}

const NIR: Option<&str> = Some("social-security-number");

#[test]
fn a_patients_number_is_refused_with_the_rule_in_the_language_of_its_author_and_without_the_number()
{
    let mut snapshot = settled();
    let question = Question::Event(event("!est:s", "@member:s", text(LEAK)));
    let (rule, words) = refused(&snapshot, &question).unwrap();
    assert_eq!(rule, "social-security-number");
    assert!(
        words.starts_with(
            "Message non envoyé dans Secteur Est (règle : numéro de sécurité sociale)."
        ),
        "{words}"
    );
    assert!(
        !words.contains("588") && !words.contains("patiente"),
        "{words}"
    );
    snapshot.apply(&Change::Language {
        user: "@member:s".try_into().unwrap(),
        locale: Locale::En,
    });
    let (_, words) = refused(&snapshot, &question).unwrap();
    assert!(
        words.starts_with("Message not sent to Secteur Est"),
        "{words}"
    );
}

#[test]
fn whatever_is_refused_would_be_taken_down_and_the_other_way_round() {
    let snapshot = settled();
    for body in [
        LEAK,
        "bonjour",
        "je vais me suicider ce soir",
        "Mme Dupont a fait une fausse couche",
        "06 39 98 12 34",
        "pauvre conne",
    ] {
        for sender in ["@member:s", "@samir:s", "@zoe:s", "@awa:s", "@hygie:s"] {
            let said = event("!est:s", sender, text(body));
            let taken_down = decide(&snapshot, &said, Timestamp(9)).actions;
            let taken_down = taken_down
                .iter()
                .any(|it| matches!(it.effect, Effect::Redact { .. }));
            let refused = objection(&snapshot, &Question::Event(said));
            assert_eq!(refused.is_some(), taken_down, "{sender}: {body}");
        }
    }
}

#[test]
fn the_bot_the_team_other_rooms_and_what_cannot_be_read_pass() {
    let snapshot = settled();
    for sender in ["@hygie:s", "@samir:s", "@zoe:s", "@awa:s"] {
        assert_eq!(sent(&snapshot, sender, text(LEAK)), None, "{sender}");
    }
    let elsewhere = event("!private:s", "@member:s", text(LEAK));
    assert_eq!(objection(&snapshot, &Question::Event(elsewhere)), None);
    assert_eq!(sent(&snapshot, "@member:s", EventKind::Encrypted), None);
    assert_eq!(sent(&snapshot, "@member:s", text(LEAK)).as_deref(), NIR);
}

#[test]
fn however_much_was_taken_down_within_the_hour_leaks_are_refused() {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |it| it.max_takedowns_per_hour = 1);
    for at in 0..3 {
        let community = "nord".parse().unwrap();
        let at = Timestamp(at);
        snapshot.apply(&Change::TookDown { community, at });
    }
    assert_eq!(sent(&snapshot, "@member:s", text(LEAK)).as_deref(), NIR);
}

#[test]
fn a_picture_is_refused_where_there_are_none() {
    let mut snapshot = settled();
    let picture = || message(json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://s/a"}));
    assert_eq!(sent(&snapshot, "@member:s", picture()), None);
    redeclare(&mut snapshot, |it| {
        let est = it.groups.iter_mut().find(|it| it.id.as_str() == "est");
        est.unwrap().photos = Some(Photos::Team);
    });
    assert_eq!(
        sent(&snapshot, "@member:s", picture()).as_deref(),
        Some("photos")
    );
    assert_eq!(sent(&snapshot, "@awa:s", picture()), None);
}

#[test]
fn a_leak_in_a_name_or_in_any_form_of_a_topic_is_refused() {
    let snapshot = settled();
    let topic = json!({"topic": "Est", "m.topic": {"m.text": [{"mimetype": "text/html", "body": LEAK}, {"body": "Est"}]}});
    for (event_type, content) in [
        ("m.room.name", json!({"name": LEAK})),
        ("m.room.topic", json!({"topic": LEAK})),
        ("m.room.topic", topic),
    ] {
        let kind = || state(event_type, content.clone());
        assert_eq!(
            sent(&snapshot, "@member:s", kind()).as_deref(),
            NIR,
            "{content}"
        );
        assert_eq!(sent(&snapshot, "@samir:s", kind()), None);
    }
    for (event_type, content) in [
        ("m.room.topic", json!({"topic": "Autre", "m.topic": 7})),
        ("m.room.avatar", json!({"url": LEAK})),
        ("m.room.name", json!([LEAK])),
    ] {
        assert_eq!(
            sent(&snapshot, "@member:s", state(event_type, content)),
            None
        );
    }
}

#[test]
fn power_levels_that_would_be_put_back_are_refused_and_those_that_would_only_be_told_are_not() {
    let mut snapshot = settled();
    let levels = |snapshot: &Snapshot| {
        let room: OwnedRoomId = "!est:s".try_into().unwrap();
        let (_, room) = snapshot.located(&room).unwrap();
        room.state("m.room.power_levels", "").unwrap().clone()
    };
    let as_it_is = levels(&snapshot);
    let mut raised = as_it_is.clone();
    raised["users"]["@member:s"] = 100.into();
    let set = |snapshot: &Snapshot, who: &str, content: &Value| {
        sent(snapshot, who, state("m.room.power_levels", content.clone()))
    };
    let powers = Some("powers".to_owned());
    assert_eq!(set(&snapshot, "@samir:s", &raised), powers);
    assert_eq!(set(&snapshot, "@hygie:s", &raised), None);
    assert_eq!(set(&snapshot, "@samir:s", &as_it_is), None);
    redeclare(&mut snapshot, |it| it.drift = Drift::Report);
    assert_eq!(set(&snapshot, "@samir:s", &raised), None);
}

#[test]
fn who_empowers_the_bot_is_not_stopped() {
    let mut snapshot = settled();
    let room: OwnedRoomId = "!est:s".try_into().unwrap();
    let (_, known) = snapshot.located(&room).unwrap();
    let mut without = known.state("m.room.power_levels", "").unwrap().clone();
    let mut with = without.clone();
    without["users"]["@hygie:s"] = 0.into();
    with["users"]["@hygie:s"] = 100.into();
    with["users"]["@member:s"] = 50.into();
    let change = |event_type: &str, content: Value| Change::State {
        room: room.clone(),
        event_type: event_type.to_owned(),
        state_key: String::new(),
        content,
        at: Timestamp(2),
    };
    snapshot.apply(&change(
        "m.room.create",
        json!({"room_version": "10", "creator": "@samir:s"}),
    ));
    snapshot.apply(&change("m.room.power_levels", without));
    assert_eq!(
        sent(&snapshot, "@samir:s", state("m.room.power_levels", with)),
        None
    );
}

fn invites(snapshot: &Snapshot, by: &str, user: Option<&str>) -> Option<(String, String)> {
    let user = user.map(|user| user.try_into().unwrap());
    let (by, room) = (by.try_into().unwrap(), "!est:s".try_into().unwrap());
    refused(snapshot, &Question::Invite { by, user, room })
}

fn becomes(snapshot: &mut Snapshot, room: &str, user: &str, membership: Membership) {
    let room: OwnedRoomId = room.try_into().unwrap();
    let user: OwnedUserId = user.try_into().unwrap();
    let display_name = None;
    snapshot.apply(&Change::Member {
        room,
        user,
        membership,
        display_name,
    });
}

#[test]
fn who_may_not_invite_is_told_so_and_who_is_banned_is_not_invited_by_anybody() {
    let mut snapshot = settled();
    let (rule, words) = invites(&snapshot, "@member:s", Some("@new:s")).unwrap();
    assert_eq!(rule, "invite");
    assert!(
        words.contains("@new:s") && words.contains("Secteur Est"),
        "{words}"
    );
    assert!(invites(&snapshot, "@member:s", None).is_some());
    for by in ["@samir:s", "@hygie:s"] {
        assert_eq!(invites(&snapshot, by, Some("@new:s")), None, "{by}");
        assert_eq!(invites(&snapshot, by, None), None, "{by}");
    }
    assert_eq!(invites(&snapshot, "@member:s", Some("@hygie:s")), None);
    assert_eq!(
        invites(&snapshot, "@member:s", Some("@zoe:s")),
        None,
        "is there already"
    );
    becomes(&mut snapshot, "!space:s", "@new:s", Membership::Ban);
    assert!(invites(&snapshot, "@samir:s", Some("@new:s")).is_some());
}

#[test]
fn who_is_banned_from_the_community_comes_into_none_of_its_rooms_unless_invited() {
    let mut snapshot = settled();
    let joins = |snapshot: &Snapshot, room: &str, invited| {
        let (user, room) = ("@new:s".try_into().unwrap(), room.try_into().unwrap());
        let question = Question::Join {
            user,
            room,
            invited,
        };
        refused(snapshot, &question)
    };
    assert_eq!(
        joins(&snapshot, "!est:s", false),
        None,
        "a stranger has a day"
    );
    becomes(&mut snapshot, "!space:s", "@new:s", Membership::Ban);
    let (rule, words) = joins(&snapshot, "!est:s", false).unwrap();
    assert_eq!(rule, "banned");
    assert!(words.contains("@samir:s"), "{words}");
    assert_eq!(joins(&snapshot, "!est:s", true), None);
    assert_eq!(joins(&snapshot, "!private:s", false), None);
}

#[test]
fn the_aliases_of_the_bot_are_its_own() {
    let snapshot = settled();
    let made = |who: &str, alias: &str| {
        let (user, alias) = (who.try_into().unwrap(), alias.to_owned());
        refused(&snapshot, &Question::Alias { user, alias }).is_some()
    };
    assert!(made("@member:s", "#_hygie_nord_new:s") && made("@member:s", "#_Hygie_x:S"));
    for (who, alias) in [
        ("@hygie:s", "#_hygie_nord_new:s"),
        ("@member:s", "#hygie_nord:s"),
        ("@member:s", "#_hygie_nord:elsewhere"),
        ("@member:s", "no alias"),
    ] {
        assert!(!made(who, alias), "{who} {alias}");
    }
}
