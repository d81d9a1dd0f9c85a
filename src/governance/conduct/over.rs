//! Questions that are over without an answer: who was asked has left, another version is asked, or none.

use std::collections::{BTreeMap, BTreeSet};

use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};

use super::asking::{
    CONSENT_GIVEN_UP, about, all, given_up, is_here, person_of, room_of, said, version_posted,
};
use crate::{
    action::Effect,
    clock::Timestamp,
    community::{
        definition::Kind,
        place::Place,
        record::{Card, Matter},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
};

/// Who has left is asked no more.
pub(super) fn forget_questions(deed: &mut Deed, place: &Place, user: &UserId) {
    let community = deed.community;
    for card in community.records.cards.values() {
        let theirs = person_of(card).is_some_and(|person| *person == user);
        let of_here = match &card.matter {
            Matter::Conduct { place: own, .. } => own == place,
            _ => *place == Place::Space,
        };
        if theirs && of_here {
            give_up(deed, card);
        }
    }
}

/// The question is over without an answer.
fn give_up(deed: &mut Deed, card: &Card) {
    deed.close(card);
    let now = deed.now;
    match &card.matter {
        Matter::Conduct { place, .. } => deed.keep(said(&given_up(place), now)),
        Matter::Consent { .. } => deed.keep(said(CONSENT_GIVEN_UP, now)),
        _ => {}
    }
}

/// Questions that are asked no more: another version is, or none; or who was asked is gone.
pub(super) fn over(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let askings = all(community);
    let versions: BTreeMap<&Place, u32> =
        askings.iter().map(|it| (&it.place, it.version)).collect();
    let consents = community.definition.code_of_conduct.ask_relay_consent;
    let is_there = |place: &Place, user: &OwnedUserId| {
        let room = room_of(snapshot, community, place);
        room.is_none_or(|room| !room.known || room.joined(user))
    };
    let is_over = |card: &&Card| match &card.matter {
        Matter::Conduct {
            place, user: None, ..
        } if versions.contains_key(place) => is_replaced(snapshot, community, card),
        Matter::Conduct {
            place,
            version,
            user,
        } => {
            versions.get(place) != Some(version)
                || user.as_ref().is_some_and(|user| !is_there(place, user))
        }
        Matter::Consent { user, .. } => !consents || !is_there(&Place::Space, user),
        Matter::Removals { version, .. } => {
            !community.requires_conduct() || versions.get(&Place::Space) != Some(version)
        }
        _ => false,
    };
    let cards = community.records.cards.values();
    let over: Vec<&Card> = cards.filter(is_over).collect();
    let first = over.first()?;
    let cause = format!("conduct/over/{}/{}", community.definition.id, first.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let mut unpinned = BTreeSet::new();
    for card in over {
        give_up(&mut deed, card);
        if version_posted(card).is_some() {
            unpinned.extend(card.shown.as_ref().map(|(_, event)| event.as_str()));
        }
    }
    if let Some(effect) = unpin(snapshot, community, &unpinned) {
        deed.act(effect);
    }
    Some((cause, deed.decision))
}

/// Whether another version stands in the place of this posted one, and is pinned: only then the older one goes.
fn is_replaced(snapshot: &Snapshot, community: &Community, card: &Card) -> bool {
    let current = about(community, &Place::Space).map(|it| it.version);
    let room = community.room_of_kind(Kind::Announcements);
    if version_posted(card) == current && room.is_some_and(|room| is_here(card, room)) {
        return false;
    }
    let mut others = community.records.cards.values();
    others.any(|other| {
        let shown = other.shown.as_ref();
        other.id != card.id
            && version_posted(other) == current
            && shown.is_some_and(|(room, event)| {
                pinned(snapshot, room).any(|pinned| pinned == event.as_str())
            })
    })
}

fn pinned<'a>(snapshot: &'a Snapshot, room: &ruma::RoomId) -> impl Iterator<Item = &'a str> {
    let room = snapshot.rooms.get(room);
    let state = room.and_then(|room| room.state("m.room.pinned_events", ""));
    let pinned = state.and_then(|state| state.get("pinned")?.as_array());
    pinned.into_iter().flatten().filter_map(Value::as_str)
}

fn unpin(snapshot: &Snapshot, community: &Community, events: &BTreeSet<&str>) -> Option<Effect> {
    let room = community.room_of_kind(Kind::Announcements)?;
    let is_ours = |event: &&str| events.contains(event);
    let (gone, left): (Vec<_>, Vec<_>) = pinned(snapshot, room).partition(is_ours);
    (!gone.is_empty()).then(|| Effect::SetState {
        room: room.clone(),
        event_type: "m.room.pinned_events".to_owned(),
        state_key: String::new(),
        content: json!({"pinned": left}),
    })
}
