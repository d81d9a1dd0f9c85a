//! Who should be in a place, and how many may.

use std::collections::BTreeSet;

use ruma::{OwnedUserId, UserId};

use crate::community::{
    change::Membership,
    definition::{Group, Kind, Way},
    place::Place,
    role::Role,
    snapshot::{Community, Room, Snapshot},
};

/// Who is invited to a place: owners and admins everywhere; who has another role in the whole community everywhere; who has one in a group
/// there and to what all of the team needs; whom the group names; and of the roster, everybody to the space and to a group whom its
/// audience selects; and who was in the room that it had before. Nobody else to a group that is over, and to a full one nobody but the team.
#[must_use]
pub fn invited<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    place: &Place,
) -> Vec<&'a OwnedUserId> {
    let bot = &snapshot.bot;
    let group = match place {
        Place::Space => None,
        Place::Group(id) => match community.group(id) {
            Some(group) if !group.archived => Some(group),
            _ => return moving(community, place).collect(),
        },
    };
    let common = group.is_none_or(|group| matches!(group.kind, Kind::Announcements | Kind::Admins));
    // Groups are in the space: whoever has a role in one is there too.
    let least = match place {
        Place::Space => Role::Correspondent,
        Place::Group(_) => Role::Moderator,
    };
    let team = community.team().filter(|user| {
        let somewhere = community.highest_role(user) >= least;
        common && somewhere || community.role_in(user, place) > Role::Member
    });
    let mut people: BTreeSet<&OwnedUserId> = team.collect();
    if let Some(group) = group.filter(|group| group.kind == Kind::Mediation) {
        let named = |user: &OwnedUserId| group.roles().any(|(_, users)| users.contains(user));
        people.retain(|user| named(user));
    }
    if group.is_some_and(|group| group.kind == Kind::Admins) {
        people.retain(|user| community.highest_role(user) >= Role::Moderator);
    }
    let room = community
        .places
        .get(place)
        .and_then(|room| snapshot.rooms.get(room));
    // Who waits for a seat is before those whom the planner would invite.
    let waiting = community.records.waiting.values();
    let waiting = waiting.filter(|it| it.place == *place).count();
    let mut seats = seats_left(snapshot, community, place).map(|it| it.saturating_sub(waiting));
    let others = selected(snapshot, community, group, room).filter(|user| !people.contains(*user));
    let others: BTreeSet<&OwnedUserId> = others.collect();
    for user in others {
        let known = room.is_some_and(|room| {
            room.membership(user) != Membership::Leave || room.invited.contains(user)
        });
        if known {
            people.insert(user);
        } else if seats != Some(0) {
            seats = seats.map(|seats| seats - 1);
            people.insert(user);
        }
    }
    let banned = |user: &OwnedUserId| room.is_some_and(|it| it.membership(user) == Membership::Ban);
    people.extend(moving(community, place).filter(|user| !banned(user)));
    people.into_iter().filter(|user| *user != bot).collect()
}

/// Who was in the room that the place had before.
fn moving<'a>(
    community: &'a Community,
    place: &Place,
) -> impl Iterator<Item = &'a OwnedUserId> + use<'a> {
    let moving = community.records.moving.get(&place.to_string());
    moving.into_iter().flat_map(|it| &it.people)
}

/// How many people may be in a place besides those who moderate or lead it; `None` for any number.
#[must_use]
pub fn cap(community: &Community, place: &Place) -> Option<usize> {
    match place {
        Place::Space => None,
        Place::Group(id) => {
            let cap = community.group(id)?.cap()?;
            Some(usize::try_from(cap).unwrap_or(usize::MAX))
        }
    }
}

/// How many seats of a room are taken by others than `but`: by who is there, invited, or about to be. The bot, and people who moderate or
/// lead the group, take none.
#[must_use]
pub fn seats_taken(community: &Community, room: &Room, bot: &UserId, but: &UserId) -> usize {
    let there = room
        .members
        .iter()
        .filter(|(_, member)| matches!(member.membership, Membership::Join | Membership::Invite));
    let there = there.map(|(user, _)| user);
    let people: BTreeSet<&OwnedUserId> = there.chain(&room.under_way).collect();
    let counts = |user: &&&OwnedUserId| {
        ***user != *bot && ***user != *but && community.role_in(user, &room.place) < Role::Moderator
    };
    people.iter().filter(counts).count()
}

/// How many more may come into a place that has a limit.
#[must_use]
pub fn seats_left(snapshot: &Snapshot, community: &Community, place: &Place) -> Option<usize> {
    let room = community
        .places
        .get(place)
        .and_then(|room| snapshot.rooms.get(room));
    let bot = &snapshot.bot;
    let taken = room.map_or(0, |room| seats_taken(community, room, bot, bot));
    Some(cap(community, place)?.saturating_sub(taken))
}

/// Who belongs to the space, or to a group, without having a role. To the second room of a group belongs whoever does to the first, however
/// they came in there.
#[must_use]
pub fn selected<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    group: Option<&'a Group>,
    room: Option<&'a Room>,
) -> Box<dyn Iterator<Item = &'a OwnedUserId> + 'a> {
    let banned = move |user: &&OwnedUserId| {
        room.is_some_and(|room| room.membership(user) == Membership::Ban)
    };
    let roster = community.records.roster.values();
    let Some(group) = group else {
        let ways = &community.definition.admission.ways;
        let named = community.groups.iter().flat_map(|group| &group.members);
        let listed = ways.contains(&Way::Roster);
        let listed = roster
            .filter(move |_| listed)
            .filter_map(|it| it.user.as_ref());
        return Box::new(listed.chain(named).filter(move |user| !banned(user)));
    };
    let twin = group.twin_of.as_ref().and_then(|id| community.group(id));
    let twin = twin
        .filter(|it| it.twin_of.is_none())
        .into_iter()
        .flat_map(move |twin| {
            let there = joined(snapshot, community, twin);
            selected(snapshot, community, Some(twin), None).chain(there)
        });
    let by_audience = group.ways().contains(&Way::Roster);
    let audience = group.audience.as_ref().filter(|_| by_audience);
    let listed = roster.filter(move |it| audience.is_some_and(|audience| audience.selects(it)));
    let listed = listed.filter_map(|it| it.user.as_ref());
    Box::new(
        group
            .members
            .iter()
            .chain(listed)
            .chain(twin)
            .filter(move |user| !banned(user)),
    )
}

/// Who is in the room of a group.
pub fn joined<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    group: &Group,
) -> impl Iterator<Item = &'a OwnedUserId> + use<'a> {
    let room = community.places.get(&Place::Group(group.id.clone()));
    let room = room.and_then(|room| snapshot.rooms.get(room));
    let members = room.into_iter().flat_map(|room| &room.members);
    let there = members
        .filter(|(user, member)| **user != snapshot.bot && member.membership == Membership::Join);
    there.map(|(user, _)| user)
}
