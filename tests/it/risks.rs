//! What is risky is found, mended with everybody told, and taken back; all accounts are looked through; the week is reported on; those who
//! disagree meet in a room of their own.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{EventId, OwnedEventId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NORD, Nord, with_clock};

/// Secteur Est is open to everybody, as such groups were found.
const OPEN: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
admins: ["{lea}"]
moderators: ["{zoe}"]
drift: report
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: secteur-est, name: "Secteur Est", kind: discussion, topic: "Est", access: {public: true, history: world_readable, guests: true}}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion, topic: "Ouest"}
"#;

impl Nord {
    async fn wait_state(&self, room: &RoomId, event_type: &str, field: &str, wanted: &str) {
        wait_until(&format!("{event_type} to say {wanted}"), async || {
            let state = self.samir.get_state(room, event_type, "").await?;
            (state[field] == wanted).then_some(())
        })
        .await;
    }

    /// Says a command in the admins room that asks for confirmation; the card.
    async fn card_of(&self, line: &str, shown: &str) -> OwnedEventId {
        self.command(&self.samir, &self.admins, line).await;
        let card = self
            .samir
            .wait_message_in(&self.admins, |body| body.contains(shown))
            .await;
        // Answers count from when Hygie has noted where the card stands.
        self.quiet().await;
        let id = card["event_id"].as_str().expect("an event has an id");
        EventId::parse(id).expect("an event id")
    }

    async fn asks_admins(&self, line: &str) -> String {
        self.command(&self.samir, &self.admins, line).await
    }
}

async fn may_not_join(member: &Member, room: &RoomId) {
    let refused = member.join(room.as_str()).await;
    let refusal = refused.expect_err("the room is closed");
    assert_eq!(refusal.errcode, "M_FORBIDDEN", "{refusal:?}");
}

on_both! {
    async fn an_open_group_is_diagnosed_closed_with_everybody_told_and_opened_again(database) {
        let mut nord = Nord::with(database, OPEN, Options::default()).await;
        let luc = nord.world.member("luc").await;
        luc.join(nord.est.as_str()).await.expect("it is open to everybody");
        nord.quiet().await;
        let said = nord.asks_admins("audit risques").await;
        for part in [
            "urgent", "Secteur Est : tout le monde peut entrer", "group set secteur-est access.public = false",
            "group set secteur-est access.history = joined", "tout le monde peut lire", "visiteurs sans compte", "rien n’est décidé sur les photos",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }

        let card = nord.card_of("renforcer parce que tout le monde nous lisait", "Ce que je changerais").await;
        nord.wait_state(&nord.est, "m.room.join_rules", "join_rule", "public").await;
        nord.samir.react(&nord.admins, &card, "✅").await;
        nord.wait_state(&nord.est, "m.room.join_rules", "join_rule", "restricted").await;
        nord.wait_state(&nord.est, "m.room.history_visibility", "history_visibility", "joined").await;
        nord.wait_state(&nord.est, "m.room.guest_access", "guest_access", "forbidden").await;
        luc.wait_message_in(&nord.est, |body| {
            body.contains("On entre désormais sur invitation") && body.contains("tout le monde nous lisait")
        }).await;
        let max = nord.world.member("max").await;
        may_not_join(&max, &nord.est).await;

        nord.world.kill9().await;
        nord.world.restart().await;
        let said = nord.asks_admins("risques").await;
        assert!(!said.contains("tout le monde") && !said.contains("photos"), "{said}");
        let plan = nord.asks_admins("plan").await;
        assert!(plan.contains("Tout est comme"), "{plan}");

        let said = nord.asks_admins("renforcer annuler").await;
        assert!(said.contains("C’est annulé"), "{said}");
        nord.wait_state(&nord.est, "m.room.join_rules", "join_rule", "public").await;
        nord.wait_state(&nord.est, "m.room.history_visibility", "history_visibility", "world_readable").await;
        luc.wait_message_in(&nord.est, |body| body.contains("On peut de nouveau entrer sans invitation")).await;
        max.join(nord.est.as_str()).await.expect("it is open again");
        let again = nord.asks_admins("renforcer annuler").await;
        assert!(again.contains("rien à annuler"), "{again}");
    }

    async fn a_report_counts_what_members_did_and_comes_every_week_by_itself(database) {
        let nord = Nord::in_world(World::start(database, &[NORD], with_clock()).await).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        for number in 0..5 {
            luc.send_text(&nord.est, &format!("bonjour {number}")).await;
        }
        nord.quiet().await;
        let said = nord.asks_admins("bilan").await;
        let est = said.lines().find(|line| line.contains("Secteur Est")).expect("it is reported on");
        let activity = est.split("activité ").nth(1).and_then(|rest| rest.split(',').next());
        let activity: u64 = activity.and_then(|number| number.parse().ok()).expect("a number");
        assert!(activity >= 5, "{said}");
        assert!(said.contains("Administration active : 3 pour 4 groupes"), "{said}");

        wait_until("the first week to be noted", async || {
            let noted = nord.world.sql_count("SELECT count(*) FROM record WHERE kind = 'said'").await;
            (noted == 1).then_some(())
        }).await;
        let reports = async || {
            let bodies = nord.samir.bodies(&nord.admins).await;
            bodies.iter().filter(|body| body.contains("Les groupes de Nord")).count()
        };
        assert_eq!(reports().await, 1, "the one that was asked for");
        // A Monday is within every eight days.
        nord.jump(8);
        wait_until("the weekly report", async || (reports().await == 2).then_some(())).await;
        nord.quiet().await;
        nord.jump(36);
        wait_until("the next report", async || (reports().await == 3).then_some(())).await;
        let last = nord.samir.bodies(&nord.admins).await.pop().expect("it was said");
        assert!(last.contains("silencieux depuis quatre semaines") && last.contains("archive secteur-est"), "{last}");
        nord.quiet().await;
        assert_eq!(reports().await, 3, "once for all the weeks that were missed");
    }
}

