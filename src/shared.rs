//! What the running parts (`appservice`, `dispatch`, `executor`, `jobs`, `web`) share: the store, the snapshot, the rules, the
//! clock and the metrics. Made once, by `app`.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{
    clock::{SharedClock, Timestamp},
    community::snapshot::Snapshot,
    health::Health,
    moderation::RuleSet,
    store::Store,
    telemetry::Metrics,
};

/// What the running parts share.
pub struct Shared {
    /// The store.
    pub store: Store,
    /// The clock.
    pub clock: SharedClock,
    /// The metrics.
    pub metrics: Metrics,
    /// How the program is.
    pub health: Health,
    /// Nothing is done, only said.
    pub dry: bool,
    snapshot: RwLock<Snapshot>,
    rules: RwLock<Arc<RuleSet>>,
}

impl Shared {
    /// Puts it together.
    #[must_use]
    pub fn new(
        store: Store,
        clock: SharedClock,
        metrics: Metrics,
        snapshot: Snapshot,
        rules: RuleSet,
    ) -> Self {
        let health = Health::default();
        Self {
            store,
            clock,
            metrics,
            health,
            dry: false,
            snapshot: RwLock::new(snapshot),
            rules: RwLock::new(Arc::new(rules)),
        }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads the snapshot. Never held over an `.await`.
    pub fn snapshot(&self) -> RwLockReadGuard<'_, Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the snapshot. Never held over an `.await`.
    pub fn snapshot_mut(&self) -> RwLockWriteGuard<'_, Snapshot> {
        self.snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> Arc<RuleSet> {
        self.rules
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Puts other rules in force.
    pub fn set_rules(&self, rules: RuleSet) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }
}
