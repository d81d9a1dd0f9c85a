//! The grammar of commands: `<subject> for <duration> because <reason>`, with prepositions in both languages.
//!
//! A command's [`Spec`](super::spec::Spec) lists the clauses that it understands; only these are looked for, so that
//! «Aidants de Lille» stays a name where `de` means nothing.

use std::time::Duration;

use ruma::UserId;

use super::words::{self, duration, fold, is_one, unquoted};
use crate::{
    community::definition::Locale,
    reply::{self, Text},
};

/// A part of a command that a preposition opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    /// `for 2h`, `pendant 2h`.
    For,
    /// `because …`, `parce que …`, `car …`: to the end of the line.
    Because,
    /// `from <group>`, `de <group>`.
    From,
    /// `in <group>`, `dans <group>`.
    In,
    /// `about <person>`, `sur <person>`.
    About,
    /// `until 2027-06-30`, `jusqu’au 2027-06-30`.
    Until,
    /// `in <group>`, `dans <group>`, also as the first words, and `for <group>`, `pour <group>` where no duration follows. Stands before
    /// [`Self::For`] in the list of a command.
    Into,
    /// `spokesperson <person>`, `porte-parole <personne>`.
    Speaker,
    /// `as <role>`, `comme <role>`, `en tant que <role>`.
    As,
}

/// The words after a command's name, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input<'a> {
    /// What comes before the first preposition.
    pub(crate) subject: &'a str,
    clauses: Vec<(Clause, &'a str)>,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Input<'a> {
    /// Takes `line` apart at the prepositions of the `accepted` clauses, each at its first place.
    pub(crate) fn read(line: &'a str, accepted: &[Clause]) -> Self {
        let words = split(line);
        let mut marks: Vec<(Clause, usize, usize)> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut open = accepted
                .iter()
                .filter(|clause| !marks.iter().any(|mark| mark.0 == **clause));
            let found =
                open.find_map(|clause| Some((*clause, clause.opened_by(line, &words, at)?)));
            match found {
                Some((clause, value)) => {
                    marks.push((clause, words[at].start, value));
                    if clause == Clause::Because {
                        break;
                    }
                    at += 1;
                }
                None => at += 1,
            }
        }
        let mut input = Self {
            subject: tidy(&line[..marks.first().map_or(line.len(), |mark| mark.1)]),
            clauses: Vec::new(),
        };
        for (index, (clause, _, value)) in marks.iter().enumerate() {
            let end = marks
                .get(index + 1)
                .map_or(line.len(), |next| next.1)
                .max(*value);
            input.clauses.push((*clause, tidy(&line[*value..end])));
        }
        if accepted.contains(&Clause::For) {
            input.take_duration_at_the_end();
        }
        input
    }

    /// What a clause says; none when it is not there or empty.
    pub(crate) fn clause(&self, wanted: Clause) -> Option<&'a str> {
        let found = self.clauses.iter().find(|(clause, _)| *clause == wanted);
        found
            .map(|(_, value)| *value)
            .filter(|value| !value.is_empty())
    }

    /// The reason that was given.
    pub(crate) fn reason(&self) -> Option<String> {
        self.clause(Clause::Because).map(str::to_owned)
    }

    /// The duration that was given, else `default`.
    ///
    /// # Errors
    /// When what stands after the preposition is not a duration.
    pub(crate) fn duration(&self, default: Duration) -> Result<Duration, Text> {
        match self
            .clauses
            .iter()
            .find(|(clause, _)| *clause == Clause::For)
        {
            None => Ok(default),
            Some((_, value)) => duration(value).ok_or_else(|| {
                let longest = reply::duration(words::LONGEST);
                Text::new("not-a-duration")
                    .with("words", *value)
                    .with("longest", longest)
            }),
        }
    }

    /// The subject, which must be there.
    ///
    /// # Errors
    /// `missing`, the key of what to say when it is not.
    pub(crate) fn needed(&self, missing: Text) -> Result<&'a str, Text> {
        if self.subject.is_empty() {
            Err(missing)
        } else {
            Ok(self.subject)
        }
    }

    /// For commands that take nothing.
    ///
    /// # Errors
    /// When there is a subject.
    pub(crate) fn nothing(&self) -> Result<(), Text> {
        if self.subject.is_empty() {
            Ok(())
        } else {
            Err(Text::new("too-many-words").with("words", self.subject))
        }
    }

    /// What was understood, one part after the other, for messages about mistakes.
    pub(crate) fn understood(&self, name: &str, locale: Locale) -> String {
        let mut out = name.to_owned();
        if !self.subject.is_empty() {
            out = format!("{out} [{}]", self.subject);
        }
        for (clause, value) in &self.clauses {
            out = format!("{out} {} [{value}]", clause.word(locale));
        }
        out
    }

    /// `mute @x because rude for 2h` and `mute @x 2h`: a duration that ends what stands before it.
    fn take_duration_at_the_end(&mut self) {
        if self
            .clauses
            .iter()
            .any(|(clause, _)| *clause == Clause::For)
        {
            return;
        }
        if let Some((_, reason)) = self
            .clauses
            .iter_mut()
            .find(|(clause, _)| *clause == Clause::Because)
        {
            let whole = *reason;
            let words = split(whole);
            let ending = (0..words.len()).rev().find_map(|at| {
                let value = Clause::For.opened_by(whole, &words, at)?;
                duration(&whole[value..]).map(|_| (words[at].start, value))
            });
            if let Some((start, value)) = ending {
                *reason = tidy(&whole[..start]);
                self.clauses.push((Clause::For, tidy(&whole[value..])));
                return;
            }
        }
        let words = split(self.subject)
            .into_iter()
            .skip(1)
            .map(|word| word.start);
        let ending = words
            .map(|start| self.subject.split_at(start))
            .find(|(_, last)| {
                last.starts_with(|it: char| it.is_ascii_digit()) && duration(last).is_some()
            });
        if let Some((before, last)) = ending {
            self.subject = tidy(before);
            self.clauses.push((Clause::For, last));
        }
    }
}

