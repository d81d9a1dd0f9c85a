//! Rules of Matrix policy lists (specification, "Moderation policy lists"; MSC4204, MSC4205): read from state events that strangers wrote,
//! and found again by the name of a user, a server or a room. PURE.
//!
//! Names are looked up in a hash table, hashed names too; globs are compared one by one, which costs some ten nanoseconds each.

pub mod glob;

use std::collections::{BTreeSet, HashMap};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::glob::{Glob, is_glob};
use crate::clock::Timestamp;

/// The longest name that Matrix has, in bytes.
const LONGEST_NAME: usize = 255;
/// The most of a reason that is kept, in characters.
const LONGEST_REASON: usize = 200;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A user, by their id.
    User,
    /// A server, by its name.
    Server,
    /// A room, by its id or an alias.
    Room,
}

impl Subject {
    /// What state events of this type are about, by any of the names that the type has had; `None` for every other type.
    #[must_use]
    pub fn of_type(event_type: &str) -> Option<Self> {
        let kind = ["m.policy.rule.", "m.room.rule.", "org.matrix.mjolnir.rule."]
            .iter()
            .find_map(|prefix| event_type.strip_prefix(prefix))?;
        match kind {
            "user" => Some(Self::User),
            "server" => Some(Self::Server),
            "room" => Some(Self::Room),
            _ => None,
        }
    }

    /// The type of the state events that are written about it.
    #[must_use]
    pub fn event_type(self) -> &'static str {
        match self {
            Self::User => "m.policy.rule.user",
            Self::Server => "m.policy.rule.server",
            Self::Room => "m.policy.rule.room",
        }
    }
}

/// Whom a rule names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entity {
    /// By name.
    Name(String),
    /// By a pattern with `*` and `?`.
    Glob(String),
    /// By the SHA-256 of the name: hexadecimal here, Base64 in the list.
    Sha256(String),
}

/// What a list recommends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recommendation {
    /// To keep them out.
    Ban,
    /// The same, and not to show the name (MSC4204).
    Takedown,
    /// Not to keep them out, whatever other rules say (of Meowlnir's lists).
    Unban,
}

/// A rule of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What it is about.
    pub subject: Subject,
    /// Whom it names.
    pub entity: Entity,
    /// What it recommends.
    pub recommendation: Recommendation,
    /// Why, as the list says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was set.
    pub at: Timestamp,
}

impl Policy {
    /// Reads the content of a state event. `None` when it is no rule: another type, taken back, or a recommendation that nobody knows here.
    #[must_use]
    pub fn read(event_type: &str, content: &Value, at: Timestamp) -> Option<Self> {
        let subject = Subject::of_type(event_type)?;
        let text = |name: &str| content.get(name).and_then(Value::as_str);
        let recommendation = match text("recommendation")? {
            "m.ban" | "org.matrix.mjolnir.ban" => Recommendation::Ban,
            "m.takedown" | "org.matrix.msc4204.takedown" | "org.matrix.mjolnir.takedown" => {
                Recommendation::Takedown
            }
            "fi.mau.meowlnir.unban" => Recommendation::Unban,
            _ => return None,
        };
        let reason = text("reason").map(|reason| reason.chars().take(LONGEST_REASON).collect());
        Some(Self {
            subject,
            entity: entity(subject, content)?,
            recommendation,
            reason,
            at,
        })
    }

    /// Tells this rule from every other, and from itself once it says something else.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let said = format!(
            "{:?} {:?} {:?}",
            self.subject, self.entity, self.recommendation
        );
        hex::encode(&blake3::hash(said.as_bytes()).as_bytes()[..8])
    }

    /// Whether it keeps somebody or something out.
    #[must_use]
    pub fn keeps_out(&self) -> bool {
        self.recommendation != Recommendation::Unban
    }

    /// Whether it is about whoever is called so.
    #[must_use]
    pub fn is_about(&self, name: &Name) -> bool {
        match &self.entity {
            Entity::Name(own) => *own == name.text,
            Entity::Glob(pattern) => Glob::new(pattern).matches(&name.characters),
            Entity::Sha256(hash) => *hash == name.hash(),
        }
    }
}

