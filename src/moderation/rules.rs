//! Rules as data: the YAML files, their errors, and the compiled rule.
//!
//! A file is read by [`compile`], on start, on reload and by `hygie check`. `config/rules/default.yaml` documents the form.

mod error;
mod lists;
mod options;

use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::detectors::{DetectedKind, Detector, Finding, Means, domain};
use super::normalise::Folded;
use super::site::{Scope, ScopeConfig, Spot};
use crate::config::yaml;

pub use error::RulesError;
use error::unreadable;
use lists::{ClaimConfig, Lists, ShortenersConfig};
use options::Mistake;
pub(super) use options::folded_domain;

/// What a message can be made to cost is bounded by these: every rule reads every message, every entry of `allow` is compared
/// with everything found, and a word may be found inside every longer one.
const MOST_RULES: usize = 100;
const MOST_ENTRIES: usize = 1_000;
const LONGEST_WORD: usize = 100;

/// The name of a rule, as in its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RuleId {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is done about a message. The stronger comes first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RuleAction {
    /// The message is taken away and its author is told why.
    Redact,
    /// The message stays; people of the team are called to look, at once. Never a sanction.
    Alert,
    /// The message stays in its room behind a veil that readers lift themselves, and its author is told. Never a sanction.
    Veil,
    /// The message stays; its author is asked, privately, to look at it again.
    Nudge,
    /// Nothing: what is found is public, and the same characters are nothing else.
    Allow,
}

impl RuleAction {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Redact => "redact",
            Self::Alert => "alert",
            Self::Veil => "veil",
            Self::Nudge => "nudge",
            Self::Allow => "allow",
        }
    }

    /// Fluent key of what it does.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Redact => "rules-action-redact",
            Self::Alert => "rules-action-alert",
            Self::Veil => "rules-action-veil",
            Self::Nudge => "rules-action-nudge",
            Self::Allow => "rules-action-allow",
        }
    }
}

/// A file of rules.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesFile {
    /// The version of this form: 1.
    #[schemars(with = "u32")]
    version: Spanned<u32>,
    /// The rules, the one to name first when a message breaks several first.
    #[serde(default)]
    rules: Vec<RuleConfig>,
    /// False claims about health, for detector `misinformation`; those that ship with the program when no file has any.
    #[serde(default)]
    claims: Option<Vec<ClaimConfig>>,
    /// Link shorteners, for detector `shortener`; those that ship with the program when no file has any.
    #[serde(default)]
    shorteners: Option<ShortenersConfig>,
}

/// One rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// Its name, in small letters, digits and dashes; shown to administrators.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// What it looks for.
    detector: DetectedKind,
    /// What happens. A finding without real proof (no key) is never more than a nudge.
    action: RuleAction,
    /// Off with `false`. Default: on.
    #[serde(default = "on")]
    enabled: bool,
    /// How many points a breach that is certain counts for its author (see `sanctions:` in the community's file). Default: 0, nothing follows.
    #[serde(default)]
    points: u32,
    /// The words to look for (detector `word` only): whole words, case and accents do not count.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    words: Vec<Spanned<String>>,
    /// What is let through: a whole value, or a domain with everything under it (email addresses, links, rooms).
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    allow: Vec<Spanned<String>>,
    /// Domains that are not accepted, each with everything under it (detector `link`: without it every link is found; detector `shortener`:
    /// more of them).
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    deny: Vec<Spanned<String>>,
    /// Where the rule is for: kinds of groups, groups. Everywhere without it.
    #[serde(default, rename = "in")]
    scope: ScopeConfig,
    /// From how many different findings in a message on (mentions: people; 10 without it). Others: 1.
    #[serde(default)]
    #[schemars(with = "Option<u64>")]
    least: Option<Spanned<u64>>,
    /// Which files (detector `media`): `image`, `video`, `audio`, `file`, `executable`, `archive`, `.docm`, `application/pdf`, `text/*`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    types: Vec<Spanned<String>>,
    /// Only files larger than this (detector `media`): `500 kB`, `10 MB`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    max_size: Option<Spanned<String>>,
}

fn on() -> bool {
    true
}

