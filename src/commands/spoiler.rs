//! `spoiler`: a message stays in its group, behind a veil that readers lift themselves. For its author; for others' messages by who moderates the group.
//! The words are carried by the executor, never stored.

use super::{
    context::{Answer, Context, Outcome, Refusal, matrix_id},
    input::{Clause, Input},
    move_message::{locate, untouchable},
    spec::{Both, Scope, Spec},
};
use crate::{action::Effect, community::role::Role, reply::Text};
use ruma::{OwnedEventId, matrix_uri::MatrixId};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "voiler",
        en: "spoiler",
    },
    aliases: &["voile", "veil"],
    usage: Both {
        fr: "[lien du message] [parce que <sujet>]",
        en: "[link to the message] [because <subject>]",
    },
    help: "help-spoiler",
    role: Role::Member,
    scope: Scope::Group,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &[
            "https://matrix.to/#/!salon:example.org/$evenement parce que récit d’une réanimation",
        ],
        en: &["https://matrix.to/#/!room:example.org/$event because an account of a resuscitation"],
    },
    run,
};

fn run(context: &Context, input: &Input) -> Answer {
    let community = context.community()?;
    let (source_room, source) = locate(context, message(input)?)?;
    let room = context.snapshot.rooms.get(&source_room);
    let room = room.filter(|room| room.community == community.definition.id);
    let room = room.ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))?;
    let moderates = community.role_in(context.issuer(), &room.place) >= Role::Moderator;
    if !moderates && !room.joined(context.issuer()) {
        return Err(Refusal::NotAllowed(Text::new("redact-elsewhere")));
    }
    let subject = input.reason();
    let mut entry = context.audit(community, "spoiler", source.as_str(), subject.clone());
    entry.room = Some(source_room.clone());
    let effect = Effect::Move {
        room: source_room.clone(),
        source_room,
        source,
        untouchable: untouchable(context, community, room),
        only: (!moderates).then(|| context.issuer().to_owned()),
        veiled: true,
        by: context.issuer().to_owned(),
        reason: subject,
        locale: community.definition.locale,
    };
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![entry],
        ..Outcome::say(Text::new("spoiler-done"))
    })
}

fn message(input: &Input) -> Result<Option<(String, OwnedEventId)>, Refusal> {
    match matrix_id(input.subject) {
        Some(MatrixId::Event(room, event)) => Ok(Some((room.to_string(), event))),
        _ if input.subject.is_empty() => Ok(None),
        _ => Err(Text::new("redact-not-a-message")
            .with("words", input.subject)
            .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say, user};

    const LINK: &str = "https://matrix.to/#/!est:example.org/$message";

    #[test]
    fn one_veils_ones_own_message_and_a_moderator_anybodys() {
        let snapshot = testing::snapshot();
        for (who, only) in [("ben", Some(user("ben"))), ("nadia", None)] {
            let line = format!("spoiler {LINK} because a hard story");
            let decision = say(&snapshot, &testing::direct(), who, &line);
            assert_eq!(reply(&decision).key(), "spoiler-done", "{who}");
            let veiled = effects(&decision).find_map(|it| match it {
                Effect::Move {
                    only, veiled: true, ..
                } => Some(only.clone()),
                _ => None,
            });
            assert_eq!(veiled, Some(only), "{who}");
        }
        for (line, key) in [
            ("voiler", "move-missing"),
            ("voiler ceci", "redact-not-a-message"),
            (
                "voiler https://matrix.to/#/!other:example.org/$m",
                "redact-elsewhere",
            ),
        ] {
            let decision = say(&snapshot, &testing::direct(), "ben", line);
            assert_eq!(reply(&decision).key(), key, "{line}");
        }
    }
}
