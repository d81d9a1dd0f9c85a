//! What a file would change on the roster. Who is not in the file is named and stays: a part of a roster may be imported too.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    columns::Column,
    read::{Reading, key_of_email},
};
use crate::community::record::Person;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// Who was not on the roster.
    pub new: Vec<Person>,
    /// Who was, as they become, and the columns that change.
    pub changed: Vec<(Person, Vec<Column>)>,
    /// How many are as the file says.
    pub unchanged: usize,
    /// Who is on the roster and not in the file.
    pub missing: Vec<String>,
}

impl Diff {
    /// Compares.
    #[must_use]
    pub fn of(roster: &BTreeMap<String, Person>, reading: &Reading) -> Self {
        let mut diff = Self::default();
        let mut named = reading.named.clone();
        for read in &reading.people {
            let known = known(roster, read);
            named.extend(known.map(|known| known.key.clone()));
            let Some(known) = known else {
                diff.new.push(read.clone());
                continue;
            };
            let person = merged(known, read, &reading.columns);
            let differs = |column: &Column| column.of(known) != column.of(&person);
            let columns: Vec<Column> = reading
                .columns
                .iter()
                .filter(|it| differs(it))
                .cloned()
                .collect();
            if columns.is_empty() {
                diff.unchanged += 1;
            } else {
                diff.changed.push((person, columns));
            }
        }
        let missing = roster.keys().filter(|key| !named.contains(*key));
        diff.missing = missing.cloned().collect();
        diff
    }

    /// Everybody who is new or differs, as they become.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        let changed = self.changed.iter().map(|(person, _)| person);
        self.new.iter().chain(changed).cloned().collect()
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty()
    }
}

/// The one on the roster whom this is about: with the same account or address, or with this address and no account until now.
#[must_use]
pub fn known<'a>(roster: &'a BTreeMap<String, Person>, person: &Person) -> Option<&'a Person> {
    roster
        .get(&person.key)
        .or_else(|| roster.get(without_account(person)?.as_str()))
}

/// The key that somebody had before they had an account.
#[must_use]
pub fn without_account(person: &Person) -> Option<String> {
    let had = person.user.is_some() && !person.email.is_empty();
    had.then(|| key_of_email(&person.email))
}

/// What is known, with what the columns of a file say.
fn merged(known: &Person, read: &Person, columns: &BTreeSet<Column>) -> Person {
    let mut person = known.clone();
    for column in columns {
        column.copy(read, &mut person);
    }
    person.key.clone_from(&read.key);
    person.user.clone_from(&read.user);
    person
}
