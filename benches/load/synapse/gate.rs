//! A thin gate on both ways between Synapse and an appservice: it notes when each event goes in and when its redaction comes
//! out, and answers Synapse itself while it is not that appservice's turn.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::Instant,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    task::{JoinHandle, spawn_local},
};

/// A running gate; it ends when dropped.
pub(super) struct Gate {
    shared: Rc<Shared>,
    url: String,
    tasks: [JoinHandle<()>; 2],
}

struct Shared {
    appservice: String,
    homeserver: String,
    open: Cell<bool>,
    http: reqwest::Client,
    /// When each event went in, and when its redaction came out.
    times: RefCell<HashMap<String, (Instant, Option<Instant>)>>,
    /// When each invitation was answered that the homeserver accepted.
    invitations: RefCell<Vec<Instant>>,
}

#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

impl Drop for Gate {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Gate {
    /// Listens for Synapse on `port` and passes on to `appservice`; what the appservice sends to [`Gate::url`] goes to
    /// `homeserver`.
    pub(super) async fn start(port: u16, appservice: &str, homeserver: &str) -> Self {
        let shared = Rc::new(Shared {
            appservice: appservice.to_owned(),
            homeserver: homeserver.to_owned(),
            open: Cell::new(true),
            http: reqwest::Client::builder()
                .tcp_nodelay(true)
                .build()
                .expect("a client"),
            times: RefCell::default(),
            invitations: RefCell::default(),
        });
        let inward = TcpListener::bind(("127.0.0.1", port)).await;
        let outward = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", outward.local_addr().expect("it is bound"));
        let inward = inward.expect("the port of the slot is free");
        let tasks = [
            spawn_local(serve(Rc::clone(&shared), inward, Way::In)),
            spawn_local(serve(Rc::clone(&shared), outward, Way::Out)),
        ];
        Self { shared, url, tasks }
    }

    /// Where the appservice reaches the homeserver.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Lets events through, or answers Synapse itself.
    pub(super) fn open(&self, open: bool) {
        self.shared.open.set(open);
    }

    /// From the moment that an event went in until its redaction came out, in milliseconds.
    pub(super) fn share_of(&self, event: &str) -> Option<f64> {
        let (went_in, came_out) = *self.shared.times.borrow().get(event)?;
        Some(came_out?.duration_since(went_in).as_secs_f64() * 1e3)
    }

    /// How many invitations the homeserver has accepted since a moment, and when it answered the last of them.
    pub(super) fn invitations(&self, since: Instant) -> (usize, Option<Instant>) {
        let invitations = self.shared.invitations.borrow();
        let before = invitations.partition_point(|at| *at < since);
        (
            invitations.len() - before,
            invitations[before..].last().copied(),
        )
    }
}

async fn serve(shared: Rc<Shared>, listener: TcpListener, way: Way) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _unsupported = stream.set_nodelay(true);
        let shared = Rc::clone(&shared);
        spawn_local(async move {
            let service = service_fn(|request| pass(Rc::clone(&shared), way, request));
            let _broken = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn pass(
    shared: Rc<Shared>,
    way: Way,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let base = match way {
        Way::In => {
            if parts.uri.path().contains("/transactions/") {
                if !shared.open.get() {
                    return Ok(Response::new(Full::new(Bytes::from_static(b"{}"))));
                }
                shared.note_in(&body, at);
            }
            &shared.appservice
        }
        Way::Out => {
            if parts.method == Method::PUT {
                shared.note_out(parts.uri.path(), at);
            }
            &shared.homeserver
        }
    };
    let invites = matches!(way, Way::Out) && parts.uri.path().ends_with("/invite");
    let mut onward = shared.http.request(parts.method, format!("{base}{path}"));
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = parts.headers.get(&name) {
            onward = onward.header(name, value);
        }
    }
    let (status, body) = match onward.body(body).send().await {
        Ok(answer) => (answer.status(), answer.bytes().await.unwrap_or_default()),
        Err(_) => (StatusCode::BAD_GATEWAY, Bytes::from_static(b"{}")),
    };
    if invites && status.is_success() {
        shared.invitations.borrow_mut().push(Instant::now());
    }
    let answer = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(body));
    Ok(answer.expect("an answer"))
}

impl Shared {
    fn note_in(&self, body: &[u8], at: Instant) {
        let transaction: Value = serde_json::from_slice(body).unwrap_or_default();
        let events = transaction["events"].as_array().into_iter().flatten();
        for id in events.filter_map(|event| event["event_id"].as_str()) {
            let mut times = self.times.borrow_mut();
            times.entry(id.to_owned()).or_insert((at, None));
        }
    }

    fn note_out(&self, path: &str, at: Instant) {
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let redacts = path.split_once("/redact/").map(|(_, rest)| rest);
        let event = redacts.and_then(|rest| rest.split('/').next());
        if let Some(event) = event
            && let Some(times) = self.times.borrow_mut().get_mut(event)
        {
            times.1.get_or_insert(at);
        }
    }
}
