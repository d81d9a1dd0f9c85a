//! Policy lists: the bot comes into the room, or makes the community's own, and reads all of its rules. Done again, it finds what is there.

use std::collections::BTreeMap;

use ruma::OwnedRoomId;
use serde_json::Value;

use crate::{
    community::{
        change::Change,
        definition::CommunityId,
        record::{CardId, List, ListRead, ListRule, Record, RecordKind, Trouble},
        snapshot::Snapshot,
    },
    executor::perform::{Attempt, Performer},
    governance::lists::{self, own},
    matrix::{MatrixError, PushedState},
    moderation::policy::Policy,
    store::Outcome,
};

/// Why reading ends without anything.
const FORGOTTEN: &str = "nobody reads this list any more";

impl Performer {
    pub(super) async fn read_list(
        &self,
        id: &CommunityId,
        list: &CardId,
    ) -> Result<Attempt, MatrixError> {
        let Some((list, known, request)) = self.list(id, list) else {
            return Ok(Attempt::ended(Outcome::Dropped(FORGOTTEN)));
        };
        let room = match known.as_ref().and_then(|it| it.room.clone()) {
            Some(room) if self.is_there(&room).await? => Ok(room),
            _ if list.own => self.create_or_find(&request).await,
            _ => self.writer.join_through(&list.address, &list.via).await,
        };
        let room = match room {
            Ok(room) => room,
            Err(MatrixError::Refused { .. }) => {
                let was_there = known.as_ref().is_some_and(|it| it.room.is_some());
                let why = if was_there {
                    Trouble::Gone
                } else {
                    Trouble::Closed
                };
                return Ok(self.not_read(id, &list, known, why));
            }
            // The homeserver is there, and the one that has the room is not.
            Err(error)
                if !list.own
                    && !matches!(error, MatrixError::Limited { .. })
                    && self.reader.versions().await.is_ok() =>
            {
                return Ok(self.not_read(id, &list, known, Trouble::Closed));
            }
            Err(error) => return Err(error),
        };
        if self.is_of_hygie(&room) {
            return Ok(self.not_read(id, &list, known, Trouble::Taken));
        }
        // What is pushed from now on is newer than what is read now.
        let state = self.reader.state(&room).await?;
        Ok(self.what_stands_in(id, &list, known.as_ref(), room, &state))
    }

    fn list(&self, id: &CommunityId, list: &CardId) -> Option<(List, Option<ListRead>, Value)> {
        let snapshot = self.shared.snapshot();
        let community = snapshot.communities.get(id)?;
        let list = community.records.lists.get(list).filter(|it| !it.over)?;
        let read = community.records.lists_read.get(&list.id).cloned();
        let request = own::create_request(community, &snapshot.bot);
        Some((list.clone(), read, request))
    }

    /// A room of a community, or a conversation, is no list.
    fn is_of_hygie(&self, room: &OwnedRoomId) -> bool {
        let snapshot = self.shared.snapshot();
        snapshot.rooms.contains_key(room) || snapshot.direct_rooms.contains_key(room)
    }

    fn not_read(
        &self,
        id: &CommunityId,
        list: &List,
        known: Option<ListRead>,
        trouble: Trouble,
    ) -> Attempt {
        let read = known.unwrap_or_else(|| ListRead {
            list: list.id.clone(),
            room: None,
            name: None,
            at: self.shared.now(),
            revision: 0,
            trouble: None,
            stale: false,
        });
        let read = ListRead {
            trouble: Some(trouble),
            at: self.shared.now(),
            stale: false,
            ..read
        };
        Attempt::learned_done(vec![Change::keep(id, Record::ListRead(Box::new(read)))])
    }

