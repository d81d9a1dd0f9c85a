//! What operators see from outside: `/health/live`, `/health/ready`, `/metrics`; the page where a ticket is redeemed, `/join/…`; and what
//! holds for every route: the table of them, limits, security headers, answers to paths that do not exist.

mod headers;
pub(crate) mod join;
mod limits;
mod peer;
mod routes;
mod token;

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tokio::{sync::Mutex, time::Instant};
use tracing::warn;

pub use self::{
    headers::{SECURITY, secure},
    join::POLICY as PAGE_POLICY,
    limits::{Limits, TooOften},
    peer::Peer,
    routes::{Access, ROUTES, Route},
    token::{Token, bearer},
};
use crate::{
    dispatch::Dispatcher,
    health::Readiness,
    shared::Shared,
    store::{Store, StoreError},
};

/// How long the database may take to answer before it counts as stuck.
const STORE_PATIENCE: Duration = Duration::from_secs(2);

/// How long an answer of the database is good for: however many ask, it is asked no more often than this.
const STORE_FRESH: Duration = Duration::from_millis(200);

#[derive(Clone)]
struct Operators {
    shared: Arc<Shared>,
    store: Arc<Mutex<Option<Asked>>>,
}

/// What the database said last.
struct Asked {
    at: Instant,
    waits: Waits,
}

/// What waits in the database, or that it does not answer.
#[derive(Clone, Copy)]
struct Waits {
    answered: bool,
    oldest: Duration,
    dead: u64,
}

/// The routes for operators, and the pages for members.
pub fn routes(shared: &Arc<Shared>, dispatcher: &Dispatcher) -> Router {
    let operators = Operators {
        shared: shared.clone(),
        store: Arc::default(),
    };
    Router::new()
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(operators)
        .merge(join::routes(shared.clone(), dispatcher.clone()))
        .route_layer(from_fn(limited))
}

/// `routes` with answers for what is not among them.
pub fn closed(routes: Router) -> Router {
    routes
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
}

/// Lets a request pass that its address may still send.
async fn limited(peer: Option<Extension<Peer>>, request: Request, next: Next) -> Response {
    match peer.map_or(Ok(()), |Extension(peer)| peer.admit()) {
        Ok(()) => next.run(request).await,
        Err(too_often) => too_often.into_response(),
    }
}

async fn unknown_path(peer: Option<Extension<Peer>>) -> Response {
    unrecognised(peer, StatusCode::NOT_FOUND)
}

async fn unknown_method(peer: Option<Extension<Peer>>) -> Response {
    unrecognised(peer, StatusCode::METHOD_NOT_ALLOWED)
}

fn unrecognised(peer: Option<Extension<Peer>>, status: StatusCode) -> Response {
    if let Some(Err(too_often)) = peer.map(|Extension(peer)| peer.admit()) {
        return too_often.into_response();
    }
    let body = json!({"errcode": "M_UNRECOGNIZED", "error": "Hygie does not serve that"});
    (status, Json(body)).into_response()
}

async fn ready(State(operators): State<Operators>) -> Response {
    let readiness = operators.readiness().await;
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(operators): State<Operators>) -> Response {
    // The age of the inbox is of the moment of the question.
    operators.readiness().await;
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = operators.shared.metrics.text();
    ([(CONTENT_TYPE, content_type)], text).into_response()
}

impl Operators {
    async fn readiness(&self) -> Readiness {
        let waits = self.waits().await;
        let Shared {
            metrics, health, ..
        } = &*self.shared;
        metrics.inbox_oldest.set(waits.oldest.as_secs_f64());
        metrics.key_sync_up.set(i64::from(health.keys_come()));
        metrics
            .homeserver_up
            .set(i64::from(health.homeserver_is_up()));
        let store = if waits.answered {
            let dead = i64::try_from(waits.dead).unwrap_or(i64::MAX);
            metrics.dead_letters.set(dead);
            Ok(())
        } else {
            Err("the database does not answer; the log says why".to_owned())
        };
        metrics.takedowns_held.set(self.takedowns_held());
        let readiness = health.readiness(store, waits.oldest);
        metrics.ready.set(i64::from(readiness.ready));
        readiness
    }

    /// In how many communities a human is asked before the rules take down more.
    fn takedowns_held(&self) -> i64 {
        let now = self.shared.now();
        let snapshot = self.shared.snapshot();
        let communities = snapshot.communities.values();
        let held = communities.filter(|community| community.must_ask_before_takedown(now));
        i64::try_from(held.count()).unwrap_or(i64::MAX)
    }

    /// Asks the database, one question at a time.
    async fn waits(&self) -> Waits {
        let mut asked = self.store.lock().await;
        if let Some(asked) = &*asked
            && asked.at.elapsed() < STORE_FRESH
        {
            return asked.waits;
        }
        let answer = tokio::time::timeout(STORE_PATIENCE, ask(&self.shared)).await;
        let waits = match answer {
            Ok(Ok(waits)) => waits,
            Ok(Err(problem)) => {
                warn!(error = %problem, "the database does not answer");
                Waits::UNKNOWN
            }
            Err(_) => {
                let seconds = STORE_PATIENCE.as_secs();
                warn!("the database does not answer within {seconds} s");
                Waits::UNKNOWN
            }
        };
        let at = Instant::now();
        *asked = Some(Asked { at, waits });
        waits
    }
}

impl Waits {
    const UNKNOWN: Self = Self {
        answered: false,
        oldest: Duration::ZERO,
        dead: 0,
    };
}

async fn ask(shared: &Shared) -> Result<Waits, StoreError> {
    let store: &Store = &shared.store;
    let (_, oldest) = store.inbox_depth().await?;
    let (_, dead) = store.outbox_depth().await?;
    Ok(Waits {
        answered: true,
        oldest: oldest.map_or(Duration::ZERO, |oldest| shared.now().since(oldest)),
        dead,
    })
}
