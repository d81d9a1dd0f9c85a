//! Rooms that belong to no community: direct messages with the bot, and invitations.

use ruma::OwnedUserId;
use serde_json::Value;

use super::Decision;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    commands::{self, Setting},
    community::{
        change::{Change, Membership},
        desired,
        role::Role,
        snapshot::Snapshot,
    },
    event::{Event, EventKind},
    governance::interview,
    reply::Text,
};

pub(super) fn decide(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
    match &event.kind {
        EventKind::State {
            event_type,
            state_key,
            content,
        } if event_type == "m.room.member" => on_member(snapshot, event, state_key, content),
        EventKind::Content {
            event_type,
            content,
        } if event_type == "m.room.message" => {
            let theirs = snapshot.direct_rooms.get(&event.room) == Some(&event.sender);
            let line = theirs
                .then(|| commands::addressed(snapshot, &Setting::Direct, content))
                .flatten();
            line.map_or_else(Decision::default, |line| {
                interview::answer(snapshot, event, &line, now).unwrap_or_else(|| {
                    commands::answer(snapshot, event, &Setting::Direct, &line, now)
                })
            })
        }
        EventKind::Encrypted if snapshot.direct_rooms.get(&event.room) == Some(&event.sender) => {
            unreadable(snapshot, event)
        }
        _ => Decision::default(),
    }
}

fn on_member(snapshot: &Snapshot, event: &Event, state_key: &str, content: &Value) -> Decision {
    let mut decision = Decision::default();
    let membership = Membership::parse(
        content
            .get("membership")
            .and_then(Value::as_str)
            .unwrap_or("leave"),
    );
    if state_key == snapshot.bot.as_str() && membership == Membership::Invite {
        return on_invite(snapshot, event, content);
    }
    let theirs = snapshot
        .direct_rooms
        .get(&event.room)
        .is_some_and(|user| user.as_str() == state_key);
    let gone = matches!(membership, Membership::Leave | Membership::Ban);
    if gone
        && (theirs || state_key == snapshot.bot.as_str())
        && snapshot.direct_rooms.contains_key(&event.room)
    {
        decision.changes.push(Change::DirectGone {
            room: event.room.clone(),
        });
    }
    decision
}

/// The bot was invited: it comes to direct messages of people it may know, refuses their other rooms, and ignores strangers.
fn on_invite(snapshot: &Snapshot, event: &Event, content: &Value) -> Decision {
    let cause = event.id.as_str();
    let mut decision = Decision::default();
    let is_direct = content.get("is_direct") == Some(&Value::Bool(true));
    let neighbour = event.sender.server_name() == snapshot.bot.server_name();
    let known = neighbour
        || snapshot.communities_of(&event.sender).next().is_some()
        // Who may ask to be let in needs somebody to ask.
        || !interview::open_to(snapshot, &event.sender).is_empty();
    if !known {
        // Whoever floods the bot with invitations gets nothing from it: no answer, no request, nothing remembered.
        return decision;
    }
    if !is_direct && let Some(taken) = invited_to_govern(snapshot, event) {
        return taken;
    }
    if !is_direct {
        decision.act(
            cause,
            None,
            Effect::Leave {
                room: event.room.clone(),
            },
        );
        return decision;
    }
    decision.act(
        cause,
        None,
        Effect::Join {
            room: event.room.clone(),
        },
    );
    let operator = &snapshot.operator;
    let text = if operator.name.is_empty() && operator.contact.is_empty() {
        Text::new("direct-welcome")
    } else {
        Text::new("direct-welcome-operator")
            .with("operator", operator.name.as_str())
            .with("contact", operator.contact.as_str())
    };
    decision.act(
        cause,
        None,
        say(
            snapshot,
            &event.sender,
            Recipient::Room(event.room.clone()),
            text,
        ),
    );
    decision.changes.push(Change::Direct {
        user: event.sender.clone(),
        room: event.room.clone(),
    });
    decision
}

