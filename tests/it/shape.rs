//! What a community consists of, on a real homeserver: rooms that existed before, new rooms for old ones, archives, ends, communities that
//! commands made, and what waits for somebody to say so.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedRoomId, RoomId, RoomVersionId, api::client::room::create_room};
use serde_json::{Value, json};

use crate::communities::{NIR, NORD, Nord, alias, as_bot, quiet};

/// A room that somebody made before, of this version.
async fn old_room(member: &Member, version: &str, name: &str) -> OwnedRoomId {
    let mut request = create_room::v3::Request::new();
    request.name = Some(name.to_owned());
    request.room_version = Some(RoomVersionId::try_from(version).expect("a room version"));
    request.preset = Some(create_room::v3::RoomPreset::PrivateChat);
    let made = member.client().send(request).await;
    made.expect("a member may open a room").room_id
}

/// What stands between the last backticks: the name of a card.
pub fn card_in(said: &str) -> String {
    let mut parts = said.rsplit('`');
    parts.next();
    parts.next().expect("a card is named").to_owned()
}

impl Nord {
    /// Samir gives a command that asks whether he means it, and says yes.
    pub(crate) async fn confirmed(&self, line: &str) {
        let asked = self.command(&self.samir, &self.admins, line).await;
        assert!(asked.contains("confirmation"), "{asked}");
        let yes = format!("approuver {}", card_in(&asked));
        let answer = self.samir.send_text(&self.admins, &self.line(&yes)).await;
        drop(answer);
    }

    /// A leak in this room is taken down.
    pub(crate) async fn protects(&self, member: &Member, room: &RoomId) {
        let leak = member.send_text(room, NIR).await;
        member.wait_redacted(room, &leak).await;
    }

    /// The room of a group once it is another one than this.
    pub async fn successor(&self, group: &str, old: &RoomId) -> OwnedRoomId {
        let address = alias(&self.world, group);
        wait_until("a new room", async || {
            let now = self.world.resolve(&address).await;
            now.filter(|room| *room != *old)
        })
        .await
    }

    pub(crate) async fn state_of(&self, room: &RoomId, event_type: &str, key: &str) -> Value {
        let path = format!("rooms/{room}/state/{event_type}/{key}");
        as_bot(&self.world, &path).await
    }

    pub(crate) async fn waits_for(
        &self,
        room: &RoomId,
        event_type: &str,
        key: &str,
        field: &str,
        value: Value,
    ) {
        wait_until(
            &format!("{event_type} {key} to have {field}: {value}"),
            async || {
                let now = self.state_of(room, event_type, key).await;
                (now[field] == value).then_some(())
            },
        )
        .await;
    }
}

/// The bot takes over a room of this version that Samir made, as the room of a group.
pub async fn adopted(nord: &Nord, version: &str, group: &str) -> OwnedRoomId {
    let room = old_room(&nord.samir, version, "Aidants d’avant").await;
    nord.samir
        .invite(&room, &nord.bot())
        .await
        .expect("its creator invites");
    let said = nord
        .command(
            &nord.samir,
            &nord.admins,
            &format!("adopter {room} comme {group} soutien"),
        )
        .await;
    assert!(said.contains("Hygie reprend"), "{said}");
    nord.told("pas assez de pouvoir").await;
    let before = nord.state_of(&room, "m.room.power_levels", "").await;
    assert_eq!(before["users"][nord.bot().as_str()], Value::Null);
    nord.samir
        .set_power(&room, &nord.bot(), 100)
        .await
        .expect("its creator may");
    nord.told("veille maintenant sur Aidants d’avant").await;
    nord.waits_for(
        &room,
        "m.space.parent",
        nord.space.as_str(),
        "canonical",
        json!(true),
    )
    .await;
    nord.waits_for(
        &nord.space,
        "m.space.child",
        room.as_str(),
        "via",
        json!(["hygie.test"]),
    )
    .await;
    nord.waits_for(
        &room,
        "m.room.history_visibility",
        "",
        "history_visibility",
        json!("joined"),
    )
    .await;
    assert_eq!(
        nord.world
            .resolve(&alias(&nord.world, group))
            .await
            .as_ref(),
        Some(&room)
    );
    nord.quiet().await;
    room
}

