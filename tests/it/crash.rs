//! kill -9 at any moment: nothing is lost, nothing is doubled.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::{StreamExt, stream};
use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Options, World},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;

use crate::spine::{LARGE, LEAK, copies, newcomer, owner, rooms};

const EVENTS: usize = 200;
/// Every fifth event is a leak: 40 in all.
const LEAK_EVERY: usize = 5;
const ANNOUNCEMENTS: usize = 5;
const KILLS: usize = 5;
/// How many requests the members have under way at a time.
const AT_ONCE: usize = 4;

/// The seed of this run: random, or `HYGIE_TEST_SEED` to repeat one.
pub fn seed() -> u64 {
    let given = std::env::var("HYGIE_TEST_SEED").ok();
    given.map_or_else(
        || rand::rng().random(),
        |seed| seed.parse().expect("HYGIE_TEST_SEED is a number"),
    )
}

on_both! {
    async fn killed_at_random_points_it_loses_and_doubles_nothing(database) {
        let seed = seed();
        // Shown by the test harness only when the test fails.
        println!("HYGIE_TEST_SEED={seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let groups = ["est", "ouest", "sud", "centre"];
        let mut world = World::start(database, &[LARGE], Options { own_synapse: true, ..Options::default() }).await;
        let samir = owner(&world, &["announcements", "admins", "est", "ouest", "sud", "centre"]).await;
        let names = ["luc", "mia"];
        let mut members = Vec::new();
        for name in names {
            members.push(newcomer(&world, &samir, name, &groups).await);
        }
        let rooms = rooms(&world, &groups).await;
        let announcements = world.room("nord", "announcements").await;

        // When, counted in events that were sent, it is killed, and when an announcement is made.
        let mut kills: Vec<usize> = (0..KILLS).map(|_| random.random_range(1..EVENTS)).collect();
        kills.push(EVENTS);
        kills.sort_unstable();
        let mut announced = Vec::new();
        let mut leaks: Vec<(OwnedRoomId, OwnedEventId)> = Vec::new();
        let mut from = 0;
        for until in kills {
            let sends = (from..until).map(|number| {
                let (members, rooms, samir, announcements) = (&members, &rooms, &samir, &announcements);
                async move {
                    let room = &rooms[number % rooms.len()];
                    if number % (EVENTS / ANNOUNCEMENTS) == 7 {
                        let announcement = samir.send_text(announcements, &format!("Annonce {number}")).await;
                        return (None, Some(announcement));
                    }
                    let leak = number % LEAK_EVERY == 0;
                    let body = if leak { LEAK.to_owned() } else { format!("bonjour {number}") };
                    let event = members[(number / 4) % members.len()].send_text(room, &body).await;
                    (leak.then(|| (room.clone(), event)), None)
                }
            });
            let sent: Vec<_> = stream::iter(sends).buffered(AT_ONCE).collect().await;
            for (leak, announcement) in sent {
                leaks.extend(leak);
                announced.extend(announcement);
            }
            from = until;
            if until < EVENTS {
                world.kill9().await;
                world.launch().await;
            }
        }
        assert_eq!((leaks.len(), announced.len()), (EVENTS / LEAK_EVERY, ANNOUNCEMENTS), "seed {seed}");

        // Every leak is taken down, as the owner sees it.
        for (room, leak) in &leaks {
            samir.wait_redacted(room, leak).await;
        }
        // Every copy stands exactly once in every group.
        let once: BTreeMap<String, usize> = announced.iter().map(|event| (event.to_string(), 1)).collect();
        for room in &rooms {
            wait_until("every announcement to be in every group", async || {
                let copies = copies(&samir, room).await;
                (copies.len() == once.len()).then_some(())
            })
            .await;
        }
        quiet(&world).await;
        for room in &rooms {
            assert_eq!(copies(&samir, room).await, once, "seed {seed}");
            let bodies = samir.bodies(room).await;
            assert!(!bodies.iter().any(|body| body.contains("157 80")), "seed {seed}: a leak is left");
            // Nothing innocent was taken down.
            let innocent = bodies.iter().filter(|body| body.starts_with("bonjour")).count();
            let expected = (0..EVENTS).filter(|number| number % 4 == rooms.iter().position(|it| it == room).expect("it is one") && number % LEAK_EVERY != 0 && number % (EVENTS / ANNOUNCEMENTS) != 7).count();
            assert_eq!(innocent, expected, "seed {seed}");
        }
        // Everybody got one explanation for each leak, and nobody one twice; no second room either.
        let mut explanations = 0;
        for member in &members {
            let dm = member.direct_message_from(&world.bot_id()).await;
            let invited: HashSet<_> = member.seen().into_iter().filter(|seen| seen.event["content"]["is_direct"] == true && seen.event["sender"] == world.bot_id().as_str()).map(|seen| seen.room).collect();
            assert_eq!(invited.len(), 1, "seed {seed}: one room for all that the bot has to say to {}", member.id());
            let ids = explained(&member.timeline(&dm).await, world.bot_id().as_str());
            let twice: Vec<_> = ids.iter().filter(|(_, times)| **times > 1).collect();
            assert!(twice.is_empty(), "seed {seed}: explained twice: {twice:?}");
            explanations += ids.len();
        }
        assert_eq!(explanations, leaks.len(), "seed {seed}");
        let dead = "SELECT count(*) FROM outbox WHERE state = 'dead'";
        assert_eq!(world.sql_count(dead).await, 0, "seed {seed}");
    }
}

/// The messages of the bot by the action that they are.
fn explained(timeline: &[Value], bot: &str) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for event in timeline.iter().filter(|event| event["sender"] == bot) {
        if let Some(id) = event["content"]["org.hygie.action"].as_str() {
            *times.entry(id.to_owned()).or_default() += 1;
        }
    }
    times
}

