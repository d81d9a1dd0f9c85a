//! Dates of birth: a date in any usual writing beside a word that says that somebody was born then.
//!
//! A date alone is nothing: teams write dates all day. Without a year, the author is only asked. `ne le` is also how a
//! negation reads once accents are folded, so the date must follow at once there.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text::{self, WordSet, word_set};

/// How near the date must stand to a word of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    /// It follows at once.
    Next,
    /// A few words may stand between, or it stands right before.
    Soon,
    /// A few words may stand between, the last of them `le`: `né à Lille le 12/03/1950`.
    Placed,
}

/// Words of birth, in lower case without accents.
const WORDS: [(&str, Near); 46] = [
    ("ne le", Near::Next),
    ("nee le", Near::Next),
    ("nes le", Near::Next),
    ("nees le", Near::Next),
    ("ne(e) le", Near::Next),
    ("ne (e) le", Near::Next),
    ("ne.e le", Near::Next),
    ("ne-e le", Near::Next),
    ("ne/nee le", Near::Next),
    ("ne/e le", Near::Next),
    ("ne un", Near::Next),
    ("nee un", Near::Next),
    ("ne a", Near::Placed),
    ("nee a", Near::Placed),
    ("nee", Near::Placed),
    ("date de naissance", Near::Soon),
    ("dates de naissance", Near::Soon),
    ("date naissance", Near::Soon),
    ("date de naiss", Near::Soon),
    ("date naiss", Near::Soon),
    ("date nais", Near::Soon),
    ("naissance", Near::Next),
    ("naissance le", Near::Next),
    ("naiss", Near::Next),
    ("ddn", Near::Soon),
    ("ddn.", Near::Soon),
    ("d.d.n", Near::Soon),
    ("d.d.n.", Near::Soon),
    ("dn", Near::Next),
    ("d.n", Near::Next),
    ("d.n.", Near::Next),
    ("dob", Near::Soon),
    ("d.o.b", Near::Soon),
    ("d.o.b.", Near::Soon),
    ("date of birth", Near::Soon),
    ("birth date", Near::Soon),
    ("birthdate", Near::Soon),
    ("born on", Near::Next),
    ("born on the", Near::Next),
    ("born", Near::Next),
    ("geburtsdatum", Near::Soon),
    ("geboren am", Near::Next),
    ("fecha de nacimiento", Near::Soon),
    ("nacido el", Near::Next),
    ("nacida el", Near::Next),
    ("data di nascita", Near::Soon),
];

/// The months, as words begin: French, then English.
const MONTHS: [(&str, u8); 29] = [
    ("janv", 1),
    ("janu", 1),
    ("fevr", 2),
    ("febr", 2),
    ("mars", 3),
    ("marc", 3),
    ("avri", 4),
    ("apri", 4),
    ("mai", 5),
    ("may", 5),
    ("juin", 6),
    ("june", 6),
    ("juil", 7),
    ("july", 7),
    ("aout", 8),
    ("augu", 8),
    ("sept", 9),
    ("octo", 10),
    ("nove", 11),
    ("dece", 12),
    ("jan", 1),
    ("fev", 2),
    ("avr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aou", 8),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];

const WEEKDAYS: [&str; 8] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "the",
];

/// What is said to be born, and is no person.
static THINGS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "service association asso projet groupe idee reseau unite equipe salon communaute application appli hopital \
         structure dispositif ehpad revue loi securite plan centre clinique collectif federation syndicat outil logiciel \
         programme acte actes certificat certificats declaration extrait prime conge conges allocation faire-part maison",
    )
});

/// Words that say that a person is meant after all.
static PERSONS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "patient patiente bebe enfant fille fils garcon mme mr m monsieur madame mlle resident residente nourrisson \
         jumeaux jumelles homme femme il elle usager",
    )
});

/// What another date is about.
static OTHER: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "rdv rendez vu vue sortie entree consultation operation completer verifier manquante manquant inconnue inconnu \
         audit reunion controle hospitalise hospitalisee admis admise deces decede decedee",
    )
});

/// How far from the word the date may stand, in bytes.
const SOON: usize = 36;

static STARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS.map(|(word, _)| word))
        .expect("a short fixed list is far below the automaton's limit")
});

/// A date among the words of a text.
struct Date {
    /// What follows its last word.
    end: usize,
    /// Year (0: none), month, day.
    parts: (u16, u8, u8),
}

