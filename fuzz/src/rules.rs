//! A file of rules, then after a line of four equals signs a message: the content of an event as JSON, or words. What is no
//! file of rules is still a message for the built-in rules.

use std::{path::PathBuf, sync::LazyLock};

use hygie::{
    clock::Timestamp,
    moderation::{Layer, RuleSet, Site, Spot, Verdict},
};
use serde_json::{Value, json};

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
const KEY: [u8; 32] = [7; 32];

/// A file compiles or names its mistake on one line that it has; a verdict is the same twice, never carries what was found, and
/// the same words found in `body` are found in HTML.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (file, message) = text.split_once("\n====\n").unwrap_or((&text, &text));
    let content = match serde_json::from_str(message) {
        Ok(content @ Value::Object(_)) => content,
        _ => json!({"msgtype": "m.text", "body": message}),
    };
    match RuleSet::from_yaml(&[(PathBuf::from("rules.yaml"), file.to_owned())]) {
        Ok(rules) => check(&rules, &content),
        Err(error) => {
            let lines = file.matches(['\n', '\r']).count() as u64 + 1;
            assert!(error.line <= lines, "line {} of {lines}", error.line);
            let said = error.to_string();
            assert!(
                said.starts_with("rules.yaml") && !said.contains(char::is_control),
                "{said:?}"
            );
        }
    }
    check(&RULES, &content);
    in_html(message);
}

fn check(rules: &RuleSet, content: &Value) {
    let verdict = rules.check("m.room.message", content, &KEY);
    assert_eq!(verdict, rules.check("m.room.message", content, &KEY));
    let site = Site {
        layer: &Layer::default(),
        spot: Spot::Anywhere,
        now: Timestamp(0),
        lets_through: &|_, _| true,
    };
    assert_eq!(rules.check_in("m.room.message", content, &KEY, &site), None);
    let Some(verdict) = verdict else { return };
    let first = verdict.hits.first().expect("a verdict has a reason");
    assert_eq!((&verdict.rule, verdict.kind), (&first.rule, first.kind));
    for hit in &verdict.hits {
        assert!(hit.hash.len() == 32 && hit.hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}

fn in_html(words: &str) {
    let html = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let plain = RULES.check("m.room.message", &json!({"body": words}), &KEY);
    let formatted = RULES.check("m.room.message", &json!({"formatted_body": html}), &KEY);
    let seen = |verdict: Option<Verdict>| {
        verdict.map(|it| {
            (
                it.rule,
                it.action,
                it.hits.into_iter().map(|hit| hit.hash).collect::<Vec<_>>(),
            )
        })
    };
    assert_eq!(seen(plain), seen(formatted));
}
