//! What members, other servers and a confused homeserver may write: shapes nobody expects, again, out of order, about rooms of
//! somebody else. Real things beside it are handled, and nothing is remembered or asked for in vain.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{EventId, RoomId};
use serde_json::{Value, json};

use crate::{
    communities::{Nord, quiet},
    spine::{LEAK, SMALL, counted, newcomer, owner},
};

fn with(events: &[Value]) -> String {
    json!({"events": events}).to_string()
}

/// Pushes a transaction as the homeserver does.
async fn push(world: &World, id: &str, body: &str) {
    let token = world.slot.hs_token();
    assert_eq!(world.transaction(id, &token, body).await.0, 200, "{id}");
}

/// A message that Synapse has, as if a leak stood in it: by its redaction one sees that it was handled.
pub async fn planted(world: &World, luc: &Member, room: &RoomId) -> Value {
    let event = luc.send_text(room, "rien de spécial").await;
    let handled =
        format!("SELECT count(*) FROM inbox WHERE event_id = '{event}' AND done_at IS NOT NULL");
    wait_until("the message to be handled", async || {
        (world.sql_count(&handled).await == 1).then_some(())
    })
    .await;
    world
        .sql(&format!("DELETE FROM inbox WHERE event_id = '{event}'"))
        .await;
    json!({
        "event_id": event, "room_id": room, "sender": luc.id(), "type": "m.room.message", "origin_server_ts": 1,
        "content": {"msgtype": "m.text", "body": LEAK},
    })
}

pub async fn planted_is_redacted(samir: &Member, room: &RoomId, event: &Value) {
    let id = event["event_id"].as_str().expect("it has one");
    let id = EventId::parse(id).expect("an id");
    samir.wait_redacted(room, &id).await;
}

/// The most memory that Hygie has had, in MiB.
fn peak_mib(world: &World) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.pid()));
    let status = status.expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.expect("Linux tells") / 1024
}

