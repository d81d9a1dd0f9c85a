//! Passwords, door codes and access tokens.
//!
//! Two ways: the shape of a key that programs make (in [`keys`]), and a word such as `mot de passe` or `digicode` with a
//! value after it. Talk about passwords is everyday talk: so only a value that looks like one counts, and only right after
//! the word, its colon or its `est`. A plain word as a password is only asked about.

mod keys;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Finding;
use crate::moderation::normalise::Folded;
use crate::moderation::text::{self, WordSet, word_set};

/// What a word announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    /// Any characters.
    Password,
    /// A short code of a door or a card.
    Code,
    /// A code, if the words around say what it opens.
    SomeCode,
}

const WORDS: [(&str, Announced); 25] = [
    ("mot de passe", Announced::Password),
    ("mots de passe", Announced::Password),
    ("mot de pass", Announced::Password),
    ("mdp", Announced::Password),
    ("password", Announced::Password),
    ("passwort", Announced::Password),
    ("passwd", Announced::Password),
    ("passphrase", Announced::Password),
    ("pwd", Announced::Password),
    ("cle wifi", Announced::Password),
    ("cle wi-fi", Announced::Password),
    ("cle du wifi", Announced::Password),
    ("cle wpa", Announced::Password),
    ("cle api", Announced::Password),
    ("api key", Announced::Password),
    ("access token", Announced::Password),
    ("passcode", Announced::Code),
    ("digicode", Announced::Code),
    ("digicodes", Announced::Code),
    ("pin", Announced::Code),
    ("boite a cles", Announced::Code),
    ("boite a clefs", Announced::Code),
    ("lockbox", Announced::Code),
    ("key box", Announced::Code),
    ("code", Announced::SomeCode),
];

/// What codes open.
static OPENED: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "porte portail portillon entree immeuble batiment hall boite coffre coffret alarme wifi wi fi vestiaire vestiaires \
         garage barriere cle cles clef clefs acces pin puk cps secret confidentiel carte cb bancaire telephone portable tablette \
         session ordinateur pc verrou cadenas sim armoire local reserve interphone digicode domicile maison appartement \
         residence deverrouillage door gate entry wifi access alarm key lockbox unlock phone safe building front",
    )
});

/// Such words also before `code 1234`, when nothing else is between.
static DOORS: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "porte portail portillon immeuble hall boite coffre alarme wifi interphone cadenas entree cles door gate lockbox",
    )
});

/// Words that may stand between the word and its value.
static BETWEEN: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "d l de du des la le les a au aux un une pour sur en et son sa mon ma notre nos votre vos ton ta the of for to my \
         our your his her nouveau nouvelle principal principale bas rue cour c ce is est code provisoire temporaire initial",
    )
});

/// Words that say that no value is told, or that a meeting's code is.
static NO_VALUE: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "oublie oublier perdu perdre changer change changez changement modifier modifie appeler appelez contacter contactez \
         contact demander demandez demande voir tel telephoner poste numero support hotline aide ticket reinitialiser \
         reinitialisation reinitialisez expire expiration mail politique longueur regle regles gestionnaire gestion renouveler \
         renouvellement depuis hs panne marche fonctionne bloque affiche note ecrit visio zoom teams reunion conference \
         webinaire meet webex forgot forgotten reset change changed expired policy manager meeting postal barre barres \
         jamais never exemple example",
    )
});

/// Words after a number that make it a measure of passwords.
static MEASURES: LazyLock<WordSet> = LazyLock::new(|| {
    word_set(
        "caractere caracteres signe signes chiffre chiffres lettre lettres jour jours mois minimum min ans an fois semaines heures \
         minutes essais tentatives characters digits days letters times attempts months",
    )
});

/// How far from the word the value may begin, in bytes.
const WITHIN: usize = 56;
/// The longest value, in bytes.
const LONGEST: usize = 128;

static STARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = WORDS.iter().map(|(word, _)| *word);
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words.chain(keys::PREFIXES))
        .expect("a short fixed list is far below the automaton's limit")
});

/// A value after a word, and how it was joined to it.
struct Value<'t> {
    start: usize,
    shown: &'t str,
    /// By a colon or an equals sign, or within quotes.
    told: bool,
    quoted: bool,
}

