//! Licence plates: the French one since 2009 (`AB-123-CD`), the one before (`1234 AB 75`), the British and the Belgian one.
//!
//! Beside a word for a vehicle a plate is certain in every writing. Alone, only the dashed French one is asked about, for
//! products are numbered in the same way.

use std::ops::Range;
use std::sync::LazyLock;

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text::{self, WordSet, word_set};

/// How far a word for a vehicle may stand, in bytes.
const NEAR: usize = 48;

static VEHICLE: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "plaque plaques immatricule immatriculee immatriculation immat voiture voitures vehicule vehicules camion camionnette \
         scooter moto fourgon berline clio kangoo twingo peugeot renault citroen dacia toyota volkswagen stationne stationnee \
         garee plate plates registration vehicle van lorry",
    )
});

static PRODUCT: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "ref refs reference references lot modele article produit code dossier commande ticket serie sn reference devis \
         facture item part order batch model type bordereau bon colis pompe",
    )
});

/// Finds plates.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 2 {
        return;
    }
    let count = text.words().len();
    let mut at = 0;
    while at < count {
        let has_digit = text.lower()[text.words()[at].clone()]
            .bytes()
            .any(|byte| byte.is_ascii_digit());
        let found = has_digit.then(|| around(text, at)).flatten();
        if let Some((words, asked)) = &found {
            out.extend(judge(text, words, *asked));
        }
        at = found.map_or(at + 1, |(words, _)| words.end);
    }
}

/// The words of the plate whose number, or first number, stands in the word `at`; and whether it needs no word beside it.
fn around(text: &Folded<'_>, at: usize) -> Option<(Range<usize>, bool)> {
    let word = |index: usize| {
        text.words()
            .get(index)
            .map_or("", |span| &text.lower()[span.clone()])
    };
    let this = word(at);
    if let Some(dashed) = at.checked_sub(1).and_then(|before| french(text, before)) {
        return Some((at - 1..at + 2, dashed));
    }
    let (letters, digits) = (is_letters, is_digits);
    let bytes = this.as_bytes();
    if bytes.len() == 7 && this.is_ascii() && is_french(&this[..2], &this[2..5], &this[5..]) {
        return Some((at..at + 1, false));
    }
    let (next, last) = (word(at + 1), word(at + 2));
    let near = |index: usize| matches!(gap(text, index), " " | "-");
    // 1234 AB 75, 1-ABC-234
    let old = digits(this, 1..5) && letters(next, 2..4) && is_department(last);
    let belgian = digits(this, 1..2) && letters(next, 3..4) && digits(last, 3..4);
    let capitals = text.words().get(at + 1).is_some_and(|span| {
        let shown = &text.text()[span.clone()];
        shown.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    if (old || belgian) && capitals && near(at + 1) && near(at + 2) {
        return Some((at..at + 3, false));
    }
    // AB12 CDE
    let british = this.is_ascii()
        && matches!(bytes.len(), 4 | 7)
        && letters(&this[..2], 2..3)
        && digits(&this[2..4], 2..3);
    if british && bytes.len() == 4 && letters(next, 3..4) && near(at + 1) {
        return Some((at..at + 2, false));
    }
    (british && letters(this.get(4..).unwrap_or(""), 3..4)).then_some((at..at + 1, false))
}

/// Whether `AB-123-CD` begins with the word `at`, and is written with dashes and capitals.
fn french(text: &Folded<'_>, at: usize) -> Option<bool> {
    let span = text.words().get(at..at + 3)?;
    let part = |index: usize| &text.lower()[span[index].clone()];
    let gaps = (gap(text, at + 1), gap(text, at + 2));
    let near = |gap: &str| matches!(gap, "-" | " " | " - " | ".");
    if !is_french(part(0), part(1), part(2)) || !near(gaps.0) || !near(gaps.1) {
        return None;
    }
    let capitals = !text.text()[span[0].start..span[2].end]
        .bytes()
        .any(|byte| byte.is_ascii_lowercase());
    Some(capitals && gaps == ("-", "-"))
}

/// Letters without I, O and U, and without SS (decree of 9 February 2009 on the registration of vehicles).
fn is_french(left: &str, number: &str, right: &str) -> bool {
    let fits =
        |part: &str| is_letters(part, 2..3) && !part.contains(['i', 'o', 'u']) && part != "ss";
    fits(left) && fits(right) && is_digits(number, 3..4) && number != "000"
}

fn judge(text: &Folded<'_>, words: &Range<usize>, asked: bool) -> Option<Finding> {
    let spans = text.words();
    let span = spans[words.start].start..spans[words.end - 1].end;
    let bytes = text.text().as_bytes();
    let joins = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'-' | b'_' | b'/'));
    let before_byte = span.start.checked_sub(1).and_then(|at| bytes.get(at));
    let before = text::words(text, text::back(text, span.start, NEAR)..span.start);
    let rest = text::after(text.text(), span.end, NEAR);
    let sentence = rest.find([';', '?', '!']).or_else(|| rest.find(". "));
    let end = span.end + sentence.unwrap_or(rest.len());
    let mut after = text::words(text, span.end..end);
    // The nearest word decides.
    let nearest =
        before.rev().find_map(
            |word| match (VEHICLE.contains(word), PRODUCT.contains(word)) {
                (true, _) => Some(true),
                (false, true) => Some(false),
                _ => None,
            },
        );
    let certain = nearest.unwrap_or_else(|| after.any(|word| VEHICLE.contains(word)));
    let alone = asked && nearest.is_none() && !joins(before_byte) && !joins(bytes.get(span.end));
    let canonical = spans[words.clone()]
        .iter()
        .map(|word| &text.lower()[word.clone()])
        .collect::<String>();
    (certain || alone).then_some(Finding {
        canonical,
        span,
        certain,
    })
}

