//! The inbox: what the homeserver pushed, from the commit before the 200 until it is decided.

use super::{PerEngine, Store, StoreError, Tx, on, over_rows, rows, storable};
use std::collections::HashMap;

use crate::clock::Timestamp;

/// Who needs no deciding is done from the start, and its words are never written.
const INSERT_EVENTS: PerEngine = over_rows!(
    "INSERT INTO inbox (event_id, room_id, received_at, payload, session, done_at) \
     SELECT rows.value ->> 0, rows.value ->> 1, CAST($2 AS BIGINT), rows.value ->> 2, rows.value ->> 3, \
     CASE WHEN rows.value ->> 2 IS NULL THEN CAST($2 AS BIGINT) END FROM ",
    " WHERE true ON CONFLICT (event_id) DO NOTHING RETURNING event_id, seq"
);
/// Once for a transaction, however often it comes.
const INSERT_QUARANTINED: &str = "INSERT INTO quarantine (received_at, txn_hash, event_id, room_id, event_type, length, digest, error) \
     SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE txn_hash = $2 AND digest = $7)";
const SELECT_WAITING: &str =
    "SELECT seq, received_at, payload FROM inbox WHERE done_at IS NULL ORDER BY seq";
const FINISH_EVENTS: PerEngine = over_rows!(
    "UPDATE inbox SET payload = NULL, done_at = $2 WHERE seq IN (SELECT CAST(rows.value ->> 0 AS BIGINT) FROM ",
    ")"
);
/// What waits for a key waits for others, not for us.
const COUNT_WAITING: &str =
    "SELECT count(*), min(received_at) FROM inbox WHERE done_at IS NULL AND session IS NULL";
const SELECT_PAYLOAD: &str = "SELECT payload FROM inbox WHERE seq = $1 AND done_at IS NULL";
const PRUNE_EVENTS: &str = "DELETE FROM inbox WHERE done_at < $1";
const PRUNE_QUARANTINE: &str = "DELETE FROM quarantine WHERE received_at < $1";

pub(super) const ALL: &[&str] = &[
    INSERT_QUARANTINED,
    SELECT_WAITING,
    COUNT_WAITING,
    SELECT_PAYLOAD,
    PRUNE_EVENTS,
    PRUNE_QUARANTINE,
];

pub(super) const PER_ENGINE: &[PerEngine] = &[INSERT_EVENTS, FINISH_EVENTS];

/// An event to be put into the inbox.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Its Matrix id.
    pub event_id: &'a str,
    /// Its room.
    pub room_id: &'a str,
    /// The event as JSON; `None` when nothing follows from it: then it is done already.
    pub payload: Option<&'a str>,
    /// The session whose key must come before it can be read.
    pub session: Option<&'a str>,
}

/// An event that cannot be read: how it looked, without what it said.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// Its id, when it has one.
    pub event_id: Option<String>,
    /// Its room, when it names one.
    pub room_id: Option<String>,
    /// Its type, when it names one.
    pub event_type: Option<String>,
    /// Bytes of JSON.
    pub length: usize,
    /// Hash of the JSON, to recognise it on the homeserver.
    pub digest: String,
    /// Why it cannot be read.
    pub error: String,
}

/// An event that is not decided yet.
#[derive(Debug)]
pub struct WaitingEvent {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// The event as JSON.
    pub payload: String,
}

impl Store {
    /// Puts a transaction's events into the inbox, all or none, and gives their sequence numbers; `None` for an event that came
    /// before. One statement, unless something could not be read.
    ///
    /// # Errors
    /// When the database refuses; then the transaction must not be acknowledged.
    pub async fn accept(
        &self,
        txn_hash: &str,
        events: &[Incoming<'_>],
        quarantined: &[Quarantined],
        now: Timestamp,
    ) -> Result<Vec<Option<i64>>, StoreError> {
        let incoming = events.iter().map(|event| {
            let (id, room) = (storable(event.event_id), storable(event.room_id));
            (id, room, event.payload, event.session.map(storable))
        });
        let incoming = rows("inbox", incoming)?;
        let new: Vec<(String, i64)> = if quarantined.is_empty() {
            let _turn = self.turn_to_write().await;
            let sql = self.sql(&INSERT_EVENTS);
            on!(pool self, |on| sqlx::query_as(sql).bind(incoming).bind(now.0).fetch_all(on).await?)
        } else {
            let mut tx = self.begin().await?;
            tx.set_aside(txn_hash, quarantined, now).await?;
            let sql = tx.sql(&INSERT_EVENTS);
            let new = on!(tx, |on| sqlx::query_as(sql)
                .bind(incoming)
                .bind(now.0)
                .fetch_all(on)
                .await?);
            tx.commit().await?;
            new
        };
        let mut new: HashMap<String, i64> = new.into_iter().collect();
        let sequence = events
            .iter()
            .map(|event| new.remove(&*storable(event.event_id)));
        Ok(sequence.collect())
    }

    /// The events that are not decided yet, in order of arrival.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_events(&self) -> Result<Vec<WaitingEvent>, StoreError> {
        let rows: Vec<(i64, i64, String)> =
            on!(pool self, |on| sqlx::query_as(SELECT_WAITING).fetch_all(on).await)?;
        let event = |(seq, received_at, payload)| WaitingEvent {
            seq,
            received_at: Timestamp(received_at),
            payload,
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// An event that is not decided yet, as JSON; `None` when it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn payload(&self, seq: i64) -> Result<Option<String>, StoreError> {
        let payload: Option<Option<String>> = on!(pool self, |on| sqlx::query_scalar(SELECT_PAYLOAD)
            .bind(seq)
            .fetch_optional(on)
            .await)?;
        Ok(payload.flatten())
    }

    /// How many events wait to be decided, and since when the oldest does; those that wait for their key do not count.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn inbox_depth(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let (count, oldest): (i64, Option<i64>) =
            on!(pool self, |on| sqlx::query_as(COUNT_WAITING).fetch_one(on).await)?;
        Ok((count.unsigned_abs(), oldest.map(Timestamp)))
    }
}

impl Tx {
    /// Keeps how what could not be read looked.
    async fn set_aside(
        &mut self,
        txn_hash: &str,
        quarantined: &[Quarantined],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for item in quarantined {
            on!(self, |on| sqlx::query(INSERT_QUARANTINED)
                .bind(now.0)
                .bind(txn_hash)
                .bind(&item.event_id)
                .bind(&item.room_id)
                .bind(&item.event_type)
                .bind(i64::try_from(item.length).unwrap_or(i64::MAX))
                .bind(&item.digest)
                .bind(storable(&item.error))
                .execute(on)
                .await
                .map(drop))?;
        }
        Ok(())
    }

    /// Marks events as decided and forgets what they said.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn finish_events(
        &mut self,
        events: &[i64],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let sql = self.sql(&FINISH_EVENTS);
        let events = rows("inbox", events.iter().map(|seq| [seq]))?;
        on!(self, |on| sqlx::query(sql)
            .bind(events)
            .bind(now.0)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

    pub(super) async fn prune_inbox(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(PRUNE_EVENTS)
            .bind(before)
            .execute(on)
            .await
            .map(drop))?;
        on!(self, |on| sqlx::query(PRUNE_QUARANTINE)
            .bind(before)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}
