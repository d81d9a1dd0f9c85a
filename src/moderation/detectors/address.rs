//! Postal addresses of people: number, kind of street, name, and postcode with town.
//!
//! With postcode and town, or beside words of living somewhere, an address is certain. A number and a street alone are only
//! asked about. What stands nearest before it decides whose it is: after a hospital, a practice or a meeting the address is
//! public and nothing is said, for these are shared every day.

mod whose;
mod words;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;
use whose::Whose;
use words::{AMOUNTS, ENDS, FIRST_ENGLISH, MONTHS, NO_HOUSE, PARTICLES, STREETS};

/// How far from the name postcode and town may stand, in bytes.
const POSTCODE_WITHIN: usize = 60;

static KINDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(STREETS.map(|(word, ..)| word))
        .expect("a short fixed list is far below the automaton's limit")
});

/// A street that stands in a text, perhaps with the number of a house.
struct Street {
    /// The words of it, as indices.
    words: Range<usize>,
    /// Whether it has the number of a house.
    numbered: bool,
    /// Whether it reads as a street without anything else.
    plain: bool,
    /// As it would always be written.
    canonical: String,
}

/// Finds addresses.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    if text.digits() == 0 {
        return;
    }
    let mut done = 0;
    for found in KINDS.find_iter(text.lower()) {
        let at = text::word_at(text, found.start());
        let whole = text
            .words()
            .get(at)
            .is_some_and(|word| *word == found.range());
        if !whole || at < done {
            continue;
        }
        let kind = found.pattern().as_usize();
        let street = (kind < FIRST_ENGLISH)
            .then(|| french(text, at, kind))
            .flatten()
            .or_else(|| english(text, at, kind));
        if let Some((end, finding)) = street.and_then(|street| judge(text, &street)) {
            // An overlap with the one before is one address.
            if street_starts_after(out, &finding) {
                out.push(finding);
            }
            done = end;
        }
    }
}

fn street_starts_after(out: &[Finding], finding: &Finding) -> bool {
    out.last()
        .is_none_or(|last| last.span.end <= finding.span.start)
}

/// What a street is worth with what stands around it, and its last word.
fn judge(text: &Folded<'_>, street: &Street) -> Option<(usize, Finding)> {
    let spans = text.words();
    let start = spans[street.words.start].start;
    let street_end = spans[street.words.end - 1].end;
    let whose = whose::before(text, start);
    if whose == Whose::Public {
        return None;
    }
    let town = town_after(text, street.words.end);
    let last = town.unwrap_or(street.words.end);
    let end = spans[last - 1].end;
    let certain = match (whose, street.numbered, town.is_some()) {
        (Whose::Home, true, _) | (Whose::Home, false, true) => true,
        (Whose::Unknown, true, true) => !whose::public_after(text, end),
        (Whose::Meeting, true, true) => false,
        (Whose::Unknown | Whose::Meeting, true, false)
            if street.plain && !whose::public_after(text, street_end) =>
        {
            false
        }
        _ => return None,
    };
    let mut canonical = street.canonical.clone();
    for word in &spans[street.words.end..last] {
        canonical.push(' ');
        canonical.push_str(&text.lower()[word.clone()]);
    }
    Some((
        last,
        Finding {
            canonical,
            span: start..end,
            certain,
        },
    ))
}

