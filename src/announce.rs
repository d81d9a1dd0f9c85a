//! Announcements: PURE. A message in the announcements room becomes one copy in every group; its edits and its withdrawal
//! follow it.

pub(crate) mod clean;
mod copy;

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, UserId};
use serde_json::Value;

pub use copy::{ACTION_KEY, POSTED_KEY, RELAY_KEY, copy, edit_of_copy, posted};

use crate::{
    action::{ActionId, Effect},
    community::{
        change::Change,
        definition::Kind,
        place::Place,
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::{AuditEntry, Decision, to_admins},
    event::Event,
    reply::Text,
};

/// The id of the action that sends the copy of `source` to the `ordinal`-th group.
#[must_use]
pub fn copy_id(source: &OwnedEventId, ordinal: usize) -> ActionId {
    ActionId::derive(source.as_str(), ordinal)
}

/// What follows from a message in the announcements room.
#[must_use]
pub fn on_message(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    content: &Value,
) -> Decision {
    if let Some(target) = edited(content) {
        return on_edit(snapshot, community, room, event, &target);
    }
    let mut decision = Decision::default();
    if is_conversation(content)
        || !copy::is_announcement(content)
        || !may_announce(snapshot, community, &event.sender, content)
    {
        return decision;
    }
    let rooms = groups(community).filter_map(|place| community.places.get(&place));
    let Carried { targets, notice } = carried(snapshot, community, room, event, rooms);
    let author = author(snapshot, &event.sender, content);
    for target in &targets {
        decision.act(
            event.id.as_str(),
            Some(&community.definition.id),
            Effect::Copy {
                room: target.clone(),
                source_room: event.room.clone(),
                source: event.id.clone(),
                author: room.name_of(&author).to_owned(),
            },
        );
    }
    if let Some((cause, notice)) = notice {
        let ordinal = decision.actions.len();
        decision
            .actions
            .extend(to_admins(community, &cause, notice, ordinal));
    }
    decision.audit.push(entry(
        community,
        event,
        &author,
        "announce",
        Some(format!("{} groups", targets.len())),
    ));
    decision.changes.push(Change::Announced {
        source: event.id.clone(),
        community: community.definition.id.clone(),
        author: event.sender.clone(),
        targets,
    });
    decision
}

/// Where something that was said in the announcements' room goes.
struct Carried {
    targets: Vec<OwnedRoomId>,
    /// What the admins are to know of it, and its cause.
    notice: Option<(String, Text)>,
}

/// From an encrypted room nothing goes where it is not encrypted, unless the file says so.
fn carried<'a>(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    rooms: impl Iterator<Item = &'a OwnedRoomId>,
) -> Carried {
    let leaves_encryption = |target: &&OwnedRoomId| {
        let target = snapshot.rooms.get(*target);
        room.is_encrypted() && !target.is_some_and(Room::is_encrypted)
    };
    let (plain, encrypted): (Vec<_>, Vec<_>) = rooms.partition(leaves_encryption);
    let may_leave = may_leave_encryption(community, &room.place);
    let names: Vec<_> = plain
        .iter()
        .filter_map(|target| Some(community.name_of(&snapshot.rooms.get(*target)?.place)))
        .collect();
    let names = names.join(", ");
    // What is not carried is told each time; that it is carried in the clear once, and again when that concerns other groups.
    let (key, cause) = if may_leave {
        (
            "announced-in-clear",
            format!("in-clear/{}/{names}", event.room),
        )
    } else {
        ("announced-not-in-clear", event.id.to_string())
    };
    let notice = (!plain.is_empty()).then(|| (cause, Text::new(key).with("groups", names)));
    let targets = encrypted
        .into_iter()
        .chain(plain.into_iter().filter(|_| may_leave));
    Carried {
        targets: targets.cloned().collect(),
        notice,
    }
}

/// Whether the file lets announcements of an encrypted room be copied to rooms that are not.
fn may_leave_encryption(community: &Community, place: &Place) -> bool {
    let Place::Group(id) = place else {
        return false;
    };
    community
        .group(id)
        .is_some_and(|group| group.relay_to_plain)
}

