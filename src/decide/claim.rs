//! A claim that is known to be false: what its author and the admins are shown of it.

use super::{message::Message, takedown::to_admins};
use crate::{
    action::Action,
    community::{definition::Locale, snapshot::Snapshot},
    moderation::{Claim, Verdict},
    reply::Text,
};

fn fact(claim: &Claim, locale: Locale) -> &str {
    match locale {
        Locale::Fr => &claim.fr,
        Locale::En => &claim.en,
    }
}

/// What the author is told, with what is known and where it stands.
pub(super) fn known(
    snapshot: &Snapshot,
    message: &Message<'_>,
    verdict: &Verdict,
    text: Text,
) -> Text {
    let Some(claim) = &verdict.claim else {
        return text;
    };
    let locale = snapshot.locale_in(&message.event.sender, message.community);
    text.line("claim-known")
        .with("fact", fact(claim, locale))
        .with("source", claim.source.as_str())
        .with("date", claim.date.as_str())
}

/// A line for the admins: somebody may want to answer.
pub(super) fn for_admins(
    message: &Message<'_>,
    verdict: &Verdict,
    ordinal: usize,
) -> Option<Action> {
    let claim = verdict.claim.as_ref()?;
    let Message {
        community,
        room,
        event,
        ..
    } = *message;
    let link = event.room.matrix_to_event_uri(event.id.clone());
    let text = Text::new("claim-admins")
        .with("user", &event.sender)
        .with("group", community.name_of(&room.place))
        .with("link", link.to_string())
        .with("fact", fact(claim, community.definition.locale))
        .with("source", claim.source.as_str());
    to_admins(community, event.id.as_str(), text, ordinal)
}
