//! Letting somebody in: into the space, and into the group that it is about, or onto the list of those who wait for a place there. Every
//! way in that a decision of the team opens ends here.

use ruma::OwnedUserId;

use super::membership;
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        desired,
        place::Place,
        record::{Record, Waiting},
        role::Role,
    },
    governance::deed::Deed,
    reply::Text,
};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// Invited, or there already.
    In,
    /// Invited to the space; the group is full, and they are on its list.
    Waits,
}

/// Invites somebody to the space and to a place of it, with a reason that stands in the invitation.
pub(crate) fn let_in(deed: &mut Deed, user: &OwnedUserId, place: &Place, reason: &Text) -> Came {
    invite(deed, user, &Place::Space, reason);
    if *place == Place::Space {
        return Came::In;
    }
    let there = membership(deed.snapshot, deed.community, place, user);
    if matches!(there, Membership::Join | Membership::Invite) {
        return Came::In;
    }
    let counts = deed.community.role_in(user, place) < Role::Moderator;
    let seats = desired::seats_left(deed.snapshot, deed.community, place);
    if counts && seats == Some(0) {
        wait(deed, user, place);
        return Came::Waits;
    }
    invite(deed, user, place, reason);
    Came::In
}

/// Invites somebody to one place, unless they are there or invited.
pub(crate) fn invite(deed: &mut Deed, user: &OwnedUserId, place: &Place, reason: &Text) {
    let there = membership(deed.snapshot, deed.community, place, user);
    let Some(room) = deed.community.places.get(place) else {
        return;
    };
    if matches!(there, Membership::Join | Membership::Invite) {
        return;
    }
    let locale = deed.snapshot.locale_in(user, deed.community);
    deed.act(Effect::Membership {
        room: room.clone(),
        user: user.clone(),
        change: MembershipChange::Invite,
        reason: Some(reason.plain(locale)),
    });
    deed.decision.changes.push(Change::Invited {
        room: room.clone(),
        user: user.clone(),
    });
}

/// Puts somebody on the list of a full group; who is on it keeps their place.
pub(crate) fn wait(deed: &mut Deed, user: &OwnedUserId, place: &Place) {
    if !deed.community.records.is_waiting(place, user) {
        deed.keep(Record::Waiting(Waiting {
            user: user.clone(),
            place: place.clone(),
            at: deed.now,
        }));
    }
}
