//! The guard door: a real Synapse with `synapse-http-antispam` asks Hygie before it delivers.

use std::sync::Arc;

use hygie_tests::{
    members::Member,
    on_both,
    synapse::Door,
    world::{Database, Options},
};
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NIR, NORD, Nord, body};

const TOKEN: &str = "a-token-for-the-guard-door";
const ANOTHER: &str = "another-token-for-the-door";
/// Stands in messages and in nothing that is written down.
const MARK: &str = "Zinzolin";

/// A homeserver whose module shows the token, and lets pass what Hygie does not answer where `fail` is `open`; and Hygie with the door.
fn door(fail: &str) -> Options {
    let env = [
        ("HYGIE_GUARD__TOKEN", TOKEN),
        ("HYGIE_GUARD__FAIL", fail),
        // A debug build on a machine that runs other tests.
        ("HYGIE_GUARD__BUDGET", "10s"),
    ];
    Options {
        door: Some(Door {
            token: TOKEN.to_owned(),
            fail_open: fail == "open",
        }),
        env: env
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..Options::default()
    }
}

async fn with_door(database: Database, fail: &str) -> Nord {
    Nord::with(database, NORD, door(fail)).await
}

fn leak() -> String {
    format!("{MARK} : la patiente {NIR}")
}

/// The status, the code and the words with which the homeserver refuses a message.
async fn refused(member: &Member, room: &RoomId, content: Value) -> (u16, String, String) {
    let sent = member.send_raw(room, "m.room.message", content).await;
    let refusal = sent.expect_err("it is refused");
    (refusal.status, refusal.errcode, refusal.error)
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

/// What the door itself answers to who shows this token.
async fn ask(nord: &Nord, token: &str, callback: &str, question: &Value) -> (u16, String) {
    let url = format!("{}/_hygie/guard/{callback}", nord.world.slot.url());
    let request = reqwest::Client::new().post(url).bearer_auth(token);
    let answer = request.json(question).send().await.expect("Hygie answers");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a text"))
}

fn message(room: &RoomId, sender: &str) -> Value {
    json!({"event": {
        "type": "m.room.message", "room_id": room, "sender": sender, "event_id": "$asked", "origin_server_ts": 1,
        "content": text(&leak()),
    }})
}

async fn two_members(nord: &Nord) -> (Arc<Member>, Arc<Member>) {
    let luc = nord.member("luc", &[&nord.est]).await;
    let mia = nord.member("mia", &[&nord.est]).await;
    (luc, mia)
}

/// What `hygie check` says of the door.
async fn checked(nord: &Nord) -> String {
    let output = nord.world.hygie(&["check"]).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = said.lines().filter(|line| line.contains("guard:"));
    lines.collect()
}

on_both! {
    async fn a_leak_never_exists_and_its_author_reads_why(database) {
        let nord = with_door(database, "open").await;
        let (luc, mia) = two_members(&nord).await;
        nord.quiet().await;
        let (status, errcode, words) = refused(&luc, &nord.est, text(&leak())).await;
        assert_eq!((status, errcode.as_str()), (403, "M_FORBIDDEN"));
        let begin = "Message non envoyé dans Secteur Est (règle : numéro de sécurité sociale). Personne ne l’a vu.";
        assert!(words.starts_with(begin), "{words}");
        let clean = luc.send_text(&nord.est, "bonjour à toutes et à tous").await;
        let slipped_in = json!({
            "msgtype": "m.text", "body": "* corrigé", "m.new_content": text(&leak()),
            "m.relates_to": {"rel_type": "m.replace", "event_id": clean},
        });
        refused(&luc, &nord.est, slipped_in).await;
        let last = luc.send_text(&nord.est, "la fin").await;
        mia.wait_message_in(&nord.est, |body| body == "la fin").await;
        // What cannot be read passes.
        let sealed = json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "x"});
        luc.send_raw(&nord.est, "m.room.encrypted", sealed).await.expect("it passes");
        // The team and the bot pass.
        nord.samir.send_text(&nord.est, &leak()).await;
        nord.samir.send_text(&nord.announcements, "Appelez le 06 39 98 12 34").await;
        mia.wait_message_in(&nord.est, |body| body.contains("06 39 98 12 34")).await;
        nord.quiet().await;
        let from_luc = mia.timeline(&nord.est).await;
        let from_luc = from_luc.iter().filter(|it| it["sender"] == luc.id().as_str() && it["type"] == "m.room.message");
        let from_luc: Vec<_> = from_luc.map(|it| it["event_id"].as_str().unwrap_or_default()).collect();
        let (clean, last) = (clean.as_str(), last.as_str());
        assert!(from_luc.len() == 2 && from_luc.contains(&clean) && from_luc.contains(&last), "{from_luc:?}");
        // Nothing follows from a check: nobody is told, and nothing is noted.
        assert_eq!(nord.world.sql_count("SELECT count(*) FROM audit WHERE rule IS NOT NULL").await, 0);
        let refused = nord.world.metric("hygie_guard_refusals_total", "rule=\"social-security-number\"").await;
        assert!((refused - 2.0).abs() < f64::EPSILON, "{refused}");
        assert!(luc.invited_rooms().is_empty(), "no private message");
        assert!(!nord.world.database_dump().await.contains(MARK), "no word is kept");
        let said = checked(&nord).await;
        assert!(said.contains("ok") && said.contains("the homeserver asks at the door"), "{said}");
    }

    async fn while_hygie_is_down_everything_passes_and_what_leaks_is_taken_down_afterwards(database) {
        let mut nord = with_door(database, "open").await;
        let (luc, mia) = two_members(&nord).await;
        nord.world.stop().await;
        let leaked = luc.send_text(&nord.est, &leak()).await;
        mia.wait_message_in(&nord.est, |body| body.contains(MARK)).await;
        let log = nord.world.synapse.log();
        assert!(log.contains("Failed to connect to antispam server"), "{log}");
        assert!(!log.contains(MARK) && !log.contains("588"), "the words are in the log of Synapse");
        nord.world.restart().await;
        mia.wait_redacted(&nord.est, &leaked).await;
        refused(&luc, &nord.est, text(&leak())).await;
    }
}

