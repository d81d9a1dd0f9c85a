//! A named person together with what ails them: `Mme Dupont a fait une fausse couche`.
//!
//! Only ever asked about, never certain: names and illness stand together in innocent sentences too. A name is a title, a
//! word such as `patiente` or a first name, with a capitalised name after it. Professionals, authors, places and illnesses
//! that carry a name are no such persons, nor are initials.

mod words;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text;

/// How far from the name what ails them may stand, in bytes.
const NEAR: usize = 90;
/// How many words a name has at most.
const LONGEST: usize = 5;

/// What announces a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    /// `Mme`
    Title,
    /// `la patiente`
    Patient,
    /// `ma voisine`
    Relation,
    /// `Awa`
    FirstName,
}

static AILMENTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(
            words::AILMENTS
                .iter()
                .map(|word| word.trim_end_matches('$')),
        )
        .expect("a short fixed list is far below the automaton's limit")
});

/// A name in a text.
struct Name {
    /// Its words with what announces it, as indices.
    words: Range<usize>,
    /// The first word of the name itself.
    first: usize,
    announced: Announced,
}

/// Finds names beside what ails their bearers.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    let ailments = ailments(text);
    if ailments.is_empty() {
        return;
    }
    let mut at = 0;
    while at < text.words().len() {
        let Some(name) = name_at(text, at) else {
            at += 1;
            continue;
        };
        at = name.words.end;
        if ails(text, &name, &ailments) && !is_public(text, &name) {
            let spans = text.words();
            let shown = name.first..name.words.end;
            let parts: Vec<&str> = spans[shown]
                .iter()
                .map(|it| &text.lower()[it.clone()])
                .collect();
            out.push(Finding {
                canonical: parts.join(" "),
                span: spans[name.words.start].start..spans[name.words.end - 1].end,
                certain: false,
            });
        }
    }
}

/// Where words of health and care begin, in order; and whether a first name alone is enough beside them.
fn ailments(text: &Folded<'_>) -> Vec<(usize, bool)> {
    let lower = text.lower();
    let whole = |pattern: usize, end: usize| {
        !words::AILMENTS[pattern].ends_with('$') || !text::glued_after(lower, end)
    };
    AILMENTS
        .find_iter(lower)
        .filter(|found| {
            !text::glued_before(lower, found.start())
                && whole(found.pattern().as_usize(), found.end())
        })
        .map(|found| (found.start(), !words::WEAK.contains(&&lower[found.range()])))
        .collect()
}

/// The name that begins with the word `at`.
fn name_at(text: &Folded<'_>, at: usize) -> Option<Name> {
    let spans = text.words();
    let word = lower(text, at);
    let capital = text::capital(text, spans[at].start);
    let title = words::TITLES.contains(word) && (word.len() > 1 || capital);
    let announced = if title {
        Announced::Title
    } else if text.text()[spans[at].clone()]
        .bytes()
        .all(|byte| byte.is_ascii_uppercase())
        && word.len() > 2
        && !words::FIRST_NAMES.contains(word)
    {
        // In capitals, a verb reads like a name.
        return None;
    } else if words::PATIENTS.contains(word) {
        Announced::Patient
    } else if words::RELATIONS.contains(word) {
        Announced::Relation
    } else if capital && words::FIRST_NAMES.contains(word) {
        Announced::FirstName
    } else {
        return None;
    };
    let first = if announced == Announced::FirstName {
        at
    } else {
        at + 1
    };
    let end = name_end(text, first, announced)?;
    let named = end - first;
    let least = if matches!(announced, Announced::Title | Announced::Patient) {
        1
    } else {
        2
    };
    // An initial hides the name: `Mme Du.`, `Awa N.`
    let initial = end - first == 1
        && spans[first].len() <= 2
        && text.lower()[spans[first].end..].starts_with('.');
    (named >= least && !initial).then_some(Name {
        words: at..end,
        first,
        announced,
    })
}

