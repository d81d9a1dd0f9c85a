//! A governed state event changed. When it is no longer as the community decided, the admins hear who changed what; the review
//! that follows puts it back where the community wants that.

use serde_json::Value;

use super::{AuditEntry, Decision, names, takedown::to_admins};
use crate::{
    action::{Action, Effect},
    clock::Timestamp,
    community::{
        change::Change,
        definition::Drift,
        desired, needed,
        place::Place,
        plan,
        snapshot::{Community, Room, Snapshot},
    },
    event::Event,
    reply::Text,
};

pub(super) fn decide(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    change: (&str, &str, &Value),
    now: Timestamp,
) -> Decision {
    let (event_type, state_key, content) = change;
    let mut decision = Decision::default();
    if taken_away(snapshot, community, room, event, change, now, &mut decision) {
        return decision;
    }
    decision.changes.push(Change::State {
        room: event.room.clone(),
        event_type: event_type.to_owned(),
        state_key: state_key.to_owned(),
        content: needed::with_creator(event_type, content.clone(), event.sender.as_str()),
        at: event.at,
    });
    if !room.known {
        return decision;
    }
    let departs = departs(snapshot, community, room, event_type, state_key, content);
    if event.sender == snapshot.bot {
        // What was wanted when we set it may not be what is wanted now.
        if departs.is_some() {
            decision.review.insert(community.definition.id.clone());
        }
        return decision;
    }
    if event_type == "m.room.encryption" {
        decision
            .actions
            .extend(encryption(snapshot, community, room, event));
        return decision;
    }
    decision.review.insert(community.definition.id.clone());
    let empowers = event_type == "m.room.power_levels" && is_about_the_bot(snapshot, room, content);
    if let Some(notice) = widget(community, room, event, (event_type, state_key, content)) {
        let notices = to_admins(community, event.id.as_str(), notice, 0);
        decision.actions.extend(notices);
    }
    if let Some(wanted) = departs.filter(|_| !empowers) {
        let what = plan::state_name(event_type);
        let enforced = community.definition.drift == Drift::Enforce;
        let key = if enforced {
            "drift-mended"
        } else {
            "drift-reported"
        };
        let notice = Text::new(key)
            .with("user", &event.sender)
            .with("group", community.name_of(&room.place))
            .with("what", what)
            .with("before", plan::summary(event_type, &wanted, Some(content)))
            .with("after", plan::summary(event_type, content, Some(&wanted)))
            .code("command", format!("!{} apply", snapshot.bot.localpart()));
        decision
            .actions
            .extend(to_admins(community, event.id.as_str(), notice, 0));
        decision.audit.push(AuditEntry {
            community: community.definition.id.clone(),
            room: Some(event.room.clone()),
            actor: event.sender.clone(),
            action: if enforced {
                "drift-mended"
            } else {
                "drift-reported"
            }
            .to_owned(),
            target: Some(format!("{event_type} {state_key}").trim_end().to_owned()),
            rule: None,
            detail: None,
        });
    }
    decision
}

/// Whether the bot could do something else in a room with these power levels: then what should hold there is another thing too.
fn is_about_the_bot(snapshot: &Snapshot, room: &Room, levels: &Value) -> bool {
    let create = room.state("m.room.create", "");
    let before = room.state("m.room.power_levels", "");
    let before = before.unwrap_or(&Value::Null);
    needed::standing(before, create, &snapshot.bot)
        != needed::standing(levels, create, &snapshot.bot)
}

/// Whether these power levels, which somebody else than the bot sets, would surely be put back at once. The guard door asks, before they are.
pub(super) fn would_be_put_back(
    snapshot: &Snapshot,
    (community, room): (&Community, &Room),
    event: &Event,
    levels: &Value,
) -> bool {
    let (event_type, state_key) = ("m.room.power_levels".to_owned(), String::new());
    if community.definition.drift == Drift::Report
        || !room.known
        || is_about_the_bot(snapshot, room, levels)
    {
        return false;
    }
    let wanted = departs(snapshot, community, room, &event_type, &state_key, levels);
    wanted.is_some_and(|content| {
        let mend = Effect::SetState {
            room: event.room.clone(),
            event_type,
            state_key,
            content,
        };
        let create = room.state("m.room.create", "");
        !needed::lacks_power(&mend, levels, create, &snapshot.bot)
    })
}

/// What the admins are told of a widget that somebody put into a room and that the community did not declare: everybody who opens it gives
/// their address to whoever runs it.
fn widget(
    community: &Community,
    room: &Room,
    event: &Event,
    (event_type, state_key, content): (&str, &str, &Value),
) -> Option<Text> {
    if event_type != "im.vector.modular.widgets" {
        return None;
    }
    let url = content.get("url").and_then(Value::as_str)?;
    let group = match &room.place {
        Place::Group(id) => community.group(id),
        Place::Space => None,
    };
    let declared = group.is_some_and(|it| it.widgets.iter().any(|own| own.id == state_key));
    let known = room.state(event_type, state_key);
    let known = known.and_then(|it| it.get("url")).and_then(Value::as_str);
    (!declared && known != Some(url)).then(|| {
        Text::new("widget-undeclared")
            .with("user", &event.sender)
            .with("group", community.name_of(&room.place))
            .code("url", url)
    })
}

/// What the admins are told of a room that is encrypted from now on.
fn encryption(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
) -> Option<Action> {
    let key = if snapshot.encrypts {
        "encryption-on-read"
    } else {
        "encryption-on"
    };
    let notice = Text::new(key)
        .with("user", &event.sender)
        .with("group", community.name_of(&room.place));
    to_admins(community, event.id.as_str(), notice, 0)
}

