//! The whole way, from an event's content to the verdict: evasions that must be caught, messages that must pass.

use std::time::Instant;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::detectors::nir_key_for_tests;
use super::*;
use crate::community::definition::{GroupId, Kind};

const KEY: [u8; 32] = [7; 32];
const NUMBER: &str = "255081416802538";

fn verdict(content: &Value) -> Option<Verdict> {
    rules().check("m.room.message", content, &KEY)
}

fn rules() -> &'static RuleSet {
    static RULES: std::sync::LazyLock<RuleSet> = std::sync::LazyLock::new(RuleSet::builtin);
    &RULES
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

fn redacted_for(content: &Value) -> Option<DetectedKind> {
    verdict(content)
        .filter(|verdict| verdict.action == RuleAction::Redact)
        .map(|verdict| verdict.kind)
}

#[test]
fn the_built_in_rules_cover_every_kind() {
    // Words and denied domains are the community's own.
    let own = [DetectedKind::Word, DetectedKind::Link];
    for kind in DetectedKind::ALL.into_iter().filter(|it| !own.contains(it)) {
        assert!(
            rules().rules.iter().any(|rule| rule.kind() == kind),
            "{kind:?}"
        );
    }
}

#[test]
fn a_number_is_found_wherever_a_client_can_put_it() {
    let html = |formatted: &str| {
        json!({"msgtype": "m.text", "body": "bonjour", "format": "org.matrix.custom.html",
            "formatted_body": formatted})
    };
    for (content, place) in [
        (text(NUMBER), Place::Body),
        (json!({"msgtype": "m.notice", "body": NUMBER}), Place::Body),
        (json!({"msgtype": "m.emote", "body": NUMBER}), Place::Body),
        (
            json!({"msgtype": "org.example.new", "body": NUMBER}),
            Place::Body,
        ),
        (html(&format!("<p>{NUMBER}</p>")), Place::FormattedBody),
        (
            html("2<b></b>55<i>08</i>14<!-- x -->168025<u>38</u>"),
            Place::FormattedBody,
        ),
        (
            html("2&nbsp;55&#32;08&#x20;14 168 025 38"),
            Place::FormattedBody,
        ),
        (
            html("<span data-mx-spoiler>255081416802538</span>"),
            Place::FormattedBody,
        ),
        (
            html("<span data-mx-spoiler=\"255081416802538\">x</span>"),
            Place::FormattedBody,
        ),
        (
            html("<a href=\"https://x.example/?n=255081416802538\">ici</a>"),
            Place::FormattedBody,
        ),
        (
            html("<img src=\"mxc://s/i\" alt=\"255081416802538\">"),
            Place::FormattedBody,
        ),
        (
            json!({"msgtype": "m.text", "body": "* voir",
                "m.new_content": {"msgtype": "m.text", "body": NUMBER}}),
            Place::EditBody,
        ),
        (
            json!({"msgtype": "m.text", "body": "* voir",
                "m.new_content": {"msgtype": "m.text", "body": "voir", "formatted_body": format!("<b>{NUMBER}</b>")}}),
            Place::EditFormattedBody,
        ),
        (
            json!({"msgtype": "m.image", "body": NUMBER, "filename": "a.jpg"}),
            Place::Caption,
        ),
        (
            json!({"msgtype": "m.image", "body": "vu", "filename": "255081416802538.jpg"}),
            Place::FileName,
        ),
        (
            json!({"msgtype": "m.file", "body": "dossier_255081416802538.pdf"}),
            Place::FileName,
        ),
    ] {
        let found = verdict(&content).unwrap_or_else(|| panic!("clean: {content}"));
        assert_eq!(
            (found.kind, found.action),
            (DetectedKind::Nir, RuleAction::Redact),
            "{content}"
        );
        assert_eq!(found.hits[0].place, place, "{content}");
    }
}

