//! What a human should look at: reports of members in every way there is, whose turn it is, appeals, what one's own record holds, what moderation
//! did, and whether something is true.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Options, World},
};
use matrix_sdk::ruma::{EventId, OwnedEventId, RoomId};
use serde_json::{Value, json};

use crate::{
    communities::{NORD, Nord, body, direct_with_bot, with_clock},
    team::card,
};

/// What nobody may find again outside of the rooms.
const UNKIND: &str = "propos blessants numéro sept";
/// What a reporter says for it.
const WHY: &str = "raisons confiées à l’équipe";

impl Nord {
    /// A link to a message.
    fn link(room: &RoomId, event: &EventId) -> String {
        format!("https://matrix.to/#/{room}/{event}")
    }

    /// What the bot says to somebody in private, where the words are.
    async fn says_to(&self, who: &Member, direct: &RoomId, words: &str) -> String {
        body(
            &who.wait_message_in(direct, |body| body.contains(words))
                .await,
        )
    }

    /// The card of the case about this message, and its name.
    async fn case(&self, room: &RoomId, event: &EventId) -> (OwnedEventId, String) {
        let shown = card(&self.samir, &self.admins, &Self::link(room, event)).await;
        let content = self.samir.fetch(&self.admins, &shown).await;
        (shown, named(&body(&content)))
    }

    async fn count(&self, sql: &str) -> i64 {
        self.world.sql_count(sql).await
    }
}

/// The name of the case in a card.
fn named(said: &str) -> String {
    let name = said.split("Dossier ").nth(1).expect("it is a card");
    let name: String = name.chars().skip_while(|it| *it == '`').take(5).collect();
    assert!(name.chars().all(|it| it.is_ascii_alphanumeric()), "{said}");
    name
}

/// The sanction that a message tells of.
fn sanction(said: &str) -> String {
    let name = said
        .split("recours ")
        .nth(1)
        .expect("it says how to appeal");
    name.chars().take(5).collect()
}

/// Reports a message as Element's button does.
async fn report_button(world: &World, who: &Member, room: &RoomId, event: &EventId) {
    let base = reqwest::Url::parse(&world.synapse.url()).expect("a URL");
    let mut url = base;
    let mut path = url.path_segments_mut().expect("an http URL");
    path.extend(["_matrix", "client", "v3", "rooms"]);
    path.extend([room.as_str(), "report", event.as_str()]);
    drop(path);
    let token = who.client().access_token().expect("they are logged in");
    let request = reqwest::Client::new().post(url).bearer_auth(token);
    let answer = request
        .json(&json!({"reason": WHY, "score": -50}))
        .send()
        .await;
    let answer = answer.expect("the homeserver answers");
    assert!(answer.status().is_success(), "{}", answer.status());
}

