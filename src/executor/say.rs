//! Saying something to a room or, privately, to a person.

use std::hash::{DefaultHasher, Hash, Hasher};

use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, UserId};
use serde_json::{Value, json};

use super::perform::{Attempt, Performer};
use crate::{
    action::{ActionId, MembershipChange, Recipient},
    announce,
    community::{
        change::{Change, Membership},
        definition::Locale,
        desired,
    },
    fault,
    matrix::MatrixError,
    reply::Text,
};

/// Opening the conversation with a person is for one at a time: half made, a room looks as if nobody could ever come in, and would be replaced.
/// People are spread over these.
#[derive(Default)]
pub(super) struct Opening([tokio::sync::Mutex<()>; 16]);

impl Opening {
    async fn with(&self, user: &UserId) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        user.hash(&mut hasher);
        let at = hasher.finish() % self.0.len() as u64;
        self.0[usize::try_from(at).unwrap_or(0)].lock().await
    }
}

/// Something that was said.
pub(super) struct Said {
    /// Where.
    pub room: OwnedRoomId,
    /// By which event.
    pub event: OwnedEventId,
    /// What was learned on the way.
    pub changes: Vec<Change>,
}

impl Performer {
    pub(super) async fn say(
        &self,
        id: &ActionId,
        to: &Recipient,
        text: &Text,
        locale: Locale,
        reply_to: Option<&EventId>,
    ) -> Result<Attempt, MatrixError> {
        let said = self.speak(id, to, text, locale, reply_to).await?;
        Ok(said.map_or_else(
            |learned| learned,
            |said| Attempt::learned_done(said.changes),
        ))
    }

    /// Says something; where, by which event, and what was learned on the way. An attempt to end with when the room of a conversation is
    /// of no use any more.
    pub(super) async fn speak(
        &self,
        id: &ActionId,
        to: &Recipient,
        text: &Text,
        locale: Locale,
        reply_to: Option<&EventId>,
    ) -> Result<Result<Said, Attempt>, MatrixError> {
        self.deliver(id, to, &content(id, text, locale, reply_to))
            .await
    }

    /// Sends a message to a room or a person.
    pub(super) async fn deliver(
        &self,
        id: &ActionId,
        to: &Recipient,
        content: &Value,
    ) -> Result<Result<Said, Attempt>, MatrixError> {
        let (room, changes) = match to {
            Recipient::Room(room) => (room.clone(), Vec::new()),
            Recipient::Person(user) => self.direct_room(user).await?,
        };
        let mut sent = self.send(&room, id, content).await;
        if matches!(sent, Err(MatrixError::Refused { .. })) && matches!(to, Recipient::Person(_)) {
            // They opened the room themselves, and the bot may not have come in yet.
            sent = match self.writer.join(&room).await {
                Ok(()) => self.send(&room, id, content).await,
                Err(error) => Err(error),
            };
        }
        match sent {
            Ok(event) => Ok(Ok(Said {
                room,
                event,
                changes,
            })),
            // The bot is no longer there: forget the room, and open another.
            Err(MatrixError::Refused { .. }) if matches!(to, Recipient::Person(_)) => {
                Ok(Err(Attempt::Learned(vec![Change::DirectGone { room }])))
            }
            Err(error) => Err(error),
        }
    }

    /// The direct-message room with somebody, opened if there is none.
    async fn direct_room(
        &self,
        user: &OwnedUserId,
    ) -> Result<(OwnedRoomId, Vec<Change>), MatrixError> {
        let (known, bot) = {
            let snapshot = self.shared.snapshot();
            (snapshot.direct.get(user).cloned(), snapshot.bot.clone())
        };
        if let Some(room) = known {
            return Ok((room, Vec::new()));
        }
        let _opening = self.opening.with(user).await;
        let digest = ActionId::derive(user.as_str(), 0);
        let encryption = self.crypto.as_ref().map(|_| {
            json!({"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}})
        });
        let mut state = vec![
            json!({"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}}),
            json!({"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}}),
        ];
        state.extend(encryption);
        let request = json!({
            "preset": "private_chat", "visibility": "private", "room_version": desired::ROOM_VERSION, "is_direct": true,
            "room_alias_name": format!("_{}_dm_{digest}", bot.localpart()),
            "invite": [user], "creation_content": {"m.federate": user.server_name() != bot.server_name()},
            "initial_state": state,
            // Nobody turns on encryption here where Hygie cannot read it.
            "power_level_content_override": {"events": {"m.room.encryption": 100, "m.room.power_levels": 100, "m.room.tombstone": 150}},
        });
        let room = self.create_or_find(&request).await?;
        fault::point("executor.direct_room_created");
        let membership = Membership::parse(&self.reader.membership(&room, user).await?);
        if membership == Membership::Leave {
            self.writer
                .membership(&room, user, MembershipChange::Invite, None)
                .await?;
        }
        let change = Change::Direct {
            user: user.clone(),
            room: room.clone(),
        };
        Ok((room, vec![change]))
    }
}

/// The message. It mentions nobody, whatever names and words are in it: `@room` in a body rings where `m.mentions` is missing.
fn content(id: &ActionId, text: &Text, locale: Locale, reply_to: Option<&EventId>) -> Value {
    let rendered = text.render(locale);
    let mut content = json!({
        "msgtype": "m.notice", "body": rendered.body, "format": "org.matrix.custom.html", "formatted_body": rendered.html,
        "m.mentions": {}, announce::ACTION_KEY: id.to_string(),
    });
    if let Some(event) = reply_to {
        content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": event}});
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_rings_for_everybody_rings_for_nobody() {
        let text = Text::new("unknown-person").with("person", "@room @samir:example.org");
        let said = content(&ActionId("id".to_owned()), &text, Locale::Fr, None);
        assert!(
            said["body"]
                .as_str()
                .is_some_and(|body| body.contains("@room"))
        );
        assert_eq!(said["m.mentions"], json!({}));
    }
}
