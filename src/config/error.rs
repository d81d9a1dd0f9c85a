//! What is wrong in a configuration: where, what, and the remedy, one line per problem.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A line and a column of a file, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where a problem stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file, at a position when one is known.
    File(PathBuf, Option<Position>),
    /// In an environment variable.
    Variable(String),
}

impl Place {
    /// Somewhere in the file at `path`, or the file itself.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into(), None)
    }

    /// At `position` of the file at `path`.
    #[must_use]
    pub fn position(path: &Path, position: Position) -> Self {
        Self::File(path.to_owned(), Some(position))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, None) => write!(f, "{}", path.display()),
            Self::File(path, Some(Position { line, column })) => {
                write!(f, "{}:{line}:{column}", path.display())
            }
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What is wrong, and the remedy.
    pub what: String,
}

impl Problem {
    /// `what` is wrong at `place`.
    pub fn new(place: Place, what: impl Into<String>) -> Self {
        Self {
            place,
            what: what.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A message of a parser may have several lines; a problem has one.
        let what = self
            .what
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ");
        write!(f, "{}: {what}", self.place)
    }
}

/// Everything that is wrong; displayed as one problem per line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// Fails with the problems, when there are any.
    ///
    /// # Errors
    ///
    /// The problems.
    pub fn unless_empty(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }

    /// The problems, in the order of the files.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_is_one_line_with_its_place() {
        let position = Position { line: 3, column: 5 };
        let error = ConfigError::unless_empty(vec![
            Problem::new(
                Place::position(Path::new("a.yaml"), position),
                "it is\n  wrong",
            ),
            Problem::new(Place::Variable("HYGIE_X".to_owned()), "unknown"),
            Problem::new(Place::file("b.yaml"), "missing"),
        ])
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.yaml:3:5: it is wrong\nHYGIE_X: unknown\nb.yaml: missing"
        );
    }
}
