//! What is said of a roster: never a thousand names in a message.

use super::{
    columns::Column,
    diff::Diff,
    read::{Problem, Reading},
};
use crate::{community::record::Person, reply::Text};

/// How many people are named.
const NAMED: usize = 5;
/// How many errors are shown.
const PROBLEMS: usize = 20;

/// What a file would change, and what is wrong in it.
#[must_use]
pub fn of(diff: &Diff, reading: &Reading, invitations: usize, command: &str) -> Text {
    let mut text = if diff.is_empty() {
        Text::new("roster-nothing-to-do")
    } else {
        Text::new("roster-read")
    };
    text = text.with("count", number(reading.people.len()));
    let new: Vec<String> = diff.new.iter().map(name).collect();
    text = listed(text, "roster-new", &new);
    let changed = diff.changed.iter().map(|(person, columns)| {
        let columns: Vec<&str> = columns.iter().map(Column::name).collect();
        format!("{} ({})", name(person), columns.join(", "))
    });
    text = listed(text, "roster-changed", &changed.collect::<Vec<_>>());
    if diff.unchanged > 0 {
        text = text
            .line("roster-unchanged")
            .with("count", number(diff.unchanged));
    }
    let people = reading.people.iter();
    let without = people.filter(|person| person.user.is_none()).count();
    if without > 0 {
        text = text
            .line("roster-without-account")
            .with("count", number(without));
    }
    text = listed(text, "roster-missing", &diff.missing);
    if !diff.missing.is_empty() {
        text = text.line("roster-missing-how").code("command", command);
    }
    if invitations > 0 {
        text = text
            .line("roster-invitations")
            .with("count", number(invitations));
    }
    problems(text, &reading.problems)
}

/// Adds what is wrong in a file.
#[must_use]
pub fn problems(mut text: Text, problems: &[Problem]) -> Text {
    if problems.is_empty() {
        return text;
    }
    text = text
        .line("roster-problems")
        .with("count", number(problems.len()));
    for problem in problems.iter().take(PROBLEMS) {
        text = text.then(problem.text());
    }
    match problems.len().saturating_sub(PROBLEMS) {
        0 => text,
        more => text
            .line("roster-problems-more")
            .with("count", number(more)),
    }
}

/// Adds a line with how many there are and the first of them.
#[must_use]
pub fn listed(text: Text, key: &str, names: &[String]) -> Text {
    if names.is_empty() {
        return text;
    }
    let shown = &names[..names.len().min(NAMED)];
    let more = names.len() - shown.len();
    let text = text
        .line(key)
        .with("count", number(names.len()))
        .with("people", shown.join(", "));
    if more > 0 {
        text.with("more", Text::new("roster-more").with("count", number(more)))
    } else {
        text.with("more", "")
    }
}

/// How somebody is called where only the roster knows them.
#[must_use]
pub fn name(person: &Person) -> String {
    person.key.trim_start_matches("mailto:").to_owned()
}

/// A count, as texts take it.
#[must_use]
pub fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
