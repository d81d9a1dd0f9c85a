//! Telephone numbers of people: French ones by the national plan, others by `phonenumber` (libphonenumber's metadata).
//!
//! French: ten digits `0 1–7 9 …` grouped as people group them, or `+33`/`0033`. Numbers that are published to be called
//! (08xx, 3xxx, emergency numbers) are let through; so are RPPS, FINESS, SIREN and SIRET, dates and order numbers. Other
//! countries: only with `+` or `00`, because a bare foreign number cannot be told from any other number. The metadata is
//! loaded when the first of those is seen, and at most [`MOST_FOREIGN`] candidates of one text are looked up in it.

use super::{Finding, nir};
use crate::moderation::digits::{Gap, Run, for_each_run};
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

/// Words that say that a number is the number of a thing.
const THING: [&str; 20] = [
    "commande", "cde", "ref", "dossier", "facture", "lot", "ticket", "serie", "colis", "suivi",
    "finess", "siret", "siren", "rpps", "adeli", "order", "invoice", "devis", "bon", "contrat",
];

/// Finds telephone numbers.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 7 {
        return;
    }
    let mut foreign_left = MOST_FOREIGN;
    for_each_run(text.text(), 8, |run| {
        // Pieces of a social security number are no telephone number, even if its key is wrong.
        let plus = run.text[..run.groups[0].start].ends_with('+');
        if nir::is_shaped(run) && !plus {
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
    // 00 inside a longer number is no prefix; 336… without a plus is a number only when somebody says so.
    let starts = at == 0 || run.groups[at].gap != Gap::Space;
    let bare_mobile = run.groups[at].len == 11 && matches!(digits, [b'3', b'3', b'6' | b'7', ..]);
    match digits {
        _ if plus => Prefix::International,
        [b'0', b'0', b'1'..=b'9', ..] if starts => Prefix::International,
        _ if bare_mobile && is_called_telephone(run, at) => Prefix::International,
        [b'0', b'1'..=b'7' | b'9', ..] => Prefix::National,
        _ => Prefix::None,
    }
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
        !text::has_word(text::before(run.text, run.groups[at].start, 32), &THING)
    } else {
        is_grouped_like_a_number(run, at, last)
    };
    let named = || is_called_telephone(run, at) && !is_date(run, at, last);
    (likely || named()).then_some((last, number))
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
            let valid = phonenumber::parse(None, &number).is_ok_and(|parsed| parsed.is_valid());
            if valid {
                return Some((last, number));
            }
        }
    }
    None
}

/// The nine digits after the 0 or +33 (ARCEP, decision 2018-0881): 1–5 and 9 fixed, 6 and 73–79 mobile, 8 services.
fn is_in_french_plan(digits: &[u8]) -> bool {
    matches!(
        digits,
        [b'1'..=b'6' | b'8' | b'9', ..] | [b'7', b'3'..=b'9', ..]
    )
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
        && !text::has_word(text::before(text, span.start, 4).trim_start(), &["tel"]);
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
