//! Looks for what must not be shared in a health community's rooms: from a Matrix event's content to a [`Verdict`].
//!
//! `dispatch` calls [`RuleSet::check`] for every message, before anything else is decided about it. The module is pure:
//! no I/O, clock, randomness or environment, and a verdict never carries the text that was found.
//!
//! The way of a message: [`extract`] lists the texts that a reader or a client can see, [`normalise`] folds Unicode
//! tricks away, each of [`detectors`] looks for one kind of thing, [`rules`] says what is done about it.

mod detectors;
mod digits;
mod extract;
pub(crate) mod html;
pub(crate) mod normalise;
mod rules;
mod text;

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Value, json};

pub use detectors::DetectedKind;
pub use extract::Place;
pub use rules::{RuleAction, RuleConfig, RuleId, RulesError, RulesFile};

use detectors::Finding;
use normalise::Folded;
use rules::Rule;

const BUILTIN: &str = include_str!("../config/rules/default.yaml");

/// How many findings of one rule in one text are kept: a verdict needs no more, and comparing them all takes the square
/// of their number.
const MOST_FINDINGS: usize = 32;

/// What is to be done about one message. Strongest rule first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule to name to the author and to the administrators.
    pub rule: RuleId,
    /// What that rule saw.
    pub kind: DetectedKind,
    /// What to do with the message.
    pub action: RuleAction,
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
    /// For what is known from the start; what changes meanwhile is for [`Self::check_except`].
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
        self.check_except(event_type, content, hash_key, &|_, _| false)
    }

    /// [`Self::check`], where `lets_through` is asked about each canonical form that a rule found and does not allow itself:
    /// the community's own rooms, which members mention all the time (Element writes each mention as a `matrix.to` link).
    #[must_use]
    pub fn check_except(
        &self,
        event_type: &str,
        content: &Value,
        hash_key: &[u8; 32],
        lets_through: &dyn Fn(DetectedKind, &str) -> bool,
    ) -> Option<Verdict> {
        let mut found: Vec<(usize, RuleAction, Hit)> = Vec::new();
        for (place, text) in extract::texts(event_type, content) {
            let folded = Folded::new(&text);
            for (index, finding) in self.look(&folded, lets_through) {
                let rule = &self.rules[index];
                let hit = Hit {
                    rule: rule.id.clone(),
                    kind: rule.kind(),
                    place,
                    hash: keyed_hash(hash_key, rule.kind(), &finding.canonical),
                };
                if !found.iter().any(|(_, _, other)| *other == hit) {
                    found.push((index, rule.action_for(&finding), hit));
                }
            }
        }
        found.sort_by_key(|(index, action, _)| (*action, *index));
        let (_, action, first) = found.first()?;
        Some(Verdict {
            rule: first.rule.clone(),
            kind: first.kind,
            action: *action,
            hits: found.iter().map(|(_, _, hit)| hit.clone()).collect(),
        })
    }

    /// The rule about this kind that would be named first.
    #[must_use]
    pub fn first_about(&self, kind: DetectedKind) -> Option<&RuleId> {
        let rule = self.rules.iter().find(|rule| rule.kind() == kind)?;
        Some(&rule.id)
    }

    /// What the rules see in one text, as (index of the rule, finding), allowed values left out.
    fn look(
        &self,
        text: &Folded<'_>,
        lets_through: &dyn Fn(DetectedKind, &str) -> bool,
    ) -> Vec<(usize, Finding)> {
        let mut seen: Vec<(usize, Finding)> = Vec::new();
        let mut findings = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            rule.detector.find(text, &mut findings);
            let mut kept = 0;
            findings.retain(|finding| {
                let counts = kept < MOST_FINDINGS
                    && !rule.allows(&finding.canonical)
                    && !lets_through(rule.kind(), &finding.canonical);
                kept += usize::from(counts);
                counts
            });
            seen.extend(findings.drain(..).map(|finding| (index, finding)));
        }
        // The same digits are one thing: the kind with a key explains them better than the kind without.
        let spans: Vec<_> = seen
            .iter()
            .map(|(index, finding)| (self.rules[*index].kind(), finding.span.clone()))
            .collect();
        seen.retain(|(index, finding)| {
            let kind = self.rules[*index].kind();
            !spans.iter().any(|(other, span)| {
                other.outranks(kind)
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
