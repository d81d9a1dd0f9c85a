//! A message that calls many people at once: those of `m.mentions` (specification v1.7, "User and room mentions") and those whom its HTML
//! links to; or the whole room.
//!
//! Whoever is allowed to call the whole room is a moderator in most rooms, and exempt. Of others it is only asked, because clients that know no
//! permissions write `@room` by accident.

use std::collections::HashSet;

use serde_json::Value;

use super::Finding;

/// How many people make many, where a rule does not say.
pub const MANY: usize = 10;

/// What stands before a mentioned person in HTML, also with the sign encoded.
const LINKS: [&str; 2] = ["matrix.to/#/@", "matrix.to/#/%40"];

/// Finds it in the content of a message.
pub fn find(content: &Value, many: usize, out: &mut Vec<Finding>) {
    let edit = content.get("m.new_content");
    let (mut people, mut room) = (HashSet::new(), false);
    for content in std::iter::once(content).chain(edit) {
        let mentions = content.get("m.mentions");
        if let Some(ids) = mentions
            .and_then(|it| it.get("user_ids"))
            .and_then(Value::as_array)
        {
            people.extend(
                ids.iter()
                    .filter_map(Value::as_str)
                    .map(|id| id.trim_start_matches('@')),
            );
        }
        if let Some(html) = content.get("formatted_body").and_then(Value::as_str) {
            people.extend(LINKS.iter().flat_map(|start| linked(html, start)));
        }
        room |= match mentions {
            Some(mentions) => mentions.get("room") == Some(&Value::Bool(true)),
            None => calls_the_room(content),
        };
    }
    if people.len() >= many {
        out.push(Finding::certain("people", 0..0));
    } else if room {
        out.push(Finding {
            canonical: "room".to_owned(),
            span: 0..0,
            certain: false,
        });
    }
}

fn linked<'h>(html: &'h str, start: &'h str) -> impl Iterator<Item = &'h str> {
    let links = html.split(start).skip(1);
    links.filter_map(|rest| rest.split(['"', '\'', '?', '&', '<', '>', ' ', '/']).next())
}

/// What clients before `m.mentions` take for it.
fn calls_the_room(content: &Value) -> bool {
    let body = content.get("body").and_then(Value::as_str);
    let body = body.unwrap_or_default();
    let mut places = body.match_indices("@room");
    places.any(|(at, word)| {
        let before = body[..at].chars().next_back();
        let after = body[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric)
            && !after.is_some_and(|c| c.is_alphanumeric() || c == ':')
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(content: &Value) -> Vec<(String, bool)> {
        let mut out = Vec::new();
        find(content, 3, &mut out);
        out.into_iter()
            .map(|it| (it.canonical, it.certain))
            .collect()
    }

    #[test]
    fn many_people_are_found_however_they_are_mentioned_and_each_counts_once() {
        let people = vec![("people".to_owned(), true)];
        let pills =
            "<a href=\"https://matrix.to/#/@a:s\">A</a> <a href='https://matrix.to/#/%40b:s'>B</a>";
        for content in [
            json!({"body": "a", "m.mentions": {"user_ids": ["@a:s", "@b:s", "@c:s"]}}),
            json!({"body": "a", "m.mentions": {"user_ids": ["@c:s"]}, "formatted_body": pills}),
            json!({"body": "* a", "m.new_content": {"body": "a", "m.mentions": {"user_ids": ["@a:s", "@b:s", "@c:s"]}}}),
        ] {
            assert_eq!(found(&content), people, "{content}");
        }
        for content in [
            json!({"body": "a", "m.mentions": {"user_ids": ["@a:s", "@b:s"]}, "formatted_body": pills}),
            json!({"body": "a", "m.mentions": {"user_ids": ["@a:s", "@a:s", "@a:s"]}}),
            json!({"body": "a", "m.mentions": {"user_ids": "@a:s"}}),
            json!({"body": "a@room.example, @rooms, @room:s"}),
            json!({"body": "@room", "m.mentions": {}}),
        ] {
            assert_eq!(found(&content), [], "{content}");
        }
    }

    #[test]
    fn who_calls_the_room_is_asked() {
        for content in [
            json!({"body": "a", "m.mentions": {"room": true}}),
            json!({"body": "@room réunion"}),
        ] {
            assert_eq!(found(&content), [("room".to_owned(), false)], "{content}");
        }
    }
}
