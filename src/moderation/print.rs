//! The print of a message: by which the same message, or nearly the same, is known again without keeping a word of it.

use serde::{Deserialize, Serialize};

use super::normalise::Folded;

/// Shorter messages are no print: many people say "good morning".
const FEWEST_WORDS: usize = 5;
/// See [`FEWEST_WORDS`].
const FEWEST_LETTERS: usize = 25;
/// Nearly the same is only what has so many words.
const WORDS_FOR_NEARLY: usize = 12;
/// How many of the 64 bits may differ in what is nearly the same: a word in ten. Of two other messages half of them do.
const BITS: u32 = 12;
/// How much of a message is looked at, in bytes: what comes after it is the same or not, spam says it at once.
const MOST: usize = 4096;

/// The print of a message, keyed: without the installation's secret nobody can try texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// Of all words in their order.
    exact: u64,
    /// Similar for similar words (simhash of pairs of words); none for short messages.
    similar: Option<u64>,
}

impl Print {
    /// The print of a text; `None` when it is too short to be anybody's in particular.
    #[must_use]
    pub fn of(text: &str, key: &[u8; 32]) -> Option<Self> {
        let text = &text[..text.floor_char_boundary(MOST)];
        let folded = Folded::new(text);
        let lower = folded.lower();
        let words: Vec<&str> = lower
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
        let similar = (words.len() >= WORDS_FOR_NEARLY).then(|| simhash(&words, key));
        Some(Self {
            exact: first_bits(&whole.finalize()),
            similar,
        })
    }

    /// Whether two messages are the same, or nearly.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |(a, b): (u64, u64)| (a ^ b).count_ones() <= BITS;
        self.exact == other.exact || self.similar.zip(other.similar).is_some_and(near)
    }
}

/// Pairs of words vote on each bit.
fn simhash(words: &[&str], key: &[u8; 32]) -> u64 {
    let mut votes = [0_i32; 64];
    for pair in words.windows(2) {
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(pair[0].as_bytes()).update(b" ");
        hasher.update(pair[1].as_bytes());
        let hash = first_bits(&hasher.finalize());
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    votes
        .iter()
        .enumerate()
        .filter(|(_, vote)| **vote > 0)
        .fold(0, |hash, (bit, _)| hash | 1 << bit)
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
        Print::of(text, &[7; 32])
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
        let keyed = Print::of(SPAM, &[8; 32]).unwrap();
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
