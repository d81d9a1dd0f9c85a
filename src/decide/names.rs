//! What people and rooms are called: display names, names and topics of rooms, which everybody reads, also who only looks at an invitation.
//!
//! **A display name** lives in the profile, and in the state of each room that somebody is in. Redacting the state event takes it out of the room (the
//! membership stays, clients show the id), and out of the timeline, where it says «X is now called …»; the profile brings it back with the next
//! change. So a name that must not stand anywhere is redacted in every room, and its owner is told, once, to change the profile: that is the remedy.
//! A name that is only doubtful stays. Nobody is sanctioned for it.
//!
//! **A room's name or topic** is redacted where it must not stand; the review that follows puts back what the community decided.

use ruma::{OwnedUserId, UserId};
use serde_json::{Value, json};

use super::{AuditEntry, Decision, message, takedown::to_admins};
use crate::{
    action::{Action, ActionId, Effect, Recipient, Sender},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::Event,
    moderation::{DetectedKind, RuleAction, Verdict},
    reply::Text,
};

/// Where an event stands, and when it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub snapshot: &'a Snapshot,
    pub community: &'a Community,
    pub room: &'a Room,
    pub event: &'a Event,
    pub now: Timestamp,
}

impl Seen<'_> {
    fn verdict(&self, event_type: &str, content: &Value) -> Option<Verdict> {
        let Self { snapshot, .. } = self;
        let own_room = |kind: DetectedKind, found: &str| {
            kind == DetectedKind::InviteLink && snapshot.is_own_room(found)
        };
        let site = self.community.site(&self.room.place, self.now, &own_room);
        let rules = &snapshot.rules;
        rules.check_in(event_type, content, &snapshot.hash_key, &site)
    }

    fn audit(&self, verdict: &Verdict, action: &str, target: String) -> AuditEntry {
        let hits = verdict.hits.iter();
        let kinds =
            hits.map(|hit| format!("{} in {} #{}", hit.kind.text_key(), hit.place, hit.hash));
        AuditEntry {
            community: self.community.definition.id.clone(),
            room: Some(self.event.room.clone()),
            actor: self.snapshot.bot.clone(),
            action: action.to_owned(),
            target: Some(target),
            rule: Some(verdict.rule.to_string()),
            detail: Some(format!(
                "{}: {}",
                self.event.id,
                kinds.collect::<Vec<_>>().join(", ")
            )),
        }
    }

    /// The event's redaction, first of everything; nothing where so much was taken down that a human must look first.
    fn take_away(&self, verdict: &Verdict, decision: &mut Decision) -> bool {
        if verdict.action != RuleAction::Redact || self.community.must_ask_before_takedown(self.now)
        {
            return false;
        }
        let id = &self.community.definition.id;
        let effect = Effect::Redact {
            room: self.event.room.clone(),
            event: self.event.id.clone(),
            reason: message::reason(verdict.kind),
            locale: self.community.definition.locale,
            sender: Sender::Known(self.event.sender.clone()),
        };
        decision.actions.push(Action {
            id: ActionId::derive(&format!("name/{}", self.event.id), 0),
            community: Some(id.clone()),
            effect,
        });
        decision.changes.push(Change::TookDown {
            community: id.clone(),
            at: self.now,
        });
        true
    }

    /// Says something to somebody, once for each cause.
    fn tell(&self, cause: &str, user: &UserId, text: Text) -> Action {
        Action {
            id: ActionId::derive(cause, 0),
            community: Some(self.community.definition.id.clone()),
            effect: Effect::Say {
                to: Recipient::Person(user.to_owned()),
                locale: self.snapshot.locale_in(user, self.community),
                text,
                reply_to: None,
            },
        }
    }
}

fn rule_name(verdict: &Verdict) -> Text {
    Text::new(&format!("{}-name", verdict.kind.text_key()))
}

