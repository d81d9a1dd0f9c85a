//! `m.room.power_levels` of a place: from roles and kind, with lockdown and mutes laid over.

use ruma::{OwnedUserId, UserId};
use serde_json::{Map, Value, json};

use super::{
    change::Membership,
    definition::{Kind, Way},
    needed,
    place::Place,
    role::Role,
    snapshot::{Community, Room},
};

/// The level below which somebody cannot even write: what a mute gives.
pub const MUTED: i64 = -1;

const ADMIN: i64 = 100;

/// The power levels that must hold in a place now. The bot is the room's creator (room version 12): above everybody, and not
/// to be listed.
#[must_use]
pub fn desired(community: &Community, place: &Place, room: Option<&Room>, bot: &UserId) -> Value {
    let base = declared(community, place, bot);
    let silenced = silenced(community, place, room, bot);
    let wanted = overlay(community, place, silenced, base);
    match room {
        Some(room) => within_reach(wanted, room, bot),
        None => wanted,
    }
}

/// What of it the bot can have there without refusal and without losing its own power: in a room that it did not make, or that is older
/// than room version 12, nobody sets a level above their own or touches one that is (specification, "Authorization rules"). Where it is
/// less than an admin, nothing is changed until it is one.
fn within_reach(mut wanted: Value, room: &Room, bot: &UserId) -> Value {
    let (Some(current), create) = (
        room.state("m.room.power_levels", ""),
        room.state("m.room.create", ""),
    ) else {
        return wanted;
    };
    let own = needed::standing(current, create, bot);
    if own == i64::MAX {
        return wanted;
    }
    if own < ADMIN {
        return current.clone();
    }
    let creators: Vec<&str> = match create {
        Some(create) if needed::has_creators(create) => needed::creators(create).collect(),
        _ => Vec::new(),
    };
    for (field, level) in wanted.as_object_mut().into_iter().flatten() {
        let before = current.get(field);
        match level.as_object_mut() {
            // Of people not even an equal is touched.
            Some(entries) if field == "users" => {
                entries.retain(|user, _| !creators.contains(&user.as_str()));
                cap(entries, before, own, own);
                entries.insert(bot.to_string(), own.into());
            }
            Some(entries) => cap(entries, before, own, own + 1),
            None => *level = capped(level, before, own, own + 1),
        }
    }
    wanted
}

/// Caps a map of levels, and keeps what is at `kept` or above.
fn cap(entries: &mut Map<String, Value>, before: Option<&Value>, own: i64, kept: i64) {
    for (name, level) in entries.iter_mut() {
        let before = before.and_then(|it| it.get(name));
        *level = capped(level, before, own, kept);
    }
    let before = before.and_then(Value::as_object);
    for (name, level) in before.into_iter().flatten() {
        if level.as_i64() >= Some(kept) {
            entries.insert(name.clone(), level.clone());
        }
    }
}

fn capped(level: &Value, before: Option<&Value>, own: i64, kept: i64) -> Value {
    match before {
        Some(before) if before.as_i64() >= Some(kept) => before.clone(),
        _ => level
            .as_i64()
            .map_or_else(|| level.clone(), |it| it.min(own).into()),
    }
}

/// The power levels for a community that only reports drift: what somebody set by hand stays, lockdown and mutes hold.
#[must_use]
pub fn tolerated(community: &Community, place: &Place, room: &Room, bot: &UserId) -> Option<Value> {
    let mut base = match community.lockdowns.get(place) {
        Some(lockdown) => lockdown.prior.clone(),
        None => room.state("m.room.power_levels", "")?.clone(),
    };
    if let Some(users) = base.get_mut("users").and_then(Value::as_object_mut) {
        users.retain(|_, level| level.as_i64() != Some(MUTED));
    }
    let silenced = silenced(community, place, Some(room), bot);
    let wanted = overlay(community, place, silenced, base);
    Some(within_reach(wanted, room, bot))
}

fn declared(community: &Community, place: &Place, bot: &UserId) -> Value {
    let kind = community.kind(place);
    let table = &community.definition.power_levels;
    let of = |role| table.level(kind, role);
    let (member, moderator) = (of(Role::Member), of(Role::Moderator));
    let mut users = Map::new();
    for user in community.team().filter(|user| *user != bot) {
        let level = of(community.role_in(user, place));
        if level != member {
            users.insert(user.to_string(), level.into());
        }
    }
    let invites = if may_moderators_invite(community, place) {
        moderator
    } else {
        of(Role::Facilitator)
    };
    let mut events = Map::new();
    for (event_type, level) in EVENTS {
        events.insert((*event_type).to_owned(), (*level).into());
    }
    for event_type in KEPT_BY_MODERATORS {
        events.insert((*event_type).to_owned(), moderator.into());
    }
    if kind == Some(Kind::FieldWatch) {
        events.insert(
            "m.room.pinned_events".to_owned(),
            of(Role::Correspondent).into(),
        );
    }
    let quiet = is_quiet(community, place);
    if quiet {
        // Members read, react, take back their reaction, and leave the writing to the team.
        events.insert("m.reaction".to_owned(), 0.into());
        events.insert("m.room.redaction".to_owned(), 0.into());
    }
    json!({
        "users_default": member,
        "users": users,
        "events_default": if is_archived(community, place) { ADMIN } else if quiet { moderator } else { 0 },
        "state_default": ADMIN,
        "events": events,
        "ban": moderator,
        "kick": moderator,
        "redact": moderator,
        "invite": invites,
        "notifications": {"room": moderator},
        // Synapse gives every new room this level (MSC2716); here it stands so that what is put back is exactly what was.
        "historical": ADMIN,
    })
}

