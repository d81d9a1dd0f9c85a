//! Members: real clients on matrix-sdk, the engine of Element X, that see only what their homeserver shows them.
//!
//! Every `wait_…` has a deadline and panics with what it waited for, never with what others wrote.

mod rooms;
mod sender;
mod sight;

use std::sync::{Arc, Mutex, PoisonError};

use matrix_sdk::{
    Client, HttpError,
    config::RequestConfig,
    room::MessagesOptions,
    ruma::{EventId, OwnedEventId, RoomId, UserId, uint},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use self::sight::{Sight, json as event_json};
pub use self::{
    sender::Sender,
    sight::{Section, Seen},
};
use crate::wait::DEADLINE;

/// What the homeserver answered to something that it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The error code, `M_FORBIDDEN`.
    pub errcode: String,
    /// The error's text, as a client shows it.
    pub error: String,
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        use matrix_sdk::ruma::api::error::ErrorBody;
        let api = error.as_client_api_error();
        let body = api.map(|api| match &api.body {
            ErrorBody::Standard(body) => (body.kind.errcode().to_string(), body.message.clone()),
            ErrorBody::Json(body) => (
                body["errcode"].as_str().unwrap_or_default().to_owned(),
                body["error"].as_str().unwrap_or_default().to_owned(),
            ),
            ErrorBody::NotJson { .. } => (String::new(), String::new()),
        });
        let (errcode, text) = body.unwrap_or_else(|| (String::new(), error.to_string()));
        Self {
            status: api.map_or(0, |api| api.status_code.as_u16()),
            errcode,
            error: text,
        }
    }
}

impl From<matrix_sdk::Error> for Refusal {
    fn from(error: matrix_sdk::Error) -> Self {
        match error {
            matrix_sdk::Error::Http(error) => Self::from(*error),
            other => Self {
                status: 0,
                errcode: String::new(),
                error: other.to_string(),
            },
        }
    }
}

/// A person with a client that syncs.
#[derive(Debug)]
pub struct Member {
    client: Client,
    sight: Arc<Sight>,
    sync: JoinHandle<()>,
    sent: Mutex<Vec<String>>,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.sync.abort();
    }
}

impl Member {
    /// Logs in with a password and begins to sync.
    pub async fn log_in(homeserver: &str, localpart: &str, password: &str) -> Self {
        let client = Client::builder()
            .homeserver_url(homeserver)
            .request_config(RequestConfig::new().disable_retry().timeout(DEADLINE))
            .build()
            .await
            .expect("the homeserver answers");
        let auth = client.matrix_auth();
        let login = auth.login_username(localpart, password);
        Box::pin(login.initial_device_display_name("tests").into_future())
            .await
            .unwrap_or_else(|error| panic!("{localpart} logs in: {error}"));
        let sight = Arc::new(Sight::new());
        let (following, syncing) = (Arc::clone(&sight), client.clone());
        let sync = tokio::spawn(async move { following.follow(&syncing).await });
        Self {
            client,
            sight,
            sync,
            sent: Mutex::default(),
        }
    }

    /// Its Matrix id.
    #[must_use]
    pub fn id(&self) -> &UserId {
        self.client.user_id().expect("it is logged in")
    }

    /// The SDK's client, for what this type does not offer.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a text message.
    pub async fn send_text(&self, room: &RoomId, body: &str) -> OwnedEventId {
        self.send_message(room, json!({"msgtype": "m.text", "body": body}))
            .await
    }

    /// Sends a text message that has an HTML form.
    pub async fn send_formatted(&self, room: &RoomId, body: &str, html: &str) -> OwnedEventId {
        let content = json!({
            "msgtype": "m.text", "body": body,
            "format": "org.matrix.custom.html", "formatted_body": html,
        });
        self.send_message(room, content).await
    }

    /// Sends a notice.
    pub async fn send_notice(&self, room: &RoomId, body: &str) -> OwnedEventId {
        self.send_message(room, json!({"msgtype": "m.notice", "body": body}))
            .await
    }

    /// Sends an emote (`/me`).
    pub async fn send_emote(&self, room: &RoomId, body: &str) -> OwnedEventId {
        self.send_message(room, json!({"msgtype": "m.emote", "body": body}))
            .await
    }

    /// Replies to a message.
    pub async fn reply(&self, room: &RoomId, to: &EventId, body: &str) -> OwnedEventId {
        let content = json!({
            "msgtype": "m.text", "body": body,
            "m.relates_to": {"m.in_reply_to": {"event_id": to}},
        });
        self.send_message(room, content).await
    }

    /// Edits one of its messages.
    pub async fn edit(&self, room: &RoomId, of: &EventId, body: &str) -> OwnedEventId {
        let content = json!({
            "msgtype": "m.text", "body": format!("* {body}"),
            "m.new_content": {"msgtype": "m.text", "body": body},
            "m.relates_to": {"rel_type": "m.replace", "event_id": of},
        });
        self.send_message(room, content).await
    }

    /// Reacts to a message.
    pub async fn react(&self, room: &RoomId, to: &EventId, key: &str) -> OwnedEventId {
        let content = json!({
            "m.relates_to": {"rel_type": "m.annotation", "event_id": to, "key": key},
        });
        let sent = self.send_raw(room, "m.reaction", content).await;
        sent.unwrap_or_else(|refusal| panic!("{} reacts in {room}: {refusal:?}", self.id()))
    }

