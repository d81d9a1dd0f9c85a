//! A roster as a spreadsheet writes it, or nearly.

use hygie::{community::record::Person, fuzzing};
use ruma::{OwnedUserId, UserId};

/// Reading ends; everybody who is read has an account of a server that may take part, or an address, and stands there once; what is written
/// is read again as it was.
pub fn run(data: &[u8]) {
    let bot: OwnedUserId = UserId::parse("@hygie:example.org").expect("an id");
    let (people, problems) = fuzzing::roster(data, &bot);
    let mut keys: Vec<&str> = people.iter().map(|it| it.key.as_str()).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "somebody is read twice");
    for person in &people {
        check(person, &bot);
    }
    let most = 1 + data.iter().filter(|it| matches!(it, b'\n' | b'\r')).count();
    for (line, said) in &problems {
        assert!(*line <= most, "line {line} of {most}");
        assert!(!said.contains('\n'), "{said:?}");
    }
    let written = fuzzing::written_roster(&people, &bot);
    let (again, problems) = fuzzing::roster(written.as_bytes(), &bot);
    assert!(problems.is_empty(), "{problems:?} in {written:?}");
    let sorted = |mut people: Vec<Person>| {
        people.sort_by(|one, other| one.key.cmp(&other.key));
        people
    };
    assert_eq!(sorted(again), sorted(people));
}

fn check(person: &Person, bot: &UserId) {
    match &person.user {
        Some(user) => {
            assert_eq!(person.key, user.as_str());
            assert!(user != bot && user.server_name() == bot.server_name());
        }
        None => assert_eq!(
            person.key,
            format!("mailto:{}", person.email.to_lowercase())
        ),
    }
    assert!(
        person
            .role
            .is_none_or(|role| role < hygie::community::role::Role::Admin)
    );
}
