//! Topics that a group wants to read only by choice, for a time: how they begin and end there. PURE. What is said about them meanwhile goes behind
//! a veil (`decide::message`).

use super::deed::Deed;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        record::{RecordKind, RuleChange},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    moderation::Edit,
    reply::{Text, duration},
};

/// How many end at a time.
const AT_ONCE: usize = 100;

/// That what is said about it goes behind a veil from now on; about other changes nothing is said.
pub(crate) fn tell_begun(deed: &mut Deed, change: &RuleChange) {
    let time = change.until.map(|until| until.since(change.at));
    let text = Text::new("mute-topic-told").with("time", duration(time.unwrap_or_default()));
    tell(deed, change, text, change.reason.as_deref());
}

fn tell(deed: &mut Deed, change: &RuleChange, text: Text, reason: Option<&str>) {
    let (Edit::Topic { word }, Some(room)) =
        (&change.edit, deed.community.places.get(&change.place))
    else {
        return;
    };
    let text = text.with("word", word.as_str());
    let text = match reason {
        Some(reason) => text.line("reason").with("reason", reason),
        None => text,
    };
    deed.act(Effect::Say {
        to: Recipient::Room(room.clone()),
        text,
        locale: deed.community.definition.locale,
        reply_to: None,
    });
}

/// That everybody reads about it again.
pub(crate) fn tell_over(deed: &mut Deed, change: &RuleChange) {
    tell(deed, change, Text::new("mute-topic-over"), None);
}

/// Those whose time is over.
pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let changes = community.records.rules.values();
    let over = changes.filter(|it| it.until.is_some_and(|until| until <= now));
    let ended = over.take(AT_ONCE).map(|change| {
        let cause = format!("rule/over/{}/{}", change.id, change.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        tell_over(&mut deed, change);
        deed.forget(RecordKind::Rule, change.id.0.clone());
        (cause, deed.decision)
    });
    ended.collect()
}
