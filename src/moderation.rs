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
mod links;
pub(crate) mod normalise;
pub mod policy;
mod print;
mod routes;
mod rules;
mod site;
mod text;
pub mod watch;

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use serde::Serialize;
use serde_json::{Value, json};

pub use detectors::{DetectedKind, misinformation::Claim};
pub use extract::Place;
pub use layer::{Edit, Layer};
pub use print::Print;
pub use routes::Routes;
pub use rules::{RuleAction, RuleConfig, RuleId, RulesError, RulesFile};
pub use site::{ScopeConfig, Site, Spot};

use detectors::Finding;
use normalise::Folded;
use rules::Rule;

use crate::clock::Timestamp;

/// The files of `config/rules`, as they ship with the program: the rules, and the lists that some of them need.
const BUILTIN: (&str, &str) = (
    "config/rules/default.yaml",
    include_str!("../config/rules/default.yaml"),
);
const BUILTIN_CLAIMS: (&str, &str) = (
    "config/rules/misinformation.yaml",
    include_str!("../config/rules/misinformation.yaml"),
);
const BUILTIN_SHORTENERS: (&str, &str) = (
    "config/rules/shorteners.yaml",
    include_str!("../config/rules/shorteners.yaml"),
);

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
    /// People of the team are to look at once, whatever else happens to the message.
    pub alert: bool,
    /// What it counts for its author.
    pub points: u32,
    /// What it is about, as the community wrote it, when it goes behind a veil.
    pub topic: Option<String>,
    /// What is known instead, when it is a claim that is false.
    pub claim: Option<Box<Claim>>,
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

/// What found something.
#[derive(Clone, Copy)]
enum Source {
    /// A rule, by its index.
    Rule(usize),
    /// What the community added by itself.
    Own(layer::Own),
}

impl Source {
    fn rule(self) -> Option<usize> {
        match self {
            Self::Rule(index) => Some(index),
            Self::Own(_) => None,
        }
    }
}

/// A hit, and what follows from it.
struct Found {
    /// Of the rule; the last of all for the community's own words.
    index: usize,
    action: RuleAction,
    points: u32,
    topic: Option<String>,
    hit: Hit,
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
        let (name, text) = BUILTIN;
        Self::from_yaml(&[(PathBuf::from(name), text.to_owned())])
            .expect("the built-in rules are compiled by a test")
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

    /// Checks one event's content (before redaction, decrypted), wherever it stands. `None`: nothing to do.
    ///
    /// `hash_key` is the installation's secret for [`Hit::hash`]. Time is linear in the length of the content.
    #[must_use]
    pub fn check(&self, event_type: &str, content: &Value, hash_key: &[u8; 32]) -> Option<Verdict> {
        let site = Site {
            layer: &Layer::default(),
            spot: Spot::Anywhere,
            now: Timestamp(0),
            lets_through: &|_, _| false,
        };
        self.check_in(event_type, content, hash_key, &site)
    }

    /// [`Self::check`], with what is known of the place where it stands.
    #[must_use]
    pub fn check_in(
        &self,
        event_type: &str,
        content: &Value,
        hash_key: &[u8; 32],
        site: &Site<'_>,
    ) -> Option<Verdict> {
        let mut seen: Vec<(Source, Place, Finding)> = Vec::new();
        for (place, text) in extract::texts(event_type, content) {
            let found = self.look(&Folded::new(&text), site).into_iter();
            seen.extend(found.map(|(source, finding)| (source, place, finding)));
        }
        self.look_beside(event_type, content, site, &mut seen);
        let mut claim = None;
        let mut found: Vec<Found> = Vec::new();
        for (source, place, finding) in seen {
            let (id, kind, action, points) = match source {
                Source::Rule(index) => {
                    let rule = &self.rules[index];
                    let changed = site.layer.action(&rule.id);
                    let action = rule.action_for(&finding, changed);
                    if let (None, Some(claims)) = (&claim, rule.detector.claims()) {
                        claim = claims.get(&finding.canonical).cloned();
                    }
                    let points = rule.points_for(&finding, action);
                    (rule.id.clone(), rule.kind(), action, points)
                }
                Source::Own(own) => {
                    let ((id, kind), (action, points)) = (own.rule(), own.action());
                    (id, kind, action, points)
                }
            };
            let topic = match source {
                Source::Own(layer::Own::Topic) => site.layer.topic(&finding.canonical),
                _ => None,
            };
            let hit = Hit {
                rule: id,
                kind,
                place,
                hash: keyed_hash(hash_key, kind, &finding.canonical),
            };
            let known = found.iter().any(|other| other.hit == hit);
            if action != RuleAction::Allow && !known {
                found.push(Found {
                    index: source.rule().unwrap_or(usize::MAX),
                    action,
                    points,
                    topic: topic.map(str::to_owned),
                    hit,
                });
            }
        }
        self.leave_out_few(&mut found);
        found.sort_by_key(|it| (it.action, it.index));
        let Found {
            action, topic, hit, ..
        } = found.first()?;
        Some(Verdict {
            rule: hit.rule.clone(),
            kind: hit.kind,
            action: *action,
            alert: found.iter().any(|it| it.action == RuleAction::Alert),
            points: found.iter().map(|it| it.points).max().unwrap_or(0),
            topic: topic.clone(),
            claim: claim
                .filter(|_| hit.kind == DetectedKind::Misinformation)
                .map(Box::new),
            hits: found.iter().map(|it| it.hit.clone()).collect(),
        })
    }

