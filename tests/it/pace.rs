//! What only shows in what came before: floods, the same everywhere, slow mode, waves of people, first messages; and what stays for a time only.

use hygie::fault;
use hygie_tests::{
    on_both,
    world::{Database, Options, World},
};
use serde_json::{Value, json};

use crate::{
    communities::{NORD, Nord, as_bot, body, direct_with_bot, with_clock},
    team::card,
};

const SPAM: &str = "Gagnez 500 euros par jour depuis chez vous sans effort, écrivez vite à notre conseiller avant ce soir minuit précises";

/// [`NORD`] with these lines of its own.
fn with(lines: &str) -> String {
    NORD.replace("pace: {flood: {messages: 0}}", lines)
}

/// [`NORD`], and the group `secteur-est` with this key.
fn with_group(key: &str) -> String {
    NORD.replace("topic: \"Est\"", &format!("topic: \"Est\", {key}"))
}

/// The powers in `secteur-est`.
async fn powers(nord: &Nord) -> Value {
    let powers = nord.samir.get_state(&nord.est, "m.room.power_levels", "");
    powers.await.expect("every room has powers")
}

on_both! {
    async fn a_flood_is_taken_down_explained_and_counted_and_what_came_before_stays(database) {
        let nord = Nord::with(database, &with("pace: {flood: {messages: 5, within: 1m}}"), Options::default()).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mut sent = Vec::new();
        for number in 0..7 {
            sent.push(luc.send_text(&nord.est, &format!("numéro {number}")).await);
        }
        for beyond in &sent[5..] {
            nord.samir.wait_redacted(&nord.est, beyond).await;
        }
        nord.quiet().await;
        let first = nord.samir.fetch(&nord.est, &sent[4]).await;
        assert_eq!(body(&first), "numéro 4");
        let direct = luc.direct_message_from(&nord.bot()).await;
        let told = luc.bodies(&direct).await.join("\n");
        assert!(told.contains("en un seul message") && told.contains("avertissement"), "{told}");
        assert_eq!(told.matches("avertissement").count(), 1, "one burst is one breach: {told}");
        let zoe = nord.invited("zoe", &[&nord.est]).await;
        let mut of_team = None;
        for number in 0..7 {
            of_team = Some(zoe.send_text(&nord.est, &format!("équipe {number}")).await);
        }
        nord.quiet().await;
        let last = nord.samir.fetch(&nord.est, &of_team.unwrap()).await;
        assert_eq!(body(&last), "équipe 6", "the team is not measured");
    }
}

on_both! {
    async fn the_same_in_several_groups_goes_everywhere_and_other_messages_stay(database) {
        let nord = Nord::with(database, &with("pace: {repeats: {groups: 2}}"), Options::default()).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let hello = luc.send_text(&nord.est, "Bonjour à tous").await;
        let again = luc.send_text(&nord.ouest, "Bonjour à tous").await;
        let first = luc.send_text(&nord.est, SPAM).await;
        let second = luc.send_text(&nord.ouest, &SPAM.to_uppercase()).await;
        nord.samir.wait_redacted(&nord.ouest, &second).await;
        nord.samir.wait_redacted(&nord.est, &first).await;
        nord.quiet().await;
        for (room, kept) in [(&nord.est, &hello), (&nord.ouest, &again)] {
            assert_eq!(body(&nord.samir.fetch(room, kept).await), "Bonjour à tous");
        }
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("Gagnez") && !dump.contains("conseiller"), "no word is kept");
    }
}

on_both! {
    async fn what_the_team_takes_down_goes_in_every_group_and_comes_back_in_none_after_a_restart(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.ouest]).await;
        let here = luc.send_text(&nord.est, SPAM).await;
        let there = mia.send_text(&nord.ouest, &format!("{SPAM} merci")).await;
        let other = mia.send_text(&nord.ouest, "La réunion de jeudi commence à neuf heures, merci d’apporter les fiches").await;
        nord.quiet().await;
        let link = nord.est.matrix_to_event_uri(here.clone());
        let done = nord.command(&nord.samir, &nord.admins, &format!("supprimer {link}")).await;
        assert!(done.contains("Secteur Est"), "{done}");
        nord.samir.wait_redacted(&nord.est, &here).await;
        nord.samir.wait_redacted(&nord.ouest, &there).await;
        nord.told("1 autres messages semblables").await;
        nord.quiet().await;
        nord.world.kill9().await;
        nord.world.restart().await;
        let again = luc.send_text(&nord.est, &SPAM.replace("500", "700")).await;
        nord.samir.wait_redacted(&nord.est, &again).await;
        nord.quiet().await;
        assert!(!body(&nord.samir.fetch(&nord.ouest, &other).await).is_empty());
    }
}

