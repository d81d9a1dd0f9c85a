//! Claims about health that are known to be false, said as true; and links into domains that spread them. Both are data with a source and a
//! date (`config/rules/misinformation.yaml`).
//!
//! Whoever asks, quotes, tells of others or contradicts is left alone: a community must be able to talk about what is said. What is found is
//! never sure enough to take a message down by itself: people are shown the source.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::Finding;
use super::language::{Sentence, Speech, Triggers, add, pattern, ranges};
use crate::{clock::Timestamp, moderation::normalise::Folded};

/// How many words `...` stands for, at most.
const GAP: &str = "<*6>";
/// A word that selects sentences has at least so many letters: shorter ones stand in every sentence.
const LEAST: usize = 3;

/// What is said of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its name.
    pub id: String,
    /// What is known instead, in French.
    pub fr: String,
    /// The same in English.
    pub en: String,
    /// Who says so: an address.
    pub source: String,
    /// When that was read: `2026-11-23`.
    pub date: String,
    /// Until when it may be used without being looked at again.
    pub review: Timestamp,
}

/// A claim and how it is recognised.
#[derive(Debug)]
pub struct Known {
    /// What is said of it.
    pub claim: Claim,
    /// Patterns of words, compiled; `true` where the pattern itself denies something.
    patterns: Vec<(Regex, bool)>,
    /// Domains that spread it.
    domains: Vec<String>,
}

impl Known {
    /// A claim with its patterns, as a file writes them, and its domains.
    pub fn new(claim: Claim, patterns: &[Pattern], domains: Vec<String>) -> Self {
        let mut compiled = Vec::new();
        for denies in [false, true] {
            let of: Vec<&str> = patterns
                .iter()
                .filter(|it| it.denies == denies)
                .map(|it| it.text.as_str())
                .collect();
            if !of.is_empty() {
                compiled.push((pattern(&of, &[]), denies));
            }
        }
        Self {
            claim,
            patterns: compiled,
            domains,
        }
    }
}

/// A pattern of words, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Pattern {
    /// As a part of a regular expression over plain sentences.
    text: String,
    /// Words that a sentence has when the pattern may stand in it.
    triggers: Vec<String>,
    denies: bool,
}

impl Pattern {
    /// Reads `vaccin* ... (cause|provoque*) ... autis*`: words in order; `*` is any ending, `(a|b c)` one of several, `...` up to six words.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn read(written: &str) -> Result<Self, (String, &'static str)> {
        let folded = Folded::new(written);
        let lower = folded.lower().trim();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || " *|().".contains(c);
        if let Some(odd) = lower.chars().find(|c| !fits(*c)) {
            let problem = format!("`{odd}` has no meaning in a pattern");
            return Err((
                problem,
                "Write words without apostrophes or hyphens (`l autisme`), `*`, `(a|b)` and `...`.",
            ));
        }
        let (mut text, mut best): (String, Vec<&str>) = (String::new(), Vec::new());
        let parts = split(lower).ok_or_else(|| {
            (
                "a parenthesis is not closed, or opened twice".to_owned(),
                "Write `(a|b c)`.",
            )
        })?;
        let gap = |part: &&str| part.chars().all(|c| c == '.');
        if parts.first().is_none_or(gap) || parts.last().is_none_or(gap) {
            return Err((
                "a pattern begins and ends with a word".to_owned(),
                "Remove the `...`.",
            ));
        }
        for (number, part) in parts.iter().enumerate() {
            if gap(part) {
                text.push_str(GAP);
                continue;
            }
            let alternatives: Vec<&str> = part.split('|').map(str::trim).collect();
            if let Some(bad) = alternatives.iter().find(|it| !is_words(it)) {
                let problem = format!("`{bad}` is no word");
                return Err((
                    problem,
                    "Put `*` at the end of a word only, and words between `|`.",
                ));
            }
            let shortest = |words: &[&str]| words.iter().map(|it| letters(it)).min().unwrap_or(0);
            if shortest(&alternatives) > shortest(&best) {
                best.clone_from(&alternatives);
            }
            let written: Vec<String> = alternatives
                .iter()
                .map(|it| it.replace('*', "[a-z0-9]*"))
                .collect();
            text.push_str("(?:");
            text.push_str(&written.join("|"));
            text.push_str(if number + 1 == parts.len() { ")" } else { ") " });
        }
        if best.iter().any(|it| letters(it) < LEAST) || best.is_empty() {
            let problem = format!("no word of the pattern has {LEAST} letters");
            return Err((problem, "Add the word that the claim is about."));
        }
        let triggers = best.iter().filter_map(|it| it.split(' ').next());
        let triggers = triggers.map(|word| match word.strip_suffix('*') {
            Some(start) => start.to_owned(),
            None => format!("{word}$"),
        });
        let triggers = triggers.collect();
        let denies = DENIES.is_match(&format!(" {} ", lower.replace(['(', ')', '|'], " ")));
        Ok(Self {
            text,
            triggers,
            denies,
        })
    }
}

