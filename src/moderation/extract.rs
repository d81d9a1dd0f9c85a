//! From an event's content to the texts in it that a person can read or that a client acts on.
//!
//! Called by [`RuleSet::check`](super::RuleSet::check). Field names are those of the Matrix specification, "Instant
//! messaging"; captions are `body` beside a different `filename` (v1.10, MSC2530).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::html;

/// Where in an event's content a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// `body`.
    Body,
    /// `formatted_body`: its text, or an attribute such as a link's target.
    FormattedBody,
    /// `body` of a file that has a `filename` too.
    Caption,
    /// `filename`, or the `body` of a file without one.
    FileName,
    /// `body` in `m.new_content`.
    EditBody,
    /// `formatted_body` in `m.new_content`.
    EditFormattedBody,
    /// The caption in `m.new_content`.
    EditCaption,
    /// The file name in `m.new_content`.
    EditFileName,
    /// The question or an answer of a poll.
    Poll,
    /// The key of a reaction.
    Reaction,
    /// The description of a place on the map.
    Location,
    /// Whom a message calls.
    Mentions,
    /// The file that a message carries.
    File,
    /// The name that somebody goes by in a room.
    DisplayName,
    /// The name of a room.
    RoomName,
    /// The topic of a room.
    Topic,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Body => "body",
            Self::FormattedBody => "formatted_body",
            Self::Caption => "body (caption)",
            Self::FileName => "filename",
            Self::EditBody => "m.new_content.body",
            Self::EditFormattedBody => "m.new_content.formatted_body",
            Self::EditCaption => "m.new_content.body (caption)",
            Self::EditFileName => "m.new_content.filename",
            Self::Poll => "poll",
            Self::Reaction => "reaction",
            Self::Location => "location",
            Self::Mentions => "m.mentions",
            Self::File => "file",
            Self::DisplayName => "displayname",
            Self::RoomName => "room name",
            Self::Topic => "topic",
        })
    }
}

impl Place {
    /// Fluent key of what people call it.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Body | Self::FormattedBody => "place-message",
            Self::Caption => "place-caption",
            Self::FileName => "place-file-name",
            Self::EditBody | Self::EditFormattedBody | Self::EditCaption | Self::EditFileName => {
                "place-edit"
            }
            Self::Poll => "place-poll",
            Self::Reaction => "place-reaction",
            Self::Location => "place-location",
            Self::Mentions => "place-mentions",
            Self::File => "place-file",
            Self::DisplayName => "place-display-name",
            Self::RoomName => "place-room-name",
            Self::Topic => "place-topic",
        }
    }

    fn in_edit(self) -> Self {
        match self {
            Self::Body | Self::EditBody => Self::EditBody,
            Self::FormattedBody | Self::EditFormattedBody => Self::EditFormattedBody,
            Self::Caption | Self::EditCaption => Self::EditCaption,
            Self::FileName | Self::EditFileName => Self::EditFileName,
            other => other,
        }
    }
}

/// The texts to search, each once: a text equal to one before it is left out.
pub fn texts<'a>(event_type: &str, content: &'a Value) -> Vec<(Place, Cow<'a, str>)> {
    let mut out = Vec::with_capacity(4);
    match event_type {
        "m.room.message" | "m.sticker" => {}
        "m.reaction" => {
            let key = content.pointer("/m.relates_to/key").and_then(Value::as_str);
            out.extend(key.map(|key| (Place::Reaction, Cow::Borrowed(key))));
            return out;
        }
        "m.poll.start"
        | "m.poll.end"
        | "org.matrix.msc3381.poll.start"
        | "org.matrix.msc3381.poll.end" => {
            polled(content, &mut out);
            return out;
        }
        "m.room.member" => {
            named(content, "displayname", Place::DisplayName, &mut out);
            return out;
        }
        "m.room.name" => {
            named(content, "name", Place::RoomName, &mut out);
            return out;
        }
        "m.room.topic" => {
            named(content, "topic", Place::Topic, &mut out);
            // The form with markup (specification v1.15, "m.room.topic").
            if let Some(topic) = content.get("m.topic") {
                let from = out.len();
                said(topic, &mut out);
                out[from..]
                    .iter_mut()
                    .for_each(|(place, _)| *place = Place::Topic);
            }
            return out;
        }
        _ => return out,
    }
    let is_reply = content.pointer("/m.relates_to/m.in_reply_to").is_some();
    if let Some(edit) = content.get("m.new_content") {
        for (place, text) in parts(edit, false) {
            push(&mut out, place.in_edit(), text);
        }
    }
    for (place, text) in parts(content, is_reply) {
        push(&mut out, place, text);
    }
    out
}

fn named<'a>(content: &'a Value, field: &str, place: Place, out: &mut Vec<(Place, Cow<'a, str>)>) {
    if let Some(text) = content.get(field).and_then(Value::as_str) {
        push(out, place, Cow::Borrowed(text));
    }
}

