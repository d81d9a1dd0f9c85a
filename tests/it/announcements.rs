//! Announcements: one copy in every group, that follows what becomes of the original, and delays nobody.

use std::{fmt::Write, time::Duration};

use hygie_tests::{
    on_both,
    proxy::{Fault, Passed},
    wait::{wait_at_most, wait_until},
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NIR, NORD, Nord, body, quiet};

const RELAY: &str = "org.hygie.relay";

fn with_proxy() -> Options {
    Options {
        proxy: true,
        ..Options::default()
    }
}

fn encoded(room: &RoomId) -> String {
    room.as_str().replace('!', "%21")
}

/// A message that Hygie sends to this room.
fn sends_to(room: &RoomId) -> impl Fn(&Passed) -> bool + Send + Sync + 'static {
    let rooms = [room.to_string(), encoded(room)];
    move |passed| {
        let sends = passed.path.contains("/send/m.room.message/");
        sends && rooms.iter().any(|room| passed.path.contains(room))
    }
}

impl Nord {
    /// The copy in a group whose body ends so, as Samir sees it.
    async fn copy(&self, room: &RoomId, end: &str) -> Value {
        let bot = self.bot();
        self.samir
            .wait_for_event(room, &format!("a copy that ends with {end}"), |event| {
                event["sender"] == bot.as_str()
                    && event["content"][RELAY].is_string()
                    && event["content"]["m.new_content"].is_null()
                    && body(event).ends_with(end)
            })
            .await
    }
}

on_both! {
    async fn an_announcement_is_copied_to_every_group_and_its_copies_follow_it(database) {
        let nord = Nord::start(database).await;
        nord.samir.set_displayname("Samir Haddad").await;
        let named = "SELECT count(*) FROM member WHERE display_name = 'Samir Haddad'";
        wait_until("Hygie to know the name", async || (nord.world.sql_count(named).await == 5).then_some(())).await;
        let html = "<b>Vaccins</b> mardi<script>alert(1)</script><img src=\"https://ailleurs.org/x.png\">";
        let first = nord.samir.send_formatted(&nord.announcements, "Vaccins mardi", html).await;
        let picture = json!({"msgtype": "m.image", "body": "L’affiche", "filename": "affiche.png", "url": "mxc://hygie.test/affiche", "info": {"w": 8}});
        let second = nord.samir.send_raw(&nord.announcements, "m.room.message", picture).await.expect("an owner announces");
        let mut copies = Vec::new();
        for room in [&nord.est, &nord.ouest] {
            let copy = nord.copy(room, "Vaccins mardi").await;
            assert_eq!(copy["content"]["body"], "📢 Samir Haddad\nVaccins mardi");
            assert_eq!(copy["content"][RELAY], first.as_str());
            let shown = copy["content"]["formatted_body"].as_str().unwrap_or_default();
            assert!(shown.contains("<strong>Samir Haddad</strong>") && shown.contains("<b>Vaccins</b> mardi"), "{shown}");
            assert!(!shown.contains("script") && !shown.contains("ailleurs"), "{shown}");
            copies.push((room, copy["event_id"].as_str().expect("an id").to_owned()));
            let shown = nord.copy(room, "L’affiche").await;
            assert_eq!(shown["content"]["url"], "mxc://hygie.test/affiche");
            assert_eq!(shown["content"]["filename"], "affiche.png");
            assert_eq!(shown["content"]["msgtype"], "m.image");
            assert_eq!(shown["content"][RELAY], second.as_str());
        }
        nord.samir.edit(&nord.announcements, &first, "Vaccins jeudi").await;
        for (room, copy) in &copies {
            let edit = nord.samir.wait_for_event(room, "the edit of the copy", |event| {
                event["content"]["m.relates_to"]["event_id"] == copy.as_str()
                    && event["content"]["m.relates_to"]["rel_type"] == "m.replace"
            }).await;
            assert_eq!(edit["content"]["m.new_content"]["body"], "📢 Samir Haddad\nVaccins jeudi");
        }
        nord.samir.redact(&nord.announcements, &first).await.expect("an author may redact");
        for (room, copy) in &copies {
            let copy = copy.as_str().try_into().expect("an event id");
            nord.samir.wait_redacted(room, copy).await;
        }
        nord.quiet().await;
        for room in [&nord.est, &nord.ouest] {
            let copied: Vec<String> = nord.samir.timeline(room).await.iter().filter(|event| event["content"][RELAY].is_string()).map(body).collect();
            assert!(copied.iter().any(|body| body.ends_with("L’affiche")), "{copied:?}");
            assert!(!copied.iter().any(|body| body == "📢 Samir Haddad\nVaccins mardi"), "{copied:?}");
            let left = nord.samir.bodies(room).await;
            assert!(!left.iter().any(|body| body.contains("jeudi")), "the edit stays readable: {left:?}");
        }
        assert_eq!(nord.samir.bodies(&nord.admins).await, Vec::<String>::new(), "no copy for the admins");
    }
}

