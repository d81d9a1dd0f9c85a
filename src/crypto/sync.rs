//! The loop that brings keys: sliding sync with nothing but to-device messages and changes of devices. What it brings is stored together
//! with how far it read, so nothing is lost whenever Hygie stops.

use std::{sync::atomic::Ordering, time::Duration};

use matrix_sdk_common::deserialized_responses::ProcessedToDeviceEvent;
use matrix_sdk_crypto::{EncryptionSyncChanges, store::types::RoomKeyInfo};
use ruma::{
    OwnedRoomId,
    api::client::sync::sync_events::{DeviceLists, v5},
    presence::PresenceState,
    uint,
};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver},
    task::JoinHandle,
};
use tracing::{debug, info, warn};

use super::{Crypto, CryptoError, Held, Opened};
use crate::{
    dispatch::{Arrival, Dispatcher},
    event::{Event, EventKind},
    fault,
    matrix::MatrixError,
};

/// How long the homeserver may wait for something to tell.
const POLL: Duration = Duration::from_secs(30);
/// How long is paused after a failure, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// How often it is looked who is to be told of what cannot be read.
const PATROL: Duration = Duration::from_secs(1);
/// After which time a person is told that what they wrote to the bot cannot be read.
const TELL_PERSON: Duration = Duration::from_secs(15);

/// What is new of the events that wait.
pub(super) enum News {
    /// The first one of this session in this room waits.
    Waits((OwnedRoomId, String)),
    /// Too many wait; this one no longer does.
    PushedOut(Held),
}

/// Runs the encryption side, on a thread of its own, until it is aborted.
#[must_use]
pub fn start(crypto: Crypto, dispatcher: Dispatcher) -> JoinHandle<()> {
    let aside = crypto.clone();
    aside.0.aside.spawn(async move {
        while !crypto.0.shared.health.is_set_up() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::join!(
            crypto.keep_synced(&dispatcher),
            crypto.patrol(&dispatcher),
            crypto.look_for_keys(&dispatcher)
        );
    })
}

