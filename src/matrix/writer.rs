//! Requests that change something. Only `executor` may hold a [`Writer`] (a test reads the sources for it).

use reqwest::Method;
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, UserId};
use serde_json::{Value, json};

use super::{Connection, Identity, MatrixError, Reader};
use crate::action::{ActionId, MembershipChange};

/// Changes things on the homeserver.
#[derive(Clone)]
pub struct Writer(Connection);

/// What came of creating a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomAnswer {
    /// It was created.
    Created(OwnedRoomId),
    /// The alias is taken: an earlier try created it.
    AliasTaken,
}

impl Writer {
    /// Acts through this connection.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// The asking side of the same connection.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(self.0.clone())
    }

    async fn put(&self, path: &[&str], body: &Value) -> Result<Value, MatrixError> {
        self.0
            .call(Method::PUT, self.0.url(path, Identity::Device)?, Some(body))
            .await
    }

    async fn post(&self, path: &[&str], body: &Value) -> Result<Value, MatrixError> {
        self.0
            .call(
                Method::POST,
                self.0.url(path, Identity::Device)?,
                Some(body),
            )
            .await
    }

    /// Makes the bot's user and device exist.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn register_bot(&self) -> Result<(), MatrixError> {
        let body = json!({
            "type": "m.login.application_service", "username": self.0.user().localpart(), "inhibit_login": true
        });
        let url = self.0.url(&["v3", "register"], Identity::Appservice)?;
        match self.0.call(Method::POST, url, Some(&body)).await {
            Err(error) if error.errcode() != "M_USER_IN_USE" => return Err(error),
            _ => {}
        }
        let url = self
            .0
            .url(&["v3", "devices", self.0.device().as_str()], Identity::Bot)?;
        self.0
            .call(Method::PUT, url, Some(&json!({"display_name": "Hygie"})))
            .await
            .map(drop)
    }

    /// Sets the bot's display name.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn set_display_name(&self, name: &str) -> Result<(), MatrixError> {
        let path = ["v3", "profile", self.0.user().as_str(), "displayname"];
        self.put(&path, &json!({"displayname": name}))
            .await
            .map(drop)
    }

    /// Takes an event down.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn redact(
        &self,
        room: &RoomId,
        event: &EventId,
        id: &ActionId,
        reason: &str,
    ) -> Result<OwnedEventId, MatrixError> {
        let path = [
            "v3",
            "rooms",
            room.as_str(),
            "redact",
            event.as_str(),
            &id.0,
        ];
        event_of(&self.put(&path, &json!({"reason": reason})).await?)
    }

    /// Sends a message-like event; the same `id` never makes a second one.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn send(
        &self,
        room: &RoomId,
        event_type: &str,
        id: &ActionId,
        content: &Value,
    ) -> Result<OwnedEventId, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "send", event_type, &id.0];
        event_of(&self.put(&path, content).await?)
    }

    /// Sets a state event.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn set_state(
        &self,
        room: &RoomId,
        event_type: &str,
        state_key: &str,
        content: &Value,
    ) -> Result<OwnedEventId, MatrixError> {
        let path = ["v3", "rooms", room.as_str(), "state", event_type, state_key];
        event_of(&self.put(&path, content).await?)
    }

    /// Changes a membership.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn membership(
        &self,
        room: &RoomId,
        user: &UserId,
        change: MembershipChange,
        reason: Option<&str>,
    ) -> Result<(), MatrixError> {
        let verb = match change {
            MembershipChange::Invite => "invite",
            MembershipChange::Kick => "kick",
            MembershipChange::Ban | MembershipChange::BanAndRedact => "ban",
            MembershipChange::Unban => "unban",
        };
        let mut body = json!({"user_id": user});
        if let Some(reason) = reason {
            body["reason"] = reason.into();
        }
        if change == MembershipChange::BanAndRedact {
            body["org.matrix.msc4293.redact_events"] = true.into();
        }
        self.post(&["v3", "rooms", room.as_str(), verb], &body)
            .await
            .map(drop)
    }

    /// Creates a room.
    ///
    /// # Errors
    /// When the homeserver refuses for another reason than the taken alias, or cannot be reached.
    pub async fn create_room(&self, request: &Value) -> Result<RoomAnswer, MatrixError> {
        match self.post(&["v3", "createRoom"], request).await {
            Ok(answer) => {
                let room = answer
                    .get("room_id")
                    .and_then(Value::as_str)
                    .and_then(|id| id.try_into().ok());
                room.map(RoomAnswer::Created).ok_or_else(|| {
                    MatrixError::Unreachable("the answer to createRoom names no room".to_owned())
                })
            }
            Err(error) if error.errcode() == "M_ROOM_IN_USE" => Ok(RoomAnswer::AliasTaken),
            Err(error) => Err(error),
        }
    }

    /// Takes an alias of ours away from the room that it leads to.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached; an alias that leads nowhere is no error.
    pub async fn remove_alias(&self, alias: &str) -> Result<(), MatrixError> {
        let path = ["v3", "directory", "room", alias];
        let url = self.0.url(&path, Identity::Device)?;
        match self.0.call(Method::DELETE, url, None).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Has an alias lead to a room.
    ///
    /// # Errors
    /// When the homeserver refuses, for instance because it leads somewhere already, or cannot be reached.
    pub async fn put_alias(&self, alias: &str, room: &RoomId) -> Result<(), MatrixError> {
        let path = ["v3", "directory", "room", alias];
        self.put(&path, &json!({"room_id": room})).await.map(drop)
    }

    /// Puts a room into the public directory of the homeserver, or takes it out.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn set_listed(&self, room: &RoomId, listed: bool) -> Result<(), MatrixError> {
        let path = ["v3", "directory", "list", "room", room.as_str()];
        let visibility = if listed { "public" } else { "private" };
        self.put(&path, &json!({"visibility": visibility}))
            .await
            .map(drop)
    }

    /// Uploads a file; gives its `mxc://` address.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn upload(
        &self,
        name: &str,
        media_type: &str,
        bytes: Vec<u8>,
    ) -> Result<String, MatrixError> {
        let answer = self.0.upload(name, media_type, bytes).await?;
        let address = answer.get("content_uri").and_then(Value::as_str);
        address.map(str::to_owned).ok_or_else(|| {
            MatrixError::Unreachable("the answer to an upload names no file".to_owned())
        })
    }

    /// Joins a room.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn join(&self, room: &RoomId) -> Result<(), MatrixError> {
        self.post(&["v3", "rooms", room.as_str(), "join"], &json!({}))
            .await
            .map(drop)
    }

    /// Joins a room by its id or an alias, through these servers where it is not known at home; gives its id.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn join_through(
        &self,
        address: &str,
        via: &[String],
    ) -> Result<OwnedRoomId, MatrixError> {
        let mut url = self.0.url(&["v3", "join", address], Identity::Device)?;
        for server in via {
            // The second was the name before Matrix 1.12.
            url.query_pairs_mut()
                .append_pair("via", server)
                .append_pair("server_name", server);
        }
        let answer = self.0.call(Method::POST, url, Some(&json!({}))).await?;
        let room = answer.get("room_id").and_then(Value::as_str);
        room.and_then(|id| id.try_into().ok()).ok_or_else(|| {
            MatrixError::Unreachable("the answer to a join names no room".to_owned())
        })
    }

    /// Leaves a room or refuses an invitation.
    ///
    /// # Errors
    /// When the homeserver refuses or cannot be reached.
    pub async fn leave(&self, room: &RoomId) -> Result<(), MatrixError> {
        self.post(&["v3", "rooms", room.as_str(), "leave"], &json!({}))
            .await
            .map(drop)
    }
}

/// The event that an answer names.
fn event_of(answer: &Value) -> Result<OwnedEventId, MatrixError> {
    let event = answer
        .get("event_id")
        .and_then(Value::as_str)
        .and_then(|id| id.try_into().ok());
    event.ok_or_else(|| MatrixError::Unreachable("the answer names no event".to_owned()))
}
