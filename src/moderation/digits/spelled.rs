//! Numbers in words, French and English: `zéro six douze trente-quatre`, `zero six one two`, also mixed with digits.
//!
//! They become runs like those of digits, so that every detector of numbers sees them. Words of numbers stand in every
//! other sentence; only [`LEAST_DIGITS`] digits in a row count, of which at least [`LEAST_WORDS`] groups were words.

use std::ops::Range;

use super::{Gap, Group, Number};

/// How many digits make a run. The shortest telephone numbers have eight.
const LEAST_DIGITS: usize = 8;
/// How many of its groups must be words: digits alone are read elsewhere.
const LEAST_WORDS: usize = 2;
/// The longest gap between two words, in bytes.
const LONGEST_GAP: usize = 3;

/// What one word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 0–9.
    Unit(u16),
    /// 10–19.
    Teen(u16),
    /// 20, 30 … 60, and 70–90 where they have a word of their own.
    Tens(u16),
    /// `vingts`: nothing is added to it (quatre-vingts, then dix-neuf).
    Twenties,
    /// `cent`, `hundred`.
    Hundred,
    /// `et`, `and`: as in vingt et un.
    And,
    /// `double`, `triple`: the next digit again.
    Times(u16),
}

/// The numbers in words of `lower`, a folded text in lower case whose words stand at `words`.
pub fn find(lower: &str, words: &[Range<usize>]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut reader = Reader::default();
    for span in words {
        let word = &lower[span.clone()];
        let near = reader.end.is_none_or(|end| is_gap(lower, end, span.start));
        if !near {
            reader.finish(&mut found);
        }
        if let Some(said) = word_of(word) {
            reader.say(said, span, &mut found);
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            reader.write(word, span);
        } else {
            reader.finish(&mut found);
        }
    }
    reader.finish(&mut found);
    found
}

fn is_gap(text: &str, from: usize, to: usize) -> bool {
    let between = &text.as_bytes()[from..to];
    let fits = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'.' | b',' | b'/');
    between.len() <= LONGEST_GAP && between.iter().all(fits)
}

/// Reads words into groups of digits.
#[derive(Default)]
struct Reader {
    digits: Vec<u8>,
    groups: Vec<Group>,
    words: usize,
    /// The number that is being said, with the place of its first word.
    open: Option<Open>,
    /// Where the last word ended.
    end: Option<usize>,
}

#[derive(Clone, Copy)]
struct Open {
    value: u16,
    /// The last word of it; `And` while a `vingt et` waits for its `un`.
    last: Word,
    /// A zero was said before: `zéro six` is 06.
    zeros: u8,
    start: usize,
    end: usize,
}

impl Reader {
    fn say(&mut self, word: Word, span: &Range<usize>, found: &mut Vec<Number>) {
        if let Some(open) = self.open
            && let Some(joined) = join(open, word)
        {
            self.end = Some(span.end);
            self.open = Some(Open {
                end: span.end,
                ..joined
            });
            return;
        }
        self.close();
        let value = match word {
            Word::Unit(value) | Word::Teen(value) | Word::Tens(value) => value,
            Word::Twenties => 20,
            Word::Hundred => 100,
            Word::Times(_) => 0,
            // An "et" that joins nothing: the number was said.
            Word::And => return self.finish(found),
        };
        self.end = Some(span.end);
        self.open = Some(Open {
            value,
            last: word,
            zeros: u8::from(word == Word::Unit(0)),
            start: span.start,
            end: span.end,
        });
    }

    fn write(&mut self, digits: &str, span: &Range<usize>) {
        self.close();
        self.end = Some(span.end);
        self.push(digits.as_bytes(), span.clone());
    }

    fn push(&mut self, digits: &[u8], span: Range<usize>) {
        let gap = if self.groups.is_empty() {
            Gap::Start
        } else {
            Gap::Space
        };
        self.groups.push(Group {
            start: span.start,
            end: span.end,
            first: self.digits.len(),
            len: digits.len(),
            gap,
        });
        self.digits.extend_from_slice(digits);
    }

