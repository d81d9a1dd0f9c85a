//! What must not be shared: taken down for everybody, explained to its author alone, kept nowhere.

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::OwnedEventId;
use serde_json::{Value, json};

use crate::{
    communities::{NIR, NORD, Nord, body, direct_with_bot},
    team::card,
};

/// Stands in every message of these tests, and is no secret: it must not be kept either.
const MARK: &str = "Zinzolin";

/// What leaks, and the rule that is named.
const LEAKS: [(&str, &str); 7] = [
    (NIR, "numéro de sécurité sociale"),
    ("1 85 05 2A 004 006 76", "numéro de sécurité sociale"),
    ("marie.durand@orange.fr", "adresse électronique"),
    ("06 12 34 56 78", "numéro de téléphone"),
    ("FR76 3000 6000 0112 3456 7890 189", "coordonnées bancaires"),
    ("pauvre conne", "insulte"),
    (
        "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv",
        "lien d'invitation",
    ),
];

/// Parts of the leaks, as they were written and as they are found.
const SECRETS: [&str; 12] = [
    "49 588 157",
    "269054958815780",
    "2A 004 006",
    "2A004006",
    "marie.durand",
    "06 12 34",
    "0612345678",
    "612345678",
    "3000 6000",
    "30006000",
    "pauvre conne",
    "AbCdEfGhIjKlMn",
];

fn text(kind: &str, body: &str) -> Value {
    json!({"msgtype": kind, "body": format!("{MARK} {body}")})
}

/// The ways in which `secret` gets into a message that is not plain text.
fn carriers(secret: &str) -> Vec<Value> {
    let zero_width: String = secret.chars().flat_map(|it| [it, '\u{200b}']).collect();
    let full_width: String = secret.chars().map(full_width).collect();
    let spaced: String = secret
        .chars()
        .filter(|it| *it != ' ')
        .flat_map(|it| [it, ' '])
        .collect();
    vec![
        text("m.notice", secret),
        text("m.emote", secret),
        json!({"msgtype": "m.text", "body": MARK, "format": "org.matrix.custom.html", "formatted_body": format!("{MARK} <b>{secret}</b>")}),
        json!({"msgtype": "m.image", "body": format!("{MARK} {secret}"), "filename": "photo.jpg", "url": "mxc://hygie.test/photo"}),
        json!({"msgtype": "m.file", "body": format!("{MARK} {secret}.pdf"), "url": "mxc://hygie.test/file"}),
        json!({"msgtype": "m.file", "body": MARK, "filename": format!("{secret}.pdf"), "url": "mxc://hygie.test/file"}),
        text("m.text", &zero_width),
        text("m.text", &full_width),
        text("m.text", &spaced),
    ]
}

fn full_width(character: char) -> char {
    match character {
        '!'..='~' => char::from_u32(u32::from(character) + 0xfee0).expect("it is a character"),
        other => other,
    }
}

async fn send(member: &Member, nord: &Nord, content: Value) -> OwnedEventId {
    let sent = member.send_raw(&nord.est, "m.room.message", content).await;
    sent.expect("a member may write")
}

fn says_no_secret(what: &str, said: &str) {
    for secret in SECRETS.iter().chain(&[MARK]) {
        assert!(!said.contains(secret), "{what} says {secret}");
    }
}

#[tokio::test]
async fn somebody_who_may_be_in_danger_is_told_to_the_team_and_nothing_is_taken_down() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let said = luc
        .send_text(&nord.est, "je n’en peux plus, je vais me suicider ce soir")
        .await;
    let called = nord.told("peut-être en danger").await;
    let called = body(&called);
    assert!(
        called.contains(luc.id().as_str())
            && called.contains(said.as_str())
            && called.contains("3114"),
        "{called}"
    );
    nord.quiet().await;
    let there = luc.fetch(&nord.est, &said).await;
    assert!(!body(&there).is_empty(), "the words stay");
    // It is a case: somebody says that they are with the person.
    let shown = card(&nord.samir, &nord.admins, said.as_str()).await;
    nord.samir.react(&nord.admins, &shown, "✅").await;
    nord.told("quelqu’un de l’équipe est avec la personne, décidé")
        .await;
}

/// [`NORD`], where insults are only taken down.
fn unhurried() -> String {
    let lines = "sanctions: {ladder: []}\ncode_of_conduct:";
    NORD.replace("code_of_conduct:", lines)
}

