//! What the fake homeserver knows of rooms: only those that were made during the run, and what was sent by which transaction.

use std::collections::HashMap;

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Shared, answer::Asked, push};
use hygie_benches::world::{SERVER_NAME, bot};

/// State by type and key.
type State = HashMap<(String, String), Value>;

/// Rooms and sends.
#[derive(Default)]
pub(super) struct Rooms {
    made: HashMap<String, State>,
    /// The event that a transaction made, by the path of its request.
    sent: HashMap<String, String>,
    /// How often each path was asked for, while faults make that matter.
    attempts: HashMap<String, usize>,
    /// Events that can be asked for.
    kept: HashMap<String, Value>,
}

impl Rooms {
    /// How often this path was asked for before.
    pub(super) fn attempt(&mut self, path: &str) -> usize {
        let count = self.attempts.entry(path.to_owned()).or_default();
        *count += 1;
        *count - 1
    }

    /// Keeps an event to be asked for.
    pub(super) fn keep(&mut self, id: &str, json: &str) {
        let event = serde_json::from_str(json).expect("an event of ours");
        self.kept.insert(id.to_owned(), event);
    }
}

impl Shared {
    /// Does what was asked: status and answer. In what follows null stands for something that is not there, which is an answer
    /// like any other, and `None` for a request that we cannot answer.
    pub(super) fn handle(&self, asked: &Asked<'_>) -> (StatusCode, Value) {
        let reply = match (asked.method.as_str(), asked.path.as_slice()) {
            ("PUT", ["rooms", room, "redact", event, transaction]) => {
                Some(self.redact(room, event, transaction, asked))
            }
            ("PUT", ["rooms", room, "send", kind, transaction]) => {
                Some(self.send(room, kind, transaction, asked))
            }
            (_, ["rooms", room, rest @ ..]) => self.in_room(room, rest, asked),
            _ => self.elsewhere(asked),
        };
        match reply {
            Some(Value::Null) => {}
            Some(reply) => return (StatusCode::OK, reply),
            None => {
                let what = format!("{} /{}", asked.method, asked.path.join("/"));
                self.ledger.borrow_mut().unknown.push(what);
            }
        }
        let error = json!({"errcode": "M_NOT_FOUND", "error": "not here"});
        (StatusCode::NOT_FOUND, error)
    }

