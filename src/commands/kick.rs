//! `kick`: removes somebody from the community, or from one group. For moderators; a group's moderators from their group.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        place::Place,
        record::{Record, Sanction, Step},
        role::Role,
        snapshot::Community,
    },
    governance::sanctions,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "retirer",
        en: "kick",
    },
    aliases: &["exclure"],
    usage: Both {
        fr: "<personne> [de <groupe>] [parce que <raison>]",
        en: "<person> [from <group>] [because <reason>]",
    },
    help: "help-kick",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::From, Clause::Because],
    examples: Both {
        fr: &[
            "@awa:example.org de secteur-est parce que a changé de secteur",
            "@awa:example.org",
        ],
        en: &[
            "@awa:example.org from secteur-est because she changed sector",
            "@awa:example.org",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    from: Option<&'a str>,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        person: input.needed(Text::new("person-missing"))?,
        from: input.clause(Clause::From),
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = place(context, community, args.from)?;
    let person = context.person(args.person)?;
    permission::may_act_on(
        community,
        &context.snapshot.bot,
        context.issuer(),
        &person,
        place.as_ref(),
    )?;
    let there =
        context
            .memberships(community, &person)
            .into_iter()
            .filter(|(at, _, membership)| {
                *membership != Membership::Ban && place.as_ref().is_none_or(|place| place == *at)
            });
    let there: Vec<_> = there.collect();
    // It keeps nobody out: they may be invited again at once.
    let sanction = Sanction {
        rooms: there.iter().map(|(_, room, _)| (*room).clone()).collect(),
        ended: Some(context.now),
        ..context.sanction(community, &person, Step::Remove, None)
    };
    let mut effects: Vec<Effect> = there
        .iter()
        .map(|(_, room, _)| Effect::Membership {
            room: (*room).clone(),
            user: person.clone(),
            change: MembershipChange::Kick,
            reason: args.reason.clone(),
        })
        .collect();
    let pill = || Argument::User(person.to_string());
    if effects.is_empty() {
        return Err(Refusal::Mistake(
            Text::new("not-there").with("person", pill()),
        ));
    }
    let name = community.name_of(place.as_ref().unwrap_or(&Place::Space));
    let reason = args.reason.as_deref();
    let told = Text::new("kick-told").with("place", name);
    effects.push(context.tell(
        &person,
        sanctions::with_appeal(
            with_reason(told, reason),
            context.snapshot.locale_of(&person),
            &sanction.id,
        ),
    ));
    let mut entry = context.audit(community, "kick", person.as_str(), args.reason.clone());
    entry.room = place
        .as_ref()
        .and_then(|place| community.places.get(place).cloned());
    let done = Text::new("kick-done")
        .with("person", pill())
        .with("place", name);
    Ok(Outcome {
        effects,
        changes: vec![Change::keep(
            &community.definition.id,
            Record::Sanction(Box::new(sanction)),
        )],
        audit: vec![entry],
        ..Outcome::say(with_reason(done, reason))
    })
}

/// From where: the named group, else the whole community for who moderates it, else the group of the command.
fn place(
    context: &Context,
    community: &Community,
    from: Option<&str>,
) -> Result<Option<Place>, Refusal> {
    let place = match (from, context.setting) {
        (Some(words), _) => Place::Group(context.group(words)?.id),
        (None, _) if community.role(context.issuer()) >= Role::Moderator => return Ok(None),
        (None, Setting::Group(_, place)) => place.clone(),
        (None, _) => return Err(Text::new("kick-which-group").into()),
    };
    permission::has_role_in(community, context.issuer(), &place, Role::Moderator)?;
    Ok(Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say};
    use crate::decide::Decision;

    fn kicked(decision: &Decision) -> Vec<String> {
        let rooms = effects(decision).filter_map(|effect| match effect {
            Effect::Membership {
                room,
                change: MembershipChange::Kick,
                ..
            } => Some(room.to_string()),
            _ => None,
        });
        rooms.collect()
    }

    #[test]
    fn a_kick_cascades_from_the_space_to_every_room_where_the_person_is() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "nadia",
            "retirer Bén Diop car départ",
        );
        assert_eq!(
            kicked(&decision),
            ["!space:example.org", "!ann:example.org", "!est:example.org"]
        );
        assert!(effects(&decision).any(
            |it| matches!(it, Effect::Membership { reason: Some(reason), .. } if reason == "départ")
        ));
    }

    #[test]
    fn a_groups_moderator_kicks_from_that_group_only() {
        let snapshot = testing::snapshot();
        assert_eq!(
            kicked(&say(
                &snapshot,
                &testing::east(),
                "awa",
                "kick @ben:example.org"
            )),
            ["!est:example.org"]
        );
        let named = say(
            &snapshot,
            &testing::direct(),
            "awa",
            "kick @ben:example.org from secteur est",
        );
        assert_eq!(kicked(&named), ["!est:example.org"]);
        let where_to = say(
            &snapshot,
            &testing::direct(),
            "awa",
            "kick @ben:example.org",
        );
        assert_eq!(
            (reply(&where_to).key(), kicked(&where_to).len()),
            ("kick-which-group", 0)
        );
        let west = say(
            &snapshot,
            &testing::direct(),
            "awa",
            "kick @camille:example.org from secteur-ouest",
        );
        assert_eq!(
            (reply(&west).key(), kicked(&west).len()),
            ("not-allowed", 0)
        );
    }

    #[test]
    fn who_is_not_there_is_not_kicked() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "nadia",
            "kick @ben:example.org from secteur-ouest",
        );
        assert_eq!(reply(&decision).key(), "not-there");
    }
}