/// What the rules make of the name that somebody goes by from now on; `None` when it is clean, known, or somebody's of the team.
pub(super) fn of_member(seen: &Seen<'_>, user: &UserId, content: &Value) -> Option<Verdict> {
    let name = content.get("displayname").and_then(Value::as_str)?;
    let membership = content.get("membership").and_then(Value::as_str);
    let joined = membership.map(Membership::parse) == Some(Membership::Join);
    if !joined || user == seen.snapshot.bot || seen.community.highest_role(user) >= Role::Moderator
    {
        return None;
    }
    // Whoever changes their name changes it in every room; what was looked at in one was looked at.
    let known = |room: &Room| {
        let member = room.members.get(user);
        member.and_then(|it| it.display_name.as_deref()) == Some(name)
    };
    let rooms = seen.community.places.values();
    let mut rooms = rooms.filter_map(|id| seen.snapshot.rooms.get(id));
    if known(seen.room) || rooms.any(known) {
        return None;
    }
    seen.verdict("m.room.member", content)
}

/// What follows from a name that a rule speaks about. Gives whether it was taken away: then it is kept nowhere.
pub(super) fn on_member(
    seen: &Seen<'_>,
    user: &OwnedUserId,
    verdict: &Verdict,
    decision: &mut Decision,
) -> bool {
    let removed = seen.take_away(verdict, decision);
    let done = if removed { "redact" } else { "nudge" };
    decision
        .audit
        .push(seen.audit(verdict, done, user.to_string()));
    let community = seen.community;
    let hash = verdict.hits.first().map_or("", |hit| hit.hash.as_str());
    let cause = format!("name/{}/{user}/{hash}", community.definition.id);
    let admins = |key: &str| {
        let text = Text::new(key)
            .with("user", user)
            .with("rule", rule_name(verdict));
        to_admins(community, &cause, text, 1)
    };
    if verdict.alert {
        decision.actions.extend(admins("name-danger"));
        if verdict.action == RuleAction::Alert {
            return removed;
        }
    }
    let mut told = Text::new("name-told")
        .with("community", community.definition.name.as_str())
        .with("rule", rule_name(verdict));
    if removed {
        told = told.line("name-told-removed");
    }
    decision.actions.push(seen.tell(&cause, user, told));
    if !verdict.alert {
        let key = if removed {
            "name-admins-removed"
        } else {
            "name-admins"
        };
        decision.actions.extend(admins(key));
    }
    removed
}

