//! When the homeserver is away, slow, wrong or refuses: nothing is lost, nothing is doubled, and it is said.

use std::time::{Duration, Instant};

use hygie_tests::{
    on_both,
    proxy::{Fault, Passed},
    wait::{wait_at_most, wait_until},
    world::{Database, Options, World},
};

use crate::spine::{LARGE, LEAK, SMALL, copies, counted, newcomer, owner};

fn proxied() -> Options {
    Options {
        proxy: true,
        ..Options::default()
    }
}

fn is_redaction(passed: &Passed) -> bool {
    passed.path.contains("/redact/")
}

fn is_send(passed: &Passed) -> bool {
    passed.path.contains("/send/m.room.message/")
}

/// What Hygie needs to know the homeserver by, and its way back, go on.
fn is_work(passed: &Passed) -> bool {
    !passed.path.ends_with("/ping")
}

/// Waits until the log says `words`.
async fn logged(world: &World, words: &str) {
    wait_until(&format!("the log to say {words:?}"), async || {
        world.log().contains(words).then_some(())
    })
    .await;
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
    async fn after_an_outage_of_the_homeserver_nothing_is_lost_or_doubled(database) {
        let world = World::start(database, &[SMALL], Options { own_synapse: true, ..proxied() }).await;
        let samir = owner(&world, &["est", "announcements"]).await;
        let (room, announcements) = (world.room("nord", "est").await, world.room("nord", "announcements").await);
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        quiet(&world).await;

        // First only Hygie's requests fail, while members go on; then Synapse is gone altogether, with all that pending.
        world.proxy().fail(usize::MAX, Fault::Drop, is_work);
        world.wait_ready(false).await;
        let mut leaks = Vec::new();
        for _ in 0..5 {
            leaks.push(luc.send_text(&room, LEAK).await);
        }
        let announcement = samir.send_text(&announcements, "Vaccination samedi").await;
        wait_until("all to be decided", async || {
            let waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind IN ('redact', 'copy')";
            (world.sql_count(waiting).await == 6).then_some(())
        })
        .await;
        // The whole minute on one engine: the other shows the same in less time.
        let outage = Duration::from_secs(if database == Database::Postgres { 60 } else { 5 });
        let gone = Instant::now();
        world.synapse.stop().await;
        world.proxy().heal();
        wait_at_most(Duration::from_secs(90), "a minute to pass", async || {
            let (status, readiness) = world.ready().await;
            assert_eq!(status, 503, "{readiness}");
            assert_ne!(readiness["homeserver"], "ok");
            assert_eq!(world.get("/health/live").await.expect("it lives").0, 200);
            (gone.elapsed() >= outage).then_some(())
        })
        .await;
        world.synapse.start().await;
        world.wait_ready(true).await;
        for leak in &leaks {
            samir.wait_redacted(&room, leak).await;
        }
        let copied = luc.wait_for_event(&room, "the copy", |event| event["content"]["org.hygie.relay"] == announcement.as_str()).await;
        quiet(&world).await;
        assert_eq!(copies(&samir, &room).await.get(announcement.as_str()), Some(&1));
        assert_eq!(copied["sender"], world.bot_id().as_str());
        let told = luc.direct_message_from(&world.bot_id()).await;
        luc.wait_message_in(&told, |body| body.contains("sécurité sociale")).await;
        let explained = luc.timeline(&told).await.iter().filter(|event| event["content"]["org.hygie.action"].is_string()).count();
        assert_eq!(explained, leaks.len());
        // And it goes on as before.
        let next = luc.send_text(&room, LEAK).await;
        samir.wait_redacted(&room, &next).await;
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'").await, 0);
    }
}

