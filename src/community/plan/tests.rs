//! The planner against a homeserver of these tests that accepts and refuses as the specification says: whatever a community declares and
//! whatever people change by hand, what is planned is accepted, leads to where nothing is left to do, and costs the bot none of its power.

use proptest::prelude::*;
use ruma::OwnedRoomId;

use super::*;
use crate::{
    clock::Timestamp,
    community::{
        change::{Change, Lockdown, Mute},
        definition::Definition,
        record::{Grant, Moving, Person, Record},
        snapshot::{OperatorCard, tests::bot},
    },
};

const USERS: [&str; 6] = [
    "@samir:s", "@zoe:s", "@awa:s", "@ben:s", "@eve:s", "@hygie:s",
];

/// Something that happens.
#[derive(Clone, Debug)]
enum Deed {
    /// Somebody changes state by hand, as far as the homeserver lets them.
    ByHand(usize, usize, &'static str, Value),
    /// Something is noted.
    Noted(Box<Change>),
    /// Somebody comes or goes.
    Moves(usize, usize, Membership),
    /// Hygie starts anew.
    Restart,
    /// Hygie does what it plans.
    Review,
}

/// A homeserver, and Hygie's view of it.
struct Stage {
    definition: Definition,
    snapshot: Snapshot,
    log: Vec<Change>,
    clock: i64,
}

impl Stage {
    fn new(definition: Definition) -> Self {
        Self {
            snapshot: fresh(&definition),
            definition,
            log: Vec::new(),
            clock: 1,
        }
    }

    fn id(&self) -> CommunityId {
        self.definition.id.clone()
    }

    fn know(&mut self, change: Change) {
        self.snapshot.apply(&change);
        self.log.push(change);
    }

    fn restart(&mut self) {
        let mut again = fresh(&self.definition);
        self.log.iter().for_each(|change| again.apply(change));
        let plans = [&self.snapshot, &again].map(|it| plan(it, &self.id()));
        assert_eq!(plans[0], plans[1], "a restart changes nothing");
        self.snapshot = again;
    }

    fn level(&self, room: &OwnedRoomId, user: &str) -> i64 {
        let room = &self.snapshot.rooms[room];
        let levels = room
            .state("m.room.power_levels", "")
            .unwrap_or(&Value::Null);
        let user = ruma::UserId::parse(user).unwrap();
        needed::standing(levels, room.state("m.room.create", ""), &user)
    }

    /// Sets state as a homeserver does, by the specification's rules; whether it was let.
    fn set(
        &mut self,
        room: &OwnedRoomId,
        by: &str,
        event_type: &str,
        key: &str,
        content: Value,
    ) -> bool {
        let own = self.level(room, by);
        let known = &self.snapshot.rooms[room];
        let levels = known
            .state("m.room.power_levels", "")
            .cloned()
            .unwrap_or_default();
        let events = levels
            .get("events")
            .and_then(|it| it.get(event_type)?.as_i64());
        let default = levels
            .get("state_default")
            .and_then(Value::as_i64)
            .unwrap_or(50);
        if own < events.unwrap_or(default) {
            return false;
        }
        let create = known
            .state("m.room.create", "")
            .cloned()
            .unwrap_or_default();
        if event_type == "m.room.power_levels" && !lets(&create, &levels, &content, by, own) {
            return false;
        }
        self.clock += 1;
        let change = Change::State {
            room: room.clone(),
            event_type: event_type.to_owned(),
            state_key: key.to_owned(),
            content,
            at: Timestamp(self.clock),
        };
        self.know(change);
        true
    }

    fn place(&mut self, place: &Place, room: &OwnedRoomId, state: Vec<(String, String, Value)>) {
        self.know(Change::Bound {
            community: self.id(),
            place: place.clone(),
            room: room.clone(),
        });
        for (event_type, state_key, content) in state {
            self.know(Change::State {
                room: room.clone(),
                event_type,
                state_key,
                content,
                at: Timestamp(1),
            });
        }
        self.member(room, "@hygie:s", Membership::Join);
        self.know(Change::Known { room: room.clone() });
    }

    fn member(&mut self, room: &OwnedRoomId, user: &str, membership: Membership) {
        self.know(Change::Member {
            room: room.clone(),
            user: user.try_into().unwrap(),
            membership,
            display_name: None,
        });
    }

