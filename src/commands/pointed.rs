//! Which message a member means: the one that the command replies to in a group, or the one that a link leads to.

use ruma::{EventId, OwnedEventId, OwnedRoomId, matrix_uri::MatrixId};

use super::{
    Setting,
    context::{Context, Refusal, matrix_id},
};
use crate::{
    community::{place::Place, snapshot::Community},
    event::EventKind,
    reply::Text,
};

/// The message that the command replies to.
pub(super) fn replied_to(context: &Context) -> Option<OwnedEventId> {
    let EventKind::Content { content, .. } = &context.event.kind else {
        return None;
    };
    let event = content.pointer("/m.relates_to/m.in_reply_to/event_id");
    EventId::parse(event?.as_str()?).ok()
}

/// The message, its room, and whose community that is.
///
/// # Errors
/// When nothing is pointed at, or not a message of one of the communities.
pub(super) fn message<'a>(
    context: &Context<'a>,
    words: &str,
) -> Result<(&'a Community, OwnedRoomId, OwnedEventId), Refusal> {
    let (room, event) = match matrix_id(words) {
        Some(MatrixId::Event(room, event)) => match OwnedRoomId::try_from(room.as_str()) {
            Ok(room) => (room, event),
            Err(_) => (room_of_alias(context, room.as_str())?, event),
        },
        _ if words.is_empty() && matches!(context.setting, Setting::Group(..)) => {
            let event = replied_to(context).ok_or_else(|| Text::new("redact-missing"))?;
            (context.event.room.clone(), event)
        }
        _ if words.is_empty() => return Err(Text::new("redact-missing").into()),
        _ => {
            return Err(Text::new("redact-not-a-message")
                .with("words", words)
                .into());
        }
    };
    let located = context.snapshot.located(&room);
    let (community, _) =
        located.ok_or_else(|| Refusal::NotAllowed(Text::new("report-elsewhere")))?;
    Ok((community, room, event))
}

fn room_of_alias(context: &Context, alias: &str) -> Result<OwnedRoomId, Refusal> {
    let elsewhere = || Refusal::NotAllowed(Text::new("report-elsewhere"));
    let group = context.group(&format!("https://matrix.to/#/{alias}"));
    let place = Place::Group(group.map_err(|_| elsewhere())?.id);
    let room = context.community()?.places.get(&place);
    room.cloned().ok_or_else(elsewhere)
}
