//! `move`: a message that belongs in another group goes there. For who moderates both groups; never the message of somebody trusted as
//! much. The words are carried by the executor, never stored.

use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, matrix_uri::MatrixId};

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, matrix_id},
    input::{Clause, Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::Effect,
    community::{
        place::Place,
        role::Role,
        snapshot::{Community, Room},
    },
    event::EventKind,
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "déplacer",
        en: "move",
    },
    aliases: &["deplace"],
    usage: Both {
        fr: "[lien du message] vers <groupe> [parce que <raison>]",
        en: "[link to the message] to <group> [because <reason>]",
    },
    help: "help-move",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &[
            "https://matrix.to/#/!salon:example.org/$evenement vers secteur-ouest",
            "https://matrix.to/#/!salon:example.org/$evenement vers secteur-ouest parce que cela concerne l’ouest",
        ],
        en: &[
            "https://matrix.to/#/!room:example.org/$event to secteur-ouest",
            "https://matrix.to/#/!room:example.org/$event to secteur-ouest because it is about the west",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    /// The message; that which the command replies to when there is none.
    message: Option<(String, OwnedEventId)>,
    group: &'a str,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let missing = || Text::new("move-missing");
    let (first, rest) = first_word(input.subject);
    let (message, rest) = match matrix_id(first) {
        Some(MatrixId::Event(room, event)) => (Some((room.to_string(), event)), rest),
        _ => (None, input.subject),
    };
    let (preposition, group) = first_word(rest);
    let is_preposition = matches!(
        fold(preposition).as_str(),
        "to" | "vers" | "into" | "in" | "dans" | "a"
    );
    if !is_preposition || group.is_empty() {
        return Err(missing());
    }
    Ok(Args {
        message,
        group,
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let (source_room, source) = locate(context, args.message.clone())?;
    let from = context.snapshot.rooms.get(&source_room);
    let from = from.filter(|room| room.community == community.definition.id);
    let from = from.ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))?;
    let to = Place::Group(context.group(args.group)?.id);
    let name = community.name_of(&to);
    let room = community.places.get(&to);
    let target = room.and_then(|room| Some((room, context.snapshot.rooms.get(room)?)));
    let no_room = || Refusal::NotAllowed(Text::new("move-no-room").with("group", name));
    let (room, target) = target.ok_or_else(no_room)?;
    for place in [&from.place, &to] {
        permission::has_role_in(community, context.issuer(), place, Role::Moderator)?;
    }
    if *room == source_room {
        let text = Text::new("move-same").with("group", name);
        return Err(Refusal::NotAllowed(text));
    }
    if from.is_encrypted() && !target.is_encrypted() {
        let text = Text::new("move-encrypted")
            .with("from", community.name_of(&from.place))
            .with("to", name);
        return Err(Refusal::NotAllowed(text));
    }
    let mut entry = context.audit(community, "move", source.as_str(), args.reason.clone());
    entry.room = Some(source_room.clone());
    let effect = Effect::Move {
        room: room.clone(),
        source_room,
        source,
        untouchable: untouchable(context, community, from),
        only: None,
        veiled: false,
        by: context.issuer().to_owned(),
        reason: args.reason.clone(),
        locale: community.definition.locale,
    };
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![entry],
        ..Outcome::say(Text::new("move-done").with("to", name))
    })
}

pub(super) fn locate(
    context: &Context,
    message: Option<(String, OwnedEventId)>,
) -> Result<(OwnedRoomId, OwnedEventId), Refusal> {
    let missing = || Refusal::from(Text::new("move-missing"));
    if let Some((room, event)) = message {
        let room = if let Ok(room) = OwnedRoomId::try_from(room.as_str()) {
            room
        } else {
            let place = Place::Group(context.group(&room)?.id);
            let room = context.community()?.places.get(&place);
            room.cloned()
                .ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))?
        };
        return Ok((room, event));
    }
    let (Setting::Group(..), EventKind::Content { content, .. }) =
        (context.setting, &context.event.kind)
    else {
        return Err(missing());
    };
    let event = content
        .pointer("/m.relates_to/m.in_reply_to/event_id")
        .and_then(|id| EventId::parse(id.as_str()?).ok());
    Ok((context.event.room.clone(), event.ok_or_else(missing)?))
}

