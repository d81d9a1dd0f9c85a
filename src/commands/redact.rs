//! `redact`: takes a message down. For moderators, also of one group; never the message of somebody trusted as much.

use ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, matrix_uri::MatrixId};

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, matrix_id, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, Sender},
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
        fr: "supprimer",
        en: "redact",
    },
    aliases: &["effacer", "delete", "remove"],
    usage: Both {
        fr: "<lien du message> [parce que <raison>]",
        en: "<link to the message> [because <reason>]",
    },
    help: "help-redact",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::In, Clause::Because],
    examples: Both {
        fr: &[
            "https://matrix.to/#/!salon:example.org/$evenement",
            "$evenement dans secteur-est parce que nom d’un patient",
        ],
        en: &[
            "https://matrix.to/#/!room:example.org/$event",
            "$event in secteur-est because it names a patient",
        ],
    },
    run: |context, input| run(context, parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    target: Target<'a>,
    reason: Option<String>,
}

#[derive(Debug, PartialEq)]
enum Target<'a> {
    /// The message that the command replies to.
    RepliedTo,
    /// A link to a message.
    Link(String, OwnedEventId),
    /// An event id, and the group when it was named.
    Event(OwnedEventId, Option<&'a str>),
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let target = match matrix_id(input.subject) {
        Some(MatrixId::Event(room, event)) => Target::Link(room.to_string(), event),
        _ if input.subject.is_empty() => Target::RepliedTo,
        _ => match EventId::parse(input.subject) {
            Ok(event) if !input.subject.contains(char::is_whitespace) => {
                Target::Event(event, input.clause(Clause::In))
            }
            _ => return Err(Text::new("redact-not-a-message").with("words", input.subject)),
        },
    };
    Ok(Args {
        target,
        reason: input.reason(),
    })
}

fn run(context: &Context, args: Args) -> Answer {
    let community = context.community()?;
    let (id, event) = locate(context, args.target)?;
    let room = context
        .snapshot
        .rooms
        .get(&id)
        .filter(|room| room.community == community.definition.id);
    let room = room.ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))?;
    permission::has_role_in(community, context.issuer(), &room.place, Role::Moderator)?;
    let target = event.to_string();
    let effect = Effect::Redact {
        room: id.clone(),
        event,
        reason: with_reason(Text::new("redact-reason"), args.reason.as_deref()),
        locale: community.definition.locale,
        sender: Sender::NotAnyOf(untouchable(context, community, room)),
    };
    let mut entry = context.audit(community, "redact", &target, args.reason);
    entry.room = Some(id);
    let place = community.name_of(&room.place);
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![entry],
        ..Outcome::say(Text::new("redact-done").with("group", place))
    })
}

fn locate(context: &Context, target: Target) -> Result<(OwnedRoomId, OwnedEventId), Refusal> {
    let here = || match context.setting {
        Setting::Group(..) => Some(context.event.room.clone()),
        Setting::Admins(_) | Setting::Direct => None,
    };
    match target {
        Target::RepliedTo => {
            let EventKind::Content { content, .. } = &context.event.kind else {
                return Err(Text::new("redact-missing").into());
            };
            let event = content
                .pointer("/m.relates_to/m.in_reply_to/event_id")
                .and_then(|id| id.as_str());
            let event = event.and_then(|id| EventId::parse(id).ok());
            match (here(), event) {
                (Some(room), Some(event)) => Ok((room, event)),
                _ => Err(Text::new("redact-missing").into()),
            }
        }
        Target::Link(room, event) => match OwnedRoomId::try_from(room.as_str()) {
            Ok(room) => Ok((room, event)),
            Err(_) => Ok((room_of(context, &room)?, event)),
        },
        Target::Event(event, Some(group)) => Ok((room_of(context, group)?, event)),
        Target::Event(event, None) => {
            Ok((here().ok_or_else(|| Text::new("redact-which-room"))?, event))
        }
    }
}

fn room_of(context: &Context, group: &str) -> Result<OwnedRoomId, Refusal> {
    let place = Place::Group(context.group(group)?.id);
    let room = context.community()?.places.get(&place);
    room.cloned()
        .ok_or_else(|| Refusal::NotAllowed(Text::new("redact-elsewhere")))
}

/// Whose messages the issuer may not take down: the bot's, and those of who is trusted as much or more in that room. The
/// issuer's own may be.
pub(super) fn untouchable(
    context: &Context,
    community: &Community,
    room: &Room,
) -> Vec<OwnedUserId> {
    let own = community.role_in(context.issuer(), &room.place);
    let trusted = community
        .trusted()
        .filter(|user| *user != context.issuer() && community.role_in(user, &room.place) >= own);
    let mut users: Vec<OwnedUserId> = trusted
        .cloned()
        .chain([context.snapshot.bot.clone()])
        .collect();
    users.sort();
    users.dedup();
    users
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::testing::{self, effects, event, reply, say, user};

    const LINK: &str = "https://matrix.to/#/!est:example.org/$bad";

    #[test]
    fn a_link_takes_down_that_message_but_never_an_equals() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "awa",
            &format!("supprimer {LINK}?via=example.org car nom"),
        );
        let redacted = effects(&decision).find_map(|effect| match effect {
            Effect::Redact {
                room,
                event,
                sender: Sender::NotAnyOf(users),
                ..
            } => Some((room.as_str(), event.as_str(), users)),
            _ => None,
        });
        let (room, event, users) = redacted.unwrap();
        assert_eq!((room, event), ("!est:example.org", "$bad"));
        assert_eq!(
            *users,
            ["hygie", "lea", "nadia", "samir"].map(user),
            "and neither awa herself nor members"
        );
        assert_eq!(decision.audit[0].detail.as_deref(), Some("nom"));
    }

    #[test]
    fn a_groups_moderator_redacts_in_that_group_only() {
        let snapshot = testing::snapshot();
        let west = say(
            &snapshot,
            &testing::admins(),
            "awa",
            "redact https://matrix.to/#/!ouest:example.org/$bad",
        );
        assert_eq!((reply(&west).key(), west.audit.len()), ("not-allowed", 0));
        let elsewhere = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "redact https://matrix.to/#/!foreign:example.org/$bad",
        );
        assert_eq!(
            (reply(&elsewhere).key(), elsewhere.audit.len()),
            ("redact-elsewhere", 0)
        );
    }

    #[test]
    fn an_id_with_a_group_and_a_reply_in_the_group_are_enough() {
        let snapshot = testing::snapshot();
        let there = |decision: &crate::decide::Decision| {
            effects(decision).any(|it| matches!(it, Effect::Redact { room, event, .. } if room == "!est:example.org" && event == "$bad"))
        };
        assert!(there(&say(
            &snapshot,
            &testing::admins(),
            "lea",
            "supprimer $bad dans Secteur Est"
        )));
        let mut command = event("lea", "!est:example.org", "!hygie supprimer");
        if let EventKind::Content { content, .. } = &mut command.kind {
            content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$bad"}});
        }
        assert!(there(&testing::answer_to(
            &snapshot,
            &testing::east(),
            &command,
            "supprimer"
        )));
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "lea", "redact $bad")).key(),
            "redact-which-room"
        );
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "lea", "redact that")).key(),
            "redact-not-a-message"
        );
    }
}