#[test]
fn unicode_tricks_do_not_hide_anything() {
    for (body, kind) in [
        ("２５５０８１４１６８０２５３８", DetectedKind::Nir),
        ("٢٥٥٠٨١٤١٦٨٠٢٥٣٨", DetectedKind::Nir),
        ("𝟐𝟓𝟓𝟎𝟖𝟏𝟒𝟏𝟔𝟖𝟎𝟐𝟓𝟑𝟖", DetectedKind::Nir),
        ("②⑤⑤⓪⑧①④①⑥⑧⓪②⑤③⑧", DetectedKind::Nir),
        (
            "2\u{200B}5\u{200D}5\u{2060}0814\u{FEFF}168\u{AD}02538",
            DetectedKind::Nir,
        ),
        ("2 55 08 14 168 025 38", DetectedKind::Nir),
        (
            "2\u{A0}55\u{202F}08\u{2009}14\u{2003}168 025 38",
            DetectedKind::Nir,
        ),
        ("2‐55–08—14−168·025•38", DetectedKind::Nir),
        ("2️⃣5️⃣5️⃣0️⃣8️⃣1️⃣4️⃣1️⃣6️⃣8️⃣0️⃣2️⃣5️⃣3️⃣8️⃣", DetectedKind::Nir),
        ("2 55 O8 l4 168 O25 38", DetectedKind::Nir),
        ("०६ १२ ३४ ५६ ७८", DetectedKind::Phone),
        ("0\u{336}6\u{336}12345678", DetectedKind::Phone),
        ("ＦＲ１４ 2004 1010 0505 0001 3M02 606", DetectedKind::Iban),
        ("jean.dupont@ехample.fr", DetectedKind::Email),
        (
            "https://сhat.whatsapp.com/AbCdEfGh1234",
            DetectedKind::InviteLink,
        ),
        (
            "https://chat\u{200B}.whatsapp。com/AbCdEfGh1234",
            DetectedKind::InviteLink,
        ),
        ("tu es un ｃｏｎｎａｒｄ", DetectedKind::Insult),
        ("c\u{43E}nn\u{430}rd", DetectedKind::Insult),
        ("CÔNNARD", DetectedKind::Insult),
    ] {
        assert_eq!(redacted_for(&text(body)), Some(kind), "{body}");
    }
}

#[test]
fn what_carers_write_all_day_passes() {
    for body in [
        "Bonjour à toutes et tous, réunion jeudi 14/11/2026 à 14 h 30, salle 204.",
        "TA 12/8, FC 72, SpO2 98 %, T° 37,2, glycémie 1,05 g/L",
        "PA 145/92 mmHg, pouls 88, EVA 3/10, poids 72,5 kg, taille 1,68 m",
        "Paracétamol 1 g x 3/j, amoxicilline 500 mg 1-0-1 pendant 7 jours",
        "HbA1c 7,2 % ; créat 85 µmol/L ; DFG 78 mL/min/1,73 m²",
        "En cas d'urgence : 15, 18, 17, 112, 114, 3114, 119 ou 116 117.",
        "Ingestion d'eau de Javel : centre antipoison de Paris, 01 40 05 48 48.",
        "Violences : 3919. Info drogues : 0 800 23 13 13. Ameli : 3646.",
        "Mon RPPS est le 10101234567 et le FINESS du CHU 750712184.",
        "SIREN 732 829 320, SIRET 732 829 320 00074",
        "Commande n° 0612345678, lot 20240512001, facture 2024-000123",
        "Numéro de suivi colis : 6A12345678901",
        "Le médicament a l'AMM 34009 300 123 4 5 (CIP13 3400930012345)",
        "ISBN 978-2-07-036822-8, DOI 10.1016/j.jbspin.2019.03.006",
        "https://www.has-sante.fr/jcms/c_2038393/fr/guide?p=20240512103045",
        "https://www.ameli.fr/assure/0612345678/article",
        "@awa:example.org peux-tu regarder ? https://matrix.to/#/@awa:example.org",
        "Voir ce message : https://matrix.to/#/!abc:example.org/$xyz?via=example.org",
        "Chambres 01 02 03 04 05 libérées ; lits 12 14 16 18 20 occupés",
        "Mme D., 78 ans, chute à domicile, pas de perte de connaissance.",
        "Une patiente de 34 ans a fait une fausse couche, comment l'accompagner ?",
        "Le patient refuse la toilette depuis 3 jours, il est réputé difficile.",
        "J'ai 10 min de retard, désolée. La dispute d'hier est oubliée.",
        "He is in con tact with the retard de croissance clinic, see table 1.",
        "Écrivez-moi sur ma boîte dr.martin@chu.mssante.fr",
        "Version 2.55.08.14 du logiciel, build 168025",
        "Séquence 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "GPS 48.8566, 2.3522 ; altitude 1 035 m",
        "2024-05-12T10:30:45.123456Z",
        "IMG_20240512_103045.jpg",
        "255081416802539",
        "2 55 08 14 168 025 39",
        "Réunion au CHU, 2 place de Verdun, 59000 Lille, à 14 h",
        "La pharmacie de garde : 12 rue des Lilas, 59000 Lille",
        "Je ne le vois pas avant le 12/03/2026, acte de naissance du 12/03/2026",
        "Le service est né le 12 mars 1998",
        "Mme D. a fait une fausse couche, syndrome de Down écarté, Glasgow 15",
        "L'infirmière Sophie Durand refait le pansement avec le Dr Martin",
        "Imprimante 192.168.1.20, version 121.0.6167.85, chapitre 1.2.3.4",
        "Réf. AB-123-CD en rupture, lot FG-456-HJ rappelé",
        "J'ai oublié mon mot de passe, il faut 12 caractères ; le code CCAM est DEQP003",
        "Merci ❤️ 🙏🏽 👩‍⚕️ à demain !",
        "مرحبا بالجميع، الاجتماع يوم الخميس",
        "Привет всем, встреча в четверг в 14:30",
        "",
    ] {
        assert_eq!(verdict(&text(body)), None, "{body}");
    }
}

