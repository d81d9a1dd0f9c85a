//! The plan: what differs between what should hold and what is known to hold, as steps that can be shown and carried out.

mod destructive;
mod words;

use std::collections::BTreeSet;

use ruma::OwnedUserId;
use serde_json::{Value, json};

use destructive::{opens, unlinks_own};
pub use words::{state_name, summary};

use super::{
    definition::{CommunityId, Drift, Group, Leavers},
    desired::{self, DesiredState},
    needed,
    place::Place,
    power,
    role::Role,
    snapshot::{Community, Room, Snapshot},
};
use crate::{
    action::{Action, ActionId, Effect, MembershipChange},
    community::change::Membership,
    governance::shape,
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
    /// It cannot be taken back, or shows more to more people: it is done only when somebody says so.
    pub destructive: bool,
    /// What it is, in words.
    pub what: Text,
}

/// How much of a plan is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is destructive waits.
    Safe,
    /// All of it: somebody said so.
    Confirmed,
}

impl Extent {
    /// The steps that are carried out.
    #[must_use]
    pub fn of(self, mut steps: Vec<Step>) -> Vec<Step> {
        steps.retain(|step| self == Self::Confirmed || !step.destructive);
        steps
    }
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

/// What Hygie mends by itself: everything but what is destructive, or where the community only wants reports, what is missing, lockdowns and mutes.
#[must_use]
pub fn automatic(snapshot: &Snapshot, id: &CommunityId) -> Vec<Step> {
    of_itself(snapshot, id, plan(snapshot, id))
}

/// Those of the steps of a plan that Hygie takes by itself.
#[must_use]
pub fn of_itself(snapshot: &Snapshot, id: &CommunityId, mut steps: Vec<Step>) -> Vec<Step> {
    steps.retain(|step| !step.destructive);
    let Some(community) = snapshot.communities.get(id) else {
        return steps;
    };
    // In a room that Hygie did not make, what it may not do waits until somebody lets it; the admins were told how.
    steps.retain(|step| may(snapshot, community, step));
    if community.definition.drift == Drift::Report {
        steps.retain(|step| !step.overwrites);
        steps.extend(
            community
                .places
                .iter()
                .filter_map(|(place, room)| tolerated_powers(snapshot, community, place, room)),
        );
    }
    steps
}

/// Whether the bot has the power for a step in a room that existed before.
fn may(snapshot: &Snapshot, community: &Community, step: &Step) -> bool {
    let adopted = community.existing(&step.place).is_some();
    let room = community.places.get(&step.place).filter(|_| adopted);
    let (Some(room), Some(effect)) = (room.and_then(|it| snapshot.rooms.get(it)), &step.effect)
    else {
        return true;
    };
    let levels = room.state("m.room.power_levels", "");
    let create = room.state("m.room.create", "");
    let Some(levels) = levels else { return true };
    let invites = matches!(effect, Effect::Membership { .. });
    let invite = levels.get("invite").and_then(Value::as_i64).unwrap_or(0);
    let own = needed::standing(levels, create, &snapshot.bot);
    !(needed::lacks_power(effect, levels, create, &snapshot.bot) || invites && own < invite)
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
        // What could not be taken over is tried again.
        Effect::Adopt { place, room, .. } => {
            let community = snapshot.communities.get(id);
            let before = community.and_then(|it| shape::not_adopted(it, place));
            let before = before.map_or(0, |(_, alarm)| alarm.since.0);
            format!("adopt/{}/{id}/{place}/{room}/{before}", snapshot.bot)
        }
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
    let Some(room_id) = community.places.get(&place) else {
        let name = community.name_of(&place).to_owned();
        if let Some(existing) = community.existing(&place) {
            return vec![adopt(community, &place, existing)];
        }
        let effect = desired::create_request(snapshot, community, &place).map(|request| {
            Effect::CreateRoom {
                community: community.definition.id.clone(),
                place: place.clone(),
                request,
            }
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
            destructive: false,
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
            destructive: false,
            what,
        }];
    };
    let wanted = desired::state(snapshot, community, &place).unwrap_or_default();
    let strangers = stray_links(community, &place, room, &wanted);
    let mut steps: Vec<Step> = wanted
        .into_iter()
        .chain(strangers)
        .filter(|wanted| !wanted.holds(room.state(wanted.event_type, &wanted.state_key)))
        .map(|wanted| set_state(community, &place, room_id, room, wanted))
        .collect();
    let listed = desired::access(community, &place).listed;
    if room.listed != listed {
        steps.push(listing(community, &place, room_id, listed));
    }
    let missing = desired::invited(snapshot, community, &place).into_iter();
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
            destructive: false,
            what: Text::new("plan-invite")
                .with("name", community.name_of(&place))
                .with("user", user),
        }
    }));
    steps.extend(no_longer_selected(
        snapshot, community, &place, room_id, room,
    ));
    steps
}