/// Finds passwords and tokens.
pub fn find(text: &Folded<'_>, out: &mut Vec<Finding>) {
    keys::recovery(text, out);
    let lower = text.lower();
    let mut done = 0;
    for found in STARTS.find_iter(lower) {
        if found.start() < done {
            continue;
        }
        let pattern = found.pattern().as_usize();
        let finding = if let Some((_, announced)) = WORDS.get(pattern) {
            let whole =
                !text::glued_before(lower, found.start()) && !text::glued_after(lower, found.end());
            whole
                .then(|| named(text, found.range(), *announced))
                .flatten()
        } else {
            keys::at(text.text(), found.range())
        };
        if let Some(finding) = finding {
            done = finding.span.end;
            out.push(finding);
        }
    }
}

/// The value that the word at `word` announces.
fn named(text: &Folded<'_>, word: std::ops::Range<usize>, announced: Announced) -> Option<Finding> {
    let talk = text::words(text, text::back(text, word.start, 32)..word.start);
    if talk
        .into_iter()
        .any(|word| NO_VALUE.contains(word) && word != "poste")
    {
        return None;
    }
    let value = value_after(text, word.end, announced)?;
    let opens = announced == Announced::SomeCode && {
        let before = text::words(text, text::back(text, word.start, 24)..word.start);
        let between = text::words(text, word.end..value.start);
        before.into_iter().any(|word| DOORS.contains(word))
            || between.into_iter().any(|word| OPENED.contains(word))
    };
    let told = value.told || is_said(text, word.end, value.start);
    let certain = match announced {
        Announced::Password => is_password(text, &value)?,
        Announced::Code => is_code(text, &value).then_some(true)?,
        Announced::SomeCode if opens && told && is_wifi(text, &word, &value) => {
            is_password(text, &value)?
        }
        Announced::SomeCode => {
            (is_code(text, &value) && (opens || told && value.shown.len() <= 6)).then_some(opens)?
        }
    };
    // `code : 4512` alone is how everything is numbered.
    if announced == Announced::SomeCode && !opens && !is_said(text, word.end, value.start) {
        return None;
    }
    Some(Finding {
        canonical: value.shown.split_whitespace().collect(),
        span: value.start..value.start + value.shown.len(),
        certain,
    })
}

fn is_wifi(text: &Folded<'_>, word: &std::ops::Range<usize>, value: &Value<'_>) -> bool {
    text::words(text, text::back(text, word.start, 24)..value.start)
        .any(|word| matches!(word, "wifi" | "wi"))
}

/// Whether `le code est …` is written out, rather than a colon.
fn is_said(text: &Folded<'_>, from: usize, to: usize) -> bool {
    text::words(text, from..to).any(|word| matches!(word, "est" | "is"))
}

/// The value after a word that ends at byte `at`.
fn value_after<'t>(text: &'t Folded<'_>, at: usize, announced: Announced) -> Option<Value<'t>> {
    let spans = text.words();
    let lower = text.lower();
    let first = text::word_at(text, at);
    let mut gap_from = at;
    let mut strict = true;
    let limit = text::forth(text, at, WITHIN);
    let near = spans[first..].iter().take_while(|span| span.start <= limit);
    for (index, span) in near.enumerate() {
        let gap = &lower[gap_from..span.start];
        if let Some(sign) = gap.find([':', '=']) {
            return value_at(text, gap_from + sign + 1, true);
        }
        if gap.contains(['?', '!', ';', ',', '\n']) || gap.contains(". ") {
            return None;
        }
        let word = &lower[span.clone()];
        let previous = if index == 0 {
            ""
        } else {
            &lower[spans[first + index - 1].clone()]
        };
        if matches!(previous, "est" | "is") && !matches!(word, "le" | "la" | "the") {
            return value_at(text, gap_from, false).filter(|value| has_digit(value.shown));
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let adjacent = match announced {
            Announced::Password => {
                index <= 1 && digits >= 2 && word.len() >= 6 || index == 0 && digits >= 4
            }
            _ => digits >= 2 && word.len() >= 4,
        };
        if strict && adjacent {
            return value_at(text, span.start, false);
        }
        if NO_VALUE.contains(word) {
            return None;
        }
        // What is opened may have a name: `code de l'immeuble Pasteur : 45B12`.
        strict &= BETWEEN.contains(word) || OPENED.contains(word);
        if announced == Announced::SomeCode && index < 2 && !strict {
            return None;
        }
        gap_from = span.end;
    }
    let rest = &lower[gap_from..limit.max(gap_from)];
    let sign = rest
        .find([':', '='])
        .filter(|at| !rest[..*at].contains(['?', '!', ';', ',', '\n']))?;
    value_at(text, gap_from + sign + 1, true)
}

/// The value that begins at byte `at` or after the spaces there.
fn value_at<'t>(text: &'t Folded<'_>, at: usize, told: bool) -> Option<Value<'t>> {
    let whole = text.text();
    let rest = &whole[at..text::forth(text, at, LONGEST)];
    let opening =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '*' | '\u{ab}' | '=' | ':');
    let shown = rest.trim_start_matches(opening);
    let start = at + (rest.len() - shown.len());
    let quoted = rest[..rest.len() - shown.len()].contains(['"', '\'', '`', '\u{ab}']);
    let closing = |c: char| {
        c == '\n' || (quoted && matches!(c, '"' | '`' | '\u{bb}')) || (!quoted && c.is_whitespace())
    };
    let mut length = shown.find(closing).unwrap_or(shown.len());
    // Codes are also written in pieces: `45 B 12`.
    while !quoted && (length < 4 || ends_in_letter(&shown[..length])) {
        let next = shown[length..].trim_start_matches(' ');
        let from = shown.len() - next.len();
        let piece = next
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(next.len());
        let short = (1..=3).contains(&piece)
            && (piece == 1 && !next.starts_with(|c: char| c.is_ascii_lowercase())
                || next[..piece].bytes().all(|byte| byte.is_ascii_digit()));
        if !short || length == 0 || !has_digit(&shown[..length]) {
            break;
        }
        length = from + piece;
    }
    let shown = shown[..length]
        .trim_end_matches(|c: char| ".,;:!?)\"'`*".contains(c) || c == '\u{bb}')
        .trim();
    (!shown.is_empty()).then_some(Value {
        start,
        shown,
        told,
        quoted,
    })
}

