//! What people ask of the bot in words, in the admins room, in a group and in private, and who may ask for what.

use hygie_tests::{members::Member, on_both, wait::wait_until, world::Database};
use matrix_sdk::ruma::{OwnedUserId, RoomId};
use serde_json::{Value, json};

use crate::communities::{Nord, body, direct_with_bot};

const LEVELS: &str = "m.room.power_levels";

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

impl Nord {
    async fn levels(&self, room: &RoomId) -> Value {
        let levels = self.samir.get_state(room, LEVELS, "").await;
        levels.expect("every room has power levels")
    }

    async fn wait_levels(&self, room: &RoomId, what: &str, wanted: impl Fn(&Value) -> bool) {
        wait_until(what, async || {
            wanted(&self.levels(room).await).then_some(())
        })
        .await;
    }

    async fn is(&self, user: &OwnedUserId, membership: &str, room: &RoomId) -> bool {
        self.samir.members_of(room, membership).await.contains(user)
    }

    async fn wait_everywhere(&self, user: &OwnedUserId, membership: &str) {
        for room in self.rooms() {
            wait_until(
                &format!("{user} to be {membership} in {room}"),
                async || self.is(user, membership, room).await.then_some(()),
            )
            .await;
        }
    }

    /// In a direct message: what the bot answers to `line`.
    pub(crate) async fn asks(&self, who: &Member, direct: &RoomId, line: &str) -> String {
        let asked = who.send_text(direct, line).await;
        self.answer(who, direct, &asked).await
    }
}

/// As an operator's mistake does it, behind Hygie's back.
async fn bot_leaves(nord: &Nord, room: &RoomId) {
    let url = nord.world.synapse.url();
    let bot = nord.bot();
    let url = format!("{url}/_matrix/client/v3/rooms/{room}/leave?user_id={bot}");
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(nord.world.slot.as_token())
        .json(&json!({}));
    let answer = request.send().await.expect("the homeserver answers");
    assert!(answer.status().is_success(), "{answer:?}");
}

async fn cannot_write(member: &Member, room: &RoomId) {
    let refused = member.send_raw(room, "m.room.message", text("x")).await;
    let refusal = refused.expect_err("the server refuses");
    assert_eq!(refusal.errcode, "M_FORBIDDEN", "{refusal:?}");
}

#[tokio::test]
async fn the_admins_room_answers_each_command_in_either_language_and_explains_mistakes() {
    let nord = Nord::start(Database::Sqlite).await;
    let said = [
        ("", vec!["Ce que je peux faire", "bannir", "verrouiller"]),
        ("aide verrouiller", vec!["verrouiller <groupe|tout>"]),
        ("help lockdown", vec!["verrouiller <groupe|tout>"]),
        (
            "communauté",
            vec!["Nord", "S’entraider", "Respect", "responsable"],
        ),
        ("groups", vec!["Secteur Est (secteur-est)", "Annonces"]),
        ("confidentialité", vec!["Test operator", "ops@example.org"]),
        ("status", vec!["Tout va bien", "5 sur 5"]),
        ("plan", vec!["Tout est comme la communauté l’a décidé"]),
        ("apply", vec!["Tout est comme la communauté l’a décidé"]),
        ("JOURNAL", vec!["Journal", "apply"]),
        (
            "audit beaucoup",
            vec!["« beaucoup » n’est pas un nombre", "journal [nombre]"],
        ),
        (
            "verouiller secteur-est",
            vec!["« verouiller »", "Vouliez-vous dire verrouiller"],
        ),
        ("xyzzy", vec!["Je n’ai pas compris « xyzzy »", "aide"]),
        (
            "plan tout de suite",
            vec!["« tout de suite »", "J’ai lu", "S’écrit"],
        ),
        ("muet", vec!["Il manque la personne", "Par exemple"]),
        (
            "muet Personne",
            vec!["Je ne trouve personne qui s’appelle « Personne »"],
        ),
        (
            "verrouiller secteur-nord",
            vec!["Je ne trouve pas de groupe « secteur-nord »"],
        ),
        ("bannir", vec!["Il manque la personne"]),
        (
            "supprimer demain",
            vec!["« demain » n’est pas le lien d’un message"],
        ),
        ("language de", vec!["Je ne parle pas encore « de »"]),
    ];
    for (line, expected) in said {
        let answer = nord
            .command(&nord.samir, &nord.admins, line)
            .await
            .replace('`', "");
        for part in expected {
            assert!(answer.contains(part), "{line:?} → {answer}");
        }
    }
}

