//! What communities have decided and noted about their people: one row a record, its value as JSON.

use ruma::{OwnedEventId, OwnedRoomId};

use super::{PerEngine, Store, StoreError, Tx, on, over_rows, rows, storable};
use crate::{
    clock::Timestamp,
    community::{
        change::Change,
        definition::CommunityId,
        record::{CardId, Record, RecordKind},
        snapshot::Snapshot,
    },
};

const KEEP: PerEngine = over_rows!(
    "INSERT INTO record (community, kind, key, value, at) \
     SELECT rows.value ->> 0, rows.value ->> 1, rows.value ->> 2, rows.value ->> 3, CAST($2 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (community, kind, key) DO UPDATE SET value = excluded.value, at = excluded.at"
);
const FORGET: &str = "DELETE FROM record WHERE community = $1 AND kind = $2 AND key = $3";
const ONE: &str = "SELECT value FROM record WHERE community = $1 AND kind = $2 AND key = $3";
/// What commands made of a community comes first: the rest is about it.
const SELECT: &str = "SELECT community, kind, key, value FROM record ORDER BY CASE kind WHEN 'declared' THEN 0 ELSE 1 END, community, kind, key";
const SET_LISTED: &str = "UPDATE place SET listed = $2 WHERE room_id = $1";
const SELECT_LISTED: &str = "SELECT room_id FROM place WHERE listed <> 0";

pub(super) const ALL: &[&str] = &[FORGET, ONE, SELECT, SET_LISTED, SELECT_LISTED];
pub(super) const PER_ENGINE: &[PerEngine] = &[KEEP];

impl Tx {
    /// Notes records, the later of two about the same in its place, in one statement: a roster has a thousand.
    pub(super) async fn keep(
        &mut self,
        records: &[(&CommunityId, &Record)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // What one statement inserts twice, PostgreSQL refuses as a whole.
        let mut last = std::collections::BTreeMap::new();
        for (community, record) in records {
            let key = (community.as_str(), record.kind().name(), record.key());
            last.insert(key, *record);
        }
        let mut values = Vec::with_capacity(last.len());
        for ((community, kind, key), record) in &last {
            let value = serde_json::to_string(record).map_err(|error| StoreError::Row {
                table: "record",
                problem: error.to_string(),
            })?;
            values.push((
                *community,
                *kind,
                storable(key).into_owned(),
                storable(&value).into_owned(),
            ));
        }
        let values = rows("record", values.iter())?;
        let sql = self.sql(&KEEP);
        on!(self, |on| sqlx::query(sql)
            .bind(values)
            .bind(now.0)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

    pub(super) async fn forget(
        &mut self,
        community: &CommunityId,
        kind: RecordKind,
        key: &str,
    ) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(FORGET)
            .bind(community.as_str())
            .bind(kind.name())
            .bind(storable(key))
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

    /// A card was shown: reactions to this event are answers to it.
    pub(super) async fn shown(
        &mut self,
        community: &CommunityId,
        card: &CardId,
        shown: (&OwnedRoomId, &OwnedEventId),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let value: Option<String> = on!(self, |on| sqlx::query_scalar(ONE)
            .bind(community.as_str())
            .bind(RecordKind::Card.name())
            .bind(&card.0)
            .fetch_optional(on)
            .await?);
        let record = value.and_then(|value| serde_json::from_str(&value).ok());
        let Some(Record::Card(mut card)) = record else {
            return Ok(());
        };
        card.shown = Some((shown.0.clone(), shown.1.clone()));
        self.keep(&[(community, &Record::Card(card))], now).await
    }

    pub(super) async fn listed(
        &mut self,
        room: &OwnedRoomId,
        listed: bool,
    ) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(SET_LISTED)
            .bind(room.as_str())
            .bind(i64::from(listed))
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}

impl Store {
    pub(super) async fn load_records(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let rows: Vec<(String, String, String, String)> =
            on!(pool self, |on| sqlx::query_as(SELECT).fetch_all(on).await)?;
        for (community, kind, key, value) in rows {
            let unreadable = |problem: String| StoreError::Row {
                table: "record",
                problem: format!("{community} {kind} {key}: {problem}"),
            };
            let id = CommunityId::try_from(community.clone())
                .map_err(|problem| unreadable(problem.to_string()))?;
            let record: Record = serde_json::from_str(&value)
                .map_err(|problem| unreadable(format!("{:?}", problem.classify())))?;
            if let Record::Declared(declared) = &record
                && declared.base.is_none()
            {
                snapshot.made_by_commands(declared.definition.clone());
            }
            snapshot.apply(&Change::keep(&id, record));
        }
        Ok(())
    }

    pub(super) async fn load_listed(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let rooms: Vec<String> =
            on!(pool self, |on| sqlx::query_scalar(SELECT_LISTED).fetch_all(on).await)?;
        for room in rooms.into_iter().filter_map(|room| room.try_into().ok()) {
            snapshot.apply(&Change::Listed { room, listed: true });
        }
        Ok(())
    }
}
