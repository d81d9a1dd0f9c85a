//! Takedowns that were begun while the commit that records them was under way. What came of them is kept here until that
//! commit is done: only then is there a row to record it in.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::perform::Attempt;
use crate::action::ActionId;

/// How long the commit may take. After that it was turned away: the event had come before.
const PATIENCE: Duration = Duration::from_mins(2);

/// The takedowns that are not recorded yet.
#[derive(Default)]
pub(super) struct Begun {
    takedowns: HashMap<ActionId, (Instant, Progress)>,
}

/// How far a takedown is.
pub(super) enum Progress {
    /// It waits in the queue or at the homeserver.
    UnderWay,
    /// This came of it.
    Tried(Attempt),
}

impl Begun {
    pub(super) fn begin(&mut self, id: &ActionId, now: Instant) {
        self.takedowns.insert(id.clone(), (now, Progress::UnderWay));
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
    pub(super) fn recorded(&mut self, id: &ActionId) -> Option<Progress> {
        self.takedowns.remove(id).map(|(_, progress)| progress)
    }

    /// Forgets what was never recorded, apart from what is still under way.
    pub(super) fn forget_turned_away(&mut self, now: Instant) {
        self.takedowns.retain(|_, (at, progress)| {
            now.duration_since(*at) < PATIENCE || matches!(progress, Progress::UnderWay)
        });
    }
}
