//! Saying something in an encrypted room: the key goes to every device of everybody there, then what is said is encrypted with it.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use matrix_sdk_crypto::{EncryptionSettings, vodozemac::megolm::MegolmMessage};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, serde::Raw};
use serde_json::{Value, value::to_raw_value};

use super::{Crypto, CryptoError};
use crate::fault;

/// The machine lets nobody change keys more often.
const SHORTEST_PERIOD: Duration = Duration::from_hours(1);
/// The machine lets nobody say more with one key.
const MOST_MESSAGES: u64 = 10_000;

/// A room where everybody has the key. To look at every device of a large room again for each message would take most of its time.
pub(super) struct Ready {
    settings: EncryptionSettings,
    people: Vec<OwnedUserId>,
    /// What was known of devices.
    devices: u64,
    /// The session, when it was made, and how many messages it may still be used for.
    session: String,
    made: Instant,
    left: u64,
}

impl Ready {
    /// Whether the key is as good as it was, and for one message more.
    fn holds(&self, settings: &EncryptionSettings, people: &[OwnedUserId], devices: u64) -> bool {
        // Half: the key may be older than its first message.
        let period = settings.rotation_period.max(SHORTEST_PERIOD) / 2;
        self.left > 0
            && self.devices == devices
            && are_same(&self.settings, settings)
            && self.people == people
            && self.made.elapsed() < period
    }

    /// The room after a message; `None` when nobody knows how old its key is, because it is of an earlier run of Hygie.
    fn after(
        before: Option<Self>,
        sealed: &Value,
        (settings, people): (EncryptionSettings, Vec<OwnedUserId>),
        devices: u64,
    ) -> Option<Self> {
        let message = MegolmMessage::from_base64(sealed.get("ciphertext")?.as_str()?).ok()?;
        let (session, index) = (sealed.get("session_id")?.as_str()?, message.message_index());
        let made = match before.filter(|before| before.session == session) {
            Some(before) => before.made,
            None if index == 0 => Instant::now(),
            None => return None,
        };
        let most = settings.rotation_period_msgs.clamp(1, MOST_MESSAGES);
        Some(Self {
            settings,
            people,
            devices,
            session: session.to_owned(),
            made,
            left: most.saturating_sub(u64::from(index) + 1),
        })
    }
}

/// What of the settings changes a key.
fn are_same(one: &EncryptionSettings, other: &EncryptionSettings) -> bool {
    let parts = |it: &EncryptionSettings| {
        let (algorithm, visibility) = (it.algorithm.clone(), it.history_visibility.clone());
        (
            algorithm,
            visibility,
            it.rotation_period,
            it.rotation_period_msgs,
        )
    };
    parts(one) == parts(other)
}

impl Crypto {
    /// What is sent instead of `content`; `None` where nothing is encrypted. May take many requests in a large room; what protects does
    /// not wait for them.
    ///
    /// # Errors
    /// When the homeserver does not answer or refuses, or the keys cannot be used. Nothing is sent in the clear then.
    pub async fn seal(
        &self,
        room: &RoomId,
        event_type: &str,
        content: &Value,
    ) -> Result<Option<Value>, CryptoError> {
        let Some(how) = self.sharing_in(room).await? else {
            return Ok(None);
        };
        if !self.0.is_public.load(Ordering::Relaxed) {
            return Err(CryptoError::Unpublished);
        }
        let (crypto, room) = (self.clone(), room.to_owned());
        let (event_type, content) = (event_type.to_owned(), content.clone());
        let aside = &self.0.aside;
        let sealed =
            aside.run(async move { crypto.seal_for(how, room, &event_type, &content).await });
        sealed.await?.map(Some)
    }

