//! Who is in a room, and whether it is encrypted: from the snapshot for the rooms of communities; for others asked once, then kept up
//! to date by what is pushed.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use matrix_sdk_crypto::{CollectStrategy, EncryptionSettings, store::types::RoomSettings};
use ruma::{
    OwnedRoomId, OwnedUserId, RoomId,
    events::room::{encryption::RoomEncryptionEventContent, history_visibility::HistoryVisibility},
};
use serde_json::Value;

use super::{Crypto, CryptoError};
use crate::{
    community::change::Membership,
    event::{Event, EventKind},
};

/// How often a room is asked for that changes while it is.
const TRIES: usize = 3;

/// What is known of rooms that belong to no community.
#[derive(Default)]
pub(super) struct People {
    others: Mutex<HashMap<OwnedRoomId, Known>>,
    /// Rooms that were asked since the start, and are not encrypted as far as that goes.
    plain: Mutex<HashSet<OwnedRoomId>>,
}

#[derive(Default)]
struct Known {
    /// How many changes were pushed.
    changes: u64,
    room: Option<Room>,
}

/// A room, as far as encryption goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Room {
    /// Content of `m.room.encryption`.
    pub encryption: Option<Value>,
    pub joined: BTreeSet<OwnedUserId>,
    pub invited: BTreeSet<OwnedUserId>,
    /// Who is invited may read what is said before they come.
    pub shows_to_invited: bool,
}