/// `12 bis, rue des Lilas`, or `rue des Lilas 12` as in Belgium and Switzerland; `at` is the word for the street.
fn french(text: &Folded<'_>, at: usize, kind: usize) -> Option<Street> {
    let (_, word, weak) = STREETS[kind];
    let name_end = name_after(text, at)?;
    let core = (at + 1..name_end).find(|it| !PARTICLES.contains(lower(text, *it)))?;
    if lower(text, core).starts_with(|c: char| c.is_alphabetic()) && has_digit(lower(text, core)) {
        return None;
    }
    let capital = text::capital(text, text.words()[core].start);
    let before = house_before(text, at);
    let after = name_end;
    let after =
        (before.is_none() && is_house(text, after) && is_gap(text, after, " ,")).then_some(after);
    // A number after the name needs a name in capitals, and nothing glued to it: `route barrée km 20`, `cours 24/05`.
    let after = after.filter(|it| capital && !is_glued_after(text, *it));
    let number = before.as_ref().map(|words| words.start).or(after);
    let numbered = number.is_some();
    let mut canonical = number.map_or_else(String::new, |it| format!("{} ", lower(text, it)));
    canonical.push_str(word);
    for part in at + 1..name_end {
        canonical.push(' ');
        canonical.push_str(lower(text, part));
    }
    Some(Street {
        words: before.map_or(at, |words| words.start)..after.map_or(name_end, |it| it + 1),
        numbered,
        plain: after.is_none() && (capital || !weak) && (weak || text.words()[core].len() > 2),
        canonical,
    })
}

/// `12 High Street`; `at` is the word for the street.
fn english(text: &Folded<'_>, at: usize, kind: usize) -> Option<Street> {
    let (_, word, weak) = STREETS[kind];
    let spans = text.words();
    let capital = |it: usize| text::capital(text, spans[it].start);
    let mut first = at;
    while first > 0 && at - first < 4 && capital(first - 1) && is_gap(text, first, " '.-") {
        first -= 1;
    }
    if first == at
        || first == 0
        || !capital(at)
        || !is_house(text, first - 1)
        || !is_gap(text, first, " ,")
    {
        return None;
    }
    let house = first - 1;
    if house > 0 && (NO_HOUSE.contains(lower(text, house - 1)) || !is_free(text, house)) {
        return None;
    }
    let name: Vec<&str> = (house..at).map(|it| lower(text, it)).collect();
    Some(Street {
        words: house..at + 1,
        numbered: true,
        plain: !weak && kind >= FIRST_ENGLISH,
        canonical: format!("{} {word}", name.join(" ")),
    })
}

/// What follows the last word of the name after the word `at`.
fn name_after(text: &Folded<'_>, at: usize) -> Option<usize> {
    let spans = text.words();
    let mut end = at + 1;
    while end < spans.len() && end - at <= 7 {
        let word = lower(text, end);
        let previous = &spans[end - 1];
        let abbreviated = end == at + 1 || previous.len() <= 3;
        let joined = is_gap(text, end, " '-") || (abbreviated && is_gap(text, end, " .'-"));
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        let month = |it: usize| it < spans.len() && MONTHS.contains(&lower(text, it));
        let dated = digits && (month(end + 1) || month(end - 1));
        if !joined || ENDS.contains(word) || (word.as_bytes()[0].is_ascii_digit() && !dated) {
            break;
        }
        end += 1;
    }
    (end > at + 1).then_some(end)
}

/// The words of a house number that ends right before the word `at`.
fn house_before(text: &Folded<'_>, at: usize) -> Option<Range<usize>> {
    let mut first = at.checked_sub(1)?;
    if !is_gap(text, at, " ,") {
        return None;
    }
    if matches!(
        lower(text, first),
        "bis" | "ter" | "quater" | "a" | "b" | "c" | "d"
    ) {
        if !is_gap(text, first, " ") {
            return None;
        }
        first = first.checked_sub(1)?;
    }
    if !is_house(text, first) {
        return None;
    }
    if first > 0 && is_house(text, first - 1) && is_gap(text, first, "-/") {
        first -= 1;
    }
    let free = first == 0 || (!NO_HOUSE.contains(lower(text, first - 1)) && is_free(text, first));
    free.then_some(first..at)
}

/// Whether the word `at` may be the number of a house: `12`, `12b`, `12bis`.
fn is_house(text: &Folded<'_>, at: usize) -> bool {
    if at >= text.words().len() {
        return false;
    }
    let word = lower(text, at);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&digits)
        && !word.starts_with('0')
        && matches!(&word[digits..], "" | "a" | "b" | "c" | "d" | "bis" | "ter")
}

