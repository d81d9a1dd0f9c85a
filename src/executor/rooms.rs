//! Creating rooms and reading what stands in them.

use std::{collections::BTreeSet, time::Duration};

use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::{Map, Value};

use super::perform::{Attempt, Performer};
use crate::{
    community::{
        change::{Change, Membership},
        definition::CommunityId,
        desired, needed,
        place::Place,
    },
    fault,
    matrix::{MatrixError, PushedState, RoomAnswer},
    store::Outcome,
};

/// When a room is read again in which somebody came or went while it was read.
const READ_AGAIN: Duration = Duration::from_secs(1);

impl Performer {
    pub(super) async fn refresh(&self, room: &OwnedRoomId) -> Result<Attempt, MatrixError> {
        let of_lists = self.list_is_stale(room);
        if !of_lists.is_empty() {
            return Ok(Attempt::learned_done(of_lists));
        }
        let before = self.changes_seen(room);
        let mut changes = self.read_room(room).await?;
        let listed = self.reader.is_listed(room).await?;
        changes.push(Change::Listed {
            room: room.clone(),
            listed,
        });
        if self.changes_seen(room) != before {
            // Somebody came or went meanwhile: what was read may be older than what was pushed.
            return Ok(Attempt::Later(READ_AGAIN));
        }
        let absent = self.absent(room, &changes);
        changes.extend(absent);
        let review = self.community_of(room).into_iter().collect();
        Ok(Attempt::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review,
            as_of: before,
        })
    }

    fn changes_seen(&self, room: &RoomId) -> Option<u64> {
        let snapshot = self.shared.snapshot();
        snapshot.rooms.get(room).map(|room| room.changes)
    }

    /// What is known of a room and does not stand in what was just read there: a homeserver that was restored from an older
    /// backup has never heard of it.
    fn absent(&self, room: &OwnedRoomId, read: &[Change]) -> Vec<Change> {
        let snapshot = self.shared.snapshot();
        let Some(known) = snapshot.rooms.get(room) else {
            return Vec::new();
        };
        let mut states = BTreeSet::new();
        let mut members = BTreeSet::new();
        for change in read {
            match change {
                Change::State {
                    event_type,
                    state_key,
                    ..
                } => {
                    states.insert((event_type.as_str(), state_key.as_str()));
                }
                Change::Member { user, .. } => {
                    members.insert(user);
                }
                _ => {}
            }
        }
        let gone = known.state.iter().filter(|((event_type, key), entry)| {
            !states.contains(&(event_type, key)) && *entry.content != Value::Object(Map::new())
        });
        let gone = gone.map(|((event_type, state_key), entry)| Change::State {
            room: room.clone(),
            event_type: event_type.clone(),
            state_key: state_key.clone(),
            content: Value::Object(Map::new()),
            at: entry.at,
        });
        let left = known.members.keys().filter(|user| !members.contains(user));
        let left = left.map(|user| Change::Member {
            room: room.clone(),
            user: user.clone(),
            membership: Membership::Leave,
            display_name: None,
        });
        // Who was invited and stands there not even as somebody who declined was never asked.
        let unasked = known.invited.iter().filter(|user| !members.contains(user));
        let unasked = unasked.map(|user| Change::InviteFailed {
            room: room.clone(),
            user: user.clone(),
        });
        gone.chain(left).chain(unasked).collect()
    }

    pub(super) async fn create_room(
        &self,
        community: &CommunityId,
        place: &Place,
        request: &Value,
    ) -> Result<Attempt, MatrixError> {
        let room = self.create_or_find(request).await?;
        fault::point("executor.room_created");
        let mut changes = vec![Change::Bound {
            community: community.clone(),
            place: place.clone(),
            room: room.clone(),
        }];
        changes.extend(self.read_room(&room).await?);
        Ok(Attempt::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review: self.whose_links_change(community, place),
            as_of: None,
        })
    }

    /// Whose plan changes when a place gets a room: its own community's, and when it is a space, of that which it is a part of.
    pub(super) fn whose_links_change(
        &self,
        community: &CommunityId,
        place: &Place,
    ) -> BTreeSet<CommunityId> {
        let snapshot = self.shared.snapshot();
        let own = snapshot.communities.get(community);
        let above = own.filter(|_| *place == Place::Space);
        let above = above.and_then(|it| it.definition.parent.clone());
        let parts = snapshot.communities.values().filter(|it| {
            *place == Place::Space && it.definition.parent.as_ref() == Some(community)
        });
        let parts = parts.map(|it| it.definition.id.clone());
        above
            .into_iter()
            .chain(parts)
            .chain([community.clone()])
            .collect()
    }

    /// Creates a room, or finds it by its alias when an earlier try created it. `createRoom` has no transaction id.
    pub(super) async fn create_or_find(&self, request: &Value) -> Result<OwnedRoomId, MatrixError> {
        let localpart = request
            .get("room_alias_name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let server = self.shared.snapshot().bot.server_name().to_owned();
        let alias = format!("#{localpart}:{server}");
        if let Some(room) = self.reader.resolve_alias(&alias).await? {
            if self.has_been_in(&room).await? {
                return Ok(room);
            }
            // The homeserver died while it made the room: its alias stands, and nobody is in it nor can be.
            self.writer.remove_alias(&alias).await?;
        }
        match self.writer.create_room(request).await? {
            RoomAnswer::Created(room) => Ok(room),
            RoomAnswer::AliasTaken => {
                self.reader
                    .resolve_alias(&alias)
                    .await?
                    .ok_or_else(|| MatrixError::Refused {
                        status: 409,
                        errcode: "M_ROOM_IN_USE".to_owned(),
                        message: format!("the alias {alias} is taken and leads nowhere; delete it"),
                    })
            }
        }
    }

    pub(super) async fn read_room(&self, room: &OwnedRoomId) -> Result<Vec<Change>, MatrixError> {
        Ok(changes_of_room(room, self.reader.state(room).await?))
    }

    fn community_of(&self, room: &RoomId) -> Option<CommunityId> {
        self.shared
            .snapshot()
            .rooms
            .get(room)
            .map(|room| room.community.clone())
    }
}

/// What is to be known of a room from its state: the governed state events and the members.
#[must_use]
pub fn changes_of_room(room: &OwnedRoomId, state: Vec<PushedState>) -> Vec<Change> {
    let mut changes = Vec::new();
    for event in state {
        let at = event.at();
        if event.event_type == "m.room.member" {
            let Ok(user) = OwnedUserId::try_from(event.state_key.as_str()) else {
                continue;
            };
            let text = |name: &str| event.content.get(name).and_then(Value::as_str);
            let membership = Membership::parse(text("membership").unwrap_or("leave"));
            let display_name = text("displayname").map(str::to_owned);
            changes.push(Change::Member {
                room: room.clone(),
                user,
                membership,
                display_name,
            });
        } else if desired::GOVERNED.contains(&event.event_type.as_str()) {
            let content = needed::with_creator(&event.event_type, event.content, &event.sender);
            let (event_type, state_key) = (event.event_type, event.state_key);
            changes.push(Change::State {
                room: room.clone(),
                event_type,
                state_key,
                content,
                at,
            });
        }
    }
    changes.push(Change::Known { room: room.clone() });
    changes
}