    /// The number that was being said becomes a group.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.words += 1;
        let mut digits = "0".repeat(usize::from(open.zeros));
        if open.value > 0 {
            digits.push_str(&open.value.to_string());
        }
        if !digits.is_empty() {
            self.push(digits.as_bytes(), open.start..open.end);
        }
    }

    fn finish(&mut self, found: &mut Vec<Number>) {
        self.close();
        if self.digits.len() >= LEAST_DIGITS && self.words >= LEAST_WORDS {
            found.push(Number {
                digits: std::mem::take(&mut self.digits),
                groups: std::mem::take(&mut self.groups),
            });
        }
        self.digits.clear();
        self.groups.clear();
        (self.words, self.end) = (0, None);
    }
}

/// The number with one more word, if the word goes on with it.
fn join(open: Open, word: Word) -> Option<Open> {
    let Open {
        value, last, zeros, ..
    } = open;
    let value = match (last, word) {
        // zéro six, zéro zéro
        (Word::Unit(0), Word::Unit(0)) if zeros < 2 && value == 0 => {
            return Some(Open {
                zeros: zeros + 1,
                ..open
            });
        }
        (Word::Unit(0), Word::Unit(unit)) if zeros == 1 && value == 0 => unit,
        // double six
        (Word::Times(times), Word::Unit(unit)) => {
            let again = (0..times).fold(0, |sum, _| sum * 10 + unit);
            let zeros = if unit == 0 {
                u8::try_from(times).unwrap_or(2)
            } else {
                0
            };
            return Some(Open {
                value: again,
                last: Word::Teen(again),
                zeros,
                ..open
            });
        }
        // quatre-vingt(s)
        (Word::Unit(4), Word::Tens(20) | Word::Twenties) if zeros == 0 && value % 100 == 4 => {
            value - 4 + 80
        }
        // vingt-deux, soixante-dix, quatre-vingt-onze; soixante et onze
        (Word::Tens(_) | Word::And, Word::Unit(unit @ 1..)) if value % 10 == 0 => value + unit,
        (Word::Tens(60 | 80) | Word::And, Word::Teen(teen)) if matches!(value % 100, 60 | 80) => {
            value + teen
        }
        // dix-sept, soixante-dix-huit, quatre-vingt-dix-neuf
        (Word::Teen(10), Word::Unit(unit @ 7..)) if value % 10 == 0 => value + unit,
        // deux cents, cent seize
        (Word::Unit(unit @ 1..), Word::Hundred) if zeros == 0 && value == unit => unit * 100,
        (Word::Hundred, Word::Unit(more @ 1..) | Word::Teen(more) | Word::Tens(more)) => {
            value + more
        }
        (Word::Hundred | Word::Tens(_), Word::And) if value % 10 == 0 => value,
        _ => return None,
    };
    let last = match (last, word) {
        (Word::Unit(4), Word::Tens(20)) => Word::Tens(80),
        // After vingt-deux nothing more is joined.
        (Word::Tens(_) | Word::Teen(_) | Word::And | Word::Unit(0), Word::Unit(_))
        | (_, Word::Twenties) => Word::Teen(0),
        (_, word) => word,
    };
    Some(Open {
        value,
        last,
        ..open
    })
}

/// What a word in lower case without accents says.
fn word_of(word: &str) -> Option<Word> {
    // Most words are no numbers: few letters and lengths start one.
    if !(2..=9).contains(&word.len()) {
        return None;
    }
    Some(match word.as_bytes()[0] {
        b'z' if matches!(word, "zero" | "zeros") => Word::Unit(0),
        b'u' if matches!(word, "un" | "une") => Word::Unit(1),
        b'o' => match word {
            "one" => Word::Unit(1),
            "oh" => Word::Unit(0),
            "onze" => Word::Teen(11),
            "octante" => Word::Tens(80),
            _ => return None,
        },
        b'd' => match word {
            "deux" => Word::Unit(2),
            "dix" => Word::Teen(10),
            "douze" => Word::Teen(12),
            "double" => Word::Times(2),
            _ => return None,
        },
        b't' => starting_with_t(word)?,
        b'q' => match word {
            "quatre" => Word::Unit(4),
            "quatorze" => Word::Teen(14),
            "quinze" => Word::Teen(15),
            "quarante" => Word::Tens(40),
            _ => return None,
        },
        b'f' => match word {
            "four" => Word::Unit(4),
            "five" => Word::Unit(5),
            "fourteen" => Word::Teen(14),
            "fifteen" => Word::Teen(15),
            "forty" => Word::Tens(40),
            "fifty" => Word::Tens(50),
            _ => return None,
        },
        b'c' => match word {
            "cinq" => Word::Unit(5),
            "cinquante" => Word::Tens(50),
            "cent" | "cents" => Word::Hundred,
            _ => return None,
        },
        b's' => starting_with_s(word)?,
        b'h' => match word {
            "huit" => Word::Unit(8),
            "huitante" => Word::Tens(80),
            "hundred" => Word::Hundred,
            _ => return None,
        },
        b'e' => match word {
            "et" => Word::And,
            "eight" => Word::Unit(8),
            "eleven" => Word::Teen(11),
            "eighteen" => Word::Teen(18),
            "eighty" => Word::Tens(80),
            _ => return None,
        },
        b'n' => match word {
            "neuf" | "nine" => Word::Unit(9),
            "nought" => Word::Unit(0),
            "nineteen" => Word::Teen(19),
            "ninety" | "nonante" => Word::Tens(90),
            _ => return None,
        },
        b'v' if word == "vingt" => Word::Tens(20),
        b'v' if word == "vingts" => Word::Twenties,
        b'a' if word == "and" => Word::And,
        _ => return None,
    })
}