#[tokio::test]
async fn a_member_opens_a_private_conversation_and_is_answered_in_their_language() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let greeting = luc
        .wait_message_in(&direct, |body| body.contains("Bonjour, je suis Hygie"))
        .await;
    assert!(
        body(&greeting).contains("Test operator (ops@example.org)"),
        "{greeting}"
    );
    let help = nord.asks(&luc, &direct, "aide").await;
    assert!(
        help.contains("groupes") && !help.contains("bannir"),
        "{help}"
    );
    let privacy = nord.asks(&luc, &direct, "confidentialité").await;
    assert!(
        privacy.contains("Ce que je garde") || privacy.contains("ce que je garde"),
        "{privacy}"
    );
    let language = nord.asks(&luc, &direct, "langue en").await;
    assert!(
        language.contains("I will write to you in English"),
        "{language}"
    );
    let privacy = nord.asks(&luc, &direct, "privacy").await;
    assert!(privacy.contains("What I see, what I keep"), "{privacy}");
    let refused = nord.asks(&luc, &direct, "ban @zoe").await;
    assert!(
        refused.contains("takes at least the role admin")
            && refused.contains("Your role here: member"),
        "{refused}"
    );
    let typo = nord.asks(&luc, &direct, "privcay").await;
    assert!(typo.contains("Did you mean"), "{typo}");
    assert_eq!(
        nord.samir.bodies(&nord.admins).await,
        Vec::<String>::new(),
        "the admins hear nothing of it"
    );
}

on_both! {
    async fn who_is_muted_cannot_write_until_the_time_is_over_and_is_told_both(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let before = [nord.levels(&nord.est).await, nord.levels(&nord.space).await];
        let line = format!("muet {} pendant 4s parce que messages répétés", luc.id());
        let said = nord.command(&nord.samir, &nord.admins, &line).await;
        assert!(said.contains("ne peut plus écrire pendant 4 secondes") && said.contains("messages répétés"), "{said}");
        let luc_levels = format!("/users/{}", luc.id());
        nord.wait_levels(&nord.est, "Luc to be muted", |levels| levels.pointer(&luc_levels) == Some(&json!(-1))).await;
        cannot_write(&luc, &nord.est).await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        luc.wait_message_in(&direct, |body| body.contains("vous demande une pause") && body.contains("messages répétés")).await;
        luc.wait_message_in(&direct, |body| body.contains("Vous pouvez de nouveau écrire")).await;
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("La pause de") && body.contains(luc.id().as_str())).await;
        for (room, before) in [&nord.est, &nord.space].into_iter().zip(&before) {
            nord.wait_levels(room, "the powers to be as before", |levels| levels == before).await;
        }
        luc.send_text(&nord.est, "me revoilà").await;
    }

    async fn a_lockdown_survives_a_restart_and_ends_with_exactly_the_powers_from_before(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let rooms = [nord.announcements.clone(), nord.est.clone(), nord.ouest.clone()];
        let mut before = Vec::new();
        for room in &rooms {
            before.push(nord.levels(room).await);
        }
        let locked = |levels: &Value| levels["events_default"] == 100 && levels["events"]["m.room.topic"] == 100;

        let said = nord.command(&nord.samir, &nord.admins, "verrouiller secteur-est pendant 1h").await;
        assert!(said.contains("Secteur Est") && !said.contains("Secteur Ouest"), "{said}");
        nord.wait_levels(&nord.est, "Secteur Est to be locked", locked).await;
        luc.wait_message_in(&nord.est, |body| body.contains("en pause jusqu’au")).await;
        cannot_write(&luc, &nord.est).await;
        luc.send_text(&nord.ouest, "ici on peut").await;
        nord.world.restart().await;
        nord.world.sighup();
        let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
        assert!(plan.contains("Tout est comme"), "a lockdown is no drift: {plan}");
        cannot_write(&luc, &nord.est).await;
        nord.command(&nord.samir, &nord.admins, "déverrouiller secteur-est").await;
        nord.wait_levels(&nord.est, "Secteur Est to be as before", |levels| *levels == before[1]).await;
        luc.wait_message_in(&nord.est, |body| body.contains("La pause est finie")).await;

        let said = nord.command(&nord.samir, &nord.admins, "lockdown all for 6s").await;
        assert!(said.contains("Secteur Est") && said.contains("Secteur Ouest") && said.contains("Annonces"), "{said}");
        for room in &rooms {
            nord.wait_levels(room, "the room to be locked", locked).await;
        }
        nord.world.kill9().await;
        nord.world.restart().await;
        for (room, before) in rooms.iter().zip(&before) {
            nord.wait_levels(room, "the room to be as before", |levels| levels == before).await;
        }
        nord.samir.wait_message_in(&nord.admins, |body| body.contains("Le verrouillage de Secteur Ouest est fini")).await;
        luc.send_text(&nord.est, "bonjour").await;
    }
}

