//! What a message looks like, by itself.

use serde_json::Value;

use super::{is_exempt, is_said};
use crate::{
    community::snapshot::Snapshot,
    event::{Event, EventKind},
    moderation::{detectors::tone, normalise::Folded, print::Print},
};

/// How much of a message is looked at, in bytes: what comes after it is the same or not, spam says it at once.
const MOST_BYTES: usize = 4096;

/// What a message looks like, made before the watch is asked, so that nobody waits for it.
#[derive(Debug, Default)]
pub struct Glance {
    pub(super) print: Option<Print>,
    pub(super) heat: u32,
}

impl Glance {
    /// What an event looks like.
    #[must_use]
    pub fn of(snapshot: &Snapshot, event: &Event) -> Self {
        let EventKind::Content {
            event_type,
            content,
        } = &event.kind
        else {
            return Self::default();
        };
        let Some((community, _)) = snapshot.located(&event.room) else {
            return Self::default();
        };
        let Some(body) = body(content).filter(|_| is_said(event_type)) else {
            return Self::default();
        };
        if event.sender == snapshot.bot {
            return Self::default();
        }
        let text = Folded::new(&body[..body.floor_char_boundary(MOST_BYTES)]);
        let exempt = is_exempt(snapshot, community, &event.sender);
        Self {
            print: (!exempt)
                .then(|| Print::of(&text, &snapshot.hash_key))
                .flatten(),
            heat: tone::heat(&text),
        }
    }
}

/// The words of a message; an edit says what it says now, and is not said again.
fn body(content: &Value) -> Option<&str> {
    content
        .get("m.new_content")
        .unwrap_or(content)
        .get("body")?
        .as_str()
}