on_both! {
    async fn a_room_that_a_member_made_is_taken_over_once_the_bot_has_the_power_that_it_asked_for(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[]).await;
        let room = adopted(&nord, "11", "aidants").await;
        nord.samir.invite(&room, luc.id()).await.expect("he runs it");
        luc.accept_invite(&room).await;
        nord.protects(&luc, &room).await;
        // It keeps its power, and the name that the room had.
        let levels = nord.state_of(&room, "m.room.power_levels", "").await;
        assert_eq!(levels["users"][nord.bot().as_str()], 100);
        assert_eq!(nord.state_of(&room, "m.room.name", "").await["name"], "Aidants d’avant");
        let said = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(said.contains("Tout est comme"), "{said}");
    }
}

#[tokio::test]
async fn who_made_a_room_of_version_12_is_said_to_stay_above_and_a_new_room_changes_that() {
    let nord = Nord::start(Database::Sqlite).await;
    let room = adopted(&nord, "12", "aidants").await;
    nord.told("reste au-dessus de tout le monde").await;
    nord.confirmed("upgrade aidants").await;
    let new = nord.successor("aidants", &room).await;
    nord.samir.accept_invite(&new).await;
    let create = nord.state_of(&new, "m.room.create", "").await;
    assert_eq!(create["predecessor"]["room_id"], room.as_str());
    let levels = nord.state_of(&new, "m.room.power_levels", "").await;
    assert_eq!(levels["users"][nord.samir.id().as_str()], 100);
}

#[tokio::test]
async fn a_room_to_which_the_bot_was_not_invited_is_taken_over_when_it_is() {
    let nord = Nord::start(Database::Sqlite).await;
    let room = old_room(&nord.samir, "11", "Fermé").await;
    nord.command(
        &nord.samir,
        &nord.admins,
        &format!("adopter {room} comme aidants"),
    )
    .await;
    nord.told("Invitez-y d’abord").await;
    nord.samir
        .invite(&room, &nord.bot())
        .await
        .expect("its creator invites");
    nord.told("pas assez de pouvoir").await;
}

on_both! {
    async fn a_group_goes_to_a_new_room_with_its_members_bans_mutes_and_lock(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let eve = nord.member("eve", &[&nord.est]).await;
        let ben = nord.member("ben", &[&nord.est]).await;
        nord.samir.ban(&nord.est, eve.id(), "pubs").await.expect("an owner may");
        nord.command(&nord.samir, &nord.admins, &format!("muet {} pendant 2h", ben.id())).await;
        nord.command(&nord.samir, &nord.admins, "verrouiller secteur-est pendant 3h").await;
        nord.quiet().await;
        let old = nord.est.clone();
        nord.confirmed("remplacer-salon secteur-est").await;
        let new = nord.successor("secteur-est", &old).await;
        for member in [&nord.samir, &luc, &ben] {
            member.accept_invite(&new).await;
        }
        nord.waits_for(&old, "m.room.tombstone", "", "replacement_room", json!(new)).await;
        nord.waits_for(&new, "m.room.member", eve.id().as_str(), "membership", json!("ban")).await;
        nord.waits_for(&new, "m.room.power_levels", "", "events_default", json!(100)).await;
        nord.waits_for(&nord.space, "m.space.child", old.as_str(), "via", Value::Null).await;
        nord.waits_for(&nord.space, "m.space.child", new.as_str(), "via", json!(["hygie.test"])).await;
        let text = json!({"msgtype": "m.text", "body": "x"});
        for room in [&old, &new] {
            wait_until("nobody to write there", async || {
                let refused = luc.send_raw(room, "m.room.message", text.clone()).await;
                refused.err().map(drop)
            })
            .await;
        }
        nord.quiet().await;
        nord.world.restart().await;
        nord.command(&nord.samir, &nord.admins, "rouvrir secteur-est").await;
        nord.waits_for(&new, "m.room.power_levels", "", "events_default", json!(0)).await;
        nord.protects(&luc, &new).await;
        let levels = nord.state_of(&new, "m.room.power_levels", "").await;
        assert_eq!(levels["users"][ben.id().as_str()], -1, "the mute goes with him");
        nord.quiet().await;
        let said = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(said.contains("Tout est comme"), "{said}");
    }
}

