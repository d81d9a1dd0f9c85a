//! Questions to the homeserver; nothing here changes anything.

use reqwest::Method;
use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Connection, Identity, MatrixError};
use crate::clock::Timestamp;

/// Asks the homeserver, as the bot and without a device: asking must work before the device exists.
#[derive(Clone)]
pub struct Reader(Connection);

/// A state event as `/state` gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct PushedState {
    /// Matrix event type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// State key.
    pub state_key: String,
    /// Content.
    pub content: Value,
    /// Who set it.
    #[serde(default)]
    pub sender: String,
    /// When it was set.
    #[serde(default)]
    pub origin_server_ts: i64,
}

/// An event as the bot sees it now.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Who sent it.
    pub sender: Option<OwnedUserId>,
    /// Matrix event type.
    pub event_type: String,
    /// Its content; empty when it was taken down.
    pub content: Value,
    /// The whole as JSON, for what is encrypted; else empty.
    pub json: String,
    /// It was taken down.
    pub redacted: bool,
}

/// Events of a room, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The events, as the homeserver gives them.
    pub events: Vec<Value>,
    /// The point from which older ones are asked for; none where the room begins.
    pub next: Option<String>,
}

impl PushedState {
    /// When it was set.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp(self.origin_server_ts)
    }
}

