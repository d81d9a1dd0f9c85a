//! What is asked of whom and when, in the community of the commands' tests: Ben and the two Camilles are no team.

use std::time::Duration;

use proptest::prelude::*;
use ruma::OwnedUserId;
use serde_json::json;

use super::*;
use crate::{
    action::{Effect, MembershipChange, Recipient},
    commands::testing::{self, NOW, community, effects, user},
    community::{
        change::Change,
        definition::{Acceptance, Definition, Terms},
        record::{CardId, Purpose},
    },
    event::{Event, EventKind},
};

const DAY: Duration = Duration::from_hours(24);

fn days(count: u32) -> Timestamp {
    NOW.plus(DAY * count)
}

fn redefine(snapshot: &mut Snapshot, change: impl FnOnce(&mut Definition)) {
    let mut definition = community(snapshot).definition.clone();
    change(&mut definition);
    let change = community(snapshot).redeclared(definition);
    snapshot.apply(&change);
}

fn set(snapshot: &mut Snapshot, acceptance: Acceptance) {
    redefine(snapshot, |it| it.code_of_conduct.acceptance = acceptance);
}

/// The community of the tests, with the state of its rooms known.
fn with(acceptance: Acceptance) -> Snapshot {
    let mut snapshot = testing::snapshot();
    let rooms: Vec<_> = community(&snapshot).places.values().cloned().collect();
    for room in rooms {
        snapshot.apply(&Change::Known { room });
    }
    set(&mut snapshot, acceptance);
    snapshot
}

fn apply(snapshot: &mut Snapshot, decision: &Decision) {
    let changes = decision.changes.iter();
    changes.for_each(|change| snapshot.apply(change));
    for (number, action) in decision.actions.iter().enumerate() {
        if let Effect::Card { card, to, .. } = &action.effect {
            let room = match to {
                Recipient::Room(room) => room.clone(),
                Recipient::Person(_) => "!dm:example.org".try_into().unwrap(),
            };
            snapshot.apply(&Change::Shown {
                community: "nord".parse().unwrap(),
                card: card.clone(),
                room,
                event: format!("$shown{number}{card}").try_into().unwrap(),
            });
        }
    }
}

/// Everything that is due is done until nothing is; what was done.
fn tick(snapshot: &mut Snapshot, now: Timestamp) -> Vec<Decision> {
    let mut done = Vec::new();
    for _ in 0..20 {
        let round = due(snapshot, community(snapshot), now);
        if round.is_empty() {
            return done;
        }
        let again = due(snapshot, community(snapshot), now);
        assert_eq!(round, again, "the same is due however often it is asked");
        for (_, decision) in round {
            apply(snapshot, &decision);
            done.push(decision);
        }
    }
    panic!(
        "it is due for ever: {:?}",
        due(snapshot, community(snapshot), now)
    );
}

/// What people are told: to whom, and the first key.
fn told(done: &[Decision]) -> Vec<(String, String)> {
    let said = done.iter().flat_map(effects).filter_map(|it| match it {
        Effect::Say { to, text, .. } | Effect::Card { to, text, .. } => {
            let to = match to {
                Recipient::Person(person) => person.localpart().to_owned(),
                Recipient::Room(room) => room.to_string(),
            };
            Some((to, text.key().to_owned()))
        }
        _ => None,
    });
    let mut said: Vec<_> = said.collect();
    said.sort();
    said
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = list.iter();
    pairs
        .map(|(to, key)| ((*to).to_owned(), (*key).to_owned()))
        .collect()
}

fn card_of(snapshot: &Snapshot, who: &str) -> Option<CardId> {
    let who = user(who);
    let mut open = open_to(community(snapshot), &who);
    open.next().map(|(card, ..)| card.id.clone())
}

/// Somebody reacts to the card of somebody.
fn react(snapshot: &mut Snapshot, who: &str, card: &CardId, key: &str, now: Timestamp) -> Decision {
    let (room, event) = community(snapshot).records.cards[card]
        .shown
        .clone()
        .unwrap();
    let content =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}});
    let event = Event {
        id: format!("$reaction-{who}-{}", now.0).try_into().unwrap(),
        room,
        sender: user(who),
        at: now,
        kind: EventKind::Content {
            event_type: "m.reaction".to_owned(),
            content,
        },
    };
    let decision = crate::decide::decide(snapshot, &event, now);
    apply(snapshot, &decision);
    decision
}

