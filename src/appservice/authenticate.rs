//! Only the homeserver may talk to these routes: `Authorization: Bearer <hs_token>`, compared in constant time.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Appservice;
use crate::web::{Peer, bearer};

/// Proof that a request comes from the homeserver.
pub(super) struct FromHomeserver;

impl FromRequestParts<Appservice> for FromHomeserver {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        appservice: &Appservice,
    ) -> Result<Self, Response> {
        let peer = parts.extensions.get::<Peer>();
        let refusal = match bearer(&parts.headers) {
            Some(given) if appservice.token.matches(given) => {
                if let Some(peer) = peer {
                    peer.prove();
                }
                return Ok(Self);
            }
            Some(_) => refuse(
                StatusCode::FORBIDDEN,
                "M_FORBIDDEN",
                "the token is not this appservice's hs_token",
            ),
            None => refuse(
                StatusCode::UNAUTHORIZED,
                "M_MISSING_TOKEN",
                "the hs_token is missing (Authorization: Bearer)",
            ),
        };
        match peer.map(Peer::admit) {
            Some(Err(too_often)) => Err(too_often.into_response()),
            _ => Err(refusal),
        }
    }
}

fn refuse(status: StatusCode, errcode: &str, error: &str) -> Response {
    (status, Json(json!({"errcode": errcode, "error": error}))).into_response()
}