    /// Carries a step out; what Hygie is refused is a defect of the planner.
    fn carry_out(&mut self, step: &Step) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match step.effect.clone() {
            Some(Effect::CreateRoom { place, request, .. }) => {
                let room: OwnedRoomId = format!("!{place}:s").try_into().unwrap();
                let create = json!({"room_version": "12", "creator": "@hygie:s"});
                let alias = format!("#{}:s", text(&request["room_alias_name"]));
                let mut state: Vec<_> = request["initial_state"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|it| {
                        (
                            text(&it["type"]),
                            text(&it["state_key"]),
                            it["content"].clone(),
                        )
                    })
                    .collect();
                let mut plain = |event_type: &str, content: Value| {
                    state.push((event_type.to_owned(), String::new(), content));
                };
                plain("m.room.create", create);
                plain("m.room.canonical_alias", json!({"alias": alias}));
                plain(
                    "m.room.power_levels",
                    request["power_level_content_override"].clone(),
                );
                plain("m.room.name", json!({"name": request["name"]}));
                if request.get("topic").is_some() {
                    plain("m.room.topic", json!({"topic": request["topic"]}));
                }
                self.place(&place, &room, state);
            }
            Some(Effect::Adopt { place, room, .. }) => {
                let (version, level) = room[1..].split_once('-').unwrap();
                let level: i64 = level.split(':').next().unwrap().parse().unwrap();
                let create = json!({"room_version": version, "creator": "@eve:s"});
                let mut levels = json!({"users": {"@hygie:s": level, "@zoe:s": 100}, "events": {"m.room.topic": 77}});
                if version == "11" {
                    levels["users"]["@eve:s"] = 100.into();
                }
                let state = vec![
                    ("m.room.create".to_owned(), String::new(), create),
                    ("m.room.power_levels".to_owned(), String::new(), levels),
                ];
                let room = format!("!old-{place}:s").try_into().unwrap();
                self.place(&place, &room, state);
            }
            Some(Effect::SetState {
                room,
                event_type,
                state_key,
                content,
            }) => {
                let before = self.level(&room, "@hygie:s");
                let let_in = self.set(&room, "@hygie:s", &event_type, &state_key, content.clone());
                assert!(
                    let_in,
                    "the homeserver refuses {event_type} {content} in {room}"
                );
                assert!(
                    self.level(&room, "@hygie:s") >= before,
                    "Hygie locked itself out of {room}"
                );
            }
            Some(Effect::Membership {
                room, user, change, ..
            }) => self.move_somebody(&room, &user, change),
            Some(Effect::SetListing { room, listed }) => self.know(Change::Listed { room, listed }),
            Some(Effect::Refresh { room }) => self.know(Change::Known { room }),
            Some(other) => panic!("the planner never plans {other:?}"),
            None => {}
        }
    }

    fn move_somebody(&mut self, room: &OwnedRoomId, user: &OwnedUserId, change: MembershipChange) {
        if change == MembershipChange::Invite {
            let (room, user) = (room.clone(), user.clone());
            self.know(Change::Invited { room, user });
        }
        self.member(room, user.as_str(), change.outcome());
    }

    /// Reviews until nothing is left that Hygie does by itself.
    fn settle(&mut self) {
        for _ in 0..8 {
            let steps = automatic(&self.snapshot, &self.id());
            if steps.is_empty() {
                return;
            }
            for step in &steps {
                self.carry_out(step);
            }
        }
        panic!("it never ends: {:?}", automatic(&self.snapshot, &self.id()));
    }

    fn happens(&mut self, deed: &Deed) {
        let places = desired::places(&self.snapshot.communities[&self.id()]);
        let room = |it: &Self, at: usize| {
            let place = &places[at % places.len()];
            it.snapshot.communities[&it.id()].places.get(place).cloned()
        };
        match deed {
            Deed::ByHand(at, who, event_type, content) => {
                if let Some(room) = room(self, *at) {
                    self.set(&room, USERS[*who % 5], event_type, "", content.clone());
                }
            }
            Deed::Noted(change) => self.know((**change).clone()),
            Deed::Moves(at, who, membership) => {
                if let Some(room) = room(self, *at) {
                    self.member(&room, USERS[*who % 5], *membership);
                }
            }
            Deed::Restart => self.restart(),
            Deed::Review => {
                for step in automatic(&self.snapshot, &self.id()) {
                    self.carry_out(&step);
                }
            }
        }
    }

