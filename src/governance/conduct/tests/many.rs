//! Communities of a thousand, and those who never answer.

use super::*;

pub(super) fn crowd(snapshot: &mut Snapshot, count: usize) {
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
