//! The number of a patient in an institution (IPP), by the words before it; and the reader of such numbers, which
//! [`nda`](super::nda) uses too.
//!
//! The numbers have no key and no common form: 5–12 letters and digits. So a name must stand directly before the number,
//! with nothing but words that belong to it in between (`IPP de la patiente : …`), or after it in parentheses. IPP also
//! is a class of medicines: doses and dates are no numbers of patients.

mod names;

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
pub use names::Name;
use names::{LINKS, NAMES, NUMBER, NUMBERED, UNITS};

/// How far the number may stand from its name, in bytes.
const REACH: usize = 48;

static ALL: LazyLock<(AhoCorasick, Vec<Name>)> = LazyLock::new(|| {
    let numbered = NUMBER.iter().flat_map(|number| {
        NUMBERED
            .iter()
            .map(move |(name, kind)| (format!("{number}{name}"), *kind))
    });
    let plain = NAMES.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
    let (patterns, kinds): (Vec<_>, Vec<_>) = plain.chain(numbered).unzip();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(patterns)
        .expect("the names are few and short");
    (automaton, kinds)
});

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    numbers(text, Name::Patient, out);
}

/// Adds the numbers that are named so.
pub fn numbers(text: &Folded<'_>, wanted: Name, out: &mut Vec<Finding>) {
    if text.digits() < 5 {
        return;
    }
    let lower = text.lower();
    let (automaton, kinds) = &*ALL;
    let names: Vec<(Range<usize>, Name)> = automaton
        .find_iter(lower)
        .filter(|found| is_whole(lower, found.range()))
        .map(|found| (found.range(), kinds[found.pattern().as_usize()]))
        .collect();
    for (at, (span, name)) in names.iter().enumerate() {
        let vague = *name == Name::Vague;
        if *name != wanted && !(vague && wanted == Name::Stay) {
            continue;
        }
        let next = names
            .get(at + 1)
            .map_or(lower.len(), |(next, _)| next.start);
        let after = after(lower, span.end, next, vague);
        // `8001234567 (IPP)`
        let found = after.or_else(|| if vague { None } else { before(lower, span) });
        if let Some(value) = found {
            let kept = lower[value.clone()]
                .bytes()
                .filter(u8::is_ascii_alphanumeric);
            let canonical: String = kept
                .map(|byte| char::from(byte.to_ascii_uppercase()))
                .collect();
            out.push(Finding::certain(canonical, value));
        }
    }
}

fn is_whole(text: &str, span: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let starts = span.start == 0 || !bytes[span.start - 1].is_ascii_alphanumeric();
    starts && !bytes.get(span.end).is_some_and(u8::is_ascii_alphabetic)
}

/// The number that follows a name which ends at `from`, before `next`.
fn after(text: &str, from: usize, next: usize, vague: bool) -> Option<Range<usize>> {
    let end = text.floor_char_boundary(next.min(from + REACH));
    let mut at = from;
    let mut told = false;
    let mut words = 0;
    while at < end {
        let rest = &text[at..end];
        let first = rest.chars().next()?;
        if first.is_ascii_alphanumeric() {
            let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let word = &rest[..length];
            let numeric = word.bytes().any(|byte| byte.is_ascii_digit());
            if numeric || told && is_prefix(text, at + length) {
                return value(text, at, vague);
            }
            if vague && !matches!(word, "n" | "no" | "numero" | "num") {
                return None;
            }
            words += usize::from(!LINKS.contains(&word));
            told |= matches!(word, "est" | "is");
            at += length;
            continue;
        }
        match first {
            ':' | '=' | '#' | '°' => {
                told = true;
                words = 0;
            }
            // The line is over: only a name alone on its line has its number on the next.
            '\n' if words > 0 || at - from > 3 => return None,
            // `visit no. 123456`
            '.' if at == from && text[..from].ends_with("no") => {}
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit() || c == ' ') => {}
            '.' | ';' | '!' | '?' => return None,
            ',' if words > 0 => return None,
            _ => {}
        }
        if words > 3 {
            return None;
        }
        at += first.len_utf8();
        // A foreign word stands in between, and nothing says that the number follows.
        if words > 0 && text[at..end].starts_with(|c: char| c.is_ascii_digit()) && !told {
            return None;
        }
    }
    None
}

/// Whether letters before `at` are the start of a number: `AB-123456`.
fn is_prefix(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at..];
    matches!(rest, [b'-' | b'/', digit, ..] if digit.is_ascii_digit())
}