impl Clause {
    /// Whether the word at `at` opens this clause; then where its value begins.
    fn opened_by(self, line: &str, words: &[Word], at: usize) -> Option<usize> {
        let word = words[at].text.to_lowercase();
        let next = words.get(at + 1);
        let after = next.map_or(line.len(), |next| next.start);
        let opens = match self {
            Self::Because => return because(line, words, at),
            Self::For => match word.as_str() {
                "for" | "pendant" | "durant" | "pour" => {
                    let number = next.is_some_and(|it| {
                        it.text.starts_with(|it: char| it.is_ascii_digit()) || is_one(it.text)
                    });
                    let person = is_person(line[..words[at].start].trim());
                    number || person
                }
                _ => false,
            },
            Self::From => at > 0 && matches!(word.as_str(), "from" | "de" | "du"),
            Self::In => at > 0 && matches!(word.as_str(), "in" | "dans"),
            Self::About => matches!(word.as_str(), "about" | "sur"),
            Self::Until => matches!(
                word.replace('’', "'").as_str(),
                "until" | "jusqu'au" | "jusqu'à"
            ),
            Self::Into => match word.as_str() {
                "in" | "into" | "dans" => next.is_some(),
                "for" | "pour" => next.is_some_and(|it| {
                    let duration =
                        it.text.starts_with(|it: char| it.is_ascii_digit()) || is_one(it.text);
                    !duration && !is_person(it.text)
                }),
                _ => false,
            },
            Self::Speaker => matches!(
                word.as_str(),
                "spokesperson" | "speaker" | "porte-parole" | "porteparole"
            ),
            Self::As => return role(&word, line, words, at),
        };
        opens.then_some(after)
    }

    /// Its preposition.
    fn word(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::For, Locale::Fr) => "pendant",
            (Self::For, Locale::En) => "for",
            (Self::Because, Locale::Fr) => "parce que",
            (Self::Because, Locale::En) => "because",
            (Self::From, Locale::Fr) => "de",
            (Self::From, Locale::En) => "from",
            (Self::In | Self::Into, Locale::Fr) => "dans",
            (Self::In | Self::Into, Locale::En) => "in",
            (Self::Speaker, Locale::Fr) => "porte-parole",
            (Self::Speaker, Locale::En) => "spokesperson",
            (Self::As, Locale::Fr) => "comme",
            (Self::As, Locale::En) => "as",
            (Self::About, Locale::Fr) => "sur",
            (Self::About, Locale::En) => "about",
            (Self::Until, Locale::Fr) => "jusqu’au",
            (Self::Until, Locale::En) => "until",
        }
    }
}

fn because(line: &str, words: &[Word], at: usize) -> Option<usize> {
    let next = words.get(at + 1);
    match words[at].text.to_lowercase().trim_end_matches(':') {
        "because" | "car" => Some(next.map_or(line.len(), |next| next.start)),
        "parce" => {
            let next = next?;
            let elided = ["qu'", "qu’"]
                .iter()
                .find(|it| next.text.to_lowercase().starts_with(**it));
            match elided {
                Some(elided) => Some(next.start + elided.len()),
                None if next.text.eq_ignore_ascii_case("que") => {
                    Some(words.get(at + 2).map_or(line.len(), |after| after.start))
                }
                None => None,
            }
        }
        _ => None,
    }
}

/// `as`, `comme`, `en tant que` before a role, also `qu’` with what follows.
fn role(word: &str, line: &str, words: &[Word], at: usize) -> Option<usize> {
    let start = |index: usize| words.get(index).map_or(line.len(), |word| word.start);
    match word {
        "as" | "comme" => Some(start(at + 1)),
        "en" if words.get(at + 1)?.text.eq_ignore_ascii_case("tant") => {
            let that = words.get(at + 2)?;
            let elided = ["qu'", "qu’"]
                .iter()
                .find(|it| that.text.to_lowercase().starts_with(**it));
            match elided {
                Some(elided) => Some(that.start + elided.len()),
                None if that.text.eq_ignore_ascii_case("que") => Some(start(at + 3)),
                None => None,
            }
        }
        _ => None,
    }
}

