//! Redeeming a ticket: whether it is good, for whom, and what follows.

use ruma::{OwnedRoomId, OwnedUserId, UserId};

use super::{described, is_a_way, is_admitted, is_there, may_carry, may_give};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        desired,
        place::Place,
        record::{Grant, Record, Ticket},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::{Argument, Text},
};

/// A ticket was redeemed.
#[derive(Clone, Debug)]
pub struct Redeemed<'a> {
    /// Whose it is.
    pub community: &'a Community,
    /// What follows.
    pub decision: Decision,
    /// What to say to who came.
    pub text: Text,
}

/// Why nobody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no such ticket.
    Unknown,
    /// It is no longer good, for nobody.
    Over,
    /// This person has used it before: what it was for is done.
    Done,
    /// This person is there already: the ticket stays good.
    There,
    /// It is not for this person.
    NotYou,
    /// The group is full: the ticket stays good.
    Full,
    /// The rooms do not exist yet: the ticket stays good.
    Early,
}

/// A ticket was not redeemed.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// The same, to be said to the person.
    pub text: Text,
}

fn refused<T>(why: Why, key: &str) -> Result<T, Refused> {
    let text = Text::new(key);
    Err(Refused { why, text })
}

/// The ticket whose token has this hash.
#[must_use]
pub fn find<'a>(snapshot: &'a Snapshot, id: &str) -> Option<(&'a Community, &'a Ticket)> {
    let mut communities = snapshot.communities.values();
    communities.find_map(|it| Some((it, it.records.tickets.get(id)?)))
}

/// Whether a ticket is still good for somebody.
///
/// # Errors
/// Why it is not.
pub fn look(community: &Community, ticket: &Ticket, now: Timestamp) -> Result<(), Refused> {
    if ticket.used.is_some() {
        return refused(Why::Over, "ticket-used");
    }
    if now > ticket.until {
        return refused(Why::Over, "ticket-expired");
    }
    // Who gave it may have left the team since: nobody comes in by the word of somebody who may not bring anybody in.
    if !may_give(community, &ticket.by, &ticket.place) {
        return refused(Why::Over, "ticket-void");
    }
    if !is_there(community, &ticket.place) {
        return refused(Why::Over, "ticket-over");
    }
    Ok(())
}

/// Lets `user` in with the ticket whose token has this hash. `cause` is what asked for it: the same one leads to the same actions.
///
/// # Errors
/// Why not.
pub fn redeem<'a>(
    snapshot: &'a Snapshot,
    id: &str,
    user: &OwnedUserId,
    cause: &str,
    now: Timestamp,
) -> Result<Redeemed<'a>, Refused> {
    let Some((community, ticket)) = find(snapshot, id) else {
        return refused(Why::Unknown, "ticket-unknown");
    };
    if ticket.used.as_ref().is_some_and(|(who, _)| who == user) {
        return refused(Why::Done, "ticket-done-before");
    }
    look(community, ticket, now)?;
    let for_another = ticket.person.as_ref().is_some_and(|it| it != user);
    if for_another || *user == snapshot.bot {
        return refused(Why::NotYou, "ticket-for-another");
    }
    if !is_admitted(snapshot, community, user) {
        return refused(Why::NotYou, "ticket-your-server");
    }
    let rooms = rooms(snapshot, community, &ticket.place, user)?;
    let role = granted(community, ticket, user);
    if rooms.is_empty() && role.is_none() {
        return refused(Why::There, "ticket-there-already");
    }
    let mut deed = Deed::new(snapshot, community, cause, now);
    for room in rooms {
        let_in(&mut deed, ticket, &room, user);
    }
    if let Some(role) = role {
        deed.keep(Record::Grant(Grant {
            user: user.clone(),
            place: ticket.place.clone(),
            role,
            until: None,
            by: ticket.by.clone(),
            at: now,
        }));
        deed.review();
    }
    deed.keep(Record::Ticket(Ticket {
        used: Some((user.clone(), now)),
        ..ticket.clone()
    }));
    let detail = format!("{} {} {}", ticket.name(), ticket.place, ticket.role);
    deed.account(user, "ticket-used", &ticket.by, Some(detail));
    let told = |key: &str| {
        Text::new(key)
            .with("person", Argument::User(user.to_string()))
            .with("giver", Argument::User(ticket.by.to_string()))
            .with("what", described(community, ticket))
            .code("ticket", ticket.name())
    };
    deed.tell(&ticket.by, told("ticket-used-giver"));
    deed.tell_admins(told("ticket-used-admins"));
    let text = welcome(community, ticket, role);
    let decision = deed.decision;
    Ok(Redeemed {
        community,
        decision,
        text,
    })
}

