//! A homeserver in the test process that keeps the rules of a room: memberships, power levels, redactions that take content
//! away, transaction ids, and everything that happens pushed back to the appservice, in order, as Synapse does. For long random
//! walks with faults, for which a real Synapse is too slow.
//!
//! Members act through methods ([`StrictHomeserver::send`] …), the appservice over HTTP; both are held to the same rules. The
//! weather is the test's: a closure chooses what befalls each request and each push.

mod permission;
mod requests;
mod room;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinHandle,
};

pub use self::{
    permission::Refusal,
    room::{Event, Room},
};
use crate::{fake_homeserver::Appservice, wait::pause};

/// The most events in one transaction, as in Synapse.
const BATCH: usize = 100;

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
    weather: Mutex<Weather>,
    pushed: watch::Sender<u64>,
    news: Notify,
    stopped: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Data {
    rooms: BTreeMap<String, Room>,
    aliases: BTreeMap<String, String>,
    /// Event ids by room, path and transaction id.
    sent: HashMap<String, String>,
    /// What is to be pushed: room and event id, all of them, also what was pushed.
    outgoing: Vec<(String, String)>,
    display_name: Option<String>,
    next: u64,
    last_at: u64,
}

impl Drop for StrictHomeserver {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
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
            weather: Mutex::new(Box::new(|_| Fault::None)),
            pushed: watch::Sender::new(0),
            news: Notify::new(),
            stopped: AtomicBool::new(false),
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

