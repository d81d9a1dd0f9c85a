//! A homeserver in the test process that keeps the rules of a room: memberships, power levels, redactions that take content
//! away, transaction ids, and everything that happens pushed back to the appservice, in order, as Synapse does. For long random
//! walks with faults, for which a real Synapse is too slow.
//!
//! Members act through methods ([`StrictHomeserver::send`] …), the appservice over HTTP; both are held to the same rules. The
//! weather is the test's: a closure chooses what befalls each request and each push.

mod data;
mod permission;
mod push;
mod requests;
mod room;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};

use self::{
    data::Data,
    push::{push, push_all},
};
pub use self::{
    permission::Refusal,
    room::{Event, Room},
};
use crate::{appservice::Appservice, key_server::KeyServer};

/// What the weather is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A request of the appservice that changes something.
    Write,
    /// A request of the appservice that only asks.
    Read,
    /// A transaction pushed to the appservice.
    Push,
}

/// What befalls a request, or a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// 429, come back after so many milliseconds.
    Limited(u64),
    /// 500 and nothing done.
    Failed,
    /// 502, as a reverse proxy answers whose homeserver is away; nothing done.
    Away,
    /// The connection is cut and nothing done.
    Dropped,
    /// It is done, and the answer is lost. A push: acknowledged, and sent again all the same.
    AnswerLost,
    /// It is done, after so many milliseconds.
    Slow(u64),
    /// A push: what was pushed some time ago comes again, with another id.
    Again,
}

type Weather = Box<dyn FnMut(Occasion) -> Fault + Send>;

/// A running strict homeserver; it ends when dropped.
#[derive(Debug)]
pub struct StrictHomeserver {
    url: String,
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

struct Shared {
    server_name: String,
    as_token: String,
    appservice: Appservice,
    http: reqwest::Client,
    data: Mutex<Data>,
    keys: Arc<KeyServer>,
    weather: Mutex<Weather>,
    pushed: watch::Sender<u64>,
    held_back: watch::Sender<bool>,
    news: Notify,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

impl Drop for StrictHomeserver {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl StrictHomeserver {
    /// Starts a homeserver that pushes to `appservice`, which speaks with `as_token`.
    pub async fn start(server_name: &str, as_token: &str, appservice: Appservice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            server_name: server_name.to_owned(),
            as_token: as_token.to_owned(),
            appservice,
            http: reqwest::Client::new(),
            data: Mutex::default(),
            keys: Arc::default(),
            weather: Mutex::new(Box::new(|_| Fault::None)),
            pushed: watch::Sender::new(0),
            held_back: watch::Sender::new(false),
            news: Notify::new(),
        });
        let router = requests::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the homeserver serves");
        });
        let pusher = tokio::spawn(push_all(Arc::clone(&shared)));
        Self {
            url: format!("http://{address}"),
            shared,
            tasks: [server, pusher],
        }
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its part that keeps keys.
    pub fn keys(&self) -> &Arc<KeyServer> {
        &self.shared.keys
    }

    /// From now on an event is looked at as what it said before it was encrypted.
    pub fn reveal(&self, room: &str, event: &str, content: Value) {
        self.shared.data().reveal(room, event, content);
    }

    /// Other weather from now on.
    pub fn set_weather(&self, weather: impl FnMut(Occasion) -> Fault + Send + 'static) {
        let mut now = self
            .shared
            .weather
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *now = Box::new(weather);
    }

    /// Whether what happens from now on is kept back from the appservice, until it may go again.
    pub fn hold_pushes(&self, hold: bool) {
        self.shared.held_back.send_replace(hold);
    }

    /// Pushes one event at once, before those that wait.
    ///
    /// # Panics
    /// When there is no such event.
    pub async fn push_now(&self, room: &str, event: &str) {
        let event = self.look(room, |room| {
            room.event(event).map(|event| event.json(&room.id))
        });
        let event = event.flatten().expect("the event exists");
        push(&self.shared, "now", &[event]).await;
    }

