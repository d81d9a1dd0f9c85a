//! What Hygie carries and keeps: announcements go to every group, and rooms stay as they were decided.

use std::{collections::BTreeSet, time::Instant};

use futures_util::future::join_all;
use hygie_tests::members::Seen;
use matrix_sdk::ruma::{EventId, OwnedEventId, RoomId};
use serde_json::{Value, json};

use super::stage::{Stage, milliseconds};

const ANNOUNCED: &str = "announcement sent → its copy in the last group";
const EDITED: &str = "announcement edited → edited in the last group";
const WITHDRAWN: &str = "announcement withdrawn → gone from the last group";
const MENDED: &str = "topic changed by hand → put back";

/// Announcements that are announced, edited and withdrawn; the last one stays for whoever looks in.
const ANNOUNCEMENTS: [(&str, &str); 3] = [
    (
        "Vaccination antigrippe : séance samedi à 9 h, salle Pasteur.",
        "Vaccination antigrippe : séance samedi à 10 h, salle Pasteur.",
    ),
    (
        "La réunion des superviseurs est avancée à mardi.",
        "La réunion des superviseurs est avancée à mercredi.",
    ),
    (
        "Canicule : prévoyez de l’eau pour vos visites.",
        "Canicule : prévoyez de l’eau et un chapeau pour vos visites.",
    ),
];

const LAST_ANNOUNCEMENT: &str = "Rappel : jamais de nom, de numéro ni d’adresse d’un patient dans les groupes. Merci à toutes et à tous !";

/// Announcements reach every group, follow their edits, and go when they are withdrawn.
pub async fn announcements(stage: &Stage) {
    let count = stage.relayed().count();
    stage.act(&format!(
        "Samir announces something: it goes to all {count} groups"
    ));
    for (first, corrected) in ANNOUNCEMENTS {
        let (source, copies) = announce(stage, first).await;
        edit(stage, &source, &copies, corrected).await;
        withdraw(stage, &source, &copies).await;
    }
    announce(stage, LAST_ANNOUNCEMENT).await;
}

async fn announce(stage: &Stage, body: &str) -> (OwnedEventId, Vec<OwnedEventId>) {
    stage.step("the announcement appears in every group");
    let start = Instant::now();
    let source = stage.write("samir", "announcements", body).await;
    let copies = join_all(stage.relayed().map(|place| async {
        let is_copy = |event: &Value| {
            event["sender"] == stage.bot.as_str()
                && event["content"]["org.hygie.relay"] == source.as_str()
                && event["content"]["m.relates_to"].is_null()
        };
        let copy =
            stage
                .who("fatou")
                .wait_for_event(&place.room, "the copy of the announcement", is_copy);
        let copy = copy.await;
        let shown = copy["content"]["body"].as_str().unwrap_or_default();
        assert!(
            shown.contains(body) && shown.contains("Samir"),
            "the copy in {} says who announces what",
            place.group.name
        );
        event_id(&copy)
    }))
    .await;
    let took = start.elapsed();
    stage.measured(ANNOUNCED, took);
    stage.seen(&format!(
        "Fatou reads it in {} groups, the last after {}",
        copies.len(),
        milliseconds(took)
    ));
    (source, copies)
}

async fn edit(stage: &Stage, source: &EventId, copies: &[OwnedEventId], body: &str) {
    stage.step("the edit of the announcement appears in every group");
    stage.tell(&format!("Samir corrects it: « {body} »"));
    let start = Instant::now();
    let room = stage.room("announcements");
    stage.who("samir").edit(room, source, body).await;
    join_all(stage.relayed().zip(copies).map(|(place, copy)| async {
        let is_edit = |event: &Value| {
            let content = &event["content"];
            content["m.relates_to"]["rel_type"] == "m.replace"
                && content["m.relates_to"]["event_id"] == copy.as_str()
                && content["m.new_content"]["body"]
                    .as_str()
                    .is_some_and(|it| it.contains(body))
        };
        stage
            .who("fatou")
            .wait_for_event(&place.room, "the edit of the copy", is_edit)
            .await;
    }))
    .await;
    let took = start.elapsed();
    stage.measured(EDITED, took);
    stage.seen(&format!(
        "corrected in every group, the last after {}",
        milliseconds(took)
    ));
}

