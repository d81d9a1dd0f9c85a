//! Audiences: who of the roster is meant, in words like `zone = est and skill in (vaccination, soins)`.
//!
//! Grammar: `attribute = value`, `attribute != value`, `attribute in (value, value)`, `attribute not in (…)`, joined by `and` and `or`,
//! turned around by `not`, grouped by parentheses; `everybody` is the whole roster. Values with spaces stand in quotes. French words are understood
//! too (`et`, `ou`, `dans`, `pas dans`, `non`, `tous`). Case and accents do not matter.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{
    record::Person,
    words::{fold, folds_to},
};

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Audience {
    text: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Everybody,
    /// The attribute has one of the values; both folded.
    Has(String, Vec<String>),
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
}

/// Why a text is no audience.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an audience: {problem}; write it like zone = est and skill in (vaccination, soins)"
)]
pub struct InvalidAudience {
    text: String,
    problem: String,
}

/// The longest audience, in bytes, and how deep it may nest.
const LONGEST: usize = 2_000;
const DEEPEST: usize = 20;

impl Audience {
    /// Whether a person of the roster is meant.
    #[must_use]
    pub fn selects(&self, person: &Person) -> bool {
        self.test.holds(person)
    }
}

impl Test {
    fn holds(&self, person: &Person) -> bool {
        match self {
            Self::Everybody => true,
            Self::Has(attribute, values) => person
                .attribute(attribute)
                .iter()
                .any(|own| values.iter().any(|value| folds_to(own, value))),
            Self::Not(test) => !test.holds(person),
            Self::All(tests) => tests.iter().all(|test| test.holds(person)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(person)),
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Audience> for String {
    fn from(audience: Audience) -> Self {
        audience.text
    }
}

impl TryFrom<String> for Audience {
    type Error = InvalidAudience;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Audience {
    type Err = InvalidAudience;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let wrong = |problem: String| InvalidAudience {
            text: text.chars().take(80).collect(),
            problem,
        };
        if text.len() > LONGEST {
            return Err(wrong(format!("it is longer than {LONGEST} bytes")));
        }
        let mut parser = Parser {
            tokens: tokens(text).map_err(wrong)?,
            at: 0,
            depth: 0,
        };
        let selects = parser.any().map_err(wrong)?;
        match parser.peek() {
            None => Ok(Self {
                text: text.to_owned(),
                test: selects,
            }),
            Some(token) => Err(wrong(format!("I do not know what to do with `{token}`"))),
        }
    }
}

impl JsonSchema for Audience {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Audience")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Equal,
    Unequal,
    Word(String),
    Quoted(String),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "(",
            Self::Close => ")",
            Self::Comma => ",",
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Word(text) | Self::Quoted(text) => text,
        })
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (token, length) = match letter {
            _ if letter.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '=' if rest.starts_with("==") => (Token::Equal, 2),
            '=' => (Token::Equal, 1),
            '!' if rest.starts_with("!=") => (Token::Unequal, 2),
            '≠' => (Token::Unequal, letter.len_utf8()),
            '"' | '«' | '“' | '\'' | '’' => {
                let close = match letter {
                    '«' => '»',
                    '“' => '”',
                    other => other,
                };
                let inside = &rest[letter.len_utf8()..];
                let end = inside
                    .find(close)
                    .ok_or_else(|| format!("`{letter}` is never closed"))?;
                let length = letter.len_utf8() + end + close.len_utf8();
                (Token::Quoted(inside[..end].trim().to_owned()), length)
            }
            _ => {
                let part = |it: char| !it.is_whitespace() && !"(),=!≠\"«»“”".contains(it);
                let end = rest.find(|it: char| !part(it)).unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("I do not know what to do with `{letter}`"));
                }
                (Token::Word(rest[..end].to_owned()), end)
            }
        };
        tokens.push(token);
        rest = &rest[length..];
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes the next token if it is one of these words.
    fn takes(&mut self, words: &[&str]) -> bool {
        let is = |token: &Token| matches!(token, Token::Word(word) if words.contains(&fold(word).as_str()));
        let taken = self.peek().is_some_and(is);
        self.at += usize::from(taken);
        taken
    }

    fn any(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.all()?];
        while self.takes(&["or", "ou"]) {
            tests.push(self.all()?);
        }
        Ok(one_or(tests, Test::Any))
    }

    fn all(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.one()?];
        while self.takes(&["and", "et"]) {
            tests.push(self.one()?);
        }
        Ok(one_or(tests, Test::All))
    }

    fn one(&mut self) -> Result<Test, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it nests too deep".to_owned());
        }
        let test = self.one_inside();
        self.depth -= 1;
        test
    }

    fn one_inside(&mut self) -> Result<Test, String> {
        if self.takes(&["not", "non"]) {
            return Ok(Test::Not(Box::new(self.one()?)));
        }
        if self.takes(&["everybody", "everyone", "tous", "toutes"]) {
            return Ok(Test::Everybody);
        }
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let test = self.any()?;
            self.expect(&Token::Close)?;
            return Ok(test);
        }
        let attribute = match self.peek() {
            Some(Token::Word(word) | Token::Quoted(word)) => fold(word),
            other => return Err(missing("an attribute", other)),
        };
        self.at += 1;
        match self.peek() {
            Some(Token::Equal) => {
                self.at += 1;
                Ok(Test::Has(attribute, vec![self.value()?]))
            }
            Some(Token::Unequal) => {
                self.at += 1;
                let has = Test::Has(attribute, vec![self.value()?]);
                Ok(Test::Not(Box::new(has)))
            }
            _ => {
                let turned = self.takes(&["not", "pas"]);
                if !self.takes(&["in", "dans", "parmi"]) {
                    return Err(missing("`=`, `!=` or `in`", self.peek()));
                }
                let has = Test::Has(attribute, self.values()?);
                Ok(if turned {
                    Test::Not(Box::new(has))
                } else {
                    has
                })
            }
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.value()?];
        while self.peek() == Some(&Token::Comma) {
            self.at += 1;
            values.push(self.value()?);
        }
        self.expect(&Token::Close)?;
        Ok(values)
    }

    fn value(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(word) | Token::Quoted(word)) => {
                let value = fold(word);
                self.at += 1;
                Ok(value)
            }
            other => Err(missing("a value", other)),
        }
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), String> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(missing(&format!("`{wanted}`"), self.peek()))
        }
    }
}

