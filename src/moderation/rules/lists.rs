//! Lists that come with a source and a date: false claims (`claims:`) and link shorteners (`shorteners:`). They may stand in any file of rules;
//! where no file has one, the one that ships with the program is used.

use std::{collections::HashSet, path::Path, sync::Arc};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{
    RulesError, RulesFile,
    options::{Mistake, domains},
    read,
};
use crate::{
    clock::Timestamp,
    moderation::detectors::misinformation::{self, Claim, Claims, Known, Pattern},
};

/// The longest that people are shown of a claim, in characters.
const LONGEST_FACT: usize = 400;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 200;
/// The most claims: each is compared with every sentence that a word of any selects.
const MOST_CLAIMS: usize = 200;
/// The most patterns of one.
const MOST_PATTERNS: usize = 40;

/// A false claim.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimConfig {
    /// Its name, in small letters, digits and dashes.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// How it is said, in French: words in order; `*` is any ending, `(a|b c)` one of several, `...` up to six words.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    fr: Vec<Spanned<String>>,
    /// The same in English.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    en: Vec<Spanned<String>>,
    /// Domains that spread it, each with everything under it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    domains: Vec<Spanned<String>>,
    /// What is known instead: people are shown this.
    fact: Fact,
    /// Who says so: the address of a page.
    #[schemars(with = "String")]
    source: Spanned<String>,
    /// When the page was read: `2026-11-23`.
    #[schemars(with = "String")]
    date: Spanned<String>,
    /// From this day on the entry is not used, until somebody has looked at it again.
    #[schemars(with = "String")]
    review: Spanned<String>,
}

/// What is known, in both languages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fact {
    /// In French.
    #[schemars(with = "String")]
    fr: Spanned<String>,
    /// In English.
    #[schemars(with = "String")]
    en: Spanned<String>,
}

/// Link shorteners.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortenersConfig {
    /// Where the list comes from.
    #[expect(dead_code, reason = "for whoever reads the file")]
    source: String,
    /// When it was looked at.
    #[schemars(with = "String")]
    date: Spanned<String>,
    /// Their domains.
    #[schemars(with = "Vec<String>")]
    domains: Vec<Spanned<String>>,
}

/// The lists in force.
#[derive(Debug)]
pub struct Lists {
    /// False claims.
    pub claims: Arc<Claims>,
    /// Link shorteners.
    pub shorteners: HashSet<String>,
}

/// The lists of these files; the built-in ones where there are none.
pub fn gather(files: &mut [(&Path, RulesFile)]) -> Result<Lists, RulesError> {
    let (mut claims, mut shorteners) = (None, None);
    for (name, file) in files.iter_mut() {
        let at = |(location, problem, remedy): Mistake| {
            RulesError::new(name, Some(location), problem, remedy.to_owned())
        };
        if let Some(more) = file.claims.take() {
            let (known, triggers): &mut (Vec<Known>, Vec<String>) = claims.get_or_insert_default();
            for config in more {
                claim(config, known, triggers).map_err(at)?;
            }
        }
        if let Some(more) = file.shorteners.take() {
            let all: &mut HashSet<String> = shorteners.get_or_insert_default();
            all.extend(listed(&more).map_err(at)?);
        }
    }
    let (known, triggers) = match claims {
        Some(claims) => claims,
        None => builtin_claims()?,
    };
    let shorteners = match shorteners {
        Some(shorteners) => shorteners,
        None => builtin_shorteners()?,
    };
    Ok(Lists {
        claims: Claims::new(known, &triggers),
        shorteners,
    })
}

fn builtin_claims() -> Result<(Vec<Known>, Vec<String>), RulesError> {
    let (name, text) = crate::moderation::BUILTIN_CLAIMS;
    let name = Path::new(name);
    let (mut known, mut triggers) = (Vec::new(), Vec::new());
    for config in read(name, text)?.claims.unwrap_or_default() {
        claim(config, &mut known, &mut triggers).map_err(|(location, problem, remedy)| {
            RulesError::new(name, Some(location), problem, remedy.to_owned())
        })?;
    }
    Ok((known, triggers))
}

