//! Invitations that somebody made by hand. Power levels already keep members from it; this is for rooms whose powers were changed, rooms
//! that existed before, full groups, and homeservers that may not take part.

use super::{Moved, application, hindrance, may_decide, proposal, settle};
use crate::{
    action::{Effect, MembershipChange},
    community::place::Place,
    governance::{deed::Deed, seats},
    reply::{Argument, Text},
};

/// An invitation that may not be is withdrawn, and explained to who made it; one that may be answers what was asked about the person.
pub(super) fn on_invite(moved: &Moved, deed: &mut Deed) {
    let by = &moved.event.sender;
    let place = &moved.room.place;
    // Who is there already was not invited: the homeserver would not have taken it.
    let again = moved.before == moved.after;
    if again {
        return;
    }
    if *by == moved.snapshot.bot {
        if seats::is_full_for(moved) {
            // It was decided while there was a seat, which somebody else has taken before it arrived.
            super::entry::wait(deed, moved.user, place);
            take_back(moved, deed);
        } else {
            settle(deed, moved.user, place);
        }
        return;
    }
    match objection(moved, deed) {
        Some(why) => withdraw(moved, deed, why),
        None => settle(deed, moved.user, place),
    }
}

/// Why an invitation may not be: a word for the audit log, and the reason in words.
fn objection(moved: &Moved, deed: &mut Deed) -> Option<(&'static str, Text)> {
    let place = &moved.room.place;
    let name = moved.community.name_of(place);
    if !may_decide(moved.community, &moved.event.sender, place) {
        return Some(("role", Text::new("invite-not-yours").with("place", name)));
    }
    if let Some(hindrance) = hindrance(moved.snapshot, moved.community, moved.user) {
        return Some(("not admitted", hindrance));
    }
    if application::invited_too_soon(moved, deed) {
        return Some(("one reviewer", Text::new("invite-one-more")));
    }
    if seats::is_full_for(moved) {
        super::entry::wait(deed, moved.user, place);
        return Some(("full", Text::new("invite-full").with("place", name)));
    }
    None
}

fn take_back(moved: &Moved, deed: &mut Deed) {
    let locale = moved.snapshot.locale_in(moved.user, moved.community);
    deed.act(Effect::Membership {
        room: moved.event.room.clone(),
        user: moved.user.clone(),
        change: MembershipChange::Kick,
        reason: Some(Text::new("invite-withdrawn-reason").plain(locale)),
    });
}

fn withdraw(moved: &Moved, deed: &mut Deed, (word, why): (&str, Text)) {
    let (community, place) = (moved.community, &moved.room.place);
    take_back(moved, deed);
    let mut text = Text::new("invite-withdrawn")
        .with("person", Argument::User(moved.user.to_string()))
        .with("place", community.name_of(place))
        .then(why);
    if word == "role" && proposal::is_open(community, place) {
        let words = match (
            place,
            moved.snapshot.locale_in(&moved.event.sender, community),
        ) {
            (Place::Space, crate::reply::Locale::Fr) => {
                format!("proposer {} parce que …", moved.user)
            }
            (Place::Space, crate::reply::Locale::En) => format!("propose {} because …", moved.user),
            (Place::Group(id), crate::reply::Locale::Fr) => {
                format!("proposer {} pour {id} parce que …", moved.user)
            }
            (Place::Group(id), crate::reply::Locale::En) => {
                format!("propose {} for {id} because …", moved.user)
            }
        };
        let command = format!("!{} {words}", moved.snapshot.bot.localpart());
        text = text.line("invite-how").code("command", command);
    }
    deed.tell(&moved.event.sender, text);
    let detail = format!("{}: {word}", moved.event.sender);
    let bot = &moved.snapshot.bot;
    deed.account(bot, "invite-withdrawn", moved.user, Some(detail));
}
