//! The devices with which people read and write where it is encrypted.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use hygie_tests::{device::Device, key_server::KeyServer, strict_homeserver::Refusal};
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::Value;

use super::{
    hygie::id_of,
    model::{CORRESPONDENTS, GUESTS, LAST, LISTED, PASSING, PROPOSED, STABLE, TEAM, TROUBLE},
    walk::Walk,
};

const ENCRYPTED: &str = "m.room.encrypted";

/// A device of everybody, from the beginning.
pub(super) struct Devices(BTreeMap<String, Device>);

impl Devices {
    pub(super) async fn new(keys: &Arc<KeyServer>) -> Self {
        let mut devices = BTreeMap::new();
        let everybody = TEAM.into_iter().chain(STABLE).chain(PASSING);
        let everybody = everybody.chain(CORRESPONDENTS).chain(GUESTS);
        for name in everybody
            .chain(PROPOSED)
            .chain(LISTED)
            .chain(TROUBLE)
            .chain([LAST])
        {
            let user = OwnedUserId::try_from(id_of(name)).expect("an id");
            devices.insert(id_of(name), Device::new(&user, "PHONE", keys).await);
        }
        Self(devices)
    }
}

fn room_id(room: &str) -> OwnedRoomId {
    RoomId::parse(room).expect("an id")
}

impl Walk {
    /// Who is in an encrypted room; none where it is not encrypted.
    fn encrypted_for(&self, room: &str) -> Option<BTreeSet<OwnedUserId>> {
        let people = self.homeserver.look(room, |room| {
            room.state("m.room.encryption", "")?;
            let people = room.joined().map(OwnedUserId::try_from);
            Some(people.collect::<Result<_, _>>().expect("ids"))
        });
        people.flatten()
    }

    /// Somebody says something: encrypted where the room is.
    pub(super) async fn say(
        &mut self,
        room: &str,
        user: &str,
        content: Value,
    ) -> Result<String, Refusal> {
        const MESSAGE: &str = "m.room.message";
        let Some(people) = self.encrypted_for(room) else {
            return self.homeserver.send(room, user, MESSAGE, content);
        };
        let device = &self.devices.0[user];
        device.sync().await;
        let sealed = device
            .encrypt(&room_id(room), &people, MESSAGE, &content)
            .await;
        self.told("encrypted");
        self.homeserver.send(room, user, ENCRYPTED, sealed)
    }

    /// For the examination at the end everything encrypted is read, by whoever has its key.
    pub(super) async fn reveal(&mut self) {
        for device in self.devices.0.values() {
            device.sync().await;
        }
        for room in self.homeserver.rooms() {
            let sealed = self.homeserver.look(&room, |it| {
                let sealed = it.events.iter().filter(|event| event.kind == ENCRYPTED);
                let json = sealed.map(|event| {
                    let mut json = event.json(&room);
                    json["content"] = event.said.clone();
                    json
                });
                json.collect::<Vec<_>>()
            });
            for event in sealed.unwrap_or_default() {
                let id = event["event_id"].as_str().expect("it has one");
                for device in self.devices.0.values() {
                    if let Some(content) = device.decrypt(&room_id(&room), &event).await {
                        *self.model.story.entry("read by somebody").or_default() += 1;
                        self.homeserver.reveal(&room, id, content);
                        break;
                    }
                }
            }
        }
    }
}