/// Somebody comes as one comes: invited.
fn comes(snapshot: &mut Snapshot, who: &str, room: &str) -> Decision {
    snapshot.apply(&testing::member(room, who, Membership::Invite));
    moves(snapshot, who, room, Membership::Join)
}

fn moves(snapshot: &mut Snapshot, who: &str, room: &str, membership: Membership) -> Decision {
    let event = Event {
        id: format!("$moves-{who}-{}", membership.name())
            .try_into()
            .unwrap(),
        room: room.try_into().unwrap(),
        sender: user(who),
        at: NOW,
        kind: EventKind::State {
            event_type: "m.room.member".to_owned(),
            state_key: user(who).to_string(),
            content: json!({"membership": membership.name()}),
        },
    };
    let decision = crate::decide::decide(snapshot, &event, NOW);
    apply(snapshot, &decision);
    decision
}

fn is_newcomer(snapshot: &Snapshot, who: &str) -> bool {
    community(snapshot).is_newcomer(&user(who))
}

fn kicked(done: &[Decision]) -> Vec<OwnedUserId> {
    let kicked = done.iter().flat_map(effects).filter_map(|it| match it {
        Effect::Membership {
            user,
            change: MembershipChange::Kick,
            ..
        } => Some(user.clone()),
        _ => None,
    });
    let mut kicked: Vec<_> = kicked.collect();
    kicked.sort();
    kicked.dedup();
    kicked
}

#[test]
fn where_nothing_is_asked_nothing_is_due() {
    let snapshot = with(Acceptance::None);
    assert_eq!(due(&snapshot, community(&snapshot), days(400)), Vec::new());
}

#[test]
fn a_version_is_posted_once_and_everybody_but_the_team_is_asked_once() {
    let mut snapshot = with(Acceptance::Asked);
    let done = tick(&mut snapshot, NOW);
    let asked = [
        ("!ann:example.org", "conduct-posted"),
        ("ben", "conduct-hello"),
        ("camille", "conduct-hello"),
        ("camille2", "conduct-hello"),
    ];
    assert_eq!(told(&done), pairs(&asked));
    assert_eq!(tick(&mut snapshot, NOW), Vec::new());
    assert!(!is_newcomer(&snapshot, "ben"), "it is only asked");
}

#[test]
fn a_newcomer_is_asked_on_arrival_and_writes_once_they_have_accepted() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    let came = comes(&mut snapshot, "luc", "!space:example.org");
    assert_eq!(told(&[came]), pairs(&[("luc", "conduct-hello")]));
    assert!(is_newcomer(&snapshot, "luc"));
    let came = comes(&mut snapshot, "luc", "!est:example.org");
    assert_eq!(
        came.review.len(),
        1,
        "the powers of the group are looked at"
    );
    let card = card_of(&snapshot, "luc").unwrap();
    let not_theirs = react(&mut snapshot, "ben", &card, "✅", NOW);
    assert_eq!(told(&[not_theirs]), pairs(&[("ben", "card-not-yours")]));
    let accepted = react(&mut snapshot, "luc", &card, "👍", NOW);
    assert_eq!(
        told(std::slice::from_ref(&accepted)),
        pairs(&[("luc", "conduct-thanks")])
    );
    assert_eq!(accepted.review.len(), 1);
    assert!(!is_newcomer(&snapshot, "luc"));
    assert_eq!(card_of(&snapshot, "luc"), None);
}

#[test]
fn newcomers_are_below_what_writing_needs_and_the_bot_is_never_listed() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    comes(&mut snapshot, "luc", "!space:example.org");
    comes(&mut snapshot, "luc", "!est:example.org");
    let place = Place::Group("secteur-est".parse().unwrap());
    let room = asking::room_of(&snapshot, community(&snapshot), &place);
    let levels =
        crate::community::power::desired(community(&snapshot), &place, room, &snapshot.bot);
    let of = |who| levels["users"].get(user(who).as_str());
    assert_eq!(of("luc"), Some(&json!(-1)));
    assert_eq!((of("hygie"), of("ben")), (None, None));
}

#[test]
fn the_posted_card_accepts_for_everybody_and_thanks_once() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    let cards = community(&snapshot).records.cards.values();
    let mut posted = cards.filter(|it| matches!(it.matter, Matter::Conduct { user: None, .. }));
    let posted = posted.next().unwrap().id.clone();
    let first = react(&mut snapshot, "ben", &posted, "✅", NOW);
    assert_eq!(told(&[first]), pairs(&[("ben", "conduct-thanks")]));
    let again = react(&mut snapshot, "ben", &posted, "✅", days(1));
    assert_eq!(again, Decision::default());
    assert_eq!(card_of(&snapshot, "ben"), None, "nothing is open any more");
    let no = react(&mut snapshot, "camille", &posted, "❌", NOW);
    assert_eq!(told(&[no]), pairs(&[("camille", "conduct-declined")]));
}