on_both! {
    async fn every_leak_in_every_carrier_is_taken_down_and_explained_and_leaves_no_trace(database) {
        let nord = Nord::with(database, &unhurried(), Options::default()).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mut leaks: Vec<(OwnedEventId, &str)> = Vec::new();
        for (secret, rule) in LEAKS {
            leaks.push((send(&luc, &nord, text("m.text", secret)).await, rule));
        }
        for (secret, rule) in [LEAKS[0], LEAKS[3]] {
            for content in carriers(secret) {
                leaks.push((send(&luc, &nord, content).await, rule));
            }
        }
        let harmless = luc.send_text(&nord.est, MARK).await;
        leaks.push((luc.edit(&nord.est, &harmless, &format!("{MARK} {NIR}")).await, LEAKS[0].1));
        for (leak, rule) in &leaks {
            let fetched = nord.samir.wait_redacted(&nord.est, leak).await;
            let reason = &fetched["unsigned"]["redacted_because"]["content"]["reason"];
            assert_eq!(reason, &json!(format!("Règle de la communauté : {rule}")));
        }
        let kept = nord.samir.fetch(&nord.est, &harmless).await;
        assert_eq!(body(&kept), MARK, "what was harmless before the edit stays");

        nord.quiet().await;
        let direct = luc.direct_message_from(&nord.bot()).await;
        let explained = luc.bodies(&direct).await;
        assert_eq!(explained.len(), leaks.len());
        let told: Vec<String> = nord.samir.bodies(&nord.admins).await;
        assert_eq!(told.len(), leaks.len().min(20), "of the first they read one by one");
        for ((_, rule), explanation) in leaks.iter().zip(&explained) {
            assert!(explanation.contains(&format!("dans Secteur Est a été retiré (règle : {rule})")), "{explanation}");
            says_no_secret("the explanation", explanation);
        }
        for line in &told {
            assert!(line.contains(luc.id().as_str()) && line.contains("Secteur Est"), "{line}");
            says_no_secret("the line for the admins", line);
        }
        for (_, rule) in LEAKS {
            assert!(told.iter().any(|line| line.contains(rule)), "{rule} in {told:?}");
        }
        let audited = "SELECT count(*) FROM audit WHERE action = 'redact'";
        let expected = i64::try_from(leaks.len()).expect("few");
        assert_eq!(nord.world.sql_count(audited).await, expected);
        says_no_secret("the database", &nord.world.database_dump().await);
        says_no_secret("the log", &nord.world.log());
    }
}

#[tokio::test]
async fn the_author_reads_why_in_the_language_that_they_chose() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let direct = direct_with_bot(&luc, &nord.bot()).await;
    let asked = luc.send_text(&direct, "language en").await;
    assert!(
        nord.answer(&luc, &direct, &asked)
            .await
            .contains("in English")
    );
    let leak = luc.send_text(&nord.est, NIR).await;
    nord.samir.wait_redacted(&nord.est, &leak).await;
    let said = luc
        .wait_message_in(&direct, |body| {
            body.contains("was taken down") || body.contains("retiré")
        })
        .await;
    assert!(body(&said).contains("social security number"), "{said}");
    let line = nord
        .samir
        .wait_message_in(&nord.admins, |body| body.contains("🛡️"))
        .await;
    assert!(
        body(&line).contains("numéro de sécurité sociale"),
        "the admins read theirs: {line}"
    );
}

#[tokio::test]
async fn the_team_and_clean_messages_are_left_alone_and_cost_no_request() {
    let options = Options {
        proxy: true,
        ..Options::default()
    };
    let nord = Nord::with(Database::Sqlite, &unhurried(), options).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let awa = nord.invited("awa", &[&nord.space, &nord.est]).await;
    nord.quiet().await;
    let inbox = "SELECT count(*) FROM inbox";
    let before = nord.world.sql_count(inbox).await;
    // What Hygie asks by itself, whether anybody writes or not: is it there, does it reach us, what has it not pushed.
    let by_itself = [
        "/versions",
        "/ping",
        "/messages",
        "/event/",
        "/org.hygie.awake/",
    ];
    let asked = || {
        let mut passed = nord.world.proxy().passed();
        passed.retain(|passed| !by_itself.iter().any(|part| passed.path.contains(part)));
        passed
    };
    let requests = asked().len();
    for number in 0..20 {
        let clean =
            format!("Réunion n° {number} à 14 h 30, salle 12 ; 3114 et 15 restent joignables");
        luc.send_text(&nord.est, &clean).await;
    }
    // A moderator may show what it is about.
    let shown = awa.send_text(&nord.est, NIR).await;
    wait_until("all messages to be decided", async || {
        (nord.world.sql_count(inbox).await >= before + 21).then_some(())
    })
    .await;
    nord.quiet().await;
    assert_eq!(asked().split_off(requests), []);
    assert_eq!(body(&nord.samir.fetch(&nord.est, &shown).await), NIR);
    assert_eq!(nord.world.sql_count("SELECT count(*) FROM audit").await, 0);
}

#[tokio::test]
async fn a_link_to_a_room_of_the_community_is_no_invitation_to_elsewhere() {
    let nord = Nord::start(Database::Sqlite).await;
    let luc = nord.member("luc", &[&nord.est]).await;
    let alias = crate::communities::alias(&nord.world, "secteur-ouest");
    let pill = |to: &str| {
        let html = format!("Voir <a href=\"https://matrix.to/#/{to}\">Secteur Ouest</a>");
        json!({"msgtype": "m.text", "body": "Voir Secteur Ouest", "format": "org.matrix.custom.html", "formatted_body": html})
    };
    let by_alias = send(&luc, &nord, pill(&alias)).await;
    let by_id = send(&luc, &nord, pill(&format!("{}?via=hygie.test", nord.ouest))).await;
    let elsewhere = send(&luc, &nord, pill("#autre:ailleurs.org")).await;
    nord.samir.wait_redacted(&nord.est, &elsewhere).await;
    nord.quiet().await;
    for kept in [by_alias, by_id] {
        assert_eq!(
            body(&nord.samir.fetch(&nord.est, &kept).await),
            "Voir Secteur Ouest"
        );
    }
}