#[test]
fn a_clean_message_in_every_form_passes() {
    for content in [
        json!({"msgtype": "m.image", "body": "IMG-20240512-WA0012.jpg", "url": "mxc://s/0612345678"}),
        json!({"msgtype": "m.audio", "body": "Voice message", "filename": "audio.ogg"}),
        json!({"msgtype": "m.location", "body": "Point d'eau", "geo_uri": "geo:48.8566,2.3522"}),
        json!({"msgtype": "m.text", "body": "> <@b:x.org> 255081416802538\n\nsupprimé, merci",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$e"}}}),
    ] {
        assert_eq!(verdict(&content), None, "{content}");
    }
    assert_eq!(rules().check("m.reaction", &text(NUMBER), &KEY), None);
    assert_eq!(rules().check("m.room.message", &json!({}), &KEY), None);
}

#[test]
fn a_number_without_its_key_is_asked_about_and_never_redacted() {
    let found = verdict(&text("son numéro de sécu : 2 55 08 14 168 025")).expect("a question");
    assert_eq!(
        (found.kind, found.action),
        (DetectedKind::Nir, RuleAction::Nudge)
    );
}

#[test]
fn the_strongest_rule_is_named_and_every_hit_is_kept() {
    let found = verdict(&text("connard, 06 12 34 56 78 ou 255081416802538")).expect("three hits");
    let kinds: Vec<_> = found.hits.iter().map(|hit| hit.kind).collect();
    assert_eq!(
        kinds,
        [DetectedKind::Nir, DetectedKind::Phone, DetectedKind::Insult]
    );
    assert_eq!(found.rule.as_str(), "social-security-number");

    let found = verdict(&text("sécu 2550814168025, mail a@b.fr")).expect("two hits");
    assert_eq!(
        found.action,
        RuleAction::Redact,
        "a redaction outranks a question"
    );
    assert_eq!(found.kind, DetectedKind::Email);
}

#[test]
fn the_digits_of_one_thing_are_one_hit() {
    for body in [
        "FR14 2004 1010 0505 0001 3M02 606",
        "2 55 08 14 168 025 38",
        "06 12 34 56 78",
        "portable : IBAN DE89 3704 0044 0532 0130 00",
    ] {
        assert_eq!(verdict(&text(body)).expect("a hit").hits.len(), 1, "{body}");
    }
}

#[test]
fn the_same_thing_has_the_same_hash_only_under_the_same_key() {
    let hash = |body: &str, key: &[u8; 32]| {
        let found = rules().check("m.room.message", &text(body), key);
        found.expect("a hit").hits[0].hash.clone()
    };
    assert_eq!(
        hash("06 12 34 56 78", &KEY),
        hash("+33 6 12 34 56 78", &KEY)
    );
    assert_ne!(hash("06 12 34 56 78", &KEY), hash("06 12 34 56 79", &KEY));
    assert_ne!(
        hash("06 12 34 56 78", &KEY),
        hash("06 12 34 56 78", &[8; 32])
    );
    assert_eq!(hash("06 12 34 56 78", &KEY).len(), 32);
}

#[test]
fn the_hash_tells_kinds_apart() {
    assert_ne!(
        keyed_hash(&KEY, DetectedKind::Word, "x"),
        keyed_hash(&KEY, DetectedKind::Email, "x")
    );
}

#[test]
fn warming_up_is_harmless() {
    rules().warm_up();
}

#[test]
fn a_verdict_never_carries_the_text() {
    let found = verdict(&text("joindre jean.dupont@exemple.fr")).expect("a hit");
    let written = format!("{found:?} {}", serde_json::to_string(&found).expect("JSON"));
    assert!(
        !written.contains("dupont") && !written.contains("exemple"),
        "{written}"
    );
}

#[test]
fn the_communitys_own_rooms_may_be_linked() {
    let link = text("voir https://matrix.to/#/#_hygie_asc-nord_secteur-est:example.org");
    assert_eq!(redacted_for(&link), Some(DetectedKind::InviteLink));
    let rules = RuleSet::builtin().allowing(
        DetectedKind::InviteLink,
        ["#_hygie_asc-nord_secteur-est:example.org".to_owned()],
    );
    assert_eq!(rules.check("m.room.message", &link, &KEY), None);
    let other = text("voir https://matrix.to/#/#autre:example.org");
    assert!(rules.check("m.room.message", &other, &KEY).is_some());
}

#[test]
fn every_kind_has_its_two_texts_in_both_languages() {
    for ftl in [
        concat!(
            include_str!("../reply/fr/moderation.ftl"),
            "\n",
            include_str!("../reply/fr/content.ftl")
        ),
        concat!(
            include_str!("../reply/en/moderation.ftl"),
            "\n",
            include_str!("../reply/en/content.ftl")
        ),
    ] {
        assert!(fluent_syntax::parser::parse(ftl).is_ok());
        for kind in DetectedKind::ALL {
            for part in ["name", "explain"] {
                let key = format!("\n{}-{part} =", kind.text_key());
                assert_eq!(ftl.matches(&key).count(), 1, "{key}");
            }
        }
    }
}

fn claim_of(body: &str) -> Option<String> {
    let found = verdict(&text(body))?;
    assert_eq!(
        found.action,
        RuleAction::Nudge,
        "{body}: never more than a question"
    );
    Some(found.claim?.id)
}

#[test]
fn the_claims_that_ship_are_found_when_they_are_made() {
    for (body, id) in [
        ("Les vaccins causent l'autisme.", "vaccines-autism"),
        (
            "Mon avis : le vaccin ROR rend les enfants autistes",
            "vaccines-autism",
        ),
        (
            "l'autisme de mon fils est dû au vaccin, j'en suis sûre",
            "vaccines-autism",
        ),
        ("Vaccines cause autism, wake up!", "vaccines-autism"),
        ("the MMR shot causes autism", "vaccines-autism"),
        ("Le MMS guérit le cancer", "chlorine-dioxide"),
        (
            "Le dioxyde de chlore tue tous les virus",
            "chlorine-dioxide",
        ),
        (
            "buvez de l'eau de Javel diluée contre le covid",
            "chlorine-dioxide",
        ),
        ("chlorine dioxide cures malaria", "chlorine-dioxide"),
        (
            "L'hydroxychloroquine soigne le Covid",
            "hydroxychloroquine-covid",
        ),
        (
            "hydroxychloroquine prevents covid",
            "hydroxychloroquine-covid",
        ),
        ("l'ivermectine guérit la covid-19", "ivermectin-covid"),
        ("ivermectin cures covid", "ivermectin-covid"),
        ("5G spreads covid", "mobile-networks-covid"),
        (
            "le covid est causé par les antennes 5G",
            "mobile-networks-covid",
        ),
        ("les antibiotiques tuent les virus", "antibiotics-viruses"),
        ("Antibiotics work against the flu", "antibiotics-viruses"),
        ("le VIH n'existe pas", "hiv-aids"),
        ("HIV does not cause AIDS", "hiv-aids"),
        (
            "ＬＥＳ ＶＡＣＣＩＮＳ ＣＡＵＳＥＮＴ Ｌ'ＡＵＴＩＳＭＥ",
            "vaccines-autism",
        ),
    ] {
        assert_eq!(claim_of(body).as_deref(), Some(id), "{body}");
    }
}

#[test]
fn talking_about_a_claim_is_no_claim() {
    for body in [
        "Les vaccins ne causent pas l'autisme.",
        "Non, le vaccin ROR ne donne pas l'autisme",
        "Vaccines do not cause autism.",
        "Vaccines don't cause autism",
        "Est-ce que le vaccin donne l'autisme ?",
        "Une maman m'a dit que le vaccin donne l'autisme, que répondre",
        "« Les vaccins causent l'autisme » : comment en parler aux parents",
        "Formation lundi : vaccination. Mardi : autisme, ce qui cause les crises.",
        "enfant autiste, vaccins à jour, cause du retard à explorer",
        "L'enfant autiste a peur du vaccin",
        "Le MMS ne guérit rien, c'est de l'eau de Javel",
        "Envoyez-moi un MMS pour le rendez-vous, je soigne la grippe de mon fils",
        "Ingestion d'eau de Javel : appelez le centre antipoison",
        "Désinfecter à l'eau de Javel contre le norovirus",
        "Il a bu de l'eau de Javel ce matin",
        "hydroxychloroquine 200 mg 2x/j pour son lupus",
        "patient sous hydroxychloroquine, covid positif hier",
        "l'essai de l'hydroxychloroquine contre le covid est négatif",
        "L'ivermectine traite la gale ; covid négatif",
        "Les antibiotiques ne tuent pas les virus",
        "pas d'antibiotique : c'est une grippe, un virus",
        "antibiotiques pour la surinfection, la bronchiolite guérit seule",
        "les antennes du centre de dépistage covid sont ouvertes",
        "le VIH n'est pas transmis par la salive",
        "les personnes sous traitement ne transmettent pas le VIH",
        "HIV does not spread by touch",
        "Nobody believes that 5G spreads covid",
        "C'est un mythe : les antibiotiques soignent la grippe",
    ] {
        assert_eq!(claim_of(body), None, "{body}");
    }
}

#[test]
fn a_claim_whose_review_is_due_is_not_used() {
    let content = text("Les vaccins causent l'autisme.");
    let at = |now: i64| {
        let site = Site {
            layer: &Layer::default(),
            spot: Spot::Anywhere,
            now: Timestamp(now),
            lets_through: &|_, _| false,
        };
        rules()
            .check_in("m.room.message", &content, &KEY, &site)
            .is_some()
    };
    let found = verdict(&content).and_then(|it| it.claim).expect("a claim");
    assert!(at(found.review.0 - 1) && !at(found.review.0));
}

#[test]
fn a_rule_speaks_from_so_many_findings_on_and_where_it_is_for() {
    let file = "version: 1\nrules:\n  - {id: p, detector: phone, action: redact, least: 2}\n  \
        - {id: w, detector: word, action: redact, words: [zinzolin], in: {kinds: [support], groups: [est]}}\n";
    let rules = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), file.to_owned())]).unwrap();
    let group = |id: &str| id.parse::<GroupId>().unwrap();
    let (est, ouest) = (group("est"), group("ouest"));
    let seen = |body: &str, spot: Spot<'_>| {
        let site = Site {
            layer: &Layer::default(),
            spot,
            now: Timestamp(0),
            lets_through: &|_, _| false,
        };
        rules
            .check_in("m.room.message", &text(body), &KEY, &site)
            .is_some()
    };
    let of = |id, kind| Spot::Group { id, kind };
    assert!(
        !seen("06 12 34 56 78 ou 06 12 34 56 78", Spot::Space),
        "the same twice is one"
    );
    assert!(seen("06 12 34 56 78 ou 06 12 34 56 79", Spot::Space));
    assert!(
        seen("zinzolin", of(&est, Kind::Discussion)) && seen("zinzolin", of(&ouest, Kind::Support))
    );
    assert!(!seen("zinzolin", of(&ouest, Kind::Discussion)) && !seen("zinzolin", Spot::Space));
}

