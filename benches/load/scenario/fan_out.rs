//! An announcement to many rooms: each gets one copy, and a leak does not wait for them.

use super::{PATIENCE, Size, relays, warm_up, whole, whole_as_number};
use crate::{
    feed::Feed,
    stage::{Measured, Round, Stage},
    world::{OWNER, World},
};

/// Leaks a second while the copies go out.
const LEAKS: f64 = 20.0;

pub(super) async fn run(rooms: usize, size: &Size, round: Round) -> Measured {
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
    let count = whole(LEAKS * size.seconds);
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