/// `45 B`, to which more may belong.
fn ends_in_letter(part: &str) -> bool {
    let last = part.rsplit(' ').next().unwrap_or("");
    part.len() > last.len() && part.len() < 8 && last.len() == 1 && !has_digit(last)
}

/// Whether a value looks like a password: surely, perhaps (`false`), or not at all.
fn is_password(text: &Folded<'_>, value: &Value<'_>) -> Option<bool> {
    let shown = value.shown;
    let masked = {
        let mut letters = shown.chars().map(|c| c.to_ascii_lowercase());
        let first = letters.next()?;
        letters.all(|c| c == first)
            || shown.contains("**")
            || shown.starts_with(['<', '[', '{', '(', '_', '$'])
    };
    let address = shown.contains("://")
        || shown.starts_with("www.")
        || shown.contains('@')
            && shown.ends_with(|c: char| c.is_ascii_lowercase())
            && shown.contains('.');
    if shown.chars().count() < 4 || masked || address || is_moment(shown) || is_measure(text, value)
    {
        return None;
    }
    let is_symbol = |c: char| "!@#$%^&*+~?_".contains(c);
    let symbol = shown.is_ascii() && shown[1..shown.len() - 1].contains(is_symbol);
    let mixed = shown.chars().skip(1).any(char::is_uppercase)
        && shown.contains(|c: char| c.is_ascii_lowercase());
    if has_digit(shown) || symbol || (mixed && value.told) {
        let sure = value.told
            || value.quoted
            || is_said(text, text::back(text, value.start, 12), value.start);
        return Some(sure);
    }
    let end = value.start + shown.len();
    let last = text::after(text.text(), end, 8)
        .trim_matches(|c: char| !c.is_alphanumeric())
        .is_empty();
    let word = shown.to_ascii_lowercase();
    let plain = value.told
        && last
        && !NO_VALUE.contains(word.as_str())
        && shown.bytes().all(|byte| byte.is_ascii_alphabetic());
    plain.then_some(value.quoted)
}

/// Whether a value looks like the code of a door or a card.
fn is_code(text: &Folded<'_>, value: &Value<'_>) -> bool {
    let shown: String = value.shown.split_whitespace().collect();
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    let letters = shown.bytes().filter(u8::is_ascii_alphabetic).count();
    let fits = shown
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'#' | b'-'));
    let enough = digits >= 4
        || (digits >= 2 && letters >= 1 && shown.len() >= 3)
        || (digits >= 3 && value.told);
    fits && enough
        && letters <= 2 + digits
        && shown.len() <= 12
        && !is_moment(&shown)
        && !is_measure(text, value)
}

