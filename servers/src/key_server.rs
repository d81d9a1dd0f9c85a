//! The part of a homeserver that keeps keys: of devices and identities, to-device messages, account data, the key backup, and the sync
//! that brings them. In memory, and it checks no signature: clients do. For the [strict homeserver](crate::strict_homeserver), for load
//! and for benchmarks; the [devices](crate::device::Device) of members speak with it directly.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::strict_homeserver::Refusal;

/// How many to-device messages one answer brings.
const BATCH: usize = 100;
/// How the path of sliding sync ends.
const SYNC: [&str; 2] = ["org.matrix.simplified_msc3575", "sync"];

/// A request, taken apart.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Whom it acts as.
    pub user: &'a str,
    /// On which device.
    pub device: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// What follows `/_matrix/client/v3/`, or another version.
    pub path: &'a [String],
    /// The query, as it came.
    pub query: &'a str,
    /// The body.
    pub body: &'a Value,
}

impl Asked<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// Keeps keys.
#[derive(Debug)]
pub struct KeyServer {
    kept: Mutex<Kept>,
    /// Counts what there is to tell.
    news: watch::Sender<u64>,
    requests: AtomicUsize,
}

#[derive(Debug, Default)]
struct Kept {
    devices: BTreeMap<(String, String), Device>,
    /// Cross-signing keys by user, then by kind.
    identities: BTreeMap<String, BTreeMap<String, Value>>,
    /// Whose devices changed, in order.
    changes: Vec<String>,
    account_data: BTreeMap<(String, String), Value>,
    backups: BTreeMap<String, Backup>,
    /// What was sent to devices, by transaction.
    sent: BTreeSet<String>,
    messages: u64,
}

#[derive(Debug, Default)]
struct Device {
    keys: Option<Value>,
    one_time: BTreeMap<String, Value>,
    fallback: BTreeMap<String, Value>,
    waiting: Vec<(u64, Value)>,
}

#[derive(Debug, Default)]
struct Backup {
    version: u64,
    info: Value,
    /// Keys by room and session.
    keys: BTreeMap<(String, String), Value>,
}

/// What a device is told.
#[derive(Debug)]
pub struct News {
    /// To-device messages, and up to where they reach.
    pub messages: (Vec<Value>, u64),
    /// Whose devices changed, and up to where that reaches.
    pub changed: (BTreeSet<String>, usize),
    /// How many one-time keys of the device are left.
    pub one_time_keys: usize,
}

impl Default for KeyServer {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            news: watch::Sender::new(0),
            requests: AtomicUsize::new(0),
        }
    }
}

impl KeyServer {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many requests it has answered.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether others can encrypt for this device.
    pub fn knows(&self, user: &str, device: &str) -> bool {
        let key = (user.to_owned(), device.to_owned());
        let kept = self.kept();
        kept.devices
            .get(&key)
            .is_some_and(|device| device.keys.is_some())
    }

    /// Answers a request about keys; `None` for any other.
    pub async fn answer(&self, asked: &Asked<'_>) -> Option<Result<Value, Refusal>> {
        if asked.method == "POST" && asked.path.ends_with(&SYNC.map(str::to_owned)) {
            self.requests.fetch_add(1, Ordering::Relaxed);
            return Some(Ok(self.sync(asked).await));
        }
        let answer = self.kept().answer(asked)?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.news.send_modify(|count| *count += 1);
        Some(answer)
    }

    /// What a device is to be told that has read so far; what it has read is forgotten.
    pub fn news(&self, user: &str, device: &str, since: u64, pos: Option<usize>) -> News {
        let mut kept = self.kept();
        let end = kept.changes.len();
        let changed = kept.changes[pos.unwrap_or(end).min(end)..]
            .iter()
            .cloned()
            .collect();
        let own = kept.device(user, device);
        own.waiting.retain(|(number, _)| *number > since);
        let messages: Vec<_> = own.waiting.iter().take(BATCH).cloned().collect();
        let reach = messages.last().map_or(since, |(number, _)| *number);
        News {
            messages: (
                messages.into_iter().map(|(_, event)| event).collect(),
                reach,
            ),
            changed: (changed, end),
            one_time_keys: own.one_time.len(),
        }
    }

