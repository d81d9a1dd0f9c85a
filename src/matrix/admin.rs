//! Questions to Synapse's admin API, with a token of its own: the bot is no admin of the homeserver. Nothing here changes anything.

use reqwest::Method;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::Deserialize;
use serde_json::Value;

use super::{Connection, Identity, MatrixError};

/// Asks as an admin of the homeserver.
#[derive(Clone)]
pub struct Admin(Connection);

/// A report that somebody made with the button of their client.
#[derive(Clone, Debug, Deserialize)]
pub struct EventReport {
    /// Its number, which grows.
    pub id: i64,
    /// When it came in, in milliseconds since 1970.
    pub received_ts: i64,
    /// By whom.
    pub user_id: OwnedUserId,
    /// The room of the message.
    pub room_id: OwnedRoomId,
    /// The message.
    pub event_id: OwnedEventId,
    /// What they wrote.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Admin {
    /// Asks through this connection, whose token is that of an admin.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// Up to a hundred reports, newest first, without the `skip` newest. What cannot be read of them is left out.
    ///
    /// # Errors
    /// When the homeserver cannot be reached, has no such API, or the token is none of an admin.
    pub async fn event_reports(&self, skip: usize) -> Result<Vec<EventReport>, MatrixError> {
        let path = ["_synapse", "admin", "v1", "event_reports"];
        let mut url = self.0.url_of(&path, Identity::Appservice)?;
        url.query_pairs_mut()
            .append_pair("dir", "b")
            .append_pair("limit", "100")
            .append_pair("from", &skip.to_string());
        let mut answer = self.0.call(Method::GET, url, None).await?;
        let Some(Value::Array(reports)) = answer.get_mut("event_reports").map(Value::take) else {
            return Ok(Vec::new());
        };
        let reports = reports.into_iter();
        Ok(reports
            .filter_map(|it| serde_json::from_value(it).ok())
            .collect())
    }
}
