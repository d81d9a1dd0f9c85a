//! The scenarios: what is done to the program, and what is asked of it afterwards.

mod encrypted;
mod fan_out;
mod idle;
mod raid;
mod restart;
mod roster;

use std::time::Duration;

use crate::{
    feed::Feed,
    program::Role,
    stage::{Measured, Round, Stage},
};
use hygie_benches::world::World;

/// How long nothing may happen before what is missing counts as lost.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same when requests fail: Hygie doubles its pause each time.
const PATIENCE_WITH_FAULTS: Duration = Duration::from_mins(1);
/// Of a thousand requests and transactions so many fail in [`Scenario::Faults`], unless it was told.
const FAULTS_PER_MILLE: u64 = 200;
/// Clean events before anything is measured.
const WARM_UP: usize = 300;

/// What is done to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Events at an even rate, some of them leaks.
    Steady,
    /// The same in encrypted groups.
    Encrypted,
    /// Leaks that come all at once.
    Burst,
    /// Many events that come all at once, some of them leaks.
    Flood,
    /// Many people whom nobody invited arrive and write, while an announcement is relayed.
    Raid,
    /// As many clean events as are taken, in few rooms.
    Clean,
    /// As many clean events as are taken, in ten thousand rooms.
    CleanLarge,
    /// An announcement to 500 rooms, and leaks meanwhile.
    FanOut,
    /// An announcement to 5,000 rooms, and leaks meanwhile.
    FanOutLarge,
    /// A start with a full inbox, killed in the middle and started again.
    Restart,
    /// A thousand people are invited to the space and three groups, and leaks meanwhile.
    Roster,
    /// Ten thousand rooms with a hundred members each.
    Resident,
    /// Nothing happens.
    Idle,
    /// Events at an even rate while requests and transactions fail.
    Faults,
}

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Events a second.
    pub rate: f64,
    /// Leaks among a thousand events.
    pub leaks_per_mille: u64,
    /// How long events come.
    pub seconds: f64,
    /// Leaks at once.
    pub burst: usize,
    /// Events at once; in a raid, joins and messages twice over.
    pub crowd: usize,
    /// Events in the inbox at a start.
    pub stored: usize,
    /// People on a roster.
    pub people: usize,
    /// The large worlds are this much smaller.
    pub shrink: usize,
    /// How long nothing happens.
    pub idle: Duration,
}

impl Scenario {
    /// All, in the order of the report.
    pub const ALL: [Self; 14] = [
        Self::Steady,
        Self::Encrypted,
        Self::Burst,
        Self::Flood,
        Self::Raid,
        Self::Clean,
        Self::CleanLarge,
        Self::FanOut,
        Self::FanOutLarge,
        Self::Restart,
        Self::Roster,
        Self::Resident,
        Self::Idle,
        Self::Faults,
    ];

    /// Its name, and what it does.
    #[must_use]
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Steady => ("steady", "events at an even rate, some of them leaks"),
            Self::Encrypted => ("encrypted", "the same in encrypted groups"),
            Self::Burst => ("burst", "40 leaks at once"),
            Self::Flood => ("flood", "2,000 events at once, some of them leaks"),
            Self::Raid => (
                "raid",
                "200 people come and write 1,000 messages, pace and sanctions on, beside an announcement",
            ),
            Self::Clean => ("clean", "as many clean events as are taken, in 10 rooms"),
            Self::CleanLarge => ("clean-10000", "the same in 10,000 rooms"),
            Self::FanOut => (
                "fan-out-500",
                "an announcement to 500 rooms, leaks meanwhile",
            ),
            Self::FanOutLarge => ("fan-out-5000", "the same with 5,000 rooms"),
            Self::Restart => (
                "restart",
                "a start with 100,000 events in the inbox, killed in the middle",
            ),
            Self::Roster => (
                "roster",
                "1,000 people invited to the space and 3 groups, leaks meanwhile",
            ),
            Self::Resident => (
                "resident",
                "10,000 rooms with 100 members each: memory and start",
            ),
            Self::Idle => ("idle", "the example community, and nothing happens"),
            Self::Faults => (
                "faults",
                "a fifth of all requests and transactions goes wrong",
            ),
        }
    }

    /// Whether the bare baseline can do this too.
    #[must_use]
    pub fn has_baseline(self) -> bool {
        !matches!(
            self,
            Self::Encrypted
                | Self::Restart
                | Self::Roster
                | Self::Resident
                | Self::Idle
                | Self::Faults
        )
    }

    /// Does it once.
    pub async fn run(self, size: &Size, round: Round) -> Measured {
        match self {
            Self::Steady => steady(size, round, PATIENCE).await,
            Self::Encrypted => encrypted::run(size, round).await,
            Self::Faults => faults(size, round).await,
            Self::Burst => burst(size, round).await,
            Self::Flood => flood(size, round).await,
            Self::Raid => raid::run(size, round).await,
            Self::Clean => clean(&World::SMALL, size, round).await,
            Self::CleanLarge => clean(&large(size), size, round).await,
            Self::FanOut => fan_out::run(500 / size.shrink, round).await,
            Self::FanOutLarge => fan_out::run(5000 / size.shrink, round).await,
            Self::Restart => restart::run(size, round).await,
            Self::Roster => roster::run(size.people / size.shrink, round).await,
            Self::Resident => resident(size, round).await,
            Self::Idle => idle::run(size, round).await,
        }
    }
}

