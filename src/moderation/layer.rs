//! What a community, or one of its groups, has changed about the rules: rules that are off, other actions, its own words, what it lets through.
//!
//! Compiled when a change is noted ([`Layer::of`]), read for every message there.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    Folded, RuleAction, RuleId, RuleSet,
    detectors::{DetectedKind, Finding, link::Links, word::Words},
    rules,
};

/// The name under which a community's own words are found.
pub const OWN_WORDS: &str = "community-words";

/// The name under which links into a community's own denied domains are found.
pub const OWN_DOMAINS: &str = "community-domains";

/// The name under which topics that a group wants to read only by choice are found.
pub const OWN_TOPICS: &str = "community-topics";

/// The most words that a community has of its own.
pub const MOST_WORDS: usize = 1_000;
/// The longest of them, in characters.
pub const LONGEST_WORD: usize = 100;
/// What one of a community's own words or domains counts for who writes it.
const OWN_COUNTS: u32 = 1;
/// The shortest topic: what is shorter stands in every sentence.
const SHORTEST_TOPIC: usize = 3;

/// A change of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// A rule is off.
    Off {
        /// Which.
        rule: RuleId,
    },
    /// A rule does something else.
    Action {
        /// Which.
        rule: RuleId,
        /// What.
        action: RuleAction,
    },
    /// A word is taken down.
    Word {
        /// Which.
        word: String,
    },
    /// Links into a domain, and into all under it, are taken down.
    Domain {
        /// Which, folded as texts are.
        domain: String,
    },
    /// Messages about a topic go behind a veil.
    Topic {
        /// Which, in a word or a few.
        word: String,
    },
    /// Something is let through by a rule.
    Allow {
        /// By which.
        rule: RuleId,
        /// What, as people write it.
        value: String,
        /// The same in the one form that the rule reports.
        canonical: String,
    },
}

/// Changes, compiled.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    off: Vec<RuleId>,
    actions: Vec<(RuleId, RuleAction)>,
    allowed: Vec<(RuleId, String)>,
    words: Option<Words>,
    domains: Option<Links>,
    topics: Option<Words>,
    /// Topics as they were written, by the forms in which they are found.
    topic_names: Vec<(String, String)>,
}

impl Layer {
    /// These changes, the earlier ones first: the last one about something counts.
    #[must_use]
    pub fn of<'a>(edits: impl Iterator<Item = &'a Edit>) -> Self {
        let (mut layer, mut words, mut domains) = (Self::default(), Vec::new(), HashSet::new());
        for edit in edits.cloned() {
            match edit {
                Edit::Off { rule } => layer.off.push(rule),
                Edit::Action { rule, action } => layer.actions.push((rule, action)),
                Edit::Allow {
                    rule, canonical, ..
                } => layer.allowed.push((rule, canonical)),
                Edit::Word { word } => words.push(word),
                Edit::Domain { domain } => drop(domains.insert(domain)),
                Edit::Topic { word } => {
                    for written in [word.clone(), format!("{word}s")] {
                        let form = Words::form(&written);
                        layer.topic_names.push((form, word.clone()));
                    }
                }
            }
        }
        layer.words = (!words.is_empty()).then(|| Words::new(&words));
        layer.domains = (!domains.is_empty()).then(|| Links::new(domains));
        let topics: Vec<String> = layer.topic_names.iter().map(|it| it.0.clone()).collect();
        layer.topics = (!topics.is_empty()).then(|| Words::new(&topics));
        layer
    }

    /// Whether a rule is off.
    #[must_use]
    pub fn is_off(&self, id: &RuleId) -> bool {
        self.off.contains(id)
    }

    /// What a rule does instead.
    #[must_use]
    pub fn action(&self, id: &RuleId) -> Option<RuleAction> {
        let mut actions = self.actions.iter().rev();
        let found = actions.find(|(rule, _)| rule == id);
        found.map(|(_, action)| *action)
    }

    /// A topic as it was written, by the form in which it was found.
    pub(super) fn topic(&self, form: &str) -> Option<&str> {
        let found = self.topic_names.iter().find(|it| it.0 == form);
        found.map(|it| it.1.as_str())
    }

    /// Whether what a rule found is let through.
    pub(super) fn allows(&self, id: &RuleId, canonical: &str) -> bool {
        let mut allowed = self.allowed.iter();
        allowed.any(|(rule, value)| rule == id && value == canonical)
    }

    /// The community's own words that stand in a text, the links into domains that it denies, and its topics.
    pub(super) fn find(&self, text: &Folded<'_>) -> impl Iterator<Item = (Own, Finding)> {
        let (mut words, mut links, mut topics) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(own) = &self.words {
            own.find(text, &mut words);
        }
        if let Some(own) = &self.domains {
            own.find(text, &mut links);
        }
        if let Some(own) = &self.topics {
            own.find(text, &mut topics);
        }
        let words = words.into_iter().map(|it| (Own::Word, it));
        let topics = topics.into_iter().map(|it| (Own::Topic, it));
        words
            .chain(links.into_iter().map(|it| (Own::Domain, it)))
            .chain(topics)
    }
}

