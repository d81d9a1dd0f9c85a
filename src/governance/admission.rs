//! Who may come in: proposals, requests, strangers, invitations made by hand. `cards`, `due` and the comings and goings of
//! [`governance`](super) call it; who lets in whom is decided in [`may_decide`] and nowhere else.

mod application;
mod entry;
pub(crate) mod invites;
pub(crate) mod proposal;
pub(crate) mod strangers;

use std::time::Duration;

use ruma::UserId;

use super::{Moved, cards::Answer, deed::Deed, interview, turn};
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        definition::GroupId,
        place::Place,
        power,
        record::{Card, Matter, Record},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    reply::{Argument, Text},
};

pub(crate) use application::open as open_application;
pub(crate) use entry::{Came, invite, let_in};

/// After how long the team is reminded of who waits for its answer, once.
const REMIND: Duration = Duration::from_hours(48);

/// Whether somebody decides who comes into a place: who leads it, and its moderators where they invite by hand.
#[must_use]
pub(crate) fn may_decide(community: &Community, user: &UserId, place: &Place) -> bool {
    let role = community.role_in(user, place);
    role >= Role::Facilitator
        || (role >= Role::Moderator && power::may_moderators_invite(community, place))
}

/// The room of a place, when it has one.
pub(crate) fn room<'a>(
    snapshot: &'a Snapshot,
    community: &Community,
    place: &Place,
) -> Option<&'a Room> {
    snapshot.rooms.get(community.places.get(place)?)
}

/// The membership of somebody at a place.
pub(crate) fn membership(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    user: &UserId,
) -> Membership {
    room(snapshot, community, place).map_or(Membership::Leave, |room| room.membership(user))
}

/// Why somebody cannot come into the community at all, in words for the team; `None` when they can.
pub(crate) fn hindrance(snapshot: &Snapshot, community: &Community, user: &UserId) -> Option<Text> {
    let pill = Argument::User(user.to_string());
    if membership(snapshot, community, &Place::Space, user) == Membership::Ban {
        return Some(Text::new("admission-banned").with("person", pill));
    }
    let (server, own) = (user.server_name(), snapshot.bot.server_name());
    let definition = &community.definition;
    let admitted = definition.federate && definition.servers.admits(server.as_str(), own.as_str());
    (server != own && !admitted).then(|| {
        Text::new("admission-server")
            .with("person", pill)
            .code("server", server)
    })
}

/// What follows from an answer to a card of this matter.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answered(answer: &Answer) -> Result<Decision, Text> {
    match &answer.card.matter {
        Matter::Proposal { user, place, .. } => proposal::answered(answer, user, place),
        Matter::Application(application) => application::answered(answer, application),
        other => Err(Text::new("card-nothing").with("what", super::cards::kind_of(other))),
    }
}

/// What a card of this matter says: read from the card when it is shown, so that words that were given for it stand nowhere else. `None`
/// for cards whose words came with them.
#[must_use]
pub fn described(community: &Community, card: &Card) -> Option<Text> {
    match &card.matter {
        Matter::Proposal {
            user,
            place,
            reason,
        } => Some(
            Text::new("proposal-card")
                .with("by", &card.by)
                .with("person", user)
                .with("place", community.name_of(place))
                .line("proposal-card-reason")
                .with("reason", reason.as_str()),
        ),
        Matter::Application(application) => Some(application::described(community, application)),
        _ => None,
    }
}

/// What follows from somebody coming or going.
#[must_use]
pub fn on_member(moved: &Moved) -> Decision {
    let mut deed = Deed::new(
        moved.snapshot,
        moved.community,
        moved.event.id.as_str(),
        moved.now,
    );
    match moved.after {
        Membership::Invite => invites::on_invite(moved, &mut deed),
        Membership::Join if moved.before != Membership::Join => {
            strangers::on_join(moved, &mut deed);
        }
        Membership::Leave | Membership::Ban => {
            strangers::on_leave(moved, &mut deed);
            application::on_leave(moved, &mut deed);
        }
        Membership::Join | Membership::Knock => {}
    }
    deed.decision
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let mut due = strangers::due(snapshot, community, now);
    due.extend(interview::due(snapshot, community, now));
    due.extend(unanswered(snapshot, community, now));
    due
}

/// The team is reminded once of who waits for its answer; whoever is away by now is not the one whose turn it is any more.
fn unanswered(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let cards = community.records.cards.values();
    let late = cards.filter(|card| !card.reminded && now.since(card.at) >= REMIND);
    let late = late.filter_map(|card| Some((card, place_of(card)?)));
    late.map(|(card, place)| {
        let cause = format!(
            "unanswered/{}/{}/{}",
            community.definition.id, card.id, card.at.0
        );
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let has_said = |user: &UserId| card.votes.iter().any(|vote| vote.by == user);
        let mut card = card.clone();
        card.assignee = turn::turn_but(community, place, now, has_said);
        card.reminded = true;
        let mut text = Text::new("card-waits")
            .with("what", super::cards::kind_of(&card.matter))
            .code("card", &card.id);
        if let Some(assignee) = &card.assignee {
            text = text.line("card-turn").with("person", assignee);
        }
        deed.tell_admins(text);
        deed.keep(Record::Card(Box::new(card)));
        (cause, deed.decision)
    })
    .collect()
}

/// Whereto the person of a proposal or a request wants.
fn place_of(card: &Card) -> Option<&Place> {
    match &card.matter {
        Matter::Proposal { place, .. } => Some(place),
        Matter::Application(application) => Some(&application.place),
        _ => None,
    }
}

/// The proposals of somebody, and their request, for a place.
fn cards_about<'a>(
    community: &'a Community,
    user: &'a UserId,
    place: &'a Place,
) -> impl Iterator<Item = &'a Card> {
    let cards = community.records.cards.values();
    cards.filter(move |card| {
        let about = match &card.matter {
            Matter::Proposal { user, .. } => user,
            Matter::Application(application) => &application.user,
            _ => return false,
        };
        about == user && place_of(card) == Some(place)
    })
}

/// Somebody is in, or invited, by another way: what was asked about them is answered.
fn settle(deed: &mut Deed, user: &UserId, place: &Place) {
    let community = deed.community;
    for card in cards_about(community, user, place) {
        deed.close(card);
        if matches!(card.matter, Matter::Proposal { .. }) {
            let text = Text::new("proposal-approved")
                .with("person", user)
                .with("place", community.name_of(place));
            deed.tell(&card.by, text);
        }
    }
}

/// The group of a place.
fn group_of<'a>(
    community: &'a Community,
    place: &Place,
) -> Option<&'a crate::community::definition::Group> {
    let id: &GroupId = match place {
        Place::Space => return None,
        Place::Group(id) => id,
    };
    community.group(id)
}

#[cfg(test)]
pub(crate) mod tests;
