//! What a homeserver does to Hygie: it dies in the middle of work, comes back from an older backup, forgets tokens, loses rooms.

use std::time::Duration;

use hygie_tests::{
    members::Member,
    on_both,
    wait::{wait_at_most, wait_until},
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{EventId, RoomId};
use serde_json::json;

use crate::{
    communities::{Nord, quiet},
    spine::{LEAK, SMALL, copies, newcomer, owner},
};

fn own_synapse() -> Options {
    Options {
        own_synapse: true,
        ..Options::default()
    }
}

/// How many redactions of the bot stand in a room for each of these events.
async fn redactions(member: &Member, room: &RoomId, events: &[impl AsRef<EventId>]) -> Vec<usize> {
    let timeline = member.timeline(room).await;
    let of = |event: &EventId| {
        let redacts = |it: &&serde_json::Value| {
            it["type"] == "m.room.redaction" && it["content"]["redacts"] == event.as_str()
        };
        timeline.iter().filter(redacts).count()
    };
    events.iter().map(|event| of(event.as_ref())).collect()
}

/// Waits until the server gives an event without its content.
async fn gone(member: &Member, room: &RoomId, event: &EventId) {
    known(member, room).await;
    wait_until("the message to be taken down", async || {
        let fetched = member.fetch(room, event).await;
        fetched["content"]["body"].is_null().then_some(())
    })
    .await;
}

/// Waits until a new client has heard of a room.
async fn known(member: &Member, room: &RoomId) {
    wait_until("the client to know the room", async || {
        member.client().get_room(room).map(drop)
    })
    .await;
}

on_both! {
    async fn a_homeserver_that_is_killed_in_the_middle_of_traffic_and_comes_back_costs_and_doubles_nothing(database) {
        let world = World::start(database, &[SMALL], own_synapse()).await;
        let samir = owner(&world, &["est", "announcements"]).await;
        let (room, announcements) = (world.room("nord", "est").await, world.room("nord", "announcements").await);
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        quiet(&world).await;
        let mut leaks = Vec::new();
        let mut announced = Vec::new();
        for round in 0..3 {
            for _ in 0..3 {
                leaks.push(luc.send_text(&room, LEAK).await);
            }
            announced.push(samir.send_text(&announcements, &format!("Annonce {round}")).await);
            // Whatever is half done now: a transaction, a redaction, a copy.
            world.synapse.kill9().await;
            world.wait_ready(false).await;
            world.synapse.start().await;
            world.wait_ready(true).await;
        }
        for leak in &leaks {
            gone(&samir, &room, leak).await;
        }
        wait_until("the copies", async || (copies(&samir, &room).await.len() == announced.len()).then_some(())).await;
        quiet(&world).await;
        assert_eq!(redactions(&samir, &room, &leaks).await, vec![1; leaks.len()]);
        let copied = copies(&samir, &room).await;
        for announcement in &announced {
            assert_eq!(copied.get(announcement.as_str()), Some(&1));
        }
        assert_eq!(copied.len(), announced.len());
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'").await, 0);
    }

    async fn what_the_homeserver_lays_aside_and_never_pushes_is_found(database) {
        let mut world = World::start(database, &[SMALL], own_synapse()).await;
        let samir = owner(&world, &["est"]).await;
        let room = world.room("nord", "est").await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        quiet(&world).await;
        world.stop().await;
        let leak = luc.send_text(&room, LEAK).await;
        let topic = samir.send_state(&room, "m.room.topic", "", json!({"topic": "Foire"})).await;
        let topic = topic.expect("an owner may change a topic");
        wait_until("Synapse to lay both aside", async || {
            let aside = world.synapse.laid_aside().await;
            (aside.contains(leak.as_str()) && aside.contains(topic.as_str())).then_some(())
        })
        .await;
        world.synapse.stop().await;
        world.synapse.forget_laid_aside().await;
        world.synapse.start().await;
        world.restart().await;
        gone(&samir, &room, &leak).await;
        wait_until("the topic to be as declared", async || {
            let topic = samir.get_state(&room, "m.room.topic", "").await?;
            (topic["topic"] == "Est").then_some(())
        })
        .await;
        quiet(&world).await;
        assert_eq!(redactions(&samir, &room, &[leak]).await, [1]);
    }

    async fn a_homeserver_restored_from_an_older_backup_is_noticed_and_made_as_it_should_be_again(database) {
        let mut world = World::start(database, &[SMALL], own_synapse()).await;
        let samir = owner(&world, &["est", "admins"]).await;
        let (space, room, admins) = (world.space("nord").await, world.room("nord", "est").await, world.room("nord", "admins").await);
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let eve = newcomer(&world, &samir, "eve", &["est"]).await;
        quiet(&world).await;
        // A leak that is in the backup, and whose redaction is not.
        world.stop().await;
        let leak = luc.send_text(&room, LEAK).await;
        world.synapse.stop().await;
        world.synapse.back_up();
        world.synapse.start().await;
        world.restart().await;
        gone(&samir, &room, &leak).await;
        // What the homeserver will have forgotten: a topic, a group, a member, a ban.
        let file = SMALL.replace("topic: \"Est\"", "topic: \"Est, deux\"");
        world.write("communities/nord.yaml", &format!("{file}  - {{id: sud, name: \"Sud\", kind: discussion, topic: \"Sud\"}}\n"));
        world.sighup();
        let lost = world.room("nord", "sud").await;
        samir.accept_invite(&lost).await;
        newcomer(&world, &samir, "paul", &["est"]).await;
        samir.send_text(&admins, &format!("!{} ban {}", world.slot.bot, eve.id())).await;
        for place in [&space, &room] {
            wait_until("Eve to be banned", async || samir.members_of(place, "ban").await.contains(&world.id_of("eve")).then_some(())).await;
        }
        quiet(&world).await;
        // As if all this had been done a while ago: what was just planned rests for a minute.
        world.sql("UPDATE outbox SET ended_at = ended_at - 120000").await;

        world.synapse.stop().await;
        world.wait_ready(false).await;
        world.synapse.restore();
        world.synapse.start().await;
        world.wait_ready(true).await;
        // Clients do not survive it: their position in the stream is of a future that did not come.
        let (samir, luc) = (world.member_anew("samir").await, world.member_anew("luc").await);
        gone(&samir, &room, &leak).await;
        for place in [&space, &room] {
            wait_until("Eve to be banned again", async || samir.members_of(place, "ban").await.contains(&world.id_of("eve")).then_some(())).await;
        }
        wait_until("the topic to be as declared", async || {
            let topic = samir.get_state(&room, "m.room.topic", "").await?;
            (topic["topic"] == "Est, deux").then_some(())
        })
        .await;
        let made = world.room("nord", "sud").await;
        assert_ne!(made, lost);
        samir.accept_invite(&made).await;
        let link = wait_until("the space to link it", async || samir.get_state(&space, "m.space.child", made.as_str()).await).await;
        assert!(link["via"].is_array(), "{link}");
        known(&luc, &space).await;
        luc.join(made.as_str()).await.expect("the space lets in");
        for place in [&room, &made] {
            let next = luc.send_text(place, LEAK).await;
            gone(&samir, place, &next).await;
        }
        samir.wait_message_in(&admins, |body| body.contains("restauré d’une sauvegarde")).await;
        samir.wait_message_in(&admins, |body| body.contains("n’a plus le salon Sud")).await;
        quiet(&world).await;
        let paul = format!("SELECT count(*) FROM member WHERE user_id = '{}' AND membership = 'join'", world.id_of("paul"));
        assert_eq!(world.sql_count(&paul).await, 0, "what is known is as it is");
        let of_the_lost = format!("SELECT (SELECT count(*) FROM room_state WHERE room_id = '{lost}') + (SELECT count(*) FROM member WHERE room_id = '{lost}')");
        assert_eq!(world.sql_count(&of_the_lost).await, 0);
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox WHERE state = 'dead'").await, 0);
        assert_eq!(world.ready().await.0, 200);
    }

    async fn a_deleted_room_is_told_and_made_again_and_nothing_is_tried_for_ever(database) {
        let nord = Nord::with(database, crate::communities::NORD, Options {
            env: vec![("HYGIE_RECONCILE__EVERY".to_owned(), "10s".to_owned())],
            ..Options::default()
        }).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        // As if all this had been made a while ago: what was just planned rests for a minute.
        let earlier = "UPDATE outbox SET ended_at = ended_at - 120000";
        nord.world.sql(earlier).await;
        let (synapse, bot) = (&nord.world.synapse, nord.bot());

        synapse.delete_room(nord.est.as_str()).await;
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("n’a plus le salon Secteur Est")).await;
        let est = nord.world.room("nord", "secteur-est").await;
        assert_ne!(est, nord.est);
        nord.samir.accept_invite(&est).await;
        luc.join(est.as_str()).await.expect("the space lets in");
        let leak = luc.send_text(&est, LEAK).await;
        nord.samir.wait_redacted(&est, &leak).await;
        wait_until("the space to link the new room only", async || {
            let old = nord.samir.get_state(&nord.space, "m.space.child", nord.est.as_str()).await?;
            let new = nord.samir.get_state(&nord.space, "m.space.child", est.as_str()).await?;
            (old["via"].is_null() && new["via"].is_array()).then_some(())
        })
        .await;

        // The admins' own room: the owners hear of it. What was to be said there is said by now.
        nord.quiet().await;
        nord.world.sql(earlier).await;
        synapse.delete_room(nord.admins.as_str()).await;
        let admins = nord.world.room("nord", "admins").await;
        assert_ne!(admins, nord.admins);
        nord.samir.accept_invite(&admins).await;
        let told = nord.samir.direct_message_from(&bot).await;
        nord.samir.wait_message_in(&told, |body| body.contains("n’a plus le salon")).await;

        // The space: groups let in who is in the new one, and no longer name the old one.
        nord.quiet().await;
        nord.world.sql(earlier).await;
        synapse.delete_room(nord.space.as_str()).await;
        nord.samir.wait_message_in(&admins, |body| body.contains("n’a plus l’espace Nord")).await;
        let space = nord.world.space("nord").await;
        assert_ne!(space, nord.space);
        nord.samir.accept_invite(&space).await;
        wait_until("the groups to belong to the new space", async || {
            let rules = nord.samir.get_state(&est, "m.room.join_rules", "").await?;
            let parent = nord.samir.get_state(&est, "m.space.parent", space.as_str()).await?;
            let former = nord.samir.get_state(&est, "m.space.parent", nord.space.as_str()).await?;
            let child = nord.samir.get_state(&space, "m.space.child", est.as_str()).await?;
            let ours = rules["allow"][0]["room_id"] == space.as_str();
            (ours && parent["via"].is_array() && former["via"].is_null() && child["via"].is_array()).then_some(())
        })
        .await;
        nord.quiet().await;
        let said = nord.command(&nord.samir, &admins, "plan").await;
        assert!(said.contains("Tout est comme"), "{said}");
        // What was to be said in a room while it was deleted has nowhere to go; nothing else is given up.
        let dead = "SELECT count(*) FROM outbox WHERE state = 'dead' AND room_id IN (SELECT room_id FROM place)";
        assert_eq!(nord.world.sql_count(dead).await, 0, "{}", nord.world.log());
        assert_eq!(nord.world.ready().await.0, 200);
    }
}