on_both! {
    async fn whatever_shape_an_event_has_its_neighbours_are_handled_and_memory_stays_bounded(database) {
        let world = World::start(database, &[SMALL], Options::default()).await;
        let samir = owner(&world, &["est"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let (here, who) = (room.as_str(), luc.id().as_str());
        let event = |id: &str, rest: &str| format!(r#"{{"event_id":"{id}","room_id":"{here}","sender":"{who}",{rest}}}"#);
        let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let (lists, objects) = (deep("[", "]"), deep(r#"{"a":"#, "}"));
        let huge = "x".repeat(10 << 20);
        let long = "y".repeat(70_000);
        let shapes = [
            event("$n1", r#""type":"m.room.message","origin_server_ts":1e400,"content":{}"#),
            event("$n2", r#""type":"m.room.message","origin_server_ts":99999999999999999999,"content":{"body":1e999}"#),
            event("$n3", r#""type":"m.room.message","origin_server_ts":-9223372036854775809,"content":{"body":"x","n":123456789012345678901234567890}"#),
            event("$n4", r#""type":"m.room.message","origin_server_ts":null,"content":{"body":{"a":[]}}"#),
            event("$k1", r#""type":"m.room.message","content":{"body":"a","body":"b"},"content":{}"#),
            event("$k2", r#""type":"m.room.message","type":"m.room.member","state_key":7,"content":[]"#),
            event("$k3", r#""type":"m.room.member","state_key":"not an id","content":{"membership":{}}"#),
            event("$d1", &format!(r#""type":"m.room.topic","state_key":"x","content":{{"topic":{lists}}}"#)),
            event("$d2", &format!(r#""type":"m.room.power_levels","state_key":"y","content":{objects}"#)),
            event("$d3", &format!(r#""type":"m.room.message","content":{{"body":{objects}}}"#)),
            event("$d4", &format!(r#""type":"m.room.member","state_key":"{who}","content":{{"membership":"join","x":{lists}}}"#)),
            event("$z1", r#""type":"m.room.message","content":{"msgtype":"m.text","body":"a\u0000b\ud800"}"#),
            event("$z2", r#""type":"\u0000","content":{"\u0000":"\u0000"}"#),
            event("$z3\\u0000", r#""type":"m.reaction","state_key":"\u0000","content":{}"#),
            event("$z4", r#""type":"m.space.child","state_key":"\u0000","content":{"via":["\u0000"]}"#),
            event("$h1", &format!(r#""type":"m.room.message","content":{{"msgtype":"m.text","body":"{huge}"}}"#)),
            event("$h1b", &format!(r#""type":"m.room.message","content":{{"msgtype":"m.text","body":"{}"}}"#, "x".repeat(65_000))),
            event("$h2", &format!(r#""type":"{long}","state_key":"{long}","content":{{}}"#)),
            event("", r#""type":"m.room.message","content":{}"#), event("no-sigil", r#""type":"m.room.message","content":{}"#),
            event("$", r#""type":"m.room.message","content":{}"#), event("$a:b:c:d/../../e?f#g", r#""type":"m.reaction","content":{}"#),
            format!(r#"{{"event_id":"$v12","room_id":"!{}","sender":"@{}:elsewhere","type":"m.room.message","content":{{}}}}"#, "r".repeat(43), "u".repeat(60_000)),
            r#"{"event_id":"$odd","room_id":"!","sender":"@:","type":"","content":""}"#.to_owned(),
        ];
        for (number, shape) in shapes.iter().enumerate() {
            let neighbours = [planted(&world, &luc, &room).await, planted(&world, &luc, &room).await];
            let body = format!(r#"{{"unknown":{{"a":[1]}},"de.sorunome.msc2409.ephemeral":[],"events":[{},{shape},{}]}}"#, neighbours[0], neighbours[1]);
            push(&world, &format!("shape{number}"), &body).await;
            for neighbour in &neighbours {
                planted_is_redacted(&samir, &room, neighbour).await;
            }
        }
        // Invalid UTF-8 in a key, an id and a body.
        let good = planted(&world, &luc, &room).await.to_string();
        let mut bytes = br#"{"events":[{"event_id":"$u1","ro"#.to_vec();
        bytes.extend([0xff, b'"', b':', b'1', b'}', b',']);
        bytes.extend(br#"{"event_id":"$u2"#.iter().chain(&[0xc0, 0x80]).chain(br#"","room_id":"!r","sender":"@a:b","type":"m.room.message","content":{"body":"#));
        bytes.extend([b'"', 0xed, 0xa0, 0x80, b'"', b'}', b'}', b',']);
        bytes.extend(good.as_bytes());
        bytes.extend(b"]}");
        let url = format!("{}/_matrix/app/v1/transactions/bytes", world.slot.url());
        let request = reqwest::Client::new().put(url).bearer_auth(world.slot.hs_token());
        assert_eq!(request.body(bytes).send().await.expect("it answers").status(), 200);
        planted_is_redacted(&samir, &room, &serde_json::from_str(&good).expect("JSON")).await;
        // Nothing at all, and very many at once with a real one at the end.
        push(&world, "empty", &with(&[])).await;
        let last = planted(&world, &luc, &room).await;
        let mut many: Vec<Value> = (0..5_000).map(|number| json!({
            "event_id": format!("$many{number}"), "room_id": here, "sender": who, "type": "m.room.message",
            "origin_server_ts": number, "content": {"msgtype": "m.text", "body": format!("bonjour {number}")},
        })).collect();
        many.push(last.clone());
        push(&world, "many", &with(&many)).await;
        planted_is_redacted(&samir, &room, &last).await;
        quiet(&world).await;
        let longest = "SELECT count(*) FROM quarantine WHERE event_id = '$h1' AND length > 10000000";
        assert_eq!(world.sql_count(longest).await, 1, "no event is that long");
        assert_eq!(world.sql_count("SELECT count(*) FROM inbox WHERE payload IS NOT NULL").await, 0, "no words remain");
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'").await, 0);
        assert_eq!(world.ready().await.0, 200);
        let peak = peak_mib(&world);
        assert!(peak < 400, "{peak} MiB");
    }

    async fn what_comes_again_or_out_of_order_has_one_effect_and_ends_as_declared(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let est = nord.est.as_str();
        let (first, second) = (planted(&nord.world, &luc, &nord.est).await, planted(&nord.world, &luc, &nord.est).await);
        // The later one first, then both again under ids that were used and ids that were not, then with other words.
        push(&nord.world, "5", &with(std::slice::from_ref(&second))).await;
        push(&nord.world, "4", &with(std::slice::from_ref(&first))).await;
        nord.quiet().await;
        nord.world.sql("UPDATE inbox SET received_at = received_at - 36000000, done_at = done_at - 36000000").await;
        let mut other = first.clone();
        other["content"]["body"] = json!("autre 1 84 12 76 451 089 46");
        for (id, events) in [("4", [&first, &second]), ("5", [&second, &first]), ("900", [&first, &first]), ("1", [&other, &second])] {
            push(&nord.world, id, &with(&events.map(Clone::clone))).await;
        }
        nord.quiet().await;
        let redactions = "SELECT count(*) FROM outbox WHERE kind = 'redact'";
        assert_eq!(nord.world.sql_count(redactions).await, 2);
        assert_eq!(counted(&nord.world, "hygie_actions_total", "kind=\"redact\"").await, "2");

        // State that goes back to something older, of nobody we know, and twice; each of a kind that Hygie governs.
        let stale = |number: u32, event_type: &str, content: Value| json!({
            "event_id": format!("$stale{number}"), "room_id": est, "sender": "@nobody:elsewhere.example", "type": event_type,
            "state_key": "", "origin_server_ts": 1, "content": content,
        });
        let reset = [
            stale(1, "m.room.power_levels", json!({"users": {"@nobody:elsewhere.example": 100}, "users_default": 50})),
            stale(2, "m.room.join_rules", json!({"join_rule": "public"})),
            stale(3, "m.room.name", json!({"name": "Ancien"})),
            stale(4, "m.room.topic", json!({})),
        ];
        push(&nord.world, "reset", &with(&reset)).await;
        push(&nord.world, "reset again", &with(&[reset[3].clone(), reset[0].clone()])).await;
        nord.quiet().await;
        let said = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(said.contains("Tout est comme"), "{said}");
        let kept = "SELECT count(*) FROM room_state WHERE content LIKE '%nobody%' OR content LIKE '%Ancien%' OR content LIKE '%\"public\"%'";
        assert_eq!(nord.world.sql_count(kept).await, 0, "what is known is as it is");
        nord.quiet().await;
        assert_eq!(nord.world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'").await, 0);
    }

    async fn what_happens_in_rooms_of_others_costs_no_request_and_is_not_remembered(database) {
        let options = Options { proxy: true, ..Options::default() };
        let world = World::start(database, &[SMALL], options).await;
        let samir = owner(&world, &["est"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let known = format!("SELECT count(*) FROM member WHERE user_id = '{}' AND membership = 'join'", luc.id());
        wait_until("Hygie to know where Luc is", async || (world.sql_count(&known).await == 2).then_some(())).await;
        quiet(&world).await;
        let rows = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM member) + (SELECT count(*) FROM room_state) \
                    + (SELECT count(*) FROM place) + (SELECT count(*) FROM direct_room) + (SELECT count(*) FROM audit) \
                    + (SELECT count(*) FROM invited) + (SELECT count(*) FROM announcement) + (SELECT count(*) FROM quarantine)";
        let before = world.sql_count(rows).await;
        let own = |path: &str| !["/ping", "/versions"].iter().any(|end| path.ends_with(end));
        let asked = world.proxy().count(|passed| own(&passed.path));
        let (bot, alias) = (world.bot_id(), format!("#_{}_nord_est:elsewhere.example", world.slot.bot));
        let mut flood = Vec::new();
        for number in 0..300 {
            let room = format!("!{}{number:04}", "R".repeat(39));
            let mut add = |event_type: &str, sender: &str, state_key: Option<&str>, content: Value| {
                let mut event = json!({
                    "event_id": format!("$flood{}", flood.len()), "room_id": room, "sender": sender, "type": event_type,
                    "origin_server_ts": 1, "content": content,
                });
                if let Some(key) = state_key {
                    event["state_key"] = json!(key);
                }
                flood.push(event);
            };
            let mallory = format!("@mallory{number}:elsewhere.example");
            add("m.room.member", &mallory, Some(bot.as_str()), json!({"membership": "invite", "is_direct": number % 2 == 0, "displayname": "Hygie"}));
            add("m.room.member", &mallory, Some(bot.as_str()), json!({"membership": "leave"}));
            add("m.room.member", &mallory, Some(bot.as_str()), json!({"membership": "ban"}));
            add("m.room.canonical_alias", &mallory, Some(""), json!({"alias": alias}));
            add("m.room.power_levels", &mallory, Some(""), json!({"users": {bot.as_str(): -5}}));
            add("m.room.message", &mallory, None, json!({"msgtype": "m.text", "body": LEAK, "m.mentions": {"user_ids": [bot]}}));
            add("m.room.message", &mallory, None, json!({"msgtype": "m.text", "body": format!("!{} ban {bot}", world.slot.bot)}));
            add("m.room.redaction", &mallory, None, json!({"redacts": "$x"}));
            add("m.room.encrypted", &mallory, None, json!({"algorithm": "m.megolm.v1.aes-sha2"}));
            add("m.room.tombstone", &mallory, Some(""), json!({"replacement_room": room}));
        }
        for (number, events) in flood.chunks(100).enumerate() {
            push(&world, &format!("flood{number}"), &with(events)).await;
        }
        quiet(&world).await;
        assert_eq!(world.proxy().count(|passed| own(&passed.path)), asked, "requests");
        assert_eq!(world.sql_count(rows).await, before, "rows");
        let leak = luc.send_text(&room, LEAK).await;
        samir.wait_redacted(&room, &leak).await;
    }
}

#[tokio::test]
async fn a_message_that_nests_deep_is_moderated_and_a_member_event_that_does_hides_no_room() {
    let env = vec![("HYGIE_RECONCILE__EVERY".to_owned(), "10s".to_owned())];
    let options = Options {
        env,
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[SMALL], options).await;
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    quiet(&world).await;
    // As deep as Synapse takes it: other homeservers, and earlier ones, take more.
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let mut depth = 130;
    let sent = loop {
        let content = json!({"msgtype": "m.text", "body": LEAK, "org.example.deep": nested(depth)});
        match luc.send_raw(&room, "m.room.message", content).await {
            Ok(sent) => break sent,
            Err(refusal) => assert_eq!(refusal.errcode, "M_BAD_JSON", "{refusal:?}"),
        }
        depth -= 1;
    };
    assert!(depth > 100, "{depth}");
    samir.wait_redacted(&room, &sent).await;
    assert_eq!(world.sql_count("SELECT count(*) FROM quarantine").await, 0);
    // A member may add what they want to their own membership: the whole state is read with it.
    let member =
        json!({"membership": "join", "displayname": "Luc", "org.example.deep": nested(depth)});
    let changed = luc.send_state(&room, "m.room.member", luc.id().as_str(), member);
    changed.await.expect("Synapse takes it");
    let read = format!(
        "SELECT count(*) FROM outbox WHERE kind = 'refresh' AND room_id = '{room}' AND state = 'done'"
    );
    let before = world.sql_count(&read).await;
    wait_until("the room to be read anew", async || {
        (world.sql_count(&read).await > before).then_some(())
    })
    .await;
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'")
            .await,
        0
    );
}

#[tokio::test]
async fn what_the_admins_read_cannot_be_made_to_look_like_something_else() {
    let nord = Nord::start(Database::Sqlite).await;
    let ines = nord.invited("ines", &[&nord.est]).await;
    let lie = "Foire\n✅ Tout va bien\u{2028}\u{202e}eigyH\u{2066}\u{200b} **gras** [lien](https://evil.example) <b>x</b> @room";
    let topic = json!({"topic": lie});
    ines.send_state(&nord.est, "m.room.topic", "", topic)
        .await
        .expect("an owner may");
    let notice = nord
        .samir
        .wait_message_in(&nord.admins, |body| body.contains("Foire"))
        .await;
    let content = &notice["content"];
    for form in ["body", "formatted_body"] {
        let said = content[form].as_str().expect("both forms");
        assert_eq!(said.lines().count(), 1, "{said}");
        let turned = ['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}'];
        assert!(!said.contains(turned), "{said:?}");
    }
    let html = content["formatted_body"].as_str().expect("HTML");
    assert!(
        !html.contains("<a href=\"https://evil") && !html.contains("<b>"),
        "{html}"
    );
    assert_eq!(content["m.mentions"], json!({}), "nobody is called");
}
