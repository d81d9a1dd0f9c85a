//! A message in a room of a community: a command, an announcement, or something that the rules look at.

use serde_json::Value;

use super::{
    Decision, claim, pace, photos, route,
    takedown::{self, Why},
};
use crate::{
    action::Effect,
    announce,
    clock::Timestamp,
    commands::{self, Setting},
    community::change::Change,
    community::record::CaseKind,
    community::{
        definition::Kind,
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    event::Event,
    governance::{
        cases::{self, NewCase},
        deed::Deed,
        own_message,
        sanctions::{self, Breach},
    },
    moderation::{DetectedKind, RuleAction, Verdict, watch::Noticed},
    reply::Text,
};

/// A message and where it was said.
pub(super) struct Message<'a> {
    pub community: &'a Community,
    pub room: &'a Room,
    pub event: &'a Event,
    pub event_type: &'a str,
    pub content: &'a Value,
    /// What shows in what came before it.
    pub noticed: Option<&'a Noticed>,
}

/// What follows from a message; and with a first message its author is no newcomer any more.
pub(super) fn decide(snapshot: &Snapshot, message: &Message<'_>, now: Timestamp) -> Decision {
    let mut decision = follow(snapshot, message, now);
    pace::first(snapshot, message, now, &mut decision);
    pace::tone(snapshot, message, now, &mut decision);
    route::follow(snapshot, message, now, &mut decision);
    decision
}

fn follow(snapshot: &Snapshot, message: &Message<'_>, now: Timestamp) -> Decision {
    let Message {
        community,
        room,
        event,
        content,
        ..
    } = *message;
    let kind = community.kind(&room.place);
    let by_bot = event.sender == snapshot.bot;
    if !by_bot && message.event_type == "m.room.message" {
        let setting = match kind {
            Some(Kind::Admins) => Setting::Admins(community.definition.id.clone()),
            _ => Setting::Group(community.definition.id.clone(), room.place.clone()),
        };
        if let Some(line) = commands::addressed(snapshot, &setting, content) {
            // What breaks a rule breaks it in a command as well.
            let moderated = moderate(snapshot, message, now);
            return moderated
                .unwrap_or_else(|| commands::answer(snapshot, event, &setting, &line, now));
        }
    }
    if let Some(decision) = moderate(snapshot, message, now) {
        return decision;
    }
    if kind == Some(Kind::Announcements) && message.event_type == "m.room.message" {
        return announce::on_message(snapshot, community, room, event, content);
    }
    Decision::default()
}

/// What is wrong with a message.
pub(super) enum Fault {
    /// A picture or a video where none are accepted from its author.
    Photo,
    /// What the rules see in it.
    Rules(Verdict),
}

/// What is wrong with a message; `None` when it is clean, or its author exempt. The guard door asks it too, before the message exists.
pub(super) fn fault(snapshot: &Snapshot, message: &Message<'_>, now: Timestamp) -> Option<Fault> {
    let sender = &message.event.sender;
    if *sender == snapshot.bot {
        return None;
    }
    if photos::is_refused(message) {
        return Some(Fault::Photo);
    }
    if message.community.highest_role(sender) >= Role::Moderator {
        return None;
    }
    let own_room = |kind: DetectedKind, found: &str| {
        kind == DetectedKind::InviteLink && snapshot.is_own_room(found)
    };
    let (event_type, content) = (message.event_type, message.content);
    let site = message.community.site(&message.room.place, now, &own_room);
    let (key, rules) = (&snapshot.hash_key, &snapshot.rules);
    let verdict = rules.check_in(event_type, content, key, &site)?;
    Some(Fault::Rules(verdict))
}

