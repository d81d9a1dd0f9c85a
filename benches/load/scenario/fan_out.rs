//! An announcement to many rooms: each gets one copy, and a leak does not wait for them.

use super::{PATIENCE, relays, warm_up, whole, whole_as_number};
use crate::{
    feed::Feed,
    homeserver::Latency,
    stage::{Measured, Round, Stage},
};
use hygie_benches::world::{OWNER, World};

/// Leaks a second while the copies go out.
const LEAKS: f64 = 100.0;
/// How long the homeserver takes for a request, in milliseconds, unless it was told: with no time of its own, copies would be
/// out before the first leak.
const LATENCY: f64 = 5.0;
/// So many copies a second that allows, eight at a time, or fewer.
const COPIES: f64 = 1000.0;

pub(super) async fn run(rooms: usize, mut round: Round) -> Measured {
    if round.faults.latency == Latency::Zero {
        round.faults.latency = Latency::Between(LATENCY, LATENCY);
    }
    let world = World::one(rooms, 10);
    let stage = Stage::set(&world, round).await;
    warm_up(&stage, &world).await;
    let began = stage.begin().await;
    if relays(round.role) {
        let text = "Vaccination contre la grippe : les doses sont arrivées, à retirer dès mardi.";
        let room = World::announcements();
        stage
            .homeserver
            .push_announcement(&room, OWNER, text, rooms);
    }
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let count = whole(LEAKS * whole_as_number(rooms) / COPIES).max(10);
    let seconds = feed.evenly(LEAKS, count, Feed::leak).await;
    stage.settle(PATIENCE).await;
    let mut measured = stage.measured(&began, Some(seconds)).await;
    let counts = stage.homeserver.counts();
    let took = stage.homeserver.ledger(|ledger| ledger.copying_took());
    if let Some(took) = took {
        measured.more = vec![
            ("copies", whole_as_number(counts.copied)),
            ("copying_s", took.as_secs_f64()),
            (
                "copies_per_second",
                whole_as_number(counts.copied) / took.as_secs_f64().max(1e-3),
            ),
        ];
    }
    measured
}
