//! Making a ticket: who may, for what, and handing it over.

use std::time::Duration;

use ruma::{OwnedUserId, UserId};

use super::{Token, described, is_a_way, is_admitted, is_there, may_carry};
use crate::{
    action::Effect,
    community::{
        change::Membership,
        place::Place,
        power,
        record::{Record, Ticket},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    governance::deed::Deed,
    reply::{Argument, Text},
};

/// A ticket that somebody asks for.
pub(crate) struct Order {
    /// For whom alone.
    pub(crate) person: Option<OwnedUserId>,
    /// Into what.
    pub(crate) place: Place,
    /// With which role.
    pub(crate) role: Role,
    /// For how long.
    pub(crate) lasts: Duration,
    /// Who gives it.
    pub(crate) by: OwnedUserId,
}

/// Whether somebody may bring people in there: who leads it, and who moderates it where moderators invite.
pub(crate) fn may_give(community: &Community, giver: &UserId, place: &Place) -> bool {
    let own = community.role_in(giver, place);
    own >= Role::Facilitator
        || (own >= Role::Moderator && power::may_moderators_invite(community, place))
}

/// Makes the ticket and hands it over: to whom it is for, else to who gives it.
///
/// # Errors
/// Why it is not made, as something to say.
pub(crate) fn make(deed: &mut Deed, order: Order) -> Result<Ticket, Text> {
    may_be_made(deed.snapshot, deed.community, &order)?;
    let cause = deed.cause.clone();
    let ticket = Ticket {
        id: Token::derive(&deed.snapshot.hash_key, &cause).id(),
        place: order.place,
        role: order.role,
        person: order.person,
        by: order.by,
        at: deed.now,
        until: deed.now.plus(order.lasts),
        used: None,
    };
    let about = described(deed.community, &ticket);
    let (to, key) = match &ticket.person {
        Some(person) => (person, "ticket-for-you"),
        None => (&ticket.by, "ticket-to-hand-on"),
    };
    let giver = Argument::User(ticket.by.to_string());
    deed.act(Effect::HandTicket {
        to: to.clone(),
        text: Text::new(key).with("giver", giver).with("what", about),
        locale: deed.snapshot.locale_in(to, deed.community),
        cause,
    });
    let detail = format!("{} {} {}", ticket.name(), ticket.place, ticket.role);
    let target = ticket.person.as_ref().map_or("", |it| it.as_str());
    deed.account(&ticket.by, "ticket", target, Some(detail));
    deed.keep(Record::Ticket(ticket.clone()));
    Ok(ticket)
}

fn may_be_made(snapshot: &Snapshot, community: &Community, order: &Order) -> Result<(), Text> {
    let (place, role) = (&order.place, order.role);
    let name = community.name_of(place);
    let about = |key: &str| Text::new(key).with("place", name);
    let own = community.role_in(&order.by, place);
    if !may_give(community, &order.by, place) {
        let needed = if power::may_moderators_invite(community, place) {
            Role::Moderator
        } else {
            Role::Facilitator
        };
        return Err(Text::new("not-allowed")
            .with("needed", Text::new(needed.text_key()))
            .with("own", Text::new(own.text_key())));
    }
    if !is_there(community, place) {
        return Err(about("ticket-place-over"));
    }
    if role >= Role::Admin {
        return Err(Text::new("ticket-needs-nomination").with("role", Text::new(role.text_key())));
    }
    if !may_carry(own, role) {
        return Err(Text::new("ticket-above-yourself")
            .with("role", Text::new(role.text_key()))
            .with("own", Text::new(own.text_key())));
    }
    let membership = |user: &UserId, place: &Place| {
        let room = community.places.get(place);
        room.and_then(|room| snapshot.rooms.get(room))
            .map_or(Membership::Leave, |room| room.membership(user))
    };
    let in_space = order
        .person
        .as_ref()
        .is_some_and(|it| membership(it, &Place::Space) == Membership::Join);
    if !is_a_way(community, place, in_space) {
        return Err(about("ticket-no-way"));
    }
    let Some(person) = &order.person else {
        return Ok(());
    };
    let whom = |key: &str| about(key).with("person", Argument::User(person.to_string()));
    if *person == snapshot.bot {
        return Err(Text::new("not-on-the-bot").with("person", Argument::User(person.to_string())));
    }
    if !is_admitted(snapshot, community, person) {
        return Err(whom("ticket-server"));
    }
    if [&Place::Space, place]
        .map(|it| membership(person, it))
        .contains(&Membership::Ban)
    {
        return Err(whom("ticket-banned"));
    }
    if in_space
        && membership(person, place) == Membership::Join
        && community.role_in(person, place) >= role
    {
        return Err(whom("ticket-already-there"));
    }
    Ok(())
}
