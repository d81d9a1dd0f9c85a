//! Full groups: who waits for a place, and who gets one. First come, first served; people who moderate or lead a group take no seat in it.
//!
//! Who comes into a full group by themselves is removed and waits; whoever leaves makes room for the first who waits.

pub(crate) mod split;

use std::collections::BTreeMap;

use ruma::OwnedUserId;

use super::{
    Moved,
    admission::{membership, strangers},
    cards::Answer,
    deed::Deed,
};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::Membership,
        desired,
        place::Place,
        record::{Record, RecordKind, Waiting, at},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::Text,
};

/// What follows from an answer to a card of this matter.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answered(answer: &Answer) -> Result<Decision, Text> {
    split::answered(answer)
}

/// Who waits for a place somewhere, the first to come first.
#[must_use]
pub(crate) fn queue<'a>(community: &'a Community, place: &Place) -> Vec<&'a Waiting> {
    let waiting = community.records.waiting.values();
    let mut queue: Vec<_> = waiting.filter(|it| it.place == *place).collect();
    queue.sort_by(|left, right| (left.at, &left.user).cmp(&(right.at, &right.user)));
    queue
}

/// Whether others have taken every seat of a group that somebody comes into, or is invited to.
pub(super) fn is_full_for(moved: &Moved) -> bool {
    let (community, place) = (moved.community, &moved.room.place);
    if community.role_in(moved.user, place) >= Role::Moderator {
        return false;
    }
    let taken = desired::seats_taken(community, moved.room, &moved.snapshot.bot, moved.user);
    desired::cap(community, place).is_some_and(|cap| taken >= cap)
}

/// Whether somebody who has just come in is one too many.
pub(super) fn is_refused(moved: &Moved) -> bool {
    let comes = moved.before != Membership::Join && moved.after == Membership::Join;
    comes && is_full_for(moved)
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
        Membership::Join if moved.before != Membership::Join => came(moved, &mut deed),
        Membership::Leave | Membership::Ban => went(moved, &mut deed),
        Membership::Invite if !is_full_for(moved) => waits_no_longer(moved, &mut deed),
        _ => {}
    }
    deed.decision
}

fn waits_no_longer(moved: &Moved, deed: &mut Deed) {
    let (place, user) = (&moved.room.place, moved.user);
    if moved.community.records.is_waiting(place, user) {
        deed.forget(RecordKind::Waiting, at(place, user));
    }
}

fn came(moved: &Moved, deed: &mut Deed) {
    let (community, place, user) = (moved.community, &moved.room.place, moved.user);
    if !is_refused(moved) {
        waits_no_longer(moved, deed);
        return;
    }
    let locale = moved.snapshot.locale_in(user, community);
    let name = community.name_of(place);
    // A place on the list would be a way in past everybody who decides about that.
    let stranger = strangers::is_unexpected(moved);
    let reason = if stranger {
        "seat-full-stranger-reason"
    } else {
        "seat-full-reason"
    };
    deed.act(Effect::Membership {
        room: moved.event.room.clone(),
        user: user.clone(),
        change: MembershipChange::Kick,
        reason: Some(Text::new(reason).plain(locale)),
    });
    let detail = place.to_string();
    deed.account(&moved.snapshot.bot, "over-cap", user, Some(detail));
    if stranger {
        let text = Text::new("seat-full-stranger")
            .with("place", name)
            .with("person", strangers::contact(community));
        return deed.tell(user, text);
    }
    let queue = queue(community, place);
    let known = queue.iter().position(|it| it.user == *user);
    let rank = known.unwrap_or(queue.len()) + 1;
    if known.is_none() {
        deed.keep(Record::Waiting(Waiting {
            user: user.clone(),
            place: place.clone(),
            at: moved.now,
        }));
    }
    let text = Text::new("seat-full")
        .with("place", name)
        .with("rank", i64::try_from(rank).unwrap_or(i64::MAX));
    deed.tell(user, text);
}

fn went(moved: &Moved, deed: &mut Deed) {
    let (community, place) = (moved.community, &moved.room.place);
    let gone = *place == Place::Space || moved.after == Membership::Ban;
    let waiting = community.records.waiting.values();
    let theirs = waiting.filter(|it| {
        it.user == *moved.user && gone && (*place == Place::Space || it.place == *place)
    });
    for waiting in theirs {
        deed.forget(RecordKind::Waiting, at(&waiting.place, &waiting.user));
    }
    let had_a_seat = matches!(moved.before, Membership::Join | Membership::Invite)
        && community.role_in(moved.user, place) < Role::Moderator;
    if let (true, Some(cap)) = (had_a_seat, desired::cap(community, place)) {
        let taken = desired::seats_taken(community, moved.room, &moved.snapshot.bot, moved.user);
        give(deed, place, cap.saturating_sub(taken));
    }
}

/// Gives free seats to the first who wait.
fn give(deed: &mut Deed, place: &Place, mut seats: usize) {
    let (snapshot, community) = (deed.snapshot, deed.community);
    for waiting in queue(community, place) {
        let user = &waiting.user;
        let banned = [place, &Place::Space]
            .into_iter()
            .any(|it| membership(snapshot, community, it, user) == Membership::Ban);
        if banned || has_a_seat(snapshot, community, place, user) {
            deed.forget(RecordKind::Waiting, at(place, user));
            continue;
        }
        // Who was removed for want of a seat is still seen there for a moment.
        let leaves = membership(snapshot, community, place, user) == Membership::Join;
        if seats == 0 || leaves {
            continue;
        }
        seats -= 1;
        let name = community.name_of(place);
        let invitation = Text::new("seat-invitation").with("place", name);
        super::admission::invite(deed, user, place, &invitation);
        deed.forget(RecordKind::Waiting, at(place, user));
        deed.tell(user, Text::new("seat-free").with("place", name));
    }
}

/// Whether somebody who waits is invited, or about to be.
fn has_a_seat(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    user: &OwnedUserId,
) -> bool {
    let there = membership(snapshot, community, place, user);
    let room = super::admission::room(snapshot, community, place);
    there == Membership::Invite || room.is_some_and(|room| room.under_way.contains(user))
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let mut places: BTreeMap<&Place, usize> = BTreeMap::new();
    for waiting in community.records.waiting.values() {
        *places.entry(&waiting.place).or_default() += 1;
    }
    let due = places.into_iter().filter_map(|(place, count)| {
        let exists = match place {
            Place::Space => false,
            Place::Group(id) => community.group(id).is_some_and(|group| !group.archived),
        };
        // A group that has no room yet lets nobody in.
        let seats = desired::seats_left(snapshot, community, place).unwrap_or(usize::MAX);
        let known = super::admission::room(snapshot, community, place).is_some();
        let first = queue(community, place).first().map(|it| (*it).clone())?;
        let cause = format!(
            "seats/{}/{place}/{}/{}/{count}",
            community.definition.id, first.user, first.at.0
        );
        let mut deed = Deed::new(snapshot, community, &cause, now);
        if !exists {
            for waiting in queue(community, place) {
                deed.forget(RecordKind::Waiting, at(place, &waiting.user));
            }
        } else if known && seats > 0 {
            give(&mut deed, place, seats);
        }
        (deed.decision != Decision::default()).then_some((cause, deed.decision))
    });
    due.collect()
}

#[cfg(test)]
mod tests;
