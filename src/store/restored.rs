//! What shows that the homeserver was restored from an older backup, and what it has lost then. `jobs` asks.

use ruma::{OwnedEventId, OwnedRoomId};

use super::{Store, StoreError, on, storable};
use crate::{
    action::{Action, Effect},
    clock::Timestamp,
};

const NEWEST: &str = "SELECT event_id, room_id FROM inbox WHERE room_id IN (SELECT room_id FROM place) \
     AND received_at <= $1 ORDER BY seq DESC LIMIT 500";
const TAKEDOWNS: &str = "SELECT action FROM outbox WHERE kind = 'redact' AND state = 'done' ORDER BY seq DESC LIMIT 10000";

const CAME: &str = "SELECT count(*) FROM inbox WHERE event_id = $1";

pub(super) const ALL: &[&str] = &[NEWEST, TAKEDOWNS, CAME];

impl Store {
    /// The events that came last from rooms of communities until then, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_events(
        &self,
        until: Timestamp,
    ) -> Result<Vec<(OwnedEventId, OwnedRoomId)>, StoreError> {
        let rows: Vec<(String, String)> =
            on!(pool self, |on| sqlx::query_as(NEWEST).bind(until.0).fetch_all(on).await)?;
        let read = |(event, room)| {
            Some((
                OwnedEventId::try_from(event).ok()?,
                OwnedRoomId::try_from(room).ok()?,
            ))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Whether an event came, within about a month.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn came(&self, event: &str) -> Result<bool, StoreError> {
        let count: i64 = on!(pool self, |on| sqlx::query_scalar(CAME).bind(storable(event)).fetch_one(on).await)?;
        Ok(count > 0)
    }

    /// The takedowns that were seen to hold, newest first: those of about a month.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn takedowns_done(&self) -> Result<Vec<Action>, StoreError> {
        let rows: Vec<String> =
            on!(pool self, |on| sqlx::query_scalar(TAKEDOWNS).fetch_all(on).await)?;
        let actions = rows
            .iter()
            .filter_map(|json| serde_json::from_str(json).ok());
        let takedowns = |action: &Action| matches!(action.effect, Effect::Redact { .. });
        Ok(actions.filter(takedowns).collect())
    }
}
