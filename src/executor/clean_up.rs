//! Taking down many messages of a room: everything that somebody wrote, or everything that is older than it may be. A few at a time, so that what
//! is more urgent is done in between; what is down already is passed over, so that it can be begun again anywhere.

use std::time::Duration;

use ruma::{OwnedEventId, OwnedUserId, RoomId};
use serde_json::Value;

use super::perform::{Attempt, Performer};
use crate::{
    action::{ActionId, Effect},
    clock::Timestamp,
    fault,
    matrix::{MatrixError, Page},
};

/// How many are taken down before others get their turn.
const AT_ONCE: usize = 20;
/// How far it is gone back: so many pages of a hundred events.
const MOST_PAGES: usize = 50;
/// The turn of the others.
const TURN: Duration = Duration::from_millis(20);

impl Performer {
    pub(super) async fn clean_up(
        &self,
        id: &ActionId,
        effect: &Effect,
    ) -> Result<Attempt, MatrixError> {
        let Effect::CleanUp {
            room,
            user,
            after,
            before,
            reason,
            locale,
        } = effect
        else {
            return Ok(Attempt::done());
        };
        let mut from = match before {
            None => None,
            Some(moment) => match self.reader.before(room, *moment).await? {
                Some(from) => Some(from),
                // Nothing is that old.
                None => return Ok(Attempt::done()),
            },
        };
        let kept = self.pinned(room);
        let reason = reason.plain(*locale);
        let mut taken = 0;
        for _ in 0..MOST_PAGES {
            let page = self
                .reader
                .page(room, from.as_deref(), user.as_ref())
                .await?;
            let Page { events, next } = page;
            let since = |event: &Value| {
                let at = event.get("origin_server_ts").and_then(Value::as_i64);
                after.is_none_or(|after| at.is_some_and(|at| Timestamp(at) >= after))
            };
            let is_over = events.iter().any(|event| !since(event));
            for event in events.iter().filter(|event| since(event)) {
                let Some(event) = to_take_down(event, user.as_ref()) else {
                    continue;
                };
                if kept.contains(&event) {
                    continue;
                }
                let own = ActionId::derive(&format!("{id}/{event}"), 0);
                match self.writer.redact(room, &event, &own, &reason).await {
                    // One that cannot be taken down keeps nobody from the others.
                    Ok(_) | Err(MatrixError::Refused { .. }) => taken += 1,
                    Err(error) => return Err(error),
                }
                fault::point("executor.cleaning_up");
                if taken == AT_ONCE {
                    return Ok(Attempt::Later(TURN));
                }
            }
            match next {
                Some(next) if !is_over => from = Some(next),
                _ => break,
            }
        }
        Ok(Attempt::done())
    }

    /// What is pinned stays: the code of conduct, what the team wants read.
    fn pinned(&self, room: &RoomId) -> Vec<OwnedEventId> {
        let snapshot = self.shared.snapshot();
        let pinned = snapshot.rooms.get(room).and_then(|room| {
            room.state("m.room.pinned_events", "")?
                .get("pinned")?
                .as_array()
        });
        let ids = pinned.into_iter().flatten();
        ids.filter_map(|id| id.as_str()?.try_into().ok()).collect()
    }
}

/// The id of an event that can be taken down and is not yet.
fn to_take_down(event: &Value, user: Option<&OwnedUserId>) -> Option<OwnedEventId> {
    let text = |field: &str| event.get(field).and_then(Value::as_str);
    let is_state = event.get("state_key").is_some();
    let is_gone = event.pointer("/unsigned/redacted_because").is_some();
    let is_theirs = user.is_none_or(|user| text("sender") == Some(user.as_str()));
    if is_state || is_gone || !is_theirs || text("type") == Some("m.room.redaction") {
        return None;
    }
    text("event_id")?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_messages_that_stand_and_are_theirs_are_taken_down() {
        let user: OwnedUserId = "@a:s".try_into().unwrap();
        let message = json!({"type": "m.room.message", "event_id": "$1", "sender": "@a:s"});
        let with = |key: &str, value: Value| {
            let mut event = message.clone();
            event[key] = value;
            event
        };
        assert!(to_take_down(&message, Some(&user)).is_some());
        assert!(to_take_down(&with("type", json!("m.reaction")), None).is_some());
        for other in [
            with("sender", json!("@b:s")),
            with("state_key", json!("")),
            with("type", json!("m.room.redaction")),
            with("unsigned", json!({"redacted_because": {}})),
        ] {
            assert_eq!(to_take_down(&other, Some(&user)), None, "{other}");
        }
    }
}
