//! Whatever people do, and in whatever order it is seen: never more than the cap, no second seat for anybody, nobody forgotten.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::{
    commands::testing::{self, NOW, user},
    community::definition::Strangers,
    governance::admission::tests::{becomes, told, world},
};

const CAP: usize = 3;

/// What somebody does, or what Hygie comes to do.
#[derive(Clone, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Invite(usize, &'static str),
    /// The next action reaches the homeserver.
    Act,
    Due,
}

fn steps() -> impl Strategy<Value = Step> {
    let who = 0..7_usize;
    prop_oneof![
        3 => who.clone().prop_map(Step::Join),
        2 => who.clone().prop_map(Step::Leave),
        1 => (who, prop::sample::select(vec!["awa", "samir", "ben"])).prop_map(|(who, by)| Step::Invite(who, by)),
        3 => Just(Step::Act),
        1 => Just(Step::Due),
    ]
}

/// The homeserver and Hygie, with what Hygie has decided and not done yet.
struct World {
    snapshot: Snapshot,
    /// What is so on the homeserver, for the people of the test.
    truth: BTreeMap<String, Membership>,
    waiting: VecDeque<(String, MembershipChange)>,
}

impl World {
    fn new() -> Self {
        let snapshot = world(|definition| {
            definition.groups[0].max_members = u32::try_from(CAP).ok();
            // Nobody here was let in by anybody.
            definition.admission.strangers = Strangers::Ignore;
        });
        let there = ["ben", "camille"].map(|name| (name.to_owned(), Membership::Join));
        Self {
            snapshot,
            truth: there.into(),
            waiting: VecDeque::new(),
        }
    }

    fn name(number: usize) -> String {
        match number {
            0 => "ben".to_owned(),
            1 => "camille".to_owned(),
            // Moderates the whole community.
            2 => "nadia".to_owned(),
            number => format!("p{number}"),
        }
    }

    fn is(&self, who: &str) -> Membership {
        self.truth.get(who).copied().unwrap_or(Membership::Leave)
    }

    fn becomes(&mut self, who: &str, by: &str, after: Membership) {
        self.truth.insert(who.to_owned(), after);
        let decision = becomes(&mut self.snapshot, "est", (who, by), after);
        self.take(&decision);
    }

    fn take(&mut self, decision: &Decision) {
        for effect in testing::effects(decision) {
            if let Effect::Membership {
                room, user, change, ..
            } = effect
                && room == "!est:example.org"
            {
                self.waiting
                    .push_back((user.localpart().to_owned(), *change));
            }
        }
    }

    fn act(&mut self) {
        let Some((who, change)) = self.waiting.pop_front() else {
            return;
        };
        let there = matches!(self.is(&who), Membership::Join | Membership::Invite);
        if there == (change == MembershipChange::Kick) {
            self.becomes(&who, "hygie", change.outcome());
        }
    }

    fn due(&mut self) {
        let community = testing::community(&self.snapshot).clone();
        for (_, decision) in due(&self.snapshot, &community, NOW) {
            let changes = decision.changes.iter();
            changes.for_each(|change| self.snapshot.apply(change));
            self.take(&decision);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Join(number) => {
                let who = Self::name(*number);
                if self.is(&who) != Membership::Join {
                    self.becomes(&who, &who, Membership::Join);
                }
            }
            Step::Leave(number) => {
                let who = Self::name(*number);
                if self.is(&who) != Membership::Leave {
                    self.becomes(&who, &who, Membership::Leave);
                }
            }
            Step::Invite(number, by) => {
                let who = Self::name(*number);
                if self.is(&who) == Membership::Leave {
                    self.becomes(&who, by, Membership::Invite);
                }
            }
            Step::Act => self.act(),
            Step::Due => self.due(),
        }
    }

    /// Who takes a seat and is not about to be removed.
    fn seated(&self) -> usize {
        let there = self.truth.iter().filter(|(who, membership)| {
            matches!(membership, Membership::Join | Membership::Invite)
                && *who != "nadia"
                && !self
                    .waiting
                    .iter()
                    .any(|(it, change)| it == *who && *change == MembershipChange::Kick)
        });
        there.count()
    }

