//! Incident mode: groups are frozen and told, one person speaks in all of them, everything is as before in the end, and the account of it is handed
//! over; over crashes and restarts.

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, World},
};
use matrix_sdk::ruma::RoomId;
use serde_json::Value;

use crate::communities::{NORD, Nord, body, direct_with_bot, with_clock};

/// What is said of it in the groups; nobody may find it again outside of the rooms.
const NEWS: &str = "Les familles concernées ont été appelées ce matin";

/// The power levels of a room, as Samir sees them.
async fn powers(nord: &Nord, room: &RoomId) -> Value {
    let powers = nord.samir.get_state(room, "m.room.power_levels", "");
    powers.await.expect("every room has powers")
}

/// Waits until members can write in a room again, or no more.
async fn wait_frozen(nord: &Nord, room: &RoomId, frozen: bool) {
    wait_until(&format!("{room} to be frozen: {frozen}"), async || {
        let level = powers(nord, room).await["events_default"].as_i64();
        ((level.unwrap_or(0) > 0) == frozen).then_some(())
    })
    .await;
}

/// How often the bot has said these words in a room.
async fn times(who: &Member, room: &RoomId, words: &str) -> usize {
    let said = who.bodies(room).await;
    said.iter().filter(|it| it.contains(words)).count()
}

/// The text of a file that a message carries.
async fn file(nord: &Nord, message: &Value) -> String {
    let address = message["content"]["url"].as_str().expect("it has one");
    let path = address.trim_start_matches("mxc://");
    let url = format!(
        "{}/_matrix/client/v1/media/download/{path}",
        nord.world.synapse.url()
    );
    let token = nord.samir.client().access_token().expect("he is logged in");
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send();
    let answer = answer.await.expect("the homeserver answers");
    answer.text().await.expect("it is text")
}

on_both! {
    async fn an_incident_freezes_speaks_with_one_voice_and_leaves_its_account_over_a_crash(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        let before = powers(&nord, &nord.est).await;
        nord.command(&nord.samir, &nord.admins, "verrouiller secteur-ouest pendant 9h").await;
        let line = format!("crise ouvrir porte-parole {} parce que plainte d’une famille", luc.id());
        let opened = nord.command(&nord.samir, &nord.admins, &line).await;
        assert!(opened.contains("Secteur Est") && opened.contains("plainte d’une famille"), "{opened}");
        let told = luc.wait_message_in(&nord.est, |body| body.contains("quelque chose de sérieux")).await;
        let told = body(&told);
        assert!(told.contains(luc.id().as_str()) && told.contains("le 15 ou le 112"), "{told}");
        assert!(!told.contains("plainte"), "{told}");
        luc.wait_message_in(&direct, |body| body.contains("vous confie la parole")).await;
        wait_frozen(&nord, &nord.est, true).await;
        let refused = luc.send_raw(&nord.est, "m.room.message", serde_json::json!({"msgtype": "m.text", "body": "que se passe-t-il ?"})).await;
        assert!(refused.is_err(), "only the team writes");
        nord.quiet().await;

        // Hygie dies when the first of the groups has heard it.
        nord.world.set_env(fault::POINT_VARIABLE, Some("executor.status_posted"));
        nord.world.restart().await;
        luc.send_text(&direct, &format!("crise point {NEWS}")).await;
        nord.world.wait_ended().await;
        nord.world.set_env(fault::POINT_VARIABLE, None);
        nord.world.restart().await;
        nord.quiet().await;
        for room in [&nord.est, &nord.ouest, &nord.announcements] {
            let posted = nord.samir.wait_message_in(room, |body| body.contains(NEWS)).await;
            let posted = body(&posted);
            assert!(posted.contains("Point n° 1") && posted.contains(luc.id().as_str()), "{posted}");
            assert_eq!(times(&nord.samir, room, NEWS).await, 1, "once in {room}");
        }
        let shown = nord.command(&nord.samir, &nord.admins, "crise").await;
        assert!(shown.contains("Un point est publié") && shown.contains(luc.id().as_str()), "{shown}");
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains(NEWS), "what was said stands in the database");
        assert!(!nord.world.log().contains(NEWS), "what was said stands in the log");

        nord.world.kill9().await;
        nord.world.restart().await;
        let closed = nord.command(&nord.samir, &nord.admins, "crise clore parce que prévenir plus tôt").await;
        assert!(closed.contains("Secteur Ouest reste en pause") && closed.contains("prévenir plus tôt"), "{closed}");
        wait_frozen(&nord, &nord.est, false).await;
        nord.quiet().await;
        assert_eq!(powers(&nord, &nord.est).await, before);
        wait_frozen(&nord, &nord.ouest, true).await;
        assert_eq!(times(&luc, &nord.est, "de nouveau comme avant").await, 1);
        assert_eq!(times(&luc, &nord.ouest, "reste en pause").await, 1);

        let account = nord.samir.wait_for_event(&nord.admins, "the account", |event| event["content"]["msgtype"] == "m.file").await;
        let account = file(&nord, &account).await;
        let actions = ["incident-open", "lockdown", "incident-status", "unlock", "incident-close"];
        let rows: Vec<&str> = account.lines().collect();
        assert_eq!(rows[0], "seq,at,community,room,actor,action,target,rule,detail,hash");
        assert!(rows[1].contains(actions[0]) && rows[rows.len() - 1].contains(actions[4]), "{account}");
        for action in actions {
            assert!(rows.iter().any(|it| it.contains(&format!(",{action},"))), "{action} in {account}");
        }
        assert!(!account.contains(NEWS), "{account}");
        nord.world.stop().await;
        let log = nord.world.hygie(&["audit", "log", "--format", "csv", "--community", "nord"]).await;
        let log = String::from_utf8_lossy(&log.stdout).into_owned();
        assert!(log.contains(rows[1..].join("\n").as_str()), "the same rows, in the same form:\n{account}\n{log}");
    }
}

#[tokio::test]
async fn an_incident_whose_time_is_over_opens_the_groups_and_the_admins_are_reminded_once() {
    let mut nord =
        Nord::in_world(World::start(Database::Sqlite, &[NORD], with_clock()).await).await;
    let before = powers(&nord, &nord.est).await;
    nord.command(
        &nord.samir,
        &nord.admins,
        "incident open in secteur-est for 2h because a complaint",
    )
    .await;
    wait_frozen(&nord, &nord.est, true).await;
    let again = nord
        .command(&nord.samir, &nord.admins, "incident open because another")
        .await;
    assert!(
        again.contains("déjà ouverte") && again.contains("crise clore"),
        "{again}"
    );
    nord.world.kill9().await;
    nord.jump(1);
    nord.world.restart().await;
    nord.told("est au bout de sa durée").await;
    wait_frozen(&nord, &nord.est, false).await;
    nord.world.restart().await;
    nord.quiet().await;
    assert_eq!(powers(&nord, &nord.est).await, before);
    let reminded = times(&nord.samir, &nord.admins, "est au bout de sa durée").await;
    assert_eq!(reminded, 1);
    let closed = nord.command(&nord.samir, &nord.admins, "crise clore").await;
    assert!(closed.contains("sans point publié"), "{closed}");
    nord.quiet().await;
    let open = "SELECT count(*) FROM record WHERE kind = 'incident'";
    assert_eq!(nord.world.sql_count(open).await, 0);
}
