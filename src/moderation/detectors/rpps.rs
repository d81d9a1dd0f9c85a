//! Numbers of the French directory of health professionals (RPPS, eleven digits; ADELI before, nine). They are public.
//!
//! An RPPS starts with 1 or 8 and has a Luhn key (ANS). A word that says what it is will do; without one, key and shape
//! must fit (all that are given out start with 10), it must be written in one piece, and no other word may name it.

use super::{Finding, foreign_id, siren};
use crate::moderation::digits::{Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say so.
const NAMES: [&str; 2] = ["rpps", "adeli"];
/// Words that an RPPS without its name is not written after.
const MORE_OTHERS: [&str; 14] = [
    "numero",
    "n",
    "no",
    "suivi",
    "colis",
    "tracking",
    "order",
    "id",
    "versichertennummer",
    "steuer",
    "steuernummer",
    "tin",
    "facture",
    "serie",
];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 9 {
        return;
    }
    let is_adeli_named = text.lower().contains("adeli");
    for_each_number(text, 9, |run| {
        let mut next = 0;
        for at in 0..run.groups.len() {
            if at >= next
                && let Some((last, finding)) =
                    rpps(run, at).or_else(|| if is_adeli_named { adeli(run, at) } else { None })
            {
                next = last + 1;
                out.push(finding);
            }
        }
    });
}

fn rpps(run: &Run<'_>, at: usize) -> Option<(usize, Finding)> {
    let last = run.window(at, 11)?;
    let digits = run.span(at, last);
    if !matches!(digits[0], b'1' | b'8') || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let before = text::before_or_above(run.text, run.groups[at].start, 48);
    let alone = run.groups.len() == 1
        && !before.ends_with('+')
        && !text::glued_before(run.text, run.groups[at].start)
        && !text::glued_after(run.text, run.groups[last].end);
    let shaped = || {
        alone
            && digits.starts_with(b"10")
            && has_luhn_key(digits)
            && text::last_word(before, &siren::OTHERS).is_none()
            && text::last_word(before, &MORE_OTHERS).is_none()
            && !foreign_id::has_key(digits)
    };
    (is_named(run, at, last) || shaped()).then(|| (last, finding(run, at, last)))
}

fn adeli(run: &Run<'_>, at: usize) -> Option<(usize, Finding)> {
    let last = run.window(at, 9)?;
    let before = text::before_or_above(run.text, run.groups[at].start, 48);
    let named = text::last_word(before, &["adeli"]);
    (named.is_some() && named > text::last_word(before, &siren::OTHERS))
        .then(|| (last, finding(run, at, last)))
}

fn is_named(run: &Run<'_>, at: usize, last: usize) -> bool {
    let before = text::before_or_above(run.text, run.groups[at].start, 48);
    let after = text::after(run.text, run.groups[last].end, 14);
    let after = after.split([',', ';']).next().unwrap_or(after);
    let named = text::last_word(before, &NAMES);
    let followed = text::has_whole_word(after, &["rpps"]);
    let other = || text::last_word(before, &siren::OTHERS);
    named.is_some() && named > other() || followed && other().is_none()
}

fn finding(run: &Run<'_>, at: usize, last: usize) -> Finding {
    let digits = run.span(at, last).iter().map(|byte| char::from(*byte));
    let span = run.groups[at].start..run.groups[last].end;
    Finding::certain(digits.collect::<String>(), span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_professional_is_found_by_name_or_by_key() {
        for text in [
            "RPPS 10005173140",
            "Mon RPPS est le 10005173140.",
            "n° RPPS : 10 0051 731 40",
            "10005173140 (RPPS)",
            "Dr Martin, 10005173140",
            "RPPS10005173140",
        ] {
            assert_eq!(canonicals(find, text), ["10005173140"], "{text}");
        }
        assert_eq!(canonicals(find, "RPPS 10101234567"), ["10101234567"]);
        assert_eq!(canonicals(find, "ADELI 75 12 3456 7"), ["751234567"]);
    }

    #[test]
    fn other_numbers_are_no_professional() {
        for text in [
            "10005173141",
            "commande 10005173140",
            "IPP 10005173140",
            "+10005173140",
            "12 10005173140",
            "30005173140",
            "85073003328",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
