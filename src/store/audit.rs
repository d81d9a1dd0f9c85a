//! The audit log: who did what to whom, when and under which rule; never what a member wrote.

mod chain;

use std::collections::HashMap;

use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Serialize;

use self::chain::Linked;
pub use self::chain::{AuditHead, AuditVerdict};
use super::{Store, StoreError, Tx, on, storable};
use crate::{
    clock::Timestamp,
    community::definition::CommunityId,
    decide::{AuditEntry, AuditFilter, AuditRow, Moderation},
};

const INSERT: &str = "INSERT INTO audit (seq, at, community, room_id, actor, action, target, rule, detail, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const SELECT: &str = "SELECT at, room_id, actor, action, target, rule, detail FROM audit \
     WHERE community = $1 AND ($2 = '' OR actor = $2 OR target = $2) AND ($3 = '' OR room_id = $3) AND ($4 = '' OR rule = $4) \
     AND at >= $5 ORDER BY seq DESC LIMIT $6";
const EXPORT: &str = "SELECT seq, at, community, room_id, actor, action, target, rule, detail, hash FROM audit \
     WHERE seq > $7 AND ($1 = '' OR community = $1) AND ($2 = '' OR actor = $2 OR target = $2) AND ($3 = '' OR room_id = $3) \
     AND ($4 = '' OR rule = $4) AND at >= $5 ORDER BY seq LIMIT $6";

const COUNTS: &str =
    "SELECT actor, count(*) FROM audit WHERE community = $1 AND at >= $2 GROUP BY actor";

/// Whether the columns are named above the entries: once a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// They are.
    Yes,
    /// They were before.
    Already,
}

/// How many entries are exported at a time.
const PAGE: i64 = 1_000;

/// An entry as it stands in the table, for programs and spreadsheets.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct AuditLine {
    /// Its number; the chain goes in this order.
    pub seq: i64,
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Whose log.
    pub community: String,
    /// Where.
    #[serde(rename = "room")]
    pub room_id: Option<String>,
    /// Who did it.
    pub actor: String,
    /// What.
    pub action: String,
    /// To whom or what.
    pub target: Option<String>,
    /// Under which rule.
    pub rule: Option<String>,
    /// Kinds, keyed hashes, reasons given by the team.
    pub detail: Option<String>,
    /// The hash that chains it to the entry before it.
    pub hash: String,
}

const SEQ: &str = "SELECT seq FROM audit WHERE community = $1 AND action = $2 AND target = $3 ORDER BY seq DESC LIMIT 1";

/// What moderation does, by its names in the log.
const MODERATION: &str = "SELECT action, rule, count(*) FROM audit WHERE community = $1 AND at >= $2 \
     AND action IN ('redact', 'nudge', 'warn', 'mute', 'remove', 'kick', 'ban', 'report-limited') GROUP BY action, rule";
const CASES: &str = "SELECT at, action, target, detail FROM audit WHERE community = $1 AND at >= $2 \
     AND action LIKE 'case-%' ORDER BY seq";

pub(super) const ALL: [&[&str]; 2] = [
    &[INSERT, SELECT, EXPORT, SEQ, COUNTS, MODERATION, CASES],
    chain::ALL,
];

