//! The team speaks with Hygie in the admins' room: help, a mute, a lockdown, each undone again.

use std::time::Instant;

use hygie_tests::{members::Refusal, wait::wait_until};
use matrix_sdk::ruma::{OwnedEventId, RoomId};
use serde_json::{Value, json};

use super::stage::{Stage, milliseconds};

const ANSWERED: &str = "command sent → answered";
const MUTED: &str = "mute sent → the member cannot write";
const LOCKED: &str = "lockdown sent → the group is closed";
const UNLOCKED: &str = "unlock sent → the group is as it was";

/// Samir asks for help, and how things are.
pub async fn help(stage: &Stage) {
    stage.act("Samir commands Hygie in the admins’ room");
    let help = command(stage, "!hygie help").await;
    let lines = help.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(
        help.contains("verrouiller") && help.contains("annonce"),
        "the help is in French and names the commands"
    );
    stage.quote(&help.lines().take(4).collect::<Vec<_>>().join("\n"));
    stage.tell(&format!("    │ … ({lines} lines)"));
    let status = command(stage, "!hygie status").await;
    stage.quote(&status);
    let guess = command(stage, "!hygie verouiler secteur-est").await;
    assert!(
        guess.contains("verrouiller"),
        "a typo is met with a suggestion"
    );
    stage.quote(
        guess
            .lines()
            .take(2)
            .collect::<Vec<_>>()
            .join("\n")
            .as_str(),
    );
}

/// Luc is muted and can read but not write; then he can again.
pub async fn mute(stage: &Stage) {
    let luc = stage.who("luc").id().to_string();
    let room = stage.room("secteur-est");
    let level = |levels: &Value| levels["users"][&luc].as_i64().unwrap_or(0);

    let start = Instant::now();
    let answer = command(stage, &format!("!hygie muet {luc} pendant 2 min")).await;
    stage.quote(&answer);
    stage.step("the muted member cannot write");
    wait_levels(stage, room, "Luc to be muted", |levels| level(levels) < 0).await;
    stage.measured(MUTED, start.elapsed());
    refused(stage, "luc", "secteur-est").await;
    stage.seen("Luc’s message is refused; he still reads");

    let answer = command(stage, &format!("!hygie unmute {luc}")).await;
    stage.quote(&answer);
    stage.step("the member can write again");
    wait_levels(stage, room, "Luc to be unmuted", |levels| {
        level(levels) == 0
    })
    .await;
    accepted(stage, "luc", "secteur-est", "Me revoilà, merci !").await;
}

/// A group is locked down: only the team writes; then it is exactly as it was.
pub async fn lockdown(stage: &Stage) {
    let room = stage.room("secteur-ouest");
    stage.step("the powers of Secteur Ouest can be read");
    let before = levels(stage, room).await;

    let start = Instant::now();
    let answer = command(
        stage,
        "!hygie lockdown secteur-ouest for 10 min because a drill",
    )
    .await;
    stage.quote(&answer);
    stage.step("the locked group refuses a member's message");
    wait_levels(stage, room, "Secteur Ouest to be locked", |levels| {
        levels["events_default"] == 100
    })
    .await;
    stage.measured(LOCKED, start.elapsed());
    refused(stage, "luc", "secteur-ouest").await;
    stage.seen("Luc’s message is refused, as everybody’s but the admins’");

    let start = Instant::now();
    let answer = command(stage, "!hygie unlock secteur-ouest").await;
    stage.quote(&answer);
    stage.step("the unlocked group is exactly as it was");
    wait_levels(stage, room, "Secteur Ouest to be as before", |levels| {
        *levels == before
    })
    .await;
    stage.measured(UNLOCKED, start.elapsed());
    stage.seen(&format!(
        "its powers are exactly as before, after {}",
        milliseconds(start.elapsed())
    ));
    accepted(
        stage,
        "luc",
        "secteur-ouest",
        "Bien reçu, exercice terminé.",
    )
    .await;
}

/// Samir writes a command in the admins' room; gives the bot's answer.
async fn command(stage: &Stage, line: &str) -> String {
    stage.step(&format!("`{line}` is answered"));
    let start = Instant::now();
    let event = stage.write("samir", "admins", line).await;
    let answer = stage.answer("samir", stage.room("admins"), &event).await;
    stage.measured(ANSWERED, start.elapsed());
    stage.seen(&format!(
        "answered after {}:",
        milliseconds(start.elapsed())
    ));
    answer
}

async fn levels(stage: &Stage, room: &RoomId) -> Value {
    let levels = stage.who("luc").get_state(room, "m.room.power_levels", "");
    levels.await.expect("every room has power levels")
}

async fn wait_levels(stage: &Stage, room: &RoomId, what: &str, wanted: impl Fn(&Value) -> bool) {
    wait_until(what, async || {
        wanted(&levels(stage, room).await).then_some(())
    })
    .await;
}

async fn refused(stage: &Stage, name: &str, group: &str) {
    let sent = send(stage, name, group, "Est-ce que quelqu’un me lit ?").await;
    let refusal = sent.expect_err("the message is refused");
    assert_eq!(refusal.errcode, "M_FORBIDDEN");
}

async fn accepted(stage: &Stage, name: &str, group: &str, body: &str) {
    let sent = send(stage, name, group, body).await;
    sent.unwrap_or_else(|refusal| panic!("{name} writes in {group}: {refusal:?}"));
    let read = |it: &str| it == body;
    stage
        .who("fatou")
        .wait_message_in(stage.room(group), read)
        .await;
    stage.seen(&format!("{name} writes again: « {body} »"));
}

async fn send(stage: &Stage, name: &str, group: &str, body: &str) -> Result<OwnedEventId, Refusal> {
    let content = json!({"msgtype": "m.text", "body": body});
    stage
        .who(name)
        .send_raw(stage.room(group), "m.room.message", content)
        .await
}
