//! The public directory of the homeserver.

use ruma::OwnedRoomId;

use crate::{
    community::change::Change,
    executor::perform::{Attempt, Performer},
    matrix::MatrixError,
};

impl Performer {
    /// Compare, then set.
    pub(super) async fn set_listing(
        &self,
        room: &OwnedRoomId,
        listed: bool,
    ) -> Result<Attempt, MatrixError> {
        if self.reader.is_listed(room).await? != listed {
            self.writer.set_listed(room, listed).await?;
        }
        Ok(Attempt::learned_done(vec![Change::Listed {
            room: room.clone(),
            listed,
        }]))
    }
}
