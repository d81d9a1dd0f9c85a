//! Who comes in, and how: proposals, knocks and requests, invitations by hand, strangers, full groups, a group that is split.

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, RoomId};
use serde_json::{Value, json};

use crate::communities::{NORD, Nord, body, direct_with_bot};

const HOUR: i64 = 3_600_000;

/// [`NORD`] with these lines, and where `est` and `ouest` say more.
fn nord(lines: &str, est: &str, ouest: &str) -> String {
    let file = NORD.replace("groups:\n", &format!("{lines}\ngroups:\n"));
    let file = file.replace("topic: \"Est\"", &format!("topic: \"Est\"{est}"));
    file.replace("topic: \"Ouest\"", &format!("topic: \"Ouest\"{ouest}"))
}

impl Nord {
    /// The card in the admins room whose words hold this, and its name.
    pub async fn card(&self, words: &str) -> (OwnedEventId, String) {
        let card = self
            .samir
            .wait_message_in(&self.admins, |body| {
                body.contains(words) && body.contains("pour dire oui")
            })
            .await;
        // From then on a reaction to it is known to be an answer.
        self.quiet().await;
        let id = card["event_id"].as_str().expect("an event has an id");
        let body = body(&card);
        let name = body.rsplit("refuser ").next().expect("the card says how");
        let name: String = name.chars().take_while(|it| it.is_alphanumeric()).collect();
        (id.try_into().expect("an event id"), name)
    }

    /// Says something to the bot in private and waits for what it says next.
    async fn says(&self, who: &Member, direct: &RoomId, line: &str, next: &str) {
        who.send_text(direct, line).await;
        who.wait_message_in(direct, |body| body.contains(next))
            .await;
    }

    async fn wait_is(&self, who: &Member, membership: &str, room: &RoomId) {
        let what = format!("{} to be {membership} in {room}", who.id());
        wait_until(&what, async || {
            let there = self.samir.members_of(room, membership).await;
            there.iter().any(|it| it == who.id()).then_some(())
        })
        .await;
    }
}

on_both! {
    async fn a_member_proposes_somebody_and_the_team_answers_by_reaction(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let (mia, tom) = (nord.world.member("mia").await, nord.world.member("tom").await);
        let awa = nord.invited("awa", &[&nord.space, &nord.admins]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;

        let line = format!("proposer {} pour secteur-est parce que infirmière à Zinzolin", mia.id());
        nord.says(&luc, &direct, &line, "l’équipe décide").await;
        let (card, _) = nord.card("infirmière à Zinzolin").await;
        let thanks = nord.command(&nord.samir, &nord.admins, "cartes").await;
        assert!(thanks.contains("proposition") && thanks.contains(mia.id().as_str()), "{thanks}");
        awa.wait_for_event(&nord.admins, "the card", |event| event["event_id"] == card.as_str()).await;
        awa.react(&nord.admins, &card, "✅").await;
        awa.wait_redacted(&nord.admins, &card).await;
        let invitation = mia.wait_invite(&nord.est).await;
        assert!(invitation["content"]["reason"].as_str().is_some_and(|it| it.contains("vous a proposé")), "{invitation}");
        mia.accept_invite(&nord.space).await;
        mia.accept_invite(&nord.est).await;
        luc.wait_message_in(&direct, |body| body.contains("a dit oui")).await;
        let told = mia.direct_message_from(&nord.bot()).await;
        mia.wait_message_in(&told, |body| body.contains("vous a proposé")).await;

        let line = format!("proposer {} pour secteur-est parce que voisin", tom.id());
        nord.says(&luc, &direct, &line, tom.id().as_str()).await;
        let (_, name) = nord.card("voisin").await;
        let said = nord.command(&awa, &nord.admins, &format!("refuser {name} parce que le groupe est jeune")).await;
        assert!(said.contains("C’est noté"), "{said}");
        luc.wait_message_in(&direct, |body| body.contains("préfère ne pas inviter") && body.contains("le groupe est jeune")).await;
        nord.quiet().await;
        assert!(!tom.invited_rooms().contains(&nord.est));
        let audit = nord.command(&nord.samir, &nord.admins, "journal").await;
        assert!(audit.contains("proposal-refused") && audit.contains("le groupe est jeune"), "{audit}");
        nord.quiet().await;
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("Zinzolin"), "the member's reason goes with the card");
    }

    async fn a_knock_with_a_conflict_of_interest_takes_two_reviewers(database) {
        let file = nord(
            "admission: {ways: [knock, moderators], conflicts_of_interest: [assureur, banque]}",
            "",
            "",
        );
        let nord = Nord::with(database, &file, Options::default()).await;
        let zoe = nord.invited("zoe", &[&nord.space, &nord.admins]).await;
        let eva = nord.world.member("eva").await;
        eva.knock(nord.space.as_str(), "bonjour").await.expect("one may knock");
        let direct = eva.direct_message_from(&nord.bot()).await;
        eva.wait_message_in(&direct, |body| body.contains("1/3")).await;
        nord.says(&eva, &direct, "confidentialité", "Ce que je vois").await;
        nord.says(&eva, &direct, "Mutuelle Zinzolin, assureur", "2/3").await;
        nord.says(&eva, &direct, "aide soignante", "3/3").await;
        nord.says(&eva, &direct, "Proposer mon temps aux aidants", "L’équipe a votre demande").await;

        let (card, name) = nord.card("Mutuelle Zinzolin").await;
        let shown = nord.samir.fetch(&nord.admins, &card).await;
        let shown = body(&shown);
        for part in ["⚠️", "assureur", "aide soignante", "aux aidants", "2 personnes"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let said = nord.command(&zoe, &nord.admins, &format!("approuver {name} parce que connue du service")).await;
        assert!(said.contains("C’est noté"), "{said}");
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("Il faut encore l’accord")).await;
        nord.quiet().await;
        nord.wait_is(&eva, "knock", &nord.space).await;
        nord.samir.react(&nord.admins, &card, "👍").await;
        eva.accept_invite(&nord.space).await;
        eva.wait_message_in(&direct, |body| body.contains("a accepté votre demande")).await;
        nord.samir.wait_redacted(&nord.admins, &card).await;
        let audit = nord.command(&nord.samir, &nord.admins, "journal").await;
        assert!(audit.contains("application-approved") && audit.contains("connue du service"), "{audit}");
        nord.quiet().await;
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("Zinzolin") && !dump.contains("aide soignante"), "the answers are forgotten");
        let strangers = nord.command(&nord.samir, &nord.admins, "inconnus").await;
        assert!(strangers.contains("pas d’inconnus"), "{strangers}");
    }
}