#[tokio::test]
async fn while_hygie_is_down_nothing_passes_where_the_door_is_to_stay_closed() {
    let mut nord = with_door(Database::Sqlite, "closed").await;
    let (luc, _) = two_members(&nord).await;
    luc.send_text(&nord.est, "bonjour").await;
    nord.world.stop().await;
    let (status, errcode, _) = refused(&luc, &nord.est, text("toujours là ?")).await;
    assert_eq!((status, errcode.as_str()), (403, "M_UNKNOWN"));
    nord.world.restart().await;
    luc.send_text(&nord.est, "de retour").await;
}

#[tokio::test]
async fn a_look_that_takes_too_long_ends_as_configured_and_the_rules_look_again() {
    let mut nord = with_door(Database::Sqlite, "open").await;
    let (luc, mia) = two_members(&nord).await;
    nord.world.set_env("HYGIE_GUARD__BUDGET", Some("0ms"));
    nord.world.restart().await;
    let leaked = luc.send_text(&nord.est, &leak()).await;
    mia.wait_redacted(&nord.est, &leaked).await;
    let unchecked = nord
        .world
        .metric("hygie_guard_checks_total", "answer=\"unchecked\"");
    assert!(unchecked.await >= 1.0);
    nord.world.set_env("HYGIE_GUARD__FAIL", Some("closed"));
    nord.world.restart().await;
    let (status, errcode, words) = refused(&luc, &nord.est, text("bonjour")).await;
    assert_eq!((status, errcode.as_str()), (403, "M_UNKNOWN"));
    assert!(
        words.contains("Réessayez") && words.contains("try again"),
        "{words}"
    );
    let by_bot = message(&nord.est, nord.bot().as_str());
    let (status, _) = ask(&nord, TOKEN, "check_event_for_spam", &by_bot).await;
    assert_eq!(status, 200, "the bot passes always");
    let broken = json!({"event": 7});
    let (status, _) = ask(&nord, TOKEN, "check_event_for_spam", &broken).await;
    assert_eq!(status, 403, "what is no question is not answered yes");
    let open = json!({"user_id": luc.id()});
    let (status, _) = ask(&nord, TOKEN, "user_may_create_room", &open).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn who_shows_another_token_is_turned_away_and_it_is_seen() {
    let mut nord = with_door(Database::Sqlite, "closed").await;
    let (luc, _) = two_members(&nord).await;
    nord.world.set_env("HYGIE_GUARD__TOKEN", Some(ANOTHER));
    nord.world.restart().await;
    let (status, errcode, _) = refused(&luc, &nord.est, text("bonjour")).await;
    // Not M_UNKNOWN_TOKEN: clients would log their people out.
    assert_eq!((status, errcode.as_str()), (403, "M_UNKNOWN"));
    nord.world.wait_log("without its token").await;
    let unauthorised = nord
        .world
        .metric("hygie_guard_checks_total", "answer=\"unauthorised\"");
    assert!(unauthorised.await >= 1.0);
    let said = checked(&nord).await;
    assert!(
        said.starts_with("error") && said.contains("another token"),
        "{said}"
    );
    for token in [TOKEN, "", "x"] {
        let question = message(&nord.est, luc.id().as_str());
        let (status, said) = ask(&nord, token, "check_event_for_spam", &question).await;
        assert_eq!(status, 401);
        assert!(serde_json::from_str::<Value>(&said).is_err(), "{said}");
    }
    let question = message(&nord.est, luc.id().as_str());
    let (status, said) = ask(&nord, ANOTHER, "check_event_for_spam", &question).await;
    assert_eq!(status, 403);
    assert!(said.contains("M_FORBIDDEN"), "{said}");
    nord.world.set_env("HYGIE_GUARD__TOKEN", None);
    nord.world.set_env("HYGIE_GUARD__FAIL", None);
    nord.world.restart().await;
    let (status, _) = ask(&nord, TOKEN, "ping", &json!({"id": "x"})).await;
    assert_eq!(status, 404, "without a token there is no door");
}

#[tokio::test]
async fn what_only_a_person_can_judge_passes_and_its_author_is_told_in_private() {
    let nord = with_door(Database::Sqlite, "open").await;
    let (luc, mia) = two_members(&nord).await;
    let said = "Mme Dupont a fait une fausse couche";
    let sent = luc.send_text(&nord.est, said).await;
    mia.wait_message_in(&nord.est, |body| body == said).await;
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| body.contains("Secteur Est"))
        .await;
    assert_eq!(body(&mia.fetch(&nord.est, &sent).await), said);
}

