//! The appservice beside which a homeserver of ours runs, and what both kinds of them do alike.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::{Value, json};

/// Where transactions go.
#[derive(Clone, Debug)]
pub struct Appservice {
    /// Hygie's address, without a slash at the end.
    pub url: String,
    /// The token Hygie expects of us.
    pub hs_token: String,
    /// The bot's Matrix id: the sender when a request names no `user_id`.
    pub bot: String,
}

impl Appservice {
    /// Asked for a ping, a homeserver pings the appservice and tells how long it took.
    pub(crate) async fn ping(&self, client: &reqwest::Client, body: &Value) -> Response {
        let ping = client.post(format!("{}/_matrix/app/v1/ping", self.url));
        let answer = ping.bearer_auth(&self.hs_token).json(body).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return Json(json!({"duration_ms": 1})).into_response();
        }
        let error =
            json!({"errcode": "M_CONNECTION_FAILED", "error": "the appservice does not answer"});
        (StatusCode::BAD_GATEWAY, Json(error)).into_response()
    }
}

/// Percent-decoding of a path segment or a query value.
pub(crate) fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
