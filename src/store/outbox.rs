//! The outbox: actions from the commit that decided them until they are seen to hold, or given up.

use super::{Store, StoreError, Tx, on, storable};
use crate::{
    action::{Action, ActionId},
    clock::Timestamp,
};

const INSERT: &str = "INSERT INTO outbox (id, state, kind, community, room_id, action, caused_at, created_at) \
     VALUES ($1, 'waiting', $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, action = excluded.action, caused_at = excluded.caused_at, \
     ended_at = NULL, error = NULL WHERE (outbox.state = 'dead' AND outbox.ended_at <= $8) \
     OR (outbox.kind IN ('set_state', 'create_room', 'refresh', 'invite') AND outbox.ended_at <= $9) RETURNING seq";
const SELECT_WAITING: &str =
    "SELECT seq, action, caused_at FROM outbox WHERE state = 'waiting' ORDER BY seq";
/// What was said is forgotten once it is said: an answer may repeat a word of the question.
const END: &str = "UPDATE outbox SET state = $2, ended_at = $3, error = $4, \
     action = CASE WHEN kind = 'say' THEN '' ELSE action END WHERE id = $1 AND state = 'waiting'";
const END_UNREADABLE: &str =
    "UPDATE outbox SET state = 'dead', ended_at = caused_at, error = $2 WHERE seq = $1";
const STATE: &str = "SELECT state FROM outbox WHERE id = $1";
const COUNT: &str = "SELECT count(*) FROM outbox WHERE state = $1";
const PRUNE: &str = "DELETE FROM outbox WHERE ended_at < $1";

const FORGET_DRY_INVITED: &str = "DELETE FROM invited WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.state = 'dry' AND outbox.kind = 'invite' \
     AND outbox.room_id = invited.room_id AND replace(outbox.action, '\"' || invited.user_id || '\"', '') <> outbox.action)";
const FORGET_DRY: &str = "DELETE FROM outbox WHERE state = 'dry'";

/// How long a dead letter rests before a plan that still wants it may have it tried again.
const DEAD_REST_MS: i64 = 10 * 60 * 1000;
/// How long a planned change rests that was made and is planned again: somebody undid it without our hearing of it, or it
/// failed and an admin asks for it again.
const PLANNED_REST_MS: i64 = 60 * 1000;

pub(super) const ALL: &[&str] = &[
    INSERT,
    SELECT_WAITING,
    END,
    END_UNREADABLE,
    STATE,
    COUNT,
    PRUNE,
    FORGET_DRY_INVITED,
    FORGET_DRY,
];

/// An action that is still to be carried out.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its place in the order of decision.
    pub seq: i64,
    /// What it is.
    pub action: Action,
    /// When its cause reached us.
    pub caused_at: Timestamp,
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Seen to hold.
    Done,
    /// Not needed any more.
    Dropped(&'static str),
    /// Given up: a dead letter.
    Dead(String),
    /// Would have been done, in a dry run.
    Dry,
}

/// An action that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Which.
    pub id: ActionId,
    /// How.
    pub outcome: Outcome,
}

impl Outcome {
    /// Its name in the store and in metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Dropped(_) => "dropped",
            Self::Dead(_) => "dead",
            Self::Dry => "dry",
        }
    }

    fn note(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Dry => None,
            Self::Dropped(why) => Some(why),
            Self::Dead(why) => Some(why),
        }
    }
}

impl Tx {
    /// Puts an action into the outbox; `None` when it is there already (a replay, or a plan that was made twice). A dead
    /// letter that is still wanted after ten minutes is tried again, a planned change after one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post(
        &mut self,
        action: &Action,
        caused_at: Timestamp,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let json = serde_json::to_string(action).map_err(|error| StoreError::Row {
            table: "outbox",
            problem: error.to_string(),
        })?;
        Ok(on!(self, |on| sqlx::query_scalar(INSERT)
            .bind(&action.id.0)
            .bind(action.effect.name())
            .bind(action.community.as_ref().map(ToString::to_string))
            .bind(action.effect.room().map(ToString::to_string))
            .bind(json)
            .bind(caused_at.0)
            .bind(now.0)
            .bind(now.0 - DEAD_REST_MS)
            .bind(now.0 - PLANNED_REST_MS)
            .fetch_optional(on)
            .await?))
    }

    /// Marks an action as ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end(&mut self, ended: &Ended, now: Timestamp) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(END)
            .bind(&ended.id.0)
            .bind(ended.outcome.name())
            .bind(now.0)
            .bind(ended.outcome.note().map(storable))
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

    pub(super) async fn prune_outbox(&mut self, before: i64) -> Result<(), StoreError> {
        on!(self, |on| sqlx::query(PRUNE)
            .bind(before)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The actions still to be carried out, in order of decision. One that this version cannot read becomes a dead letter.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waiting_actions(&self) -> Result<Vec<Waiting>, StoreError> {
        let rows: Vec<(i64, String, i64)> =
            on!(pool self, |on| sqlx::query_as(SELECT_WAITING).fetch_all(on).await)?;
        let mut waiting = Vec::with_capacity(rows.len());
        for (seq, json, caused_at) in rows {
            match serde_json::from_str(&json) {
                Ok(action) => waiting.push(Waiting {
                    seq,
                    action,
                    caused_at: Timestamp(caused_at),
                }),
                Err(error) => {
                    let mut tx = self.begin().await?;
                    let problem = format!("this version cannot read it: {error}");
                    on!(tx, |on| sqlx::query(END_UNREADABLE)
                        .bind(seq)
                        .bind(storable(&problem))
                        .execute(on)
                        .await
                        .map(drop))?;
                    tx.commit().await?;
                }
            }
        }
        Ok(waiting)
    }

    /// Forgets what a dry run only said, so that it can be done.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_dry_run(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for sql in [FORGET_DRY_INVITED, FORGET_DRY] {
            on!(tx, |on| sqlx::query(sql).execute(on).await.map(drop))?;
        }
        tx.commit().await
    }

    /// Whether an action is still to be carried out; false for one that is unknown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_waiting(&self, id: &ActionId) -> Result<bool, StoreError> {
        let state: Option<String> =
            on!(pool self, |on| sqlx::query_scalar(STATE).bind(&id.0).fetch_optional(on).await)?;
        Ok(state.as_deref() == Some("waiting"))
    }

    /// How many actions wait and how many were given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_depth(&self) -> Result<(u64, u64), StoreError> {
        let waiting: i64 =
            on!(pool self, |on| sqlx::query_scalar(COUNT).bind("waiting").fetch_one(on).await)?;
        let dead: i64 =
            on!(pool self, |on| sqlx::query_scalar(COUNT).bind("dead").fetch_one(on).await)?;
        Ok((waiting.unsigned_abs(), dead.unsigned_abs()))
    }
}
