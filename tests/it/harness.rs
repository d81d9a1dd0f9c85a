//! The harness itself, without Hygie: a test world that does not work proves nothing.

use std::sync::Arc;

use hygie_tests::{
    appservice::Appservice,
    fake_homeserver::FakeHomeserver,
    members::Member,
    on_both, postgres,
    proxy::{Fault, Proxy},
    synapse::{SERVER_NAME, Synapse},
    wait::DEADLINE,
    world::{Database, Needle, Options, World, found},
};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};
use tokio::{net::TcpListener, sync::mpsc};

async fn member(synapse: &Synapse, name: &str) -> Member {
    synapse.register(name, "secret").await;
    Member::log_in(&synapse.url(), name, "secret").await
}

#[tokio::test]
async fn a_redaction_is_seen_by_the_other_member() {
    let synapse = Synapse::shared().await;
    let (ada, ben) = (member(&synapse, "ada").await, member(&synapse, "ben").await);
    let room = ada.create_room(&[&ben]).await;
    ben.accept_invite(&room).await;
    let event = ben.send_text(&room, "bonjour").await;
    let seen = ada.wait_message_in(&room, |body| body == "bonjour").await;
    assert_eq!(seen["event_id"], event.as_str());
    ben.redact(&room, &event).await.expect("authors may redact");
    ada.wait_redacted(&room, &event).await;
    assert!(ada.bodies(&room).await.is_empty());
    ada.kick(&room, ben.id(), "assez")
        .await
        .expect("creators may kick");
    assert_eq!(ben.wait_left(&room).await["content"]["reason"], "assez");
    ada.invite(&room, ben.id())
        .await
        .expect("creators may invite");
    ben.accept_invite(&room).await;
    ada.set_power(&room, ben.id(), 50)
        .await
        .expect("creators may");
    let levels = ben.get_state(&room, "m.room.power_levels", "").await;
    assert_eq!(
        levels.expect("there are levels")["users"][ben.id().as_str()],
        50
    );
    assert_eq!(ben.get_state(&room, "m.room.topic", "").await, None);
}

#[tokio::test]
async fn members_keep_their_sight_when_synapse_is_killed_and_comes_back() {
    let synapse = Synapse::own(1).await;
    let (ada, ben) = (member(&synapse, "ada").await, member(&synapse, "ben").await);
    let room = ada.create_room(&[&ben]).await;
    ben.accept_invite(&room).await;
    synapse.kill9().await;
    synapse.start().await;
    ada.send_text(&room, "encore là").await;
    ben.wait_message_in(&room, |body| body == "encore là").await;
    synapse.stop().await;
}

#[tokio::test]
async fn what_is_forbidden_is_a_refusal_with_its_code() {
    let synapse = Synapse::shared().await;
    let (eva, noe) = (member(&synapse, "eva").await, member(&synapse, "noe").await);
    let room = eva.create_room(&[]).await;
    let refusal = noe.join(room.as_str()).await.expect_err("it is private");
    assert_eq!(
        (refusal.status, refusal.errcode.as_str()),
        (403, "M_FORBIDDEN")
    );
}

#[tokio::test]
async fn postgres_gives_every_test_its_own_database() {
    if !postgres::available() {
        return;
    }
    let (one, two) = (
        postgres::create_database().await,
        postgres::create_database().await,
    );
    assert_ne!(one, two);
    let mut connection = PgConnection::connect(&one).await.expect("it answers");
    let row = sqlx::query("SELECT 6 * 7")
        .fetch_one(&mut connection)
        .await
        .expect("it answers");
    assert_eq!(row.get::<i32, _>(0), 42);
}

