//! `m.room.power_levels` of a place: from roles and kind, with lockdown and mutes laid over.

use ruma::UserId;
use serde_json::{Map, Value, json};

use super::{
    definition::Kind,
    place::Place,
    role::Role,
    snapshot::{Community, Room},
};

/// The level below which somebody cannot even write: what a mute gives.
pub const MUTED: i64 = -1;

const ADMIN: i64 = 100;
const MODERATOR: i64 = 50;

/// The power levels that must hold in a place now. The bot is the room's creator (room version 12): above everybody, and not
/// to be listed.
#[must_use]
pub fn desired(community: &Community, place: &Place, bot: &UserId) -> Value {
    let base = declared(community, place, bot);
    overlay(community, place, base)
}

/// The power levels for a community that only reports drift: what somebody set by hand stays, lockdown and mutes hold.
#[must_use]
pub fn tolerated(community: &Community, place: &Place, room: &Room) -> Option<Value> {
    let mut base = match community.lockdowns.get(place) {
        Some(lockdown) => lockdown.prior.clone(),
        None => room.state("m.room.power_levels", "")?.clone(),
    };
    if let Some(users) = base.get_mut("users").and_then(Value::as_object_mut) {
        users.retain(|_, level| level.as_i64() != Some(MUTED));
    }
    Some(overlay(community, place, base))
}

fn declared(community: &Community, place: &Place, bot: &UserId) -> Value {
    let mut users = Map::new();
    for user in community.trusted().filter(|user| *user != bot) {
        let level = community.role_in(user, place).power_level();
        if level != 0 {
            users.insert(user.to_string(), level.into());
        }
    }
    let mut events = Map::new();
    for (event_type, level) in EVENTS {
        events.insert((*event_type).to_owned(), (*level).into());
    }
    let quiet = *place == Place::Space || community.kind(place) == Some(Kind::Announcements);
    if quiet {
        // Members read, react, take back their reaction, and leave the writing to the team.
        events.insert("m.reaction".to_owned(), 0.into());
        events.insert("m.room.redaction".to_owned(), 0.into());
    }
    json!({
        "users_default": Role::Member.power_level(),
        "users": users,
        "events_default": if quiet { MODERATOR } else { 0 },
        "state_default": ADMIN,
        "events": events,
        "ban": MODERATOR,
        "kick": MODERATOR,
        "redact": MODERATOR,
        "invite": MODERATOR,
        "notifications": {"room": MODERATOR},
        // Synapse gives every new room this level (MSC2716); here it stands so that what is put back is exactly what was.
        "historical": ADMIN,
    })
}

/// What each state event needs; what is not listed needs `state_default`. Setting this map replaces the server's defaults, so
/// it is always whole.
const EVENTS: &[(&str, i64)] = &[
    ("m.room.avatar", MODERATOR),
    ("m.room.canonical_alias", MODERATOR),
    ("m.room.encryption", ADMIN),
    ("m.room.guest_access", ADMIN),
    ("m.room.history_visibility", ADMIN),
    ("m.room.join_rules", ADMIN),
    ("m.room.name", MODERATOR),
    ("m.room.pinned_events", MODERATOR),
    ("m.room.policy", ADMIN),
    ("m.room.power_levels", ADMIN),
    ("m.room.server_acl", ADMIN),
    ("m.room.tombstone", 150),
    ("m.room.topic", MODERATOR),
    ("m.space.child", ADMIN),
    ("m.space.parent", ADMIN),
];

fn overlay(community: &Community, place: &Place, mut levels: Value) -> Value {
    if community.lockdowns.contains_key(place) {
        lock(&mut levels);
    }
    if let Some(users) = levels.get_mut("users").and_then(Value::as_object_mut) {
        for user in community
            .mutes
            .keys()
            .filter(|user| community.role_in(user, place) == Role::Member)
        {
            users.insert(user.to_string(), MUTED.into());
        }
    }
    levels
}

/// Admins only: nothing can be sent below their level.
fn lock(levels: &mut Value) {
    levels["events_default"] = ADMIN.into();
    if let Some(events) = levels.get_mut("events").and_then(Value::as_object_mut) {
        for level in events
            .values_mut()
            .filter(|level| level.as_i64().is_some_and(|level| level < ADMIN))
        {
            *level = ADMIN.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{
        change::{Change, Lockdown, Mute},
        snapshot::tests::{bot, example},
    };

    fn group(id: &str) -> Place {
        Place::Group(id.parse().unwrap())
    }

    #[test]
    fn the_bot_is_never_listed_and_roles_have_their_levels() {
        let mut snapshot = example();
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.owners.push(bot());
        let levels = desired(community, &group("est"), &bot());
        assert_eq!(
            levels["users"],
            json!({"@samir:s": 100, "@awa:s": 50, "@zoe:s": 50})
        );
        assert_eq!(
            desired(community, &group("ouest"), &bot())["users"],
            json!({"@samir:s": 100, "@zoe:s": 50})
        );
    }

    #[test]
    fn members_cannot_write_in_announcements_but_can_react() {
        let snapshot = example();
        let community = snapshot.communities.values().next().unwrap();
        let levels = desired(community, &group("announcements"), &bot());
        assert_eq!(
            (
                levels["events_default"].as_i64(),
                levels["events"]["m.reaction"].as_i64()
            ),
            (Some(50), Some(0))
        );
        assert_eq!(
            desired(community, &group("est"), &bot())["events_default"],
            0
        );
    }

    #[test]
    fn a_lockdown_leaves_no_event_that_a_moderator_could_send() {
        let mut snapshot = example();
        let id = snapshot.communities.keys().next().unwrap().clone();
        let lockdown = Lockdown {
            community: id.clone(),
            place: group("announcements"),
            until: crate::clock::Timestamp(1),
            by: bot(),
            prior: Value::Null,
        };
        snapshot.apply(&Change::Locked(lockdown));
        let levels = desired(&snapshot.communities[&id], &group("announcements"), &bot());
        assert_eq!(levels["events_default"], 100);
        let events = levels["events"].as_object().unwrap();
        assert!(
            events.values().all(|level| level.as_i64() >= Some(100)),
            "{events:?}"
        );
    }

    #[test]
    fn a_mute_never_touches_who_has_a_role() {
        let mut snapshot = example();
        let id = snapshot.communities.keys().next().unwrap().clone();
        for user in ["@member:s", "@awa:s"] {
            let mute = Mute {
                community: id.clone(),
                user: user.try_into().unwrap(),
                until: crate::clock::Timestamp(1),
                by: bot(),
            };
            snapshot.apply(&Change::Muted(mute));
        }
        let levels = desired(&snapshot.communities[&id], &group("est"), &bot());
        assert_eq!(
            (
                levels["users"]["@member:s"].as_i64(),
                levels["users"]["@awa:s"].as_i64()
            ),
            (Some(-1), Some(50))
        );
    }
}
