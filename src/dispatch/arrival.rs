//! What can be said of a pushed event before it is stored. Most messages are clean: nothing follows from them, and they are stored
//! as done in one commit, their words never written. A leak that the rules take down is begun while the commits run: its
//! action has the same identity when it is decided again in its lane, so nothing is done twice.

use std::{panic::AssertUnwindSafe, sync::atomic::Ordering, time::Duration};

use super::{Dispatcher, confirm};
use crate::{
    action::{Action, Effect, Sender},
    clock::Timestamp,
    community::snapshot::{Community, Snapshot},
    decide::{self, Decision},
    event::{Event, EventKind},
    moderation::watch::Noticed,
};

/// How old an event may be, by its sender's clock, for its takedown to be begun before it is known that it is new. The
/// homeserver recognises a request that is made again for much longer.
const FRESH: Duration = Duration::from_mins(5);

/// What was seen of an event when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nothing follows from it, and nothing before it in its room waits that could change that.
    Settled,
    /// It is to be decided in its lane.
    Open,
    /// It is to be decided in its lane, and its takedown has begun.
    Begun,
    /// It waits for its key before anything can be said of it.
    Held,
}

impl Dispatcher {
    /// Looks at the events of one transaction, in order, and begins the takedowns that are sure.
    pub fn arrive<'a>(
        &self,
        events: impl Iterator<Item = &'a Event>,
        now: Timestamp,
    ) -> Vec<Arrival> {
        let mut touched = vec![false; self.lanes.len()];
        let mut begun = Vec::new();
        let arrivals = events.map(|event| {
            let lane = self.lane(event.room.as_str());
            let idle = !touched[lane] && self.lanes[lane].pending.load(Ordering::Acquire) == 0;
            let snapshot = self.shared.snapshot();
            let noticed = self.watch.look(&snapshot, event);
            let about = (event, noticed.as_ref());
            let arrival = self.look(&snapshot, about, idle, now, &mut begun);
            touched[lane] |= arrival != Arrival::Settled;
            arrival
        });
        let arrivals = arrivals.collect();
        if !begun.is_empty() {
            let mut snapshot = self.shared.snapshot_mut();
            let communities = begun.iter().filter_map(|(it, _)| it.community.as_ref());
            for id in communities {
                if let Some(community) = snapshot.communities.get_mut(id) {
                    community.takedown_begun();
                }
            }
        }
        self.executor.begin(begun);
        arrivals
    }

    fn look(
        &self,
        snapshot: &Snapshot,
        (event, noticed): (&Event, Option<&Noticed>),
        idle: bool,
        now: Timestamp,
        begun: &mut Vec<(Action, Timestamp)>,
    ) -> Arrival {
        let is_content = matches!(event.kind, EventKind::Content { .. });
        if !idle && !is_content {
            return Arrival::Open;
        }
        // A defect in deciding is told in the lane, where the event is decided again.
        let deciding = AssertUnwindSafe(|| decide::decide_noticing(snapshot, event, noticed, now));
        let Ok(decision) = std::panic::catch_unwind(deciding) else {
            return Arrival::Open;
        };
        if decision == Decision::default() {
            // What somebody of the team takes down by hand may stand in other groups.
            let alike = decide::removed(snapshot, event, &decision)
                .is_some_and(|original| self.watch.like(&original).is_some());
            return if idle && !alike {
                Arrival::Settled
            } else {
                Arrival::Open
            };
        }
        if !is_content || self.shared.dry || !is_fresh(event, now) {
            return Arrival::Open;
        }
        let takedown = decision.actions.into_iter().find(is_takedown);
        let left = snapshot
            .located(&event.room)
            .map_or(0, |(community, _)| community.takedowns_left(now));
        match takedown {
            Some(takedown) => {
                // Those of this transaction are not known to the snapshot yet.
                let here = begun
                    .iter()
                    .filter(|it| it.0.community == takedown.community);
                if here.count() >= left {
                    return Arrival::Open;
                }
                begun.push((takedown, now));
                Arrival::Begun
            }
            None => Arrival::Open,
        }
    }

    /// An event that goes to no lane after all: it was there before, or the store does not take it.
    pub fn turned_away(&self, event: &Event, arrival: Arrival) {
        if arrival == Arrival::Begun {
            in_community_of(
                &mut self.shared.snapshot_mut(),
                event,
                Community::takedown_decided,
            );
        }
    }

    /// An event that is stored as done: all that is left is what it proves.
    pub(super) fn settled(&self, event: &Event) {
        let confirmation = confirm::confirmation(event, &self.shared.snapshot().bot);
        self.executor.confirm(confirmation.into_iter().collect());
    }
}

/// Changes what is known of the community where an event happened.
pub(super) fn in_community_of(
    snapshot: &mut Snapshot,
    event: &Event,
    change: impl FnOnce(&mut Community),
) {
    let community = snapshot.located(&event.room);
    let id = community.map(|(community, _)| community.definition.id.clone());
    if let Some(community) = id.and_then(|id| snapshot.communities.get_mut(&id)) {
        change(community);
    }
}

fn is_fresh(event: &Event, now: Timestamp) -> bool {
    now.since(event.at).max(event.at.since(now)) < FRESH
}

fn is_takedown(action: &Action) -> bool {
    matches!(
        &action.effect,
        Effect::Redact {
            sender: Sender::Known(_),
            ..
        }
    )
}