    /// How many events are not acknowledged by the appservice yet.
    #[must_use]
    pub fn unpushed(&self) -> u64 {
        let all = self.shared.data().outgoing.len() as u64;
        all.saturating_sub(*self.shared.pushed.borrow())
    }

    /// Waits until at most `count` events are not acknowledged, or `time` is over.
    pub async fn wait_unpushed(&self, count: u64, time: Duration) {
        let mut pushed = self.shared.pushed.subscribe();
        let few = pushed.wait_for(|pushed| {
            let all = self.shared.data().outgoing.len() as u64;
            all.saturating_sub(*pushed) <= count
        });
        let _late = tokio::time::timeout(time, few).await;
    }

    /// The room that an alias leads to.
    #[must_use]
    pub fn resolve(&self, alias: &str) -> Option<String> {
        self.shared.data().aliases.get(alias).cloned()
    }

    /// Looks at a room, by id.
    pub fn look<T>(&self, room: &str, look: impl FnOnce(&Room) -> T) -> Option<T> {
        self.shared.data().rooms.get(room).map(look)
    }

    /// The ids of all rooms.
    #[must_use]
    pub fn rooms(&self) -> Vec<String> {
        self.shared.data().rooms.keys().cloned().collect()
    }

    /// A member sends a message-like event; its id.
    ///
    /// # Errors
    /// When they may not.
    pub fn send(
        &self,
        room: &str,
        sender: &str,
        kind: &str,
        content: Value,
    ) -> Result<String, Refusal> {
        self.shared
            .act(|data| data.send(room, sender, kind, content))
    }

    /// A member sets a state event; its id.
    ///
    /// # Errors
    /// When they may not.
    pub fn set_state(
        &self,
        room: &str,
        sender: &str,
        key: (&str, &str),
        content: Value,
    ) -> Result<String, Refusal> {
        self.shared
            .act(|data| data.set_state(room, sender, key, content))
    }

    /// A member uploads a file; its address.
    pub fn upload(&self, bytes: &[u8]) -> String {
        let mut data = self.shared.data();
        let media = data.new_id('f');
        data.files.insert(media.clone(), bytes.to_vec());
        format!("mxc://{}/{media}", self.shared.server_name)
    }

    /// A member takes an event down; the id of the redaction.
    ///
    /// # Errors
    /// When they may not.
    pub fn redact(&self, room: &str, sender: &str, event: &str) -> Result<String, Refusal> {
        self.shared
            .act(|data| data.redact(room, sender, event, &json!({})))
    }

    /// A member changes a membership: `join`, `leave`, `invite`, `kick`, `ban`, `unban`.
    ///
    /// # Errors
    /// When they may not.
    pub fn change_member(
        &self,
        room: &str,
        sender: &str,
        target: &str,
        change: &str,
    ) -> Result<(), Refusal> {
        self.shared
            .act(|data| data.change_member(room, (sender, target), change, None))
    }

    /// A member opens a direct-message room with somebody, encrypted or not; its id.
    pub fn open_direct(&self, sender: &str, with: &str, encrypted: bool) -> String {
        let mut request =
            json!({"is_direct": true, "invite": [with], "preset": "trusted_private_chat"});
        if encrypted {
            let algorithm = json!({"algorithm": "m.megolm.v1.aes-sha2"});
            request["initial_state"] = json!([{"type": "m.room.encryption", "content": algorithm}]);
        }
        let server_name = &self.shared.server_name;
        let room = self
            .shared
            .act(|data| data.create(sender, server_name, &request));
        room.expect("everybody may create rooms")
    }
}

impl Shared {
    fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn act<T>(&self, act: impl FnOnce(&mut Data) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let done = act(&mut self.data());
        self.news.notify_one();
        done
    }

    fn weather(&self, occasion: Occasion) -> Fault {
        let mut weather = self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        weather(occasion)
    }
}
