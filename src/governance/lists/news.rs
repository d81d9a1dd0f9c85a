//! What is pushed from the room of a list: rules, the end of its being read, where it goes on.

use serde_json::Value;

use super::{MOST_RULES, of_room, read_it, told};
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        record::{List, ListRead, ListRule, Record, RecordKind, Trouble},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::{Event, EventKind},
    governance::deed::Deed,
    moderation::policy::{Policy, Subject},
};

/// What follows from an event in the room of a list; `None` when no list is read from the room.
pub(crate) fn on_event(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Option<Decision> {
    if snapshot.direct_rooms.contains_key(&event.room) {
        return None;
    }
    // What is said there is nobody's business here.
    if matches!(event.kind, EventKind::Content { .. } | EventKind::Encrypted) {
        return None;
    }
    let mut of_lists: Option<Decision> = None;
    for (community, list) in of_room(snapshot, &event.room) {
        let cause = format!("{}/{}", event.id, list.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        if !list.over {
            in_list(&mut deed, community, list, event);
        }
        let all = of_lists.get_or_insert_default();
        all.actions.extend(deed.decision.actions);
        all.changes.extend(deed.decision.changes);
    }
    of_lists
}

fn in_list(deed: &mut Deed, community: &Community, list: &List, event: &Event) {
    let read = community.records.lists_read.get(&list.id);
    match &event.kind {
        EventKind::State {
            event_type,
            state_key,
            content,
        } => match (event_type.as_str(), read) {
            ("m.room.member", _) if state_key == deed.snapshot.bot.as_str() => {
                on_own(deed, list, read, content);
            }
            ("m.room.tombstone", _) => {
                let room = content.get("replacement_room").and_then(Value::as_str);
                deed.tell_admins(told::moved(community, list, room.unwrap_or_default()));
            }
            (event_type, Some(read)) if Subject::of_type(event_type).is_some() => {
                let policy = Policy::read(event_type, content, event.at);
                on_rule(deed, list, read, (event_type, state_key), policy);
            }
            _ => {}
        },
        // It is not said which rule was taken down.
        EventKind::Redaction { .. } | EventKind::TakenDown { .. } => {
            if let Some(read) = read {
                deed.keep(stale(read));
            }
        }
        _ => {}
    }
}

fn stale(read: &ListRead) -> Record {
    Record::ListRead(Box::new(ListRead {
        stale: true,
        ..read.clone()
    }))
}

fn on_rule(
    deed: &mut Deed,
    list: &List,
    read: &ListRead,
    (event_type, state_key): (&str, &str),
    policy: Option<Policy>,
) {
    let policies = &deed.community.records.policies;
    let key = ListRule::key_of(&list.id, event_type, state_key);
    let known = policies.get(&key);
    let says = |policy: &Policy| (policy.fingerprint(), policy.reason.clone());
    if known.map(says) == policy.as_ref().map(says) {
        return;
    }
    match policy {
        Some(_) if known.is_none() && policies.len() >= MOST_RULES => {
            return deed.keep(stale(read));
        }
        Some(policy) => deed.keep(Record::ListRule(Box::new(ListRule {
            list: list.id.clone(),
            event_type: event_type.to_owned(),
            state_key: state_key.to_owned(),
            policy,
        }))),
        None => deed.forget(RecordKind::ListRule, key),
    }
    deed.keep(Record::ListRead(Box::new(ListRead {
        revision: read.revision + 1,
        ..read.clone()
    })));
}

/// The bot is asked in, or put out.
fn on_own(deed: &mut Deed, list: &List, read: Option<&ListRead>, content: &Value) {
    let membership = content.get("membership").and_then(Value::as_str);
    match (Membership::parse(membership.unwrap_or("leave")), read) {
        (Membership::Invite, _) => {
            let mut next = list.clone();
            read_it(deed, &mut next);
            deed.keep(Record::List(Box::new(next)));
        }
        (Membership::Leave | Membership::Ban, Some(read)) => {
            deed.keep(Record::ListRead(Box::new(ListRead {
                trouble: Some(Trouble::Gone),
                ..read.clone()
            })));
        }
        _ => {}
    }
}