impl Crypto {
    async fn keep_synced(&self, dispatcher: &Dispatcher) {
        let mut pos = None;
        let mut pause = PAUSE.0;
        let mut is_public = false;
        loop {
            let done = if is_public {
                self.sync(&mut pos, dispatcher).await
            } else {
                self.make_public().await
            };
            match done {
                Ok(()) => {
                    is_public = true;
                    pause = PAUSE.0;
                    if self.0.shared.health.keys(None) {
                        info!("the keys of encrypted rooms come in");
                    }
                }
                Err(problem) => {
                    if matches!(&problem, CryptoError::Homeserver(MatrixError::Refused { errcode, .. }) if errcode == "M_UNKNOWN_POS")
                    {
                        pos = None;
                        continue;
                    }
                    if self.0.shared.health.keys(Some(problem.to_string())) {
                        warn!(%problem, "the keys of encrypted rooms do not come in; trying again");
                    }
                    // What was pushed meanwhile may be lost.
                    self.0.people.forget();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
            }
        }
    }

    /// Tells the homeserver of the device, the identity and the key backup, as far as it does not know them.
    ///
    /// # Errors
    /// When it does not answer or refuses, or has another identity of the bot.
    pub async fn make_public(&self) -> Result<(), CryptoError> {
        self.publish().await?;
        self.set_up_backup().await
    }

    /// Asks once, takes what comes, and does what it makes possible.
    async fn sync(
        &self,
        pos: &mut Option<String>,
        dispatcher: &Dispatcher,
    ) -> Result<(), CryptoError> {
        for key in self.bring_keys(pos).await? {
            self.release(&key.room_id, &key.session_id, dispatcher)
                .await;
        }
        self.flush().await?;
        self.keep_backup().await;
        self.prune().await;
        Ok(())
    }

    /// Asks once for what was sent to the device, and stores it. Gives the new keys.
    ///
    /// # Errors
    /// When the homeserver does not answer or refuses, or the keys cannot be stored.
    pub async fn bring_keys(
        &self,
        pos: &mut Option<String>,
    ) -> Result<Vec<RoomKeyInfo>, CryptoError> {
        self.flush().await?;
        let machine = &self.0.machine;
        let mut request = v5::Request::new();
        request.conn_id = Some("hygie".to_owned());
        request.pos.clone_from(pos);
        request.timeout = Some(POLL);
        request.set_presence = PresenceState::Offline;
        request.extensions.e2ee.enabled = Some(true);
        let to_device = &mut request.extensions.to_device;
        to_device.enabled = Some(true);
        to_device.limit = Some(uint!(100));
        to_device.since = machine.store().next_batch_token().await?;
        let answer = self.0.keys.ask_patiently(request, POLL).await?;
        fault::point("crypto.synced");
        let new = self.receive(answer.extensions).await?;
        if pos.is_none() {
            // What changed before is not told to a new connection.
            self.ask_for_all_devices().await?;
        }
        *pos = Some(answer.pos);
        fault::point("crypto.keys_stored");
        Ok(new)
    }

    /// Every device of everybody is asked for before the next key is shared.
    pub(super) async fn ask_for_all_devices(&self) -> Result<(), CryptoError> {
        self.0.machine.mark_all_tracked_users_as_dirty().await?;
        self.0.devices.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn receive(
        &self,
        extensions: v5::response::Extensions,
    ) -> Result<Vec<RoomKeyInfo>, CryptoError> {
        let none = DeviceLists::default();
        let (events, next_batch) = match extensions.to_device {
            Some(to_device) => (to_device.events, Some(to_device.next_batch)),
            None => (Vec::new(), None),
        };
        let e2ee = &extensions.e2ee;
        let changes = EncryptionSyncChanges {
            to_device_events: events,
            changed_devices: if e2ee.device_lists.is_empty() {
                &none
            } else {
                &e2ee.device_lists
            },
            one_time_keys_counts: &e2ee.device_one_time_keys_count,
            unused_fallback_keys: e2ee.device_unused_fallback_key_types.as_deref(),
            next_batch_token: next_batch,
        };
        if !e2ee.device_lists.is_empty() {
            self.0.devices.fetch_add(1, Ordering::Relaxed);
        }
        let settings = super::open::SETTINGS;
        let machine = &self.0.machine;
        let (messages, keys) = machine.receive_sync_changes(changes, &settings).await?;
        // `m.dummy`: a device has lost its session with us, and the keys that came by it.
        let is_dummy = |message: &ProcessedToDeviceEvent| {
            let kind = message.to_raw().get_field::<String>("type");
            kind.is_ok_and(|kind| kind.as_deref() == Some("m.dummy"))
        };
        if messages.iter().any(is_dummy) {
            self.0.devices.fetch_add(1, Ordering::Relaxed);
        }
        Ok(keys)
    }

    /// An event waits for its key. Nothing is waited for here: it is looked for on the thread of this side.
    pub fn hold(&self, held: Held) {
        let session = (held.room.clone(), held.session.clone());
        let (is_first, pushed_out) = self.0.hold.put(held);
        self.measure();
        let news = if is_first {
            Some(News::Waits(session))
        } else {
            None
        };
        for news in news.into_iter().chain(pushed_out.map(News::PushedOut)) {
            // Closed only when the process ends: at the next start the event is in the inbox.
            let _ = self.0.news.send(news);
        }
    }

    /// An event waits on.
    fn put_back(&self, held: Held) {
        if let (_, Some(pushed_out)) = self.0.hold.put(held) {
            let _ = self.0.news.send(News::PushedOut(pushed_out));
        }
    }

    /// Looks for the keys of what was just held: it may have come meanwhile. The others are asked for.
    async fn look_for_keys(&self, dispatcher: &Dispatcher) {
        let mut news = self.0.heard_of.lock().await;
        let (ask, asked) = mpsc::unbounded_channel();
        let look = async {
            while let Some(news) = news.recv().await {
                match news {
                    News::PushedOut(held) => self.give_up(held, dispatcher).await,
                    News::Waits((room, session)) => {
                        self.release(&room, &session, dispatcher).await;
                        let _ = ask.send((room, session));
                    }
                }
            }
        };
        tokio::join!(look, self.ask_for_keys(dispatcher, asked));
    }

    async fn ask_for_keys(
        &self,
        dispatcher: &Dispatcher,
        mut asked: UnboundedReceiver<(OwnedRoomId, String)>,
    ) {
        while let Some((room, session)) = asked.recv().await {
            let Some(held) = self.0.hold.first(&room, &session) else {
                continue;
            };
            match self.ask_for_key(&held).await {
                Ok(true) => self.release(&room, &session, dispatcher).await,
                Ok(false) => {}
                Err(problem) => debug!(%problem, "a missing key could not be asked for"),
            }
        }
    }

    /// Asks the bot's other devices and the backup; whether the key was there. The sender's own devices are not asked:
    /// `matrix-sdk-crypto` takes no keys from others than those who made them, and these send theirs by themselves.
    async fn ask_for_key(&self, held: &Held) -> Result<bool, CryptoError> {
        if held.session.is_empty() || !self.0.is_public.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let machine = &self.0.machine;
        let devices = machine.get_user_devices(machine.user_id(), None).await?;
        // Without others nobody would answer, and every request is remembered.
        let has_others = devices.keys().any(|device| device != machine.device_id());
        let payload = self.0.shared.store.payload(held.seq).await;
        if let (true, Ok(Some(payload))) = (has_others, payload)
            && let Ok(raw) = serde_json::value::RawValue::from_string(payload)
        {
            let event = ruma::serde::Raw::from_json(raw);
            if let Ok((cancellation, request)) = machine.request_room_key(&event, &held.room).await
            {
                for request in cancellation.iter().chain([&request]) {
                    self.carry(request.request_id(), request.request()).await?;
                }
            }
        }
        self.fetch_from_backup(&held.room, &held.session).await
    }

    /// Has the events decided that wait for this session, if they can be read now.
    pub(super) async fn release(&self, room: &OwnedRoomId, session: &str, dispatcher: &Dispatcher) {
        // One after the other: what is looked at here would be missed by whoever comes with its key meanwhile.
        let _turn = self.0.releasing.lock().await;
        for held in self.0.hold.take(room, session) {
            let payload = match self.0.shared.store.payload(held.seq).await {
                Ok(Some(payload)) => payload,
                // It was decided meanwhile.
                Ok(None) => continue,
                Err(problem) => {
                    debug!(error = %problem, "an event that waits for its key could not be read from the store");
                    self.put_back(held);
                    continue;
                }
            };
            let Ok(mut event) = Event::parse(&payload) else {
                dispatcher.unreadable(held.seq).await;
                continue;
            };
            match self.open(room, &payload).await {
                Opened::Clear(kind) => {
                    self.0.shared.metrics.decrypted.inc();
                    event.kind = kind;
                }
                Opened::NoKey(_) => {
                    self.put_back(held);
                    continue;
                }
                Opened::Never(_) => event.kind = EventKind::Unreadable,
            }
            dispatcher
                .event(held.seq, held.received_at, event, Arrival::Open)
                .await;
        }
        self.measure();
    }

    /// Tells of what cannot be read, and gives up what waited too long.
    async fn patrol(&self, dispatcher: &Dispatcher) {
        loop {
            tokio::time::sleep(PATROL).await;
            let now = self.0.shared.now();
            let patience = self.0.patience;
            let after = |held: &Held| {
                let snapshot = self.0.shared.snapshot();
                if snapshot.direct_rooms.contains_key(&held.room) {
                    TELL_PERSON.min(patience.tell_after)
                } else {
                    patience.tell_after
                }
            };
            for held in self.0.hold.untold(now, after) {
                // The store may have failed when its key came.
                self.release(&held.room, &held.session, dispatcher).await;
                if self.0.hold.holds(&held) {
                    dispatcher.unread(held).await;
                }
            }
            for held in self.0.hold.expired(now, patience.wait_for_key) {
                self.give_up(held, dispatcher).await;
            }
            self.measure();
        }
    }

    /// An event has waited too long. If it can be read after all, it is.
    async fn give_up(&self, held: Held, dispatcher: &Dispatcher) {
        let payload = match self.0.shared.store.payload(held.seq).await {
            Ok(Some(payload)) => payload,
            Ok(None) => return,
            Err(problem) => {
                debug!(error = %problem, "an event that waits for its key could not be read from the store");
                return self.hold(held);
            }
        };
        let Ok(mut event) = Event::parse(&payload) else {
            return dispatcher.unreadable(held.seq).await;
        };
        event.kind = match self.open(&held.room, &payload).await {
            Opened::Clear(kind) => {
                self.0.shared.metrics.decrypted.inc();
                kind
            }
            Opened::NoKey(_) | Opened::Never(_) => {
                self.0.shared.metrics.undecryptable.inc();
                EventKind::Unreadable
            }
        };
        dispatcher
            .event(held.seq, held.received_at, event, Arrival::Open)
            .await;
    }

    fn measure(&self) {
        let waiting = i64::try_from(self.0.hold.len()).unwrap_or(i64::MAX);
        self.0.shared.metrics.waiting_for_keys.set(waiting);
    }
}
