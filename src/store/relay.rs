//! Which event is whose copy.

use ruma::{EventId, OwnedEventId, RoomId};

use super::{Store, StoreError, Tx, on};

const INSERT: &str = "INSERT INTO relay_copy (source_event, room_id, copy_event) VALUES ($1, $2, $3) \
     ON CONFLICT (source_event, room_id) DO NOTHING";
const SELECT: &str = "SELECT copy_event FROM relay_copy WHERE source_event = $1 AND room_id = $2";

pub(super) const ALL: &[&str] = &[INSERT, SELECT];

impl Tx {
    /// Remembers the copy of an announcement in a room.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn copied(
        &mut self,
        source: &EventId,
        room: &RoomId,
        copy: &EventId,
    ) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(INSERT)
            .bind(source.as_str())
            .bind(room.as_str())
            .bind(copy.as_str())
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The copy of an announcement in a room, when it was sent.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn copy_of(
        &self,
        source: &EventId,
        room: &RoomId,
    ) -> Result<Option<OwnedEventId>, StoreError> {
        let id: Option<String> = on!(pool self, |on| sqlx::query_scalar(SELECT).bind(source.as_str()).bind(room.as_str()).fetch_optional(on).await)?;
        Ok(id.and_then(|id| OwnedEventId::try_from(id).ok()))
    }
}