impl Reader {
    /// Asks through this connection.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self(connection)
    }

    async fn get(&self, path: &[&str], identity: Identity) -> Result<Value, MatrixError> {
        self.0
            .call(Method::GET, self.0.url(path, identity)?, None)
            .await
    }

    /// Whether the homeserver answers at all (`GET /versions`, which needs no token).
    ///
    /// # Errors
    /// When it does not.
    pub async fn versions(&self) -> Result<Value, MatrixError> {
        let url = self.0.url(&["versions"], Identity::Appservice)?;
        self.0.ask_openly(url).await
    }

    /// Whether the homeserver knows the appservice and lets it act as the bot.
    ///
    /// # Errors
    /// When it does not, or cannot be reached.
    pub async fn whoami(&self) -> Result<Value, MatrixError> {
        self.get(&["v3", "account", "whoami"], Identity::Bot).await
    }

    /// The room versions that the homeserver supports (`m.room_versions.available` of `/capabilities`).
    ///
    /// # Errors
    /// When it cannot be reached or refuses.
    pub async fn supports_room_version(&self, version: &str) -> Result<bool, MatrixError> {
        let capabilities = self.get(&["v3", "capabilities"], Identity::Bot).await?;
        let pointer = "/capabilities/m.room_versions/available";
        Ok(capabilities
            .pointer(pointer)
            .is_some_and(|available| available.get(version).is_some()))
    }

    /// The room that an alias points to.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or refuses; an unknown alias is `None`.
    pub async fn resolve_alias(&self, alias: &str) -> Result<Option<OwnedRoomId>, MatrixError> {
        match self
            .get(&["v3", "directory", "room", alias], Identity::Bot)
            .await
        {
            Ok(answer) => Ok(answer
                .get("room_id")
                .and_then(Value::as_str)
                .and_then(|id| id.try_into().ok())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a room stands in the public directory of the homeserver.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or refuses; a room that it does not know does not stand there.
    pub async fn is_listed(&self, room: &RoomId) -> Result<bool, MatrixError> {
        let path = ["v3", "directory", "list", "room", room.as_str()];
        match self.get(&path, Identity::Bot).await {
            Ok(answer) => Ok(answer.get("visibility").and_then(Value::as_str) == Some("public")),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// All current state events of a room, members included.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn state(&self, room: &RoomId) -> Result<Vec<PushedState>, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "state"];
        self.0.ask_for_much(self.0.url(&path, Identity::Bot)?).await
    }

    /// The content of one current state event; `None` when there is none.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn state_event(
        &self,
        room: &RoomId,
        event_type: &str,
        state_key: &str,
    ) -> Result<Option<Value>, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "state", event_type, state_key];
        match self.get(&path, Identity::Bot).await {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The membership of a user in a room, as its name; `leave` for who was never there.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn membership(&self, room: &RoomId, user: &UserId) -> Result<String, MatrixError> {
        let member = self
            .state_event(room, "m.room.member", user.as_str())
            .await?;
        let name = member
            .as_ref()
            .and_then(|content| content.get("membership"))
            .and_then(Value::as_str);
        Ok(name.unwrap_or("leave").to_owned())
    }

    /// An event as it stands now; `None` when the homeserver does not have it or does not show it.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or refuses.
    pub async fn event(&self, room: &RoomId, event: &EventId) -> Result<Option<Seen>, MatrixError> {
        match self
            .get(
                &["v3", "rooms", room.as_str(), "event", event.as_str()],
                Identity::Bot,
            )
            .await
        {
            Ok(mut json) => {
                let sender = json
                    .get("sender")
                    .and_then(Value::as_str)
                    .and_then(|id| id.try_into().ok());
                let redacted = json.pointer("/unsigned/redacted_because").is_some();
                let event_type = json.get("type").and_then(Value::as_str);
                let event_type = event_type.unwrap_or_default().to_owned();
                let whole = match event_type.as_str() {
                    "m.room.encrypted" => json.to_string(),
                    _ => String::new(),
                };
                let content = json.get_mut("content").map(Value::take).unwrap_or_default();
                Ok(Some(Seen {
                    sender,
                    event_type,
                    content,
                    json: whole,
                    redacted,
                }))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last events of a room, newest first, as many as a busy room has in a few seconds.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn latest(&self, room: &RoomId) -> Result<Vec<Value>, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "messages"];
        let mut url = self.0.url(&path, Identity::Bot)?;
        url.query_pairs_mut()
            .append_pair("dir", "b")
            .append_pair("limit", "50");
        let mut answer = self.0.call(Method::GET, url, None).await?;
        match answer.get_mut("chunk").map(Value::take) {
            Some(Value::Array(events)) => Ok(events),
            _ => Ok(Vec::new()),
        }
    }

    /// Events of a room, newest first: the last ones, or those before a point that an earlier page or [`Self::before`] gave; of one person only, if
    /// one is named.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn page(
        &self,
        room: &RoomId,
        from: Option<&str>,
        sender: Option<&OwnedUserId>,
    ) -> Result<Page, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "messages"];
        let mut url = self.0.url(&path, Identity::Bot)?;
        url.query_pairs_mut()
            .append_pair("dir", "b")
            .append_pair("limit", "100");
        if let Some(from) = from {
            url.query_pairs_mut().append_pair("from", from);
        }
        if let Some(sender) = sender {
            let filter = json!({"senders": [sender]}).to_string();
            url.query_pairs_mut().append_pair("filter", &filter);
        }
        let mut answer = self.0.call(Method::GET, url, None).await?;
        let events = match answer.get_mut("chunk").map(Value::take) {
            Some(Value::Array(events)) => events,
            _ => Vec::new(),
        };
        let next = answer.get("end").and_then(Value::as_str);
        Ok(Page {
            events,
            next: next.map(str::to_owned),
        })
    }

    /// The point in a room just after the last event that is not newer than a moment; `None` when nothing is that old.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or the bot is not in the room.
    pub async fn before(
        &self,
        room: &RoomId,
        moment: Timestamp,
    ) -> Result<Option<String>, MatrixError> {
        let path = ["v1", "rooms", room.as_str(), "timestamp_to_event"];
        let mut url = self.0.url(&path, Identity::Bot)?;
        url.query_pairs_mut()
            .append_pair("dir", "b")
            .append_pair("ts", &moment.0.to_string());
        let found = match self.0.call(Method::GET, url, None).await {
            Ok(found) => found,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(event) = found.get("event_id").and_then(Value::as_str) else {
            return Ok(None);
        };
        let path = ["v3", "rooms", room.as_str(), "context", event];
        let mut url = self.0.url(&path, Identity::Bot)?;
        url.query_pairs_mut().append_pair("limit", "0");
        let context = self.0.call(Method::GET, url, None).await?;
        let end = context.get("end").and_then(Value::as_str);
        Ok(end.map(str::to_owned))
    }

    /// A file that somebody uploaded; `None` when the homeserver does not have it, or when it has more than `most` bytes.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or refuses.
    pub async fn download(
        &self,
        server: &str,
        media: &str,
        most: usize,
    ) -> Result<Option<Vec<u8>>, MatrixError> {
        let path = ["v1", "media", "download", server, media];
        let url = self.0.url(&path, Identity::Bot)?;
        match self.0.fetch(url, most).await {
            Err(error) if error.is_not_found() => Ok(None),
            answered => answered,
        }
    }

    /// The edits (`m.replace`) of an event that can still be read: the last ones, as many as the homeserver gives at once.
    ///
    /// # Errors
    /// When the homeserver cannot be reached or refuses; an unknown event has none.
    pub async fn edits(
        &self,
        room: &RoomId,
        event: &EventId,
    ) -> Result<Vec<OwnedEventId>, MatrixError> {
        let path = [
            "v1",
            "rooms",
            room.as_str(),
            "relations",
            event.as_str(),
            "m.replace",
        ];
        match self.get(&path, Identity::Bot).await {
            Ok(answer) => {
                let chunk = answer.get("chunk").and_then(Value::as_array);
                let ids = chunk.into_iter().flatten();
                let ids = ids.filter_map(|edit| edit.get("event_id")?.as_str()?.try_into().ok());
                Ok(ids.collect())
            }
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