fn builtin_shorteners() -> Result<HashSet<String>, RulesError> {
    let (name, text) = crate::moderation::BUILTIN_SHORTENERS;
    let name = Path::new(name);
    let file = read(name, text)?;
    let found = file.shorteners.as_ref().map(listed).transpose();
    let found = found.map_err(|(location, problem, remedy)| {
        RulesError::new(name, Some(location), problem, remedy.to_owned())
    })?;
    Ok(found.unwrap_or_default().into_iter().collect())
}

fn listed(config: &ShortenersConfig) -> Result<Vec<String>, Mistake> {
    day(&config.date)?;
    domains(&config.domains)
}

fn claim(
    config: ClaimConfig,
    known: &mut Vec<Known>,
    triggers: &mut Vec<String>,
) -> Result<(), Mistake> {
    let (id, at) = (config.id.value, config.id.referenced);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
        let problem = format!("`{id}` is no id of a claim");
        return Err((at, problem, "Use 1 to 64 small letters, digits and dashes."));
    }
    if known.iter().any(|it| it.claim.id == id) {
        return Err((
            at,
            format!("there is a claim `{id}` already"),
            "Give each claim its own id.",
        ));
    }
    if known.len() == MOST_CLAIMS {
        let problem = format!("there are more than {MOST_CLAIMS} claims");
        return Err((at, problem, "Remove those that nobody makes."));
    }
    if config.fr.len() + config.en.len() + config.domains.len() == 0 {
        let problem = format!("claim `{id}` has no words and no domain");
        return Err((at, problem, "Write how it is said, under `fr:` and `en:`."));
    }
    for fact in [&config.fact.fr, &config.fact.en] {
        if fact.value.trim().is_empty() || fact.value.chars().count() > LONGEST_FACT {
            let problem = format!("what is known has 1 to {LONGEST_FACT} characters");
            return Err((
                fact.referenced,
                problem,
                "Write a sentence or two that people are shown.",
            ));
        }
    }
    let source = &config.source;
    if !source.value.starts_with("https://") || source.value.contains(char::is_whitespace) {
        let problem = format!("`{}` is no address of a page", source.value);
        return Err((source.referenced, problem, "Write it with `https://`."));
    }
    let read_on = day(&config.date)?;
    let review = day(&config.review)?;
    if review <= read_on {
        let problem = "the review comes before the day on which the source was read".to_owned();
        return Err((config.review.referenced, problem, "Write a later day."));
    }
    let patterns = patterns(config.fr.iter().chain(&config.en))?;
    triggers.extend(misinformation::triggers(patterns.iter()));
    let claim = Claim {
        id,
        fr: config.fact.fr.value.trim().to_owned(),
        en: config.fact.en.value.trim().to_owned(),
        source: config.source.value,
        date: config.date.value,
        review,
    };
    known.push(Known::new(claim, &patterns, domains(&config.domains)?));
    Ok(())
}

fn patterns<'c>(
    written: impl Iterator<Item = &'c Spanned<String>>,
) -> Result<Vec<Pattern>, Mistake> {
    let mut out = Vec::new();
    for pattern in written {
        let at = pattern.referenced;
        if out.len() == MOST_PATTERNS || pattern.value.chars().count() > LONGEST_PATTERN {
            let problem = format!(
                "a claim has more than {MOST_PATTERNS} patterns, or one of more than {LONGEST_PATTERN} characters"
            );
            return Err((at, problem, "Make two claims of it."));
        }
        let read =
            Pattern::read(&pattern.value).map_err(|(problem, remedy)| (at, problem, remedy))?;
        out.push(read);
    }
    Ok(out)
}

/// The beginning of a day, UTC.
fn day(written: &Spanned<String>) -> Result<Timestamp, Mistake> {
    let date = written.value.parse::<jiff::civil::Date>().ok();
    let start = date.and_then(|it| it.to_zoned(jiff::tz::TimeZone::UTC).ok());
    match start {
        Some(start) if written.value.len() == 10 => {
            Ok(Timestamp(start.timestamp().as_millisecond()))
        }
        _ => {
            let problem = format!("`{}` is no day", written.value);
            Err((
                written.referenced,
                problem,
                "Write year, month and day: `2026-11-23`.",
            ))
        }
    }
}
