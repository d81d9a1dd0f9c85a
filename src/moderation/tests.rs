//! The whole way, from an event's content to the verdict: evasions that must be caught, messages that must pass.

mod claims;
mod cost;
mod files;
mod passes;

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
