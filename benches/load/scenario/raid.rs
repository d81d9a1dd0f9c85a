//! A raid: many people whom nobody invited come and write, with pace and sanctions as they are without a word in the file, while an announcement is
//! relayed; and the homeserver takes only so many events of the bot a second.

use std::time::Instant;

use super::{PATIENCE, relays, whole_as_number};
use crate::{
    feed::Feed,
    stage::{Measured, Round, Stage},
};
use hygie_benches::world::{OWNER, World};

/// What each writes: advertising, which is asked about, two leaks, the same again, and ordinary words.
const MESSAGES: usize = 5;
/// What most of it is.
const ADVERTISEMENT: &str = "Gagnez 500 euros par jour depuis chez vous sans effort, écrivez vite à notre conseiller avant ce soir minuit précises";
/// How many come at least: fewer are no wave.
const LEAST: usize = 20;
/// So many events a second the homeserver takes of Hygie, unless it was told. The baseline knows no limit.
const PER_SECOND: u32 = 100;

pub(super) async fn run(size: &super::Size, mut round: Round) -> Measured {
    if relays(round.role) && round.faults.per_second == 0 {
        round.faults.per_second = PER_SECOND;
    }
    let world = World {
        measured: true,
        ..World::SMALL
    };
    let stage = Stage::set(&world, round).await;
    let mut feed = Feed::new(&stage, &world, 0);
    (0..world.leakers()).for_each(|_| feed.leak());
    feed.all_acknowledged().await;
    stage.settle(PATIENCE).await;

    let before = stage.homeserver.counts();
    let (began, start) = (stage.begin().await, Instant::now());
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let people = (size.crowd / 10).max(LEAST);
    let count = people * (1 + MESSAGES);
    let (mut number, mut announced) = (0, start);
    let one = |feed: &mut Feed<'_>| {
        let (person, what) = (number / (1 + MESSAGES), number % (1 + MESSAGES));
        let room = world.room(person % world.rooms());
        let user = format!("@raider{person}:bench.test");
        match what {
            0 => stage.homeserver.push_join(&room, &user),
            1 | 4 => stage.homeserver.push_clean(&room, &user, ADVERTISEMENT),
            2 | 3 => feed.leak_of(&room, &user),
            _ => {
                let text = feed.clean_text();
                stage.homeserver.push_clean(&room, &user, text);
            }
        }
        number += 1;
        if number == count / 2 && relays(round.role) {
            announced = Instant::now();
            let (room, text) = (
                World::announcements(),
                "Les vaccins sont arrivés, à retirer dès mardi.",
            );
            let to = world.rooms();
            stage.homeserver.push_announcement(&room, OWNER, text, to);
        }
    };
    let seconds = feed.evenly(size.rate, count, one).await;
    stage.settle(PATIENCE).await;
    let mut measured = stage.measured(&began, Some(seconds)).await;
    let now = stage.homeserver.counts();
    let (copy, redaction) = stage.homeserver.ledger(|ledger| ledger.last());
    let after = |at: Option<Instant>, from: Instant| {
        at.map_or(f64::INFINITY, |at| at.duration_since(from).as_secs_f64())
    };
    if relays(round.role) {
        measured.more = vec![
            ("announced_everywhere_s", after(copy, announced)),
            ("last_takedown_s", after(redaction, start)),
            ("all_settled_s", start.elapsed().as_secs_f64()),
            ("requests", whole_as_number(now.requests - before.requests)),
            ("limited", whole_as_number(now.limited - before.limited)),
            ("said", whole_as_number(now.notices - before.notices)),
        ];
    }
    measured
}
