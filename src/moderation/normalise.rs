//! One folded view of a text, in which the usual Unicode tricks are gone.
//!
//! Called by [`RuleSet::check`](super::RuleSet::check) for every text; all detectors read this view, so that each of them
//! sees through each trick. Most messages are ASCII and are taken as they are, without a copy.
//!
//! Folding, per character: compatibility decomposition (NFKD: full-width, mathematical, circled, superscript), marks and
//! invisible characters dropped, decimal digits of every script by their value (`Nd`, Unicode 16), dashes, dots and spaces
//! to their ASCII kind, remaining letters by their look (`decancer`: Cyrillic, Greek, …). Case is kept.

use std::{borrow::Cow, cell::OnceCell, ops::Range};

use super::{
    digits::{self, Number},
    links::{self, Host},
};
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A folded text.
#[derive(Debug)]
pub struct Folded<'a> {
    text: Cow<'a, str>,
    digits: usize,
    words: OnceCell<Words>,
    numbers: OnceCell<Vec<Number>>,
    spelled: OnceCell<Vec<Number>>,
    hosts: OnceCell<Vec<Host>>,
}

/// The words of a text.
#[derive(Debug)]
struct Words {
    lower: String,
    spans: Vec<Range<usize>>,
}

impl<'a> Folded<'a> {
    /// Folds `text`. No allocation if it is ASCII.
    pub fn new(text: &'a str) -> Self {
        let text = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(fold(text))
        };
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        Self {
            text,
            digits,
            words: OnceCell::new(),
            numbers: OnceCell::new(),
            spelled: OnceCell::new(),
            hosts: OnceCell::new(),
        }
    }

    /// Where each byte of the folded text of `text` comes from, in characters of `text`; with one more for its end.
    pub fn origins(text: &str) -> Vec<usize> {
        let (mut out, mut origins) = (String::new(), Vec::new());
        for (at, c) in text.chars().enumerate() {
            fold_char(c, &mut out);
            origins.resize(out.len(), at);
        }
        origins.push(text.chars().count());
        origins
    }

    /// The folded text in ASCII lower case: the same bytes in the same places.
    pub fn lower(&self) -> &str {
        &self.read().lower
    }

    /// Where its words are: letters and digits that stand together.
    pub fn words(&self) -> &[Range<usize>] {
        &self.read().spans
    }

    fn read(&self) -> &Words {
        self.words.get_or_init(|| {
            let lower = self.text.to_ascii_lowercase();
            let (mut spans, mut start) = (Vec::new(), None);
            for (at, c) in lower.char_indices() {
                match (c.is_alphanumeric(), start) {
                    (true, None) => start = Some(at),
                    (false, Some(from)) => {
                        spans.push(from..at);
                        start = None;
                    }
                    _ => {}
                }
            }
            spans.extend(start.map(|from| from..lower.len()));
            Words { lower, spans }
        })
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many digits the folded text has, those of numbers in words included: detectors of numbers skip a text with too
    /// few.
    pub fn digits(&self) -> usize {
        self.digits + self.spelled().iter().map(Number::len).sum::<usize>()
    }

    /// Its long numbers in digits.
    pub fn numbers(&self) -> &[Number] {
        self.numbers.get_or_init(|| digits::numbers(&self.text))
    }

    /// The hosts that stand in it.
    pub fn hosts(&self) -> &[Host] {
        self.hosts
            .get_or_init(|| links::hosts(&self.text, self.lower()))
    }

    /// Its long numbers in words.
    pub fn spelled(&self) -> &[Number] {
        self.spelled
            .get_or_init(|| digits::spelled(self.lower(), self.words()))
    }
}

fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut out);
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c);
    } else if let Some(ascii) = ligature(c) {
        out.push_str(ascii);
    } else if !invisible(c) {
        // Digits first: decancer goes by look, and an Arabic five looks like an o.
        decompose_compatible(c, |part| fold_part(part, out));
    }
}

fn fold_part(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c);
    } else if is_combining_mark(c) {
    } else if let Some(digit) = digit(c) {
        out.push(digit);
    } else if let Some(ascii) = punctuation(c) {
        out.push(ascii);
    } else if may_look_latin(c) {
        match decancer::cure_char!(c) {
            decancer::Translation::Character(look) => out.push(look),
            decancer::Translation::String(look) => out.push_str(&look),
            decancer::Translation::None => {}
        }
    } else {
        out.push(c);
    }
}