#[tokio::test]
async fn a_dry_run_refuses_nothing() {
    let mut nord = with_door(Database::Sqlite, "closed").await;
    let (luc, mia) = two_members(&nord).await;
    nord.world.set_serve(&["--dry-run"]);
    nord.world.launch().await;
    nord.world.wait_log("dry_run=true").await;
    let sent = luc.send_text(&nord.est, &leak()).await;
    mia.wait_message_in(&nord.est, |body| body.contains(MARK))
        .await;
    assert!(body(&mia.fetch(&nord.est, &sent).await).contains(MARK));
}

#[tokio::test]
async fn invitations_state_and_aliases_that_cannot_be_are_refused_with_the_reason() {
    let nord = with_door(Database::Sqlite, "open").await;
    let (luc, _) = two_members(&nord).await;
    let eva = nord.world.member("eva").await;
    let refusal = luc.invite(&nord.est, eva.id()).await;
    let refusal = refusal.expect_err("members do not invite");
    assert_eq!(
        (refusal.status, refusal.errcode.as_str()),
        (403, "M_FORBIDDEN")
    );
    assert!(
        refusal.error.starts_with("Invitation de"),
        "{}",
        refusal.error
    );
    nord.samir
        .invite(&nord.est, eva.id())
        .await
        .expect("an owner does");
    // What somebody with power by hand would do to the roles of a group, and what the community put back until now.
    let levels = nord
        .samir
        .get_state(&nord.est, "m.room.power_levels", "")
        .await;
    let mut levels = levels.expect("there are levels");
    levels["users"][luc.id().as_str()] = 100.into();
    let set = nord
        .samir
        .send_state(&nord.est, "m.room.power_levels", "", levels);
    let refusal = set.await.expect_err("roles are granted by command");
    assert!(refusal.error.contains("nommer"), "{}", refusal.error);
    let question = |user: &str, alias: String| json!({"user_id": user, "room_alias": alias});
    let ours = format!("#_{}_nord_x:hygie.test", nord.world.slot.bot);
    let question = question(luc.id().as_str(), ours);
    let (status, _) = ask(&nord, TOKEN, "user_may_create_room_alias", &question).await;
    assert_eq!(status, 403);
    nord.samir
        .ban(&nord.space, luc.id(), "assez")
        .await
        .expect("an owner may ban");
    nord.told("exclu").await;
    let join = |room: &OwnedRoomId| json!({"user": luc.id(), "room": room, "is_invited": false});
    let (status, said) = ask(&nord, TOKEN, "user_may_join_room", &join(&nord.ouest)).await;
    assert_eq!(status, 403);
    assert!(said.contains("exclu de la communauté"), "{said}");
    let (status, _) = ask(
        &nord,
        TOKEN,
        "user_may_join_room",
        &json!({"user": "@new:hygie.test", "room": nord.ouest, "is_invited": false}),
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_door_where_nobody_asks_is_told_with_how_to_put_it_in() {
    let mut options = door("open");
    options.door = None;
    let nord = Nord::with(Database::Sqlite, NORD, options).await;
    let said = checked(&nord).await;
    assert!(
        said.starts_with("warning")
            && said.contains("pip install synapse-http-antispam==0.5.1")
            && said.contains(&format!("{}/_hygie/guard", nord.world.slot.url())),
        "{said}"
    );
    assert!(!said.contains(TOKEN), "{said}");
}
