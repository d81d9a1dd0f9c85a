//! Taking over a room that existed before: joined, given our alias, read, and bound to its place. Every step is found done after a crash.

use std::collections::BTreeSet;

use ruma::{OwnedRoomId, UserId};
use serde_json::Value;

use crate::{
    community::{
        change::Change,
        definition::{CommunityId, Definition, Group},
        desired, needed,
        place::Place,
        record::{Alarm, Record, RecordKind},
        role::Role,
    },
    executor::perform::{Attempt, Performer},
    governance::shape::{self, NotAdopted},
    matrix::{MatrixError, PushedState},
    store::Outcome,
};

/// Why it ends without a room; the admins are told by what is noted.
const NOT_ADOPTED: &str = "the room cannot be taken over yet";

impl Performer {
    pub(super) async fn adopt(
        &self,
        id: &CommunityId,
        place: &Place,
        room: &str,
    ) -> Result<Attempt, MatrixError> {
        let (bound, alias) = {
            let snapshot = self.shared.snapshot();
            let Some(community) = snapshot.communities.get(id) else {
                return Ok(Attempt::ended(Outcome::Dropped(
                    "there is no such community any more",
                )));
            };
            let localpart = desired::alias_localpart(community, place, &snapshot.bot);
            let alias = format!("#{localpart}:{}", snapshot.bot.server_name());
            (community.places.contains_key(place), alias)
        };
        if bound {
            return Ok(Attempt::ended(Outcome::Dropped("the place has its room")));
        }
        let found = match self.existing((id, place), room, &alias).await? {
            Ok(found) => found,
            Err(why) => return Ok(self.not_adopted(id, place, why)),
        };
        let mut changes = vec![Change::Bound {
            community: id.clone(),
            place: place.clone(),
            room: found.clone(),
        }];
        let read = self.read_room(&found).await?;
        changes.extend(self.named_as_before(id, place, &read));
        changes.extend(read);
        let listed = self.reader.is_listed(&found).await?;
        changes.push(Change::Listed {
            room: found,
            listed,
        });
        Ok(Attempt::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review: self.whose_links_change(id, place),
            as_of: None,
        })
    }

    /// The room, in which the bot is, and to which the alias of the place leads; or why that cannot be.
    async fn existing(
        &self,
        (id, place): (&CommunityId, &Place),
        room: &str,
        alias: &str,
    ) -> Result<Result<OwnedRoomId, NotAdopted>, MatrixError> {
        let found = if room.starts_with('#') {
            self.reader.resolve_alias(room).await?
        } else {
            OwnedRoomId::try_from(room).ok()
        };
        let Some(found) = found else {
            return Ok(Err(NotAdopted::Unknown));
        };
        let taken = {
            let snapshot = self.shared.snapshot();
            snapshot.rooms.contains_key(&found) || snapshot.direct_rooms.contains_key(&found)
        };
        if taken {
            return Ok(Err(NotAdopted::Taken));
        }
        let leads = self.reader.resolve_alias(alias).await?;
        if leads.as_ref().is_some_and(|leads| *leads != found) {
            return Ok(Err(NotAdopted::AliasTaken));
        }
        let comes = !self.is_there(&found).await?;
        if comes {
            match self.writer.join(&found).await {
                Ok(()) => {}
                Err(MatrixError::Refused { .. }) => return Ok(Err(NotAdopted::NotInvited)),
                Err(error) => return Err(error),
            }
        }
        let state = self.reader.state(&found).await?;
        if let Err(why) = self.may_be_theirs(id, place, &state) {
            if comes {
                self.writer.leave(&found).await?;
            }
            return Ok(Err(why));
        }
        if leads.is_none() {
            self.writer.put_alias(alias, &found).await?;
        }
        Ok(Ok(found))
    }

    /// A room that the operator's file names is taken as it is; of one that a command names, somebody who runs the community must be there
    /// and may govern it: knowing a room's address gives no right to it.
    fn may_be_theirs(
        &self,
        id: &CommunityId,
        place: &Place,
        state: &[PushedState],
    ) -> Result<(), NotAdopted> {
        let the = |event_type: &str| state.iter().find(|event| event.event_type == event_type);
        if the("m.room.tombstone").is_some() {
            return Err(NotAdopted::Taken);
        }
        let snapshot = self.shared.snapshot();
        let Some(community) = snapshot.communities.get(id) else {
            return Err(NotAdopted::NotTheirs);
        };
        let by_file = community.file().is_some_and(|file| match place {
            Place::Space => file.space.is_some(),
            Place::Group(group) => {
                let named = |it: &&Group| it.id == *group && it.room.is_some();
                file.groups.iter().any(|it| named(&it))
            }
        });
        let levels = the("m.room.power_levels").map_or(&Value::Null, |event| &event.content);
        let create = the("m.room.create")
            .map(|it| needed::with_creator(&it.event_type, it.content.clone(), &it.sender));
        let to_govern = levels
            .pointer("/events/m.room.power_levels")
            .or_else(|| levels.get("state_default"));
        let to_govern = to_govern.and_then(Value::as_i64).unwrap_or(50);
        let governs = |event: &&PushedState| {
            let Ok(user) = <&UserId>::try_from(event.state_key.as_str()) else {
                return false;
            };
            event.event_type == "m.room.member"
                && event.content["membership"] == "join"
                && *user != *snapshot.bot
                && community.role(user) >= Role::Admin
                && needed::standing(levels, create.as_ref(), user) >= to_govern
        };
        if by_file || state.iter().any(|event| governs(&event)) {
            Ok(())
        } else {
            Err(NotAdopted::NotTheirs)
        }
    }

    /// What is noted, so that the team is told once and it can be tried again.
    fn not_adopted(&self, id: &CommunityId, place: &Place, why: NotAdopted) -> Attempt {
        let now = self.shared.now();
        let snapshot = self.shared.snapshot();
        let community = snapshot.communities.get(id);
        let before = community.and_then(|it| shape::not_adopted(it, place));
        let told = before.and_then(|(same, alarm)| alarm.told.filter(|_| same == why));
        let mut changes = Vec::new();
        if let Some((other, _)) = before.filter(|(other, _)| *other != why) {
            changes.push(Change::forget(id, RecordKind::Alarm, other.about(place)));
        }
        let alarm = Alarm {
            about: why.about(place),
            since: now,
            told,
        };
        changes.push(Change::keep(id, Record::Alarm(alarm)));
        Attempt::Ended {
            outcome: Outcome::Dropped(NOT_ADOPTED),
            changes,
            copied: None,
            review: BTreeSet::new(),
            as_of: None,
        }
    }

    /// A group of which only the id was said is called as its room was.
    fn named_as_before(&self, id: &CommunityId, place: &Place, read: &[Change]) -> Option<Change> {
        let Place::Group(group) = place else {
            return None;
        };
        let snapshot = self.shared.snapshot();
        let community = snapshot.communities.get(id)?;
        let own = community.group(group)?;
        if own.name != own.id.as_str() || !own.topic.is_empty() {
            return None;
        }
        let text = |wanted: &str, field: &str| {
            read.iter().find_map(|change| match change {
                Change::State {
                    event_type,
                    content,
                    ..
                } if event_type == wanted => content.get(field).and_then(Value::as_str),
                _ => None,
            })
        };
        let called = Group {
            name: text("m.room.name", "name").unwrap_or(&own.name).to_owned(),
            topic: text("m.room.topic", "topic").unwrap_or_default().to_owned(),
            ..own.clone()
        };
        let groups = community.definition.groups.iter().cloned();
        let groups = groups.map(|it| if it.id == *group { called.clone() } else { it });
        let definition = Definition {
            groups: groups.collect(),
            ..community.definition.clone()
        };
        // What the room is called may be more than we allow.
        definition
            .validate()
            .is_empty()
            .then(|| community.redeclared(definition))
    }
}
