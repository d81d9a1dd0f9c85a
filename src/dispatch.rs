//! From the inbox to the outbox: lanes take events in order within a room, decide, and commit what follows in one transaction.
//! Only then does the executor hear of the actions. The only place that logs a failure to handle an event.

mod arrival;
mod ask;
mod commit;
mod confirm;
mod redeem;
mod watching;

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

pub use arrival::Arrival;
pub use redeem::{Outcome, Redemption};
use ruma::OwnedRoomId;
use tokio::sync::{Mutex, mpsc, oneshot};
use tracing::{debug, error};

use self::commit::Batch;
use crate::{
    action::{Action, ActionId, Effect},
    clock::Timestamp,
    community::{
        change::Change,
        definition::CommunityId,
        plan::{self, Extent},
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
        tickets::Why,
    },
    shared::Shared,
    telemetry::LaneLabel,
};
use watching::Watching;

/// How many lanes there are: rooms are spread over them.
const LANES: usize = 4;
/// How many events a lane holds before the homeserver has to wait.
const LANE_CAPACITY: usize = 4096;
/// How many events are committed together at most.
const BATCH: usize = 256;

/// What a lane works on.
enum Task {
    /// An event of the inbox.
    Event {
        seq: i64,
        received_at: Timestamp,
        event: Box<Event>,
        arrival: Arrival,
    },
    /// An event of the inbox that this version cannot read (it could when it came in).
    Unreadable { seq: i64 },
    /// An event that waits for its key for so long that somebody is to know.
    Unread(Held),
    /// A community whose plan may have changed.
    Review(CommunityId),
    /// A community to be made as its files say, also where it only wants reports.
    Apply(CommunityId, Extent),
    /// Rooms whose state is to be read anew.
    Reread(Vec<OwnedRoomId>),
    /// Something in force has ended.
    Timers,
    /// It is time to look what is due in the communities.
    Due,
    /// Reports of the homeserver's list, and up to where it was read.
    Reports(Vec<ServerReport>, i64),
    /// Actions ended.
    Finished(Box<Finished>),
    /// Somebody comes in with a ticket.
    Redeem(Redemption, oneshot::Sender<Result<(), Why>>),
    /// Everything before this is committed once it answers.
    Barrier(oneshot::Sender<()>),
}

/// Hands work to the lanes.
#[derive(Clone)]
pub struct Dispatcher {
    shared: Arc<Shared>,
    executor: executor::Handle,
    lanes: Arc<[LaneEnd]>,
    /// Takedowns that were begun and are not counted in the snapshot yet.
    begun: Arc<AtomicUsize>,
    /// What was written and who came lately.
    watch: Arc<Watching>,
}

/// The near end of a lane.
struct LaneEnd {
    sender: mpsc::Sender<Task>,
    /// How many tasks are on their way or not committed yet.
    pending: Arc<AtomicUsize>,
}

impl Dispatcher {
    /// Starts the lanes. They end when every [`Dispatcher`] is dropped.
    #[must_use]
    pub fn start(
        shared: &Arc<Shared>,
        executor: &executor::Handle,
    ) -> (Self, Vec<tokio::task::JoinHandle<()>>) {
        let mut senders = Vec::new();
        let mut lanes = Vec::new();
        let turn = Arc::new(Mutex::new(()));
        let begun = Arc::new(AtomicUsize::new(0));
        let watch = Arc::new(Watching::default());
        for number in 0..LANES {
            let (sender, receiver) = mpsc::channel(LANE_CAPACITY);
            let lane = Lane {
                shared: shared.clone(),
                executor: executor.clone(),
                turn: turn.clone(),
                pending: Arc::default(),
                begun: begun.clone(),
                watch: watch.clone(),
                number: number as u64,
            };
            senders.push(LaneEnd {
                sender,
                pending: lane.pending.clone(),
            });
            lanes.push(tokio::spawn(lane.run(receiver)));
        }
        (
            Self {
                shared: shared.clone(),
                executor: executor.clone(),
                lanes: senders.into(),
                begun,
                watch,
            },
            lanes,
        )
    }

    /// Hands over an event of the inbox. Waits while its lane is full, which makes the homeserver wait.
    pub async fn event(&self, seq: i64, received_at: Timestamp, event: Event, arrival: Arrival) {
        if arrival == Arrival::Settled {
            return self.settled(&event);
        }
        let lane = self.lane(event.room.as_str());
        self.send(
            lane,
            Task::Event {
                seq,
                received_at,
                event: Box::new(event),
                arrival,
            },
        )
        .await;
    }

