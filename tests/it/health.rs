//! What operators see from outside: health, metrics and logs, and what they never see there.

use std::collections::BTreeSet;

use hygie_tests::{
    on_both,
    proxy::Fault,
    wait::wait_until,
    world::{Database, Options, World},
};
use serde_json::Value;

use crate::spine::{LEAK, SMALL, counted, newcomer, owner};

/// Every metric that operators are promised, and its kind.
const METRICS: [(&str, &str); 20] = [
    ("hygie_events_decrypted", "counter"),
    ("hygie_events_undecryptable", "counter"),
    ("hygie_events_waiting_for_keys", "gauge"),
    ("hygie_guard_check_seconds", "histogram"),
    ("hygie_guard_checks", "counter"),
    ("hygie_key_sync_up", "gauge"),
    ("hygie_events", "counter"),
    ("hygie_events_repeated", "counter"),
    ("hygie_events_quarantined", "counter"),
    ("hygie_rule_hits", "counter"),
    ("hygie_actions", "counter"),
    ("hygie_retries", "counter"),
    ("hygie_lane_depth", "gauge"),
    ("hygie_outbox_depth", "gauge"),
    ("hygie_dead_letters", "gauge"),
    ("hygie_inbox_oldest_age_seconds", "gauge"),
    ("hygie_event_to_redaction_sent_seconds", "histogram"),
    ("hygie_homeserver_up", "gauge"),
    ("hygie_ready", "gauge"),
    ("hygie_takedowns_held", "gauge"),
];

#[tokio::test]
async fn every_promised_metric_is_there_and_a_leak_is_counted_on_its_way() {
    let options = Options {
        proxy: true,
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[SMALL], options).await;
    let is_redaction = |passed: &hygie_tests::proxy::Passed| passed.path.contains("/redact/");
    world.proxy().fail(1, Fault::Status(500), is_redaction);
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    let messages = world
        .metric("hygie_events_total", "type=\"m.room.message\"")
        .await;
    luc.send_text(&room, "bonjour à tous").await;
    let leak = luc.send_text(&room, LEAK).await;
    samir.wait_redacted(&room, &leak).await;
    wait_until("the redaction to be counted", async || {
        (counted(
            &world,
            "hygie_actions_total",
            "kind=\"redact\",result=\"done\"",
        )
        .await
            == "1")
            .then_some(())
    })
    .await;
    assert_eq!(
        counted(&world, "hygie_event_to_redaction_sent_seconds_count", "").await,
        "1"
    );
    assert!(
        world
            .metric("hygie_event_to_redaction_sent_seconds_sum", "")
            .await
            > 0.0
    );
    assert!(
        world
            .metric("hygie_event_to_redaction_sent_seconds_bucket", "+Inf")
            .await
            >= 1.0
    );
    assert_eq!(counted(&world, "hygie_rule_hits_total", "").await, "1");
    assert!(
        world
            .metric("hygie_events_total", "type=\"m.room.message\"")
            .await
            >= messages + 2.0
    );
    assert_eq!(counted(&world, "hygie_homeserver_up", "").await, "1");
    assert_eq!(counted(&world, "hygie_dead_letters", "").await, "0");
    assert_eq!(counted(&world, "hygie_ready", "").await, "1");
    assert_eq!(counted(&world, "hygie_takedowns_held", "").await, "0");
    wait_until("nothing to be left to do", async || {
        let left = world.metric("hygie_outbox_depth", "").await
            + world.metric("hygie_lane_depth", "").await
            + world.metric("hygie_inbox_oldest_age_seconds", "").await;
        (left == 0.0).then_some(())
    })
    .await;
    let text = world.metrics().await;
    let kinds: BTreeSet<(String, String)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect();
    let promised = METRICS.map(|(name, kind)| (name.to_owned(), kind.to_owned()));
    assert_eq!(kinds, BTreeSet::from(promised));
    assert!(text.ends_with("# EOF\n"), "OpenMetrics ends with it");
}

