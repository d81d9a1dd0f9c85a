//! What the strict homeserver keeps, and what members and the appservice may do with it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{Event, Refusal, Room};

/// The most events in one transaction, as in Synapse.
pub(super) const BATCH: usize = 100;

/// Everything that the homeserver keeps.
#[derive(Default)]
pub(super) struct Data {
    pub(super) rooms: BTreeMap<String, Room>,
    pub(super) aliases: BTreeMap<String, String>,
    /// Event ids by room, path and transaction id.
    pub(super) sent: HashMap<String, String>,
    /// What is to be pushed: room and event id, all of them, also what was pushed.
    pub(super) outgoing: Vec<(String, String)>,
    /// Display names by user.
    pub(super) names: HashMap<String, String>,
    /// Files that members have uploaded, by media id.
    pub(super) files: HashMap<String, Vec<u8>>,
    pub(super) next: u64,
    pub(super) last_at: u64,
}

impl Data {
    pub(super) fn new_id(&mut self, sigil: char) -> String {
        self.next += 1;
        format!("{sigil}strict{}", self.next)
    }

    pub(super) fn now(&mut self) -> u64 {
        let since = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default();
        self.last_at = self
            .last_at
            .max(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        self.last_at
    }

    pub(super) fn room(&self, room: &str) -> Result<&Room, Refusal> {
        let known = self.rooms.get(room);
        known.ok_or_else(|| Refusal::forbidden("Unknown room"))
    }

    /// Adds an event that was allowed and has it pushed when the appservice's bot is, or was, concerned.
    pub(super) fn append(
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

    pub(super) fn send(
        &mut self,
        room: &str,
        sender: &str,
        kind: &str,
        content: Value,
    ) -> Result<String, Refusal> {
        self.room(room)?.may_send(sender, kind, false)?;
        Ok(self.append(room, sender, (kind, None), content))
    }

    pub(super) fn set_state(
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

    pub(super) fn redact(
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

    pub(super) fn change_member(
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
        if change == "join"
            && let Some(name) = self.names.get(target)
        {
            content["displayname"] = name.as_str().into();
        }
        self.append(room, sender, ("m.room.member", Some(target)), content);
        Ok(())
    }

    /// `createRoom`, in the order of Synapse.
    pub(super) fn create(
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
        let name = self.names.get(sender).cloned();
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

    /// What an encrypted event said takes the place of its content, as far as it still has one.
    pub(super) fn reveal(&mut self, room: &str, event: &str, content: Value) {
        if let Some(event) = self
            .rooms
            .get_mut(room)
            .and_then(|room| room.event_mut(event))
        {
            if event.redacted_by.is_none() {
                event.content.clone_from(&content);
            }
            event.said = content;
        }
    }

    /// What is to be pushed from `from` on, as it stands now, and where to go on.
    pub(super) fn outgoing(&self, from: usize, bot: &str) -> (Vec<Value>, usize) {
        let to = self.outgoing.len().min(from + BATCH);
        let events = self.outgoing[from..to].iter().filter_map(|(room, id)| {
            let room = self.rooms.get(room)?;
            let event = room.event(id)?;
            concerns(room, event, bot).then(|| event.json(&room.id))
        });
        (events.collect(), to)
    }
}

/// Whether the appservice is told of this event: it is about the bot, or the bot is in the room.
fn concerns(room: &Room, event: &Event, bot: &str) -> bool {
    event.state_key.as_deref() == Some(bot) || event.sender == bot || room.membership(bot) == "join"
}