/// Finds dates of birth.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 2 {
        return;
    }
    let lower = text.lower();
    for found in STARTS.find_iter(lower) {
        if text::glued_before(lower, found.start()) || text::glued_after(lower, found.end()) {
            continue;
        }
        let near = WORDS[found.pattern().as_usize()].1;
        let date = after(text, found.end(), near).or_else(|| before(text, found.start(), near));
        let Some((first, date)) = date else { continue };
        if is_of_a_thing(text, found.start()) {
            continue;
        }
        let spans = text.words();
        let span = spans[first].start..spans[date.end - 1].end;
        if out.last().is_some_and(|last: &Finding| last.span == span) {
            continue;
        }
        let (year, month, day) = date.parts;
        out.push(Finding {
            canonical: format!("{year:04}-{month:02}-{day:02}"),
            span,
            certain: year > 0,
        });
    }
}

/// The date after a word of birth that ends at byte `at`.
fn after(text: &Folded<'_>, at: usize, near: Near) -> Option<(usize, Date)> {
    let spans = text.words();
    let from = text::word_at(text, at);
    for index in from..spans.len() {
        let gap_from = if index == from {
            at
        } else {
            spans[index - 1].end
        };
        let gap = &text.lower()[gap_from..spans[index].start];
        if spans[index].start > at + SOON || ends_sentence(gap) || gap.len() > 6 {
            return None;
        }
        let word = &text.lower()[spans[index].clone()];
        let numeric = word.as_bytes()[0].is_ascii_digit();
        let placed = near != Near::Placed
            || (index > from && &text.lower()[spans[index - 1].clone()] == "le");
        if placed && (numeric || month(word).is_some()) {
            let date = date_at(text, index);
            if date.is_some() || numeric {
                return date.map(|date| (index, date));
            }
        }
        let small = WEEKDAYS.contains(&word) || matches!(word, "le" | "du" | "au" | "est" | "is");
        if numeric || (near == Near::Next && !small) || OTHER.contains(word) {
            return None;
        }
    }
    None
}

/// The date right before a word of birth that begins at byte `at`: `12/03/1950 (DDN)`.
fn before(text: &Folded<'_>, at: usize, near: Near) -> Option<(usize, Date)> {
    if near != Near::Soon {
        return None;
    }
    let spans = text.words();
    let end = text::word_at(text, at);
    let last = end.checked_sub(1)?;
    let gap = &text.lower()[spans[last].end..at];
    if gap.len() > 3 || gap.contains(['.', ';', '\n', ',', ':']) {
        return None;
    }
    (end.saturating_sub(3)..end)
        .filter_map(|first| Some((first, date_at(text, first)?)))
        .find(|(_, date)| date.end == end && date.parts.0 > 0)
}

fn ends_sentence(gap: &str) -> bool {
    gap.contains(['?', '!', ';']) || gap.contains(". ") || gap.contains("\n\n")
}

/// Whether the words before byte `at` say that a thing was born, or name a paper about a birth.
fn is_of_a_thing(text: &Folded<'_>, at: usize) -> bool {
    let nearest = text::words(text, text::back(text, at, 40)..at)
        .rev()
        .find(|word| PERSONS.contains(word) || text::resembles_one_of(&THINGS, word));
    nearest.is_some_and(|word| !PERSONS.contains(word))
}

/// The date that begins with the word `at`.
fn date_at(text: &Folded<'_>, at: usize) -> Option<Date> {
    let word = |index: usize| {
        let span = text.words().get(index)?;
        Some(&text.lower()[span.clone()])
    };
    let joined = |index: usize| is_joined(text, index);
    let first = word(at)?;
    if let Some(compact) = compact(first) {
        return Some(Date {
            end: at + 1,
            parts: compact,
        });
    }
    if let Some(month) = month(first) {
        // March 12th, 1950
        let day = ordinal(word(at + 1)?).filter(|_| joined(at + 1))?;
        let year = year(word(at + 2)?).filter(|_| joined(at + 2))?;
        return valid(year, month, day).map(|parts| Date { end: at + 3, parts });
    }
    if first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit()) {
        let year = year(first)?;
        let month = number(word(at + 1)?).filter(|_| joined(at + 1))?;
        let day = number(word(at + 2)?).filter(|_| joined(at + 2))?;
        return valid(year, month, day).map(|parts| Date { end: at + 3, parts });
    }
    let day = ordinal(first)?;
    let of = usize::from(matches!(word(at + 1), Some("of" | "de" | "er")));
    let second = word(at + 1 + of)?;
    if !joined(at + 1 + of) {
        return None;
    }
    let named = month(second);
    let month = named.or_else(|| number(second))?;
    let next = at + 2 + of;
    let year = word(next).filter(|_| joined(next)).and_then(year);
    let glued_number = word(next).is_some_and(|word| word.as_bytes()[0].is_ascii_digit());
    match year {
        Some(year) => valid(year, month, day).map(|parts| Date {
            end: next + 1,
            parts,
        }),
        // A year of long ago: nobody who lives.
        None if glued_number && word(next).is_some_and(|word| word.len() == 4) => None,
        // Two numbers alone are a date only with a stroke between them.
        None if glued_number && named.is_none() => None,
        None if named.is_none() && !gap(text, at + 1).contains('/') => None,
        None => valid(0, month, day).map(|parts| Date { end: next, parts }),
    }
}