#[tokio::test]
async fn lost_answers_failures_and_a_crowded_homeserver_double_nothing() {
    // Also while the rooms are made: their creation has no transaction id.
    let mut world = World::start(
        Database::Sqlite,
        &[SMALL],
        Options {
            stopped: true,
            ..proxied()
        },
    )
    .await;
    let proxy = world.proxy();
    proxy.fail(3, Fault::LoseAnswer, |passed| {
        passed.path.ends_with("/createRoom")
    });
    proxy.fail(2, Fault::LoseAnswer, |passed| {
        passed.path.ends_with("/invite")
    });
    proxy.fail(2, Fault::LoseAnswer, |passed| {
        passed.path.contains("/state/")
    });
    proxy.fail(1, Fault::LoseAnswer, |passed| {
        passed.path.ends_with("/register")
    });
    world.restart().await;
    let samir = owner(&world, &["est", "announcements", "admins"]).await;
    let (room, announcements) = (
        world.room("nord", "est").await,
        world.room("nord", "announcements").await,
    );
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    quiet(&world).await;
    let proxy = world.proxy();
    for fault in [
        Fault::LoseAnswer,
        Fault::Status(502),
        Fault::Status(500),
        Fault::Drop,
        Fault::Limited {
            retry_after_ms: 100,
        },
    ] {
        proxy.fail(1, fault, is_redaction);
        proxy.fail(2, fault, is_send);
        proxy.fail(1, fault, |passed| passed.path.ends_with("/createRoom"));
    }
    let leak = luc.send_text(&room, LEAK).await;
    let announcement = samir.send_text(&announcements, "Vaccination samedi").await;
    samir.wait_redacted(&room, &leak).await;
    quiet(&world).await;
    assert_eq!(
        copies(&samir, &room).await.get(announcement.as_str()),
        Some(&1)
    );
    let dm = luc.direct_message_from(&world.bot_id()).await;
    let said = luc
        .timeline(&dm)
        .await
        .iter()
        .filter(|event| event["content"]["org.hygie.action"].is_string())
        .count();
    assert_eq!(said, 1, "the explanation is there once");
    let rooms: std::collections::BTreeSet<_> = luc
        .seen()
        .into_iter()
        .filter(|seen| seen.event["content"]["is_direct"] == true)
        .map(|seen| seen.room)
        .collect();
    assert_eq!(rooms.len(), 1, "one direct room");
    let invitations: std::collections::BTreeSet<_> = samir
        .seen()
        .into_iter()
        .filter(|seen| {
            seen.event["state_key"] == samir.id().as_str()
                && seen.event["content"]["membership"] == "invite"
                && seen.event["content"]["is_direct"] != true
        })
        .map(|seen| seen.room)
        .collect();
    assert_eq!(invitations.len(), 4, "one room a place");
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'")
            .await,
        0
    );
}

#[tokio::test]
async fn the_pause_that_the_homeserver_asks_for_is_kept_and_holds_up_nobody_else() {
    let world = World::start(Database::Sqlite, &[LARGE], proxied()).await;
    let samir = owner(&world, &["est", "ouest"]).await;
    let (est, ouest) = (
        world.room("nord", "est").await,
        world.room("nord", "ouest").await,
    );
    let luc = newcomer(&world, &samir, "luc", &["est", "ouest"]).await;
    let slow = est.to_string();
    world.proxy().fail(
        1,
        Fault::Limited {
            retry_after_ms: 3_000,
        },
        move |passed| {
            is_redaction(passed)
                && percent_encoding::percent_decode_str(&passed.path)
                    .decode_utf8_lossy()
                    .contains(&slow)
        },
    );
    let limited = luc.send_text(&est, LEAK).await;
    world
        .proxy()
        .wait_count("a redaction", 1, is_redaction)
        .await;
    let asked = Instant::now();
    let free = luc.send_text(&ouest, LEAK).await;
    samir.wait_redacted(&ouest, &free).await;
    assert_eq!(
        world.proxy().count(is_redaction),
        2,
        "the limited one waits"
    );
    samir.wait_redacted(&est, &limited).await;
    assert!(
        asked.elapsed() >= Duration::from_millis(2_900),
        "it came back after {:?}",
        asked.elapsed()
    );
    assert_eq!(world.proxy().count(is_redaction), 3, "it came back once");
    assert!(
        world
            .metric("hygie_retries_total", "reason=\"limited\"")
            .await
            >= 1.0
    );
}

#[tokio::test]
async fn a_room_whose_requests_always_fail_holds_up_no_other_room() {
    let world = World::start(Database::Sqlite, &[LARGE], proxied()).await;
    let samir = owner(&world, &["est", "ouest", "announcements"]).await;
    let (est, ouest) = (
        world.room("nord", "est").await,
        world.room("nord", "ouest").await,
    );
    let announcements = world.room("nord", "announcements").await;
    quiet(&world).await;
    let bad = est.to_string();
    let to_bad = move |passed: &Passed| {
        is_send(passed)
            && percent_encoding::percent_decode_str(&passed.path)
                .decode_utf8_lossy()
                .contains(&bad)
    };
    world
        .proxy()
        .fail(usize::MAX, Fault::Status(504), to_bad.clone());
    for text in ["un", "deux", "trois"] {
        let announcement = samir.send_text(&announcements, text).await;
        samir
            .wait_for_event(&ouest, "its copy", |event| {
                event["content"]["org.hygie.relay"] == announcement.as_str()
            })
            .await;
        let tried = world.proxy().count(&to_bad);
        world
            .proxy()
            .wait_count("the bad room to be tried again", tried + 1, &to_bad)
            .await;
    }
    world.proxy().heal();
    wait_until("the copies in order in the room that failed", async || {
        (copies(&samir, &est).await.len() == 3).then_some(())
    })
    .await;
    let bodies: Vec<_> = samir
        .bodies(&est)
        .await
        .into_iter()
        .filter(|body| {
            ["un", "deux", "trois"]
                .iter()
                .any(|text| body.contains(text))
        })
        .collect();
    assert!(
        bodies.len() == 3
            && bodies[0].contains("un")
            && bodies[1].contains("deux")
            && bodies[2].contains("trois"),
        "{bodies:?}"
    );
}

