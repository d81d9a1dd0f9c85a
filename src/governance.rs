//! Who is in, who may what, and keeping it so: PURE. What follows from answers to cards, from questions and answers in private, from who
//! comes and goes, and from what is due. `decide` and `commands` call it; what it notes are
//! [`Record`](crate::community::record::Record)s.
//!
//! One file per matter.

pub mod admission;
pub mod cards;
pub mod cases;
pub mod conduct;
pub(crate) mod deed;
pub mod due;
pub mod export;
pub mod harden;
pub(crate) mod held;
pub(crate) mod incident;
pub mod interview;
pub mod lists;
pub mod mediation;
pub(crate) mod own_message;
pub mod own_record;
mod pace;
pub mod report;
pub mod review;
pub mod risks;
pub mod roster;
pub(crate) mod routes;
pub mod safeguards;
pub mod sanctions;
pub mod seats;
pub mod shape;
pub mod team;
pub mod tickets;
pub mod topics;
pub(crate) mod turn;

use ruma::OwnedUserId;

use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    event::Event,
};

/// Somebody's membership in a room of a community changed; the bot's own is not of these.
pub struct Moved<'a> {
    /// What was known before.
    pub snapshot: &'a Snapshot,
    /// Whose room.
    pub community: &'a Community,
    /// Which.
    pub room: &'a Room,
    /// The event.
    pub event: &'a Event,
    /// Whose membership.
    pub user: &'a OwnedUserId,
    /// From what.
    pub before: Membership,
    /// To what.
    pub after: Membership,
    /// The reason given, with a knock for instance; may be empty.
    pub reason: &'a str,
    /// When.
    pub now: Timestamp,
}

/// What follows from it for who is in.
pub(crate) fn on_member(moved: &Moved, decision: &mut Decision) {
    for follows in [
        admission::on_member,
        seats::on_member,
        conduct::on_member,
        interview::on_member,
        pace::on_member,
        lists::on_member,
    ] {
        add(decision, moved, follows(moved));
    }
}

fn add(decision: &mut Decision, moved: &Moved, more: Decision) {
    // Each matter counts its actions by itself.
    let from = decision.actions.len();
    for (ordinal, mut action) in more.actions.into_iter().enumerate() {
        let cause = moved.event.id.as_str();
        action.id = crate::action::ActionId::derive(cause, from + ordinal);
        decision.actions.push(action);
    }
    decision.changes.extend(more.changes);
    decision.audit.extend(more.audit);
    decision.review.extend(more.review);
}