fn refused(file: &str, line: u64, problem: &str) {
    let error = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), file.to_owned())]).expect_err(file);
    assert!(error.to_string().contains(problem), "{file}: {error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn what_a_rule_says_wrongly_has_its_line_and_a_remedy() {
    for (fields, problem) in [
        (
            "detector: link, action: redact, deny: ['https://a.example']",
            "is no domain",
        ),
        (
            "detector: nir, action: redact, deny: [a.example]",
            "does not look at links",
        ),
        (
            "detector: media, action: redact",
            "says no type and no size",
        ),
        (
            "detector: media, action: redact, types: [picture]",
            "is no type of file",
        ),
        (
            "detector: media, action: redact, max_size: '10'",
            "is no size",
        ),
        (
            "detector: nir, action: redact, max_size: 10 MB",
            "does not look at them",
        ),
        (
            "detector: nir, action: redact, least: 0",
            "is no number of findings",
        ),
        (
            "detector: nir, action: redact, in: {kinds: [suport]}",
            "Did you mean `support`",
        ),
        (
            "detector: nir, action: redact, in: {groups: [Est]}",
            "is no id of a group",
        ),
        (
            "detector: nir, action: redact, in: {group: [est]}",
            "Did you mean `groups`",
        ),
    ] {
        let file = format!("version: 1\nrules:\n  - {{id: a, {fields}}}\n");
        refused(&file, 3, problem);
    }
}

