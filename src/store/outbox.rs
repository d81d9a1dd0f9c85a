//! The outbox: actions from the commit that decided them until they are seen to hold, or given up.

use super::{PerEngine, Store, StoreError, Tx, on, over_rows, rows, storable};
use std::collections::{HashMap, HashSet};

use crate::{
    action::{Action, ActionId},
    clock::Timestamp,
    community::definition::CommunityId,
};

/// What is decided again makes room for itself where it is over, so that it has its new place in the order of decision. What ended after
/// this moment ended by a clock that has gone back since: it has rested enough.
const FORGET_OVER: PerEngine = over_rows!(
    "DELETE FROM outbox WHERE id IN (SELECT rows.value ->> 0 FROM ",
    ") AND ((state = 'dead' AND (ended_at <= $3 OR ended_at > $2)) \
     OR (state = 'done' AND kind IN ('invite', 'kick')) \
     OR (kind IN ('set_state', 'create_room', 'refresh', 'invite', 'kick', 'set_listing') AND (ended_at <= $4 OR ended_at > $2)))"
);
const INSERT: PerEngine = over_rows!(
    "INSERT INTO outbox (id, state, kind, community, room_id, action, caused_at, created_at) \
     SELECT rows.value ->> 0, 'waiting', rows.value ->> 1, rows.value ->> 2, rows.value ->> 3, rows.value ->> 4, \
     CAST(rows.value ->> 5 AS BIGINT), CAST($2 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (id) DO NOTHING RETURNING id, seq"
);
const SELECT_WAITING: &str =
    "SELECT seq, action, caused_at FROM outbox WHERE state = 'waiting' ORDER BY seq";
/// What was said is forgotten once it is said: an answer may repeat a word of the question.
const END: PerEngine = over_rows!(
    "UPDATE outbox SET state = ended.state, ended_at = $2, error = ended.error, \
     action = CASE WHEN kind IN ('say', 'card') THEN '' ELSE action END \
     FROM (SELECT rows.value ->> 0 AS id, rows.value ->> 1 AS state, rows.value ->> 2 AS error FROM ",
    ") AS ended WHERE outbox.id = ended.id AND outbox.state = 'waiting'"
);
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
/// failed and an admin asks for it again. Who was seen to come or go was moved since, and moves again at once.
const PLANNED_REST_MS: i64 = 60 * 1000;

pub(super) const ALL: &[&str] = &[
    SELECT_WAITING,
    END_UNREADABLE,
    STATE,
    COUNT,
    PRUNE,
    FORGET_DRY_INVITED,
    FORGET_DRY,
];

pub(super) const PER_ENGINE: &[PerEngine] = &[FORGET_OVER, INSERT, END];

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
    /// Puts actions into the outbox, in order. Gives those that are to be done now: not what is there already (a replay, or a
    /// plan that was made twice). A dead letter that is still wanted after ten minutes is tried again, a planned change after
    /// one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post(
        &mut self,
        actions: &[(Action, Timestamp)],
        now: Timestamp,
    ) -> Result<Vec<Waiting>, StoreError> {
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        // What one statement inserts twice, PostgreSQL refuses as a whole.
        let mut seen = HashSet::new();
        let first: Vec<_> = actions
            .iter()
            .filter(|(action, _)| seen.insert(&action.id))
            .collect();
        let mut incoming = Vec::with_capacity(first.len());
        for (action, caused_at) in &first {
            let json = serde_json::to_string(action).map_err(|error| StoreError::Row {
                table: "outbox",
                problem: error.to_string(),
            })?;
            let effect = &action.effect;
            let community = action.community.as_ref().map(CommunityId::as_str);
            let room = effect.room().map(|room| storable(room.as_str()));
            incoming.push((
                &action.id.0,
                effect.name(),
                community,
                room,
                json,
                caused_at.0,
            ));
        }
        let incoming = rows("outbox", incoming.iter())?;
        let sql = self.sql(&FORGET_OVER);
        on!(self, |on| sqlx::query(sql)
            .bind(&incoming)
            .bind(now.0)
            .bind(now.0 - DEAD_REST_MS)
            .bind(now.0 - PLANNED_REST_MS)
            .execute(on)
            .await
            .map(drop))?;
        let sql = self.sql(&INSERT);
        let posted: Vec<(String, i64)> = on!(self, |on| sqlx::query_as(sql)
            .bind(incoming)
            .bind(now.0)
            .fetch_all(on)
            .await?);
        let posted: HashMap<String, i64> = posted.into_iter().collect();
        let waiting = first.into_iter().filter_map(|(action, caused_at)| {
            Some(Waiting {
                seq: *posted.get(&action.id.0)?,
                action: action.clone(),
                caused_at: *caused_at,
            })
        });
        Ok(waiting.collect())
    }

    /// Marks actions as ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end(&mut self, ended: &[Ended], now: Timestamp) -> Result<(), StoreError> {
        if ended.is_empty() {
            return Ok(());
        }
        let sql = self.sql(&END);
        let ended = ended.iter().map(|it| {
            let error = it.outcome.note().map(storable);
            (&it.id.0, it.outcome.name(), error)
        });
        let ended = rows("outbox", ended)?;
        on!(self, |on| sqlx::query(sql)
            .bind(ended)
            .bind(now.0)
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
