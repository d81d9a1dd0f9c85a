//! The side that the homeserver talks to (Application Service API v1.15): transactions, queries, ping.
//!
//! A transaction is answered 200 only after its events are in the store. What cannot be read is set aside and answered 200
//! too: anything else would block everything behind it for ever.

mod authenticate;
pub(crate) mod transaction;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde_json::json;
use tracing::{debug, error, warn};

use crate::{
    crypto::{Crypto, Held},
    dispatch::{Arrival, Dispatcher},
    fault,
    health::Writing,
    shared::Shared,
    store::StoreError,
    telemetry,
    web::Token,
};
use authenticate::FromHomeserver;

/// The largest transaction: 100 events of 64 KiB, doubled by escapes, with room to spare.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// What the routes need.
#[derive(Clone)]
pub struct Appservice {
    /// Shared with the other parts.
    pub shared: Arc<Shared>,
    /// Where events go.
    pub dispatcher: Dispatcher,
    /// What the homeserver proves itself with.
    pub token: Token,
    /// Reads what is encrypted, where encryption is set up.
    pub crypto: Option<Crypto>,
}

/// The routes of the Application Service API.
pub fn routes(appservice: Appservice) -> Router {
    Router::new()
        .route("/_matrix/app/v1/transactions/{txn_id}", put(transactions))
        .route("/_matrix/app/v1/users/{user_id}", get(users))
        .route("/_matrix/app/v1/rooms/{alias}", get(rooms))
        .route("/_matrix/app/v1/ping", post(ping))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(appservice)
}

async fn transactions(
    _: FromHomeserver,
    State(appservice): State<Appservice>,
    uri: Uri,
    body: Bytes,
) -> Response {
    appservice.shared.health.way_back_works(true);
    // A task of its own: when the homeserver hangs up half-way, what is stored must still reach the lanes.
    let taken = tokio::spawn(async move { take(&appservice, uri.path(), &body).await }).await;
    match taken {
        Ok(Ok(())) => Json(json!({})).into_response(),
        Ok(Err(problem)) => {
            debug!(error = %problem, "a transaction could not be stored; the homeserver will send it again");
            unavailable()
        }
        Err(problem) => {
            error!(error = %problem, "taking a transaction failed; the homeserver will send it again");
            unavailable()
        }
    }
}

fn unavailable() -> Response {
    let body =
        json!({"errcode": "M_UNKNOWN", "error": "the store does not take events at the moment"});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

/// Stores a transaction and hands its events to the lanes. What is surely to be taken down is begun before: the commit and the
/// request go side by side.
pub(crate) async fn take(
    appservice: &Appservice,
    path: &str,
    body: &[u8],
) -> Result<(), StoreError> {
    let Appservice {
        shared,
        dispatcher,
        crypto,
        ..
    } = appservice;
    let now = shared.now();
    let mut transaction = transaction::Transaction::read(body);
    let missing = match crypto {
        Some(crypto) => crypto.open_all(&mut transaction.events).await,
        None => vec![None; transaction.events.len()],
    };
    let quarantined = &transaction.quarantined;
    let mut arrivals = dispatcher.arrive(transaction.events.iter().map(|(event, _)| event), now);
    for (arrival, session) in arrivals.iter_mut().zip(&missing) {
        if session.is_some() {
            *arrival = Arrival::Held;
        }
    }
    if arrivals.contains(&Arrival::Begun) {
        // What was begun goes out before this task turns to the store.
        tokio::task::yield_now().await;
    }
    fault::point("appservice.before_accept");
    let accepted = shared
        .store
        .accept(
            &digest(path, body),
            &transaction.incoming(&arrivals, &missing),
            quarantined,
            now,
        )
        .await;
    let sequence = match accepted {
        Ok(sequence) => sequence,
        Err(problem) => {
            for ((event, _), arrival) in transaction.events.iter().zip(&arrivals) {
                dispatcher.turned_away(event, *arrival);
            }
            shared.store_fails(Writing::Events, &problem);
            return Err(problem);
        }
    };
    shared.store_works(Writing::Events);
    fault::point("appservice.accepted");
    for item in quarantined {
        warn!(
            event.id = item.event_id,
            room.id = item.room_id,
            error = item.error,
            "an event could not be read and was set aside"
        );
        shared.metrics.quarantined.inc();
    }
    let events = transaction.events.into_iter().zip(arrivals).zip(missing);
    for ((((event, _), arrival), session), seq) in events.zip(sequence) {
        let label = telemetry::event_label(event.event_type());
        shared.metrics.events.get_or_create(&label).inc();
        if let (Some(seq), Some(session), Some(crypto)) = (seq, session, crypto) {
            let held = Held::new(seq, now, &event, session);
            crypto.hold(held);
        } else if let Some(seq) = seq {
            dispatcher.event(seq, now, event, arrival).await;
        } else {
            shared.metrics.repeated.inc();
            dispatcher.turned_away(&event, arrival);
        }
    }
    fault::point("appservice.handed_over");
    Ok(())
}

/// What a transaction is recognised by. With the body: a homeserver that was restored from a backup uses ids again, for other
/// events. The id as it came: one that is not UTF-8 must not be refused for ever either.
fn digest(path: &str, body: &[u8]) -> String {
    let mut digest = blake3::Hasher::new();
    digest.update(path.as_bytes()).update(b"\0").update(body);
    digest.finalize().to_hex().to_string()
}

/// The bot is the only user of the namespace that exists.
async fn users(
    _: FromHomeserver,
    State(appservice): State<Appservice>,
    Path(user_id): Path<String>,
) -> Response {
    let exists = appservice.shared.snapshot().bot.as_str() == user_id;
    answer_query(exists)
}

/// Aliases are made when rooms are created, never on demand.
async fn rooms(_: FromHomeserver, Path(_alias): Path<String>) -> Response {
    answer_query(false)
}

fn answer_query(exists: bool) -> Response {
    if exists {
        Json(json!({})).into_response()
    } else {
        let body = json!({"errcode": "M_NOT_FOUND", "error": "Hygie does not have that"});
        (StatusCode::NOT_FOUND, Json(body)).into_response()
    }
}

async fn ping(_: FromHomeserver, State(appservice): State<Appservice>) -> Json<serde_json::Value> {
    appservice.shared.health.way_back_works(true);
    Json(json!({}))
}
