//! Events that are set aside after they were taken: the store refuses for good what follows from them.

use super::{Store, StoreError, on, storable};
use crate::clock::Timestamp;

const SELECT: &str = "SELECT event_id, room_id, payload FROM inbox WHERE seq = $1";
const INSERT: &str = "INSERT INTO quarantine (received_at, txn_hash, event_id, room_id, length, digest, error) \
     VALUES ($1, '', $2, $3, $4, $5, $6)";

pub(super) const ALL: &[&str] = &[SELECT, INSERT];

/// An event that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its Matrix id.
    pub event_id: String,
    /// Its room.
    pub room_id: String,
}

impl Store {
    /// Moves an event from the inbox to the quarantine: how it looked, without what it said.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_aside(
        &self,
        seq: i64,
        problem: &str,
        now: Timestamp,
    ) -> Result<SetAside, StoreError> {
        let mut tx = self.begin().await?;
        let (event_id, room_id, payload): (String, String, Option<String>) = on!(tx, |on| {
            sqlx::query_as(SELECT).bind(seq).fetch_one(on).await?
        });
        let payload = payload.unwrap_or_default();
        on!(tx, |on| sqlx::query(INSERT)
            .bind(now.0)
            .bind(&event_id)
            .bind(&room_id)
            .bind(i64::try_from(payload.len()).unwrap_or(i64::MAX))
            .bind(blake3::hash(payload.as_bytes()).to_hex().to_string())
            .bind(storable(problem))
            .execute(on)
            .await
            .map(drop))?;
        tx.finish_events(&[seq], now).await?;
        tx.commit().await?;
        Ok(SetAside { event_id, room_id })
    }
}
