//! Moments and durations in words.

use std::time::Duration;

use jiff::{Zoned, tz::TimeZone};

use super::Text;
use crate::clock::Timestamp;

/// A moment in a time zone of the IANA database: day, month and time; in UTC, and saying so, when the zone is unknown.
#[must_use]
pub fn moment(at: Timestamp, timezone: &str) -> Text {
    let (zone, key) = match TimeZone::get(timezone) {
        Ok(zone) if timezone != "UTC" => (zone, "moment"),
        _ => (TimeZone::UTC, "moment-utc"),
    };
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    let local: Zoned = instant.to_zoned(zone);
    text(key)
        .with("day", i64::from(local.day()))
        .with("month", i64::from(local.month()))
        .with("hour", format!("{:02}", local.hour()))
        .with("minute", format!("{:02}", local.minute()))
}

/// A duration in at most two units: `2 days 3 hours`.
#[must_use]
pub fn duration(duration: Duration) -> Text {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    let parts = [
        ("duration-days", days),
        ("duration-hours", hours),
        ("duration-minutes", minutes),
        ("duration-seconds", rest),
    ];
    let first = parts
        .iter()
        .position(|(_, count)| *count > 0)
        .unwrap_or(parts.len() - 1);
    let (key, count) = parts[first];
    let one = text(key).with("count", count);
    match parts.get(first + 1) {
        Some((key, count)) if *count > 0 => text("duration-two")
            .with("first", one)
            .with("second", text(key).with("count", *count)),
        _ => one,
    }
}

fn text(key: &str) -> Text {
    Text::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Locale;

    #[test]
    fn a_duration_has_at_most_two_units_and_the_right_plural() {
        let said = |seconds, locale| duration(Duration::from_secs(seconds)).plain(locale);
        assert_eq!(said(7_200, Locale::Fr), "2 heures");
        assert_eq!(said(3_600, Locale::Fr), "1 heure");
        assert_eq!(said(90_000, Locale::En), "1 day 1 hour");
        assert_eq!(said(5_430, Locale::Fr), "1 heure 30 minutes");
        assert_eq!(said(0, Locale::En), "0 seconds");
    }

    #[test]
    fn a_moment_is_in_the_time_of_the_community() {
        let at = Timestamp(1_767_225_600_000); // 2026-01-01T00:00:00Z
        assert_eq!(
            moment(at, "UTC").plain(Locale::En),
            "1 January at 00:00 UTC"
        );
        assert_eq!(
            moment(at, "Europe/Paris").plain(Locale::Fr),
            "1er janvier à 01 h 00"
        );
        assert_eq!(
            moment(at, "Nowhere/Else").plain(Locale::Fr),
            "1er janvier à 00 h 00 UTC"
        );
    }
}