#[tokio::test]
async fn announcements_and_admins_go_to_new_rooms_and_go_on_working() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    nord.confirmed("upgrade announcements").await;
    let announcements = nord.successor("announcements", &nord.announcements).await;
    nord.samir.accept_invite(&announcements).await;
    nord.quiet().await;
    nord.samir
        .send_text(&announcements, "Vaccination jeudi")
        .await;
    luc.wait_message_in(&nord.est, |body| body.contains("Vaccination jeudi"))
        .await;
    nord.confirmed("upgrade admins").await;
    let admins = nord.successor("admins", &nord.admins).await;
    nord.samir.accept_invite(&admins).await;
    nord.quiet().await;
    let said = nord.command(&nord.samir, &admins, "plan").await;
    assert!(said.contains("Tout est comme"), "{said}");
}

#[tokio::test]
async fn a_room_in_which_nobody_of_the_administration_has_power_is_not_taken_over() {
    let nord = Nord::start(Database::Sqlite).await;
    let eve = nord.world.member("eve").await;
    let room = old_room(&eve, "11", "Aidants d’ailleurs").await;
    let open = json!({"join_rule": "public"});
    let opened = eve.send_state(&room, "m.room.join_rules", "", open).await;
    opened.expect("its creator may");
    nord.samir.join(room.as_str()).await.expect("it is open");
    let line = format!("adopter {room} comme ailleurs soutien");
    nord.command(&nord.samir, &nord.admins, &line).await;
    nord.told("personne de l’administration n’y a le pouvoir")
        .await;
    nord.quiet().await;
    assert!(!eve.members_of(&room, "join").await.contains(&nord.bot()));
    assert_eq!(
        nord.world.resolve(&alias(&nord.world, "ailleurs")).await,
        None
    );
}

#[tokio::test]
async fn encryption_that_was_turned_on_by_hand_goes_with_a_group_to_its_new_room() {
    let options = Options {
        encryption: true,
        ..Options::default()
    };
    let nord = Nord::with(Database::Sqlite, NORD, options).await;
    let on = json!({"algorithm": "m.megolm.v1.aes-sha2"});
    let turned = nord
        .samir
        .send_state(&nord.est, "m.room.encryption", "", on.clone())
        .await;
    turned.expect("an owner may");
    nord.quiet().await;
    nord.confirmed("remplacer-salon secteur-est").await;
    let new = nord.successor("secteur-est", &nord.est).await;
    nord.waits_for(
        &new,
        "m.room.encryption",
        "",
        "algorithm",
        on["algorithm"].clone(),
    )
    .await;
}

#[tokio::test]
async fn an_archived_group_can_be_read_and_not_written_in_until_it_is_reopened() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let said = nord
        .command(
            &nord.samir,
            &nord.admins,
            "archiver secteur-est parce que fini",
        )
        .await;
    assert!(said.contains("est archivé"), "{said}");
    luc.wait_message_in(&nord.est, |body| body.contains("fini"))
        .await;
    nord.waits_for(
        &nord.est,
        "m.room.power_levels",
        "",
        "events_default",
        json!(100),
    )
    .await;
    nord.waits_for(
        &nord.space,
        "m.space.child",
        nord.est.as_str(),
        "via",
        Value::Null,
    )
    .await;
    nord.command(&nord.samir, &nord.admins, "rouvrir secteur-est")
        .await;
    nord.waits_for(
        &nord.est,
        "m.room.power_levels",
        "",
        "events_default",
        json!(0),
    )
    .await;
    luc.send_text(&nord.est, "merci").await;
    // Its last day is over: archived by itself.
    nord.command(
        &nord.samir,
        &nord.admins,
        "group set secteur-est ends = 2020-01-01",
    )
    .await;
    nord.told("avait pour dernier jour").await;
    nord.waits_for(
        &nord.est,
        "m.room.power_levels",
        "",
        "events_default",
        json!(100),
    )
    .await;
}

