//! Telephone numbers of people: French ones by the national plan, others by `phonenumber` (libphonenumber's metadata).
//!
//! French: ten digits `0 1–7 9 …` grouped as people group them, or `+33`/`0033`. Numbers that are published to be called
//! (08xx, 3xxx, emergency numbers) are let through; so are RPPS, FINESS, SIREN and SIRET, dates and order numbers. Other
//! countries: only with `+` or `00`, because a bare foreign number cannot be told from any other number. The metadata is
//! loaded when the first of those is seen, and at most [`MOST_FOREIGN`] candidates of one text are looked up in it.

use super::{Finding, nir};
use crate::moderation::digits::{Gap, Run, for_each_number};
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// How many foreign candidates of one text are looked up: each costs microseconds, and a text can hold thousands.
const MOST_FOREIGN: usize = 24;

/// How many groups around a candidate are looked at: ten numbers in pairs, and one more so that the tenth is no end.
const MOST_GROUPS: usize = 51;

/// Words that say that a number is a telephone number.
const TELEPHONE: [&str; 12] = [
    "tel",
    "phone",
    "port",
    "portable",
    "mobile",
    "gsm",
    "appel",
    "joindre",
    "call",
    "whatsapp",
    "sms",
    "numero perso",
];

/// Words that a number is sometimes glued to.
const GLUED: [&str; 6] = ["tel", "mobile", "portable", "phone", "fixe", "gsm"];

/// Words that say that a number is the number of a thing.
const THING: [&str; 44] = [
    "commande",
    "commandes",
    "cde",
    "ref",
    "reference",
    "references",
    "dossier",
    "facture",
    "lot",
    "lots",
    "batch",
    "ticket",
    "serie",
    "serial",
    "sn",
    "colis",
    "suivi",
    "tracking",
    "parcel",
    "finess",
    "siret",
    "siren",
    "rpps",
    "adeli",
    "order",
    "invoice",
    "devis",
    "bon de",
    "bon n",
    "contrat",
    "contract",
    "article",
    "code",
    "ean",
    "isbn",
    "cip",
    "ndc",
    "reservation",
    "bordereau",
    "adherent",
    "meeting",
    "meeting id",
    "zoom",
    "webinar",
];

/// Finds telephone numbers.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 7 {
        return;
    }
    let mut foreign_left = MOST_FOREIGN;
    for_each_number(text, 8, |run| {
        // Pieces of a social security number are no telephone number, even if its key is wrong.
        let plus = run.text[..run.groups[0].start].ends_with('+');
        // A room and a number in one piece: `204 0612345678`.
        let has_whole = run.digits.len() == 13 && run.groups.iter().any(|group| group.len == 10);
        if (nir::is_shaped(run) || nir::is_grouped(run)) && !plus && !has_whole {
            return;
        }
        let mut at = 0;
        while at < run.groups.len() {
            let found = match prefix(run, at) {
                Prefix::International => international(run, at, &mut foreign_left),
                Prefix::National => national(run, at),
                Prefix::None => None,
            };
            let Some((last, number)) = found else {
                at += 1;
                continue;
            };
            let span = run.groups[at].start..run.groups[last].end;
            if !is_public(&number) && stands_alone(run.text, &span) {
                out.push(Finding::certain(number, span));
            }
            at = last + 1;
        }
    });
}

enum Prefix {
    None,
    National,
    International,
}

fn prefix(run: &Run<'_>, at: usize) -> Prefix {
    let digits = run.span(at, run.groups.len() - 1);
    let before = &run.text[..run.groups[at].start];
    let plus = before.ends_with('+')
        || text::before(run.text, before.len(), 6).eq_ignore_ascii_case("wa.me/");
    let plus = plus || is_said_with_plus(run, at);
    // 00 inside a longer number is no prefix; 336… without a plus is a number only when somebody says so.
    let gap = run.groups[at].gap;
    let goes_on = run.groups.get(at + 1).is_some_and(|next| next.gap == gap);
    let starts = at == 0 || gap != Gap::Space && !goes_on;
    let whole = run.window(at, 11).is_some();
    let bare_mobile = whole && matches!(digits, [b'3', b'3', b'6' | b'7', ..]);
    match digits {
        _ if plus => Prefix::International,
        [b'0', b'0', b'1'..=b'9', ..] if starts && !is_called_a_thing(run, at) => {
            Prefix::International
        }
        _ if bare_mobile && is_called_telephone(run, at) => Prefix::International,
        [b'0', b'1'..=b'7' | b'9', ..] => Prefix::National,
        _ => Prefix::None,
    }
}

