//! A leak is taken down while what is known of it is still being written, and is recorded once, whatever happens to either.

use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Options, World},
};
use matrix_sdk::ruma::{EventId, RoomId};
use serde_json::{Value, json};

use crate::spine::{LEAK, SMALL, newcomer, owner, rooms};
use hygie_tests::members::Member;

/// How often an event was taken down, as a member's client sees the room.
async fn takedowns(member: &Member, room: &RoomId, event: &EventId) -> usize {
    let timeline = member.timeline(room).await;
    let of_event = |seen: &&Value| {
        seen["type"] == "m.room.redaction"
            && (seen["content"]["redacts"] == event.as_str() || seen["redacts"] == event.as_str())
    };
    timeline.iter().filter(of_event).count()
}

const RECORDED: &str = "SELECT count(*) FROM audit WHERE action = 'redact'";
const OPEN: &str = "SELECT (SELECT count(*) FROM outbox WHERE state <> 'done') + (SELECT count(*) FROM inbox WHERE done_at IS NULL)";

async fn wait_recorded(world: &World) {
    wait_until("the takedown recorded and everything done", async || {
        let recorded = world.sql_count(RECORDED).await == 1;
        (recorded && world.sql_count(OPEN).await == 0).then_some(())
    })
    .await;
}

on_both! {
    async fn a_leak_is_taken_down_while_the_store_takes_nothing(database) {
        let world = World::start(database, &[SMALL], Options::default()).await;
        let samir = owner(&world, &["admins", "est"]).await;
        let lena = newcomer(&world, &samir, "lena", &["est"]).await;
        let est = rooms(&world, &["est"]).await.remove(0);
        wait_until("quiet", async || (world.sql_count(OPEN).await == 0).then_some(())).await;

        world.sql("ALTER TABLE push_transaction RENAME TO away").await;
        let leak = lena.send_text(&est, LEAK).await;
        samir.wait_redacted(&est, &leak).await;
        world.sql("ALTER TABLE away RENAME TO push_transaction").await;

        wait_recorded(&world).await;
        assert_eq!(takedowns(&samir, &est, &leak).await, 1);
    }

    async fn killed_before_anything_is_written_it_takes_down_once(database) {
        let mut world = World::start(database, &[SMALL], Options::default()).await;
        let samir = owner(&world, &["admins", "est"]).await;
        let lena = newcomer(&world, &samir, "lena", &["est"]).await;
        let est = rooms(&world, &["est"]).await.remove(0);
        wait_until("quiet", async || (world.sql_count(OPEN).await == 0).then_some(())).await;

        world.sql("ALTER TABLE push_transaction RENAME TO away").await;
        let leak = lena.send_text(&est, LEAK).await;
        samir.wait_redacted(&est, &leak).await;
        world.kill9().await;
        world.sql("ALTER TABLE away RENAME TO push_transaction").await;
        world.restart().await;

        wait_recorded(&world).await;
        assert_eq!(takedowns(&samir, &est, &leak).await, 1);
    }

    async fn an_old_event_that_is_pushed_again_is_not_taken_down_again(database) {
        let world = World::start(database, &[SMALL], Options { proxy: true, ..Options::default() }).await;
        let samir = owner(&world, &["admins", "est"]).await;
        let lena = newcomer(&world, &samir, "lena", &["est"]).await;
        let est = rooms(&world, &["est"]).await.remove(0);
        let leak = lena.send_text(&est, LEAK).await;
        samir.wait_redacted(&est, &leak).await;
        wait_recorded(&world).await;

        let before = world.proxy().passed().len();
        let old = json!({"events": [{
            "type": "m.room.message", "event_id": leak, "room_id": est, "sender": lena.id(), "origin_server_ts": 1,
            "content": {"msgtype": "m.text", "body": LEAK},
        }]});
        let (status, _) = world.transaction("again", &world.slot.hs_token(), &old.to_string()).await;
        assert_eq!(status, 200);
        let sent = world.proxy().passed().split_off(before);
        let redactions = sent.iter().filter(|request| request.path.contains("/redact/"));
        assert_eq!(redactions.count(), 0);
    }
}