#[test]
fn who_was_there_before_it_was_required_writes_until_they_are_reminded() {
    let mut snapshot = with(Acceptance::None);
    set(&mut snapshot, Acceptance::Required);
    assert!(
        !is_newcomer(&snapshot, "ben"),
        "nobody is silenced by what was not shown"
    );
    tick(&mut snapshot, NOW);
    assert!(!is_newcomer(&snapshot, "ben"));
    assert_eq!(tick(&mut snapshot, days(1)), Vec::new());
    let done = tick(&mut snapshot, days(2));
    let reminded = ["ben", "camille", "camille2"].map(|who| (who, "conduct-reminder"));
    assert_eq!(told(&done), pairs(&reminded));
    assert!(
        is_newcomer(&snapshot, "ben"),
        "from the reminder on they read"
    );
    assert_eq!(tick(&mut snapshot, days(3)), Vec::new(), "once");
}

#[test]
fn who_does_not_accept_is_removed_kindly_and_the_team_never() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    for who in ["camille", "camille2"] {
        let card = card_of(&snapshot, who).unwrap();
        react(&mut snapshot, who, &card, "✅", NOW);
    }
    tick(&mut snapshot, days(2));
    assert_eq!(
        kicked(&tick(&mut snapshot, days(13))),
        Vec::<OwnedUserId>::new()
    );
    let done = tick(&mut snapshot, days(14));
    assert_eq!(kicked(&done), [user("ben")]);
    assert_eq!(told(&done), pairs(&[("ben", "conduct-removed")]));
    assert!(
        done.iter()
            .any(|it| it.audit.iter().any(|it| it.action == "kick"))
    );
}

#[test]
fn nobody_is_removed_unreminded_however_long_hygie_was_away() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    for who in ["camille", "camille2"] {
        let card = card_of(&snapshot, who).unwrap();
        react(&mut snapshot, who, &card, "✅", NOW);
    }
    let done = tick(&mut snapshot, days(60));
    assert_eq!(told(&done), pairs(&[("ben", "conduct-reminder")]));
    assert_eq!(
        kicked(&tick(&mut snapshot, days(71))),
        Vec::<OwnedUserId>::new()
    );
    assert_eq!(kicked(&tick(&mut snapshot, days(72))), [user("ben")]);
}

fn crowd(snapshot: &mut Snapshot, count: usize) {
    for number in 0..count {
        let name = format!("m{number:03}");
        let joined = testing::member("!space:example.org", &name, Membership::Join);
        snapshot.apply(&joined);
    }
}

/// Everybody of a crowd is asked and reminded, twenty at a time.
fn remind_all(snapshot: &mut Snapshot) {
    for round in 0..10 {
        tick(snapshot, NOW.plus(Duration::from_mins(round)));
    }
    tick(snapshot, days(3));
}

#[test]
fn before_many_are_removed_the_admins_are_asked() {
    for yes in [true, false] {
        let mut snapshot = with(Acceptance::Required);
        crowd(&mut snapshot, 30);
        remind_all(&mut snapshot);
        let done = tick(&mut snapshot, days(20));
        assert_eq!(kicked(&done), Vec::<OwnedUserId>::new());
        assert_eq!(
            told(&done),
            pairs(&[("!adm:example.org", "conduct-removals")])
        );
        let cards = community(&snapshot).records.cards.values();
        let mut asked = cards.filter(|it| matches!(it.matter, Matter::Removals { .. }));
        let card = asked.next().unwrap().id.clone();
        let refused = react(&mut snapshot, "nadia", &card, "✅", days(20));
        assert_eq!(told(&[refused]), pairs(&[("nadia", "not-allowed")]));
        let decided = react(
            &mut snapshot,
            "lea",
            &card,
            if yes { "✅" } else { "❌" },
            days(20),
        );
        let count = kicked(std::slice::from_ref(&decided)).len();
        assert_eq!(count, if yes { 33 } else { 0 });
        assert_eq!(
            kicked(&tick(&mut snapshot, days(21))),
            Vec::<OwnedUserId>::new()
        );
    }
}