/// A room that existed before becomes that of a place.
fn adopt(community: &Community, place: &Place, existing: &str) -> Step {
    let effect = Effect::Adopt {
        community: community.definition.id.clone(),
        place: place.clone(),
        room: existing.to_owned(),
    };
    let what = Text::new("plan-adopt")
        .with("name", community.name_of(place))
        .code("room", existing);
    Step {
        place: place.clone(),
        effect: Some(effect),
        overwrites: false,
        destructive: false,
        what,
    }
}

fn listing(community: &Community, place: &Place, room: &ruma::OwnedRoomId, listed: bool) -> Step {
    let key = if listed { "plan-list" } else { "plan-unlist" };
    Step {
        place: place.clone(),
        effect: Some(Effect::SetListing {
            room: room.clone(),
            listed,
        }),
        overwrites: true,
        destructive: listed,
        what: Text::new(key).with("name", community.name_of(place)),
    }
}

/// Who is on the roster, is in a group whose audience they no longer belong to, and is removed from it as the community decided.
fn no_longer_selected(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    room_id: &ruma::OwnedRoomId,
    room: &Room,
) -> Vec<Step> {
    let group = match place {
        Place::Group(id) => community.group(id),
        Place::Space => None,
    };
    let Some(group) = group.filter(|it| it.audience.is_some() && it.leavers == Leavers::Remove)
    else {
        return Vec::new();
    };
    let gone = out_of_audience(snapshot, community, group, room);
    gone.into_iter()
        .map(|user| Step {
            place: place.clone(),
            effect: Some(Effect::Membership {
                room: room_id.clone(),
                user: user.clone(),
                change: MembershipChange::Kick,
                reason: None,
            }),
            overwrites: true,
            destructive: false,
            what: Text::new("plan-remove")
                .with("name", community.name_of(place))
                .with("user", &user),
        })
        .collect()
}

/// Who is in a group with an audience, on the roster, without a role there, and not selected any more.
#[must_use]
pub fn out_of_audience(
    snapshot: &Snapshot,
    community: &Community,
    group: &Group,
    room: &Room,
) -> Vec<OwnedUserId> {
    let place = Place::Group(group.id.clone());
    let selected: BTreeSet<_> = desired::selected(snapshot, community, Some(group), None).collect();
    let there = room.members.iter().filter(|(user, member)| {
        matches!(member.membership, Membership::Join | Membership::Invite)
            && **user != snapshot.bot
            && community.records.person(user).is_some()
            && community.role_in(user, &place) <= Role::Member
            && !selected.contains(user)
    });
    let mut users: Vec<_> = there.map(|(user, _)| user.clone()).collect();
    users.sort();
    users
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
        destructive: before.is_some_and(|before| opens(wanted.event_type, before, &wanted.content))
            || unlinks_own(community, &wanted),
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
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    room_id: &ruma::OwnedRoomId,
) -> Option<Step> {
    let room = snapshot.rooms.get(room_id)?;
    let content = power::tolerated(community, place, room, &snapshot.bot)?;
    let wanted = DesiredState {
        event_type: "m.room.power_levels",
        state_key: String::new(),
        content,
    };
    let holds = wanted.holds(room.state("m.room.power_levels", ""));
    (room.known && !holds).then(|| set_state(community, place, room_id, room, wanted))
}

#[cfg(test)]
mod tests;
