//! `ban`: keeps somebody out of every room of the community, whether they were there or not. For admins.

use super::{
    context::{Answer, Context, Outcome, with_reason},
    input::{Clause, Input},
    lists, permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        record::{Record, Step},
        role::Role,
    },
    governance::sanctions,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "bannir",
        en: "ban",
    },
    aliases: &[],
    usage: Both {
        fr: "<personne> [parce que <raison>]",
        en: "<person> [because <reason>]",
    },
    help: "help-ban",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["@vendeur:example.org parce que démarchage commercial"],
        en: &["@seller:example.org because of canvassing"],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        person: input.needed(Text::new("person-missing"))?,
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let person = context.person(args.person)?;
    permission::may_act_on(
        community,
        &context.snapshot.bot,
        context.issuer(),
        &person,
        None,
    )?;
    let pill = || Argument::User(person.to_string());
    // In every room, also where the ban is known: an unban that was decided may not have happened, or not be known, yet.
    let bans = context
        .rooms(community)
        .map(|(_, room, _)| Effect::Membership {
            room: room.clone(),
            user: person.clone(),
            change: MembershipChange::BanAndRedact,
            reason: args.reason.clone(),
        });
    let mut effects: Vec<Effect> = bans
        .chain(sanctions::clean_up(community, &person))
        .collect();
    let sanction = context.sanction(community, &person, Step::Ban, None);
    let name = community.definition.name.as_str();
    let reason = args.reason.as_deref();
    if context
        .memberships(community, &person)
        .iter()
        .any(|(.., membership)| *membership == Membership::Join)
    {
        let told = Text::new("ban-told").with("community", name);
        effects.push(context.tell(
            &person,
            sanctions::with_appeal(
                with_reason(told, reason),
                context.snapshot.locale_of(&person),
                &sanction.id,
            ),
        ));
    }
    let mut rooms = context.rooms(community);
    let done = if rooms.all(|(.., room)| room.membership(&person) == Membership::Ban) {
        Text::new("ban-already").with("person", pill())
    } else {
        let done = Text::new("ban-done").with("person", pill());
        done.with("community", name)
    };
    let noted = Record::Sanction(Box::new(sanction));
    let noted = Change::keep(&community.definition.id, noted);
    let of_lists = lists::decided_by_hand(context, community, &person, false);
    let changes = of_lists.into_iter().chain([noted]);
    Ok(Outcome {
        effects,
        changes: changes.collect(),
        audit: vec![context.audit(community, "ban", person.as_str(), args.reason.clone())],
        ..Outcome::say(
            with_reason(done, reason).then(lists::publishing(context, community, &person)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, apply, effects, member, reply, say};

    #[test]
    fn a_ban_covers_every_room_even_for_who_was_never_there() {
        let snapshot = testing::snapshot();
        for who in ["@ben:example.org", "@vendeur:elsewhere.org"] {
            let decision = say(
                &snapshot,
                &testing::admins(),
                "lea",
                &format!("bannir {who} parce que pubs"),
            );
            let bans = effects(&decision).filter(|it| {
                matches!(
                    it,
                    Effect::Membership {
                        change: MembershipChange::BanAndRedact,
                        ..
                    }
                )
            });
            assert_eq!(
                bans.count(),
                testing::community(&snapshot).places.len(),
                "{who}"
            );
        }
    }

    #[test]
    fn a_ban_of_who_is_banned_everywhere_is_sent_all_the_same() {
        let mut snapshot = testing::snapshot();
        let places = testing::community(&snapshot).places.clone();
        for room in places.values() {
            snapshot.apply(&member(room.as_str(), "ben", Membership::Ban));
        }
        let decision = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "bannir @ben:example.org",
        );
        assert_eq!(reply(&decision).key(), "ban-already");
        let bans = effects(&decision).filter(|it| matches!(it, Effect::Membership { .. }));
        assert_eq!(bans.count(), places.len(), "an unban may be under way");
    }

    #[test]
    fn a_moderator_does_not_ban_and_an_admin_not_an_owner() {
        let snapshot = testing::snapshot();
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "nadia",
                "ban @ben:example.org"
            ))
            .key(),
            "not-allowed"
        );
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "lea",
                "ban @samir:example.org"
            ))
            .key(),
            "not-on-an-equal"
        );
    }

    #[test]
    fn an_unban_covers_every_room_whether_the_ban_is_known_or_not() {
        let mut snapshot = testing::snapshot();
        let unknown = say(
            &snapshot,
            &testing::admins(),
            "lea",
            "unban @ben:example.org",
        );
        assert_eq!(reply(&unknown).key(), "unban-not-banned");
        let lifted = effects(&unknown).filter(|it| matches!(it, Effect::Membership { .. }));
        assert_eq!(lifted.count(), 5, "a ban may be under way");
        snapshot.apply(&member("!est:example.org", "ben", Membership::Ban));
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "débannir @ben:example.org",
        );
        let lifted = effects(&decision).filter(|it| {
            matches!(
                it,
                Effect::Membership {
                    change: MembershipChange::Unban,
                    ..
                }
            )
        });
        let everywhere = testing::community(&snapshot).places.len();
        assert_eq!(
            lifted.count(),
            everywhere,
            "also where the ban is not seen yet"
        );
    }
}
