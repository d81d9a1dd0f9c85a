//! What a community takes in and gives up: an approval before it is made, a second room for the same people, names, widgets, and groups that
//! close for good.

use hygie_tests::{
    members::Member,
    on_both,
    proxy::{Fault, Passed},
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::{
    media::{MediaFormat, MediaRequestParameters},
    ruma::{OwnedMxcUri, RoomId, events::room::MediaSource},
};
use serde_json::{Value, json};

use crate::{
    communities::{NORD, Nord, as_bot, direct_with_bot, quiet, with_clock},
    team::wait_power,
};

const WIDGET: &str = "im.vector.modular.widgets";

impl Nord {
    /// What is in the file that the bot has put into the admins room.
    async fn attached(&self, name: &str) -> String {
        let bot = self.bot();
        let event = self
            .samir
            .wait_for_event(&self.admins, "the file", |event| {
                event["sender"] == bot.as_str() && event["content"]["filename"] == name
            })
            .await;
        let uri = event["content"]["url"]
            .as_str()
            .expect("it is not encrypted");
        let request = MediaRequestParameters {
            source: MediaSource::Plain(OwnedMxcUri::from(uri)),
            format: MediaFormat::File,
        };
        let media = self.samir.client().media();
        let bytes = media.get_media_content(&request, false).await;
        String::from_utf8(bytes.expect("an admin may read it")).expect("it is text")
    }

    async fn memberships(&self, room: &RoomId, who: &Member) -> Value {
        let path = format!("rooms/{room}/state/m.room.member/{}", who.id());
        as_bot(&self.world, &path).await["membership"].clone()
    }
}

/// How many times the file of a group was put into the admins room.
async fn files(nord: &Nord, name: &str) -> usize {
    let said = nord.samir.bodies(&nord.admins).await;
    said.iter().filter(|body| *body == name).count()
}

on_both! {
    async fn a_group_that_closes_says_so_leaves_its_file_and_then_everybody_goes(database) {
        let mut nord = Nord::in_world(World::start(database, &[NORD], with_clock()).await).await;
        let awa = nord.invited("awa", &[&nord.space, &nord.est]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        nord.quiet().await;
        nord.confirmed("fermer secteur-est dans 3 jours parce que le programme est fini").await;
        nord.told("ses membres le savent").await;
        luc.wait_message_in(&nord.est, |body| body.contains("Ce groupe ferme le") && body.contains("le programme est fini")).await;
        let again = nord.command(&nord.samir, &nord.admins, "fermer secteur-est").await;
        assert!(again.contains("ferme déjà"), "{again}");
        luc.send_text(&nord.est, "au revoir").await;

        nord.jump(3);
        let file = nord.attached("nord-secteur-est.csv").await;
        let lines = [format!("secteur-est,{},", luc.id()), format!("secteur-est,{},", awa.id()), "name,Secteur Est".to_owned()];
        for line in &lines {
            assert!(file.contains(line), "{line} in {file}");
        }
        nord.world.kill9().await;
        nord.world.restart().await;
        for member in [&luc, &awa, &nord.samir] {
            let left = member.wait_left(&nord.est).await;
            let reason = left["content"]["reason"].as_str().unwrap_or_default();
            assert!(reason.contains("Merci d’en avoir fait partie") && reason.contains("le programme est fini"), "{reason}");
        }
        nord.told("Secteur Est est fermé").await;
        nord.waits_for(&nord.space, "m.space.child", nord.est.as_str(), "via", Value::Null).await;

        // The file of the community still describes it.
        nord.world.restart().await;
        nord.quiet().await;
        for line in ["groupes", "plan"] {
            let said = nord.command(&nord.samir, &nord.admins, line).await;
            assert!(!said.contains("Secteur Est"), "{said}");
        }
        for member in [&luc, &awa, &nord.samir] {
            assert_eq!(nord.memberships(&nord.est, member).await, "leave");
        }
        assert!(luc.joined_rooms().contains(&nord.space), "the rest stays theirs");
        assert_eq!(files(&nord, "nord-secteur-est.csv").await, 1);
    }
}

#[tokio::test]
async fn nobody_goes_before_the_file_of_a_closed_group_has_arrived() {
    let options = Options {
        proxy: true,
        ..with_clock()
    };
    let nord = Nord::in_world(World::start(Database::Sqlite, &[NORD], options).await).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    nord.confirmed("fermer secteur-est dans 1 jour").await;
    nord.told("ses membres le savent").await;
    // What is due at the same time is done in the same turn.
    let line = format!(
        "nommer {} correspondant dans secteur-ouest pendant 60h",
        luc.id()
    );
    nord.command(&nord.samir, &nord.admins, &line).await;
    let uploads = |passed: &Passed| passed.path.contains("/upload");
    let proxy = nord.world.proxy();
    proxy.fail(usize::MAX, Fault::Status(502), uploads);
    nord.jump(2);
    proxy.wait_count("the file to be tried", 1, uploads).await;
    nord.jump(3);
    nord.told("est arrivé à son terme").await;
    let kicks = "SELECT count(*) FROM outbox WHERE kind = 'kick'";
    assert_eq!(nord.world.sql_count(kicks).await, 0);
    proxy.heal();
    let file = nord.attached("nord-secteur-est.csv").await;
    assert!(file.contains(luc.id().as_str()), "{file}");
    luc.wait_left(&nord.est).await;
}

#[tokio::test]
async fn a_closing_that_is_taken_back_leaves_the_group_as_it_was() {
    let nord = Nord::in_world(World::start(Database::Sqlite, &[NORD], with_clock()).await).await;
    let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
    for group in ["secteur-est", "secteur-ouest"] {
        nord.confirmed(&format!("fermer {group} dans 1 jour")).await;
    }
    luc.wait_message_in(&nord.est, |body| body.contains("Ce groupe ferme le"))
        .await;
    nord.quiet().await;
    let said = nord
        .command(&nord.samir, &nord.admins, "rouvrir secteur-est")
        .await;
    assert!(said.contains("Secteur Est est rouvert"), "{said}");
    luc.wait_message_in(&nord.est, |body| body.contains("Ce groupe continue"))
        .await;
    nord.jump(2);
    nord.attached("nord-secteur-ouest.csv").await;
    luc.wait_left(&nord.ouest).await;
    nord.quiet().await;
    luc.send_text(&nord.est, "nous restons").await;
    assert_eq!(files(&nord, "nord-secteur-est.csv").await, 0);
}

#[tokio::test]
async fn a_widget_stands_as_the_file_declares_it_and_others_are_told_of() {
    let file = NORD.replace("groups:\n", "drift: report\ngroups:\n").replace(
        "topic: \"Est\"",
        "topic: \"Est\", widgets: [{id: agenda, name: Agenda, url: \"https://agenda.example.org/\"}]",
    );
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let agenda = luc.get_state(&nord.est, WIDGET, "agenda").await;
    let agenda = agenda.expect("the file declares it");
    for (key, value) in [
        ("name", "Agenda"),
        ("url", "https://agenda.example.org/"),
        ("type", "m.custom"),
    ] {
        assert_eq!(agenda[key], value, "{agenda}");
    }

    let mut elsewhere = agenda.clone();
    elsewhere["url"] = json!("https://ailleurs.example.org/");
    let changed = nord
        .samir
        .send_state(&nord.est, WIDGET, "agenda", elsewhere)
        .await;
    changed.expect("an owner may");
    nord.told("a changé un widget").await;
    let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
    for part in [
        "1 écart",
        "un widget",
        "ailleurs.example.org",
        "agenda.example.org",
    ] {
        assert!(plan.contains(part), "{part} in {plan}");
    }
    nord.command(&nord.samir, &nord.admins, "appliquer").await;
    nord.waits_for(&nord.est, WIDGET, "agenda", "url", agenda["url"].clone())
        .await;

    let other =
        json!({"id": "jeu", "name": "Jeu", "url": "https://jeu.example.org/", "type": "m.custom"});
    let added = nord
        .samir
        .send_state(&nord.est, WIDGET, "jeu", other.clone())
        .await;
    added.expect("an owner may");
    let told = nord.told("🧩").await;
    let told = told["content"]["body"].as_str().unwrap_or_default();
    assert!(
        told.contains("https://jeu.example.org/") && told.contains("Secteur Est"),
        "{told}"
    );
    nord.quiet().await;
    let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
    assert!(plan.contains("Tout est comme"), "{plan}");
    let left = luc.get_state(&nord.est, WIDGET, "jeu").await;
    assert_eq!(left, Some(other), "it is left where it is");
}

#[tokio::test]
async fn a_field_watch_gets_a_second_room_for_the_same_people() {
    let file = NORD.replace("groups:\n", "facilitators: [\"{fia}\"]\ngroups:\n");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let fia = nord.invited("fia", &[&nord.space, &nord.admins]).await;
    let refused = nord
        .command(&fia, &nord.admins, "groupe ajouter bavardage « Bavardage »")
        .await;
    assert!(refused.contains("Cette commande est réservée"), "{refused}");
    for line in [
        "groupe ajouter veille « Veille Nord » veille pour ce que l’on voit",
        "groupe ajouter soutien « Soutien Nord » soutien comme veille pour souffler",
    ] {
        let said = nord.command(&fia, &nord.admins, line).await;
        assert!(said.contains("est ajouté"), "{said}");
    }
    let (watch, support) = (
        nord.world.room("nord", "veille").await,
        nord.world.room("nord", "soutien").await,
    );
    for room in [&watch, &support] {
        fia.accept_invite(room).await;
        wait_power(&fia, room, fia.id(), Some(60)).await;
    }
    let line = "groupe régler veille audience = zone = est";
    nord.command(&nord.samir, &nord.admins, line).await;
    let (luc, max) = (nord.member("luc", &[]).await, nord.member("max", &[]).await);
    for (member, zone) in [(&luc, "est"), (&max, "ouest")] {
        let line = format!("liste changer {} zone = {zone}", member.id());
        nord.command(&nord.samir, &nord.admins, &line).await;
    }
    for room in [&watch, &support] {
        luc.accept_invite(room).await;
    }
    // Whom who leads it adds belongs to both as well.
    let eva = nord.member("eva", &[]).await;
    fia.invite(&watch, eva.id()).await.expect("she leads it");
    for room in [&watch, &support] {
        eva.accept_invite(room).await;
    }
    nord.protects(&luc, &support).await;
    nord.quiet().await;
    for room in [&watch, &support] {
        assert_eq!(nord.memberships(room, &max).await, Value::Null);
    }
    let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
    assert!(plan.contains("Tout est comme"), "{plan}");
}

#[tokio::test]
async fn a_community_is_made_for_a_purpose_that_somebody_approved_which_stays_on_record() {
    let mut nord = Nord::start(Database::Sqlite).await;
    let file = nord.world.folder().join("hygie.yaml");
    let file = std::fs::read_to_string(file).expect("it was written");
    let founders = format!("{file}\nfounders: [\"{}\"]\n", nord.samir.id());
    nord.world.write("hygie.yaml", &founders);
    nord.world.restart().await;
    let luc = nord.member("luc", &[]).await;
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let whole = "communauté créer sud « Sud » pour relier les agents approuvé par la direction";
    let said = nord.asks(&luc, &direct, whole).await;
    assert!(
        said.contains("Seules les personnes que l’exploitant"),
        "{said}"
    );
    for (line, missing) in [
        (
            "communauté créer sud « Sud » pour relier les agents",
            "Dites qui l’a approuvée",
        ),
        (
            "communauté créer sud « Sud » approuvé par la direction",
            "Dites d’abord pour quoi",
        ),
    ] {
        let said = nord.command(&nord.samir, &nord.admins, line).await;
        assert!(said.contains(missing), "{said}");
    }
    nord.quiet().await;
    let made = nord
        .world
        .sql_count("SELECT count(*) FROM place WHERE community = 'sud'")
        .await;
    assert_eq!(made, 0);

    let said = nord.command(&nord.samir, &nord.admins, whole).await;
    assert!(said.contains("est créée"), "{said}");
    let (space, admins) = (
        nord.world.space("sud").await,
        nord.world.room("sud", "admins").await,
    );
    for room in [&space, &admins] {
        nord.samir.accept_invite(room).await;
    }
    let about = nord
        .samir
        .get_state(&space, "org.hygie.community", "")
        .await;
    let about = about.expect("it says what it is");
    assert_eq!(about["approval"]["by"], "la direction", "{about}");
    assert_eq!(about["purpose"], "relier les agents", "{about}");
    let day = about["approval"]["on"].as_str().unwrap_or_default();
    assert_eq!(day.len(), "2026-01-01".len(), "{about}");
    quiet(&nord.world).await;
    let log = nord.command(&nord.samir, &admins, "journal").await;
    assert!(
        log.contains("community-created") && log.contains("approved by la direction"),
        "{log}"
    );
}

#[tokio::test]
async fn a_name_that_engages_an_institution_is_found_and_the_space_says_that_it_is_not_official() {
    let file = NORD.replace("groups:\n", "reserved_names: [nord, ouest]\ngroups:\n");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let luc = nord.member("luc", &[]).await;
    let (space, group) = (
        "Nord : le nom contient « nord »",
        "Secteur Ouest : le nom de ce groupe contient « ouest »",
    );
    let said = nord.command(&nord.samir, &nord.admins, "risques").await;
    for part in [space, group, "community set official = false"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("contient « est »"), "{said}");
    for line in [
        "communauté régler official = false",
        "groupe régler secteur-ouest nom = Quartier",
    ] {
        nord.command(&nord.samir, &nord.admins, line).await;
    }
    let label = "Nord (non officiel)";
    wait_until("the space to say so", async || {
        let name = luc.get_state(&nord.space, "m.room.name", "").await?;
        (name["name"] == label).then_some(())
    })
    .await;
    let said = nord.command(&nord.samir, &nord.admins, "risques").await;
    assert!(!said.contains("engager l’établissement"), "{said}");
}
