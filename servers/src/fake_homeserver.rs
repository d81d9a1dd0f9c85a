//! A minimal homeserver in the test process: for faults that Synapse cannot be made to have, and for load.
//!
//! It pushes transactions as Synapse does (one in flight, in order, the same id again until it is answered 200),
//! remembers every request, deduplicates sends by transaction id, and answers with plausible JSON. It checks no
//! permissions. What it stores of a room can be looked at with [`FakeHomeserver::room`].

mod rooms;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub use self::rooms::FakeRoom;
use self::rooms::Rooms;
use crate::{
    appservice::{Appservice, decode},
    wait::{DEADLINE, pause},
};

/// The most events in one transaction, as in Synapse.
const BATCH: usize = 100;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path's segments after `/_matrix/client/v3` (or `v1`), decoded.
    pub path: Vec<String>,
    /// The query, as it came.
    pub query: String,
    /// The JSON body; null without one.
    pub body: Value,
}

/// A running fake homeserver; it ends when dropped.
#[derive(Debug)]
pub struct FakeHomeserver {
    url: String,
    shared: Arc<Shared>,
    queue: mpsc::UnboundedSender<Value>,
    tasks: [JoinHandle<()>; 2],
}

#[derive(Debug)]
struct Shared {
    server_name: String,
    appservice: Appservice,
    http: reqwest::Client,
    next: AtomicU64,
    received: watch::Sender<Vec<Received>>,
    delivered: watch::Sender<u64>,
    data: Mutex<Rooms>,
}

impl Drop for FakeHomeserver {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl FakeHomeserver {
    /// Starts a homeserver that pushes to `appservice`.
    pub async fn start(server_name: &str, appservice: Appservice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            server_name: server_name.to_owned(),
            appservice,
            http: reqwest::Client::new(),
            next: AtomicU64::new(0),
            received: watch::Sender::new(Vec::new()),
            delivered: watch::Sender::new(0),
            data: Mutex::default(),
        });
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the fake homeserver serves");
        });
        let (queue, events) = mpsc::unbounded_channel();
        let pusher = tokio::spawn(push_all(Arc::clone(&shared), events));
        Self {
            url: format!("http://{address}"),
            shared,
            queue,
            tasks: [server, pusher],
        }
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Queues an event for the appservice; `event_id` and `origin_server_ts` are added when missing. Gives the id.
    pub fn push(&self, mut event: Value) -> String {
        let id = match event["event_id"].as_str() {
            Some(id) => id.to_owned(),
            None => self.shared.new_id('$'),
        };
        event["event_id"] = json!(id);
        if event["origin_server_ts"].is_null() {
            event["origin_server_ts"] = json!(1_700_000_000_000_u64);
        }
        self.queue
            .send(event)
            .expect("the pusher lives as long as self");
        id
    }

    /// Queues a text message of `sender`; gives its id.
    pub fn push_text(&self, room: &str, sender: &str, body: &str) -> String {
        self.push(json!({
            "type": "m.room.message", "room_id": room, "sender": sender,
            "content": {"msgtype": "m.text", "body": body},
        }))
    }

    /// Waits until `count` events in all were delivered and acknowledged.
    pub async fn wait_delivered(&self, count: u64) {
        let mut delivered = self.shared.delivered.subscribe();
        let enough = delivered.wait_for(|delivered| *delivered >= count);
        let waited = tokio::time::timeout(DEADLINE, enough).await;
        assert!(
            waited.is_ok(),
            "waited {DEADLINE:?} for {count} events to be acknowledged"
        );
    }

    /// Every request so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    /// Waits until a request has come that `wanted` holds for; gives the first.
    pub async fn wait_received(&self, what: &str, wanted: impl Fn(&Received) -> bool) -> Received {
        let mut received = self.shared.received.subscribe();
        let came = received.wait_for(|received| received.iter().any(&wanted));
        let received = tokio::time::timeout(DEADLINE, came)
            .await
            .unwrap_or_else(|_| panic!("waited {DEADLINE:?} for {what}"))
            .expect("the sender lives in self");
        let found = received.iter().find(|one| wanted(one));
        found.expect("it was just seen").clone()
    }

    /// What is known of a room, by id or alias.
    #[must_use]
    pub fn room(&self, room: &str) -> Option<FakeRoom> {
        let data = self.shared.data();
        let room = data.aliases.get(room).map_or(room, String::as_str);
        data.known.get(room).cloned()
    }
}

