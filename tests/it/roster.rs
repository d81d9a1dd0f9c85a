//! The roster: a file in the admins room becomes invitations, once an admin agrees; what moves people between groups; who leaves.

use std::fmt::Write as _;

use std::sync::Arc;

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use serde_json::{Value, json};

use crate::communities::{Nord, body, quiet};

/// The community whose two groups are for the people of a zone; the admins room may be encrypted.
const NORD: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
admins: ["{lea}"]
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: admins, name: "Administration", kind: admins, topic: "Conduite", encryption: ENCRYPTED}
  - {id: secteur-est, name: "Secteur Est", kind: discussion, topic: "Est", audience: "zone = est"}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion, topic: "Ouest", audience: "zone = ouest", leavers: remove}
"#;

async fn nord(database: Database, encrypted: bool) -> Nord {
    let file = NORD.replace("ENCRYPTED", if encrypted { "true" } else { "false" });
    let options = Options {
        encryption: encrypted,
        ..Options::default()
    };
    Nord::with(database, &file, options).await
}

/// A file with these lines.
fn csv(nord: &Nord, people: &[(&str, &str)]) -> String {
    let mut text = "mxid,zone\n".to_owned();
    for (name, zone) in people {
        writeln!(text, "{},{zone}", nord.world.id_of(name)).expect("it is text");
    }
    text
}

impl Nord {
    /// Samir attaches a file in the admins room, encrypted where the room is.
    async fn attach(&self, text: &str) -> OwnedEventId {
        let (bytes, mut content) = (
            text.as_bytes(),
            json!({"msgtype": "m.file", "body": "liste.csv"}),
        );
        let room = self.samir.client().get_room(&self.admins);
        let room = room.expect("Samir is in the admins room");
        if room.encryption_state().is_encrypted() {
            let (sealed, mut info) =
                hygie::crypto::seal_attachment(bytes.to_vec()).expect("it is encrypted");
            info["url"] = json!(self.samir.upload_media(&sealed).await);
            content["file"] = info;
        } else {
            content["url"] = json!(self.samir.upload_media(bytes).await);
        }
        let sent = self
            .samir
            .send_raw(&self.admins, "m.room.message", content)
            .await;
        sent.expect("an admin may attach a file")
    }

    /// `roster import` as an answer to the file; gives the card, or what is said instead.
    async fn import(&self, text: &str, expected: &str) -> Value {
        let file = self.attach(text).await;
        let line = self.line("roster import");
        self.samir.reply(&self.admins, &file, &line).await;
        self.told(expected).await
    }

    async fn agree(&self, card: &Value) {
        let id = card["event_id"].as_str().expect("it is an event");
        let id = id.try_into().expect("an event id");
        self.samir.react(&self.admins, id, "✅").await;
    }

    async fn wait_membership(&self, user: &OwnedUserId, membership: &str, room: &RoomId) {
        wait_until(
            &format!("{user} to be {membership} in {room}"),
            async || {
                let there = self.samir.members_of(room, membership).await;
                there.contains(user).then_some(())
            },
        )
        .await;
    }

    async fn is_anywhere(&self, user: &OwnedUserId, room: &RoomId) -> bool {
        let mut there = self.samir.members_of(room, "join").await;
        there.extend(self.samir.members_of(room, "invite").await);
        there.contains(user)
    }

    async fn arrives(&self, name: &str, rooms: &[&OwnedRoomId]) -> Arc<Member> {
        let member = self.world.member(name).await;
        for room in rooms {
            member.accept_invite(room).await;
        }
        member
    }
}

/// Registers people who are on a roster only.
async fn people(nord: &Nord, names: &[&str]) {
    for name in names {
        nord.world.member(name).await;
    }
}

