//! The rooms of the fake homeserver: state, timelines, aliases, and sends deduplicated by transaction id.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::Received;

/// What is known of a room.
#[derive(Clone, Debug, Default)]
pub struct FakeRoom {
    /// State by type and key.
    pub state: BTreeMap<(String, String), Value>,
    /// Events that are not state, in order.
    pub timeline: Vec<Value>,
}

/// All rooms.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    /// Room ids by alias.
    pub(super) aliases: HashMap<String, String>,
    /// Rooms by id.
    pub(super) known: HashMap<String, FakeRoom>,
    /// Event ids by sender, room and transaction id.
    sent: HashMap<String, String>,
}

impl Rooms {
    /// Answers a request below `/rooms/{room}`; None is a 404.
    pub(super) fn in_room(
        &mut self,
        new_id: &dyn Fn() -> String,
        request: &Received,
        sender: &str,
        room: &str,
        rest: &[&str],
    ) -> Option<Value> {
        let reply = match (request.method.as_str(), rest) {
            ("GET", ["state"]) => {
                let state = &self.known.get(room)?.state;
                let events = state.iter().map(|((kind, key), content)| {
                    json!({
                        "type": kind, "state_key": key, "content": content, "room_id": room,
                        "sender": sender, "event_id": "$state", "origin_server_ts": 1,
                    })
                });
                json!(events.collect::<Vec<_>>())
            }
            ("GET", ["state", kind, key @ ..]) => {
                self.known.get(room)?.state.get(&key_of(kind, key))?.clone()
            }
            ("PUT", ["state", kind, key @ ..]) => {
                let state = &mut self.known.entry(room.to_owned()).or_default().state;
                state.insert(key_of(kind, key), request.body.clone());
                json!({"event_id": new_id()})
            }
            ("GET", ["joined_members"]) => {
                let state = &self.known.get(room)?.state;
                let joined = state.iter().filter(|((kind, _), content)| {
                    kind == "m.room.member" && content["membership"] == "join"
                });
                let joined = joined.map(|((_, user), _)| (user.clone(), json!({})));
                json!({"joined": joined.collect::<serde_json::Map<_, _>>()})
            }
            ("PUT", ["send", kind, txn]) => {
                let content = json!({"type": kind, "content": request.body});
                json!({"event_id": self.append(new_id, sender, room, txn, content)})
            }
            ("PUT", ["redact", event, txn]) => {
                let content = json!({"type": "m.room.redaction", "content": {"redacts": event}});
                json!({"event_id": self.append(new_id, sender, room, txn, content)})
            }
            ("GET", ["event", id]) => {
                let timeline = &self.known.get(room)?.timeline;
                timeline
                    .iter()
                    .find(|event| event["event_id"] == *id)?
                    .clone()
            }
            ("POST" | "PUT", ["receipt" | "read_markers" | "typing", ..]) => json!({}),
            _ => return None,
        };
        Some(reply)
    }

    /// Adds an event once per transaction id, as the specification asks.
    fn append(
        &mut self,
        new_id: &dyn Fn() -> String,
        sender: &str,
        room: &str,
        txn: &str,
        mut event: Value,
    ) -> String {
        let known = self.sent.entry(format!("{sender} {room} {txn}"));
        let mut new = false;
        let id = known.or_insert_with(|| {
            new = true;
            new_id()
        });
        let id = id.clone();
        if new {
            event["event_id"] = json!(id);
            event["sender"] = json!(sender);
            event["room_id"] = json!(room);
            event["origin_server_ts"] = json!(1);
            let room = self.known.entry(room.to_owned()).or_default();
            room.timeline.push(event);
        }
        id
    }

    /// Stores what `createRoom` asks for.
    pub(super) fn create(&mut self, room: &str, request: &Value, sender: &str, server_name: &str) {
        let mut create = request["creation_content"].clone();
        create["room_version"] = json!(request["room_version"].as_str().unwrap_or("12"));
        let state = &mut self.known.entry(room.to_owned()).or_default().state;
        state.insert(key_of("m.room.create", &[]), create);
        state.insert(
            key_of("m.room.power_levels", &[]),
            request["power_level_content_override"].clone(),
        );
        for (field, kind) in [("name", "m.room.name"), ("topic", "m.room.topic")] {
            if let Some(value) = request[field].as_str() {
                state.insert(key_of(kind, &[]), json!({field: value}));
            }
        }
        for event in request["initial_state"].as_array().into_iter().flatten() {
            let kind = event["type"].as_str().unwrap_or_default();
            let key = event["state_key"].as_str().unwrap_or_default();
            state.insert(key_of(kind, &[key]), event["content"].clone());
        }
        if let Some(alias) = request["room_alias_name"].as_str() {
            let alias = format!("#{alias}:{server_name}");
            state.insert(
                key_of("m.room.canonical_alias", &[]),
                json!({"alias": alias}),
            );
            self.aliases.insert(alias, room.to_owned());
        }
        self.member(room, sender, "join");
        for user in request["invite"].as_array().into_iter().flatten() {
            self.member(room, user.as_str().unwrap_or_default(), "invite");
        }
    }

    /// Sets a membership.
    pub(super) fn member(&mut self, room: &str, user: &str, membership: &str) {
        let state = &mut self.known.entry(room.to_owned()).or_default().state;
        state.insert(
            key_of("m.room.member", &[user]),
            json!({"membership": membership}),
        );
    }
}

fn key_of(kind: &str, key: &[&str]) -> (String, String) {
    (
        kind.to_owned(),
        key.first().copied().unwrap_or_default().to_owned(),
    )
}
