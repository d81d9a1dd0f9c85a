//! What concerns a team is passed on to it, by the words that the community's file names: a link, never the words, and once.

use hygie_tests::{
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use serde_json::json;

use crate::{
    communities::{NIR, NORD, Nord, body, with_clock},
    team::card,
};

/// What a member writes of it; nobody may find it again outside of the room.
const WORDS: &str = "Bonjour, j’ai un EFFET INDESIRABLE depuis mardi soir";

/// [`NORD`] with a care team, and a route to it.
fn file() -> String {
    let team = "  - {id: soin, name: \"Équipe de soin\", kind: care-team, topic: \"Soin\", members: [\"{eva}\"]}\n";
    let route = "routes:\n  - {words: [\"effet indésirable\", plainte], to: soin, name: \"l’équipe de soin\"}\ncode_of_conduct:";
    format!("{}{team}", NORD.replace("code_of_conduct:", route))
}

on_both! {
    async fn a_message_is_passed_on_to_its_team_once_an_hour_over_a_crash_and_its_author_is_told(database) {
        let mut nord = Nord::in_world(World::start(database, &[&file()], with_clock()).await).await;
        let team = nord.world.room("nord", "soin").await;
        let eva = nord.invited("eva", &[&nord.space, &team]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        nord.quiet().await;
        let sent = luc.send_text(&nord.est, WORDS).await;
        nord.world.kill9().await;
        nord.world.restart().await;
        let shown = card(&eva, &team, "un message qui vous concerne").await;
        let line = body(&eva.fetch(&team, &shown).await);
        for part in [luc.id().as_str(), "Secteur Est", "l’équipe de soin", sent.as_str()] {
            assert!(line.contains(part) || line.contains(&part.replace('$', "%24")), "{part} in {line}");
        }
        assert!(!line.contains("INDESIRABLE"), "{line}");
        let direct = luc.direct_message_from(&nord.bot()).await;
        luc.wait_message_in(&direct, |body| body.contains("transmis à l’équipe de soin")).await;

        // Neither more of it within the hour, nor an edit, nor what is taken down, nor what the team says of it.
        luc.send_text(&nord.est, "encore un effet indésirable").await;
        let edit = json!({
            "msgtype": "m.text", "body": "* plainte", "m.new_content": {"msgtype": "m.text", "body": "plainte"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": sent},
        });
        luc.send_raw(&nord.est, "m.room.message", edit).await.expect("it is theirs");
        let mia = nord.member("mia", &[&nord.est]).await;
        let leak = mia.send_text(&nord.est, &format!("plainte de la patiente {NIR}")).await;
        nord.samir.wait_redacted(&nord.est, &leak).await;
        eva.reply(&team, &shown, "je m’occupe de cette plainte").await;
        nord.quiet().await;
        let lines = async || {
            let said = eva.bodies(&team).await;
            said.iter().filter(|it| it.contains("un message qui vous concerne")).count()
        };
        assert_eq!(lines().await, 1);
        assert!(!luc.bodies(&nord.est).await.iter().any(|it| it.contains("je m’occupe")));
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("INDESIRABLE"), "the words stand in the database");
        assert!(!nord.world.log().contains("INDESIRABLE"), "the words stand in the log");

        nord.jump(1);
        nord.world.restart().await;
        luc.send_text(&nord.est, "toujours cet effet indésirable").await;
        wait_until("a second line", async || (lines().await == 2).then_some(())).await;
    }
}

#[tokio::test]
async fn a_route_into_an_open_group_is_refused_with_its_place_and_remedy() {
    let file = file().replace("to: soin", "to: secteur-est");
    let options = Options {
        stopped: true,
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[&file], options).await;
    let checked = world.hygie(&["check"]).await;
    let said = String::from_utf8_lossy(&checked.stdout) + String::from_utf8_lossy(&checked.stderr);
    assert!(!checked.status.success(), "{said}");
    for part in ["nord.yaml:12:", "`secteur-est`", "admission: [ticket]"] {
        assert!(said.contains(part), "{part} in {said}");
    }
}
