//! The chain of the audit log: every entry carries a hash over itself and the hash before it, and the end of the chain stands
//! in `installation`. `cli` verifies it, `app` logs its end.
//!
//! What it shows: that an entry was changed, removed (also the last ones), inserted, exchanged or renumbered by somebody who
//! touched the table. What it does not show: a chain that was made anew from some entry to its end. The hashes need no secret, so
//! whoever can write to the database and has this program can do that; nor does it show a whole database exchanged for an older
//! one. Against both helps the end of the chain noted elsewhere (it is logged at every start and stop, and `hygie check` prints
//! it): `hygie check --audit-head` compares it with the entry of that number.

use std::{fmt, str::FromStr};

use super::{Store, StoreError, Tx, on};
use crate::store::{Inner, Pool};

const HEAD: &str = "SELECT value FROM installation WHERE name = 'audit_head'";
/// Only from the end that was read: a second writer would fork the chain.
const MOVE_HEAD: &str =
    "UPDATE installation SET value = $2 WHERE name = 'audit_head' AND value = $1";
const PAGE: &str = "SELECT seq, at, community, room_id, actor, action, target, rule, detail, hash FROM audit \
     WHERE seq > $1 ORDER BY seq LIMIT 1000";
const SET_HASH: &str = "UPDATE audit SET hash = $2 WHERE seq = $1";
const HASH: &str = "SELECT hash FROM audit WHERE seq = $1";

pub(super) const ALL: &[&str] = &[HEAD, MOVE_HEAD, PAGE, SET_HASH, HASH];

/// The end of the chain after the migration that made room for it, until the entries of before are chained.
const UNCHAINED: &str = "unchained";

/// The end of the chain: the number of the last entry and its hash. Shown as `seq:hash`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last entry; 0 while there is none.
    pub seq: i64,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

/// What verifying the chain came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    /// All entries fit.
    Whole(AuditHead),
    /// An entry does not fit to the ones before it.
    Broken {
        /// The first that does not fit.
        seq: i64,
    },
    /// The entries after `last` are gone.
    Cut {
        /// The last entry that is there.
        last: i64,
        /// The last entry that was written.
        written: i64,
    },
    /// The end of the chain itself is gone or cannot be read.
    Headless,
}

impl AuditHead {
    /// The chain before its first entry.
    pub(super) fn start() -> Self {
        Self {
            seq: 0,
            hash: "0".repeat(64),
        }
    }

    /// The chain with one more entry; its hash becomes the end.
    pub(super) fn with(&self, entry: &Linked<'_>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("hygie 2026-11 chain of the audit log");
        hasher
            .update(self.hash.as_bytes())
            .update(&entry.seq.to_le_bytes())
            .update(&entry.at.to_le_bytes());
        for text in entry.texts {
            // Absent, or the length and the text: no two rows make the same bytes.
            match text {
                None => hasher.update(&[0]),
                Some(text) => hasher
                    .update(&[1])
                    .update(&(text.len() as u64).to_le_bytes())
                    .update(text.as_bytes()),
            };
        }
        Self {
            seq: entry.seq,
            hash: hasher.finalize().to_hex().to_string(),
        }
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl FromStr for AuditHead {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.trim().split_once(':');
        let parsed = parts.and_then(|(seq, hash)| Some((seq.parse().ok()?, hash)));
        match parsed {
            Some((seq, hash))
                if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
            {
                Ok(Self {
                    seq,
                    hash: hash.to_ascii_lowercase(),
                })
            }
            _ => Err(
                "an end of the audit log looks like `1234:` and 64 hexadecimal digits, as `hygie check` prints it"
                    .to_owned(),
            ),
        }
    }
}

/// All columns of an entry, as they stand in the table.
pub(super) struct Linked<'a> {
    pub(super) seq: i64,
    pub(super) at: i64,
    /// community, `room_id`, actor, action, target, rule, detail
    pub(super) texts: [Option<&'a str>; 7],
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    community: String,
    room_id: Option<String>,
    actor: String,
    action: String,
    target: Option<String>,
    rule: Option<String>,
    detail: Option<String>,
    hash: String,
}

impl Row {
    fn linked(&self) -> Linked<'_> {
        Linked {
            seq: self.seq,
            at: self.at,
            texts: [
                Some(&self.community),
                self.room_id.as_deref(),
                Some(&self.actor),
                Some(&self.action),
                self.target.as_deref(),
                self.rule.as_deref(),
                self.detail.as_deref(),
            ],
        }
    }
}

fn unreadable() -> StoreError {
    StoreError::Row {
        table: "installation",
        problem: "`audit_head`, the end of the audit log, is missing or cannot be read; somebody touched the database: \
                  see `hygie check` and restore a backup"
            .to_owned(),
    }
}

impl Tx {
    /// The end of the chain, to write after it.
    pub(super) async fn audit_head(&mut self) -> Result<AuditHead, StoreError> {
        let head = self.head_text().await?;
        head.and_then(|head| head.parse().ok())
            .ok_or_else(unreadable)
    }