/// What a community added by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// A word.
    Word,
    /// A domain.
    Domain,
    /// A topic.
    Topic,
}

impl Own {
    /// The rule that it stands for.
    pub(super) fn rule(self) -> (RuleId, DetectedKind) {
        match self {
            Self::Word => (RuleId::from(OWN_WORDS), DetectedKind::Word),
            Self::Domain => (RuleId::from(OWN_DOMAINS), DetectedKind::Link),
            Self::Topic => (RuleId::from(OWN_TOPICS), DetectedKind::Word),
        }
    }

    /// What is done about it, and what that counts for who writes it.
    pub(super) fn action(self) -> (RuleAction, u32) {
        match self {
            Self::Word | Self::Domain => (RuleAction::Redact, OWN_COUNTS),
            Self::Topic => (RuleAction::Veil, 0),
        }
    }
}

impl RuleSet {
    /// Whether a change can be made of these rules.
    ///
    /// # Errors
    /// Why not.
    pub fn accepts(&self, edit: &Edit) -> Result<(), Refusal> {
        let known = |id: &RuleId| self.rules.iter().find(|rule| rule.id == *id);
        match edit {
            Edit::Off { rule } | Edit::Allow { rule, .. } => {
                known(rule).map(drop).ok_or(Refusal::NoRule)
            }
            Edit::Action { rule, action } => {
                let rule = known(rule).ok_or(Refusal::NoRule)?;
                let danger = rule.kind() == DetectedKind::SelfHarm;
                // Who may be in danger is never sanctioned for saying so.
                if danger && *action == RuleAction::Redact {
                    return Err(Refusal::NeverASanction);
                }
                Ok(())
            }
            Edit::Word { word } => {
                let length = word.chars().count();
                let says_something = word.chars().any(char::is_alphanumeric);
                if length > LONGEST_WORD || !says_something {
                    return Err(Refusal::NoWord);
                }
                Ok(())
            }
            Edit::Topic { word } => {
                let letters = word.chars().filter(|it| it.is_alphanumeric()).count();
                let fits = letters >= SHORTEST_TOPIC && word.chars().count() <= LONGEST_WORD;
                fits.then_some(()).ok_or(Refusal::NoWord)
            }
            Edit::Domain { domain } => {
                let is_one = rules::folded_domain(domain).as_ref() == Some(domain);
                is_one.then_some(()).ok_or(Refusal::NoDomain)
            }
        }
    }

    /// That links into a domain are taken down, as people write it: with `https://` and a path, or without.
    ///
    /// # Errors
    /// When it is none.
    pub fn deny(&self, written: &str) -> Result<Edit, Refusal> {
        let bare = written.trim().trim_start_matches("https://");
        let bare = bare.trim_start_matches("http://");
        let host = bare.split(['/', '?', '#']).next().unwrap_or_default();
        let domain = rules::folded_domain(host).ok_or(Refusal::NoDomain)?;
        Ok(Edit::Domain { domain })
    }

    /// The rules, in the order in which they are named: what each looks for, and what it does.
    pub fn list(&self) -> impl Iterator<Item = (&RuleId, DetectedKind, RuleAction)> {
        let rules = self.rules.iter();
        rules.map(|rule| (&rule.id, rule.kind(), rule.action()))
    }

