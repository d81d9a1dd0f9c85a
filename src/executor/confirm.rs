//! What was sent and is not seen to hold yet, and what was seen before its answer came.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    time::Duration,
};

use tokio::time::Instant;

use super::{Confirmation, ReadBack, check::Check};
use crate::{community::change::Membership, store::Waiting};

/// How long a confirmation that came before the answer is remembered.
const REMEMBER: Duration = Duration::from_mins(1);
/// From how many on they are gone through whenever one comes.
const MANY: usize = 1024;
/// How long a push may take before the homeserver is asked.
const PUSH_GRACE: Duration = Duration::from_secs(10);

/// An action that was sent and is not seen to hold yet.
#[derive(Debug)]
pub(super) struct Unconfirmed {
    pub waiting: Waiting,
    pub tries: u32,
    /// What to ask the homeserver when nothing is pushed.
    pub check: Check,
}

/// The actions that wait for their confirmation.
pub(super) struct Confirmations {
    read_back: ReadBack,
    waiting: HashMap<Confirmation, (Instant, Unconfirmed)>,
    /// When to look for what, the next first. What was confirmed meanwhile still stands here.
    looks: BinaryHeap<Reverse<Instant>>,
    early: HashMap<Confirmation, Instant>,
}

impl Confirmations {
    pub(super) fn new(read_back: ReadBack) -> Self {
        Self {
            read_back,
            waiting: HashMap::new(),
            looks: BinaryHeap::new(),
            early: HashMap::new(),
        }
    }

    /// An action was accepted. Returns the actions that hold now: this one, when its confirmation came first, or an earlier
    /// one that waited for the same.
    pub(super) fn sent(&mut self, by: Confirmation, unconfirmed: Unconfirmed) -> Vec<Waiting> {
        let mut held = self.superseded(&by);
        if self.early.remove(&by).is_some() {
            held.push(unconfirmed.waiting);
            return held;
        }
        let grace = match self.read_back {
            ReadBack::Pushed => PUSH_GRACE,
            ReadBack::Ask => Duration::ZERO,
        };
        let before = self.look_at(Instant::now() + grace, by, unconfirmed);
        held.extend(before);
        held
    }

    fn look_at(
        &mut self,
        at: Instant,
        by: Confirmation,
        unconfirmed: Unconfirmed,
    ) -> Option<Waiting> {
        self.looks.push(Reverse(at));
        let before = self.waiting.insert(by, (at, unconfirmed));
        before.map(|(_, before)| before.waiting)
    }

    /// What was accepted before for the same person in the same room, and was to lead elsewhere: looked for later, it would
    /// not be found to hold, and be done again, after what was decided after it.
    pub(super) fn superseded(&mut self, by: &Confirmation) -> Vec<Waiting> {
        let Confirmation::Membership {
            room,
            user,
            membership,
        } = by
        else {
            return Vec::new();
        };
        let others = [Membership::Invite, Membership::Leave, Membership::Ban].into_iter();
        let others = others.filter(|other| other != membership);
        let others = others.map(|membership| Confirmation::Membership {
            room: room.clone(),
            user: user.clone(),
            membership,
        });
        others
            .filter_map(|other| self.waiting.remove(&other))
            .map(|(_, unconfirmed)| unconfirmed.waiting)
            .collect()
    }

    /// The homeserver pushed something of the bot's own doing. Returns the action that holds by it.
    pub(super) fn came(&mut self, by: Confirmation) -> Option<Waiting> {
        let confirmed = self
            .waiting
            .remove(&by)
            .map(|(_, unconfirmed)| unconfirmed.waiting);
        if confirmed.is_none() {
            let now = Instant::now();
            if self.early.len() >= MANY {
                self.early
                    .retain(|_, at| now.duration_since(*at) < REMEMBER);
            }
            self.early.insert(by, now);
        }
        confirmed
    }

