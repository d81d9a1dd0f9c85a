//! A reaction: an answer, when it is to a card.

use serde_json::Value;

use super::Decision;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        record::Matter,
        snapshot::{Community, Snapshot},
    },
    event::Event,
    governance::{
        cards::{self, Answer},
        cases, own_message,
    },
    reply::Text,
};

/// What follows from a reaction; `None` when it answers no card and reports nothing.
pub(super) fn decide(
    snapshot: &Snapshot,
    event: &Event,
    content: &Value,
    now: Timestamp,
) -> Option<Decision> {
    if event.sender == snapshot.bot {
        return None;
    }
    let relation = content.get("m.relates_to")?;
    let target = relation.get("event_id")?.as_str()?;
    let target = ruma::EventId::parse(target).ok()?;
    let key = relation.get("key")?.as_str()?;
    let Some((community, card)) = snapshot.card_shown_by(&target) else {
        let flag = cases::asked::is_flag(key);
        return flag
            .then(|| cases::asked::flagged(snapshot, event, &target, now))
            .flatten();
    };
    let (room, _) = card.shown.as_ref()?;
    // Who reacts in another room has not seen it.
    let here = *room == event.room;
    let answered = if matches!(card.matter, Matter::Case { .. }) {
        let of_case = (community, card);
        here.then(|| cases::ruling::reacted(snapshot, of_case, event, key, now))??
    } else {
        let deletes = matches!(card.matter, Matter::OwnMessage { .. });
        let deletes = deletes && own_message::is_delete(key);
        let yes = if deletes {
            Some(true)
        } else {
            cards::meaning(key)
        };
        let yes = yes.filter(|_| here)?;
        cards::answer(&Answer {
            snapshot,
            community,
            card,
            event,
            yes,
            reason: None,
            now,
        })
    };
    Some(answered.unwrap_or_else(|refusal| refused(snapshot, community, event, refusal)))
}

/// Whoever may not answer is told so, privately.
fn refused(snapshot: &Snapshot, community: &Community, event: &Event, refusal: Text) -> Decision {
    let mut decision = Decision::default();
    let say = Effect::Say {
        to: Recipient::Person(event.sender.clone()),
        text: refusal,
        locale: snapshot.locale_in(&event.sender, community),
        reply_to: None,
    };
    decision.act(event.id.as_str(), Some(&community.definition.id), say);
    decision
}
