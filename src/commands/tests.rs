//! The commands as admins and members meet them: grammar, permission and answers together.

use proptest::prelude::*;

use super::*;
use crate::{
    action::{MembershipChange, Sender},
    community::{change::Change, record::Record},
};
use testing::{answered, body, effects, reply, say, user};

#[test]
fn no_two_commands_are_called_the_same() {
    let mut words: Vec<String> = Vec::new();
    for spec in ALL {
        let mut own: Vec<String> = spec
            .words()
            .map(words::fold)
            .filter(|word| !word.is_empty())
            .collect();
        own.sort();
        own.dedup();
        words.extend(own);
    }
    let count = words.len();
    words.sort();
    words.dedup();
    assert_eq!(words.len(), count, "{words:?}");
}

#[test]
fn every_example_is_understood_in_both_languages() {
    let snapshot = testing::snapshot();
    for spec in ALL {
        for locale in [Locale::Fr, Locale::En] {
            for example in spec.example_lines("!hygie", locale) {
                let line = example.strip_prefix("!hygie ").unwrap();
                let decision = say(&snapshot, &testing::admins(), "samir", line);
                let mistaken = decision.actions.iter().any(|action| match &action.effect {
                    Effect::Say { text, .. } => text
                        .keys()
                        .any(|key| key == "mistake-understood" || key == "unknown-command"),
                    _ => false,
                });
                // The people of the examples are not all in the test community.
                let person = decision
                    .actions
                    .last()
                    .is_some_and(|_| matches!(reply(&decision).key(), "not-there"));
                assert!(!mistaken || person, "{example}: {}", body(&decision));
            }
        }
    }
}

#[test]
fn every_command_and_its_help_exist_in_both_languages() {
    for spec in ALL {
        for locale in [Locale::Fr, Locale::En] {
            assert_ne!(
                Text::new(spec.help).plain(locale),
                spec.help,
                "{} has no help text",
                spec.name.en
            );
        }
    }
}

#[test]
fn an_answer_stays_in_the_room_except_in_a_group() {
    let snapshot = testing::snapshot();
    let admins = say(&snapshot, &testing::admins(), "lea", "groupes");
    assert_eq!(
        *answered(&admins),
        Recipient::Room("!adm:example.org".try_into().unwrap())
    );
    let group = say(&snapshot, &testing::east(), "ben", "groupes");
    assert_eq!(*answered(&group), Recipient::Person(user("ben")));
    assert!(effects(&group).all(|it| matches!(it, Effect::Say { reply_to: None, .. })));
}

#[test]
fn what_is_done_outside_of_the_admins_room_is_told_there() {
    let snapshot = testing::snapshot();
    let told = |setting: &Setting| {
        let decision = say(&snapshot, setting, "nadia", "mute @ben:example.org");
        effects(&decision)
            .any(|it| matches!(it, Effect::Say { text, .. } if text.key() == "done-elsewhere"))
    };
    assert!(told(&testing::direct()) && told(&testing::east()) && !told(&testing::admins()));
}

#[test]
fn what_somebody_tells_the_bot_in_private_is_not_repeated() {
    let snapshot = testing::snapshot();
    for line in [
        "zinzolin et autres",
        "langue zinzolin",
        "aide zinzolin",
        "muet @ben:example.org pendant zinzolin",
    ] {
        let private = say(&snapshot, &testing::direct(), "ben", line);
        assert!(
            !format!("{private:?}").contains("zinzolin"),
            "{line}: {}",
            body(&private)
        );
    }
    let admins = say(&snapshot, &testing::admins(), "lea", "zinzolin");
    assert!(body(&admins).contains("zinzolin"));
}

#[test]
fn in_a_direct_room_the_community_is_the_only_one_or_the_named_one() {
    let mut snapshot = testing::snapshot();
    let mut second = testing::community(&snapshot).definition.clone();
    let first = second.clone();
    second.id = "sud".parse().unwrap();
    second.name = "Équipe du Sud".into();
    let stored = snapshot.forgetful(Vec::new());
    snapshot.redefine(vec![first, second], stored);
    let which = say(
        &snapshot,
        &testing::direct(),
        "nadia",
        "mute @ben:example.org",
    );
    assert_eq!(
        (reply(&which).key(), which.changes.len()),
        ("several-communities", 0)
    );
    assert!(body(&which).contains("sud"));
    let named = say(
        &snapshot,
        &testing::direct(),
        "nadia",
        "mute @ben:example.org dans Nord",
    );
    assert!(
        matches!(&named.changes[..], [Change::Muted(mute), ..] if mute.community.as_str() == "nord")
    );
    let ben = say(&snapshot, &testing::direct(), "ben", "groupes");
    assert_eq!(
        reply(&ben).key(),
        "groups-title",
        "he is only in one of them"
    );
}

#[test]
fn a_stranger_is_answered_without_learning_anything() {
    let snapshot = testing::snapshot();
    for line in [
        "groupes",
        "communauté",
        "statut",
        "ban @ben:example.org",
        "status in nord",
    ] {
        let decision = say(&snapshot, &testing::direct(), "stranger", line);
        assert_eq!(
            (reply(&decision).key(), decision.audit.len()),
            ("no-community", 0),
            "{line}"
        );
        assert!(decision.ask.is_none());
    }
    assert_eq!(
        reply(&say(&snapshot, &testing::direct(), "stranger", "")).key(),
        "help-title"
    );
}

