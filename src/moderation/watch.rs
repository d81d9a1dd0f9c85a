//! What was written and who came within the last hour, in memory only: what is a flood, what stands everywhere, what comes in a wave is seen by
//! looking back. Nothing of it is stored: after a start the hour begins anew.
//!
//! `dispatch` has it look at every event when it comes, and once more when it is decided; the same event gives the same answer. The answer is given
//! to `decide`, which stays pure.

mod glance;
mod talk;

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

pub use glance::Glance;
use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, UserId};
use serde_json::Value;

use self::talk::Talk;
use super::print::Print;
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        definition::{CommunityId, Pace},
        place::Place,
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::{Event, EventKind},
};

/// How many messages are remembered in all; the oldest are forgotten first.
const MOST: usize = 50_000;
/// How many answers are remembered until their event is decided.
const MOST_ANSWERS: usize = 10_000;
/// Something about an event that only shows in what came before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// One message too many within a short time.
    Flood,
    /// The same message stands in other groups as well: there.
    Repeated(Vec<Twin>),
    /// Sooner after the last one than the group allows.
    TooSoon,
    /// The team has taken down the same.
    Removed,
    /// One person too many has come in within a short time.
    Wave,
    /// The tone between the author and this person has risen.
    Tone(OwnedUserId),
}

/// A message like another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Where.
    pub room: OwnedRoomId,
    /// Which.
    pub event: OwnedEventId,
    /// Whose.
    pub user: OwnedUserId,
}

/// A message that was seen.
struct Said {
    at: Timestamp,
    community: CommunityId,
    room: OwnedRoomId,
    event: OwnedEventId,
    print: Option<Print>,
    /// It was too soon, or gone already: the next one is not measured by it.
    counts: bool,
    /// It was noticed that it stands everywhere: it goes by itself, and not once more with the next one.
    gone: bool,
}

/// The last hour.
#[derive(Default)]
pub struct Watch {
    rooms: HashMap<OwnedRoomId, Talk>,
    people: HashMap<OwnedUserId, VecDeque<Said>>,
    /// In the order in which it came: whose oldest message is to be forgotten next.
    order: VecDeque<(Timestamp, OwnedUserId)>,
    comings: HashMap<OwnedRoomId, VecDeque<(Timestamp, OwnedUserId)>>,
    answers: HashMap<OwnedEventId, Noticed>,
    answered: VecDeque<OwnedEventId>,
}

impl Watch {
    /// The answer that an event has had already: `None` when it was not looked at.
    #[must_use]
    pub fn answered(&self, event: &Event) -> Option<Option<Noticed>> {
        if let Some(noticed) = self.answers.get(&event.id) {
            return Some(Some(noticed.clone()));
        }
        self.knows(&event.sender, &event.id).then_some(None)
    }

    /// What is to be noticed about an event, looking back; the same answer when it is asked again. `glance` is its own, by [`Glance::of`].
    pub fn look(&mut self, snapshot: &Snapshot, event: &Event, glance: Glance) -> Option<Noticed> {
        if let Some(answer) = self.answered(event) {
            return answer;
        }
        let (community, room) = snapshot.located(&event.room)?;
        let noticed = match &event.kind {
            EventKind::Content {
                event_type,
                content,
            } if is_said(event_type) => {
                let talk = self.rooms.entry(event.room.clone()).or_default();
                let tone = talk.spoken(snapshot, community, event, (content, glance.heat));
                if is_exempt(snapshot, community, &event.sender) {
                    tone
                } else {
                    let noticed = self.said((community, room), event, (content, glance.print));
                    noticed.or(tone)
                }
            }
            EventKind::State {
                event_type,
                state_key,
                content,
            } if event_type == "m.room.member" => {
                let membership = content.get("membership").and_then(Value::as_str);
                let comes = matches!(membership, Some("join" | "knock"));
                if !comes || *state_key != event.sender {
                    return None;
                }
                self.came(snapshot, community, room, event)
            }
            _ => None,
        }?;
        self.answers.insert(event.id.clone(), noticed.clone());
        self.answered.push_back(event.id.clone());
        if self.answered.len() > MOST_ANSWERS
            && let Some(old) = self.answered.pop_front()
        {
            self.answers.remove(&old);
        }
        Some(noticed)
    }

    fn knows(&self, user: &UserId, event: &EventId) -> bool {
        let own = self.people.get(user).into_iter().flatten();
        own.rev().any(|said| said.event == event)
    }

    fn said(
        &mut self,
        (community, room): (&Community, &Room),
        event: &Event,
        (content, print): (&Value, Option<Print>),
    ) -> Option<Noticed> {
        let is_edit = content.get("m.new_content").is_some();
        let noticed = self.judge(community, room, event, (print.as_ref(), is_edit));
        let said = Said {
            at: event.at,
            community: community.definition.id.clone(),
            room: event.room.clone(),
            event: event.id.clone(),
            print,
            counts: !is_edit && !matches!(noticed, Some(Noticed::TooSoon | Noticed::Removed)),
            gone: matches!(noticed, Some(Noticed::Repeated(_))),
        };
        self.remember(event, said);
        noticed
    }