    /// What rules see in a message beside its texts.
    fn look_beside(
        &self,
        event_type: &str,
        content: &Value,
        site: &Site<'_>,
        seen: &mut Vec<(Source, Place, Finding)>,
    ) {
        let mut found = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let place = rule.detector.find_beside(event_type, content, &mut found);
            if !found.is_empty() && rule.reads(site.spot) && !site.layer.is_off(&rule.id) {
                let counting = found.drain(..).filter(|it| counts(rule, it, site));
                seen.extend(counting.map(|it| (Source::Rule(index), place, it)));
            }
            found.clear();
        }
    }

    /// Rules that speak from some number of different findings on say nothing below it.
    fn leave_out_few(&self, found: &mut Vec<Found>) {
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.least < 2 {
                continue;
            }
            let of = found.iter().filter(|it| it.index == index);
            let mut hashes: Vec<&str> = of.map(|it| it.hit.hash.as_str()).collect();
            hashes.sort_unstable();
            hashes.dedup();
            if hashes.len() < rule.least {
                found.retain(|it| it.index != index);
            }
        }
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

    /// What the rules see in one text, allowed values left out.
    fn look(&self, text: &Folded<'_>, site: &Site<'_>) -> Vec<(Source, Finding)> {
        let layer = site.layer;
        let mut seen: Vec<(Source, Finding)> = Vec::new();
        let mut findings = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if layer.is_off(&rule.id) || !rule.reads(site.spot) {
                continue;
            }
            rule.detector.find(text, &mut findings);
            let mut kept = 0;
            findings.retain(|finding| {
                let counts = kept < MOST_FINDINGS && counts(rule, finding, site);
                kept += usize::from(counts);
                counts
            });
            seen.extend(
                findings
                    .drain(..)
                    .map(|finding| (Source::Rule(index), finding)),
            );
        }
        let own = layer.find(text).take(MOST_FINDINGS);
        seen.extend(own.map(|(own, finding)| (Source::Own(own), finding)));
        // The same digits are one thing: the kind with a key explains them better than the kind without.
        let kind = |source: Source| source.rule().map(|index| self.rules[index].kind());
        let spans: Vec<_> = seen
            .iter()
            .map(|(source, finding)| (kind(*source), finding.certain, finding.span.clone()))
            .collect();
        seen.retain(|(source, finding)| {
            let Some(own) = kind(*source) else {
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

/// Whether a finding is let through by nobody, and rests on nothing that is out of date.
fn counts(rule: &Rule, finding: &Finding, site: &Site<'_>) -> bool {
    !rule.allows(&finding.canonical)
        && !site.layer.allows(&rule.id, &finding.canonical)
        && !(site.lets_through)(rule.kind(), &finding.canonical)
        && !is_over(rule, finding, site.now)
}

/// Whether a finding rests on something that was to be looked at again by now.
fn is_over(rule: &Rule, finding: &Finding, now: Timestamp) -> bool {
    let claim = rule
        .detector
        .claims()
        .and_then(|it| it.get(&finding.canonical));
    claim.is_some_and(|claim| claim.review <= now)
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