/// Year, month and day if there is such a day; the month stands first in some countries.
fn valid(year: u16, month: u8, day: u8) -> Option<(u16, u8, u8)> {
    let (month, day) = if month > 12 {
        (day, month)
    } else {
        (month, day)
    };
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

/// `12031950` and `120350`, day first.
fn compact(word: &str) -> Option<(u16, u8, u8)> {
    let fits = matches!(word.len(), 6 | 8) && word.bytes().all(|byte| byte.is_ascii_digit());
    if !fits {
        return None;
    }
    let (day, month) = (number(&word[..2])?, number(&word[2..4])?);
    (month <= 12)
        .then(|| valid(year(&word[4..])?, month, day))
        .flatten()
}

fn year(word: &str) -> Option<u16> {
    let year: u16 = word
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| word.parse().ok())??;
    match word.len() {
        4 => (1900..=2099).contains(&year).then_some(year),
        2 if year < 30 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn number(word: &str) -> Option<u8> {
    (word.len() <= 2).then(|| word.parse().ok())?
}

/// `12`, `1er`, `2nd`, `3rd`, `12th`.
fn ordinal(word: &str) -> Option<u8> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &word[digits..];
    matches!(rest, "" | "er" | "e" | "st" | "nd" | "rd" | "th").then(|| number(&word[..digits]))?
}

fn month(word: &str) -> Option<u8> {
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fits = |name: &str| word == name || (name.len() == 4 && word.starts_with(name));
    let (_, month) = MONTHS.iter().find(|(name, _)| letters && fits(name))?;
    Some(*month)
}

fn gap<'t>(text: &'t Folded<'_>, at: usize) -> &'t str {
    &text.lower()[text.words()[at - 1].end..text.words()[at].start]
}

/// Whether the word `at` and the one before may belong to one date.
fn is_joined(text: &Folded<'_>, at: usize) -> bool {
    at < text.words().len() && {
        let gap = gap(text, at);
        gap.len() <= 3 && matches!(gap.trim_matches(' '), "" | "/" | "." | "-" | "," | "_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        crate::moderation::detectors::found(find, text)
    }

    #[test]
    fn a_date_beside_a_word_of_birth_is_found_in_every_writing() {
        for text in [
            "Mme D., née le 12/03/1950",
            "né(e) le 12 mars 1950",
            "né·e le : 12.03.1950",
            "NÉE LE 12-3-50",
            "ne le 12 03 1950",
            "née DUPONT le 12/03/1950",
            "né à Lille le 12/03/1950",
            "date de naissance : 12/03/1950",
            "date de naissance de la patiente : 12 mars 1950",
            "DDN 12/03/1950",
            "ddn:12031950",
            "DDN 120350",
            "DN : 12/03/50",
            "DDN 1950-03-12",
            "D.D.N. : 12/03/1950",
            "12/03/1950 (DDN)",
            "born on 12 March 1950",
            "born March 12th, 1950",
            "DOB: 12/03/1950",
            "date of birth 12th of March 1950",
            "née le dimanche 12 mars 1950",
        ] {
            assert_eq!(found(text), [("1950-03-12".to_owned(), true)], "{text}");
        }
        assert_eq!(
            found("né le 12 mars à 3 h")[0],
            ("0000-03-12".to_owned(), false)
        );
        assert!(found("nouveau-né né le 18/11/2026 à 3 h 12")[0].1);
        assert!(found("née le 1er janvier 2001")[0].1);
        assert!(found("née le 1 er janvier 2001")[0].1);
    }

    #[test]
    fn other_dates_pass() {
        for text in [
            "rdv le 12/03/2026 à 14 h",
            "je ne le vois pas avant le 12/03/2026",
            "on ne le reçoit que le 12/03/2026",
            "acte de naissance du 12/03/2026",
            "extrait d'acte de naissance : 12/03/2026",
            "poids de naissance 3200 g, vu le 12/03/2026",
            "congé de naissance : 12/03/2026",
            "quelqu'un m'aide ? Le service est né le 12 mars 1998",
            "L'association est née le 12 mars 1998",
            "née en 1950, vue le 12/03/2026",
            "Date de naissance à vérifier. RDV le 12/03/2026",
            "date de naissance : à compléter, RDV le 12/03/2026",
            "Date de naissance ? On se voit le 12/03/2026",
            "Florence Nightingale, née le 12 mai 1820",
            "nouveau-né vu le 12/03/2026",
            "DN4 positif 12/10",
            "DN 100 mm",
            "la première-née a 3 ans",
            "newborn 12/03/2026",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