#[tokio::test]
async fn a_slot_is_an_appservice_that_synapse_pushes_to() {
    let (synapse, slot) = Synapse::shared_slot().await;
    let (pushed, mut transactions) = mpsc::unbounded_channel();
    let receiver = axum::Router::new().fallback(async move |body: axum::Json<Value>| {
        pushed.send(body.0).expect("the test still listens");
        axum::Json(json!({}))
    });
    let listener = TcpListener::bind(("127.0.0.1", slot.port)).await;
    let listener = listener.expect("the port of a slot is free");
    let server = tokio::spawn(axum::serve(listener, receiver).into_future());

    let http = reqwest::Client::new();
    let register = http.post(format!("{}/_matrix/client/v3/register", synapse.url()));
    let bot = json!({
        "type": "m.login.application_service", "username": slot.bot, "inhibit_login": true,
    });
    let registered = register
        .bearer_auth(slot.as_token())
        .json(&bot)
        .send()
        .await;
    assert_eq!(registered.expect("an answer").status(), 200);

    let ida = member(&synapse, "ida").await;
    let room = ida.create_room(&[]).await;
    let bot = format!("@{}:{SERVER_NAME}", slot.bot);
    let bot = matrix_sdk::ruma::UserId::parse(bot).expect("a Matrix id");
    ida.invite(&room, &bot).await.expect("creators may invite");
    let next = tokio::time::timeout(DEADLINE, transactions.recv()).await;
    let transaction = next.expect("in time").expect("a transaction");
    assert_eq!(transaction["events"][0]["state_key"], bot.as_str());
    server.abort();
}

#[tokio::test]
async fn a_further_synapse_takes_over_when_all_slots_are_taken() {
    let (first, slot) = Synapse::shared_slot().await;
    let mut taken = vec![(Arc::clone(&first), slot)];
    while Arc::ptr_eq(&first, &taken.last().expect("one at least").0) {
        taken.push(Synapse::shared_slot().await);
    }
    let (further, _) = taken.last().expect("one at least");
    member(further, "lou").await;
    member(&first, "lou").await;
}