/// What is done about a message; `None` when nothing is wrong with it.
fn moderate(snapshot: &Snapshot, message: &Message<'_>, now: Timestamp) -> Option<Decision> {
    let verdict = match fault(snapshot, message, now) {
        Some(Fault::Photo) => {
            let why = photos::why(message);
            return Some(takedown::or_ask(snapshot, message, why, now));
        }
        Some(Fault::Rules(verdict)) => Some(verdict),
        None => None,
    };
    // A leak goes before all else, and who may be in danger is heard however fast they write.
    let goes_first = |it: &Verdict| it.alert || it.action == RuleAction::Redact;
    if !verdict.as_ref().is_some_and(goes_first) {
        let noticed = message.noticed;
        if let Some(follows) = noticed.and_then(|it| pace::decide(snapshot, message, it, now)) {
            return Some(follows);
        }
        if let Some(held) = photos::hold(snapshot, message, now) {
            return Some(held);
        }
    }
    let verdict = verdict?;
    let mut decision = match verdict.action {
        RuleAction::Redact => takedown::or_ask(snapshot, message, why(message, &verdict), now),
        RuleAction::Nudge => nudge(snapshot, message, &verdict, now),
        RuleAction::Veil => veil(snapshot, message, &verdict, now),
        RuleAction::Alert | RuleAction::Allow => Decision::default(),
    };
    if verdict.alert {
        alert(snapshot, message, &verdict, now, &mut decision);
    }
    Some(decision)
}

