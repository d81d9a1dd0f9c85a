//! Every text that a person can see, in French and English, from one source: Fluent messages in light Markdown.
//!
//! Features name a text by its key and hand over arguments; only [`Text::render`] knows languages. One `.ftl` file per
//! area and language stands in `reply/fr` and `reply/en`; a test checks that both languages have the same keys with the
//! same arguments.

mod catalogue;
mod markdown;
mod moment;

use serde::{Deserialize, Serialize};

pub use crate::community::definition::Locale;
pub use moment::{duration, moment};

/// A text that can be said in any language: lines, each a Fluent message with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    args: Vec<(String, Argument)>,
}

/// A value put into a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// Shown as it is (escaped for Markdown and HTML).
    Plain(String),
    /// A number, which Fluent can choose a plural by.
    Number(i64),
    /// A Matrix user, shown as a pill in HTML and as the id in plain text.
    User(String),
    /// Another text, said in the same language.
    Text(Text),
    /// Shown as code: commands, ids.
    Code(String),
}

/// A text in one language, ready for `m.room.message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// `body`: readable as plain text.
    pub body: String,
    /// `formatted_body` (`org.matrix.custom.html`).
    pub html: String,
}

impl Text {
    /// The text with this Fluent key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self::default().line(key)
    }

    /// Adds a line; arguments given afterwards belong to it.
    #[must_use]
    pub fn line(mut self, key: &str) -> Self {
        self.lines.push(Line {
            key: key.to_owned(),
            args: Vec::new(),
        });
        self
    }

    /// Adds the lines of another text.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        self
    }

    /// The text without what the reader had written: nothing of a private conversation is kept until the answer is sent.
    #[must_use]
    pub fn without_words(mut self) -> Self {
        self.lines.retain(|line| line.key != "mistake-understood");
        let args = self.lines.iter_mut().flat_map(|line| &mut line.args);
        for (name, value) in args {
            if matches!(name.as_str(), "word" | "words") && matches!(value, Argument::Plain(_)) {
                *value = Argument::Plain("…".to_owned());
            }
        }
        self
    }

    /// Gives the last line an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Argument>) -> Self {
        if let Some(line) = self.lines.last_mut() {
            line.args.push((name.to_owned(), value.into()));
        }
        self
    }

    /// Gives the last line an argument shown as code.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "literals and references both read well at the call"
    )]
    pub fn code(self, name: &str, value: impl ToString) -> Self {
        self.with(name, Argument::Code(value.to_string()))
    }

    /// The key of the first line: what kind of text this is, for tests and logs.
    #[must_use]
    pub fn key(&self) -> &str {
        self.lines.first().map_or("", |line| &line.key)
    }

    /// The keys of all lines.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.key.as_str())
    }

    /// Says it in `locale`.
    #[must_use]
    pub fn render(&self, locale: Locale) -> Rendered {
        Rendered {
            body: self.plain(locale),
            html: markdown::to_html(&self.say(locale, markdown::Form::Markdown)),
        }
    }

    /// Says it in `locale`, without markup.
    #[must_use]
    pub fn plain(&self, locale: Locale) -> String {
        self.say(locale, markdown::Form::Plain)
    }

    fn say(&self, locale: Locale, form: markdown::Form) -> String {
        let lines = self.lines.iter();
        let lines = lines.map(|line| catalogue::say(locale, &line.key, &line.args, form));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        Self::Plain(value.to_owned())
    }
}

impl From<String> for Argument {
    fn from(value: String) -> Self {
        Self::Plain(value)
    }
}

impl From<&ruma::UserId> for Argument {
    fn from(value: &ruma::UserId) -> Self {
        Self::User(value.to_string())
    }
}

impl From<&ruma::OwnedUserId> for Argument {
    fn from(value: &ruma::OwnedUserId) -> Self {
        Self::User(value.to_string())
    }
}

impl From<i64> for Argument {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<Text> for Argument {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}
