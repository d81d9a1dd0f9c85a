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
    let over = community.records.cards.values().filter(|card| {
        matches!(card.matter, Matter::OwnMessage { .. }) && card.due.is_some_and(|due| due <= now)
    });
    over.map(|card| {
        let cause = format!("own-message/over/{}", card.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.close(card);
        (cause, deed.decision)
    })
    .collect()
}