#[tokio::test]
async fn announcements_arrive_in_order_and_once_and_members_cannot_announce() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.announcements, &nord.est]).await;
    let said = json!({"msgtype": "m.text", "body": "Moi aussi"});
    let refused = luc
        .send_raw(&nord.announcements, "m.room.message", said)
        .await;
    assert_eq!(refused.expect_err("members read").errcode, "M_FORBIDDEN");
    let mut expected = Vec::new();
    for number in 1..=5 {
        let words = format!("Annonce {number}");
        nord.samir.send_text(&nord.announcements, &words).await;
        expected.push(words);
    }
    nord.copy(&nord.est, "Annonce 5").await;
    nord.copy(&nord.ouest, "Annonce 5").await;
    nord.quiet().await;
    for (member, room) in [(&luc, &nord.est), (&nord.samir, &nord.ouest)] {
        let bodies = member.bodies(room).await;
        let words = bodies
            .iter()
            .filter_map(|body| body.lines().nth(1))
            .map(str::to_owned);
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn a_command_announces_in_the_name_of_who_gave_it() {
    let nord = Nord::start(Database::Sqlite).await;
    let zoe = nord.invited("zoe", &[&nord.admins]).await;
    let said = nord
        .command(
            &zoe,
            &nord.admins,
            "annoncer à tous : Réunion mardi\nsalle 2",
        )
        .await;
    assert!(said.contains("L’annonce part"), "{said}");
    for room in [&nord.est, &nord.ouest] {
        let copy = nord.copy(room, "salle 2").await;
        let told = body(&copy);
        let name = zoe.id().localpart();
        assert!(
            told.contains(name) && told.ends_with("\nRéunion mardi\nsalle 2"),
            "{told}"
        );
    }
    let posted = nord
        .samir
        .wait_message_in(&nord.announcements, |body| body.contains("Réunion mardi"))
        .await;
    assert_eq!(posted["content"]["org.hygie.posted_for"], zoe.id().as_str());
    wait_until("the words to be kept nowhere", async || {
        let dump = nord.world.database_dump().await;
        (!dump.contains("Réunion mardi")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_no_announcement_is_not_copied_and_nobody_announces_in_the_name_of_others() {
    let nord = Nord::start(Database::Sqlite).await;
    let announces = async |content: Value| {
        let said = nord
            .samir
            .send_raw(&nord.announcements, "m.room.message", content);
        said.await.expect("an owner writes")
    };
    let zoe = "@zoe:hygie.test";
    let about = format!("Écrivez à {} ou à Zoé", nord.bot());
    let first = announces(json!({
        "msgtype": "m.text", "body": about, "org.hygie.posted_for": zoe,
        "m.mentions": {"user_ids": [nord.bot()]}
    }))
    .await;
    announces(json!({
        "msgtype": "m.text", "body": "C’est bien dit",
        "m.relates_to": {"m.in_reply_to": {"event_id": first}}
    }))
    .await;
    announces(json!({
        "msgtype": "m.text", "body": "Je trouve aussi",
        "m.relates_to": {"rel_type": "m.thread", "event_id": first}
    }))
    .await;
    announces(
        json!({"msgtype": "m.image", "body": "a.png", "file": {"url": "mxc://hygie.test/a"}}),
    )
    .await;
    announces(json!({"msgtype": "m.text", "body": "Dernière"})).await;
    for room in [&nord.est, &nord.ouest] {
        let copy = nord.copy(room, "ou à Zoé").await;
        assert!(!body(&copy).contains(zoe), "{}", body(&copy));
        nord.copy(room, "Dernière").await;
        assert_eq!(nord.samir.bodies(room).await.len(), 2);
    }
    let told = nord.samir.bodies(&nord.admins).await;
    assert_eq!(told, Vec::<String>::new());
}

#[tokio::test]
async fn a_group_that_refuses_its_copy_is_named_and_tried_again_and_delays_no_other() {
    let nord = Nord::with(Database::Sqlite, NORD, with_proxy()).await;
    nord.world
        .proxy()
        .fail(1, Fault::Forbidden, sends_to(&nord.ouest));
    nord.samir
        .send_text(&nord.announcements, "Vaccins mardi")
        .await;
    nord.copy(&nord.est, "Vaccins mardi").await;
    let told =
        |body: &str| body.contains("transmise à Secteur Ouest") && body.contains("Hygie réessaie");
    nord.samir.wait_message_in(&nord.admins, told).await;
    assert_eq!(nord.samir.bodies(&nord.ouest).await, Vec::<String>::new());
    // Hygie tries again after half a minute.
    wait_at_most(
        Duration::from_mins(1),
        "the copy in Secteur Ouest",
        async || {
            let bodies = nord.samir.bodies(&nord.ouest).await;
            (bodies.len() == 1 && bodies[0].ends_with("Vaccins mardi")).then_some(())
        },
    )
    .await;
    assert_eq!(nord.samir.bodies(&nord.est).await.len(), 1);
    assert_eq!(
        nord.samir.bodies(&nord.admins).await.len(),
        1,
        "it is told once"
    );
}

/// How many further groups there are in [`many`].
const MORE: usize = 10;

/// A community of many groups, whose homeserver is slow to take messages for them.
async fn many() -> (Nord, Vec<OwnedRoomId>) {
    let mut file = NORD.to_owned();
    for number in 0..MORE {
        writeln!(file, "  - {{id: g{number}, name: G{number}, kind: social}}")
            .expect("text takes text");
    }
    let options = Options {
        env: vec![("HYGIE_EXECUTOR__CONCURRENCY".to_owned(), "1".to_owned())],
        ..with_proxy()
    };
    let world = World::start(Database::Sqlite, &[&file], options).await;
    let nord = Nord::in_world(world).await;
    let mut rooms = vec![nord.est.clone(), nord.ouest.clone()];
    for number in 0..MORE {
        let room = nord.world.room("nord", &format!("g{number}")).await;
        nord.samir.accept_invite(&room).await;
        rooms.push(room);
    }
    nord.quiet().await;
    (nord, rooms)
}

fn sends(passed: &Passed) -> bool {
    passed.path.contains("/send/m.room.message/")
}

fn redacts(passed: &Passed) -> bool {
    passed.path.contains("/redact/")
}

#[tokio::test]
async fn a_relay_to_many_groups_delays_no_redaction_and_can_be_withdrawn_on_the_way() {
    let (nord, rooms) = many().await;
    let luc = nord.member("luc", &[&nord.est]).await;
    nord.quiet().await;
    let proxy = nord.world.proxy();
    let already = proxy.count(sends);
    proxy.fail(usize::MAX, Fault::Slow { ms: 400 }, sends);
    let announced = nord
        .samir
        .send_text(&nord.announcements, "Vaccins mardi")
        .await;
    proxy.wait_count("a copy", already + 2, sends).await;
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
    let sent = proxy.count(sends) - already;
    assert!(
        sent < rooms.len(),
        "the redaction waited for all {sent} copies"
    );
    nord.samir
        .redact(&nord.announcements, &announced)
        .await
        .expect("an author may redact");
    proxy.wait_count("withdrawal", 2, redacts).await;
    quiet(&nord.world).await;
    assert!(
        proxy.count(sends) - already < rooms.len() + 2,
        "copies that were not sent yet are not sent any more"
    );
    for room in rooms {
        let left = nord.samir.bodies(&room).await;
        assert!(
            !left.iter().any(|body| body.contains("Vaccins")),
            "{room} keeps {left:?}"
        );
    }
}