/// Ten thousand rooms, or fewer in a short run.
fn large(size: &Size) -> World {
    let full = World::LARGE;
    World {
        communities: (full.communities / size.shrink).max(1),
        ..full
    }
}

/// Has connections made and caches filled before anything is measured.
async fn warm_up(stage: &Stage, world: &World) {
    let mut feed = Feed::new(stage, world, 0);
    for _ in 0..world.leakers() {
        feed.leak();
    }
    for _ in 0..WARM_UP {
        feed.clean();
    }
    feed.all_acknowledged().await;
    stage.settle(PATIENCE).await;
}

async fn steady(size: &Size, round: Round, patience: Duration) -> Measured {
    let world = World::SMALL;
    let stage = Stage::set(&world, round).await;
    warm_up(&stage, &world).await;
    let began = stage.begin().await;
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let count = whole(size.rate * size.seconds);
    let leaks = size.leaks_per_mille;
    let seconds = feed.evenly(size.rate, count, |feed| feed.any(leaks)).await;
    stage.settle(patience).await;
    stage.measured(&began, Some(seconds)).await
}

async fn faults(size: &Size, round: Round) -> Measured {
    let mut round = round;
    if round.faults.per_mille == 0 {
        round.faults.per_mille = FAULTS_PER_MILLE;
    }
    let much_to_do = Size {
        rate: size.rate / 2.0,
        leaks_per_mille: size.leaks_per_mille * 5,
        ..*size
    };
    steady(&much_to_do, round, PATIENCE_WITH_FAULTS).await
}

/// Several bursts, each when the one before is over.
async fn burst(size: &Size, round: Round) -> Measured {
    const TIMES: usize = 10;
    let world = World::SMALL;
    let stage = Stage::set(&world, round).await;
    warm_up(&stage, &world).await;
    let began = stage.begin().await;
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    for _ in 0..TIMES {
        feed.at_once(|feed| (0..size.burst).for_each(|_| feed.leak()));
        stage.settle(PATIENCE).await;
    }
    stage.measured(&began, None).await
}

async fn flood(size: &Size, round: Round) -> Measured {
    let world = World::SMALL;
    let stage = Stage::set(&world, round).await;
    warm_up(&stage, &world).await;
    let began = stage.begin().await;
    let start = tokio::time::Instant::now();
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let leaks = size.leaks_per_mille;
    feed.at_once(|feed| (0..size.crowd).for_each(|_| feed.any(leaks)));
    feed.all_acknowledged().await;
    let seconds = start.elapsed().as_secs_f64();
    stage.settle(PATIENCE).await;
    stage.measured(&began, Some(seconds)).await
}

async fn clean(world: &World, size: &Size, round: Round) -> Measured {
    let stage = Stage::set(world, round).await;
    warm_up(&stage, world).await;
    let began = stage.begin().await;
    let mut feed = Feed::new(&stage, world, round.faults.seed);
    feed.as_fast_as_taken(Duration::from_secs_f64(size.seconds))
        .await;
    // What is acknowledged is to be decided, too, before the time is up.
    stage.settle(PATIENCE).await;
    stage.measured(&began, None).await
}

async fn resident(size: &Size, round: Round) -> Measured {
    let world = large(size);
    let stage = Stage::set(&world, round).await;
    let at_start = stage.program().memory();
    let began = stage.begin().await;
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let count = whole(size.rate * size.seconds);
    let leaks = size.leaks_per_mille;
    let seconds = feed.evenly(size.rate, count, |feed| feed.any(leaks)).await;
    stage.settle(PATIENCE).await;
    let mut measured = stage.measured(&began, Some(seconds)).await;
    let asked = stage.homeserver.counts().state_requests;
    let now = stage.program().memory().0;
    measured.more = vec![
        ("rss_ready_mib", at_start.0),
        ("rss_end_mib", now),
        ("state_requests", whole_as_number(asked)),
    ];
    measured
}

/// A count of events.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of events, far below 2^52"
)]
fn whole(number: f64) -> usize {
    number as usize
}

/// A count as the report takes it.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn whole_as_number(count: usize) -> f64 {
    count as f64
}

/// Whether this program relays announcements at all.
fn relays(role: Role) -> bool {
    role == Role::Hygie
}
