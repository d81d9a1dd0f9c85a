//! Answering the appservice's requests, well or as the faults say.

use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body, Frame, Incoming},
    header,
};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use hygie_benches::world::{DEVICE, bot};
use hygie_servers::key_server;

use super::{Shared, faults::RequestFault};

/// The pause between the pieces of a slow answer.
const PIECE: Duration = Duration::from_millis(10);

impl Shared {
    /// Answers a request about keys.
    async fn about_keys(&self, asked: &Asked<'_>, query: &str) -> Option<(StatusCode, Value)> {
        const FIRST: [&str; 6] = [
            "keys",
            "sendToDevice",
            "devices",
            "user",
            "room_keys",
            "unstable",
        ];
        if !asked
            .path
            .first()
            .is_some_and(|first| FIRST.contains(first))
        {
            return None;
        }
        let path: Vec<String> = asked.path.iter().map(|&it| it.to_owned()).collect();
        let bot = bot();
        let body = serde_json::from_slice(&asked.body).unwrap_or_default();
        let about_keys = key_server::Asked {
            user: &bot,
            device: DEVICE,
            method: asked.method.as_str(),
            path: &path,
            query,
            body: &body,
        };
        Some(match self.keys.answer(&about_keys).await? {
            Ok(reply) => (StatusCode::OK, reply),
            Err(refusal) => {
                let status = StatusCode::from_u16(refusal.status).expect("a status");
                let error = json!({"errcode": refusal.errcode, "error": refusal.error});
                (status, error)
            }
        })
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is broken on purpose")
    }
}

impl std::error::Error for Broken {}

/// A request of the appservice, read.
pub(super) struct Asked<'a> {
    pub method: Method,
    /// The path's segments after `/_matrix/client/v3` (or `v1`), decoded.
    pub path: Vec<&'a str>,
    pub body: Bytes,
    pub at: Instant,
}

/// Answers one request.
pub(super) async fn answer(
    shared: Rc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Broken> {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
    let segments = path.trim_start_matches('/').split('/');
    let segments: Vec<&str> = segments
        .skip(2)
        .filter(|segment| !matches!(*segment, "v1" | "v3"))
        .collect();
    // At its start Hygie sets one event that nobody pushed, and looks at it first: that the homeserver delivers again.
    let awake = segments.contains(&"org.hygie.awake");
    let about_state = !awake
        && matches!(
            segments.as_slice(),
            ["rooms", _, "state" | "members" | "joined_members", ..]
        )
        && parts.method == Method::GET;
    shared.ledger.borrow_mut().request(about_state);
    let Ok(body) = body.collect().await else {
        return Err(Broken);
    };
    let attempt = shared.rooms.borrow_mut().attempt(&path);
    let is_event = parts.method == Method::PUT
        && matches!(
            segments.as_slice(),
            ["rooms", _, "send" | "redact" | "state", ..]
        );
    if is_event && let Err(wait) = shared.allow(at) {
        shared.ledger.borrow_mut().limited();
        return Ok(limited(wait));
    }
    let fault = shared.faults.of_request(&path, attempt);
    if fault.is_some() {
        shared.ledger.borrow_mut().faulted();
    }
    match fault {
        Some(RequestFault::Limited(ms)) => return Ok(limited(ms)),
        Some(RequestFault::Status(status)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            let error = json!({"errcode": "M_UNKNOWN", "error": "a fault on purpose"});
            return Ok(json_answer(status, &error, false));
        }
        Some(RequestFault::Dropped) => return Err(Broken),
        Some(RequestFault::AnswerLost | RequestFault::SlowBody) | None => {}
    }
    let asked = Asked {
        method: parts.method,
        path: segments,
        body: body.to_bytes(),
        at,
    };
    let about_keys = shared.about_keys(&asked, parts.uri.query().unwrap_or_default());
    let (status, answer) = match about_keys.await {
        Some(answer) => answer,
        None => shared.handle(&asked),
    };
    let delay = shared.faults.delay(&path);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if fault == Some(RequestFault::AnswerLost) {
        return Err(Broken);
    }
    let slow = fault == Some(RequestFault::SlowBody);
    Ok(json_answer(status, &answer, slow))
}

fn limited(ms: u64) -> Response<Answer> {
    let error = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "slow down", "retry_after_ms": ms});
    json_answer(StatusCode::TOO_MANY_REQUESTS, &error, false)
}

fn json_answer(status: StatusCode, json: &Value, slow: bool) -> Response<Answer> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Answer::new(json.to_string(), slow))
        .expect("an answer")
}

/// The body of an answer, whole or in pieces with pauses.
pub(super) struct Answer {
    pieces: VecDeque<Bytes>,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
    slow: bool,
}

impl Answer {
    fn new(text: String, slow: bool) -> Self {
        let bytes = Bytes::from(text);
        let size = if slow {
            bytes.len().div_ceil(3).max(1)
        } else {
            bytes.len().max(1)
        };
        let starts = (0..bytes.len()).step_by(size);
        let pieces = starts
            .map(|start| bytes.slice(start..bytes.len().min(start + size)))
            .collect();
        Self {
            pieces,
            pause: None,
            slow,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        let piece = self.pieces.pop_front();
        if self.slow && !self.pieces.is_empty() {
            self.pause = Some(Box::pin(tokio::time::sleep(PIECE)));
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        let length: usize = self.pieces.iter().map(Bytes::len).sum();
        hyper::body::SizeHint::with_exact(length as u64)
    }
}
