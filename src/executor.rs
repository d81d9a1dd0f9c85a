//! From the outbox to the homeserver: the only part that changes anything outside. Spends the homeserver's capacity in order
//! of urgency, keeps the order within a room, tries again, looks whether it holds, and gives up aloud.
//!
//! In a dry run there is no [`Writer`] in the process: actions end as `dry` and are printed.

mod begun;
mod check;
mod clean_up;
mod confirm;
mod diagnose;
mod dry;
mod govern;
mod notice;
mod perform;
mod queue;
mod relay;
mod retry;
mod rooms;
mod run;
mod say;
mod sealed;
mod setup;

use std::collections::BTreeSet;

use ruma::{OwnedEventId, OwnedRoomId};
use tokio::sync::mpsc;

use crate::{
    action::Action,
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::CommunityId,
    },
    crypto::Crypto,
    matrix::Writer,
    store::{Ended, Waiting},
};

pub use rooms::changes_of_room;
pub use run::{Executor, Reports};
pub use setup::Identity;

/// How the executor reaches the outside.
pub enum Outlet {
    /// It acts, and encrypts what it says where that is set up.
    Live(Writer, Option<Crypto>),
    /// It only says what it would do: there is nothing here to act with.
    Dry,
}

/// When an action that was sent is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBack {
    /// The homeserver pushes what happens; ask only when nothing came.
    Pushed,
    /// Nothing is pushed to this process: ask at once.
    Ask,
}

/// Something that the homeserver pushed and that proves that an action holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Confirmation {
    /// An event that the bot sent.
    Event(OwnedEventId),
    /// Somebody changed the power levels of a room: what the bot was not allowed to do there may be allowed now. Confirms nothing.
    Powers(OwnedRoomId),
    /// A membership that the bot changed: the answer to such a request names no event.
    Membership {
        /// Where.
        room: OwnedRoomId,
        /// Whose.
        user: String,
        /// To what.
        membership: Membership,
    },
}

/// A copy of an announcement that was sent.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The announcement.
    pub source: OwnedEventId,
    /// The group's room.
    pub room: OwnedRoomId,
    /// The copy.
    pub event: OwnedEventId,
}

/// What carrying out an action came to; `dispatch` records it.
#[derive(Debug, Default)]
pub struct Finished {
    /// The room that it is about: what is recorded about a room stays in order.
    pub room: Option<OwnedRoomId>,
    /// The action that ended; `None` when something was only learned on the way.
    pub ended: Option<Ended>,
    /// What was learned.
    pub changes: Vec<Change>,
    /// How many changes had been seen in the room when the changes were read there; nothing for what was learned otherwise.
    pub as_of: Option<u64>,
    /// The copy that was sent.
    pub copied: Option<Copied>,
    /// What the admins are to be told.
    pub notices: Vec<Action>,
    /// The communities whose plan may have changed.
    pub review: BTreeSet<CommunityId>,
}

/// Hands actions to the executor.
#[derive(Clone)]
pub struct Handle {
    sender: mpsc::UnboundedSender<Message>,
}

enum Message {
    Begin(Vec<(Action, Timestamp)>),
    Enqueue(Vec<Waiting>),
    Confirm(Vec<Confirmation>),
    Drain(tokio::sync::oneshot::Sender<()>),
}

/// Made by [`channel`], turned into a running executor by [`Executor::run`].
pub struct Inbox(mpsc::UnboundedReceiver<Message>);

/// The two ends of the way to the executor; `dispatch` needs one before the executor runs.
#[must_use]
pub fn channel() -> (Handle, Inbox) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Handle { sender }, Inbox(receiver))
}

impl Handle {
    /// Has takedowns begun that are on their way into the outbox. [`Self::enqueue`] follows when they stand there; when it does
    /// not, nothing is recorded of them.
    pub fn begin(&self, takedowns: Vec<(Action, Timestamp)>) {
        if !takedowns.is_empty() {
            let _ = self.sender.send(Message::Begin(takedowns));
        }
    }

    /// Has actions carried out that stand in the outbox.
    pub fn enqueue(&self, actions: Vec<Waiting>) {
        if !actions.is_empty() {
            // Without an executor they wait in the outbox for the next start.
            let _ = self.sender.send(Message::Enqueue(actions));
        }
    }

    /// Tells what the homeserver pushed of the bot's own doing.
    pub fn confirm(&self, confirmations: Vec<Confirmation>) {
        if !confirmations.is_empty() {
            let _ = self.sender.send(Message::Confirm(confirmations));
        }
    }

    /// Starts nothing new and returns when what is under way has ended.
    pub async fn drain(&self) {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        if self.sender.send(Message::Drain(sender)).is_ok() {
            let _ = receiver.await;
        }
    }
}
