//! The side that the homeserver talks to: who may, what is repeated, what is broken, and when the answer is 200.

use std::collections::BTreeMap;

use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    spine::{LEAK, SMALL, counted, newcomer, owner},
    strange_input::{planted, planted_is_redacted},
};

/// The status of a request whose path is sent as it is: no client tidies it up.
async fn raw(world: &World, method: &str, path: &str, body: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", world.slot.port))
        .await
        .expect("it listens");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: hygie\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        world.slot.hs_token(),
        body.len(),
    );
    stream.write_all(head.as_bytes()).await.expect("it reads");
    stream.write_all(body).await.expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("it answers");
    let answer = String::from_utf8_lossy(&answer);
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no HTTP answer: {answer}"))
}

fn message(id: &str, body: &str) -> Value {
    json!({
        "event_id": id, "room_id": "!elsewhere:hygie.test", "sender": "@who:hygie.test", "type": "m.room.message",
        "origin_server_ts": 1, "content": {"msgtype": "m.text", "body": body},
    })
}

fn with(events: &[Value]) -> String {
    json!({"events": events}).to_string()
}

/// Waits until nothing waits in the inbox and in the outbox.
async fn settled(world: &World) {
    wait_until("nothing to wait in the store", async || {
        let waiting = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) + (SELECT count(*) FROM outbox WHERE state = 'waiting')";
        (world.sql_count(waiting).await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nobody_without_the_token_of_the_homeserver_gets_anywhere() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    let http = reqwest::Client::new();
    let token = world.slot.hs_token();
    let routes = [
        (Method::PUT, "/_matrix/app/v1/transactions/t"),
        (Method::GET, "/_matrix/app/v1/users/@someone:hygie.test"),
        (Method::GET, "/_matrix/app/v1/rooms/%23alias:hygie.test"),
        (Method::POST, "/_matrix/app/v1/ping"),
    ];
    let secret = with(&[message("$intruder", "hello")]);
    for (method, route) in routes {
        let url = format!("{}{route}", world.slot.url());
        let ask = async |query: &str, header: Option<String>| {
            let request = http
                .request(method.clone(), format!("{url}{query}"))
                .body(secret.clone());
            let request = header.into_iter().fold(request, |request, header| {
                request.header("authorization", header)
            });
            let answer = request.send().await.expect("Hygie answers");
            let (status, body) = (
                answer.status(),
                answer.json::<Value>().await.expect("errors are JSON"),
            );
            (
                status,
                body["errcode"].as_str().unwrap_or_default().to_owned(),
            )
        };
        let missing = (StatusCode::UNAUTHORIZED, "M_MISSING_TOKEN".to_owned());
        let wrong = (StatusCode::FORBIDDEN, "M_FORBIDDEN".to_owned());
        assert_eq!(ask("", None).await, missing, "{route}");
        // The old way, which writes the token into every log on the way.
        assert_eq!(
            ask(&format!("?access_token={token}"), None).await,
            missing,
            "{route}"
        );
        assert_eq!(
            ask("", Some(format!("Basic {token}"))).await,
            missing,
            "{route}"
        );
        assert_eq!(ask("", Some(token.clone())).await, missing, "{route}");
        let cut = &token[..token.len() - 1];
        for given in [
            "x",
            cut,
            &format!("{token}x"),
            &format!(" {token}"),
            &token.to_uppercase(),
            &world.slot.as_token(),
        ] {
            assert_eq!(
                ask("", Some(format!("Bearer {given}"))).await,
                wrong,
                "{route} with {given:?}"
            );
        }
    }
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM inbox WHERE event_id = '$intruder'")
            .await,
        0
    );
    let accepted = world.transaction("t", &token, &secret).await;
    assert_eq!(
        accepted,
        (200, "{}".to_owned()),
        "with the token it is taken"
    );
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM inbox WHERE event_id = '$intruder'")
            .await,
        1
    );
}