#[tokio::test]
async fn an_unlock_that_follows_at_once_leaves_nothing_locked() {
    let nord = Nord::start(Database::Sqlite).await;
    let before = nord.levels(&nord.est).await;
    nord.samir
        .send_text(&nord.admins, &nord.line("lockdown secteur-est for 1h"))
        .await;
    nord.command(&nord.samir, &nord.admins, "unlock secteur-est")
        .await;
    nord.samir
        .wait_message_in(&nord.est, |body| body.contains("La pause est finie"))
        .await;
    nord.wait_levels(&nord.est, "Secteur Est to be as before", |levels| {
        *levels == before
    })
    .await;
    // The levels that were set first may come back from the homeserver last.
    let plan = nord.command(&nord.samir, &nord.admins, "plan").await;
    assert!(plan.contains("Tout est comme"), "{plan}");
    nord.quiet().await;
    assert_eq!(nord.levels(&nord.est).await, before);
}

#[tokio::test]
async fn who_is_kicked_or_banned_is_out_of_every_room_and_may_come_back_when_that_is_lifted() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord
        .member("luc", &[&nord.announcements, &nord.est, &nord.ouest])
        .await;
    let said = nord
        .command(
            &nord.samir,
            &nord.admins,
            &format!("retirer {} de secteur-ouest", luc.id()),
        )
        .await;
    assert!(said.contains("est retiré de Secteur Ouest"), "{said}");
    luc.wait_left(&nord.ouest).await;
    assert!(nord.is(&luc.id().to_owned(), "join", &nord.est).await);
    nord.command(
        &nord.samir,
        &nord.admins,
        &format!("kick {} because he moved", luc.id()),
    )
    .await;
    for room in [&nord.space, &nord.announcements, &nord.est] {
        let gone = luc.wait_left(room).await;
        assert_eq!(gone["content"]["reason"], "he moved");
    }
    let direct = luc.direct_message_from(&nord.bot()).await;
    luc.wait_message_in(&direct, |body| {
        body.contains("L’équipe vous a retiré de Nord")
    })
    .await;
    let refused = luc.join(nord.est.as_str()).await;
    assert!(
        refused.is_err(),
        "the space let him in, and he is no longer there"
    );

    let user = luc.id().to_owned();
    let ban = nord
        .command(
            &nord.samir,
            &nord.admins,
            &format!("bannir {user} parce que démarchage"),
        )
        .await;
    assert!(
        ban.contains("est exclu de Nord") && ban.contains("démarchage"),
        "{ban}"
    );
    nord.wait_everywhere(&user, "ban").await;
    let again = nord
        .command(&nord.samir, &nord.admins, &format!("bannir {user}"))
        .await;
    assert!(again.contains("déjà exclu"), "{again}");
    nord.command(&nord.samir, &nord.admins, &format!("débannir {user}"))
        .await;
    nord.wait_everywhere(&user, "leave").await;
    nord.samir
        .invite(&nord.space, &user)
        .await
        .expect("he may be invited again");
    luc.accept_invite(&nord.space).await;
    luc.join(nord.est.as_str())
        .await
        .expect("he is in the space again");

    nord.samir
        .kick(&nord.space, &user, "à la main")
        .await
        .expect("an owner may");
    luc.wait_left(&nord.est).await;
    let told = |body: &str| body.contains("de l’espace") && body.contains(user.as_str());
    nord.samir.wait_message_in(&nord.admins, told).await;
    let audit = nord
        .command(&nord.samir, &nord.admins, &format!("journal 10 sur {user}"))
        .await;
    for action in ["kick", "ban", "unban", "démarchage"] {
        assert!(audit.contains(action), "{action} in {audit}");
    }
}