/// Who runs a community invites the bot to a room: it may be one that is to be taken over. What waits for that is tried again; else they are
/// told how to have it taken over, and the invitation stands until then.
fn invited_to_govern(snapshot: &Snapshot, event: &Event) -> Option<Decision> {
    let communities = snapshot.communities.values();
    let mut theirs = communities
        .filter(|it| it.highest_role(&event.sender) >= Role::Admin)
        .peekable();
    theirs.peek()?;
    let cause = event.id.as_str();
    let mut decision = Decision::default();
    for community in theirs {
        let id = &community.definition.id;
        for place in desired::places(community) {
            let wanted = community.existing(&place);
            let Some(wanted) = wanted.filter(|_| !community.places.contains_key(&place)) else {
                continue;
            };
            let effect = Effect::Adopt {
                community: id.clone(),
                place: place.clone(),
                room: wanted.to_owned(),
            };
            decision.act(cause, Some(id), effect);
        }
    }
    if decision.actions.is_empty() {
        let text = Text::new("adopt-invited").code(
            "command",
            format!("!{} adopt {} as …", snapshot.bot.localpart(), event.room),
        );
        let to = Recipient::Person(event.sender.clone());
        decision.act(cause, None, say(snapshot, &event.sender, to, text));
    }
    Some(decision)
}

/// Encrypted messages cannot be read yet: say so, and open a room where they are not encrypted.
fn unreadable(snapshot: &Snapshot, event: &Event) -> Decision {
    let cause = format!("unreadable/{}", event.room);
    let mut decision = Decision::default();
    let here = Recipient::Room(event.room.clone());
    decision.act(
        &cause,
        None,
        say(snapshot, &event.sender, here, Text::new("direct-encrypted")),
    );
    decision.changes.push(Change::DirectGone {
        room: event.room.clone(),
    });
    let elsewhere = Recipient::Person(event.sender.clone());
    decision.act(
        &cause,
        None,
        say(
            snapshot,
            &event.sender,
            elsewhere,
            Text::new("direct-instead"),
        ),
    );
    decision
}

fn say(snapshot: &Snapshot, user: &OwnedUserId, to: Recipient, text: Text) -> Effect {
    Effect::Say {
        to,
        text,
        locale: snapshot.locale_of(user),
        reply_to: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::community::snapshot::tests::settled;

    fn invite(sender: &str, is_direct: bool) -> Decision {
        let event = Event {
            id: "$e".try_into().unwrap(),
            room: "!dm:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::State {
                event_type: "m.room.member".to_owned(),
                state_key: "@hygie:s".to_owned(),
                content: json!({"membership": "invite", "is_direct": is_direct}),
            },
        };
        decide(&settled(), &event, Timestamp(6))
    }

    fn names(decision: &Decision) -> Vec<&str> {
        decision
            .actions
            .iter()
            .map(|action| action.effect.name())
            .collect()
    }

    #[test]
    fn a_direct_message_is_accepted_and_greeted() {
        let decision = invite("@member:s", true);
        assert_eq!(names(&decision), ["join", "say"]);
        assert!(matches!(&decision.changes[..], [Change::Direct { .. }]));
    }

    #[test]
    fn other_invitations_are_refused_and_strangers_from_elsewhere_ignored() {
        assert_eq!(names(&invite("@member:s", false)), ["leave"]);
        for direct in [true, false] {
            assert_eq!(invite("@mallory:elsewhere", direct), Decision::default());
        }
    }

    #[test]
    fn somebody_from_elsewhere_is_heard_where_they_may_ask_to_be_let_in() {
        use crate::community::{definition::Way, snapshot::tests::redeclare};
        let known = |federate| {
            let mut snapshot = settled();
            redeclare(&mut snapshot, |definition| {
                definition.federate = federate;
                definition.admission.ways.insert(Way::Knock);
            });
            let user = ruma::UserId::parse("@eva:elsewhere").unwrap();
            !interview::open_to(&snapshot, &user).is_empty()
        };
        assert!(known(true) && !known(false));
    }

    #[test]
    fn an_encrypted_message_is_answered_once_and_in_a_room_that_can_be_read() {
        let mut snapshot = settled();
        snapshot.apply(&Change::Direct {
            user: "@member:s".try_into().unwrap(),
            room: "!dm:s".try_into().unwrap(),
        });
        let event = Event {
            id: "$e".try_into().unwrap(),
            room: "!dm:s".try_into().unwrap(),
            sender: "@member:s".try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Encrypted,
        };
        let decision = decide(&snapshot, &event, Timestamp(6));
        assert_eq!(names(&decision), ["say", "say"]);
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        assert_eq!(decide(&snapshot, &event, Timestamp(6)), Decision::default());
    }
}
