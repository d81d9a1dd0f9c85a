//! Durations as people write them: `30s`, `10m`, `1h30m`, `2j`. For the configuration and for chat commands.

use std::{borrow::Cow, fmt, time};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is nothing.
    #[error("a duration is missing; write it like 30s, 10m, 2h or 1h30m")]
    Empty,
    /// There is no number where one is expected.
    #[error("`{0}` is not a duration; write it like 30s, 10m, 2h or 1h30m")]
    NotANumber(String),
    /// A number without its unit.
    #[error("`{0}` has no unit; write {0}s, {0}m, {0}h or {0}d")]
    NoUnit(String),
    /// A unit that is not known.
    #[error("`{0}` is not a unit of time; use s, m (min), h, d (j) or w (sem)")]
    UnknownUnit(String),
    /// Units from small to large, or twice the same.
    #[error("`{0}` is out of order; write the larger unit first, as in 1h30m")]
    OutOfOrder(String),
    /// More than can be counted.
    #[error("`{0}` is too long a time")]
    TooLong(String),
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// The longest duration, ten years: beyond lies a typing mistake.
const LONGEST: u64 = 3650 * DAY;

fn unit_seconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "s" | "sec" => 1,
        "m" | "mn" | "min" => MINUTE,
        "h" => HOUR,
        "d" | "j" => DAY,
        "w" | "sem" => WEEK,
        _ => return None,
    })
}

/// Reads a duration: numbers with the units `s` (`sec`), `m` (`min`, `mn`), `h`, `d` (`j`) and `w` (`sem`), the
/// larger first, in capitals or not, with or without spaces. `1h30` is an hour and a half, as the French write it.
///
/// # Errors
///
/// What is wrong, in words for the person who wrote it.
pub fn parse_duration(text: &str) -> Result<time::Duration, DurationError> {
    let text = text.trim();
    let mut rest = text;
    let mut seconds = 0_u64;
    let mut last = u64::MAX;
    while !rest.is_empty() {
        let (number, after) = split_while(rest, |character| character.is_ascii_digit());
        if number.is_empty() {
            return Err(DurationError::NotANumber(text.to_owned()));
        }
        let (unit, after) = split_while(after.trim_start(), char::is_alphabetic);
        let size = match unit_seconds(&unit.to_lowercase()) {
            Some(size) => size,
            None if unit.is_empty() && after.is_empty() && last == HOUR => MINUTE,
            None if unit.is_empty() => return Err(DurationError::NoUnit(number.to_owned())),
            None => return Err(DurationError::UnknownUnit(unit.to_owned())),
        };
        if size >= last {
            return Err(DurationError::OutOfOrder(text.to_owned()));
        }
        let part = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(size));
        seconds = part
            .and_then(|part| part.checked_add(seconds))
            .filter(|sum| *sum <= LONGEST)
            .ok_or_else(|| DurationError::TooLong(text.to_owned()))?;
        last = size;
        rest = after.trim_start();
    }
    if last == u64::MAX {
        return Err(DurationError::Empty);
    }
    Ok(time::Duration::from_secs(seconds))
}

fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text
        .find(|character| !belongs(character))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A duration of the configuration, in whole seconds; written as [`parse_duration`] reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(time::Duration);

impl Duration {
    /// The duration of the standard library.
    #[must_use]
    pub fn get(self) -> time::Duration {
        self.0
    }
}

impl From<time::Duration> for Duration {
    fn from(duration: time::Duration) -> Self {
        Self(duration)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0.as_secs();
        if left == 0 {
            return f.write_str("0s");
        }
        for (size, unit) in [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm'), (1, 's')] {
            if left >= size {
                write!(f, "{}{unit}", left / size)?;
                left %= size;
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_duration(&text).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Duration")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["30s", "10m", "1h30m"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let cases = [
            ("30s", 30),
            ("10m", 600),
            ("10 min", 600),
            ("2h", 7200),
            ("1h30m", 5400),
            ("1 H 30 MIN", 5400),
            ("1h30", 5400),
            ("1d", 86_400),
            ("2j", 172_800),
            ("1w", 604_800),
            ("1sem 1j", 691_200),
            ("0s", 0),
        ];
        for (text, seconds) in cases {
            assert_eq!(
                parse_duration(text),
                Ok(time::Duration::from_secs(seconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_a_duration_is_answered_with_the_reason() {
        let cases = [
            ("", DurationError::Empty),
            ("soon", DurationError::NotANumber("soon".to_owned())),
            ("-5m", DurationError::NotANumber("-5m".to_owned())),
            ("10", DurationError::NoUnit("10".to_owned())),
            ("1m30", DurationError::NoUnit("30".to_owned())),
            (
                "3 fortnights",
                DurationError::UnknownUnit("fortnights".to_owned()),
            ),
            ("30m1h", DurationError::OutOfOrder("30m1h".to_owned())),
            ("1h1h", DurationError::OutOfOrder("1h1h".to_owned())),
            (
                "99999999999999999999s",
                DurationError::TooLong("99999999999999999999s".to_owned()),
            ),
            ("9999w", DurationError::TooLong("9999w".to_owned())),
        ];
        for (text, error) in cases {
            assert_eq!(parse_duration(text), Err(error), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_duration_that_is_written_is_read_back(seconds in 0..=LONGEST) {
            let duration = Duration(time::Duration::from_secs(seconds));
            proptest::prop_assert_eq!(parse_duration(&duration.to_string()), Ok(duration.get()));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = parse_duration(&text);
        }
    }
}
