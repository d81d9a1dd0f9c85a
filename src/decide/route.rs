//! Which messages of members are passed on to a team, by the words of the community's routes. How is [`routes`]'s.

use super::{Decision, message::Message};
use crate::{
    action::Effect,
    clock::Timestamp,
    commands::{self, Setting},
    community::{
        definition::{Kind, Route},
        place::Place,
        role::Role,
        snapshot::Snapshot,
    },
    governance::{deed::Deed, routes},
};

/// Passes a message on, beside what else was decided about it.
pub(super) fn follow(
    snapshot: &Snapshot,
    message: &Message<'_>,
    now: Timestamp,
    decision: &mut Decision,
) {
    let (community, event) = (message.community, message.event);
    let routes = taken(snapshot, message);
    if routes.is_empty() || goes(message, decision) {
        return;
    }
    let too_soon = |route: &&Route| routes::is_too_soon(community, route, &event.sender, now);
    let routes: Vec<&Route> = routes.into_iter().filter(|it| !too_soon(it)).collect();
    let cause = format!("route/{}", event.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    routes::pass_on(&mut deed, event, &message.room.place, &routes);
    decision.then(deed.decision);
}

/// The routes that a message takes: one of a member, in a group that is no team's, that is no command.
fn taken<'a>(snapshot: &Snapshot, message: &Message<'a>) -> Vec<&'a Route> {
    let (community, event) = (message.community, message.event);
    let declared = &community.definition.routes;
    let Place::Group(group) = &message.room.place else {
        return Vec::new();
    };
    if declared.is_empty()
        || event.sender == snapshot.bot
        || community.highest_role(&event.sender) >= Role::Moderator
        || community.kind(&message.room.place) == Some(Kind::Admins)
        || declared.iter().any(|route| route.to == *group)
        || message.event_type == "m.reaction"
    {
        return Vec::new();
    }
    let taken = community
        .routes()
        .taken(message.event_type, message.content);
    let here = Setting::Group(community.definition.id.clone(), message.room.place.clone());
    if taken.is_empty() || commands::addressed(snapshot, &here, message.content).is_some() {
        return Vec::new();
    }
    taken
        .into_iter()
        .filter_map(|at| declared.get(at))
        .collect()
}