/// Whose messages stay: the bot's, and those of who is trusted as much as the issuer or more in that room. The issuer's own may go.
pub(super) fn untouchable(
    context: &Context,
    community: &Community,
    room: &Room,
) -> Vec<OwnedUserId> {
    let own = community.role_in(context.issuer(), &room.place);
    let trusted = community
        .trusted()
        .filter(|user| *user != context.issuer() && community.role_in(user, &room.place) >= own);
    let bot = [context.snapshot.bot.clone()];
    let mut users: Vec<OwnedUserId> = trusted.cloned().chain(bot).collect();
    users.sort();
    users.dedup();
    users
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say, user};

    const LINK: &str = "https://matrix.to/#/!est:example.org/$message";

    #[test]
    fn who_moderates_both_groups_moves_a_message_and_nobody_else() {
        let snapshot = testing::snapshot();
        let line = format!("move {LINK} to secteur-ouest because it is about the west");
        let decision = say(&snapshot, &testing::admins(), "nadia", &line);
        let moved = effects(&decision).find_map(|it| match it {
            Effect::Move {
                room,
                source,
                untouchable,
                ..
            } => Some((room.to_string(), source.to_string(), untouchable.clone())),
            _ => None,
        });
        let (room, source, untouchable) = moved.unwrap();
        assert_eq!(
            (room.as_str(), source.as_str()),
            ("!ouest:example.org", "$message")
        );
        assert!(untouchable.contains(&user("awa")) && untouchable.contains(&user("hygie")));
        assert!(!untouchable.contains(&user("ben")));
        assert_eq!(decision.audit.len(), 1);
        for (who, line, key) in [
            ("awa", line.as_str(), "not-allowed"),
            ("nadia", &format!("move {LINK} to secteur-est"), "move-same"),
            ("nadia", "déplacer vers secteur-ouest", "move-missing"),
            ("nadia", &format!("déplacer {LINK}"), "move-missing"),
            (
                "nadia",
                "move https://matrix.to/#/!other:example.org/$m to secteur-est",
                "redact-elsewhere",
            ),
        ] {
            let decision = say(&snapshot, &testing::direct(), who, line);
            assert_eq!(reply(&decision).key(), key, "{who}: {line}");
            assert!(effects(&decision).all(|it| matches!(it, Effect::Say { .. })));
        }
    }

    #[test]
    fn in_the_group_the_message_is_the_one_that_is_replied_to() {
        let snapshot = testing::snapshot();
        let line = "déplacer vers secteur-ouest";
        let mut event = testing::event("nadia", "!est:example.org", line);
        if let EventKind::Content { content, .. } = &mut event.kind {
            content["m.relates_to"] = serde_json::json!({"m.in_reply_to": {"event_id": "$said"}});
        }
        let decision = testing::answer_to(&snapshot, &testing::east(), &event, line);
        let moved = effects(&decision)
            .any(|it| matches!(it, Effect::Move { source, .. } if source.as_str() == "$said"));
        assert!(moved);
    }

    #[test]
    fn what_is_encrypted_does_not_go_where_it_is_not() {
        let mut snapshot = testing::snapshot();
        snapshot.apply(&crate::community::change::Change::State {
            room: "!est:example.org".try_into().unwrap(),
            event_type: "m.room.encryption".to_owned(),
            state_key: String::new(),
            content: serde_json::json!({"algorithm": "m.megolm.v1.aes-sha2"}),
            at: testing::NOW,
        });
        let line = format!("move {LINK} to secteur-ouest");
        let decision = say(&snapshot, &testing::admins(), "nadia", &line);
        assert_eq!(reply(&decision).key(), "move-encrypted");
    }
}