#[tokio::test]
async fn a_message_is_taken_down_by_its_link_or_in_reply_to_it_and_its_edits_with_it() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
    let awa = nord
        .invited("awa", &[&nord.space, &nord.est, &nord.admins])
        .await;
    let first = luc.send_text(&nord.est, "un nom de patient").await;
    let edit = luc.edit(&nord.est, &first, "un autre nom").await;
    let link = format!("https://matrix.to/#/{}/{first}?via=hygie.test", nord.est);
    let said = nord
        .command(
            &awa,
            &nord.admins,
            &format!("supprimer {link} parce que nom d’un patient"),
        )
        .await;
    assert!(said.contains("retiré de Secteur Est"), "{said}");
    let gone = nord.samir.wait_redacted(&nord.est, &first).await;
    let reason = gone["unsigned"]["redacted_because"]["content"]["reason"].to_string();
    assert!(
        reason.contains("Retiré par l’équipe") && reason.contains("nom d’un patient"),
        "{reason}"
    );
    nord.samir.wait_redacted(&nord.est, &edit).await;

    let second = luc.send_text(&nord.est, "encore un").await;
    awa.reply(&nord.est, &second, &nord.line("supprimer")).await;
    nord.samir.wait_redacted(&nord.est, &second).await;
    let heard = nord
        .samir
        .wait_message_in(&nord.admins, |body| body.contains("en dehors de ce salon"))
        .await;
    assert!(body(&heard).contains(awa.id().as_str()), "{heard}");

    let elsewhere = luc.send_text(&nord.ouest, "chez les autres").await;
    let link = format!("https://matrix.to/#/{}/{elsewhere}", nord.ouest);
    let said = nord
        .command(&awa, &nord.admins, &format!("supprimer {link}"))
        .await;
    assert!(
        said.contains("il faut au moins le rôle modération"),
        "{said}"
    );
    let own = nord.samir.send_text(&nord.est, "d’un responsable").await;
    let link = format!("https://matrix.to/#/{}/{own}", nord.est);
    nord.command(&awa, &nord.admins, &format!("supprimer {link}"))
        .await;
    nord.samir
        .wait_message_in(&nord.admins, |body| {
            body.contains("Hygie n’a pas pu faire ceci")
        })
        .await;
    nord.quiet().await;
    assert_eq!(
        body(&nord.samir.fetch(&nord.est, &own).await),
        "d’un responsable"
    );
    assert_eq!(
        body(&nord.samir.fetch(&nord.ouest, &elsewhere).await),
        "chez les autres"
    );
}

