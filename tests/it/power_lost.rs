//! When the bot's power in a room is taken away: the admins hear of it once, the rest goes on, and what waited is done when
//! the power is back.

use std::time::Duration;

use hygie_tests::{
    proxy::{Fault, Passed},
    wait::{wait_at_most, wait_until},
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedRoomId, RoomId, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    communities::quiet,
    spine::{LARGE, LEAK, newcomer, owner},
};

fn is_redaction(passed: &Passed) -> bool {
    passed.path.contains("/redact/")
}

/// A request of the appservice as one of its users.
async fn by(world: &World, user: &UserId, method: Method, path: &[&str], body: &Value) -> Value {
    let mut url = reqwest::Url::parse(&world.synapse.url()).expect("a URL");
    url.path_segments_mut()
        .expect("an http URL")
        .extend(["_matrix", "client", "v3"])
        .extend(path);
    url.query_pairs_mut().append_pair("user_id", user.as_str());
    let request = reqwest::Client::new()
        .request(method, url)
        .bearer_auth(world.slot.as_token());
    let answer = request.json(body).send().await.expect("Synapse answers");
    let status = answer.status();
    let answer: Value = answer.json().await.expect("JSON");
    assert!(status.is_success(), "{path:?}: {}", answer["error"]);
    answer
}

/// Gives the bot this level, as the founder of the room does.
async fn set_level(world: &World, founder: &UserId, room: &RoomId, whose: &UserId, level: i64) {
    let path = ["rooms", room.as_str(), "state", "m.room.power_levels", ""];
    let mut levels = by(world, founder, Method::GET, &path, &json!({})).await;
    levels["users"][whose.as_str()] = json!(level);
    by(world, founder, Method::PUT, &path, &levels).await;
}

/// A room of version 11 for the group `est`, which somebody above the bot has made before Hygie starts.
async fn founded(world: &World, founder: &UserId) -> OwnedRoomId {
    for user in [founder, &world.bot_id()] {
        let account = json!({
            "type": "m.login.application_service", "username": user.localpart(), "inhibit_login": true,
        });
        let url = format!("{}/_matrix/client/v3/register", world.synapse.url());
        let request = reqwest::Client::new()
            .post(url)
            .bearer_auth(world.slot.as_token());
        let answer = request
            .json(&account)
            .send()
            .await
            .expect("Synapse answers");
        assert!(answer.status().is_success());
    }
    let bot = world.bot_id();
    let room = json!({
        "room_version": "11", "preset": "public_chat", "name": "Est",
        "room_alias_name": format!("_{}_nord_est", world.slot.bot),
        "power_level_content_override": {"users": {founder.as_str(): 150, bot.as_str(): 100}},
    });
    let made = by(world, founder, Method::POST, &["createRoom"], &room).await;
    let room = made["room_id"].as_str().expect("it is made");
    by(
        world,
        &bot,
        Method::POST,
        &["rooms", room, "join"],
        &json!({}),
    )
    .await;
    room.try_into().expect("an id")
}

