//! What is asked of whom: the code of conduct in the space, terms in their groups, and consents.

use std::{collections::HashSet, time::Duration};

use ruma::{OwnedUserId, UserId};

use super::question;
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        change::Membership,
        definition::{Acceptance, Kind},
        place::Place,
        record::{Card, CardId, Matter, Purpose, Record, Said},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    governance::deed::{Deed, NO, YES},
    reply::Text,
};

/// How many are asked or reminded at once, and how many may wait for their question: each may need a room of its own.
pub(super) const AT_ONCE: usize = 20;
/// After this time somebody who cannot be written to keeps nobody else waiting.
const PATIENCE: Duration = Duration::from_hours(1);

/// Something that everybody in a place is asked to accept.
pub(crate) struct Asking<'a> {
    /// The space for the code of conduct, a group for its terms.
    pub(crate) place: Place,
    pub(crate) version: u32,
    pub(crate) text: &'a str,
}

impl Asking<'_> {
    /// Whether somebody has accepted this version, or is being asked.
    pub(super) fn is_settled(&self, community: &Community, user: &UserId) -> bool {
        let asked = || open_to(community, user).any(|(_, place, _)| *place == self.place);
        self.is_accepted(community, user) || asked()
    }

    pub(crate) fn is_accepted(&self, community: &Community, user: &UserId) -> bool {
        let accepted = community.records.accepted(&self.place, user);
        accepted.is_some_and(|version| version >= self.version)
    }
}

/// What is asked in a community.
pub(crate) fn all(community: &Community) -> Vec<Asking<'_>> {
    let groups = community.groups.iter();
    let groups = groups.map(|group| Place::Group(group.id.clone()));
    let places = std::iter::once(Place::Space).chain(groups);
    places
        .filter_map(|place| about(community, &place))
        .collect()
}

/// What is asked of who is in a place.
pub(crate) fn about<'a>(community: &'a Community, place: &Place) -> Option<Asking<'a>> {
    let (version, text) = match place {
        Place::Space => {
            let conduct = &community.definition.code_of_conduct;
            let asked = conduct.acceptance != Acceptance::None;
            asked.then_some((conduct.version, &conduct.text))?
        }
        Place::Group(id) => {
            let group = community.group(id).filter(|group| !group.archived)?;
            let terms = group.terms.as_ref()?;
            (terms.version, &terms.text)
        }
    };
    Some(Asking {
        place: place.clone(),
        version,
        text,
    })
}

/// Who is asked: everybody but the bot and who moderates something.
pub(crate) fn is_asked(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    *user != snapshot.bot && community.highest_role(user) < Role::Moderator
}

/// What somebody is being asked to accept: the card, the place, the version.
pub(crate) fn open_to<'a>(
    community: &'a Community,
    person: &'a UserId,
) -> impl Iterator<Item = (&'a Card, &'a Place, u32)> {
    let cards = community.records.cards.values();
    cards.filter_map(move |card| match &card.matter {
        Matter::Conduct {
            place,
            version,
            user: Some(user),
        } if *user == person => Some((card, place, *version)),
        _ => None,
    })
}

pub(super) fn room_of<'a>(
    snapshot: &'a Snapshot,
    community: &Community,
    place: &Place,
) -> Option<&'a Room> {
    snapshot.rooms.get(community.places.get(place)?)
}

pub(super) fn joined(room: &Room) -> impl Iterator<Item = &OwnedUserId> {
    let there = room.members.iter();
    there
        .filter(|(_, member)| member.membership == Membership::Join)
        .map(|(user, _)| user)
}

pub(super) fn said(what: &str, at: Timestamp) -> Record {
    let what = what.to_owned();
    Record::Said(Said { what, at })
}

pub(super) fn nothing_is_asked(community: &Community) -> bool {
    let definition = &community.definition;
    let terms = definition.groups.iter().any(|group| group.terms.is_some());
    definition.code_of_conduct.acceptance == Acceptance::None
        && !definition.code_of_conduct.ask_relay_consent
        && !terms
}

pub(super) fn anything_is_open(community: &Community) -> bool {
    community.conduct_required_since().is_some()
        || community.records.cards.values().any(|card| {
            let matter = &card.matter;
            matches!(
                matter,
                Matter::Conduct { .. } | Matter::Consent { .. } | Matter::Removals { .. }
            )
        })
}

/// Asks somebody, in private.
pub(super) fn ask(deed: &mut Deed, asking: &Asking, user: &OwnedUserId) {
    let text = match &asking.place {
        Place::Space => question::conduct(deed, asking, user),
        Place::Group(id) => question::terms(deed, asking, id, user),
    };
    let matter = Matter::Conduct {
        place: asking.place.clone(),
        version: asking.version,
        user: Some(user.clone()),
    };
    let conduct = &deed.community.definition.code_of_conduct;
    let due = deed.now.plus(conduct.remind_after.get());
    open(
        deed,
        matter,
        Some(due),
        Recipient::Person(user.clone()),
        text,
    );
}

/// Asks somebody whether what they find may be passed on.
pub(super) fn ask_consent(deed: &mut Deed, user: &OwnedUserId) {
    let text = question::consent(deed.community);
    let matter = Matter::Consent {
        purpose: Purpose::Relay,
        user: user.clone(),
    };
    open(deed, matter, None, Recipient::Person(user.clone()), text);
}

/// Whether somebody is still to be asked for that consent: once they have accepted the code of conduct, and once.
pub(super) fn is_consent_missing(community: &Community, user: &UserId) -> bool {
    let conduct = &community.definition.code_of_conduct;
    conduct.ask_relay_consent
        && community.records.consents(Purpose::Relay, user).is_none()
        && about(community, &Place::Space).is_none_or(|it| it.is_accepted(community, user))
}