#[tokio::test]
async fn nobody_acts_above_themselves() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let marc = nord.member("marc", &[&nord.est]).await;
    let zoe = nord.invited("zoe", &[&nord.admins]).await;
    let lea = nord.invited("lea", &[&nord.admins]).await;
    let awa = nord.invited("awa", &[&nord.admins]).await;
    let before = nord.levels(&nord.est).await;
    let equal = "un rôle égal ou supérieur au vôtre";
    let refused = [
        (&zoe, format!("muet {}", lea.id()), equal),
        (&zoe, format!("muet {}", nord.samir.id()), equal),
        (&zoe, format!("muet {}", awa.id()), equal),
        (
            &zoe,
            format!("bannir {}", luc.id()),
            "il faut au moins le rôle administration",
        ),
        (
            &zoe,
            "verrouiller tout".to_owned(),
            "il faut au moins le rôle administration",
        ),
        (&lea, format!("bannir {}", nord.bot()), "c’est moi"),
        (&lea, format!("bannir {}", nord.samir.id()), equal),
        (&lea, format!("retirer {}", lea.id()), "c’est vous"),
        (
            &awa,
            format!("muet {}", luc.id()),
            "il faut au moins le rôle modération",
        ),
    ];
    for (who, line, expected) in refused {
        let said = nord.command(who, &nord.admins, &line).await;
        assert!(said.contains(expected), "{} {line} → {said}", who.id());
    }
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let said = nord
        .asks(&luc, &direct, &format!("muet {}", marc.id()))
        .await;
    assert!(
        said.contains("il faut au moins le rôle modération"),
        "{said}"
    );
    nord.quiet().await;
    assert_eq!(nord.levels(&nord.est).await, before);
    assert!(nord.is(&luc.id().to_owned(), "join", &nord.est).await);
    assert_eq!(nord.world.sql_count("SELECT count(*) FROM audit").await, 0);
}

#[tokio::test]
async fn the_bot_is_called_by_prefix_name_mention_and_reply_and_by_nothing_else() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let (bot, admins) = (nord.bot(), &nord.admins);
    let calls = [
        json!({"msgtype": "m.text", "body": "Hygie: groupes"}),
        json!({"msgtype": "m.text", "body": format!("{bot} groupes")}),
        json!({"msgtype": "m.text", "body": "Hygie: groupes", "format": "org.matrix.custom.html",
            "formatted_body": format!("<a href=\"https://matrix.to/#/{bot}\">Hygie</a>: groupes"), "m.mentions": {"user_ids": [bot]}}),
    ];
    let mut last = None;
    for call in calls {
        let asked = nord
            .samir
            .send_raw(admins, "m.room.message", call)
            .await
            .expect("an owner writes");
        let answer = nord.answer(&nord.samir, admins, &asked).await;
        assert!(answer.contains("Secteur Est"), "{answer}");
        last = Some(asked);
    }
    let asked = last.expect("it was called");
    let answered = nord
        .samir
        .wait_for_event(admins, "the answer", |event| {
            event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked.as_str()
        })
        .await;
    let to_reply = json!({"msgtype": "m.text", "body": "plan", "m.mentions": {"user_ids": [bot]},
        "m.relates_to": {"m.in_reply_to": {"event_id": answered["event_id"]}}});
    let asked = nord
        .samir
        .send_raw(admins, "m.room.message", to_reply)
        .await
        .expect("an owner writes");
    let answer = nord.answer(&nord.samir, admins, &asked).await;
    assert!(answer.contains("Tout est comme"), "{answer}");

    // What is no command: a notice, an emote, an edit, and talk about the bot.
    let answers = nord.samir.bodies(admins).await.len();
    let line = nord.line("groupes");
    nord.samir.send_notice(admins, &line).await;
    nord.samir.send_emote(admins, &line).await;
    let talk = nord.samir.send_text(admins, "Hygie est en panne ?").await;
    nord.samir.edit(admins, &talk, &line).await;
    let fence = nord.command(&nord.samir, admins, "plan").await;
    assert!(fence.contains("Tout est comme"), "{fence}");
    nord.quiet().await;
    assert_eq!(
        nord.samir.bodies(admins).await.len(),
        answers + 4 + 2,
        "only the last was answered"
    );

    // In a group the answer is private, and the bot does not answer itself.
    luc.send_text(&nord.est, &nord.line("groupes")).await;
    let direct = luc.direct_message_from(&bot).await;
    luc.wait_message_in(&direct, |body| body.contains("Groupes de Nord"))
        .await;
    nord.quiet().await;
    let in_group = nord.samir.bodies(&nord.est).await;
    assert_eq!(in_group, [nord.line("groupes")]);
    let waiting = "SELECT count(*) FROM outbox WHERE kind = 'say' AND state <> 'done'";
    assert_eq!(nord.world.sql_count(waiting).await, 0);
}

