//! What belongs to taking a message down: the redaction, a kind word to its author, a line for the admins, the account of it, and what follows
//! for who does it again and again.

use ruma::OwnedEventId;

use super::{AuditEntry, Decision, message::Message};
use crate::{
    action::{Action, ActionId, Effect, Recipient, Sender},
    clock::Timestamp,
    community::{
        change::Change,
        record::{LeftInPlace, Record, RecordKind},
        snapshot::{Community, Snapshot},
    },
    governance::sanctions::{self, Breach},
    reply::Text,
};

/// How many messages that were taken down, or left to a human, the admins read of one by one within an hour; beyond that they are told how many
/// when it is twice as many, and twice as many again: in a raid nobody reads a thousand lines.
const SHOWN: usize = 20;

/// How many messages that were left in place are remembered: far more than anybody lets stand before they look.
const MOST_LEFT: usize = 10_000;

/// Why a message is taken down, and what is said of it.
pub(super) struct Why {
    /// The rule's name in the audit log.
    pub rule: String,
    /// What people call it.
    pub name: Text,
    /// What the homeserver keeps and shows.
    pub reason: Text,
    /// Told to the author.
    pub told: Text,
    /// Told to the admins.
    pub notice: Text,
    /// Told to the admins instead, when a human must look first; how to take it down is added.
    pub held: Text,
    /// What was seen, for the audit log; never the thing itself.
    pub seen: String,
    /// What it counts for its author.
    pub points: u32,
}

/// Takes a message down; or asks a human to, when rules have taken down so much that one must look first.
pub(super) fn or_ask(
    snapshot: &Snapshot,
    message: &Message<'_>,
    why: Why,
    now: Timestamp,
) -> Decision {
    if message.community.must_ask_before_takedown(now) {
        ask_a_human(snapshot, message, why, now)
    } else {
        take_down(snapshot, message, why, now)
    }
}

/// Takes a message down.
pub(super) fn take_down(
    snapshot: &Snapshot,
    message: &Message<'_>,
    why: Why,
    now: Timestamp,
) -> Decision {
    let Message {
        community, event, ..
    } = *message;
    let id = &community.definition.id;
    let cause = event.id.as_str();
    let mut decision = Decision::default();
    decision.act(
        cause,
        Some(id),
        Effect::Redact {
            room: event.room.clone(),
            event: event.id.clone(),
            reason: why.reason,
            locale: community.definition.locale,
            sender: Sender::Known(event.sender.clone()),
        },
    );
    decision.act(cause, Some(id), to_author(snapshot, message, why.told));
    let number = community.taken_down_lately(now) + 1;
    let keys = ("takedown-last", "takedowns-many");
    let notice = told(snapshot, number, (why.notice, keys), &why.rule);
    let notice = notice.and_then(|it| to_admins(community, cause, it, decision.actions.len()));
    decision.actions.extend(notice);
    decision
        .audit
        .push(entry(snapshot, message, &why.rule, "redact", &why.seen));
    decision.changes.push(Change::TookDown {
        community: id.clone(),
        at: now,
    });
    let breach = Breach {
        user: &event.sender,
        rule: &why.rule,
        name: why.name,
        points: why.points,
        room: &event.room,
        event: &event.id,
    };
    sanctions::follow(snapshot, community, breach, now, &mut decision);
    decision
}

/// So much was taken down within the hour that it may be a rule gone wrong: the admins are asked, once for the whole, and
/// shown the first messages.
fn ask_a_human(snapshot: &Snapshot, message: &Message<'_>, why: Why, now: Timestamp) -> Decision {
    let Message {
        community, event, ..
    } = *message;
    let mut decision = Decision::default();
    let prefix = format!("!{}", snapshot.bot.localpart());
    decision
        .actions
        .extend(takedowns_stopped(snapshot, community));
    let number = community.held_lately(now) + 1;
    if community.records.left.len() < MOST_LEFT {
        let left = LeftInPlace {
            room: event.room.clone(),
            event: event.id.clone(),
            user: event.sender.clone(),
            rule: why.rule.clone(),
            reason: why.reason,
            told: why.told,
            at: now,
        };
        let left = Record::LeftInPlace(Box::new(left));
        decision
            .changes
            .push(Change::keep(&community.definition.id, left));
    }
    let link = event.room.matrix_to_event_uri(event.id.clone());
    let one = why.held.code("command", format!("{prefix} redact {link}"));
    let keys = ("takedown-held-last", "takedowns-held");
    let notice = told(snapshot, number, (one, keys), &why.rule);
    let notice = notice.and_then(|it| to_admins(community, event.id.as_str(), it, 0));
    decision.actions.extend(notice);
    decision.changes.push(Change::HeldBack {
        community: community.definition.id.clone(),
        at: now,
    });
    decision.audit.push(entry(
        snapshot,
        message,
        &why.rule,
        "redact-held",
        &why.seen,
    ));
    decision
}

