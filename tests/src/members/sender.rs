//! A device that sends and does not look: of those a crowd can be made.

use std::sync::atomic::{AtomicUsize, Ordering};

use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedUserId, RoomId, UserId};
use serde_json::{Value, json};

use super::Refusal;

/// A person whose device only sends.
#[derive(Debug)]
pub struct Sender {
    homeserver: String,
    id: OwnedUserId,
    token: String,
    http: reqwest::Client,
    sent: AtomicUsize,
}

impl Sender {
    pub(crate) fn new(
        homeserver: String,
        id: OwnedUserId,
        token: String,
        http: reqwest::Client,
    ) -> Self {
        let sent = AtomicUsize::new(0);
        Self {
            homeserver,
            id,
            token,
            http,
            sent,
        }
    }

    /// Its Matrix id.
    #[must_use]
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// Joins a room.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn join(&self, room: &RoomId) -> Result<(), Refusal> {
        let path = format!("join/{room}");
        let request = |url| self.http.post(url).json(&json!({}));
        self.ask(&path, request).await?;
        Ok(())
    }

    /// Sends a text message.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn send_text(&self, room: &RoomId, body: &str) -> Result<OwnedEventId, Refusal> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let path = format!("rooms/{room}/send/m.room.message/{number}");
        let content = json!({"msgtype": "m.text", "body": body});
        let request = |url| self.http.put(url).json(&content);
        let answer = self.ask(&path, request).await?;
        let id = answer["event_id"].as_str().unwrap_or_default();
        Ok(EventId::parse(id).expect("Synapse gives an id"))
    }

    async fn ask(
        &self,
        path: &str,
        request: impl Fn(String) -> reqwest::RequestBuilder,
    ) -> Result<Value, Refusal> {
        let url = format!("{}/_matrix/client/v3/{path}", self.homeserver);
        let request = request(url).bearer_auth(&self.token);
        let answer = request.send().await.expect("Synapse answers");
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Err(Refusal {
            status: status.as_u16(),
            errcode: text("errcode"),
            error: text("error"),
        })
    }
}
