//! How much is going on in the rooms: counted from the ids of the events that came within the last weeks, never from words.

use std::collections::BTreeMap;

use ruma::OwnedRoomId;

use super::{Store, StoreError, on};
use crate::{clock::Timestamp, decide::Activity};

/// What came, and how much of it Hygie did itself: its own events are pushed to it like all others.
const COUNT_IN: &str = "SELECT room_id, count(CASE WHEN received_at > $1 THEN 1 END), count(*) FROM inbox \
     WHERE received_at > $2 GROUP BY room_id";
const COUNT_OUT: &str = "SELECT room_id, count(CASE WHEN ended_at > $1 THEN 1 END), count(*) FROM outbox \
     WHERE ended_at > $2 AND state = 'done' AND room_id IS NOT NULL AND kind NOT IN ('refresh', 'set_listing', 'join') GROUP BY room_id";

pub(super) const ALL: &[&str] = &[COUNT_IN, COUNT_OUT];

const DAY_MS: i64 = 24 * 3600 * 1000;

impl Store {
    /// What was going on in every room within the last week and the last four.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn activity(&self, now: Timestamp) -> Result<Activity, StoreError> {
        let (week, month) = (now.0 - 7 * DAY_MS, now.0 - 28 * DAY_MS);
        let mut counts: [BTreeMap<String, (i64, i64)>; 2] = Default::default();
        for (sql, counts) in [COUNT_IN, COUNT_OUT].into_iter().zip(&mut counts) {
            let rows: Vec<(String, i64, i64)> = on!(pool self, |on| sqlx::query_as(sql)
                .bind(week)
                .bind(month)
                .fetch_all(on)
                .await)?;
            counts.extend(
                rows.into_iter()
                    .map(|(room, week, month)| (room, (week, month))),
            );
        }
        let [came, own] = counts;
        let mut activity = Activity::default();
        for (room, (week, month)) in came {
            let (own_week, own_month) = own.get(&room).copied().unwrap_or_default();
            // What is no room id belongs to none of ours.
            if let Ok(room) = OwnedRoomId::try_from(room) {
                let left = |all: i64, own: i64| u64::try_from(all - own).unwrap_or(0);
                activity.week.insert(room.clone(), left(week, own_week));
                activity.month.insert(room, left(month, own_month));
            }
        }
        Ok(activity)
    }
}