#[tokio::test]
async fn what_would_show_more_to_more_people_waits_until_somebody_confirms_it() {
    let nord = Nord::start(Database::Sqlite).await;
    let line = "group set secteur-est access.history = shared";
    let said = nord.command(&nord.samir, &nord.admins, line).await;
    assert!(said.contains("attend votre accord"), "{said}");
    nord.told("1 changement attend votre accord").await;
    let said = nord.command(&nord.samir, &nord.admins, "appliquer").await;
    assert!(said.contains("attend votre accord"), "{said}");
    nord.quiet().await;
    let history = nord
        .state_of(&nord.est, "m.room.history_visibility", "")
        .await;
    assert_eq!(history["history_visibility"], "joined");
    nord.command(&nord.samir, &nord.admins, "appliquer confirmer")
        .await;
    nord.waits_for(
        &nord.est,
        "m.room.history_visibility",
        "",
        "history_visibility",
        json!("shared"),
    )
    .await;
}

on_both! {
    async fn a_community_is_made_and_changed_by_commands_and_survives_a_restart(database) {
        let mut nord = Nord::start(database).await;
        let file = std::fs::read_to_string(nord.world.folder().join("hygie.yaml")).expect("it was written");
        let founders = format!("{file}\nfounders: [\"{}\"]\n", nord.samir.id());
        nord.world.write("hygie.yaml", &founders);
        nord.world.restart().await;
        let line = "communauté créer sud « ASC Sud » pour relier les agents du Sud approuvé par la direction";
        let said = nord.command(&nord.samir, &nord.admins, line).await;
        assert!(said.contains("ASC Sud"), "{said}");
        let space = nord.world.space("sud").await;
        let admins = nord.world.room("sud", "admins").await;
        for room in [&space, &admins] {
            nord.samir.accept_invite(room).await;
        }
        quiet(&nord.world).await;
        let said = nord.command(&nord.samir, &admins, "groupe ajouter veille « Veille Sud » veille pour ce que l’on voit").await;
        assert!(said.contains("est ajouté"), "{said}");
        let watch = nord.world.room("sud", "veille").await;
        nord.samir.accept_invite(&watch).await;
        quiet(&nord.world).await;
        nord.world.restart().await;
        let said = nord.command(&nord.samir, &admins, "groupe régler veille nom = Veille du Sud").await;
        assert!(said.contains("Veille du Sud"), "{said}");
        nord.waits_for(&watch, "m.room.name", "", "name", json!("Veille du Sud")).await;
        let said = nord.command(&nord.samir, &admins, "communauté régler parent = nord").await;
        assert!(said.contains("parent"), "{said}");
        nord.waits_for(&nord.space, "m.space.child", space.as_str(), "via", json!(["hygie.test"])).await;
        nord.waits_for(&space, "m.space.parent", nord.space.as_str(), "canonical", json!(true)).await;
        let luc = nord.world.member("luc").await;
        for room in [&space, &watch] {
            nord.samir.invite(room, luc.id()).await.expect("an owner may invite");
            luc.accept_invite(room).await;
        }
        nord.protects(&luc, &watch).await;
    }
}

#[tokio::test]
async fn a_plan_can_be_read_by_programs_and_a_part_is_linked_with_the_whole() {
    let part = NORD
        .replace("id: nord", "id: sud\nparent: nord")
        .replace("name: Nord", "name: Sud");
    let options = Options {
        stopped: true,
        ..Options::default()
    };
    let mut world = World::start(Database::Sqlite, &[NORD, &part], options).await;
    let printed = world.hygie(&["plan", "--json"]).await;
    let plan: Value = serde_json::from_slice(&printed.stdout).expect("it is JSON");
    assert_eq!(plan["communities"][0]["id"], "nord");
    let step = &plan["communities"][0]["steps"][0];
    assert_eq!(
        (&step["place"], &step["destructive"]),
        (&json!("space"), &json!(false))
    );
    assert_eq!(step["what"]["en"], "Create the space Nord");
    world.restart().await;
    let (whole, part) = (world.space("nord").await, world.space("sud").await);
    for (room, event_type, key) in [
        (&whole, "m.space.child", &part),
        (&part, "m.space.parent", &whole),
    ] {
        wait_until("the spaces to be linked", async || {
            let state = as_bot(&world, &format!("rooms/{room}/state/{event_type}/{key}")).await;
            state.get("via").is_some().then_some(())
        })
        .await;
    }
}
