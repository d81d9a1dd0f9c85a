//! Takedowns that were begun while the commit that records them was under way. What came of them is kept here until that
//! commit is done: only then is there a row to record it in.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use tokio::time::Instant;

use super::perform::Attempt;
use crate::action::{Action, ActionId, Effect};

/// How long the commit may take. After that it was turned away: the event had come before.
const PATIENCE: Duration = Duration::from_mins(2);

/// The takedowns that are not recorded yet, and those that are and have not ended. None is both: an event that is pushed again
/// begins nothing while its row is open.
#[derive(Default)]
pub(super) struct Begun {
    takedowns: HashMap<ActionId, (Instant, Progress)>,
    rows: HashSet<ActionId>,
}

/// How far a takedown is.
pub(super) enum Progress {
    /// It waits in the queue or at the homeserver.
    UnderWay,
    /// This came of it.
    Tried(Attempt),
}

impl Begun {
    /// Whether it is to be carried out now: it is not under way already.
    pub(super) fn begin(&mut self, id: &ActionId, now: Instant) -> bool {
        if self.takedowns.contains_key(id) || self.rows.contains(id) {
            return false;
        }
        self.takedowns.insert(id.clone(), (now, Progress::UnderWay));
        true
    }

    pub(super) fn contains(&self, id: &ActionId) -> bool {
        self.takedowns.contains_key(id)
    }

    pub(super) fn tried(&mut self, id: &ActionId, attempt: Attempt) {
        if let Some((_, progress)) = self.takedowns.get_mut(id) {
            *progress = Progress::Tried(attempt);
        }
    }

    /// The action stands in the outbox now: from here on it is one like any other.
    pub(super) fn recorded(&mut self, action: &Action) -> Option<Progress> {
        if matches!(action.effect, Effect::Redact { .. }) {
            self.rows.insert(action.id.clone());
        }
        let begun = self.takedowns.remove(&action.id);
        begun.map(|(_, progress)| progress)
    }

    /// The row of an action is about to be closed.
    pub(super) fn ended(&mut self, id: &ActionId) {
        self.rows.remove(id);
    }

    /// Forgets what was never recorded, apart from what is still under way.
    pub(super) fn forget_turned_away(&mut self, now: Instant) {
        self.takedowns.retain(|_, (at, progress)| {
            now.duration_since(*at) < PATIENCE || matches!(progress, Progress::UnderWay)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{action::Sender, community::definition::Locale, reply::Text};

    #[test]
    fn an_event_that_comes_again_begins_nothing_while_its_row_is_open() {
        let action = Action {
            id: ActionId::derive("$leak", 0),
            community: None,
            effect: Effect::Redact {
                room: "!r:s".try_into().unwrap(),
                event: "$leak".try_into().unwrap(),
                reason: Text::default(),
                locale: Locale::Fr,
                sender: Sender::Known("@a:s".try_into().unwrap()),
            },
        };
        let (mut begun, now) = (Begun::default(), Instant::now());
        assert!(begun.begin(&action.id, now));
        assert!(!begun.begin(&action.id, now), "it is under way");
        let progress = begun.recorded(&action);
        assert!(matches!(progress, Some(Progress::UnderWay)));
        assert!(!begun.begin(&action.id, now), "its row is open");
        assert!(!begun.contains(&action.id), "what comes of it is recorded");
        begun.ended(&action.id);
        assert!(begun.begin(&action.id, now), "nobody knows it any more");
    }
}
