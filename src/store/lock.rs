//! One Hygie at a time works on a database: an advisory lock on `PostgreSQL`, a locked file beside an `SQLite` database.

use std::{fs::File, path::PathBuf, time::Duration};

use sqlx::{
    Executor,
    postgres::{PgListener, PgPoolOptions},
};

use super::{Pool, Store, StoreError};

/// Held while this process works on the database; let go when dropped or when the process ends.
#[derive(Debug)]
pub enum InstanceLock {
    /// The locked file.
    File(File),
    /// The session that holds the advisory lock.
    Session(Box<PgListener>),
    /// Nobody else can reach the database (in memory).
    Private,
}

/// `hygie` in ASCII, as the key of the advisory lock.
const ADVISORY_KEY: i64 = 0x68_79_67_69_65;
/// How often a silent session is asked whether it is still there.
const ASK: Duration = Duration::from_secs(2);
/// How long it may take to answer. The server keeps the lock as long as the session, so a server that stands still gives it to
/// nobody else; only one that cannot be reached for longer may have ended the session.
const PATIENCE: Duration = Duration::from_secs(30);
const UNLOCK: &str = "SELECT pg_advisory_unlock($1)";
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
                // A listener, for it hears at once when the server ends the session.
                let options = PgPoolOptions::new()
                    .max_connections(1)
                    .max_lifetime(None)
                    .idle_timeout(None)
                    .connect_with(pool.connect_options().as_ref().clone())
                    .await?;
                let mut session = PgListener::connect_with(&options).await?;
                session.eager_reconnect(false);
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
    /// Lets it go, and returns when it is free.
    pub(super) async fn release(self) {
        if let Self::Session(mut session) = self {
            // When that fails, the session is lost, and the lock with it. Its end alone is heard of later.
            let unlocked = sqlx::query(UNLOCK).bind(ADVISORY_KEY);
            let _ = unlocked.execute(&mut *session).await;
        }
    }

    /// Returns when it is lost: a `PostgreSQL` session can end, a file stays locked as long as the process runs.
    pub async fn lost(&mut self) {
        let Self::Session(session) = self else {
            return std::future::pending().await;
        };
        loop {
            match tokio::time::timeout(ASK, session.try_recv()).await {
                Ok(Ok(Some(_))) => {}
                Ok(_) => return,
                Err(_silent) => {
                    let asked = session.execute("SELECT 1");
                    if !matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(_))) {
                        return;
                    }
                }
            }
        }
    }
}
