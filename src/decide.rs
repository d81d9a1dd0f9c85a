//! From what happened to what is to be done: PURE. `dispatch` calls [`decide`] for every event and [`review`] for every
//! community whose plan may have changed, in order within a room, and stores the [`Decision`] in one transaction.

mod birth;
mod claim;
mod decision;
mod direct;
mod drift;
pub mod guard;
mod member;
mod message;
mod names;
mod pace;
mod photos;
mod reaction;
mod route;
mod takedown;
mod taken_down;
mod unread;

pub use decision::{
    Activity, Ask, AuditEntry, AuditFilter, AuditRow, Decision, Moderation, Question, StatusReport,
};
pub(crate) use takedown::{of_all_left, to_admins};
pub use unread::tell_unread;

use ruma::{EventId, OwnedEventId};

use crate::{
    action::{Effect, Sender},
    announce,
    clock::Timestamp,
    community::{
        change::Change,
        definition::{CommunityId, Kind},
        desired, plan,
        record::RecordKind,
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::{Event, EventKind},
    governance,
    moderation::{
        Print,
        watch::{Noticed, Twin},
    },
};

/// What follows from an event by itself.
#[must_use]
pub fn decide(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
    decide_noticing(snapshot, event, None, now)
}

/// What follows from an event, and from what shows about it in what came before.
#[must_use]
pub fn decide_noticing(
    snapshot: &Snapshot,
    event: &Event,
    noticed: Option<&Noticed>,
    now: Timestamp,
) -> Decision {
    if let EventKind::Content {
        event_type,
        content,
    } = &event.kind
        && event_type == "m.reaction"
        && let Some(mut answered) = reaction::decide(snapshot, event, content, now)
    {
        if let Some((community, _)) = snapshot.located(&event.room) {
            governance::team::seen(snapshot, community, event, now, &mut answered);
        }
        return answered;
    }
    let Some((community, room)) = snapshot.located(&event.room) else {
        if let Some(of_list) = governance::lists::on_event(snapshot, event, now) {
            return of_list;
        }
        if event.kind == EventKind::Unreadable {
            return unread::in_conversation(snapshot, event, now);
        }
        let born = birth::decide(snapshot, event);
        return born.unwrap_or_else(|| direct::decide(snapshot, event, now));
    };
    match &event.kind {
        EventKind::Content {
            event_type,
            content,
        } => {
            let message = message::Message {
                community,
                room,
                event,
                event_type,
                content,
                noticed,
            };
            let mut decision = message::decide(snapshot, &message, now);
            governance::team::seen(snapshot, community, event, now, &mut decision);
            decision
        }
        EventKind::State {
            event_type,
            state_key,
            content,
        } if event_type == "m.room.member" => {
            let about = (state_key.as_str(), content);
            let mut decision = member::decide(snapshot, community, room, event, about, now);
            if noticed == Some(&Noticed::Wave) {
                pace::wave(snapshot, (community, room, event), now, &mut decision);
            }
            decision
        }
        EventKind::State {
            event_type,
            state_key,
            content,
        } if desired::GOVERNED.contains(&event_type.as_str()) => drift::decide(
            snapshot,
            community,
            room,
            event,
            (event_type, state_key, content),
            now,
        ),
        EventKind::Redaction { redacts } => redacted(snapshot, (community, room, event), redacts),
        EventKind::TakenDown { by, reason, .. } if by == snapshot.bot.as_str() => {
            taken_down::decide(snapshot, (community, room, event), reason, now)
        }
        EventKind::Unreadable => unread::given_up(snapshot, community, event, now),
        EventKind::State { .. } | EventKind::TakenDown { .. } | EventKind::Encrypted => {
            Decision::default()
        }
    }
}

/// A message was taken down, by whomever.
fn redacted(
    snapshot: &Snapshot,
    (community, room, event): (&Community, &Room, &Event),
    redacts: &OwnedEventId,
) -> Decision {
    let mut decision = match community.kind(&room.place) {
        Some(Kind::Announcements) => announce::on_redaction(snapshot, community, event, redacts),
        _ => Decision::default(),
    };
    if community.records.left.contains_key(redacts.as_str()) {
        let (id, key) = (&community.definition.id, redacts.as_str());
        let gone = Change::forget(id, RecordKind::LeftInPlace, key);
        decision.changes.push(gone);
    }
    decision
}

/// The message that somebody of the team has taken down with an event: by hand, or by a command.
#[must_use]
pub fn removed(snapshot: &Snapshot, event: &Event, decision: &Decision) -> Option<OwnedEventId> {
    if let EventKind::Redaction { redacts } = &event.kind {
        let (community, room) = snapshot.located(&event.room)?;
        let by_team = community.role_in(&event.sender, &room.place) >= Role::Moderator;
        return (by_team && event.sender != snapshot.bot).then(|| redacts.clone());
    }
    let mut actions = decision.actions.iter();
    actions.find_map(|action| match &action.effect {
        Effect::Redact {
            event,
            sender: Sender::NotAnyOf(_),
            ..
        } => Some(event.clone()),
        _ => None,
    })
}

/// What follows for messages like one that somebody of the team has taken down with `event`.
#[must_use]
pub fn alike(
    snapshot: &Snapshot,
    event: &Event,
    original: &EventId,
    (community, print, twins): (&CommunityId, Print, &[Twin]),
    now: Timestamp,
) -> Decision {
    match snapshot.communities.get(community) {
        Some(community) => pace::removed(snapshot, community, event, (original, print), twins, now),
        None => Decision::default(),
    }
}

/// What Hygie has to do so that a community is as it should be, and what the admins hear of what waits for them.
#[must_use]
pub fn review(snapshot: &Snapshot, id: &CommunityId, now: Timestamp) -> Decision {
    let steps = plan::plan(snapshot, id);
    let held = governance::shape::held(snapshot, id, &steps, now);
    let mut decision = carry_out(snapshot, id, &plan::of_itself(snapshot, id, steps));
    decision.actions.extend(held.actions);
    decision.changes.extend(held.changes);
    decision
}

/// The decision to carry out these steps.
#[must_use]
pub fn carry_out(snapshot: &Snapshot, id: &CommunityId, steps: &[plan::Step]) -> Decision {
    let actions = plan::actions(snapshot, id, steps);
    let invited = actions.iter().filter_map(|action| match &action.effect {
        crate::action::Effect::Membership {
            room,
            user,
            change: crate::action::MembershipChange::Invite,
            ..
        } => Some(Change::Invited {
            room: room.clone(),
            user: user.clone(),
        }),
        _ => None,
    });
    Decision {
        changes: invited.collect(),
        actions,
        ..Decision::default()
    }
}
