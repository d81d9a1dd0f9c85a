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
    standing(levels, Some(create), bot) < needed
}

/// The level of the bot in a room; without end for who made it, from room version 12 on. Where nothing says who made it, the bot did.
#[must_use]
pub fn standing(levels: &Value, create: Option<&Value>, bot: &UserId) -> i64 {
    let listed = levels
        .get("users")
        .and_then(|users| users.get(bot.as_str()))
        .and_then(Value::as_i64);
    let made_it = match create {
        None => listed.is_none(),
        Some(create) if has_creators(create) => {
            let mut creators = creators(create).peekable();
            creators.peek().is_none() && listed.is_none() || creators.any(|it| it == bot.as_str())
        }
        Some(_) => false,
    };
    if made_it {
        return i64::MAX;
    }
    let level = listed.or_else(|| levels.get("users_default").and_then(Value::as_i64));
    level.unwrap_or(0)
}

/// Whether who made the room is above everybody there and not listed: from room version 12 on.
#[must_use]
pub fn has_creators(create: &Value) -> bool {
    let version = create.get("room_version").and_then(Value::as_str);
    let version = version.and_then(|version| version.parse::<u32>().ok());
    version.is_some_and(|version| version >= 12)
}

/// Who made a room, as far as that is known.
pub fn creators(create: &Value) -> impl Iterator<Item = &str> {
    let more = create.get("additional_creators").and_then(Value::as_array);
    let more = more.into_iter().flatten().filter_map(Value::as_str);
    let first = create.get("creator").and_then(Value::as_str);
    first.into_iter().chain(more)
}

/// `m.room.create` with who made the room, which stands in the event and not in its content from room version 11 on.
#[must_use]
pub fn with_creator(event_type: &str, mut content: Value, sender: &str) -> Value {
    if event_type == "m.room.create"
        && !sender.is_empty()
        && let Some(fields) = content.as_object_mut()
        && !fields.contains_key("creator")
    {
        fields.insert("creator".to_owned(), sender.into());
    }
    content
}

/// The level that the bot needs in a room to govern it: that of admins, or of whatever there needs more.
#[must_use]
pub fn to_govern(levels: &Value) -> i64 {
    let of = |name: &str| levels.get(name).and_then(Value::as_i64);
    let events = levels.get("events").and_then(Value::as_object);
    let governed = events.into_iter().flatten().filter(|(event_type, _)| {
        super::desired::GOVERNED.contains(&event_type.as_str())
            && event_type.as_str() != "m.room.tombstone"
    });
    let governed = governed.filter_map(|(_, level)| level.as_i64());
    let rest = ["state_default", "ban", "kick", "redact", "invite"];
    let most = governed.chain(rest.into_iter().filter_map(of)).max();
    most.unwrap_or(0).max(ADMIN)
}

/// The level of admins.
const ADMIN: i64 = 100;

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
            MembershipChange::Ban | MembershipChange::BanAndRedact => Some(level("ban", 50)),
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
    fn in_a_room_that_somebody_else_made_the_bot_is_what_it_was_given() {
        let create = |creator: &str| json!({"room_version": "12", "creator": creator});
        let of = |create: &Value, levels: Value| standing(&levels, Some(create), &bot());
        assert_eq!(of(&create("@human:s"), json!({})), 0);
        assert_eq!(
            of(&create("@human:s"), json!({"users": {"@hygie:s": 50}})),
            50
        );
        assert_eq!(of(&create("@hygie:s"), json!({})), i64::MAX);
        let old = json!({"room_version": "11", "creator": "@hygie:s"});
        assert_eq!(of(&old, json!({"users": {"@hygie:s": 100}})), 100);
        assert_eq!(
            to_govern(&json!({"events": {"m.room.name": 120, "m.room.tombstone": 150}})),
            120
        );
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