fn entity(subject: Subject, content: &Value) -> Option<Entity> {
    let name = content.get("entity").and_then(Value::as_str);
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        if name.len() > LONGEST_NAME {
            return None;
        }
        let name = folded(subject, name);
        return Some(if is_glob(&name) {
            Entity::Glob(name)
        } else {
            Entity::Name(name)
        });
    }
    let hashes = content
        .get("hashes")
        .or_else(|| content.get("org.matrix.msc4205.hashes"))?;
    let hash = decoded(hashes.get("sha256")?.as_str()?)?;
    Some(Entity::Sha256(hex::encode(hash)))
}

/// Servers are the same whatever the case.
fn folded(subject: Subject, name: &str) -> String {
    match subject {
        Subject::Server => name.to_ascii_lowercase(),
        Subject::User | Subject::Room => name.to_owned(),
    }
}

/// A hash in Base64, with or without `=` at its end.
fn decoded(text: &str) -> Option<[u8; 32]> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(text);
    bytes.ok()?.try_into().ok()
}

/// A name that is looked for, taken apart once.
pub struct Name {
    subject: Subject,
    text: String,
    characters: Vec<char>,
}

impl Name {
    /// The name of a user, a server or a room.
    #[must_use]
    pub fn new(subject: Subject, name: &str) -> Self {
        let text = folded(subject, name);
        Self {
            subject,
            characters: text.chars().collect(),
            text,
        }
    }

    fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }
}

/// Rules by what they name. Each stands under a key: which list it is of, the type and the key of its state event.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    rules: HashMap<String, Policy>,
    names: HashMap<(Subject, String), BTreeSet<String>>,
    hashes: HashMap<(Subject, String), BTreeSet<String>>,
    globs: HashMap<Subject, HashMap<String, Glob>>,
}

impl Policies {
    /// Takes a rule in, in the place of what stood under the same key.
    pub fn insert(&mut self, key: &str, policy: Policy) {
        self.remove(key);
        let subject = policy.subject;
        match &policy.entity {
            Entity::Name(name) => {
                let same = self.names.entry((subject, name.clone())).or_default();
                same.insert(key.to_owned());
            }
            Entity::Sha256(hash) => {
                let same = self.hashes.entry((subject, hash.clone())).or_default();
                same.insert(key.to_owned());
            }
            Entity::Glob(pattern) => {
                let globs = self.globs.entry(subject).or_default();
                globs.insert(key.to_owned(), Glob::new(pattern));
            }
        }
        self.rules.insert(key.to_owned(), policy);
    }

    /// Takes the rule under a key out.
    pub fn remove(&mut self, key: &str) {
        let Some(policy) = self.rules.remove(key) else {
            return;
        };
        let subject = policy.subject;
        let (index, entity) = match policy.entity {
            Entity::Name(name) => (&mut self.names, name),
            Entity::Sha256(hash) => (&mut self.hashes, hash),
            Entity::Glob(_) => {
                if let Some(globs) = self.globs.get_mut(&subject) {
                    globs.remove(key);
                }
                return;
            }
        };
        let at = (subject, entity);
        if let Some(same) = index.get_mut(&at) {
            same.remove(key);
            if same.is_empty() {
                index.remove(&at);
            }
        }
    }