/// Everything that a poll shows: its question, its answers, and the text for clients that know no polls; also in an edit. Clients still send
/// the unstable form (MSC3381, with the texts of MSC1767).
fn polled<'a>(content: &'a Value, out: &mut Vec<(Place, Cow<'a, str>)>) {
    let edit = content.get("m.new_content");
    for content in std::iter::once(content).chain(edit) {
        said(content, out);
        for name in ["m.poll", "m.poll.start", "org.matrix.msc3381.poll.start"] {
            let Some(poll) = content.get(name) else {
                continue;
            };
            let answers = poll.get("answers").and_then(Value::as_array);
            let answers = answers.map_or(&[][..], Vec::as_slice);
            for part in poll.get("question").into_iter().chain(answers) {
                said(part, out);
            }
        }
    }
}

/// The texts of a part in every form of extensible events.
fn said<'a>(part: &'a Value, out: &mut Vec<(Place, Cow<'a, str>)>) {
    for name in ["m.text", "org.matrix.msc1767.text", "body"] {
        match part.get(name) {
            Some(Value::String(text)) => push(out, Place::Poll, Cow::Borrowed(text)),
            Some(Value::Array(forms)) => {
                for form in forms {
                    let Some(body) = form.get("body").and_then(Value::as_str) else {
                        continue;
                    };
                    if form.get("mimetype").and_then(Value::as_str) == Some("text/html") {
                        let html::Extracted { text, attributes } = html::extract(body);
                        push(out, Place::Poll, text);
                        push(out, Place::Poll, Cow::Owned(attributes));
                    } else {
                        push(out, Place::Poll, Cow::Borrowed(body));
                    }
                }
            }
            _ => {}
        }
    }
}

fn push<'a>(out: &mut Vec<(Place, Cow<'a, str>)>, place: Place, text: Cow<'a, str>) {
    // The fallback of an edit is "* " and the new text (specification, "Event replacements").
    let bare = text.strip_prefix("* ").unwrap_or(&text);
    let known = out.iter().any(|(_, other)| other == bare || *other == text);
    if !known && !text.trim_ascii().is_empty() {
        out.push((place, text));
    }
}

fn parts(content: &Value, is_reply: bool) -> Vec<(Place, Cow<'_, str>)> {
    let field = |name: &str| content.get(name).and_then(Value::as_str);
    let is_file = matches!(
        field("msgtype"),
        Some("m.image" | "m.file" | "m.video" | "m.audio")
    );
    let mut out = Vec::with_capacity(3);
    let file_name = field("filename");
    if let Some(body) = field("body") {
        let place = match file_name {
            Some(name) if name == body => Place::FileName,
            Some(_) => Place::Caption,
            None if is_file => Place::FileName,
            None => Place::Body,
        };
        let body = if is_reply {
            without_quoted_reply(body)
        } else {
            body
        };
        out.push((place, Cow::Borrowed(body)));
    }
    if let Some(name) = file_name {
        out.push((Place::FileName, Cow::Borrowed(name)));
    }
    for name in ["m.location", "org.matrix.msc3488.location"] {
        let description = content.get(name).and_then(|it| it.get("description"));
        let description = description.and_then(Value::as_str);
        out.extend(description.map(|it| (Place::Location, Cow::Borrowed(it))));
    }
    if let Some(formatted) = field("formatted_body") {
        let formatted = if is_reply {
            without_quoted_html(formatted)
        } else {
            formatted
        };
        let html::Extracted { text, attributes } = html::extract(formatted);
        out.push((Place::FormattedBody, text));
        if !attributes.is_empty() {
            out.push((Place::FormattedBody, Cow::Owned(attributes)));
        }
    }
    out
}