    fn judge(
        &self,
        community: &Community,
        room: &Room,
        event: &Event,
        (print, is_edit): (Option<&Print>, bool),
    ) -> Option<Noticed> {
        let pace = &community.definition.pace;
        let id = &community.definition.id;
        if let Some(print) = print
            && community.records.was_removed(print)
        {
            return Some(Noticed::Removed);
        }
        let own = self.people.get(&event.sender);
        let own = own.into_iter().flatten().filter(|it| it.community == *id);
        let within = |said: &&Said, time: Duration| apart(said.at, event.at) < time;
        let own: Vec<&Said> = own.collect();
        let lately = |time| own.iter().filter(move |said| within(said, time));
        if let Some(print) = print
            && pace.repeats.groups > 0
        {
            let twins: Vec<&&Said> = lately(pace.repeats.within.get())
                .filter(|it| it.print.as_ref().is_some_and(|other| other.is_like(print)))
                .collect();
            let mut rooms: Vec<&OwnedRoomId> = twins.iter().map(|it| &it.room).collect();
            rooms.push(&event.room);
            rooms.sort();
            rooms.dedup();
            if rooms.len() >= pace.repeats.groups as usize {
                let twins = twins.into_iter().filter(|it| !it.gone);
                let twins = twins.map(|it| it.twin(&event.sender));
                return Some(Noticed::Repeated(twins.collect()));
            }
        }
        if pace.flood.messages > 0
            && lately(pace.flood.within.get()).count() >= pace.flood.messages as usize
        {
            return Some(Noticed::Flood);
        }
        let slow = match &room.place {
            Place::Group(group) => community.group(group)?.slow_mode?.get(),
            Place::Space => return None,
        };
        if is_edit {
            return None;
        }
        let too_soon = lately(slow).any(|said| said.room == event.room && said.counts);
        too_soon.then_some(Noticed::TooSoon)
    }

    fn remember(&mut self, event: &Event, said: Said) {
        let own = self.people.entry(event.sender.clone()).or_default();
        own.push_back(said);
        self.order.push_back((event.at, event.sender.clone()));
        while self.order.len() > MOST
            || self
                .order
                .front()
                .is_some_and(|(at, _)| event.at.since(*at) > Pace::MEMORY)
        {
            let Some((_, user)) = self.order.pop_front() else {
                break;
            };
            let Some(own) = self.people.get_mut(&user) else {
                continue;
            };
            own.pop_front();
            if own.is_empty() {
                self.people.remove(&user);
            }
        }
    }

    fn came(
        &mut self,
        snapshot: &Snapshot,
        community: &Community,
        room: &Room,
        event: &Event,
    ) -> Option<Noticed> {
        let user = &event.sender;
        // Whom Hygie invited comes as the community decided, a thousand at a time.
        let invited = matches!(room.membership(user), Membership::Invite | Membership::Join);
        if invited || *user == snapshot.bot {
            return None;
        }
        let wave = &community.definition.pace.wave;
        let lately = |at: &Timestamp| apart(*at, event.at) < wave.within.get();
        // Who was there before is no wave; who has just come, and goes on to the next group, is.
        let mut rooms = community.places.values();
        let just_came = rooms.any(|id| {
            let comings = self.comings.get(id).into_iter().flatten();
            comings.into_iter().any(|(at, it)| it == user && lately(at))
        });
        let rooms = community.places.values();
        let mut rooms = rooms.filter_map(|id| snapshot.rooms.get(id));
        if !just_came && rooms.any(|room| room.joined(user)) {
            return None;
        }
        let comings = self.comings.entry(event.room.clone()).or_default();
        comings.retain(|(at, _)| lately(at));
        if comings.iter().any(|(_, other)| other == user) {
            return None;
        }
        comings.push_back((event.at, user.clone()));
        (wave.people > 0 && comings.len() >= wave.people as usize).then_some(Noticed::Wave)
    }

    /// The print of a message that was seen, and the messages like it in the same community, by whomever.
    #[must_use]
    pub fn like(&self, event: &EventId) -> Option<(CommunityId, Print, Vec<Twin>)> {
        let all = || {
            let people = self.people.iter();
            people.flat_map(|(user, said)| said.iter().map(move |it| (user, it)))
        };
        let (_, original) = all().find(|(_, said)| said.event == event)?;
        let print = original.print.clone()?;
        let twins = all().filter(|(_, said)| {
            said.event != event
                && said.community == original.community
                && said
                    .print
                    .as_ref()
                    .is_some_and(|other| other.is_like(&print))
        });
        let twins = twins.map(|(user, said)| said.twin(user)).collect();
        Some((original.community.clone(), print, twins))
    }
}

impl Said {
    fn twin(&self, user: &UserId) -> Twin {
        Twin {
            room: self.room.clone(),
            event: self.event.clone(),
            user: user.to_owned(),
        }
    }
}

/// The bot and the team are not watched.
fn is_exempt(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    *user == snapshot.bot || community.highest_role(user) >= Role::Moderator
}

fn apart(a: Timestamp, b: Timestamp) -> Duration {
    a.since(b).max(b.since(a))
}

/// Whether it is something that somebody says: no reaction, no vote.
fn is_said(event_type: &str) -> bool {
    matches!(
        event_type,
        "m.room.message" | "m.sticker" | "m.poll.start" | "org.matrix.msc3381.poll.start"
    )
}

#[cfg(test)]
mod tests;
