//! What a member has seen: every event of its syncs, in order, with waiting for the next.

use std::time::Duration;

use matrix_sdk::{Client, config::SyncSettings, ruma::serde::Raw, sync::State};
use serde_json::Value;
use tokio::{sync::watch, time::timeout};

use crate::wait::{DEADLINE, pause};

/// The part of a sync response that an event came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The timeline of a joined room.
    Timeline,
    /// State before the timeline of a joined room.
    State,
    /// Stripped state of an invitation.
    Invite,
    /// State and timeline of a room that was left, also by a kick or ban.
    Left,
}

/// An event that a member has seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The room's id.
    pub room: String,
    /// Where in the sync it was.
    pub section: Section,
    /// The event as JSON, decrypted when it was encrypted.
    pub event: Value,
}

/// Everything that a member has seen so far.
#[derive(Debug)]
pub(super) struct Sight {
    seen: watch::Sender<Vec<Seen>>,
}

impl Sight {
    pub(super) fn new() -> Self {
        Self {
            seen: watch::Sender::new(Vec::new()),
        }
    }

    /// Waits until `find` answers `Some` for what was seen; panics with `what` after the deadline.
    pub(super) async fn wait<T>(
        &self,
        what: &str,
        mut find: impl FnMut(&[Seen]) -> Option<T>,
    ) -> T {
        let mut seen = self.seen.subscribe();
        let found = timeout(DEADLINE, async {
            loop {
                if let Some(found) = find(&seen.borrow_and_update()) {
                    return found;
                }
                seen.changed().await.expect("the sender lives in self");
            }
        });
        found
            .await
            .unwrap_or_else(|_| panic!("waited {DEADLINE:?} for {what}"))
    }

    /// All that was seen.
    pub(super) fn all(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// Syncs for ever, through outages of the homeserver.
    pub(super) async fn follow(&self, client: &Client) {
        loop {
            let settings = SyncSettings::new().timeout(Duration::from_secs(25));
            match Box::pin(client.sync_once(settings)).await {
                Ok(answer) => {
                    let news = news(&answer.rooms);
                    self.seen.send_if_modified(|seen| {
                        let any = !news.is_empty();
                        seen.extend(news);
                        any
                    });
                }
                Err(_homeserver_is_down) => pause(Duration::from_millis(200)).await,
            }
        }
    }
}

fn news(rooms: &matrix_sdk::sync::RoomUpdates) -> Vec<Seen> {
    let mut news = Vec::new();
    for (room, update) in &rooms.joined {
        let (State::Before(state) | State::After(state)) = &update.state;
        for event in state {
            push(&mut news, room.as_str(), Section::State, event);
        }
        for event in &update.timeline.events {
            push(&mut news, room.as_str(), Section::Timeline, event.raw());
        }
    }
    for (room, update) in &rooms.invited {
        for event in &update.invite_state.events {
            push(&mut news, room.as_str(), Section::Invite, event);
        }
    }
    for (room, update) in &rooms.left {
        let (State::Before(state) | State::After(state)) = &update.state;
        for event in state {
            push(&mut news, room.as_str(), Section::Left, event);
        }
        for event in &update.timeline.events {
            push(&mut news, room.as_str(), Section::Left, event.raw());
        }
    }
    news
}

fn push<T>(news: &mut Vec<Seen>, room: &str, section: Section, event: &Raw<T>) {
    news.push(Seen {
        room: room.to_owned(),
        section,
        event: json(event),
    });
}

/// An event as plain JSON.
pub(super) fn json<T>(event: &Raw<T>) -> Value {
    event
        .deserialize_as_unchecked()
        .expect("the SDK gives valid JSON")
}