on_both! {
    async fn what_is_pushed_twice_has_one_effect(database) {
        let world = World::start(database, &[SMALL], Options::default()).await;
        let samir = owner(&world, &["est", "admins"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let leak = luc.send_text(&room, LEAK).await;
        samir.wait_redacted(&room, &leak).await;
        settled(&world).await;
        let posted = "SELECT count(*) FROM outbox";
        let before = world.sql_count(posted).await;

        // The same event in other transactions, alone and twice in one, as Synapse does after a lost answer.
        let event = json!({
            "event_id": leak, "room_id": room, "sender": luc.id(), "type": "m.room.message", "origin_server_ts": 1,
            "content": {"msgtype": "m.text", "body": LEAK},
        });
        let token = world.slot.hs_token();
        let again = with(&[event.clone(), event.clone()]);
        for id in ["again", "again", "once more"] {
            assert_eq!(world.transaction(&id.replace(' ', "%20"), &token, &again).await.0, 200);
        }
        settled(&world).await;
        assert_eq!(world.sql_count(posted).await, before);
        assert_eq!(counted(&world, "hygie_events_repeated_total", "").await, "6");
        let redactions = "SELECT count(*) FROM outbox WHERE kind = 'redact'";
        assert_eq!(world.sql_count(redactions).await, 1);
    }

    async fn a_transaction_id_that_comes_again_with_other_events_loses_none(database) {
        // A homeserver that was restored from a backup counts from an earlier number.
        let world = World::start(database, &[], Options::default()).await;
        let token = world.slot.hs_token();
        for event in ["$before", "$after"] {
            assert_eq!(world.transaction("7", &token, &with(&[message(event, "x")])).await.0, 200);
            let arrived = format!("SELECT count(*) FROM inbox WHERE event_id = '{event}'");
            assert_eq!(world.sql_count(&arrived).await, 1, "{event}");
        }
    }

    async fn a_malformed_event_is_set_aside_and_its_neighbours_are_handled(database) {
        let world = World::start(database, &[SMALL], Options::default()).await;
        let samir = owner(&world, &["est"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        // Between broken ones it must be taken down.
        let good = planted(&world, &luc, &room).await;
        let body = with(&[
            json!(null), json!(7), json!([]), json!("text"), json!({}),
            json!({"event_id": "$nosender", "room_id": room, "type": "m.room.message", "content": {"body": "word of a member"}}),
            json!({"event_id": 9, "room_id": room, "sender": luc.id(), "type": "m.room.message", "content": {}}),
            json!({"event_id": "$r", "room_id": room, "sender": luc.id(), "type": "m.room.redaction", "content": {}}),
            good.clone(),
            json!({"event_id": "$s", "room_id": "no room", "sender": luc.id(), "type": "m.room.message", "content": {}}),
            json!({"event_id": "$t", "room_id": room, "sender": "nobody", "type": "m.room.message", "content": {}}),
        ]);
        assert_eq!(world.transaction("mixed", &world.slot.hs_token(), &body).await.0, 200);
        planted_is_redacted(&samir, &room, &good).await;
        assert_eq!(world.sql_count("SELECT count(*) FROM quarantine").await, 10);
        assert_eq!(world.sql_count("SELECT count(*) FROM quarantine WHERE error <> '' AND digest <> ''").await, 10);
        let named = "SELECT count(*) FROM quarantine WHERE event_id = '$nosender' AND event_type = 'm.room.message' AND error LIKE '%sender%'";
        assert_eq!(world.sql_count(named).await, 1);
        assert_eq!(counted(&world, "hygie_events_quarantined_total", "").await, "10");
        assert!(!world.database_dump().await.contains("word of a member"), "what it said is not kept");
        assert!(!world.log().contains("word of a member"), "what it said is not logged");
        assert!(world.log().contains("$nosender"), "the log names it");
        assert_eq!(world.ready().await.0, 200);
    }

    async fn nothing_that_is_pushed_can_stop_the_queue(database) {
        let world = World::start(database, &[], Options::default()).await;
        let deep = |open: &str, close: &str| format!(r#"{{"events":[{{"event_id":"$d","content":{}{}}}]}}"#, open.repeat(100_000), close.repeat(100_000));
        let long = json!({
            "event_id": "$long", "room_id": "!r:hygie.test", "sender": "@who:hygie.test", "type": "m.room.message",
            "content": {"msgtype": "m.text", "body": "x".repeat(10 << 20)},
        });
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            ("empty", Vec::new()), ("space", b" ".to_vec()), ("not-json", b"not json {".to_vec()), ("null", b"null".to_vec()),
            ("list", b"[]".to_vec()), ("nothing", b"{}".to_vec()), ("no-list", br#"{"events": 3}"#.to_vec()),
            ("cut", br#"{"events": [{"event_id": "$x""#.to_vec()), ("bytes", vec![0xff, 0xfe, 0x00]),
            ("bytes-inside", [&br#"{"events":[{"event_id":""#[..], &[0xff, 0xc0], br#""}]}"#].concat()),
            ("deep", deep("[", "]").into_bytes()), ("deep-objects", deep(r#"{"a":"#, "}").replace(":}", ":1}").into_bytes()),
            ("long", with(&[long]).into_bytes()),
            ("zero", with(&[message("$zero\0", "a\0b"), json!({
                "event_id": "$member", "room_id": "!r:hygie.test", "sender": "@who:hygie.test", "type": "m.room.member",
                "state_key": "@who:hygie.test", "content": {"membership": "join", "displayname": "\0"},
            })]).into_bytes()),
            ("many", with(&(0..1000).map(|n| message(&format!("$many{n}"), "x")).collect::<Vec<_>>()).into_bytes()),
        ];
        for (name, body) in bodies {
            let path = format!("/_matrix/app/v1/transactions/{name}");
            assert_eq!(raw(&world, "PUT", &path, &body).await, 200, "{name}");
        }
        let ids = [
            "%00", "%2F", "..", "%2e%2e%2e", "%2F..%2F..%2F", "%0d%0aX:%20y", "a%20b", "%22%27;--", "%F0%9F%A9%BA", "%FF", "%",
            &"x".repeat(60_000),
        ];
        for (number, id) in ids.into_iter().enumerate() {
            let body = with(&[message(&format!("$id{number}"), "x")]);
            let path = format!("/_matrix/app/v1/transactions/{id}");
            let shown: String = id.chars().take(20).collect();
            assert_eq!(raw(&world, "PUT", &path, body.as_bytes()).await, 200, "{shown}");
            let arrived = format!("SELECT count(*) FROM inbox WHERE event_id = '$id{number}'");
            assert_eq!(world.sql_count(&arrived).await, 1, "{shown}");
        }
        // Longer than HTTP libraries read: refused, and the next one is taken.
        let path = format!("/_matrix/app/v1/transactions/{}", "x".repeat(65_536));
        assert_eq!(raw(&world, "PUT", &path, b"{}").await, 414);
        settled(&world).await;
        assert_eq!(world.transaction("after", &world.slot.hs_token(), &with(&[message("$after", "x")])).await.0, 200);
        settled(&world).await;
        assert_eq!(world.sql_count("SELECT count(*) FROM inbox WHERE event_id = '$after' AND done_at IS NOT NULL").await, 1);
        assert_eq!(world.sql_count("SELECT count(*) FROM inbox WHERE payload IS NOT NULL").await, 0, "no words remain");
        assert_eq!(world.ready().await.0, 200);
    }

    async fn events_are_acknowledged_only_when_they_are_in_the_store(database) {
        let world = World::start(database, &[], Options::default()).await;
        let token = world.slot.hs_token();
        let body = with(&[message("$held", "x")]);
        // Another process keeps the store from being written to.
        let mut holder = Holder::take(&world, database).await;
        let sending = world.transaction("held", &token, &body);
        tokio::pin!(sending);
        // Other requests go on, and their answers show that time passes; the transaction is not answered meanwhile.
        for _ in 0..20 {
            tokio::select! {
                answer = &mut sending => panic!("it was answered {} before it was stored", answer.0),
                alive = world.get("/health/live") => assert_eq!(alive.expect("Hygie answers").0, 200),
            }
        }
        holder.let_go().await;
        assert_eq!(sending.await.0, 200);
        assert_eq!(world.sql_count("SELECT count(*) FROM inbox WHERE event_id = '$held'").await, 1);
    }
}

/// Somebody else's transaction that keeps Hygie from writing.
enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holder {
    async fn take(world: &World, database: Database) -> Self {
        let url = world.database_url();
        match database {
            Database::Sqlite => {
                let mut connection = SqliteConnection::connect(url).await.expect("it opens");
                wait_until("the write lock", async || {
                    connection.execute("BEGIN IMMEDIATE").await.ok()
                })
                .await;
                Self::Sqlite(connection)
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(url).await.expect("it opens");
                let lock = "BEGIN; LOCK TABLE inbox IN EXCLUSIVE MODE";
                connection
                    .execute(AssertSqlSafe(lock.to_owned()))
                    .await
                    .expect("it locks");
                Self::Postgres(connection)
            }
        }
    }

    async fn let_go(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.execute("ROLLBACK").await.map(drop),
            Self::Postgres(connection) => connection.execute("ROLLBACK").await.map(drop),
        }
        .expect("it lets go");
    }
}

on_both! {
    async fn a_store_that_refuses_is_not_acknowledged_and_nothing_is_lost(database) {
        let world = World::start(database, &[], Options::default()).await;
        let token = world.slot.hs_token();
        world.sql("ALTER TABLE inbox RENAME TO inbox_away").await;
        let (status, text) = world.transaction("refused", &token, &with(&[message("$refused", "x")])).await;
        assert_eq!(status, 503, "{text}");
        assert!(text.contains("M_UNKNOWN") && !text.contains("inbox"), "{text}");
        world.wait_ready(false).await;
        assert_ne!(world.ready().await.1["store"], "ok");
        world.sql("ALTER TABLE inbox_away RENAME TO inbox").await;
        // It stays red until something was taken: only that proves that the store takes it again.
        assert_eq!(world.transaction("refused", &token, &with(&[message("$refused", "x")])).await.0, 200);
        world.wait_ready(true).await;
        assert_eq!(world.sql_count("SELECT count(*) FROM inbox WHERE event_id = '$refused'").await, 1);
    }
}

#[tokio::test]
async fn queries_and_the_ping_are_answered() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    let http = reqwest::Client::new();
    let ask = async |method: Method, path: String| {
        let request = http.request(
            method,
            format!("{}/_matrix/app/v1/{path}", world.slot.url()),
        );
        let answer = request
            .bearer_auth(world.slot.hs_token())
            .send()
            .await
            .expect("Hygie answers");
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.expect("JSON"),
        )
    };
    let answers = BTreeMap::from([
        (format!("users/{}", world.bot_id()), 200),
        (format!("users/@_{}_ghost:hygie.test", world.slot.bot), 404),
        (format!("users/{}%00", world.bot_id()), 404),
        (format!("rooms/%23_{}_nord:hygie.test", world.slot.bot), 404),
    ]);
    for (path, status) in answers {
        let (answered, body) = ask(Method::GET, path.clone()).await;
        assert_eq!(answered, status, "{path}");
        let errcode = if status == 404 {
            json!("M_NOT_FOUND")
        } else {
            Value::Null
        };
        assert_eq!(body["errcode"], errcode, "{path}");
    }
    assert_eq!(ask(Method::POST, "ping".to_owned()).await, (200, json!({})));
}
