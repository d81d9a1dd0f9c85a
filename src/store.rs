//! The store: everything that must survive a restart, on `SQLite` or `PostgreSQL`, in domain terms. One file per aggregate.
//!
//! `dispatch`, `executor`, `appservice`, `web` and `cli` call it. SQL constants with `$1` placeholders run on both engines; one
//! private macro expands a body per driver. JSON is kept as TEXT because `PostgreSQL`'s JSONB refuses `\u0000`, which members can
//! send.

use std::{str::FromStr, sync::Arc};

use sqlx::{
    Connection as _, Executor as _, PgPool, Postgres, SqlSafeStr as _, Sqlite, SqlitePool,
    Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use tokio::sync::{Mutex, OwnedMutexGuard};

mod activity;
mod aside;
mod audit;
mod error;
mod inbox;
mod installation;
mod knowledge;
mod loading;
mod lock;
mod outbox;
mod record;
mod relay;
mod restored;
mod trouble;

pub use aside::SetAside;
pub use audit::{AuditHead, AuditLine, AuditVerdict, Named};
pub use error::StoreError;
pub use inbox::{Incoming, Quarantined, WaitingEvent};
pub use lock::InstanceLock;
pub use outbox::{Ended, Outcome, Waiting};

use crate::{
    clock::Timestamp,
    community::{change::Change, definition::CommunityId, record::Record},
    decide::AuditEntry,
};

/// Where everything that must survive is kept.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    /// On `SQLite` one connection writes at a time. Waiting here costs nothing; waiting there is asking again and again.
    turn: Arc<Mutex<()>>,
}

#[derive(Clone, Debug)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A writing transaction; without [`Tx::commit`] nothing of it remains.
pub struct Tx {
    inner: Inner,
    /// Held until the transaction ends.
    _turn: Option<OwnedMutexGuard<()>>,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Expands `$body` once per engine, with `$on` an executor of that engine.
macro_rules! on {
    ($tx:expr, |$on:ident| $body:expr) => {
        match &mut $tx.inner {
            $crate::store::Inner::Sqlite(tx) => {
                let $on = &mut **tx;
                $body
            }
            $crate::store::Inner::Postgres(tx) => {
                let $on = &mut **tx;
                $body
            }
        }
    };
    (pool $store:expr, |$on:ident| $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite($on) => $body,
            $crate::store::Pool::Postgres($on) => $body,
        }
    };
}
use on;

/// A statement that the engines take in different words.
struct PerEngine {
    sqlite: &'static str,
    postgres: &'static str,
}

/// A statement over rows that are bound as one JSON array of arrays, `$1`: one round trip and one parse for a whole batch. In it
/// `rows.value ->> 0` is the first column of a row, as text. The engines differ only in how they open such an array, which
/// stands between the two parts.
macro_rules! over_rows {
    ($before:literal, $after:literal) => {
        $crate::store::PerEngine {
            sqlite: concat!($before, "json_each($1) AS rows", $after),
            postgres: concat!(
                $before,
                "json_array_elements(CAST($1 AS JSON)) AS rows(value)",
                $after
            ),
        }
    };
}
use over_rows;

/// Rows as `over_rows!` takes them. What they hold has gone through [`storable`]: `PostgreSQL` refuses U+0000 in JSON too.
fn rows<T: serde::Serialize>(
    table: &'static str,
    rows: impl Iterator<Item = T>,
) -> Result<String, StoreError> {
    serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(|error| StoreError::Row {
        table,
        problem: error.to_string(),
    })
}

/// Text as both engines take it: `PostgreSQL` refuses U+0000, which members can put into names and ids.
fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}").into()
    } else {
        text.into()
    }
}

fn record(change: &Change) -> Option<(&CommunityId, &Record)> {
    match change {
        Change::Keep { community, record } => Some((community, record)),
        _ => None,
    }
}

/// Whether two changes that follow each other are written by one statement, and so is every further one of their kind.
fn are_one_statement(one: &Change, next: &Change) -> bool {
    let invited = |change: &Change| matches!(change, Change::Invited { .. });
    record(one).is_some() && record(next).is_some() || invited(one) && invited(next)
}

