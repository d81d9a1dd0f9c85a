//! What admins change about the rules in chat, a JSON a line, then after a line of four equals signs a text: through every detector, in every place
//! where people read it.

use std::sync::LazyLock;

use hygie::{
    clock::Timestamp,
    moderation::{DetectedKind, Edit, Layer, RuleAction, RuleSet, Site, Spot, Verdict},
};
use serde_json::{Value, json};

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
const KEY: [u8; 32] = [7; 32];

/// What is accepted as a change does what it says, whatever else was changed; a verdict is the same twice; nobody in danger is silenced; what is found
/// lies in the text.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (edits, text) = text.split_once("\n====\n").unwrap_or(("", &text));
    let edits = edits
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let edits: Vec<Edit> = edits.filter(|edit| RULES.accepts(edit).is_ok()).collect();
    let layer = Layer::of(edits.iter());
    for (event_type, content) in places(text) {
        let verdict = check(event_type, &content, &layer);
        assert_eq!(verdict, check(event_type, &content, &layer));
        let Some(verdict) = verdict else { continue };
        for hit in &verdict.hits {
            assert!(!layer.is_off(&hit.rule), "{} is off", hit.rule);
        }
        if verdict.kind == DetectedKind::SelfHarm {
            assert_ne!(verdict.action, RuleAction::Redact);
        }
        assert_eq!(
            verdict.claim.is_some(),
            verdict.kind == DetectedKind::Misinformation
        );
    }
    let length = text.chars().count();
    for seen in RULES.seen(text) {
        assert!(seen.span.end <= length + 1, "{seen:?} in {length}");
    }
    let_through(text);
}

/// A value that is let through is let through.
fn let_through(text: &str) {
    let Ok(edit) = RULES.allow(text) else { return };
    assert_eq!(RULES.accepts(&edit), Ok(()));
    let Edit::Allow { rule, .. } = &edit else {
        panic!("{edit:?} lets nothing through");
    };
    let layer = Layer::of([&edit].into_iter());
    let body = json!({"msgtype": "m.text", "body": text});
    let hits = check("m.room.message", &body, &layer).map_or_else(Vec::new, |it| it.hits);
    assert!(
        hits.iter().all(|hit| hit.rule != *rule),
        "{rule} still speaks"
    );
}

fn check(event_type: &str, content: &Value, layer: &Layer) -> Option<Verdict> {
    let site = Site {
        layer,
        spot: Spot::Anywhere,
        now: Timestamp(0),
        lets_through: &|_, _| false,
    };
    RULES.check_in(event_type, content, &KEY, &site)
}

fn places(text: &str) -> [(&'static str, Value); 7] {
    [
        ("m.room.message", json!({"msgtype": "m.text", "body": text})),
        (
            "m.room.message",
            json!({"msgtype": "m.text", "body": "", "formatted_body": text, "m.mentions": {"user_ids": [text], "room": true}}),
        ),
        (
            "m.room.message",
            json!({"msgtype": "m.file", "body": "a", "filename": text, "info": {"mimetype": text, "size": text.len()}}),
        ),
        (
            "m.room.message",
            json!({"msgtype": text, "body": text, "m.new_content": {"msgtype": "m.image", "body": text}}),
        ),
        (
            "m.room.member",
            json!({"membership": "join", "displayname": text}),
        ),
        (
            "m.room.topic",
            json!({"topic": text, "m.topic": {"m.text": [{"body": text, "mimetype": "text/html"}]}}),
        ),
        ("m.room.name", json!({"name": text})),
    ]
}
