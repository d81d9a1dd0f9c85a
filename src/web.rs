//! What operators see from outside: `/health/live`, `/health/ready`, `/metrics`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{health::Readiness, shared::Shared};

/// How long the database may take to answer before it counts as stuck.
const STORE_PATIENCE: Duration = Duration::from_secs(2);

/// The routes for operators.
pub fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(shared)
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let readiness = readiness(&shared).await;
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    // The age of the inbox is of the moment of the question.
    readiness(&shared).await;
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], shared.metrics.text()).into_response()
}

async fn readiness(shared: &Shared) -> Readiness {
    let asked = tokio::time::timeout(STORE_PATIENCE, ask_store(shared)).await;
    let (store, oldest) = match asked {
        Ok(Ok(oldest)) => (Ok(()), oldest),
        Ok(Err(problem)) => (Err(problem.to_string()), Duration::ZERO),
        Err(_) => (
            Err(format!("no answer within {} s", STORE_PATIENCE.as_secs())),
            Duration::ZERO,
        ),
    };
    shared.metrics.inbox_oldest.set(oldest.as_secs_f64());
    shared
        .metrics
        .homeserver_up
        .set(i64::from(shared.health.homeserver_is_up()));
    shared.health.readiness(store, oldest)
}

async fn ask_store(shared: &Shared) -> Result<Duration, crate::store::StoreError> {
    let (_, oldest) = shared.store.inbox_depth().await?;
    let (_, dead) = shared.store.outbox_depth().await?;
    shared
        .metrics
        .dead_letters
        .set(i64::try_from(dead).unwrap_or(i64::MAX));
    Ok(oldest.map_or(Duration::ZERO, |oldest| shared.now().since(oldest)))
}