type Row = (
    i64,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl AuditLine {
    /// Entries as CSV, below a line with the names of the columns where that is wanted.
    ///
    /// # Errors
    /// When they cannot be written as CSV.
    pub fn csv(lines: &[Self], named: Named) -> Result<Vec<u8>, csv::Error> {
        let mut to = csv::WriterBuilder::new()
            .has_headers(named == Named::Yes)
            .from_writer(Vec::new());
        for line in lines {
            to.serialize(line)?;
        }
        to.into_inner().map_err(|error| error.into_error().into())
    }
}

impl Tx {
    /// Writes entries in order, each chained to the one before it.
    ///
    /// # Errors
    /// When the database refuses, or another process writes to the log.
    pub async fn write_audits(
        &mut self,
        entries: &[AuditEntry],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let before = self.audit_head().await?;
        let mut head = before.clone();
        for entry in entries {
            let community = entry.community.to_string();
            let [action, target, rule, detail] = [
                Some(entry.action.as_str()),
                entry.target.as_deref(),
                entry.rule.as_deref(),
                entry.detail.as_deref(),
            ]
            .map(|text| text.map(storable));
            let texts = [
                Some(community.as_str()),
                entry.room.as_ref().map(|room| room.as_str()),
                Some(entry.actor.as_str()),
                action.as_deref(),
                target.as_deref(),
                rule.as_deref(),
                detail.as_deref(),
            ];
            let (seq, at) = (head.seq + 1, now.0);
            head = head.with(&Linked { seq, at, texts });
            on!(self, |on| {
                let mut insert = sqlx::query(INSERT).bind(seq).bind(at);
                for text in texts {
                    insert = insert.bind(text);
                }
                insert.bind(&head.hash).execute(on).await.map(drop)
            })?;
        }
        self.move_audit_head(&before.to_string(), &head).await
    }
}

impl Store {
    /// The last entries of a community's audit log, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(
        &self,
        community: &CommunityId,
        which: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = on!(pool self, |on| sqlx::query_as(SELECT)
            .bind(community.to_string())
            .bind(which.about.as_deref().map_or("", UserId::as_str))
            .bind(which.room.as_deref().map_or("", RoomId::as_str))
            .bind(which.rule.as_deref().unwrap_or_default())
            .bind(which.since.map_or(i64::MIN, |since| since.0))
            .bind(i64::from(limit))
            .fetch_all(on)
            .await)?;
        rows.into_iter().map(|row| read(community, row)).collect()
    }

    /// Entries of the audit log after the one of this number, oldest first, a page at a time; of all communities unless one is named.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_export(
        &self,
        community: Option<&CommunityId>,
        which: &AuditFilter,
        after: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let lines = on!(pool self, |on| sqlx::query_as(EXPORT)
            .bind(community.map_or("", CommunityId::as_str))
            .bind(which.about.as_deref().map_or("", UserId::as_str))
            .bind(which.room.as_deref().map_or("", RoomId::as_str))
            .bind(which.rule.as_deref().unwrap_or_default())
            .bind(which.since.map_or(i64::MIN, |since| since.0))
            .bind(PAGE)
            .bind(after)
            .fetch_all(on)
            .await)?;
        Ok(lines)
    }

    /// The entries of a community's audit log from the last one that says `first` of `target` to the one after it that says `last` of
    /// it, both included; up to the end of the log where there is no such one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_between(
        &self,
        community: &CommunityId,
        (first, last): (&str, &str),
        target: &str,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let begun: Option<(i64,)> = on!(pool self, |on| sqlx::query_as(SEQ)
            .bind(community.to_string())
            .bind(first)
            .bind(target)
            .fetch_optional(on)
            .await)?;
        let Some((begun,)) = begun else {
            return Ok(Vec::new());
        };
        let is_last = |it: &AuditLine| it.action == last && it.target.as_deref() == Some(target);
        let mut lines: Vec<AuditLine> = Vec::new();
        loop {
            let after = lines.last().map_or(begun - 1, |it| it.seq);
            let mut page = self
                .audit_export(Some(community), &AuditFilter::default(), after)
                .await?;
            let end = page.iter().position(is_last);
            page.truncate(end.map_or(page.len(), |at| at + 1));
            let is_over = end.is_some() || page.is_empty();
            lines.append(&mut page);
            if is_over {
                return Ok(lines);
            }
        }
    }

    /// How many entries of a community's audit log each person has made since a moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_counts(
        &self,
        community: &CommunityId,
        since: Timestamp,
    ) -> Result<HashMap<String, i64>, StoreError> {
        let rows: Vec<(String, i64)> = on!(pool self, |on| sqlx::query_as(COUNTS)
            .bind(community.to_string())
            .bind(since.0)
            .fetch_all(on)
            .await)?;
        Ok(rows.into_iter().collect())
    }

    /// What moderation did in a community since a moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn moderation(
        &self,
        community: &CommunityId,
        since: Timestamp,
    ) -> Result<Moderation, StoreError> {
        let counts: Vec<(String, Option<String>, i64)> = on!(pool self, |on| sqlx::query_as(MODERATION)
                .bind(community.to_string())
                .bind(since.0)
                .fetch_all(on)
                .await)?;
        let cases: Vec<(i64, String, Option<String>, Option<String>)> = on!(pool self, |on| sqlx::query_as(CASES)
                .bind(community.to_string())
                .bind(since.0)
                .fetch_all(on)
                .await)?;
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        let cases = cases.into_iter().map(|(at, action, case, detail)| {
            let detail = detail.unwrap_or_default();
            // Behind the kind stands what somebody of the team said.
            let kind = detail.split(':').next().unwrap_or_default().to_owned();
            (Timestamp(at), action, case.unwrap_or_default(), kind)
        });
        Ok(Moderation {
            actions: counts
                .into_iter()
                .map(|(action, rule, times)| ((action, rule), count(times)))
                .collect(),
            cases: cases.collect(),
        })
    }
}

fn read(
    community: &CommunityId,
    (at, room, actor, action, target, rule, detail): Row,
) -> Result<AuditRow, StoreError> {
    let problem = |error: ruma::IdParseError| StoreError::Row {
        table: "audit",
        problem: error.to_string(),
    };
    let entry = AuditEntry {
        community: community.clone(),
        room: room
            .map(OwnedRoomId::try_from)
            .transpose()
            .map_err(problem)?,
        actor: OwnedUserId::try_from(actor).map_err(problem)?,
        action,
        target,
        rule,
        detail,
    };
    Ok(AuditRow {
        at: Timestamp(at),
        entry,
    })
}
