//! Bank account numbers: ISO 13616, checked by `iban_validate` (length and shape per country, check digits).
//!
//! Candidates start with two letters and two digits at the start of a word; characters may be spaced, dotted or dashed.
//! The check digits are computed while reading, so that only one candidate in 97 goes to the crate.

use super::Finding;
use crate::moderation::normalise::Folded;

/// The longest number there is, in characters.
const LONGEST: usize = 34;
/// The shortest (Norway).
const SHORTEST: usize = 15;
/// The most separators between two characters.
const LONGEST_GAP: usize = 3;

/// Finds valid IBANs, spaced or not.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    // The check digits, and at least eight more in every national form.
    if text.digits() < 8 {
        return;
    }
    let bytes = text.text().as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts_word = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if starts_word && bytes[at].is_ascii_alphabetic() {
            let named = bytes.len() > at + 4 && bytes[at..at + 4].eq_ignore_ascii_case(b"iban");
            let glued_name = if named { read(bytes, at + 4) } else { None };
            if let Some(finding) = glued_name.or_else(|| read(bytes, at)) {
                at = finding.span.end;
                out.push(finding);
                continue;
            }
        }
        at += 1;
    }
}

/// Reads characters from `start` on, and stops at the first valid number.
fn read(bytes: &[u8], start: usize) -> Option<Finding> {
    let mut plain = [0; LONGEST];
    let mut length = 0;
    let mut remainder = 0;
    let mut at = start;
    while length < LONGEST {
        let byte = bytes.get(at)?.to_ascii_uppercase();
        let fits = match length {
            0 | 1 => byte.is_ascii_alphabetic(),
            2 | 3 => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return None;
        }
        if length >= 4 {
            remainder = shift(remainder, byte);
        }
        plain[length] = byte;
        length += 1;
        at += 1;
        let ends = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        if ends && length >= SHORTEST {
            let total = plain[..4].iter().copied().fold(remainder, shift);
            let plain = str::from_utf8(&plain[..length]).ok()?;
            if total == 1 && plain.parse::<iban::Iban>().is_ok() {
                return Some(Finding::certain(plain, start..at));
            }
        }
        let gap = bytes[at..]
            .iter()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'.' | b'_'))
            .count();
        if gap > LONGEST_GAP {
            return None;
        }
        at += gap;
    }
    None
}

/// ISO 7064, MOD 97-10: a letter counts as two digits, A = 10 … Z = 35.
fn shift(remainder: u32, byte: u8) -> u32 {
    if byte.is_ascii_digit() {
        (remainder * 10 + u32::from(byte - b'0')) % 97
    } else {
        (remainder * 100 + u32::from(byte - b'A') + 10) % 97
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_number_is_found_spaced_or_not_in_any_case() {
        for text in [
            "FR1420041010050500013M02606",
            "FR14 2004 1010 0505 0001 3M02 606",
            "iban: fr14 2004 1010 0505 0001 3m02 606 merci",
            "IBANFR1420041010050500013M02606",
            "FR14-2004-1010-0505-0001-3M02-606.",
            "F R 1 4 2 0 0 4 1 0 1 0 0 5 0 5 0 0 0 1 3 M 0 2 6 0 6",
        ] {
            assert_eq!(
                canonicals(find, text),
                ["FR1420041010050500013M02606"],
                "{text}"
            );
        }
        assert_eq!(
            canonicals(find, "BE68 5390 0754 7034 et DE89370400440532013000"),
            ["BE68539007547034", "DE89370400440532013000"]
        );
    }

    #[test]
    fn a_wrong_digit_or_country_is_no_finding() {
        for text in [
            "FR1420041010050500013M02607",
            "FR14 2004 1010 0505 0001 3M02",
            "XX1420041010050500013M02606",
            "AFR1420041010050500013M02606",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
