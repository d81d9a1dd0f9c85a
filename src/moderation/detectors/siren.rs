//! French company numbers (SIREN): nine digits with a Luhn key. They are public.
//!
//! Found beside a word that says so, or grouped 3-3-3. The key of the La Poste group (356 000 000) is a Luhn key too.

use super::Finding;
use crate::moderation::digits::{Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say so.
const NAMES: [&str; 4] = ["siren", "rcs", "tva", "vat"];
/// Words that say that a number is another's.
pub(super) const OTHERS: [&str; 30] = [
    "ipp",
    "nda",
    "iep",
    "patient",
    "dossier",
    "bsn",
    "nif",
    "nhs",
    "mrn",
    "sejour",
    "tel",
    "telephone",
    "portable",
    "mobile",
    "phone",
    "fax",
    "utente",
    "contribuinte",
    "burgerservicenummer",
    "ssn",
    "commande",
    "lot",
    "ref",
    "ins",
    "nir",
    "secu",
    "steuer-id",
    "idnr",
    "avs",
    "pesel",
];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 9 {
        return;
    }
    for_each_number(text, 9, |run| {
        let mut next = 0;
        for at in 0..run.groups.len() {
            if at >= next
                && let Some((last, finding)) = siren(run, at)
            {
                next = last + 1;
                out.push(finding);
            }
        }
    });
}

fn siren(run: &Run<'_>, at: usize) -> Option<(usize, Finding)> {
    // In a VAT number (FR 40 732829320) a key of two digits stands before it.
    let group = run.groups[at];
    let whole = group.len == 11 && is_vat(run, at);
    let (last, digits) = if whole {
        (at, &run.span(at, at)[2..])
    } else {
        let last = run.window(at, 9)?;
        (last, run.span(at, last))
    };
    if !digits.iter().all(u8::is_ascii_digit)
        || !has_luhn_key(digits)
        || digits[..8] == *b"00000000"
    {
        return None;
    }
    let span = group.start..run.groups[last].end;
    let glued = text::glued_before(run.text, span.start) || text::glued_after(run.text, span.end);
    let before = text::before_or_above(run.text, span.start, 40);
    let named = text::last_word(before, &NAMES);
    let other = text::last_word(before, &OTHERS);
    let is_named = named > other
        || text::has_whole_word(text::after(run.text, span.end, 12), &["siren"]) && other.is_none();
    let alone = at == 0 && last + 1 == run.groups.len() && !before.ends_with('+') && !glued;
    let threes = run.groups[at..=last]
        .iter()
        .map(|group| group.len)
        .eq([3; 3]);
    let found = whole || is_named || alone && threes && other.is_none();
    let canonical: String = digits.iter().map(|byte| char::from(*byte)).collect();
    found.then(|| (last, Finding::certain(canonical, span)))
}

fn is_vat(run: &Run<'_>, at: usize) -> bool {
    let before = text::before(run.text, run.groups[at].start, 3).trim_end();
    text::has_whole_word(before, &["fr"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_company_is_found_by_name_or_by_its_grouping() {
        for text in [
            "SIREN 732829320",
            "siren : 732 829 320",
            "732 829 320",
            "RCS Paris 732 829 320",
            "732829320 (SIREN)",
            "TVA FR40732829320",
            "TVA FR 40 732829320",
            "SIREN : 732.829.320",
        ] {
            assert_eq!(canonicals(find, text), ["732829320"], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_company() {
        for text in [
            "732829320",
            "SIREN 732829321",
            "BSN 732 829 320",
            "+732 829 320",
            "12 732 829 320",
            "000 000 000",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