#[test]
fn a_thousand_people_are_asked_slowly() {
    let mut snapshot = with(Acceptance::Asked);
    crowd(&mut snapshot, 1_000);
    let first = due(&snapshot, community(&snapshot), NOW);
    let asked = first.iter().flat_map(|(_, it)| effects(it));
    let asked = asked.filter(|it| {
        matches!(
            it,
            Effect::Card {
                to: Recipient::Person(_),
                ..
            }
        )
    });
    assert_eq!(asked.count(), 20);
    // They are decided and have not gone out yet: nobody else is asked.
    for (_, decision) in &first {
        decision.changes.iter().for_each(|it| snapshot.apply(it));
    }
    let next = due(
        &snapshot,
        community(&snapshot),
        NOW.plus(Duration::from_secs(2)),
    );
    assert_eq!(next, Vec::new());
}

#[test]
fn a_new_version_asks_again_and_who_accepted_the_one_before_writes_meanwhile() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    comes(&mut snapshot, "luc", "!space:example.org");
    let card = card_of(&snapshot, "luc").unwrap();
    react(&mut snapshot, "luc", &card, "✅", NOW);
    redefine(&mut snapshot, |it| it.code_of_conduct.version = 3);
    let done = tick(&mut snapshot, days(1));
    assert!(told(&done).contains(&("luc".to_owned(), "conduct-hello-again".to_owned())));
    assert!(!is_newcomer(&snapshot, "luc"));
    tick(&mut snapshot, days(3));
    assert!(is_newcomer(&snapshot, "luc"));
    let card = card_of(&snapshot, "luc").unwrap();
    react(&mut snapshot, "luc", &card, "✅", days(4));
    assert!(!is_newcomer(&snapshot, "luc"));
}

#[test]
fn the_older_version_is_unpinned_once_the_new_one_is_pinned() {
    let mut snapshot = with(Acceptance::Asked);
    let posted = |snapshot: &Snapshot, version: u32| {
        let cards = community(snapshot).records.cards.values();
        let mut cards = cards.filter(|card| {
            matches!(card.matter, Matter::Conduct { user: None, version: own, .. } if own == version)
        });
        cards.next().and_then(|card| Some(card.shown.clone()?.1))
    };
    let pin = |snapshot: &mut Snapshot, events: Vec<String>| {
        snapshot.apply(&Change::State {
            room: "!ann:example.org".try_into().unwrap(),
            event_type: "m.room.pinned_events".to_owned(),
            state_key: String::new(),
            content: json!({"pinned": events}),
            at: NOW,
        });
    };
    tick(&mut snapshot, NOW);
    let old = posted(&snapshot, 2).unwrap().to_string();
    pin(&mut snapshot, vec![old.clone(), "$theirs".to_owned()]);
    redefine(&mut snapshot, |it| it.code_of_conduct.version = 3);
    tick(&mut snapshot, NOW);
    assert!(
        posted(&snapshot, 2).is_some(),
        "it stays until the new one is pinned"
    );
    let new = posted(&snapshot, 3).unwrap().to_string();
    pin(&mut snapshot, vec![old, "$theirs".to_owned(), new.clone()]);
    let done = tick(&mut snapshot, NOW);
    let left = done.iter().flat_map(effects).find_map(|it| match it {
        Effect::SetState { content, .. } => Some(content.clone()),
        _ => None,
    });
    assert_eq!(left, Some(json!({"pinned": ["$theirs", new]})));
    assert!(posted(&snapshot, 2).is_none());
}

#[test]
fn when_nothing_is_asked_any_more_every_question_is_forgotten_and_can_be_asked_anew() {
    let mut snapshot = with(Acceptance::Required);
    let first = tick(&mut snapshot, NOW);
    set(&mut snapshot, Acceptance::None);
    tick(&mut snapshot, NOW);
    assert!(community(&snapshot).records.cards.is_empty());
    assert!(!is_newcomer(&snapshot, "ben"));
    set(&mut snapshot, Acceptance::Required);
    let again = tick(&mut snapshot, days(1));
    assert_eq!(told(&again), told(&first));
    let ids = |done: &[Decision]| -> Vec<_> {
        let actions = done.iter().flat_map(|it| &it.actions);
        actions.map(|it| it.id.clone()).collect()
    };
    assert!(
        ids(&again).iter().all(|id| !ids(&first).contains(id)),
        "the outbox takes them for others"
    );
}

