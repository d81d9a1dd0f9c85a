//! Looks for what must not be shared in a health community's rooms: from a Matrix event's content to a [`Verdict`].
//!
//! `dispatch` calls [`RuleSet::check`] for every message, before anything else is decided about it. The module is pure:
//! no I/O, clock, randomness or environment, and a verdict never carries the text that was found.
//!
//! The way of a message: [`extract`] lists the texts that a reader or a client can see, [`normalise`] folds Unicode
//! tricks away, each of [`detectors`] looks for one kind of thing, [`rules`] says what is done about it.

mod detectors;
mod digits;
pub mod eval;
mod extract;
pub(crate) mod html;
pub mod layer;
pub(crate) mod normalise;
pub mod policy;
mod rules;
mod text;

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use serde::Serialize;
use serde_json::{Value, json};

pub use detectors::DetectedKind;
pub use extract::Place;
pub use layer::{Edit, Layer};
pub use rules::{RuleAction, RuleConfig, RuleId, RulesError, RulesFile};

use detectors::Finding;
use normalise::Folded;
use rules::Rule;

const BUILTIN: &str = include_str!("../config/rules/default.yaml");

/// How many findings of one rule in one text are kept: a verdict needs no more, and comparing them all takes the square
/// of their number.
const MOST_FINDINGS: usize = 32;

/// What one of a community's own words counts for who writes it.
const OWN_WORDS_COUNT: u32 = 1;

/// What is to be done about one message. Strongest rule first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule to name to the author and to the administrators.
    pub rule: RuleId,
    /// What that rule saw.
    pub kind: DetectedKind,
    /// What to do with the message.
    pub action: RuleAction,
    /// People of the team are to look at once, whatever else happens to the message.
    pub alert: bool,
    /// What it counts for its author.
    pub points: u32,
    /// Everything that was seen, the strongest rule's hits first.
    pub hits: Vec<Hit>,
}

/// One thing that a rule saw, without the thing itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The rule that asked for it.
    pub rule: RuleId,
    /// What kind of thing it is.
    pub kind: DetectedKind,
    /// Where in the event's content it stood.
    pub place: Place,
    /// Keyed BLAKE3 of kind and canonical form, 32 hexadecimal digits: the same thing written otherwise has the same
    /// hash, and without the key nobody can try all numbers.
    pub hash: String,
}