    fn redact(&self, room: &str, event: &str, transaction: &str, asked: &Asked<'_>) -> Value {
        self.ledger
            .borrow_mut()
            .redacted(event, transaction, asked.at);
        let (id, new) = self.once(&asked.path);
        if new {
            let content = format!(r#"{{"redacts":"{event}"}}"#);
            self.echo(room, "m.room.redaction", None, &id, &content);
        }
        json!({"event_id": id})
    }

    fn send(&self, room: &str, kind: &str, transaction: &str, asked: &Asked<'_>) -> Value {
        let (id, new) = self.once(&asked.path);
        let content: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let source = content.get(hygie::announce::RELAY_KEY);
        let source = source.and_then(Value::as_str);
        let mut ledger = self.ledger.borrow_mut();
        match source {
            Some(source) => ledger.copied(source, room, transaction, asked.at),
            None if new => ledger.noticed(),
            None => {}
        }
        drop(ledger);
        if new {
            let content = String::from_utf8_lossy(&asked.body);
            self.echo(room, kind, None, &id, &content);
        }
        json!({"event_id": id})
    }

    /// The event of a transaction, and whether it is a new one.
    fn once(&self, path: &[&str]) -> (String, bool) {
        let mut rooms = self.rooms.borrow_mut();
        let key = path.join("/");
        if let Some(id) = rooms.sent.get(&key) {
            return (id.clone(), false);
        }
        let id = format!("$sent{}", self.number());
        rooms.sent.insert(key, id.clone());
        (id, true)
    }

    /// Pushes back what the bot did.
    fn echo(&self, room: &str, kind: &str, key: Option<&str>, id: &str, content: &str) {
        let json = push::echo(room, kind, key, id, content);
        self.queue(json, None, true);
    }

    fn in_room(&self, room: &str, rest: &[&str], asked: &Asked<'_>) -> Option<Value> {
        let mut rooms = self.rooms.borrow_mut();
        let body = || serde_json::from_slice::<Value>(&asked.body).unwrap_or_default();
        Some(match (asked.method.as_str(), rest) {
            ("GET", ["event", id]) => rooms.kept.get(*id)?.clone(),
            ("GET", ["relations", ..]) => json!({"chunk": []}),
            ("GET", ["state"]) => {
                // Direct-message rooms were there before; nothing of them matters.
                let state = rooms.made.get(room).into_iter().flatten();
                let events = state.map(|((kind, key), content)| {
                    json!({
                        "type": kind, "state_key": key, "content": content, "room_id": room,
                        "sender": bot(), "event_id": "$state", "origin_server_ts": 1,
                    })
                });
                events.collect()
            }
            ("GET", ["state", kind, key @ ..]) => {
                let state = rooms.made.get(room);
                let content = state.and_then(|state| state.get(&key_of(kind, key)));
                content.cloned().unwrap_or_default()
            }
            ("PUT", ["state", kind, key @ ..]) => {
                let state = rooms.made.entry(room.to_owned()).or_default();
                state.insert(key_of(kind, key), body());
                let id = format!("$state{}", self.number());
                let content = String::from_utf8_lossy(&asked.body);
                let key = key.first().copied().unwrap_or_default();
                self.echo(room, kind, Some(key), &id, &content);
                json!({"event_id": id})
            }
            ("POST", [verb @ ("invite" | "kick" | "ban" | "unban")]) => {
                let membership = match *verb {
                    "kick" | "unban" => "leave",
                    other => other,
                };
                let user = body()["user_id"].as_str()?.to_owned();
                // Others are invited to talk to the bot.
                if *verb == "invite" && user.starts_with("@listed") {
                    self.ledger.borrow_mut().invited(room, &user, asked.at);
                }
                let content = json!({"membership": membership});
                let id = format!("$member{}", self.number());
                self.echo(
                    room,
                    "m.room.member",
                    Some(&user),
                    &id,
                    &content.to_string(),
                );
                let state = rooms.made.entry(room.to_owned()).or_default();
                state.insert(("m.room.member".to_owned(), user), content);
                json!({})
            }
            ("POST", ["join" | "leave" | "receipt" | "read_markers", ..]) => json!({}),
            _ => return None,
        })
    }

    fn elsewhere(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match (asked.method.as_str(), asked.path.as_slice()) {
            ("GET", ["versions"]) => json!({"versions": ["v1.11", "v1.15"]}),
            ("GET", ["capabilities"]) => json!({"capabilities": {
                "m.room_versions": {"default": "12", "available": {"12": "stable"}},
            }}),
            ("GET", ["account", "whoami"]) | ("POST", ["register"]) => json!({"user_id": bot()}),
            ("POST", ["appservice", _, "ping"]) => json!({"duration_ms": 1}),
            ("PUT", ["profile", ..]) => json!({}),
            ("POST", ["join", room]) => json!({"room_id": room}),
            ("GET", ["directory", "room", alias]) => {
                let room = room_of(alias);
                if self.rooms.borrow().made.contains_key(&room) {
                    json!({"room_id": room, "servers": [SERVER_NAME]})
                } else {
                    Value::Null
                }
            }
            ("POST", ["createRoom"]) => self.create(asked)?,
            _ => return None,
        })
    }

    /// Makes a room, whose id follows from its alias.
    fn create(&self, asked: &Asked<'_>) -> Option<Value> {
        let request: Value = serde_json::from_slice(&asked.body).ok()?;
        let room = room_of(request["room_alias_name"].as_str()?);
        let mut state = State::new();
        let mut creation = request["creation_content"].clone();
        creation["room_version"] = request["room_version"].clone();
        state.insert(key_of("m.room.create", &[]), creation);
        let levels = request["power_level_content_override"].clone();
        state.insert(key_of("m.room.power_levels", &[]), levels);
        for event in request["initial_state"].as_array().into_iter().flatten() {
            let key = event["state_key"].as_str().unwrap_or_default();
            state.insert(
                key_of(event["type"].as_str()?, &[key]),
                event["content"].clone(),
            );
        }
        let joined = json!({"membership": "join"});
        state.insert(key_of("m.room.member", &[&bot()]), joined);
        for user in request["invite"].as_array().into_iter().flatten() {
            let invited = json!({"membership": "invite"});
            state.insert(key_of("m.room.member", &[user.as_str()?]), invited);
        }
        for ((kind, key), content) in &state {
            let id = format!("$made{}", self.number());
            self.echo(&room, kind, Some(key), &id, &content.to_string());
        }
        self.rooms.borrow_mut().made.insert(room.clone(), state);
        Some(json!({"room_id": room}))
    }
}

/// The id of the room with this alias, or local part of one.
fn room_of(alias: &str) -> String {
    let localpart = alias
        .trim_start_matches('#')
        .split(':')
        .next()
        .unwrap_or_default();
    format!("!made{localpart}:{SERVER_NAME}")
}

fn key_of(kind: &str, key: &[&str]) -> (String, String) {
    (
        kind.to_owned(),
        key.first().copied().unwrap_or_default().to_owned(),
    )
}
