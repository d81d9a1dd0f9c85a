//! A proxy between Hygie and its homeserver: counts what passes, and makes what tests ask to go wrong.
//!
//! It keeps methods and paths, never bodies.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header};
use serde_json::json;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::wait::{DEADLINE, pause};

const BODY_LIMIT: usize = 64 << 20;

/// A request that came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The method.
    pub method: Method,
    /// The path without the query, with its percent signs.
    pub path: String,
}

impl Passed {
    /// Whether it can change anything on the homeserver. The way back (`ping`) and filters do not.
    #[must_use]
    pub fn writes(&self) -> bool {
        let harmless = ["/ping", "/filter", "/keys/query", "/sync", "/search"];
        self.method != Method::GET
            && self.method != Method::HEAD
            && !harmless.iter().any(|end| self.path.ends_with(end))
    }
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// 429 with `retry_after_ms`; the homeserver does not see the request.
    Limited {
        /// The pause asked for, in milliseconds.
        retry_after_ms: u64,
    },
    /// This status with an empty answer; the homeserver does not see the request.
    Status(u16),
    /// 403 `M_FORBIDDEN`; the homeserver does not see the request.
    Forbidden,
    /// No answer ever; the homeserver does not see the request.
    Hang,
    /// The connection breaks; the homeserver does not see the request.
    Drop,
    /// The homeserver sees the request, and answers, only after so many milliseconds.
    Slow {
        /// The delay, in milliseconds.
        ms: u64,
    },
    /// The homeserver does what was asked, and the connection breaks before the answer.
    LoseAnswer,
}

type Matches = Box<dyn Fn(&Passed) -> bool + Send + Sync>;

struct Rule {
    matches: Matches,
    fault: Fault,
    left: usize,
}

/// A running proxy; it ends when dropped.
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    upstream: String,
    http: reqwest::Client,
    passed: watch::Sender<Vec<Passed>>,
    rules: Mutex<Vec<Rule>>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Proxy {
    /// Starts a proxy before `upstream` (a URL without a slash at the end).
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            http: reqwest::Client::new(),
            passed: watch::Sender::new(Vec::new()),
            rules: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the proxy serves");
        });
        Self {
            url: format!("http://{address}"),
            shared,
            server,
        }
    }

    /// Where Hygie finds the homeserver.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that came by so far.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        self.shared.passed.borrow().clone()
    }

    /// The requests so far that could change anything on the homeserver.
    #[must_use]
    pub fn writes(&self) -> Vec<Passed> {
        let passed = self.shared.passed.borrow();
        passed
            .iter()
            .filter(|passed| passed.writes())
            .cloned()
            .collect()
    }

    /// How many requests so far `wanted` holds for.
    #[must_use]
    pub fn count(&self, wanted: impl Fn(&Passed) -> bool) -> usize {
        let passed = self.shared.passed.borrow();
        passed.iter().filter(|passed| wanted(passed)).count()
    }

    /// Waits until at least `least` requests have come that `wanted` holds for.
    pub async fn wait_count(&self, what: &str, least: usize, wanted: impl Fn(&Passed) -> bool) {
        let mut passed = self.shared.passed.subscribe();
        let enough =
            passed.wait_for(|passed| passed.iter().filter(|one| wanted(one)).count() >= least);
        let came = tokio::time::timeout(DEADLINE, enough).await;
        assert!(came.is_ok(), "waited {DEADLINE:?} for {least} times {what}");
    }

    /// Lets the next `times` requests that `matches` holds for go wrong. Rules are tried in the order they came.
    pub fn fail(
        &self,
        times: usize,
        fault: Fault,
        matches: impl Fn(&Passed) -> bool + Send + Sync + 'static,
    ) {
        self.shared.rules().push(Rule {
            matches: Box::new(matches),
            fault,
            left: times,
        });
    }

    /// Ends all faults; what hangs already keeps hanging.
    pub fn heal(&self) {
        self.shared.rules().clear();
    }
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self, passed: &Passed) -> Option<Fault> {
        let mut rules = self.rules();
        let rule = rules
            .iter_mut()
            .find(|rule| rule.left > 0 && (rule.matches)(passed))?;
        rule.left -= 1;
        Some(rule.fault)
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let passed = Passed {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
    };
    let fault = shared.fault(&passed);
    shared.passed.send_modify(|all| all.push(passed));
    match fault {
        None => forward(&shared, request).await,
        Some(Fault::Limited { retry_after_ms }) => {
            let body = json!({
                "errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": retry_after_ms,
            });
            (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response()
        }
        Some(Fault::Status(status)) => StatusCode::from_u16(status)
            .expect("a test names a real status")
            .into_response(),
        Some(Fault::Forbidden) => {
            let body = json!({"errcode": "M_FORBIDDEN", "error": "Not allowed here"});
            (StatusCode::FORBIDDEN, axum::Json(body)).into_response()
        }
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Drop) => broken(),
        Some(Fault::Slow { ms }) => {
            pause(Duration::from_millis(ms)).await;
            forward(&shared, request).await
        }
        Some(Fault::LoseAnswer) => {
            forward(&shared, request).await;
            broken()
        }
    }
}

/// An answer that breaks off: the body fails, so the server closes the connection.
fn broken() -> Response {
    let body = futures_util::stream::once(async {
        Err::<Bytes, _>(std::io::Error::other("dropped on purpose"))
    });
    Response::new(Body::from_stream(body))
}

async fn forward(shared: &Shared, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.headers.remove(header::HOST);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::TRANSFER_ENCODING);
    let answer = shared
        .http
        .request(parts.method, format!("{}{path}", shared.upstream))
        .headers(parts.headers)
        .body(body)
        .send()
        .await;
    let Ok(answer) = answer else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONNECTION);
    match answer.bytes().await {
        Ok(body) => (status, headers, body).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
