//! A new version, and none any more.

use super::*;

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