/// A compiled rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub id: RuleId,
    pub detector: Detector,
    action: RuleAction,
    points: u32,
    allow: Vec<String>,
    scope: Scope,
    /// From how many different findings in a message on it does something.
    pub least: usize,
}

impl Rule {
    /// Whether it reads what is said there.
    pub fn reads(&self, spot: Spot<'_>) -> bool {
        self.scope.reads(spot)
    }

    /// What it looks for.
    pub fn kind(&self) -> DetectedKind {
        self.detector.kind()
    }

    /// What this finding calls for: without certainty never more than a nudge.
    pub fn action_for(&self, finding: &Finding, changed: Option<RuleAction>) -> RuleAction {
        match changed.unwrap_or(self.action) {
            RuleAction::Redact if !finding.certain => RuleAction::Nudge,
            action => action,
        }
    }

    /// What a breach counts.
    pub fn points(&self) -> u32 {
        self.points
    }

    /// What this finding counts: only what is certain, and never danger.
    pub fn points_for(&self, finding: &Finding, action: RuleAction) -> u32 {
        let counts = matches!(action, RuleAction::Redact | RuleAction::Nudge);
        if finding.certain && counts {
            self.points
        } else {
            0
        }
    }

    /// What it does about what it is certain of.
    pub fn action(&self) -> RuleAction {
        self.action
    }

    /// The one form of `value` that it would find, if it finds exactly one thing there.
    pub fn canonical(&self, value: &str) -> Option<String> {
        canonical_of(&self.detector, value)
    }