/// "plus trente-trois six douze …"
fn is_said_with_plus(run: &Run<'_>, at: usize) -> bool {
    let start = run.groups[at].start;
    let in_words = run
        .text
        .as_bytes()
        .get(start)
        .is_some_and(u8::is_ascii_alphabetic);
    in_words && text::last_word(text::before(run.text, start, 5).trim_end(), &["plus"]).is_some()
}

/// Ten digits from group `at` on, if they are grouped like a French number: (last group, E.164).
fn national(run: &Run<'_>, at: usize) -> Option<(usize, String)> {
    let last = run.window(at, 10)?;
    let digits = run.span(at, last);
    if !digits.iter().all(u8::is_ascii_digit) || !is_in_french_plan(&digits[1..]) {
        return None;
    }
    let number = format!("+33{}", ascii(&digits[1..]));
    let likely = if at == last {
        !is_called_a_thing(run, at)
    } else {
        let pairs = run.groups[at..=last].iter().all(|group| group.len == 2);
        is_grouped_like_a_number(run, at, last) && (pairs || !is_called_a_thing(run, at))
    };
    let named = || is_called_telephone(run, at) && !is_date(run, at, last);
    (likely || named()).then_some((last, number))
}

/// The nearest word counts: `commande à faire, tel 0612345678`.
fn is_called_a_thing(run: &Run<'_>, at: usize) -> bool {
    let before = text::before(run.text, run.groups[at].start, 32);
    let thing = text::last_word(before, &THING);
    thing.is_some_and(|end| !text::has_word(&before[end..], &TELEPHONE))
}

fn is_called_telephone(run: &Run<'_>, at: usize) -> bool {
    text::has_word(text::before(run.text, run.groups[at].start, 32), &TELEPHONE)
}

/// Several groups: no date, no list (01 02 03 …), and the whole of what is written with one separator.
fn is_grouped_like_a_number(run: &Run<'_>, at: usize, last: usize) -> bool {
    if is_date(run, at, last) || is_list(run, at, last) {
        return false;
    }
    let gap = run.groups[at + 1].gap;
    let uniform = run.groups[at + 1..=last]
        .iter()
        .all(|group| group.gap == gap);
    let before = run.groups[..at]
        .iter()
        .rev()
        .zip(run.groups[1..=at].iter().rev())
        .take(MOST_GROUPS)
        .take_while(|(_, right)| right.gap == gap)
        .count();
    let after = run.groups[last + 1..]
        .iter()
        .take(MOST_GROUPS)
        .take_while(|group| group.gap == gap)
        .count();
    let whole = at == 0 && last + 1 == run.groups.len();
    let pairs = run.groups[at..=last].iter().all(|group| group.len == 2);
    let mobile = matches!(run.span(at, last), [b'0', b'6' | b'7', ..]);
    whole
        || (uniform && before + after == 0)
        || (uniform && pairs && mobile && before + after <= 1)
        || (uniform && pairs && before % 5 == 0 && after % 5 == 0)
}

/// 05 06 2024 … : day, month, year.
fn is_date(run: &Run<'_>, at: usize, last: usize) -> bool {
    let [day, month, year, ..] = &run.groups[at..=last] else {
        return false;
    };
    let value = |group: &crate::moderation::digits::Group| {
        ascii(&run.digits[group.first..group.first + group.len])
            .parse::<u16>()
            .unwrap_or(0)
    };
    day.len <= 2
        && month.len == 2
        && year.len == 4
        && (1..=31).contains(&value(day))
        && (1..=12).contains(&value(month))
        && (1900..=2100).contains(&value(year))
}

