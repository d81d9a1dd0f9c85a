//! What only shows in what came before: too many messages at once, the same everywhere, too soon, again what the team took down, too many people
//! at once, a first message that is no word. [`Watch`](crate::moderation::watch::Watch) looks back; here is decided what follows.

use serde_json::Value;

use super::{
    AuditEntry, Decision,
    message::Message,
    takedown::{self, Why},
};
use crate::{
    action::{Effect, Recipient, Sender},
    clock::Timestamp,
    community::{
        change::{Change, Lockdown},
        definition::{FirstMessage, Kind, Locale},
        place::Place,
        record::{CaseKind, Record, RecordKind, Removed},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::Event,
    governance::{
        cases::{self, NewCase},
        deed::Deed,
    },
    moderation::{
        Print,
        watch::{Noticed, Twin},
    },
    reply::{Text, moment},
};

/// The names under which they stand in the audit log, where rules do; the texts begin with `pace-` and the name.
const NAMES: [&str; 5] = ["flood", "repeats", "slow-mode", "removed", "first-message"];

/// How many prints of what was taken down are kept at most.
const MOST_REMOVED: usize = 1_000;

/// What follows from a message about which something was noticed.
pub(super) fn decide(
    snapshot: &Snapshot,
    message: &Message<'_>,
    noticed: &Noticed,
    now: Timestamp,
) -> Option<Decision> {
    let pace = &message.community.definition.pace;
    let (name, points) = match noticed {
        Noticed::Flood => ("flood", pace.flood.points),
        Noticed::Repeated(_) => ("repeats", pace.repeats.points),
        Noticed::TooSoon => ("slow-mode", 0),
        Noticed::Removed => ("removed", pace.repeats.points),
        Noticed::Wave | Noticed::Tone(_) => return None,
    };
    let mut decision = takedown::or_ask(snapshot, message, why(message, name, points), now);
    let stays = message.community.must_ask_before_takedown(now);
    if let (Noticed::Repeated(twins), false) = (noticed, stays) {
        take_down(
            message.community,
            twins,
            "pace-repeats-reason",
            &mut decision,
        );
    }
    Some(decision)
}

/// Why such a message is taken down.
fn why(message: &Message<'_>, name: &str, points: u32) -> Why {
    let group = message.community.name_of(&message.room.place);
    let sender = &message.event.sender;
    let rule = Text::new(&format!("pace-{name}-name"));
    let about = |key: &str| {
        let text = Text::new(key).with("user", sender).with("group", group);
        text.with("rule", rule.clone())
    };
    Why {
        rule: name.to_owned(),
        reason: Text::new(&format!("pace-{name}-reason")),
        told: Text::new(&format!("pace-{name}-told")).with("group", group),
        notice: about("pace-admins"),
        held: about("takedown-held"),
        seen: String::new(),
        points,
        name: rule,
    }
}

/// Why a message is gone, by what the bot gave as its reason.
pub(super) fn by_reason(message: &Message<'_>, reason: &str) -> Option<Why> {
    let pace = &message.community.definition.pace;
    let name = NAMES.into_iter().find(|name| {
        let own = Text::new(&format!("pace-{name}-reason"));
        [Locale::Fr, Locale::En]
            .map(|it| own.plain(it))
            .contains(&reason.to_owned())
    })?;
    let points = match name {
        "flood" => pace.flood.points,
        "repeats" | "removed" => pace.repeats.points,
        _ => 0,
    };
    Some(why(message, name, points))
}

fn take_down(community: &Community, twins: &[Twin], reason: &str, decision: &mut Decision) {
    for twin in twins {
        let cause = format!("twin/{}", twin.event);
        let mut one = Decision::default();
        one.act(
            &cause,
            Some(&community.definition.id),
            Effect::Redact {
                room: twin.room.clone(),
                event: twin.event.clone(),
                reason: Text::new(reason),
                locale: community.definition.locale,
                sender: Sender::Known(twin.user.clone()),
            },
        );
        decision.actions.append(&mut one.actions);
    }
}

/// Somebody of the team has taken down a message: the same in other groups goes too, and what is written like it from now on.
pub(super) fn removed(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    (original, print): (&ruma::EventId, Print),
    twins: &[Twin],
    now: Timestamp,
) -> Decision {
    let mut decision = Decision::default();
    let id = &community.definition.id;
    if community.definition.pace.removed_for.get().is_zero() {
        return decision;
    }
    let ours = |user: &ruma::UserId| {
        *user == snapshot.bot || community.highest_role(user) >= Role::Moderator
    };
    let twins: Vec<Twin> = twins.iter().filter(|it| !ours(&it.user)).cloned().collect();
    take_down(community, &twins, "pace-removed-reason", &mut decision);
    let record = Removed {
        event: original.to_owned(),
        print,
        at: now,
    };
    let known = &community.records.removed;
    if known.len() >= MOST_REMOVED
        && let Some((oldest, _)) = known.iter().min_by_key(|(_, it)| it.at)
    {
        decision
            .changes
            .push(Change::forget(id, RecordKind::Removed, oldest.as_str()));
    }
    decision
        .changes
        .push(Change::keep(id, Record::Removed(record)));
    if !twins.is_empty() {
        let count = i64::try_from(twins.len()).unwrap_or(i64::MAX);
        let notice = Text::new("pace-twins").with("count", count);
        let cause = format!("twins/{original}");
        decision
            .actions
            .extend(takedown::to_admins(community, &cause, notice, 0));
        decision.audit.push(AuditEntry {
            community: id.clone(),
            room: Some(event.room.clone()),
            actor: event.sender.clone(),
            action: "redact-twins".to_owned(),
            target: None,
            rule: Some("removed".to_owned()),
            detail: Some(format!("{count} like {original}")),
        });
    }
    decision
}

/// A first message by somebody who has come in: from then on they are not new. One that is a picture, a file or a link is answered.
pub(super) fn first(
    snapshot: &Snapshot,
    message: &Message<'_>,
    now: Timestamp,
    decision: &mut Decision,
) {
    let Message {
        community,
        event,
        content,
        ..
    } = *message;
    let sender = &event.sender;
    if message.event_type == "m.reaction" || !community.records.arrived.contains_key(sender) {
        return;
    }
    let id = &community.definition.id;
    let gone = decision
        .actions
        .iter()
        .any(|it| matches!(&it.effect, Effect::Redact { event: own, .. } if *own == event.id));
    let wanted = community.definition.pace.first_message;
    if !gone && wanted != FirstMessage::Allow && (is_media(content) || has_link(content)) {
        if wanted == FirstMessage::Redact {
            let why = why(message, "first-message", 0);
            let own = takedown::or_ask(snapshot, message, why, now);
            decision.actions.extend(own.actions);
            decision.changes.extend(own.changes);
            decision.audit.extend(own.audit);
        } else {
            let cause = format!("first/{}", event.id);
            let mut own = Decision::default();
            let notice = Text::new("pace-first-message-admins")
                .with("user", sender)
                .with("group", community.name_of(&message.room.place));
            let text = Text::new("pace-first-message-nudge")
                .with("group", community.name_of(&message.room.place));
            own.act(
                &cause,
                Some(id),
                takedown::to_author(snapshot, message, text),
            );
            let notice = takedown::to_admins(community, &cause, notice, 1);
            decision.actions.append(&mut own.actions);
            decision.actions.extend(notice);
            let entry = takedown::entry(snapshot, message, "first-message", "nudge", "");
            decision.audit.push(entry);
        }
    }
    let over = Change::forget(id, RecordKind::Arrived, sender.as_str());
    decision.changes.push(over);
}

/// The tone between two people has risen: somebody of the team looks. It is told where everybody reads, not where the team or a mediation does.
pub(super) fn tone(
    snapshot: &Snapshot,
    message: &Message<'_>,
    now: Timestamp,
    decision: &mut Decision,
) {
    let Message {
        community,
        room,
        event,
        ..
    } = *message;
    let kind = community.kind(&room.place);
    let (Some(Noticed::Tone(other)), false) = (
        message.noticed,
        matches!(kind, Some(Kind::Admins | Kind::Mediation)),
    ) else {
        return;
    };
    let cause = format!("tone/{}", event.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let new = NewCase {
        about: Some(event.sender.clone()),
        with: Some(other.clone()),
        room: Some(event.room.clone()),
        event: Some(event.id.clone()),
        ..NewCase::of(CaseKind::Tone)
    };
    cases::open(&mut deed, new);
    decision.then(deed.decision);
}

fn is_media(content: &Value) -> bool {
    matches!(
        content.get("msgtype").and_then(Value::as_str),
        Some("m.image" | "m.video" | "m.file" | "m.audio")
    )
}

fn has_link(content: &Value) -> bool {
    let body = content.get("body").and_then(Value::as_str).unwrap_or("");
    let lower = body.to_ascii_lowercase();
    let mut links = lower.match_indices("http").map(|(at, _)| &lower[at..]);
    links.any(|rest| {
        let host = rest
            .strip_prefix("https://")
            .or(rest.strip_prefix("http://"));
        host.is_some_and(|host| !host.starts_with("matrix.to/"))
    })
}

/// Too many people have come in at once: where they did, only the team writes for a while.
pub(super) fn wave(
    snapshot: &Snapshot,
    (community, room, event): (&Community, &Room, &Event),
    now: Timestamp,
    decision: &mut Decision,
) {
    let definition = &community.definition;
    let until = now.plus(definition.pace.wave.lock_for.get());
    let places: Vec<&Place> = match &room.place {
        Place::Space => community.places.keys().collect(),
        place @ Place::Group(_) => vec![place],
    };
    let mut locked = Vec::new();
    for place in places {
        let kind = community.kind(place);
        if matches!(kind, None | Some(Kind::Admins | Kind::Announcements))
            || community.lockdowns.contains_key(place)
        {
            continue;
        }
        let Some(id) = community.places.get(place) else {
            continue;
        };
        let prior = snapshot
            .rooms
            .get(id)
            .and_then(|room| room.state("m.room.power_levels", "").cloned());
        let Some(prior) = prior else { continue };
        let cause = format!("wave/{place}/{}", event.id);
        let told = Text::new("lockdown-told").with("until", moment(until, &definition.timezone));
        let mut one = Decision::default();
        one.act(
            &cause,
            Some(&definition.id),
            Effect::Say {
                to: Recipient::Room(id.clone()),
                text: told.line("pace-wave-told"),
                locale: definition.locale,
                reply_to: None,
            },
        );
        decision.actions.append(&mut one.actions);
        decision.changes.push(Change::Locked(Lockdown {
            community: definition.id.clone(),
            place: place.clone(),
            until,
            by: snapshot.bot.clone(),
            prior,
        }));
        decision.audit.push(AuditEntry {
            community: definition.id.clone(),
            room: Some(id.clone()),
            actor: snapshot.bot.clone(),
            action: "lockdown".to_owned(),
            target: Some(place.to_string()),
            rule: Some("wave".to_owned()),
            detail: Some(format!("until {until}")),
        });
        locked.push(community.name_of(place));
    }
    if locked.is_empty() {
        return;
    }
    let prefix = format!("!{}", snapshot.bot.localpart());
    let notice = Text::new("pace-wave-admins")
        .with("count", i64::from(definition.pace.wave.people))
        .with("groups", locked.join(", "))
        .with("until", moment(until, &definition.timezone))
        .code("command", format!("{prefix} unlock all"));
    let cause = format!("wave/{}", event.id);
    decision
        .actions
        .extend(takedown::to_admins(community, &cause, notice, 0));
    decision.review.insert(definition.id.clone());
}

#[cfg(test)]
mod tests;
