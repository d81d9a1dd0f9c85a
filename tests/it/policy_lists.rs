//! Policy lists: what one would do before it is in force, who is kept out because of it and for how long, the servers, the community's own
//! list, what hits many.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hygie_tests::{
    members::Member,
    on_both,
    synapse::SERVER_NAME,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, UserId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::communities::{NORD, Nord};

const USER: &str = "m.policy.rule.user";
const SERVER: &str = "m.policy.rule.server";

fn ban(entity: &str) -> Value {
    json!({"entity": entity, "recommendation": "m.ban", "reason": "spam"})
}

/// [`NORD`], in federation with others.
fn federated() -> String {
    NORD.replace("code_of_conduct:", "federate: true\ncode_of_conduct:")
}

/// A pattern that says somebody and hardly anybody else.
fn pattern(user: &UserId) -> String {
    let name = user.localpart();
    format!("@{}?*:{}", &name[..name.len() - 2], user.server_name())
}

/// Somebody else's list: a room of theirs that anybody may join.
struct List {
    curator: Arc<Member>,
    room: OwnedRoomId,
}

impl List {
    async fn of(nord: &Nord) -> Self {
        let curator = nord.world.member("curator").await;
        let room = curator.create_room(&[]).await;
        let public = json!({"join_rule": "public"});
        let name = json!({"name": "Indésirables"});
        let list = Self { curator, room };
        list.set("m.room.join_rules", "", public).await;
        list.set("m.room.name", "", name).await;
        list
    }

    async fn set(&self, event_type: &str, key: &str, content: Value) {
        let set = self
            .curator
            .send_state(&self.room, event_type, key, content);
        set.await.expect("whose room it is may set its state");
    }
}

impl Nord {
    async fn lists(&self, line: &str) -> String {
        let line = format!("listes {line}");
        self.command(&self.samir, &self.admins, &line).await
    }

    /// Waits until somebody is, or is not, banned in every room.
    async fn wait_banned(&self, who: &UserId, wanted: bool) {
        for room in self.rooms() {
            wait_until(&format!("{who} banned in {room}: {wanted}"), async || {
                let banned = self.samir.members_of(room, "ban").await;
                (banned.contains(&who.to_owned()) == wanted).then_some(())
            })
            .await;
        }
    }

    async fn is_banned_anywhere(&self, who: &UserId) -> bool {
        for room in self.rooms() {
            if self
                .samir
                .members_of(room, "ban")
                .await
                .contains(&who.to_owned())
            {
                return true;
            }
        }
        false
    }

    /// Waits until so many rules are known, and the list was compared with who is here as it is after so many changes.
    async fn compared(&self, rules: i64, revision: i64) {
        let known = "SELECT count(*) FROM record WHERE kind = 'list-rule'";
        wait_until("the rules to be known", async || {
            (self.world.sql_count(known).await == rules).then_some(())
        })
        .await;
        let compared = format!(
            "SELECT count(*) FROM record WHERE kind = 'list' AND value LIKE '%\"compared\":{revision},%'"
        );
        wait_until("the list to be compared", async || {
            (self.world.sql_count(&compared).await == 1).then_some(())
        })
        .await;
        self.quiet().await;
    }

    async fn wait_acl(&self, deny: &[&str]) {
        for room in self.rooms() {
            wait_until(&format!("the servers denied in {room}"), async || {
                let acl = self.samir.get_state(room, "m.room.server_acl", "").await?;
                let wanted = json!({"allow": ["*"], "deny": deny, "allow_ip_literals": false});
                (acl == wanted).then_some(())
            })
            .await;
        }
    }
}

async fn react(who: &Member, room: &RoomId, to: &Value, key: &str) -> OwnedEventId {
    let event = to["event_id"].as_str().expect("an event has an id");
    who.react(room, &EventId::parse(event).expect("an id"), key)
        .await
}

