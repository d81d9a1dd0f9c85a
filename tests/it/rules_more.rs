//! Rules that look at one message, beyond what leaks: links, claims, mentions, files; rules for some groups only; what people and rooms are called.

use std::sync::Arc;

use hygie_tests::{
    members::Member,
    on_both,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::OwnedEventId;
use serde_json::{Value, json};

use crate::communities::{NORD, Nord, body};

/// Rules of the operator beside the lists that ship with the program.
const RULES: &str = "version: 1
rules:
  - {id: phone-number, detector: phone, action: redact}
  - {id: denied-links, detector: link, action: redact, deny: [arnaque.example]}
  - {id: short-link, detector: shortener, action: nudge}
  - {id: false-claim, detector: misinformation, action: nudge}
  - {id: many-mentions, detector: mentions, action: redact, least: 5}
  - {id: programs, detector: media, action: redact, types: [executable, .docm]}
  - {id: large-files, detector: media, action: redact, types: [file], max_size: 10 MB}
  - id: tirelipimpon
    detector: word
    action: redact
    words: [tirelipimpon]
    in: {groups: [secteur-est]}
  - id: support-only
    detector: word
    action: redact
    words: [zinzolin]
    in: {kinds: [support]}
";

async fn nord(database: Database) -> Nord {
    let options = Options {
        rules: vec![("own.yaml".to_owned(), RULES.to_owned())],
        ..Options::default()
    };
    Nord::with(database, NORD, options).await
}

async fn send(member: &Member, nord: &Nord, content: Value) -> OwnedEventId {
    let sent = member.send_raw(&nord.est, "m.room.message", content).await;
    sent.expect("a member may write")
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

fn html(formatted: &str) -> Value {
    json!({"msgtype": "m.text", "body": "voir", "format": "org.matrix.custom.html", "formatted_body": formatted})
}

async fn taken_down(nord: &Nord, event: &OwnedEventId, rule: &str) {
    let fetched = nord.samir.wait_redacted(&nord.est, event).await;
    let reason = &fetched["unsigned"]["redacted_because"]["content"]["reason"];
    assert_eq!(reason, &json!(format!("Règle de la communauté : {rule}")));
}

async fn stays(nord: &Nord, event: &OwnedEventId) {
    let there = nord.samir.fetch(&nord.est, event).await;
    assert!(!body(&there).is_empty(), "{there}");
}

async fn explained(nord: &Nord, member: &Member, words: &str) -> String {
    let direct = member.direct_message_from(&nord.bot()).await;
    let said = member
        .wait_message_in(&direct, |body| body.contains(words))
        .await;
    body(&said)
}

on_both! {
    async fn a_link_that_is_not_accepted_is_taken_down_however_it_is_written(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let mut gone = Vec::new();
        for content in [
            text("https://arnaque.example/a"),
            text("voir arnaque.example"),
            text("HTTPS://WWW.Arnaque.EXAMPLE:8443/a?b=c"),
            text("hxxps://arnaque[.]example/a"),
            text("arnaque (point) example"),
            text("arnaque . example / a"),
            text("arn\u{200b}aque.exa\u{ad}mple"),
            text("ａｒｎａｑｕｅ．ｅｘａｍｐｌｅ"),
            text("аrnаque.ехаmрlе"),
            text("https://has-sante.fr@arnaque.example/"),
            text("https://arnaque%2Eexample/"),
            html("<a href=\"https://arnaque.example/\">has-sante.fr</a>"),
            html("<a href=\"https://arnaque&#46;example/\">ici</a>"),
            json!({"msgtype": "m.image", "body": "arnaque.example", "filename": "a.png", "url": "mxc://hygie.test/a"}),
        ] {
            gone.push(send(&luc, &nord, content).await);
        }
        let harmless = luc.send_text(&nord.est, "lire has-sante.fr").await;
        gone.push(luc.edit(&nord.est, &harmless, "lire arnaque.example").await);
        for event in &gone {
            taken_down(&nord, event, "lien non accepté").await;
        }
        for content in [
            text("https://pasarnaque.example/"),
            text("https://arnaque.example.org/"),
            text("écrire à luc@arnaque.example"),
            text("C'est une arnaque. Example donné demain."),
        ] {
            let kept = send(&luc, &nord, content).await;
            nord.quiet().await;
            stays(&nord, &kept).await;
        }
    }

    async fn a_shortened_link_and_a_false_claim_stay_and_their_author_is_shown_why(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let short = send(&luc, &nord, html("<a href=\"https://bit.ly/3abc\">le document</a>")).await;
        let said = explained(&nord, &luc, "lien raccourci").await;
        assert!(said.contains("l'adresse complète"), "{said}");
        let claim = luc.send_text(&nord.est, "Les vaccins causent l'autisme, c'est connu.").await;
        let said = explained(&nord, &luc, "information fausse").await;
        assert!(said.contains("https://www.who.int/") && said.contains("2026-11-23"), "{said}");
        let told = body(&nord.told("démenti").await);
        assert!(told.contains(claim.as_str()) && told.contains("https://www.who.int/"), "{told}");
        assert!(!told.contains("c'est connu"), "{told}");
        let asked = luc.send_text(&nord.est, "Que répondre à qui dit que les vaccins causent l'autisme ?").await;
        nord.quiet().await;
        for event in [short, claim, asked] {
            stays(&nord, &event).await;
        }
        let nudges = "SELECT count(*) FROM audit WHERE action = 'nudge'";
        assert_eq!(nord.world.sql_count(nudges).await, 2);
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("est connu") && !dump.contains("3abc"));
    }

    async fn many_mentions_and_files_of_the_wrong_kind_or_size_are_taken_down(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let people = |many: usize| -> Vec<String> { (0..many).map(|it| format!("@p{it}:hygie.test")).collect() };
        let calls = |many: usize| json!({"msgtype": "m.text", "body": "bonjour", "m.mentions": {"user_ids": people(many)}});
        let pills: Vec<String> = people(5).iter().map(|id| format!("<a href=\"https://matrix.to/#/{id}\">P</a>")).collect();
        let file = |name: &str, size: u64| json!({"msgtype": "m.file", "body": name, "url": "mxc://hygie.test/a",
            "info": {"size": size, "mimetype": "application/octet-stream"}});
        let mentions = [send(&luc, &nord, calls(5)).await, send(&luc, &nord, html(&pills.concat())).await];
        let files = [
            send(&luc, &nord, file("facture.pdf.exe", 10)).await,
            send(&luc, &nord, file("facture\u{202e}fdp.exe", 10)).await,
            send(&luc, &nord, file("dossier.DOCM", 10)).await,
            send(&luc, &nord, file("scanner.pdf", 10_000_001)).await,
        ];
        let kept = [
            send(&luc, &nord, calls(4)).await,
            send(&luc, &nord, file("scanner.pdf", 10_000_000)).await,
            send(&luc, &nord, json!({"msgtype": "m.video", "body": "a.mp4", "url": "mxc://hygie.test/a", "info": {"size": 90_000_000}})).await,
        ];
        for event in &mentions {
            taken_down(&nord, event, "beaucoup de mentions").await;
        }
        for event in &files {
            taken_down(&nord, event, "type ou taille de fichier").await;
        }
        nord.quiet().await;
        for event in &kept {
            stays(&nord, event).await;
        }
    }

    async fn a_rule_for_a_group_speaks_only_there(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let there = luc.send_text(&nord.est, "tirelipimpon").await;
        taken_down(&nord, &there, "mot blessant").await;
        let elsewhere = luc.send_text(&nord.ouest, "tirelipimpon").await;
        let of_another_kind = luc.send_text(&nord.est, "zinzolin").await;
        nord.quiet().await;
        assert_eq!(body(&nord.samir.fetch(&nord.ouest, &elsewhere).await), "tirelipimpon");
        stays(&nord, &of_another_kind).await;
    }

    async fn a_display_name_that_leaks_is_taken_out_of_every_room_and_its_owner_told_once(database) {
        let nord = nord(database).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        nord.quiet().await;
        luc.set_displayname("Luc 06 12 34 56 78").await;
        for room in [&nord.space, &nord.est, &nord.ouest] {
            nameless(&nord, room, &luc).await;
        }
        nord.quiet().await;
        let said = explained(&nord, &luc, "nom affiché").await;
        assert!(said.contains("numéro de téléphone"), "{said}");
        let direct = luc.direct_message_from(&nord.bot()).await;
        assert_eq!(luc.bodies(&direct).await.len(), 1, "once, not once a room");
        let told = nord.samir.bodies(&nord.admins).await;
        let told: Vec<_> = told.iter().filter(|line| line.contains("nom affiché")).collect();
        assert!(matches!(&told[..], [line] if line.contains(luc.id().as_str())), "{told:?}");
        let still = nord.samir.members_of(&nord.est, "join").await;
        assert!(still.iter().any(|it| *it == *luc.id()), "nobody is removed for it");
        let dump = nord.world.database_dump().await;
        assert!(!dump.contains("06 12 34 56 78"), "the name is kept nowhere");
        // A good name is taken as it is, and the person writes as before.
        luc.set_displayname("Luc").await;
        wait_until("the new name", async || {
            let state = nord.samir.get_state(&nord.est, "m.room.member", luc.id().as_str()).await?;
            (state["displayname"] == "Luc").then_some(())
        })
        .await;
        let fine = luc.send_text(&nord.est, "bonjour").await;
        nord.quiet().await;
        stays(&nord, &fine).await;
    }

    async fn a_topic_that_leaks_is_taken_away_and_put_back_without_being_repeated(database) {
        let nord = nord(database).await;
        let ines = nord.invited("ines", &[&nord.space, &nord.est]).await;
        nord.quiet().await;
        let topic = json!({"topic": "Appelez Luc au 06 12 34 56 78"});
        let set = ines.send_state(&nord.est, "m.room.topic", "", topic).await;
        let set: OwnedEventId = set.expect("an owner may").as_str().try_into().expect("an id");
        taken_down(&nord, &set, "numéro de téléphone").await;
        wait_until("the topic of the community", async || {
            let state = nord.samir.get_state(&nord.est, "m.room.topic", "").await?;
            (state["topic"] == "Est").then_some(())
        })
        .await;
        let told = body(&nord.told("sujet du salon").await);
        assert!(told.contains("numéro de téléphone") && !told.contains("06 12"), "{told}");
        assert!(explained(&nord, &ines, "sujet du salon").await.contains("numéro de téléphone"));
        nord.quiet().await;
        assert!(!nord.world.database_dump().await.contains("06 12 34 56 78"));
    }
}

/// Waits until nobody reads a name of `member` in the state of a room.
async fn nameless(nord: &Nord, room: &matrix_sdk::ruma::RoomId, member: &Arc<Member>) {
    wait_until("the name to be gone", async || {
        let state = nord
            .samir
            .get_state(room, "m.room.member", member.id().as_str())
            .await?;
        let joined = state["membership"] == "join";
        assert!(joined, "{state}");
        state.get("displayname").is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_file_is_tried_without_being_repeated_and_says_by_its_exit_code_whether_rules_speak() {
    let nord = Nord::start(Database::Sqlite).await;
    let write = |text: &str| nord.world.write("texts.txt", text);
    let file = nord.world.folder().join("texts.txt");
    let file = file.to_str().expect("a path of the tests");
    let out = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    write(
        "bonjour\nappelez le 06 12 34 56 78\n\n{\"type\": \"m.room.topic\", \"content\": {\"topic\": \"06 12 34 56 78\"}}\n",
    );
    let tried = nord.world.hygie(&["rules", "test", file]).await;
    let said = out(&tried);
    assert_eq!(tried.status.code(), Some(2), "{said}");
    assert_eq!(
        said,
        "line 1: nothing\nline 2: redact: phone-number (phone in body)\nline 4: redact: phone-number (phone in topic)\n2 of 3 would be touched.\n"
    );
    let shown = nord.world.hygie(&["rules", "test", file, "--show"]).await;
    assert!(out(&shown).contains("    appelez le 06 12 34 56 78\n"));
    write("bonjour\n");
    let clean = nord.world.hygie(&["rules", "test", file]).await;
    assert_eq!(clean.status.code(), Some(0));
    write("bonjour\n{\"text\": \"06 12 34 56 78\"\n");
    let refused = nord.world.hygie(&["rules", "test", file]).await;
    let problem = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        problem.contains("line 2: no JSON") && !problem.contains("06 12"),
        "{problem}"
    );

    nord.world.write("rules/own.yaml", "version: 1\nrules:\n  - {id: w, detector: word, action: redact, words: [zinzolin], in: {kinds: [support]}}\n");
    write("zinzolin\n");
    for (arguments, code) in [
        (&["rules", "test", file, "--kind", "support"][..], 2),
        (&["rules", "test", file, "--kind", "social"], 0),
    ] {
        assert_eq!(
            nord.world.hygie(arguments).await.status.code(),
            Some(code),
            "{arguments:?}"
        );
    }
}