#[test]
fn the_bot_never_answers_itself() {
    assert_eq!(
        say(&testing::snapshot(), &testing::direct(), "hygie", "aide"),
        Decision::default()
    );
}

#[test]
fn the_same_event_makes_the_same_identities() {
    let snapshot = testing::snapshot();
    let ban = || say(&snapshot, &testing::admins(), "lea", "ban @ben:example.org");
    assert_eq!(ban(), ban());
    let mut ids: Vec<_> = ban().actions.into_iter().map(|action| action.id).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

fn settings() -> impl Strategy<Value = Setting> {
    prop::sample::select(vec![testing::admins(), testing::direct(), testing::east()])
}

fn lines() -> impl Strategy<Value = String> {
    let words = [
        "mute",
        "unmute",
        "kick",
        "ban",
        "unban",
        "lockdown",
        "unlock",
        "redact",
        "help",
        "audit",
        "language",
        "plan",
        "announce",
        "groupes",
        "for",
        "pendant",
        "2h",
        "because",
        "parce que",
        "car",
        "from",
        "de",
        "in",
        "dans",
        "about",
        "nord",
        "secteur-est",
        "tout",
        "ici",
        "$bad",
        "«",
        "\"",
        "é",
        "https://matrix.to/#/!est:example.org/$bad",
        "https://matrix.to/#/!a//",
        "Camille",
        "@samir:example.org",
        "@lea:example.org",
        "@nadia:example.org",
        "@awa:example.org",
        "@ben:example.org",
        "@hygie:example.org",
    ];
    let sentence = prop::collection::vec(prop::sample::select(words.to_vec()), 0..7)
        .prop_map(|words| words.join(" "));
    prop_oneof![3 => sentence, 1 => "\\PC{0,40}"]
}

proptest! {
    #[test]
    fn no_line_makes_it_panic_and_nobody_acts_above_themselves(
        line in lines(),
        who in prop::sample::select(vec!["samir", "lea", "nadia", "awa", "ben", "stranger"]),
        setting in settings(),
    ) {
        let snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let decision = say(&snapshot, &setting, who, &line);
        let issuer = user(who);
        let own = community.highest_role(&issuer);
        for effect in effects(&decision) {
            match effect {
                Effect::Membership { user: target, change, room, .. } => {
                    prop_assert!(community.highest_role(target) < own && *target != snapshot.bot);
                    let (_, room) = snapshot.located(room).unwrap();
                    prop_assert!(community.role_in(&issuer, &room.place) >= Role::Moderator);
                    prop_assert!(*change == MembershipChange::Kick || community.role(&issuer) >= Role::Admin);
                }
                Effect::Redact { room, sender: Sender::NotAnyOf(users), .. } => {
                    let (_, room) = snapshot.located(room).unwrap();
                    let own = community.role_in(&issuer, &room.place);
                    prop_assert!(own >= Role::Moderator && users.contains(&snapshot.bot));
                    let above = community.trusted().filter(|it| **it != issuer && community.role_in(it, &room.place) >= own);
                    for user in above {
                        prop_assert!(users.contains(user));
                    }
                }
                Effect::SetState { .. } => prop_assert!(own >= Role::Admin),
                Effect::PostAnnouncement { room, .. } => {
                    let (_, room) = snapshot.located(room).unwrap();
                    prop_assert!(community.role_in(&issuer, &room.place) >= Role::Moderator);
                }
                Effect::CleanUp { user: target, .. } => {
                    let target = target.as_ref().unwrap();
                    prop_assert!(own >= Role::Admin && community.highest_role(target) < own);
                }
                Effect::Say { .. } | Effect::Card { .. } => {}
                other => prop_assert!(false, "a command does not {}", other.name()),
            }
        }
        for change in &decision.changes {
            match change {
                Change::Muted(mute) => {
                    prop_assert!(community.role(&issuer) >= Role::Moderator && community.highest_role(&mute.user) < own);
                }
                Change::Locked(_) => prop_assert!(own >= Role::Admin),
                Change::Language { user, .. } => prop_assert!(*user == issuer),
                Change::Keep { record: Record::Card(card), .. } => prop_assert!(card.by == issuer),
                Change::Keep { record: Record::Sanction(it), .. } => {
                    prop_assert!(it.by == issuer && community.highest_role(&it.user) < own);
                }
                other => prop_assert!(false, "nothing was in force: {other:?}"),
            }
        }
    }
}

#[test]
fn a_command_as_long_as_an_event_is_refused_and_an_announcement_is_not() {
    let snapshot = testing::snapshot();
    for long in [
        "in ".repeat(20_000),
        "x".repeat(60_000),
        "« ".repeat(20_000),
    ] {
        for (setting, who) in [(testing::direct(), "ben"), (testing::admins(), "lea")] {
            let decision = say(&snapshot, &setting, who, &format!("help {long}"));
            assert_eq!(reply(&decision).key(), "command-too-long");
            let decision = say(&snapshot, &setting, who, &long);
            assert!(body(&decision).len() < 2_000, "what it says is as long");
        }
        let decision = say(
            &snapshot,
            &testing::admins(),
            "lea",
            &format!("announce {long}"),
        );
        assert_ne!(reply(&decision).key(), "command-too-long");
    }
}
