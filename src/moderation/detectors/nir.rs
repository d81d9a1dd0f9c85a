//! The French social security number: 13 characters and a key of two digits.
//!
//! Shape: sex (1, 2; 3, 4, 7, 8 while registration is under way), year, month (01–12; 20, 30–42, 50–99 when unknown),
//! department (01–95, 2A, 2B, 96–98 overseas and former territories, 99 born abroad), commune, order in the register.
//! Key = 97 − (number mod 97), with 2A read as 19 and 2B as 18 (INSEE, "Numéro d'inscription au répertoire"). A random
//! number of 15 digits passes shape and key once in 600 times; so inside a longer run of numbers (a table of results)
//! only the usual grouping counts. Without a key, or with a wrong one, words nearby must say what it is, and even then
//! the author is only asked.

use super::Finding;
use crate::moderation::digits::{Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say that a number is a social security number.
const CONTEXT: [&str; 9] = [
    "secu",
    "securite sociale",
    "nir",
    "n ss",
    "nss",
    "num ss",
    "numero ss",
    "immatriculation",
    "social security",
];

/// Finds numbers with their key, and numbers without one beside a word that says what they are.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 10 {
        return;
    }
    for_each_number(text, 13, |run| find_in_run(run, out));
}

/// Whether a whole run has the shape of a number, whatever its key: it is then no telephone number either.
pub fn is_shaped(run: &Run<'_>) -> bool {
    matches!(run.digits.len(), 13 | 15) && has_shape(&run.digits[..13])
}

/// Whether a whole run is grouped like such a number, whatever its digits: a mistyped one is no telephone number either.
pub fn is_grouped(run: &Run<'_>) -> bool {
    let lengths = || run.groups.iter().map(|group| group.len);
    lengths().eq([1, 2, 2, 2, 3, 3, 2]) || lengths().eq([1, 2, 2, 2, 3, 3])
}

fn find_in_run(run: &Run<'_>, out: &mut Vec<Finding>) {
    let mut next = 0;
    for from in 0..run.groups.len() {
        if from < next {
            continue;
        }
        if let Some((to, finding)) = with_key(run, from).or_else(|| without_key(run, from)) {
            out.push(finding);
            next = to + 1;
        }
    }
}

fn with_key(run: &Run<'_>, from: usize) -> Option<(usize, Finding)> {
    let to = run.window(from, 15)?;
    let digits = run.span(from, to);
    let found = has_shape(&digits[..13])
        && key(&digits[..13]) == number(&digits[13..])
        && is_plausibly_written(run, from, to)
        && !is_rather_a_card(run, from, digits);
    found.then(|| (to, finding(run, from, to, true)))
}

fn without_key(run: &Run<'_>, from: usize) -> Option<(usize, Finding)> {
    let full = run.window(from, 15);
    let to = full.or_else(|| run.window(from, 13))?;
    let digits = run.span(from, to);
    if !has_shape(&digits[..13]) || !is_plausibly_written(run, from, to) {
        return None;
    }
    let certain = full.is_none() && key_after_word(run, to) == key(&digits[..13]);
    let before = text::before(run.text, run.groups[from].start, 48);
    let after = text::after(run.text, run.groups[to].end, 32);
    let named = text::has_word(before, &CONTEXT) || text::has_word(after, &CONTEXT);
    (certain || named).then(|| (to, finding(run, from, to, certain)))
}

/// An American Express card in one piece has a key of its own; so has one such number in ten.
fn is_rather_a_card(run: &Run<'_>, from: usize, digits: &[u8]) -> bool {
    let before = text::before_or_above(run.text, run.groups[from].start, 48);
    matches!(digits, [b'3', b'4' | b'7', ..])
        && run.groups[from].len == 15
        && has_luhn_key(digits)
        && !text::has_word(before, &CONTEXT)
}

/// The key in `1840575116001 clé 42`.
fn key_after_word(run: &Run<'_>, to: usize) -> Option<u64> {
    let after = text::after(run.text, run.groups[to].end, 16);
    let after = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = after.get(..3)?;
    if !word.eq_ignore_ascii_case("cle") && !word.eq_ignore_ascii_case("key") {
        return None;
    }
    let digits = after[3..].trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let digits = digits.as_bytes().get(..2)?;
    number(digits)
}

fn finding(run: &Run<'_>, from: usize, to: usize, certain: bool) -> Finding {
    let digits = &run.span(from, to)[..13];
    Finding {
        canonical: digits.iter().map(|byte| char::from(*byte)).collect(),
        span: run.groups[from].start..run.groups[to].end,
        certain,
    }
}

