//! Payment card numbers: prefix, length and Luhn key (ISO/IEC 7812).
//!
//! A random number with a known prefix has a right key once in ten times. So it must be written as people write cards (in
//! fours, American Express 4-6-5, or without gaps), not be a part of something longer, and not be called the number of a
//! thing. Prefixes that many other numbers share (Maestro, Diners, …) need a word that says what the number is.

use super::Finding;
use crate::moderation::digits::{Gap, Run, for_each_number, has_luhn_key};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// Words that say that a number is a card's.
const CARD: [&str; 20] = [
    "carte",
    "cb",
    "card",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "maestro",
    "discover",
    "paiement",
    "payer",
    "payment",
    "pay",
    "debit",
    "credit",
    "bancaire",
    "bleue",
    "cvv",
    "expire",
    "diners",
];

/// Words that say that a number is the number of a thing.
const THING: [&str; 31] = [
    "commande",
    "cde",
    "order",
    "ref",
    "reference",
    "suivi",
    "colis",
    "tracking",
    "parcel",
    "facture",
    "invoice",
    "lot",
    "batch",
    "serie",
    "serial",
    "sn",
    "imei",
    "ean",
    "gtin",
    "udi",
    "contrat",
    "dossier",
    "ticket",
    "devis",
    "transaction",
    "bon",
    "adherent",
    "iccid",
    "code-barres",
    "barcode",
    "mutuelle",
];

/// The lengths of card numbers.
const LENGTHS: [usize; 5] = [16, 15, 14, 19, 18];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 14 {
        return;
    }
    for_each_number(text, 14, |run| {
        let mut at = 0;
        while at < run.groups.len() {
            let found = LENGTHS.iter().find_map(|length| card(run, at, *length));
            let Some(last) = found else {
                at += 1;
                continue;
            };
            let span = run.groups[at].start..run.groups[last].end;
            let canonical = run.span(at, last).iter().map(|byte| char::from(*byte));
            out.push(Finding::certain(canonical.collect::<String>(), span));
            at = last + 1;
        }
    });
}

/// The last group of a card number of `length` digits that starts with group `at`.
fn card(run: &Run<'_>, at: usize, length: usize) -> Option<usize> {
    let last = run.window(at, length)?;
    let digits = run.span(at, last);
    let issuer = issuer(digits)?;
    if !has_luhn_key(digits) || digits.iter().skip(1).all(|digit| *digit == digits[1]) {
        return None;
    }
    let before = text::before_or_above(run.text, run.groups[at].start, 40);
    let after = text::after(run.text, run.groups[last].end, 24);
    let named = text::last_word(before, &CARD);
    let thing = text::last_word(before, &THING);
    let is_card = named.is_some() && named > thing || text::has_whole_word(after, &CARD);
    let shaped = issuer == Issuer::Own && is_written_like_a_card(run, at, last) && thing.is_none();
    let stands = stands_alone(run, at, last, is_card);
    (stands && (shaped || is_card && thing <= named)).then_some(last)
}

/// Whether the prefix is a card's alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Issuer {
    Own,
    Shared,
}

/// By prefix and length, as the networks publish them.
fn issuer(digits: &[u8]) -> Option<Issuer> {
    let prefix = digits.get(..6)?.iter().try_fold(0_u32, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + u32::from(byte - b'0'))
    })?;
    let four = prefix / 100;
    let own = match digits.len() {
        // Visa and CB, Mastercard, Discover
        16 => {
            matches!(
                prefix,
                400_000..=499_999 | 510_000..=559_999 | 222_100..=272_099 | 644_000..=659_999
            ) || four == 6011
        }
        // American Express
        15 => matches!(four / 100, 34 | 37),
        _ => false,
    };
    let shared = match digits.len() {
        // Maestro, UnionPay, JCB
        16 => matches!(prefix, 500_000..=509_999 | 560_000..=699_999 | 352_800..=358_999),
        18 => matches!(prefix, 500_000..=509_999 | 560_000..=699_999),
        // Visa too
        19 => matches!(prefix, 400_000..=509_999 | 560_000..=699_999),
        // Diners
        14 => matches!(prefix, 300_000..=305_999 | 360_000..=369_999 | 380_000..=399_999),
        _ => false,
    };
    if own {
        Some(Issuer::Own)
    } else {
        shared.then_some(Issuer::Shared)
    }
}

