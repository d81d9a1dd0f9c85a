//! What a rule can say beside its detector and its action, read and checked: where it is for, from how many on, what it denies, which files.

use serde_saphyr::{Location, Spanned};

use super::{LONGEST_WORD, MOST_ENTRIES, RuleConfig, is_domain};
use crate::moderation::{
    detectors::{
        DetectedKind,
        media::{self, Media, Type},
    },
    links::readable,
    normalise::Folded,
    site::{Scope, ScopeConfig},
};

/// A mistake: where it stands, what is wrong, what to do.
pub type Mistake = (Location, String, &'static str);

/// Whether a rule's lists are for its detector, and bounded.
pub fn lists(config: &RuleConfig) -> Result<(), Mistake> {
    let id = &config.id.value;
    let is_word = config.detector == DetectedKind::Word;
    if is_word && config.words.is_empty() {
        let problem = format!("rule `{id}` has no words");
        let remedy = "List them under `words:`, or write `enabled: false` with one word left.";
        return Err((config.id.referenced, problem, remedy));
    }
    if let (false, Some(word)) = (is_word, config.words.first()) {
        let problem = format!("rule `{id}` has words, but its detector does not look for words");
        return Err((
            word.referenced,
            problem,
            "Write `detector: word`, or remove `words:`.",
        ));
    }
    for word in &config.words {
        if word.value.trim().is_empty() {
            return Err((word.referenced, "a word is empty".to_owned(), "Remove it."));
        }
        if word.value.chars().count() > LONGEST_WORD {
            let problem = format!("a word has more than {LONGEST_WORD} characters");
            let remedy = "Nobody writes the same so often: take a part of it.";
            return Err((word.referenced, problem, remedy));
        }
    }
    for list in [&config.words, &config.allow, &config.deny, &config.types] {
        if let Some(entry) = list.get(MOST_ENTRIES) {
            let problem = format!("rule `{id}` lists more than {MOST_ENTRIES} entries");
            let remedy = "Split it into two rules (words), or name whole domains (allow).";
            return Err((entry.referenced, problem, remedy));
        }
    }
    if let (true, Some(entry)) = (is_word, config.allow.first()) {
        let problem = format!("rule `{id}` lets something through, but looks for a list of words");
        return Err((
            entry.referenced,
            problem,
            "Remove the word from `words:` instead.",
        ));
    }
    Ok(())
}

/// Where a rule is for.
pub fn scope(config: &ScopeConfig) -> Result<Scope, Mistake> {
    let mut groups = Vec::new();
    for group in &config.groups {
        match group.value.parse() {
            Ok(id) => groups.push(id),
            Err(problem) => {
                let problem = format!("`{}` is no id of a group: {problem}", group.value);
                let remedy = "Write the `id` of a group as in the community's file.";
                return Err((group.referenced, problem, remedy));
            }
        }
    }
    if let Some(group) = config.groups.get(MOST_ENTRIES) {
        let problem = format!("a rule is for more than {MOST_ENTRIES} groups");
        return Err((group.referenced, problem, "Name their kind instead."));
    }
    Ok(Scope::new(config.kinds.clone(), groups))
}

/// From how many different findings on a rule does something.
pub fn least(config: &RuleConfig) -> Result<Option<usize>, Mistake> {
    let Some(least) = &config.least else {
        return Ok(None);
    };
    if let Ok(number @ 1..=1_000) = usize::try_from(least.value) {
        return Ok(Some(number));
    }
    let problem = format!("{} is no number of findings", least.value);
    Err((least.referenced, problem, "Write a number from 1 to 1000."))
}

/// The domains that a rule about links denies.
pub fn denied(config: &RuleConfig) -> Result<Vec<String>, Mistake> {
    let about_links = matches!(
        config.detector,
        DetectedKind::Link | DetectedKind::Shortener
    );
    if let (false, Some(entry)) = (about_links, config.deny.first()) {
        let problem = format!(
            "rule `{}` denies domains, but its detector does not look at links",
            config.id.value
        );
        return Err((
            entry.referenced,
            problem,
            "Write `detector: link`, or remove `deny:`.",
        ));
    }
    domains(&config.deny)
}

/// Domains of a list, in small letters.
pub fn domains(list: &[Spanned<String>]) -> Result<Vec<String>, Mistake> {
    let mut out = Vec::with_capacity(list.len());
    for entry in list {
        let Some(value) = folded_domain(&entry.value) else {
            let problem = format!("`{}` is no domain", entry.value);
            let remedy = "Write it without `https://` and without a path: `example.org`; everything under it is meant as well.";
            return Err((entry.referenced, problem, remedy));
        };
        out.push(value);
    }
    Ok(out)
}

/// A domain, folded as the texts are: a name in another script is compared by its look.
pub fn folded_domain(written: &str) -> Option<String> {
    let lower = written.trim().to_lowercase();
    let value = Folded::new(&readable(&lower)).text().to_owned();
    (is_domain(&value) && !value.contains(':') && !value.ends_with('.')).then_some(value)
}

/// The files that a rule looks for.
pub fn media(config: &RuleConfig) -> Result<Media, Mistake> {
    let is_media = config.detector == DetectedKind::Media;
    let first = config.types.first().or(config.max_size.as_ref());
    if let (false, Some(entry)) = (is_media, first) {
        let problem = format!(
            "rule `{}` is about files, but its detector does not look at them",
            config.id.value
        );
        let remedy = "Write `detector: media`, or remove `types:` and `max_size:`.";
        return Err((entry.referenced, problem, remedy));
    }
    if is_media && first.is_none() {
        let problem = format!("rule `{}` says no type and no size", config.id.value);
        let remedy = "List `types:`, or write `max_size: 10 MB`; where no picture is wanted at all, the group has `photos:`.";
        return Err((config.id.referenced, problem, remedy));
    }
    let mut types = Vec::new();
    for entry in &config.types {
        let Some(read) = Type::read(&entry.value) else {
            let problem = format!("`{}` is no type of file", entry.value);
            return Err((entry.referenced, problem, TYPES));
        };
        types.push(read);
    }
    let mut larger_than = None;
    if let Some(written) = &config.max_size {
        larger_than = media::size(&written.value);
        if larger_than.is_none() {
            let problem = format!("`{}` is no size", written.value);
            return Err((
                written.referenced,
                problem,
                "Write it as `500 kB`, `10 MB` or `1 GB`.",
            ));
        }
    }
    Ok(Media { types, larger_than })
}

/// How types are written: see [`Type::read`].
const TYPES: &str = "Use one of: image, video, audio, file, executable, archive, an ending (`.docm`), a type (`application/pdf`, `text/*`).";
