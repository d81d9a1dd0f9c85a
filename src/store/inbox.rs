//! The inbox: what the homeserver pushed, from the commit before the 200 until it is decided.

use super::{Store, StoreError, Tx, on, storable};
use crate::clock::Timestamp;

const INSERT_TRANSACTION: &str = "INSERT INTO push_transaction (txn_hash, received_at) VALUES ($1, $2) ON CONFLICT (txn_hash) DO NOTHING";
const INSERT_EVENT: &str = "INSERT INTO inbox (event_id, room_id, received_at, payload) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (event_id) DO NOTHING RETURNING seq";
const INSERT_QUARANTINED: &str = "INSERT INTO quarantine (received_at, txn_hash, event_id, room_id, event_type, length, digest, error) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SELECT_WAITING: &str =
    "SELECT seq, received_at, payload FROM inbox WHERE done_at IS NULL ORDER BY seq";
const FINISH_EVENT: &str = "UPDATE inbox SET payload = NULL, done_at = $2 WHERE seq = $1";
const COUNT_WAITING: &str = "SELECT count(*), min(received_at) FROM inbox WHERE done_at IS NULL";
const PRUNE_EVENTS: &str = "DELETE FROM inbox WHERE done_at < $1";
const PRUNE_QUARANTINE: &str = "DELETE FROM quarantine WHERE received_at < $1";
const PRUNE_TRANSACTIONS: &str = "DELETE FROM push_transaction WHERE received_at < $1";

pub(super) const ALL: &[&str] = &[
    INSERT_TRANSACTION,
    INSERT_EVENT,
    INSERT_QUARANTINED,
    SELECT_WAITING,
    FINISH_EVENT,
    COUNT_WAITING,
    PRUNE_EVENTS,
    PRUNE_TRANSACTIONS,
    PRUNE_QUARANTINE,
];

/// An event to be put into the inbox.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Its Matrix id.
    pub event_id: &'a str,
    /// Its room.
    pub room_id: &'a str,
    /// The event as JSON.
    pub payload: &'a str,
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

/// What became of a transaction.
#[derive(Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It had been acknowledged before.
    Repeated,
    /// The sequence numbers of its events, in order; `None` for an event that came before.
    New(Vec<Option<i64>>),
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
    /// Puts a transaction's events into the inbox, all or none.
    ///
    /// # Errors
    /// When the database refuses; then the transaction must not be acknowledged.
    pub async fn accept(
        &self,
        txn_hash: &str,
        events: &[Incoming<'_>],
        quarantined: &[Quarantined],
        now: Timestamp,
    ) -> Result<Accepted, StoreError> {
        let mut tx = self.begin().await?;
        let inserted = on!(tx, |on| sqlx::query(INSERT_TRANSACTION)
            .bind(txn_hash)
            .bind(now.0)
            .execute(on)
            .await?
            .rows_affected());
        if inserted == 0 {
            return Ok(Accepted::Repeated);
        }
        let mut sequence = Vec::with_capacity(events.len());
        for event in events {
            let seq: Option<i64> = on!(tx, |on| sqlx::query_scalar(INSERT_EVENT)
                .bind(storable(event.event_id))
                .bind(storable(event.room_id))
                .bind(now.0)
                .bind(event.payload)
                .fetch_optional(on)
                .await?);
            sequence.push(seq);
        }
        for item in quarantined {
            on!(tx, |on| sqlx::query(INSERT_QUARANTINED)
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
        tx.commit().await?;
        Ok(Accepted::New(sequence))
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

    /// How many events wait, and since when the oldest does.
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
    /// Marks an event as decided and forgets what it said.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn finish_event(&mut self, seq: i64, now: Timestamp) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(FINISH_EVENT)
            .bind(seq)
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
        on!(self, |on| sqlx::query(PRUNE_TRANSACTIONS)
            .bind(before)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}
