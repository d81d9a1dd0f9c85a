//! Reading a roster that somebody attached: the file is read from the homeserver, decrypted where it is encrypted, and what it would change
//! is shown to the admins. The file itself is kept nowhere.

use std::time::Duration;

use ruma::{EventId, OwnedEventId, OwnedMxcUri, OwnedRoomId, OwnedUserId};
use serde_json::{Value, json};

use crate::{
    action::{Action, Effect, Recipient},
    community::change::Change,
    crypto::open_attachment,
    executor::perform::{Attempt, Performer},
    governance::roster::{self, read::LARGEST},
    matrix::{MatrixError, Seen},
    reply::Text,
    store::Outcome,
};

/// How long ago the file may have been attached that a command without an answer to it means.
const RECENT: Duration = Duration::from_hours(1);

impl Performer {
    /// Reads it, and shows what it would change.
    pub(super) async fn read_roster(
        &self,
        action: &Action,
        room: &OwnedRoomId,
        file: &OwnedEventId,
        by: &OwnedUserId,
    ) -> Result<Attempt, MatrixError> {
        let Some(id) = &action.community else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the roster belongs to nobody",
            )));
        };
        let bytes = match self.attached(room, file, by).await? {
            Ok(bytes) => bytes,
            Err(text) => return self.tell_room(action, room, text).await,
        };
        let decision = {
            let snapshot = self.shared.snapshot();
            let Some(community) = snapshot.communities.get(id) else {
                return Ok(Attempt::ended(Outcome::Dropped("the community is gone")));
            };
            let cause = (action.id.0.as_str(), &**by);
            roster::proposed(&snapshot, community, cause, &bytes, self.shared.now())
        };
        self.show(decision.actions, decision.changes).await
    }

    /// Says what was found, or shows it as a card, with what is noted of it.
    async fn show(
        &self,
        actions: Vec<Action>,
        mut changes: Vec<Change>,
    ) -> Result<Attempt, MatrixError> {
        for action in actions {
            let attempt = match &action.effect {
                Effect::Card {
                    to,
                    text,
                    locale,
                    card,
                    ..
                } => self.show_card(&action, to, (text, *locale), card).await?,
                Effect::Say {
                    to, text, locale, ..
                } => self.say(&action.id, to, text, *locale, None).await?,
                _ => continue,
            };
            match attempt {
                Attempt::Ended { changes: more, .. } => changes.extend(more),
                other => return Ok(other),
            }
        }
        Ok(Attempt::learned_done(changes))
    }

    async fn tell_room(
        &self,
        action: &Action,
        room: &OwnedRoomId,
        text: Text,
    ) -> Result<Attempt, MatrixError> {
        let locale = {
            let snapshot = self.shared.snapshot();
            let located = snapshot.located(room);
            located.map(|(community, _)| community.definition.locale)
        };
        let Some(locale) = locale else {
            return Ok(Attempt::ended(Outcome::Dropped("the room is gone")));
        };
        let to = Recipient::Room(room.clone());
        self.say(&action.id, &to, &text, locale, None).await
    }

    /// The bytes of the file of this message, or of the last one that `by` attached; else what to say.
    async fn attached(
        &self,
        room: &OwnedRoomId,
        file: &EventId,
        by: &OwnedUserId,
    ) -> Result<Result<Vec<u8>, Text>, MatrixError> {
        let seen = self.read(room, file).await?.filter(|seen| !seen.redacted);
        let content = match seen {
            Some(Seen { content, .. }) if is_file(&content) => Some(content),
            _ => self.last_attached(room, by).await?,
        };
        let Some(content) = content else {
            return Ok(Err(Text::new("roster-no-file")));
        };
        let most = i64::try_from(LARGEST >> 20).unwrap_or(i64::MAX);
        let too_large = || Text::new("roster-too-large").with("most", most);
        let size = content.pointer("/info/size").and_then(Value::as_u64);
        if size.is_some_and(|size| size > LARGEST as u64) {
            return Ok(Err(too_large()));
        }
        let encrypted = content.get("file");
        let address = encrypted.unwrap_or(&content).get("url");
        let address = address.and_then(Value::as_str).unwrap_or_default();
        let address = OwnedMxcUri::from(address);
        let Ok((server, media)) = address.parts() else {
            return Ok(Err(Text::new("roster-no-file")));
        };
        let bytes = self
            .reader
            .download(server.as_str(), media, LARGEST)
            .await?;
        let Some(bytes) = bytes else {
            return Ok(Err(Text::new("roster-gone-or-large").with("most", most)));
        };
        Ok(match encrypted {
            None => Ok(bytes),
            Some(file) => {
                open_attachment(bytes, file).ok_or_else(|| Text::new("roster-undecrypted"))
            }
        })
    }

    /// The message with the file that `by` attached last, within the last hour.
    async fn last_attached(
        &self,
        room: &OwnedRoomId,
        by: &OwnedUserId,
    ) -> Result<Option<Value>, MatrixError> {
        let now = self.shared.now();
        for event in self.reader.latest(room).await? {
            let text = |field: &str| event.get(field).and_then(Value::as_str);
            let at = event.get("origin_server_ts").and_then(Value::as_i64);
            let recent = at.is_some_and(|at| now.since(crate::clock::Timestamp(at)) <= RECENT);
            let message = matches!(text("type"), Some("m.room.message" | "m.room.encrypted"));
            if text("sender") != Some(by.as_str()) || !recent || !message {
                continue;
            }
            let Some(id) = text("event_id").and_then(|id| EventId::parse(id).ok()) else {
                continue;
            };
            let seen = self.read(room, &id).await?;
            if let Some(seen) = seen.filter(|seen| !seen.redacted && is_file(&seen.content)) {
                return Ok(Some(seen.content));
            }
        }
        Ok(None)
    }
}

fn is_file(content: &Value) -> bool {
    content.get("msgtype") == Some(&json!("m.file"))
}
