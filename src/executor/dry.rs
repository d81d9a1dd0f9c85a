//! A dry run: actions are described and nothing else.

use tracing::info;

use crate::action::{Action, Effect};

/// Writes into the log what would be done.
pub(super) fn describe_action(action: &Action) {
    info!(
        action.id = %action.id,
        action.kind = action.effect.name(),
        room.id = action.effect.room().map(tracing::field::display),
        "dry run: would {}", describe(&action.effect)
    );
}

fn describe(effect: &Effect) -> String {
    match effect {
        Effect::Redact { event, .. } => format!("redact {event}"),
        Effect::Membership { user, .. } => format!("{} {user}", effect.name()),
        Effect::SetState {
            event_type,
            state_key,
            ..
        } => format!("set {event_type} {state_key}")
            .trim_end()
            .to_owned(),
        Effect::CreateRoom {
            community, place, ..
        } => format!("create the room of {community} {place}"),
        Effect::Say { text, .. } => format!("say `{}`", text.key()),
        Effect::Copy { source, .. } => format!("copy {source}"),
        Effect::EditCopy { source, .. } => format!("edit the copy of {source}"),
        Effect::WithdrawCopy { source, .. } => format!("withdraw the copy of {source}"),
        Effect::PostAnnouncement { source, .. } => format!("post the announcement of {source}"),
        Effect::Join { .. } | Effect::Leave { .. } | Effect::Refresh { .. } => {
            format!("{} the room", effect.name())
        }
    }
}
