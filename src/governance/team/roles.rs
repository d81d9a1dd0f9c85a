//! Giving roles and taking them, with what follows for the rooms: who gets a role is asked into the rooms that belong to it once more, and
//! who has none left leaves the admins' room.

use ruma::{OwnedUserId, UserId};

use super::super::deed::Deed;
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        definition::{Definition, Kind},
        place::Place,
        record::{Grant, Person, Record, RecordKind},
        role::Role,
        snapshot::Community,
    },
    reply::Text,
};

/// Gives a role: notes it, tells the person, and has the plan looked at.
pub(crate) fn give(deed: &mut Deed, grant: &Grant) {
    deed.keep(Record::Grant(grant.clone()));
    follow(deed, &grant.user);
    let told = Text::new("grant-told")
        .with("role", super::called(grant.role))
        .with("place", deed.community.name_of(&grant.place));
    let told = match grant.until {
        Some(until) => told
            .line("grant-until")
            .with("until", super::end(deed.community, until, deed.now)),
        None => told,
    };
    deed.tell(&grant.user, told.line("grant-told-how"));
    deed.review();
}

/// The rooms follow what the deed has decided so far about somebody's roles.
pub(crate) fn follow(deed: &mut Deed, user: &UserId) {
    let mut after = deed.snapshot.only(&deed.community.definition.id);
    for change in &deed.decision.changes {
        after.apply(change);
    }
    let Some(community) = after.communities.get(&deed.community.definition.id) else {
        return;
    };
    for (place, room_id) in &community.places {
        let Some(room) = after.rooms.get(room_id) else {
            continue;
        };
        let belongs = || {
            let invited = crate::community::desired::invited(&after, community, place);
            invited.into_iter().any(|it| *it == *user)
        };
        let (room_id, user) = (room_id.clone(), user.to_owned());
        let change = match room.membership(&user) {
            // Whoever left is not asked again by the plan, but a new role is a new reason.
            Membership::Leave
                if room.invited.contains(&user) && !room.under_way.contains(&user) && belongs() =>
            {
                MembershipChange::Invite
            }
            Membership::Join | Membership::Invite
                if community.kind(place) == Some(Kind::Admins) && !belongs() =>
            {
                // They may be asked again when they have a role again.
                deed.decision.changes.push(Change::InviteFailed {
                    room: room_id.clone(),
                    user: user.clone(),
                });
                MembershipChange::Kick
            }
            _ => continue,
        };
        deed.act(Effect::Membership {
            room: room_id,
            user,
            change,
            reason: None,
        });
    }
}

/// The roles that somebody would lose.
pub(crate) struct Taken {
    /// Which, and where.
    pub(crate) roles: Vec<(Place, Role)>,
    /// To be remembered so that they are lost.
    pub(crate) changes: Vec<Change>,
    /// The file of the community names them.
    pub(crate) by_file: bool,
}

/// Takes every role from somebody, in one group (`place`) or everywhere.
pub(crate) fn take(community: &Community, user: &OwnedUserId, place: Option<&Place>) -> Taken {
    let concerned = |there: &Place| place.is_none_or(|place| place == there);
    let roles = community.roles_of(user).iter();
    let mut roles: Vec<_> = roles
        .filter(|(place, _)| concerned(place))
        .cloned()
        .collect();
    roles.sort();
    roles.dedup();
    let id = &community.definition.id;
    let mut changes = Vec::new();
    for (key, grant) in &community.records.grants {
        if grant.user == *user && concerned(&grant.place) {
            changes.push(Change::forget(id, RecordKind::Grant, key.clone()));
        }
    }
    let person = community.records.person(user);
    if let Some(person) =
        person.filter(|it| it.role > Some(Role::Member) && concerned(&Place::Space))
    {
        let person = Person {
            role: None,
            ..person.clone()
        };
        changes.push(Change::keep(id, Record::Person(Box::new(person))));
    }
    let mut definition = without(&community.definition, user, &concerned);
    if definition != community.definition {
        keep_an_owner(community, &mut definition, user);
        changes.push(community.redeclared(definition));
    }
    let by_file = community
        .file()
        .is_some_and(|file| without(file, user, &concerned) != *file);
    Taken {
        roles,
        changes,
        by_file,
    }
}

/// A definition that gives somebody no role in the places concerned.
fn without(
    definition: &Definition,
    user: &OwnedUserId,
    concerned: &impl Fn(&Place) -> bool,
) -> Definition {
    let mut definition = definition.clone();
    for role in Role::GIVEN {
        if let Some(list) = definition
            .list_of(role)
            .filter(|_| concerned(&Place::Space))
        {
            list.retain(|it| it != user);
        }
        for group in &mut definition.groups {
            if concerned(&Place::Group(group.id.clone()))
                && let Some(list) = group.list_of(role)
            {
                list.retain(|it| it != user);
            }
        }
    }
    definition
}

/// A community without an owner in its lists is none: who owns it by command or roster takes the place.
fn keep_an_owner(community: &Community, definition: &mut Definition, user: &OwnedUserId) {
    if definition.owners.is_empty() {
        definition.owners = owners(community)
            .filter(|it| *it != user)
            .cloned()
            .collect();
        definition.owners.sort();
    }
}

/// Everybody who answers for the community.
pub(crate) fn owners(community: &Community) -> impl Iterator<Item = &OwnedUserId> {
    let team = community.team();
    team.filter(|user| community.role(user) == Role::Owner)
}