    /// Sliding sync with nothing but keys: answered when there is something to tell, or the time is over.
    async fn sync(&self, asked: &Asked<'_>) -> Value {
        let patience = asked.parameter("timeout").and_then(|it| it.parse().ok());
        let end = tokio::time::Instant::now() + Duration::from_millis(patience.unwrap_or(0));
        let pos = asked.parameter("pos").and_then(|it| it.parse().ok());
        let since = asked.body["extensions"]["to_device"]["since"].as_str();
        let since = since.and_then(|it| it.parse().ok()).unwrap_or(0);
        let mut more = self.news.subscribe();
        let news = loop {
            more.mark_unchanged();
            let news = self.news(asked.user, asked.device, since, pos);
            let is_empty = news.messages.0.is_empty() && news.changed.0.is_empty();
            if pos.is_none() || !is_empty {
                break news;
            }
            let waited = tokio::time::timeout_at(end, more.changed()).await;
            if waited.is_err() {
                break news;
            }
        };
        json!({
            "pos": news.changed.1.to_string(), "lists": {}, "rooms": {},
            "extensions": {
                "to_device": {"events": news.messages.0, "next_batch": news.messages.1.to_string()},
                "e2ee": {
                    "device_lists": {"changed": news.changed.0, "left": []},
                    "device_one_time_keys_count": {"signed_curve25519": news.one_time_keys},
                    "device_unused_fallback_key_types": ["signed_curve25519"],
                },
            },
        })
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

impl Kept {
    fn device(&mut self, user: &str, device: &str) -> &mut Device {
        self.devices
            .entry((user.to_owned(), device.to_owned()))
            .or_default()
    }

    fn answer(&mut self, asked: &Asked) -> Option<Result<Value, Refusal>> {
        let user = asked.user;
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        Some(Ok(match (asked.method, path.as_slice()) {
            ("POST", ["keys", "upload"]) => self.upload(asked),
            ("POST", ["keys", "query"]) => self.query(asked.body),
            ("POST", ["keys", "claim"]) => self.claim(asked.body),
            ("POST", ["keys", "device_signing", "upload"]) => {
                let identity = self.identities.entry(user.to_owned()).or_default();
                identity.extend(entries(asked.body).map(|(kind, key)| (kind.clone(), key.clone())));
                self.changes.push(user.to_owned());
                json!({})
            }
            ("POST", ["keys", "signatures", "upload"]) => self.sign(asked.body),
            ("PUT", ["sendToDevice", kind, txn]) => self.send(asked, kind, txn),
            ("PUT", ["devices", device]) => {
                self.device(user, device);
                json!({})
            }
            ("DELETE", ["devices", device]) => {
                self.devices
                    .remove(&(user.to_owned(), (*device).to_owned()));
                self.changes.push(user.to_owned());
                json!({})
            }
            ("PUT", ["user", of, "account_data", kind]) => {
                let key = ((*of).to_owned(), (*kind).to_owned());
                self.account_data.insert(key, asked.body.clone());
                json!({})
            }
            ("GET", ["user", of, "account_data", kind]) => {
                let key = ((*of).to_owned(), (*kind).to_owned());
                return Some(self.account_data.get(&key).cloned().ok_or_else(not_found));
            }
            (method, ["room_keys", rest @ ..]) => return self.backup(method, rest, asked),
            _ => return None,
        }))
    }

    fn upload(&mut self, asked: &Asked) -> Value {
        let own = self.device(asked.user, asked.device);
        let new =
            |kind: &str| entries(&asked.body[kind]).map(|(id, key)| (id.clone(), key.clone()));
        own.one_time.extend(new("one_time_keys"));
        own.fallback.extend(new("fallback_keys"));
        let count = own.one_time.len();
        if let Some(keys) = asked.body.get("device_keys") {
            own.keys = Some(keys.clone());
            self.changes.push(asked.user.to_owned());
        }
        json!({"one_time_key_counts": {"signed_curve25519": count}})
    }

    fn query(&self, body: &Value) -> Value {
        let mut answer = json!({"device_keys": {}});
        for (user, _) in entries(&body["device_keys"]) {
            let of_user = self.devices.iter().filter(|((owner, _), _)| owner == user);
            let keys: Map<_, _> = of_user
                .filter_map(|((_, id), device)| Some((id.clone(), device.keys.clone()?)))
                .collect();
            answer["device_keys"][user] = Value::Object(keys);
            for (kind, key) in self.identities.get(user).into_iter().flatten() {
                answer[format!("{kind}s")][user] = key.clone();
            }
        }
        answer
    }

    /// A one-time key is given once; when there are none left, the fallback key.
    fn claim(&mut self, body: &Value) -> Value {
        let mut answer = json!({"one_time_keys": {}});
        for (user, devices) in entries(&body["one_time_keys"]) {
            for (id, _) in entries(devices) {
                let device = self.device(user, id);
                let fallback = || {
                    let first = device.fallback.iter().next();
                    first.map(|(id, key)| (id.clone(), key.clone()))
                };
                if let Some((name, key)) = device.one_time.pop_first().or_else(fallback) {
                    answer["one_time_keys"][user][id] = json!({name: key});
                }
            }
        }
        answer
    }

    fn sign(&mut self, body: &Value) -> Value {
        for (user, signed) in entries(body) {
            for (name, object) in entries(signed) {
                let device = self.devices.get_mut(&(user.clone(), name.clone()));
                let identity = self.identities.get_mut(user).into_iter().flatten();
                let mut keys = identity
                    .map(|(_, key)| key)
                    .filter(|key| entries(&key["keys"]).any(|(_, public)| public == name.as_str()));
                let there = device
                    .and_then(|it| it.keys.as_mut())
                    .or_else(|| keys.next());
                let Some(there) = there else { continue };
                for (signer, signatures) in entries(&object["signatures"]) {
                    for (key, signature) in entries(signatures) {
                        there["signatures"][signer][key] = signature.clone();
                    }
                }
            }
            self.changes.push(user.clone());
        }
        json!({})
    }

    fn send(&mut self, asked: &Asked, kind: &str, txn: &str) -> Value {
        if !self
            .sent
            .insert(format!("{} {} {txn}", asked.user, asked.device))
        {
            return json!({});
        }
        for (user, devices) in entries(&asked.body["messages"]) {
            for (id, content) in entries(devices) {
                self.messages += 1;
                let number = self.messages;
                let event = json!({"type": kind, "sender": asked.user, "content": content});
                let all = self
                    .devices
                    .iter_mut()
                    .filter(|((owner, device), _)| owner == user && (id == "*" || device == id));
                for (_, device) in all {
                    device.waiting.push((number, event.clone()));
                }
            }
        }
        json!({})
    }

    fn backup(
        &mut self,
        method: &str,
        path: &[&str],
        asked: &Asked,
    ) -> Option<Result<Value, Refusal>> {
        let user = asked.user.to_owned();
        if let ("POST", ["version"]) = (method, path) {
            let version = self
                .backups
                .get(&user)
                .map_or(1, |backup| backup.version + 1);
            let (info, keys) = (asked.body.clone(), BTreeMap::new());
            self.backups.insert(
                user,
                Backup {
                    version,
                    info,
                    keys,
                },
            );
            return Some(Ok(json!({"version": version.to_string()})));
        }
        let Some(backup) = self.backups.get_mut(&user) else {
            return Some(Err(not_found()));
        };
        let etag = |backup: &Backup| json!({"count": backup.keys.len(), "etag": backup.keys.len().to_string()});
        Some(match (method, path) {
            ("GET", ["version", ..]) => {
                let mut info = backup.info.clone();
                info["version"] = backup.version.to_string().into();
                info["count"] = backup.keys.len().into();
                info["etag"] = backup.keys.len().to_string().into();
                Ok(info)
            }
            ("PUT", ["keys"]) => {
                for (room, sessions) in entries(&asked.body["rooms"]) {
                    for (session, key) in entries(&sessions["sessions"]) {
                        let place = (room.clone(), session.clone());
                        backup.keys.insert(place, key.clone());
                    }
                }
                Ok(etag(backup))
            }
            ("GET", ["keys", room, session]) => {
                let place = ((*room).to_owned(), (*session).to_owned());
                backup.keys.get(&place).cloned().ok_or_else(not_found)
            }
            ("GET", ["keys"]) => {
                let mut rooms = json!({});
                for ((room, session), key) in &backup.keys {
                    rooms[room]["sessions"][session] = key.clone();
                }
                Ok(json!({"rooms": rooms}))
            }
            _ => return None,
        })
    }
}

fn not_found() -> Refusal {
    Refusal {
        status: 404,
        errcode: "M_NOT_FOUND",
        error: "there is no such thing".to_owned(),
    }
}