on_both! {
    async fn who_is_asked_about_a_message_deletes_it_and_its_edits_by_one_reaction_of_their_own(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        let doubtful = "Mme Dupont a fait une fausse couche cette nuit";
        let said = luc.send_text(&nord.est, doubtful).await;
        let asked = card(&luc, &direct, "réagissez").await;
        // Nobody else's reaction counts, and an answer survives a crash.
        mia.react(&nord.est, &said, "🗑️").await;
        nord.quiet().await;
        assert!(!body(&luc.fetch(&nord.est, &said).await).is_empty(), "it stays until its author says so");
        luc.edit(&nord.est, &said, "La réunion est à neuf heures").await;
        nord.world.kill9().await;
        luc.react(&direct, &asked, "🗑️").await;
        nord.world.restart().await;
        luc.wait_redacted(&nord.est, &said).await;
        nord.says_to(&luc, &direct, "votre message est supprimé").await;
        let left = luc.bodies(&nord.est).await;
        assert!(!left.iter().any(|body| body.contains("réunion")), "its edit stays: {left:?}");
        nord.quiet().await;
        assert_eq!(nord.count("SELECT count(*) FROM record WHERE kind = 'card'").await, 0);
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("Dupont"), "the words stand in the database");
    }

    async fn a_tone_that_rises_is_shown_to_the_team_which_opens_a_mediation(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        for (who, words) in [
            (&luc, "C'est encore ta faute si le planning est vide"),
            (&mia, "Pour qui tu te prends ?"),
            (&luc, "Tu mens, tout le monde le sait"),
        ] {
            let said = who.send_text(&nord.est, words).await;
            nord.samir.wait_for_event(&nord.est, "it", |it| it["event_id"] == said.as_str()).await;
        }
        let last = mia.send_text(&nord.est, "Occupe-toi de tes affaires").await;
        let (shown, _) = nord.case(&nord.est, &last).await;
        let said = body(&nord.samir.fetch(&nord.admins, &shown).await);
        for part in ["Le ton monte", luc.id().as_str(), mia.id().as_str()] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("affaires"), "{said}");
        nord.samir.react(&nord.admins, &shown, "🤝").await;
        nord.told("médiation, décidé par").await;
        let room = nord.world.room("nord", "mediation-1").await;
        for who in [&luc, &mia] {
            who.accept_invite(&room).await;
        }
        for (who, event) in [(&luc, &last), (&mia, &last)] {
            assert!(!body(&who.fetch(&nord.est, event).await).is_empty(), "nothing is taken down");
        }
    }

    async fn a_message_is_reported_by_reply_reaction_and_link_and_the_reporter_hears_what_came_of_it(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let direct = direct_with_bot(&mia, &nord.bot()).await;

        // As a reply: the command does not stay in the group.
        let first = luc.send_text(&nord.est, UNKIND).await;
        let command = mia.reply(&nord.est, &first, &nord.line("signaler")).await;
        luc.wait_redacted(&nord.est, &command).await;
        nord.says_to(&mia, &direct, "Quelqu’un de l’équipe va regarder").await;
        let (shown, _) = nord.case(&nord.est, &first).await;
        let said = body(&nord.samir.fetch(&nord.admins, &shown).await);
        assert!(said.contains(luc.id().as_str()) && said.contains("Secteur Est"), "{said}");
        assert!(!said.contains(mia.id().as_str()) && !said.contains(UNKIND), "{said}");
        nord.samir.react(&nord.admins, &shown, "🗑️").await;
        luc.wait_redacted(&nord.est, &first).await;
        nord.says_to(&mia, &direct, "l’a supprimé").await;

        // By a reaction, which does not stay either.
        let second = luc.send_text(&nord.est, UNKIND).await;
        let flag = mia.react(&nord.est, &second, "🚩").await;
        luc.wait_redacted(&nord.est, &flag).await;
        let (shown, _) = nord.case(&nord.est, &second).await;
        let said = body(&nord.samir.fetch(&nord.admins, &shown).await);
        assert!(said.contains("Un dossier antérieur"), "{said}");
        nord.samir.react(&nord.admins, &shown, "✅").await;
        nord.says_to(&mia, &direct, "il n’y avait rien à faire").await;

        // By its link, with words: they stand in the card until it is decided.
        let third = luc.send_text(&nord.est, UNKIND).await;
        let line = format!("signaler {} parce que {WHY}", Nord::link(&nord.est, &third));
        mia.send_text(&direct, &line).await;
        let (shown, case) = nord.case(&nord.est, &third).await;
        assert!(body(&nord.samir.fetch(&nord.admins, &shown).await).contains(WHY));
        let said = nord.command(&nord.samir, &nord.admins, "dossiers").await;
        assert!(said.contains(&case), "{said}");
        let line = format!("dossier {case} muet parce que troisième fois");
        nord.command(&nord.samir, &nord.admins, &line).await;
        nord.says_to(&mia, &direct, "a fait le nécessaire").await;
        luc.wait_redacted(&nord.est, &third).await;
        nord.samir.wait_redacted(&nord.admins, &shown).await;
        nord.quiet().await;
        assert_eq!(nord.count("SELECT count(*) FROM record WHERE kind = 'sanction'").await, 1);
        assert_eq!(nord.count("SELECT count(*) FROM record WHERE kind = 'card'").await, 0);
        let dump = nord.world.database_dump().await;
        for words in [UNKIND, WHY] {
            assert!(!dump.contains(words), "{words} stands in the database");
            assert!(!nord.world.log().contains(words), "{words} stands in the log");
        }
    }

    async fn reports_of_elements_own_button_come_once_over_a_restart(database) {
        let options = Options {
            env: vec![
                ("HYGIE_HOMESERVER__ADMIN_TOKEN_FILE".to_owned(), "admin-token".to_owned()),
                ("HYGIE_HOMESERVER__REPORTS_EVERY".to_owned(), "1s".to_owned()),
            ],
            ..Options::default()
        };
        let mut nord = Nord::with(database, NORD, options).await;
        let token = nord.world.synapse.operator_token().await;
        nord.world.write("admin-token", &token);
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let event = luc.send_text(&nord.est, UNKIND).await;
        report_button(&nord.world, &mia, &nord.est, &event).await;
        let (shown, case) = nord.case(&nord.est, &event).await;
        assert!(body(&nord.samir.fetch(&nord.admins, &shown).await).contains(WHY));
        nord.world.kill9().await;
        nord.world.restart().await;
        // What comes after the restart is taken up, and so the list was read again.
        let other = luc.send_text(&nord.est, "encore").await;
        report_button(&nord.world, &mia, &nord.est, &other).await;
        nord.case(&nord.est, &other).await;
        nord.quiet().await;
        assert_eq!(nord.count("SELECT count(*) FROM record WHERE kind = 'case'").await, 2);
        let cards = nord.samir.bodies(&nord.admins).await;
        let link = Nord::link(&nord.est, &event);
        assert_eq!(cards.iter().filter(|it| it.contains(&link)).count(), 1);
        nord.command(&nord.samir, &nord.admins, &format!("dossier {case} classer")).await;
        let direct = mia.direct_message_from(&nord.bot()).await;
        nord.says_to(&mia, &direct, "il n’y avait rien à faire").await;
    }

    async fn a_case_that_waits_is_reminded_of_and_goes_to_the_next_over_a_restart(database) {
        let file = NORD.replace("code_of_conduct:", "cases: {remind_after: 1d, next_after: 3d}\ncode_of_conduct:");
        let mut nord = Nord::in_world(World::start(database, &[&file], with_clock()).await).await;
        let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
        lea.send_text(&nord.admins, "me voilà").await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let event = luc.send_text(&nord.est, UNKIND).await;
        mia.react(&nord.est, &event, "⚠️").await;
        let (shown, case) = nord.case(&nord.est, &event).await;
        let said = body(&nord.samir.fetch(&nord.admins, &shown).await);
        let turn = |who: &Member| format!("tour de {}", who.id());
        let (first, next) = if said.contains(&turn(&lea)) { (&lea, &nord.samir) } else { (&nord.samir, &lea) };
        assert!(said.contains(&turn(first)), "{said}");
        let next = turn(next);
        nord.jump(2);
        let reminded = body(&nord.told("attend encore une réponse").await);
        assert!(reminded.contains(&case) && reminded.contains(&turn(first)), "{reminded}");
        nord.world.kill9().await;
        nord.jump(4);
        nord.world.restart().await;
        let passed = body(&nord.told("passe à la personne suivante").await);
        assert!(passed.contains(&case) && passed.contains(&next), "{passed}");
        nord.quiet().await;
        let said = nord.samir.bodies(&nord.admins).await;
        for words in ["attend encore une réponse", "passe à la personne suivante"] {
            assert_eq!(said.iter().filter(|it| it.contains(words)).count(), 1, "{words}");
        }
    }

    async fn an_appeal_is_decided_by_another_and_a_ban_that_is_lifted_lets_in_again(database) {
        let nord = Nord::start(database).await;
        let lea = nord.invited("lea", &[&nord.space, &nord.admins]).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        nord.command(&lea, &nord.admins, &format!("bannir {} parce que essai", luc.id())).await;
        let told = nord.says_to(&luc, &direct, "recours ").await;
        luc.wait_left(&nord.est).await;
        let taken = nord.command(&luc, &direct, &format!("recours {} parce que {WHY}", sanction(&told))).await;
        assert!(taken.contains("Quelqu’un d’autre que la personne qui a décidé"), "{taken}");
        let shown = card(&nord.samir, &nord.admins, WHY).await;
        let said = body(&nord.samir.fetch(&nord.admins, &shown).await);
        assert!(said.contains(&format!("tour de {}", nord.samir.id())), "{said}");
        let case = named(&said);
        let own = nord.command(&lea, &nord.admins, &format!("dossier {case} lever")).await;
        assert!(own.contains("Je ne trouve pas de dossier"), "{own}");
        nord.samir.react(&nord.admins, &shown, "✅").await;
        nord.says_to(&luc, &direct, "la sanction est levée").await;
        luc.accept_invite(&nord.space).await;
        luc.accept_invite(&nord.est).await;
        nord.samir.wait_redacted(&nord.admins, &shown).await;
        nord.quiet().await;
        assert!(!nord.world.database_dump().await.contains(WHY));
        let again = nord.command(&luc, &direct, &format!("recours {} parce que encore", sanction(&told))).await;
        assert!(again.contains("déjà fait un recours"), "{again}");
    }

    async fn one_sees_exports_and_erases_what_is_kept_and_everybody_sees_the_counts(database) {
        let nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let direct = direct_with_bot(&luc, &nord.bot()).await;
        let event = luc.send_text(&nord.est, UNKIND).await;
        mia.react(&nord.est, &event, "🚩").await;
        let (shown, case) = nord.case(&nord.est, &event).await;
        nord.samir.react(&nord.admins, &shown, "🔇").await;
        luc.wait_redacted(&nord.est, &event).await;
        nord.told(&format!("Dossier `{case}` (signalement d’un membre) : muet")).await;
        let record = nord.command(&luc, &direct, "mon dossier").await;
        assert!(record.contains("muet pendant une heure") && record.contains("en vigueur"), "{record}");
        assert!(!record.contains(mia.id().as_str()), "{record}");
        luc.send_text(&direct, "mon dossier exporter").await;
        let file = luc.wait_for_event(&direct, "the file", |event| event["content"]["msgtype"] == "m.file").await;
        assert_eq!(file["content"]["info"]["mimetype"], "application/json");
        let kept = nord.command(&luc, &direct, "mon dossier effacer").await;
        assert!(kept.contains("une sanction en vigueur"), "{kept}");
        let of_luc = "SELECT count(*) FROM record WHERE kind IN ('case', 'sanction')";
        assert_eq!(nord.count(of_luc).await, 2);
        nord.command(&nord.samir, &nord.admins, &format!("rétablir {}", luc.id())).await;
        nord.command(&luc, &direct, "mon dossier effacer").await;
        nord.quiet().await;
        assert_eq!(nord.count(of_luc).await, 0);
        let counts = nord.command(&luc, &direct, "transparence").await;
        for part in ["1 signalement de membres : 1 avec une suite", "1 message supprimé, dont 1 par l’équipe", "décidés en"] {
            assert!(counts.contains(part), "{part} in {counts}");
        }
        assert!(!counts.contains('@'), "{counts}");
    }

    async fn whoever_knows_answers_below_the_message_with_a_dated_source(database) {
        let file = NORD.replace("code_of_conduct:", "fact_check: secteur-ouest\ncode_of_conduct:");
        let nord = Nord::with(database, &file, Options::default()).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mia = nord.member("mia", &[&nord.est]).await;
        let eva = nord.member("eva", &[&nord.ouest]).await;
        let claim = luc.send_text(&nord.est, UNKIND).await;
        mia.reply(&nord.est, &claim, &nord.line("vérifier")).await;
        let link = Nord::link(&nord.est, &claim);
        let shown = card(&eva, &nord.ouest, &link).await;
        let case = named(&body(&eva.fetch(&nord.ouest, &shown).await));
        let direct = direct_with_bot(&eva, &nord.bot()).await;
        let line = format!("verdict {case} faux source https://sante.example/avis 2026-03-01 parce que étude retirée");
        let said = nord.command(&eva, &direct, &line).await;
        assert!(said.contains("sous le message"), "{said}");
        let bot = nord.bot();
        let posted: Value = mia.wait_for_event(&nord.est, "the verdict", |event| {
            event["sender"] == bot.as_str()
                && event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == claim.as_str()
        }).await;
        let posted = body(&posted);
        for part in ["c’est faux", "étude retirée", "https://sante.example/avis", "2026-03-01", &case] {
            assert!(posted.contains(part), "{part} in {posted}");
        }
        let shown = nord.command(&eva, &direct, &format!("dossier {case}")).await;
        assert!(shown.contains("faux") && shown.contains("jusqu’au"), "{shown}");
    }

    async fn a_dry_run_keeps_no_case(database) {
        let mut nord = Nord::start(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        nord.quiet().await;
        nord.world.set_serve(&["--dry-run"]);
        nord.world.restart().await;
        let event = nord.samir.send_text(&nord.est, "bonjour").await;
        let flag = luc.react(&nord.est, &event, "🚩").await;
        let would = format!("would redact {flag}");
        wait_until("the log to say what would be done", async || nord.world.log().contains(&would).then_some(())).await;
        assert_eq!(nord.count("SELECT count(*) FROM record WHERE kind IN ('case', 'card')").await, 0);
        nord.world.set_serve(&[]);
        nord.world.restart().await;
        nord.quiet().await;
        let seen = luc.fetch(&nord.est, &flag).await;
        assert!(seen["unsigned"]["redacted_because"].is_null(), "{seen}");
    }
}
