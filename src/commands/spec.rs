//! What a command says about itself: from this come the reading of its words, its help, and `docs/commands.md`.

use super::{
    context::{Answer, Context},
    input::{Clause, Input},
    words::fold,
};
use crate::{community::role::Role, reply::Locale};

/// The same thing in French and English.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Both<T> {
    pub(crate) fr: T,
    pub(crate) en: T,
}

impl<T: Copy> Both<T> {
    pub(crate) fn of(&self, locale: Locale) -> T {
        match locale {
            Locale::Fr => self.fr,
            Locale::En => self.en,
        }
    }
}

/// Where the role must be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nowhere: the command is not about a community.
    Anywhere,
    /// In the community as a whole.
    Community,
    /// In one group at least; the command checks in which.
    Group,
    /// In the community as a whole; or one speaks for the team in its incident, and the command checks what for.
    Spokesperson,
}

/// A command.
pub(crate) struct Spec {
    /// Its name in each language; both are understood everywhere.
    pub(crate) name: Both<&'static str>,
    /// Other words that are understood.
    pub(crate) aliases: &'static [&'static str],
    /// What follows the name: `<needed>`, `[optional]`.
    pub(crate) usage: Both<&'static str>,
    /// The Fluent key of what it does, in a line.
    pub(crate) help: &'static str,
    /// Who may use it, at least.
    pub(crate) role: Role,
    /// Where that role must be held.
    pub(crate) scope: Scope,
    /// The prepositions that it understands.
    pub(crate) clauses: &'static [Clause],
    /// What follows the name, in examples.
    pub(crate) examples: Both<&'static [&'static str]>,
    /// Reads the words and decides.
    pub(crate) run: fn(&Context, &Input) -> Answer,
}

impl Spec {
    /// Whether `word` is its name or an alias, whatever the case and accents.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        let word = fold(word);
        !word.is_empty() && self.words().any(|own| fold(own) == word)
    }

    /// Every word that it is called by.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static str> {
        [self.name.fr, self.name.en]
            .into_iter()
            .chain(self.aliases.iter().copied())
    }

    /// The whole usage line in a language.
    pub(crate) fn usage_line(&self, prefix: &str, locale: Locale) -> String {
        format!(
            "{prefix} {} {}",
            self.name.of(locale),
            self.usage.of(locale)
        )
        .trim_end()
        .to_owned()
    }

    /// The examples in a language, as one would type them.
    pub(crate) fn example_lines(&self, prefix: &str, locale: Locale) -> Vec<String> {
        let name = self.name.of(locale);
        let examples = self.examples.of(locale).iter();
        examples
            .map(|words| format!("{prefix} {name} {words}").trim_end().to_owned())
            .collect()
    }
}
