//! The plan: what differs between what should hold and what is known to hold, as steps that can be shown and carried out.

use serde_json::{Value, json};

use super::{
    definition::{CommunityId, Drift},
    desired::{self, DesiredState},
    place::Place,
    power,
    snapshot::{Community, Room, Snapshot},
};
use crate::{
    action::{Action, ActionId, Effect, MembershipChange},
    community::change::Membership,
    reply::Text,
};

/// One difference and what mends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What would be done; `None` when it can only be said once the space exists.
    pub effect: Option<Effect>,
    /// It changes what somebody set, rather than adding what is missing.
    pub overwrites: bool,
    /// What it is, in words.
    pub what: Text,
}

/// Everything that differs in a community. Empty when all holds.
#[must_use]
pub fn plan(snapshot: &Snapshot, id: &CommunityId) -> Vec<Step> {
    let Some(community) = snapshot.communities.get(id) else {
        return Vec::new();
    };
    let places = desired::places(community).into_iter();
    places
        .flat_map(|place| plan_place(snapshot, community, place))
        .collect()
}

/// What Hygie mends by itself: everything, or where the community only wants reports, what is missing, lockdowns and mutes.
#[must_use]
pub fn automatic(snapshot: &Snapshot, id: &CommunityId) -> Vec<Step> {
    let mut steps = plan(snapshot, id);
    let Some(community) = snapshot.communities.get(id) else {
        return steps;
    };
    if community.definition.drift == Drift::Report {
        steps.retain(|step| !step.overwrites);
        steps.extend(community.places.iter().filter_map(|(place, room)| {
            tolerated_powers(community, place, snapshot.rooms.get(room)?, room)
        }));
    }
    steps
}

/// The actions of the steps that can be carried out now. An action's identity follows from what is there and what should be,
/// so that the same step planned twice is done once, and a change made by hand a second time is mended a second time.
#[must_use]
pub fn actions(snapshot: &Snapshot, id: &CommunityId, steps: &[Step]) -> Vec<Action> {
    let effects = steps.iter().filter_map(|step| step.effect.clone());
    effects
        .map(|effect| Action {
            id: ActionId::derive(&identity(snapshot, id, &effect), 0),
            community: Some(id.clone()),
            effect,
        })
        .collect()
}

fn identity(snapshot: &Snapshot, id: &CommunityId, effect: &Effect) -> String {
    match effect {
        Effect::CreateRoom { place, .. } => format!("create/{}/{id}/{place}", snapshot.bot),
        Effect::Membership {
            room,
            user,
            change: MembershipChange::Invite,
            ..
        } => format!("invite/{room}/{user}"),
        Effect::SetState {
            room,
            event_type,
            state_key,
            content,
        } => {
            let entry = snapshot
                .rooms
                .get(room)
                .and_then(|room| room.state.get(&(event_type.clone(), state_key.clone())));
            let before = entry
                .map(|entry| format!("{} {}", entry.at.0, entry.content))
                .unwrap_or_default();
            format!("state/{room}/{event_type}/{state_key}/{before}/{content}")
        }
        other => format!("{}/{}", other.name(), json!(other)),
    }
}

fn plan_place(snapshot: &Snapshot, community: &Community, place: Place) -> Vec<Step> {
    let bot = &snapshot.bot;
    let Some(room_id) = community.places.get(&place) else {
        let name = community.name_of(&place).to_owned();
        let effect =
            desired::create_request(community, &place, bot).map(|request| Effect::CreateRoom {
                community: community.definition.id.clone(),
                place: place.clone(),
                request,
            });
        let key = if place == Place::Space {
            "plan-create-space"
        } else {
            "plan-create-group"
        };
        let what = Text::new(key).with("name", name);
        return vec![Step {
            place,
            effect,
            overwrites: false,
            what,
        }];
    };
    let Some(room) = snapshot.rooms.get(room_id).filter(|room| room.known) else {
        let what = Text::new("plan-refresh").with("name", community.name_of(&place));
        let effect = Some(Effect::Refresh {
            room: room_id.clone(),
        });
        return vec![Step {
            place,
            effect,
            overwrites: false,
            what,
        }];
    };
    let wanted = desired::state(community, &place, bot).unwrap_or_default();
    let strangers = stray_links(community, &place, room, &wanted);
    let mut steps: Vec<Step> = wanted
        .into_iter()
        .chain(strangers)
        .filter(|wanted| !wanted.holds(room.state(wanted.event_type, &wanted.state_key)))
        .map(|wanted| set_state(community, &place, room_id, room, wanted))
        .collect();
    let missing = desired::invited(community, &place, bot).into_iter();
    let missing = missing
        .filter(|user| room.membership(user) == Membership::Leave && !room.invited.contains(*user));
    steps.extend(missing.map(|user| {
        Step {
            place: place.clone(),
            effect: Some(Effect::Membership {
                room: room_id.clone(),
                user: user.clone(),
                change: MembershipChange::Invite,
                reason: None,
            }),
            overwrites: false,
            what: Text::new("plan-invite")
                .with("name", community.name_of(&place))
                .with("user", user),
        }
    }));
    steps
}