/// A human has looked: what was left in place is taken down as it would have been, but for what would follow for who wrote it.
pub(crate) fn of_all_left(snapshot: &Snapshot, community: &Community) -> Decision {
    let id = &community.definition.id;
    let mut decision = Decision::default();
    for left in community.records.left.values() {
        // What was said of it to the admins has the identity of its first action.
        let (key, cause) = (left.event.as_str(), format!("left/{}", left.event));
        let mut one = Decision::default();
        one.act(
            &cause,
            Some(id),
            Effect::Redact {
                room: left.room.clone(),
                event: left.event.clone(),
                reason: left.reason.clone(),
                locale: community.definition.locale,
                sender: Sender::Known(left.user.clone()),
            },
        );
        one.act(
            &cause,
            Some(id),
            Effect::Say {
                to: Recipient::Person(left.user.clone()),
                locale: snapshot.locale_in(&left.user, community),
                text: left.told.clone(),
                reply_to: None,
            },
        );
        one.changes
            .push(Change::forget(id, RecordKind::LeftInPlace, key));
        one.audit.push(AuditEntry {
            community: id.clone(),
            room: Some(left.room.clone()),
            actor: snapshot.bot.clone(),
            action: "redact".to_owned(),
            target: Some(left.user.to_string()),
            rule: Some(left.rule.clone()),
            detail: Some(format!("{key}: left in place until an admin had looked")),
        });
        decision.then(one);
    }
    decision
}

/// What the admins read of the message with this number within the hour: of it alone, and with the last of these that no more are shown; or how many.
fn told(
    snapshot: &Snapshot,
    number: usize,
    (one, (last, many)): (Text, (&str, &str)),
    rule: &str,
) -> Option<Text> {
    match number {
        ..SHOWN => Some(one),
        SHOWN => Some(one.line(last)),
        _ => {
            let is_told = number.is_multiple_of(SHOWN) && (number / SHOWN).is_power_of_two();
            is_told.then(|| {
                let count = i64::try_from(number).unwrap_or(i64::MAX);
                let command = format!("!{} audit rule {rule}", snapshot.bot.localpart());
                Text::new(many)
                    .with("count", count)
                    .code("command", command)
            })
        }
    }
}

/// The question whether rules may go on; the same question within the same hour is the same action.
fn takedowns_stopped(snapshot: &Snapshot, community: &Community) -> Option<Action> {
    let first = community.takedowns.front()?;
    let prefix = format!("!{}", snapshot.bot.localpart());
    let question = Text::new("takedowns-stopped")
        .with(
            "count",
            i64::from(community.definition.max_takedowns_per_hour),
        )
        .code("command", format!("{prefix} resume"))
        .code("all", format!("{prefix} resume all"));
    let cause = format!("takedowns/{}/{}", community.definition.id, first.0);
    to_admins(community, &cause, question, 0)
}

/// Says something to the author in private.
pub(super) fn to_author(snapshot: &Snapshot, message: &Message<'_>, text: Text) -> Effect {
    let sender = &message.event.sender;
    Effect::Say {
        to: Recipient::Person(sender.clone()),
        locale: snapshot.locale_in(sender, message.community),
        text,
        reply_to: None,
    }
}

/// A notice in the admins' room, if there is one yet, as the `ordinal`-th action of `cause`.
pub(crate) fn to_admins(
    community: &Community,
    cause: &str,
    text: Text,
    ordinal: usize,
) -> Option<Action> {
    let effect = Effect::Say {
        to: Recipient::Room(community.admins_room()?.clone()),
        text,
        locale: community.definition.locale,
        reply_to: None,
    };
    let id = ActionId::derive(cause, ordinal);
    Some(Action {
        id,
        community: Some(community.definition.id.clone()),
        effect,
    })
}