fn gap<'t>(text: &'t Folded<'_>, at: usize) -> &'t str {
    let spans = text.words();
    match (at.checked_sub(1), spans.get(at)) {
        (Some(before), Some(span)) => &text.lower()[spans[before].end..span.start],
        _ => "",
    }
}

fn is_letters(part: &str, length: Range<usize>) -> bool {
    length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_digits(part: &str, length: Range<usize>) -> bool {
    length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_department(part: &str) -> bool {
    matches!(part, "2a" | "2b" | "971" | "972" | "973" | "974" | "976")
        || (is_digits(part, 2..3) && part != "00" && part < "96")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        crate::moderation::detectors::found(find, text)
    }

    #[test]
    fn a_plate_beside_a_vehicle_is_certain_in_every_writing() {
        for (text, canonical) in [
            ("voiture immatriculée AB-123-CD", "ab123cd"),
            ("plaque ab 123 cd", "ab123cd"),
            ("plaque : AB123CD", "ab123cd"),
            ("AB-123-CD, véhicule gris", "ab123cd"),
            ("immatriculation 1234 AB 75", "1234ab75"),
            ("immat 12 ABC 2A", "12abc2a"),
            ("number plate AB12 CDE", "ab12cde"),
            ("plaque belge 1-ABC-234", "1abc234"),
        ] {
            assert_eq!(found(text), [(canonical.to_owned(), true)], "{text}");
        }
    }

    #[test]
    fn a_dashed_plate_alone_is_asked_about() {
        assert_eq!(
            found("AB-123-CD gêne la sortie"),
            [("ab123cd".to_owned(), false)]
        );
    }

    #[test]
    fn what_is_no_plate_passes() {
        for text in [
            "réf. AB-123-CD",
            "lot AB-123-CD périmé",
            "pièce X-AB-123-CD",
            "AB 123 CD",
            "AI-123-CD",
            "SS-123-AA",
            "AB-000-CD",
            "chambre 12 lit 34",
            "1234 AB 75",
            "le véhicule de service est au garage depuis le 12/03/2026",
            "voiture 2 de 12 places",
            "12 de 15",
            "bordereau AB-123-CD à signer ; véhicule au garage",
            "véhicule de service : 3 km 12",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