fn is_person(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && (UserId::parse(text).is_ok() || text.contains("matrix.to/#/@"))
}

/// The words of a line; what stands between quotation marks is one word.
fn split(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    // What closes nothing from here on closes nothing further on: looked for once, or thousands of `«` take the square.
    let mut missing: Vec<char> = Vec::new();
    while let Some(offset) = line[at..].find(|it: char| !it.is_whitespace()) {
        let start = at + offset;
        let closing = match line[start..].chars().next() {
            Some('"') => Some('"'),
            Some('«') => Some('»'),
            Some('“') => Some('”'),
            _ => None,
        };
        let closing = closing.filter(|closing| !missing.contains(closing));
        let quoted = closing.and_then(|closing| {
            let inside = start + line[start..].chars().next().map_or(0, char::len_utf8);
            let length = line[inside..].find(closing);
            if length.is_none() {
                missing.push(closing);
            }
            length.map(|length| inside + length + closing.len_utf8())
        });
        let end = quoted.or_else(|| {
            line[start..]
                .find(char::is_whitespace)
                .map(|length| start + length)
        });
        at = end.unwrap_or(line.len());
        words.push(Word {
            start,
            text: &line[start..at],
        });
    }
    words
}

fn tidy(text: &str) -> &str {
    unquoted(text.trim().trim_end_matches(','))
}

/// The first word of a line and what follows it.
pub(super) fn first_word(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace)
        .map_or((line, ""), |(word, rest)| (word, rest.trim_start()))
}

/// Cuts `in <name>` or `dans <name>` off the end of `line` when `known` recognises the name.
pub(super) fn suffix_in<T>(line: &str, known: impl Fn(&str) -> Option<T>) -> (&str, Option<T>) {
    let words = split(line);
    let found = (0..words.len().saturating_sub(1)).rev().find_map(|at| {
        let preposition = matches!(fold(words[at].text).as_str(), "in" | "dans");
        let value = preposition.then(|| tidy(&line[words[at + 1].start..]))?;
        known(value).map(|it| (words[at].start, it))
    });
    match found {
        Some((start, it)) => (line[..start].trim_end(), Some(it)),
        None => (line, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: &[Clause] = &[Clause::For, Clause::Because, Clause::From];

    fn parts(line: &str) -> (&str, Option<&str>, Option<&str>) {
        let input = Input::read(line, ALL);
        (
            input.subject,
            input.clause(Clause::For),
            input.clause(Clause::Because),
        )
    }

    #[test]
    fn prepositions_of_both_languages_part_a_command() {
        let expected = ("@awa:s", Some("2h"), Some("pubs"));
        assert_eq!(parts("@awa:s for 2h because pubs"), expected);
        assert_eq!(parts("@awa:s pendant 2h parce que pubs"), expected);
        assert_eq!(parts("@awa:s POUR 2h car pubs"), expected);
        assert_eq!(parts("@awa:s 2h because pubs"), expected);
        assert_eq!(parts("Awa Diop 1 jour"), ("Awa Diop", Some("1 jour"), None));
        assert_eq!(parts("@awa:s because pubs for 2h"), expected);
        assert_eq!(
            parts("@awa:s pendant 2 heures parce qu’il crie"),
            ("@awa:s", Some("2 heures"), Some("il crie"))
        );
    }

    #[test]
    fn a_preposition_inside_a_name_stays_in_the_name() {
        assert_eq!(
            parts("Support for carers for 2h"),
            ("Support for carers", Some("2h"), None)
        );
        assert_eq!(
            parts("Écoute pour les aidants"),
            ("Écoute pour les aidants", None, None)
        );
        assert_eq!(
            parts("\"Repos because\" for 1h"),
            ("Repos because", Some("1h"), None)
        );
    }

    #[test]
    fn what_is_no_duration_after_a_person_is_still_meant_as_one() {
        let input = Input::read("@awa:s for ever", ALL);
        assert_eq!(input.clause(Clause::For), Some("ever"));
        assert_eq!(
            input.duration(Duration::ZERO).unwrap_err().key(),
            "not-a-duration"
        );
    }

    #[test]
    fn the_end_of_a_line_names_a_community_only_when_there_is_one() {
        let known = |name: &str| (fold(name) == "asc nord").then_some(1);
        assert_eq!(suffix_in("status in ASC Nord", known), ("status", Some(1)));
        assert_eq!(
            suffix_in("ban @x:s because drunk in class", known),
            ("ban @x:s because drunk in class", None)
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics(line in "\\PC{0,60}|((for|pour|parce|que|qu'|qu’il|because|car|de|2h|@a:s|«|\"|é) ?){0,12}") {
            for clauses in [ALL, &[Clause::In, Clause::About], &[]] {
                let input = Input::read(&line, clauses);
                let _ = (input.duration(Duration::ZERO), input.understood("x", Locale::Fr));
            }
            let _ = suffix_in(&line, |name| (name.len() == 3).then_some(()));
        }
    }
}
