//! What somebody changes by hand in a community's rooms: put back and told, or only told, as the community decided.

use std::sync::Arc;

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NORD, Nord};

impl Nord {
    /// Ines changes state by hand; Samir sees it as before again, and reads in the admins room who changed what.
    async fn is_put_back(
        &self,
        ines: &Member,
        (room, event_type, key): (&RoomId, &str, &str),
        content: Value,
        told: [&str; 2],
    ) {
        let before = self.samir.get_state(room, event_type, key).await;
        ines.send_state(room, event_type, key, content.clone())
            .await
            .unwrap_or_else(|refusal| panic!("an owner may set {event_type}: {refusal:?}"));
        wait_until(&format!("{event_type} {key} to be put back"), async || {
            let now = self.samir.get_state(room, event_type, key).await;
            let gone = before.is_none() && now == Some(json!({}));
            (gone || plain(now) == plain(before.clone())).then_some(())
        })
        .await;
        self.is_told(ines, told, "Hygie remet comme avant").await;
    }

    /// Samir reads in the admins room that `who` changed this, and what Hygie does about it.
    async fn is_told(&self, who: &Member, told: [&str; 2], what_is_done: &str) {
        let [what, room] = told;
        let all = [who.id().as_str(), what, room, what_is_done];
        self.samir
            .wait_message_in(&self.admins, |body| {
                all.iter().all(|part| body.contains(part))
            })
            .await;
    }
}

/// Without the other form of a topic that Synapse adds to the first one.
fn plain(mut content: Option<Value>) -> Option<Value> {
    let fields = content.as_mut().and_then(Value::as_object_mut);
    fields.and_then(|fields| fields.remove("m.topic"));
    content
}

/// The power levels of a room with one thing changed.
async fn levels(member: &Member, room: &RoomId, pointer: &str, value: Value) -> Value {
    let levels = member.get_state(room, "m.room.power_levels", "").await;
    let mut levels = levels.expect("every room has power levels");
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    levels.pointer_mut(parent).expect("it is there")[name] = value;
    levels
}

