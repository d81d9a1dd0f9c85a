//! Somebody is asked about their own message, and one reaction of theirs deletes it.

use std::time::Duration;

use ruma::OwnedEventId;
use serde_json::Value;

use super::{
    cards::Answer,
    deed::{Deed, Opening},
};
use crate::{
    action::{Effect, Recipient, Sender},
    clock::Timestamp,
    community::{
        record::Matter,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    reply::Text,
};

/// The reaction that deletes it, as the bot makes it.
const DELETE: &str = "🗑️";
/// For how long it is offered.
const OFFERED: Duration = Duration::from_hours(7 * 24);

/// Whether a reaction asks for it.
#[must_use]
pub(crate) fn is_delete(key: &str) -> bool {
    key.trim_end_matches('\u{fe0f}') == DELETE.trim_end_matches('\u{fe0f}')
}

/// Says something to the author of a message in private, and offers to delete it. An edit is deleted with what it edits.
pub(crate) fn offer(deed: &mut Deed, event: &Event, content: &Value, text: Text) {
    let relation = content.get("m.relates_to");
    let edited = relation
        .filter(|it| it.get("rel_type").and_then(Value::as_str) == Some("m.replace"))
        .and_then(|it| OwnedEventId::try_from(it.get("event_id")?.as_str()?).ok());
    let opening = Opening {
        matter: Matter::OwnMessage {
            user: event.sender.clone(),
            room: event.room.clone(),
            event: edited.unwrap_or_else(|| event.id.clone()),
        },
        by: deed.snapshot.bot.clone(),
        due: Some(deed.now.plus(OFFERED)),
        assignee: None,
    };
    let text = text.line("nudged-you-delete").with("key", DELETE);
    let to = Recipient::Person(event.sender.clone());
    deed.open_with(opening, to, (vec![DELETE.to_owned()], |_| text));
}

/// Its author has answered.
///
/// # Errors
/// What to say to others.
pub(super) fn answered(answer: &Answer) -> Result<Decision, Text> {
    let Matter::OwnMessage { user, room, event } = &answer.card.matter else {
        return Ok(Decision::default());
    };
    answer.only(user)?;
    let mut deed = answer.deed();
    if answer.yes {
        deed.act(Effect::Redact {
            room: room.clone(),
            event: event.clone(),
            reason: Text::new("own-message-reason"),
            locale: deed.locale(),
            sender: Sender::Only(user.clone()),
        });
        let told = Text::new("own-message-deleted");
        deed.tell(user, told);
        deed.account(user, "delete-own", event, None);
        if let Some(entry) = deed.decision.audit.last_mut() {
            entry.room = Some(room.clone());
        }
    }
    answer.close(&mut deed);
    Ok(deed.decision)
}

/// What nobody answered for days is over: the message was looked at, or is gone.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let over = community
        .records
        .cards
        .values()
        .filter(|card| matches!(card.matter, Matter::OwnMessage { .. }) && card.is_due(now));
    over.map(|card| {
        let cause = format!("own-message/over/{}", card.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.close(card);
        (cause, deed.decision)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{community::snapshot::tests::settled, event::EventKind, governance::cards};

    const NOW: Timestamp = Timestamp(1_000_000);

    fn event(sender: &str, id: &str) -> Event {
        Event {
            id: id.try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: NOW,
            kind: EventKind::Encrypted,
        }
    }

    /// Ben is asked about his message `$said`, or about an edit of it.
    fn asked(content: &Value) -> (Snapshot, Decision) {
        let mut snapshot = settled();
        let id = "nord".parse().unwrap();
        let mut deed = Deed::new(&snapshot, &snapshot.communities[&id], "$said", NOW);
        offer(
            &mut deed,
            &event("@ben:s", "$said"),
            content,
            Text::new("nudged-you"),
        );
        let decision = deed.decision;
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        (snapshot, decision)
    }

    fn answered_by(snapshot: &Snapshot, who: &str, yes: bool) -> Result<Decision, Text> {
        let community = snapshot.communities.values().next().unwrap();
        cards::answer(&Answer {
            snapshot,
            community,
            card: community.records.cards.values().next().unwrap(),
            event: &event(who, "$answer"),
            yes,
            reason: None,
            now: NOW,
        })
    }

    fn deleted(decision: &Decision) -> Option<(String, Sender)> {
        decision.actions.iter().find_map(|it| match &it.effect {
            Effect::Redact { event, sender, .. } => Some((event.to_string(), sender.clone())),
            _ => None,
        })
    }

    #[test]
    fn only_its_author_has_it_deleted_and_with_an_edit_what_it_edits() {
        let ben = || Sender::Only("@ben:s".try_into().unwrap());
        let edit = json!({"m.relates_to": {"rel_type": "m.replace", "event_id": "$first"}});
        let reply = json!({"m.relates_to": {"m.in_reply_to": {"event_id": "$first"}}});
        for (content, event) in [(edit, "$first"), (reply, "$said"), (json!({}), "$said")] {
            let (snapshot, shown) = asked(&content);
            let Effect::Card { to, keys, .. } = &shown.actions[0].effect else {
                panic!("it is shown");
            };
            assert_eq!(*to, Recipient::Person("@ben:s".try_into().unwrap()));
            assert_eq!(keys, &[DELETE]);
            assert!(answered_by(&snapshot, "@zoe:s", true).is_err());
            let yes = answered_by(&snapshot, "@ben:s", true).unwrap();
            assert_eq!(deleted(&yes), Some((event.to_owned(), ben())));
            let no = answered_by(&snapshot, "@ben:s", false).unwrap();
            assert_eq!(deleted(&no), None);
        }
    }

    #[test]
    fn an_offer_that_nobody_takes_is_over_after_a_week() {
        let (mut snapshot, _) = asked(&json!({}));
        let ends = |snapshot: &Snapshot, now| {
            let community = snapshot.communities.values().next().unwrap();
            due(snapshot, community, now)
        };
        assert!(ends(&snapshot, NOW).is_empty());
        let over = ends(&snapshot, NOW.plus(OFFERED));
        assert_eq!(over.len(), 1);
        over[0].1.changes.iter().for_each(|it| snapshot.apply(it));
        assert!(ends(&snapshot, NOW.plus(OFFERED)).is_empty());
    }
}
