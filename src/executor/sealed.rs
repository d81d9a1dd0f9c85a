//! Sending and reading in rooms that may be encrypted.

use ruma::{EventId, OwnedEventId, RoomId};
use serde_json::Value;

use super::perform::Performer;
use crate::{
    action::ActionId,
    crypto::Opened,
    event::EventKind,
    matrix::{MatrixError, Seen},
};

/// The type of an encrypted event.
const ENCRYPTED: &str = "m.room.encrypted";

impl Performer {
    /// Sends a message: encrypted where the room is. It is never sent in the clear for want of keys.
    pub(super) async fn send(
        &self,
        room: &RoomId,
        id: &ActionId,
        content: &Value,
    ) -> Result<OwnedEventId, MatrixError> {
        const MESSAGE: &str = "m.room.message";
        let sealed = match &self.crypto {
            Some(crypto) => crypto.seal(room, MESSAGE, content).await?,
            None if self.is_encrypted(room) => {
                return Err(MatrixError::Refused {
                    status: 400,
                    errcode: "M_NOT_ENCRYPTED".to_owned(),
                    message: "the room is encrypted, and Hygie has no keys: run `hygie crypto init`, then start it again".to_owned(),
                });
            }
            None => None,
        };
        match sealed {
            Some(sealed) => self.writer.send(room, ENCRYPTED, id, &sealed).await,
            None => self.writer.send(room, MESSAGE, id, content).await,
        }
    }

    fn is_encrypted(&self, room: &RoomId) -> bool {
        let snapshot = self.shared.snapshot();
        let room = snapshot.rooms.get(room);
        room.is_some_and(crate::community::snapshot::Room::is_encrypted)
    }

    /// An event as it stands now, decrypted; `None` when the homeserver does not have it.
    pub(super) async fn read(
        &self,
        room: &RoomId,
        event: &EventId,
    ) -> Result<Option<Seen>, MatrixError> {
        let Some(mut seen) = self.reader.event(room, event).await? else {
            return Ok(None);
        };
        if let (Some(crypto), ENCRYPTED, false) =
            (&self.crypto, seen.event_type.as_str(), seen.redacted)
        {
            match crypto.open(room, &seen.json).await {
                Opened::Clear(EventKind::Content { content, .. }) => seen.content = content,
                _ => {
                    // It was read before, or nothing would follow from it: its key comes back.
                    return Err(MatrixError::Failed {
                        status: 500,
                        errcode: String::new(),
                        message: "the message cannot be decrypted at the moment".to_owned(),
                    });
                }
            }
        }
        Ok(Some(seen))
    }
}