async fn withdraw(stage: &Stage, source: &EventId, copies: &[OwnedEventId]) {
    stage.step("the withdrawn announcement goes from every group");
    stage.tell("Samir withdraws it");
    let start = Instant::now();
    let room = stage.room("announcements");
    let redacted = stage.who("samir").redact(room, source).await;
    redacted.unwrap_or_else(|refusal| panic!("Samir withdraws his announcement: {refusal:?}"));
    let gone = stage
        .relayed()
        .zip(copies)
        .map(|(place, copy)| stage.redacted("fatou", &place.room, copy, start));
    let took = join_all(gone).await.into_iter().max();
    let took = took.expect("there are groups");
    stage.measured(WITHDRAWN, took);
    stage.seen(&format!(
        "gone from every group, the last after {}",
        milliseconds(took)
    ));
}

/// A topic that Samir changes by hand is put back, and the admins read who changed what.
pub async fn drift_is_put_back(stage: &Stage) {
    stage.act("Somebody changes a topic by hand: the file of the community is what counts");
    let room = stage.room("secteur-est");
    let samir = stage.who("samir");
    let mut told = None;
    for topic in ["Ventes et promotions", "Divers", "On en parle ailleurs"] {
        stage.step("the topic changed by hand is put back");
        let before = topics_by(stage, room);
        stage.tell(&format!(
            "Samir sets the topic of Secteur Est to « {topic} »"
        ));
        let start = Instant::now();
        let changed = samir
            .send_state(room, "m.room.topic", "", json!({"topic": topic}))
            .await;
        changed.unwrap_or_else(|refusal| panic!("Samir changes a topic: {refusal:?}"));
        let back = stage.who("fatou").wait_seen(
            "fatou to see the declared topic of Secteur Est again",
            |seen| {
                let it = &seen.event;
                let by_bot = is_topic_by(seen, room, stage.bot.as_str());
                let new = it["event_id"]
                    .as_str()
                    .is_some_and(|id| !before.contains(id));
                (by_bot && new).then(|| {
                    it["content"]["topic"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned()
                })
            },
        );
        let back = back.await;
        stage.measured(MENDED, start.elapsed());
        stage.seen(&format!(
            "« {back} » is back after {}",
            milliseconds(start.elapsed())
        ));
        let declared = &stage.community.groups;
        let declared = declared
            .iter()
            .find(|group| group.id.as_str() == "secteur-est");
        assert_eq!(Some(&back), declared.map(|group| &group.topic));
        stage.step("the admins read who changed what");
        let about = |body: &str| body.contains(topic) && body.contains("amir");
        let line = samir.wait_message_in(stage.room("admins"), about).await;
        told = line["content"]["body"].as_str().map(str::to_owned);
    }
    stage.seen("the admins read who changed what:");
    stage.quote(&told.unwrap_or_default());
}

fn is_topic_by(seen: &Seen, room: &RoomId, sender: &str) -> bool {
    seen.room == room.as_str()
        && seen.event["type"] == "m.room.topic"
        && seen.event["sender"] == sender
}

/// The topics that the bot has set so far.
fn topics_by(stage: &Stage, room: &RoomId) -> BTreeSet<String> {
    let seen = stage.who("fatou").seen();
    let topics = seen
        .iter()
        .filter(|seen| is_topic_by(seen, room, stage.bot.as_str()));
    let ids = topics.filter_map(|seen| seen.event["event_id"].as_str());
    ids.map(str::to_owned).collect()
}

fn event_id(event: &Value) -> OwnedEventId {
    let id = event["event_id"].as_str().unwrap_or_default();
    id.try_into().expect("an event has an id")
}