#[tokio::test]
async fn tokens_that_the_homeserver_changes_are_said_with_the_remedy_and_nothing_is_lost_meanwhile()
{
    let world = World::start(Database::Sqlite, &[SMALL], own_synapse()).await;
    let samir = owner(&world, &["est"]).await;
    let room = world.room("nord", "est").await;
    let luc = newcomer(&world, &samir, "luc", &["est"]).await;
    quiet(&world).await;
    let swap = async |old: &str, new: &str| {
        world.synapse.stop().await;
        world.wait_ready(false).await;
        let change = |text: String| text.replace(old, new);
        world.synapse.register_appservice(&world.slot, change);
        world.synapse.start().await;
    };
    let said = async |part: &str, words: &[&str]| {
        wait_until("readiness to say what is wrong", async || {
            let (status, readiness) = world.ready().await;
            let said = readiness[part].as_str().unwrap_or_default();
            let all = words.iter().all(|word| said.contains(word));
            (status == 503 && all).then_some(())
        })
        .await;
    };
    // The homeserver knows another as_token: it pushes, and accepts nothing of what Hygie does.
    swap(&world.slot.as_token(), "a_token_of_somebody_else").await;
    said("way_back", &["registration.yaml", "restart"]).await;
    let leak = luc.send_text(&room, LEAK).await;
    said(
        "homeserver",
        &["M_UNKNOWN_TOKEN", "registration.yaml", "restarted"],
    )
    .await;
    swap("as_token_unchanged", "").await;
    wait_at_most(Duration::from_secs(100), "the redaction", async || {
        let fetched = samir.fetch(&room, &leak).await;
        fetched["content"]["body"].is_null().then_some(())
    })
    .await;
    world.wait_ready(true).await;
    // Another hs_token: what it pushes is refused, and comes again once the token is right.
    swap(&world.slot.hs_token(), "a_token_of_somebody_else").await;
    said("way_back", &["hs_token", "registration.yaml", "restart"]).await;
    let refused = luc.send_text(&room, LEAK).await;
    let arrived = format!("SELECT count(*) FROM inbox WHERE event_id = '{refused}'");
    assert_eq!(world.sql_count(&arrived).await, 0);
    swap("hs_token_unchanged", "").await;
    gone(&samir, &room, &refused).await;
    world.wait_ready(true).await;
    quiet(&world).await;
    assert_eq!(redactions(&samir, &room, &[leak, refused]).await, [1, 1]);
    assert!(!world.log().contains("a_token_of_somebody_else"));
    let dead = "SELECT count(*) FROM outbox WHERE state = 'dead'";
    assert_eq!(world.sql_count(dead).await, 0);
}