/// Whether the number `at` is not the end of a time, a date or a decimal.
fn is_free(text: &Folded<'_>, at: usize) -> bool {
    let from = text.words()[at - 1].end;
    let gap = &text.lower()[from..text.words()[at].start];
    let after_digit = lower(text, at - 1).ends_with(|c: char| c.is_ascii_digit());
    !(after_digit && matches!(gap, ":" | "/" | "." | "," | "-"))
}

/// Whether the number `at` is the start of a date, a time or a decimal.
fn is_glued_after(text: &Folded<'_>, at: usize) -> bool {
    let rest = &text.lower().as_bytes()[text.words()[at].end..];
    matches!(rest, [b':' | b'/' | b'.' | b',' | b'-', next, ..] if next.is_ascii_digit())
}

/// The word after postcode and town, if both stand soon after the word `from`.
fn town_after(text: &Folded<'_>, from: usize) -> Option<usize> {
    let spans = text.words();
    let street_end = spans[from - 1].end;
    let limit = street_end + POSTCODE_WITHIN;
    let near = (from..spans.len()).take_while(|it| spans[*it].start < limit);
    for at in near {
        let gap = &text.lower()[spans[at - 1].end..spans[at].start];
        if gap.contains([':', ';', '?', '!']) || (gap.contains(". ") && spans[at - 1].len() > 3) {
            return None;
        }
        let word = lower(text, at);
        let next = at + 1;
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        let american = digits && word.len() == 5 && at > from && spans[at - 1].len() == 2 && {
            let state = &text.text()[spans[at - 1].clone()];
            state.bytes().all(|byte| byte.is_ascii_uppercase())
        };
        if american || is_british(text, at) {
            return Some(if american || word.len() > 4 {
                next
            } else {
                next + 1
            });
        }
        let town = next < spans.len()
            && is_gap(text, next, " ,-")
            && spans[next].len() > 1
            && lower(text, next)
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic())
            && !AMOUNTS.contains(lower(text, next));
        let abroad = digits
            && word.len() == 4
            && at == from
            && !word.starts_with('0')
            && town
            && text::capital(text, spans[next].start);
        if abroad || (digits && word.len() == 5 && is_department(word) && town) {
            return Some(town_end(text, next));
        }
    }
    None
}

/// `Villeneuve d'Ascq`, `Saint-Denis`: what follows the last word of the town that begins with the word `at`.
fn town_end(text: &Folded<'_>, at: usize) -> usize {
    let spans = text.words();
    let mut end = at + 1;
    while end < spans.len()
        && end - at < 5
        && is_gap(text, end, "-'")
        && lower(text, end)
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic())
    {
        end += 1;
    }
    end
}

/// Departments 01–95, overseas 97 and 98 (La Poste).
fn is_department(postcode: &str) -> bool {
    postcode[..2]
        .parse()
        .is_ok_and(|department: u8| matches!(department, 1..=95 | 97 | 98))
}

/// `LS1 4AB` in two words or one (Royal Mail's format).
fn is_british(text: &Folded<'_>, at: usize) -> bool {
    let word = lower(text, at);
    let inward = |part: &[u8]| matches!(part, [digit, one, two] if digit.is_ascii_digit() && one.is_ascii_alphabetic() && two.is_ascii_alphabetic());
    let outward = |part: &[u8]| {
        let letters = part
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        (1..=2).contains(&letters)
            && part.get(letters).is_some_and(u8::is_ascii_digit)
            && (letters + 1..=letters + 2).contains(&part.len())
    };
    if word.is_ascii() && (5..=7).contains(&word.len()) {
        let (out, inner) = word.as_bytes().split_at(word.len() - 3);
        return outward(out) && inward(inner);
    }
    at + 1 < text.words().len()
        && outward(word.as_bytes())
        && inward(lower(text, at + 1).as_bytes())
        && is_gap(text, at + 1, " ")
}

fn lower<'t>(text: &'t Folded<'_>, at: usize) -> &'t str {
    &text.lower()[text.words()[at].clone()]
}

