//! The code of conduct and the terms of a group: asked, accepted, asked again; consents; the contact; reminders, messages that move, photos.

use std::sync::Arc;

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    proxy::Fault,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NORD, Nord, body, direct_with_bot};

const DAY: i64 = 24 * 60 * 60_000;

/// [`NORD`] with a code of conduct that must be accepted.
fn required(version: u32) -> String {
    NORD.replace(
        "code_of_conduct: {version: 1, text: \"Respect\"}",
        &format!(
            "code_of_conduct: {{version: {version}, text: \"Respect et discrétion, version {version}.\", acceptance: required, \
             ask_relay_consent: true}}"
        ),
    )
}

/// [`NORD`] with a contact, terms and rules about photos.
fn framed() -> String {
    NORD.replace(
        "moderators: [\"{zoe}\"]",
        "moderators: [\"{zoe}\"]\ncontact: \"{zoe}\"",
    )
    .replace("topic: \"Est\"", "topic: \"Est\", photos: team")
    .replace(
        "topic: \"Ouest\"",
        "topic: \"Ouest\", terms: {version: 1, text: \"Ce qui est dit ici reste ici.\"}",
    )
}

/// The community in which the code of conduct must be accepted, and that is posted and pinned.
async fn start(database: Database) -> Nord {
    let options = Options {
        env: vec![(fault::CLOCK_VARIABLE.to_owned(), "clock".to_owned())],
        ..Options::default()
    };
    let nord = Nord::with(database, &required(1), options).await;
    pinned(&nord, None).await;
    nord
}

/// Waits until a version is posted in the announcements' room and is all that is pinned there, in the place of `before`. (Samir came after
/// it was posted, and does not see what was said before.)
async fn pinned(nord: &Nord, before: Option<&OwnedEventId>) -> OwnedEventId {
    wait_until("a version to be pinned", async || {
        let pinned = nord
            .samir
            .get_state(&nord.announcements, "m.room.pinned_events", "")
            .await?;
        match pinned["pinned"].as_array()?.as_slice() {
            [one] => EventId::parse(one.as_str()?)
                .ok()
                .filter(|it| Some(it) != before),
            _ => None,
        }
    })
    .await
}

/// The clock is wrong by so much from now on.
fn jump(nord: &Nord, by: i64) {
    // In one step: half a number must not be read.
    nord.world.write("clock.new", &by.to_string());
    let folder = nord.world.folder();
    std::fs::rename(folder.join("clock.new"), folder.join("clock")).expect("it was just written");
}

async fn wait_muted(nord: &Nord, who: &Member, muted: bool) {
    let key = format!("/users/{}", who.id());
    wait_until(&format!("{} to be muted: {muted}", who.id()), async || {
        let levels = nord
            .samir
            .get_state(&nord.est, "m.room.power_levels", "")
            .await?;
        ((levels.pointer(&key) == Some(&json!(-1))) == muted).then_some(())
    })
    .await;
}

async fn cannot_write(member: &Member, room: &RoomId) {
    let text = json!({"msgtype": "m.text", "body": "x"});
    let refused = member.send_raw(room, "m.room.message", text).await;
    let refusal = refused.expect_err("the server refuses");
    assert_eq!(refusal.errcode, "M_FORBIDDEN", "{refusal:?}");
}

fn id_of(event: &Value) -> OwnedEventId {
    let id = event["event_id"].as_str().expect("every event has one");
    EventId::parse(id).expect("it is an id")
}

/// A plain member whom the bot asks in private; where, and by which event.
async fn asked(nord: &Nord, name: &str) -> (Arc<Member>, OwnedRoomId, OwnedEventId) {
    let member = nord.member(name, &[&nord.est]).await;
    let direct = member.direct_message_from(&nord.bot()).await;
    let question = member
        .wait_message_in(&direct, |body| body.contains("Respect et discrétion"))
        .await;
    (member, direct, id_of(&question))
}