/// Rooms that somebody linked to the space and that the community did not declare, and other spaces that a group names as its
/// own (one that the homeserver has lost): the link is taken away.
///
/// Not before every place has its room: after a crash a link can be known before its room is.
fn stray_links(
    community: &Community,
    place: &Place,
    room: &Room,
    wanted: &[DesiredState],
) -> Vec<DesiredState> {
    let places = desired::places(community);
    let complete = places.iter().all(|it| community.places.contains_key(it));
    if !complete {
        return Vec::new();
    }
    let link = if *place == Place::Space {
        "m.space.child"
    } else {
        "m.space.parent"
    };
    let declared = |key: &str| {
        wanted
            .iter()
            .any(|wanted| wanted.event_type == link && wanted.state_key == key)
    };
    let links = room.state.iter().filter(|((event_type, key), entry)| {
        event_type == link && entry.content.get("via").is_some() && !declared(key)
    });
    links
        .map(|((_, key), _)| DesiredState {
            event_type: link,
            state_key: key.clone(),
            content: json!({}),
        })
        .collect()
}

fn set_state(
    community: &Community,
    place: &Place,
    room_id: &ruma::OwnedRoomId,
    room: &Room,
    wanted: DesiredState,
) -> Step {
    let before = room.state(wanted.event_type, &wanted.state_key);
    let what = Text::new("plan-set")
        .with("name", community.name_of(place))
        .with("what", state_name(wanted.event_type))
        .with(
            "before",
            before.map_or_else(
                || Text::new("plan-nothing").into(),
                |before| summary(wanted.event_type, before, Some(&wanted.content)),
            ),
        )
        .with("after", summary(wanted.event_type, &wanted.content, before));
    Step {
        place: place.clone(),
        overwrites: before.is_some(),
        effect: Some(Effect::SetState {
            room: room_id.clone(),
            event_type: wanted.event_type.to_owned(),
            state_key: wanted.state_key,
            content: wanted.content,
        }),
        what,
    }
}

fn tolerated_powers(
    community: &Community,
    place: &Place,
    room: &Room,
    room_id: &ruma::OwnedRoomId,
) -> Option<Step> {
    let content = power::tolerated(community, place, room)?;
    let wanted = DesiredState {
        event_type: "m.room.power_levels",
        state_key: String::new(),
        content,
    };
    let holds = wanted.holds(room.state("m.room.power_levels", ""));
    (room.known && !holds).then(|| set_state(community, place, room_id, room, wanted))
}

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
        _ => "state-other",
    })
}

/// The telling part of a state event's content, as an argument of a text; for power levels only what differs from `other`.
#[must_use]
pub fn summary(event_type: &str, content: &Value, other: Option<&Value>) -> crate::reply::Argument {
    let field = match event_type {
        "m.room.avatar" => "url",
        "m.room.encryption" => "algorithm",
        "m.room.canonical_alias" => "alias",
        "m.room.guest_access" => "guest_access",
        "m.room.history_visibility" => "history_visibility",
        "m.room.join_rules" => "join_rule",
        "m.room.name" => "name",
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
            return crate::reply::Argument::Code(difference(
                "",
                content,
                other.unwrap_or(&Value::Null),
            ));
        }
    };
    let value = content.get(field).and_then(Value::as_str);
    value.map_or_else(
        || Text::new("plan-nothing").into(),
        |value| crate::reply::Argument::Code(value.to_owned()),
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
