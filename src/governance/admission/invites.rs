//! Invitations that somebody made by hand. Power levels already keep members from it; this is for rooms whose powers were changed, rooms
//! that existed before, full groups, and homeservers that may not take part.

use ruma::UserId;

use super::{Moved, application, hindrance, may_decide, proposal, settle};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        place::Place,
        snapshot::{Community, Snapshot},
    },
    governance::{deed::Deed, seats},
    reply::{Argument, Locale, Text},
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

/// Why it is not for somebody to invite to a place, and how they propose a person instead; `None` when it is theirs. `user` is whom they
/// would invite, where that is known.
pub(crate) fn not_yours(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    by: &UserId,
    user: Option<&UserId>,
) -> Option<Text> {
    if may_decide(community, by, place) {
        return None;
    }
    let why = Text::new("invite-not-yours").with("place", community.name_of(place));
    let user = user.filter(|_| proposal::is_open(community, place));
    Some(match user {
        Some(user) => {
            let command = how(snapshot, community, place, by, user);
            why.line("invite-how").code("command", command)
        }
        None => why,
    })
}

/// The command that proposes a person.
fn how(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    by: &UserId,
    user: &UserId,
) -> String {
    let words = match (place, snapshot.locale_in(by, community)) {
        (Place::Space, Locale::Fr) => format!("proposer {user} parce que …"),
        (Place::Space, Locale::En) => format!("propose {user} because …"),
        (Place::Group(id), Locale::Fr) => format!("proposer {user} pour {id} parce que …"),
        (Place::Group(id), Locale::En) => format!("propose {user} for {id} because …"),
    };
    format!("!{} {words}", snapshot.bot.localpart())
}

/// Why an invitation may not be: a word for the audit log, and the reason in words.
fn objection(moved: &Moved, deed: &mut Deed) -> Option<(&'static str, Text)> {
    let place = &moved.room.place;
    let name = moved.community.name_of(place);
    let (snapshot, community, by) = (moved.snapshot, moved.community, &moved.event.sender);
    if let Some(why) = not_yours(snapshot, community, place, by, Some(moved.user)) {
        return Some(("role", why));
    }
    if let Some(hindrance) = hindrance(snapshot, community, moved.user) {
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
    let text = Text::new("invite-withdrawn")
        .with("person", Argument::User(moved.user.to_string()))
        .with("place", community.name_of(place))
        .then(why);
    deed.tell(&moved.event.sender, text);
    let detail = format!("{}: {word}", moved.event.sender);
    let bot = &moved.snapshot.bot;
    deed.account(bot, "invite-withdrawn", moved.user, Some(detail));
}
