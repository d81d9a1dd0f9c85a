//! With the guard door (`deploy/demo --guard`): what leaks is refused before anybody sees it, and its author's client reads why.

use std::time::Instant;

use hygie_tests::members::Refusal;
use serde_json::{Value, json};

use super::{
    leaks::{assert_clean, number},
    stage::{Stage, milliseconds},
};

/// What the table calls it.
const REFUSED: &str = "leak sent → its author's client reads why; nobody saw it";
/// How many more are sent for the table.
const SERIES: u64 = 12;

/// Luc leaks a patient's number, plainly, in an edit and with invisible characters: nobody ever sees any of them.
pub async fn leaks_are_refused(stage: &Stage) {
    stage.act(
        "Luc leaks a patient’s social security number (made up), and Synapse asks Hygie first",
    );
    let secret = number(85, 123);
    let body = format!("Madame D. n’a plus de droits, son numéro est {secret}");
    stage.step("the leaked number is refused and Luc's client is told why");
    stage.tell(&format!(
        "Luc in {}: « {body} »",
        stage.name_of("secteur-est")
    ));
    let words = refused(stage, text(&body)).await;
    assert_clean(&words, &secret);
    stage.seen("Synapse refuses it. Luc’s client reads:");
    stage.quote(&words);

    stage.act("Disguises do not help");
    stage.step("an edit with a leak is refused");
    let question = "Qui peut joindre la famille ?";
    let event = stage.write("luc", "secteur-est", question).await;
    let slipped_in = json!({
        "msgtype": "m.text", "body": "* …", "m.new_content": text("marie.durand@example.org"),
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    });
    refused(stage, slipped_in).await;
    stage.seen("an address in an edit is refused; the message as it was stays");
    stage.step("a number with invisible characters is refused");
    let hidden = "06 39 98 12 34"
        .chars()
        .flat_map(|digit| [digit, '\u{200b}']);
    refused(stage, text(&hidden.collect::<String>())).await;
    stage.seen("a telephone number with invisible characters is refused");
    for order in 0..SERIES {
        stage.step(&format!("leak {} of {SERIES} is refused", order + 1));
        let body = format!("Dossier de {}", number(60 + order, 200 + order));
        refused(stage, text(&body)).await;
    }
    stage.seen(&format!("{SERIES} more are refused"));

    stage.step("Fatou, who reads what was sent last, has seen none of them");
    let last = "Personne n’a rien vu.";
    stage.write("luc", "secteur-est", last).await;
    let fatou = stage.who("fatou");
    let room = stage.room("secteur-est");
    fatou.wait_message_in(room, |body| body == last).await;
    for body in fatou.bodies(room).await {
        assert_clean(&body, &secret);
        assert!(!body.contains("Dossier de"), "a leak was delivered");
    }
    stage.seen("Fatou has seen none of them: they never existed");
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

/// Luc sends it, and the homeserver refuses; gives its words.
async fn refused(stage: &Stage, content: Value) -> String {
    let start = Instant::now();
    let room = stage.room("secteur-est");
    let sent = stage.who("luc").send_raw(room, "m.room.message", content);
    let Err(Refusal { errcode, error, .. }) = sent.await else {
        panic!("the message was delivered");
    };
    let took = start.elapsed();
    stage.measured(REFUSED, took);
    assert_eq!(errcode, "M_FORBIDDEN", "{}: {error}", milliseconds(took));
    error
}
