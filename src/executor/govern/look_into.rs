//! Looking who sent the message that a case is about: who it was, and nothing of what they wrote.

use ruma::{EventId, RoomId};

use crate::{
    action::Action,
    community::{
        change::Change,
        record::{CardId, Record, Sighting},
    },
    executor::perform::{Attempt, Performer},
    matrix::MatrixError,
    store::Outcome,
};

impl Performer {
    pub(super) async fn look_into(
        &self,
        action: &Action,
        (room, event): (&RoomId, &EventId),
        case: &CardId,
    ) -> Result<Attempt, MatrixError> {
        let Some(community) = &action.community else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the case belongs to nobody",
            )));
        };
        let seen = self.reader.event(room, event).await?;
        let seen = seen.filter(|seen| !seen.redacted);
        let sighting = Sighting {
            case: case.clone(),
            sender: seen.and_then(|seen| seen.sender),
        };
        let change = Change::keep(community, Record::Sighting(sighting));
        Ok(Attempt::learned_done(vec![change]))
    }
}
