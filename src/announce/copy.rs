//! The content of a copy: who announced it, then what they said, cleaned.

use serde_json::{Map, Value, json};

use super::clean::clean;
use crate::action::ActionId;

/// Content key of the id of the action that sent an event; by it Hygie knows its own events again.
pub const ACTION_KEY: &str = "org.hygie.action";
/// Content key of the announcement that an event is a copy of.
pub const RELAY_KEY: &str = "org.hygie.relay";
/// Content key of the person for whom the bot posted an announcement.
pub const POSTED_KEY: &str = "org.hygie.posted_for";

/// What is taken over from the announcement; the rest (relations, unknown fields) stays behind.
const KEPT: &[&str] = &["msgtype", "format", "url", "info", "filename", "geo_uri"];
/// What of that is an address, see [`is_address`].
const ADDRESSES: &[&str] = &["url", "geo_uri"];
/// Kinds of message that are announcements: words, and what has an address.
const WORDS: &[&str] = &["m.text", "m.notice", "m.emote", "m.location"];
const MEDIA: &[&str] = &["m.image", "m.file", "m.audio", "m.video"];

/// Whether this content can be announced: a message of a known kind with words, or with media that everybody can open
/// (encrypted media have a `file` and a key instead of a `url`).
#[must_use]
pub fn is_announcement(content: &Value) -> bool {
    let Some(body) = content.get("body").and_then(Value::as_str) else {
        return false;
    };
    if is_media(content) {
        return is_address("url", content.get("url"));
    }
    let kind = content.get("msgtype").and_then(Value::as_str);
    kind.is_some_and(|kind| WORDS.contains(&kind)) && !body.trim().is_empty()
}

/// Whether an address in a message leads where such a message may lead: to the homeserver's media, or to a place on a map.
/// Clients fetch the one and open the other.
fn is_address(key: &str, value: Option<&Value>) -> bool {
    let start = if key == "url" { "mxc://" } else { "geo:" };
    let address = value.and_then(Value::as_str);
    address.is_some_and(|address| address.starts_with(start))
}

fn is_media(content: &Value) -> bool {
    let kind = content.get("msgtype").and_then(Value::as_str);
    kind.is_some_and(|kind| MEDIA.contains(&kind))
}

/// The copy of an announcement, or `None` when there is nothing to copy (it was taken down meanwhile).
#[must_use]
pub fn copy(content: &Value, author: &str, source: &str, id: &ActionId) -> Option<Value> {
    if !is_announcement(content) {
        return None;
    }
    let mut copy: Map<String, Value> = Map::new();
    for key in KEPT {
        let is_safe = !ADDRESSES.contains(key) || is_address(key, content.get(key));
        if let (Some(value), true) = (content.get(key), is_safe) {
            copy.insert((*key).to_owned(), value.clone());
        }
    }
    let body = content
        .get("body")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_media = is_media(content);
    let caption = if is_media {
        content
            .get("filename")
            .and_then(Value::as_str)
            .filter(|name| *name != body)
            .map(|_| body)
    } else {
        Some(body)
    };
    if is_media && !copy.contains_key("filename") {
        copy.insert("filename".to_owned(), body.into());
    }
    let html = match (
        content.get("formatted_body").and_then(Value::as_str),
        caption,
    ) {
        (Some(html), Some(_)) => Some(clean(html)),
        (_, caption) => caption.map(|caption| escape(caption).replace('\n', "<br>")),
    };
    let caption = caption
        .map(|caption| format!("\n{caption}"))
        .unwrap_or_default();
    copy.insert("body".to_owned(), format!("📢 {author}{caption}").into());
    let html = html.map(|html| format!("<br>{html}")).unwrap_or_default();
    copy.insert("format".to_owned(), "org.matrix.custom.html".into());
    copy.insert(
        "formatted_body".to_owned(),
        format!("📢 <strong>{}</strong>{html}", escape(author)).into(),
    );
    let whole_room = content.pointer("/m.mentions/room") == Some(&Value::Bool(true));
    copy.insert(
        "m.mentions".to_owned(),
        if whole_room {
            json!({"room": true})
        } else {
            json!({})
        },
    );
    copy.insert(RELAY_KEY.to_owned(), source.into());
    copy.insert(ACTION_KEY.to_owned(), id.to_string().into());
    Some(Value::Object(copy))
}

/// The edit of a copy after `edit`, an edit of the announcement.
#[must_use]
pub fn edit_of_copy(
    edit: &Value,
    author: &str,
    source: &str,
    copy_event: &str,
    id: &ActionId,
) -> Option<Value> {
    let new = copy(edit.get("m.new_content")?, author, source, id)?;
    let mut event = new.clone();
    if let Some(body) = new.get("body").and_then(Value::as_str) {
        event["body"] = format!("* {body}").into();
    }
    if let Some(html) = new.get("formatted_body").and_then(Value::as_str) {
        event["formatted_body"] = format!("* {html}").into();
    }
    event["m.new_content"] = new;
    event["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": copy_event});
    Some(event)
}

