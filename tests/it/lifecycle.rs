//! Start, reload and stop: signals, a second instance, and what a stop must not lose.

use std::time::{Duration, Instant};

use hygie_tests::{
    on_both, postgres,
    process::Signal,
    proxy::Fault,
    wait::wait_until,
    world::{Database, Options, World},
};

use crate::spine::{LEAK, SMALL, line_of, newcomer, owner};

fn proxied() -> Options {
    Options {
        proxy: true,
        ..Options::default()
    }
}

fn is_redaction(passed: &hygie_tests::proxy::Passed) -> bool {
    passed.path.contains("/redact/")
}

on_both! {
    async fn sigterm_ends_it_in_time_with_work_pending_and_nothing_is_lost(database) {
        let mut world = World::start(database, &[SMALL], proxied()).await;
        let samir = owner(&world, &["est"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        // The homeserver fails on every redaction until the restart.
        world.proxy().fail(usize::MAX, Fault::Status(502), is_redaction);
        let mut leaks = Vec::new();
        for _ in 0..5 {
            leaks.push(luc.send_text(&room, LEAK).await);
        }
        world.proxy().wait_count("a redaction", 1, is_redaction).await;
        let asked = Instant::now();
        assert_eq!(world.stop().await, 0);
        assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
        assert!(world.log().contains("stopping"));
        let waiting = "SELECT count(*) FROM outbox WHERE kind = 'redact' AND state = 'waiting'";
        assert!(world.sql_count(waiting).await > 0, "there was work pending");
        world.proxy().heal();
        world.restart().await;
        for leak in &leaks {
            samir.wait_redacted(&room, leak).await;
        }
    }
}

#[tokio::test]
async fn what_hangs_is_given_up_in_time_and_a_second_signal_ends_it_at_once() {
    let mut world = World::start(Database::Sqlite, &[SMALL], proxied()).await;
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    world.proxy().fail(usize::MAX, Fault::Hang, is_redaction);
    let leak = luc.send_text(&room, LEAK).await;
    world
        .proxy()
        .wait_count("a redaction", 1, is_redaction)
        .await;

    let asked = Instant::now();
    assert_eq!(world.stop().await, 0);
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    assert!(
        world
            .log()
            .contains("stopped before everything under way was finished"),
        "{}",
        world.log()
    );

    world.restart().await;
    world
        .proxy()
        .wait_count("another redaction", 2, is_redaction)
        .await;
    let asked = Instant::now();
    world.signal(Signal::Terminate);
    wait_until("it to be stopping", async || {
        (world.log().matches("stopping").count() == 2).then_some(())
    })
    .await;
    assert_eq!(world.stop().await, 0);
    assert!(
        asked.elapsed() < Duration::from_secs(4),
        "it took {:?}",
        asked.elapsed()
    );
    assert!(world.log().contains("stopped at once"), "{}", world.log());

    world.proxy().heal();
    world.restart().await;
    samir.wait_redacted(&room, &leak).await;
}

#[tokio::test]
async fn sighup_takes_good_files_over_and_refuses_bad_ones_with_their_line() {
    let world = World::start(Database::Sqlite, &[SMALL], Options::default()).await;
    let samir = owner(&world, &["est"]).await;
    let bad = SMALL.replace("timezone:", "timezon:");
    let place = format!("nord.yaml:{}:1", line_of(&bad, "timezon:"));
    world.write("communities/nord.yaml", &bad);
    world.sighup();
    wait_until("the refusal", async || {
        let log = world.log();
        let refused = log
            .lines()
            .find(|line| line.contains("was not taken over"))?;
        assert!(refused.contains(&place), "{refused}");
        assert!(
            refused.contains("timezone"),
            "the nearest key is named: {refused}"
        );
        Some(())
    })
    .await;
    // A bad rule beside a good community: refused as a whole.
    let more =
        SMALL.to_owned() + "  - {id: ouest, name: \"Ouest\", kind: discussion, topic: \"Ouest\"}\n";
    world.write("communities/nord.yaml", &more);
    world.write("rules/bad.yaml", "nonsense: [\n");
    world.sighup();
    wait_until("the second refusal", async || {
        (world.log().matches("was not taken over").count() == 2).then_some(())
    })
    .await;
    assert!(world.log().contains("bad.yaml"));
    assert!(
        world
            .resolve(&format!("#_{}_nord_ouest:hygie.test", world.slot.bot))
            .await
            .is_none()
    );
    assert_eq!(world.ready().await.0, 200);

    std::fs::remove_file(world.folder().join("rules/bad.yaml")).expect("it is there");
    world.sighup();
    let room = world.room("nord", "ouest").await;
    samir.accept_invite(&room).await;
    assert!(world.log().contains("the configuration was read again"));
}

#[tokio::test]
async fn a_second_instance_on_sqlite_refuses_and_says_why() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    for arguments in [&["serve"][..], &["apply"]] {
        let second = world.hygie(arguments).await;
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert_eq!(second.status.code(), Some(1), "{said}");
        assert!(
            said.contains("another hygie works on sqlite:") && said.contains("kill -HUP"),
            "{said}"
        );
    }
    assert_eq!(world.ready().await.0, 200, "the first goes on");
}

#[tokio::test]
async fn a_second_instance_on_postgres_stands_by_and_takes_over_when_the_first_is_killed() {
    if !postgres::available() {
        return;
    }
    let mut world = World::start(Database::Postgres, &[SMALL], proxied()).await;
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    let standby = world.second();
    wait_until("the second to stand by", async || {
        world
            .log()
            .contains("standing by to take over")
            .then_some(())
    })
    .await;
    let applied = world.hygie(&["apply"]).await;
    assert_eq!(
        applied.status.code(),
        Some(1),
        "while one serves, nobody else applies"
    );
    // Killed with a redaction under way.
    world.proxy().fail(1, Fault::Hang, is_redaction);
    let leak = luc.send_text(&room, LEAK).await;
    world
        .proxy()
        .wait_count("a redaction", 1, is_redaction)
        .await;
    world.kill9().await;
    samir.wait_redacted(&room, &leak).await;
    let later = luc.send_text(&room, LEAK).await;
    samir.wait_redacted(&room, &later).await;
    assert_eq!(standby.ended(), None);
    standby.signal(Signal::Terminate);
    assert_eq!(standby.wait("the second").await, 0);
}

on_both! {
    async fn of_two_that_start_at_the_same_moment_on_a_new_database_exactly_one_works(database) {
        let stopped = Options { stopped: true, ..Options::default() };
        let world = World::start(database, &[SMALL], stopped).await;
        let both = [world.second(), world.second()];
        world.wait_ready(true).await;
        match database {
            Database::Sqlite => {
                wait_until("one of them to refuse", async || both.iter().any(|it| it.ended().is_some()).then_some(())).await;
                let ended: Vec<_> = both.iter().filter_map(hygie_tests::process::Guarded::ended).collect();
                assert_eq!(ended, [1], "{}", world.log());
                assert!(world.log().contains("another hygie works on sqlite:"), "{}", world.log());
            }
            Database::Postgres => {
                wait_until("one of them to stand by", async || world.log().contains("standing by to take over").then_some(())).await;
                assert!(both.iter().all(|it| it.ended().is_none()), "{}", world.log());
            }
        }
        let samir = owner(&world, &["est", "announcements", "admins"]).await;
        assert_eq!(samir.invited_rooms().len(), 0, "each room was made once");
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let leak = luc.send_text(&room, LEAK).await;
        samir.wait_redacted(&room, &leak).await;
        let redactions = samir.timeline(&room).await.iter().filter(|event| event["type"] == "m.room.redaction").count();
        assert_eq!((redactions, world.log().matches("hygie is listening").count()), (1, 1));
    }
}

#[tokio::test]
async fn who_stands_by_can_be_stopped() {
    if !postgres::available() {
        return;
    }
    let world = World::start(Database::Postgres, &[], Options::default()).await;
    let standby = world.second();
    wait_until("the second to stand by", async || {
        world
            .log()
            .contains("standing by to take over")
            .then_some(())
    })
    .await;
    standby.signal(Signal::Terminate);
    assert_eq!(standby.wait("the second").await, 0);
    assert_eq!(world.ready().await.0, 200);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let mut world = World::start(
        Database::Sqlite,
        &[],
        Options {
            stopped: true,
            ..Options::default()
        },
    )
    .await;
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", world.slot.port))
        .await
        .expect("it is free");
    world.launch().await;
    assert_eq!(world.wait_ended().await, 1);
    assert!(
        world.log().contains("`appservice.listen`"),
        "{}",
        world.log()
    );
    drop(taken);
}
