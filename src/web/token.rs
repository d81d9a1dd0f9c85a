//! Secrets that a request shows: `Authorization: Bearer …`, compared in constant time.

use std::sync::Arc;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use subtle::ConstantTimeEq;

/// A secret that somebody must show.
#[derive(Clone)]
pub struct Token(Arc<[u8; 32]>);

impl Token {
    /// Keeps a hash of the token, so that the comparison says nothing about its length either.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self(Arc::new(*blake3::hash(token.as_bytes()).as_bytes()))
    }

    /// Whether this is it.
    #[must_use]
    pub fn matches(&self, given: &[u8]) -> bool {
        blake3::hash(given).as_bytes().ct_eq(self.0.as_ref()).into()
    }
}

/// The token that a request shows. Of two headers nobody can say which one counts: neither does.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut headers = headers.get_all(AUTHORIZATION).iter();
    let header = headers.next().filter(|_| headers.next().is_none());
    header.and_then(|header| header.as_bytes().strip_prefix(b"Bearer "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_matches() {
        let token = Token::new("secret");
        assert!(token.matches(b"secret"));
        for wrong in [&b""[..], b"secre", b"secrets", b"Secret"] {
            assert!(!token.matches(wrong));
        }
    }
}
