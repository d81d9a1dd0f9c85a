//! `ephemeral`: what is said in a group stays for a time only; or one message does. `slow`: a wait between two messages in a group.

use std::time::Duration;

use ruma::OwnedEventId;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    permission, redact,
    spec::{Both, Scope, Spec},
    words::{self, fold},
};
use crate::{
    action::{Effect, Recipient, Sender},
    community::{
        definition::{Group, GroupId},
        record::{Expiring, Record},
        role::Role,
        snapshot::Community,
    },
    event::EventKind,
    governance::deed::redeclare,
    reply::{Text, duration},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "éphémère",
        en: "ephemeral",
    },
    aliases: &[],
    usage: Both {
        fr: "[<groupe>] <durée>|jamais",
        en: "[<group>] <duration>|never",
    },
    help: "help-ephemeral",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &[
            "secteur-est 24h",
            "secteur-est 7 jours",
            "secteur-est jamais",
        ],
        en: &["secteur-est 24h", "secteur-est 7 days", "secteur-est never"],
    },
    run: |context, input| ephemeral(context, input.subject),
};

pub(super) const SLOW: Spec = Spec {
    name: Both {
        fr: "ralentir",
        en: "slow",
    },
    aliases: &["slowmode"],
    usage: Both {
        fr: "[<groupe>] <durée>|jamais",
        en: "[<group>] <duration>|never",
    },
    help: "help-slow",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[],
    examples: Both {
        fr: &["secteur-est 30s", "secteur-est jamais"],
        en: &["secteur-est 30s", "secteur-est never"],
    },
    run: |context, input| {
        let (group, time) = parse(context, input.subject)?;
        set(
            context,
            &group,
            Role::Moderator,
            time,
            "slow",
            |group, time| {
                group.slow_mode = time.map(Into::into);
            },
        )
    },
};

/// The longest wait between two messages that makes sense.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The shortest time that something stays: less nobody can read.
const SHORTEST_STAY: Duration = Duration::from_mins(1);

/// The group and the time that are said; no time for `never`.
fn parse(context: &Context, words: &str) -> Result<(GroupId, Option<Duration>), Refusal> {
    let (group, time) = split(words)?;
    let id = match (group, context.setting) {
        ("", Setting::Group(_, crate::community::place::Place::Group(id))) => id.clone(),
        ("", _) => return Err(Text::new("group-missing").into()),
        (name, _) => context.group(name)?.id,
    };
    Ok((id, time))
}

/// What is said before the time, and the time.
fn split(words: &str) -> Result<(&str, Option<Duration>), Refusal> {
    let said = words.trim();
    let (group, last) = match said.rsplit_once(char::is_whitespace) {
        Some((group, last)) => (group.trim(), last),
        None => ("", said),
    };
    if matches!(
        fold(last).as_str(),
        "jamais" | "never" | "off" | "non" | "no"
    ) {
        return Ok((group, None));
    }
    // `7 jours`: the number stands before.
    let number = group.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let (group, last) = if is_number {
        let before = group[..group.len() - number.len()].trim_end();
        (before, format!("{number} {last}"))
    } else {
        (group, last.to_owned())
    };
    match words::duration(&last) {
        Some(time) if !time.is_zero() => Ok((group, Some(time))),
        _ => Err(Text::new("ephemeral-how").code("words", said).into()),
    }
}

fn ephemeral(context: &Context, words: &str) -> Answer {
    if let Some(event) = replied_to(context) {
        return one(context, event, words);
    }
    let (group, time) = parse(context, words)?;
    if time.is_some_and(|time| time < SHORTEST_STAY) {
        return Err(Text::new("ephemeral-too-short").into());
    }
    set(
        context,
        &group,
        Role::Facilitator,
        time,
        "ephemeral",
        |group, time| {
            group.ephemeral = time.map(Into::into);
        },
    )
}

fn replied_to(context: &Context) -> Option<OwnedEventId> {
    let EventKind::Content { content, .. } = &context.event.kind else {
        return None;
    };
    let event = content.pointer("/m.relates_to/m.in_reply_to/event_id")?;
    event.as_str()?.try_into().ok()
}

/// One message goes after a time: one's own, or one that one may take down.
fn one(context: &Context, event: OwnedEventId, words: &str) -> Answer {
    let community = context.community()?;
    let (rest, time) = split(words)?;
    let (Some(time), "") = (time, rest) else {
        return Err(Text::new("ephemeral-how").code("words", words).into());
    };
    let here = context.snapshot.rooms.get(&context.event.room);
    let room = here.filter(|room| room.community == community.definition.id);
    let room = room.ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))?;
    let issuer = context.issuer();
    let sender = if community.role_in(issuer, &room.place) >= Role::Moderator {
        Sender::NotAnyOf(redact::untouchable(context, community, room))
    } else {
        Sender::Only(issuer.to_owned())
    };
    let expiring = Expiring {
        room: context.event.room.clone(),
        event,
        at: context.now.plus(time),
        sender,
    };
    let mut deed = context.deed(community);
    deed.keep(Record::Expiring(expiring));
    let done = Text::new("ephemeral-one").with("time", duration(time));
    Ok(Outcome::of(deed.decision, done))
}