#[tokio::test]
async fn the_proxy_counts_and_makes_the_asked_number_of_requests_fail() {
    let synapse = Synapse::shared().await;
    let proxy = Proxy::start(&synapse.url()).await;
    let limited = Fault::Limited { retry_after_ms: 1 };
    proxy.fail(1, limited, |passed| passed.path.ends_with("/versions"));
    proxy.fail(1, Fault::Drop, |passed| passed.path.ends_with("/versions"));
    let versions = format!("{}/_matrix/client/versions", proxy.url());
    let http = reqwest::Client::new();
    let first = http.get(&versions).send().await.expect("an answer");
    assert_eq!(first.status(), 429);
    let second = http.get(&versions).send().await;
    let broken = match second {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken, "the second answer is dropped");
    let third = http.get(&versions).send().await.expect("an answer");
    assert_eq!(third.status(), 200);
    let login = format!("{}/_matrix/client/v3/login", proxy.url());
    http.post(&login)
        .json(&json!({}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(proxy.passed().len(), 4);
    assert_eq!(proxy.writes().len(), 1);
}

#[tokio::test]
async fn the_fake_homeserver_repeats_a_transaction_until_it_is_acknowledged() {
    let appservice = FakeHomeserver::start("as.test", nobody()).await;
    let proxy = Proxy::start(appservice.url()).await;
    proxy.fail(2, Fault::Status(502), |_| true);
    proxy.fail(usize::MAX, Fault::Status(200), |_| true);
    let appservice = Appservice {
        url: proxy.url().to_owned(),
        ..nobody()
    };
    let homeserver = FakeHomeserver::start("hygie.test", appservice).await;
    homeserver.push_text("!room", "@awa:hygie.test", "bonjour");
    homeserver.wait_delivered(1).await;
    let paths: Vec<String> = proxy.passed().into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["/_matrix/app/v1/transactions/0"; 3]);
}

#[tokio::test]
async fn the_fake_homeserver_sends_once_per_transaction_id() {
    let homeserver = FakeHomeserver::start("hygie.test", nobody()).await;
    let http = reqwest::Client::new();
    let base = format!("{}/_matrix/client/v3", homeserver.url());
    let room = http.post(format!("{base}/createRoom?user_id=%40hygie%3Ahygie.test"));
    let room = room
        .json(&json!({"room_alias_name": "_hygie_nord"}))
        .send()
        .await;
    let room: Value = room.expect("an answer").json().await.expect("JSON");
    let room = room["room_id"].as_str().expect("a room");
    for _ in 0..2 {
        let send = http.put(format!("{base}/rooms/{room}/send/m.room.message/t1"));
        send.json(&json!({"body": "x"}))
            .send()
            .await
            .expect("an answer");
    }
    let known = homeserver
        .room("#_hygie_nord:hygie.test")
        .expect("the alias is known");
    assert_eq!(known.timeline.len(), 1);
    let bot = ("m.room.member".to_owned(), "@hygie:hygie.test".to_owned());
    assert_eq!(known.state[&bot]["membership"], "join");
}

fn nobody() -> Appservice {
    Appservice {
        url: "http://127.0.0.1:9".to_owned(),
        hs_token: "token".to_owned(),
        bot: "@hygie:hygie.test".to_owned(),
    }
}

on_both! {
    async fn a_world_writes_its_files_and_looks_into_its_database(database) {
        let stopped = Options {
            stopped: true,
            ..Options::default()
        };
        let community = "id: nord\nowners: [\"{awa}\"]\n";
        let world = World::start(database, &[community], stopped).await;
        let written = std::fs::read_to_string(world.folder().join("communities/nord.yaml"));
        let expected = format!("id: nord\nowners: [\"{}\"]\n", world.id_of("awa"));
        assert_eq!(written.expect("it is written"), expected);
        assert_eq!(world.member("awa").await.id(), world.id_of("awa"));
        world.sql("CREATE TABLE t (a TEXT, b BIGINT)").await;
        world.sql("INSERT INTO t VALUES ('secret', 7), (NULL, 8)").await;
        assert_eq!(world.sql_count("SELECT count(*) FROM t WHERE b < 8").await, 1);
        let dump = world.database_dump().await;
        assert_eq!(dump, "t: a=secret | b=7\nt: a=NULL | b=8\n");
        assert_eq!(world.ready().await.0, 0);
    }
}

#[test]
fn secrets_are_found_however_they_are_written_and_not_repeated() {
    let secret = "pass\"word\n§1";
    let needles = [Needle::new("a secret", secret)];
    for written in [
        format!("line\nbefore {secret} after"),
        format!("before {secret:?} after"),
        format!("before {} after", json!(secret)),
    ] {
        let found = found(&needles, &written);
        assert_eq!(found.len(), 1, "{written}");
        assert!(found[0].starts_with("a secret: ") && found[0].contains("[…]"));
        assert!(!found[0].contains("word"));
    }
    assert!(found(&needles, "nothing of it").is_empty());
    assert_eq!(Needle::message("short"), None);
}

#[tokio::test]
#[should_panic(expected = "Hygie printed what is secret")]
async fn a_token_in_the_log_fails_the_world() {
    let world = World::start(
        Database::Sqlite,
        &[],
        Options {
            stopped: true,
            ..Options::default()
        },
    )
    .await;
    let line = format!("WARN the token is {}\n", world.slot.as_token());
    std::fs::write(world.folder().join("hygie.log"), line).expect("target/ is writable");
}

#[tokio::test]
#[should_panic(expected = "Hygie printed what is secret")]
async fn a_members_words_in_what_a_command_prints_fail_the_world() {
    let world = World::start(
        Database::Sqlite,
        &[],
        Options {
            stopped: true,
            ..Options::default()
        },
    )
    .await;
    let awa = world.member("awa").await;
    let room = awa.create_room(&[]).await;
    awa.send_text(&room, "--an-argument-of-awa").await;
    world.hygie(&["--an-argument-of-awa"]).await;
}
