//! What is wrong in a file of rules, in our words.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_saphyr::Location;
use thiserror::Error;

/// What is wrong in a file of rules, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{}: {problem}. {remedy}", .file.display(), Place(*.line, *.column))]
pub struct RulesError {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: u64,
    /// The column, from 1; 0 when the whole file is meant.
    pub column: u64,
    /// What is wrong, without a full stop.
    pub problem: String,
    /// What to do about it, a sentence.
    pub remedy: String,
}

struct Place(u64, u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(0, _) => Ok(()),
            Self(line, column) => write!(f, ", line {line}, column {column}"),
        }
    }
}

impl RulesError {
    pub(super) fn new(file: &Path, at: Option<Location>, problem: String, remedy: String) -> Self {
        // An error is one line, whatever the file says.
        let mut problem = problem;
        if problem.contains(char::is_control) {
            problem = problem.replace(char::is_control, " ");
        }
        Self {
            file: file.to_owned(),
            line: at.as_ref().map_or(0, Location::line),
            column: at.as_ref().map_or(0, Location::column),
            problem,
            remedy,
        }
    }
}

/// A reader's error in our words: with the nearest right key.
pub(super) fn unreadable(file: &Path, error: &serde_saphyr::Error) -> RulesError {
    use serde_saphyr::Error;
    let error = error.without_snippet();
    let (problem, remedy) = match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => (
            format!("there is no key `{field}` here"),
            nearest(field, expected),
        ),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => (
            format!("`{variant}` is not known here"),
            nearest(variant, expected),
        ),
        Error::SerdeMissingField { field, .. } => (
            format!("the key `{field}` is missing"),
            format!("Add `{field}:`; config/rules/default.yaml shows each key."),
        ),
        other => (
            other.to_string(),
            "config/rules/default.yaml shows the form.".to_owned(),
        ),
    };
    RulesError::new(file, error.location(), problem, remedy)
}

fn nearest(wrong: &str, right: &[&str]) -> String {
    let best = right
        .iter()
        .map(|key| (strsim::damerau_levenshtein(wrong, key), *key))
        .min();
    match best {
        Some((distance, key)) if distance <= 3 => format!("Did you mean `{key}`?"),
        _ => format!("Use one of: {}.", right.join(", ")),
    }
}