    /// Nobody has more than the table gives them, but those whom nobody can touch.
    fn nobody_is_above_the_table(&self) {
        let community = &self.snapshot.communities[&self.id()];
        for (place, id) in &community.places {
            let room = &self.snapshot.rooms[id];
            let own = self.level(id, "@hygie:s");
            let levels = room.state("m.room.power_levels", "").unwrap();
            if own < 100 {
                continue;
            }
            for (user, level) in levels["users"].as_object().into_iter().flatten() {
                let user: OwnedUserId = user.as_str().try_into().unwrap();
                let role = community.role_in(&user, place);
                let table = community
                    .definition
                    .power_levels
                    .level(community.kind(place), role);
                let level = level.as_i64().unwrap();
                assert!(
                    user == bot() || level <= table || own < i64::MAX && level >= own,
                    "{user} has {level} in {place}, a {role} has {table}"
                );
            }
        }
    }
}

fn fresh(definition: &Definition) -> Snapshot {
    Snapshot::new(
        bot(),
        OperatorCard::default(),
        [7; 32],
        vec![definition.clone()],
    )
}

/// Whether somebody of this level may change the power levels so (room versions 11 and 12, "Authorization rules").
fn lets(create: &Value, before: &Value, after: &Value, by: &str, own: i64) -> bool {
    let users = |levels: &Value| levels["users"].as_object().cloned().unwrap_or_default();
    if needed::has_creators(create)
        && needed::creators(create).any(|it| users(after).contains_key(it))
    {
        return false;
    }
    let number = |levels: &Value, name: &str| levels.get(name).and_then(Value::as_i64);
    let within = |before: Option<i64>, after: Option<i64>| {
        before == after || before.is_none_or(|it| it <= own) && after.is_none_or(|it| it <= own)
    };
    let single = [
        "users_default",
        "events_default",
        "state_default",
        "ban",
        "redact",
        "kick",
        "invite",
    ];
    let singles = single
        .iter()
        .all(|name| within(number(before, name), number(after, name)));
    let maps = ["events", "notifications"].iter().all(|map| {
        let (before, after) = (&before[map], &after[map]);
        let names = [before, after]
            .into_iter()
            .filter_map(Value::as_object)
            .flat_map(|it| it.keys());
        names
            .into_iter()
            .all(|name| within(number(before, name), number(after, name)))
    });
    let (was, is) = (users(before), users(after));
    let people = was.keys().chain(is.keys()).all(|user| {
        let (was, is) = (
            was.get(user).and_then(Value::as_i64),
            is.get(user).and_then(Value::as_i64),
        );
        was == is || is.is_none_or(|it| it <= own) && was.is_none_or(|it| it < own || user == by)
    });
    singles && maps && people
}

fn any_definition() -> impl Strategy<Value = Definition> {
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

fn any_record() -> impl Strategy<Value = Change> {
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

fn any_deed() -> impl Strategy<Value = Deed> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_is_declared_and_changed_by_hand_hygie_settles_it_and_keeps_its_power(
        definition in any_definition(),
        deeds in prop::collection::vec(any_deed(), 0..14),
    ) {
        let mut stage = Stage::new(definition);
        stage.settle();
        for deed in &deeds {
            stage.happens(deed);
        }
        stage.settle();
        stage.restart();
        prop_assert_eq!(automatic(&stage.snapshot, &stage.id()), vec![]);
        stage.nobody_is_above_the_table();
        // What is left waits for somebody to say so, or to give Hygie the power.
        let community = &stage.snapshot.communities[&stage.id()];
        for step in plan(&stage.snapshot, &stage.id()) {
            prop_assert!(step.destructive || !may(&stage.snapshot, community, &step), "{:?}", step);
        }
    }

    #[test]
    fn what_is_confirmed_is_done_and_nothing_is_left(definition in any_definition(), records in prop::collection::vec(any_record(), 0..6)) {
        let mut definition = definition;
        for group in &mut definition.groups {
            group.room = None;
        }
        let mut stage = Stage::new(definition);
        for record in records {
            stage.know(record);
        }
        stage.settle();
        for step in Extent::Confirmed.of(plan(&stage.snapshot, &stage.id())) {
            stage.carry_out(&step);
        }
        stage.settle();
        prop_assert_eq!(plan(&stage.snapshot, &stage.id()), vec![]);
    }
}

#[test]
fn what_is_destructive_is_left_out_until_somebody_says_so() {
    let step = |destructive| Step {
        place: Place::Space,
        effect: None,
        overwrites: true,
        destructive,
        what: Text::new("plan-nothing"),
    };
    let both = || vec![step(true), step(false)];
    assert_eq!(Extent::Safe.of(both()), [step(false)]);
    assert_eq!(Extent::Confirmed.of(both()), both());
}
