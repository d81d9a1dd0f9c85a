//! The way back: has the homeserver ping this appservice. Changes nothing on the homeserver.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Connection, Identity, MatrixError};

/// Has the homeserver ping us.
#[derive(Clone)]
pub struct Pinger {
    connection: Connection,
    appservice: String,
}

impl Pinger {
    /// Pings through this connection, for the appservice with this id.
    #[must_use]
    pub fn new(connection: Connection, appservice: String) -> Self {
        Self {
            connection,
            appservice,
        }
    }

    /// Asks the homeserver to ping this appservice; the time that the way back took.
    ///
    /// # Errors
    /// When the way back does not work (`M_CONNECTION_FAILED`, `M_BAD_STATUS`, `M_CONNECTION_TIMEOUT`), or the way there.
    pub async fn ping_back(&self) -> Result<Duration, MatrixError> {
        let path = ["v1", "appservice", &self.appservice, "ping"];
        let url = self.connection.url(&path, Identity::Appservice)?;
        let answer = self
            .connection
            .call(Method::POST, url, Some(&json!({})))
            .await?;
        Ok(Duration::from_millis(
            answer
                .get("duration_ms")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
        ))
    }
}