impl Shared {
    fn data(&self) -> MutexGuard<'_, Rooms> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_id(&self, sigil: char) -> String {
        format!("{sigil}fake{}", self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// One transaction in flight; the same one again, slower and slower, until it is answered 200.
async fn push_all(shared: Arc<Shared>, mut events: mpsc::UnboundedReceiver<Value>) {
    let mut batch = Vec::with_capacity(BATCH);
    for transaction in 0_u64.. {
        batch.clear();
        let count = events.recv_many(&mut batch, BATCH).await;
        if count == 0 {
            return;
        }
        let appservice = &shared.appservice;
        let url = format!(
            "{}/_matrix/app/v1/transactions/{transaction}",
            appservice.url
        );
        let body = json!({"events": batch});
        let mut back_off = Duration::from_millis(20);
        loop {
            let request = shared.http.put(&url).bearer_auth(&appservice.hs_token);
            match request.json(&body).send().await {
                Ok(answer) if answer.status().is_success() => break,
                _ => pause(back_off).await,
            }
            back_off = (back_off * 2).min(Duration::from_secs(1));
        }
        shared
            .delivered
            .send_modify(|delivered| *delivered += count as u64);
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 64 << 20).await.unwrap_or_default();
    let path: Vec<String> = parts
        .uri
        .path()
        .split('/')
        .skip_while(|segment| !matches!(*segment, "client" | "media"))
        .skip(1)
        .filter(|segment| !matches!(*segment, "v1" | "v3" | "r0"))
        .map(decode)
        .collect();
    let received = Received {
        method: parts.method.to_string(),
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let sender = received
        .query
        .split('&')
        .find_map(|pair| pair.strip_prefix("user_id="))
        .map_or_else(|| shared.appservice.bot.clone(), decode);
    shared
        .received
        .send_modify(|all| all.push(received.clone()));
    if received
        .path
        .first()
        .is_some_and(|first| first == "appservice")
    {
        return shared.appservice.ping(&shared.http, &received.body).await;
    }
    if let Some(reply) = reply(&shared, &received, &sender) {
        return Json(reply).into_response();
    }
    let error = json!({"errcode": "M_NOT_FOUND", "error": "not in the fake homeserver"});
    (StatusCode::NOT_FOUND, Json(error)).into_response()
}

/// The answers, by method and path; None is a 404.
fn reply(shared: &Shared, request: &Received, sender: &str) -> Option<Value> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let mut data = shared.data();
    let reply = match (request.method.as_str(), path.as_slice()) {
        ("GET", ["versions"]) => json!({"versions": ["v1.11", "v1.15"], "unstable_features": {}}),
        ("GET", ["capabilities"]) => json!({"capabilities": {
            "m.room_versions": {"default": "12", "available": {"11": "stable", "12": "stable"}},
        }}),
        ("GET", ["account", "whoami"]) => json!({"user_id": sender}),
        ("POST", ["register"]) => json!({
            "user_id": format!("@{}:{}", request.body["username"].as_str()?, shared.server_name),
        }),
        ("POST", ["upload"]) => {
            json!({"content_uri": format!("mxc://{}/{}", shared.server_name, shared.new_id('m'))})
        }
        ("GET", ["profile", ..]) => json!({"displayname": "Someone"}),
        ("GET", ["joined_rooms"]) => json!({"joined_rooms": data.known.keys().collect::<Vec<_>>()}),
        ("GET", ["directory", "room", alias]) => json!({
            "room_id": data.aliases.get(*alias)?, "servers": [shared.server_name],
        }),
        ("PUT", ["directory", "room", alias]) => {
            let room = request.body["room_id"].as_str()?.to_owned();
            data.aliases.insert((*alias).to_owned(), room);
            json!({})
        }
        ("POST", ["createRoom"]) => {
            let room = shared.new_id('!');
            data.create(&room, &request.body, sender, &shared.server_name);
            json!({"room_id": room})
        }
        ("POST", ["join", room] | ["rooms", room, "join"]) => {
            let room = data
                .aliases
                .get(*room)
                .cloned()
                .unwrap_or((*room).to_owned());
            data.member(&room, sender, "join");
            json!({"room_id": room})
        }
        (
            "POST",
            [
                "rooms",
                room,
                action @ ("invite" | "kick" | "ban" | "unban"),
            ],
        ) => {
            let membership = match *action {
                "kick" | "unban" => "leave",
                other => other,
            };
            data.member(room, request.body["user_id"].as_str()?, membership);
            json!({})
        }
        ("POST", ["rooms", room, "leave"]) => {
            data.member(room, sender, "leave");
            json!({})
        }
        (_, ["rooms", room, rest @ ..]) => {
            return data.in_room(&|| shared.new_id('$'), request, sender, room, rest);
        }
        ("PUT" | "POST" | "DELETE", ["devices" | "profile" | "user" | "presence" | "keys", ..]) => {
            json!({})
        }
        _ => return None,
    };
    Some(reply)
}
