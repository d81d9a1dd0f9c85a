//! The audit log: who did what to whom, when and under which rule; never what a member wrote.

use ruma::{OwnedRoomId, OwnedUserId, UserId};

use super::{Store, StoreError, Tx, on, storable};
use crate::{
    clock::Timestamp,
    community::definition::CommunityId,
    decide::{AuditEntry, AuditRow},
};

const INSERT: &str = "INSERT INTO audit (at, community, room_id, actor, action, target, rule, detail) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SELECT: &str = "SELECT at, room_id, actor, action, target, rule, detail FROM audit \
     WHERE community = $1 AND ($2 = '' OR actor = $2 OR target = $2) ORDER BY seq DESC LIMIT $3";

pub(super) const ALL: &[&str] = &[INSERT, SELECT];

type Row = (
    i64,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl Tx {
    pub(super) async fn write_audit(
        &mut self,
        entry: &AuditEntry,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(INSERT)
            .bind(now.0)
            .bind(entry.community.to_string())
            .bind(entry.room.as_ref().map(ToString::to_string))
            .bind(entry.actor.as_str())
            .bind(storable(&entry.action))
            .bind(entry.target.as_deref().map(storable))
            .bind(entry.rule.as_deref().map(storable))
            .bind(entry.detail.as_deref().map(storable))
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The last entries of a community's audit log, newest first; only those about `about` when given.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit(
        &self,
        community: &CommunityId,
        about: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = on!(pool self, |on| sqlx::query_as(SELECT)
            .bind(community.to_string())
            .bind(about.map_or("", UserId::as_str))
            .bind(i64::from(limit))
            .fetch_all(on)
            .await)?;
        rows.into_iter().map(|row| read(community, row)).collect()
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