/// The rooms that the person is invited to: those of the ticket where they are not yet.
fn rooms(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    user: &UserId,
) -> Result<Vec<OwnedRoomId>, Refused> {
    let mut places = vec![&Place::Space];
    if *place != Place::Space {
        places.push(place);
    }
    let mut found: Vec<(&Place, &OwnedRoomId, &Room)> = Vec::new();
    for place in places {
        let room = community.places.get(place);
        let Some((id, room)) = room.and_then(|id| Some((id, snapshot.rooms.get(id)?))) else {
            return refused(Why::Early, "ticket-early");
        };
        found.push((place, id, room));
    }
    let at = |(.., room): &(&Place, &OwnedRoomId, &Room)| room.membership(user);
    if found.iter().any(|it| at(it) == Membership::Ban) {
        return refused(Why::NotYou, "ticket-you-are-banned");
    }
    let in_space = at(&found[0]) == Membership::Join;
    if !is_a_way(community, place, in_space) {
        return refused(Why::Over, "ticket-over");
    }
    found.retain(|it| !matches!(at(it), Membership::Join | Membership::Invite));
    for (place, ..) in &found {
        if desired::seats_left(snapshot, community, place) == Some(0) {
            let text = Text::new("ticket-full").with("group", community.name_of(place));
            let why = Why::Full;
            return Err(Refused { why, text });
        }
    }
    Ok(found.into_iter().map(|(_, id, _)| id.clone()).collect())
}

/// The role that the ticket gives, when it is more than the person has; none when who gave it could not give it any more.
fn granted(community: &Community, ticket: &Ticket, user: &UserId) -> Option<Role> {
    let (role, place) = (ticket.role, &ticket.place);
    let allowed = may_carry(community.role_in(&ticket.by, place), role);
    (role > Role::Member && allowed && role > community.role_in(user, place)).then_some(role)
}

fn let_in(deed: &mut Deed, ticket: &Ticket, room: &OwnedRoomId, user: &OwnedUserId) {
    let reason = Text::new("ticket-invitation")
        .with("community", deed.community.definition.name.as_str())
        .with("giver", Argument::User(ticket.by.to_string()));
    let locale = deed.snapshot.locale_in(user, deed.community);
    deed.act(Effect::Membership {
        room: room.clone(),
        user: user.clone(),
        change: MembershipChange::Invite,
        reason: Some(reason.plain(locale)),
    });
    // So that the plan, which may want the same, does not ask them a second time.
    deed.decision.changes.push(Change::Invited {
        room: room.clone(),
        user: user.clone(),
    });
}

fn welcome(community: &Community, ticket: &Ticket, role: Option<Role>) -> Text {
    let text = Text::new("ticket-welcome").with("community", community.definition.name.as_str());
    let text = match &ticket.place {
        Place::Space => text,
        group @ Place::Group(_) => text
            .line("ticket-welcome-group")
            .with("group", community.name_of(group)),
    };
    match role {
        Some(role) => text
            .line("ticket-welcome-role")
            .with("role", Text::new(role.text_key())),
        None => text,
    }
}
