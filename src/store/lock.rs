//! One Hygie at a time works on a database: an advisory lock on `PostgreSQL`, a locked file beside an `SQLite` database.

use std::{fs::File, path::PathBuf};

use sqlx::{Connection, PgConnection};

use super::{Pool, Store, StoreError};

/// Held while this process works on the database; let go when dropped or when the process ends.
#[derive(Debug)]
pub enum InstanceLock {
    /// The locked file.
    File(File),
    /// The session that holds the advisory lock.
    Session(Box<PgConnection>),
    /// Nobody else can reach the database (in memory).
    Private,
}

/// `hygie` in ASCII, as the key of the advisory lock.
const ADVISORY_KEY: i64 = 0x68_79_67_69_65;
const TRY_LOCK: &str = "SELECT pg_try_advisory_lock($1)";

impl Store {
    /// Tries to become the one that works on this database; `None` when another process is.
    ///
    /// # Errors
    /// When the lock cannot be asked for.
    pub async fn try_lock(&self) -> Result<Option<InstanceLock>, StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let path = pool.connect_options().get_filename().to_owned();
                if path.as_os_str().is_empty() || path.to_string_lossy().contains(":memory:") {
                    return Ok(Some(InstanceLock::Private));
                }
                let mut name = path.into_os_string();
                name.push(".lock");
                let file = File::create(PathBuf::from(name)).map_err(sqlx::Error::Io)?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(InstanceLock::File(file))),
                    Err(std::fs::TryLockError::WouldBlock) => Ok(None),
                    Err(std::fs::TryLockError::Error(error)) => Err(sqlx::Error::Io(error).into()),
                }
            }
            Pool::Postgres(pool) => {
                let mut session = PgConnection::connect_with(&pool.connect_options()).await?;
                let taken: bool = sqlx::query_scalar(TRY_LOCK)
                    .bind(ADVISORY_KEY)
                    .fetch_one(&mut session)
                    .await?;
                Ok(taken.then(|| InstanceLock::Session(Box::new(session))))
            }
        }
    }
}

impl InstanceLock {
    /// Whether it is still held: a `PostgreSQL` session can be lost.
    pub async fn held(&mut self) -> bool {
        match self {
            Self::File(_) | Self::Private => true,
            Self::Session(session) => session.ping().await.is_ok(),
        }
    }
}
