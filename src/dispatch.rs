//! From the inbox to the outbox: lanes take events in order within a room, decide, and commit what follows in one transaction.
//! Only then does the executor hear of the actions. The only place that logs a failure to handle an event.

mod arrival;
mod ask;
mod commit;
mod confirm;
mod lane;
mod redeem;
mod watching;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

pub use arrival::Arrival;
pub use redeem::{Outcome, Redemption};
use ruma::OwnedRoomId;
use tokio::sync::{Mutex, mpsc, oneshot};
use tracing::error;

use self::{lane::Lane, watching::Watching};
use crate::{
    clock::Timestamp,
    community::{definition::CommunityId, plan::Extent},
    crypto::Held,
    event::Event,
    executor::{self, Finished},
    governance::{cases::asked::ServerReport, tickets::Why},
    shared::Shared,
};

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
        let watch = Arc::new(Watching::default());
        for number in 0..LANES {
            let (sender, receiver) = mpsc::channel(LANE_CAPACITY);
            let lane = Lane {
                shared: shared.clone(),
                executor: executor.clone(),
                turn: turn.clone(),
                pending: Arc::default(),
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