    /// Whether a canonical form is on the list of what is let through.
    pub fn allows(&self, canonical: &str) -> bool {
        let host = domain(self.kind(), canonical);
        self.allow.iter().any(|entry| {
            let under = |host: &str| {
                host.strip_suffix(entry.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            canonical.eq_ignore_ascii_case(entry) || host.is_some_and(under)
        })
    }

    /// Lets more values through; each is brought to its canonical form first.
    pub fn allow(&mut self, values: impl Iterator<Item = String>) {
        for value in values {
            let canonical = canonical_of(&self.detector, &value).unwrap_or(value);
            self.allow.push(canonical);
        }
    }
}

/// The one form of `value` that the detector itself reports, if it sees exactly one there.
fn canonical_of(detector: &Detector, value: &str) -> Option<String> {
    let mut found = Vec::new();
    detector.find(&Folded::new(value), &mut found);
    match found.len() {
        1 => found.pop().map(|finding| finding.canonical),
        _ => None,
    }
}

/// The form of one file.
fn read(name: &Path, text: &str) -> Result<RulesFile, RulesError> {
    if text.len() > yaml::MAX_BYTES {
        let problem = format!("the file is larger than {} bytes", yaml::MAX_BYTES);
        return Err(RulesError::new(name, None, problem, "Split it.".to_owned()));
    }
    let file: RulesFile = serde_saphyr::from_str_with_options(text, yaml::options())
        .map_err(|error| unreadable(name, &error))?;
    if file.version.value != 1 {
        return Err(RulesError::new(
            name,
            Some(file.version.referenced),
            format!("version {} of this form is not known", file.version.value),
            "Write `version: 1`.".to_owned(),
        ));
    }
    Ok(file)
}

/// Reads and compiles files, `(name, text)` each.
pub(super) fn compile(files: &[(PathBuf, String)]) -> Result<Vec<Rule>, RulesError> {
    if files.is_empty() {
        return Err(RulesError::new(
            Path::new("rules"),
            None,
            "there is no file of rules in the folder".to_owned(),
            "Remove the folder to get the built-in rules, or copy config/rules/default.yaml into it."
                .to_owned(),
        ));
    }
    let mut rules: Vec<Rule> = Vec::new();
    let mut ids: Vec<(String, PathBuf, u64)> = Vec::new();
    let read = files
        .iter()
        .map(|(name, text)| Ok((name.as_path(), read(name, text)?)));
    let mut read = read.collect::<Result<Vec<_>, RulesError>>()?;
    let lists = lists::gather(&mut read)?;
    for (name, file) in read {
        for config in file.rules {
            if ids.len() == MOST_RULES {
                let problem = format!("there are more than {MOST_RULES} rules");
                return Err(RulesError::new(
                    name,
                    Some(config.id.referenced),
                    problem,
                    "Each message is read for each of them: put words into one rule.".to_owned(),
                ));
            }
            let at = config.id.referenced;
            let id = config.id.value.clone();
            if let Some((_, other, line)) = ids.iter().find(|(known, ..)| *known == id) {
                return Err(RulesError::new(
                    name,
                    Some(at),
                    format!(
                        "a rule `{id}` stands in {}, line {line} already",
                        other.display()
                    ),
                    "Give each rule its own id.".to_owned(),
                ));
            }
            ids.push((id, name.to_owned(), at.line()));
            let enabled = config.enabled;
            let rule = rule(name, config, &lists)?;
            if enabled {
                rules.push(rule);
            }
        }
    }
    Ok(rules)
}

fn rule(file: &Path, config: RuleConfig, lists: &Lists) -> Result<Rule, RulesError> {
    let mistaken = |(at, problem, remedy): Mistake| {
        RulesError::new(file, Some(at), problem, remedy.to_owned())
    };
    let id = config.id.value.clone();
    let fail = |at, problem: String, remedy: &str| {
        Err(RulesError::new(file, Some(at), problem, remedy.to_owned()))
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
        return fail(
            config.id.referenced,
            format!("`{id}` is no id of a rule"),
            "Use 1 to 64 small letters, digits and dashes.",
        );
    }
    if config.detector == DetectedKind::SelfHarm && config.points > 0 {
        return fail(
            config.id.referenced,
            format!("rule `{id}` gives points, but it sees people who may be in danger"),
            "Nobody is sanctioned for that: take `points:` out.",
        );
    }
    options::lists(&config).map_err(mistaken)?;
    let least = options::least(&config).map_err(mistaken)?;
    let means = Means {
        least,
        denied: options::denied(&config).map_err(mistaken)?,
        media: options::media(&config).map_err(mistaken)?,
        words: config.words.into_iter().map(|word| word.value).collect(),
        claims: &lists.claims,
        shorteners: &lists.shorteners,
    };
    let mentions = config.detector == DetectedKind::Mentions;
    let mut rule = Rule {
        id: id.as_str().into(),
        detector: Detector::new(config.detector, means),
        action: config.action,
        points: config.points,
        allow: Vec::new(),
        scope: options::scope(&config.scope).map_err(mistaken)?,
        least: if mentions { 1 } else { least.unwrap_or(1) },
    };
    for entry in config.allow {
        let value = entry.value.trim().to_ascii_lowercase();
        match canonical_of(&rule.detector, &entry.value) {
            Some(canonical) => rule.allow.push(canonical),
            None if has_domains(config.detector) && is_domain(&value) => rule.allow.push(value),
            None => {
                return fail(
                    entry.referenced,
                    format!("`{}` is nothing that rule `{id}` would find", entry.value),
                    "Write a value as people would send it, or a domain (email, invite-link, link, shortener).",
                );
            }
        }
    }
    Ok(rule)
}

fn has_domains(kind: DetectedKind) -> bool {
    matches!(
        kind,
        DetectedKind::Email
            | DetectedKind::InviteLink
            | DetectedKind::Link
            | DetectedKind::Shortener
    )
}

fn is_domain(value: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    value.chars().all(fits) && value.contains('.') && !value.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(text: &str) -> Result<Vec<Rule>, RulesError> {
        compile(&[(PathBuf::from("r.yaml"), text.to_owned())])
    }

    fn said(text: &str) -> String {
        compiled(text).expect_err(text).to_string()
    }

    const NIR: &str = "version: 1\nrules:\n  - {id: a, detector: nir, action: redact}\n";

    #[test]
    fn an_error_names_file_line_column_and_the_nearest_right_key() {
        for (text, expected) in [
            (
                "version: 1\nrules:\n  - id: a\n    detector: nir\n    acton: redact\n",
                "r.yaml, line 5, column 5: there is no key `acton` here. Did you mean `action`?",
            ),
            (
                "version: 1\nrules:\n  - id: a\n    detector: mail\n    action: redact\n",
                "r.yaml, line 4, column 15: `mail` is not known here. Did you mean `email`?",
            ),
            (
                "version: 1\nrules:\n  - id: a\n    detector: nir\n    action: delete\n",
                "r.yaml, line 5, column 13: `delete` is not known here. Use one of: redact, alert, veil, nudge, allow.",
            ),
            (
                "version: 2\nrules: []\n",
                "r.yaml, line 1, column 10: version 2 of this form is not known. Write `version: 1`.",
            ),
        ] {
            assert_eq!(said(text), expected);
        }
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for (rule, part) in [
            (
                "{id: A b, detector: nir, action: redact}",
                "is no id of a rule",
            ),
            ("{id: a, detector: word, action: redact}", "has no words"),
            (
                "{id: a, detector: word, action: redact, words: [' ']}",
                "a word is empty",
            ),
            (
                "{id: a, detector: nir, action: redact, words: [x]}",
                "does not look for words",
            ),
            (
                "{id: a, detector: word, action: redact, words: [x], allow: [x]}",
                "Remove the word",
            ),
            (
                "{id: a, detector: phone, action: redact, allow: [example.org]}",
                "is nothing that rule",
            ),
            ("{detector: nir, action: redact}", "the key `id` is missing"),
            (
                "{id: a, detector: nir, action: redact}\n  - {id: a, detector: iban, action: redact}",
                "already",
            ),
            ("[", "shows the form"),
        ] {
            let message = said(&format!("version: 1\nrules:\n  - {rule}\n"));
            assert!(message.contains(part), "{rule}: {message}");
            assert!(message.starts_with("r.yaml, line "), "{message}");
        }
    }

    #[test]
    fn an_id_used_in_two_files_is_refused() {
        let file = |name: &str| (PathBuf::from(name), NIR.to_owned());
        let error = compile(&[file("1.yaml"), file("2.yaml")]).expect_err("twice the same id");
        assert_eq!(error.file, PathBuf::from("2.yaml"));
        assert!(error.problem.contains("1.yaml, line 3"), "{error}");
        let error = compile(&[]).expect_err("no file");
        assert!(
            error.to_string().starts_with("rules: there is no file"),
            "{error}"
        );
    }

    #[test]
    fn a_rule_that_is_off_is_checked_and_left_out() {
        let off = NIR.replace("redact}", "redact, enabled: false}");
        assert!(compiled(&off).expect("well formed").is_empty());
    }

    #[test]
    fn what_is_let_through_is_compared_in_its_canonical_form() {
        let rules = compiled(concat!(
            "version: 1\nrules:\n",
            "  - {id: p, detector: phone, action: redact, allow: ['01 42 34 56 78']}\n",
            "  - {id: e, detector: email, action: redact, allow: [mssante.fr, Accueil@CHU.example]}\n",
            "  - {id: l, detector: invite-link, action: redact, allow: ['https://matrix.to/#/#a:b.example', 'c.example']}\n",
        ))
        .expect("well formed");
        for (rule, value, expected) in [
            (0, "+33142345678", true),
            (0, "+33142345679", false),
            (1, "dr@mssante.fr", true),
            (1, "dr@chu.mssante.fr", true),
            (1, "dr@pasmssante.fr", false),
            (1, "accueil@chu.example", true),
            (1, "autre@chu.example", false),
            (2, "#a:b.example", true),
            (2, "#b:b.example", false),
            (2, "#b:c.example", true),
        ] {
            assert_eq!(rules[rule].allows(value), expected, "{value}");
        }
    }

    #[test]
    fn the_schema_for_editors_knows_every_key() {
        let schema = serde_json::to_string(&schemars::schema_for!(RulesFile)).expect("a schema");
        for key in [
            "version",
            "rules",
            "detector",
            "action",
            "enabled",
            "words",
            "allow",
            "deny",
            "in",
            "kinds",
            "groups",
            "least",
            "types",
            "max_size",
            "claims",
            "fact",
            "source",
            "review",
            "shorteners",
        ] {
            assert!(schema.contains(&format!("\"{key}\"")), "{key}");
        }
    }
}
