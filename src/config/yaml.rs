//! Reading YAML with errors that name the line, the column, what is wrong and the nearest right word.
//!
//! Used for `hygie.yaml`, for the community files and for the rule sets.

use std::{collections::BTreeMap, path::Path};

use serde::de::DeserializeOwned;
use serde_saphyr::{
    DuplicateKeyPolicy, Error, MergeKeyPolicy, MessageFormatter, Options, UserMessageFormatter,
    granit_parser::{Event, Parser},
};

use super::error::{Place, Position, Problem};

/// The largest file that is read, in bytes: a hundred times what a large community needs.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Reads `text`, the content of the file at `path`, with limits that no honest file meets.
///
/// # Errors
///
/// The first thing that is wrong, with its position.
pub fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Problem> {
    if text.len() > MAX_BYTES {
        let what = format!("the file is larger than {MAX_BYTES} bytes; split it");
        return Err(Problem::new(Place::file(path), what));
    }
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
        let error = error.without_snippet();
        let position = error.location().and_then(|location| {
            Some(Position {
                line: usize::try_from(location.line()).ok()?,
                column: usize::try_from(location.column()).ok()?,
            })
        });
        Problem::new(Place::File(path.to_owned(), position), describe(error))
    })
}

/// One document of YAML 1.2, without doubled keys or merges, and with few aliases. Tags like `!include` and `${…}` mean nothing.
pub(crate) fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: 1,
            max_depth: 32,
            max_aliases: 100,
            max_anchors: 100,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
    }
}

fn describe(error: &Error) -> String {
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            format!(
                "unknown key `{field}`; {}",
                remedy(field, expected, "the keys are")
            )
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => {
            format!(
                "unknown word `{variant}`; {}",
                remedy(variant, expected, "write one of")
            )
        }
        Error::SerdeMissingField { field, .. } => format!("the key `{field}` is missing; add it"),
        Error::DuplicateMappingKey { key, .. } => format!(
            "the key {}appears twice; remove one",
            key.as_ref()
                .map(|key| format!("`{key}` "))
                .unwrap_or_default()
        ),
        Error::SerdeInvalidType { expected, .. } => {
            format!("wrong type of value; write {expected}")
        }
        Error::Unexpected { expected, .. } => match *expected {
            "mapping start" => {
                "one value stands where several belong; write indented lines of `key: value`"
                    .to_owned()
            }
            "sequence start" => {
                "a list belongs here; write one `- item` a line, or [item, item]".to_owned()
            }
            "scalar" | "string scalar" => {
                "a single value belongs here, not a list or a mapping".to_owned()
            }
            other => format!("{other} is expected here"),
        },
        other => {
            let message = UserMessageFormatter.format_message(other);
            if message.contains("unexpected character: `@'") {
                "a text that starts with `@` needs quotes; write it like \"@name:example.org\""
                    .to_owned()
            } else {
                message.into_owned()
            }
        }
    }
}

fn remedy(word: &str, known: &[&'static str], otherwise: &str) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{otherwise} {}", known.join(", ")),
    }
}

/// The known word that `word` most probably is a misspelling of.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// Where each value of a YAML text stands, by its path, such as `groups[2].kind`.
#[derive(Debug, Default)]
pub struct Positions(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    key: Position,
    value: Position,
}

impl Positions {
    /// The positions of a text that [`parse`] has accepted; of any other text, those before its first error.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut walk = Walk::default();
        for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
            let position = Position {
                line: span.start.line(),
                column: span.start.col() + 1,
            };
            walk.step(&event, position);
        }
        Self(walk.found)
    }

    /// Where the value at `path` stands, or the nearest thing around it.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Position> {
        if let Some(entry) = self.0.get(path) {
            return Some(entry.value);
        }
        let parent = path.rfind(['.', '[']).map_or("", |end| &path[..end]);
        (!path.is_empty()).then(|| self.find(parent)).flatten()
    }

    /// Where the key at `path` stands.
    pub(super) fn find_key(&self, path: &str) -> Option<Position> {
        self.0.get(path).map(|entry| entry.key)
    }

    /// The deepest path whose value stands at `position`, or whose key does and `key_may_be_wrong`.
    ///
    /// The first key of an indented mapping and the mapping itself stand at the same position.
    pub(super) fn path_at(
        &self,
        position: Position,
        key_may_be_wrong: impl Fn(&str) -> bool,
    ) -> Option<&str> {
        let here = self.0.iter().filter(|(path, entry)| {
            entry.value == position || (entry.key == position && key_may_be_wrong(path))
        });
        here.map(|(path, _)| path.as_str())
            .max_by_key(|path| path.len())
    }
}

