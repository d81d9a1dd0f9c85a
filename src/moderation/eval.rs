//! How well the detectors do on texts of which it is known what stands in them: `hygie rules eval`.
//!
//! A finding at the confidence that redacts by default is right when it overlaps a marked span of its kind. Every marked span counts once,
//! however many findings lie in it. What is only asked about (a nudge) is counted beside that.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{DetectedKind, Folded, Layer, RuleAction, RuleSet, Site, Spot};
use crate::clock::Timestamp;

/// The kinds that are measured, in the order in which they are printed.
const KINDS: [DetectedKind; 24] = [
    DetectedKind::Nir,
    DetectedKind::Ins,
    DetectedKind::Ipp,
    DetectedKind::Nda,
    DetectedKind::Iban,
    DetectedKind::Card,
    DetectedKind::Phone,
    DetectedKind::Email,
    DetectedKind::Address,
    DetectedKind::BirthDate,
    DetectedKind::Person,
    DetectedKind::Ip,
    DetectedKind::Plate,
    DetectedKind::ForeignId,
    DetectedKind::Rpps,
    DetectedKind::Finess,
    DetectedKind::Siren,
    DetectedKind::Siret,
    DetectedKind::Secret,
    DetectedKind::Insult,
    DetectedKind::Hate,
    DetectedKind::SelfHarm,
    DetectedKind::Ad,
    DetectedKind::InviteLink,
];

/// A text, and what stands in it.
#[derive(Debug, Deserialize)]
pub struct Labelled {
    /// The text, as somebody would send it.
    pub text: String,
    /// Its language; for the reader only.
    #[serde(default)]
    pub lang: String,
    /// What stands in it.
    pub spans: Vec<Label>,
}

/// Something that stands in a text.
#[derive(Debug, Deserialize)]
pub struct Label {
    /// Its first character.
    pub start: usize,
    /// What follows its last character.
    pub end: usize,
    /// What it is, as in [`name`].
    pub kind: String,
}

/// What is wrong with a line of a file of labelled texts.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Not of the form.
    #[error(
        "{0}; write {{\"text\": …, \"lang\": …, \"spans\": [{{\"start\": …, \"end\": …, \"kind\": …}}]}}"
    )]
    Form(String),
    /// A kind that is not known.
    #[error("there is no kind `{0}`; write one of: {1}")]
    Kind(String, String),
    /// A span outside of its text.
    #[error(
        "the span {0}–{1} does not lie in the text of {2} characters; count Unicode scalar values, from 0"
    )]
    Span(usize, usize, usize),
}

/// How well one kind is found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// The kind.
    pub kind: String,
    /// How many were marked.
    pub support: usize,
    /// How many of them were found.
    pub tp: usize,
    /// How many findings were none.
    pub fp: usize,
    /// How many were not found.
    #[serde(rename = "fn")]
    pub missed: usize,
    /// `tp / (tp + fp)`; nothing when nothing was found.
    pub precision: Option<f64>,
    /// `tp / support`; nothing when nothing was marked.
    pub recall: Option<f64>,
    /// How many findings were only asked about.
    pub nudged: usize,
}

/// What each text would get: the strongest of what is found in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Actions {
    /// Taken away.
    pub redact: usize,
    /// The team is called.
    pub alert: usize,
    /// The author is asked.
    pub nudge: usize,
    /// Nothing.
    pub none: usize,
}

/// The whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Each kind.
    pub kinds: Vec<Figures>,
    /// What would be done.
    pub actions: Actions,
}

/// Something found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub kind: DetectedKind,
    /// Where, in characters.
    pub span: Range<usize>,
    /// At the confidence that redacts by default.
    pub certain: bool,
    /// What would be done about it.
    pub action: RuleAction,
}

/// What a kind is called in files of labelled texts.
#[must_use]
pub fn name(kind: DetectedKind) -> String {
    kind.text_key()
        .trim_start_matches("rule-")
        .replace('-', "_")
}

impl Labelled {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(line: &str) -> Result<Self, Mistake> {
        let labelled: Self =
            serde_json::from_str(line).map_err(|error| Mistake::Form(error.to_string()))?;
        let length = labelled.text.chars().count();
        for label in &labelled.spans {
            if !KINDS.iter().any(|kind| name(*kind) == label.kind) {
                let names: Vec<_> = KINDS.iter().map(|kind| name(*kind)).collect();
                return Err(Mistake::Kind(label.kind.clone(), names.join(", ")));
            }
            if label.start >= label.end || label.end > length {
                return Err(Mistake::Span(label.start, label.end, length));
            }
        }
        Ok(labelled)
    }
}

impl RuleSet {
    /// Everything that the rules see in a text, also what they let pass.
    #[must_use]
    pub fn seen(&self, text: &str) -> Vec<Seen> {
        let origins = Folded::origins(text);
        let at = |byte: usize| origins.get(byte).copied().unwrap_or_default();
        let site = Site {
            layer: &Layer::default(),
            spot: Spot::Anywhere,
            now: Timestamp(0),
            lets_through: &|_, _| false,
        };
        let found = self.look(&Folded::new(text), &site);
        // Without a layer every finding is that of a rule.
        let found = found.into_iter();
        let found = found.filter_map(|(rule, finding)| Some((rule.rule()?, finding)));
        let seen = found.map(|(index, finding)| {
            let rule = &self.rules[index];
            let last = at(finding.span.end.saturating_sub(1));
            Seen {
                kind: rule.kind(),
                span: at(finding.span.start)..last + 1,
                certain: finding.certain,
                action: rule.action_for(&finding, None),
            }
        });
        seen.collect()
    }

