//! What the detectors of language share: sentences in a plain form, and who speaks in them.
//!
//! Called by [`super::insult`], [`super::hate`] and [`super::self_harm`]. A sentence is only made plain when it holds a
//! trigger or a disguised word, so that ordinary messages cost one pass of an automaton.

mod disguise;
mod plain;
mod speech;

use std::{borrow::Cow, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::{Regex, RegexBuilder};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

pub use plain::Sentence;
pub use speech::{Speech, laughs, quoted_or_reported};

/// Longest part of a text that is read as one sentence, in bytes. What is said about a word stands near it, and patterns
/// run over a sentence several times: its length must not depend on the text's.
const SENTENCE: usize = 400;

/// Words that make a sentence worth reading.
#[derive(Debug)]
pub struct Triggers {
    automaton: AhoCorasick,
    whole: Vec<bool>,
}

impl Triggers {
    /// Compiles a list, written with `|` between. Each starts a word; one that ends in `$` is the whole word.
    pub fn new(words: &str) -> Self {
        let whole = words.split('|').map(|word| word.ends_with('$')).collect();
        let words = words.split('|').map(|word| word.trim_end_matches('$'));
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .expect("a list in the source is far below the automaton's limit of 2^31 states");
        Self { automaton, whole }
    }

    /// The sentences of `text` in which one of them stands, from first to last.
    pub fn sentences(&self, text: &Folded<'_>, each: impl FnMut(&Sentence)) {
        each_sentence(text.lower(), self.places(text.lower()), each);
    }

    /// [`Self::sentences`], and those with a word that is written in disguise.
    pub fn sentences_and_disguises(&self, text: &Folded<'_>, each: impl FnMut(&Sentence)) {
        let lower = text.lower();
        let mut places: Vec<usize> = disguise::places(lower).collect();
        if places.is_empty() {
            return self.sentences(text, each);
        }
        places.extend(self.places(lower));
        places.sort_unstable();
        each_sentence(lower, places.into_iter(), each);
    }

    fn places<'a>(&'a self, lower: &'a str) -> impl Iterator<Item = usize> + 'a {
        let found = self.automaton.find_overlapping_iter(lower);
        found.filter_map(|it| {
            let starts = !text::glued_before(lower, it.start());
            let whole = self.whole[it.pattern().as_usize()];
            (starts && !(whole && text::glued_after(lower, it.end()))).then(|| it.end() - 1)
        })
    }
}

/// Each sentence is read once, however many places it has: the whole is linear in the text.
fn each_sentence(
    lower: &str,
    places: impl Iterator<Item = usize>,
    mut each: impl FnMut(&Sentence),
) {
    let mut done = 0;
    for place in places {
        if place >= done {
            let range = sentence_around(lower, place, done);
            done = range.end.max(place + 1);
            each(&Sentence::new(lower, range));
        }
    }
}

fn sentence_around(lower: &str, place: usize, from: usize) -> Range<usize> {
    let place = lower.floor_char_boundary(place);
    let first = lower.ceil_char_boundary(from.max(place.saturating_sub(SENTENCE / 2)));
    let last = lower.floor_char_boundary((place + SENTENCE / 2).min(lower.len()));
    let ends = |at: &usize| ends_sentence(lower, *at);
    let start = (first..place).rev().find(ends).map_or(first, |at| at + 1);
    let end = (place..last).find(ends).map_or(last, |at| at + 1);
    start..end
}

fn ends_sentence(lower: &str, at: usize) -> bool {
    let bytes = lower.as_bytes();
    match bytes[at] {
        b'\n' => true,
        b'.' | b'!' | b'?' | b';' => {
            // A quotation goes on to its closing mark, and `mme d. va bien` is not worth a table of titles.
            let rest = lower.get(at + 1..).unwrap_or_default();
            let next = rest.trim_start_matches(' ');
            rest.len() > next.len() && !next.starts_with(['\u{BB}', '\u{201D}', '!', '?'])
        }
        _ => false,
    }
}

/// Compiles `parts` as alternatives of whole words over a plain sentence. `<name>` stands for one of `sets`.
///
/// `<*N>` stands for up to N words of any kind.
pub fn pattern(parts: &[&str], sets: &[(&str, &str)]) -> Regex {
    let mut all = Cow::from(parts.join("|"));
    for (name, words) in sets {
        all = all
            .replace(&format!("<{name}>"), &format!("(?:{words})"))
            .into();
    }
    for most in 1..=8 {
        let any = format!("(?:[a-z0-9]+ ){{0,{most}}}");
        all = all.replace(&format!("<*{most}>"), &any).into();
    }
    RegexBuilder::new(&format!(r"\b(?:{all})\b"))
        .unicode(false)
        .build()
        .expect("a test compiles every pattern of the source")
}

/// Where a pattern stands in a plain sentence.
pub fn ranges<'a>(pattern: &'a Regex, plain: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    pattern.find_iter(plain).map(|it| it.range())
}

/// Whether one of `ranges` shares a place with `range`.
pub fn overlaps(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let shares = |it: &Range<usize>| it.start < range.end && range.start < it.end;
    ranges.iter().any(shares)
}

/// Adds a finding, unless an earlier one stands in the same place.
pub fn add(
    out: &mut Vec<Finding>,
    since: usize,
    sentence: &Sentence,
    range: Range<usize>,
    certain: bool,
) {
    let span = sentence.origin(range.clone());
    let new = &mut out[since..];
    if let Some(other) = new
        .iter_mut()
        .find(|it| it.span.start < span.end && span.start < it.span.end)
    {
        other.certain |= certain;
        return;
    }
    out.push(Finding {
        canonical: sentence.plain()[range].trim().to_owned(),
        span,
        certain,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let triggers = Triggers::new("mour|con$");
        let mut out = Vec::new();
        triggers.sentences_and_disguises(&Folded::new(text), |it| {
            out.push(it.plain().trim().to_owned());
        });
        out
    }

    #[test]
    fn only_sentences_with_a_trigger_are_read() {
        assert_eq!(
            sentences("Bonjour. Il va mourir, hélas ! Un contact."),
            ["il va mourir , helas !"]
        );
        assert_eq!(
            sentences("Merci\nt'es c0n, là ? c o n n a r d"),
            ["t es con , la ?", "connard"]
        );
        assert_eq!(sentences("humour et contact"), Vec::<String>::new());
    }

    #[test]
    fn a_sentence_knows_where_its_words_come_from() {
        let text = "été. jveux   mourir !";
        let folded = Folded::new(text);
        let mut seen = Vec::new();
        Triggers::new("mour").sentences(&folded, |it| {
            let at = it.plain().find("veux mourir").expect("plain words");
            seen.push(folded.text()[it.origin(at..at + 11)].to_owned());
        });
        assert_eq!(seen, ["jveux   mourir"]);
    }

    #[test]
    fn a_long_text_without_stops_is_cut() {
        let text = "con mourir ".repeat(500);
        let mut longest = 0;
        Triggers::new("con$").sentences(&Folded::new(&text), |it| {
            longest = longest.max(it.plain().len());
        });
        assert!(longest > 100 && longest < 2 * SENTENCE);
    }
}