/// The state of a walk over the events of a parser.
#[derive(Default)]
struct Walk {
    found: BTreeMap<String, Entry>,
    open: Vec<Collection>,
}

enum Collection {
    Map {
        path: String,
        key: Option<(String, Position)>,
    },
    List {
        path: String,
        next: usize,
    },
}

impl Walk {
    fn step(&mut self, event: &Event<'_>, position: Position) {
        match event {
            Event::Scalar(text, ..) => {
                if let Some(Collection::Map {
                    key: key @ None, ..
                }) = self.open.last_mut()
                {
                    *key = Some((text.to_string(), position));
                } else {
                    self.value(position);
                }
            }
            Event::Alias(_) => {
                self.value(position);
            }
            Event::MappingStart(..) => {
                let path = self.value(position);
                self.open.push(Collection::Map { path, key: None });
            }
            Event::SequenceStart(..) => {
                let path = self.value(position);
                self.open.push(Collection::List { path, next: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            _ => {}
        }
    }

    /// Notes that a value starts here, and returns its path.
    fn value(&mut self, position: Position) -> String {
        let (path, key) = match self.open.last_mut() {
            None => (String::new(), position),
            Some(Collection::Map { path, key }) => {
                let (name, at) = key.take().unwrap_or_else(|| ("?".to_owned(), position));
                let dot = if path.is_empty() { "" } else { "." };
                (format!("{path}{dot}{name}"), at)
            }
            Some(Collection::List { path, next }) => {
                let path = format!("{path}[{next}]");
                *next += 1;
                (path, position)
            }
        };
        let entry = Entry {
            key,
            value: position,
        };
        self.found.insert(path.clone(), entry);
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        owners: Vec<String>,
        #[serde(default)]
        width: u32,
    }

    fn problem(text: &str) -> String {
        parse::<Sample>(Path::new("s.yaml"), text)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_misspelt_key_is_answered_with_the_nearest_right_one() {
        assert_eq!(
            problem("width: 1\nowner: []\n"),
            "s.yaml:2:1: unknown key `owner`; did you mean `owners`?"
        );
        assert_eq!(
            problem("zzz: 1\n"),
            "s.yaml:1:1: unknown key `zzz`; the keys are owners, width"
        );
    }

    #[test]
    fn a_missing_key_a_doubled_key_and_a_wrong_type_have_their_line() {
        assert_eq!(
            problem("width: 1\n"),
            "s.yaml:1:1: the key `owners` is missing; add it"
        );
        assert_eq!(
            problem("owners: []\nowners: []\n"),
            "s.yaml:2:1: the key `owners` appears twice; remove one"
        );
        let wrong = problem("owners: []\nwidth: wide\n");
        assert!(wrong.starts_with("s.yaml:2:8: "), "{wrong}");
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, of) in [('b', 'a'), ('c', 'b'), ('d', 'c'), ('e', 'd'), ('f', 'e')] {
            let line = vec![format!("*{of}"); 9].join(", ");
            text = format!("{text}{name}: &{name} [{line}]\n");
        }
        parse::<serde_json::Value>(Path::new("s.yaml"), &text).unwrap_err();
    }

    #[test]
    fn a_huge_file_is_refused() {
        let text = format!("owners: [{}]", "x".repeat(MAX_BYTES));
        assert!(problem(&text).contains("larger than"));
    }

    #[test]
    fn every_path_has_its_position() {
        let positions =
            Positions::of("# é\na: {b: 1, c: [x, {d: 2}]}\ne:\n  - f: |\n      g\n    h: 3\n");
        let at = |path: &str| positions.find(path).map(|at| (at.line, at.column));
        assert_eq!(at("a"), Some((2, 4)));
        assert_eq!(at("a.b"), Some((2, 8)));
        assert_eq!(at("a.c[1].d"), Some((2, 22)));
        assert_eq!(at("e[0].h"), Some((6, 8)));
        // What is not there is where its parent is.
        assert_eq!(at("e[0].missing"), at("e[0]"));
        assert_eq!(at("missing"), at(""));
        let key = Position { line: 6, column: 5 };
        assert_eq!(positions.path_at(key, |_| true), Some("e[0].h"));
        assert_eq!(positions.path_at(key, |_| false), None);
    }

    #[test]
    fn a_far_word_is_not_proposed() {
        assert_eq!(nearest("owner", ["owners", "admins"]), Some("owners"));
        assert_eq!(nearest("qqq", ["owners", "admins"]), None);
    }
}