#[tokio::test]
async fn somebody_who_is_in_nothing_asks_by_direct_message_and_is_refused_kindly() {
    let file = nord(
        "admission: {ways: [knock, moderators], professions: [infirmière, médecin]}",
        "",
        "",
    );
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let max = nord.world.member("max").await;
    let direct = direct_with_bot(&max, &nord.bot()).await;
    nord.says(&max, &direct, "request nord", "1/3").await;
    nord.says(&max, &direct, "Mairie", "infirmière, médecin")
        .await;
    nord.says(&max, &direct, "Agent", "3/3").await;
    nord.says(&max, &direct, "Curiosité", "votre demande").await;
    let (card, _) = nord.card("Mairie").await;
    let shown = body(&nord.samir.fetch(&nord.admins, &card).await);
    assert!(shown.contains("pas parmi les professions"), "{shown}");
    nord.says(&max, &direct, "request nord", "déjà chez l’équipe")
        .await;
    nord.samir.react(&nord.admins, &card, "❌").await;
    max.wait_message_in(&direct, |body| body.contains("ne peut pas y donner suite"))
        .await;
    nord.quiet().await;
    assert!(!max.invited_rooms().contains(&nord.space));
}

#[tokio::test]
async fn an_invitation_by_who_may_not_is_withdrawn_and_explained_to_them() {
    // As in a room whose powers somebody changed: the community only reports it.
    let file = nord("drift: report", "", "");
    let nord = Nord::with(Database::Sqlite, &file, Options::default()).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let max = nord.world.member("max").await;
    let changed = nord.samir.set_power(&nord.est, luc.id(), 50).await;
    changed.expect("an owner may");
    luc.invite(&nord.est, max.id())
        .await
        .expect("with that power");
    max.wait_invite(&nord.est).await;
    max.wait_left(&nord.est).await;
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| {
        body.contains("retiré votre invitation") && body.contains("proposer")
    })
    .await;
    let audit = nord.command(&nord.samir, &nord.admins, "journal").await;
    assert!(audit.contains("invite-withdrawn"), "{audit}");
    let owner = nord.samir.invite(&nord.est, max.id()).await;
    owner.expect("an owner may");
    max.accept_invite(&nord.est).await;
    nord.quiet().await;
    nord.wait_is(&max, "join", &nord.est).await;
}

#[tokio::test]
async fn a_stranger_is_reported_muted_and_removed_a_day_later_unless_somebody_vouches() {
    let file = nord(
        "drift: report\nadmission: {strangers: remove}",
        ", admission: [ticket]",
        "",
    );
    let options = Options {
        env: vec![(fault::CLOCK_VARIABLE.to_owned(), "clock".to_owned())],
        ..Options::default()
    };
    let world = World::start(Database::Sqlite, &[&file], options).await;
    let nord = Nord::in_world(world).await;
    let rules = json!({"join_rule": "public"});
    let open = nord
        .samir
        .send_state(&nord.est, "m.room.join_rules", "", rules)
        .await;
    open.expect("an owner may");
    let (max, eva) = (
        nord.world.member("max").await,
        nord.world.member("eva").await,
    );
    for member in [&max, &eva] {
        member.join(nord.est.as_str()).await.expect("it is public");
        let said = member.id().to_owned();
        let seen = |body: &str| body.contains("👤") && body.contains(said.as_str());
        nord.samir.wait_message_in(&nord.admins, seen).await;
        wait_muted(&nord, member, true).await;
    }
    let direct = max.direct_message_from(&nord.bot()).await;
    max.wait_message_in(&direct, |body| body.contains("lire et pas écrire"))
        .await;
    let line = format!("admettre {}", eva.id());
    let vouched = nord.command(&nord.samir, &nord.admins, &line).await;
    assert!(vouched.contains("reste"), "{vouched}");
    wait_muted(&nord, &eva, false).await;
    let listed = nord.command(&nord.samir, &nord.admins, "inconnus").await;
    assert!(
        listed.contains(max.id().as_str()) && !listed.contains(eva.id().as_str()),
        "{listed}"
    );

    nord.world.write("clock.new", &(25 * HOUR).to_string());
    let folder = nord.world.folder();
    std::fs::rename(folder.join("clock.new"), folder.join("clock")).expect("it was just written");
    max.wait_left(&nord.est).await;
    max.wait_message_in(&direct, |body| body.contains("retiré de Secteur Est"))
        .await;
    nord.quiet().await;
    nord.wait_is(&eva, "join", &nord.est).await;
}