    /// The rule under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Policy> {
        self.rules.get(key)
    }

    /// Every rule, with its key.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Policy)> {
        self.rules
            .iter()
            .map(|(key, policy)| (key.as_str(), policy))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The keys of all rules about whoever is called so, in order.
    #[must_use]
    pub fn about(&self, name: &Name) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        let at = (name.subject, name.text.clone());
        keys.extend(
            self.names
                .get(&at)
                .into_iter()
                .flatten()
                .map(String::as_str),
        );
        if !self.hashes.is_empty() {
            let at = (name.subject, name.hash());
            keys.extend(
                self.hashes
                    .get(&at)
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        }
        let globs = self.globs.get(&name.subject).into_iter().flatten();
        keys.extend(
            globs
                .filter(|(_, glob)| glob.matches(&name.characters))
                .map(|(key, _)| key.as_str()),
        );
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(event_type: &str, content: &Value) -> Option<Policy> {
        Policy::read(event_type, content, Timestamp(5))
    }

    fn user(name: &str) -> Name {
        Name::new(Subject::User, name)
    }

    #[test]
    fn every_name_that_a_rule_has_had_is_read() {
        let content = json!({"entity": "@a:s", "recommendation": "m.ban", "reason": "spam"});
        for prefix in ["m.policy.rule", "m.room.rule", "org.matrix.mjolnir.rule"] {
            let policy = read(&format!("{prefix}.user"), &content).unwrap();
            assert_eq!(policy.entity, Entity::Name("@a:s".to_owned()));
            assert_eq!(policy.recommendation, Recommendation::Ban);
            assert_eq!(policy.reason.as_deref(), Some("spam"));
        }
        for (name, expected) in [
            ("org.matrix.mjolnir.ban", Some(Recommendation::Ban)),
            ("m.takedown", Some(Recommendation::Takedown)),
            (
                "org.matrix.msc4204.takedown",
                Some(Recommendation::Takedown),
            ),
            ("fi.mau.meowlnir.unban", Some(Recommendation::Unban)),
            ("org.matrix.mjolnir.allow", None),
            ("", None),
        ] {
            let content = json!({"entity": "@a:s", "recommendation": name});
            let found = read("m.policy.rule.user", &content).map(|it| it.recommendation);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_rule_is_none() {
        for (event_type, content) in [
            ("m.policy.rule.user", json!({})),
            ("m.policy.rule.user", json!([])),
            ("m.policy.rule.user", json!({"recommendation": "m.ban"})),
            (
                "m.policy.rule.user",
                json!({"recommendation": "m.ban", "entity": 7}),
            ),
            (
                "m.policy.rule.user",
                json!({"recommendation": "m.ban", "entity": "a".repeat(256)}),
            ),
            (
                "m.policy.rule.user",
                json!({"recommendation": "m.ban", "hashes": {"sha256": "AAAA"}}),
            ),
            (
                "m.policy.rule.media",
                json!({"recommendation": "m.ban", "entity": "@a:s"}),
            ),
            (
                "m.room.topic",
                json!({"recommendation": "m.ban", "entity": "@a:s"}),
            ),
        ] {
            assert_eq!(read(event_type, &content), None, "{event_type} {content}");
        }
    }

    /// The example of MSC4205.
    #[test]
    fn a_hash_finds_whom_it_is_of_with_or_without_padding() {
        for (field, hash) in [
            ("hashes", "VPqwbUV7mMMkOVto3kPwsNXXiALMs7VCKWh3OeqqjGs="),
            (
                "org.matrix.msc4205.hashes",
                "VPqwbUV7mMMkOVto3kPwsNXXiALMs7VCKWh3OeqqjGs",
            ),
        ] {
            let content = json!({"recommendation": "m.takedown", field: {"sha256": hash}});
            let policy = read("m.policy.rule.user", &content).unwrap();
            let mut policies = Policies::default();
            policies.insert("k", policy.clone());
            assert_eq!(policies.about(&user("@yarrgh:example.com")), ["k"]);
            assert!(policy.is_about(&user("@yarrgh:example.com")));
            assert!(policies.about(&user("@other:example.com")).is_empty());
        }
    }

    #[test]
    fn a_rule_that_says_something_else_is_found_by_that_and_one_taken_out_by_nothing() {
        let mut policies = Policies::default();
        let rule = |entity: &str| {
            read(
                "m.policy.rule.user",
                &json!({"recommendation": "m.ban", "entity": entity}),
            )
        };
        policies.insert("k", rule("@a:s").unwrap());
        policies.insert("l", rule("@*:s").unwrap());
        assert_eq!(policies.about(&user("@a:s")), ["k", "l"]);
        policies.insert("k", rule("@b:s").unwrap());
        assert_eq!(policies.about(&user("@a:s")), ["l"]);
        policies.insert("l", rule("@b:s").unwrap());
        assert_eq!(policies.about(&user("@b:s")), ["k", "l"]);
        policies.remove("k");
        policies.remove("l");
        policies.remove("m");
        assert!(policies.about(&user("@b:s")).is_empty() && policies.is_empty());
        assert!(policies.names.is_empty());
    }

    #[test]
    fn servers_are_the_same_in_capitals_and_users_are_not() {
        let content = json!({"recommendation": "m.ban", "entity": "Evil.ORG"});
        let server = read("m.policy.rule.server", &content).unwrap();
        assert!(server.is_about(&Name::new(Subject::Server, "evil.org")));
        let content = json!({"recommendation": "m.ban", "entity": "@A:s"});
        assert!(
            !read("m.policy.rule.user", &content)
                .unwrap()
                .is_about(&user("@a:s"))
        );
    }
}
