//! `HYGIE_SECTION__KEY` variables, which win over the file: for containers, secrets and tests.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    error::{ConfigError, Place, Problem},
    yaml::{self, Positions},
};
use crate::{community::definition::Invalid, fault};

/// Variables that are not keys of the file.
const OTHERS: [&str; 3] = ["HYGIE_CONFIG", "HYGIE_LOG", "HYGIE_BLESS"];
/// Variables of tests, which only a debug build knows.
const OF_TESTS: [&str; 2] = [fault::POINT_VARIABLE, fault::CLOCK_VARIABLE];

/// Overrides by the path of the key, such as `store.url`.
#[derive(Default)]
pub(super) struct Overrides(BTreeMap<String, Override>);

struct Override {
    variable: String,
    value: Value,
}

impl Overrides {
    /// Picks the `HYGIE_` variables out of `env`; `keys` are the paths of the file's keys.
    ///
    /// Values are YAML scalars: `8` is a number, `"8"` a text.
    pub(super) fn read(
        env: impl Iterator<Item = (String, String)>,
        keys: &[String],
    ) -> Result<Self, ConfigError> {
        let known: BTreeMap<String, &String> =
            keys.iter().map(|key| (variable_of(key), key)).collect();
        let mut overrides = Self::default();
        let mut problems = Vec::new();
        let ours = env.filter(|(name, _)| {
            let name = name.as_str();
            let of_tests = cfg!(debug_assertions) && OF_TESTS.contains(&name);
            name.starts_with("HYGIE_") && !OTHERS.contains(&name) && !of_tests
        });
        for (name, text) in ours {
            match (known.get(&name), scalar(&text)) {
                (None, _) => problems.push(unknown(&name, &known)),
                (Some(_), None) => problems.push(Problem::new(
                    Place::Variable(name),
                    "the value is not a single YAML value; put it in quotes",
                )),
                (Some(&key), Some(value)) => {
                    let given = Override {
                        variable: name,
                        value,
                    };
                    overrides.0.insert(key.clone(), given);
                }
            }
        }
        problems.sort_by_key(|problem: &Problem| problem.place.to_string());
        ConfigError::unless_empty(problems)?;
        Ok(overrides)
    }

    /// Reads the `text` of the file at `path` with the overrides laid over it.
    pub(super) fn lay_over<T: DeserializeOwned>(
        self,
        path: &Path,
        text: &str,
    ) -> Result<(T, Source), Problem> {
        let source = Source {
            path: path.to_owned(),
            positions: Positions::of(text),
            overrides: self,
        };
        if source.overrides.0.is_empty() {
            return Ok((yaml::parse(path, text)?, source));
        }
        let mut merged = match yaml::parse(path, text)? {
            Value::Object(merged) => merged,
            Value::Null => Map::new(),
            _ => {
                return Err(Problem::new(
                    Place::file(path),
                    "the file is not a list of `key: value`",
                ));
            }
        };
        for (key, given) in &source.overrides.0 {
            insert(&mut merged, key, given.value.clone());
        }
        let merged = serde_saphyr::to_string(&merged).map_err(|error| {
            Problem::new(
                Place::file(path),
                format!("cannot be merged with HYGIE_ variables: {error}"),
            )
        })?;
        match yaml::parse(path, &merged) {
            Ok(config) => Ok((config, source)),
            Err(problem) => Err(source.translate(problem, &Positions::of(&merged))),
        }
    }
}

/// Where the values of a configuration came from.
pub(super) struct Source {
    path: PathBuf,
    positions: Positions,
    overrides: Overrides,
}

impl Source {
    /// The broken rule as a problem at the variable or the line that its value came from.
    pub(super) fn blame(&self, invalid: Invalid) -> Problem {
        let place = self.place(&invalid.path, |path| self.positions.find(path));
        Problem::new(place, invalid.what)
    }

    fn place(&self, path: &str, find: impl Fn(&str) -> Option<super::Position>) -> Place {
        match self.overrides.0.get(path) {
            Some(given) => Place::Variable(given.variable.clone()),
            None => Place::File(self.path.clone(), find(path)),
        }
    }

    /// Moves a problem of the merged text to where its value came from.
    fn translate(&self, problem: Problem, merged: &Positions) -> Problem {
        let Place::File(_, Some(at)) = problem.place else {
            return problem;
        };
        let path = merged
            .path_at(at, |path| !self.overrides.0.contains_key(path))
            .unwrap_or_default();
        let at_key = merged.find_key(path) == Some(at);
        let place = self.place(path, |path| {
            let key = if at_key {
                self.positions.find_key(path)
            } else {
                None
            };
            key.or_else(|| self.positions.find(path))
        });
        Problem::new(place, problem.what)
    }
}

fn variable_of(key: &str) -> String {
    format!("HYGIE_{}", key.replace('.', "__").to_uppercase())
}

fn unknown(name: &str, known: &BTreeMap<String, &String>) -> Problem {
    let names = known.keys().map(String::as_str).chain(OTHERS);
    // Every name starts with HYGIE_, which must not make strangers look alike.
    let stem = |name: &str| name.trim_start_matches("HYGIE_").to_owned();
    let stems: Vec<String> = names.map(stem).collect();
    let what = match yaml::nearest(&stem(name), stems.iter().map(String::as_str)) {
        Some(near) => format!("unknown variable; did you mean `HYGIE_{near}`?"),
        None => {
            "unknown variable; unset it, or name a key of the file like HYGIE_STORE__URL".to_owned()
        }
    };
    Problem::new(Place::Variable(name.to_owned()), what)
}

fn scalar(text: &str) -> Option<Value> {
    if text.is_empty() {
        return Some(Value::String(String::new()));
    }
    yaml::parse::<Value>(Path::new(""), text)
        .ok()
        .filter(|value| !value.is_object() && !value.is_array())
}

fn insert(map: &mut Map<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            map.insert(key.to_owned(), value);
        }
        Some((section, rest)) => {
            let inner = map
                .entry(section)
                .or_insert_with(|| Value::Object(Map::new()));
            if inner.is_null() {
                *inner = Value::Object(Map::new());
            }
            // A section that is not a mapping is left for the parser to refuse.
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
