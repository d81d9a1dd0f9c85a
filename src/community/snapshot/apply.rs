//! How the snapshot changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use ruma::OwnedRoomId;

use super::{Announced, Community, Member, Room, Snapshot, StateEntry};
use crate::community::{
    change::{Change, Membership},
    definition::{CommunityId, Definition},
    place::Place,
    record::{Card, CardId, ListRule, Record, RecordKind},
};

impl Snapshot {
    /// Whether a change that was learned by asking says something new. What was read when `as_of` changes had been seen in the
    /// room is the truth while no further one was, however old it is: a homeserver that was restored from a backup, or that
    /// resolved its state anew, goes back. Otherwise nothing older is taken over.
    #[must_use]
    pub fn learns_from(&self, change: &Change, as_of: Option<u64>) -> bool {
        match change {
            Change::State {
                room,
                event_type,
                state_key,
                content,
                at,
            } => {
                let key = (event_type.clone(), state_key.clone());
                let known = self.rooms.get(room).and_then(|room| room.state.get(&key));
                let unchanged =
                    as_of.is_some() && self.rooms.get(room).map(|room| room.changes) == as_of;
                known.is_none_or(|known| {
                    *known.content != *content && (unchanged || known.at <= *at) || known.at < *at
                })
            }
            Change::Member {
                room,
                user,
                membership,
                display_name,
            } => {
                let known = self.rooms.get(room).and_then(|room| room.members.get(user));
                match known {
                    Some(known) => {
                        known.membership != *membership
                            || known.display_name.as_deref() != display_name.as_deref()
                    }
                    None => *membership != Membership::Leave,
                }
            }
            Change::Keep { community, record } => match record {
                Record::ListRule(rule) => self.is_list_as_of(community, &rule.list.0, as_of),
                Record::ListRead(read) => self.is_list_as_of(community, &read.list.0, as_of),
                _ => true,
            },
            Change::Forget {
                community,
                kind: RecordKind::ListRule,
                key,
            } => self.is_list_as_of(community, ListRule::list_of(key), as_of),
            Change::Known { room } => self.rooms.get(room).is_some_and(|room| !room.known),
            Change::Listed { room, listed } => self
                .rooms
                .get(room)
                .is_some_and(|room| room.listed != *listed),
            Change::Bound {
                community,
                place,
                room,
            } => self
                .communities
                .get(community)
                .is_none_or(|it| it.places.get(place) != Some(room)),
            _ => true,
        }
    }

    /// Whether nothing was pushed from a policy list since it was read: when something was, it is read again later.
    fn is_list_as_of(&self, community: &CommunityId, list: &str, as_of: Option<u64>) -> bool {
        let community = self.communities.get(community);
        let known = community.and_then(|it| it.records.lists_read.get(list));
        as_of.is_none() || as_of == Some(known.map_or(0, |it| it.revision))
    }

    /// Takes newly read community files; what is bound and in force stays. What `stored` knows of communities that were not
    /// there before is taken over.
    pub fn redefine(&mut self, definitions: Vec<Definition>, mut stored: Self) {
        let mut old = std::mem::take(&mut self.communities);
        for definition in definitions {
            let id = definition.id.clone();
            let community = match old.remove(&id) {
                Some(community) => community.declared_anew(Some(definition)),
                None => stored
                    .communities
                    .remove(&id)
                    .unwrap_or_else(|| Community::new(definition)),
            };
            self.communities.insert(id, community);
        }
        // Those that were made by commands need no file.
        for (id, community) in old {
            if community
                .records
                .declared
                .as_ref()
                .is_some_and(|it| it.base.is_none())
            {
                self.communities.insert(id, community.declared_anew(None));
            }
        }
        for (room, known) in stored.rooms {
            self.folded_ids.insert(folded(&room));
            self.rooms.entry(room).or_insert(known);
        }
    }