fn one_or(mut tests: Vec<Test>, several: fn(Vec<Test>) -> Test) -> Test {
    match tests.pop() {
        Some(only) if tests.is_empty() => only,
        Some(last) => {
            tests.push(last);
            several(tests)
        }
        None => Test::Everybody,
    }
}

fn missing(what: &str, found: Option<&Token>) -> String {
    match found {
        Some(token) => format!("{what} is missing before `{token}`"),
        None => format!("{what} is missing at the end"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person() -> Person {
        let mut person = Person::new("@awa:s");
        person.zone = "Est".to_owned();
        person.skills = vec!["vaccination".to_owned(), "Soins à domicile".to_owned()];
        person.more.insert("étage".to_owned(), "2".to_owned());
        person
    }

    fn selects(text: &str) -> bool {
        let audience: Audience = text.parse().unwrap();
        assert_eq!(audience.to_string(), text);
        audience.selects(&person())
    }

    #[test]
    fn attributes_are_compared_without_case_and_accents_and_joined() {
        for text in [
            "zone = est",
            "ZONE = EST and skill in (vaccination, soins)",
            "skills = \"soins a domicile\"",
            "zone = est et compétence dans («Soins à domicile»)",
            "not zone = ouest",
            "zone != ouest",
            "zone not in (ouest, nord)",
            "zone pas dans (ouest)",
            "zone = ouest or (zone = est and etage = 2)",
            "everybody",
            "zone = ouest or zone = nord or everybody and skill = vaccination",
        ] {
            assert!(selects(text), "{text}");
        }
        for text in [
            "zone = ouest",
            "zone = est and skill = radio",
            "not everybody",
            "programme = vih",
            "programme in (vih)",
        ] {
            assert!(!selects(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_audience_says_where() {
        for (text, expected) in [
            ("", "an attribute is missing at the end"),
            ("zone", "`=`, `!=` or `in` is missing at the end"),
            ("zone =", "a value is missing at the end"),
            ("zone = est and", "an attribute is missing at the end"),
            ("zone in est", "`(` is missing before `est`"),
            ("zone in (est", "`)` is missing at the end"),
            ("zone = est ouest", "I do not know what to do with `ouest`"),
            ("zone = \"est", "`\"` is never closed"),
            ("zone ! est", "I do not know what to do with `!`"),
        ] {
            let problem = text.parse::<Audience>().unwrap_err().to_string();
            assert!(problem.contains(expected), "{problem}");
        }
        assert!("(".repeat(1_000).parse::<Audience>().is_err());
        assert!("not ".repeat(400).parse::<Audience>().is_err());
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_what_is_read_is_read_again(text in "\\PC{0,40}|((zone|skill|=|!=|in|not|and|or|\\(|\\)|,|est|\"|é|tous) ?){0,14}") {
            if let Ok(audience) = text.parse::<Audience>() {
                prop_assert_eq!(audience.to_string().parse::<Audience>().unwrap(), audience);
            }
        }
    }
}