    /// Other weather from now on.
    pub fn set_weather(&self, weather: impl FnMut(Occasion) -> Fault + Send + 'static) {
        let mut now = self
            .shared
            .weather
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *now = Box::new(weather);
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

    /// A member opens a direct-message room with somebody; its id.
    pub fn open_direct(&self, sender: &str, with: &str) -> String {
        let request =
            json!({"is_direct": true, "invite": [with], "preset": "trusted_private_chat"});
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

impl Data {
    fn new_id(&mut self, sigil: char) -> String {
        self.next += 1;
        format!("{sigil}strict{}", self.next)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a homeserver has a clock of its own"
    )]
    fn now(&mut self) -> u64 {
        let since = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default();
        self.last_at = self
            .last_at
            .max(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        self.last_at
    }

    fn room(&self, room: &str) -> Result<&Room, Refusal> {
        let known = self.rooms.get(room);
        known.ok_or_else(|| Refusal::forbidden("Unknown room"))
    }

    /// Adds an event that was allowed and has it pushed when the appservice's bot is, or was, concerned.
    fn append(
        &mut self,
        room: &str,
        sender: &str,
        (kind, key): (&str, Option<&str>),
        content: Value,
    ) -> String {
        let id = if kind == "m.room.create" {
            room.replacen('!', "$", 1)
        } else {
            self.new_id('$')
        };
        let event = Event {
            id: id.clone(),
            kind: kind.to_owned(),
            state_key: key.map(str::to_owned),
            sender: sender.to_owned(),
            said: content.clone(),
            content,
            at: self.now(),
            redacted_by: None,
        };
        let known = self.rooms.entry(room.to_owned()).or_default();
        room.clone_into(&mut known.id);
        known.append(event);
        self.outgoing.push((room.to_owned(), id.clone()));
        id
    }

    fn send(
        &mut self,
        room: &str,
        sender: &str,
        kind: &str,
        content: Value,
    ) -> Result<String, Refusal> {
        self.room(room)?.may_send(sender, kind, false)?;
        Ok(self.append(room, sender, (kind, None), content))
    }

    fn set_state(
        &mut self,
        room: &str,
        sender: &str,
        (kind, key): (&str, &str),
        content: Value,
    ) -> Result<String, Refusal> {
        let known = self.room(room)?;
        known.may_send(sender, kind, true)?;
        if kind == "m.room.power_levels" {
            known.may_set_levels(sender, &content)?;
        }
        if kind == "m.room.member" {
            return Err(Refusal::forbidden("memberships have requests of their own"));
        }
        // The same content again makes no new event.
        if known.state(kind, key) == Some(&content) {
            let place = known.state[&(kind.to_owned(), key.to_owned())];
            return Ok(known.events[place].id.clone());
        }
        if kind == "m.room.canonical_alias" {
            let alias = content["alias"].as_str();
            if alias.is_some_and(|alias| self.aliases.get(alias).map(String::as_str) != Some(room))
            {
                return Err(Refusal::bad("M_BAD_ALIAS", "the alias does not lead here"));
            }
        }
        Ok(self.append(room, sender, (kind, Some(key)), content))
    }

    fn redact(
        &mut self,
        room: &str,
        sender: &str,
        event: &str,
        request: &Value,
    ) -> Result<String, Refusal> {
        self.room(room)?.may_redact(sender, event)?;
        let mut content = json!({"redacts": event});
        if let Some(reason) = request.get("reason") {
            content["reason"] = reason.clone();
        }
        Ok(self.append(room, sender, ("m.room.redaction", None), content))
    }

    fn change_member(
        &mut self,
        room: &str,
        (sender, target): (&str, &str),
        change: &str,
        reason: Option<&Value>,
    ) -> Result<(), Refusal> {
        let membership = match change {
            "kick" | "unban" | "leave" => "leave",
            other => other,
        };
        let known = self.room(room)?;
        let there = known.membership(target);
        // Synapse makes no second event of a membership that is so already, but does refuse to kick who is not there.
        if there == membership && matches!(change, "join" | "ban" | "leave") {
            return Ok(());
        }
        let lets_in = |other: &str| {
            self.rooms
                .get(other)
                .is_some_and(|it| it.membership(target) == "join")
        };
        known.may_change(sender, target, change, lets_in)?;
        let mut content = json!({"membership": membership});
        if let Some(reason) = reason {
            content["reason"] = reason.clone();
        }
        if membership == "join"
            && let Some(name) = &self.display_name
            && sender == target
            && change == "join"
            && self.is_bot(target)
        {
            content["displayname"] = name.as_str().into();
        }
        self.append(room, sender, ("m.room.member", Some(target)), content);
        Ok(())
    }

    fn is_bot(&self, user: &str) -> bool {
        self.rooms
            .values()
            .next()
            .and_then(|room| room.events.first())
            .is_some_and(|create| create.sender == user)
    }

    /// `createRoom`, in the order of Synapse.
    fn create(
        &mut self,
        sender: &str,
        server_name: &str,
        request: &Value,
    ) -> Result<String, Refusal> {
        let alias = request["room_alias_name"]
            .as_str()
            .map(|it| format!("#{it}:{server_name}"));
        if alias
            .as_ref()
            .is_some_and(|alias| self.aliases.contains_key(alias))
        {
            return Err(Refusal::bad("M_ROOM_IN_USE", "Room alias already taken"));
        }
        let mut levels = json!({
            "users": {}, "users_default": 0, "events_default": 0, "state_default": 50, "ban": 50, "kick": 50, "redact": 50, "invite": 0,
            "events": {"m.room.name": 50, "m.room.power_levels": 100, "m.room.history_visibility": 100, "m.room.canonical_alias": 50,
                       "m.room.avatar": 50, "m.room.tombstone": 150, "m.room.server_acl": 100, "m.room.encryption": 100},
            "historical": 100,
        });
        for (name, value) in request["power_level_content_override"]
            .as_object()
            .into_iter()
            .flatten()
        {
            levels[name] = value.clone();
        }
        if levels["users"].get(sender).is_some() {
            return Err(Refusal::bad(
                "M_INVALID_PARAM",
                "the creator must not be listed",
            ));
        }
        let room = self.new_id('!');
        let mut create = request["creation_content"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        create.insert(
            "room_version".to_owned(),
            request["room_version"].as_str().unwrap_or("12").into(),
        );
        self.append(&room, sender, ("m.room.create", Some("")), create.into());
        let name = self.display_name.clone();
        self.append(
            &room,
            sender,
            ("m.room.member", Some(sender)),
            json!({"membership": "join", "displayname": name}),
        );
        self.append(&room, sender, ("m.room.power_levels", Some("")), levels);
        if let Some(alias) = alias {
            self.aliases.insert(alias.clone(), room.clone());
            self.append(
                &room,
                sender,
                ("m.room.canonical_alias", Some("")),
                json!({"alias": alias}),
            );
        }
        let mut initial: BTreeMap<(String, String), Value> = BTreeMap::new();
        let mut first = |kind: &str, key: &str, content: Value| {
            initial.insert((kind.to_owned(), key.to_owned()), content);
        };
        first("m.room.join_rules", "", json!({"join_rule": "invite"}));
        first(
            "m.room.history_visibility",
            "",
            json!({"history_visibility": "shared"}),
        );
        first(
            "m.room.guest_access",
            "",
            json!({"guest_access": "can_join"}),
        );
        for event in request["initial_state"].as_array().into_iter().flatten() {
            let text = |name: &str| event[name].as_str().unwrap_or_default();
            first(text("type"), text("state_key"), event["content"].clone());
        }
        for (field, kind) in [("name", "m.room.name"), ("topic", "m.room.topic")] {
            if let Some(value) = request[field].as_str() {
                first(kind, "", json!({field: value}));
            }
        }
        for ((kind, key), content) in initial {
            self.append(&room, sender, (&kind, Some(&key)), content);
        }
        for user in request["invite"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            let mut content = json!({"membership": "invite"});
            if request["is_direct"] == true {
                content["is_direct"] = true.into();
            }
            self.append(&room, sender, ("m.room.member", Some(user)), content);
        }
        Ok(room)
    }

    /// Whether the appservice is told of this event: it is about the bot, or the bot is in the room.
    fn concerns(&self, room: &Room, event: &Event, bot: &str) -> bool {
        event.state_key.as_deref() == Some(bot)
            || event.sender == bot
            || room.membership(bot) == "join"
    }

    /// What is to be pushed from `from` on, as it stands now, and where to go on.
    fn outgoing(&self, from: usize, bot: &str) -> (Vec<Value>, usize) {
        let to = self.outgoing.len().min(from + BATCH);
        let events = self.outgoing[from..to].iter().filter_map(|(room, id)| {
            let room = self.rooms.get(room)?;
            let event = room.event(id)?;
            self.concerns(room, event, bot)
                .then(|| event.json(&room.id))
        });
        (events.collect(), to)
    }
}

/// One transaction in flight; the same one again, slower and slower, until it is answered 200.
async fn push_all(shared: Arc<Shared>) {
    let mut from = 0;
    let mut number = 0_u64;
    loop {
        let (events, to) = shared.data().outgoing(from, &shared.appservice.bot);
        if to == from {
            shared.news.notified().await;
            continue;
        }
        let fault = shared.weather(Occasion::Push);
        if fault == Fault::Again {
            // What a homeserver does that was restored from a backup: old events in a new transaction.
            let (old, _) = shared
                .data()
                .outgoing(from.saturating_sub(BATCH), &shared.appservice.bot);
            number += 1;
            push(&shared, number, &old).await;
        }
        number += 1;
        push(&shared, number, &events).await;
        if fault == Fault::AnswerLost {
            push(&shared, number, &events).await;
        }
        from = to;
        shared.pushed.send_replace(to as u64);
    }
}

async fn push(shared: &Shared, number: u64, events: &[Value]) {
    let appservice = &shared.appservice;
    let url = format!("{}/_matrix/app/v1/transactions/{number}", appservice.url);
    let body = json!({"events": events});
    let mut back_off = Duration::from_millis(20);
    loop {
        let request = shared.http.put(&url).bearer_auth(&appservice.hs_token);
        match request.json(&body).send().await {
            Ok(answer) if answer.status().is_success() => return,
            _ => pause(back_off).await,
        }
        back_off = (back_off * 2).min(Duration::from_millis(200));
    }
}