    /// Hands over an event of the inbox that cannot be read any more.
    pub async fn unreadable(&self, seq: i64) {
        self.send(0, Task::Unreadable { seq }).await;
    }

    /// Has somebody told of an event that waits for its key.
    pub async fn unread(&self, held: Held) {
        let lane = self.lane(held.room.as_str());
        self.send(lane, Task::Unread(held)).await;
    }

    /// Has a community compared with what it should be.
    pub async fn review(&self, community: CommunityId) {
        let lane = self.lane(community.as_str());
        self.send(lane, Task::Review(community)).await;
    }

    /// Has a community made as its files say, also what it would only report; what is destructive only when that was confirmed.
    pub async fn apply(&self, community: CommunityId, extent: Extent) {
        let lane = self.lane(community.as_str());
        self.send(lane, Task::Apply(community, extent)).await;
    }

    /// Has rooms read anew, whatever is known of them.
    pub async fn reread(&self, rooms: Vec<OwnedRoomId>) {
        self.send(0, Task::Reread(rooms)).await;
    }

    /// Has ended mutes and lockdowns lifted.
    pub async fn timers(&self) {
        self.send(0, Task::Timers).await;
    }

    /// Has everything done that is due in the communities.
    pub async fn due(&self) {
        self.send(0, Task::Due).await;
    }

    /// Hands over what members reported to the homeserver, whose list was read up to `to`.
    pub async fn reports(&self, reports: Vec<ServerReport>, to: i64) {
        self.send(0, Task::Reports(reports, to)).await;
    }

    /// Records what the executor finished, in the lane of the room concerned, so that nothing overtakes it.
    pub async fn finished(&self, finished: Finished) {
        let lane = finished
            .room
            .as_ref()
            .map_or(0, |room| self.lane(room.as_str()));
        self.send(lane, Task::Finished(Box::new(finished))).await;
    }

    /// Returns when everything that was handed over before is committed.
    pub async fn flush(&self) {
        for lane in 0..self.lanes.len() {
            let (sender, receiver) = oneshot::channel();
            self.send(lane, Task::Barrier(sender)).await;
            let _ = receiver.await;
        }
    }

    fn lane(&self, key: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        usize::try_from(hasher.finish() % (self.lanes.len() as u64)).unwrap_or(0)
    }

    async fn send(&self, lane: usize, task: Task) {
        let lane = &self.lanes[lane];
        lane.pending.fetch_add(1, Ordering::AcqRel);
        if lane.sender.send(task).await.is_err() {
            error!("a lane has stopped; its events stay in the inbox until the next start");
        }
    }
}

struct Lane {
    shared: Arc<Shared>,
    executor: executor::Handle,
    /// One lane at a time decides and commits its batch: what is known in memory and what is in the store change in the same
    /// order, and lanes that plan the same steps cannot meet in a deadlock of `PostgreSQL`.
    turn: Arc<Mutex<()>>,
    pending: Arc<AtomicUsize>,
    begun: Arc<AtomicUsize>,
    watch: Arc<Watching>,
    number: u64,
}

impl Lane {
    async fn run(self, mut receiver: mpsc::Receiver<Task>) {
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
                let decision = self.decide(&event, now);
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
                    self.begun.fetch_sub(1, Ordering::AcqRel);
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
            Task::Reread(rooms) => {
                let snapshot = self.shared.snapshot();
                for room in rooms {
                    let community = snapshot.rooms.get(&room).map(|it| it.community.clone());
                    let id = ActionId::derive(&format!("reread/{room}/{}", now.0), 0);
                    let effect = Effect::Refresh { room };
                    batch.actions.push((
                        Action {
                            id,
                            community,
                            effect,
                        },
                        now,
                    ));
                }
            }
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

    /// Decides. A defect in deciding must not stop the lane: the event is given up, aloud.
    fn decide(&self, event: &Event, now: Timestamp) -> Decision {
        let snapshot = self.shared.snapshot();
        let deciding = AssertUnwindSafe(|| {
            let noticed = self.watch.look(&snapshot, event);
            decide::decide_noticing(&snapshot, event, noticed.as_ref(), now)
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
    async fn take(
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