on_both! {
    async fn ready_says_what_is_wrong_goes_red_and_green_again_and_live_stays(database) {
        let world = World::start(database, &[], Options { proxy: true, ..Options::default() }).await;
        let (status, readiness) = world.ready().await;
        assert_eq!((status, &readiness["ready"]), (200, &Value::Bool(true)));
        for part in ["store", "homeserver", "way_back", "inbox"] {
            assert_eq!(readiness[part], "ok", "{part}");
        }
        for _ in 0..2 {
            world.proxy().fail(usize::MAX, Fault::Status(502), |_| true);
            world.wait_ready(false).await;
            let (status, readiness) = world.ready().await;
            assert_eq!((status, &readiness["ready"]), (503, &Value::Bool(false)));
            assert_eq!(readiness["homeserver"], "the homeserver does not answer");
            assert_eq!(readiness["store"], "ok");
            assert_eq!(world.get("/health/live").await, Some((200, "alive\n".to_owned())));
            assert_eq!(counted(&world, "hygie_homeserver_up", "").await, "0");
            assert_eq!(counted(&world, "hygie_ready", "").await, "0");
            world.proxy().heal();
            world.wait_ready(true).await;
        }
        // Events that wait too long are a stuck inbox, whatever the cause.
        world.sql("INSERT INTO inbox (event_id, room_id, received_at, payload) VALUES ('$stuck', '!r:s', 1, '{}')").await;
        world.wait_ready(false).await;
        assert!(world.ready().await.1["inbox"].as_str().is_some_and(|text| text.starts_with("an event has been waiting for ")));
        assert!(world.metric("hygie_inbox_oldest_age_seconds", "").await > 30.0);
        world.sql("DELETE FROM inbox WHERE event_id = '$stuck'").await;
        world.wait_ready(true).await;
    }
}

#[tokio::test]
async fn logs_in_json_are_one_object_a_line_and_hold_no_words_no_tokens_and_no_numbers() {
    let env = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let options = Options {
        env: vec![
            env("HYGIE_LOG__FORMAT", "json"),
            env("HYGIE_LOG", "warn,hygie=trace"),
        ],
        proxy: true,
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[SMALL], options).await;
    let samir = owner(&world, &["est", "announcements", "admins"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    luc.set_displayname("Luc Personne").await;
    // A way through everything that logs: a hit, a clean message, an announcement, a command, failures, a malformed event.
    world.proxy().fail(2, Fault::Status(500), |passed| {
        passed.path.contains("/redact/")
    });
    world
        .proxy()
        .fail(1, Fault::Forbidden, |passed| passed.path.contains("/send/"));
    luc.send_text(&room, "mot-sans-fuite").await;
    let leak = luc.send_text(&room, LEAK).await;
    samir
        .send_text(&world.room("nord", "announcements").await, "mot-annonce")
        .await;
    samir
        .send_text(
            &world.room("nord", "admins").await,
            "!hygie annouce mot-commande",
        )
        .await;
    let broken = r#"{"events":[{"event_id":"$broken","content":{"body":"mot-brisé"}}]}"#;
    world.transaction("t", &world.slot.hs_token(), broken).await;
    world.transaction("t", "a-wrong-token", broken).await;
    samir.wait_redacted(&room, &leak).await;
    wait_until("nothing to wait in the store", async || {
        let waiting = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) + (SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind <> 'copy')";
        (world.sql_count(waiting).await == 0).then_some(())
    })
    .await;
    let log = world.log();
    let mut levels = BTreeSet::new();
    for line in log.lines() {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(
            line["message"].is_string() && line["timestamp"].is_string(),
            "{line}"
        );
        levels.insert(line["level"].as_str().expect("a level").to_owned());
    }
    assert!(
        levels.contains("INFO") && levels.contains("WARN") && levels.contains("DEBUG"),
        "{levels:?}"
    );
    let secrets = [
        world.slot.as_token(),
        world.slot.hs_token(),
        "a-wrong-token".to_owned(),
        "mot-sans-fuite".to_owned(),
        "mot-annonce".to_owned(),
        "mot-commande".to_owned(),
        "mot-brisé".to_owned(),
        "157 80".to_owned(),
        "patiente".to_owned(),
        "2690549588157".to_owned(),
        "Luc Personne".to_owned(),
    ];
    let dump = world.database_dump().await;
    let (status, metrics) = world.get("/metrics").await.expect("Hygie answers");
    assert_eq!(status, 200);
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log");
        assert!(!metrics.contains(&secret), "{secret} is in the metrics");
        assert!(
            secret == "Luc Personne" || !dump.contains(&secret),
            "{secret} is in the database"
        );
    }
    for name in ["samir", "luc", "hygie.test:"] {
        assert!(!metrics.contains(name), "{name} is in the metrics");
    }
}
