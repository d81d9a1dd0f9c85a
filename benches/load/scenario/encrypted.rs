//! Events in encrypted groups: encrypted on their senders' devices before anything is measured, decrypted by Hygie.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use hygie_benches::world::{DEVICE, World, bot};
use hygie_servers::device::Device;
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::{Value, json};

use crate::{
    feed::{Feed, leak_text},
    stage::{Measured, Round, Stage},
};

use super::{PATIENCE, Size, WARM_UP, whole};

/// A message that waits to be sent.
struct Sealed {
    room: String,
    sender: String,
    content: Value,
    is_leak: bool,
}

/// The devices of those who write.
struct Writers<'a> {
    stage: &'a Stage,
    devices: BTreeMap<String, Device>,
    number: usize,
}

impl Writers<'_> {
    async fn seal(&mut self, text: &str, is_leak: bool) -> Sealed {
        let (room, sender) = World::SMALL.leak(self.number);
        self.number += 1;
        let user = OwnedUserId::try_from(sender.as_str()).expect("an id");
        if !self.devices.contains_key(&sender) {
            let device = Device::new(&user, "PHONE", self.stage.homeserver.keys()).await;
            self.devices.insert(sender.clone(), device);
        }
        // Whoever else is there costs Hygie nothing.
        let readers = BTreeSet::from([bot().try_into().expect("an id")]);
        let id = OwnedRoomId::try_from(room.as_str()).expect("an id");
        let content = json!({"msgtype": "m.text", "body": text});
        let device = &self.devices[&sender];
        let content = device
            .encrypt(&id, &readers, "m.room.message", &content)
            .await;
        Sealed {
            room,
            sender,
            content,
            is_leak,
        }
    }
}

/// Like `steady`, encrypted.
pub(super) async fn run(size: &Size, round: Round) -> Measured {
    let world = World {
        encrypted: true,
        ..World::SMALL
    };
    let stage = Stage::set(&world, round).await;
    // What is written before would be for nobody.
    while !stage.homeserver.keys().knows(&bot(), DEVICE) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut writers = Writers {
        stage: &stage,
        devices: BTreeMap::new(),
        number: 0,
    };
    let mut feed = Feed::new(&stage, &world, round.faults.seed);
    let count = whole(size.rate * size.seconds);
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for number in 0..world.leakers() + WARM_UP {
        let is_leak = number < world.leakers();
        let text = if is_leak {
            leak_text(number)
        } else {
            feed.clean_text().to_owned()
        };
        first.push(writers.seal(&text, is_leak).await);
    }
    for number in 0..count {
        let is_leak = feed.is_leak(size.leaks_per_mille);
        let text = if is_leak {
            leak_text(number)
        } else {
            feed.clean_text().to_owned()
        };
        all.push(writers.seal(&text, is_leak).await);
    }
    let send = |sealed: Sealed| {
        let Sealed {
            room,
            sender,
            content,
            is_leak,
        } = sealed;
        stage
            .homeserver
            .push_sealed(&room, &sender, &content, is_leak);
    };
    first.into_iter().for_each(send);
    stage.settle(PATIENCE).await;
    let began = stage.begin().await;
    let mut all = all.into_iter();
    let seconds = feed
        .evenly(size.rate, count, |_| {
            send(all.next().expect("as many as are sent"));
        })
        .await;
    stage.settle(PATIENCE).await;
    stage.measured(&began, Some(seconds)).await
}
