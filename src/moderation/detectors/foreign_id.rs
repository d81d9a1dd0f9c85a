//! National identifiers of persons in other countries, by their keys ([`keys`]).
//!
//! Where key and shape alone leave less than one chance in a thousand (Belgium, Switzerland, Luxembourg, Italy, Finland,
//! Norway, Spain in its own shape), the number is enough; otherwise a word must say what it is. Numbers whose country has
//! no key (United States, Denmark) need the word too.

mod keys;
mod schemes;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Finding, siren};
use crate::moderation::digits::{Run, for_each_number};
use crate::moderation::normalise::Folded;
use crate::moderation::text;
use schemes::{LETTERED, Lettered, Needs, SCHEMES, Scheme};

/// Words that say that a number is the number of a thing.
const THING: [&str; 21] = [
    "commande",
    "cde",
    "order",
    "ref",
    "reference",
    "suivi",
    "colis",
    "tracking",
    "facture",
    "invoice",
    "lot",
    "batch",
    "serie",
    "serial",
    "ticket",
    "modele",
    "ean",
    "gtin",
    "log",
    "zoom",
    "meeting",
];

/// Finds them.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() < 6 {
        return;
    }
    let named = named_anywhere(text.lower());
    for_each_number(text, 9, |run| {
        let mut next = 0;
        for at in 0..run.groups.len() {
            if at >= next
                && let Some((last, finding)) =
                    schemes(named).find_map(|scheme| of_digits(run, at, scheme))
            {
                next = last + 1;
                out.push(finding);
            }
        }
    });
    with_letters(text, out);
}

/// All names, and the scheme of each.
static NAMES: LazyLock<(AhoCorasick, Vec<usize>)> = LazyLock::new(|| {
    let names = SCHEMES.iter().enumerate();
    let (names, schemes): (Vec<&str>, Vec<usize>) = names
        .flat_map(|(at, scheme)| scheme.names.iter().map(move |name| (*name, at)))
        .unzip();
    let automaton = AhoCorasick::new(names).expect("the names are few and short");
    (automaton, schemes)
});

/// A bit for each scheme whose name is somewhere in the text: most texts have none, and most schemes need one.
fn named_anywhere(lower: &str) -> u32 {
    let (automaton, schemes) = &*NAMES;
    let found = automaton.find_overlapping_iter(lower);
    found.fold(0, |bits, name| {
        bits | 1 << schemes[name.pattern().as_usize()]
    })
}

fn schemes(named: u32) -> impl Iterator<Item = &'static Scheme> {
    let schemes = SCHEMES.iter().enumerate();
    schemes
        .filter(move |(at, scheme)| scheme.needs != Needs::Name || named & (1 << at) != 0)
        .map(|(_, scheme)| scheme)
}

/// Whether these digits are such a number without any word beside them.
pub fn has_key(digits: &[u8]) -> bool {
    SCHEMES.iter().any(|scheme| {
        scheme.needs == Needs::Nothing && scheme.length == digits.len() && (scheme.key)(digits)
    })
}

fn of_digits(run: &Run<'_>, at: usize, scheme: &Scheme) -> Option<(usize, Finding)> {
    let last = run.window(at, scheme.length)?;
    let digits = run.span(at, last);
    if !digits.iter().all(u8::is_ascii_digit) || !(scheme.key)(digits) {
        return None;
    }
    let span = run.groups[at].start..run.groups[last].end;
    let lengths: Vec<usize> = run.groups[at..=last]
        .iter()
        .map(|group| group.len)
        .collect();
    let usual = scheme.groups.contains(&lengths.as_slice());
    let whole = at == 0 && last + 1 == run.groups.len();
    // Six numbers of one or two digits are a list.
    let few = lengths.len() <= 3 || lengths.iter().all(|length| *length == 1);
    let before = text::before_or_above(run.text, span.start, 56);
    let after = text::after(run.text, span.end, 24);
    let glued = text::glued_before(run.text, span.start) || text::glued_after(run.text, span.end);
    let other = text::last_word(before, &THING);
    let named =
        text::last_word(before, scheme.names) > other || text::has_whole_word(after, scheme.names);
    let free = other.is_none() && !glued && !before.ends_with('+');
    let shaped = match scheme.needs {
        Needs::Nothing => free && (usual || whole && few || lengths.len() == 1),
        Needs::GroupsOrName => {
            free && usual && whole && text::last_word(before, &siren::OTHERS).is_none()
        }
        Needs::Name => false,
    };
    (shaped || named).then(|| {
        let canonical: String = digits.iter().map(|byte| char::from(*byte)).collect();
        (last, Finding::certain(canonical, span))
    })
}

fn with_letters(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let bytes = text.text().as_bytes();
    let mut next = 0;
    for word in text.words() {
        if word.start < next {
            continue;
        }
        let found = LETTERED
            .iter()
            .find_map(|kind| lettered(text.text(), bytes, word.start, kind));
        if let Some(finding) = found.or_else(|| finnish(bytes, word.start)) {
            next = finding.span.end;
            out.push(finding);
        }
    }
}

