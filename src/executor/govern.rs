//! Carrying out what governs a community beyond state and memberships: cards, rooms that existed before, the directory, rosters, files.

mod adopt;
mod attach;
pub(super) mod card;
mod held;
mod list;
mod listing;
mod look_into;
mod move_message;
mod pass_on;
mod post_status;
mod roster;
mod ticket;
mod upgrade;

use super::perform::{Attempt, Performer};
use crate::{
    action::{Action, Effect},
    matrix::MatrixError,
    store::Outcome,
};

impl Performer {
    pub(super) async fn govern(&self, action: &Action) -> Result<Attempt, MatrixError> {
        match &action.effect {
            Effect::Card {
                to,
                text,
                locale,
                card,
                ..
            } => self.card(action, to, (text, *locale), card).await,
            Effect::React { room, event, key } => self.react(&action.id, (room, event), key).await,
            Effect::PassOn {
                to,
                source_room,
                source,
                locale,
            } => {
                self.pass_on(action, to, (source_room, source), *locale)
                    .await
            }
            Effect::PostStatus { .. } => self.post_status(action).await,
            Effect::LookInto { room, event, case } => {
                self.look_into(action, (room, event), case).await
            }
            Effect::Move { .. } => self.move_message(action).await,
            Effect::Hold { .. } => self.hold(action).await,
            Effect::Release { .. } => self.release(action).await,
            Effect::HandTicket {
                to,
                text,
                locale,
                cause,
            } => self.hand_ticket(action, to, (text, *locale), cause).await,
            Effect::SetListing { room, listed } => self.set_listing(room, *listed).await,
            Effect::ReadRoster { room, file, by } => self.read_roster(action, room, file, by).await,
            Effect::Attach { room, file } => self.attach(action, room, file).await,
            Effect::ReadList { community, list } => self.read_list(community, list).await,
            Effect::LeaveList { room } => self.leave_list(room).await,
            Effect::Adopt {
                community,
                place,
                room,
            } => self.adopt(community, place, room).await,
            Effect::Upgrade {
                community,
                place,
                room,
                request,
            } => {
                self.upgrade(action, (community, place), room, request)
                    .await
            }
            // What is left is carried out elsewhere.
            _ => Ok(Attempt::ended(Outcome::Dropped("it governs nothing"))),
        }
    }
}