#[tokio::test]
async fn power_taken_from_the_bot_is_told_once_and_what_waits_is_done_when_it_is_back() {
    let file = LARGE.replace("locale: fr", "locale: fr\ndrift: report");
    let options = Options {
        stopped: true,
        proxy: true,
        ..Options::default()
    };
    let mut world = World::start(Database::Sqlite, &[&file], options).await;
    let founder = UserId::parse(format!("@_{}_founder:hygie.test", world.slot.bot)).expect("an id");
    let est = founded(&world, &founder).await;
    world.restart().await;
    assert_eq!(world.room("nord", "est").await, est);
    let samir = owner(&world, &["est", "ouest", "admins"]).await;
    let (ouest, admins) = (
        world.room("nord", "ouest").await,
        world.room("nord", "admins").await,
    );
    let luc = newcomer(&world, &samir, "luc", &["ouest"]).await;
    // Only who leads the group may invite by hand.
    set_level(&world, &founder, &est, samir.id(), 100).await;
    let invited = samir.invite(&est, luc.id()).await;
    invited.expect("an owner may invite");
    luc.accept_invite(&est).await;
    let first = luc.send_text(&est, LEAK).await;
    samir.wait_redacted(&est, &first).await;
    quiet(&world).await;

    // The redaction is on its way when the power goes.
    world
        .proxy()
        .fail(1, Fault::Slow { ms: 1_500 }, is_redaction);
    let before = world.proxy().count(is_redaction);
    let mut leaks = vec![luc.send_text(&est, LEAK).await];
    world
        .proxy()
        .wait_count("the redaction", before + 1, is_redaction)
        .await;
    set_level(&world, &founder, &est, &world.bot_id(), 0).await;
    samir
        .wait_message_in(&admins, |body| {
            body.contains("n’a plus assez de pouvoir dans Est")
        })
        .await;
    for _ in 0..3 {
        leaks.push(luc.send_text(&est, LEAK).await);
    }
    let elsewhere = luc.send_text(&ouest, LEAK).await;
    samir.wait_redacted(&ouest, &elsewhere).await;
    let waiting = "SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind = 'redact'";
    wait_until("the redactions to wait", async || {
        let others = "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting' AND kind <> 'redact') \
                      + (SELECT count(*) FROM inbox WHERE done_at IS NULL)";
        let settled = world.sql_count(others).await == 0;
        (settled && world.sql_count(waiting).await == 4).then_some(())
    })
    .await;
    // What is known to fail is not asked for again and again, nor told.
    let asked = world.proxy().count(is_redaction);
    assert_eq!(asked, before + 2, "the one under way and the one elsewhere");
    let told = async || {
        let bodies = samir.bodies(&admins).await;
        bodies
            .iter()
            .filter(|body| body.contains("assez de pouvoir"))
            .count()
    };
    assert_eq!(told().await, 1);
    world.restart().await;
    wait_until("it to be said that they wait", async || {
        (world.sql_count(waiting).await == 4).then_some(())
    })
    .await;

    set_level(&world, &founder, &est, &world.bot_id(), 100).await;
    for leak in &leaks {
        samir.wait_redacted(&est, leak).await;
    }
    quiet(&world).await;
    assert_eq!(told().await, 1);
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_room_that_was_half_made_when_the_homeserver_died_is_made_anew() {
    let options = Options {
        stopped: true,
        ..Options::default()
    };
    let mut world = World::start(Database::Sqlite, &[LARGE], options).await;
    // All that Synapse had done was to give the alias to a room in which nobody is.
    let founder = UserId::parse(format!("@_{}_founder:hygie.test", world.slot.bot)).expect("an id");
    let half = founded(&world, &founder).await;
    for user in [&world.bot_id(), &founder] {
        let path = ["rooms", half.as_str(), "leave"];
        by(&world, user, Method::POST, &path, &json!({})).await;
        let path = ["rooms", half.as_str(), "forget"];
        by(&world, user, Method::POST, &path, &json!({})).await;
    }
    world.restart().await;
    let alias = format!("#_{}_nord_est:hygie.test", world.slot.bot);
    wait_until("another room", async || {
        let room = world.resolve(&alias).await?;
        (room != half).then_some(())
    })
    .await;
    let samir = owner(&world, &["est"]).await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    let room = world.room("nord", "est").await;
    let leak = luc.send_text(&room, LEAK).await;
    samir.wait_redacted(&room, &leak).await;
}

#[tokio::test]
async fn many_refusals_of_one_kind_in_one_room_are_told_once() {
    let options = Options {
        proxy: true,
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[LARGE], options).await;
    let samir = owner(&world, &["est", "admins"]).await;
    let (room, admins) = (
        world.room("nord", "est").await,
        world.room("nord", "admins").await,
    );
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    world
        .proxy()
        .fail(usize::MAX, Fault::Forbidden, is_redaction);
    for _ in 0..5 {
        luc.send_text(&room, LEAK).await;
    }
    let dead = "SELECT count(*) FROM outbox WHERE state = 'dead' AND kind = 'redact'";
    wait_at_most(Duration::from_mins(1), "all to be given up", async || {
        (world.sql_count(dead).await == 5).then_some(())
    })
    .await;
    quiet(&world).await;
    let bodies = samir.bodies(&admins).await;
    let told = bodies
        .iter()
        .filter(|body| body.contains("M_FORBIDDEN"))
        .count();
    // Two when the hour changes in between.
    assert!((1..=2).contains(&told), "told {told} times");
}
