//! Section `guard`: the door through which the homeserver asks before anything is delivered.

use std::{
    fmt,
    path::{Path, PathBuf},
    time,
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::Secret;
use crate::community::definition::Invalid;

/// Shorter tokens could be guessed by whoever reaches the port.
const SHORTEST_TOKEN: usize = 16;
/// A longer wait would make every message of the homeserver wait.
const LONGEST_BUDGET: time::Duration = time::Duration::from_secs(10);

/// The door before delivery: with `synapse-http-antispam` the homeserver asks Hygie about each event before it exists (docs/operator.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// What the module shows as its `authorization`, at least 16 characters; without it there is no door. Default: none.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>", example = "$(openssl rand -hex 32)")]
    token: Option<Secret>,
    /// File that holds the token, instead of `token`. Default: none.
    #[schemars(example = "secrets/guard_token")]
    token_file: Option<PathBuf>,
    /// What becomes of an event that could not be looked at in time: it passes and is looked at once it is there (`open`), or it is refused
    /// (`closed`). The module's `fail_open` says the same for when Hygie does not answer at all. Default: `open`.
    pub fail: Fail,
    /// How long the look at one event may take, such as `50ms` or `1s`; at most `10s`. Default: `50ms`.
    #[schemars(with = "Budget")]
    pub budget: Budget,
}

/// What becomes of an event that could not be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fail {
    /// It passes, and is looked at once it is there.
    #[default]
    Open,
    /// It is refused.
    Closed,
}

/// A time of milliseconds or seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(time::Duration);

impl Default for Budget {
    fn default() -> Self {
        Self(time::Duration::from_millis(50))
    }
}

impl Budget {
    /// The duration of the standard library.
    #[must_use]
    pub fn get(self) -> time::Duration {
        self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = match text.strip_suffix("ms") {
            Some(number) => (number, 1),
            None => (text.strip_suffix('s')?, 1000),
        };
        let number: u64 = number.trim_end().parse().ok()?;
        let milliseconds = number.checked_mul(unit)?;
        Some(Self(time::Duration::from_millis(milliseconds)))
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0.as_millis())
    }
}

impl Serialize for Budget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is not such a time; write it like 50ms or 1s"
            ))
        })
    }
}

impl JsonSchema for Budget {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Budget".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]+ *(ms|s)$"})
    }
}

impl Guard {
    /// The token, where there is a door.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        match (&self.token, &self.token_file) {
            (Some(_), Some(_)) => invalid.push(Invalid::new(
                "guard.token_file",
                "both `token` and `token_file` are given; keep one of them",
            )),
            (Some(token), None) => invalid.extend(too_short("guard.token", token.expose())),
            _ => {}
        }
        if self.budget.get() > LONGEST_BUDGET {
            let what = format!("`{}` is more than 10s", self.budget);
            invalid.push(Invalid::new("guard.budget", what));
        }
        invalid
    }

    /// Reads the token from `token_file`, when there is one.
    pub(super) fn read_token_file(&mut self) -> Result<(), Invalid> {
        let Some(file) = self.token_file.as_ref().filter(|_| self.token.is_none()) else {
            return Ok(());
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            let what = format!(
                "{} cannot be read: {error}; correct the path or its rights",
                file.display()
            );
            Invalid::new("guard.token_file", what)
        })?;
        // As the module reads its own file.
        let text = text.trim();
        if let Some(invalid) = too_short("guard.token_file", text) {
            return Err(invalid);
        }
        self.token = Some(Secret::new(text));
        Ok(())
    }

    /// Makes relative paths start from `base`.
    pub(super) fn resolve(&mut self, base: &Path) {
        self.token_file = self.token_file.take().map(|file| base.join(file));
    }
}

fn too_short(path: &str, token: &str) -> Option<Invalid> {
    let plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    (token.len() < SHORTEST_TOKEN || !plain).then(|| {
        // The token is not repeated.
        let what = "a token has at least 16 characters, without spaces or accents; make one with `openssl rand -hex 32`";
        Invalid::new(path, what)
    })
}

#[expect(clippy::ref_option, reason = "serde hands it over like this")]
fn hidden<S: Serializer>(token: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match token {
        Some(token) => serializer.collect_str(token),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Guard, String> {
        crate::config::yaml::parse(Path::new("g"), text).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_budget_is_written_in_milliseconds_or_seconds() {
        for (text, milliseconds) in [("50ms", 50), ("0ms", 0), ("1s", 1000), ("10 s", 10_000)] {
            let guard = read(&format!("budget: {text}\n")).unwrap();
            assert_eq!(guard.budget.get().as_millis(), milliseconds, "{text}");
            assert!(guard.validate().is_empty(), "{text}");
        }
        for text in ["50", "ms", "1m", "-1ms", "1.5s"] {
            assert!(read(&format!("budget: {text}\n")).is_err(), "{text}");
        }
        let long = read("budget: 11s\n").unwrap();
        assert_eq!(long.validate()[0].path, "guard.budget");
    }

    #[test]
    fn a_token_is_long_enough_given_once_and_never_shown() {
        let good = read("token: 0123456789abcdef\n").unwrap();
        assert!(good.validate().is_empty());
        assert!(
            !serde_saphyr::to_string(&good)
                .unwrap()
                .contains("0123456789abcdef")
        );
        for wrong in [
            "token: tooshort\n",
            "token: 0123456789 abcdef\n",
            "token: 0123456789abcdef\ntoken_file: x\n",
        ] {
            let invalid = read(wrong).unwrap().validate();
            assert_eq!(invalid.len(), 1, "{wrong}");
            assert!(!invalid[0].what.contains("short\n"), "{wrong}");
        }
    }

    #[test]
    fn the_token_of_a_file_is_read_without_its_end_of_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "0123456789abcdef\n").unwrap();
        let mut guard = read("token_file: token\n").unwrap();
        guard.resolve(folder.path());
        guard.read_token_file().unwrap();
        assert_eq!(guard.token().unwrap().expose(), "0123456789abcdef");
        std::fs::write(&file, "short").unwrap();
        let mut guard = read("token_file: token\n").unwrap();
        guard.resolve(folder.path());
        assert_eq!(
            guard.read_token_file().unwrap_err().path,
            "guard.token_file"
        );
    }
}
