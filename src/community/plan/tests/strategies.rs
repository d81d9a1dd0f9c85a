//! Any community, and anything that happens in it.

use super::*;

pub(super) fn any_definition() -> impl Strategy<Value = Definition> {
    let kinds = [
        "discussion",
        "field-watch",
        "support",
        "care-team",
        "training",
        "social",
        "mediation",
    ];
    let rooms = [
        None,
        Some("!11-0:s"),
        Some("!11-50:s"),
        Some("!11-100:s"),
        Some("!12-0:s"),
        Some("!12-100:s"),
    ];
    let group = (
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(rooms.to_vec()),
        any::<[bool; 4]>(),
        prop::option::of(1_u32..4),
    );
    let groups = prop::collection::vec(group, 0..4);
    (groups, any::<[bool; 4]>()).prop_map(|(groups, [public, federate, official, required])| {
        let groups: Vec<_> = groups
            .into_iter()
            .enumerate()
            .map(|(at, (kind, room, [archived, encryption, members, audience], cap))| {
                let mut group = json!({"id": format!("g{at}"), "name": format!("Groupe {at}"), "kind": kind, "archived": archived, "encryption": encryption});
                if let Some(room) = room {
                    group["room"] = room.into();
                }
                if members {
                    group["members"] = json!(["@ben:s"]);
                    group["moderators"] = json!(["@awa:s"]);
                }
                if audience {
                    group["audience"] = "zone = est".into();
                    group["leavers"] = "remove".into();
                }
                if let Some(cap) = cap {
                    group["max_members"] = cap.into();
                }
                group
            })
            .collect();
        let acceptance = if required { "required" } else { "none" };
        serde_json::from_value(json!({
            "id": "nord", "name": "Nord", "purpose": "Aider", "locale": "fr", "timezone": "UTC", "official": official,
            "owners": ["@samir:s"], "moderators": ["@zoe:s"], "federate": federate, "access": {"public": public},
            "code_of_conduct": {"version": 1, "text": "x", "acceptance": acceptance}, "groups": groups,
        }))
        .unwrap()
    })
}

pub(super) fn any_record() -> impl Strategy<Value = Change> {
    let id: CommunityId = "nord".parse().unwrap();
    let user = prop::sample::select(USERS[1..5].to_vec());
    let place = prop::sample::select(vec!["space", "announcements", "g0", "g1"]);
    let role = prop::sample::select(Role::GIVEN.to_vec());
    (0..5, user, place, role).prop_map(move |(what, user, place, role)| {
        let user: OwnedUserId = user.try_into().unwrap();
        let place = Place::try_from(place.to_owned()).unwrap();
        let (community, until, by) = (id.clone(), Timestamp(9), bot());
        match what {
            0 => Change::keep(
                &id,
                Record::Grant(Grant {
                    user,
                    place,
                    role,
                    until: None,
                    by,
                    at: until,
                }),
            ),
            1 => {
                let zone = if role == Role::Admin { "ouest" } else { "est" };
                let person = Person {
                    zone: zone.to_owned(),
                    ..Person::new(user.as_str())
                };
                Change::keep(&id, Record::Person(Box::new(person)))
            }
            2 => Change::Muted(Mute {
                community,
                user,
                until,
                by,
            }),
            3 => Change::Locked(Lockdown {
                community,
                place,
                until,
                by,
                prior: Value::Null,
            }),
            _ => {
                let from = "!gone:s".try_into().unwrap();
                Change::keep(
                    &id,
                    Record::Moving(Moving {
                        place,
                        from,
                        people: [user].into(),
                    }),
                )
            }
        }
    })
}

pub(super) fn any_deed() -> impl Strategy<Value = Deed> {
    let levels = (0..5_usize, prop::sample::select(vec![0, 50, 99, 100]), 0..120_i64).prop_map(|(who, level, other)| {
        json!({"users": {(USERS[who]): level, "@hygie:s": 100}, "events": {"m.room.name": other}, "ban": other})
    });
    let content = prop_oneof![
        levels.prop_map(|it| ("m.room.power_levels", it)),
        Just(("m.room.topic", json!({"topic": "Foire"}))),
        Just(("m.room.name", json!({"name": "Salon"}))),
        Just(("m.room.join_rules", json!({"join_rule": "public"}))),
        Just((
            "m.room.history_visibility",
            json!({"history_visibility": "world_readable"})
        )),
        Just(("m.room.guest_access", json!({"guest_access": "can_join"}))),
        Just(("m.room.canonical_alias", json!({}))),
    ];
    let memberships = vec![
        Membership::Join,
        Membership::Leave,
        Membership::Ban,
        Membership::Invite,
    ];
    prop_oneof![
        4 => (0..8_usize, 0..5_usize, content).prop_map(|(at, who, (event_type, content))| Deed::ByHand(at, who, event_type, content)),
        2 => any_record().prop_map(|it| Deed::Noted(Box::new(it))),
        2 => (0..8_usize, 0..5_usize, prop::sample::select(memberships)).prop_map(|(at, who, to)| Deed::Moves(at, who, to)),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Review),
    ]
}
