//! A new room in the place of an old one: made, given the bans, the alias and the place of the old one, which is then closed and points to
//! it. Every step is found done after a crash. Who was in the old room is invited by the planner.

use std::collections::BTreeSet;

use ruma::{OwnedRoomId, OwnedUserId, RoomId};
use serde_json::{Value, json};

use crate::{
    action::{Action, ActionId, MembershipChange, Recipient},
    community::{
        change::{Change, Lockdown, Membership},
        definition::CommunityId,
        desired, needed,
        place::Place,
        power,
        record::{Moving, Record},
    },
    executor::{
        perform::{Attempt, Performer},
        rooms::changes_of_room,
    },
    fault,
    matrix::{MatrixError, PushedState},
    reply::Text,
    store::Outcome,
};

/// Nobody has this level, in a room whose creator stands above all levels.
const NOBODY: i64 = 150;

/// The room that is replaced, and what replaces it.
struct Rooms<'a> {
    old: &'a OwnedRoomId,
    new: OwnedRoomId,
}

impl Performer {
    pub(super) async fn upgrade(
        &self,
        action: &Action,
        (id, place): (&CommunityId, &Place),
        old: &OwnedRoomId,
        request: &Value,
    ) -> Result<Attempt, MatrixError> {
        let (bound, alias, temporary) = {
            let snapshot = self.shared.snapshot();
            let Some(community) = snapshot.communities.get(id) else {
                return Ok(Attempt::ended(Outcome::Dropped(
                    "there is no such community any more",
                )));
            };
            let bot = &snapshot.bot;
            let alias = desired::alias_localpart(community, place, bot);
            let digest = ActionId::derive(old.as_str(), 0);
            let temporary = format!("_{}_next_{digest}", bot.localpart());
            let at_home = |local: &str| format!("#{local}:{}", bot.server_name());
            (
                community.places.get(place).cloned(),
                at_home(&alias),
                temporary,
            )
        };
        let Some(bound) = bound else {
            return Ok(Attempt::ended(Outcome::Dropped("the place has no room")));
        };
        if bound != *old {
            fault::point("executor.successor_bound");
            let rooms = Rooms { old, new: bound };
            self.close_old(action, &rooms, (id, place), &temporary)
                .await?;
            return Ok(Attempt::Ended {
                outcome: Outcome::Done,
                changes: Vec::new(),
                copied: None,
                review: self.whose_links_change(id, place),
                as_of: None,
            });
        }
        let state = self.reader.state(old).await?;
        let new = self.successor(old, &alias, &temporary, request).await?;
        fault::point("executor.successor_made");
        let rooms = Rooms { old, new };
        self.repeat_bans(&rooms.new, &state).await?;
        self.move_alias(&rooms, &alias).await?;
        self.take_the_place(action, &rooms, (id, place), state)
            .await
    }

    /// The new room: found, or made.
    async fn successor(
        &self,
        old: &OwnedRoomId,
        alias: &str,
        temporary: &str,
        request: &Value,
    ) -> Result<OwnedRoomId, MatrixError> {
        if let Some(room) = self.reader.resolve_alias(alias).await?
            && room != *old
            && self.is_there(&room).await?
        {
            return Ok(room);
        }
        let mut request = request.clone();
        request["room_alias_name"] = temporary.into();
        request["creation_content"]["predecessor"] = json!({"room_id": old});
        if let Some(last) = self.reader.latest(old).await?.iter().find_map(|event| {
            let id = event.get("event_id")?.as_str()?;
            Some(id.to_owned())
        }) {
            request["creation_content"]["predecessor"]["event_id"] = last.into();
        }
        self.create_or_find(&request).await
    }

    /// Who was kept out stays out.
    async fn repeat_bans(&self, new: &RoomId, state: &[PushedState]) -> Result<(), MatrixError> {
        let there = self.reader.state(new).await?;
        let already: BTreeSet<OwnedUserId> = with(&there, &[Membership::Ban]);
        for user in with(state, &[Membership::Ban]) {
            if !already.contains(&user) {
                self.writer
                    .membership(new, &user, MembershipChange::Ban, None)
                    .await?;
            }
        }
        Ok(())
    }