fn starting_with_t(word: &str) -> Option<Word> {
    Some(match word {
        "trois" | "three" => Word::Unit(3),
        "two" => Word::Unit(2),
        "ten" => Word::Teen(10),
        "treize" | "thirteen" => Word::Teen(13),
        "twelve" => Word::Teen(12),
        "trente" | "thirty" => Word::Tens(30),
        "twenty" => Word::Tens(20),
        "triple" => Word::Times(3),
        _ => return None,
    })
}

fn starting_with_s(word: &str) -> Option<Word> {
    Some(match word {
        "six" => Word::Unit(6),
        "sept" | "seven" => Word::Unit(7),
        "seize" | "sixteen" => Word::Teen(16),
        "seventeen" => Word::Teen(17),
        "soixante" | "sixty" => Word::Tens(60),
        "septante" | "seventy" => Word::Tens(70),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::normalise::Folded;

    fn runs(text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        let found = find(folded.lower(), folded.words());
        let shown = |spelled: &Number| {
            let run = spelled.run(text);
            let groups: Vec<_> = (0..run.groups.len())
                .map(|at| String::from_utf8_lossy(run.span(at, at)).into_owned())
                .collect();
            groups.join("|")
        };
        found.iter().map(shown).collect()
    }

    #[test]
    fn numbers_in_words_are_read_as_they_are_said() {
        for (text, expected) in [
            (
                "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
                "06|12|34|56|78",
            ),
            (
                "ZÉRO SIX, quatre vingt dix neuf, vingt et un, soixante et onze, quatre-vingts",
                "06|99|21|71|80",
            ),
            (
                "zéro cinq cinquante-deux quatre-vingts dix-neuf soixante-treize",
                "05|52|80|19|73",
            ),
            (
                "zero six one two three four five six seven eight",
                "06|1|2|3|4|5|6|7|8",
            ),
            (
                "zero six twelve thirty-four fifty six seventy-eight",
                "06|12|34|56|78",
            ),
            (
                "oh seven double five triple one two nine eight",
                "07|55|111|2|9|8",
            ),
            (
                "06 douze 34 cinquante-six soixante-dix-huit",
                "06|12|34|56|78",
            ),
            (
                "zéro zéro trente-trois six douze trente-quatre cinquante-six soixante-dix-huit",
                "00|33|6|12|34|56|78",
            ),
            (
                "deux cinquante-cinq zéro huit quatorze cent soixante-huit zéro vingt-cinq trente-huit",
                "2|55|08|14|168|0|25|38",
            ),
            (
                "un quatre-vingt-quatre zéro cinq nonante-cinq huit cent deux neuf cent douze",
                "1|84|05|95|802|912",
            ),
        ] {
            assert_eq!(runs(text), [expected], "{text}");
        }
    }

    #[test]
    fn numbers_of_ordinary_sentences_are_none() {
        for text in [
            "un patient, deux infirmières, trois heures",
            "cent vingt-deux personnes et trois cents lits",
            "06 12 34 56 78 deux fois",
            "de un à dix",
            "et et et cent cent",
            "one two three four five six seven",
        ] {
            assert_eq!(runs(text), Vec::<String>::new(), "{text}");
        }
    }
}
