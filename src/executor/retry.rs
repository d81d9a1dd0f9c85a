//! What to do about a request that did not succeed: wait, try again, give up, or call the operator.

use std::time::Duration;

use crate::{action::Effect, matrix::MatrixError};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The homeserver is down: everything waits.
    Outage(Duration),
    /// Only this one is tried again; `tell` the admins that it is late.
    Again { delay: Duration, tell: bool },
    /// An operator must act; the remedy.
    Fatal(&'static str),
    /// It will not work: a dead letter.
    GiveUp,
}

/// The most that one action is tried again after the homeserver failed on it.
const MAX_FAILURES: u32 = 10;
/// The most that a copy of an announcement is tried again after it was refused: about two hours.
const MAX_REFUSED_COPIES: u32 = 8;

/// The most that a room is looked at again after that was refused: about half a minute.
const MAX_REFUSED_LOOKS: u32 = 5;

/// What to do after `error`, when it was tried `tries` times before.
pub(super) fn verdict(effect: &Effect, error: &MatrixError, tries: u32) -> Verdict {
    match error {
        error if error.looks_like_an_outage() => Verdict::Outage(Duration::from_millis(500)),
        MatrixError::Limited { retry_after } => {
            let asked = retry_after.unwrap_or_else(|| backoff(tries, Duration::from_millis(500)));
            Verdict::Again {
                delay: asked.clamp(Duration::from_millis(50), Duration::from_mins(5)),
                tell: false,
            }
        }
        MatrixError::Failed { .. } if tries < MAX_FAILURES => Verdict::Again {
            delay: backoff(tries, Duration::from_millis(500)),
            tell: false,
        },
        MatrixError::Unauthorised(_) => Verdict::Fatal(
            "check that the homeserver has loaded this registration.yaml (app_service_config_files) and was restarted since",
        ),
        // The homeserver asked at our own guard door, and nobody answered there: as while we stop. By itself it refuses with other codes.
        MatrixError::Refused {
            status: 403,
            errcode,
            ..
        } if errcode == "M_UNKNOWN" && tries < MAX_FAILURES => Verdict::Again {
            delay: backoff(tries, Duration::from_millis(500)),
            tell: false,
        },
        // The room may be on its way out: the homeserver removes everybody first, and the room afterwards.
        MatrixError::Refused { .. }
            if matches!(effect, Effect::Refresh { .. }) && tries < MAX_REFUSED_LOOKS =>
        {
            Verdict::Again {
                delay: backoff(tries, Duration::from_secs(1)),
                tell: false,
            }
        }
        MatrixError::Refused { .. } if is_relay(effect) && tries < MAX_REFUSED_COPIES => {
            Verdict::Again {
                delay: backoff(tries, Duration::from_secs(30)),
                tell: tries == 0,
            }
        }
        MatrixError::Unreachable(_) | MatrixError::Failed { .. } | MatrixError::Refused { .. } => {
            Verdict::GiveUp
        }
    }
}

/// The label of the error in metrics.
pub(super) fn reason(error: &MatrixError) -> &'static str {
    match error {
        MatrixError::Unreachable(_) => "unreachable",
        MatrixError::Limited { .. } => "limited",
        MatrixError::Failed { .. } => "failed",
        MatrixError::Unauthorised(_) => "unauthorised",
        MatrixError::Refused { .. } => "refused",
    }
}

fn is_relay(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Copy { .. } | Effect::EditCopy { .. } | Effect::WithdrawCopy { .. }
    )
}

fn backoff(tries: u32, first: Duration) -> Duration {
    first
        .saturating_mul(2_u32.saturating_pow(tries.min(10)))
        .min(Duration::from_hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refresh() -> Effect {
        Effect::Refresh {
            room: "!r:s".try_into().unwrap(),
        }
    }

    fn leave() -> Effect {
        Effect::Leave {
            room: "!r:s".try_into().unwrap(),
        }
    }

    fn copy() -> Effect {
        Effect::Copy {
            room: "!r:s".try_into().unwrap(),
            source_room: "!a:s".try_into().unwrap(),
            source: "$e".try_into().unwrap(),
            author: String::new(),
        }
    }

    fn answered(status: u16) -> MatrixError {
        let (errcode, message) = (String::new(), String::new());
        if status >= 500 {
            MatrixError::Failed {
                status,
                errcode,
                message,
            }
        } else {
            MatrixError::Refused {
                status,
                errcode,
                message,
            }
        }
    }

    #[test]
    fn an_outage_never_uses_up_the_tries_of_an_action() {
        assert!(matches!(
            verdict(&refresh(), &MatrixError::Unreachable(String::new()), 1000),
            Verdict::Outage(_)
        ));
        assert!(matches!(
            verdict(&refresh(), &answered(502), 1000),
            Verdict::Outage(_)
        ));
    }

    #[test]
    fn the_wait_that_the_homeserver_asks_for_is_kept() {
        let limited = MatrixError::Limited {
            retry_after: Some(Duration::from_millis(1234)),
        };
        assert_eq!(
            verdict(&refresh(), &limited, 3),
            Verdict::Again {
                delay: Duration::from_millis(1234),
                tell: false
            }
        );
    }

    #[test]
    fn what_the_guard_module_refuses_because_nobody_answered_it_is_tried_again() {
        let unanswered = MatrixError::Refused {
            status: 403,
            errcode: "M_UNKNOWN".to_owned(),
            message: String::new(),
        };
        let tried = |tries| verdict(&leave(), &unanswered, tries);
        assert!(matches!(tried(0), Verdict::Again { tell: false, .. }));
        assert_eq!(tried(MAX_FAILURES), Verdict::GiveUp);
    }

    #[test]
    fn a_refusal_is_final_but_a_copy_is_tried_again_and_told_once() {
        assert_eq!(verdict(&leave(), &answered(403), 0), Verdict::GiveUp);
        let looks = |tries| verdict(&refresh(), &answered(403), tries);
        assert!(matches!(looks(0), Verdict::Again { tell: false, .. }));
        assert_eq!(looks(MAX_REFUSED_LOOKS), Verdict::GiveUp);
        assert!(matches!(
            verdict(&copy(), &answered(403), 0),
            Verdict::Again { tell: true, .. }
        ));
        assert!(matches!(
            verdict(&copy(), &answered(403), 1),
            Verdict::Again { tell: false, .. }
        ));
        assert_eq!(
            verdict(&copy(), &answered(403), MAX_REFUSED_COPIES),
            Verdict::GiveUp
        );
    }

    #[test]
    fn a_failing_homeserver_is_given_several_chances() {
        assert!(matches!(
            verdict(&refresh(), &answered(500), 0),
            Verdict::Again { .. }
        ));
        assert_eq!(
            verdict(&refresh(), &answered(500), MAX_FAILURES),
            Verdict::GiveUp
        );
    }
}