    /// What the rules make of labelled texts.
    #[must_use]
    pub fn evaluate<'a>(&self, texts: impl Iterator<Item = &'a Labelled>) -> Report {
        let mut kinds = KINDS.map(|kind| Figures {
            kind: name(kind),
            ..Figures::default()
        });
        let mut actions = Actions::default();
        for text in texts {
            let seen = self.seen(&text.text);
            for (kind, figures) in KINDS.iter().zip(&mut kinds) {
                figures.add(*kind, text, &seen);
            }
            actions.add(&seen);
        }
        for figures in &mut kinds {
            figures.precision = share(figures.tp, figures.tp + figures.fp);
            figures.recall = share(figures.tp, figures.support);
        }
        Report {
            kinds: kinds.into(),
            actions,
        }
    }
}

impl Figures {
    fn add(&mut self, kind: DetectedKind, text: &Labelled, seen: &[Seen]) {
        let labels = text.spans.iter().filter(|it| it.kind == self.kind);
        let labels: Vec<Range<usize>> = labels.map(|it| it.start..it.end).collect();
        let certain = seen.iter().filter(|it| it.kind == kind && it.certain);
        let certain: Vec<&Range<usize>> = certain.map(|it| &it.span).collect();
        let meets = |one: &Range<usize>, other: &Range<usize>| {
            one.start < other.end && other.start < one.end
        };
        let found = |label: &&Range<usize>| certain.iter().any(|span| meets(span, label));
        let tp = labels.iter().filter(found).count();
        let right = |span: &&&Range<usize>| labels.iter().any(|label| meets(span, label));
        self.support += labels.len();
        self.tp += tp;
        self.missed += labels.len() - tp;
        self.fp += certain.len() - certain.iter().filter(right).count();
        let asked = seen.iter().filter(|it| it.kind == kind && !it.certain);
        self.nudged += asked.count();
    }
}

impl Actions {
    fn add(&mut self, seen: &[Seen]) {
        let strongest = seen.iter().map(|it| it.action).min();
        let count = match strongest {
            Some(RuleAction::Redact) => &mut self.redact,
            Some(RuleAction::Alert) => &mut self.alert,
            Some(RuleAction::Nudge | RuleAction::Veil) => &mut self.nudge,
            Some(RuleAction::Allow) | None => &mut self.none,
        };
        *count += 1;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of texts are far below 2^52"
)]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(text: &str, spans: &str) -> Labelled {
        let line = format!("{{\"text\": {text:?}, \"lang\": \"fr\", \"spans\": [{spans}]}}");
        Labelled::read(&line).expect("a line")
    }

    fn figures<'a>(report: &'a Report, kind: &str) -> &'a Figures {
        report.kinds.iter().find(|it| it.kind == kind).unwrap()
    }

    #[test]
    fn what_is_found_missed_and_invented_is_counted_by_kind() {
        let texts = [
            labelled(
                "écrire à a.b@exemple.fr ou c@exemple.fr",
                r#"{"start": 9, "end": 23, "kind": "email"}, {"start": 27, "end": 39, "kind": "email"}"#,
            ),
            labelled(
                "mon 06 12 34 56 78",
                r#"{"start": 4, "end": 7, "kind": "nir"}"#,
            ),
            labelled(
                "sécu 2550814168025",
                r#"{"start": 5, "end": 18, "kind": "nir"}"#,
            ),
            labelled("rien", ""),
        ];
        let report = RuleSet::builtin().evaluate(texts.iter());
        let email = figures(&report, "email");
        assert_eq!(
            (email.support, email.tp, email.fp, email.missed),
            (2, 2, 0, 0)
        );
        assert_eq!((email.precision, email.recall), (Some(1.0), Some(1.0)));
        let phone = figures(&report, "phone");
        assert_eq!((phone.support, phone.fp, phone.recall), (0, 1, None));
        let nir = figures(&report, "nir");
        assert_eq!((nir.support, nir.tp, nir.missed, nir.nudged), (2, 0, 2, 1));
        let actions = Actions {
            redact: 2,
            alert: 0,
            nudge: 1,
            none: 1,
        };
        assert_eq!(report.actions, actions);
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let text = "ﬁn œuvre ２５５０８１４１６８０２５３８ été";
        let seen = RuleSet::builtin().seen(text);
        let shown: String = text.chars().skip(9).take(15).collect();
        assert_eq!(shown, "２５５０８１４１６８０２５３８");
        assert_eq!(
            (seen[0].kind, seen[0].span.clone()),
            (DetectedKind::Nir, 9..24)
        );
    }

    #[test]
    fn a_mistake_names_the_remedy() {
        for (line, part) in [
            ("{", "write {\"text\""),
            (
                r#"{"text": "a", "spans": [{"start": 0, "end": 1, "kind": "mail"}]}"#,
                "email, address",
            ),
            (
                r#"{"text": "é", "spans": [{"start": 0, "end": 2, "kind": "email"}]}"#,
                "text of 1 characters",
            ),
            (
                r#"{"text": "é", "spans": [{"start": 1, "end": 1, "kind": "email"}]}"#,
                "1–1",
            ),
        ] {
            let problem = Labelled::read(line).unwrap_err().to_string();
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn every_kind_that_has_spans_is_measured_once() {
        let mut measured = KINDS.to_vec();
        // What is a list, or no part of a text, has no spans to mark.
        measured.extend([
            DetectedKind::Word,
            DetectedKind::Link,
            DetectedKind::Shortener,
            DetectedKind::Misinformation,
            DetectedKind::Mentions,
            DetectedKind::Media,
        ]);
        measured.sort();
        measured.dedup();
        assert_eq!(measured.len(), DetectedKind::ALL.len());
    }
}