    /// Sends any event that is not state.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn send_raw(
        &self,
        room: &RoomId,
        event_type: &str,
        content: Value,
    ) -> Result<OwnedEventId, Refusal> {
        let bodies = [
            &content["body"],
            &content["m.new_content"]["body"],
            &content["formatted_body"],
        ];
        let bodies = bodies
            .into_iter()
            .filter_map(|body| body.as_str().map(str::to_owned));
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(bodies);
        let room = self
            .client
            .get_room(room)
            .unwrap_or_else(|| panic!("{} does not know {room}", self.id()));
        let sent = Box::pin(room.send_raw(event_type, content).into_future()).await;
        Ok(sent.map_err(Refusal::from)?.response.event_id)
    }

    /// The words of every message that it has tried to send.
    pub fn sent(&self) -> Vec<String> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether its client has the key of a session.
    pub async fn has_key_of(&self, room: &RoomId, session: &str) -> bool {
        let encryption = self.client.encryption();
        let all = |_: &matrix_sdk_crypto::olm::InboundGroupSession| true;
        let file = std::env::temp_dir()
            .join(format!("{}-{session}.keys", std::process::id()).replace('/', "_"));
        encryption
            .export_room_keys(file.clone(), "x", all)
            .await
            .expect("keys can be exported");
        let file = std::fs::File::open(&file).expect("they were exported");
        let keys =
            matrix_sdk_crypto::decrypt_room_key_export(file, "x").expect("the passphrase fits");
        keys.iter()
            .any(|key| key.room_id == room && key.session_id == session)
    }

    /// Redacts an event.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn redact(&self, room: &RoomId, event: &EventId) -> Result<OwnedEventId, Refusal> {
        let room = self
            .client
            .get_room(room)
            .unwrap_or_else(|| panic!("{} does not know {room}", self.id()));
        let sent = room
            .redact(event, None, None)
            .await
            .map_err(Refusal::from)?;
        Ok(sent.event_id)
    }

    /// Waits for the first event in the timeline of `room` that `wanted` holds for.
    pub async fn wait_for_event(
        &self,
        room: &RoomId,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let what = format!("{} to see {what} in {room}", self.id());
        self.wait_seen(&what, |seen| {
            let found = seen.room == room.as_str()
                && seen.section == Section::Timeline
                && wanted(&seen.event);
            found.then(|| seen.event.clone())
        })
        .await
    }

    /// Waits for a message in `room` by another whose body `wanted` holds for.
    pub async fn wait_message_in(&self, room: &RoomId, wanted: impl Fn(&str) -> bool) -> Value {
        self.wait_for_event(room, "a message by another", |event| {
            event["type"] == "m.room.message"
                && event["sender"] != self.id().as_str()
                && event["content"]["body"].as_str().is_some_and(&wanted)
        })
        .await
    }

    /// Waits until `event` is redacted for this member: its sync says so, and the server gives it without content.
    pub async fn wait_redacted(&self, room: &RoomId, event: &EventId) -> Value {
        let what = format!("{} to see {event} redacted in {room}", self.id());
        self.wait_seen(&what, |seen| {
            let it = &seen.event;
            let redaction = it["type"] == "m.room.redaction"
                && (it["content"]["redacts"] == event.as_str() || it["redacts"] == event.as_str());
            let stripped =
                it["event_id"] == event.as_str() && it["unsigned"]["redacted_because"].is_object();
            (seen.room == room.as_str() && (redaction || stripped)).then_some(())
        })
        .await;
        let fetched = self.fetch(room, event).await;
        assert!(
            fetched["content"]
                .as_object()
                .is_some_and(serde_json::Map::is_empty),
            "the server still gives the content of {event} to {}",
            self.id()
        );
        fetched
    }

    /// An event as the server gives it to this member now.
    pub async fn fetch(&self, room: &RoomId, event: &EventId) -> Value {
        let room = self
            .client
            .get_room(room)
            .unwrap_or_else(|| panic!("{} does not know {room}", self.id()));
        let fetched = Box::pin(room.event(event, None)).await;
        let fetched =
            fetched.unwrap_or_else(|error| panic!("{} fetches {event}: {error}", self.id()));
        event_json(fetched.raw())
    }

    /// All of `room` that the server shows this member, oldest first.
    pub async fn timeline(&self, room: &RoomId) -> Vec<Value> {
        let room = self
            .client
            .get_room(room)
            .unwrap_or_else(|| panic!("{} does not know {room}", self.id()));
        let mut events = Vec::new();
        let mut from = None;
        loop {
            let mut options = MessagesOptions::backward().from(from.as_deref());
            options.limit = uint!(200);
            let page = Box::pin(room.messages(options)).await;
            let page = page.unwrap_or_else(|error| panic!("{} reads back: {error}", self.id()));
            events.extend(page.chunk.iter().map(|event| event_json(event.raw())));
            match page.end {
                Some(end) => from = Some(end),
                None => break,
            }
        }
        events.reverse();
        events
    }

    /// The messages of [`Member::timeline`] that still have a body.
    pub async fn bodies(&self, room: &RoomId) -> Vec<String> {
        let timeline = self.timeline(room).await;
        let bodies = timeline
            .iter()
            .filter_map(|event| event["content"]["body"].as_str());
        bodies.map(str::to_owned).collect()
    }

    /// Everything that its syncs have shown so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.sight.all()
    }

    /// Waits until `find` answers for one of the events that its syncs have shown or will show.
    pub async fn wait_seen<T>(&self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> T {
        self.sight
            .wait(what, |seen| seen.iter().find_map(&find))
            .await
    }

    async fn send_message(&self, room: &RoomId, content: Value) -> OwnedEventId {
        let sent = self.send_raw(room, "m.room.message", content).await;
        sent.unwrap_or_else(|refusal| panic!("{} writes in {room}: {refusal:?}", self.id()))
    }
}
