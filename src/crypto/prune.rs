//! Keys of old messages are thrown away: whoever steals the folder cannot read what was said long ago. `matrix-sdk-crypto` does not
//! say how old a key is, but its table counts them; once a day it is noted how far it has counted.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tracing::{info, warn};

use super::{Crypto, CryptoError, archive::DATABASE};
use crate::clock::Timestamp;

/// Key of the notes.
const NOTES: &str = "hygie.key_ages";
const DAY_MS: i64 = 24 * 3_600_000;

/// The newest key never goes, or the table would count from the start again.
const DELETE: &str = "DELETE FROM inbound_group_session WHERE rowid <= $1 \
                      AND rowid < (SELECT max(rowid) FROM inbound_group_session)";
const NEWEST: &str = "SELECT coalesce(max(rowid), 0) FROM inbound_group_session";

/// How far the table had counted at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    at: i64,
    newest: i64,
}

impl Crypto {
    /// Notes how far keys are counted, and throws away those that are older than they may be.
    pub(super) async fn prune(&self) {
        let now = self.0.shared.now();
        match self.try_prune(now).await {
            Ok(0) => {}
            Ok(count) => info!(count, "keys of old messages were thrown away"),
            Err(problem) => warn!(%problem, "keys of old messages could not be thrown away"),
        }
    }

    async fn try_prune(&self, now: Timestamp) -> Result<u64, CryptoError> {
        let store = self.0.machine.store();
        let mut notes: Vec<Note> = store.get_value(NOTES).await?.unwrap_or_default();
        let is_due = notes.last().is_none_or(|last| now.0 - last.at >= DAY_MS);
        if !is_due {
            return Ok(0);
        }
        let newest = newest(&self.0.folder).await?;
        let goes = note(&mut notes, now, newest, self.0.patience.keep_keys);
        store.set_value(NOTES, &notes).await?;
        match goes {
            Some(up_to) => delete(&self.0.folder, up_to).await,
            None => Ok(0),
        }
    }
}

/// Adds a note; up to which key everything goes, if something does.
fn note(
    notes: &mut Vec<Note>,
    now: Timestamp,
    newest: i64,
    keep: std::time::Duration,
) -> Option<i64> {
    notes.push(Note { at: now.0, newest });
    let oldest = now.0 - i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
    let over = notes.iter().filter(|note| note.at <= oldest).count();
    let last = notes[..over].last().copied();
    // The last of them stays: what came after it is younger.
    notes.drain(..over.saturating_sub(1));
    last.map(|note| note.newest)
}

async fn connect(folder: &Path) -> Result<sqlx::SqliteConnection, CryptoError> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(DATABASE))
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::from_secs(5))
        // What is deleted is overwritten.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let connected = sqlx::SqliteConnection::connect_with(&options).await;
    connected.map_err(|problem| CryptoError::Store(problem.to_string()))
}

async fn newest(folder: &Path) -> Result<i64, CryptoError> {
    let mut connection = connect(folder).await?;
    let newest = sqlx::query_scalar(NEWEST).fetch_one(&mut connection).await;
    let closed = connection.close().await;
    newest
        .and_then(|newest| closed.map(|()| newest))
        .map_err(|problem| CryptoError::Store(problem.to_string()))
}

async fn delete(folder: &Path, up_to: i64) -> Result<u64, CryptoError> {
    let mut connection = connect(folder).await?;
    let deleted = sqlx::query(DELETE)
        .bind(up_to)
        .execute(&mut connection)
        .await;
    let closed = connection.close().await;
    deleted
        .and_then(|deleted| closed.map(|()| deleted.rows_affected()))
        .map_err(|problem| CryptoError::Store(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn keys_go_once_a_note_is_as_old_as_they_may_be() {
        let keep = Duration::from_hours(48);
        let mut notes = Vec::new();
        let day = |day: i64| Timestamp(day * DAY_MS);
        assert_eq!(note(&mut notes, day(0), 10, keep), None);
        assert_eq!(note(&mut notes, day(1), 20, keep), None);
        assert_eq!(note(&mut notes, day(2), 30, keep), Some(10));
        assert_eq!(note(&mut notes, day(3), 40, keep), Some(20));
        assert_eq!(notes.len(), 3);
    }
}
