//! What a refused or failed request means for the action behind it.

use std::time::Duration;

use serde_json::Value;

/// Why a request to the homeserver did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// The homeserver could not be reached or did not answer in HTTP and JSON.
    #[error("the homeserver cannot be reached: {0}")]
    Unreachable(String),
    /// It asks to come back later (429).
    #[error("the homeserver asks to slow down")]
    Limited {
        /// When to come back, if it says so.
        retry_after: Option<Duration>,
    },
    /// It failed itself (5xx).
    #[error("the homeserver failed ({status}) {errcode}: {message}")]
    Failed {
        /// HTTP status.
        status: u16,
        /// `errcode`, or empty.
        errcode: String,
        /// `error`, shortened.
        message: String,
    },
    /// It does not accept the appservice's token: nothing will work until an operator mends that.
    #[error("the homeserver does not accept the appservice token ({0})")]
    Unauthorised(String),
    /// It refuses this request (4xx).
    #[error("the homeserver refuses ({status}) {errcode}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// `errcode`, or empty.
        errcode: String,
        /// `error`, shortened.
        message: String,
    },
}

impl MatrixError {
    pub(super) fn unreachable(error: &reqwest::Error) -> Self {
        // The URL is left out: it holds ids of rooms and people. The innermost cause is the telling one.
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let what = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            cause.to_string()
        };
        Self::Unreachable(what)
    }

    pub(super) fn answered(status: u16, body: Option<&Value>) -> Self {
        let field = |name: &str| {
            body.and_then(|body| body.get(name))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        // Both are logged and told to admins: one short line, whatever the homeserver says.
        let errcode = one_line(field("errcode"), 64);
        let message = one_line(field("error"), 200);
        match status {
            401 => Self::Unauthorised(errcode),
            429 => {
                let after = body
                    .and_then(|body| body.get("retry_after_ms"))
                    .and_then(Value::as_u64);
                Self::Limited {
                    retry_after: after.map(Duration::from_millis),
                }
            }
            500.. => Self::Failed {
                status,
                errcode,
                message,
            },
            _ => Self::Refused {
                status,
                errcode,
                message,
            },
        }
    }

    /// Whether the homeserver says that the thing asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether it may be that the homeserver is down.
    #[must_use]
    pub fn looks_like_an_outage(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Failed {
                    status: 502..=504,
                    ..
                }
        )
    }

    /// The Matrix error code, or an empty text.
    #[must_use]
    pub fn errcode(&self) -> &str {
        match self {
            Self::Failed { errcode, .. }
            | Self::Refused { errcode, .. }
            | Self::Unauthorised(errcode) => errcode,
            Self::Unreachable(_) | Self::Limited { .. } => "",
        }
    }
}

fn one_line(text: &str, most: usize) -> String {
    let letters = text.chars().take(most);
    letters
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_homeservers_wish_to_wait_is_kept() {
        let error = MatrixError::answered(
            429,
            Some(&json!({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500})),
        );
        assert_eq!(
            error,
            MatrixError::Limited {
                retry_after: Some(Duration::from_millis(1500))
            }
        );
    }

    #[test]
    fn a_refusal_a_failure_and_a_wrong_token_are_told_apart() {
        let body = json!({"errcode": "M_FORBIDDEN", "error": "no"});
        assert!(matches!(
            MatrixError::answered(403, Some(&body)),
            MatrixError::Refused { status: 403, .. }
        ));
        assert!(matches!(
            MatrixError::answered(502, None),
            MatrixError::Failed { status: 502, .. }
        ));
        assert!(matches!(
            MatrixError::answered(401, Some(&body)),
            MatrixError::Unauthorised(_)
        ));
    }

    #[test]
    fn what_the_homeserver_says_is_one_short_line() {
        let lines = "no\n2026-01-01T00:00:00Z ERROR forged \u{1b}[31m".repeat(50);
        let body = json!({"errcode": lines, "error": lines});
        let said = MatrixError::answered(403, Some(&body)).to_string();
        assert!(
            !said.contains(char::is_control) && said.len() < 400,
            "{said:?}"
        );
    }
}
