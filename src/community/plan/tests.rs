//! The planner against a homeserver of these tests that accepts and refuses as the specification says: whatever a community declares and
//! whatever people change by hand, what is planned is accepted, leads to where nothing is left to do, and costs the bot none of its power.

mod homeserver;
mod strategies;

use proptest::prelude::*;
use ruma::OwnedRoomId;

use self::{
    homeserver::lets,
    strategies::{any_deed, any_definition, any_record},
};
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