/// A whole run may be cut anywhere; part of a longer one only where people cut these numbers.
fn is_plausibly_written(run: &Run<'_>, from: usize, to: usize) -> bool {
    let whole = from == 0 && to + 1 == run.groups.len();
    let lengths = run.groups[from..=to].iter().map(|group| group.len);
    if lengths.eq([4, 6, 5]) {
        // American Express cards are written so.
        return false;
    }
    let overseas = run.digits[run.groups[from].first + 5] == b'9';
    let base = run.groups[from].first;
    whole
        || run.groups[from..=to]
            .iter()
            .all(|group| match group.first - base {
                0 | 1 | 3 | 5 | 7 | 10 | 13 => true,
                // 974 11
                8 => overseas,
                _ => false,
            })
        || run.groups[from..=to].iter().all(|group| group.len == 1)
}

fn has_shape(digits: &[u8]) -> bool {
    let letter_misplaced = digits
        .iter()
        .enumerate()
        .any(|(at, byte)| !byte.is_ascii_digit() && at != 6);
    if letter_misplaced {
        return false;
    }
    let sex = matches!(digits[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8');
    let month =
        number(&digits[3..5]).is_some_and(|month| matches!(month, 1..=12 | 20 | 30..=42 | 50..=99));
    let department = match (digits[5], digits[6]) {
        (b'2', b'A' | b'B') => true,
        (_, b'A' | b'B') | (b'0', b'0') => false,
        _ => true,
    };
    let overseas = digits[5] == b'9' && matches!(digits[6], b'7' | b'8');
    let commune = overseas || &digits[7..10] != b"000";
    sex && month && department && commune && &digits[10..] != b"000"
}

fn key(digits: &[u8]) -> Option<u64> {
    let mut plain = [0; 13];
    plain.copy_from_slice(digits);
    let replacement = match plain[6] {
        b'A' => Some(*b"19"),
        b'B' => Some(*b"18"),
        _ => None,
    };
    if let Some([tens, ones]) = replacement {
        (plain[5], plain[6]) = (tens, ones);
    }
    number(&plain).map(|number| 97 - number % 97)
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u64::from(byte - b'0'))
    })
}

#[cfg(test)]
pub(in crate::moderation) fn key_for_tests(digits: &str) -> u64 {
    key(digits.as_bytes()).expect("thirteen characters of a number")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    fn certain(text: &str) -> Vec<bool> {
        let mut out = Vec::new();
        find(&Folded::new(text), &mut out);
        out.into_iter().map(|finding| finding.certain).collect()
    }

    #[test]
    fn the_key_is_that_of_the_published_examples() {
        // The example of the French Wikipedia article and two Corsican numbers computed by hand.
        assert_eq!(key(b"2550814168025"), Some(38));
        assert_eq!(key(b"184052A116001"), Some(97 - 1_840_519_116_001 % 97));
        assert_eq!(key(b"184052B116001"), Some(97 - 1_840_518_116_001 % 97));
    }

    #[test]
    fn a_number_is_found_in_any_usual_writing() {
        for text in [
            "255081416802538",
            "2 55 08 14 168 025 38",
            "2.55.08.14.168.025.38",
            "2-55-08-14-168-025/38",
            "2550814168025 38",
            "2 5 5 0 8 1 4 1 6 8 0 2 5 3 8",
            "255 081 416 802 538",
            "NIR:255081416802538.",
            "2550814168025 clé 38",
            "2550814168025, clé : 38",
            "patiente 12 2 55 08 14 168 025 38 chambre",
            "2 55 O8 14 168 O25 38",
        ] {
            assert_eq!(canonicals(find, text), ["2550814168025"], "{text}");
            assert_eq!(certain(text), [true], "{text}");
        }
    }

    #[test]
    fn corsica_overseas_and_born_abroad_are_found() {
        for number in [
            "184052A116001",
            "299012B004123",
            "1781297411123",
            "2650699351025",
        ] {
            let text = format!("{number}{:02}", key_for_tests(number));
            assert_eq!(canonicals(find, &text), [number], "{text}");
        }
        let spaced = format!("1 84 05 2 a 116 001 {:02}", key_for_tests("184052A116001"));
        assert_eq!(canonicals(find, &spaced), ["184052A116001"]);
    }

    #[test]
    fn a_wrong_key_is_no_finding_and_near_the_word_a_question() {
        assert_eq!(certain("255081416802539"), Vec::<bool>::new());
        assert_eq!(certain("2 55 08 14 168 025 39"), Vec::<bool>::new());
        assert_eq!(certain("n° sécu 255081416802539"), [false]);
        assert_eq!(
            certain("numéro de Sécurité Sociale : 2550814168025"),
            [false]
        );
        assert_eq!(certain("2550814168025"), Vec::<bool>::new());
        assert_eq!(certain("2550814168025 est son NIR"), [false]);
    }

    #[test]
    fn impossible_shapes_are_no_finding_even_with_their_key() {
        for number in [
            "5550814168025",
            "2551414168025",
            "2550800168025",
            "2550814000025",
            "2550814168000",
        ] {
            let text = format!("{number}{:02}", key_for_tests(number));
            assert_eq!(canonicals(find, &text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_table_of_results_is_searched_by_usual_grouping_only() {
        assert_eq!(
            canonicals(find, "77 255 081 416 802 538 12"),
            Vec::<String>::new()
        );
    }
}
