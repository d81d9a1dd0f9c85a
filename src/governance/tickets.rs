//! Tickets: a way in for one person, once. The command `ticket` makes them, `join` and the join page redeem them, and what was never used
//! is forgotten in the end. The token itself is kept nowhere: what is noted goes by a hash of it.

mod make;
mod redeem;
mod token;

use std::time::Duration;

use ruma::UserId;

pub(crate) use make::{Order, make, may_give};
pub use redeem::{Redeemed, Refused, Why, find, look, redeem};
pub use token::Token;

use super::deed::Deed;
use crate::{
    clock::Timestamp,
    community::{
        definition::{Locale, Way},
        place::Place,
        record::{RecordKind, Ticket},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::{Argument, Text, moment},
};

/// How long a ticket is good when nothing is said.
pub(crate) const DEFAULT: Duration = Duration::from_hours(7 * 24);

/// How long a ticket that nobody used is remembered after its end, so that whoever comes late is told why.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);

/// What is due by `now`, each with its cause: tickets that were not used in time are forgotten.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let over = community.records.tickets.values().filter(|ticket| {
        ticket.used.is_none() && now > ticket.until && now.since(ticket.until) >= REMEMBERED
    });
    over.map(|ticket| {
        let cause = format!("ticket-forgotten/{}", ticket.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.forget(RecordKind::Ticket, ticket.id.clone());
        (cause, deed.decision)
    })
    .collect()
}

impl Ticket {
    /// How people call it: the beginning of its id, which tells nothing about the token.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.get(..6).unwrap_or(&self.id)
    }

    /// Whether somebody can still come in with it.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.used.is_none() && now <= self.until
    }
}

/// What is said where somebody is handed a ticket: how to use it, and not to pass it on. Made when it is sent, for the token is not kept.
#[must_use]
pub fn handed_over(snapshot: &Snapshot, token: &Token, locale: Locale) -> Text {
    let bot = Argument::User(snapshot.bot.to_string());
    let join = match locale {
        Locale::Fr => "rejoindre",
        Locale::En => "join",
    };
    let text = Text::new("ticket-use")
        .with("bot", bot)
        .code("command", format!("{join} {token}"));
    let text = match &snapshot.public_url {
        Some(url) => text
            .line("ticket-link")
            .with("link", format!("{url}/join/{token}")),
        None => text,
    };
    text.line("ticket-warning")
}

/// Into what a ticket leads: the group, or the community as a whole.
fn leads_to(community: &Community, place: &Place) -> Text {
    let text = Text::new(match place {
        Place::Space => "ticket-to-community",
        Place::Group(_) => "ticket-to-group",
    });
    text.with("place", community.name_of(place))
        .with("community", community.definition.name.as_str())
}

/// A ticket in a line: into what, with which role, until when.
pub(crate) fn described(community: &Community, ticket: &Ticket) -> Text {
    let timezone = &community.definition.timezone;
    let key = if ticket.role > Role::Member {
        "ticket-described-role"
    } else {
        "ticket-described"
    };
    let text = Text::new(key)
        .with("where", leads_to(community, &ticket.place))
        .with("until", moment(ticket.until, timezone));
    if ticket.role > Role::Member {
        text.with("role", Text::new(ticket.role.text_key()))
    } else {
        text
    }
}

/// Whether a ticket of somebody with the role `own` may carry another: as with `grant`, who leads gives what is below them.
fn may_carry(own: Role, role: Role) -> bool {
    role <= Role::Member || (own >= Role::Facilitator && role < own && role < Role::Admin)
}

/// Whether tickets are among the ways in: into the group, and into the space for who is not there.
fn is_a_way(community: &Community, place: &Place, in_space: bool) -> bool {
    let space = in_space || community.definition.admission.ways.contains(&Way::Ticket);
    let group = match place {
        Place::Space => true,
        Place::Group(id) => community
            .group(id)
            .is_some_and(|group| group.ways().contains(&Way::Ticket)),
    };
    space && group
}

/// Whether the place is still there to come into.
fn is_there(community: &Community, place: &Place) -> bool {
    match place {
        Place::Space => true,
        Place::Group(id) => community.group(id).is_some_and(|group| !group.archived),
    }
}

/// Whether users of this homeserver may take part in the community.
fn is_admitted(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    let (definition, own) = (&community.definition, snapshot.bot.server_name());
    let server = user.server_name();
    server == own
        || (definition.federate && definition.servers.admits(server.as_str(), own.as_str()))
}

#[cfg(test)]
mod tests;