/// A reply's `body` without the quotation in front (`> <@author:server> …`, specification v1.12, "Fallbacks for rich
/// replies"). Only that form is taken away: other lines that start with `>` are the author's own.
fn without_quoted_reply(body: &str) -> &str {
    if !(body.starts_with("> <@") || body.starts_with("> * <@")) {
        return body;
    }
    let mut rest = body;
    while rest.starts_with('>') {
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}

/// A reply's `formatted_body` without a leading, closed `<mx-reply>`: what clients take away, and no more.
fn without_quoted_html(formatted: &str) -> &str {
    const END: &str = "</mx-reply>";
    if !formatted.starts_with("<mx-reply>") {
        return formatted;
    }
    formatted
        .find(END)
        .map_or(formatted, |at| &formatted[at + END.len()..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(content: &Value) -> Vec<(Place, String)> {
        texts("m.room.message", content)
            .into_iter()
            .map(|(place, text)| (place, text.into_owned()))
            .collect()
    }

    fn one(place: Place, text: &str) -> (Place, String) {
        (place, text.to_owned())
    }

    #[test]
    fn a_formatted_body_that_says_the_same_is_not_searched_twice() {
        let content = json!({"msgtype": "m.text", "body": "bonjour à tous",
            "format": "org.matrix.custom.html", "formatted_body": "<b>bonjour</b> &agrave; tous"});
        assert_eq!(found(&content).len(), 1);
        let content = json!({"msgtype": "m.text", "body": "bonjour à tous",
            "format": "org.matrix.custom.html", "formatted_body": "<b>bonjour</b> &aunknown; tous"});
        assert_eq!(found(&content).len(), 2, "an unknown entity stays as it is");
        let content = json!({"msgtype": "m.text", "body": "bonjour à tous",
            "format": "org.matrix.custom.html", "formatted_body": "<b>bonjour</b> à tous"});
        assert_eq!(found(&content), [one(Place::Body, "bonjour à tous")]);
    }

    #[test]
    fn an_edit_gives_its_new_text_once() {
        let content = json!({"msgtype": "m.text", "body": "* nouveau",
            "m.new_content": {"msgtype": "m.text", "body": "nouveau"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}});
        assert_eq!(found(&content), [one(Place::EditBody, "nouveau")]);
    }

    #[test]
    fn an_edit_whose_fallback_differs_gives_both_texts() {
        let content = json!({"msgtype": "m.text", "body": "autre",
            "m.new_content": {"msgtype": "m.text", "body": "nouveau"}});
        assert_eq!(
            found(&content),
            [one(Place::EditBody, "nouveau"), one(Place::Body, "autre")]
        );
    }

    #[test]
    fn a_picture_gives_its_caption_and_its_file_name() {
        let content = json!({"msgtype": "m.image", "body": "la légende", "filename": "image.png"});
        assert_eq!(
            found(&content),
            [
                one(Place::Caption, "la légende"),
                one(Place::FileName, "image.png")
            ]
        );
        let content = json!({"msgtype": "m.file", "body": "ordonnance.pdf"});
        assert_eq!(found(&content), [one(Place::FileName, "ordonnance.pdf")]);
    }

    #[test]
    fn the_quotation_of_a_reply_is_left_out() {
        let content = json!({"msgtype": "m.text",
            "body": "> <@a:example.org> secret\n> suite\n\nma réponse",
            "formatted_body": "<mx-reply><blockquote>secret</blockquote></mx-reply>ma réponse",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}});
        assert_eq!(found(&content), [one(Place::Body, "ma réponse")]);
    }

    #[test]
    fn a_quotation_without_a_reply_is_the_authors_own_text() {
        let content = json!({"msgtype": "m.text", "body": "> <@a:example.org> secret",
            "formatted_body": "<mx-reply>secret</mx-reply>"});
        let texts = found(&content);
        assert_eq!(texts[0], one(Place::Body, "> <@a:example.org> secret"));
        assert_eq!(texts[1].1.trim(), "secret");
    }

    #[test]
    fn a_reply_that_starts_with_a_plain_quotation_mark_is_searched() {
        let content = json!({"msgtype": "m.text", "body": "> secret",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}});
        assert_eq!(found(&content), [one(Place::Body, "> secret")]);
    }

    #[test]
    fn polls_reactions_and_places_on_the_map_give_what_they_show() {
        let of = |event_type: &str, content: &Value| -> Vec<(Place, String)> {
            let texts = texts(event_type, content).into_iter();
            texts
                .map(|(place, text)| (place, text.into_owned()))
                .collect()
        };
        let stable = json!({
            "m.text": [{"body": "Quand ?\n1. lundi\n2. mardi"}],
            "m.poll": {"kind": "m.disclosed", "max_selections": 1,
                "question": {"m.text": [{"body": "Quand ?"}, {"mimetype": "text/html", "body": "<b>Quand ?</b>"}]},
                "answers": [{"m.id": "1", "m.text": [{"body": "lundi"}]}, {"m.id": "2", "m.text": [{"body": "mardi"}]}]},
        });
        let unstable = json!({
            "org.matrix.msc1767.text": "Quand ?\n1. lundi",
            "org.matrix.msc3381.poll.start": {
                "question": {"org.matrix.msc1767.text": "Quand ?", "body": "Quand ?", "msgtype": "m.text"},
                "answers": [{"id": "1", "org.matrix.msc1767.text": "lundi"}]},
        });
        for (event_type, content) in [
            ("m.poll.start", stable),
            ("org.matrix.msc3381.poll.start", unstable),
        ] {
            let found = of(event_type, &content);
            for text in ["Quand ?", "lundi"] {
                let times = found.iter().filter(|it| **it == one(Place::Poll, text));
                assert_eq!(times.count(), 1, "{event_type} {text}");
            }
        }
        let reaction =
            json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "merci"}});
        assert_eq!(of("m.reaction", &reaction), [one(Place::Reaction, "merci")]);
        let place = json!({"msgtype": "m.location", "body": "ici",
            "org.matrix.msc3488.location": {"uri": "geo:1,2", "description": "chez nous"}});
        assert_eq!(
            found(&place),
            [one(Place::Body, "ici"), one(Place::Location, "chez nous")]
        );
    }

    #[test]
    fn other_events_and_odd_contents_give_nothing() {
        assert!(texts("m.reaction", &json!({"body": "x"})).is_empty());
        for content in [
            json!(null),
            json!([1]),
            json!({"body": 3}),
            json!({"m.new_content": []}),
            json!({"m.poll": {"question": [], "answers": {}}}),
        ] {
            assert!(found(&content).is_empty());
            assert!(
                texts("m.poll.start", &content)
                    .iter()
                    .all(|(_, it)| it == "3")
            );
        }
    }
}
