//! Who has which role: given, ended, nominated, taken away; what must hold of the team; and announcements to one group.

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, RoomId, UserId};
use serde_json::Value;

use crate::communities::{NORD, Nord, body};

const DAY: i64 = 24 * 60 * 60_000;

/// Waits until a member's power level in a room, as another one sees it, is this; none when it is not listed.
pub(crate) async fn wait_power(
    seen_by: &Member,
    room: &OwnedRoomId,
    user: &UserId,
    level: Option<i64>,
) {
    let what = format!("{user} to have the power level {level:?}");
    wait_until(&what, async || {
        let levels = seen_by.get_state(room, "m.room.power_levels", "").await?;
        (levels["users"][user.as_str()].as_i64() == level).then_some(())
    })
    .await;
}

/// The message of the bot that shows a card with these words.
pub(crate) async fn card(member: &Member, room: &RoomId, words: &str) -> OwnedEventId {
    let shown = member
        .wait_message_in(room, |body| body.contains(words))
        .await;
    let id = shown["event_id"].as_str().expect("every event has an id");
    id.try_into().expect("the homeserver makes valid ids")
}

on_both! {
    async fn a_role_in_a_group_gives_its_power_there_until_its_time_is_over(database) {
        let options = Options {
            env: vec![(fault::CLOCK_VARIABLE.to_owned(), "clock".to_owned())],
            ..Options::default()
        };
        let nord = Nord::in_world(World::start(database, &[NORD], options).await).await;
        let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let line = format!("nommer {} animateur dans secteur-est pendant 3 mois parce que très présent", luc.id());
        let said = nord.command(&lea, &nord.admins, &line).await;
        assert!(said.contains("animation") && said.contains("Secteur Est"), "{said}");
        wait_power(&luc, &nord.est, luc.id(), Some(60)).await;
        wait_power(&luc, &nord.ouest, luc.id(), None).await;
        luc.accept_invite(&nord.admins).await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        luc.wait_message_in(&direct, |body| body.contains("vous confie un rôle")).await;
        let who = nord.command(&luc, &nord.admins, "qui moi").await;
        assert!(who.contains(lea.id().as_str()), "{who}");

        nord.world.write("clock", &(85 * DAY).to_string());
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("finit bientôt")).await;
        nord.world.write("clock", &(91 * DAY).to_string());
        wait_power(&nord.samir, &nord.est, luc.id(), None).await;
        luc.wait_left(&nord.admins).await;
        nord.quiet().await;
        let audit = nord.command(&nord.samir, &nord.admins, "audit").await;
        assert!(audit.contains("grant-ended"), "{audit}");
        let told = nord.samir.bodies(&nord.admins).await;
        let told = told.iter().filter(|body| body.contains("arrivé à son terme"));
        assert_eq!(told.count(), 1);
    }
}

#[tokio::test]
async fn the_powers_of_roles_follow_the_kind_of_group_and_the_table_of_the_file() {
    let file = NORD
        .replace(
            "kind: discussion, topic: \"Est\"",
            "kind: field-watch, topic: \"Est\"",
        )
        .replace(
            "kind: discussion, topic: \"Ouest\"",
            "kind: support, topic: \"Ouest\"",
        )
        .replace(
            "code_of_conduct:",
            "power_levels: {support: {facilitator: 70}}\ncode_of_conduct:",
        );
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    for (name, role, group, room, level) in [
        ("luc", "facilitator", "secteur-est", &nord.est, 60),
        ("eva", "correspondent", "secteur-est", &nord.est, 25),
        ("max", "facilitator", "secteur-ouest", &nord.ouest, 70),
        ("tom", "correspondent", "secteur-ouest", &nord.ouest, 10),
    ] {
        let member = nord.member(name, &[]).await;
        let line = format!("grant {} {role} in {group}", member.id());
        nord.command(&nord.samir, &nord.admins, &line).await;
        member.accept_invite(room).await;
        wait_power(&member, room, member.id(), Some(level)).await;
    }
}

