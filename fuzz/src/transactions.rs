//! The body of a transaction, from the bytes to what is decided about each event, with what was decided before in force.

use std::sync::LazyLock;

use hygie::{
    action::{Effect, Sender},
    community::{role::Role, snapshot::Snapshot},
    decide::{self, Decision},
    event::{Event, EventKind},
    fuzzing,
};

use super::{
    commands,
    community::{self, NOW},
    html,
};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(community::snapshot);

/// Nothing is lost and nothing made up: every event is read again from what the store would keep, and is the same. What is set
/// aside is described without its words. Decisions keep to [`commands::check`], and take down only what was pushed.
pub fn run(body: &[u8]) {
    let (events, quarantined) = fuzzing::transaction(body);
    let kept: usize = events.iter().map(|(_, json)| json.len()).sum();
    // Three bytes for each that is not UTF-8.
    assert!(kept <= 3 * body.len(), "more is kept than came");
    for item in &quarantined {
        let names = [&item.event_id, &item.room_id, &item.event_type];
        for name in names.into_iter().flatten() {
            assert!(
                name.chars().count() <= 255 && !name.contains(char::is_control),
                "{name:?}"
            );
        }
        assert!(
            item.error.chars().count() <= 500 && !item.error.contains(char::is_control),
            "{:?}",
            item.error
        );
    }
    let mut snapshot = SNAPSHOT.clone();
    for (event, json) in &events {
        assert_eq!(
            Event::parse(json).ok().as_ref(),
            Some(event),
            "the store's copy reads otherwise"
        );
        let decision = decide::decide(&snapshot, event, NOW);
        check(&snapshot, event, &decision);
        for change in &decision.changes {
            snapshot.apply(change);
        }
        for id in &decision.review {
            let _ = decide::review(&snapshot, id, NOW);
        }
    }
}

fn check(snapshot: &Snapshot, event: &Event, decision: &Decision) {
    let community = snapshot.communities.values().next().expect("there is one");
    for action in &decision.actions {
        match &action.effect {
            Effect::Redact {
                room,
                event: target,
                sender: Sender::Known(sender),
                ..
            } => {
                assert_eq!(
                    (room, target, sender),
                    (&event.room, &event.id, &event.sender)
                );
                assert!(
                    community.highest_role(sender) < Role::Moderator && *sender != snapshot.bot
                );
            }
            Effect::Redact {
                sender: Sender::NotAnyOf(_),
                ..
            } => {
                assert!(community.highest_role(&event.sender) >= Role::Moderator);
            }
            Effect::Say { text, locale, .. } => html::assert_safe(&text.render(*locale).html),
            _ => {}
        }
    }
    // Announcements, memberships and state have rules of their own; a member's message is at most a command.
    if matches!(&event.kind, EventKind::Content { event_type, .. } if event_type == "m.room.message")
        && community.highest_role(&event.sender) < Role::Moderator
        && event.sender != snapshot.bot
        && !decision
            .actions
            .iter()
            .any(|action| matches!(action.effect, Effect::Redact { .. }))
        && decision.audit.iter().all(|entry| entry.rule.is_none())
    {
        commands::check(snapshot, event, decision);
    }
}