/// Somebody may be in danger: the team is called by a case, with what to tell them. The message stays, and nobody is sanctioned for it.
fn alert(
    snapshot: &Snapshot,
    message: &Message<'_>,
    verdict: &Verdict,
    now: Timestamp,
    decision: &mut Decision,
) {
    let Message {
        community, event, ..
    } = *message;
    let cause = format!("alert/{}", event.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let new = NewCase {
        about: Some(event.sender.clone()),
        room: Some(event.room.clone()),
        event: Some(event.id.clone()),
        ..NewCase::of(CaseKind::Danger)
    };
    cases::open(&mut deed, new);
    decision.then(deed.decision);
    let rule = verdict.rule.as_str();
    let entry = takedown::entry(snapshot, message, rule, "alert", &seen(verdict));
    decision.audit.push(entry);
}

/// Why a message that breaks a rule is taken down.
pub(super) fn why(message: &Message<'_>, verdict: &Verdict) -> Why {
    let (community, sender) = (message.community, &message.event.sender);
    let group = community.name_of(&message.room.place);
    let stem = verdict.kind.text_key();
    let name = Text::new(&format!("{stem}-name"));
    Why {
        rule: verdict.rule.to_string(),
        reason: reason(verdict.kind),
        told: Text::new("redacted-you")
            .with("group", group)
            .with("rule", name.clone())
            .line(&format!("{stem}-explain"))
            .line("redacted-you-help"),
        notice: Text::new("redacted-admins")
            .with("user", sender)
            .with("group", group)
            .with("rule", name.clone())
            .with("place", place_name(verdict)),
        held: Text::new("takedown-held")
            .with("user", sender)
            .with("group", group)
            .with("rule", name.clone()),
        seen: seen(verdict),
        points: verdict.points,
        name,
    }
}

/// The reason that the homeserver keeps and shows.
pub(super) fn reason(kind: DetectedKind) -> Text {
    let rule_name = Text::new(&format!("{}-name", kind.text_key()));
    Text::new("redaction-reason").with("rule", rule_name)
}

fn nudge(
    snapshot: &Snapshot,
    message: &Message<'_>,
    verdict: &Verdict,
    now: Timestamp,
) -> Decision {
    let Message {
        community,
        room,
        event,
        ..
    } = *message;
    let stem = verdict.kind.text_key();
    let name = Text::new(&format!("{stem}-name"));
    let text = Text::new("nudged-you")
        .with("group", community.name_of(&room.place))
        .with("rule", name.clone())
        .line(&format!("{stem}-explain"));
    let text = claim::known(snapshot, message, verdict, text);
    let mut deed = Deed::new(snapshot, community, event.id.as_str(), now);
    own_message::offer(&mut deed, event, message.content, text);
    let mut decision = deed.decision;
    let for_admins = claim::for_admins(message, verdict, decision.actions.len());
    decision.actions.extend(for_admins);
    let rule = verdict.rule.as_str();
    let entry = takedown::entry(snapshot, message, rule, "nudge", &seen(verdict));
    decision.audit.push(entry);
    let breach = Breach {
        user: &event.sender,
        rule,
        name,
        points: verdict.points,
        room: &event.room,
        event: &event.id,
    };
    sanctions::follow(snapshot, community, breach, now, &mut decision);
    decision
}

/// The message goes behind a veil: its words stay in its room, and everybody chooses. Only words can be veiled: a picture stays as it is.
fn veil(snapshot: &Snapshot, message: &Message<'_>, verdict: &Verdict, now: Timestamp) -> Decision {
    let Message {
        community,
        event,
        content,
        ..
    } = *message;
    let mut decision = Decision::default();
    let edited = announce::edited(content);
    let said = content
        .get("m.new_content")
        .filter(|_| edited.is_some())
        .unwrap_or(content);
    let msgtype = said.get("msgtype").and_then(Value::as_str);
    let is_words = matches!(msgtype, Some("m.text" | "m.notice" | "m.emote"));
    if !is_words || community.must_ask_before_takedown(now) {
        return decision;
    }
    let id = &community.definition.id;
    decision.act(
        event.id.as_str(),
        Some(id),
        Effect::Move {
            room: event.room.clone(),
            source_room: event.room.clone(),
            source: edited.unwrap_or_else(|| event.id.clone()),
            untouchable: vec![snapshot.bot.clone()],
            only: Some(event.sender.clone()),
            veiled: true,
            by: event.sender.clone(),
            reason: verdict.topic.clone(),
            locale: community.definition.locale,
        },
    );
    decision.changes.push(Change::TookDown {
        community: id.clone(),
        at: now,
    });
    let rule = verdict.rule.as_str();
    let entry = takedown::entry(snapshot, message, rule, "veil", &seen(verdict));
    decision.audit.push(entry);
    decision
}

fn place_name(verdict: &Verdict) -> Text {
    let place = verdict
        .hits
        .first()
        .map_or(crate::moderation::Place::Body, |hit| hit.place);
    Text::new(place.text_key())
}

/// What was seen, without it.
fn seen(verdict: &Verdict) -> String {
    let kinds = verdict
        .hits
        .iter()
        .map(|hit| format!("{} in {} #{}", hit.kind.text_key(), hit.place, hit.hash));
    kinds.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        action::Recipient,
        community::{
            record::{Active, Record},
            snapshot::tests::settled,
        },
        event::EventKind,
    };

    const LEAK: &str = "la patiente 2 69 05 49 588 157 80 est rentrée";

    fn said(sender: &str, id: &str, body: &str) -> Event {
        Event {
            id: id.try_into().unwrap(),
            room: "!est:s".try_into().unwrap(),
            sender: sender.try_into().unwrap(),
            at: Timestamp(5),
            kind: EventKind::Content {
                event_type: "m.room.message".to_owned(),
                content: json!({"msgtype": "m.text", "body": body}),
            },
        }
    }

    fn decided(snapshot: &Snapshot, event: &Event, now: Timestamp) -> Decision {
        crate::decide::decide(snapshot, event, now)
    }

    fn names(decision: &Decision) -> Vec<&str> {
        let actions = decision.actions.iter();
        actions.map(|action| action.effect.name()).collect()
    }

    #[test]
    fn a_leak_is_taken_down_first_and_nothing_that_is_kept_repeats_it() {
        let decision = decided(&settled(), &said("@member:s", "$1", LEAK), Timestamp(9));
        assert_eq!(names(&decision), ["redact", "say", "say"]);
        let actions = serde_json::json!(decision.actions).to_string();
        let kept = format!("{actions} {:?}", decision.audit);
        assert!(
            !kept.contains("588") && !kept.contains("patiente"),
            "{kept}"
        );
    }

    #[test]
    fn somebody_who_may_be_in_danger_keeps_their_words_and_the_team_is_called() {
        let body = "je n’en peux plus, je vais me suicider ce soir";
        let mut snapshot = settled();
        let decision = decided(&snapshot, &said("@member:s", "$1", body), Timestamp(9));
        assert_eq!(names(&decision), ["card"]);
        let Effect::Card { to, text, card, .. } = &decision.actions[0].effect else {
            panic!("it is shown");
        };
        assert_eq!(*to, Recipient::Room("!admins:s".try_into().unwrap()));
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        let (_, community) = snapshot.communities.iter().next().unwrap();
        let shown = crate::governance::cards::in_full(community, card, text).unwrap();
        let shown = shown.plain(crate::reply::Locale::Fr);
        for part in ["peut-être en danger", "3114", "@member:s", "suivre"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(decision.audit.iter().any(|it| it.action == "alert"));
        let kept = format!(
            "{} {:?}",
            serde_json::json!(decision.actions),
            decision.audit
        );
        assert!(!kept.contains("suicider"), "{kept}");
        let both = format!("{body} {LEAK}");
        let decision = decided(&settled(), &said("@member:s", "$1", &both), Timestamp(9));
        assert_eq!(names(&decision), ["redact", "say", "say", "card"]);
    }

    #[test]
    fn an_announcement_that_mentions_the_bot_is_relayed_and_a_command_is_not() {
        let announced = |body: &str| {
            let mut event = said("@samir:s", "$1", body);
            event.room = "!announcements:s".try_into().unwrap();
            if let EventKind::Content { content, .. } = &mut event.kind {
                content["m.mentions"] = json!({"user_ids": ["@hygie:s"]});
            }
            decided(&settled(), &event, Timestamp(9))
        };
        let about = announced("Écrivez à @hygie:s pour choisir votre langue");
        assert_eq!(names(&about), ["copy", "copy"]);
        assert_eq!(names(&announced("!hygie aide")), ["say"]);
    }

    #[test]
    fn thanks_for_a_copy_are_not_answered_in_a_group() {
        let mut event = said("@samir:s", "$1", "Annonce bien reçue");
        if let EventKind::Content { content, .. } = &mut event.kind {
            content["m.mentions"] = json!({"user_ids": ["@hygie:s"]});
            content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$copy"}});
        }
        let decision = decided(&lately_seen(), &event, Timestamp(9));
        assert_eq!(decision, Decision::default());
    }

    /// [`settled`], and of the team it is noted already that they are there.
    fn lately_seen() -> Snapshot {
        let mut snapshot = settled();
        for user in ["@samir:s", "@zoe:s", "@awa:s"] {
            let user = user.try_into().unwrap();
            let at = Timestamp(5);
            let active = Record::Active(Active { user, at });
            snapshot.apply(&Change::keep(&"nord".parse().unwrap(), active));
        }
        snapshot
    }

    #[test]
    fn a_clean_message_and_the_team_cost_nothing() {
        let snapshot = lately_seen();
        let clean = said("@member:s", "$1", "bonjour à toutes et à tous");
        assert_eq!(
            decided(&snapshot, &clean, Timestamp(9)),
            Decision::default()
        );
        for sender in ["@samir:s", "@zoe:s", "@awa:s", "@hygie:s"] {
            let decision = decided(&snapshot, &said(sender, "$1", LEAK), Timestamp(9));
            assert_eq!(decision, Decision::default(), "{sender}");
        }
    }

    #[test]
    fn beyond_so_many_takedowns_within_the_hour_a_human_is_asked_once_and_shown_each() {
        let mut snapshot = settled();
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 2;
        let mut asked = Vec::new();
        for (number, at) in [1_000, 2_000, 3_000, 4_000].into_iter().enumerate() {
            let event = said("@member:s", &format!("${number}"), LEAK);
            let decision = decided(&snapshot, &event, Timestamp(at));
            decision
                .changes
                .iter()
                .for_each(|change| snapshot.apply(change));
            assert_eq!(
                names(&decision)[0],
                if number < 2 { "redact" } else { "say" }
            );
            asked.push(decision.actions[0].id.clone());
        }
        assert_eq!(asked[2], asked[3], "the same question, not another one");
        let later = Timestamp(2_000 + 3_600_000);
        let event = said("@member:s", "$later", LEAK);
        assert_eq!(names(&decided(&snapshot, &event, later))[0], "redact");
    }
}
