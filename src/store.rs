//! The store: everything that must survive a restart, on `SQLite` or `PostgreSQL`, in domain terms. One file per aggregate.
//!
//! `dispatch`, `executor`, `appservice`, `web` and `cli` call it. SQL constants with `$1` placeholders run on both engines; one
//! private macro expands a body per driver. JSON is kept as TEXT because `PostgreSQL`'s JSONB refuses `\u0000`, which members can
//! send.

use std::str::FromStr;

use sqlx::{
    Executor as _, PgPool, Postgres, SqlSafeStr as _, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

mod audit;
mod inbox;
mod installation;
mod knowledge;
mod lock;
mod outbox;
mod relay;

pub use inbox::{Accepted, Incoming, Quarantined, WaitingEvent};
pub use lock::InstanceLock;
pub use outbox::{Ended, Outcome, Waiting};

use crate::{clock::Timestamp, community::change::Change, decide::AuditEntry};

/// Where everything that must survive is kept.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
}

#[derive(Clone, Debug)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A writing transaction; without [`Tx::commit`] nothing of it remains.
pub struct Tx(Inner);

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Why the store could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of the database is not of a known kind.
    #[error("`store.url` starts with neither `sqlite:` nor `postgres://`")]
    Address,
    /// The address cannot be read. The parser's own words are not repeated: they quote parts of it, which may be the password.
    #[error(
        "the address in `store.url` cannot be read; write sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE, with the special characters of the password percent-encoded (`%40` for `@`)"
    )]
    Unreadable,
    /// A row cannot be read as what it should be.
    #[error("table {table}: {problem}")]
    Row {
        /// Which table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// Expands `$body` once per engine, with `$on` an executor of that engine.
macro_rules! on {
    ($tx:expr, |$on:ident| $body:expr) => {
        match &mut $tx.0 {
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

/// Text as both engines take it: `PostgreSQL` refuses U+0000, which members can put into names and ids.
fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}").into()
    } else {
        text.into()
    }
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
        if let Some(_lock) = store.try_lock().await? {
            store.migrate().await?;
        }
        Ok(store)
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
                .busy_timeout(std::time::Duration::from_secs(30))
                // What is deleted is overwritten: the inbox holds members' words for a moment.
                .pragma("secure_delete", "ON");
            // An in-memory database belongs to its connection.
            let connections = if url.contains(":memory:") { 1 } else { 4 };
            Pool::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(connections)
                    .connect_with(options)
                    .await?,
            )
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| StoreError::Unreadable)?
                .application_name("hygie");
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
        Ok(Self { pool })
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
            relay::ALL,
            audit::ALL,
            installation::ALL,
        ];
        let mut count = 0;
        for sql in all.into_iter().flatten() {
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

    /// Starts a writing transaction. On `SQLite` it takes the write lock at once, so that it cannot fail half-way.
    ///
    /// # Errors
    /// When the database cannot be reached or stays locked.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx(match &self.pool {
            Pool::Sqlite(pool) => Inner::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
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
    /// Makes it last.
    ///
    /// # Errors
    /// When the database cannot make it last; then nothing of it remains.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
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
        for change in changes {
            self.write_change(change, now).await?;
        }
        for entry in audit {
            self.write_audit(entry, now).await?;
        }
        Ok(())
    }
}
