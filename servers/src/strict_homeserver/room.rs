//! A room of the strict homeserver: its events in order, its state, and what a redaction leaves.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

/// An event as the homeserver keeps it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// Matrix event type.
    pub kind: String,
    /// The state key of a state event.
    pub state_key: Option<String>,
    /// Who sent it.
    pub sender: String,
    /// What it says; what a redaction left of it.
    pub content: Value,
    /// What it said when it was sent, which nobody can read any more after a redaction.
    pub said: Value,
    /// `origin_server_ts`.
    pub at: u64,
    /// The redaction that took it down first.
    pub redacted_by: Option<String>,
}

/// A room: everything that happened, in order, and the state that came of it.
#[derive(Clone, Debug, Default)]
pub struct Room {
    /// Its id.
    pub id: String,
    /// All events, in order.
    pub events: Vec<Event>,
    /// The place in `events` of the current state events, by type and key.
    pub state: BTreeMap<(String, String), usize>,
    by_id: HashMap<String, usize>,
}

/// What a redaction leaves of a state event's content (room version 11 and later), by type; of other events nothing is left.
const KEPT: &[(&str, &[&str])] = &[
    (
        "m.room.member",
        &["membership", "join_authorised_via_users_server"],
    ),
    ("m.room.join_rules", &["join_rule", "allow"]),
    (
        "m.room.power_levels",
        &[
            "ban",
            "events",
            "events_default",
            "invite",
            "kick",
            "redact",
            "state_default",
            "users",
            "users_default",
        ],
    ),
    ("m.room.history_visibility", &["history_visibility"]),
];

impl Event {
    /// As a client or an appservice gets it now.
    #[must_use]
    pub fn json(&self, room: &str) -> Value {
        let mut json = json!({
            "event_id": self.id, "room_id": room, "type": self.kind, "sender": self.sender,
            "origin_server_ts": self.at, "content": self.content, "unsigned": {},
        });
        if let Some(key) = &self.state_key {
            json["state_key"] = key.as_str().into();
        }
        if let Some(by) = &self.redacted_by {
            json["unsigned"]["redacted_because"] =
                json!({"event_id": by, "type": "m.room.redaction"});
        }
        json
    }

    fn strip(&mut self) {
        if self.kind == "m.room.create" {
            return;
        }
        let kept = KEPT.iter().find(|(kind, _)| *kind == self.kind);
        let kept = kept.map_or(&[][..], |(_, keys)| keys);
        if let Some(content) = self.content.as_object_mut() {
            content.retain(|key, _| kept.contains(&key.as_str()));
        }
    }
}

impl Room {
    /// The content of a current state event.
    #[must_use]
    pub fn state(&self, kind: &str, key: &str) -> Option<&Value> {
        let place = self.state.get(&(kind.to_owned(), key.to_owned()))?;
        Some(&self.events[*place].content)
    }

    /// The membership of `user`; `leave` for who was never there.
    #[must_use]
    pub fn membership(&self, user: &str) -> &str {
        let member = self.state("m.room.member", user);
        member
            .and_then(|content| content["membership"].as_str())
            .unwrap_or("leave")
    }

    /// An event, by its id.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.by_id.get(id).map(|place| &self.events[*place])
    }

    pub(super) fn event_mut(&mut self, id: &str) -> Option<&mut Event> {
        self.by_id.get(id).map(|place| &mut self.events[*place])
    }

    /// Who is in the room.
    pub fn joined(&self) -> impl Iterator<Item = &str> {
        let members = self
            .state
            .keys()
            .filter(|(kind, _)| kind == "m.room.member");
        members
            .map(|(_, user)| user.as_str())
            .filter(|user| self.membership(user) == "join")
    }

    /// The redactions of an event, in order.
    pub fn redactions_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Event> {
        let redactions = self
            .events
            .iter()
            .filter(|event| event.kind == "m.room.redaction");
        redactions.filter(move |event| event.content["redacts"] == id)
    }

    /// Adds what was allowed; a redaction strips its target.
    pub(super) fn append(&mut self, event: Event) {
        let place = self.events.len();
        self.by_id.insert(event.id.clone(), place);
        if let Some(key) = &event.state_key {
            self.state.insert((event.kind.clone(), key.clone()), place);
        }
        if event.kind == "m.room.redaction"
            && let Some(target) = event.content["redacts"].as_str()
            && let Some(target) = self.by_id.get(target).copied()
        {
            let target = &mut self.events[target];
            target.strip();
            target.redacted_by.get_or_insert_with(|| event.id.clone());
        }
        self.events.push(event);
    }
}