#[tokio::test]
async fn thanks_for_an_answer_are_not_commands_and_a_reply_that_begins_like_one_is() {
    let nord = Nord::start(Database::Sqlite).await;
    let asked = nord
        .samir
        .send_text(&nord.admins, &nord.line("statut"))
        .await;
    nord.answer(&nord.samir, &nord.admins, &asked).await;
    let reply = |words: &str| {
        json!({
            "msgtype": "m.text", "body": words, "m.mentions": {"user_ids": [nord.bot()]},
            "m.relates_to": {"m.in_reply_to": {"event_id": asked}}
        })
    };
    for words in ["Merci !", "Annonce bien reçue"] {
        for room in [&nord.admins, &nord.est] {
            let said = nord.samir.send_raw(room, "m.room.message", reply(words));
            said.await.expect("an owner writes");
        }
    }
    let said = nord
        .samir
        .send_raw(&nord.admins, "m.room.message", reply("plan"));
    let said = said.await.expect("an owner writes");
    let plan = nord.answer(&nord.samir, &nord.admins, &said).await;
    assert!(plan.contains("Tout est comme"), "{plan}");
    nord.quiet().await;
    let answers = nord.samir.timeline(&nord.admins).await;
    let bot = nord.bot();
    let answers = answers
        .iter()
        .filter(|event| event["type"] == "m.room.message" && event["sender"] == bot.as_str());
    assert_eq!(answers.count(), 2, "to statut and to plan");
    let announced = nord.samir.bodies(&nord.announcements).await;
    assert_eq!(announced, Vec::<String>::new());
    let told = "SELECT count(*) FROM outbox WHERE kind = 'say'";
    assert_eq!(nord.world.sql_count(told).await, 2, "nor in private");
}

#[tokio::test]
async fn the_bot_that_left_a_room_says_so_and_comes_back_when_the_team_invites_it() {
    let nord = Nord::start(Database::Sqlite).await;
    bot_leaves(&nord, &nord.est).await;
    let told = |body: &str| body.contains("Hygie n’est plus dans Secteur Est");
    nord.samir.wait_message_in(&nord.admins, told).await;
    let invited = nord.samir.invite(&nord.est, &nord.bot()).await;
    invited.expect("an owner may invite");
    let topic = "m.room.topic";
    wait_until("the bot to be back", async || {
        nord.is(&nord.bot(), "join", &nord.est).await.then_some(())
    })
    .await;
    let changed = nord
        .samir
        .send_state(&nord.est, topic, "", json!({"topic": "Autre"}));
    changed.await.expect("an owner may");
    wait_until("the topic to be put back", async || {
        let now = nord.samir.get_state(&nord.est, topic, "").await;
        (now?["topic"] != "Autre").then_some(())
    })
    .await;
}