    /// Takes out what was not pushed in time.
    pub(super) fn overdue(&mut self, now: Instant) -> Vec<(Confirmation, Unconfirmed)> {
        self.early
            .retain(|_, at| now.duration_since(*at) < REMEMBER);
        while self.looks.peek().is_some_and(|Reverse(at)| *at <= now) {
            self.looks.pop();
        }
        let due = self.waiting.extract_if(|_, (look_at, _)| *look_at <= now);
        due.map(|(by, (_, unconfirmed))| (by, unconfirmed))
            .collect()
    }

    /// Looking failed: look again later.
    pub(super) fn look_again(&mut self, by: Confirmation, unconfirmed: Unconfirmed) {
        self.look_at(Instant::now() + PUSH_GRACE, by, unconfirmed);
    }

    /// When the next one is overdue.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.looks.peek().map(|Reverse(at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::{Action, ActionId, Effect},
        clock::Timestamp,
    };

    fn by(event: &str) -> Confirmation {
        Confirmation::Event(event.try_into().unwrap())
    }

    fn unconfirmed(seq: i64) -> Unconfirmed {
        let effect = Effect::Refresh {
            room: "!r:s".try_into().unwrap(),
        };
        let action = Action {
            id: ActionId::derive("a", 0),
            community: None,
            effect,
        };
        let waiting = Waiting {
            seq,
            action,
            caused_at: Timestamp(0),
        };
        let check = Check::Redacted {
            room: "!r:s".try_into().unwrap(),
            event: "$e".try_into().unwrap(),
        };
        Unconfirmed {
            waiting,
            tries: 0,
            check,
        }
    }

    #[tokio::test]
    async fn a_push_that_overtakes_the_answer_counts() {
        let mut confirmations = Confirmations::new(ReadBack::Pushed);
        assert!(confirmations.came(by("$1")).is_none());
        assert_eq!(confirmations.sent(by("$1"), unconfirmed(7)).len(), 1);
        assert_eq!(confirmations.next_wake(), None);
    }

    #[tokio::test]
    async fn a_push_confirms_its_own_action_only() {
        let mut confirmations = Confirmations::new(ReadBack::Pushed);
        assert!(confirmations.sent(by("$1"), unconfirmed(1)).is_empty());
        assert!(confirmations.came(by("$2")).is_none());
        assert_eq!(
            confirmations.came(by("$1")).map(|waiting| waiting.seq),
            Some(1)
        );
    }

    #[tokio::test]
    async fn a_ban_whose_end_was_accepted_after_it_is_not_looked_for_and_done_again() {
        let of = |user: &str, membership| Confirmation::Membership {
            room: "!r:s".try_into().unwrap(),
            user: user.to_owned(),
            membership,
        };
        let mut confirmations = Confirmations::new(ReadBack::Pushed);
        for (seq, user) in [(1, "@a:s"), (2, "@b:s")] {
            let by = of(user, Membership::Ban);
            assert!(confirmations.sent(by, unconfirmed(seq)).is_empty());
        }
        let held = confirmations.sent(of("@a:s", Membership::Leave), unconfirmed(3));
        let held: Vec<_> = held.iter().map(|waiting| waiting.seq).collect();
        assert_eq!(held, [1]);
        let overdue = confirmations.overdue(Instant::now() + PUSH_GRACE);
        assert_eq!(overdue.len(), 2, "the ban of the other, and the unban");
    }

    #[tokio::test]
    async fn what_is_not_pushed_in_time_is_looked_for_once() {
        let mut confirmations = Confirmations::new(ReadBack::Pushed);
        assert!(confirmations.sent(by("$1"), unconfirmed(1)).is_empty());
        assert!(confirmations.overdue(Instant::now()).is_empty());
        let later = Instant::now() + PUSH_GRACE;
        assert_eq!(confirmations.overdue(later).len(), 1);
        assert!(confirmations.overdue(later).is_empty());
    }
}