#[tokio::test]
async fn what_a_moderator_takes_down_by_hand_goes_in_the_other_groups_too() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
    let here = luc.send_text(&nord.est, SPAM).await;
    let there = luc.send_text(&nord.ouest, SPAM).await;
    let own = luc
        .send_text(
            &nord.est,
            "Ce message est le mien et je le retire moi-même tout de suite",
        )
        .await;
    let twin = luc
        .send_text(
            &nord.ouest,
            "Ce message est le mien et je le retire moi-même tout de suite",
        )
        .await;
    nord.quiet().await;
    luc.redact(&nord.est, &own).await.expect("it is theirs");
    nord.samir.redact(&nord.est, &here).await.expect("he leads");
    nord.samir.wait_redacted(&nord.ouest, &there).await;
    nord.quiet().await;
    let kept = nord.samir.fetch(&nord.ouest, &twin).await;
    assert!(
        body(&kept).starts_with("Ce message"),
        "who takes back their own word takes back that one"
    );
}

on_both! {
    async fn slow_mode_is_set_from_chat_holds_between_messages_and_is_over(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let set = nord.command(&nord.samir, &nord.admins, "ralentir secteur-est 10 min").await;
        assert!(set.contains("10 minutes"), "{set}");
        let first = luc.send_text(&nord.est, "un").await;
        let second = luc.send_text(&nord.est, "deux").await;
        nord.samir.wait_redacted(&nord.est, &second).await;
        nord.quiet().await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        let told = luc.bodies(&direct).await.join("\n");
        assert!(told.contains("mode lent") && !told.contains("avertissement"), "{told}");
        nord.command(&nord.samir, &nord.admins, "ralentir secteur-est jamais").await;
        let third = luc.send_text(&nord.est, "trois").await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &first).await), "un");
        assert_eq!(body(&nord.samir.fetch(&nord.est, &third).await), "trois");
    }
}

on_both! {
    async fn a_wave_of_people_whom_nobody_invited_closes_the_group_until_a_restart_later_it_opens_by_itself(database) {
        let file = with("pace: {wave: {people: 3, lock_for: 1h}}").replace("topic: \"Est\"", "topic: \"Est\", access: {public: true}");
        let mut nord = Nord::in_world(World::start(database, &[&file], with_clock()).await).await;
        let before = powers(&nord).await;
        for name in ["raid1", "raid2", "raid3"] {
            let raider = nord.world.member(name).await;
            raider.join(nord.est.as_str()).await.expect("the group is open");
        }
        nord.told("que personne n’a invitées").await;
        nord.quiet().await;
        let raider = nord.world.member("raid3").await;
        let refused = raider.send_raw(&nord.est, "m.room.message", json!({"msgtype": "m.text", "body": "achetez"})).await;
        assert!(refused.is_err(), "only the team writes");
        nord.world.kill9().await;
        nord.jump(1);
        nord.world.restart().await;
        nord.told("Le verrouillage de").await;
        nord.quiet().await;
        let after = powers(&nord).await;
        assert_eq!(after["events_default"], before["events_default"]);
    }
}

#[tokio::test]
async fn a_first_message_that_is_a_link_is_answered_kindly_and_the_second_is_not() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let link = luc
        .send_text(&nord.est, "https://example.org/article")
        .await;
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| body.contains("qui vous êtes"))
        .await;
    nord.told("Le premier message de").await;
    luc.send_text(&nord.est, "https://example.org/autre").await;
    nord.quiet().await;
    assert_eq!(
        body(&nord.samir.fetch(&nord.est, &link).await),
        "https://example.org/article"
    );
    let told = luc.bodies(&direct).await.join("\n");
    assert_eq!(told.matches("qui vous êtes").count(), 1, "{told}");
}

on_both! {
    async fn what_is_said_in_an_ephemeral_group_goes_when_its_time_is_over_and_what_is_pinned_stays(database) {
        let file = with_group("ephemeral: 24h, terms: {version: 1, text: \"Doucement\"}");
        let mut nord = Nord::in_world(World::start(database, &[&file], with_clock()).await).await;
        let retention = as_bot(&nord.world, &format!("rooms/{}/state/m.room.retention/", nord.est)).await;
        assert_eq!(retention["max_lifetime"], 86_400_000);
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let said = luc.send_text(&nord.est, "je ne vais pas bien").await;
        let reaction = luc.react(&nord.est, &said, "❤️").await;
        let elsewhere = luc.send_text(&nord.ouest, "ailleurs").await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &said).await), "je ne vais pas bien");
        nord.world.kill9().await;
        nord.jump(1);
        nord.world.restart().await;
        nord.samir.wait_redacted(&nord.est, &said).await;
        nord.samir.wait_redacted(&nord.est, &reaction).await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.ouest, &elsewhere).await), "ailleurs");
        let pinned = as_bot(&nord.world, &format!("rooms/{}/state/m.room.pinned_events/", nord.est)).await;
        for id in pinned["pinned"].as_array().into_iter().flatten() {
            let id = id.as_str().unwrap().try_into().unwrap();
            assert!(!body(&nord.samir.fetch(&nord.est, id).await).is_empty(), "what is pinned stays");
        }
    }
}

