//! The watch over the last hour, shared by arrivals and lanes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ruma::EventId;

use crate::{
    community::{definition::CommunityId, snapshot::Snapshot},
    event::Event,
    moderation::{
        Print,
        watch::{Glance, Noticed, Twin, Watch},
    },
};

/// [`Watch`], for several at a time.
#[derive(Default)]
pub(super) struct Watching(Mutex<Watch>);

impl Watching {
    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// See [`Watch::look`]. What takes long is done while nobody has to wait for it.
    pub(super) fn look(&self, snapshot: &Snapshot, event: &Event) -> Option<Noticed> {
        let answered = self.watch().answered(event);
        answered.unwrap_or_else(|| {
            let glance = Glance::of(snapshot, event);
            self.watch().look(snapshot, event, glance)
        })
    }

    /// See [`Watch::like`].
    pub(super) fn like(&self, event: &EventId) -> Option<(CommunityId, Print, Vec<Twin>)> {
        self.watch().like(event)
    }
}
