//! Only the homeserver may talk to these routes: `Authorization: Bearer <hs_token>`, compared in constant time.

use std::sync::Arc;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::Appservice;
use crate::web::Peer;

/// The registration's `hs_token`.
#[derive(Clone)]
pub struct HomeserverToken(Arc<[u8; 32]>);

impl HomeserverToken {
    /// Keeps a hash of the token, so that the comparison says nothing about its length either.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self(Arc::new(*blake3::hash(token.as_bytes()).as_bytes()))
    }

    fn matches(&self, given: &[u8]) -> bool {
        blake3::hash(given).as_bytes().ct_eq(self.0.as_ref()).into()
    }
}

/// Proof that a request comes from the homeserver.
pub(super) struct FromHomeserver;

impl FromRequestParts<Appservice> for FromHomeserver {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        appservice: &Appservice,
    ) -> Result<Self, Response> {
        let peer = parts.extensions.get::<Peer>();
        let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
        // Of two headers nobody can say which one counts: neither does.
        let header = headers.next().filter(|_| headers.next().is_none());
        let given = header.and_then(|header| header.as_bytes().strip_prefix(b"Bearer "));
        let refusal = match given {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_matches() {
        let token = HomeserverToken::new("secret");
        assert!(token.matches(b"secret"));
        for wrong in [&b""[..], b"secre", b"secrets", b"Secret"] {
            assert!(!token.matches(wrong));
        }
    }
}
