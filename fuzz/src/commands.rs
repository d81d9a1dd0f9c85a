//! A message that may be a command: three digits (who, where, how), then the body; after a line of four dashes, the HTML.

use std::{collections::BTreeSet, sync::LazyLock};

use hygie::{
    action::{Effect, MembershipChange, Recipient, Sender},
    commands,
    community::{change::Change, role::Role, snapshot::Snapshot},
    decide::Decision,
    event::{Event, EventKind},
};
use serde_json::{Value, json};

use super::{
    community::{self, NOW, PEOPLE, user},
    html,
};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(community::snapshot);

/// The same message is understood in the same way twice, and nobody does what they may not: see [`check`].
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (head, rest) = text.split_at(text.char_indices().nth(3).map_or(text.len(), |(at, _)| at));
    let pick = |at: usize, of: usize| {
        head.chars()
            .nth(at)
            .map_or(0, |it| (it as usize).wrapping_sub('0' as usize) % of)
    };
    let sender = PEOPLE[pick(0, PEOPLE.len())];
    let (setting, room) = community::settings(sender)[pick(1, 5)].clone();
    let (body, html) = rest
        .split_once("\n----\n")
        .map_or((rest, None), |(body, html)| (body, Some(html)));
    let mut content = json!({"msgtype": "m.text", "body": body});
    if let Some(html) = html {
        content["format"] = "org.matrix.custom.html".into();
        content["formatted_body"] = html.into();
    }
    extra(pick(2, 5), &mut content);
    let event = Event {
        id: "$command".try_into().expect("it is an id"),
        room,
        sender: user(sender),
        at: NOW,
        kind: EventKind::Content {
            event_type: "m.room.message".into(),
            content: content.clone(),
        },
    };
    let line = commands::addressed(&SNAPSHOT, &setting, &content);
    assert_eq!(line, commands::addressed(&SNAPSHOT, &setting, &content));
    let Some(line) = line else { return };
    let decision = commands::answer(&SNAPSHOT, &event, &setting, &line, NOW);
    assert_eq!(
        decision,
        commands::answer(&SNAPSHOT, &event, &setting, &line, NOW)
    );
    check(&SNAPSHOT, &event, &decision);
    let mut after = SNAPSHOT.clone();
    for change in &decision.changes {
        after.apply(change);
    }
}

fn extra(which: usize, content: &mut Value) {
    match which {
        1 => content["m.mentions"] = json!({"user_ids": ["@hygie:example.org"]}),
        2 => content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$replied"}}),
        3 => content["m.relates_to"] = json!({"rel_type": "m.thread", "event_id": "$root"}),
        4 => content["m.new_content"] = json!({"msgtype": "m.text", "body": content["body"]}),
        _ => {}
    }
}

/// What must hold of what a command decides: nobody acts above themselves, on the bot or on themselves, and who has no role
/// gets no more than an answer.
///
/// # Panics
/// When it does not hold.
pub fn check(snapshot: &Snapshot, event: &Event, decision: &Decision) {
    let issuer = &event.sender;
    let community = snapshot.communities.values().next().expect("there is one");
    let highest = community.highest_role(issuer);
    let ids: BTreeSet<_> = decision.actions.iter().map(|action| &action.id).collect();
    assert_eq!(
        ids.len(),
        decision.actions.len(),
        "two actions have the same id"
    );
    for action in &decision.actions {
        check_effect(snapshot, event, &action.effect);
    }
    for change in &decision.changes {
        match change {
            Change::Language { user, .. } => assert_eq!(user, issuer),
            Change::Muted(mute) => {
                assert!(community.highest_role(&mute.user) < community.role(issuer));
            }
            Change::Unmuted { user, .. } => {
                assert!(community.highest_role(user) < community.role(issuer));
            }
            Change::Locked(lockdown) => {
                assert!(community.role_in(issuer, &lockdown.place) >= Role::Moderator);
            }
            Change::Unlocked { place, .. } => {
                assert!(community.role_in(issuer, place) >= Role::Moderator);
            }
            Change::TakedownsResumed { .. } | Change::Invited { .. } => {
                assert!(highest >= Role::Moderator);
            }
            other => panic!("a command does not change {other:?}"),
        }
    }
    if highest < Role::Moderator {
        assert!(
            decision.audit.is_empty() && decision.review.is_empty(),
            "{decision:?}"
        );
        assert!(decision.actions.len() <= 1);
    }
    for entry in &decision.audit {
        assert_eq!(entry.actor, *issuer);
    }
}

fn check_effect(snapshot: &Snapshot, event: &Event, effect: &Effect) {
    let issuer = &event.sender;
    let community = snapshot.communities.values().next().expect("there is one");
    let highest = community.highest_role(issuer);
    match effect {
        Effect::Say {
            to, text, locale, ..
        } => {
            html::assert_safe(&text.render(*locale).html);
            let own = match to {
                Recipient::Room(room) => *room == event.room,
                Recipient::Person(person) => person == issuer,
            };
            assert!(
                own || highest >= Role::Moderator,
                "a member writes to {to:?}"
            );
        }
        Effect::Redact {
            room,
            sender: Sender::NotAnyOf(users),
            ..
        } => {
            let (_, room) = snapshot.located(room).expect("a room of the community");
            let own = community.role_in(issuer, &room.place);
            assert!(own >= Role::Moderator && users.contains(&snapshot.bot));
            for name in PEOPLE {
                let other = user(name);
                let above = other != *issuer && community.role_in(&other, &room.place) >= own;
                assert!(
                    !above || users.contains(&other),
                    "{other} may not be touched"
                );
            }
        }
        Effect::Membership {
            change: MembershipChange::Invite,
            ..
        }
        | Effect::SetState { .. }
        | Effect::CreateRoom { .. }
        | Effect::Refresh { .. } => {
            assert!(highest >= Role::Admin);
        }
        Effect::Membership { room, user, .. } => {
            let (_, room) = snapshot.located(room).expect("a room of the community");
            let own = community
                .role(issuer)
                .max(community.role_in(issuer, &room.place));
            assert!(own >= Role::Moderator && community.highest_role(user) < own);
            assert!(user != issuer && *user != snapshot.bot);
        }
        Effect::PostAnnouncement {
            source,
            source_room,
            ..
        } => {
            assert!(
                highest >= Role::Moderator && *source == event.id && *source_room == event.room
            );
        }
        other => panic!("a command does not {other:?}"),
    }
}
