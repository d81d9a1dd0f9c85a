//! A lane: takes events in order, decides, and commits what follows in one transaction.

use std::{
    collections::BTreeSet,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ruma::OwnedRoomId;
use tokio::sync::{Mutex, mpsc};
use tracing::{debug, error};

use super::{
    Arrival, BATCH, Task, arrival::in_community_of, ask, commit::Batch, confirm, watching::Watching,
};
use crate::{
    action::{Action, ActionId, Effect},
    clock::Timestamp,
    community::{
        change::Change,
        definition::CommunityId,
        plan::{self, Extent},
        snapshot::{Community, Snapshot},
        timers,
    },
    crypto::Held,
    decide::{self, Decision},
    event::Event,
    executor::{self, Finished},
    fault,
    governance::{
        self,
        cases::asked::{self, ServerReport},
    },
    shared::Shared,
    telemetry::LaneLabel,
};

pub(super) struct Lane {
    pub(super) shared: Arc<Shared>,
    pub(super) executor: executor::Handle,
    /// One lane at a time decides and commits its batch: what is known in memory and what is in the store change in the same
    /// order, and lanes that plan the same steps cannot meet in a deadlock of `PostgreSQL`.
    pub(super) turn: Arc<Mutex<()>>,
    pub(super) pending: Arc<AtomicUsize>,
    pub(super) watch: Arc<Watching>,
    pub(super) number: u64,
}

impl Lane {
    pub(super) async fn run(self, mut receiver: mpsc::Receiver<Task>) {
        let depth = self
            .shared
            .metrics
            .lane_depth
            .get_or_create_owned(&LaneLabel { lane: self.number });
        let mut tasks = Vec::with_capacity(BATCH);
        while receiver.recv_many(&mut tasks, BATCH).await > 0 {
            depth.set(i64::try_from(receiver.len() + tasks.len()).unwrap_or(i64::MAX));
            let turn = self.turn.lock().await;
            let mut batch = Batch::default();
            let count = tasks.len();
            for task in tasks.drain(..) {
                self.work(task, &mut batch).await;
                batch.end_of_task();
            }
            fault::point("dispatch.decided");
            self.commit(batch).await;
            self.pending.fetch_sub(count, Ordering::AcqRel);
            drop(turn);
            depth.set(i64::try_from(receiver.len()).unwrap_or(i64::MAX));
        }
    }

    async fn work(&self, task: Task, batch: &mut Batch) {
        let now = self.shared.now();
        match task {
            Task::Event {
                seq,
                received_at,
                event,
                arrival,
            } => {
                debug!(room.id = %event.room, event.id = %event.id, "deciding");
                let decision = match arrival {
                    Arrival::Begun => self.decide_begun(&event, now),
                    _ => self.decide(&self.shared.snapshot(), &event, now),
                };
                self.count(&decision);
                let alike = self.alike(&event, &decision, now);
                batch
                    .confirmations
                    .extend(confirm::confirmation(&event, &self.shared.snapshot().bot));
                batch.events.push(seq);
                self.take(decision, event.id.as_str(), received_at, batch)
                    .await;
                self.take(alike, event.id.as_str(), received_at, batch)
                    .await;
                if arrival == Arrival::Begun {
                    let mut snapshot = self.shared.snapshot_mut();
                    in_community_of(&mut snapshot, &event, Community::takedown_decided);
                }
            }
            Task::Unreadable { seq } => batch.events.push(seq),
            Task::Unread(held) => {
                let Held {
                    room,
                    sender,
                    session,
                    ..
                } = &held;
                let told = decide::tell_unread(&self.shared.snapshot(), room, sender, session, now);
                self.carry_out(told, now, batch);
            }
            Task::Review(community) => self.review(BTreeSet::from([community]), now, batch),
            Task::Apply(community, extent) => self.apply_plan(&community, extent, now, batch),
            Task::Reread(rooms) => self.reread(rooms, now, batch),
            Task::Timers => {
                let ended = timers::ends(&self.shared.snapshot(), now);
                for (cause, decision) in ended {
                    self.take(decision, &cause, now, batch).await;
                }
            }
            Task::Due => {
                let communities: Vec<_> =
                    self.shared.snapshot().communities.keys().cloned().collect();
                for community in communities {
                    let due = governance::due::due(&self.shared.snapshot(), &community, now);
                    for (cause, decision) in due {
                        self.take(decision, &cause, now, batch).await;
                    }
                }
            }
            Task::Reports(reports, to) => self.report(&reports, to, now, batch).await,
            Task::Redeem(redemption, answer) => {
                self.redeem(&redemption, answer, now, batch).await;
            }
            Task::Finished(finished) => self.finish(*finished, now, batch),
            Task::Barrier(sender) => batch.barriers.push(sender),
        }
    }

    fn reread(&self, rooms: Vec<OwnedRoomId>, now: Timestamp, batch: &mut Batch) {
        let snapshot = self.shared.snapshot();
        for room in rooms {
            let action = Action {
                id: ActionId::derive(&format!("reread/{room}/{}", now.0), 0),
                community: snapshot.rooms.get(&room).map(|it| it.community.clone()),
                effect: Effect::Refresh { room },
            };
            batch.actions.push((action, now));
        }
    }

    /// What members reported to the homeserver, one after the other: several may be about one message.
    async fn report(&self, reports: &[ServerReport], to: i64, now: Timestamp, batch: &mut Batch) {
        for report in reports {
            let follows = asked::from_server(&self.shared.snapshot(), report, now);
            if let Some((cause, decision)) = follows {
                self.take(decision, &cause, now, batch).await;
            }
        }
        let read = asked::all_read(&self.shared.snapshot(), to, now);
        for (cause, decision) in read {
            self.take(decision, &cause, now, batch).await;
        }
    }

    /// Decides what has begun: the place that is kept for it is its own, and nobody else's until it is counted.
    fn decide_begun(&self, event: &Event, now: Timestamp) -> Decision {
        let mut snapshot = self.shared.snapshot_mut();
        in_community_of(&mut snapshot, event, Community::takedown_decided);
        let decision = self.decide(&snapshot, event, now);
        in_community_of(&mut snapshot, event, Community::takedown_begun);
        decision
    }

    /// Decides. A defect in deciding must not stop the lane: the event is given up, aloud.
    fn decide(&self, snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
        let deciding = AssertUnwindSafe(|| {
            let noticed = self.watch.look(snapshot, event);
            decide::decide_noticing(snapshot, event, noticed.as_ref(), now)
        });
        std::panic::catch_unwind(deciding).unwrap_or_else(|_| {
            error!(room.id = %event.room, event.id = %event.id, "Hygie has a defect: this event could not be decided and is left alone; please report it");
            self.shared.metrics.quarantined.inc();
            Decision::default()
        })
    }

    /// What follows for messages like one that somebody of the team has just taken down.
    fn alike(&self, event: &Event, decision: &Decision, now: Timestamp) -> Decision {
        let snapshot = self.shared.snapshot();
        let Some(original) = decide::removed(&snapshot, event, decision) else {
            return Decision::default();
        };
        let Some((community, print, twins)) = self.watch.like(&original) else {
            return Decision::default();
        };
        decide::alike(
            &snapshot,
            event,
            &original,
            (&community, print, &twins),
            now,
        )
    }

    /// Applies a decision to the snapshot and adds it to the batch.
    pub(super) async fn take(
        &self,
        mut decision: Decision,
        cause: &str,
        caused_at: Timestamp,
        batch: &mut Batch,
    ) {
        if let Some(question) = decision.ask.take() {
            let (community, effect) = ask::answer(&self.shared, question).await;
            decision.act(cause, Some(&community), effect);
        }
        if self.shared.dry {
            // What was only said must not be in force at the next real start.
            decision.changes.retain(|change| !change.puts_in_force());
        }
        self.apply(&decision.changes);
        batch.changes.append(&mut decision.changes);
        batch.audit.append(&mut decision.audit);
        batch.actions.extend(
            decision
                .actions
                .into_iter()
                .map(|action| (action, caused_at)),
        );
        self.review(decision.review, caused_at, batch);
    }

    fn apply(&self, changes: &[Change]) {
        if !changes.is_empty() {
            let mut snapshot = self.shared.snapshot_mut();
            for change in changes {
                snapshot.apply(change);
            }
        }
    }

    fn review(&self, communities: BTreeSet<CommunityId>, caused_at: Timestamp, batch: &mut Batch) {
        for community in communities {
            let decision = decide::review(&self.shared.snapshot(), &community, caused_at);
            self.carry_out(decision, caused_at, batch);
        }
    }

    fn apply_plan(
        &self,
        community: &CommunityId,
        extent: Extent,
        now: Timestamp,
        batch: &mut Batch,
    ) {
        let decision = {
            let snapshot = self.shared.snapshot();
            let steps = extent.of(plan::plan(&snapshot, community));
            decide::carry_out(&snapshot, community, &steps)
        };
        self.carry_out(decision, now, batch);
    }

    fn carry_out(&self, mut decision: Decision, caused_at: Timestamp, batch: &mut Batch) {
        if self.shared.dry {
            decision.changes.retain(|change| !change.puts_in_force());
        }
        self.apply(&decision.changes);
        batch.changes.append(&mut decision.changes);
        let actions = decision.actions.into_iter();
        batch
            .actions
            .extend(actions.map(|action| (action, caused_at)));
    }

    /// Takes over what the executor learned, unless something newer was pushed meanwhile.
    fn finish(&self, finished: Finished, now: Timestamp, batch: &mut Batch) {
        let Finished {
            ended,
            mut changes,
            copied,
            notices,
            review,
            as_of,
            ..
        } = finished;
        changes.retain(|change| self.shared.snapshot().learns_from(change, as_of));
        self.apply(&changes);
        batch.changes.append(&mut changes);
        batch.ended.extend(ended);
        batch.copies.extend(copied);
        batch
            .actions
            .extend(notices.into_iter().map(|action| (action, now)));
        self.review(review, now, batch);
    }

    fn count(&self, decision: &Decision) {
        for entry in &decision.audit {
            if let Some(rule) = &entry.rule {
                self.shared
                    .metrics
                    .hits
                    .get_or_create(&crate::telemetry::RuleLabel { rule: rule.clone() })
                    .inc();
            }
        }
    }
}