fn is_written_like_a_card(run: &Run<'_>, at: usize, last: usize) -> bool {
    let lengths: Vec<usize> = run.groups[at..=last]
        .iter()
        .map(|group| group.len)
        .collect();
    let whole = at == 0 && last + 1 == run.groups.len();
    let total: usize = lengths.iter().sum();
    matches!(
        lengths.as_slice(),
        [_] | [4, 4, 4, 4]
            | [4, 6, 5]
            | [8, 8]
            | [4, 12]
            | [12, 4]
            | [6, 10]
            | [4, 4, 8]
            | [4, 8, 4]
            | [8, 4, 4]
    ) || whole && total == 16 && lengths.iter().all(|length| *length == 2)
        || whole && lengths.iter().all(|length| *length == 1)
        || whole && lengths.len() <= 6 && lengths.iter().all(|length| *length >= 2)
}

/// Not glued to letters, and not a part of a longer number: a date and three digits may follow (`12/27 123`).
fn stands_alone(run: &Run<'_>, at: usize, last: usize, is_card: bool) -> bool {
    let (first, end) = (run.groups[at], run.groups[last]);
    let glued = text::glued_before(run.text, first.start) && !is_card;
    if glued || text::glued_after(run.text, end.end) || run.text[..first.start].ends_with('+') {
        return false;
    }
    let inner = (at < last).then(|| run.groups[at + 1].gap);
    let joins = |gap: Gap| inner.is_none_or(|inner| inner == gap);
    let before = at > 0 && joins(first.gap) && !is_card;
    let after = run.groups.get(last + 1).is_some_and(|next| {
        let date = run
            .groups
            .get(last + 2)
            .is_some_and(|it| it.gap == Gap::Mark(b'/'));
        joins(next.gap) && !(date && next.len == 2) && !(is_card && next.len <= 4)
    });
    !before && !after
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_card_is_found_in_any_usual_writing() {
        for text in [
            "4970101234567893",
            "4970 1012 3456 7893",
            "4970-1012-3456-7893.",
            "4970.1012.3456.7893",
            "ma CB 4970 1012 3456 7893 exp 12/27",
            "4970 1012 3456 7893 12/27 123",
            "Card: 49701012 34567893",
            "carte\n4970 1012 3456 7893",
            "4 9 7 0 1 0 1 2 3 4 5 6 7 8 9 3",
            "CB4970101234567893",
            "４９７０ 1012 3456 7893",
        ] {
            assert_eq!(canonicals(find, text), ["4970101234567893"], "{text}");
        }
        for text in [
            "5555 5555 5555 4444",
            "2223003122003222",
            "3782 822463 10005",
            "378282246310005",
            "6011 1111 1111 1117",
            "carte maestro 6759649826438453",
            "carte 3056 930902 5904",
        ] {
            assert_eq!(canonicals(find, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_card() {
        for text in [
            "4970101234567894",
            "commande 4970101234567893",
            "Réf. 4970 1012 3456 7893",
            "suivi colis n° 4970101234567893",
            "6759649826438453",
            "30569309025904",
            "4970 1012 3456 7893 4970 1012",
            "FR76 4970 1012 3456 7893 123",
            "12 4970 1012 3456 7893",
            "x4970101234567893",
            "14970101234567893",
            "+4970101234567893",
            "0000 0000 0000 0000",
            "4444444444444444",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_visa_with_its_key_is_found_and_with_another_is_not(digits in "4[0-9]{14}", shift in 1..10_u32, gap in "| |-") {
            let fill = |key: u32| format!("{digits}{key}");
            let key = (0..10).find(|key| has_luhn_key(fill(*key).as_bytes())).expect("a key");
            let written = |number: &str| {
                let fours: Vec<_> = (0..4).map(|at| &number[4 * at..4 * at + 4]).collect();
                format!("voici {} merci", fours.join(&gap))
            };
            prop_assume!(digits[1..].bytes().any(|byte| byte != digits.as_bytes()[1]));
            prop_assert_eq!(canonicals(find, &written(&fill(key))).len(), 1);
            prop_assert_eq!(canonicals(find, &written(&fill((key + shift) % 10))).len(), 0);
        }
    }
}