#[test]
fn what_a_list_says_wrongly_has_its_line_and_a_remedy() {
    let claim = |source: &str, rest: &str| {
        format!(
            "version: 1\nclaims:\n  - id: c\n    fact: {{fr: a, en: b}}\n    source: {source}\n    {rest}\n"
        )
    };
    let (good, dates) = (
        "https://a.example/",
        "date: 2026-11-23\n    review: 2027-01-01\n    ",
    );
    let said = |words: &str| format!("{dates}fr: [{words}]");
    assert!(RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), claim(good, &said("vaccin")))]).is_ok());
    refused(&claim("a", &said("vaccin")), 5, "is no address of a page");
    refused(&claim(good, &said("'(a'")), 8, "parenthesis");
    refused(&claim(good, &said("")), 3, "no words and no domain");
    let no_day = "date: 2026-02-30\n    review: 2027-01-01\n    fr: [vaccin]";
    refused(&claim(good, no_day), 6, "is no day");
    let too_early = "date: 2027-11-23\n    review: 2027-01-01\n    fr: [vaccin]";
    refused(&claim(good, too_early), 7, "comes before");
    let odd = "version: 1\nshorteners: {source: a, date: 2026-01-01, domains: ['x y']}\n";
    refused(odd, 2, "is no domain");
}