/// The announcement that the bot posts for whoever gave it as the command `content` (`!hygie announce <words>`); `None` when
/// there are no words.
#[must_use]
pub fn posted(content: &Value, words: &str, author: &str, id: &ActionId) -> Option<Value> {
    let words = words.trim();
    if words.is_empty() || content.get("msgtype").is_none() {
        return None;
    }
    Some(json!({
        "msgtype": "m.text",
        "body": words,
        "m.mentions": {},
        POSTED_KEY: author,
        ACTION_KEY: id.to_string(),
    }))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ActionId {
        ActionId("id".to_owned())
    }

    #[test]
    fn a_copy_names_its_author_and_keeps_the_format_without_what_is_unsafe() {
        let content = json!({
            "msgtype": "m.text", "body": "Bonjour", "format": "org.matrix.custom.html",
            "formatted_body": "<b>Bonjour</b><script>x</script><img src=\"http://evil\">",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}, "m.mentions": {"user_ids": ["@a:s"]}
        });
        let copy = copy(&content, "Samir <b>", "$a", &id()).unwrap();
        assert_eq!(copy["body"], "📢 Samir <b>\nBonjour");
        let html = copy["formatted_body"].as_str().unwrap();
        assert!(
            html.starts_with("📢 <strong>Samir &lt;b&gt;</strong><br><b>Bonjour</b>"),
            "{html}"
        );
        assert!(!html.contains("script") && !html.contains("evil"), "{html}");
        assert!(copy.get("m.relates_to").is_none());
        assert_eq!(copy["m.mentions"], json!({}));
    }

    #[test]
    fn a_picture_keeps_its_address_and_its_name_and_gains_a_caption() {
        let picture = json!({"msgtype": "m.image", "body": "affiche.png", "url": "mxc://s/1", "info": {"w": 1}});
        let without = copy(&picture, "Samir", "$a", &id()).unwrap();
        assert_eq!(
            (without["filename"].as_str(), without["body"].as_str()),
            (Some("affiche.png"), Some("📢 Samir"))
        );
        assert_eq!(
            (&without["url"], &without["info"]),
            (&json!("mxc://s/1"), &json!({"w": 1}))
        );
        let captioned = json!({"msgtype": "m.image", "body": "Venez", "filename": "affiche.png", "url": "mxc://s/1"});
        let with = copy(&captioned, "Samir", "$a", &id()).unwrap();
        assert_eq!(
            (with["filename"].as_str(), with["body"].as_str()),
            (Some("affiche.png"), Some("📢 Samir\nVenez"))
        );
    }

    #[test]
    fn media_that_nobody_could_open_and_empty_words_have_no_copy() {
        for kind in MEDIA {
            let encrypted =
                json!({"msgtype": kind, "body": "affiche.png", "file": {"url": "mxc://s/1"}});
            assert_eq!(copy(&encrypted, "Samir", "$a", &id()), None, "{kind}");
        }
        let elsewhere =
            json!({"msgtype": "m.image", "body": "a.png", "url": "https://spy.example/1"});
        assert_eq!(copy(&elsewhere, "Samir", "$a", &id()), None);
        let place = json!({"msgtype": "m.location", "body": "ici", "url": "https://x", "geo_uri": "javascript:x"});
        let place = copy(&place, "Samir", "$a", &id()).unwrap();
        assert!(
            place.get("url").is_none() && place.get("geo_uri").is_none(),
            "{place}"
        );
        let empty = json!({"msgtype": "m.text", "body": " "});
        assert_eq!(copy(&empty, "Samir", "$a", &id()), None);
        let words = json!({"msgtype": "m.text", "body": "Bonjour", "url": "mxc://s/1"});
        let copied = copy(&words, "Samir", "$a", &id()).unwrap();
        assert_eq!(copied["body"], "📢 Samir\nBonjour");
    }

    #[test]
    fn what_was_taken_down_has_no_copy() {
        assert_eq!(copy(&json!({}), "Samir", "$a", &id()), None);
    }

    #[test]
    fn an_edit_replaces_the_copy_and_not_the_announcement() {
        let edit = json!({"msgtype": "m.text", "body": "* B", "m.new_content": {"msgtype": "m.text", "body": "B"}});
        let event = edit_of_copy(&edit, "Samir", "$a", "$copy", &id()).unwrap();
        assert_eq!(event["m.relates_to"]["event_id"], "$copy");
        assert_eq!(event["m.new_content"]["body"], "📢 Samir\nB");
        assert_eq!(event["body"], "* 📢 Samir\nB");
    }
}
