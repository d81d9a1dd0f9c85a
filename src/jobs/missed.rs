//! What a homeserver took and never pushed: Synapse keeps what it is about to push in memory, and forgets it when it is
//! stopped. When it is back, the last messages of the rooms that were active are read; what came before is recognised by its id.

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

/// Reads the last messages and takes those that never came.
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
    let since = appservice.shared.now().0 - MAX_AGE_MS;
    // State is read from the room itself: an old state event must not look like the present one.
    newest_first.retain(|event| {
        let at = event.get("origin_server_ts").and_then(Value::as_i64);
        at.is_some_and(|at| at > since)
            && event.get("state_key").is_none()
            && event.pointer("/unsigned/redacted_because").is_none()
    });
    let mut missed = Vec::new();
    for event in newest_first.into_iter().rev() {
        let id = event.get("event_id").and_then(Value::as_str);
        if let Ok(false) = appservice.shared.store.came(id.unwrap_or_default()).await {
            missed.push(event);
        }
    }
    if missed.is_empty() {
        return;
    }
    let body = json!({"events": missed}).to_string();
    let name = format!("missed/{room}/{}", appservice.shared.now().0);
    if let Err(problem) = appservice::take(appservice, &name, body.as_bytes()).await {
        warn!(error = %problem, "what the homeserver did not push could not be stored");
    }
}