/// What follows from an edit in the announcements room: the copies are edited, when it is the author's.
fn on_edit(
    snapshot: &Snapshot,
    community: &Community,
    room: &Room,
    event: &Event,
    source: &OwnedEventId,
) -> Decision {
    let mut decision = Decision::default();
    let Some(announced) = snapshot.announcements.get(source) else {
        return decision;
    };
    if announced.withdrawn
        || announced.author != event.sender
        || !is_of_the_team(community, &event.sender)
    {
        return decision;
    }
    let Carried { targets, notice } =
        carried(snapshot, community, room, event, announced.targets.iter());
    for target in &targets {
        let effect = Effect::EditCopy {
            room: target.clone(),
            source_room: event.room.clone(),
            source: source.clone(),
            edit: event.id.clone(),
            author: room.name_of(&event.sender).to_owned(),
        };
        decision.act(event.id.as_str(), Some(&community.definition.id), effect);
    }
    if let Some((cause, notice)) = notice {
        let ordinal = decision.actions.len();
        decision
            .actions
            .extend(to_admins(community, &cause, notice, ordinal));
    }
    decision.audit.push(entry(
        community,
        event,
        &event.sender,
        "announce-edit",
        None,
    ));
    decision
}

/// What follows when an event of the announcements room is taken down: its copies are too.
#[must_use]
pub fn on_redaction(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    redacts: &OwnedEventId,
) -> Decision {
    let mut decision = Decision::default();
    let Some(announced) = snapshot
        .announcements
        .get(redacts)
        .filter(|announced| !announced.withdrawn)
    else {
        return decision;
    };
    for (ordinal, target) in announced.targets.iter().enumerate() {
        let effect = Effect::WithdrawCopy {
            room: target.clone(),
            source: redacts.clone(),
            copy: copy_id(redacts, ordinal),
            locale: community.definition.locale,
        };
        decision.act(event.id.as_str(), Some(&community.definition.id), effect);
    }
    decision.changes.push(Change::Withdrawn {
        source: redacts.clone(),
    });
    decision.audit.push(entry(
        community,
        event,
        &event.sender,
        "announce-withdraw",
        None,
    ));
    decision
}

/// The groups that get copies: all but the announcements and the admins' rooms, those where a quarrel is settled, and those that are over.
fn groups(community: &Community) -> impl Iterator<Item = Place> + '_ {
    let groups = community.groups.iter().filter(|group| {
        let apart = matches!(
            group.kind,
            Kind::Announcements | Kind::Admins | Kind::Mediation
        );
        !apart && !group.archived
    });
    groups.map(|group| Place::Group(group.id.clone()))
}

/// The team may; the bot only when it posts somebody's announcement for them, not when it says something itself.
fn may_announce(
    snapshot: &Snapshot,
    community: &Community,
    sender: &UserId,
    content: &Value,
) -> bool {
    if *sender == *snapshot.bot {
        content.get(POSTED_KEY).is_some()
    } else {
        is_of_the_team(community, sender)
    }
}

/// Whether they moderate the announcements.
fn is_of_the_team(community: &Community, user: &UserId) -> bool {
    let place = community
        .group_of_kind(Kind::Announcements)
        .map(Place::Group);
    place.is_some_and(|place| community.role_in(user, &place) >= Role::Moderator)
}

/// Who announces: whom the bot posted for, else the sender. Nobody but the bot posts for others, whatever their message says.
fn author(snapshot: &Snapshot, sender: &OwnedUserId, content: &Value) -> OwnedUserId {
    let posted_for = content
        .get(POSTED_KEY)
        .and_then(Value::as_str)
        .and_then(|id| OwnedUserId::try_from(id).ok());
    posted_for
        .filter(|_| *sender == snapshot.bot)
        .unwrap_or_else(|| sender.clone())
}

/// Whether it answers another message, directly or in a thread: talk among the team.
fn is_conversation(content: &Value) -> bool {
    content.pointer("/m.relates_to/m.in_reply_to").is_some()
        || content
            .pointer("/m.relates_to/rel_type")
            .is_some_and(|it| it == "m.thread")
}

