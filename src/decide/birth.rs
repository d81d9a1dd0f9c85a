//! A room that the bot has just created is recognised by the first thing in it that says whose it is: its alias, set by the bot
//! before anybody else can come in. So nothing that is said there is overlooked, however late the answer to `createRoom` is.

use serde_json::Value;

use super::Decision;
use crate::{
    community::{change::Change, desired, snapshot::Snapshot},
    event::{Event, EventKind},
};

/// The room becomes that of the place whose alias the bot gave it; `None` for everything else that happens in unknown rooms.
pub(super) fn decide(snapshot: &Snapshot, event: &Event) -> Option<Decision> {
    let EventKind::State {
        event_type,
        content,
        ..
    } = &event.kind
    else {
        return None;
    };
    if event_type != "m.room.canonical_alias" || event.sender != snapshot.bot {
        return None;
    }
    let alias = content.get("alias").and_then(Value::as_str)?;
    let server = snapshot.bot.server_name();
    for (id, community) in &snapshot.communities {
        let mut places = desired::places(community).into_iter();
        let place = places.find(|place| {
            let own = desired::alias_localpart(community, place, &snapshot.bot);
            alias == format!("#{own}:{server}")
        });
        let Some(place) = place.filter(|place| !community.places.contains_key(place)) else {
            continue;
        };
        let mut decision = Decision::default();
        decision.changes.push(Change::Bound {
            community: id.clone(),
            place,
            room: event.room.clone(),
        });
        return Some(decision);
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::Timestamp,
        community::snapshot::tests::{example, settled},
    };

    fn event(sender: &str, kind: EventKind) -> Event {
        Event {
            id: "$e".try_into().unwrap(),
            room: "!new:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind,
        }
    }

    fn alias(sender: &str, alias: &str) -> Event {
        let kind = EventKind::State {
            event_type: "m.room.canonical_alias".to_owned(),
            state_key: String::new(),
            content: json!({"alias": alias}),
        };
        event(sender, kind)
    }

    #[test]
    fn a_leak_in_a_room_whose_creation_is_not_answered_yet_is_taken_down() {
        let mut snapshot = example();
        let born = crate::decide::decide(
            &snapshot,
            &alias("@hygie:s", "#_hygie_nord_est:s"),
            Timestamp(6),
        );
        born.changes.iter().for_each(|it| snapshot.apply(it));
        let content = json!({"msgtype": "m.text", "body": "2 69 05 49 588 157 80"});
        let event_type = "m.room.message".to_owned();
        let leak = event(
            "@member:s",
            EventKind::Content {
                event_type,
                content,
            },
        );
        let decision = crate::decide::decide(&snapshot, &leak, Timestamp(7));
        assert_eq!(decision.actions[0].effect.name(), "redact");
    }

    #[test]
    fn nobody_but_the_bot_makes_a_room_that_of_a_place_and_no_place_gets_a_second_one() {
        let of = |snapshot: &Snapshot, event: &Event| decide(snapshot, event);
        let est = "#_hygie_nord_est:s";
        assert_eq!(of(&example(), &alias("@samir:s", est)), None);
        assert_eq!(of(&example(), &alias("@hygie:s", "#_hygie_nord_x:s")), None);
        assert_eq!(
            of(&example(), &alias("@hygie:s", "#_hygie_nord_est:t")),
            None
        );
        assert_eq!(of(&settled(), &alias("@hygie:s", est)), None);
    }
}
