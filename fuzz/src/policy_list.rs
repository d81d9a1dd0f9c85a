//! A name to look for, then state events of a policy list, one a line: the type, a space, the content as JSON or else the name of whom it is
//! about.

use hygie::{
    clock::Timestamp,
    moderation::policy::{Entity, Name, Policies, Policy, Subject, glob::Glob},
};
use serde_json::json;

const SUBJECTS: [Subject; 3] = [Subject::User, Subject::Server, Subject::Room];

/// Rules are read or are none; each says what it says twice, also once it was written down and read again; looking a name up finds exactly the
/// rules that are about it; globs say what their definition says.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let searched: String = lines.next().unwrap_or_default().chars().take(300).collect();
    let mut policies = Policies::default();
    for (number, line) in lines.take(200).enumerate() {
        let (event_type, rest) = line.split_once(' ').unwrap_or(("m.policy.rule.user", line));
        let content = serde_json::from_str(rest)
            .unwrap_or_else(|_| json!({"entity": rest, "recommendation": "m.ban"}));
        let policy = Policy::read(event_type, &content, Timestamp(0));
        assert_eq!(policy, Policy::read(event_type, &content, Timestamp(0)));
        let Some(policy) = policy else { continue };
        let written = serde_json::to_string(&policy).expect("it can be written");
        let again: Policy = serde_json::from_str(&written).expect("it can be read again");
        assert_eq!(again, policy);
        assert_eq!(again.fingerprint(), policy.fingerprint());
        if let Entity::Glob(pattern) = &policy.entity {
            check_glob(pattern, &searched);
        }
        // Some keys come again.
        policies.insert(&(number % 50).to_string(), policy);
    }
    for subject in SUBJECTS {
        let name = Name::new(subject, &searched);
        let found = policies.about(&name);
        let mut by_one: Vec<&str> = policies
            .all()
            .filter(|(_, rule)| rule.subject == subject && rule.is_about(&name))
            .map(|(key, _)| key)
            .collect();
        by_one.sort_unstable();
        assert_eq!(found, by_one);
    }
    let keys: Vec<String> = policies.all().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        policies.remove(&key);
    }
    assert!(
        policies.is_empty()
            && policies
                .about(&Name::new(Subject::User, &searched))
                .is_empty()
    );
}

/// Cell by cell, as the definition has it.
fn check_glob(pattern: &str, name: &str) {
    let name: Vec<char> = name.chars().collect();
    let mut row = vec![false; name.len() + 1];
    row[0] = true;
    for wanted in pattern.chars() {
        let mut next = vec![wanted == '*' && row[0]; 1];
        for (at, character) in name.iter().enumerate() {
            next.push(match wanted {
                '*' => row[at + 1] || next[at],
                '?' => row[at],
                other => row[at] && other == *character,
            });
        }
        row = next;
    }
    assert_eq!(
        Glob::new(pattern).matches(&name),
        row[name.len()],
        "{pattern:?}"
    );
}