/// Groups that rise by the same step: rooms, beds, hours.
fn is_list(run: &Run<'_>, at: usize, last: usize) -> bool {
    let values: Vec<i64> = (at..=last)
        .filter_map(|group| ascii(run.span(group, group)).parse().ok())
        .collect();
    let mut steps = values.windows(2).map(|pair| pair[1] - pair[0]);
    let first = steps.next();
    values.len() > 2 && first.is_some_and(|first| first > 0 && steps.all(|step| step == first))
}

/// A number with its country: (last group, E.164).
fn international(run: &Run<'_>, at: usize, foreign_left: &mut usize) -> Option<(usize, String)> {
    let mut digits = String::with_capacity(20);
    let mut ends = Vec::new();
    for (index, group) in run.groups.iter().enumerate().skip(at) {
        if index > at && group.gap == Gap::Mark(b'/') {
            break;
        }
        digits.push_str(&ascii(&run.digits[group.first..group.first + group.len]));
        if digits.len() > 18 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        ends.push((index, digits.len()));
    }
    let plus = run.text[..run.groups[at].start].ends_with('+');
    let mut possible = None;
    while let Some((last, length)) = ends.pop() {
        let number = digits[..length]
            .strip_prefix("00")
            .unwrap_or(&digits[..length]);
        if let Some(rest) = number.strip_prefix("33") {
            let rest = rest.strip_prefix('0').unwrap_or(rest);
            if rest.len() == 9 && is_in_french_plan(rest.as_bytes()) {
                return Some((last, format!("+33{rest}")));
            }
        } else if is_in_ten_digit_plan(number) {
            return Some((last, format!("+{number}")));
        } else if (8..=15).contains(&number.len()) && *foreign_left > 0 {
            *foreign_left -= 1;
            let number = format!("+{number}");
            let parsed = phonenumber::parse(None, &number);
            if parsed
                .as_ref()
                .is_ok_and(phonenumber::PhoneNumber::is_valid)
            {
                return Some((last, number));
            }
            // A country's code, a usual length and a plus: numbers that are not given out yet, or that lack a digit.
            let usual = (11..=13).contains(&(number.len() - 1)) || number.len() == 11;
            if plus && usual && !number.starts_with("+1") && parsed.is_ok() {
                possible = Some((last, number));
            }
        }
    }
    possible
}

/// The nine digits after the 0 or +33 (ARCEP, decision 2018-0881): 1–5 and 9 fixed, 6 and 7 mobile, 8 services. 70–72 are
/// for machines, but a member who writes one means a telephone.
fn is_in_french_plan(digits: &[u8]) -> bool {
    matches!(digits, [b'1'..=b'9', ..])
}

/// Côte d'Ivoire (ARTCI, 2021) and Benin (ARCEP Bénin, 2024) dial ten digits that keep their zero, which the metadata's
/// parser takes away.
fn is_in_ten_digit_plan(number: &str) -> bool {
    const STARTS: [&str; 7] = [
        "22501", "22505", "22507", "22521", "22525", "22527", "22901",
    ];
    number.len() == 13 && STARTS.iter().any(|start| number.starts_with(start))
}

/// Numbers that are published to be called.
fn is_public(number: &str) -> bool {
    number.starts_with("+338")
}

/// Not glued to letters (but for "Tel0612…"), and not inside a web address.
fn stands_alone(text: &str, span: &std::ops::Range<usize>) -> bool {
    let glued = text::glued_before(text, span.start)
        && !GLUED.iter().any(|word| {
            let before = text::before(text, span.start, word.len());
            before.eq_ignore_ascii_case(word)
        });
    if glued || text::glued_after(text, span.end) {
        return false;
    }
    let before = text::before(text, span.start, 200);
    let word = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    let opens_chat = word.to_ascii_lowercase().ends_with("wa.me/");
    opens_chat || !(word.contains("://") || word.starts_with("www."))
}

