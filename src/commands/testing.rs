//! The community that the commands' tests play in: Samir owns it, Léa is admin, Nadia moderates it, Awa moderates one group,
//! Ben and two Camilles are members.

use ruma::OwnedUserId;
use serde_json::{Value, json};

use super::{Setting, answer, context::Context};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::Locale,
        place::Place,
        snapshot::{Community, OperatorCard, Snapshot},
    },
    decide::Decision,
    event::{Event, EventKind},
    reply::Text,
};

/// The present moment of the tests.
pub(crate) const NOW: Timestamp = Timestamp(1_767_225_600_000);

const ROOMS: [(&str, &str, &[&str]); 5] = [
    (
        "space",
        "!space:example.org",
        &[
            "samir", "lea", "nadia", "awa", "ben", "camille", "camille2", "hygie",
        ],
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
    (
        "secteur-ouest",
        "!ouest:example.org",
        &["camille2", "hygie"],
    ),
];

pub(crate) fn user(name: &str) -> OwnedUserId {
    format!("@{name}:example.org").try_into().unwrap()
}

pub(crate) fn member(room: &str, who: &str, membership: Membership) -> Change {
    let display_name = match who {
        "ben" => "Bén Diop",
        "camille" | "camille2" => "Camille",
        "hygie" => "Hygie",
        other => other,
    };
    Change::Member {
        room: room.try_into().unwrap(),
        user: user(who),
        membership,
        display_name: Some(display_name.to_owned()),
    }
}

/// How the rooms' power levels are before anything is done.
pub(crate) fn power_levels() -> Value {
    json!({"users": {"@awa:example.org": 50}, "events_default": 0, "events": {"org.example.own": 7}})
}

pub(crate) fn snapshot() -> Snapshot {
    let group = |id: &str, name: &str, moderators: &[&str]| json!({"id": id, "name": name, "kind": "discussion", "topic": "Entraide", "moderators": moderators});
    let definition = json!({
        "id": "nord", "name": "Nord", "purpose": "Relier les agents", "locale": "fr", "timezone": "Europe/Paris",
        "owners": ["@samir:example.org"], "admins": ["@lea:example.org"], "moderators": ["@nadia:example.org"],
        "code_of_conduct": {"version": 2, "text": "Respect.\nJamais de nom de patient."},
        "groups": [group("secteur-est", "Secteur Est", &["@awa:example.org"]), group("secteur-ouest", "Secteur Ouest", &[])],
    });
    let operator = OperatorCard {
        name: "Réseau Nord".into(),
        contact: "contact@example.org".into(),
    };
    let mut snapshot = Snapshot::new(
        user("hygie"),
        operator,
        [0; 32],
        vec![serde_json::from_value(definition).unwrap()],
    );
    for (place, room, members) in ROOMS {
        let id: ruma::OwnedRoomId = room.try_into().unwrap();
        let place = Place::try_from(place.to_owned()).unwrap();
        snapshot.apply(&Change::Bound {
            community: "nord".parse().unwrap(),
            place,
            room: id.clone(),
        });
        snapshot.apply(&Change::State {
            room: id,
            event_type: "m.room.power_levels".into(),
            state_key: String::new(),
            content: power_levels(),
            at: NOW,
        });
        for who in members {
            snapshot.apply(&member(room, who, Membership::Join));
        }
    }
    snapshot
}

pub(crate) fn community(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

pub(crate) fn admins() -> Setting {
    Setting::Admins("nord".parse().unwrap())
}

pub(crate) fn direct() -> Setting {
    Setting::Direct
}

pub(crate) fn east() -> Setting {
    Setting::Group(
        "nord".parse().unwrap(),
        Place::Group("secteur-est".parse().unwrap()),
    )
}

pub(crate) fn event(who: &str, room: &str, body: &str) -> Event {
    Event {
        id: "$command".try_into().unwrap(),
        room: room.try_into().unwrap(),
        sender: user(who),
        at: NOW,
        kind: EventKind::Content {
            event_type: "m.room.message".into(),
            content: json!({"msgtype": "m.text", "body": body}),
        },
    }
}

/// Runs something with the context of a command in the admins room.
pub(crate) fn in_admins<T>(
    snapshot: &Snapshot,
    who: &str,
    line: &str,
    run: impl FnOnce(&Context) -> T,
) -> T {
    let event = event(who, "!adm:example.org", line);
    run(&Context {
        snapshot,
        community: Some(community(snapshot)),
        event: &event,
        setting: &admins(),
        locale: Locale::Fr,
        now: NOW,
        confirmed: false,
    })
}

pub(crate) fn answer_to(
    snapshot: &Snapshot,
    setting: &Setting,
    event: &Event,
    line: &str,
) -> Decision {
    answer(snapshot, event, setting, line, NOW)
}

/// The decision of a command line.
pub(crate) fn say(snapshot: &Snapshot, setting: &Setting, who: &str, line: &str) -> Decision {
    let room = match setting {
        Setting::Admins(_) => "!adm:example.org",
        Setting::Direct => "!dm:example.org",
        Setting::Group(..) => "!est:example.org",
    };
    answer_to(snapshot, setting, &event(who, room, line), line)
}

/// The decision of a command line, whose changes are brought into the snapshot.
pub(crate) fn apply(snapshot: &mut Snapshot, setting: &Setting, who: &str, line: &str) -> Decision {
    let decision = say(snapshot, setting, who, line);
    decision
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    decision
}

pub(crate) fn effects(decision: &Decision) -> impl Iterator<Item = &Effect> {
    decision.actions.iter().map(|action| &action.effect)
}

/// The answer, in its language: the last thing said.
fn last_said(decision: &Decision) -> Option<(&Text, Locale)> {
    let said = effects(decision).filter_map(|effect| match effect {
        Effect::Say { text, locale, .. } => Some((text, *locale)),
        _ => None,
    });
    said.last()
}

pub(crate) fn reply(decision: &Decision) -> &Text {
    last_said(decision).expect("there is an answer").0
}

pub(crate) fn body(decision: &Decision) -> String {
    let (text, locale) = last_said(decision).expect("there is an answer");
    text.plain(locale)
}

/// To whom the answer goes.
pub(crate) fn answered(decision: &Decision) -> &Recipient {
    let said = effects(decision).filter_map(|effect| match effect {
        Effect::Say { to, .. } => Some(to),
        _ => None,
    });
    said.last().expect("there is an answer")
}