async fn a_roster_becomes_invitations(nord: &Nord) {
    people(nord, &["ada", "bea", "carl"]).await;
    let file = csv(
        nord,
        &[
            ("ada", "est"),
            ("bea", "Est"),
            ("carl", "ouest"),
            ("ada", "est"),
        ],
    );
    let card = nord.import(&file, "J’ai lu le fichier").await;
    let said = body(&card);
    for part in [
        "3 personnes",
        "Nouvelles (3)",
        "Ligne 5",
        "déjà plus haut",
        "Invitations qui en suivent : 6",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(
        nord.world
            .sql_count("SELECT count(*) FROM record WHERE kind = 'person'")
            .await,
        0
    );
    nord.agree(&card).await;
    let ids = ["ada", "bea", "carl"].map(|name| nord.world.id_of(name));
    for id in &ids {
        nord.wait_membership(id, "invite", &nord.space).await;
    }
    nord.told("6 invitations de la liste sont parties").await;
    nord.wait_membership(&ids[0], "invite", &nord.est).await;
    nord.wait_membership(&ids[1], "invite", &nord.est).await;
    nord.wait_membership(&ids[2], "invite", &nord.ouest).await;
    assert!(
        !nord.is_anywhere(&ids[2], &nord.est).await
            && !nord.is_anywhere(&ids[0], &nord.ouest).await
    );
    nord.import(&file, "Il n’y a rien à faire").await;
    quiet(&nord.world).await;
    let invited = nord.world.sql_count("SELECT count(*) FROM outbox WHERE kind = 'invite' AND state = 'done' AND room_id IN (SELECT room_id FROM place WHERE place IN ('space', 'secteur-est', 'secteur-ouest'))").await;
    assert_eq!(
        invited,
        6 + 3 * 3,
        "three of the team and three of the roster, each once"
    );
}

on_both! {
    async fn a_roster_in_the_admins_room_becomes_invitations_once_somebody_agrees(database) {
        let nord = nord(database, false).await;
        a_roster_becomes_invitations(&nord).await;
    }
}

#[tokio::test]
async fn an_encrypted_roster_is_read_too_and_exported_encrypted() {
    let nord = nord(Database::Sqlite, true).await;
    a_roster_becomes_invitations(&nord).await;
    let bot = nord.bot();
    nord.samir
        .send_text(&nord.admins, &nord.line("roster export"))
        .await;
    let file = nord
        .samir
        .wait_for_event(&nord.admins, "the roster as a file", |event| {
            event["sender"] == bot.as_str() && event["content"]["msgtype"] == "m.file"
        })
        .await;
    assert_eq!(file["content"]["filename"], "nord-roster.csv");
    assert!(file["content"]["url"].is_null() && file["content"]["file"]["url"].is_string());
    assert!(file["content"]["file"]["key"]["k"].is_string());
}

#[tokio::test]
async fn a_restart_in_the_middle_of_the_invitations_finishes_them() {
    let mut nord = nord(Database::Sqlite, false).await;
    let names: Vec<String> = (0..12)
        .map(|nth| format!("p{}", char::from(b'a' + nth)))
        .collect();
    for name in &names {
        nord.world.member(name).await;
    }
    let lines: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "est")).collect();
    let file = csv(&nord, &lines);
    let card = nord.import(&file, "J’ai lu le fichier").await;
    nord.agree(&card).await;
    let first = "SELECT count(*) FROM outbox WHERE kind = 'invite' AND caused_at > (SELECT max(at) - 600000 FROM audit) AND state = 'waiting'";
    wait_until("the invitations to begin", async || {
        (nord.world.sql_count(first).await > 0).then_some(())
    })
    .await;
    nord.world.kill9().await;
    nord.world.restart().await;
    for name in &names {
        let id = nord.world.id_of(name);
        nord.wait_membership(&id, "invite", &nord.space).await;
        nord.wait_membership(&id, "invite", &nord.est).await;
    }
    nord.told("24 invitations de la liste sont parties").await;
    assert_eq!(
        nord.world
            .sql_count("SELECT count(*) FROM record WHERE kind = 'import'")
            .await,
        0
    );
}

