//! A roster is taken over: everybody on it is invited to the space and to three groups, once, and a leak does not wait for them. Afterwards as
//! many leaks come once more with nothing beside them.

use std::time::Duration;

use hygie::{
    clock::{Clock, SystemClock},
    community::{
        change::Change,
        record::{CardId, Import, Person, Record},
    },
};
use hygie_benches::world::{OWNER, SERVER_NAME, World};
use tokio::time::Instant;

use super::{PATIENCE, warm_up, whole_as_number};
use crate::{
    feed::Feed,
    homeserver::Latency,
    report::quantile,
    stage::{Measured, Round, Stage},
};

/// The time from one leak to the next while people are invited: longer than the moment of calm after each.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the homeserver takes for a request, in milliseconds, unless it was told.
const LATENCY: f64 = 5.0;
/// The groups into which everybody is invited, besides the space.
const GROUPS: usize = 3;

pub(super) async fn run(people: usize, mut round: Round) -> Measured {
    if round.faults.latency == Latency::Zero {
        round.faults.latency = Latency::Between(LATENCY, LATENCY);
    }
    let world = World {
        audiences: GROUPS,
        ..World::SMALL
    };
    let mut stage = Stage::set(&world, round).await;
    warm_up(&stage, &world).await;
    // What is taken over while nobody runs is invited at the start.
    stage.kill9().await;
    let invitations = people * (GROUPS + 1);
    take_over(&stage, people, invitations).await;
    stage
        .homeserver
        .ledger(|ledger| ledger.expect_invitations(invitations));
    stage.start().await;
    let began = stage.begin().await;
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let mut leaks = 0;
    let mut last = (0, Instant::now());
    while last.0 < invitations && last.1.elapsed() < PATIENCE {
        feed.leak();
        leaks += 1;
        tokio::time::sleep(PAUSE).await;
        let invited = stage.homeserver.counts().invited;
        if invited > last.0 {
            last = (invited, Instant::now());
        }
    }
    stage.settle(PATIENCE).await;
    let mut measured = stage.measured(&began, None).await;
    let took = stage.homeserver.ledger(|ledger| ledger.inviting_took());
    let took = took.unwrap_or_default().as_secs_f64();
    let began = stage.begin().await;
    for _ in 0..leaks {
        feed.leak();
        tokio::time::sleep(PAUSE.min(Duration::from_millis(250))).await;
    }
    stage.settle(PATIENCE).await;
    let quiet = stage.measured(&began, None).await;
    (measured.lost, measured.doubled) = (quiet.lost, quiet.doubled);
    let invited = whole_as_number(stage.homeserver.counts().invited);
    measured.more = vec![
        ("invited", invited),
        ("inviting_s", took),
        ("invitations_per_second", invited / took.max(1e-3)),
        ("leaks", whole_as_number(leaks)),
        ("quiet_p50_ms", of(&quiet, 0.5)),
        ("quiet_p95_ms", of(&quiet, 0.95)),
        ("quiet_p99_ms", of(&quiet, 0.99)),
    ];
    measured
}

fn of(measured: &Measured, share: f64) -> f64 {
    quantile(&measured.latencies, share).unwrap_or_default()
}

/// Writes the roster as `hygie import --yes` does, and that its invitations are under way.
async fn take_over(stage: &Stage, people: usize, invitations: usize) {
    let database = stage.database.as_ref().expect("Hygie has a database");
    let store = database.store().await;
    let community = "c0".parse().expect("an id");
    let now = SystemClock.now();
    let roster = (0..people).map(|number| {
        let person = Person::new(&format!("@listed{number}:{SERVER_NAME}"));
        Change::keep(&community, Record::Person(Box::new(person)))
    });
    let mut changes: Vec<Change> = roster.collect();
    let import = Import {
        id: CardId("bench".to_owned()),
        by: OWNER.try_into().expect("an id"),
        at: now,
        total: invitations as u64,
        told: 0,
    };
    changes.push(Change::keep(&community, Record::Import(import)));
    let mut tx = store.begin().await.expect("the database takes it");
    let written = tx.remember(&changes, &[], now).await;
    written.expect("the database takes it");
    tx.commit().await.expect("the database takes it");
    store.close().await;
}