fn one_word_rule(words: &str) -> Result<RuleSet, RulesError> {
    let text = format!(
        "version: 1\nrules:\n  - id: a\n    detector: word\n    action: redact\n    words: [{words}]\n"
    );
    RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), text)])
}

#[test]
fn a_file_of_rules_that_would_cost_every_message_dear_is_refused_with_its_line() {
    let rule = |id: usize| format!("  - {{id: r{id}, detector: nir, action: nudge}}\n");
    let many = (0..101).fold("version: 1\nrules:\n".to_owned(), |text, id| {
        text + rule(id).as_str()
    });
    let allowed = "e@example.org, ".repeat(1_001);
    let allow = format!(
        "version: 1\nrules: [{{id: a, detector: email, action: nudge, allow: [{allowed}]}}]"
    );
    let bomb = "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nrules: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
    for (text, problem) in [
        (
            many,
            "r.yaml, line 103, column 10: there are more than 100 rules",
        ),
        (allow, "rule `a` lists more than 1000 entries"),
        (
            bomb.to_owned(),
            "r.yaml, line 2, column 1: there is no key `a` here",
        ),
        (
            "x".repeat((1 << 20) + 1),
            "r.yaml: the file is larger than 1048576 bytes",
        ),
        ("[".repeat(10_000), "r.yaml, line 1"),
        (
            "version: 1\nrules: !include /etc/hostname\n".to_owned(),
            "r.yaml, line 2",
        ),
    ] {
        let error = RuleSet::from_yaml(&[(PathBuf::from("r.yaml"), text)]).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
    let error = one_word_rule(&"x".repeat(101)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 6, column 13: a word has more than 100 characters"),
        "{error}"
    );
    let error = one_word_rule(&"x, ".repeat(1_001)).unwrap_err();
    assert!(
        error.to_string().contains("more than 1000 entries"),
        "{error}"
    );
    let patterns: Vec<_> = (1..=100).map(|length| "a".repeat(length)).collect();
    assert!(one_word_rule(&patterns.join(", ")).is_ok());
}

#[test]
fn a_word_is_a_word_and_no_pattern() {
    let rules = one_word_rule("\"(a+)+$\", \".*\"").unwrap();
    let seen = |body: &str| rules.check("m.room.message", &text(body), &KEY).is_some();
    assert!(seen("voici (a+)+$ !") && !seen(&"a".repeat(1_000)) && !seen("tout"));
}

/// The steps that depend on the text: pieces of HTML, folded bytes, runs, groups and findings.
fn steps(body: &str) -> usize {
    let html = super::html::extract(body);
    let folded = Folded::new(&html.text);
    let mut steps = html.text.len() + html.attributes.len() + folded.text().len();
    super::digits::for_each_run(folded.text(), 1, |run| {
        steps += run.digits.len() + run.groups.len();
    });
    let mut found = Vec::new();
    for rule in &rules().rules {
        rule.detector.find(&folded, &mut found);
    }
    steps + found.len() + found.iter().map(|it| it.canonical.len()).sum::<usize>()
}

#[test]
fn twice_the_text_takes_at_most_twice_the_steps() {
    for part in [
        "1",
        "1 ",
        "1 8 4 0 5 7 ",
        "06 39 98 12 34 ",
        "+1 ",
        "1-",
        "\u{200b}",
        "e\u{301}\u{302}",
        "\u{FDFA}",
        "<",
        "<b>",
        "<b><i a='b'>",
        "<p title=x>",
        "</",
        "<!--",
        "&",
        "&#49;",
        "a@a.aa@",
        "a (at) b ",
        "FR76 ",
        "t.me/",
        "%2E",
        "https://matrix.to/#/#a:s ",
        "con ",
        "12 rue des Lilas, 59000 Lille ",
        "rue 12 rue a 12 ",
        "12 High Street LS1 4AB ",
        "habite chez adresse 12 rue x ",
        "né le 12/03/1950 ",
        "ddn ne le ",
        "1/2/3/4/",
        "Mme Dupont Martin a un cancer ",
        "Mme Awa Mme Awa cancer ",
        "cancer diabete ",
        "90.12.34.56 ",
        "1.2.3.4.",
        "2a01:cb00::1 ",
        "a:1:b::",
        "AB-123-CD ",
        "plaque 1234 AB 75 ",
        "mdp mot de passe code est : ",
        "digicode 45 B 12 ",
        "bearer syt_ghp_eyJ",
        "Es1a ",
        "connard ",
        "c o n ",
        "f.d.p ",
        "c*",
        "aaa",
        "« con \" ",
        "sale arabe ",
        "je veux mourir ",
        "je suis un poids ",
        "mdr mort ",
        "promo 5 € cliquez ici ",
        "5 % ",
        "zero six ",
        "IPP 12 ",
        "dossier 1234567 ",
        "4970 1012 3456 7893 ",
        "756 9217 0769 85 ",
        "INS 255081416802538 ",
        "finess 2a 1 ",
        "RPPS 1",
        "12345678z ",
        "bit.ly/a ",
        "a. b/",
        "a . b x@a.b:c.d ",
        "les vaccins causent l'autisme ",
    ] {
        let of = |size: usize| steps(&part.repeat(size / part.len()));
        for size in [8_000, 16_000, 32_000] {
            let (once, twice) = (of(size), of(2 * size));
            assert!(
                twice <= 2 * once + 200,
                "{part:?}: {once} steps for {size}, {twice} for twice that"
            );
        }
    }
}

/// 64 KiB of what is dearest to each part: prints times, asserts only that all end.
#[test]
fn the_worst_texts_of_64_kib_end_and_their_times_are_printed() {
    let fill = |part: &str| part.repeat(65_000 / part.len());
    let _ = verdict(&text("+32 470 12 34 56"));
    for (name, body) in [
        (
            "ordinary French",
            fill("La patiente de la chambre 12 va mieux, merci à l'équipe. "),
        ),
        (
            "ordinary ASCII",
            fill("The patient in room 12 is better, thanks to the team. "),
        ),
        ("digits", fill("1 8 4 0 5 7 ")),
        ("one run", fill("1")),
        ("plus signs", fill("+1 2 3 4 5 6 7 8 ")),
        ("at signs", fill("a@a.aa@")),
        ("spoken at", fill("a (at) b ")),
        ("IBAN starts", fill("FR76 ")),
        ("words", fill("con fils de ")),
        ("links", fill("t.me/ ")),
        ("percent", fill("%2E")),
        ("combining", fill("e\u{301}\u{302}")),
        ("ligatures", fill("\u{FDFA}")),
        ("tags", fill("<b><i a='b'>")),
        ("addresses", fill("12 rue des Lilas, 59000 Lille ")),
        ("streets", fill("rue 12 rue a 12 ")),
        ("births", fill("ddn ne le 12/03/1950 ")),
        ("persons", fill("Mme Dupont Martin a un cancer ")),
        ("first names", fill("Awa Awa Awa Awa Awa cancer ")),
        ("IPs", fill("90.12.34.56 2a01:cb00::1 ")),
        ("plates", fill("plaque 1234 AB 75 AB-123-CD ")),
        ("secrets", fill("mdp mot de passe code est : ")),
        ("keys", fill("bearer syt_ghp_eyJ")),
        ("insults", fill("tu es un gros con ")),
        ("spaced letters", fill("c o n ")),
        ("hate", fill("les arabes sont ")),
        ("danger", fill("je veux mourir ")),
        ("advertising", fill("promo 5 € cliquez ici ")),
        ("words of numbers", fill("zero six ")),
        ("names of numbers", fill("IPP 12 NDA ")),
        ("cards", fill("4970 1012 3456 7893 ")),
        ("institutions", fill("finess 2a 1 ")),
        ("hosts", fill("https://bit.ly/a ")),
        ("broken hosts", fill("a . b. c/ (dot) ")),
        ("claims", fill("les vaccins causent l'autisme ")),
    ] {
        let content =
            json!({"msgtype": "m.text", "body": body, "formatted_body": format!("{body}<")});
        let start = Instant::now();
        let found = verdict(&content).map_or(0, |verdict| verdict.hits.len());
        println!(
            "{name:>16}: {:>9.1?} for twice 64 KiB, {found} hits",
            start.elapsed()
        );
    }
    let short =
        text("La patiente de la chambre 12 va mieux, merci à toute l'équipe pour hier soir.");
    let start = Instant::now();
    for _ in 0..1_000 {
        let _ = verdict(&short);
    }
    println!("  a short message: {:>9.1?}", start.elapsed() / 1_000);
}

prop_compose! {
    fn number()(
        sex in "[123478]", year in 0..100, month in 1..13, department in "0[1-9]|[1-8][0-9]|9[0-5]|2A|2B|97|99",
        commune in 1..991, order in 1..1000,
    ) -> String {
        format!("{sex}{year:02}{month:02}{department}{commune:03}{order:03}")
    }
}

fn spaced(number: &str, gaps: &[&str]) -> String {
    number
        .chars()
        .zip(gaps)
        .flat_map(|(c, gap)| [c.to_string(), (*gap).to_owned()])
        .collect()
}

fn gaps() -> impl Strategy<Value = Vec<&'static str>> {
    let gap = prop::sample::select(vec![
        "", "", " ", ".", "-", "/", "_", "\u{A0}", "\u{200B}", " - ",
    ]);
    prop::collection::vec(gap, 15)
}