#[tokio::test]
async fn who_moves_is_invited_there_and_removed_or_reported_here_and_who_leaves_is_out_of_everything()
 {
    let nord = nord(Database::Sqlite, false).await;
    people(&nord, &["ada", "bea"]).await;
    let file = csv(&nord, &[("ada", "ouest"), ("bea", "est")]);
    let card = nord.import(&file, "J’ai lu le fichier").await;
    nord.agree(&card).await;
    let ada = nord.arrives("ada", &[&nord.space, &nord.ouest]).await;
    let bea = nord.arrives("bea", &[&nord.space, &nord.est]).await;
    let (ada_id, bea_id) = (ada.id().to_owned(), bea.id().to_owned());
    let said = nord
        .command(
            &nord.samir,
            &nord.admins,
            &format!("roster set {ada_id} zone = est"),
        )
        .await;
    assert!(said.contains("zone"), "{said}");
    ada.accept_invite(&nord.est).await;
    ada.wait_left(&nord.ouest).await;
    nord.command(
        &nord.samir,
        &nord.admins,
        &format!("liste changer {bea_id} secteur = ouest"),
    )
    .await;
    bea.accept_invite(&nord.ouest).await;
    let told = nord.told("n’est plus pour").await;
    assert!(
        body(&told).contains(bea_id.as_str()),
        "the report names who"
    );
    assert!(
        nord.is_anywhere(&bea_id, &nord.est).await,
        "and nothing is done"
    );
    let said = nord
        .command(
            &nord.samir,
            &nord.admins,
            &format!("départ {ada_id} parce que fin de contrat"),
        )
        .await;
    assert!(
        said.contains("2 salons quittés") && said.contains("fin de contrat"),
        "{said}"
    );
    ada.wait_left(&nord.space).await;
    ada.wait_left(&nord.est).await;
    let direct = ada.direct_message_from(&nord.bot()).await;
    ada.wait_message_in(&direct, |body| {
        body.contains("a été retiré de la communauté")
    })
    .await;
    quiet(&nord.world).await;
    for room in [&nord.space, &nord.est, &nord.ouest] {
        assert!(
            !nord.is_anywhere(&ada_id, room).await,
            "nobody invites her again"
        );
    }
    let said = nord.command(&nord.samir, &nord.admins, "liste").await;
    assert!(
        said.contains("1 personnes") || said.contains("**1**"),
        "{said}"
    );
}

#[tokio::test]
async fn the_command_line_imports_exports_and_says_what_it_would_do() {
    let mut nord = nord(Database::Sqlite, false).await;
    people(&nord, &["ada"]).await;
    let ada = nord.world.id_of("ada");
    nord.world.write(
        "liste.csv",
        &format!("mxid;secteur;étage\n{ada};Est;2\nnobody;Est;1\n"),
    );
    let printed = |output: &std::process::Output| {
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    let shown = nord.world.hygie(&["import", "liste.csv"]).await;
    let said = printed(&shown);
    assert!(
        said.contains("Nouvelles (1)")
            && said.contains("Ligne 3")
            && said.contains("Nothing is changed"),
        "{said}"
    );
    let refused = nord.world.hygie(&["import", "liste.csv", "--yes"]).await;
    assert!(
        printed(&refused).contains("roster import"),
        "{}",
        printed(&refused)
    );
    assert_eq!(
        nord.world
            .sql_count("SELECT count(*) FROM record WHERE kind = 'person'")
            .await,
        0
    );
    nord.world.stop().await;
    let done = nord
        .world
        .hygie(&["import", "liste.csv", "--yes", "--community", "nord"])
        .await;
    assert!(
        printed(&done).contains("2 invitation(s)"),
        "{}",
        printed(&done)
    );
    let again = nord.world.hygie(&["import", "liste.csv", "--yes"]).await;
    assert!(
        printed(&again).contains("rien à faire"),
        "{}",
        printed(&again)
    );
    let exported = nord.world.hygie(&["export", "roster"]).await;
    let text = String::from_utf8_lossy(&exported.stdout).into_owned();
    assert!(
        text.starts_with("mxid,email,") && text.contains(&format!("{ada},,,,Est,")),
        "{text}"
    );
    nord.world.write("again.csv", &text);
    let same = nord.world.hygie(&["import", "again.csv"]).await;
    assert!(
        same.status.success() && printed(&same).contains("rien à faire"),
        "{}",
        printed(&same)
    );
    let members = nord.world.hygie(&["export", "members"]).await;
    let samir = nord.world.id_of("samir");
    let line = format!("nord,admins,{samir},");
    assert!(
        String::from_utf8_lossy(&members.stdout).contains(&line),
        "{}",
        printed(&members)
    );
    let community = nord
        .world
        .hygie(&["export", "community", "-o", "again.yaml"])
        .await;
    assert!(community.status.success(), "{}", printed(&community));
    let yaml =
        std::fs::read_to_string(nord.world.folder().join("again.yaml")).expect("it was written");
    assert!(
        yaml.contains("zone = est") && yaml.contains("Secteur Ouest"),
        "{yaml}"
    );
    nord.world.write("communities/nord.yaml", &yaml);
    nord.world.restart().await;
    nord.wait_membership(&ada, "invite", &nord.est).await;
    nord.wait_membership(&ada, "invite", &nord.space).await;
}
