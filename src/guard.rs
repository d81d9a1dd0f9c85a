//! The guard door: `synapse-http-antispam`, a module of Synapse, asks here about every event before it exists. What the rules would
//! take down is refused, and the author's client shows why; everything else passes. `app` opens the door where `guard.token` is set.
//!
//! A check changes nothing: what was refused is never pushed, and what passes is decided when it is pushed, as everywhere
//! ([`decide`](crate::decide)). Only metrics count, without names. The bot passes always, and in a dry run everybody.
//!
//! Who shows another token is answered in plain text: the module takes that for no answer, and does what its `fail_open` says. Were it an
//! error of Matrix, the module would hand it on to members as if it were about them.

mod question;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequestParts, Path, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};
use tracing::{debug, info, warn};

use crate::{
    config::{self, Fail},
    decide::guard::{self as deciding, Objection, Question},
    reply::{Locale, Text},
    shared::Shared,
    telemetry::{GuardLabel, RuleLabel},
    web::{Peer, Token, bearer},
};

pub use question::{CALLBACKS, read};

/// The largest question: an event of 64 KiB whose every letter is escaped, and what the homeserver writes around it.
const BODY_LIMIT: usize = 1024 * 1024;
/// How many questions are looked at side by side; the others wait within their budget.
const AT_ONCE: usize = 16;

/// The door.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    token: Token,
    fail: Fail,
    budget: Duration,
    bot: OwnedUserId,
    at_once: Arc<Semaphore>,
    /// Questions so far, and requests with another token.
    asked: AtomicU64,
    strangers: AtomicU64,
}

/// What the door says of itself, for `hygie check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Questions since the start.
    pub asked: u64,
    /// Requests since the start that did not show the token.
    pub unauthorised: u64,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It may be.
    Allowed,
    /// It may not be.
    Refused(Objection),
    /// It could not be looked at: why.
    Unchecked(&'static str),
}

/// The routes of the door.
pub fn routes(door: Door) -> Router {
    Router::new()
        .route("/_hygie/guard/{callback}", post(asked))
        .route("/_hygie/guard/status", get(status))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(door)
}

impl Door {
    /// The door as it is configured, if it is.
    #[must_use]
    pub fn new(shared: &Arc<Shared>, config: &config::Guard) -> Option<Self> {
        let token = config.token()?;
        Some(Self(Arc::new(Inner {
            shared: shared.clone(),
            token: Token::new(token.expose()),
            fail: config.fail,
            budget: config.budget.get(),
            bot: shared.snapshot().bot.clone(),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            asked: AtomicU64::new(0),
            strangers: AtomicU64::new(0),
        })))
    }

    /// The answer to a question, within the budget.
    async fn answer(&self, callback: &str, body: &[u8]) -> Answer {
        let Ok(question) = read(callback, body) else {
            return Answer::Unchecked("it could not be read");
        };
        let Some(question) = question.filter(|it| it.asker() != self.0.bot) else {
            return Answer::Allowed;
        };
        if self.0.shared.dry {
            return Answer::Allowed;
        }
        if self.0.budget.is_zero() {
            return LATE;
        }
        timeout(self.0.budget, self.look(question))
            .await
            .unwrap_or(LATE)
    }

    /// On a thread of its own: the rest of Hygie does not wait for a long text, and neither does the budget.
    async fn look(&self, question: Question) -> Answer {
        let Ok(permit) = self.0.at_once.clone().acquire_owned().await else {
            return LATE;
        };
        let shared = self.0.shared.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            deciding::objection(&shared.snapshot(), &question)
        });
        match looked.await {
            Ok(None) => Answer::Allowed,
            Ok(Some(objection)) => Answer::Refused(objection),
            Err(_) => Answer::Unchecked("looking at it failed"),
        }
    }

    fn count(&self, callback: &'static str, answer: &'static str) {
        let label = GuardLabel { callback, answer };
        let metrics = &self.0.shared.metrics;
        metrics.guard_checks.get_or_create(&label).inc();
    }

    /// Somebody came without the token. Logged the first, second, fourth … time.
    fn turned_away(&self) {
        let count = self.0.strangers.fetch_add(1, Ordering::Relaxed) + 1;
        self.count("other", "unauthorised");
        if count.is_power_of_two() {
            warn!(
                count,
                "somebody asked at the guard door without its token; `authorization` of synapse_http_antispam in homeserver.yaml must be `guard.token` of hygie.yaml"
            );
        }
    }
}

const LATE: Answer = Answer::Unchecked("the look took longer than guard.budget");

/// Proof that a request comes from the homeserver's module.
struct FromModule;

impl FromRequestParts<Door> for FromModule {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, door: &Door) -> Result<Self, Response> {
        let peer = parts.extensions.get::<Peer>();
        if bearer(&parts.headers).is_some_and(|given| door.0.token.matches(given)) {
            if let Some(peer) = peer {
                peer.prove();
            }
            return Ok(Self);
        }
        door.turned_away();
        match peer.map(Peer::admit) {
            Some(Err(too_often)) => Err(too_often.into_response()),
            _ => Err((StatusCode::UNAUTHORIZED, "this is not guard.token\n").into_response()),
        }
    }
}

async fn status(_: FromModule, State(door): State<Door>) -> Json<Status> {
    Json(Status {
        asked: door.0.asked.load(Ordering::Relaxed),
        unauthorised: door.0.strangers.load(Ordering::Relaxed),
    })
}

async fn asked(
    _: FromModule,
    State(door): State<Door>,
    Path(callback): Path<String>,
    body: Bytes,
) -> Response {
    let begin = Instant::now();
    if door.0.asked.fetch_add(1, Ordering::Relaxed) == 0 {
        info!("the homeserver asks at the guard door");
    }
    if callback == "ping" {
        let id: Option<Value> = serde_json::from_slice(&body).ok();
        let id = id.and_then(|mut body| body.get_mut("id").map(Value::take));
        return Json(json!({"id": id, "status": "ok"})).into_response();
    }
    let known = CALLBACKS.iter().find(|known| **known == callback);
    let known = known.copied().unwrap_or("other");
    let answer = door.answer(&callback, &body).await;
    let metrics = &door.0.shared.metrics;
    metrics.guard_time.observe(begin.elapsed().as_secs_f64());
    match answer {
        Answer::Allowed => {
            door.count(known, "allowed");
            allow()
        }
        Answer::Refused(Objection { rule, text, locale }) => {
            door.count(known, "refused");
            debug!(rule, "refused before it existed");
            metrics
                .guard_refusals
                .get_or_create(&RuleLabel { rule })
                .inc();
            refuse("M_FORBIDDEN", &text.plain(locale))
        }
        Answer::Unchecked(why) => {
            door.count(known, "unchecked");
            warn!(
                why,
                callback = known,
                fail = ?door.0.fail,
                "a question at the guard door could not be answered"
            );
            match door.0.fail {
                Fail::Open => allow(),
                Fail::Closed => {
                    // Nobody knows whose it was: both languages.
                    let text = Text::new("guard-unchecked");
                    let both = [Locale::Fr, Locale::En].map(|locale| text.plain(locale));
                    refuse("M_UNKNOWN", &both.join(" "))
                }
            }
        }
    }
}

fn allow() -> Response {
    Json(json!({})).into_response()
}

/// The module hands it on to the client as it is.
fn refuse(errcode: &str, error: &str) -> Response {
    let body = json!({"errcode": errcode, "error": error});
    (StatusCode::FORBIDDEN, Json(body)).into_response()
}

#[cfg(test)]
mod tests;