    /// The address leads to the new room, which says so.
    async fn move_alias(&self, rooms: &Rooms<'_>, alias: &str) -> Result<(), MatrixError> {
        let leads = self.reader.resolve_alias(alias).await?;
        if leads.as_ref() != Some(&rooms.new) {
            self.writer.remove_alias(alias).await?;
            fault::point("executor.alias_freed");
            self.writer.put_alias(alias, &rooms.new).await?;
        }
        fault::point("executor.alias_moved");
        let wanted = json!({"alias": alias});
        self.compare_and_set(&rooms.new, "m.room.canonical_alias", "", &wanted)
            .await
    }

    /// The place is bound to the new room from now on, with everything that is known of it.
    async fn take_the_place(
        &self,
        action: &Action,
        rooms: &Rooms<'_>,
        (id, place): (&CommunityId, &Place),
        old_state: Vec<PushedState>,
    ) -> Result<Attempt, MatrixError> {
        let mut people = with(&old_state, &[Membership::Join, Membership::Invite]);
        let new_state = self.reader.state(&rooms.new).await?;
        let snapshot = self.shared.snapshot();
        people.remove(&snapshot.bot);
        let mut changes = vec![
            Change::Unbound {
                community: id.clone(),
                place: place.clone(),
                room: rooms.old.clone(),
            },
            Change::Bound {
                community: id.clone(),
                place: place.clone(),
                room: rooms.new.clone(),
            },
        ];
        changes.extend(changes_of_room(&rooms.new, new_state));
        if let Some(community) = snapshot.communities.get(id) {
            // How the room is to be once it is open again.
            if let Some(lockdown) = community.lockdowns.get(place) {
                let mut open = community.clone();
                open.lockdowns.remove(place);
                changes.push(Change::Locked(Lockdown {
                    prior: power::desired(&open, place, None, &snapshot.bot),
                    ..lockdown.clone()
                }));
            }
            // The room that it was before is no longer its own.
            if let (Place::Group(group), Some(_)) = (place, community.existing(place)) {
                let mut definition = community.definition.clone();
                for own in &mut definition.groups {
                    if own.id == *group {
                        own.room = None;
                    }
                }
                changes.push(community.redeclared(definition));
            }
        }
        let moving = Moving {
            place: place.clone(),
            from: rooms.old.clone(),
            people,
        };
        changes.push(Change::keep(id, Record::Moving(moving)));
        tracing::info!(action.id = %action.id, room.id = %rooms.new, "a new room has taken the place of an old one");
        // The rest is done once the new room is watched.
        Ok(Attempt::Learned(changes))
    }

    /// Nobody writes in the old room any more, and it leads to the new one.
    async fn close_old(
        &self,
        action: &Action,
        rooms: &Rooms<'_>,
        (id, place): (&CommunityId, &Place),
        temporary: &str,
    ) -> Result<(), MatrixError> {
        let (bot, space, text, locale) = {
            let snapshot = self.shared.snapshot();
            let Some(community) = snapshot.communities.get(id) else {
                return Ok(());
            };
            let space = community.places.get(&Place::Space).cloned();
            let text = Text::new("upgrade-tombstone").with("group", community.name_of(place));
            (
                snapshot.bot.clone(),
                space,
                text,
                community.definition.locale,
            )
        };
        let state = self.reader.state(rooms.old).await?;
        let the = |event_type: &str| state.iter().find(|event| event.event_type == event_type);
        let create = the("m.room.create")
            .map(|it| needed::with_creator(&it.event_type, it.content.clone(), &it.sender));
        let levels = the("m.room.power_levels").map(|event| event.content.clone());
        let own = levels
            .as_ref()
            .map(|levels| needed::standing(levels, create.as_ref(), &bot));
        let needed = levels.as_ref().map(for_tombstone);
        if own >= needed {
            let tombstone = json!({"body": text.plain(locale), "replacement_room": rooms.new});
            self.compare_and_set(rooms.old, "m.room.tombstone", "", &tombstone)
                .await?;
        } else {
            // Only who made the room may say it in the way that apps know; people read it.
            let text = text
                .line("upgrade-new-room")
                .with("room", format!("https://matrix.to/#/{}", rooms.new));
            let to = Recipient::Room(rooms.old.clone());
            let said = self.speak(&action.id, &to, &text, locale, None).await?;
            drop(said);
        }
        fault::point("executor.tombstone_set");
        if let (Some(levels), Some(own)) = (levels, own) {
            let silent = silenced(levels, own.min(NOBODY));
            self.compare_and_set(rooms.old, "m.room.power_levels", "", &silent)
                .await?;
        }
        if let Some(space) = space {
            let link = self
                .reader
                .state_event(&space, "m.space.child", rooms.old.as_str())
                .await?;
            if link.is_some_and(|link| link.get("via").is_some()) {
                self.writer
                    .set_state(&space, "m.space.child", rooms.old.as_str(), &json!({}))
                    .await?;
            }
        }
        let server = bot.server_name();
        self.writer
            .remove_alias(&format!("#{temporary}:{server}"))
            .await
    }