fn letters(words: &str) -> usize {
    let first = words.split(' ').next().unwrap_or_default();
    first.trim_end_matches('*').len()
}

fn is_words(words: &str) -> bool {
    words.split(' ').all(|word| {
        let bare = word.strip_suffix('*').unwrap_or(word);
        !bare.is_empty() && bare.bytes().all(|it| it.is_ascii_alphanumeric())
    })
}

/// The parts between spaces; what stands in parentheses is one.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('(') {
            let (part, after) = inner.split_once(')')?;
            if part.contains('(') || !(after.is_empty() || after.starts_with(' ')) {
                return None;
            }
            parts.push(part);
            rest = after.trim_start();
        } else {
            let (part, after) = rest.split_once(' ').unwrap_or((rest, ""));
            if part.contains(['(', ')', '|']) {
                return None;
            }
            parts.push(part);
            rest = after.trim_start();
        }
    }
    Some(parts)
}

/// The claims that a set of rules knows, compiled.
#[derive(Debug)]
pub struct Claims {
    triggers: Option<Triggers>,
    known: Vec<Known>,
    domains: HashSet<String>,
    of_domain: HashMap<String, usize>,
}

impl Claims {
    /// These; `triggers` are those of all their patterns.
    pub fn new(known: Vec<Known>, triggers: &[String]) -> Arc<Self> {
        let mut of_domain = HashMap::new();
        for (index, known) in known.iter().enumerate() {
            for domain in &known.domains {
                of_domain.entry(domain.clone()).or_insert(index);
            }
        }
        Arc::new(Self {
            triggers: (!triggers.is_empty()).then(|| Triggers::new(&triggers.join("|"))),
            known,
            domains: of_domain.keys().cloned().collect(),
            of_domain,
        })
    }

    /// A claim by its name.
    pub fn get(&self, id: &str) -> Option<&Claim> {
        let mut known = self.known.iter().map(|it| &it.claim);
        known.find(|it| it.id == id)
    }

    /// Finds them; the name of a claim is its canonical form.
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        if let Some(triggers) = &self.triggers {
            triggers.sentences(text, |sentence| self.look(sentence, out));
        }
        if self.domains.is_empty() {
            return;
        }
        for host in text.hosts() {
            if let Some(domain) = host.within(&self.domains) {
                let known = &self.known[self.of_domain[domain]];
                out.push(Finding::certain(known.claim.id.clone(), host.span.clone()));
            }
        }
    }

    fn look(&self, sentence: &Sentence, out: &mut Vec<Finding>) {
        let plain = sentence.plain();
        if DOUBTS.is_match(plain) || plain.contains('?') {
            return;
        }
        for known in &self.known {
            let since = out.len();
            for (pattern, denies) in &known.patterns {
                for range in ranges(pattern, plain) {
                    let contradicts = !denies && DENIES.is_match(&plain[range.clone()]);
                    if !contradicts && Speech::of(sentence, &range) == Speech::Plain {
                        add(out, since, sentence, range, false);
                    }
                }
            }
            out.truncate(since + 1);
            if let Some(found) = out.get_mut(since) {
                found.canonical.clone_from(&known.claim.id);
            }
        }
    }
}

/// Words that turn a claim round, within it.
static DENIES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "ne|n|pas|jamais|aucune?|ni|non|nullement|sans|faux|not|never|no|cannot|without|neither|(?:do|does|is|are|ca|wo|did|have|has)n t",
        ],
        &[],
    )
});

