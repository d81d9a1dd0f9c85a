//! From a file to the rooms of a community: as declared, once, whatever happens on the way.

use std::collections::BTreeSet;

use hygie_tests::{
    on_both,
    proxy::{Fault, Passed},
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::{Value, json};

use crate::{
    communities::{NORD, Nord, alias, quiet, rooms_of_the_bot},
    spine::line_of,
};

/// [`NORD`] with pictures.
const WITH_PICTURES: &str = r#"
id: nord
name: Nord
purpose: S’entraider
locale: fr
timezone: Europe/Paris
owners: ["{samir}", "{ines}"]
admins: ["{lea}"]
moderators: ["{zoe}"]
avatar: mxc://hygie.test/space
code_of_conduct: {version: 1, text: "Respect"}
groups:
  - {id: secteur-est, name: "Secteur Est", kind: discussion, topic: "Est", moderators: ["{awa}"], avatar: "mxc://hygie.test/est"}
  - {id: secteur-ouest, name: "Secteur Ouest", kind: discussion, topic: "Ouest"}
"#;

const ALL_DONE: &str = "Everything is as the files say.";

fn stopped() -> Options {
    Options {
        stopped: true,
        ..Options::default()
    }
}

fn creates_a_room(passed: &Passed) -> bool {
    passed.path.ends_with("/createRoom")
}

/// The ids of `names`, sorted.
fn ids(world: &World, names: &[&str]) -> BTreeSet<OwnedUserId> {
    names.iter().map(|name| world.id_of(name)).collect()
}

impl Nord {
    async fn state(&self, room: &RoomId, event_type: &str, key: &str) -> Value {
        let state = self.samir.get_state(room, event_type, key).await;
        state.unwrap_or_else(|| panic!("{room} has no {event_type} {key}"))
    }

    async fn invited_or_there(&self, room: &RoomId) -> BTreeSet<OwnedUserId> {
        let mut people = self.samir.members_of(room, "invite").await;
        people.extend(self.samir.members_of(room, "join").await);
        people
            .into_iter()
            .filter(|user| *user != self.bot())
            .collect()
    }

    /// How many state events each room has had so far.
    async fn state_events(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for room in self.rooms() {
            let timeline = self.samir.timeline(room).await;
            let state = timeline
                .iter()
                .filter(|event| event["state_key"].is_string())
                // What wakes a homeserver that was too busy to answer for a while is no change of the community.
                .filter(|event| event["type"] != "org.hygie.awake");
            counts.push(state.count());
        }
        counts
    }
}

on_both! {
    async fn a_file_becomes_a_space_and_rooms_as_it_says(database) {
        let nord = Nord::with(database, WITH_PICTURES, Options::default()).await;
        let world = &nord.world;
        let expected = [
            (&nord.space, "", "Nord", "S’entraider", "invite", Some("mxc://hygie.test/space")),
            (&nord.announcements, "announcements", "Annonces", "Les annonces de la communauté, transmises à tous les groupes", "restricted", None),
            (&nord.admins, "admins", "Administration", "Conduite de la communauté, réservée à l’administration", "invite", None),
            (&nord.est, "secteur-est", "Secteur Est", "Est", "restricted", Some("mxc://hygie.test/est")),
            (&nord.ouest, "secteur-ouest", "Secteur Ouest", "Ouest", "restricted", None),
        ];
        let here = json!(["hygie.test"]);
        for (order, (room, group, name, topic, join_rule, avatar)) in expected.into_iter().enumerate() {
            let is_space = group.is_empty();
            let create = nord.state(room, "m.room.create", "").await;
            assert_eq!(create["room_version"], "12", "{name}");
            assert_eq!(create["m.federate"], false, "{name}");
            assert_eq!(create["additional_creators"], Value::Null, "{name}");
            assert_eq!(create["type"] == "m.space", is_space, "{name}");
            assert_eq!(nord.state(room, "m.room.name", "").await["name"], name);
            assert_eq!(nord.state(room, "m.room.topic", "").await["topic"], topic);
            let address = nord.state(room, "m.room.canonical_alias", "").await;
            assert_eq!(address["alias"], alias(world, group).as_str());
            assert_eq!(world.resolve(&alias(world, group)).await.as_ref(), Some(room));
            let history = nord.state(room, "m.room.history_visibility", "").await;
            assert_eq!(history, json!({"history_visibility": "joined"}), "{name}");
            let guests = nord.state(room, "m.room.guest_access", "").await;
            assert_eq!(guests, json!({"guest_access": "forbidden"}), "{name}");
            let picture = nord.samir.get_state(room, "m.room.avatar", "").await;
            assert_eq!(picture, avatar.map(|url| json!({"url": url})), "{name}");
            let rules = nord.state(room, "m.room.join_rules", "").await;
            let allow = json!([{"type": "m.room_membership", "room_id": nord.space}]);
            assert_eq!(rules["join_rule"], join_rule, "{name}");
            assert_eq!(rules["allow"], if join_rule == "restricted" { allow } else { Value::Null }, "{name}");
            if !is_space {
                let child = nord.state(&nord.space, "m.space.child", room.as_str()).await;
                assert_eq!(child["via"], here, "{name}");
                assert_eq!(child["order"], format!("{:04}", order - 1), "{name}");
                assert_eq!(child["suggested"], group != "admins", "{name}");
                let parent = nord.state(room, "m.space.parent", nord.space.as_str()).await;
                assert_eq!(parent, json!({"via": here, "canonical": true}), "{name}");
            }
            let timeline = nord.samir.timeline(room).await;
            let creation = timeline.iter().find(|event| event["type"] == "m.room.create");
            let creator = creation.map(|event| event["sender"].clone());
            assert!(creator.is_none_or(|it| it == nord.bot().as_str()), "the bot creates {name}");
        }
        assert!(!world.log().contains("deadlock"), "{}", world.log());
        powers_follow_from_roles(&nord).await;
        the_right_people_are_invited(&nord).await;
    }
}

async fn powers_follow_from_roles(nord: &Nord) {
    for room in nord.rooms() {
        let levels = nord.state(room, "m.room.power_levels", "").await;
        let mut users = serde_json::Map::new();
        let roles = [("samir", 100), ("ines", 100), ("lea", 100), ("zoe", 50)];
        for (name, level) in roles {
            users.insert(nord.world.id_of(name).to_string(), json!(level));
        }
        if *room == nord.est {
            users.insert(nord.world.id_of("awa").to_string(), json!(50));
        }
        assert_eq!(
            levels["users"],
            Value::Object(users),
            "the creator is above them, unlisted"
        );
        let quiet = [&nord.space, &nord.announcements].contains(&room);
        assert_eq!(levels["events_default"], if quiet { 50 } else { 0 });
        assert_eq!(levels["state_default"], 100);
        assert_eq!(levels["invite"], 50);
        assert_eq!(levels["events"]["m.room.tombstone"], 150);
    }
}

async fn the_right_people_are_invited(nord: &Nord) {
    let team = ids(&nord.world, &["samir", "ines", "lea", "zoe"]);
    let with_awa = ids(&nord.world, &["samir", "ines", "lea", "zoe", "awa"]);
    for room in nord.rooms() {
        let expected = if *room == nord.ouest {
            &team
        } else {
            &with_awa
        };
        assert_eq!(nord.invited_or_there(room).await, *expected, "{room}");
    }
}

on_both! {
    async fn plan_changes_nothing_and_apply_makes_the_rooms_once(database) {
        let world = World::start(database, &[NORD], stopped()).await;
        let planned = world.hygie(&["plan"]).await;
        let said = String::from_utf8_lossy(&planned.stdout).into_owned();
        assert!(planned.status.success(), "{planned:?}");
        for expected in ["Nord (5 to change)", "+ Créer l’espace Nord", "Secteur Est", "Annonces", "5 change(s)"] {
            assert!(said.contains(expected), "{expected} in {said}");
        }
        assert_eq!(world.resolve(&alias(&world, "")).await, None, "a plan makes no room");
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox").await, 0);

        let applied = world.hygie(&["apply"]).await;
        assert!(applied.status.success(), "{applied:?}");
        assert_eq!(rooms_of_the_bot(&world).await.len(), 5);
        for again in ["plan", "apply"] {
            let output = world.hygie(&[again]).await;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains(ALL_DONE), "{again}: {output:?}");
        }

        let mut world = world;
        world.restart().await;
        let mut nord = Nord::in_world(world).await;
        let before = nord.state_events().await;
        nord.world.restart().await;
        let said = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(said.contains("Tout est comme la communauté l’a décidé"), "{said}");
        nord.quiet().await;
        assert_eq!(nord.state_events().await, before, "a restart changes nothing");
        assert_eq!(rooms_of_the_bot(&nord.world).await.len(), 5);
    }

    async fn a_crash_while_rooms_are_made_ends_with_every_room_once(database) {
        let options = Options { proxy: true, ..stopped() };
        let mut world = World::start(database, &[NORD], options).await;
        // The first room is made, and Hygie never hears of it; later it dies as soon as it has asked for another.
        world.proxy().fail(1, Fault::LoseAnswer, creates_a_room);
        for rooms in [1, 3, 5] {
            world.launch().await;
            world.proxy().wait_count("createRoom", rooms, creates_a_room).await;
            world.kill9().await;
        }
        world.restart().await;
        let nord = Nord::in_world(world).await;
        let mut by_alias: Vec<String> = nord.rooms().into_iter().map(OwnedRoomId::to_string).collect();
        let mut joined = rooms_of_the_bot(&nord.world).await;
        by_alias.sort();
        joined.sort();
        assert_eq!(joined, by_alias, "no room beside those that the aliases lead to");
        let said = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(said.contains("Tout est comme la communauté l’a décidé"), "{said}");
    }
}

