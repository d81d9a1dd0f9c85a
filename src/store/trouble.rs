//! What a failure of the database means: whether waiting can mend it, and what an operator can do.

use super::StoreError;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// This is refused, however often it is tried.
    Refused,
    Full,
    Locked,
    ReadOnly,
    Unreachable,
    Unknown,
}

impl StoreError {
    /// Whether the database refuses these very rows and will refuse them again: a constraint, a size, a value. Everything else
    /// may be mended by waiting or by an operator, also tables that are missing.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.trouble() == Trouble::Refused
    }

    /// What an operator can do.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self.trouble() {
            Trouble::Full => {
                "make room on the disk of the database; what waits is then taken by itself"
            }
            Trouble::Locked => {
                "another program keeps the database locked; end it, or wait until it is done"
            }
            Trouble::ReadOnly => {
                "the database may not be written to; give Hygie's user the right to write (the file and its folder, or `default_transaction_read_only`)"
            }
            Trouble::Unreachable => {
                "check that the database runs and can be reached at `store.url`"
            }
            Trouble::Refused | Trouble::Unknown => {
                "see the log of the database, and run `hygie check`"
            }
        }
    }

    fn trouble(&self) -> Trouble {
        match self {
            Self::Database(sqlx::Error::Database(error)) => of_code(error.code().as_deref()),
            Self::Database(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => Trouble::Unreachable,
            Self::Database(sqlx::Error::Encode(_)) | Self::Row { .. } => Trouble::Refused,
            Self::Database(_) | Self::Migrate(_) | Self::Address | Self::Unreadable => {
                Trouble::Unknown
            }
        }
    }
}

/// By the code of the database: an SQLSTATE has five characters, a (extended) result code of `SQLite` is a number below 10,000.
fn of_code(code: Option<&str>) -> Trouble {
    match code {
        Some(state) if state.len() == 5 => match &state[..2] {
            "22" | "23" | "54" => Trouble::Refused,
            "08" | "57" => Trouble::Unreachable,
            "55" => Trouble::Locked,
            _ if state == "53100" => Trouble::Full,
            _ if state == "25006" => Trouble::ReadOnly,
            _ => Trouble::Unknown,
        },
        Some(number) => match number.parse::<u32>().map(|number| number & 0xff) {
            Ok(5 | 6) => Trouble::Locked,
            Ok(8) => Trouble::ReadOnly,
            Ok(13) => Trouble::Full,
            Ok(18..=20) => Trouble::Refused,
            _ => Trouble::Unknown,
        },
        None => Trouble::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Pool, Store};

    #[test]
    fn only_what_waiting_cannot_mend_is_final() {
        // not null, unique, trigger, too big, mismatch; check, too long for an index, U+0000.
        for code in [
            "1299", "2067", "1811", "18", "20", "23514", "54000", "22021",
        ] {
            assert_eq!(of_code(Some(code)), Trouble::Refused, "{code}");
        }
        // full, busy, busy snapshot, read-only, I/O, no such table; full, read-only, shut down, deadlock, no such table.
        for code in [
            "13", "5", "517", "8", "778", "1", "53100", "25006", "57P01", "40P01", "42P01",
        ] {
            assert_ne!(of_code(Some(code)), Trouble::Refused, "{code}");
        }
        assert!(!StoreError::from(sqlx::Error::PoolTimedOut).is_final());
    }

    #[tokio::test]
    async fn a_full_sqlite_database_says_so_and_goes_on_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/full.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let Pool::Sqlite(pool) = &store.pool else {
            unreachable!("it is SQLite");
        };
        let text = "x".repeat(100_000);
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        // In force on this one connection.
        let (limit, write) = (
            "PRAGMA max_page_count = 1",
            "INSERT INTO installation (name, value) VALUES ('much', $1)",
        );
        sqlx::query(limit).execute(&mut *tx).await.unwrap();
        let problem = sqlx::query(write).bind(&text).execute(&mut *tx).await;
        let problem = StoreError::from(problem.unwrap_err());
        assert_eq!(problem.trouble(), Trouble::Full, "{problem}");
        assert!(problem.remedy().starts_with("make room on the disk"));
        drop(tx);
        // Once it is back, every connection of the pool is usable.
        while pool.num_idle() < pool.size() as usize {
            tokio::task::yield_now().await;
        }
        for _ in 0..=pool.size() {
            assert_eq!(store.fact("much", &text).await.unwrap(), text);
        }
    }
}
