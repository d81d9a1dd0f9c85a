//! The bare baseline: an appservice that does as little as one can for a leak to be taken down. It authenticates, reads the
//! transaction, matches one expression, answers, and sends the redaction on a warm connection. It keeps nothing, so whatever is
//! under way when it stops is lost.

use std::{borrow::Cow, process::ExitCode, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use regex::Regex;
use serde::Deserialize;
use serde_json::json;

/// A French telephone number.
const PHONE: &str = r"(?:\+33\s?|0)[1-9](?:[\s.-]?\d{2}){4}";

/// What it is told on the command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The loopback port to listen on.
    #[arg(long)]
    port: u16,
    /// The homeserver.
    #[arg(long)]
    homeserver: String,
    /// The bot's Matrix id.
    #[arg(long)]
    bot: String,
    /// The token for the homeserver.
    #[arg(long)]
    as_token: String,
    /// The token of the homeserver.
    #[arg(long)]
    hs_token: String,
}

struct Bare {
    options: Options,
    http: reqwest::Client,
    phone: Regex,
}

#[derive(Deserialize)]
struct Transaction<'a> {
    #[serde(borrow)]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "event_id", borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    room_id: Cow<'a, str>,
    #[serde(borrow)]
    sender: Cow<'a, str>,
    #[serde(borrow)]
    content: Content<'a>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
}

/// Runs the baseline until it is killed.
#[must_use]
pub fn main(options: Options) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(serve(options));
    ExitCode::SUCCESS
}

async fn serve(options: Options) {
    let port = options.port;
    let http = reqwest::Client::builder()
        .tcp_nodelay(true)
        .build()
        .expect("a client");
    let bare = Bare {
        options,
        http,
        phone: Regex::new(PHONE).expect("an expression"),
    };
    let router = Router::new()
        .route("/_matrix/app/v1/transactions/{id}", put(transaction))
        .route("/health/ready", get(async || "ready"))
        .layer(DefaultBodyLimit::max(64 << 20))
        .with_state(Arc::new(bare));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.expect("the port is free");
    axum::serve(listener, router).await.expect("it serves");
}

async fn transaction(State(bare): State<Arc<Bare>>, headers: HeaderMap, body: Bytes) -> Response {
    let given = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    if given != Some(format!("Bearer {}", bare.options.hs_token).as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Ok(transaction) = serde_json::from_slice::<Transaction<'_>>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    for event in &transaction.events {
        let text = event.content.body.as_deref().unwrap_or_default();
        let looked_at = event.kind == "m.room.message" && event.sender != bare.options.bot;
        if looked_at && bare.phone.is_match(text) {
            let (room, id) = (event.room_id.to_string(), event.id.to_string());
            tokio::spawn(redact(Arc::clone(&bare), room, id));
        }
    }
    Json(json!({})).into_response()
}

async fn redact(bare: Arc<Bare>, room: String, event: String) {
    let options = &bare.options;
    let mut url = reqwest::Url::parse(&options.homeserver).expect("a URL");
    let transaction = event.trim_start_matches('$');
    url.path_segments_mut().expect("an http URL").extend([
        "_matrix",
        "client",
        "v3",
        "rooms",
        &room,
        "redact",
        &event,
        transaction,
    ]);
    url.query_pairs_mut().append_pair("user_id", &options.bot);
    let request = bare.http.put(url).bearer_auth(&options.as_token);
    let request = request.json(&json!({"reason": "a telephone number"}));
    match request.send().await {
        Ok(answer) => drop(answer.bytes().await),
        Err(problem) => eprintln!("lost: {problem}"),
    }
}
