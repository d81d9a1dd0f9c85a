//! Digit runs: numbers as people write them, `06 12.34-56`, as one sequence of digits with the places of the gaps.
//!
//! Used by the detectors of numbers, on the folded text. A run is a sequence of digit groups with at most three separators
//! (space, dot, dash, slash, underscore, parenthesis) between them, on one line. Two letters are let in: an `O` or `l`
//! typed among digits counts as 0 or 1, and the `A` or `B` of a Corsican department stays a letter.

mod spelled;

pub use spelled::find as spelled;

use super::normalise::Folded;

/// What stands between two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: the first group of a run.
    Start,
    /// White space only.
    Space,
    /// One such character, perhaps with white space around it.
    Mark(u8),
    /// Several different ones.
    Mixed,
}

/// Digits that stand together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset of what follows in the text.
    pub end: usize,
    /// Offset in the run's digits.
    pub first: usize,
    /// How many digits.
    pub len: usize,
    /// What stands before it.
    pub gap: Gap,
}

/// A run of digits.
#[derive(Debug)]
pub struct Run<'a> {
    /// The text that the run stands in.
    pub text: &'a str,
    /// `0`–`9`, `A` or `B`.
    pub digits: &'a [u8],
    /// The groups, in order, at least one.
    pub groups: &'a [Group],
}

impl Run<'_> {
    /// The digits of the groups `from` to `to`, both included.
    pub fn span(&self, from: usize, to: usize) -> &[u8] {
        &self.digits[self.groups[from].first..self.groups[to].first + self.groups[to].len]
    }

    /// The last group of the window of exactly `total` digits that starts with group `from`, if gaps allow one.
    pub fn window(&self, from: usize, total: usize) -> Option<usize> {
        let mut seen = 0;
        for (at, group) in self.groups.iter().enumerate().skip(from) {
            seen += group.len;
            if seen >= total {
                return (seen == total).then_some(at);
            }
        }
        None
    }
}

/// A run that outlives its reading.
#[derive(Debug, Default)]
pub struct Number {
    digits: Vec<u8>,
    groups: Vec<Group>,
}

impl Number {
    /// How many digits it has.
    pub fn len(&self) -> usize {
        self.digits.len()
    }

    /// The number as a run of `text`, in which it was found.
    pub fn run<'a>(&'a self, text: &'a str) -> Run<'a> {
        Run {
            text,
            digits: &self.digits,
            groups: &self.groups,
        }
    }
}

/// The runs of `text` with at least [`LEAST`] digits.
pub fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    for_each_run(text, LEAST, |run| {
        found.push(Number {
            digits: run.digits.to_vec(),
            groups: run.groups.to_vec(),
        });
    });
    found
}

/// The fewest digits that any detector of runs looks for.
const LEAST: usize = 8;

/// Calls `visit` for each run of `text` with at least `least` digits, those in words included. They are read once for all
/// detectors, so `least` is at least eight.
pub fn for_each_number(text: &Folded<'_>, least: usize, mut visit: impl FnMut(&Run<'_>)) {
    let numbers = text.numbers().iter().chain(text.spelled());
    for number in numbers.filter(|it| it.len() >= least) {
        visit(&number.run(text.text()));
    }
}

/// The Luhn sum (ISO/IEC 7812-1, annex B) is a multiple of ten; `A` and `B` count as 1 and 2.
pub fn has_luhn_key(digits: &[u8]) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

fn luhn_sum(digits: &[u8]) -> u32 {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A' => 1,
        b'B' => 2,
        _ => 0,
    };
    digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, byte)| match (at % 2, value(*byte)) {
            (0, value) => value,
            (_, value @ 0..=4) => 2 * value,
            (_, value) => 2 * value - 9,
        })
        .sum()
}