    fn what_stands_in(
        &self,
        id: &CommunityId,
        list: &List,
        known: Option<&ListRead>,
        room: OwnedRoomId,
        state: &[PushedState],
    ) -> Attempt {
        let mut rules = rules(list, state);
        let others = self.rules_of_others(id, list);
        let too_many = rules.len() + others > lists::MOST_RULES;
        if too_many {
            // Which of them are taken must not depend on chance.
            let most = lists::MOST_RULES.saturating_sub(others);
            rules = rules.into_iter().take(most).collect();
        }
        let mut changes = differences(&self.shared.snapshot(), id, list, rules);
        let before = known.map_or(0, |it| it.revision);
        let first = known.is_none_or(|it| it.room.is_none());
        let is_new = !changes.is_empty() || first;
        let name = state.iter().find(|it| it.event_type == "m.room.name");
        let name = name.and_then(|it| it.content.get("name")?.as_str());
        let read = ListRead {
            list: list.id.clone(),
            room: Some(room),
            name: name.map(|name| name.chars().take(100).collect()),
            at: self.shared.now(),
            revision: before + u64::from(is_new),
            trouble: too_many.then_some(Trouble::Large),
            // What was pushed until this is noted was not known to be of a list.
            stale: first,
        };
        changes.push(Change::keep(id, Record::ListRead(Box::new(read))));
        Attempt::Ended {
            outcome: Outcome::Done,
            changes,
            copied: None,
            review: std::collections::BTreeSet::new(),
            as_of: Some(before),
        }
    }

    fn rules_of_others(&self, id: &CommunityId, list: &List) -> usize {
        let snapshot = self.shared.snapshot();
        let community = snapshot.communities.get(id);
        let policies = community.map(|it| it.records.policies.all());
        let others = policies.into_iter().flatten();
        others
            .filter(|(key, _)| ListRule::list_of(key) != list.id.0)
            .count()
    }

    /// Leaves the room of a list, unless a list is read from it.
    pub(super) async fn leave_list(&self, room: &OwnedRoomId) -> Result<Attempt, MatrixError> {
        let is_read = !lists::read_from(&self.shared.snapshot(), room).is_empty();
        if is_read || self.is_of_hygie(room) {
            return Ok(Attempt::ended(Outcome::Dropped("it is read for others")));
        }
        if self.is_there(room).await? {
            self.writer.leave(room).await?;
        }
        Ok(Attempt::done())
    }

    /// What is noted so that a list is read anew that is read from a room; nothing when none is.
    pub(in crate::executor) fn list_is_stale(&self, room: &OwnedRoomId) -> Vec<Change> {
        let snapshot = self.shared.snapshot();
        let lists = lists::read_from(&snapshot, room).into_iter();
        let stale = lists.filter_map(|(community, list)| {
            let read = community.records.lists_read.get(list)?.clone();
            let read = ListRead {
                stale: true,
                ..read
            };
            let record = Record::ListRead(Box::new(read));
            Some(Change::keep(&community.definition.id, record))
        });
        stale.collect()
    }
}

/// The rules in the state of a list, by the keys of their records.
fn rules(list: &List, state: &[PushedState]) -> BTreeMap<String, ListRule> {
    let rules = state.iter().filter_map(|event| {
        let rule = ListRule {
            list: list.id.clone(),
            event_type: event.event_type.clone(),
            state_key: event.state_key.clone(),
            policy: Policy::read(&event.event_type, &event.content, event.at())?,
        };
        Some((rule.key(), rule))
    });
    rules.collect()
}

/// What is to be noted, and forgotten, so that these are the rules of the list.
fn differences(
    snapshot: &Snapshot,
    id: &CommunityId,
    list: &List,
    rules: BTreeMap<String, ListRule>,
) -> Vec<Change> {
    let Some(community) = snapshot.communities.get(id) else {
        return Vec::new();
    };
    let policies = &community.records.policies;
    let gone = policies
        .all()
        .filter(|(key, _)| ListRule::list_of(key) == list.id.0 && !rules.contains_key(*key));
    let gone = gone.map(|(key, _)| Change::forget(id, RecordKind::ListRule, key));
    let gone: Vec<_> = gone.collect();
    let new = rules
        .into_iter()
        .filter(|(key, rule)| policies.get(key) != Some(&rule.policy));
    let new = new.map(|(_, rule)| Change::keep(id, Record::ListRule(Box::new(rule))));
    gone.into_iter().chain(new).collect()
}
