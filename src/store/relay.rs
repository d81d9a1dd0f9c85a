//! Which event is whose copy.

use ruma::{EventId, OwnedEventId, RoomId};

use super::{PerEngine, Store, StoreError, Tx, on, over_rows, rows, storable};
use crate::executor::Copied;

const INSERT: PerEngine = over_rows!(
    "INSERT INTO relay_copy (source_event, room_id, copy_event) \
     SELECT rows.value ->> 0, rows.value ->> 1, rows.value ->> 2 FROM ",
    " WHERE true ON CONFLICT (source_event, room_id) DO NOTHING"
);
const SELECT: &str = "SELECT copy_event FROM relay_copy WHERE source_event = $1 AND room_id = $2";

pub(super) const ALL: &[&str] = &[SELECT];
pub(super) const PER_ENGINE: &[PerEngine] = &[INSERT];

impl Tx {
    /// Remembers the copies of announcements.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn copied(&mut self, copies: &[Copied]) -> Result<(), StoreError> {
        if copies.is_empty() {
            return Ok(());
        }
        let sql = self.sql(&INSERT);
        let copies = copies.iter().map(|it| {
            let ids = [it.source.as_str(), it.room.as_str(), it.event.as_str()];
            ids.map(storable)
        });
        let copies = rows("relay_copy", copies)?;
        on!(self, |on| sqlx::query(sql)
            .bind(copies)
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
