//! Members of a real Synapse by plain HTTP: they send, and one of them watches what is taken down.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
    time::{Duration, Instant},
};

use reqwest::{Client, Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, spawn_local};

/// How often something is tried again that Synapse is not ready for.
const AGAIN: Duration = Duration::from_millis(100);
const TRIES: usize = 300;
/// How often it is looked whether a redaction was seen.
const LOOK: Duration = Duration::from_millis(5);
/// What the watcher wants of `/sync`.
const FILTER: &str = r#"{"presence":{"types":[]},"account_data":{"types":[]},"room":{"timeline":{"limit":100},"state":{"types":[]},"ephemeral":{"types":[]},"account_data":{"types":[]}}}"#;

/// Somebody with an account.
#[derive(Clone)]
pub(super) struct Member {
    base: String,
    http: Client,
    token: String,
    user: Option<String>,
}

impl Member {
    /// Logs in.
    pub(super) async fn log_in(base: &str, localpart: &str, password: &str) -> Self {
        let mut member = Self {
            base: base.to_owned(),
            http: client(),
            token: String::new(),
            user: None,
        };
        let body = json!({
            "type": "m.login.password", "password": password,
            "identifier": {"type": "m.id.user", "user": localpart},
        });
        let (_, answer) = member.call(Method::POST, "login", &body).await;
        answer["access_token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut member.token);
        member
    }

    /// A user of an appservice.
    pub(super) fn of_appservice(base: &str, token: &str, user: &str) -> Self {
        Self {
            base: base.to_owned(),
            http: client(),
            token: token.to_owned(),
            user: Some(user.to_owned()),
        }
    }

    /// Calls an endpoint below `/_matrix/client/v3`: status and JSON.
    pub(super) async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let mut url =
            reqwest::Url::parse(&format!("{}/_matrix/client/v3/{path}", self.base)).expect("a URL");
        if let Some(user) = &self.user {
            url.query_pairs_mut().append_pair("user_id", user);
        }
        let mut request = self.http.request(method.clone(), url);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if method != Method::GET {
            request = request.json(body);
        }
        let answer = request.send().await.expect("Synapse answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// Joins a room by its id or alias, as soon as that is possible; its id.
    pub(super) async fn join(&self, room: &str) -> String {
        let path = format!("join/{}", encode(room));
        for _ in 0..TRIES {
            let (status, answer) = self.call(Method::POST, &path, &json!({})).await;
            if status == 200 {
                return answer["room_id"].as_str().expect("a room").to_owned();
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("{room} cannot be joined");
    }

    /// Invites somebody, as soon as that is possible.
    pub(super) async fn invite(&self, room: &str, user: &str) {
        let path = format!("rooms/{}/invite", encode(room));
        for _ in 0..TRIES {
            let (status, _) = self
                .call(Method::POST, &path, &json!({"user_id": user}))
                .await;
            if status == 200 {
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("{user} cannot be invited");
    }

    /// Sends a text; its event id.
    pub(super) async fn send(&self, room: &str, transaction: &str, text: &str) -> String {
        let body = json!({"msgtype": "m.text", "body": text});
        self.send_event(room, "m.room.message", transaction, &body)
            .await
    }

    /// Sends an event; its id.
    pub(super) async fn send_event(
        &self,
        room: &str,
        kind: &str,
        transaction: &str,
        content: &Value,
    ) -> String {
        let path = format!("rooms/{}/send/{kind}/{transaction}", encode(room));
        let (status, answer) = self.call(Method::PUT, &path, content).await;
        assert_eq!(status, 200, "{answer}");
        answer["event_id"].as_str().expect("an event").to_owned()
    }

    /// The last events of a room, the newest first.
    pub(super) async fn last_events(&self, room: &str) -> Vec<Value> {
        let path = format!("rooms/{}/messages?dir=b&limit=30", encode(room));
        let (status, answer) = self.call(Method::GET, &path, &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer["chunk"].as_array().cloned().unwrap_or_default()
    }

    /// Who is invited to a room and has not come.
    pub(super) async fn invited(&self, room: &str) -> Vec<String> {
        let path = format!("rooms/{}/members?membership=invite", encode(room));
        let (status, answer) = self.call(Method::GET, &path, &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        let members = answer["chunk"].as_array().into_iter().flatten();
        let users = members.filter_map(|member| member["state_key"].as_str());
        users.map(str::to_owned).collect()
    }

    /// Uploads a file; its `mxc:` address.
    pub(super) async fn upload(&self, text: &str) -> String {
        let url = format!("{}/_matrix/media/v3/upload", self.base);
        let request = self.http.post(url).bearer_auth(&self.token);
        let request = request
            .header(CONTENT_TYPE, "text/csv")
            .body(text.to_owned());
        let answer = request.send().await.expect("Synapse answers");
        let answer: Value = answer.json().await.unwrap_or_default();
        let address = answer["content_uri"].as_str();
        address.expect("the file is taken").to_owned()
    }
}

/// A member who looks at everything, by a long poll.
pub(super) struct Watcher {
    seen: Rc<RefCell<Seen>>,
    task: JoinHandle<()>,
}

/// What the watcher has seen.
#[derive(Default)]
struct Seen {
    /// When an event was first seen to be taken down.
    redacted: HashMap<String, Instant>,
    /// The redactions of each event.
    redactions: HashMap<String, HashSet<String>>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Watcher {
    /// Watches from now on.
    pub(super) async fn start(member: Member) -> Self {
        let seen = Rc::new(RefCell::new(Seen::default()));
        let path = format!("sync?timeout=0&filter={}", encode(FILTER));
        let (_, first) = member.call(Method::GET, &path, &Value::Null).await;
        let since = first["next_batch"].as_str().expect("a token").to_owned();
        let task = spawn_local(watch(member, since, Rc::clone(&seen)));
        Self { seen, task }
    }

    /// When this event was seen to be taken down.
    fn redacted(&self, event: &str) -> Option<Instant> {
        self.seen.borrow().redacted.get(event).copied()
    }

    /// When this event was seen to be taken down; `None` when it was not for so long.
    pub(super) async fn wait_redacted(&self, event: &str, patience: Duration) -> Option<Instant> {
        let start = Instant::now();
        loop {
            if let Some(at) = self.redacted(event) {
                return Some(at);
            }
            if start.elapsed() > patience {
                return None;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// How many redactions of this event were seen.
    pub(super) fn redactions(&self, event: &str) -> usize {
        let seen = self.seen.borrow();
        seen.redactions.get(event).map_or(0, HashSet::len)
    }
}

async fn watch(member: Member, mut since: String, seen: Rc<RefCell<Seen>>) {
    loop {
        let path = format!("sync?timeout=30000&since={since}&filter={}", encode(FILTER));
        let (status, answer) = member.call(Method::GET, &path, &Value::Null).await;
        let at = Instant::now();
        if status != 200 {
            tokio::time::sleep(AGAIN).await;
            continue;
        }
        if let Some(next) = answer["next_batch"].as_str() {
            next.clone_into(&mut since);
        }
        let rooms = answer["rooms"]["join"].as_object().into_iter().flatten();
        let events = rooms.filter_map(|(_, room)| room["timeline"]["events"].as_array());
        for event in events.flatten() {
            note(&mut seen.borrow_mut(), event, at);
        }
    }
}

fn note(seen: &mut Seen, event: &Value, at: Instant) {
    let id = event["event_id"].as_str().unwrap_or_default();
    if event["type"] == "m.room.redaction" {
        let inside = event["content"]["redacts"].as_str();
        let target = inside.or(event["redacts"].as_str()).unwrap_or_default();
        seen.redacted.entry(target.to_owned()).or_insert(at);
        let redactions = seen.redactions.entry(target.to_owned()).or_default();
        redactions.insert(id.to_owned());
    } else if event["unsigned"]["redacted_because"].is_object() {
        seen.redacted.entry(id.to_owned()).or_insert(at);
    }
}

fn client() -> Client {
    Client::builder()
        .tcp_nodelay(true)
        .build()
        .expect("a client")
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