/// Whether the message is taken down, or waits for a moderator.
fn goes(message: &Message<'_>, decision: &Decision) -> bool {
    let mut effects = decision.actions.iter().map(|action| &action.effect);
    effects.any(|effect| match effect {
        Effect::Redact { event, .. } | Effect::Hold { source: event, .. } => {
            *event == message.event.id
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        action::Recipient,
        community::{
            definition::Definition,
            snapshot::tests::{redeclare, settled},
        },
        event::{Event, EventKind},
        reply::Locale,
    };

    const NOW: Timestamp = Timestamp(1_767_225_600_000);

    /// Complaints go to the group `ouest`, which is closed, and what is about medicines to the admins.
    fn routed() -> Snapshot {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file: &mut Definition| {
            file.groups[1].admission = Some([crate::community::definition::Way::Ticket].into());
            file.groups[1].members = vec!["@eva:s".try_into().unwrap()];
            file.routes = serde_json::from_value(json!([
                {"words": ["plainte"], "to": "ouest", "name": "l’équipe qualité"},
                {"words": ["effet indésirable", "plainte grave"], "to": "admins", "name": "la pharmacie"},
            ]))
            .unwrap();
            assert_eq!(file.validate(), []);
        });
        snapshot
    }

    fn said(who: &str, room: &str, content: Value) -> Event {
        Event {
            id: "$said".try_into().unwrap(),
            room: room.try_into().unwrap(),
            sender: who.try_into().unwrap(),
            at: NOW,
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content,
            },
        }
    }

    fn text(body: &str) -> Value {
        json!({"msgtype": "m.text", "body": body})
    }

    fn decided(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
        crate::decide::decide(snapshot, event, now)
    }

    /// To which rooms and people what is said of routes goes.
    fn told(decision: &Decision) -> Vec<(String, String)> {
        let said = decision.actions.iter().filter_map(|it| match &it.effect {
            Effect::Say { to, text, .. } if text.key().starts_with("route-") => {
                let to = match to {
                    Recipient::Room(room) => room.to_string(),
                    Recipient::Person(person) => person.to_string(),
                };
                Some((to, text.plain(Locale::Fr)))
            }
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn a_message_goes_to_its_team_as_a_link_and_its_author_is_told_once() {
        let event = said("@member:s", "!est:s", text("Voici une PLAINTE zinzolin"));
        let decision = decided(&routed(), &event, NOW);
        let told = told(&decision);
        let [(room, card), (person, answer)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!((room.as_str(), person.as_str()), ("!ouest:s", "@member:s"));
        for part in [
            "l’équipe qualité",
            "@member:s",
            "Secteur Est",
            "matrix.to",
            "$said",
        ] {
            assert!(card.replace("%24", "$").contains(part), "{part} in {card}");
        }
        assert!(answer.contains("transmis à l’équipe qualité"), "{answer}");
        assert!(!format!("{decision:?}").to_lowercase().contains("zinzolin"));
        let audit: Vec<_> = decision.audit.iter().map(|it| it.action.as_str()).collect();
        assert_eq!(audit, ["route"]);
        let both = said(
            "@member:s",
            "!est:s",
            text("plainte grave : effet indésirable"),
        );
        let decision = decided(&routed(), &both, NOW);
        let rooms: Vec<_> = self::told(&decision).into_iter().map(|it| it.0).collect();
        assert_eq!(rooms, ["!ouest:s", "!admins:s", "@member:s"]);
    }

    #[test]
    fn within_an_hour_nothing_more_of_the_same_person_takes_the_same_route() {
        let mut snapshot = routed();
        let decide = |snapshot: &Snapshot, who: &str, body: &str, now: Timestamp| {
            decided(snapshot, &said(who, "!est:s", text(body)), now)
        };
        let first = decide(&snapshot, "@member:s", "plainte", NOW);
        first.changes.iter().for_each(|it| snapshot.apply(it));
        let soon = NOW.plus(Duration::from_mins(59));
        assert!(told(&decide(&snapshot, "@member:s", "plainte", soon)).is_empty());
        assert_eq!(
            told(&decide(&snapshot, "@other:s", "plainte", soon)).len(),
            2
        );
        let another = decide(&snapshot, "@member:s", "effet indésirable", soon);
        assert_eq!(told(&another).len(), 2, "another route");
        let later = NOW.plus(Duration::from_hours(1));
        assert_eq!(
            told(&decide(&snapshot, "@member:s", "plainte", later)).len(),
            2
        );
        let due = |snapshot: &Snapshot, at| {
            let all = crate::governance::due::due(snapshot, &"nord".parse().unwrap(), at);
            let ours = all
                .into_iter()
                .filter(|(cause, _)| cause.contains("/route/"));
            ours.flat_map(|(_, it)| it.changes).collect::<Vec<_>>()
        };
        assert!(due(&snapshot, soon).is_empty());
        for change in due(&snapshot, later) {
            snapshot.apply(&change);
        }
        let community = snapshot.communities.values().next().unwrap();
        assert!(
            community
                .records
                .said
                .keys()
                .all(|it| !it.starts_with("route/"))
        );
    }

    #[test]
    fn the_team_its_rooms_commands_and_edits_take_no_route() {
        let snapshot = routed();
        let edit = json!({
            "msgtype": "m.text", "body": "* plainte", "m.new_content": {"msgtype": "m.text", "body": "plainte"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
        });
        for (who, room, content) in [
            ("@samir:s", "!est:s", text("plainte")),
            ("@awa:s", "!est:s", text("plainte")),
            ("@hygie:s", "!est:s", text("plainte")),
            ("@member:s", "!ouest:s", text("plainte")),
            ("@member:s", "!admins:s", text("plainte")),
            ("@member:s", "!est:s", text("!hygie contact plainte")),
            ("@member:s", "!est:s", text("il se plaint")),
            ("@member:s", "!est:s", edit),
        ] {
            let decision = decided(&snapshot, &said(who, room, content.clone()), NOW);
            assert!(told(&decision).is_empty(), "{who} in {room}: {content}");
        }
    }

    #[test]
    fn what_is_taken_down_is_not_passed_on() {
        let leak = text("plainte de la patiente 2 69 05 49 588 157 80");
        let decision = decided(&routed(), &said("@member:s", "!est:s", leak), NOW);
        assert!(matches!(decision.actions[0].effect, Effect::Redact { .. }));
        assert!(told(&decision).is_empty());
    }

    #[test]
    fn what_would_go_to_a_group_that_is_open_by_now_goes_to_the_admins() {
        let mut snapshot = routed();
        redeclare(&mut snapshot, |file| file.groups[1].access.public = true);
        let event = said("@member:s", "!est:s", text("plainte"));
        let told = told(&decided(&snapshot, &event, NOW));
        assert_eq!(told[0].0, "!admins:s");
    }
}
