//! Showing a card: a message, and the reactions that answer it already below it, so that one tap is enough.

use std::collections::BTreeSet;

use ruma::{EventId, RoomId};
use serde_json::json;

use crate::{
    action::{Action, ActionId, Effect, Recipient},
    community::{change::Change, definition::Locale, record::CardId},
    executor::perform::{Attempt, Performer},
    fault,
    governance::{
        self,
        deed::{NO, YES},
    },
    matrix::MatrixError,
    reply::Text,
    store::Outcome,
};

impl Performer {
    /// Shows it. The reactions are actions of their own (see [`reactions`]): who answers quickly does not wait for them.
    pub(super) async fn card(
        &self,
        action: &Action,
        to: &Recipient,
        (text, locale): (&Text, Locale),
        card: &CardId,
    ) -> Result<Attempt, MatrixError> {
        let text = {
            let snapshot = self.shared.snapshot();
            let community = action.community.as_ref();
            let community = community.and_then(|id| snapshot.communities.get(id));
            community.and_then(|it| governance::cards::in_full(it, card, text))
        };
        let Some(text) = text else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the card is decided already",
            )));
        };
        self.show_card(action, to, (&text, locale), card).await
    }

    /// Shows a card with all its words.
    pub(super) async fn show_card(
        &self,
        action: &Action,
        to: &Recipient,
        (text, locale): (&Text, Locale),
        card: &CardId,
    ) -> Result<Attempt, MatrixError> {
        let Some(community) = action.community.clone() else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the card belongs to nobody",
            )));
        };
        let said = match self.speak(&action.id, to, text, locale, None).await? {
            Ok(said) => said,
            Err(learned) => return Ok(learned),
        };
        fault::point("executor.card_shown");
        let mut changes = said.changes;
        changes.push(Change::Shown {
            community: community.clone(),
            card: card.clone(),
            room: said.room,
            event: said.event,
        });
        // A card that stands in a room of the community may have to be pinned there.
        let review = match to {
            Recipient::Room(_) => BTreeSet::from([community]),
            Recipient::Person(_) => BTreeSet::new(),
        };
        Ok(Attempt::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review,
            as_of: None,
        })
    }
}

impl Performer {
    /// Reacts to an event.
    pub(super) async fn react(
        &self,
        id: &ActionId,
        (room, event): (&RoomId, &EventId),
        key: &str,
    ) -> Result<Attempt, MatrixError> {
        let relation = json!({"rel_type": "m.annotation", "event_id": event, "key": key});
        let content = json!({"m.relates_to": relation});
        let sent = self.writer.send(room, "m.reaction", id, &content).await;
        sent.map(|_| Attempt::done())
    }
}

/// The reactions below a card that was shown by `action`, as actions.
pub(in crate::executor) fn reactions(action: &Action, changes: &[Change]) -> Vec<Action> {
    let keys = match &action.effect {
        Effect::Card { keys, .. } => keys.clone(),
        Effect::ReadRoster { .. } => vec![YES.to_owned(), NO.to_owned()],
        _ => return Vec::new(),
    };
    let shown = changes.iter().find_map(|change| match change {
        Change::Shown { room, event, .. } => Some((room, event)),
        _ => None,
    });
    let Some((room, event)) = shown else {
        return Vec::new();
    };
    let reactions = keys.into_iter().enumerate().map(|(ordinal, key)| Action {
        id: ActionId::derive(&format!("{}/react", action.id), ordinal),
        community: action.community.clone(),
        effect: Effect::React {
            room: room.clone(),
            event: event.clone(),
            key,
        },
    });
    reactions.collect()
}