on_both! {
    async fn a_newcomer_reads_and_writes_once_they_have_accepted(database) {
        let nord = start(database).await;
        let (luc, direct, question) = asked(&nord, "luc").await;
        wait_muted(&nord, &luc, true).await;
        cannot_write(&luc, &nord.est).await;
        nord.samir.send_text(&nord.est, "bienvenue à toutes").await;
        luc.wait_message_in(&nord.est, |body| body.contains("bienvenue")).await;

        luc.react(&direct, &question, "✅").await;
        luc.wait_message_in(&direct, |body| body.contains("Merci") && body.contains("écrire")).await;
        wait_muted(&nord, &luc, false).await;
        luc.send_text(&nord.est, "merci de m’accueillir").await;

        // The consent is asked apart from it; it is given, and withdrawn.
        let consent = luc.wait_message_in(&direct, |body| body.contains("transmis en dehors")).await;
        luc.react(&direct, &id_of(&consent), "✅").await;
        luc.wait_message_in(&direct, |body| body.contains("peut être transmis")).await;
        luc.send_text(&direct, "accord relais non").await;
        luc.wait_message_in(&direct, |body| body.contains("n’est pas transmis")).await;
        let asked_for = luc.send_text(&direct, "accord").await;
        let shown = nord.answer(&luc, &direct, &asked_for).await;
        assert!(shown.contains("Code de conduite : version 1") && shown.contains("non, depuis"), "{shown}");

        // Another accepts in words, a third on what is posted for everybody.
        let (eva, direct, _) = asked(&nord, "eva").await;
        wait_muted(&nord, &eva, true).await;
        eva.send_text(&direct, "J’accepte").await;
        wait_muted(&nord, &eva, false).await;
        eva.send_text(&nord.est, "bonjour à tous").await;
        let (noe, _, _) = asked(&nord, "noe").await;
        noe.join(nord.announcements.as_str()).await.expect("it is open to the space");
        let posted = pinned(&nord, None).await;
        noe.react(&nord.announcements, &posted, "👍").await;
        wait_muted(&nord, &noe, false).await;
        let said = nord.command(&nord.samir, &nord.admins, "acceptations").await;
        assert!(said.contains("ont accepté : 3 sur 3") && said.contains("non 1"), "{said}");
    }
}

#[tokio::test]
async fn a_new_version_asks_again_reminds_and_removes_who_never_accepts() {
    let nord = start(Database::Sqlite).await;
    let (luc, direct, question) = asked(&nord, "luc").await;
    let (eva, evas, _) = asked(&nord, "eva").await;
    luc.react(&direct, &question, "✅").await;
    luc.wait_message_in(&direct, |body| body.contains("Merci"))
        .await;
    wait_muted(&nord, &luc, false).await;

    let first = pinned(&nord, None).await;
    nord.world.write("communities/nord.yaml", &required(2));
    nord.world.sighup();
    nord.samir
        .wait_message_in(&nord.announcements, |body| body.contains("(version 2)"))
        .await;
    pinned(&nord, Some(&first)).await;
    luc.wait_message_in(&direct, |body| body.contains("a changé"))
        .await;
    eva.wait_message_in(&evas, |body| body.contains("version 2"))
        .await;
    luc.send_text(&nord.est, "j’écris encore").await;

    jump(&nord, 2 * DAY + 60_000);
    for (who, direct) in [(&luc, &direct), (&eva, &evas)] {
        who.wait_message_in(direct, |body| body.contains("pas encore dit"))
            .await;
        wait_muted(&nord, who, true).await;
    }
    cannot_write(&luc, &nord.est).await;
    luc.send_text(&direct, "j'accepte").await;
    wait_muted(&nord, &luc, false).await;
    luc.send_text(&nord.est, "de retour parmi vous").await;

    jump(&nord, 15 * DAY);
    eva.wait_message_in(&evas, |body| body.contains("Ce n’est pas une exclusion"))
        .await;
    for room in [&nord.est, &nord.space] {
        eva.wait_left(room).await;
    }
    nord.quiet().await;
    let joined = nord.samir.members_of(&nord.space, "join").await;
    assert!(joined.iter().any(|it| *it == *luc.id()), "{joined:?}");
    let journal = nord.command(&nord.samir, &nord.admins, "journal").await;
    assert!(journal.contains("kick"), "{journal}");
}

#[tokio::test]
async fn words_for_the_contact_are_passed_on_and_stand_nowhere() {
    let nord = Nord::with(Database::Sqlite, &framed(), Options::default()).await;
    let zoe = nord.invited("zoe", &[&nord.space]).await;
    let luc = nord.member("luc", &[]).await;
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let who = luc.send_text(&direct, "contact").await;
    let said = nord.answer(&luc, &direct, &who).await;
    assert!(
        said.contains(zoe.id().as_str()) && said.contains("secours"),
        "{said}"
    );

    let words = "Zinzoline voudrait changer de secteur";
    let sent = luc.send_text(&direct, &format!("contact {words}")).await;
    let said = nord.answer(&luc, &direct, &sent).await;
    assert!(
        said.contains("est transmis") && said.contains("secours"),
        "{said}"
    );
    let with_zoe = zoe.direct_message_from(&nord.bot()).await;
    let passed = zoe
        .wait_message_in(&with_zoe, |body| body.contains(words))
        .await;
    assert!(body(&passed).contains(luc.id().as_str()), "{passed}");
    assert!(!body(&passed).contains("contact Zinzoline"), "{passed}");
    nord.quiet().await;
    let dump = nord.world.database_dump().await;
    assert!(
        !dump.contains("Zinzoline"),
        "what a member wrote is not kept"
    );
}