    async fn seal_for(
        &self,
        (settings, people): (EncryptionSettings, Vec<OwnedUserId>),
        room: OwnedRoomId,
        event_type: &str,
        content: &Value,
    ) -> Result<Value, CryptoError> {
        let mut ready = self.0.ready.lock().await;
        // Taken out: after a failure everything is looked at again.
        let before = ready.remove(&room);
        let devices = self.0.devices.load(Ordering::Relaxed);
        let holds = before
            .as_ref()
            .is_some_and(|it| it.holds(&settings, &people, devices));
        if !holds {
            self.share_key(&room, &settings, &people).await?;
        }
        let problem = |problem: &dyn std::fmt::Display| CryptoError::Store(problem.to_string());
        let content = to_raw_value(content).map_err(|error| problem(&error))?;
        let sealed = self
            .0
            .machine
            .encrypt_room_event_raw(&room, event_type, &Raw::from_json(content))
            .await
            .map_err(|error| problem(&error))?;
        let sealed: Value =
            serde_json::from_str(sealed.content.json().get()).map_err(|error| problem(&error))?;
        if let Some(now) = Ready::after(before, &sealed, (settings, people), devices) {
            ready.insert(room, now);
        }
        Ok(sealed)
    }

    /// Everybody's devices get the key of the room, as far as they do not have it; it is a new one when somebody left.
    async fn share_key(
        &self,
        room: &RoomId,
        settings: &EncryptionSettings,
        people: &[OwnedUserId],
    ) -> Result<(), CryptoError> {
        let machine = &self.0.machine;
        let everybody = || people.iter().map(AsRef::as_ref);
        machine.update_tracked_users(everybody()).await?;
        self.flush().await?;
        if let Some((id, claim)) = machine.get_missing_sessions(everybody()).await? {
            let answer = self.0.keys.ask(claim).await?;
            machine.mark_request_as_sent(&id, &answer).await?;
        }
        for request in machine
            .share_room_key(room, everybody(), settings.clone())
            .await?
        {
            self.send_to_devices(&request).await?;
            fault::point("crypto.key_shared");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use matrix_sdk_crypto::{CollectStrategy, OlmMachine};
    use ruma::{
        events::room::{
            encryption::RoomEncryptionEventContent, history_visibility::HistoryVisibility,
        },
        room_id, user_id,
    };
    use serde_json::json;

    use super::*;

    fn settings(messages: u64) -> EncryptionSettings {
        let mut content = RoomEncryptionEventContent::with_recommended_defaults();
        content.rotation_period_msgs = messages.try_into().ok();
        EncryptionSettings::new(
            content,
            HistoryVisibility::Joined,
            CollectStrategy::AllDevices,
        )
    }

    async fn say(machine: &OlmMachine) -> Value {
        let content = to_raw_value(&json!({"msgtype": "m.text", "body": "x"})).unwrap();
        let content = Raw::from_json(content);
        let sealed = machine.encrypt_room_event_raw(room_id!("!r:s"), "m.room.message", &content);
        serde_json::from_str(sealed.await.unwrap().content.json().get()).unwrap()
    }

    #[tokio::test]
    async fn a_key_is_looked_at_again_when_anything_changes_and_before_it_is_used_up() {
        let machine = OlmMachine::new(user_id!("@hygie:s"), "D".into()).await;
        let (three, people) = (settings(3), vec![user_id!("@a:s").to_owned()]);
        let nobody = std::iter::empty();
        let shared = machine
            .share_room_key(room_id!("!r:s"), nobody, three.clone())
            .await;
        assert!(shared.unwrap().is_empty());
        let how = || (three.clone(), people.clone());

        let first = Ready::after(None, &say(&machine).await, how(), 7).unwrap();
        assert!(first.holds(&three, &people, 7));
        assert!(!first.holds(&three, &people, 8), "a device is new");
        assert!(!first.holds(&three, &[], 7), "somebody left");
        assert!(!first.holds(&settings(2), &people, 7), "other settings");
        let second = Ready::after(Some(first), &say(&machine).await, how(), 7).unwrap();
        assert!(second.holds(&three, &people, 7));
        let third = say(&machine).await;
        assert!(
            Ready::after(None, &third, how(), 7).is_none(),
            "how old is it?"
        );
        let third = Ready::after(Some(second), &third, how(), 7).unwrap();
        assert!(
            !third.holds(&three, &people, 7),
            "the machine would refuse a fourth"
        );
    }
}
