//! What is asked of whom and when, in the community of the commands' tests: Ben and the two Camilles are no team.

mod many;
mod terms;
mod versions;

use std::time::Duration;

use proptest::prelude::*;
use ruma::OwnedUserId;
use serde_json::json;

use self::many::crowd;
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