    fn place() -> Place {
        Place::Group("secteur-est".parse().unwrap())
    }
}

proptest! {
    #[test]
    fn never_over_the_cap_and_nobody_waits_who_has_a_seat_or_while_there_is_one(steps in prop::collection::vec(steps(), 0..60)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            prop_assert!(world.seated() <= CAP, "after {step:?}: {:?}", world.truth);
        }
        // In the end everything that was decided is done.
        for _ in 0..20 {
            while !world.waiting.is_empty() {
                world.act();
            }
            world.due();
        }
        let seated = world.seated();
        prop_assert!(seated <= CAP, "{:?}", world.truth);
        let community = testing::community(&world.snapshot);
        let queue = queue(community, &World::place());
        prop_assert!(queue.is_empty() || seated == CAP, "{queue:?} wait, {:?}", world.truth);
        for waiting in queue {
            let there = world.is(waiting.user.localpart());
            prop_assert!(there == Membership::Leave, "{} waits and is there", waiting.user);
        }
        prop_assert_ne!(world.is("nadia"), Membership::Ban);
    }
}

#[test]
fn who_was_let_in_by_nobody_is_shown_out_of_a_full_group_and_gets_no_place_on_its_list() {
    let mut world = World::new();
    for (sender, after) in [("samir", Membership::Invite), ("p3", Membership::Join)] {
        becomes(&mut world.snapshot, "est", ("p3", sender), after);
    }
    crate::community::snapshot::tests::redeclare(&mut world.snapshot, |definition| {
        definition.admission.strangers = Strangers::Remove;
    });
    let decision = becomes(&mut world.snapshot, "est", ("p5", "p5"), Membership::Join);
    assert_eq!(told(&decision), ["seat-full-stranger"]);
    let kicks = testing::effects(&decision).filter(|it| it.name() == "kick");
    assert_eq!(kicks.count(), 1);
    let community = testing::community(&world.snapshot);
    assert!(queue(community, &World::place()).is_empty());
}

#[test]
fn a_full_group_takes_nobody_and_says_so_and_the_first_who_waits_gets_the_next_seat() {
    let mut world = World::new();
    for who in ["p3", "p4", "p5"] {
        let decision = becomes(&mut world.snapshot, "est", (who, who), Membership::Join);
        let full = told(&decision).contains(&"seat-full");
        assert_eq!(full, who != "p3", "{who}");
        if full {
            becomes(
                &mut world.snapshot,
                "est",
                (who, "hygie"),
                Membership::Leave,
            );
        }
    }
    let team = becomes(
        &mut world.snapshot,
        "est",
        ("nadia", "nadia"),
        Membership::Join,
    );
    assert_eq!(
        told(&team),
        Vec::<&str>::new(),
        "who moderates takes no seat"
    );
    let left = becomes(
        &mut world.snapshot,
        "est",
        ("ben", "ben"),
        Membership::Leave,
    );
    let invited: Vec<_> = testing::effects(&left)
        .filter_map(|effect| match effect {
            Effect::Membership {
                user,
                change: MembershipChange::Invite,
                ..
            } => Some(user.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(invited.len(), 1);
    let community = testing::community(&world.snapshot);
    let next = queue(community, &World::place());
    assert_eq!(next.len(), 1, "one of two got it");
    assert_ne!(next[0].user, invited[0]);
    assert_eq!(due(&world.snapshot, community, NOW), []);
    let last = next[0].user.localpart().to_owned();
    let by_samir = (last.as_str(), "samir");
    becomes(&mut world.snapshot, "space", by_samir, Membership::Leave);
    let community = testing::community(&world.snapshot);
    assert!(
        community.records.waiting.is_empty(),
        "who is gone does not wait"
    );
    assert!(community.records.person(&user("p5")).is_none());
}