/// A date or a time: `12/03/2026`, `12-03-2026`, `14h30`.
fn is_moment(shown: &str) -> bool {
    let strokes = shown
        .bytes()
        .filter(|byte| matches!(byte, b'/' | b'-' | b'.'))
        .count();
    let numeric = shown
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'.'));
    let (hour, minute) = shown.split_once(['h', 'H', ':']).unwrap_or(("", "-"));
    let digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    (numeric && (1..=2).contains(&strokes)) || (!hour.is_empty() && digits(hour) && digits(minute))
}

/// Whether a measure follows: `12 caractères`.
fn is_measure(text: &Folded<'_>, value: &Value<'_>) -> bool {
    let end = value.start + value.shown.len();
    let next = text::words(text, end..text::forth(text, end, 16)).next();
    next.is_some_and(|word| MEASURES.contains(word))
}

fn has_digit(part: &str) -> bool {
    part.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        crate::moderation::detectors::found(find, text)
    }

    #[test]
    fn a_password_after_its_word_is_certain() {
        for (text, value) in [
            ("mot de passe : Soleil2024", "Soleil2024"),
            ("Mot de passe de la session : Azerty!23", "Azerty!23"),
            ("MDP = chu59000", "chu59000"),
            ("mdp:Bleuet_12", "Bleuet_12"),
            ("login jdupont / mdp Easily : jD4512xx", "jD4512xx"),
            ("password: hunter2", "hunter2"),
            ("the password for the tablet is Hop3ful!", "Hop3ful"),
            ("le mot de passe est « soins 2024 bis »", "soins2024bis"),
            ("le code wifi est Bonjour2024", "Bonjour2024"),
            ("clé wifi : A1B2C3D4E5", "A1B2C3D4E5"),
            ("code wifi : MaisonBleue", "MaisonBleue"),
            ("mdp : ☃Soleil2024", "☃Soleil2024"),
        ] {
            assert_eq!(found(text), [(value.to_owned(), true)], "{text}");
        }
        assert_eq!(found("mdp : soleil"), [("soleil".to_owned(), false)]);
        assert_eq!(found("mdp Soleil2024"), [("Soleil2024".to_owned(), false)]);
    }

    #[test]
    fn the_code_of_a_door_or_a_card_is_certain() {
        for (text, value) in [
            ("code de la boîte à clés 1234", "1234"),
            ("digicode 45B12", "45B12"),
            ("digicode : 45 B 12", "45B12"),
            ("Le code PIN est 4582", "4582"),
            ("PIN : 4582", "4582"),
            ("code de l'immeuble : A4512", "A4512"),
            ("Le code du portail c'est 7788#", "7788#"),
            ("code d'entrée 12B45", "12B45"),
            ("interphone Dupont, portail code 4512", "4512"),
            ("boîte à clés : 9876", "9876"),
            ("code alarme 456123", "456123"),
            ("the door code is 4512", "4512"),
            ("code carte bancaire 1234", "1234"),
        ] {
            assert_eq!(found(text), [(value.to_owned(), true)], "{text}");
        }
        assert_eq!(found("le code est 4582"), [("4582".to_owned(), false)]);
    }

    #[test]
    fn talk_about_passwords_and_other_codes_pass() {
        for text in [
            "j'ai oublié mon mot de passe",
            "changez votre mot de passe régulièrement",
            "le mot de passe est trop court",
            "Mot de passe : 12 caractères minimum",
            "le mot de passe est valable 90 jours",
            "mot de passe oublié : appeler le 4512",
            "pour le mot de passe, contacter l'informatique : poste 4512",
            "changement de mot de passe : 12/03/2026",
            "mot de passe : ********",
            "mot de passe : 8 à 12 signes",
            "mdp : xxxx",
            "Mot de passe : voir avec le cadre",
            "mot de passe : https://exemple.fr/aide",
            "le mot de passe expire dans 15 jours",
            "code postal 59000",
            "code : 34512",
            "code CCAM DEQP003",
            "code article 451236",
            "code couleur rouge",
            "Le code de la porte a changé, demander à l'accueil",
            "code de la salle 204",
            "le digicode est en panne depuis le 12/03/2026",
            "pin 2",
            "code d'accès Zoom : 451236",
            "réunion Teams, code secret : 451236",
            "lot AKIA12",
            "password must have 12 characters",
            "Forgot your password? Call 4512",
            "le pin parasol a 30 ans",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