proptest! {
    #[test]
    fn a_valid_number_is_found_in_any_spacing(number in number(), gaps in gaps()) {
        let full = format!("{number}{:02}", nir_key_for_tests(&number));
        let body = format!("Voici {} merci", spaced(&full, &gaps));
        prop_assert_eq!(redacted_for(&text(&body)), Some(DetectedKind::Nir), "{}", body);
    }

    #[test]
    fn a_number_with_a_wrong_key_is_never_redacted(number in number(), gaps in gaps(), shift in 1..97_u64) {
        let wrong = (nir_key_for_tests(&number) + shift - 1) % 97 + 1;
        let body = format!("numéro de sécu {} merci", spaced(&format!("{number}{wrong:02}"), &gaps));
        prop_assert_eq!(redacted_for(&text(&body)), None, "{}", body);
    }

    #[test]
    fn any_text_in_any_field_is_checked_without_panic(
        body in "\\PC{0,60}|[0-9 .+@/#!:(<>&a-z-]{0,60}",
        formatted in "\\PC{0,60}|[0-9 .+@/#!:(<>&;='\"a-z-]{0,60}",
        reply in any::<bool>(),
    ) {
        let mut content = json!({"msgtype": "m.image", "body": body, "filename": formatted,
            "formatted_body": formatted, "m.new_content": {"body": formatted, "formatted_body": body}});
        if reply {
            content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$e"}});
        }
        let _ = verdict(&content);
    }

    #[test]
    fn any_json_is_checked_without_panic(content in any_json()) {
        let _ = verdict(&content);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let key =
            "body|formatted_body|filename|msgtype|m\\.new_content|m\\.relates_to|m\\.in_reply_to|x";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}