/// The rules in force, compiled. Share it behind an `Arc`; checking needs no lock.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The rules that ship with the program (`config/rules/default.yaml`).
    ///
    /// # Panics
    ///
    /// Never: the text is part of the program and a test compiles it.
    #[must_use]
    pub fn builtin() -> Self {
        let file = (
            PathBuf::from("config/rules/default.yaml"),
            BUILTIN.to_owned(),
        );
        Self::from_yaml(&[file]).expect("the built-in rules are compiled by a test")
    }

    /// [`Self::builtin`], compiled once.
    #[must_use]
    pub fn shared_builtin() -> Arc<Self> {
        static BUILT: LazyLock<Arc<RuleSet>> = LazyLock::new(|| Arc::new(RuleSet::builtin()));
        Arc::clone(&BUILT)
    }

    /// The rules of these files, `(name, text)` each, in the order given.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with file, line, column and remedy. No file at all is an error too: a community
    /// without rules must be written down as such (`enabled: false`).
    pub fn from_yaml(files: &[(PathBuf, String)]) -> Result<Self, RulesError> {
        rules::compile(files).map(|rules| Self { rules })
    }

    /// Lets every rule about `kind` pass these values as well, as if they stood under its `allow:`.
    ///
    /// For what is known from the start; what changes meanwhile is for [`Self::check_in`].
    #[must_use]
    pub fn allowing<I>(mut self, kind: DetectedKind, values: I) -> Self
    where
        I: IntoIterator<Item = String>,
    {
        let values: Vec<String> = values.into_iter().collect();
        for rule in self.rules.iter_mut().filter(|rule| rule.kind() == kind) {
            rule.allow(values.iter().cloned());
        }
        self
    }

    /// Builds what is otherwise built when it is first needed (patterns, the telephone plans of the world), so that the
    /// first leak after a start is taken down as fast as the next.
    pub fn warm_up(&self) {
        let all = json!({"body": "+32 470 12 34 56, a (at) b (dot) example, https://t.me/ [.]"});
        let _ = self.check("m.room.message", &all, &[0; 32]);
    }

    /// Checks one event's content (before redaction, decrypted). `None`: nothing to do.
    ///
    /// `hash_key` is the installation's secret for [`Hit::hash`]. Time is linear in the length of the content.
    #[must_use]
    pub fn check(&self, event_type: &str, content: &Value, hash_key: &[u8; 32]) -> Option<Verdict> {
        let layer = Layer::default();
        self.check_in(event_type, content, hash_key, &layer, &|_, _| false)
    }

    /// [`Self::check`], with what the community has changed about the rules, and where `lets_through` is asked about each canonical form that a
    /// rule found and does not allow itself: the community's own rooms, which members mention all the time (Element writes each mention as a
    /// `matrix.to` link).
    #[must_use]
    pub fn check_in(
        &self,
        event_type: &str,
        content: &Value,
        hash_key: &[u8; 32],
        layer: &Layer,
        lets_through: &dyn Fn(DetectedKind, &str) -> bool,
    ) -> Option<Verdict> {
        let mut found: Vec<(usize, RuleAction, Hit)> = Vec::new();
        let mut points = 0;
        for (place, text) in extract::texts(event_type, content) {
            let folded = Folded::new(&text);
            for (index, finding) in self.look(&folded, layer, lets_through) {
                let (id, kind, action, counts) = match index {
                    Some(index) => {
                        let rule = &self.rules[index];
                        let changed = layer.action(&rule.id);
                        let action = rule.action_for(&finding, changed);
                        let counts = rule.points_for(&finding, action);
                        (rule.id.clone(), rule.kind(), action, counts)
                    }
                    None => (
                        RuleId::from(layer::OWN_WORDS),
                        DetectedKind::Word,
                        RuleAction::Redact,
                        OWN_WORDS_COUNT,
                    ),
                };
                points = points.max(counts);
                let hit = Hit {
                    rule: id,
                    kind,
                    place,
                    hash: keyed_hash(hash_key, kind, &finding.canonical),
                };
                let known = found.iter().any(|(_, _, other)| *other == hit);
                if action != RuleAction::Allow && !known {
                    found.push((index.unwrap_or(usize::MAX), action, hit));
                }
            }
        }
        found.sort_by_key(|(index, action, _)| (*action, *index));
        let (_, action, first) = found.first()?;
        Some(Verdict {
            rule: first.rule.clone(),
            kind: first.kind,
            action: *action,
            alert: found
                .iter()
                .any(|(_, action, _)| *action == RuleAction::Alert),
            points,
            hits: found.iter().map(|(_, _, hit)| hit.clone()).collect(),
        })
    }

    /// The rule about this kind that would be named first.
    #[must_use]
    pub fn first_about(&self, kind: DetectedKind) -> Option<&RuleId> {
        let rule = self.rules.iter().find(|rule| rule.kind() == kind)?;
        Some(&rule.id)
    }

    /// What a breach of a rule counts for its author.
    #[must_use]
    pub fn points(&self, id: &RuleId) -> u32 {
        let mut rules = self.rules.iter();
        rules.find(|rule| rule.id == *id).map_or(0, Rule::points)
    }

    /// What the rules see in one text, as (index of the rule, finding), allowed values left out; no index for the community's own words.
    fn look(
        &self,
        text: &Folded<'_>,
        layer: &Layer,
        lets_through: &dyn Fn(DetectedKind, &str) -> bool,
    ) -> Vec<(Option<usize>, Finding)> {
        let mut seen: Vec<(Option<usize>, Finding)> = Vec::new();
        let mut findings = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if layer.is_off(&rule.id) {
                continue;
            }
            rule.detector.find(text, &mut findings);
            let mut kept = 0;
            findings.retain(|finding| {
                let counts = kept < MOST_FINDINGS
                    && !rule.allows(&finding.canonical)
                    && !layer.allows(&rule.id, &finding.canonical)
                    && !lets_through(rule.kind(), &finding.canonical);
                kept += usize::from(counts);
                counts
            });
            seen.extend(findings.drain(..).map(|finding| (Some(index), finding)));
        }
        layer.find(text, &mut findings);
        findings.truncate(MOST_FINDINGS);
        seen.extend(findings.drain(..).map(|finding| (None, finding)));
        // The same digits are one thing: the kind with a key explains them better than the kind without.
        let kind = |index: Option<usize>| index.map(|index| self.rules[index].kind());
        let spans: Vec<_> = seen
            .iter()
            .map(|(index, finding)| (kind(*index), finding.certain, finding.span.clone()))
            .collect();
        seen.retain(|(index, finding)| {
            let Some(own) = kind(*index) else {
                return true;
            };
            !spans.iter().any(|(other, certain, span)| {
                other.is_some_and(|other| other.outranks(own))
                    && (*certain || !finding.certain)
                    && span.start < finding.span.end
                    && finding.span.start < span.end
            })
        });
        seen
    }
}

fn keyed_hash(key: &[u8; 32], kind: DetectedKind, canonical: &str) -> String {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(kind.text_key().as_bytes());
    hasher.update(&[0]);
    hasher.update(canonical.as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests;