on_both! {
    async fn one_message_goes_after_its_time_over_a_restart_and_only_ones_own(database) {
        let mut nord = Nord::in_world(World::start(database, &[NORD], with_clock()).await).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        let said = luc.send_text(&nord.est, "je pars en congé mardi").await;
        let of_mia = mia.send_text(&nord.est, "moi mercredi").await;
        for message in [&said, &of_mia] {
            luc.reply(&nord.est, message, &nord.line("éphémère 12h")).await;
        }
        luc.wait_message_in(&direct, |body| body.contains("12 heures")).await;
        nord.quiet().await;
        nord.world.kill9().await;
        nord.jump(1);
        nord.world.restart().await;
        nord.samir.wait_redacted(&nord.est, &said).await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &of_mia).await), "moi mercredi");
    }
}

on_both! {
    async fn a_topic_goes_behind_a_veil_over_a_crash_until_its_time_is_over(database) {
        let mut nord = Nord::in_world(World::start(database, &[NORD], with_clock()).await).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let line = "voiler-sujet accident dans secteur-est parce que la famille est là";
        let done = nord.command(&nord.samir, &nord.admins, line).await;
        assert!(done.contains("passe derrière un voile"), "{done}");
        luc.wait_message_in(&nord.est, |body| body.contains("accident") && body.contains("1 jour") && body.contains("famille")).await;
        nord.quiet().await;
        nord.world.set_env(fault::POINT_VARIABLE, Some("executor.message_copied"));
        nord.world.restart().await;
        let said = luc.send_text(&nord.est, "j’ai vu les accidents d’hier").await;
        nord.world.wait_ended().await;
        nord.world.set_env(fault::POINT_VARIABLE, None);
        nord.world.launch().await;
        nord.samir.wait_redacted(&nord.est, &said).await;
        nord.quiet().await;
        let timeline = nord.samir.timeline(&nord.est).await;
        let copies: Vec<&Value> = timeline.iter().filter(|it| body(it).contains("à dévoiler : accident")).collect();
        assert_eq!(copies.len(), 1, "one copy");
        let html = copies[0]["content"]["formatted_body"].as_str().expect("a veil is HTML");
        assert!(html.contains("data-mx-spoiler=\"accident\">j’ai vu les accidents"), "{html}");
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("accidents d’hier"), "words are nowhere");

        nord.world.kill9().await;
        nord.jump(1);
        nord.world.restart().await;
        luc.wait_message_in(&nord.est, |body| body.contains("sans voile")).await;
        let later = luc.send_text(&nord.est, "encore un accident").await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.est, &later).await), "encore un accident");
    }
}

on_both! {
    async fn a_picture_waits_for_a_moderator_over_a_crash_and_is_posted_under_the_name_of_who_sent_it(database) {
        let mut nord = Nord::with(database, &with_group("photos: hold"), Options::default()).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        luc.send_text(&nord.est, "Bonjour à tous").await;
        nord.quiet().await;
        nord.world.set_env(fault::POINT_VARIABLE, Some("executor.picture_shown"));
        nord.world.restart().await;
        let url = luc.upload_media(b"not really a picture").await;
        let picture = json!({"msgtype": "m.image", "body": "Notre sortie", "filename": "sortie.png", "url": url});
        let sent = luc.send_raw(&nord.est, "m.room.message", picture.clone()).await.expect("a member may write");
        nord.world.wait_ended().await;
        nord.world.set_env(fault::POINT_VARIABLE, None);
        nord.world.launch().await;
        nord.samir.wait_redacted(&nord.est, &sent).await;
        nord.quiet().await;
        let shown = nord.samir.timeline(&nord.admins).await;
        let shown = shown.iter().filter(|it| it["content"]["msgtype"] == "m.image").count();
        assert_eq!(shown, 1, "one copy for the team");
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("Notre sortie"), "its words are kept nowhere");
        let card = card(&nord.samir, &nord.admins, "a envoyé cette image").await;
        nord.samir.react(&nord.admins, &card, "✅").await;
        let posted = nord.samir.wait_for_event(&nord.est, "the picture", |event| {
            event["content"]["msgtype"] == "m.image" && event["sender"] == nord.bot().as_str()
        }).await;
        let caption = body(&posted);
        assert!(caption.contains(luc.id().as_str()) && caption.contains("Notre sortie"), "{caption}");
        assert_eq!(posted["content"]["url"], picture["url"]);
        let direct = luc.direct_message_from(&nord.bot()).await;
        luc.wait_message_in(&direct, |body| body.contains("sous votre nom")).await;
    }
}

#[tokio::test]
async fn a_picture_that_the_team_refuses_is_nowhere_any_more() {
    let nord = Nord::with(
        Database::Sqlite,
        &with_group("photos: hold"),
        Options::default(),
    )
    .await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let picture = json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://hygie.test/a"});
    let sent = luc
        .send_raw(&nord.est, "m.room.message", picture)
        .await
        .expect("a member may write");
    nord.samir.wait_redacted(&nord.est, &sent).await;
    let card = card(&nord.samir, &nord.admins, "a envoyé cette image").await;
    nord.quiet().await;
    nord.samir.react(&nord.admins, &card, "❌").await;
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| body.contains("préfère ne pas montrer"))
        .await;
    nord.quiet().await;
    let left = nord.samir.timeline(&nord.admins).await;
    assert!(!left.iter().any(|it| it["content"]["msgtype"] == "m.image"));
}
