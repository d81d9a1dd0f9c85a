//! `unban`: lets somebody be invited again. For admins.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    lists, permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, MembershipChange},
    community::{change::Membership, record::Step, role::Role},
    governance::sanctions,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "débannir",
        en: "unban",
    },
    aliases: &[],
    usage: Both {
        fr: "<personne>",
        en: "<person>",
    },
    help: "help-unban",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["@awa:example.org"],
        en: &["@awa:example.org"],
    },
    run: |context, input| run(context, parse(input)?),
};

fn parse<'a>(input: &Input<'a>) -> Result<&'a str, Text> {
    input.needed(Text::new("person-missing"))
}

fn run(context: &Context, person: &str) -> Answer {
    let community = context.community()?;
    let person = context.person(person)?;
    permission::may_act_on(
        community,
        &context.snapshot.bot,
        context.issuer(),
        &person,
        None,
    )?;
    let memberships = context.memberships(community, &person);
    let banned = memberships
        .iter()
        .any(|(.., membership)| *membership == Membership::Ban);
    let pill = Argument::User(person.to_string());
    let key = if banned {
        "unban-done"
    } else {
        "unban-not-banned"
    };
    // In every room, also where no ban is known: one that was decided may not have happened, or not be known, yet.
    let effects = context
        .rooms(community)
        .map(|(_, room, _)| Effect::Membership {
            room: room.clone(),
            user: person.clone(),
            change: MembershipChange::Unban,
            reason: None,
        });
    let mut changes = sanctions::over(community, &person, &[Step::Remove, Step::Ban], context.now);
    changes.extend(lists::decided_by_hand(context, community, &person, true));
    Ok(Outcome {
        effects: effects.collect(),
        changes,
        audit: vec![context.audit(community, "unban", person.as_str(), None)],
        ..Outcome::say(Text::new(key).with("person", pill))
    })
}