/// As [`Deed::open`], without the commands of cards: people are told in simpler words how they answer.
fn open(deed: &mut Deed, matter: Matter, due: Option<Timestamp>, to: Recipient, text: Text) {
    let cause = format!("{}/{}", deed.cause, deed.decision.actions.len());
    let mut id = CardId::derive(&cause);
    while deed.community.records.cards.contains_key(&id) {
        id = CardId::derive(&id.0);
    }
    let locale = match &to {
        Recipient::Room(_) => deed.locale(),
        Recipient::Person(person) => deed.snapshot.locale_in(person, deed.community),
    };
    deed.keep(Record::Card(Box::new(Card {
        id: id.clone(),
        matter,
        by: deed.snapshot.bot.clone(),
        at: deed.now,
        due,
        assignee: None,
        shown: None,
        votes: Vec::new(),
        reminded: false,
    })));
    deed.act(Effect::Card {
        to,
        text,
        locale,
        card: id,
        keys: vec![YES.to_owned(), NO.to_owned()],
    });
}

/// The code of conduct is posted for everybody, once per version.
pub(super) fn posted(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let asking = about(community, &Place::Space)?;
    let room = community.room_of_kind(Kind::Announcements)?;
    let is_this = |card: &&Card| version_posted(card) == Some(asking.version);
    let mut cards = community.records.cards.values();
    if cards.any(|card| is_this(&card) && is_here(card, room)) {
        return None;
    }
    let cause = cause(community, &asking, "posted");
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let text = question::posted(community, &asking);
    let matter = Matter::Conduct {
        place: Place::Space,
        version: asking.version,
        user: None,
    };
    open(&mut deed, matter, None, Recipient::Room(room.clone()), text);
    Some((cause, deed.decision))
}

pub(super) fn version_posted(card: &Card) -> Option<u32> {
    match &card.matter {
        Matter::Conduct {
            version,
            user: None,
            ..
        } => Some(*version),
        _ => None,
    }
}

/// Whether a card stands in this room, or is on its way there.
pub(super) fn is_here(card: &Card, room: &ruma::RoomId) -> bool {
    let shown = card.shown.as_ref();
    shown.is_none_or(|(shown, _)| *shown == room)
}

/// The same question gets another identity when it was given up before.
fn cause(community: &Community, asking: &Asking, whom: &str) -> String {
    let (id, Asking { place, version, .. }) = (&community.definition.id, asking);
    let before = community.records.said.get(&given_up(place));
    let before = before.map_or(0, |at| at.0);
    format!("conduct/{id}/{place}/{version}/{whom}/{before}")
}

/// Under which name it is noted when a question in this place was given up last.
pub(super) fn given_up(place: &Place) -> String {
    format!("conduct-given-up {place}")
}

/// Who is there and has not been asked yet is asked, slowly.
pub(super) fn asked(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let cards = community.records.cards.values();
    let on_their_way = cards.filter(|card| {
        card.shown.is_none() && now.since(card.at) < PATIENCE && person_of(card).is_some()
    });
    let mut left = AT_ONCE.saturating_sub(on_their_way.count());
    if left == 0 {
        return Vec::new();
    }
    let mut due = Vec::new();
    for asking in all(community) {
        let asked = people_asked(
            community,
            |matter| matches!(matter, Matter::Conduct { place, .. } if *place == asking.place),
        );
        let missing =
            |user: &OwnedUserId| !asked.contains(user) && !asking.is_accepted(community, user);
        for user in some_of(snapshot, community, &asking.place, left, missing) {
            let cause = cause(community, &asking, user.as_str());
            let mut deed = Deed::new(snapshot, community, &cause, now);
            ask(&mut deed, &asking, user);
            due.push((cause, deed.decision));
            left -= 1;
        }
    }
    let asked = people_asked(community, |matter| matches!(matter, Matter::Consent { .. }));
    let missing = |user: &OwnedUserId| !asked.contains(user) && is_consent_missing(community, user);
    for user in some_of(snapshot, community, &Place::Space, left, missing) {
        let before = community.records.said.get(CONSENT_GIVEN_UP);
        let before = before.map_or(0, |at| at.0);
        let cause = format!("consent/{}/{user}/{before}", community.definition.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        ask_consent(&mut deed, user);
        due.push((cause, deed.decision));
    }
    due
}

/// Under which name it is noted when such a question was given up last.
pub(super) const CONSENT_GIVEN_UP: &str = "consent-given-up";

fn some_of<'a>(
    snapshot: &'a Snapshot,
    community: &Community,
    place: &Place,
    most: usize,
    wanted: impl Fn(&OwnedUserId) -> bool,
) -> Vec<&'a OwnedUserId> {
    let room = room_of(snapshot, community, place).filter(|room| room.known && most > 0);
    let there = room.into_iter().flat_map(joined);
    let there = there.filter(|user| is_asked(snapshot, community, user) && wanted(user));
    let mut users: Vec<_> = there.collect();
    users.sort();
    users.truncate(most);
    users
}

fn people_asked(community: &Community, about: impl Fn(&Matter) -> bool) -> HashSet<&OwnedUserId> {
    let cards = community.records.cards.values();
    cards
        .filter(|card| about(&card.matter))
        .filter_map(person_of)
        .collect()
}

/// Who is asked by a card of this matter.
pub(super) fn person_of(card: &Card) -> Option<&OwnedUserId> {
    match &card.matter {
        Matter::Conduct { user, .. } => user.as_ref(),
        Matter::Consent { user, .. } => Some(user),
        _ => None,
    }
}