fn ascii(digits: &[u8]) -> String {
    digits.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_french_number_is_found_in_any_usual_writing() {
        for text in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "06/12/34/56/78",
            "06_12_34_56_78",
            "0612 34 56 78",
            "0 6 1 2 3 4 5 6 7 8",
            "061 234 5678",
            "06 12.34 56-78",
            "+33612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "+33(0)612345678",
            "0033 6 12 34 56 78",
            "00 33 6 12 34 56 78",
            "(06) 12 34 56 78",
            "tel:+33612345678",
            "Tel0612345678",
            "appelez-moi au 06 12 34 56 78.",
            "chambre 12 06 12 34 56 78",
            "O6 12 34 56 78",
            "06 l2 34 56 78",
            "https://wa.me/33612345678",
            "whatsapp 33612345678",
            "06 12 34 56 78 (2 fois)",
            "mobile06 12 34 56 78",
            "chambre 204 0612345678",
            "tel : 33 6 12 34 56 78",
            "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
            "plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit",
            "06 douze 34 cinquante-six 78",
            "Bonjour, 0612345678",
            "commande prête, tel 0612345678",
        ] {
            assert_eq!(canonicals(find, text), ["+33612345678"], "{text}");
        }
    }

    #[test]
    fn fixed_and_foreign_numbers_are_found() {
        for (text, number) in [
            ("01 42 34 56 78", "+33142345678"),
            ("09 72 34 56 78", "+33972345678"),
            ("0692 12 34 56", "+33692123456"),
            ("+32 470 12 34 56", "+32470123456"),
            ("+41 79 123 45 67", "+41791234567"),
            ("0032 470 12 34 56", "+32470123456"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+212 612-345678", "+212612345678"),
            ("+225 07 12 34 56 78", "+2250712345678"),
            ("+229 01 97 12 34 56", "+2290197123456"),
        ] {
            assert_eq!(canonicals(find, text), [number], "{text}");
        }
        assert_eq!(
            canonicals(find, "06 12 34 56 78 07 81 23 45 67"),
            ["+33612345678", "+33781234567"]
        );
        assert_eq!(
            canonicals(find, "0612345678 / 0781234567"),
            ["+33612345678", "+33781234567"]
        );
    }

    #[test]
    fn numbers_of_things_and_public_numbers_are_let_through() {
        for text in [
            "15 18 17 112 114 3114 119 116117 115 196",
            "0 800 23 13 13",
            "0809 400 400",
            "+33 800 23 13 13",
            "3631",
            "RPPS 10101234567",
            "SIREN 732 829 320",
            "SIRET 732 829 320 00074",
            "FINESS 750712184",
            "FINESS 01 000 1234",
            "commande n° 0612345678",
            "Réf. 0412345678",
            "le 02/03/2024 12:30",
            "02 03 2024 12",
            "05/06/2024-12",
            "lits 01 02 03 04 05",
            "TA 12/8, FC 72, SpO2 98, T 37.2",
            "https://exemple.org/article/0612345678",
            "2 55 08 14 168 025 39",
            "18405 0112345678",
            "IMG_20240612_061234.jpg",
            "0012345678",
            "33612345678",
            "RPPS 10 0061 234 567",
            "0712345678901",
            "+12",
            "12 14 18 20 22 24",
            "meeting ID: 059 043 1088",
            "EAN 0056994754600",
            "order 0098239815",
            "Rappel RDV 14h30, DE11 4307 6386 0959 3134 14",
            "1-78-00-62-231-111-39",
            "75 80 06 12 14 18 29 33",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_flood_of_foreign_candidates_is_looked_up_a_bounded_number_of_times() {
        let text = "+1 234 567 8901 ; ".repeat(2_000);
        assert_eq!(canonicals(find, &text).len(), MOST_FOREIGN);
        let text = "+1 034 567 8901 ; ".repeat(2_000);
        assert_eq!(canonicals(find, &text), Vec::<String>::new());
    }
}