impl Room {
    /// Takes a state event over.
    fn apply(&mut self, event_type: &str, state_key: &str, content: &Value) {
        let text = |name: &str| content.get(name).and_then(Value::as_str);
        match event_type {
            "m.room.encryption" if content.get("algorithm").is_some() => {
                self.encryption = Some(content.clone());
            }
            "m.room.history_visibility" => {
                self.shows_to_invited = text("history_visibility") != Some("joined");
            }
            "m.room.member" => {
                let Ok(user) = OwnedUserId::try_from(state_key) else {
                    return;
                };
                self.joined.remove(&user);
                self.invited.remove(&user);
                match Membership::parse(text("membership").unwrap_or("leave")) {
                    Membership::Join => drop(self.joined.insert(user)),
                    Membership::Invite => drop(self.invited.insert(user)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// To whom the keys of what is said here go.
    pub(super) fn recipients(&self) -> Vec<OwnedUserId> {
        let invited = self.invited.iter().filter(|_| self.shows_to_invited);
        self.joined.iter().chain(invited).cloned().collect()
    }

    /// How keys are shared here; `None` where nothing is encrypted.
    fn settings(&self) -> Option<(EncryptionSettings, RoomSettings)> {
        let content: RoomEncryptionEventContent = serde_json::from_value(self.encryption.clone()?)
            .unwrap_or_else(|_| RoomEncryptionEventContent::with_recommended_defaults());
        let visibility = if self.shows_to_invited {
            HistoryVisibility::Invited
        } else {
            HistoryVisibility::Joined
        };
        let settings = EncryptionSettings::new(content, visibility, CollectStrategy::AllDevices);
        let kept = RoomSettings {
            algorithm: settings.algorithm.clone(),
            session_rotation_period: Some(settings.rotation_period),
            session_rotation_period_messages: usize::try_from(settings.rotation_period_msgs).ok(),
            ..RoomSettings::default()
        };
        Some((settings, kept))
    }
}

impl People {
    fn rooms(&self) -> MutexGuard<'_, HashMap<OwnedRoomId, Known>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something may have happened that was not pushed: rooms are asked for again.
    pub(super) fn forget(&self) {
        self.rooms().clear();
        self.asked_plain().clear();
    }

    fn asked_plain(&self) -> MutexGuard<'_, HashSet<OwnedRoomId>> {
        self.plain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_plain(&self, room: &RoomId) -> bool {
        self.asked_plain().contains(room)
    }

    fn plain(&self, room: &RoomId) {
        self.asked_plain().insert(room.to_owned());
    }

    /// Something was pushed.
    pub(super) fn heard(&self, event: &Event) {
        if let EventKind::State {
            event_type,
            state_key,
            content,
        } = &event.kind
            && let Some(known) = self.rooms().get_mut(&event.room)
        {
            known.changes += 1;
            if let Some(room) = &mut known.room {
                room.apply(event_type, state_key, content);
            }
        }
    }
}

impl Crypto {
    /// Something was pushed that may say who is where.
    pub fn heard(&self, event: &Event) {
        self.0.people.heard(event);
    }

    /// How keys are shared in a room and to whom; `None` where nothing is encrypted. What was encrypted once stays so, whatever the
    /// homeserver says.
    pub(super) async fn sharing_in(
        &self,
        id: &RoomId,
    ) -> Result<Option<(EncryptionSettings, Vec<OwnedUserId>)>, CryptoError> {
        let mut room = match self.governed(id) {
            Some(room) => room,
            None => self.asked(id).await?,
        };
        let machine = &self.0.machine;
        let kept = machine.room_settings(id).await?;
        if kept.is_some() && room.encryption.is_none() {
            let algorithm = serde_json::json!({"algorithm": "m.megolm.v1.aes-sha2"});
            room.encryption = Some(algorithm);
        }
        if room.encryption.is_none() && !self.0.people.is_plain(id) {
            // Since Hygie was last told somebody may have turned it on.
            room.encryption = self
                .0
                .reader
                .state_event(id, "m.room.encryption", "")
                .await?;
        }
        let Some((settings, now)) = room.settings() else {
            self.0.people.plain(id);
            return Ok(None);
        };
        if kept.as_ref() != Some(&now) {
            // Refused when it would make less of it; then what was stays.
            let _ = machine.set_room_settings(id, &now).await;
        }
        // The bot has one device, and that made the key: another one would be somebody else's.
        let mut people = room.recipients();
        people.retain(|user| user != machine.user_id());
        Ok(Some((settings, people)))
    }

    fn governed(&self, id: &RoomId) -> Option<Room> {
        let snapshot = self.0.shared.snapshot();
        let room = snapshot.rooms.get(id).filter(|room| room.known)?;
        let mut found = Room {
            encryption: room.state("m.room.encryption", "").cloned(),
            shows_to_invited: true,
            ..Room::default()
        };
        if let Some(content) = room.state("m.room.history_visibility", "") {
            found.apply("m.room.history_visibility", "", content);
        }
        for (user, member) in &room.members {
            match member.membership {
                Membership::Join => drop(found.joined.insert(user.clone())),
                Membership::Invite => drop(found.invited.insert(user.clone())),
                _ => {}
            }
        }
        Some(found)
    }

    /// From memory, else from the homeserver.
    async fn asked(&self, id: &RoomId) -> Result<Room, CryptoError> {
        let mut read = Room::default();
        for _ in 0..TRIES {
            let before = {
                let mut rooms = self.0.people.rooms();
                let known = rooms.entry(id.to_owned()).or_default();
                if let Some(room) = &known.room {
                    return Ok(room.clone());
                }
                known.changes
            };
            read = Room {
                shows_to_invited: true,
                ..Room::default()
            };
            for event in self.0.reader.state(id).await? {
                read.apply(&event.event_type, &event.state_key, &event.content);
            }
            let mut rooms = self.0.people.rooms();
            let known = rooms.entry(id.to_owned()).or_default();
            if known.changes == before {
                known.room = Some(read.clone());
                break;
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn member(membership: &str) -> Value {
        json!({"membership": membership})
    }

    #[test]
    fn who_left_gets_no_keys_and_who_is_invited_only_where_they_may_read() {
        let mut room = Room::default();
        for (user, membership) in [
            ("@a:s", "join"),
            ("@b:s", "invite"),
            ("@c:s", "join"),
            ("@c:s", "leave"),
            ("@d:s", "ban"),
        ] {
            room.apply("m.room.member", user, &member(membership));
        }
        assert_eq!(room.recipients(), ["@a:s"]);
        room.apply(
            "m.room.history_visibility",
            "",
            &json!({"history_visibility": "invited"}),
        );
        assert_eq!(room.recipients(), ["@a:s", "@b:s"]);
    }

    #[test]
    fn encryption_is_never_turned_off() {
        let mut room = Room::default();
        assert!(room.settings().is_none());
        room.apply(
            "m.room.encryption",
            "",
            &json!({"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 7}),
        );
        room.apply("m.room.encryption", "", &json!({}));
        let (settings, kept) = room.settings().unwrap();
        assert_eq!(
            (
                settings.rotation_period_msgs,
                kept.session_rotation_period_messages
            ),
            (7, Some(7))
        );
        room.encryption = Some(json!({"algorithm": 7}));
        assert!(
            room.settings().is_some(),
            "an odd content is still encryption"
        );
    }
}