/// What follows from a name or a topic that somebody gave a room, when a rule speaks about it. Gives whether it was taken away.
pub(super) fn on_room(seen: &Seen<'_>, content: &Value, decision: &mut Decision) -> bool {
    let event_type = seen.event.event_type();
    if !matches!(event_type, "m.room.name" | "m.room.topic") {
        return false;
    }
    let Some(verdict) = seen.verdict(event_type, content) else {
        return false;
    };
    if verdict.action == RuleAction::Alert {
        return false;
    }
    let removed = seen.take_away(&verdict, decision);
    let group = seen.community.name_of(&seen.room.place);
    let place = match event_type {
        "m.room.name" => "place-room-name",
        _ => "place-topic",
    };
    let said = |key: &str| {
        Text::new(key)
            .with("place", Text::new(place))
            .with("group", group)
            .with("rule", rule_name(&verdict))
    };
    let author = &seen.event.sender;
    let cause = format!("room-text/{}", seen.event.id);
    let key = if removed {
        "room-text-told"
    } else {
        "room-text-nudged"
    };
    decision.actions.push(seen.tell(&cause, author, said(key)));
    if removed {
        let text = said("room-text-admins").with("user", author);
        decision
            .actions
            .extend(to_admins(seen.community, &cause, text, 1));
    }
    let done = if removed { "redact" } else { "nudge" };
    decision
        .audit
        .push(seen.audit(&verdict, done, event_type.to_owned()));
    if removed {
        // What is left of a redacted topic; what was in it is kept nowhere, and the review sees that it is not what should be there.
        decision.changes.push(Change::State {
            room: seen.event.room.clone(),
            event_type: event_type.to_owned(),
            state_key: String::new(),
            content: json!({}),
            at: seen.event.at,
        });
        let community = seen.community.definition.id.clone();
        decision.review.insert(community);
    }
    removed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{community::snapshot::tests::settled, event::EventKind};

    const LEAK: &str = "Luc 06 12 34 56 78";

    fn state(room: &str, event_type: &str, (sender, key): (&str, &str), content: Value) -> Event {
        Event {
            id: format!("${room}{event_type}").as_str().try_into().unwrap(),
            room: format!("!{room}:s").try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::State {
                event_type: event_type.to_owned(),
                state_key: key.to_owned(),
                content,
            },
        }
    }

    fn happens(snapshot: &mut Snapshot, event: &Event) -> Decision {
        let decision = crate::decide::decide(snapshot, event, Timestamp(9));
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        decision
    }

    fn called(snapshot: &mut Snapshot, room: &str, who: &str, name: &str) -> Decision {
        let content = json!({"membership": "join", "displayname": name});
        happens(snapshot, &state(room, "m.room.member", (who, who), content))
    }

    fn said(decision: &Decision) -> Vec<(&str, ActionId)> {
        let actions = decision.actions.iter();
        let said = actions.map(|it| match &it.effect {
            Effect::Say { text, .. } => (text.key(), it.id.clone()),
            other => (other.name(), it.id.clone()),
        });
        said.collect()
    }

    fn keys(decision: &Decision) -> Vec<&str> {
        said(decision).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn a_name_that_leaks_goes_from_every_room_and_is_told_once() {
        let mut snapshot = settled();
        let first = called(&mut snapshot, "est", "@member:s", LEAK);
        assert_eq!(keys(&first), ["redact", "name-told", "name-admins-removed"]);
        let second = called(&mut snapshot, "ouest", "@member:s", LEAK);
        assert_eq!(keys(&second), keys(&first));
        assert_ne!(said(&first)[0], said(&second)[0], "each room has its event");
        assert_eq!(said(&first)[1..], said(&second)[1..], "told once");
        let kept = format!("{first:?} {:?}", snapshot.rooms);
        assert!(!kept.contains("06 12 34"), "{kept}");
    }

    #[test]
    fn a_doubtful_name_is_asked_about_once_and_stays() {
        let mut snapshot = settled();
        let doubtful = "voir bit.ly/3abc";
        let first = called(&mut snapshot, "est", "@member:s", doubtful);
        assert_eq!(keys(&first), ["name-told", "name-admins"]);
        assert_eq!(
            keys(&called(&mut snapshot, "ouest", "@member:s", doubtful)),
            Vec::<&str>::new()
        );
        assert_eq!(
            keys(&called(&mut snapshot, "est", "@member:s", doubtful)),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn clean_names_and_the_team_are_left_alone() {
        let mut snapshot = settled();
        for (who, name) in [
            ("@member:s", "Luc Durand"),
            ("@samir:s", LEAK),
            ("@hygie:s", LEAK),
        ] {
            assert_eq!(
                keys(&called(&mut snapshot, "est", who, name)),
                Vec::<&str>::new(),
                "{who}"
            );
        }
        let content = json!({"membership": "leave", "displayname": LEAK});
        let left = state("est", "m.room.member", ("@member:s", "@member:s"), content);
        assert!(!keys(&happens(&mut snapshot, &left)).contains(&"redact"));
    }

    #[test]
    fn a_topic_that_leaks_is_taken_away_and_put_back_and_repeated_to_nobody() {
        let mut snapshot = settled();
        let content = json!({"topic": "Appelez le 06 12 34 56 78"});
        let event = state("est", "m.room.topic", ("@samir:s", ""), content);
        let decision = happens(&mut snapshot, &event);
        assert_eq!(
            keys(&decision),
            ["redact", "room-text-told", "room-text-admins"]
        );
        let kept = format!("{decision:?} {:?}", snapshot.rooms);
        assert!(!kept.contains("06 12 34"), "{kept}");
        let mended = crate::decide::review(&snapshot, &"nord".parse().unwrap(), Timestamp(9));
        assert_eq!(keys(&mended), ["set_state"]);
    }

    #[test]
    fn what_the_community_declared_is_no_leak() {
        let mut snapshot = settled();
        let mut communities = snapshot.communities.values_mut();
        let mut definition = communities.next().unwrap().definition.clone();
        let est = definition
            .groups
            .iter_mut()
            .find(|it| it.id.as_str() == "est");
        est.unwrap().topic = "Accueil : 01 42 34 56 78".to_owned();
        let change = snapshot
            .communities
            .values()
            .next()
            .unwrap()
            .redeclared(definition);
        snapshot.apply(&change);
        let content = json!({"topic": "Accueil : 01 42 34 56 78"});
        let event = state("est", "m.room.topic", ("@samir:s", ""), content);
        assert_eq!(keys(&happens(&mut snapshot, &event)), Vec::<&str>::new());
    }
}