#[tokio::test]
async fn all_accounts_are_looked_through_with_a_decision_for_each_and_nobody_goes_by_silence() {
    let mut nord =
        Nord::in_world(World::start(Database::Sqlite, &[NORD], with_clock()).await).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let max = nord.member("max", &[&nord.est, &nord.ouest]).await;
    let eva = nord.member("eva", &[&nord.est]).await;
    nord.quiet().await;
    let begun = nord.asks_admins("revue membres pendant 14 jours").await;
    assert!(begun.contains("La revue commence"), "{begun}");
    for member in [&luc, &max, &eva] {
        assert!(begun.contains(member.id().as_str()), "{begun}");
    }
    assert!(!begun.contains(nord.bot().as_str()), "{begun}");

    let roster = nord.asks_admins("revue garder liste").await;
    assert!(roster.contains("personnes restent"), "{roster}");
    let kept = nord
        .asks_admins(&format!("revue garder {}", luc.id()))
        .await;
    assert!(kept.contains("reste"), "{kept}");
    nord.world.kill9().await;
    nord.world.restart().await;
    let line = format!("revue retirer {} parce que plus dans le réseau", max.id());
    let removed = nord.asks_admins(&line).await;
    assert!(
        removed.contains("retirés : 1") && removed.contains("à décider : 1"),
        "{removed}"
    );
    for room in [&nord.space, &nord.est, &nord.ouest] {
        max.wait_left(room).await;
    }
    let direct = max.direct_message_from(&nord.bot()).await;
    max.wait_message_in(&direct, |body| {
        body.contains("a passé en revue") && body.contains("plus dans le réseau")
    })
    .await;

    nord.jump(8);
    nord.samir
        .wait_message_in(&nord.admins, |body| {
            body.contains("attend encore des décisions")
        })
        .await;
    nord.jump(15);
    let over = nord
        .samir
        .wait_message_in(&nord.admins, |body| {
            body.contains("La revue des membres est finie")
        })
        .await;
    let over = over["content"]["body"].as_str().unwrap_or_default();
    assert!(over.contains(eva.id().as_str()), "{over}");
    assert!(!over.contains(luc.id().as_str()), "{over}");
    nord.quiet().await;
    let there = nord.samir.members_of(&nord.est, "join").await;
    assert!(there.contains(&eva.id().to_owned()), "{there:?}");
    let log = nord
        .asks_admins(&format!("journal 10 sur {}", max.id()))
        .await;
    assert!(log.contains("review-remove"), "{log}");
}