on_both! {
    async fn a_list_is_looked_at_then_in_force_in_every_room_and_for_whoever_comes_later(database) {
        let nord = Nord::start(database).await;
        let spam = nord.member("spam", &[&nord.est]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let list = List::of(&nord).await;
        list.set(USER, "rule:spam", ban(spam.id().as_str())).await;
        let asked = nord.lists(&format!("aperçu {}", list.room)).await;
        assert!(asked.contains("Rien n’est en vigueur"), "{asked}");
        let preview = nord.told("Personnes d’ici qui sont dessus : 1").await;
        let said = crate::communities::body(&preview);
        for part in ["Indésirables", "dans Secteur Est : 1", spam.id().as_str(), "Rien n’est en vigueur"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        nord.quiet().await;
        assert!(!nord.is_banned_anywhere(spam.id()).await);

        let done = nord.lists(&format!("abonner {} appliquer", list.room)).await;
        assert!(done.contains("désormais appliquée"), "{done}");
        nord.wait_banned(spam.id(), true).await;
        nord.told("Tenus à l’écart de tous les salons : 1").await;

        // Later: by a pattern, and by a hash.
        let (mallory, tom) = (nord.world.member("mallory").await, nord.world.member("tom").await);
        list.set("m.room.rule.user", "m", ban(&pattern(mallory.id()))).await;
        let hash = STANDARD.encode(Sha256::digest(tom.id().as_str()));
        list.set(USER, "t", json!({"recommendation": "m.takedown", "org.matrix.msc4205.hashes": {"sha256": hash}})).await;
        nord.compared(3, 3).await;
        for who in [&mallory, &tom] {
            nord.samir.invite(&nord.space, who.id()).await.expect("an owner may invite");
            nord.wait_banned(who.id(), true).await;
            nord.told(&format!("{} est tenu à l’écart", who.id())).await;
        }
        assert!(!nord.is_banned_anywhere(luc.id()).await);
        let shown = nord.lists("").await;
        assert!(shown.contains("Personnes à l’écart à cause des listes : 3"), "{shown}");
        let log = nord.command(&nord.samir, &nord.admins, "journal").await;
        assert!(log.contains("list-ban"), "{log}");
    }

    async fn who_is_on_no_list_any_more_may_come_back_and_whom_the_team_banned_may_not(database) {
        let nord = Nord::start(database).await;
        let spam = nord.member("spam", &[&nord.est]).await;
        let ben = nord.member("ben", &[&nord.est]).await;
        let list = List::of(&nord).await;
        for who in [&spam, &ben] {
            list.set(USER, who.id().localpart(), ban(who.id().as_str())).await;
        }
        nord.lists(&format!("abonner {} appliquer", list.room)).await;
        for who in [&spam, &ben] {
            nord.wait_banned(who.id(), true).await;
        }
        nord.command(&nord.samir, &nord.admins, &format!("bannir {} parce que menaces", ben.id())).await;
        nord.quiet().await;
        for who in [&spam, &ben] {
            list.set(USER, who.id().localpart(), json!({})).await;
        }
        nord.wait_banned(spam.id(), false).await;
        nord.told("n’est plus sur aucune liste").await;
        nord.compared(0, 3).await;
        nord.wait_banned(ben.id(), true).await;
        nord.samir.invite(&nord.space, spam.id()).await.expect("who is not banned can be invited");
        spam.accept_invite(&nord.space).await;
        nord.quiet().await;
        assert!(!nord.is_banned_anywhere(spam.id()).await);

        // Whom the team lets in, the list does not put out again.
        list.set(USER, "again", ban(spam.id().as_str())).await;
        nord.wait_banned(spam.id(), true).await;
        nord.command(&nord.samir, &nord.admins, &format!("débannir {}", spam.id())).await;
        nord.wait_banned(spam.id(), false).await;
        nord.samir.invite(&nord.space, spam.id()).await.expect("who is not banned can be invited");
        spam.accept_invite(&nord.space).await;
        list.set(USER, "other", ban("@other:elsewhere.example")).await;
        nord.compared(2, 5).await;
        assert!(!nord.is_banned_anywhere(spam.id()).await);
    }

    async fn a_restart_in_the_middle_loses_neither_rules_nor_bans(database) {
        let mut nord = Nord::start(database).await;
        let spam = nord.member("spam", &[&nord.est]).await;
        let list = List::of(&nord).await;
        list.set(USER, "s", ban(spam.id().as_str())).await;
        let line = nord.line(&format!("listes abonner {} appliquer", list.room));
        nord.samir.send_text(&nord.admins, &line).await;
        let kept = "SELECT count(*) FROM record WHERE kind = 'list'";
        wait_until("the list to be noted", async || {
            (nord.world.sql_count(kept).await == 1).then_some(())
        })
        .await;
        nord.world.kill9().await;
        nord.world.launch().await;
        nord.wait_banned(spam.id(), true).await;
        nord.compared(1, 1).await;
        // While Hygie is down the list changes.
        nord.world.kill9().await;
        list.set(USER, "s", json!({})).await;
        nord.world.launch().await;
        nord.wait_banned(spam.id(), false).await;
        nord.compared(0, 2).await;
        let bans = "SELECT count(*) FROM record WHERE kind = 'listed'";
        assert_eq!(nord.world.sql_count(bans).await, 0);
    }

    async fn servers_of_a_list_are_kept_out_of_every_room_until_it_is_given_up(database) {
        let mut nord = Nord::with(database, &federated(), Options::default()).await;
        let list = List::of(&nord).await;
        list.set(SERVER, "a", ban("evil.example")).await;
        list.set("org.matrix.mjolnir.rule.server", "b", ban("*.evil.example")).await;
        list.set(SERVER, "home", ban(SERVER_NAME)).await;
        list.set(USER, "all", ban("*")).await;
        assert_eq!(nord.samir.get_state(&nord.est, "m.room.server_acl", "").await, None);
        let done = nord.lists(&format!("abonner {} appliquer", list.room)).await;
        assert!(done.contains("Abonné"), "{done}");
        let denied = ["*.evil.example", "evil.example"];
        nord.wait_acl(&denied).await;
        nord.told("Pas appliqué").await;
        nord.quiet().await;
        let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(plan.contains("Tout est comme"), "{plan}");

        // What somebody sets by hand is put back.
        let by_hand = json!({"allow": ["*"], "deny": []});
        let set = nord.samir.send_state(&nord.est, "m.room.server_acl", "", by_hand).await;
        set.expect("an owner may set it");
        nord.wait_acl(&denied).await;
        nord.world.restart().await;
        nord.quiet().await;
        nord.wait_acl(&denied).await;

        nord.lists(&format!("désabonner {}", list.room)).await;
        nord.wait_acl(&[]).await;
        let known = "SELECT count(*) FROM record WHERE kind IN ('list', 'list-read', 'list-rule')";
        wait_until("the list to be forgotten", async || {
            (nord.world.sql_count(known).await == 0).then_some(())
        })
        .await;
        nord.quiet().await;
        wait_until("the bot to leave the list", async || {
            let there = list.curator.members_of(&list.room, "join").await;
            (!there.contains(&nord.bot())).then_some(())
        })
        .await;
    }

    async fn what_hits_most_of_a_group_waits_for_an_admin_over_a_restart(database) {
        let mut nord = Nord::start(database).await;
        let mut crowd = Vec::new();
        // Beside four of the team who are invited.
        for name in ["c1", "c2", "c3", "c4", "c5"] {
            crowd.push(nord.member(name, &[&nord.ouest]).await);
        }
        let list = List::of(&nord).await;
        for who in &crowd {
            list.set(USER, who.id().localpart(), ban(who.id().as_str())).await;
        }
        nord.lists(&format!("abonner {} appliquer", list.room)).await;
        let card = nord.told("toucherait 5 personnes").await;
        nord.quiet().await;
        for who in &crowd {
            assert!(!nord.is_banned_anywhere(who.id()).await);
        }
        nord.world.restart().await;
        nord.quiet().await;
        assert!(!nord.is_banned_anywhere(crowd[0].id()).await);
        react(&nord.samir, &nord.admins, &card, "✅").await;
        for who in &crowd {
            nord.wait_banned(who.id(), true).await;
        }
    }
}

#[tokio::test]
async fn a_list_that_is_only_told_bans_nobody_until_it_is_trusted_more() {
    let nord = Nord::start(Database::Sqlite).await;
    let spam = nord.member("spam", &[&nord.est]).await;
    let list = List::of(&nord).await;
    list.set(USER, "s", ban(spam.id().as_str())).await;
    list.set(USER, "z", ban(nord.world.id_of("zoe").as_str()))
        .await;
    nord.lists(&format!("abonner {}", list.room)).await;
    nord.told("Sur la liste, et toujours ici : 1").await;
    nord.told("l’équipe n’est jamais touchée").await;
    let late = nord.world.member("late").await;
    list.set(USER, "l", ban(late.id().as_str())).await;
    nord.compared(3, 2).await;
    nord.samir
        .invite(&nord.space, late.id())
        .await
        .expect("an owner may invite");
    nord.told(&format!("{} arrive", late.id())).await;
    nord.quiet().await;
    for who in [spam.id(), late.id()] {
        assert!(!nord.is_banned_anywhere(who).await);
    }
    nord.lists(&format!("confiance {} appliquer", list.room))
        .await;
    for who in [spam.id(), late.id()] {
        nord.wait_banned(who, true).await;
    }
    assert!(!nord.is_banned_anywhere(&nord.world.id_of("zoe")).await);
    nord.lists(&format!("confiance {} signaler", list.room))
        .await;
    nord.wait_banned(spam.id(), false).await;
}

#[tokio::test]
async fn the_own_list_is_made_read_by_others_and_enforced_at_home() {
    let nord = Nord::start(Database::Sqlite).await;
    let spam = nord.member("spam", &[&nord.est]).await;
    let early = nord.lists(&format!("ajouter personne {}", spam.id())).await;
    assert!(early.contains("listes publier"), "{early}");
    let made = nord.lists("publier").await;
    let alias = format!("#_{}_nord__lists:{SERVER_NAME}", nord.world.slot.bot);
    assert!(made.contains(&alias), "{made}");
    wait_until("the list to exist", async || {
        nord.world.resolve(&alias).await
    })
    .await;
    nord.compared(0, 1).await;
    let done = nord
        .lists(&format!(
            "ajouter personne {} parce que démarchage",
            spam.id()
        ))
        .await;
    assert!(done.contains("Publié"), "{done}");
    nord.wait_banned(spam.id(), true).await;
    for (refused, why) in [
        (
            format!("ajouter personne @*:{SERVER_NAME}"),
            "tout le monde",
        ),
        (format!("ajouter serveur {SERVER_NAME}"), "tout le monde"),
        (
            format!("ajouter personne {}", nord.world.id_of("zoe")),
            "l’équipe",
        ),
    ] {
        let said = nord.lists(&refused).await;
        assert!(said.contains(why), "{said}");
    }
    // As any other tool reads it, without being invited.
    let reader = nord.world.member("reader").await;
    let room = reader.join(&alias).await.expect("anybody may come in");
    let key = format!("rule:{}", spam.id());
    let rule = reader.get_state(&room, USER, &key).await;
    let expected = json!({"entity": spam.id(), "recommendation": "m.ban", "reason": "démarchage"});
    assert_eq!(rule, Some(expected));
    assert!(
        reader
            .send_state(&room, USER, "mine", ban("@samir:s"))
            .await
            .is_err()
    );
    nord.lists(&format!("retirer personne {}", spam.id())).await;
    nord.wait_banned(spam.id(), false).await;
    assert_eq!(reader.get_state(&room, USER, &key).await, Some(json!({})));
    let told = nord
        .command(&nord.samir, &nord.admins, &format!("bannir {}", spam.id()))
        .await;
    assert!(told.contains("lists add user"), "{told}");
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_told_to_the_admins_and_its_rules_stay() {
    let nord = Nord::start(Database::Sqlite).await;
    nord.lists(&format!("abonner #nowhere:{SERVER_NAME}")).await;
    nord.told("ne peut pas être lue").await;
    nord.lists(&format!("abonner {}", nord.est)).await;
    let spam = nord.member("spam", &[&nord.est]).await;
    let list = List::of(&nord).await;
    list.set(USER, "s", ban(spam.id().as_str())).await;
    nord.lists(&format!("abonner {} appliquer", list.room))
        .await;
    nord.wait_banned(spam.id(), true).await;
    nord.quiet().await;
    list.curator
        .ban(&list.room, &nord.bot(), "no bots")
        .await
        .expect("whose room it is may");
    nord.told("Je ne suis plus dans le salon de la liste").await;
    nord.quiet().await;
    nord.wait_banned(spam.id(), true).await;
    let shown = nord.lists("").await;
    assert!(
        shown.contains("ne peut pas être lue en ce moment"),
        "{shown}"
    );
}