/// What follows the last word of the name that begins with the word `first`.
fn name_end(text: &Folded<'_>, first: usize, announced: Announced) -> Option<usize> {
    let spans = text.words();
    let mut end = first;
    let mut at = first;
    while at < spans.len() && at - first < LONGEST {
        let word = lower(text, at);
        let gap = gap(text, at);
        let after_title = at == first && announced == Announced::Title && matches!(gap, ". " | ".");
        let joined = at == first && announced == Announced::FirstName
            || matches!(gap, " " | "-" | "'")
            || after_title;
        if !joined || words::NO_NAMES.contains(word) {
            break;
        }
        let particle = words::PARTICLES.contains(&word);
        let proper = !particle
            && text::capital(text, spans[at].start)
            && spans[at].len() > 1
            && word.chars().all(char::is_alphabetic);
        if proper {
            end = at + 1;
        } else if !particle {
            break;
        }
        at += 1;
    }
    if end == first && announced == Announced::Title {
        return lower_case(text, first);
    }
    (end > first).then_some(end)
}

/// `mme dupont a fait une chute`: people who write fast leave the capital out.
fn lower_case(text: &Folded<'_>, at: usize) -> Option<usize> {
    let spans = text.words();
    let word = spans.get(at).map(|_| lower(text, at))?;
    let next = spans.get(at + 1).map_or("", |_| lower(text, at + 1));
    let after = spans.get(at + 2).map_or("", |_| lower(text, at + 2));
    let abbreviated = matches!(lower(text, at - 1), "mme" | "mlle" | "mr");
    let verb = matches!(next, "est" | "souffre")
        || (next == "a" && matches!(after, "fait" | "un" | "une" | "eu" | "ete" | "des"));
    let name =
        word.len() > 2 && word.chars().all(char::is_alphabetic) && !words::NO_NAMES.contains(word);
    (abbreviated && verb && name && matches!(gap(text, at), " " | ". ")).then_some(at + 1)
}

/// Whether what ails somebody stands near the name, in its sentence.
fn ails(text: &Folded<'_>, name: &Name, ailments: &[(usize, bool)]) -> bool {
    let sentence = sentence(text, &name.words);
    let from = ailments.partition_point(|(at, _)| *at < sentence.start);
    let own = text.words()[name.first].start..text.words()[name.words.end - 1].end;
    let mut near = ailments[from..]
        .iter()
        .take_while(|(at, _)| *at < sentence.end);
    near.any(|(at, strong)| {
        !own.contains(at) && (*strong || name.announced != Announced::FirstName)
    })
}

/// The part of the name's sentence that is near to it, in bytes.
fn sentence(text: &Folded<'_>, words: &Range<usize>) -> Range<usize> {
    let spans = text.words();
    let (start, end) = (spans[words.start].start, spans[words.end - 1].end);
    let (from, to) = (text::back(text, start, NEAR), text::forth(text, end, NEAR));
    let mut first = words.start;
    while first > 0 && spans[first - 1].start >= from && !is_stop(text, first) {
        first -= 1;
    }
    let mut last = words.end;
    while last < spans.len() && spans[last].end <= to && !is_stop(text, last) {
        last += 1;
    }
    spans[first].start..spans[last - 1].end
}

/// Whether a sentence ends right before the word `at`.
fn is_stop(text: &Folded<'_>, at: usize) -> bool {
    let gap = gap(text, at);
    let abbreviated = at > 0
        && (text.words()[at - 1].len() == 1
            || words::TITLES.contains(lower(text, at - 1))
            || matches!(lower(text, at - 1), "dr" | "pr" | "st" | "ste"));
    gap.contains(['?', '!', '\n']) || (gap.contains(". ") && !abbreviated)
}