#[tokio::test]
async fn a_mediation_is_seen_by_its_parties_and_two_of_the_team_only() {
    let nord = Nord::start(Database::Sqlite).await;
    let zoe = nord.invited("zoe", &[&nord.space, &nord.admins]).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let max = nord.member("max", &[&nord.est]).await;
    let eva = nord.member("eva", &[&nord.est]).await;
    nord.quiet().await;
    let line = format!(
        "médiation {} et {} parce que le ton monte",
        luc.id(),
        max.id()
    );
    let said = nord.command(&zoe, &nord.admins, &line).await;
    assert!(said.contains("Médiation 1"), "{said}");
    nord.samir
        .wait_message_in(&nord.admins, |body| body.contains("Aide-mémoire"))
        .await;
    let room = nord.world.room("nord", "mediation-1").await;
    for member in [&luc, &max, &zoe] {
        member.accept_invite(&room).await;
    }
    for member in [&luc, &max] {
        let direct = member.direct_message_from(&nord.bot()).await;
        member
            .wait_message_in(&direct, |body| {
                body.contains("échange au calme") && body.contains("le ton monte")
            })
            .await;
    }
    let words = "voici ce que j’ai vécu";
    luc.send_text(&room, words).await;
    max.wait_message_in(&room, |body| body == words).await;
    nord.quiet().await;
    let mut there = luc.members_of(&room, "join").await;
    there.extend(luc.members_of(&room, "invite").await);
    assert_eq!(
        there.len(),
        5,
        "the parties, two of the team, Hygie: {there:?}"
    );
    assert!(!there.contains(&nord.samir.id().to_owned()), "{there:?}");
    may_not_join(&eva, &room).await;
    may_not_join(&nord.samir, &room).await;
    let anchor = nord
        .samir
        .get_state(&nord.space, "m.space.child", room.as_str())
        .await;
    assert_eq!(anchor, None, "it does not stand in the space");
    let groups = nord.command(&nord.samir, &nord.admins, "groupes").await;
    assert!(!groups.contains("mediation-1"), "{groups}");
}

#[tokio::test]
async fn the_command_line_prints_the_risks_as_json_and_ends_with_one_when_something_is_urgent() {
    let mut nord = Nord::start(Database::Sqlite).await;
    let audit = async |nord: &Nord, more: &[&str]| {
        let arguments = [&["audit", "--json"], more].concat();
        let output = nord.world.hygie(&arguments).await;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let problem = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value =
            serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{printed}{problem}"));
        (output.status.code(), report["communities"][0].clone())
    };
    let (code, calm) = audit(&nord, &[]).await;
    assert_eq!((code, &calm["level"]), (Some(0), &json!("look")), "{calm}");
    // While Hygie is down nobody puts it back.
    nord.world.stop().await;
    let public = json!({"join_rule": "public"});
    nord.samir
        .send_state(&nord.est, "m.room.join_rules", "", public)
        .await
        .expect("an owner may");
    let (code, urgent) = audit(&nord, &["--community", "nord"]).await;
    assert_eq!(
        (code, &urgent["level"]),
        (Some(1), &json!("urgent")),
        "{urgent}"
    );
    let risk = &urgent["risks"][0];
    for (key, expected) in [
        ("name", "open-to-everybody"),
        ("severity", "high"),
        ("place", "secteur-est"),
        ("mend", "apply"),
    ] {
        assert_eq!(risk[key], expected, "{risk}");
    }
    assert!(
        risk["detail"]["fr"]
            .as_str()
            .is_some_and(|it| it.contains("Secteur Est")),
        "{risk}"
    );
    assert!(
        risk["detail"]["en"].is_string() && risk["points"].is_u64(),
        "{risk}"
    );
    let unknown = nord.world.hygie(&["audit", "--community", "sud"]).await;
    let problem = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(problem.contains("there is no community `sud`"), "{problem}");
}