#[tokio::test]
async fn a_refused_redaction_becomes_a_dead_letter_and_the_admins_are_told() {
    let world = World::start(Database::Sqlite, &[SMALL], proxied()).await;
    let samir = owner(&world, &["est", "admins"]).await;
    let (room, admins) = (
        world.room("nord", "est").await,
        world.room("nord", "admins").await,
    );
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    world.proxy().fail(1, Fault::Forbidden, is_redaction);
    luc.send_text(&room, LEAK).await;
    let notice = samir
        .wait_message_in(&admins, |body| body.contains("M_FORBIDDEN"))
        .await;
    assert!(
        notice["content"]["body"]
            .as_str()
            .is_some_and(|body| body.contains("Est") && !body.contains("157 80")),
        "{notice}"
    );
    assert_eq!(world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead' AND kind = 'redact' AND error LIKE '%M_FORBIDDEN%'").await, 1);
    wait_until("the dead letter to be counted", async || {
        (counted(&world, "hygie_dead_letters", "").await == "1").then_some(())
    })
    .await;
    assert!(world.metric("hygie_actions_total", "result=\"dead\"").await >= 1.0);
    let next = luc.send_text(&room, LEAK).await;
    samir.wait_redacted(&room, &next).await;
}

#[tokio::test]
async fn an_unknown_token_is_said_with_its_remedy_and_mended_without_a_restart() {
    let mut world = World::start(
        Database::Sqlite,
        &[SMALL],
        Options {
            stopped: true,
            ..proxied()
        },
    )
    .await;
    let good =
        std::fs::read_to_string(world.folder().join("registration.yaml")).expect("it is written");
    world.write(
        "registration.yaml",
        &good.replace(&world.slot.as_token(), "another_token"),
    );
    world.launch().await;
    logged(&world, "app_service_config_files").await;
    let (status, readiness) = world.ready().await;
    assert_eq!(status, 503);
    let said = readiness["homeserver"].as_str().expect("a text").to_owned();
    assert!(
        said.contains("M_UNKNOWN_TOKEN")
            && said.contains("registration.yaml")
            && said.contains("restarted"),
        "{said}"
    );
    assert!(!world.log().contains("another_token"));
    assert_eq!(world.stop().await, 0, "it can be stopped");
    world.write("registration.yaml", &good);
    world.restart().await;
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    // While it runs: the homeserver forgets the token, and knows it again.
    world.proxy().fail(1, Fault::Status(401), is_redaction);
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    let leak = luc.send_text(&room, LEAK).await;
    logged(&world, "nothing can be done until an operator mends this").await;
    world.wait_ready(false).await;
    wait_at_most(Duration::from_secs(100), "the redaction", async || {
        luc.fetch(&room, &leak).await["content"]["body"]
            .is_null()
            .then_some(())
    })
    .await;
    world.wait_ready(true).await;
}

#[tokio::test]
async fn a_way_back_that_does_not_work_is_one_sentence_in_the_log_and_red() {
    let mut world = World::start(
        Database::Sqlite,
        &[],
        Options {
            stopped: true,
            ..Options::default()
        },
    )
    .await;
    // The homeserver knows the port of the slot; Hygie listens elsewhere.
    let (port, reserved) = hygie_tests::process::reserve_port();
    drop(reserved);
    let configuration =
        std::fs::read_to_string(world.folder().join("hygie.yaml")).expect("it is written");
    let listen = format!("listen: \"127.0.0.1:{}\"", world.slot.port);
    world.write(
        "hygie.yaml",
        &configuration.replace(&listen, &format!("listen: \"127.0.0.1:{port}\"")),
    );
    world.launch().await;
    logged(
        &world,
        "The homeserver cannot connect to Hygie at the `url` of its registration.yaml",
    )
    .await;
    let ready = reqwest::get(format!("http://127.0.0.1:{port}/health/ready"))
        .await
        .expect("it listens");
    assert_eq!(ready.status(), 503);
    let readiness: serde_json::Value = ready.json().await.expect("JSON");
    assert_ne!(readiness["way_back"], "ok");
    assert_eq!(readiness["homeserver"], "ok");
    // Tried again every second, said once.
    assert_eq!(
        world.log().matches("The homeserver cannot connect").count(),
        1
    );
    assert_eq!(world.stop().await, 0);
}
