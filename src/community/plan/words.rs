//! What the steps of a plan are called, and what differs, in words.

use serde_json::Value;

use crate::reply::{Argument, Text};

/// What a governed state event is called.
#[must_use]
pub fn state_name(event_type: &str) -> Text {
    Text::new(match event_type {
        "m.room.avatar" => "state-avatar",
        "m.room.encryption" => "state-encryption",
        "m.room.canonical_alias" => "state-alias",
        "m.room.guest_access" => "state-guests",
        "m.room.history_visibility" => "state-history",
        "m.room.join_rules" => "state-join-rules",
        "m.room.name" => "state-name",
        "m.room.power_levels" => "state-power-levels",
        "m.room.topic" => "state-topic",
        "m.space.child" | "m.space.parent" => "state-space-link",
        "m.room.server_acl" => "state-servers",
        "m.room.pinned_events" => "state-pinned",
        "im.vector.modular.widgets" => "state-widget",
        "org.hygie.community" => "state-about",
        _ => "state-other",
    })
}

/// The telling part of a state event's content, as an argument of a text; for power levels only what differs from `other`.
#[must_use]
pub fn summary(event_type: &str, content: &Value, other: Option<&Value>) -> Argument {
    let field = match event_type {
        "m.room.avatar" => "url",
        "m.room.encryption" => "algorithm",
        "m.room.canonical_alias" => "alias",
        "m.room.guest_access" => "guest_access",
        "m.room.history_visibility" => "history_visibility",
        "m.room.join_rules" => "join_rule",
        // One that leads elsewhere keeps its name.
        "im.vector.modular.widgets"
            if other.and_then(|it| it.get("name")) == content.get("name") =>
        {
            "url"
        }
        "m.room.name" | "im.vector.modular.widgets" => "name",
        "m.room.topic" => "topic",
        "m.space.child" | "m.space.parent" => {
            let linked = content.get("via").is_some();
            return Text::new(if linked {
                "state-linked"
            } else {
                "state-not-linked"
            })
            .into();
        }
        _ => {
            return Argument::Code(difference("", content, other.unwrap_or(&Value::Null)));
        }
    };
    let value = content.get(field).and_then(Value::as_str);
    value.map_or_else(
        || Text::new("plan-nothing").into(),
        |value| Argument::Code(value.to_owned()),
    )
}

fn difference(path: &str, content: &Value, other: &Value) -> String {
    match content {
        Value::Object(map) => {
            let differing = map
                .iter()
                .filter(|(name, value)| other.get(name) != Some(value));
            let mut parts: Vec<_> = differing
                .map(|(name, value)| {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path} {name}")
                    };
                    difference(&path, value, other.get(name).unwrap_or(&Value::Null))
                })
                .filter(|part| !part.is_empty())
                .collect();
            let gone = other
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, _)| map.get(*name).is_none());
            parts.extend(gone.map(|(name, _)| format!("{path} {name}: –").trim_start().to_owned()));
            parts.join(", ")
        }
        value => format!("{path}: {value}"),
    }
}