/// The number that starts at `at`: 5–12 letters and digits, in groups or not; no date, dose or telephone number.
fn value(text: &str, at: usize, vague: bool) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut groups: Vec<&str> = Vec::new();
    let (mut letters, mut digits) = (0, 0);
    let mut marks = 0;
    loop {
        let length = bytes[end..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let group = &text[end..end + length];
        let more = group.bytes().filter(u8::is_ascii_digit).count();
        // Words end it.
        if length == 0 || more == 0 && !groups.is_empty() {
            break;
        }
        if letters + digits + length > 12 {
            // A longer number is another's; but one that is complete may have another behind it.
            if groups.len() > 1 || digits < 5 {
                return None;
            }
            break;
        }
        letters += length - more;
        digits += more;
        groups.push(group);
        end += length;
        let Some([gap @ (b' ' | b'-' | b'.' | b'/' | b'_'), next, ..]) = bytes.get(end..) else {
            break;
        };
        let spaced = *gap == b' ';
        if !next.is_ascii_digit() || spaced && (groups.len() == 1 && digits >= 7 || letters > 2) {
            break;
        }
        marks += usize::from(!spaced);
        end += 1;
    }
    let end = text[at..end]
        .trim_end_matches([' ', '-', '.', '/', '_'])
        .len()
        + at;
    let length = letters + digits;
    let least = if vague { 7 } else { 5 };
    let fits = (least..=12).contains(&length) && digits >= 4 && letters <= 4;
    let alone = !bytes
        .get(end)
        .is_some_and(|byte| matches!(byte, b'%' | b'@'));
    let other = is_dose(text, end, &groups) || is_date(&groups, marks) || is_telephone(&groups);
    (fits && alone && !other && !(vague && groups.len() > 1)).then_some(at..end)
}

fn is_dose(text: &str, end: usize, groups: &[&str]) -> bool {
    let glued = groups.last().is_some_and(|last| {
        let unit = last.trim_start_matches(|c: char| c.is_ascii_digit());
        unit.len() < last.len() && UNITS.contains(&unit)
    });
    let rest = text[end..].trim_start_matches(' ');
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    glued || UNITS.contains(&&rest[..length]) || rest.starts_with('€')
}

/// 12/03/2024, 2024-03-12, 12.03.24, and with a time behind.
fn is_date(groups: &[&str], marks: usize) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let value = |at: usize| groups[at].parse::<u16>().unwrap_or(u16::MAX);
    let month = |at: usize| (1..=12).contains(&value(at));
    match lengths.as_slice() {
        [1 | 2, 1 | 2, 2 | 4, ..] => marks > 0 && month(1) && (1..=31).contains(&value(0)),
        [4, 2, 2, ..] => month(1) && (1..=31).contains(&value(2)),
        [2, 4] => marks > 0 && month(0) && (1900..=2100).contains(&value(1)),
        [4, 4] => (1900..=2100).contains(&value(0)) && (1900..=2100).contains(&value(1)),
        _ => false,
    }
}

/// 06 12 34 56 78
fn is_telephone(groups: &[&str]) -> bool {
    groups.len() == 5 && groups.iter().all(|group| group.len() == 2) && groups[0].starts_with('0')
}

/// The number that stands before a name in parentheses.
fn before(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let closed = text[name.end..].starts_with(')');
    let rest = text[..name.start].strip_suffix('(')?.trim_end_matches(' ');
    let length = rest
        .bytes()
        .rev()
        .take(13)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let start = rest.len() - length;
    let found = closed.then(|| value(text, start, false))??;
    (found.end == rest.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_patients_number_is_found_after_its_name() {
        for text in [
            "IPP 8001234567",
            "IPP : 8001234567",
            "ipp:8001234567.",
            "IPP n° 8001234567",
            "IPP de la patiente : 8001234567",
            "son IPP est le 8001234567",
            "IPP de Mme Durand : 8001234567",
            "Identifiant permanent du patient (IPP) : 8001234567",
            "n° patient 8001234567",
            "N° du patient: 8001234567",
            "numéro de patient 8001234567",
            "Numéro patient = 8001234567",
            "patient id 8001234567",
            "MRN: 8001234567",
            "MRN 800-123-4567",
            "medical record number 8001234567",
            "IPP 800 123 4567",
            "IPP\n8001234567",
            "| IPP | 8001234567 |",
            "8001234567 (IPP)",
            "IPP 8001234567 NDA 241234567",
            "NDA 241234567, IPP 8001234567",
            "IPP8001234567",
        ] {
            assert_eq!(canonicals(find, text), ["8001234567"], "{text}");
        }
        for (text, number) in [
            ("IPP P1234567", "P1234567"),
            ("IPP : 12345", "12345"),
            ("patient ID: AB123456", "AB123456"),
            ("MRN is AB-123456", "AB123456"),
        ] {
            assert_eq!(canonicals(find, text), [number], "{text}");
        }
    }

    #[test]
    fn medicines_dates_and_others_are_none() {
        for text in [
            "IPP 20 mg le matin",
            "IPP 20000 UI",
            "sous IPP depuis le 12/03/2024",
            "IPP depuis 2019, poids 72500 g",
            "IPP : oméprazole 20 mg, 28 gélules, code 3400930012345",
            "IPP à demander, tel 0612345678",
            "IPP : 06 12 34 56 78",
            "IPP arrêté. Prochain rdv 12345678",
            "hippocampe 12345678",
            "patient 12345678",
            "le patient a 12345 pas",
            "n° 12345678",
            "IPP 1-0-1",
            "IPP 12345 patients",
            "IPP 2024-03-12",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