#[tokio::test]
async fn an_admin_is_nominated_approved_by_a_second_persons_reaction_and_revoked() {
    let nord = Nord::start(Database::Sqlite).await;
    let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
    let zoe = nord
        .invited("zoe", &[&nord.space, &nord.admins, &nord.est])
        .await;
    let line = format!("nommer {} admin parce que fiable", zoe.id());
    let said = nord.command(&lea, &nord.admins, &line).await;
    assert!(said.contains("Une deuxième personne décide"), "{said}");
    let card = card(&nord.samir, &nord.admins, "🗳️").await;
    lea.react(&nord.admins, &card, "✅").await;
    let direct = lea.direct_message_from(&nord.bot()).await;
    lea.wait_message_in(&direct, |body| body.contains("ni celle qui propose"))
        .await;
    wait_power(&nord.samir, &nord.est, zoe.id(), Some(50)).await;

    nord.samir.react(&nord.admins, &card, "✅").await;
    wait_power(&nord.samir, &nord.est, zoe.id(), Some(100)).await;
    wait_power(&nord.samir, &nord.space, zoe.id(), Some(100)).await;

    let said = nord
        .command(&nord.samir, &nord.admins, &format!("révoquer {}", zoe.id()))
        .await;
    assert!(
        said.contains("Le fichier de la communauté nomme encore"),
        "{said}"
    );
    wait_power(&nord.samir, &nord.est, zoe.id(), None).await;
    zoe.wait_left(&nord.admins).await;
    assert!(
        zoe.joined_rooms().contains(&nord.est),
        "the groups stay hers"
    );
}

#[tokio::test]
async fn an_alarm_is_raised_when_an_admin_is_missing_and_taken_back_when_one_comes() {
    let file = NORD.replace(
        "code_of_conduct:",
        "safeguards: {grace: 0s}\ncode_of_conduct:",
    );
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let (samir, admins) = (&nord.samir, &nord.admins);
    let alarms = async || {
        let bodies = samir.bodies(admins).await;
        let about = |body: &&String| {
            body.contains("🚨") && body.contains("à l’administration, il en faut 2")
        };
        bodies.iter().filter(about).count()
    };
    wait_until("the first alarm", async || {
        (alarms().await == 1).then_some(())
    })
    .await;
    let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
    samir
        .wait_message_in(admins, |body| {
            body.contains("De nouveau en ordre") && body.contains("Communauté")
        })
        .await;
    let said = nord.command(&lea, admins, "alertes").await;
    assert!(said.contains("Rien à signaler"), "{said}");
    lea.leave(&nord.space).await.expect("everybody may leave");
    wait_until("the second alarm", async || {
        (alarms().await == 2).then_some(())
    })
    .await;
    let said = nord.command(samir, admins, "alertes").await;
    assert!(said.contains("il en faut 2"), "{said}");
}

#[tokio::test]
async fn a_kick_of_an_admin_asks_first_and_is_done_when_its_giver_says_yes() {
    let nord = Nord::start(Database::Sqlite).await;
    let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
    nord.quiet().await;
    let line = format!("retirer {}", lea.id());
    let said = nord.command(&nord.samir, &nord.admins, &line).await;
    assert!(said.contains("Rien n’est fait pour l’instant"), "{said}");
    let card = card(&nord.samir, &nord.admins, "ne serait plus en ordre").await;
    nord.quiet().await;
    assert!(lea.joined_rooms().contains(&nord.space));
    nord.samir.react(&nord.admins, &card, "✅").await;
    lea.wait_left(&nord.space).await;
    lea.wait_left(&nord.admins).await;
}

#[tokio::test]
async fn an_announcement_to_one_group_is_there_alone_in_the_name_of_who_gave_it() {
    let nord = Nord::start(Database::Sqlite).await;
    let awa = nord.invited("awa", &[&nord.space, &nord.est]).await;
    let said = nord.line("annoncer à secteur-est : Permanence annulée\nà jeudi");
    awa.send_text(&nord.est, &said).await;
    let told: Value = nord
        .samir
        .wait_for_event(&nord.est, "the announcement", |event| {
            event["sender"] == nord.bot().as_str() && body(event).contains("Permanence")
        })
        .await;
    let words = body(&told);
    assert!(
        words.contains(awa.id().localpart()) && words.ends_with("\nPermanence annulée\nà jeudi"),
        "{words}"
    );
    assert_eq!(told["content"]["org.hygie.posted_for"], awa.id().as_str());
    let all = nord.line("annoncer à tous : Rien du tout");
    awa.send_text(&nord.est, &all).await;
    let direct = awa.direct_message_from(&nord.bot()).await;
    awa.wait_message_in(&direct, |body| body.contains("Cette commande est réservée"))
        .await;
    nord.quiet().await;
    for room in [&nord.ouest, &nord.announcements] {
        let bodies = nord.samir.bodies(room).await;
        let there = |body: &String| body.contains("Permanence") || body.contains("Rien du tout");
        assert!(!bodies.iter().any(there));
    }
    wait_until("the words to be kept nowhere", async || {
        let dump = nord.world.database_dump().await;
        (!dump.contains("Permanence")).then_some(())
    })
    .await;
}