/// The message that this one is an edit of.
pub(crate) fn edited(content: &Value) -> Option<OwnedEventId> {
    let relation = content.get("m.relates_to")?;
    let replaces = relation.get("rel_type")?.as_str()? == "m.replace";
    replaces
        .then(|| relation.get("event_id")?.as_str()?.try_into().ok())
        .flatten()
}

fn entry(
    community: &Community,
    event: &Event,
    actor: &OwnedUserId,
    action: &str,
    detail: Option<String>,
) -> AuditEntry {
    AuditEntry {
        community: community.definition.id.clone(),
        room: Some(event.room.clone()),
        actor: actor.clone(),
        action: action.to_owned(),
        target: Some(event.id.to_string()),
        rule: None,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        clock::Timestamp,
        community::snapshot::tests::{bot, settled},
        event::EventKind,
    };

    fn said(sender: &str, content: Value) -> Event {
        Event {
            id: "$a".try_into().unwrap(),
            room: "!announcements:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content,
            },
        }
    }

    fn decide(snapshot: &Snapshot, event: &Event) -> Decision {
        let (community, room) = snapshot.located(&event.room).unwrap();
        match &event.kind {
            EventKind::Content { content, .. } => {
                on_message(snapshot, community, room, event, content)
            }
            EventKind::Redaction { redacts } => on_redaction(snapshot, community, event, redacts),
            _ => unreachable!(),
        }
    }

    #[test]
    fn an_announcement_goes_to_every_group_once_and_not_to_the_admins() {
        let decision = decide(
            &settled(),
            &said("@samir:s", json!({"msgtype": "m.text", "body": "x"})),
        );
        let rooms: Vec<_> = decision
            .actions
            .iter()
            .map(|action| action.effect.room().unwrap().as_str())
            .collect();
        assert_eq!(rooms, ["!est:s", "!ouest:s"]);
    }

    #[test]
    fn only_the_team_announces() {
        let snapshot = settled();
        let text = json!({"msgtype": "m.text", "body": "x"});
        assert!(
            decide(&snapshot, &said("@member:s", text.clone()))
                .actions
                .is_empty()
        );
        assert!(
            decide(&snapshot, &said("@awa:s", text.clone()))
                .actions
                .is_empty(),
            "she moderates another group only"
        );
        assert!(
            decide(&snapshot, &said(bot().as_str(), text))
                .actions
                .is_empty(),
            "the bot's own notices stay"
        );
        let posted = json!({"msgtype": "m.text", "body": "x", POSTED_KEY: "@samir:s"});
        assert_eq!(
            decide(&snapshot, &said(bot().as_str(), posted))
                .actions
                .len(),
            2
        );
    }

    #[test]
    fn nobody_but_the_bot_announces_in_the_name_of_others() {
        let snapshot = settled();
        let author = |sender: &str| {
            let content = json!({"msgtype": "m.text", "body": "x", POSTED_KEY: "@samir:s"});
            let decision = decide(&snapshot, &said(sender, content));
            let Effect::Copy { author, .. } = &decision.actions[0].effect else {
                panic!("{:?}", decision.actions)
            };
            (author.clone(), decision.audit[0].actor.to_string())
        };
        let both = |id: &str| (id.to_owned(), id.to_owned());
        assert_eq!(author("@zoe:s"), both("@zoe:s"));
        assert_eq!(author(bot().as_str()), both("@samir:s"));
    }

    #[test]
    fn what_the_team_says_to_each_other_about_an_announcement_is_not_one() {
        let relations = [
            json!({"m.in_reply_to": {"event_id": "$b"}}),
            json!({"rel_type": "m.thread", "event_id": "$b", "is_falling_back": true}),
        ];
        for relation in relations {
            let content = json!({"msgtype": "m.text", "body": "x", "m.relates_to": relation});
            let decision = decide(&settled(), &said("@samir:s", content));
            assert_eq!(decision, Decision::default());
        }
    }

    #[test]
    fn who_left_the_team_corrects_nothing_in_the_groups() {
        let mut snapshot = settled();
        let words = json!({"msgtype": "m.text", "body": "x"});
        for change in decide(&snapshot, &said("@zoe:s", words)).changes {
            snapshot.apply(&change);
        }
        let edit = json!({"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "m.new_content": {}});
        let edit = said("@zoe:s", edit);
        assert_eq!(decide(&snapshot, &edit).actions.len(), 2);
        crate::community::snapshot::tests::redeclare(&mut snapshot, |it| it.moderators.clear());
        assert_eq!(decide(&snapshot, &edit).actions, []);
    }

    fn encrypt(snapshot: &mut Snapshot, room: &str) {
        snapshot.apply(&Change::State {
            room: room.try_into().unwrap(),
            event_type: "m.room.encryption".to_owned(),
            state_key: String::new(),
            content: json!({"algorithm": "m.megolm.v1.aes-sha2"}),
            at: Timestamp(1),
        });
    }

    fn copied_to(decision: &Decision) -> Vec<&str> {
        let copies = decision.actions.iter().filter_map(|it| match &it.effect {
            Effect::Copy { room, .. } | Effect::EditCopy { room, .. } => Some(room.as_str()),
            _ => None,
        });
        copies.collect()
    }

    #[test]
    fn from_an_encrypted_room_neither_an_announcement_nor_its_edit_goes_where_it_is_not() {
        let mut snapshot = settled();
        let words = said("@samir:s", json!({"msgtype": "m.text", "body": "x"}));
        let edit = json!({"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "m.new_content": {}});
        let edit = said("@samir:s", edit);
        // Its copies stand everywhere when the room is encrypted.
        for change in decide(&snapshot, &words).changes {
            snapshot.apply(&change);
        }
        encrypt(&mut snapshot, "!announcements:s");
        encrypt(&mut snapshot, "!est:s");
        for event in [&words, &edit] {
            let decision = decide(&snapshot, event);
            assert_eq!(copied_to(&decision), ["!est:s"]);
            let told = decision.actions.iter().any(|it| {
                matches!(&it.effect, Effect::Say { text, .. } if text.key() == "announced-not-in-clear")
            });
            assert!(told, "the admins know");
        }
    }

    #[test]
    fn an_edit_by_somebody_else_is_not_relayed() {
        let mut snapshot = settled();
        for change in decide(
            &snapshot,
            &said("@samir:s", json!({"msgtype": "m.text", "body": "x"})),
        )
        .changes
        {
            snapshot.apply(&change);
        }
        let edit = json!({"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "m.new_content": {}});
        assert_eq!(
            decide(&snapshot, &said("@samir:s", edit.clone()))
                .actions
                .len(),
            2
        );
        assert!(decide(&snapshot, &said("@zoe:s", edit)).actions.is_empty());
    }

    #[test]
    fn what_the_bot_posted_for_somebody_is_withdrawn_by_them() {
        let mut snapshot = settled();
        let posted = json!({"msgtype": "m.text", "body": "x", POSTED_KEY: "@zoe:s"});
        for change in decide(&snapshot, &said(bot().as_str(), posted)).changes {
            snapshot.apply(&change);
        }
        let mut event = said("@zoe:s", Value::Null);
        event.kind = EventKind::Redaction {
            redacts: "$a".try_into().unwrap(),
        };
        assert_eq!(decide(&snapshot, &event).actions.len(), 2);
    }

    #[test]
    fn a_withdrawal_names_the_actions_that_made_the_copies_and_happens_once() {
        let mut snapshot = settled();
        let announced = decide(
            &snapshot,
            &said("@samir:s", json!({"msgtype": "m.text", "body": "x"})),
        );
        announced
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        let mut event = said("@zoe:s", Value::Null);
        event.id = "$r".try_into().unwrap();
        event.kind = EventKind::Redaction {
            redacts: "$a".try_into().unwrap(),
        };
        let decision = decide(&snapshot, &event);
        for (action, original) in decision.actions.iter().zip(&announced.actions) {
            assert!(
                matches!(&action.effect, Effect::WithdrawCopy { copy, .. } if *copy == original.id)
            );
        }
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        assert!(decide(&snapshot, &event).actions.is_empty());
    }
}