    /// Brings in one change. Changes for what is not known any more are without effect.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Bound {
                community,
                place,
                room,
            } => self.bind(community, place, room),
            Change::Unbound {
                community,
                place,
                room,
            } => self.unbind(community, place, room),
            Change::Known { room } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.known = true;
                }
            }
            Change::State {
                room,
                event_type,
                state_key,
                content,
                at,
            } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    let entry = StateEntry {
                        content: self.contents.share(content),
                        at: *at,
                    };
                    room.changes += 1;
                    room.state
                        .insert((event_type.clone(), state_key.clone()), entry);
                }
            }
            Change::Member {
                room,
                user,
                membership,
                display_name,
            } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.changes += 1;
                    room.under_way.remove(user);
                    if *membership == Membership::Leave {
                        room.members.remove(user);
                    } else {
                        let display_name = display_name.as_deref().map(Into::into);
                        room.members.insert(
                            user.clone(),
                            Member {
                                membership: *membership,
                                display_name,
                            },
                        );
                    }
                }
            }
            Change::Invited { room, user } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.invited.insert(user.clone());
                    // Who is there already, and counts as invited from now on, is not on the way.
                    if !matches!(room.membership(user), Membership::Join | Membership::Invite) {
                        room.under_way.insert(user.clone());
                    }
                }
            }
            other => self.apply_to_people(other),
        }
    }

    fn apply_to_people(&mut self, change: &Change) {
        match change {
            Change::InviteFailed { room, user } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.invited.remove(user);
                    room.under_way.remove(user);
                }
            }
            Change::Direct { user, room } => {
                self.direct_rooms.insert(room.clone(), user.clone());
                self.direct.insert(user.clone(), room.clone());
            }
            Change::DirectGone { room } => {
                if let Some(user) = self.direct_rooms.remove(room)
                    && self.direct.get(&user) == Some(room)
                {
                    self.direct.remove(&user);
                }
            }
            Change::Language { user, locale } => {
                self.locales.insert(user.clone(), *locale);
            }
            other => self.apply_in_force(other),
        }
    }

    fn apply_in_force(&mut self, change: &Change) {
        match change {
            Change::Muted(mute) => self.in_community(&mute.community, |it| {
                it.mutes.insert(mute.user.clone(), mute.clone());
            }),
            Change::Unmuted { community, user } => self.in_community(community, |it| {
                it.mutes.remove(user);
            }),
            Change::Locked(lockdown) => self.in_community(&lockdown.community, |it| {
                it.lockdowns
                    .insert(lockdown.place.clone(), lockdown.clone());
            }),
            Change::Unlocked { community, place } => self.in_community(community, |it| {
                it.lockdowns.remove(place);
            }),
            Change::Announced {
                source,
                community,
                author,
                targets,
            } => {
                let (community, author) = (community.clone(), author.clone());
                let announced = Announced {
                    community,
                    author,
                    targets: targets.clone(),
                    withdrawn: false,
                };
                self.announcements.insert(source.clone(), announced);
            }
            Change::TookDown { community, at } => {
                self.in_community(community, |it| it.took_down(*at));
            }
            Change::HeldBack { community, at } => {
                self.in_community(community, |it| it.held_back(*at));
            }
            Change::TakedownsResumed { community } => self.in_community(community, |it| {
                it.takedowns.clear();
                it.held.clear();
            }),
            Change::Withdrawn { source } => {
                if let Some(announced) = self.announcements.get_mut(source) {
                    announced.withdrawn = true;
                }
            }
            other => self.apply_record(other),
        }
    }

    fn apply_record(&mut self, change: &Change) {
        match change {
            Change::Keep { community, record } => {
                if let Record::Card(card) = record {
                    self.show(community, card);
                }
                if let Record::Declared(declared) = record
                    && declared.base.is_none()
                {
                    self.made_by_commands(declared.definition.clone());
                }
                self.in_community(community, |it| it.keep(record));
            }
            Change::Forget {
                community,
                kind,
                key,
            } => {
                if *kind == RecordKind::Card {
                    let gone = (community.clone(), CardId(key.clone()));
                    self.card_events.retain(|_, card| *card != gone);
                }
                self.in_community(community, |it| it.forget(*kind, key));
            }
            Change::Shown {
                community,
                card,
                room,
                event,
            } => {
                let shown = self.communities.get(community);
                let shown = shown.and_then(|it| it.records.cards.get(card)).cloned();
                if let Some(mut card) = shown {
                    card.shown = Some((room.clone(), event.clone()));
                    let change = Change::keep(community, Record::Card(Box::new(card)));
                    self.apply_record(&change);
                }
            }
            Change::Listed { room, listed } => {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.listed = *listed;
                }
            }
            // What is left is about rooms and people, see above.
            _ => {}
        }
    }

    /// Reactions to where a card is shown are answers to it.
    fn show(&mut self, community: &CommunityId, card: &Card) {
        if let Some((_, event)) = &card.shown {
            let card = (community.clone(), card.id.clone());
            self.card_events.insert(event.clone(), card);
        }
    }

    fn bind(&mut self, community: &CommunityId, place: &Place, room: &OwnedRoomId) {
        self.in_community(community, |it| {
            it.places.insert(place.clone(), room.clone());
        });
        self.folded_ids.insert(folded(room));
        self.rooms.entry(room.clone()).or_insert_with(|| Room {
            community: community.clone(),
            place: place.clone(),
            known: false,
            listed: false,
            state: BTreeMap::new(),
            members: HashMap::new(),
            changes: 0,
            invited: HashSet::new(),
            under_way: HashSet::new(),
        });
    }

    fn unbind(&mut self, community: &CommunityId, place: &Place, room: &OwnedRoomId) {
        self.in_community(community, |it| {
            if it.places.get(place) == Some(room) {
                it.places.remove(place);
            }
        });
        self.rooms.remove(room);
        self.folded_ids.remove(&folded(room));
    }

    /// A community that was made by commands comes into being: it has no file.
    pub fn made_by_commands(&mut self, definition: Definition) {
        let id = definition.id.clone();
        self.communities
            .entry(id)
            .or_insert_with(|| Community::without_file(definition));
    }

    fn in_community(&mut self, id: &CommunityId, change: impl FnOnce(&mut Community)) {
        if let Some(community) = self.communities.get_mut(id) {
            change(community);
        }
    }
}

fn folded(room: &OwnedRoomId) -> Box<str> {
    room.as_str().to_ascii_lowercase().into()
}
