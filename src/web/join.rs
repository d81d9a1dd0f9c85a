//! The page where a ticket is redeemed: `/join/{token}`, for people who have no conversation with the bot yet. Put together by
//! [`super::routes()`]; what is shown is made by [`page`], and whoever comes in does so through the dispatcher, as with the command `join`.
//!
//! There is no script on it, and nothing of another site. The token stands in the address, so no address is ever logged.

pub(crate) mod form;
pub(crate) mod page;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    middleware::map_response,
    response::{Html, IntoResponse, Response},
    routing::get,
};

use self::page::{Asked, Shown};
use crate::{dispatch::Dispatcher, shared::Shared};

/// What a browser may do on these pages: show them with their style, and send their form back to where they came from.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// The largest form, in bytes: an id of 255 characters, each written as `%xx`, and a box.
const BODY_LIMIT: usize = 4 * 1024;

const STYLE: &str = include_str!("templates/style.css");

#[derive(Clone)]
struct Pages {
    shared: Arc<Shared>,
    dispatcher: Dispatcher,
}

pub(super) fn routes(shared: Arc<Shared>, dispatcher: Dispatcher) -> Router {
    Router::new()
        .route("/join/style.css", get(style))
        .route("/join/{token}", get(ticket).post(redeem))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response(guarded))
        .with_state(Pages { shared, dispatcher })
}

async fn guarded(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, POLICY);
    response
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

async fn ticket(State(pages): State<Pages>, uri: Uri, headers: HeaderMap) -> Response {
    let now = pages.shared.now();
    let asked = asked(&uri, &headers);
    answer(page::ticket(&pages.shared.snapshot(), &asked, now))
}

async fn redeem(
    State(pages): State<Pages>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let asked = asked(&uri, &headers);
    let body = match body {
        Ok(body) => body,
        Err(problem) => return problem.status().into_response(),
    };
    let now = pages.shared.now();
    let sent = page::sent(&pages.shared.snapshot(), &asked, &body, now);
    let redemption = match sent {
        Ok(redemption) => redemption,
        Err(shown) => return answer(shown),
    };
    // A task of its own: whoever closes the page half-way comes in all the same.
    let dispatcher = pages.dispatcher.clone();
    let asked_for = redemption.clone();
    let redeeming = tokio::spawn(async move { dispatcher.redeem(asked_for).await });
    let Ok(outcome) = redeeming.await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let snapshot = pages.shared.snapshot();
    answer(page::outcome(&snapshot, &asked, &redemption, outcome))
}

fn asked<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Asked<'a> {
    let languages = headers.get(ACCEPT_LANGUAGE);
    Asked {
        token: uri.path().rsplit('/').next().unwrap_or_default(),
        query: uri.query().unwrap_or_default(),
        languages: languages
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default(),
    }
}

fn answer(shown: Shown) -> Response {
    let status = StatusCode::from_u16(shown.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Html(shown.html)).into_response()
}
