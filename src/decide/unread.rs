//! Encrypted messages that cannot be read: nothing is skipped in silence. The admins are told once a week for each room; who wrote to the
//! bot itself is asked to write once more.

use ruma::{RoomId, UserId};

use super::{AuditEntry, Decision, takedown::to_admins};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::snapshot::{Community, Snapshot},
    event::Event,
    reply::Text,
};

const WEEK_MS: i64 = 7 * 24 * 3_600_000;
const MINUTE_MS: i64 = 60_000;
/// After this time who wrote something was told of it.
const LATE: std::time::Duration = std::time::Duration::from_hours(1);

/// Tells whoever can do something about it. Who wrote to the bot itself is told once of each missing `key`.
#[must_use]
pub fn tell_unread(
    snapshot: &Snapshot,
    room: &RoomId,
    sender: &UserId,
    key: &str,
    now: Timestamp,
) -> Decision {
    let mut decision = Decision::default();
    if let Some((community, known)) = snapshot.located(room) {
        let notice = Text::new("unreadable-admins")
            .with("user", sender)
            .with("group", community.name_of(&known.place));
        let cause = format!("unreadable/{room}/{}", now.0 / WEEK_MS);
        let notice = to_admins(community, &cause, notice, 0);
        decision.actions.extend(notice);
    } else if snapshot
        .direct_rooms
        .get(room)
        .is_some_and(|user| user == sender)
    {
        let cause = format!("unreadable/{room}/{key}");
        let say = Effect::Say {
            to: Recipient::Room(room.to_owned()),
            text: Text::new("unreadable-you"),
            locale: snapshot.locale_of(sender),
            reply_to: None,
        };
        decision.act(&cause, None, say);
    }
    decision
}

/// An event in a conversation with the bot cannot be read. One that was waited for is not new to who wrote it.
pub(super) fn in_conversation(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
    if now.since(event.at) > LATE {
        return Decision::default();
    }
    let minute = (now.0 / MINUTE_MS).to_string();
    tell_unread(snapshot, &event.room, &event.sender, &minute, now)
}

/// An event of a community is given up: the admins were told before, or are now, and it is accounted for.
pub(super) fn given_up(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    now: Timestamp,
) -> Decision {
    let mut decision = tell_unread(snapshot, &event.room, &event.sender, "", now);
    decision.audit.push(AuditEntry {
        community: community.definition.id.clone(),
        room: Some(event.room.clone()),
        actor: snapshot.bot.clone(),
        action: "unreadable".to_owned(),
        target: Some(event.sender.to_string()),
        rule: None,
        detail: Some(event.id.to_string()),
    });
    decision
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        community::{change::Change, snapshot::tests::settled},
        event::EventKind,
    };

    fn unreadable(room: &str) -> Event {
        Event {
            id: "$e".try_into().unwrap(),
            room: room.try_into().unwrap(),
            sender: "@member:s".try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Unreadable,
        }
    }

    fn decide(snapshot: &Snapshot, room: &str, now: i64) -> Decision {
        crate::decide::decide(snapshot, &unreadable(room), Timestamp(now))
    }

    #[test]
    fn the_admins_are_told_of_a_room_once_a_week_and_each_event_is_accounted_for() {
        let snapshot = settled();
        let first = decide(&snapshot, "!est:s", 0);
        let same_week = decide(&snapshot, "!est:s", WEEK_MS - 1);
        let next_week = decide(&snapshot, "!est:s", WEEK_MS);
        assert_eq!(first.actions[0].effect.room().unwrap(), "!admins:s");
        assert_eq!(first.actions[0].id, same_week.actions[0].id);
        assert_ne!(first.actions[0].id, next_week.actions[0].id);
        assert_eq!(same_week.audit[0].action, "unreadable");
    }

    #[test]
    fn who_wrote_to_the_bot_is_asked_to_write_again_and_nobody_is_elsewhere() {
        let mut snapshot = settled();
        assert_eq!(decide(&snapshot, "!dm:s", 0), Decision::default());
        snapshot.apply(&Change::Direct {
            user: "@member:s".try_into().unwrap(),
            room: "!dm:s".try_into().unwrap(),
        });
        let decision = decide(&snapshot, "!dm:s", 0);
        assert_eq!(decision.actions[0].effect.room().unwrap(), "!dm:s");
        let given_up = decide(&snapshot, "!dm:s", WEEK_MS);
        assert_eq!(
            given_up,
            Decision::default(),
            "they were told when it was new"
        );
    }
}
