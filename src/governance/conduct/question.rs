//! The words in which people are asked.

use ruma::UserId;

use super::asking::Asking;
use crate::{
    community::{
        definition::{GroupId, Locale},
        place::Place,
        snapshot::Community,
    },
    governance::deed::Deed,
    reply::Text,
};

/// How many lines of a long text a reminder repeats.
const OPENING: usize = 6;

/// The first lines of a text, quoted.
pub(crate) fn opening_lines(text: Text, words: &str) -> Text {
    quoted(text, words, OPENING)
}

fn quoted(text: Text, words: &str, most: usize) -> Text {
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .take(most)
        .fold(text, |text, line| text.line("quoted").with("text", line))
}

/// The code of conduct, as somebody is asked to accept it.
pub(super) fn conduct(deed: &Deed, asking: &Asking, user: &UserId) -> Text {
    let community = deed.community;
    let definition = &community.definition;
    let name = definition.name.as_str();
    let before = community.records.accepted(&Place::Space, user);
    let text = if before.is_some_and(|version| version > 0) {
        Text::new("conduct-hello-again").with("community", name)
    } else {
        Text::new("conduct-hello")
            .with("community", name)
            .line("community-purpose")
            .with("purpose", definition.purpose.as_str())
    };
    let text = text
        .line("community-conduct")
        .with("version", i64::from(asking.version));
    let text = quoted(text, asking.text, usize::MAX).line("conduct-how");
    if community.is_newcomer(user) {
        text.line("conduct-until-then")
    } else if community.requires_conduct() {
        let until = deed.now.plus(definition.code_of_conduct.remind_after.get());
        let until = crate::reply::moment(until, &definition.timezone);
        text.line("conduct-write-until").with("until", until)
    } else {
        text
    }
}

/// The terms of a group, as somebody is asked to accept them.
pub(super) fn terms(deed: &Deed, asking: &Asking, id: &GroupId, user: &UserId) -> Text {
    let community = deed.community;
    let text = Text::new("terms-hello")
        .with("group", community.name_of(&asking.place))
        .with("community", community.definition.name.as_str());
    let topic = community.group(id).map(|group| group.topic.as_str());
    let text = match topic.filter(|topic| !topic.is_empty()) {
        Some(topic) => text.line("terms-topic").with("topic", topic),
        None => text,
    };
    let text = text
        .line("terms-title")
        .with("version", i64::from(asking.version));
    let word = match deed.snapshot.locale_in(user, community) {
        Locale::Fr => "accepter",
        Locale::En => "accept",
    };
    quoted(text, asking.text, usize::MAX)
        .line("terms-how")
        .code("command", format!("{word} {id}"))
}

/// The code of conduct, as it is posted for everybody.
pub(super) fn posted(community: &Community, asking: &Asking) -> Text {
    let text = Text::new("conduct-posted")
        .with("community", community.definition.name.as_str())
        .with("version", i64::from(asking.version));
    quoted(text, asking.text, usize::MAX).line("conduct-posted-how")
}

/// Whether what somebody finds may be passed on.
pub(super) fn consent(community: &Community) -> Text {
    Text::new("consent-ask")
        .with("community", community.definition.name.as_str())
        .line("consent-how")
}
