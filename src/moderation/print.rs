//! The print of a message: by which the same message, or nearly the same, is known again without keeping a word of it.

use serde::{Deserialize, Serialize};

use super::normalise::Folded;

/// Shorter messages are no print: many people say "good morning".
const FEWEST_WORDS: usize = 5;
/// See [`FEWEST_WORDS`].
const FEWEST_LETTERS: usize = 25;
/// Nearly the same is only what has so many words.
const WORDS_FOR_NEARLY: usize = 12;
/// How many words two messages must share, of all that stand in one or the other, to be nearly the same: in percent.
const SHARED: usize = 75;
/// Of how many words a print is made: those with the smallest hashes, the same ones in the same words (a bottom-k sketch).
const SKETCH: usize = 48;

/// The print of a message, keyed: without the installation's secret nobody can try texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// Of all words in their order.
    exact: u64,
    /// Of some words, in the order of their hashes; of none in short messages.
    words: Box<[u32]>,
}

impl Print {
    /// The print of a text; `None` when it is too short to be anybody's in particular.
    #[must_use]
    pub fn of(text: &Folded<'_>, key: &[u8; 32]) -> Option<Self> {
        let words: Vec<&str> = text
            .lower()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        if words.len() < FEWEST_WORDS || letters < FEWEST_LETTERS {
            return None;
        }
        let mut whole = blake3::Hasher::new_keyed(key);
        for word in &words {
            whole.update(word.as_bytes()).update(b" ");
        }
        let some = if words.len() >= WORDS_FOR_NEARLY {
            sketch(&words, key)
        } else {
            Box::default()
        };
        Some(Self {
            exact: first_bits(&whole.finalize()),
            words: some,
        })
    }

    /// Whether two messages are the same, or nearly.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.exact == other.exact || shares_most(&self.words, &other.words)
    }
}

/// The smallest hashes of the words, in order.
fn sketch(words: &[&str], key: &[u8; 32]) -> Box<[u32]> {
    let hash = |word: &&str| {
        let bits = first_bits(&blake3::keyed_hash(key, word.as_bytes())).to_le_bytes();
        u32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]])
    };
    let mut hashes: Vec<u32> = words.iter().map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH);
    hashes.into()
}

/// Walks through both, in order: of the smallest hashes of the two together, how many stand in both?
fn shares_most(a: &[u32], b: &[u32]) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (mut all, mut both, mut at, mut other) = (0, 0, 0, 0);
    while all < SKETCH && (at < a.len() || other < b.len()) {
        match (a.get(at), b.get(other)) {
            (Some(x), Some(y)) if x == y => {
                both += 1;
                at += 1;
                other += 1;
            }
            (Some(x), Some(y)) if x < y => at += 1,
            (Some(_), None) => at += 1,
            _ => other += 1,
        }
        all += 1;
    }
    both * 100 >= all * SHARED
}

fn first_bits(hash: &blake3::Hash) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAM: &str = "Gagnez 500 euros par jour depuis chez vous sans aucun effort, écrivez vite à notre conseiller sur la page que voici, \
                        offre limitée aux vingt premières personnes qui répondent ce soir";

    fn print(text: &str) -> Option<Print> {
        Print::of(&Folded::new(text), &[7; 32])
    }

    fn alike(a: &str, b: &str) -> bool {
        print(a).unwrap().is_like(&print(b).unwrap())
    }

    #[test]
    fn the_same_in_other_clothes_and_nearly_the_same_are_known_again() {
        assert!(alike(SPAM, &SPAM.to_uppercase()));
        assert!(alike(SPAM, &SPAM.replace(' ', "  ").replace(',', " !!")));
        assert!(alike(SPAM, &format!("{SPAM} merci")));
        assert!(alike(SPAM, &SPAM.replace("500", "600")));
    }

    #[test]
    fn other_messages_are_other_messages() {
        for other in [
            "Bonjour à toutes, la réunion de jeudi commence à neuf heures, merci d’apporter les fiches de liaison remplies avant de venir",
            "Gagnez du temps : les fiches de liaison se remplissent maintenant depuis chez vous, écrivez à l’équipe si cela ne marche pas",
        ] {
            assert!(!alike(SPAM, other), "{other}");
        }
        let keyed = Print::of(&Folded::new(SPAM), &[8; 32]).unwrap();
        assert!(!keyed.is_like(&print(SPAM).unwrap()));
    }

    #[test]
    fn what_everybody_says_has_no_print() {
        for text in [
            "Bonjour à tous",
            "merci beaucoup",
            "",
            "ok ok ok ok ok ok",
            "👍👍👍👍👍👍",
        ] {
            assert_eq!(print(text), None, "{text}");
        }
    }
}
