//! French establishment numbers (SIRET): a SIREN and five digits, with a Luhn key over all. They are public.
//!
//! La Poste's establishments (356 000 000 …) have a sum of digits that is a multiple of five instead (INSEE). Found beside
//! a word that says so, or grouped 3-3-3-5.

use super::{Finding, siren};
use crate::moderation::digits::{Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say so.
const NAMES: [&str; 2] = ["siret", "etablissement"];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 14 {
        return;
    }
    for_each_number(text, 14, |run| {
        let mut next = 0;
        for at in 0..run.groups.len() {
            if at >= next
                && let Some((last, finding)) = siret(run, at)
            {
                next = last + 1;
                out.push(finding);
            }
        }
    });
}

fn siret(run: &Run<'_>, at: usize) -> Option<(usize, Finding)> {
    let last = run.window(at, 14)?;
    let digits = run.span(at, last);
    if !digits.iter().all(u8::is_ascii_digit) || !has_key(digits) || digits[..9] == *b"000000000" {
        return None;
    }
    let span = run.groups[at].start..run.groups[last].end;
    let before = text::before_or_above(run.text, span.start, 40);
    let after = text::after(run.text, span.end, 12);
    let other = text::last_word(before, &siren::OTHERS);
    let named = text::last_word(before, &NAMES) > other || text::has_whole_word(after, &["siret"]);
    let lengths: Vec<usize> = run.groups[at..=last]
        .iter()
        .map(|group| group.len)
        .collect();
    let grouped = matches!(lengths.as_slice(), [3, 3, 3, 5] | [9, 5] | [3, 3, 8]);
    let whole = at == 0 && last + 1 == run.groups.len() && !before.ends_with('+');
    let canonical: String = digits.iter().map(|byte| char::from(*byte)).collect();
    (named || whole && grouped && other.is_none())
        .then(|| (last, Finding::certain(canonical, span)))
}

fn has_key(digits: &[u8]) -> bool {
    let sum: u32 = digits.iter().map(|byte| u32::from(byte - b'0')).sum();
    has_luhn_key(digits) || digits.starts_with(b"356000000") && sum.is_multiple_of(5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn an_establishment_is_found_by_name_or_by_its_grouping() {
        for text in [
            "SIRET 73282932000074",
            "siret : 732 829 320 00074",
            "732 829 320 00074",
            "732829320 00074",
            "73282932000074 (siret)",
        ] {
            assert_eq!(canonicals(find, text), ["73282932000074"], "{text}");
        }
        assert_eq!(
            canonicals(find, "SIRET 356 000 000 49837"),
            ["35600000049837"]
        );
    }

    #[test]
    fn other_numbers_are_no_establishment() {
        for text in [
            "73282932000074",
            "SIRET 73282932000075",
            "20240512103045",
            "SIRET 356 000 000 49838",
            "SIREN 732829320",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