#[test]
fn terms_are_asked_for_in_their_group_and_nothing_follows_when_nobody_answers() {
    let mut snapshot = with(Acceptance::None);
    redefine(&mut snapshot, |it| {
        it.groups[0].terms = Some(Terms {
            version: 1,
            text: "Ce qui est dit ici reste ici.".to_owned(),
        });
    });
    let done = tick(&mut snapshot, NOW);
    assert_eq!(
        told(&done),
        pairs(&[("ben", "terms-hello"), ("camille", "terms-hello")])
    );
    let came = comes(&mut snapshot, "luc", "!est:example.org");
    assert_eq!(told(&[came]), pairs(&[("luc", "terms-hello")]));
    let none = comes(&mut snapshot, "luc", "!ouest:example.org");
    assert_eq!(told(&[none]), Vec::new());
    let decision = testing::apply(
        &mut snapshot,
        &testing::direct(),
        "luc",
        "accepter secteur-est",
    );
    assert_eq!(told(&[decision]), pairs(&[("luc", "terms-thanks")]));
    let done = tick(&mut snapshot, days(3));
    assert_eq!(
        told(&done),
        pairs(&[("ben", "terms-reminder"), ("camille", "terms-reminder")])
    );
    assert_eq!(tick(&mut snapshot, days(100)), Vec::new());
}

#[test]
fn the_consent_is_asked_after_the_acceptance_and_once() {
    let mut snapshot = with(Acceptance::Asked);
    redefine(&mut snapshot, |it| {
        it.code_of_conduct.ask_relay_consent = true;
    });
    let done = tick(&mut snapshot, NOW);
    assert!(told(&done).iter().all(|(_, key)| key != "consent-ask"));
    let card = card_of(&snapshot, "ben").unwrap();
    let accepted = react(&mut snapshot, "ben", &card, "✅", NOW);
    let wanted = [("ben", "conduct-thanks"), ("ben", "consent-ask")];
    assert_eq!(told(std::slice::from_ref(&accepted)), pairs(&wanted));
    let cards = community(&snapshot).records.cards.values();
    let mut cards = cards.filter(|it| matches!(it.matter, Matter::Consent { .. }));
    let card = cards.next().unwrap().id.clone();
    react(&mut snapshot, "ben", &card, "❌", NOW);
    let consents = community(&snapshot)
        .records
        .consents(Purpose::Relay, &user("ben"));
    assert_eq!(consents, Some(false));
    let later = tick(&mut snapshot, days(1));
    assert!(
        told(&later).iter().all(|(who, _)| who != "ben"),
        "they have answered"
    );
}

#[test]
fn who_leaves_is_asked_no_more_and_asked_again_on_return() {
    let mut snapshot = with(Acceptance::Required);
    tick(&mut snapshot, NOW);
    moves(
        &mut snapshot,
        "ben",
        "!space:example.org",
        Membership::Leave,
    );
    assert_eq!(card_of(&snapshot, "ben"), None);
    assert!(
        told(&tick(&mut snapshot, days(3)))
            .iter()
            .all(|(who, _)| who != "ben")
    );
    let back = comes(&mut snapshot, "ben", "!space:example.org");
    assert_eq!(told(&[back]), pairs(&[("ben", "conduct-hello")]));
}

proptest! {
    #[test]
    fn whatever_happens_the_team_writes_stays_and_is_not_asked(
        steps in prop::collection::vec((0_u8..6, 0_u32..40), 1..12)
    ) {
        let mut snapshot = with(Acceptance::Asked);
        let mut now = NOW;
        for (step, days) in steps {
            now = now.plus(DAY * days);
            match step {
                0 => set(&mut snapshot, Acceptance::None),
                1 => set(&mut snapshot, Acceptance::Asked),
                2 => set(&mut snapshot, Acceptance::Required),
                3 => redefine(&mut snapshot, |it| it.code_of_conduct.version += 1),
                4 => drop(testing::apply(&mut snapshot, &testing::direct(), "ben", "j'accepte")),
                _ => crowd(&mut snapshot, days as usize),
            }
            let done = tick(&mut snapshot, now);
            for who in ["samir", "lea", "nadia", "awa", "hygie"] {
                prop_assert!(who == "hygie" || !is_newcomer(&snapshot, who));
                prop_assert!(!kicked(&done).contains(&user(who)));
                prop_assert!(told(&done).iter().all(|(to, _)| to != who));
            }
            prop_assert!(kicked(&done).len() <= 20);
        }
    }
}