/// Waits until nothing is left to decide or to do.
async fn quiet(world: &World) {
    wait_until("nothing to wait in the store", async || {
        let waiting = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) + (SELECT count(*) FROM outbox WHERE state = 'waiting')";
        (world.sql_count(waiting).await == 0).then_some(())
    })
    .await;
}

on_both! {
    async fn killed_while_it_builds_a_community_it_finishes_it_without_a_second_room(database) {
        let seed = seed();
        println!("HYGIE_TEST_SEED={seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let options = Options { proxy: true, stopped: true, ..Options::default() };
        let mut world = World::start(database, &[LARGE], options).await;
        let mut target = 0;
        for _ in 0..5 {
            world.launch().await;
            target += random.random_range(2..12);
            world.proxy().wait_count("a request that changes something", target, hygie_tests::proxy::Passed::writes).await;
            world.kill9().await;
        }
        world.restart().await;
        let samir = owner(&world, &["est", "ouest", "sud", "centre", "announcements", "admins"]).await;
        quiet(&world).await;
        // As many invitations as there are places: a second room would have brought another.
        let bot = world.bot_id();
        let invited: HashSet<_> = samir.seen().into_iter().filter(|seen| {
            seen.event["type"] == "m.room.member" && seen.event["state_key"] == samir.id().as_str()
                && seen.event["content"]["membership"] == "invite" && seen.event["sender"] == bot.as_str()
        }).map(|seen| seen.room).collect();
        assert_eq!(invited.len(), 7, "seed {seed}");
        wait_until("everything to be as the files say", async || {
            let plan = world.hygie(&["plan"]).await;
            String::from_utf8_lossy(&plan.stdout).ends_with("Everything is as the files say.\n").then_some(())
        })
        .await;
        assert!(
            !world.log().contains("deadlock"),
            "seed {seed}: lanes get in each other's way"
        );
        let space = world.space("nord").await;
        for group in ["est", "ouest", "sud", "centre", "announcements", "admins"] {
            let room = world.room("nord", group).await;
            assert!(samir.get_state(&space, "m.space.child", room.as_str()).await.is_some(), "seed {seed}: {group}");
            assert!(samir.get_state(&room, "m.space.parent", space.as_str()).await.is_some(), "seed {seed}: {group}");
        }
    }
}