fn lettered(text: &str, bytes: &[u8], start: usize, kind: &Lettered) -> Option<Finding> {
    let (plain, end) = read(bytes, start, kind)?;
    if !(kind.key)(&plain) {
        return None;
    }
    let before = text::before_or_above(text, start, 56);
    let after = text::after(text, end, 24);
    let thing = text::last_word(before, &THING);
    let named =
        text::last_word(before, kind.names) > thing || text::has_whole_word(after, kind.names);
    let written = &bytes[start..end];
    // Eight digits that are a date are the start of many numbers of things.
    let dated = plain.starts_with(b"20") || plain.starts_with(b"19");
    let alone = (kind.alone)(written) && thing.is_none() && !(dated && kind.length == 9);
    (named || alone).then(|| {
        let canonical: String = plain.iter().map(|byte| char::from(*byte)).collect();
        Finding::certain(canonical, start..end)
    })
}

/// Reads the characters from `start` on: as many as `kind` has, to the end of a word, with one space, dot or dash at most
/// between two.
fn read(bytes: &[u8], start: usize, kind: &Lettered) -> Option<(Vec<u8>, usize)> {
    let first = bytes[start];
    if first.is_ascii_digit() != (kind.starts[0] == b'9') {
        return None;
    }
    let mut plain = Vec::with_capacity(kind.length);
    let mut at = start;
    while plain.len() < kind.length {
        let byte = bytes.get(at)?.to_ascii_uppercase();
        let fits = match kind.starts.get(plain.len()) {
            Some(b'a') => byte.is_ascii_uppercase(),
            Some(_) => byte.is_ascii_digit(),
            None => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return None;
        }
        plain.push(byte);
        at += 1;
        let gap = matches!(bytes.get(at), Some(b' ' | b'.' | b'-'));
        if gap && plain.len() < kind.length {
            at += 1;
        }
    }
    (!bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some((plain, at))
}

/// A Finnish number has a sign in it: `131052-308T`, `131052A308T`.
fn finnish(bytes: &[u8], start: usize) -> Option<Finding> {
    let written = bytes.get(start..start + 11)?;
    if !written[..6].iter().all(u8::is_ascii_digit)
        || bytes.get(start + 11).is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let plain = written.to_ascii_uppercase();
    keys::finland(&plain).then(|| {
        let canonical: String = plain.iter().map(|byte| char::from(*byte)).collect();
        Finding::certain(canonical, start..start + 11)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn numbers_are_found_in_their_usual_writings() {
        for (text, number) in [
            ("85.07.30-033.28", "85073003328"),
            ("NISS 850730 033 28", "85073003328"),
            ("né en Belgique, 85073003328.", "85073003328"),
            ("AVS 756.9217.0769.85", "7569217076985"),
            ("7569217076985", "7569217076985"),
            ("756 9217 0769 85", "7569217076985"),
            ("matricule 1893 12 01 057 32", "1893120105732"),
            ("DNI 54362315K", "54362315K"),
            ("54362315-K", "54362315K"),
            ("dni 54.362.315-k", "54362315K"),
            ("DNI: 54362315 K", "54362315K"),
            ("X-2482300-W", "X2482300W"),
            ("nie x2482300w", "X2482300W"),
            ("RCCMNL83S18D969H", "RCCMNL83S18D969H"),
            ("RCC MNL 83S18 D969H", "RCCMNL83S18D969H"),
            ("codice fiscale rcc mnl 83s18 d969h", "RCCMNL83S18D969H"),
            ("Steuer-ID 36574261809", "36574261809"),
            ("36 574 261 809", "36574261809"),
            ("KVNR A123456780", "A123456780"),
            ("Krankenversichertennummer: A 123 456 780", "A123456780"),
            ("NHS number 943 476 5870", "9434765870"),
            ("NHS No: 9434765870", "9434765870"),
            ("BSN 111222333", "111222333"),
            ("NIF 501 964 843", "501964843"),
            ("131052-308T", "131052-308T"),
            ("AB 12 34 56 C", "AB123456C"),
            ("NINO AB123456C", "AB123456C"),
            ("PPS 6433435F", "6433435F"),
            ("15108695088", "15108695088"),
            ("PESEL 44051401359", "44051401359"),
            ("SSN 536-90-4399", "536904399"),
            ("personnummer 880320-0016", "8803200016"),
        ] {
            assert_eq!(canonicals(find, text), [number], "{text}");
        }
    }

    #[test]
    fn wrong_keys_and_other_numbers_are_none() {
        for text in [
            "85.07.30-033.29",
            "756.9217.0769.86",
            "54362315L",
            "lot 54362315K",
            "le 54362315 k a été",
            "RCCMNL83S18D969I",
            "les résultats dispo à 17 h 10 sur le serveur, 1234567",
            "notre kiné Hugo Vasseur est là, 1234567",
            "36574261809",
            "Steuer-ID 36574261808",
            "A123456780",
            "KVNR A123456781",
            "9434765870",
            "NHS number 943 476 5871",
            "111222333",
            "501964843",
            "AB123456C",
            "6433435F",
            "131052-308U",
            "536-90-4399",
            "commande 85073003328",
            "2024-09-06T09:53:54.362315K id 213161",
            "EAN 7569217076985",
            "tirage 8 50 73 00 33 28",
            "+85073003328",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
