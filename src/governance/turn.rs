//! Whose turn it is: what waits for a decision goes in turn to those who may decide. Whoever opens a card calls it.

use ruma::{OwnedUserId, UserId};

use super::admission::may_decide;
use crate::{
    clock::Timestamp,
    community::{place::Place, snapshot::Community},
};

/// Whoever may decide about a place, is active and not away, and has the fewest open cards.
#[must_use]
pub(crate) fn turn(community: &Community, place: &Place, now: Timestamp) -> Option<OwnedUserId> {
    turn_but(community, place, now, |_| false)
}

/// The same, some people left out: those who have said already what they think, for instance.
#[must_use]
pub(crate) fn turn_but(
    community: &Community,
    place: &Place,
    now: Timestamp,
    but: impl Fn(&UserId) -> bool,
) -> Option<OwnedUserId> {
    next(community, now, |user| {
        may_decide(community, user, place) && !but(user)
    })
}

/// Of those of the team who may, whoever is active and not away, and has the fewest open cards.
#[must_use]
pub(crate) fn next(
    community: &Community,
    now: Timestamp,
    may: impl Fn(&UserId) -> bool,
) -> Option<OwnedUserId> {
    let records = &community.records;
    let there = |user: &&OwnedUserId| may(user) && !records.is_away(user, now);
    let patience = community.definition.safeguards.inactive_after.get();
    let silent = |user: &UserId| {
        let seen = records.active.get(user);
        seen.is_none_or(|at| now.since(*at) >= patience)
    };
    let open = |user: &OwnedUserId| {
        let cards = records.cards.values();
        cards
            .filter(|card| card.assignee.as_ref() == Some(user))
            .count()
    };
    // Of a new community nobody was seen yet: then it is the turn of one who is silent.
    let next = community.team().filter(there);
    let next = next.min_by_key(|user| (silent(user), open(user), *user));
    next.cloned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        commands::testing::{self, NOW, user},
        community::{
            change::Change,
            record::{Active, Away, Card, CardId, Matter, Record},
            snapshot::Snapshot,
        },
    };

    fn keep(snapshot: &mut Snapshot, record: Record) {
        snapshot.apply(&Change::keep(&"nord".parse().unwrap(), record));
    }

    fn card(number: usize, assignee: Option<OwnedUserId>) -> Record {
        Record::Card(Box::new(Card {
            id: CardId(format!("c{number}")),
            matter: Matter::Confirm {
                line: String::new(),
            },
            by: user("ben"),
            at: NOW,
            due: None,
            assignee,
            shown: None,
            votes: Vec::new(),
            reminded: false,
        }))
    }

    #[test]
    fn who_is_away_or_silent_is_asked_last_and_who_may_not_decide_never() {
        let mut snapshot = testing::snapshot();
        let next = |snapshot: &Snapshot| turn(testing::community(snapshot), &Place::Space, NOW);
        assert_eq!(
            next(&snapshot),
            Some(user("lea")),
            "the first by id: moderators may invite here"
        );
        let active = Active {
            user: user("samir"),
            at: NOW,
        };
        keep(&mut snapshot, Record::Active(active));
        assert_eq!(next(&snapshot), Some(user("samir")), "the only active one");
        let until = Timestamp(NOW.0 + 1);
        for name in ["samir", "lea", "nadia"] {
            let user = user(name);
            keep(&mut snapshot, Record::Away(Away { user, until }));
        }
        assert_eq!(next(&snapshot), None, "awa moderates one group only");
    }

    proptest! {
        #[test]
        fn cards_given_in_turn_never_differ_by_more_than_one(count in 0..30_usize) {
            let mut snapshot = testing::snapshot();
            for number in 0..count {
                let next = turn(testing::community(&snapshot), &Place::Space, NOW);
                keep(&mut snapshot, card(number, next));
            }
            let cards = &testing::community(&snapshot).records.cards;
            let of = |name| cards.values().filter(|card| card.assignee == Some(user(name))).count();
            let open = ["samir", "lea", "nadia"].map(of);
            prop_assert_eq!(open.iter().sum::<usize>(), count);
            prop_assert!(open.iter().max().unwrap() - open.iter().min().unwrap() <= 1);
        }
    }
}