/// Letters of scripts in which some look like Latin ones. Arabic, Hebrew, Indic and East Asian texts stay as they are.
fn may_look_latin(c: char) -> bool {
    let script = matches!(
        c,
        '\u{80}'..='\u{58F}'
            | '\u{10A0}'..='\u{10FF}'
            | '\u{13A0}'..='\u{16FF}'
            | '\u{1C80}'..='\u{1CBF}'
            | '\u{1D00}'..='\u{1FFF}'
            | '\u{2100}'..='\u{218F}'
            | '\u{2C00}'..='\u{2DFF}'
            | '\u{A4D0}'..='\u{A4FF}'
            | '\u{A640}'..='\u{A7FF}'
            | '\u{AB30}'..='\u{ABBF}'
            | '\u{10000}'..='\u{1FFFF}'
    );
    script && c.is_alphabetic()
}

fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ß' => "ss",
        'ø' => "o",
        'Ø' => "O",
        _ => return None,
    })
}

/// Characters that leave no mark: format characters (`Cf`), variation selectors, fillers, tags.
fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{84}'
            | '\u{86}'..='\u{9F}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

fn punctuation(c: char) -> Option<char> {
    Some(match c {
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '\u{2800}' => ' ',
        c if c.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30FC}' | '\u{02D7}' => '-',
        '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{22C5}' | '\u{3002}' | '\u{30FB}' | '\u{0701}'
        | '\u{06D4}' => '.',
        '\u{2044}' | '\u{2215}' | '\u{29F8}' => '/',
        '\u{2018}' | '\u{2019}' => '\'',
        _ => return None,
    })
}

/// The first character (zero) of each run of ten decimal digits outside ASCII, Unicode 16, general category `Nd`.
const ZEROS: [u32; 59] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950,
];

/// The ASCII digit of a decimal digit of any script, or of a digit in a black or sans-serif circle (dingbats).
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let value = match code {
        0x2776..=0x277E => code - 0x2775,
        0x2780..=0x2788 => code - 0x277F,
        0x278A..=0x2792 => code - 0x2789,
        0x24F5..=0x24FD => code - 0x24F4,
        0x24FF | 0x1F10B | 0x1F10C => 0,
        _ => {
            let at = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
            code - ZEROS[at]
        }
    };
    (value <= 9).then(|| char::from_digit(value, 10)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        Folded::new(text).text().to_owned()
    }

    #[test]
    fn tricks_fold_to_plain_text() {
        for (from, to) in [
            ("Évian, où ça ?", "Evian, ou ca ?"),
            ("cœur", "coeur"),
            ("06\u{200B}12\u{FEFF}34", "061234"),
            ("06\u{A0}12\u{202F}34", "06 12 34"),
            ("06‑12–34−56", "06-12-34-56"),
            ("０６１２", "0612"),
            ("٠٦١٢", "0612"),
            ("۰۶۱۲", "0612"),
            ("०६१२", "0612"),
            ("𝟎𝟔𝟏𝟐", "0612"),
            ("𝟘𝟞①②", "0612"),
            ("⓿❻➀➋", "0612"),
            ("0️⃣6️⃣", "06"),
            ("⁰⁶¹²", "0612"),
            ("с\u{43E}nn\u{430}rd", "connard"),
            ("𝓬𝓸𝓷𝓷𝓪𝓻𝓭", "connard"),
            ("c\u{AD}onn\u{301}\u{302}\u{303}\u{304}ard", "connard"),
            ("t․me", "t.me"),
        ] {
            assert_eq!(folded(from), to, "{from:?}");
        }
    }

    #[test]
    fn ascii_is_taken_as_it_is() {
        assert!(matches!(
            Folded::new("Bonjour, 06 12\t?").text,
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn zeros_are_sorted_for_the_search() {
        assert!(ZEROS.is_sorted());
    }

    proptest! {
        #[test]
        fn folding_any_text_grows_it_by_a_constant_factor_at_most(text in "\\PC{0,60}") {
            prop_assert!(folded(&text).len() <= 18 * text.len());
        }
    }
}
