//! What a homeserver took and never pushed: Synapse keeps what it is about to push in memory, and forgets it when it is stopped;
//! and what it lays aside at the moment in which it finds us back, it leaves there until it loses us again. So the last events of
//! the rooms that were active are read; what came before is recognised by its id.

use ruma::OwnedRoomId;
use serde_json::{Value, json};
use tracing::{debug, warn};

use crate::{
    appservice::{self, Appservice},
    matrix::{MatrixError, Reader},
};

/// In how many of the rooms that something came from last.
const ROOMS: usize = 20;
/// Older messages were pushed, or nobody waits for them any more; ids are remembered for much longer.
const MAX_AGE_MS: i64 = 24 * 3_600_000;
/// Younger ones may still be on their way.
const MIN_AGE_MS: i64 = 5_000;

/// Reads the last events: takes the messages that never came, and has rooms read anew whose state changed unheard.
pub(super) async fn fetch(appservice: &Appservice, reader: &Reader) {
    for room in active_rooms(appservice).await {
        match reader.latest(&room).await {
            Ok(events) => take(appservice, &room, events).await,
            Err(MatrixError::Refused { .. }) => {}
            Err(problem) => {
                debug!(%problem, "what the homeserver did not push could not be read");
                return;
            }
        }
    }
}

async fn active_rooms(appservice: &Appservice) -> Vec<OwnedRoomId> {
    let newest = appservice
        .shared
        .store
        .newest_events(appservice.shared.now())
        .await;
    let mut rooms = Vec::new();
    for (_, room) in newest.unwrap_or_default() {
        if !rooms.contains(&room) && rooms.len() < ROOMS {
            rooms.push(room);
        }
    }
    rooms
}

async fn take(appservice: &Appservice, room: &OwnedRoomId, mut newest_first: Vec<Value>) {
    newest_first.retain(|event| {
        // By the clock of the homeserver.
        let age = event.pointer("/unsigned/age").and_then(Value::as_i64);
        age.is_some_and(|age| (MIN_AGE_MS..MAX_AGE_MS).contains(&age))
            && event.pointer("/unsigned/redacted_because").is_none()
    });
    let mut missed = Vec::new();
    for event in newest_first.into_iter().rev() {
        let id = event.get("event_id").and_then(Value::as_str);
        if let Ok(false) = appservice.shared.store.came(id.unwrap_or_default()).await {
            missed.push(event);
        }
    }
    // State is read from the room itself: an old state event must not look like the present one.
    let is_message = |event: &Value| event.get("state_key").is_none();
    if !missed.iter().all(is_message) {
        appservice.dispatcher.reread(vec![room.clone()]).await;
    }
    missed.retain(is_message);
    if missed.is_empty() {
        return;
    }
    let body = json!({"events": missed}).to_string();
    let name = format!("missed/{room}/{}", appservice.shared.now().0);
    if let Err(problem) = appservice::take(appservice, &name, body.as_bytes()).await {
        warn!(error = %problem, "what the homeserver did not push could not be stored");
    }
}
