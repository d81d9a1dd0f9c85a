//! The French national health identifier (INS): a social security number with its key, said to be the INS.
//!
//! It is named (INS, INS-NIR, INS-NIA, matricule INS), or its authority's object identifier stands beside it:
//! 1.2.250.1.213.1.4.8 (NIR), .9 (NIA), .10 and .11 (tests), from the ANS's "Référentiel Identifiant National de Santé".
//! Of several names beside a number the nearest counts: `NIR 1 84…, INS 2 55…`.

use super::{Finding, nir};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// What all its object identifiers start with.
const AUTHORITY: &str = "1.2.250.1.213.1.4.";
/// Its names; each is a whole word.
const NAMES: [&str; 8] = [
    "ins",
    "ins-nir",
    "ins-nia",
    "insi",
    "ins-c",
    "identifiant national de sante",
    "identite nationale de sante",
    "national health identifier",
];
/// What else the number is called.
const OTHER_NAMES: [&str; 8] = [
    "nir",
    "nia",
    "secu",
    "securite sociale",
    "ss",
    "nss",
    "social security",
    "immatriculation",
];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 13 || !is_named_anywhere(text) {
        return;
    }
    let first = out.len();
    nir::find(text, out);
    let text = text.text();
    let mut at = 0;
    out.retain(|finding| {
        at += 1;
        at <= first
            || is_named_before(text, finding.span.start)
            || is_named_after(text, finding.span.end)
    });
}

fn is_named_anywhere(text: &Folded<'_>) -> bool {
    let lower = text.lower();
    lower.contains("ins") || lower.contains(AUTHORITY) || lower.contains("national")
}

fn is_named_before(text: &str, start: usize) -> bool {
    let before = text::before_or_above(text, start, 64);
    let identified = before.rfind(AUTHORITY);
    let named = text::last_word(before, &NAMES).max(identified);
    // The NIR in INS-NIR is a part of the name.
    let parts = before.to_ascii_lowercase().replace("ins-nir", "ins----");
    let parts = parts
        .replace("ins-nia", "ins----")
        .replace("ins nir", "ins----");
    named.is_some() && named > text::last_word(&parts, &OTHER_NAMES)
}

fn is_named_after(text: &str, end: usize) -> bool {
    let after = text::after(text, end, 56);
    if let Some(at) = after.find(AUTHORITY) {
        // A long number in between is what the identifier belongs to.
        let between = after[..at].bytes().filter(u8::is_ascii_digit).count();
        return between < 8;
    }
    let part = after.split([',', ';', '.', '\n']).next().unwrap_or(after);
    let part = part.trim_start_matches(|c: char| c != '(' && !c.is_ascii_alphanumeric());
    let close = part.get(..24).unwrap_or(part);
    let number = close.find(|c: char| c.is_ascii_digit());
    text::has_whole_word(&close[..number.unwrap_or(close.len())], &NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_number_that_is_said_to_be_the_ins_is_found() {
        for text in [
            "INS : 2 55 08 14 168 025 38",
            "INS-NIR 255081416802538",
            "Matricule INS 255081416802538, sexe F",
            "matricule ins: 2550814168025 38",
            "INS\n255081416802538",
            "255081416802538 (INS)",
            "255081416802538 est son INS",
            "255081416802538 (OID 1.2.250.1.213.1.4.8)",
            "255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS^^20240101",
            "1.2.250.1.213.1.4.10 255081416802538",
            "OID 1.2.250.1.213.1.4.9 : 2 55 08 14 168 025 38",
            "INS deux cinquante-cinq zéro huit quatorze cent soixante-huit zéro vingt-cinq trente-huit",
        ] {
            assert_eq!(canonicals(find, text), ["2550814168025"], "{text}");
        }
    }

    #[test]
    fn another_name_a_wrong_key_or_no_name_is_none() {
        for text in [
            "NIR 255081416802538",
            "instant 255081416802538",
            "son INS est connu, NIR : 255081416802538",
            "255081416802538, INS à demander",
            "INS 12345",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
        let mut out = Vec::new();
        find(&Folded::new("INS 255081416802539"), &mut out);
        assert!(out.iter().all(|finding| !finding.certain));
    }
}