#[tokio::test]
async fn a_group_is_reminded_kindly_and_a_message_moves_once_whatever_fails() {
    let options = Options {
        proxy: true,
        ..Options::default()
    };
    let nord = Nord::with(Database::Sqlite, &framed(), options).await;
    let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
    // Who joins a group with terms is told them.
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| {
        body.contains("Secteur Ouest") && body.contains("reste ici")
    })
    .await;

    nord.samir
        .send_text(&nord.ouest, &nord.line("rappeler"))
        .await;
    luc.wait_message_in(&nord.ouest, |body| {
        body.contains("petit rappel") && body.contains("reste ici")
    })
    .await;

    let words = "la réunion de l’ouest est mardi";
    let misplaced = luc.send_text(&nord.est, words).await;
    nord.world.proxy().fail(2, Fault::LoseAnswer, |passed| {
        passed.path.contains("/redact/")
    });
    let line = nord.line("déplacer vers secteur-ouest");
    nord.samir.reply(&nord.est, &misplaced, &line).await;
    let copy = luc
        .wait_message_in(&nord.ouest, |body| body.contains(words))
        .await;
    assert!(body(&copy).contains(luc.id().as_str()), "{copy}");
    luc.wait_redacted(&nord.est, &misplaced).await;
    luc.wait_message_in(&direct, |body| body.contains("a déplacé votre message"))
        .await;
    nord.quiet().await;
    let copies = luc.bodies(&nord.ouest).await;
    let copies = copies.iter().filter(|body| body.contains(words)).count();
    let told = luc.bodies(&direct).await;
    let told = told
        .iter()
        .filter(|body| body.contains("a déplacé"))
        .count();
    assert_eq!((copies, told), (1, 1));

    // A picture is not copied, and stays.
    let picture = json!({"msgtype": "m.image", "body": "plan.png", "url": "mxc://hygie.test/none"});
    let sent = luc.send_raw(&nord.ouest, "m.room.message", picture.clone());
    let picture_here = sent.await.expect("everybody may write there");
    let line = nord.line("déplacer vers secteur-est");
    nord.samir.reply(&nord.ouest, &picture_here, &line).await;
    let with_samir = nord.samir.direct_message_from(&nord.bot()).await;
    nord.samir
        .wait_message_in(&with_samir, |body| body.contains("que du texte"))
        .await;
    let there = luc.fetch(&nord.ouest, &picture_here).await;
    assert_eq!(there["content"]["msgtype"], "m.image");

    // Where only the team posts them it is taken down, and explained.
    let sent = luc.send_raw(&nord.est, "m.room.message", picture.clone());
    let gone = sent.await.expect("the server knows no rule about it");
    luc.wait_redacted(&nord.est, &gone).await;
    luc.wait_message_in(&direct, |body| {
        body.contains("retiré votre photo") && body.contains("Secteur Est")
    })
    .await;
    let sent = nord.samir.send_raw(&nord.est, "m.room.message", picture);
    let kept = sent.await.expect("an owner may");
    nord.quiet().await;
    let there = luc.fetch(&nord.est, &kept).await;
    assert_eq!(there["content"]["msgtype"], "m.image");
}

#[tokio::test]
async fn a_message_goes_behind_a_veil_and_stays_only_ones_own_for_who_moderates_nothing() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let max = nord.member("max", &[&nord.est]).await;
    let with_max = direct_with_bot(&max, &nord.bot()).await;
    let hard = luc.send_text(&nord.est, "un récit qui remue").await;
    let line = nord.line("voiler parce que réanimation");
    max.reply(&nord.est, &hard, &line).await;
    max.wait_message_in(&with_max, |body| body.contains("n’est pas de vous"))
        .await;
    assert!(!body(&luc.fetch(&nord.est, &hard).await).is_empty());
    luc.reply(&nord.est, &hard, &line).await;
    let veiled = max
        .wait_message_in(&nord.est, |body| body.contains("à dévoiler : réanimation"))
        .await;
    let html = veiled["content"]["formatted_body"].as_str();
    let html = html.expect("a veil is HTML");
    assert!(
        html.contains("data-mx-spoiler=\"réanimation\">un récit qui remue"),
        "{html}"
    );
    assert!(!body(&veiled).contains("remue"), "{veiled}");
    luc.wait_redacted(&nord.est, &hard).await;
}