/// The account of what a rule did about a message.
pub(super) fn entry(
    snapshot: &Snapshot,
    message: &Message<'_>,
    rule: &str,
    action: &str,
    seen: &str,
) -> AuditEntry {
    let event: &OwnedEventId = &message.event.id;
    let detail = if seen.is_empty() {
        event.to_string()
    } else {
        format!("{event}: {seen}")
    };
    AuditEntry {
        community: message.community.definition.id.clone(),
        room: Some(message.event.room.clone()),
        actor: snapshot.bot.clone(),
        action: action.to_owned(),
        target: Some(message.event.sender.to_string()),
        rule: Some(rule.to_owned()),
        detail: Some(detail),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        community::snapshot::tests::settled,
        event::{Event, EventKind},
    };

    #[test]
    fn the_first_messages_taken_down_are_shown_and_the_others_counted() {
        let mut snapshot = settled();
        let content =
            json!({"msgtype": "m.text", "body": "la patiente 2 69 05 49 588 157 80 est rentrée"});
        let mut shown = Vec::new();
        for number in 1..=90 {
            let event = Event {
                id: format!("${number}").try_into().unwrap(),
                room: "!est:s".try_into().unwrap(),
                sender: "@member:s".try_into().unwrap(),
                at: Timestamp(number),
                kind: EventKind::Content {
                    event_type: "m.room.message".to_owned(),
                    content: content.clone(),
                },
            };
            let decision = crate::decide::decide(&snapshot, &event, Timestamp(number));
            decision.changes.iter().for_each(|it| snapshot.apply(it));
            assert_eq!(decision.audit.len(), 1, "each stands in the audit log");
            for action in decision.actions {
                if let Effect::Say {
                    to: Recipient::Room(_),
                    text,
                    ..
                } = action.effect
                {
                    shown.push((
                        number,
                        text.key().to_owned(),
                        text.plain(crate::reply::Locale::En),
                    ));
                }
            }
        }
        let numbers: Vec<i64> = shown.iter().map(|it| it.0).collect();
        let expected: Vec<i64> = (1..=20).chain([40, 80]).collect();
        assert_eq!(numbers, expected);
        let last = &shown[19];
        assert!(
            last.1 == "redacted-admins" && last.2.contains("From here on"),
            "{last:?}"
        );
        assert!(
            shown[20].2.contains("40 messages") && shown[20].2.contains("audit rule"),
            "{:?}",
            shown[20]
        );
    }

    #[test]
    fn the_first_messages_left_to_a_human_are_shown_and_the_others_counted_within_the_hour() {
        let mut snapshot = settled();
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 1;
        let mut told = |number: i64, at: i64| {
            let content = json!({"msgtype": "m.text", "body": "la patiente 2 69 05 49 588 157 80 est rentrée"});
            let event = Event {
                id: format!("${number}").try_into().unwrap(),
                room: "!est:s".try_into().unwrap(),
                sender: "@member:s".try_into().unwrap(),
                at: Timestamp(at),
                kind: EventKind::Content {
                    event_type: "m.room.message".to_owned(),
                    content,
                },
            };
            let decision = crate::decide::decide(&snapshot, &event, Timestamp(at));
            decision.changes.iter().for_each(|it| snapshot.apply(it));
            let said = decision.actions.into_iter().map(|it| it.effect);
            let said = said.filter_map(|effect| match effect {
                Effect::Say { text, .. } => Some(text.key().to_owned()),
                _ => None,
            });
            said.collect::<Vec<_>>()
        };
        told(0, 1_000);
        let all: Vec<_> = (1..=90)
            .map(|number| told(number, 1_000 + number))
            .collect();
        let with = |key: &str| {
            let numbers = (1..).zip(&all);
            let numbers = numbers.filter(|(_, said)| said.iter().any(|it| it == key));
            numbers.map(|(number, _)| number).collect::<Vec<i32>>()
        };
        assert_eq!(with("takedown-held"), (1..=20).collect::<Vec<_>>());
        assert_eq!(with("takedowns-held"), [40, 80]);
        assert_eq!(
            with("takedowns-stopped").len(),
            90,
            "one action, which is done once"
        );
        told(91, 1_000 + 3_600_000);
        assert!(told(92, 1_090 + 3_600_000).contains(&"takedown-held".to_owned()));
    }
}
