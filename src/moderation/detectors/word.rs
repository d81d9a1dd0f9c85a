//! Words of a list, as whole words, whatever their case, accents and look-alike letters.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// A compiled list of words.
#[derive(Clone, Debug)]
pub struct Words {
    automaton: AhoCorasick,
    words: Vec<String>,
}

impl Words {
    /// Compiles a list. A word may be several words; they match with one space between them.
    pub fn new(words: &[String]) -> Self {
        let words: Vec<String> = words.iter().map(|word| Self::form(word)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // Twice as fast as the automaton chosen for long lists, for some hundred KiB.
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(&words)
            .expect("a list of words in a file is far below the automaton's limit of 2^31 states");
        Self { automaton, words }
    }

    /// The form in which a word is compared, and found.
    pub fn form(word: &str) -> String {
        Folded::new(word.trim()).text().to_ascii_lowercase()
    }

    /// Finds the words. All overlapping ones are tried, because a part ("con") may hide the whole ("connard").
    pub fn find(&self, text: &Folded<'_>, out: &mut Vec<Finding>) {
        let text = text.text();
        for found in self.automaton.find_overlapping_iter(text) {
            let whole =
                !text::glued_before(text, found.start()) && !text::glued_after(text, found.end());
            if whole {
                let word = self.words[found.pattern().as_usize()].as_str();
                out.push(Finding::certain(word, found.range()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    fn words(text: &str) -> Vec<String> {
        let list = Words::new(&["Enculé".into(), "fils de pute".into(), "pute".into()]);
        canonicals(|text, out| list.find(text, out), text)
    }

    #[test]
    fn a_word_is_found_whatever_its_case_and_accents() {
        for text in [
            "enculé",
            "ENCULE !",
            "l'enculé",
            "enсulé",
            "e\u{200B}nculé",
            "ｅｎｃｕｌｅ",
        ] {
            assert_eq!(words(text), ["encule"], "{text}");
        }
        assert_eq!(words("Fils de pute"), ["fils de pute", "pute"]);
    }

    #[test]
    fn part_of_a_word_is_no_word() {
        for text in ["réputé", "la dispute", "putes", "enculer"] {
            assert_eq!(words(text), Vec::<String>::new(), "{text}");
        }
    }
}