    /// That a value is let through by the rule that finds it.
    ///
    /// # Errors
    /// When no rule finds exactly one thing in it.
    pub fn allow(&self, value: &str) -> Result<Edit, Refusal> {
        let mut rules = self.rules.iter();
        let found = rules.find_map(|rule| Some((rule, rule.canonical(value)?)));
        let (rule, canonical) = found.ok_or(Refusal::FindsNothing)?;
        Ok(Edit::Allow {
            rule: rule.id.clone(),
            value: value.to_owned(),
            canonical,
        })
    }
}

/// Why a change cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such rule.
    NoRule,
    /// It is no word, or a very long one.
    NoWord,
    /// It is no domain.
    NoDomain,
    /// The rule would not find this value.
    FindsNothing,
    /// What is said in danger is never taken down.
    NeverASanction,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::Timestamp,
        moderation::{Site, Spot},
    };

    fn action(edits: &[Edit], body: &str) -> Option<RuleAction> {
        let rules = RuleSet::builtin();
        assert!(edits.iter().all(|edit| rules.accepts(edit).is_ok()));
        let layer = Layer::of(edits.iter());
        let content = json!({"msgtype": "m.text", "body": body});
        let site = Site {
            layer: &layer,
            spot: Spot::Anywhere,
            now: Timestamp(0),
            lets_through: &|_, _| false,
        };
        let verdict = rules.check_in("m.room.message", &content, &[7; 32], &site);
        verdict.map(|it| it.action)
    }

    #[test]
    fn a_community_turns_rules_off_adds_words_and_lets_values_through() {
        let phone = "appelez le 01 42 34 56 78";
        let of_phones = RuleId::from("phone-number");
        assert_eq!(action(&[], phone), Some(RuleAction::Redact));
        let off = Edit::Off {
            rule: of_phones.clone(),
        };
        assert_eq!(action(&[off], phone), None);
        let nudge = Edit::Action {
            rule: of_phones,
            action: RuleAction::Nudge,
        };
        assert_eq!(action(&[nudge], phone), Some(RuleAction::Nudge));
        let allow = RuleSet::builtin().allow("+33 1 42 34 56 78").unwrap();
        assert_eq!(action(std::slice::from_ref(&allow), phone), None);
        let other = "appelez le 01 42 34 56 79";
        assert_eq!(action(&[allow], other), Some(RuleAction::Redact));
        let word = Edit::Word {
            word: "Zinzolin".to_owned(),
        };
        assert_eq!(
            action(&[word], "le zinzolin est là"),
            Some(RuleAction::Redact)
        );
        assert_eq!(action(&[], "le zinzolin est là"), None);
        let domain = RuleSet::builtin()
            .deny("https://Evil.example/page")
            .unwrap();
        for text in ["voir evil.example", "https://www.evil[.]example/x"] {
            let denied = action(std::slice::from_ref(&domain), text);
            assert_eq!(denied, Some(RuleAction::Redact), "{text}");
            assert_eq!(action(&[], text), None, "{text}");
        }
        assert_eq!(action(&[domain], "voir good.example"), None);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let rules = RuleSet::builtin();
        let rule = |name: &str| RuleId::from(name);
        for (edit, expected) in [
            (
                Edit::Off {
                    rule: rule("telephone"),
                },
                Refusal::NoRule,
            ),
            (
                Edit::Action {
                    rule: rule("danger"),
                    action: RuleAction::Redact,
                },
                Refusal::NeverASanction,
            ),
            (
                Edit::Word {
                    word: "…".to_owned(),
                },
                Refusal::NoWord,
            ),
            (
                Edit::Word {
                    word: "x".repeat(101),
                },
                Refusal::NoWord,
            ),
        ] {
            assert_eq!(rules.accepts(&edit), Err(expected), "{edit:?}");
        }
        assert_eq!(rules.allow("bonjour"), Err(Refusal::FindsNothing));
        assert_eq!(rules.deny("pas un domaine"), Err(Refusal::NoDomain));
    }
}
