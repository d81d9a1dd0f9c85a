//! Who talks to whom in a room, and how: when the tone rises between two.

use std::{collections::VecDeque, time::Duration};

use ruma::{OwnedEventId, OwnedUserId, UserId};
use serde_json::Value;

use super::{Noticed, apart};
use crate::{
    clock::Timestamp,
    community::{
        definition::Pace,
        snapshot::{Community, Snapshot},
    },
    event::Event,
};

/// How many messages of a room are remembered to see who talks to whom.
const MOST_SPOKEN: usize = 64;
/// Who has said something in a room, to whom and how.
struct Spoken {
    at: Timestamp,
    event: OwnedEventId,
    user: OwnedUserId,
    to: Option<OwnedUserId>,
    heat: u32,
    /// The tone between the two was noticed with it.
    noticed: bool,
}

/// What was said in a room lately.
#[derive(Default)]
pub(super) struct Talk(VecDeque<Spoken>);

impl Talk {
    /// Whether the tone between two people has risen: both are heated, several times, shortly after each other. It is noticed once an hour.
    pub(super) fn spoken(
        &mut self,
        snapshot: &Snapshot,
        community: &Community,
        event: &Event,
        (content, heat): (&Value, u32),
    ) -> Option<Noticed> {
        let user = &event.sender;
        let spoken = &mut self.0;
        // Of more than an hour ago nothing is kept.
        while spoken
            .front()
            .is_some_and(|it| event.at.since(it.at) > Pace::MEMORY)
        {
            spoken.pop_front();
        }
        let is_edit = content.get("m.new_content").is_some();
        if is_edit || *user == snapshot.bot || spoken.iter().any(|it| it.event == event.id) {
            return None;
        }
        let tone = &community.definition.pace.tone;
        let lately = |it: &&Spoken| apart(it.at, event.at) < tone.within.get();
        let to = addressed(content, spoken, snapshot, event, tone.within.get());
        // What is said to nobody in particular may be meant for whoever answers.
        let between = |it: &&Spoken, a: &UserId, b: &UserId| {
            it.user == *a && it.to.as_deref().is_none_or(|to| to == b)
        };
        let mut risen = false;
        if let Some(other) = &to
            && heat > 0
            && tone.messages > 0
        {
            let pair = spoken
                .iter()
                .filter(|it| between(it, user, other) || between(it, other, user));
            let told = pair
                .clone()
                .any(|it| it.noticed && apart(it.at, event.at) < Pace::MEMORY);
            let of = |by: &UserId| -> u32 {
                let own = pair.clone().filter(lately).filter(|it| it.user == *by);
                own.map(|it| it.heat).sum()
            };
            let theirs = of(other);
            risen = !told && theirs > 0 && of(user) + heat + theirs >= tone.messages;
        }
        spoken.push_back(Spoken {
            at: event.at,
            event: event.id.clone(),
            user: user.clone(),
            to: to.clone(),
            heat,
            noticed: risen,
        });
        if spoken.len() > MOST_SPOKEN {
            spoken.pop_front();
        }
        to.filter(|_| risen).map(Noticed::Tone)
    }
}

/// To whom a message is said: whose message it answers, whom it mentions, or who spoke last.
fn addressed(
    content: &Value,
    spoken: &VecDeque<Spoken>,
    snapshot: &Snapshot,
    event: &Event,
    within: Duration,
) -> Option<OwnedUserId> {
    let other = |user: &&UserId| **user != *event.sender && **user != *snapshot.bot;
    let relation = content.get("m.relates_to");
    let answered = relation
        .and_then(|it| it.get("m.in_reply_to")?.get("event_id")?.as_str())
        .and_then(|id| spoken.iter().find(|it| it.event.as_str() == id))
        .map(|it| &*it.user);
    let mentioned = || {
        let users = content.get("m.mentions")?.get("user_ids")?.as_array()?;
        let mut users = users
            .iter()
            .filter_map(|it| <&UserId>::try_from(it.as_str()?).ok());
        users.find(other)
    };
    let last = || {
        let lately = spoken
            .iter()
            .rev()
            .filter(|it| apart(it.at, event.at) < within);
        let mut users = lately.map(|it| &*it.user);
        users.find(other)
    };
    let to = answered.filter(other).or_else(mentioned).or_else(last);
    to.map(ToOwned::to_owned)
}