/// Where only the team writes: members read and react.
#[must_use]
pub fn is_quiet(community: &Community, place: &Place) -> bool {
    *place == Place::Space || community.kind(place) == Some(Kind::Announcements)
}

fn is_archived(community: &Community, place: &Place) -> bool {
    matches!(place, Place::Group(id) if community.group(id).is_some_and(|group| group.archived))
}

/// Whether moderators invite by hand there, or only who leads it.
#[must_use]
pub fn may_moderators_invite(community: &Community, place: &Place) -> bool {
    match place {
        Place::Space => community
            .definition
            .admission
            .ways
            .contains(&Way::Moderators),
        Place::Group(id) => community.group(id).is_some_and(|group| {
            group.kind.always_exists() || group.ways().contains(&Way::Moderators)
        }),
    }
}

/// What moderators change.
const KEPT_BY_MODERATORS: &[&str] = &[
    "m.room.avatar",
    "m.room.canonical_alias",
    "m.room.name",
    "m.room.pinned_events",
    "m.room.topic",
];

/// What each state event needs; what is not listed needs `state_default`. Setting this map replaces the server's defaults, so
/// it is always whole.
const EVENTS: &[(&str, i64)] = &[
    ("m.room.encryption", ADMIN),
    ("m.room.guest_access", ADMIN),
    ("m.room.history_visibility", ADMIN),
    ("m.room.join_rules", ADMIN),
    ("m.room.policy", ADMIN),
    ("m.room.power_levels", ADMIN),
    ("m.room.server_acl", ADMIN),
    ("m.room.tombstone", 150),
    ("m.space.child", ADMIN),
    ("m.space.parent", ADMIN),
];

/// Who is in a room and may not write there yet: newcomers who have still to accept the code of conduct, and strangers where the
/// community removes them. Where only the team writes, nobody is listed: there may be thousands.
fn silenced(
    community: &Community,
    place: &Place,
    room: Option<&Room>,
    bot: &UserId,
) -> Vec<(OwnedUserId, i64)> {
    let Some(room) = room.filter(|_| !is_quiet(community, place)) else {
        return Vec::new();
    };
    let kind = community.kind(place);
    let newcomer = community
        .definition
        .power_levels
        .level(kind, Role::Newcomer);
    let strangers = community.records.strangers.values();
    let strangers = strangers.filter(|it| it.place == *place && it.remove_at.is_some());
    let strangers = strangers.map(|it| (it.user.clone(), MUTED));
    let newcomers = room.members.iter().filter(|(user, member)| {
        member.membership == Membership::Join
            && **user != *bot
            && community.role_in(user, place) <= Role::Member
            && community.is_newcomer(user)
    });
    let mut newcomers: Vec<_> = newcomers
        .map(|(user, _)| (user.clone(), newcomer))
        .collect();
    newcomers.sort();
    newcomers.truncate(MOST_NEWCOMERS);
    newcomers.into_iter().chain(strangers).collect()
}

/// An event holds 64 KiB: more people than this are not listed in one.
const MOST_NEWCOMERS: usize = 800;

fn overlay(
    community: &Community,
    place: &Place,
    silenced: Vec<(OwnedUserId, i64)>,
    mut levels: Value,
) -> Value {
    if community.lockdowns.contains_key(place) {
        lock(&mut levels);
    }
    if let Some(users) = levels.get_mut("users").and_then(Value::as_object_mut) {
        for user in community
            .mutes
            .keys()
            .filter(|user| community.role_in(user, place) < Role::Moderator)
        {
            users.insert(user.to_string(), MUTED.into());
        }
        for (user, level) in silenced {
            users.insert(user.to_string(), level.into());
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
        let levels = desired(community, &group("est"), None, &bot());
        assert_eq!(
            levels["users"],
            json!({"@samir:s": 100, "@awa:s": 50, "@zoe:s": 50})
        );
        assert_eq!(
            desired(community, &group("ouest"), None, &bot())["users"],
            json!({"@samir:s": 100, "@zoe:s": 50})
        );
    }

    #[test]
    fn members_cannot_write_in_announcements_but_can_react() {
        let snapshot = example();
        let community = snapshot.communities.values().next().unwrap();
        let levels = desired(community, &group("announcements"), None, &bot());
        assert_eq!(
            (
                levels["events_default"].as_i64(),
                levels["events"]["m.reaction"].as_i64()
            ),
            (Some(50), Some(0))
        );
        assert_eq!(
            desired(community, &group("est"), None, &bot())["events_default"],
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
        let levels = desired(
            &snapshot.communities[&id],
            &group("announcements"),
            None,
            &bot(),
        );
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
        let levels = desired(&snapshot.communities[&id], &group("est"), None, &bot());
        assert_eq!(
            (
                levels["users"]["@member:s"].as_i64(),
                levels["users"]["@awa:s"].as_i64()
            ),
            (Some(-1), Some(50))
        );
    }
}