#[tokio::test]
async fn a_file_read_again_adds_its_new_group_and_a_bad_file_is_refused_with_its_line() {
    let nord = Nord::start(Database::Sqlite).await;
    let world = &nord.world;
    let bad = NORD.replace("kind: discussion, topic: \"Est\"", "kind: diskussion");
    let place = format!("nord.yaml:{}:", line_of(&bad, "diskussion"));
    world.write("communities/nord.yaml", &bad);
    world.sighup();
    wait_until("the bad file to be refused", async || {
        let log = world.log();
        let refusal = log
            .lines()
            .find(|line| line.contains("was not taken over"))?;
        assert!(
            refusal.contains(&place) && refusal.contains("discussion"),
            "{refusal}"
        );
        Some(())
    })
    .await;
    let said = nord.command(&nord.samir, &nord.admins, "groupes").await;
    assert!(
        said.contains("Secteur Est") && said.contains("Secteur Ouest"),
        "{said}"
    );

    let more =
        format!("{NORD}  - {{id: formation, name: Formation, kind: training, topic: Apprendre}}\n");
    world.write("communities/nord.yaml", &more);
    world.sighup();
    let formation = world.room("nord", "formation").await;
    nord.samir.accept_invite(&formation).await;
    nord.quiet().await;
    let child = nord
        .state(&nord.space, "m.space.child", formation.as_str())
        .await;
    assert_eq!(child["via"], json!(["hygie.test"]));
    assert_eq!(rooms_of_the_bot(world).await.len(), 6);
}

#[tokio::test]
async fn an_owner_who_leaves_is_not_invited_again() {
    let mut nord = Nord::start(Database::Sqlite).await;
    let ines = nord.invited("ines", &[&nord.est, &nord.admins]).await;
    ines.leave(&nord.est).await.expect("anybody may leave");
    ines.wait_left(&nord.est).await;
    nord.world.sighup();
    nord.world.restart().await;
    let said = nord.command(&ines, &nord.admins, "appliquer").await;
    assert!(
        said.contains("Tout est comme la communauté l’a décidé"),
        "{said}"
    );
    quiet(&nord.world).await;
    let gone = nord.samir.members_of(&nord.est, "leave").await;
    assert!(gone.contains(&nord.world.id_of("ines")), "{gone:?}");
}
