//! Small helpers for the words around a finding, used by the detectors.

use std::collections::HashSet;
use std::ops::Range;

use super::normalise::Folded;

/// The text before `at` on the same line, at most `most` bytes of it.
pub fn before(text: &str, at: usize, most: usize) -> &str {
    let part = whole_words_before(text, at, most);
    part.rsplit_once('\n').map_or(part, |(_, last)| last)
}

/// At most `most` bytes before `at`; not the end of a word that starts before them: `Rappel` is no `appel`.
fn whole_words_before(text: &str, at: usize, most: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(most));
    let part = &text[start..at];
    if !glued_before(text, start) {
        return part;
    }
    part.trim_start_matches(|c: char| c.is_ascii_alphanumeric())
}

/// [`before`]; if that is blank, the end of the line above it: a name often stands over its number.
pub fn before_or_above(text: &str, at: usize, most: usize) -> &str {
    let part = whole_words_before(text, at, most);
    match part.rsplit_once('\n') {
        Some((above, line)) if line.trim().is_empty() => {
            above.rsplit_once('\n').map_or(above, |(_, last)| last)
        }
        Some((_, line)) => line,
        None => part,
    }
}

/// The text from `at` on the same line, at most `most` bytes of it.
pub fn after(text: &str, at: usize, most: usize) -> &str {
    let end = text.floor_char_boundary(at.saturating_add(most).min(text.len()));
    let part = &text[at..end.max(at)];
    part.split_once('\n').map_or(part, |(first, _)| first)
}

/// Whether one of `words` (lower-case ASCII) starts a word in `text`, whatever its case.
pub fn has_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.as_bytes()
            .windows(word.len())
            .enumerate()
            .any(|(at, window)| {
                window.eq_ignore_ascii_case(word.as_bytes())
                    && (at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric())
            })
    })
}

/// Some words, in lower case.
pub type WordSet = HashSet<&'static str>;

/// The set of these words, which spaces part.
pub fn word_set(words: &'static str) -> WordSet {
    words.split_whitespace().collect()
}

/// The shortest word that is looked up with a slip of the fingers allowed.
const LEAST_FOR_SLIPS: usize = 7;

/// Whether `word` is one of `set`, perhaps with one letter wrong, left out, doubled or swapped if it is long.
pub fn resembles_one_of(set: &WordSet, word: &str) -> bool {
    if set.contains(word) {
        return true;
    }
    let bytes = word.as_bytes();
    let alike = |other: &str| {
        let theirs = other.as_bytes();
        theirs.len() >= LEAST_FOR_SLIPS
            && theirs.len().abs_diff(bytes.len()) <= 1
            && (theirs.first() == bytes.first() || theirs.last() == bytes.last())
    };
    bytes.len() >= LEAST_FOR_SLIPS
        && set
            .iter()
            .any(|other| alike(other) && strsim::osa_distance(other, word) <= 1)
}

/// The words of `text` that begin within `range` (bytes), each in lower case, in order.
pub fn words<'t>(
    text: &'t Folded<'_>,
    range: Range<usize>,
) -> impl DoubleEndedIterator<Item = &'t str> {
    let (from, to) = (word_at(text, range.start), word_at(text, range.end));
    let lower = text.lower();
    text.words()[from..to.max(from)]
        .iter()
        .map(|word| &lower[word.clone()])
}

/// The index of the first word that begins at byte `at` or later.
pub fn word_at(text: &Folded<'_>, at: usize) -> usize {
    text.words().partition_point(|word| word.start < at)
}

/// The byte `most` bytes before `at`, or the start of the text.
pub fn back(text: &Folded<'_>, at: usize, most: usize) -> usize {
    text.text().floor_char_boundary(at.saturating_sub(most))
}

/// The byte `most` bytes after `at`, or the end of the text.
pub fn forth(text: &Folded<'_>, at: usize, most: usize) -> usize {
    let end = text.text().len();
    text.text()
        .floor_char_boundary(at.saturating_add(most).min(end))
        .max(at)
}

/// Whether the word that begins at byte `at` has a capital there.
pub fn capital(text: &Folded<'_>, at: usize) -> bool {
    text.text()[at..]
        .chars()
        .next()
        .is_some_and(char::is_uppercase)
}

/// Where the last of `words` (lower-case ASCII) that stands as a whole word in `text` ends, whatever its case. Digits may
/// follow it at once: `RPPS10101234567`.
pub fn last_word(text: &str, words: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    let starts = (0..bytes.len()).rev().filter(|at| {
        bytes[*at].is_ascii_alphanumeric() && (*at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
    });
    let ends = starts.filter_map(|at| {
        let here = words.iter().filter(|word| is_word(bytes, at, word));
        here.map(|word| at + word.len()).max()
    });
    ends.max()
}

/// Whether one of `words` (lower-case ASCII) stands as a whole word in `text`, whatever its case.
pub fn has_whole_word(text: &str, words: &[&str]) -> bool {
    last_word(text, words).is_some()
}

/// Whether `word` stands at `at`, where a word starts.
fn is_word(bytes: &[u8], at: usize, word: &str) -> bool {
    let (first, rest) = (word.as_bytes()[0], &bytes[at..]);
    rest[0].to_ascii_lowercase() == first
        && rest.len() >= word.len()
        && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes())
        && !rest.get(word.len()).is_some_and(u8::is_ascii_alphabetic)
}

/// Whether the byte before `at` is an ASCII letter or digit.
pub fn glued_before(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes()[at - 1].is_ascii_alphanumeric()
}

/// Whether the byte at `at` is an ASCII letter or digit.
pub fn glued_after(text: &str, at: usize) -> bool {
    text.as_bytes()
        .get(at)
        .is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_stay_on_the_line() {
        let text = "première\nnuméro de sécu 1 84\nsuite";
        let at = text.find('1').expect("a digit");
        assert_eq!(before(text, at, 6), "sécu ");
        assert_eq!(before("Rappel 06", 7, 6), " ");
        assert_eq!(before(text, at, 60), "numéro de sécu ");
        assert_eq!(after(text, at, 60), "1 84");
        assert!(has_word("N° SECU :", &["secu"]));
        assert!(!has_word("insecurite", &["secu"]));
        assert_eq!(last_word("RPPS ou rpps12", &["rpps", "ou"]), Some(12));
        assert!(!has_whole_word("instant, loins", &["ins"]));
        assert!(!has_whole_word("in", &["ins"]));
    }

    #[test]
    fn a_long_word_may_have_one_slip() {
        let set = word_set("cabinet chu centre");
        for word in ["cabinet", "cabineet", "cabient", "acbinet", "chu"] {
            assert!(resembles_one_of(&set, word), "{word}");
        }
        for word in ["chv", "rentre", "cabriolet"] {
            assert!(!resembles_one_of(&set, word), "{word}");
        }
    }

    #[test]
    fn words_are_given_by_where_they_begin() {
        let text = Folded::new("L'été, à Lille");
        let all: Vec<_> = words(&text, 0..text.text().len()).collect();
        assert_eq!(all, ["l", "ete", "a", "lille"]);
        assert_eq!(words(&text, 3..9).next(), Some("a"));
        assert!(capital(&text, 9) && !capital(&text, 2));
        assert_eq!(
            (back(&text, 4, 9), forth(&text, 4, 99)),
            (0, text.text().len())
        );
    }
}
