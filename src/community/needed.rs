//! What power something needs in a room, and whether the bot has it there.

use ruma::UserId;
use serde_json::Value;

use crate::action::{Effect, MembershipChange};

/// Whether `m.room.power_levels` and `m.room.create` of a room say that the bot may not do this there (specification, "Permissions").
#[must_use]
pub fn lacks_power(effect: &Effect, levels: &Value, create: Option<&Value>, bot: &UserId) -> bool {
    // Without knowing who made the room, nothing can be said.
    let (Some(needed), Some(create)) = (needed(effect, levels), create) else {
        return false;
    };
    let listed = levels
        .get("users")
        .and_then(|users| users.get(bot.as_str()));
    // Who made a room is above everybody and not listed, from room version 12 on.
    let version = create.get("room_version").and_then(Value::as_str);
    let version = version.and_then(|version| version.parse::<u32>().ok());
    if listed.is_none() && version.is_some_and(|version| version >= 12) {
        return false;
    }
    let level = listed.or_else(|| levels.get("users_default"));
    level.and_then(Value::as_i64).unwrap_or(0) < needed
}

/// The level that an effect needs; nothing for what is not bound to one.
fn needed(effect: &Effect, levels: &Value) -> Option<i64> {
    let level = |name: &str, default| levels.get(name).and_then(Value::as_i64).unwrap_or(default);
    let event = |name: &str, default| {
        let listed = levels
            .get("events")
            .and_then(|events| events.get(name)?.as_i64());
        listed.unwrap_or(default)
    };
    match effect {
        Effect::Redact { .. } | Effect::WithdrawCopy { .. } => {
            let send = event("m.room.redaction", level("events_default", 0));
            Some(level("redact", 50).max(send))
        }
        Effect::Membership { change, .. } => match change {
            MembershipChange::Kick => Some(level("kick", 50)),
            MembershipChange::Ban => Some(level("ban", 50)),
            MembershipChange::Invite | MembershipChange::Unban => None,
        },
        Effect::SetState { event_type, .. } => Some(event(event_type, level("state_default", 50))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::community::{definition::Locale, snapshot::tests::bot};

    fn redact() -> Effect {
        Effect::Redact {
            room: "!r:s".try_into().unwrap(),
            event: "$e".try_into().unwrap(),
            reason: crate::reply::Text::default(),
            locale: Locale::Fr,
            sender: crate::action::Sender::Known(bot()),
        }
    }

    fn set(event_type: &str) -> Effect {
        Effect::SetState {
            room: "!r:s".try_into().unwrap(),
            event_type: event_type.to_owned(),
            state_key: String::new(),
            content: json!({}),
        }
    }

    #[test]
    fn the_level_of_the_bot_decides_and_what_is_not_written_has_its_default() {
        let create = json!({"room_version": "11"});
        let lacks =
            |effect: &Effect, levels: Value| lacks_power(effect, &levels, Some(&create), &bot());
        assert!(lacks(&redact(), json!({})));
        assert!(!lacks(&redact(), json!({"users": {"@hygie:s": 50}})));
        assert!(lacks(
            &redact(),
            json!({"users": {"@hygie:s": 50}, "redact": 51})
        ));
        assert!(lacks(
            &redact(),
            json!({"users": {"@hygie:s": 50}, "events": {"m.room.redaction": 60}})
        ));
        assert!(!lacks(&redact(), json!({"users_default": 50})));
        let powers = json!({"users": {"@hygie:s": 50}, "events": {"m.room.power_levels": 100}});
        assert!(lacks(&set("m.room.power_levels"), powers.clone()));
        assert!(!lacks(&set("m.room.name"), powers));
    }

    #[test]
    fn who_made_a_room_of_version_12_lacks_nothing() {
        let create = json!({"room_version": "12"});
        assert!(!lacks_power(&redact(), &json!({}), Some(&create), &bot()));
        let listed = json!({"users": {"@hygie:s": 0}});
        assert!(
            lacks_power(&redact(), &listed, Some(&create), &bot()),
            "somebody else made it"
        );
    }
}