fn has_digit(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether only characters of `allowed`, at most three, stand between the word `at` and the one before.
fn is_gap(text: &Folded<'_>, at: usize, allowed: &str) -> bool {
    let Some(previous) = at.checked_sub(1) else {
        return false;
    };
    let gap = &text.lower()[text.words()[previous].end..text.words()[at].start];
    gap.len() <= 3 && gap.chars().all(|c| allowed.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        crate::moderation::detectors::found(find, text)
    }

    #[test]
    fn postcode_and_town_make_an_address_certain() {
        for (text, canonical) in [
            (
                "12 rue des Lilas, 59000 Lille",
                "12 rue des lilas 59000 lille",
            ),
            (
                "Passer au 12 bis, rue des Lilas 59000 LILLE",
                "12 rue des lilas 59000 lille",
            ),
            (
                "8 av. du Général-Leclerc\n69003 Lyon",
                "8 avenue du general leclerc 69003 lyon",
            ),
            (
                "3 place de l'Église, bât B, 59650 Villeneuve-d'Ascq",
                "3 place de l eglise bat b 59650 villeneuve d ascq",
            ),
            (
                "7 rue du 8 mai 1945 62000 arras",
                "7 rue du 8 mai 1945 62000 arras",
            ),
            (
                "Rue de la Loi 16, 1000 Bruxelles",
                "16 rue de la loi 1000 bruxelles",
            ),
            (
                "12 High Street, Leeds LS1 4AB",
                "12 high street leeds ls1 4ab",
            ),
            (
                "742 Evergreen Terrace, Springfield, IL 62704",
                "742 evergreen terrace springfield il 62704",
            ),
        ] {
            assert_eq!(found(text), [(canonical.to_owned(), true)], "{text}");
        }
    }

    #[test]
    fn living_there_makes_an_address_certain() {
        for text in [
            "j'habite au 12 rue des Lilas",
            "Elle habite 4, impasse du Moulin à Roubaix",
            "domicile : 14 chemin vert",
            "son adresse : 5 allée Pasteur",
            "Mme D. habite résidence Les Pins, 06100 Nice",
            "she lives at 12 High Street",
            "Sorti de l'hôpital hier, il habite 12 rue des Lilas 59000 Lille",
        ] {
            assert!(
                matches!(found(text)[..], [(_, true)]),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    #[test]
    fn a_street_alone_is_asked_about() {
        for text in [
            "Rendez-vous au 25 rue Nationale, 59000 Lille",
            "Passage demain, 12 rue des Lilas",
            "au 3 place Rihour",
            "12 High Street",
        ] {
            assert!(
                matches!(found(text)[..], [(_, false)]),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    #[test]
    fn public_addresses_and_what_is_no_address_pass() {
        for text in [
            "CHU, 2 place de Verdun, 59000 Lille",
            "Pharmacie de garde : 12 rue des Lilas, 59000 Lille",
            "Cabinet infirmier\n12 rue des Lilas\n59000 Lille",
            "Formation PSC1. Adresse : 14 rue de la Gare, 59000 Lille",
            "La réunion aura lieu au 8 rue Faidherbe, 59800 Lille",
            "Dr Martin, 12 rue Nationale, 59800 Lille",
            "maison de santé, 3 rue Pasteur 62000 Arras",
            "il reste 12 place de parking",
            "j'ai 3 cours de danse",
            "lot 12 route",
            "ouvert de 8 h à 12 h, rue Pasteur",
            "bus 12 avenue de la Gare",
            "RDV à 14:30 rue de la Gare",
            "rue des Lilas 12/03/2026",
            "route barrée km 20, prévoir 15 min. Biologie : 56011, imagerie : 66200",
            "cours de suture 24/05, 1 inscrit, lot 43342 Bon",
            "Maraude ce soir, départ 8 rue de Lannoy 59000 Lille",
            "2 verrues plantaires",
            "chambre 12 allée B",
            "Leeds hospital, 12 High Street, Leeds LS1 4AB",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