/// Somebody of the roster with an area, as an import would note it.
pub async fn on_the_roster(nord: &Nord, member: &Member, zone: &str) {
    let id = member.id();
    let person = json!({
        "record": "person", "key": id, "user": id, "email": "", "name": "", "role": null, "zone": zone, "skills": [],
        "programme": "", "profession": "", "affiliation": "", "language": null, "more": {},
    });
    let sql = format!(
        "INSERT INTO record (community, kind, key, value, at) VALUES ('nord', 'person', '{id}', '{person}', 0)"
    );
    nord.world.sql(&sql).await;
}

async fn wait_muted(nord: &Nord, member: &Member, muted: bool) {
    wait_until("the powers of a stranger", async || {
        let levels = nord
            .samir
            .get_state(&nord.est, "m.room.power_levels", "")
            .await?;
        let level = levels["users"].get(member.id().as_str());
        let is = level.and_then(Value::as_i64) == Some(-1);
        (is == muted).then_some(())
    })
    .await;
}

on_both! {
    async fn a_full_group_takes_nobody_and_the_first_who_waits_gets_the_next_seat(database) {
        let file = nord("", "", ", max_members: 2");
        let nord = Nord::with(database, &file, Options::default()).await;
        let luc = nord.member("luc", &[&nord.ouest]).await;
        nord.member("eva", &[&nord.ouest]).await;
        let (max, tom) = (nord.member("max", &[]).await, nord.member("tom", &[]).await);
        nord.quiet().await;
        for (rank, member) in [(1, &max), (2, &tom)] {
            member.join(nord.ouest.as_str()).await.expect("it is open to the space");
            member.wait_left(&nord.ouest).await;
            let direct = member.direct_message_from(&nord.bot()).await;
            let words = format!("au rang {rank}");
            member.wait_message_in(&direct, |body| body.contains(&words)).await;
        }
        let waiting = nord.command(&nord.samir, &nord.admins, "attente").await;
        assert!(waiting.find(max.id().as_str()) < waiting.find(tom.id().as_str()), "{waiting}");
        luc.leave(&nord.ouest).await.expect("one may leave");
        max.accept_invite(&nord.ouest).await;
        nord.quiet().await;
        let waiting = nord.command(&nord.samir, &nord.admins, "attente").await;
        assert!(!waiting.contains(max.id().as_str()) && waiting.contains(tom.id().as_str()), "{waiting}");
        assert!(!tom.invited_rooms().contains(&nord.ouest));
    }
}

#[tokio::test]
async fn a_group_is_split_by_area_and_everybody_is_invited_to_their_part() {
    let mut nord = Nord::start(Database::Sqlite).await;
    let lille = nord.member("lille", &[&nord.est]).await;
    let douai = nord.member("douai", &[&nord.est]).await;
    nord.quiet().await;
    on_the_roster(&nord, &lille, "Lille").await;
    on_the_roster(&nord, &douai, "Douai").await;
    nord.world.restart().await;
    let proposed = nord
        .command(&nord.samir, &nord.admins, "partager secteur-est")
        .await;
    assert!(proposed.contains("proposé"), "{proposed}");
    let (card, _) = nord.card("Secteur Est – Lille").await;
    nord.samir.react(&nord.admins, &card, "✅").await;
    let part = |id: &'static str| nord.world.room("nord", id);
    let (to_lille, to_douai): (OwnedRoomId, OwnedRoomId) = (
        part("secteur-est-lille").await,
        part("secteur-est-douai").await,
    );
    lille.accept_invite(&to_lille).await;
    douai.accept_invite(&to_douai).await;
    nord.samir
        .wait_message_in(&nord.admins, |body| body.contains("reste tel quel"))
        .await;
    nord.quiet().await;
    assert!(!lille.invited_rooms().contains(&to_douai));
    let topic = nord.samir.get_state(&nord.est, "m.room.topic", "").await;
    assert_eq!(topic.expect("it has one")["topic"], "Est");
}
