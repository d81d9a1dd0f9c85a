//! Words as people type them: without regard to case and accents, durations in two languages, the nearest known word.

use std::time::Duration;

pub(super) use crate::community::words::fold;

/// The longest time that anything is decided for.
pub(super) const LONGEST: Duration = Duration::from_hours(366 * 24);

/// Without the quotation marks around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let pairs = [('"', '"'), ('«', '»'), ('“', '”'), ('\'', '\'')];
    let inside = pairs
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inside.unwrap_or(text).trim()
}

/// The known word nearest to `word`, when one is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Of what is longer nothing is a misspelling, in bytes.
    const LONGEST: usize = 400;
    if word.len() > LONGEST {
        return None;
    }
    let word = fold(word);
    let scored = known
        .into_iter()
        .map(|it| (strsim::normalized_damerau_levenshtein(&word, &fold(it)), it));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 >= 0.6).then_some(best.1)
}

/// A duration: `2h`, `1h30`, `30 min`, `2 heures`, `une semaine`. None when it is not one, is zero or longer than
/// [`LONGEST`].
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim().trim_end_matches(['.', ',', '!']).to_lowercase();
    let mut rest = text.as_str();
    let mut seconds: u64 = 0;
    let mut last_unit = u64::MAX;
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)?;
        let after = after.trim_start();
        let unit_end = after
            .find(|it: char| !it.is_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let unit = match unit {
            "" if last_unit == 3_600 && number < 60 => 60,
            unit => seconds_of(unit)?,
        };
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = after.trim_start();
        for and in ["et ", "and "] {
            rest = rest.strip_prefix(and).unwrap_or(rest).trim_start();
        }
    }
    let duration = Duration::from_secs(seconds);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

fn leading_number(text: &str) -> Option<(u64, &str)> {
    let digits = text
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(text.len());
    if digits > 0 {
        return Some((text[..digits].parse().ok()?, &text[digits..]));
    }
    let (word, after) = text.split_once(' ')?;
    is_one(word).then_some((1, after))
}

/// Whether `word` says one: the only number that people write in letters before a unit.
pub(super) fn is_one(word: &str) -> bool {
    matches!(fold(word).as_str(), "un" | "une" | "a" | "an" | "one")
}

fn seconds_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "s" | "sec" | "secs" | "seconde" | "secondes" | "second" | "seconds" => 1,
        "m" | "mn" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "heure" | "heures" | "hour" | "hours" => 3_600,
        "j" | "d" | "jour" | "jours" | "day" | "days" => 86_400,
        "w" | "sem" | "semaine" | "semaines" | "week" | "weeks" => 7 * 86_400,
        "mois" | "month" | "months" => 30 * 86_400,
        "an" | "ans" | "year" | "years" => 365 * 86_400,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_in_both_languages() {
        let seconds = |text| duration(text).map(|it| it.as_secs());
        for (text, expected) in [
            ("2h", 7_200),
            ("2 H", 7_200),
            ("1h30", 5_400),
            ("1 h 30 min", 5_400),
            ("90 minutes", 5_400),
            ("une heure", 3_600),
            ("a week", 604_800),
            ("3 mois", 7_776_000),
            ("1 an", 31_536_000),
            ("un an", 31_536_000),
            ("3 jours et 2 heures", 266_400),
            ("2h.", 7_200),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "0h",
            "h",
            "2",
            "2 lunes",
            "-2h",
            "2h2h",
            "30min 2h",
            "400 j",
            "99999999999999999999h",
            "9999999999999999999w",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        assert_eq!(fold("Sécteur – EST"), fold("secteur-est"));
        assert_ne!(fold("secteur est"), fold("secteur ouest"));
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("hlep", ["ban", "help"]), Some("help"));
        assert_eq!(nearest("bonjour", ["ban", "help"]), None);
    }

    proptest! {
        #[test]
        fn reading_a_duration_never_panics(text in "\\PC{0,20}|[0-9]{1,30}[hjm ]{0,3}[0-9éa-z ]{0,9}") {
            if let Some(duration) = duration(&text) {
                prop_assert!(duration <= LONGEST && !duration.is_zero());
            }
        }
    }
}