/// Sets it for a group, and says so there.
fn set(
    context: &Context,
    group: &GroupId,
    needed: Role,
    time: Option<Duration>,
    what: &str,
    change: impl Fn(&mut Group, Option<Duration>),
) -> Answer {
    let community: &Community = context.community()?;
    let place = crate::community::place::Place::Group(group.clone());
    permission::has_role_in(community, context.issuer(), &place, needed)?;
    if what == "slow" && time.is_some_and(|time| time > LONGEST_WAIT) {
        return Err(Text::new("slow-too-long").into());
    }
    let mut definition = community.definition.clone();
    let Some(declared) = definition.groups.iter_mut().find(|it| it.id == *group) else {
        let name = community.name_of(&place);
        let text = Text::new("shape-always-there").with("group", name);
        return Err(Refusal::NotAllowed(text));
    };
    change(declared, time);
    let mut deed = context.deed(community);
    redeclare(&mut deed, definition);
    let detail = time.map_or_else(
        || "never".to_owned(),
        |it| crate::config::Duration::from(it).to_string(),
    );
    deed.account(context.issuer(), what, group, Some(detail));
    let key = |way: &str| match time {
        Some(_) => format!("{what}-{way}"),
        None => format!("{what}-{way}-off"),
    };
    let about = |key: String| {
        let text = Text::new(&key).with("group", community.name_of(&place));
        text.with("time", duration(time.unwrap_or_default()))
    };
    if let Some(room) = community.places.get(&place) {
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text: about(key("told")),
            locale: community.definition.locale,
            reply_to: None,
        });
    }
    Ok(Outcome::of(deed.decision, about(key("done"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, apply, effects, event, reply, say};

    fn east(snapshot: &crate::community::snapshot::Snapshot) -> Group {
        let community = testing::community(snapshot);
        community
            .group(&"secteur-est".parse().unwrap())
            .unwrap()
            .clone()
    }

    #[test]
    fn a_group_is_ephemeral_and_slow_until_it_is_not_and_it_is_told_there() {
        let mut snapshot = testing::snapshot();
        let day = Duration::from_hours(24);
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "ephemeral secteur-est 24h",
        );
        assert_eq!(reply(&decision).key(), "ephemeral-done");
        assert_eq!(
            east(&snapshot).ephemeral.map(crate::config::Duration::get),
            Some(day)
        );
        let told = effects(&decision).any(|it| matches!(it, Effect::Say { to: Recipient::Room(room), text, .. } if room == "!est:example.org" && text.key() == "ephemeral-told"));
        assert!(told);
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "ralentir secteur-est 30 s",
        );
        assert_eq!(
            east(&snapshot).slow_mode.map(crate::config::Duration::get),
            Some(Duration::from_secs(30))
        );
        for line in ["éphémère secteur-est jamais", "slow secteur-est never"] {
            apply(&mut snapshot, &testing::admins(), "lea", line);
        }
        assert_eq!(
            (east(&snapshot).ephemeral, east(&snapshot).slow_mode),
            (None, None)
        );
    }

    #[test]
    fn who_may_not_and_what_makes_no_sense_is_refused() {
        let snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("nadia", "ephemeral secteur-est 24h", "not-allowed"),
            ("ben", "slow secteur-est 30s", "not-allowed"),
            ("lea", "ephemeral secteur-est 5s", "ephemeral-too-short"),
            ("lea", "slow secteur-est 2h", "slow-too-long"),
            ("lea", "ephemeral secteur-est bientôt", "ephemeral-how"),
            ("lea", "ephemeral 24h", "group-missing"),
            ("lea", "ephemeral annonces 24h", "shape-always-there"),
        ] {
            let decision = say(&snapshot, &testing::admins(), who, line);
            assert_eq!(reply(&decision).key(), expected, "{line}");
            assert!(decision.changes.is_empty());
        }
    }

    #[test]
    fn one_message_goes_after_a_time_ones_own_or_one_that_one_may_take_down() {
        let snapshot = testing::snapshot();
        let mut expected = Vec::new();
        for who in ["ben", "awa"] {
            let mut asked = event(who, "!est:example.org", "");
            let EventKind::Content { content, .. } = &mut asked.kind else {
                panic!("it is said")
            };
            content["m.relates_to"] = serde_json::json!({"m.in_reply_to": {"event_id": "$said"}});
            let setting = Setting::Group(
                "nord".parse().unwrap(),
                crate::community::place::Place::Group("secteur-est".parse().unwrap()),
            );
            let decision =
                crate::commands::answer(&snapshot, &asked, &setting, "éphémère 24h", testing::NOW);
            let kept = decision.changes.iter().find_map(|it| match it {
                crate::community::change::Change::Keep {
                    record: Record::Expiring(kept),
                    ..
                } => Some(kept.clone()),
                _ => None,
            });
            expected.push(kept.unwrap().sender);
        }
        assert_eq!(expected[0], Sender::Only(testing::user("ben")));
        assert!(matches!(expected[1], Sender::NotAnyOf(_)));
    }
}
