//! Writing what is known of people as comma-separated values: the roster as it is imported, and who is where.
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe, which is taken away again when the file is imported.

use std::collections::BTreeSet;

use ruma::OwnedUserId;

use super::columns::{Column, tidy};
use crate::community::{
    change::Membership,
    definition::Group,
    desired,
    place::Place,
    snapshot::{Community, Member, Snapshot},
};

/// With what formulas begin.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// The roster, as it is imported.
#[must_use]
pub fn roster(community: &Community) -> String {
    let people = community.records.roster.values();
    let more: BTreeSet<&String> = people.clone().flat_map(|it| it.more.keys()).collect();
    let more = more.into_iter().map(|name| Column::Other(name.clone()));
    let columns: Vec<Column> = Column::KNOWN.into_iter().chain(more).collect();
    let header = columns.iter().map(|it| escaped(it.name())).collect();
    let lines = people.map(|person| {
        let cell = |column: &Column| match (column, &person.user) {
            // An id that is one cannot be a formula.
            (Column::Mxid, Some(user)) if is_plain(user.localpart()) => user.to_string(),
            _ => escaped(&column.of(person)),
        };
        columns.iter().map(cell).collect()
    });
    csv(std::iter::once(header).chain(lines))
}

/// Who is where: a line for each person in each room.
#[must_use]
pub fn whereabouts(snapshot: &Snapshot, community: &Community) -> String {
    let places = desired::places(community);
    let lines = places
        .iter()
        .flat_map(|place| people_of(snapshot, community, place));
    csv(std::iter::once(header()).chain(lines))
}

/// A group: its settings, an empty line, then who is in it.
#[must_use]
pub fn group(snapshot: &Snapshot, community: &Community, group: &Group) -> String {
    let settings = serde_json::to_value(group).unwrap_or_default();
    let settings = settings.as_object().into_iter().flatten();
    let settings = settings.map(|(key, value)| {
        let value = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        vec![escaped(key), escaped(&value)]
    });
    let place = Place::Group(group.id.clone());
    let people = people_of(snapshot, community, &place);
    let people = csv(std::iter::once(header()).chain(people));
    format!("{}\r\n{people}", csv(settings))
}

fn header() -> Vec<String> {
    let columns = ["community", "group", "mxid", "name", "membership", "role"];
    columns.map(str::to_owned).to_vec()
}

fn people_of(snapshot: &Snapshot, community: &Community, place: &Place) -> Vec<Vec<String>> {
    let room = community.places.get(place);
    let Some(room) = room.and_then(|room| snapshot.rooms.get(room)) else {
        return Vec::new();
    };
    let mut users: Vec<_> = room
        .members
        .iter()
        .filter(|(user, member)| **user != snapshot.bot && member.membership != Membership::Leave)
        .collect();
    users.sort_by_key(|(user, _)| *user);
    let line = |(user, member): (&OwnedUserId, &Member)| {
        let id = if is_plain(user.localpart()) {
            user.to_string()
        } else {
            escaped(user.as_str())
        };
        vec![
            community.definition.id.to_string(),
            place.to_string(),
            id,
            escaped(&tidy(member.display_name.as_deref().unwrap_or_default())),
            member.membership.name().to_owned(),
            community.role_in(user, place).to_string(),
        ]
    };
    users.into_iter().map(line).collect()
}

fn csv(lines: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for line in lines {
        // Into memory, nothing fails.
        let _written = writer.write_record(&line);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether a localpart is of the letters that the specification gives to new ones.
fn is_plain(localpart: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"._=-/+".contains(&it);
    localpart.bytes().all(plain)
}

/// A cell that no spreadsheet takes for a formula.
fn escaped(value: &str) -> String {
    if value.starts_with(FORMULA) || value.starts_with('\'') {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

/// What [`escaped`] was given. Other apostrophes stay: people are called `'t Hooft`.
pub(super) fn unescaped(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with('\'') => rest,
        _ => cell,
    }
}
