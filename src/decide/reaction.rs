//! A reaction: an answer, when it is to a card.

use serde_json::Value;

use super::Decision;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::snapshot::Snapshot,
    event::Event,
    governance::cards::{self, Answer},
};

/// What follows from a reaction; `None` when it answers no card.
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
    let (community, card) = snapshot.card_shown_by(&target)?;
    let (room, _) = card.shown.as_ref()?;
    // Who reacts in another room has not seen it.
    let here = *room == event.room;
    let yes = cards::meaning(relation.get("key")?.as_str()?).filter(|_| here)?;
    let answer = Answer {
        snapshot,
        community,
        card,
        event,
        yes,
        reason: None,
        now,
    };
    Some(cards::answer(&answer).unwrap_or_else(|refusal| {
        let mut decision = Decision::default();
        let say = Effect::Say {
            to: Recipient::Person(event.sender.clone()),
            text: refusal,
            locale: snapshot.locale_in(&event.sender, community),
            reply_to: None,
        };
        decision.act(event.id.as_str(), Some(&community.definition.id), say);
        decision
    }))
}
