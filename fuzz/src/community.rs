//! The community that the targets play in: Samir owns it, Léa is admin, Nadia moderates it, Awa moderates one group, Ben and
//! Camille are members, the stranger is nobody.

use hygie::{
    clock::Timestamp,
    commands::Setting,
    community::{
        change::{Change, Membership},
        place::Place,
        snapshot::{OperatorCard, Snapshot},
    },
};
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::json;

/// The present moment.
pub const NOW: Timestamp = Timestamp(1_767_225_600_000);

/// Everybody, the bot last but one, the stranger last.
pub const PEOPLE: [&str; 8] = [
    "samir", "lea", "nadia", "awa", "ben", "camille", "hygie", "stranger",
];

const ROOMS: [(&str, &str, &[&str]); 5] = [
    (
        "space",
        "!space:example.org",
        &["samir", "lea", "nadia", "awa", "ben", "camille", "hygie"],
    ),
    (
        "announcements",
        "!ann:example.org",
        &["samir", "lea", "nadia", "awa", "ben", "hygie"],
    ),
    (
        "admins",
        "!adm:example.org",
        &["samir", "lea", "nadia", "hygie"],
    ),
    (
        "secteur-est",
        "!est:example.org",
        &["awa", "ben", "camille", "hygie"],
    ),
    ("secteur-ouest", "!ouest:example.org", &["camille", "hygie"]),
];

/// Somebody's id.
pub fn user(name: &str) -> OwnedUserId {
    let id = format!("@{name}:example.org");
    id.try_into().expect("it is an id")
}

/// A room's id.
pub fn room(id: &str) -> OwnedRoomId {
    id.try_into().expect("it is an id")
}

/// What is known.
pub fn snapshot() -> Snapshot {
    let group = |id: &str, name: &str, moderators: &[&str]| json!({"id": id, "name": name, "kind": "discussion", "topic": "Entraide", "moderators": moderators});
    let definition = json!({
        "id": "nord", "name": "Nord", "purpose": "Relier les agents", "locale": "fr", "timezone": "Europe/Paris",
        "owners": ["@samir:example.org"], "admins": ["@lea:example.org"], "moderators": ["@nadia:example.org"],
        "code_of_conduct": {"version": 2, "text": "Respect."},
        "groups": [group("secteur-est", "Secteur Est", &["@awa:example.org"]), group("secteur-ouest", "Secteur Ouest", &[])],
    });
    let definition = serde_json::from_value(definition).expect("it is a community");
    let operator = OperatorCard {
        name: "Réseau Nord".into(),
        contact: "contact@example.org".into(),
    };
    let mut snapshot = Snapshot::new(user("hygie"), operator, [0; 32], vec![definition]);
    for (place, id, members) in ROOMS {
        let id = room(id);
        let place = Place::try_from(place.to_owned()).expect("it is a place");
        snapshot.apply(&Change::Bound {
            community: "nord".parse().expect("it is an id"),
            place,
            room: id.clone(),
        });
        snapshot.apply(&Change::State {
            room: id.clone(),
            event_type: "m.room.power_levels".into(),
            state_key: String::new(),
            content: json!({"users": {"@awa:example.org": 50}, "events_default": 0}),
            at: NOW,
        });
        for who in members {
            snapshot.apply(&Change::Member {
                room: id.clone(),
                user: user(who),
                membership: Membership::Join,
                display_name: Some(if *who == "ben" { "Bén Diop" } else { who }.to_owned()),
            });
        }
    }
    for who in PEOPLE {
        snapshot.apply(&Change::Direct {
            user: user(who),
            room: room(&format!("!dm{who}:example.org")),
        });
    }
    snapshot
}

/// Where a command can be said, with the room: the admins' room, a direct one, two groups, the announcements.
pub fn settings(sender: &str) -> [(Setting, OwnedRoomId); 5] {
    let nord = || "nord".parse().expect("it is an id");
    let group = |id: &str| {
        Setting::Group(
            nord(),
            Place::try_from(id.to_owned()).expect("it is a place"),
        )
    };
    [
        (Setting::Admins(nord()), room("!adm:example.org")),
        (Setting::Direct, room(&format!("!dm{sender}:example.org"))),
        (group("secteur-est"), room("!est:example.org")),
        (group("secteur-ouest"), room("!ouest:example.org")),
        (group("announcements"), room("!ann:example.org")),
    ]
}