/// Whether the name is that of a professional, an author, a place, an illness or somebody who is spoken to.
fn is_public(text: &Folded<'_>, name: &Name) -> bool {
    let spans = text.words();
    let full: Vec<&str> = spans[name.first..name.words.end]
        .iter()
        .map(|it| &text.lower()[it.clone()])
        .collect();
    let full = full.join(" ");
    if words::KNOWN.iter().any(|known| full.starts_with(known)) {
        return true;
    }
    // The word that the name belongs to: `le score de M. Untel`, `hôpital Jean Minjoz`, `merci Mme Dupont`.
    let head = (0..name.words.start)
        .rev()
        .take(4)
        .map(|at| lower(text, at))
        .find(|word| {
            !matches!(
                *word,
                "de" | "d"
                    | "du"
                    | "des"
                    | "la"
                    | "le"
                    | "l"
                    | "et"
                    | "m"
                    | "mme"
                    | "notre"
                    | "votre"
            )
        });
    let headed = head.is_some_and(|head| {
        let glued = !is_stop(text, name.words.start);
        glued
            && (words::HEADS.contains(head)
                || (name.announced == Announced::FirstName && words::PLACES.contains(head)))
    });
    let after = text::words(
        text,
        spans[name.words.end - 1].end..text::forth(text, spans[name.words.end - 1].end, 32),
    );
    let professional = after.take(4).any(|word| words::PROFESSIONS.contains(word));
    let sentence = sentence(text, &name.words);
    headed || professional || text::words(text, sentence).any(|word| words::TEAM.contains(word))
}

fn lower<'t>(text: &'t Folded<'_>, at: usize) -> &'t str {
    &text.lower()[text.words()[at].clone()]
}

/// What stands between the word `at` and the one before.
fn gap<'t>(text: &'t Folded<'_>, at: usize) -> &'t str {
    let spans = text.words();
    let from = at.checked_sub(1).map_or(0, |before| spans[before].end);
    &text.lower()[from..spans[at].start]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::detectors::canonicals;

    #[test]
    fn a_name_with_what_ails_the_person_is_asked_about() {
        for (text, name) in [
            ("Mme Dupont a fait une fausse couche", "dupont"),
            ("M. Jean Martin est hospitalisé", "jean martin"),
            ("ma voisine Awa Ndiaye a un cancer", "awa ndiaye"),
            (
                "La patiente Sophie Durand est séropositive",
                "sophie durand",
            ),
            ("Escarre au talon chez Mme LEROY", "leroy"),
            ("Mme Le Goff est tombée cette nuit", "le goff"),
            ("Awa Ndiaye a été opérée hier", "awa ndiaye"),
            ("mme dupont a fait une chute", "dupont"),
            ("Mr Smith has dementia", "smith"),
            ("Bonjour. M. Kaya, diabétique, a besoin d'insuline", "kaya"),
            (
                "le résident Bernard Petit refuse son insuline",
                "bernard petit",
            ),
        ] {
            assert_eq!(canonicals(find, text), [name], "{text}");
        }
        let mut out = Vec::new();
        find(&Folded::new("Mme Dupont a un cancer"), &mut out);
        assert!(!out[0].certain, "only asked about");
    }

    #[test]
    fn professionals_authors_places_illnesses_and_initials_pass() {
        for text in [
            "Dr Martin opère la fracture à 14 h",
            "le Dr Jean Martin suit ce cancer",
            "l'infirmière Sophie Durand refait le pansement",
            "le professeur Jean Martin parle du diabète",
            "selon M. Macron, l'hôpital souffre",
            "Mme D. a fait une fausse couche",
            "Mme X a un cancer",
            "maladie de Parkinson et diabète",
            "syndrome de Down, score de Glasgow, signe de Babinski : fracture ?",
            "transfert à l'hôpital Jean Minjoz pour une fracture",
            "étude de Jean Martin sur le cancer",
            "Mme Dupont, infirmière, refait le pansement",
            "Merci Mme Dupont pour le pansement",
            "Bonjour Mme Dupont, le pansement est prêt",
            "Mme la directrice parle du cancer",
            "Mme Dupont organise la formation sur la chute",
            "Mme Dupont va bien. Un autre patient a chuté",
            "Jean est malade, qui le remplace ?",
            "ma collègue Sophie est malade",
            "Une patiente de 34 ans a fait une fausse couche",
            "Le patient Lundi a une chute",
            "opération faite par M. Martin",
            "CHU Claude Bernard : service de chirurgie",
            "Mme a chuté",
            "LA PATIENTE DE LA 12 REFUSE LA TOILETTE",
        ] {
            assert_eq!(canonicals(find, text), Vec::<String>::new(), "{text}");
        }
    }
}