/// Words of whoever asks, tells of others, contradicts, or studies it.
static DOUBTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        &[
            "personne ne|faux|fausses?|mythes?|intox|infox|fake|rumeurs?|desinformation|canulars?|legendes?|arnaques?|absurde|n importe quoi|\
                betises?|conneries?|dement[a-z]*|refut[a-z]*|contrairement|oppose[a-z]*|lutter|repondre|expliquer|croyances?|\
                aucune? (?:lien|preuve|etude)|pas de (?:lien|preuve)|prouve que non|est ce que|est il vrai|(?:demande|demandent|\
                savoir|sais pas|ignore) si|(?:qui|gens|certains|parents|ils|elles|on|patients?|patientes?) (?:[a-z]+ ){0,2}(?:pensent?|\
                croi(?:t|ent)|dit|disent|pretend|pretendent|affirment?|persuade[a-z]*|convaincu[a-z]*)|etudes?|essais?|hypothese",
            "nobody|no one|none of|myths?|false|untrue|hoax|misinformation|disinformation|debunk[a-z]*|disprov[a-z]*|contrary to|nonsense|no (?:link|evidence|proof)|\
                whether|if it is true|wonder(?:s|ing)?|(?:who|people|some|parents|they|patients?) (?:[a-z]+ ){0,2}(?:think|thinks|believe|\
                believes|say|says|claim|claims)|trials?|study|studies|hypothesis|conspiracy|refut[a-z]*",
        ],
        &[],
    )
});

/// What selects the sentences that these patterns may stand in.
pub fn triggers<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Vec<String> {
    patterns
        .flat_map(|it| it.triggers.iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    fn claims(patterns: &[&str], domains: &[&str]) -> Arc<Claims> {
        let patterns: Vec<Pattern> = patterns
            .iter()
            .map(|it| Pattern::read(it).unwrap())
            .collect();
        let claim = Claim {
            id: "c".to_owned(),
            fr: String::new(),
            en: String::new(),
            source: String::new(),
            date: String::new(),
            review: Timestamp(0),
        };
        let triggers = triggers(patterns.iter());
        let domains = domains.iter().map(|it| (*it).to_owned()).collect();
        Claims::new(vec![Known::new(claim, &patterns, domains)], &triggers)
    }

    fn found(claims: &Claims, text: &str) -> Vec<String> {
        canonicals(|text, out| claims.find(text, out), text)
    }

    #[test]
    fn a_claim_is_found_when_it_is_made() {
        let claims = claims(
            &["vaccin* ... (cause|causent|donne*) ... autis*"],
            &["intox.example"],
        );
        for text in [
            "Les vaccins causent l'autisme.",
            "Le vaccin ROR donne vraiment l’autisme aux enfants !",
            "je pense que les vaccins causent de l'autisme",
            "lisez https://www.intox.example/a",
        ] {
            assert_eq!(found(&claims, text), ["c"], "{text}");
        }
    }

    #[test]
    fn who_asks_quotes_tells_or_contradicts_is_left_alone() {
        let claims = claims(&["vaccin* ... (cause|causent|donne*) ... autis*"], &[]);
        for text in [
            "Les vaccins ne causent pas l'autisme.",
            "Est-ce que les vaccins causent l'autisme ?",
            "« Les vaccins causent l'autisme », m'a dit une mère.",
            "Une mère m'a dit que les vaccins causent l'autisme.",
            "Il est faux que les vaccins causent l'autisme.",
            "Des gens croient que les vaccins causent l'autisme.",
            "Le vaccin est fait. La cause de son autisme reste à chercher.",
            "vaccination à 14 h, consultation autisme à 15 h",
        ] {
            assert_eq!(found(&claims, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_claim_that_denies_is_found_with_its_denial() {
        let claims = claims(
            &[
                "vih ... ne cause* pas ... sida",
                "hiv ... does not cause aids",
            ],
            &[],
        );
        assert_eq!(found(&claims, "Le VIH ne cause pas le sida"), ["c"]);
        assert_eq!(found(&claims, "HIV does not cause AIDS"), ["c"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (pattern, problem) in [
            ("vaccin' autisme", "no meaning"),
            ("(vaccin autisme", "parenthesis"),
            ("vaccin ...", "begins and ends"),
            ("", "begins and ends"),
            ("vac*cin", "is no word"),
            ("(vaccin|) autisme", "is no word"),
            ("le sr", "3 letters"),
        ] {
            let (said, _) = Pattern::read(pattern).unwrap_err();
            assert!(said.contains(problem), "{pattern}: {said}");
        }
    }
}
