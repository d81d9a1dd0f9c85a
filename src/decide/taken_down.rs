//! A message that the bot had taken down already when it was pushed: the takedown was begun, and before it could be recorded
//! Hygie was stopped or its store refused. The homeserver pushes the event again, without its words; the reason that the bot
//! gave names the rule, and with it everything that belongs to the takedown is made up for.

use super::{
    Decision,
    message::{self, Message},
    pace, photos, takedown,
};
use crate::{
    clock::Timestamp,
    community::{
        definition::Locale,
        snapshot::{Community, Room, Snapshot},
    },
    event::Event,
    moderation::{DetectedKind, RuleAction, Verdict},
};

pub(super) fn decide(
    snapshot: &Snapshot,
    (community, room, event): (&Community, &Room, &Event),
    reason: &str,
    now: Timestamp,
) -> Decision {
    let message = Message {
        community,
        room,
        event,
        event_type: event.event_type(),
        content: &serde_json::Value::Null,
        noticed: None,
    };
    if photos::is_reason(reason) {
        return takedown::take_down(snapshot, &message, photos::why(&message), now);
    }
    if let Some(why) = pace::by_reason(&message, reason) {
        return takedown::take_down(snapshot, &message, why, now);
    }
    let kind = DetectedKind::ALL.into_iter().find(|kind| {
        [Locale::Fr, Locale::En]
            .map(|locale| reason_for(*kind, locale))
            .contains(&reason.to_owned())
    });
    let Some((kind, rule)) = kind.and_then(|kind| Some((kind, snapshot.rules.first_about(kind)?)))
    else {
        return Decision::default();
    };
    let verdict = Verdict {
        rule: rule.clone(),
        kind,
        action: RuleAction::Redact,
        alert: false,
        points: snapshot.rules.points(rule),
        topic: None,
        claim: None,
        hits: Vec::new(),
    };
    takedown::take_down(snapshot, &message, message::why(&message, &verdict), now)
}

/// What the bot gives as its reason: see [`super::message::reason`].
fn reason_for(kind: DetectedKind, locale: Locale) -> String {
    message::reason(kind).plain(locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{community::snapshot::tests::settled, event::EventKind};

    fn message(kind: EventKind) -> Event {
        Event {
            id: "$1".try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: "@member:s".try_into().unwrap(),
            at: Timestamp(5),
            kind,
        }
    }

    fn taken_down(by: &str, reason: &str) -> Event {
        message(EventKind::TakenDown {
            event_type: "m.room.message".to_owned(),
            by: by.to_owned(),
            reason: reason.to_owned(),
        })
    }

    #[test]
    fn the_reason_names_the_rule_and_the_same_actions_follow_as_from_the_message_itself() {
        let snapshot = settled();
        let content = serde_json::json!({"msgtype": "m.text", "body": "la patiente 2 69 05 49 588 157 80 est rentrée"});
        let event_type = "m.room.message".to_owned();
        let whole = message(EventKind::Content {
            event_type,
            content,
        });
        let first = crate::decide::decide(&snapshot, &whole, Timestamp(9));
        for locale in [Locale::Fr, Locale::En] {
            let gone = taken_down("@hygie:s", &reason_for(DetectedKind::Nir, locale));
            let again = crate::decide::decide(&snapshot, &gone, Timestamp(9));
            assert_eq!(again.actions, first.actions);
            assert_eq!((again.audit.len(), &again.changes), (1, &first.changes));
            assert_eq!(again.audit[0].rule, first.audit[0].rule);
        }
    }

    #[test]
    fn what_others_took_down_or_an_admin_had_taken_down_is_left_alone() {
        let snapshot = settled();
        let reason = reason_for(DetectedKind::Nir, Locale::Fr);
        for event in [
            taken_down("@zoe:s", &reason),
            taken_down("@hygie:s", "doublon"),
            taken_down("@hygie:s", ""),
        ] {
            let decision = crate::decide::decide(&snapshot, &event, Timestamp(9));
            assert_eq!(decision, Decision::default());
        }
    }
}