on_both! {
    async fn what_an_owner_changes_by_hand_is_put_back_and_the_admins_are_told_who_and_what(database) {
        let nord = Nord::start(database).await;
        let ines = nord.invited("ines", &[&nord.space, &nord.est]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let power = "m.room.power_levels";
        let raised = levels(&ines, &nord.est, &format!("/users/{}", luc.id()), json!(50)).await;
        nord.is_put_back(&ines, (&nord.est, power, ""), raised, ["niveaux de pouvoir", "Secteur Est"]).await;
        let opened = levels(&ines, &nord.space, "/invite", json!(0)).await;
        nord.is_put_back(&ines, (&nord.space, power, ""), opened, ["niveaux de pouvoir", "dans Nord"]).await;
        let public = json!({"join_rule": "public"});
        nord.is_put_back(&ines, (&nord.est, "m.room.join_rules", ""), public, ["règle d’entrée", "`restricted` → `public`"]).await;
        nord.is_put_back(&ines, (&nord.est, "m.room.topic", ""), json!({"topic": "Foire"}), ["sujet", "`Est` → `Foire`"]).await;
        nord.is_put_back(&ines, (&nord.est, "m.room.name", ""), json!({"name": "Salon"}), ["nom", "`Secteur Est` → `Salon`"]).await;
        let world_readable = json!({"history_visibility": "world_readable"});
        nord.is_put_back(&ines, (&nord.est, "m.room.history_visibility", ""), world_readable, ["visibilité de l’historique", "`joined` → `world_readable`"]).await;
        let guests = json!({"guest_access": "can_join"});
        nord.is_put_back(&ines, (&nord.est, "m.room.guest_access", ""), guests, ["accès des visiteurs", "`forbidden` → `can_join`"]).await;
        let child = "m.space.child";
        nord.is_put_back(&ines, (&nord.space, child, nord.est.as_str()), json!({}), ["lien avec l’espace", "lié → non lié"]).await;
        let foreign = ines.create_room(&[]).await;
        let link = json!({"via": ["hygie.test"]});
        nord.is_put_back(&ines, (&nord.space, child, foreign.as_str()), link, ["lien avec l’espace", "non lié → lié"]).await;
        // The same change a second time is mended a second time.
        nord.is_put_back(&ines, (&nord.est, "m.room.topic", ""), json!({"topic": "Foire"}), ["sujet", "`Est` → `Foire`"]).await;
        let told = nord.samir.bodies(&nord.admins).await;
        assert_eq!(told.iter().filter(|body| body.contains("`Est` → `Foire`")).count(), 2);
    }
}

async fn only_reporting() -> (Nord, Arc<Member>, Arc<Member>) {
    let file = NORD.replace("locale: fr", "locale: fr\ndrift: report");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let ines = nord.invited("ines", &[&nord.space, &nord.est]).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    (nord, ines, luc)
}

async fn topic(member: &Member, room: &OwnedRoomId) -> Value {
    let topic = member.get_state(room, "m.room.topic", "").await;
    topic.expect("it has a topic")["topic"].clone()
}

#[tokio::test]
async fn a_community_that_only_reports_is_told_and_put_back_when_an_admin_asks() {
    let (nord, ines, luc) = only_reporting().await;
    let power = "m.room.power_levels";
    let declared = ines.get_state(&nord.est, power, "").await;
    let changed = json!({"topic": "Foire"});
    let sent = ines
        .send_state(&nord.est, "m.room.topic", "", changed)
        .await;
    sent.expect("an owner may");
    ines.set_power(&nord.est, luc.id(), 50)
        .await
        .expect("an owner may");
    let only_told = "Hygie ne fait que le signaler";
    nord.is_told(&ines, ["sujet", "Secteur Est"], only_told)
        .await;
    nord.is_told(&ines, ["niveaux de pouvoir", "Secteur Est"], only_told)
        .await;
    nord.quiet().await;
    let said = nord.command(&nord.samir, &nord.admins, "plan").await;
    assert!(
        said.contains("2 écarts") && said.contains("`Foire` → `Est`"),
        "{said}"
    );
    assert_eq!(topic(&nord.samir, &nord.est).await, "Foire");
    let now = levels(&ines, &nord.est, &format!("/users/{}", luc.id()), json!(50)).await;
    assert_eq!(ines.get_state(&nord.est, power, "").await, Some(now));

    let said = nord.command(&nord.samir, &nord.admins, "appliquer").await;
    assert!(said.contains("2 étapes"), "{said}");
    wait_until("the topic and the powers to be as declared", async || {
        let topic = topic(&nord.samir, &nord.est).await;
        let powers = nord.samir.get_state(&nord.est, power, "").await;
        (topic == "Est" && powers == declared).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_mute_holds_where_drift_is_only_reported_and_ends_with_the_powers_as_they_were() {
    let (nord, ines, luc) = only_reporting().await;
    let power = "m.room.power_levels";
    let by_hand = levels(&ines, &nord.est, "/events/m.reaction", json!(50)).await;
    let sent = ines.send_state(&nord.est, power, "", by_hand.clone()).await;
    sent.expect("an owner may");
    nord.is_told(
        &ines,
        ["niveaux de pouvoir", "Secteur Est"],
        "ne fait que le signaler",
    )
    .await;
    let said = nord
        .command(&nord.samir, &nord.admins, &format!("muet {}", luc.id()))
        .await;
    assert!(said.contains("ne peut plus écrire"), "{said}");
    let mut muted = by_hand.clone();
    muted["users"][luc.id().as_str()] = json!(-1);
    wait_until("Luc to be muted", async || {
        let now = nord.samir.get_state(&nord.est, power, "").await;
        (now.as_ref() == Some(&muted)).then_some(())
    })
    .await;
    let refused = luc.send_raw(
        &nord.est,
        "m.room.message",
        json!({"msgtype": "m.text", "body": "x"}),
    );
    assert_eq!(
        refused
            .await
            .expect_err("who is muted cannot write")
            .errcode,
        "M_FORBIDDEN"
    );
    nord.command(&nord.samir, &nord.admins, &format!("rétablir {}", luc.id()))
        .await;
    wait_until("the powers to be exactly as Ines left them", async || {
        let now = nord.samir.get_state(&nord.est, power, "").await;
        (now.as_ref() == Some(&by_hand)).then_some(())
    })
    .await;
    luc.send_text(&nord.est, "merci").await;
}
