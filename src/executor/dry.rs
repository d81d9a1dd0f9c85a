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
        Effect::React { event, key, .. } => format!("react to {event} with {key}"),
        Effect::Card { text, card, .. } => format!("show the card {card} `{}`", text.key()),
        Effect::Adopt {
            community,
            place,
            room,
        } => format!("adopt {room} as {community} {place}"),
        Effect::SetListing { listed: true, .. } => "list the room in the directory".to_owned(),
        Effect::SetListing { listed: false, .. } => "take the room out of the directory".to_owned(),
        Effect::ReadRoster { file, .. } => format!("read the roster of {file}"),
        Effect::PassOn { source, .. } => format!("pass {source} on"),
        Effect::PostStatus { source, .. } => format!("post the status of {source}"),
        Effect::CleanUp { user, .. } => match user {
            Some(user) => format!("take down what {user} wrote"),
            None => "take down what is too old".to_owned(),
        },
        Effect::Hold { source, .. } => format!("hold {source} for the team"),
        Effect::Release { source, .. } => format!("release {source}"),
        Effect::Move { source, .. } => format!("move {source}"),
        Effect::HandTicket { to, .. } => format!("hand a ticket to {to}"),
        Effect::Attach { .. } => "attach a file".to_owned(),
        Effect::LookInto { event, .. } => format!("look who sent {event}"),
        Effect::ReadList { list, .. } => format!("read the policy list {list}"),
        Effect::Upgrade { .. }
        | Effect::LeaveList { .. }
        | Effect::Join { .. }
        | Effect::Leave { .. }
        | Effect::Refresh { .. } => {
            format!("{} the room", effect.name())
        }
    }
}