/// Calls `visit` for each run of `text` with at least `least` digits.
pub fn for_each_run(text: &str, least: usize, mut visit: impl FnMut(&Run<'_>)) {
    let bytes = text.as_bytes();
    let mut digits = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if digit_at(bytes, at, &digits).is_none() {
            at += 1;
            continue;
        }
        digits.clear();
        groups.clear();
        let mut gap = Gap::Start;
        loop {
            let (start, first) = (at, digits.len());
            while let Some(digit) = digit_at(bytes, at, &digits) {
                digits.push(digit);
                at += 1;
            }
            let len = digits.len() - first;
            groups.push(Group {
                start,
                end: at,
                first,
                len,
                gap,
            });
            let (next_gap, next) = gap_at(bytes, at);
            if next_gap == Gap::Start || digit_at(bytes, next, &digits).is_none() {
                break;
            }
            (gap, at) = (next_gap, next);
        }
        if digits.len() >= least {
            visit(&Run {
                text,
                digits: &digits,
                groups: &groups,
            });
        }
        digits.clear();
    }
}

/// The digit that the byte at `at` stands for; `so_far` are those of the run before it.
fn digit_at(bytes: &[u8], at: usize, so_far: &[u8]) -> Option<u8> {
    let byte = *bytes.get(at)?;
    if byte.is_ascii_digit() {
        return Some(byte);
    }
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let starts_word = !before.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let after_digit = before.is_some_and(|byte| byte.is_ascii_digit());
    let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    let ends_word = !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    match byte {
        b'o' | b'O' if next_is_digit && (starts_word || after_digit) => Some(b'0'),
        b'l' | b'I' if next_is_digit && (after_digit || starts_word && !so_far.is_empty()) => {
            Some(b'1')
        }
        b'a' | b'A' | b'b' | b'B'
            if so_far.last() == Some(&b'2')
                && (5..=20).contains(&so_far.len())
                && (starts_word || after_digit)
                && (next_is_digit || ends_word) =>
        {
            Some(byte.to_ascii_uppercase())
        }
        _ => None,
    }
}

/// The gap that starts at `at`, and where it ends. `Gap::Start`: none, or too long.
fn gap_at(bytes: &[u8], mut at: usize) -> (Gap, usize) {
    let from = at;
    let mut gap = Gap::Start;
    while let Some(byte) = bytes.get(at) {
        gap = match (byte, gap) {
            (b' ' | b'\t', Gap::Start) => Gap::Space,
            (b' ' | b'\t', other) => other,
            (b'.' | b'-' | b'/' | b'_', Gap::Start | Gap::Space) => Gap::Mark(*byte),
            (b'.' | b'-' | b'/' | b'_', Gap::Mark(mark)) if mark == *byte => gap,
            (b'.' | b'-' | b'/' | b'_' | b'(' | b')', _) => Gap::Mixed,
            _ => break,
        };
        at += 1;
    }
    if at - from > 3 {
        return (Gap::Start, at);
    }
    (gap, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for_each_run(text, 4, |run| {
            let groups: Vec<String> = (0..run.groups.len())
                .map(|at| String::from_utf8_lossy(run.span(at, at)).into_owned())
                .collect();
            out.push(groups.join("|"));
        });
        out
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("06 12.34-56/78_90", "06|12|34|56|78|90"),
            ("O6 12 3O4 l2", "06|12|304|12"),
            ("2l34", "2134"),
            ("1 84 05 2A 116", "1|84|05|2A|116"),
            ("1 84 05 2 b 116", "1|84|05|2|B|116"),
            ("+33 (0)6 12", "33|0|6|12"),
            ("12 - 34", "12|34"),
        ] {
            assert_eq!(runs(text), [expected], "{text}");
        }
    }

    #[test]
    fn lines_letters_and_long_gaps_end_a_run() {
        assert_eq!(runs("1234\n5678"), ["1234", "5678"]);
        assert_eq!(runs("1234    5678"), ["1234", "5678"]);
        assert_eq!(runs("1234 ou 5678"), ["1234", "5678"]);
        assert_eq!(runs("H2O SpO2 98"), Vec::<String>::new());
    }
}