    async fn head_text(&mut self) -> Result<Option<String>, StoreError> {
        Ok(on!(self, |on| sqlx::query_scalar(HEAD)
            .fetch_optional(on)
            .await?))
    }

    /// Moves the end of the chain, which nobody else may have moved meanwhile.
    pub(super) async fn move_audit_head(
        &mut self,
        from: &str,
        to: &AuditHead,
    ) -> Result<(), StoreError> {
        let moved = on!(self, |on| sqlx::query(MOVE_HEAD)
            .bind(from)
            .bind(to.to_string())
            .execute(on)
            .await?
            .rows_affected());
        if moved == 1 {
            Ok(())
        } else {
            Err(unreadable())
        }
    }

    async fn audit_page(&mut self, after: i64) -> Result<Vec<Row>, StoreError> {
        Ok(on!(self, |on| sqlx::query_as(PAGE)
            .bind(after)
            .fetch_all(on)
            .await?))
    }
}

impl Store {
    /// Chains the entries that were written before there was a chain; does nothing afterwards.
    pub(in crate::store) async fn chain_old_audit(&self) -> Result<(), StoreError> {
        let head: Option<String> =
            on!(pool self, |on| sqlx::query_scalar(HEAD).fetch_optional(on).await)?;
        if head.as_deref() != Some(UNCHAINED) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let mut head = AuditHead::start();
        loop {
            let page = tx.audit_page(head.seq).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                head = head.with(&row.linked());
                on!(tx, |on| sqlx::query(SET_HASH)
                    .bind(row.seq)
                    .bind(&head.hash)
                    .execute(on)
                    .await
                    .map(drop))?;
            }
        }
        tx.move_audit_head(UNCHAINED, &head).await?;
        tx.commit().await
    }

    /// Reads the whole audit log, a page at a time, and says whether its chain is whole.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, StoreError> {
        // One picture of the table, also while Hygie writes to it.
        let inner = match &self.pool {
            Pool::Sqlite(pool) => Inner::Sqlite(pool.begin().await?),
            Pool::Postgres(pool) => Inner::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        let mut tx = Tx { inner, _turn: None };
        let head = tx.head_text().await?;
        let Some(head) = head.and_then(|head| head.parse::<AuditHead>().ok()) else {
            return Ok(AuditVerdict::Headless);
        };
        let mut seen = AuditHead::start();
        loop {
            let page = tx.audit_page(seen.seq).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let fits = seen.with(&row.linked());
                if fits.hash != row.hash || row.seq > head.seq {
                    return Ok(AuditVerdict::Broken { seq: row.seq });
                }
                seen = fits;
            }
        }
        Ok(if seen == head {
            AuditVerdict::Whole(head)
        } else if seen.seq < head.seq {
            AuditVerdict::Cut {
                last: seen.seq,
                written: head.seq,
            }
        } else {
            AuditVerdict::Broken { seq: seen.seq }
        })
    }

    /// The end of the chain of the audit log, to be noted elsewhere. Verifies nothing.
    ///
    /// # Errors
    /// When the database does not answer, or the end is gone.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let head: Option<String> =
            on!(pool self, |on| sqlx::query_scalar(HEAD).fetch_optional(on).await)?;
        head.and_then(|head| head.parse().ok())
            .ok_or_else(unreadable)
    }

    /// Whether the entry of that number has that hash: an end that was noted elsewhere is still part of the log.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_contains(&self, noted: &AuditHead) -> Result<bool, StoreError> {
        let hash: Option<String> =
            on!(pool self, |on| sqlx::query_scalar(HASH).bind(noted.seq).fetch_optional(on).await)?;
        Ok(hash.map_or(*noted == AuditHead::start(), |hash| hash == noted.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(texts: [Option<&str>; 7]) -> String {
        let entry = Linked {
            seq: 1,
            at: 2,
            texts,
        };
        AuditHead::start().with(&entry).hash
    }

    #[test]
    fn no_two_entries_make_the_same_bytes() {
        let rows = [
            [
                Some("ab"),
                None,
                Some("c"),
                Some("d"),
                None,
                None,
                None::<&str>,
            ],
            [Some("a"), None, Some("bc"), Some("d"), None, None, None],
            [Some("ab"), Some(""), Some("c"), Some("d"), None, None, None],
            [Some("ab"), None, Some("c"), Some("d"), Some(""), None, None],
            [Some("ab"), None, Some("c"), Some("d"), None, Some(""), None],
            [Some("ab\0c"), None, Some(""), Some("d"), None, None, None],
        ];
        let hashes: std::collections::BTreeSet<_> = rows.into_iter().map(hash).collect();
        assert_eq!(hashes.len(), rows.len());
    }

    #[test]
    fn an_end_is_read_as_it_is_printed() {
        let head = AuditHead {
            seq: 12,
            hash: hash([None; 7]),
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in ["", "12", "12:abc", "x:00", UNCHAINED] {
            assert!(wrong.parse::<AuditHead>().is_err(), "{wrong}");
        }
    }
}