    async fn compare_and_set(
        &self,
        room: &OwnedRoomId,
        event_type: &str,
        state_key: &str,
        wanted: &Value,
    ) -> Result<(), MatrixError> {
        let now = self.reader.state_event(room, event_type, state_key).await?;
        if now.as_ref() != Some(wanted) {
            self.writer
                .set_state(room, event_type, state_key, wanted)
                .await?;
        }
        Ok(())
    }
}

/// Who has one of these memberships.
fn with(state: &[PushedState], memberships: &[Membership]) -> BTreeSet<OwnedUserId> {
    let members = state
        .iter()
        .filter(|event| event.event_type == "m.room.member");
    let theirs = members.filter(|event| {
        let membership = event.content.get("membership").and_then(Value::as_str);
        memberships.contains(&Membership::parse(membership.unwrap_or("leave")))
    });
    theirs
        .filter_map(|event| event.state_key.as_str().try_into().ok())
        .collect()
}

/// What somebody needs to close a room with a pointer to another one.
fn for_tombstone(levels: &Value) -> i64 {
    let own = levels.pointer("/events/m.room.tombstone");
    let own = own.or_else(|| levels.get("state_default"));
    own.and_then(Value::as_i64).unwrap_or(50)
}

/// The levels of a room in which nobody below `level` says or changes anything any more.
fn silenced(mut levels: Value, level: i64) -> Value {
    let raise = |it: &mut Value| {
        if it.as_i64().is_none_or(|it| it < level) {
            *it = level.into();
        }
    };
    for name in ["events_default", "state_default", "invite"] {
        levels[name] = levels.get(name).cloned().unwrap_or_default();
        raise(&mut levels[name]);
    }
    if let Some(events) = levels.get_mut("events").and_then(Value::as_object_mut) {
        events.values_mut().for_each(raise);
    }
    levels
}

/// What is planned of it is tested with the rooms of a real homeserver; here what can be said without one.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_room_that_was_replaced_nobody_says_anything_and_who_has_more_power_keeps_it() {
        let levels = json!({"events": {"m.reaction": 0, "m.room.tombstone": 150}, "invite": 50, "users": {"@a:s": 100}});
        let silent = silenced(levels, 100);
        let events = json!({"m.reaction": 100, "m.room.tombstone": 150});
        assert_eq!(
            (
                &silent["events"],
                &silent["events_default"],
                &silent["invite"]
            ),
            (&events, &json!(100), &json!(100))
        );
        assert_eq!(silent["users"], json!({"@a:s": 100}));
    }

    #[test]
    fn who_is_banned_is_found_in_the_state_of_a_room() {
        let member = |user: &str, membership: &str| PushedState {
            event_type: "m.room.member".to_owned(),
            state_key: user.to_owned(),
            content: json!({"membership": membership}),
            sender: String::new(),
            origin_server_ts: 1,
        };
        let state = [
            member("@a:s", "ban"),
            member("@b:s", "join"),
            member("@c:s", "leave"),
        ];
        let banned: Vec<_> = with(&state, &[Membership::Ban]).into_iter().collect();
        assert_eq!(banned, ["@a:s"]);
    }
}