impl Store {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    /// When the address is of no known kind, the database cannot be reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        store.migrate().await?;
        Ok(store)
    }

    /// Connects, and brings the tables up to date unless another process works on them: then they are as that one needs them.
    ///
    /// # Errors
    /// When the address is of no known kind, the database cannot be reached, or a migration fails.
    pub async fn open_shared(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        let mut tries = 0;
        loop {
            if let Some(lock) = store.try_lock().await? {
                let migrated = store.migrate().await;
                lock.release().await;
                return migrated.map(|_| store);
            }
            // Another that was started at the same moment may be making the tables.
            if tries == 100 || store.applied_migrations().await > 0 {
                return Ok(store);
            }
            tries += 1;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// Connects without touching the tables.
    ///
    /// # Errors
    /// When the address is of no known kind or the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let pool = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(|_| StoreError::Unreadable)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(std::time::Duration::from_secs(5))
                // What is deleted is overwritten: the inbox holds members' words for a moment.
                .pragma("secure_delete", "ON");
            // An in-memory database belongs to its connection.
            let connections = if url.contains(":memory:") { 1 } else { 4 };
            Pool::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(connections)
                    // A full disk ends a transaction without sqlx noticing; such a connection would refuse every further one.
                    .before_acquire(|connection, _| {
                        let usable = !connection.is_in_transaction();
                        Box::pin(async move { Ok(usable) })
                    })
                    .connect_with(options)
                    .await?,
            )
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| StoreError::Unreadable)?
                .application_name("hygie")
                // Waiting for ever would tell nobody why.
                .options([("lock_timeout", "5s")]);
            let timeout = std::time::Duration::from_secs(10);
            Pool::Postgres(
                PgPoolOptions::new()
                    .max_connections(8)
                    .acquire_timeout(timeout)
                    .connect_with(options)
                    .await?,
            )
        } else {
            return Err(StoreError::Address);
        };
        let turn = Arc::default();
        Ok(Self { pool, turn })
    }

    /// Brings the tables up to date; returns how many migrations were applied.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let before = self.applied_migrations().await;
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::migrate!("migrations/sqlite").run(pool).await?,
            Pool::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        self.chain_old_audit().await?;
        Ok(self.applied_migrations().await - before)
    }

    async fn applied_migrations(&self) -> usize {
        let count: Result<i64, _> = on!(pool self, |on| sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations").fetch_one(on).await);
        usize::try_from(count.unwrap_or(0)).unwrap_or(0)
    }

    /// `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.pool {
            Pool::Sqlite(_) => "SQLite",
            Pool::Postgres(_) => "PostgreSQL",
        }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let _: i32 = on!(pool self, |on| sqlx::query_scalar("SELECT 1").fetch_one(on).await)?;
        Ok(())
    }

    /// Has the database prepare every statement that this version uses: proof that the tables fit it.
    ///
    /// # Errors
    /// The first statement that the database refuses.
    pub async fn prepare_every_statement(&self) -> Result<usize, StoreError> {
        let all = [
            inbox::ALL,
            outbox::ALL,
            knowledge::ALL,
            loading::ALL,
            relay::ALL,
            record::ALL,
            activity::ALL,
            aside::ALL,
            restored::ALL,
            audit::ALL[0],
            audit::ALL[1],
            installation::ALL,
        ];
        let per_engine = [
            inbox::PER_ENGINE,
            knowledge::PER_ENGINE,
            outbox::PER_ENGINE,
            loading::PER_ENGINE,
            relay::PER_ENGINE,
            record::PER_ENGINE,
        ];
        let mut count = 0;
        let per_engine = per_engine.into_iter().flatten().map(|sql| self.sql(sql));
        for sql in all.into_iter().flatten().copied().chain(per_engine) {
            match &self.pool {
                Pool::Sqlite(pool) => {
                    drop(pool.acquire().await?.prepare(sql.into_sql_str()).await?);
                }
                Pool::Postgres(pool) => {
                    drop(pool.acquire().await?.prepare(sql.into_sql_str()).await?);
                }
            }
            count += 1;
        }
        Ok(count)
    }

    /// The statement as this engine takes it.
    fn sql(&self, sql: &PerEngine) -> &'static str {
        match self.pool {
            Pool::Sqlite(_) => sql.sqlite,
            Pool::Postgres(_) => sql.postgres,
        }
    }

    /// Starts a writing transaction. On `SQLite` it takes the write lock at once, so that it cannot fail half-way.
    ///
    /// # Errors
    /// When the database cannot be reached or stays locked.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let turn = self.turn_to_write().await;
        let inner = match &self.pool {
            Pool::Sqlite(pool) => Inner::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx { inner, _turn: turn })
    }

    async fn turn_to_write(&self) -> Option<OwnedMutexGuard<()>> {
        match self.pool {
            Pool::Sqlite(_) => Some(self.turn.clone().lock_owned().await),
            Pool::Postgres(_) => None,
        }
    }

    /// Forgets what is only kept to recognise repeats, and gives the space of members' words back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune(&self, now: Timestamp) -> Result<(), StoreError> {
        const KEEP_DAYS: i64 = 30;
        let before = now.0 - KEEP_DAYS * 24 * 3600 * 1000;
        let mut tx = self.begin().await?;
        tx.prune_inbox(before).await?;
        tx.prune_outbox(before).await?;
        tx.commit().await?;
        if let Pool::Sqlite(pool) = &self.pool {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(pool)
                .await?;
        }
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// The statement as this engine takes it.
    fn sql(&self, sql: &PerEngine) -> &'static str {
        match self.inner {
            Inner::Sqlite(_) => sql.sqlite,
            Inner::Postgres(_) => sql.postgres,
        }
    }

    /// Makes it last.
    ///
    /// # Errors
    /// When the database cannot make it last; then nothing of it remains.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Writes changes and audit entries, in order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remember(
        &mut self,
        changes: &[Change],
        audit: &[AuditEntry],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for batch in changes.chunk_by(are_one_statement) {
            let records: Vec<_> = batch.iter().filter_map(record).collect();
            match batch {
                _ if records.len() == batch.len() => self.keep(&records, now).await?,
                [Change::Invited { .. }, ..] => self.invited(batch).await?,
                _ => {
                    for change in batch {
                        self.write_change(change, now).await?;
                    }
                }
            }
        }
        self.write_audits(audit, now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_invitations_and_of_people_are_two_statements() {
        let id: CommunityId = "nord".parse().unwrap();
        let people = (0..4_000).map(|nth| {
            let person = crate::community::record::Person::new(&format!("@p{nth}:s"));
            Change::keep(&id, Record::Person(Box::new(person)))
        });
        let invited = (0..4_000).map(|nth| Change::Invited {
            room: format!("!r{}:s", nth % 4).try_into().unwrap(),
            user: format!("@p{nth}:s").try_into().unwrap(),
        });
        let changes: Vec<Change> = people.chain(invited).collect();
        assert_eq!(changes.chunk_by(are_one_statement).count(), 2);
    }
}
