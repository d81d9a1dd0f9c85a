//! What the running parts (`appservice`, `dispatch`, `executor`, `jobs`, `web`) share: the store, the snapshot, the rules, the
//! clock and the metrics. Made once, by `app`.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tracing::{error, info};

use crate::{
    clock::{SharedClock, Timestamp},
    community::snapshot::Snapshot,
    health::{Health, Writing},
    store::{Store, StoreError},
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
}

impl Shared {
    /// Puts it together.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock, metrics: Metrics, snapshot: Snapshot) -> Self {
        let health = Health::default();
        Self {
            store,
            clock,
            metrics,
            health,
            dry: false,
            snapshot: RwLock::new(snapshot),
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

    /// Reads everything that is known from the store again: memory is only a projection of it.
    ///
    /// # Errors
    /// When the store cannot be read; then everything stays as it is.
    pub async fn read_again(&self) -> Result<(), StoreError> {
        let mut fresh = {
            let snapshot = self.snapshot();
            let communities = snapshot.communities.values();
            snapshot.forgetful(communities.map(|it| it.definition.clone()).collect())
        };
        self.store.load(&mut fresh).await?;
        *self.snapshot_mut() = fresh;
        Ok(())
    }

    /// The store did not take something. Logged once, until it takes it again.
    pub fn store_fails(&self, writing: Writing, problem: &StoreError) {
        let remedy = problem.remedy();
        if self
            .health
            .store_said(writing, Some(format!("{problem}; {remedy}")))
        {
            error!(error = %problem, remedy, "the store takes nothing at the moment; everything waits and nothing is lost");
        }
    }

    /// The store took something.
    pub fn store_works(&self, writing: Writing) {
        if self.health.store_said(writing, None) {
            info!("the store takes everything again");
        }
    }
}