/// Whether somebody gave a room a name or a topic that must not stand: then it is on its way out. What the community declares may stand.
fn taken_away(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    (event_type, state_key, content): (&str, &str, &Value),
    now: Timestamp,
    decision: &mut Decision,
) -> bool {
    let is_text = matches!(event_type, "m.room.name" | "m.room.topic") && state_key.is_empty();
    if !is_text || !room.known || event.sender == snapshot.bot {
        return false;
    }
    let state = desired::state(snapshot, community, &room.place).unwrap_or_default();
    let mut state = state.iter();
    let declared = state.any(|it| {
        it.event_type == event_type && it.state_key.is_empty() && it.holds(Some(content))
    });
    let seen = names::Seen {
        snapshot,
        community,
        room,
        event,
        now,
    };
    !declared && names::on_room(&seen, content, decision)
}

/// The content that should hold instead of `content`, when `content` is not it.
fn departs(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event_type: &str,
    state_key: &str,
    content: &Value,
) -> Option<Value> {
    let state = desired::state(snapshot, community, &room.place)?;
    match state
        .into_iter()
        .find(|wanted| wanted.event_type == event_type && wanted.state_key == state_key)
    {
        Some(wanted) => (!wanted.holds(Some(content))).then_some(wanted.content),
        None if matches!(event_type, "m.space.child" | "m.space.parent")
            && content.get("via").is_some() =>
        {
            Some(Value::Object(serde_json::Map::new()))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{community::snapshot::tests::settled, decide::review, event::EventKind};

    fn set(
        snapshot: &mut Snapshot,
        sender: &str,
        event_type: &str,
        content: &Value,
    ) -> (Decision, Decision) {
        let event = Event {
            id: "$e".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(9),
            kind: EventKind::State {
                event_type: event_type.to_owned(),
                state_key: String::new(),
                content: content.clone(),
            },
        };
        let decision = {
            let (community, room) = snapshot.located(&event.room).unwrap();
            let changed = (event_type, "", content);
            decide(snapshot, community, room, &event, changed, Timestamp(9))
        };
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        let id = "nord".parse().unwrap();
        (decision, review(snapshot, &id, Timestamp(9)))
    }

    #[test]
    fn a_topic_changed_by_hand_is_told_and_put_back() {
        let mut snapshot = settled();
        let (told, mended) = set(
            &mut snapshot,
            "@samir:s",
            "m.room.topic",
            &json!({"topic": "Autre"}),
        );
        assert!(
            matches!(&told.actions[..], [action] if matches!(&action.effect, Effect::Say { text, .. } if text.key() == "drift-mended"))
        );
        let [action] = &mended.actions[..] else {
            panic!("{:?}", mended.actions)
        };
        assert!(
            matches!(&action.effect, Effect::SetState { content, .. } if *content == json!({"topic": "Est"}))
        );
    }

    #[test]
    fn the_same_change_made_twice_is_mended_twice() {
        let mut snapshot = settled();
        let (_, first) = set(
            &mut snapshot,
            "@samir:s",
            "m.room.topic",
            &json!({"topic": "Autre"}),
        );
        snapshot.apply(&Change::State {
            room: "!est:s".try_into().unwrap(),
            event_type: "m.room.topic".to_owned(),
            state_key: String::new(),
            content: json!({"topic": "Autre"}),
            at: Timestamp(10),
        });
        let second = review(&snapshot, &"nord".parse().unwrap(), Timestamp(9));
        assert_ne!(first.actions[0].id, second.actions[0].id);
    }

    #[test]
    fn a_settled_community_needs_nothing() {
        let snapshot = settled();
        assert_eq!(
            review(&snapshot, &"nord".parse().unwrap(), Timestamp(9)).actions,
            []
        );
    }

    #[test]
    fn where_drift_is_only_reported_it_stays() {
        let mut snapshot = settled();
        snapshot
            .communities
            .values_mut()
            .next()
            .unwrap()
            .definition
            .drift = Drift::Report;
        let (told, mended) = set(
            &mut snapshot,
            "@samir:s",
            "m.room.topic",
            &json!({"topic": "Autre"}),
        );
        assert_eq!(told.actions.len(), 1);
        assert_eq!(mended.actions, []);
    }

    #[test]
    fn the_remedy_is_written_with_the_name_of_the_bot() {
        let mut snapshot = settled();
        snapshot.bot = "@gardienne:s".try_into().unwrap();
        let mut communities = snapshot.communities.values_mut();
        communities.next().unwrap().definition.drift = Drift::Report;
        let topic = json!({"topic": "Autre"});
        let (told, _) = set(&mut snapshot, "@samir:s", "m.room.topic", &topic);
        let Effect::Say { text, locale, .. } = &told.actions[0].effect else {
            panic!("{:?}", told.actions)
        };
        let said = text.plain(*locale);
        assert!(said.contains("!gardienne apply"), "{said}");
    }

    #[test]
    fn what_the_bot_sets_itself_is_not_told() {
        let mut snapshot = settled();
        let (told, _) = set(
            &mut snapshot,
            "@hygie:s",
            "m.room.topic",
            &json!({"topic": "Autre"}),
        );
        assert_eq!(told.actions, []);
    }

    #[test]
    fn what_the_bot_set_is_looked_at_again_when_it_is_no_longer_wanted() {
        let mut snapshot = settled();
        let stale = json!({"topic": "Autre"});
        let (decision, mended) = set(&mut snapshot, "@hygie:s", "m.room.topic", &stale);
        assert_eq!((decision.review.len(), mended.actions.len()), (1, 1));
        let wanted = json!({"topic": "Est"});
        let (decision, _) = set(&mut snapshot, "@hygie:s", "m.room.topic", &wanted);
        assert_eq!(decision.review.len(), 0);
    }
}
