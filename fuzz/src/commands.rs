//! A message that may be a command: three digits (who, where, how), then the body; after a line of four dashes, the HTML.

use std::{collections::BTreeSet, sync::LazyLock};

use hygie::{
    action::{Attachment, Effect, MembershipChange, Recipient, Sender},
    commands,
    community::{
        change::Change,
        definition::Way,
        place::Place,
        record::{Record, RecordKind},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::{Event, EventKind},
};
use ruma::UserId;
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
            // Who joins an open group by themselves.
            Change::Invited { user, .. } if user == issuer => {}
            Change::TakedownsResumed { .. } | Change::Invited { .. } => {
                assert!(highest >= Role::Moderator);
            }
            Change::InviteFailed { .. } => assert!(highest >= Role::Admin),
            Change::Keep { record, .. } => check_record(community, issuer, record),
            Change::Forget { kind, .. } => assert!(
                highest >= Role::Moderator
                    || matches!(
                        kind,
                        RecordKind::Card
                            | RecordKind::Interview
                            | RecordKind::Waiting
                            // What is kept of themselves.
                            | RecordKind::Accepted
                            | RecordKind::Case
                            | RecordKind::Consent
                            | RecordKind::Sanction
                    ),
                "a {highest} forgets {kind:?}"
            ),
            other => panic!("a command does not change {other:?}"),
        }
    }
    if highest < Role::Moderator {
        let notes = decision
            .changes
            .iter()
            .any(|change| matches!(change, Change::Keep { .. } | Change::Forget { .. }));
        let words = decision
            .actions
            .iter()
            .any(|action| matches!(action.effect, Effect::PassOn { .. }));
        assert!(
            notes || words || decision.audit.is_empty() && decision.review.is_empty(),
            "{decision:?}"
        );
        // An answer, and to somebody of the team what is asked of them; or an invitation into an open group or a ticket that is taken down.
        assert!(decision.actions.len() <= 4, "{decision:?}");
    }
    for entry in &decision.audit {
        assert_eq!(entry.actor, *issuer);
    }
}

/// Nobody notes what is above them.
fn check_record(community: &Community, issuer: &UserId, record: &Record) {
    let highest = community.highest_role(issuer);
    match record {
        Record::Person(person) => {
            assert!(highest >= Role::Admin);
            assert!(person.role.is_none_or(|role| role < Role::Admin));
        }
        Record::Grant(grant) => {
            let own = community.role_in(issuer, &grant.place);
            assert!(grant.role <= own && grant.role < Role::Admin, "{grant:?}");
        }
        Record::Ticket(ticket) if ticket.used.is_none() => {
            assert!(ticket.role <= community.role_in(issuer, &ticket.place));
            assert!(ticket.role < Role::Admin && ticket.by == *issuer);
        }
        Record::Declared(_) | Record::Hardened(_) | Record::Campaign(_) => {
            assert!(highest >= Role::Facilitator, "{record:?}");
        }
        Record::Interview(interview) => assert_eq!(interview.user, *issuer),
        Record::Accepted(accepted) => assert_eq!(accepted.user, *issuer),
        Record::Consent(consent) => assert_eq!(consent.user, *issuer),
        Record::Away(away) => assert_eq!(away.user, *issuer),
        Record::Expiring(expiring) if highest < Role::Moderator => {
            assert_eq!(expiring.sender, Sender::Only(issuer.to_owned()));
        }
        Record::Sanction(sanction) if sanction.by == *issuer => {
            assert!(community.highest_role(&sanction.user) < highest);
        }
        // Members report, appeal and ask whether something is true.
        Record::Card(_) | Record::Ticket(_) | Record::Case(_) => {}
        _ => assert!(highest >= Role::Moderator, "a {highest} notes {record:?}"),
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each effect")]
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
                Recipient::Person(person) => {
                    person == issuer || community.highest_role(person) >= Role::Moderator
                }
            };
            let to_team =
                matches!(to, Recipient::Room(room) if Some(room) == community.admins_room());
            assert!(
                own || to_team || highest >= Role::Moderator,
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
            room,
            user,
            change: MembershipChange::Invite,
            ..
        } if user == issuer => {
            let (_, room) = snapshot.located(room).expect("a room of the community");
            let group = match &room.place {
                Place::Group(id) => community.group(id).expect("it is declared"),
                Place::Space => panic!("nobody invites themselves to the space"),
            };
            let team = community.role_in(issuer, &room.place) > Role::Member;
            assert!(team || group.ways().contains(&Way::OpenToSpace));
        }
        // Only what is said to be a ticket, by who said it.
        Effect::Redact {
            event: own,
            sender: Sender::Known(sender),
            ..
        } => assert!(*own == event.id && sender == issuer),
        Effect::HandTicket { .. } => assert!(highest >= Role::Moderator),
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
        Effect::ReadRoster { room, by, .. } => {
            assert!(highest >= Role::Admin && by == issuer && *room == event.room);
        }
        // Everybody has their own record.
        Effect::Attach {
            room,
            file: Attachment::Own(who),
        } => assert!(who == issuer && *room == event.room),
        // Whoever reports a message has it looked at.
        Effect::LookInto { .. } => {}
        Effect::CleanUp { user, .. } => {
            let user = user.as_ref().expect("a command cleans up after somebody");
            assert!(highest >= Role::Admin && community.highest_role(user) < highest);
            assert!(*user != snapshot.bot);
        }
        Effect::Attach { .. }
        | Effect::ReadList { .. }
        | Effect::Adopt { .. }
        | Effect::Upgrade { .. }
        | Effect::SetListing { .. } => assert!(highest >= Role::Admin),
        Effect::Card {
            text, locale, to, ..
        } => {
            html::assert_safe(&text.render(*locale).html);
            let to_team =
                matches!(to, Recipient::Room(room) if Some(room) == community.admins_room());
            assert!(
                to_team || highest >= Role::Moderator || *to == Recipient::Person(issuer.clone())
            );
        }
        Effect::PassOn {
            source,
            source_room,
            ..
        } => assert!(*source == event.id && *source_room == event.room),
        Effect::Move { untouchable, .. } => {
            assert!(highest >= Role::Moderator && untouchable.contains(&snapshot.bot));
        }
        other => panic!("a command does not {other:?}"),
    }
}
