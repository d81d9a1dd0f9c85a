//! A start with a full inbox, killed in the middle and started again: everything is decided, nothing twice.

use std::time::Duration;

use hygie::{
    clock::{Clock, SystemClock},
    store::Incoming,
};
use tokio::time::Instant;

use hygie_benches::world::World;

use super::{PATIENCE, Size, whole_as_number};
use crate::{
    feed::leak_text,
    homeserver::message,
    stage::{Measured, Round, Stage},
};

/// Events in a transaction.
const BATCH: usize = 100;

pub(super) async fn run(size: &Size, round: Round) -> Measured {
    let world = World::SMALL;
    let mut stage = Stage::prepare(&world, round).await;
    let leaks = fill(&stage, &world, size).await;
    stage
        .homeserver
        .ledger(|ledger| ledger.expect_stored_leaks(leaks));
    let start = Instant::now();
    stage.launch();
    while stage.homeserver.counts().redacted < leaks / 2 && start.elapsed() < PATIENCE * 6 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let first = stage.program().usage();
    stage.kill9().await;
    let before_kill = stage.homeserver.counts().redacted;
    stage.start().await;
    let again = Instant::now();
    let began = stage.begin_at_start().await;
    stage.settle(PATIENCE).await;
    let mut measured = stage.measured(&began, None).await;
    measured.events = size.stored;
    measured.seconds = start.elapsed().as_secs_f64();
    measured.cpu_s += first.cpu_s;
    measured.written += first.written;
    measured.latencies.clear();
    measured.more = vec![
        ("redacted_before_kill", whole_as_number(before_kill)),
        ("decided_after_ready_s", again.elapsed().as_secs_f64()),
    ];
    measured
}

/// Puts events into the inbox as if they had been acknowledged and not decided; how many are leaks.
async fn fill(stage: &Stage, world: &World, size: &Size) -> usize {
    let database = stage.database.as_ref().expect("Hygie has a database");
    let store = database.store().await;
    let every = usize::try_from(1000 / size.leaks_per_mille.max(1)).unwrap_or(20);
    let mut leaks = 0;
    for first in (0..size.stored).step_by(BATCH) {
        let events: Vec<[String; 3]> = (first..(first + BATCH).min(size.stored))
            .map(|number| {
                let (room, sender) = world.leak(number);
                let (id, text) = if number % every == 0 {
                    leaks += 1;
                    (format!("$leak{}", leaks - 1), leak_text(number))
                } else {
                    (format!("$stored{number}"), "Bonne journée".to_owned())
                };
                let payload = message(&room, &sender, &id, &text);
                [id, room, payload]
            })
            .collect();
        let incoming: Vec<_> = events
            .iter()
            .map(|[id, room, payload]| Incoming {
                event_id: id,
                room_id: room,
                payload: Some(payload),
                session: None,
            })
            .collect();
        let accepted = store
            .accept(&format!("stored{first}"), &incoming, &[], SystemClock.now())
            .await;
        assert!(accepted.is_ok(), "{accepted:?}");
    }
    store.close().await;
    leaks
}
