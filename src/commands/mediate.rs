//! `mediate`: a closed room for people who disagree, with two of the team. For moderators, never with somebody above them.

use ruma::OwnedUserId;

use super::{
    context::{Answer, Context, Outcome, Refusal, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{definition::Kind, role::Role},
    governance::mediation,
    reply::{Argument, Text},
};

/// How many people a mediation is for at most.
const MOST: usize = 6;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "médiation",
        en: "mediate",
    },
    aliases: &["mediation"],
    usage: Both {
        fr: "<personne> et <personne> [parce que <raison>]",
        en: "<person> and <person> [because <reason>]",
    },
    help: "help-mediate",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["@ben:example.org et @camille:example.org parce que le ton monte"],
        en: &["@ben:example.org and @camille:example.org because the tone is rising"],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    people: Vec<&'a str>,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let subject = input.needed(Text::new("person-missing"))?;
    let people = subject.split(',');
    let people = people.flat_map(|part| part.split(" et "));
    let people = people.flat_map(|part| part.split(" and "));
    // Ids need no word between them; names may have several.
    let people = people.flat_map(|part| {
        let ids = part.split_whitespace();
        if ids.clone().all(|word| word.starts_with('@')) {
            ids.collect()
        } else {
            vec![part.trim()]
        }
    });
    let people: Vec<_> = people.filter(|part| !part.is_empty()).collect();
    Ok(Args {
        people,
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let bot = &context.snapshot.bot;
    let mut parties: Vec<OwnedUserId> = Vec::new();
    for words in &args.people {
        let person = context.person(words)?;
        permission::may_act_on(community, bot, context.issuer(), &person, None)?;
        if context.memberships(community, &person).is_empty() {
            let pill = Argument::User(person.to_string());
            return Err(Text::new("not-there").with("person", pill).into());
        }
        if !parties.contains(&person) {
            parties.push(person);
        }
    }
    if !(2..=MOST).contains(&parties.len()) {
        let text =
            Text::new("mediate-how-many").with("most", crate::governance::risks::count(MOST));
        return Err(text.into());
    }
    let kinds = &community.definition.kinds;
    if !kinds.is_empty() && !kinds.contains(&Kind::Mediation) {
        return Err(Refusal::NotAllowed(Text::new("mediate-no-kind")));
    }
    let second = mediation::second(community, context.issuer(), &parties, context.now);
    let Some(mut group) = mediation::new_group(community, context.now) else {
        return Err(Refusal::NotAllowed(Text::new("mediate-no-kind")));
    };
    group.encryption = context.snapshot.encrypts;
    // Not more than they are everywhere: the list outlives the mediation.
    group.moderators = std::iter::once(context.issuer().to_owned())
        .chain(second)
        .collect();
    group.members = parties;
    let mut definition = community.definition.clone();
    definition.groups.push(group.clone());
    let mut deed = context.deed(community);
    deed.decision.changes.push(community.redeclared(definition));
    deed.review();
    mediation::tell(&mut deed, &group, args.reason.as_deref());
    deed.account(context.issuer(), "mediate", &group.id, args.reason.clone());
    let text = Text::new("mediate-done")
        .with("group", group.name.as_str())
        .code("id", &group.id);
    Ok(Outcome::of(
        deed.decision,
        with_reason(text, args.reason.as_deref()),
    ))
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::testing::{self, apply, body, reply, say, user},
        community::{desired, place::Place},
    };

    #[test]
    fn a_mediation_is_a_closed_group_of_the_parties_and_two_of_the_team() {
        let mut snapshot = testing::snapshot();
        let line = "médiation Bén Diop et @camille:example.org parce que le ton monte";
        let done = apply(&mut snapshot, &testing::admins(), "nadia", line);
        let says = |key: &str| {
            testing::effects(&done)
                .filter(|it| {
                    matches!(it,
            crate::action::Effect::Say { text, .. } if text.key() == key)
                })
                .count()
        };
        assert_eq!(
            (says("mediate-done"), says("mediation-playbook")),
            (1, 1),
            "{}",
            body(&done)
        );
        let community = testing::community(&snapshot);
        let group = community.group(&"mediation-1".parse().unwrap()).unwrap();
        assert_eq!(group.members, [user("ben"), user("camille")]);
        assert_eq!(group.moderators, [user("nadia"), user("lea")]);
        let place = Place::Group(group.id.clone());
        let mut invited: Vec<_> = desired::invited(&snapshot, community, &place)
            .into_iter()
            .map(|user| user.localpart().to_owned())
            .collect();
        invited.sort();
        assert_eq!(invited, ["ben", "camille", "lea", "nadia"]);
        assert_eq!(
            (done.review.len(), done.audit[0].action.as_str()),
            (1, "mediate")
        );
        assert_eq!(says("mediation-told"), 2);
    }

    #[test]
    fn nobody_calls_somebody_above_them_to_a_mediation_nor_one_person_alone() {
        let snapshot = testing::snapshot();
        for (line, key) in [
            (
                "mediate @lea:example.org and @ben:example.org",
                "not-on-an-equal",
            ),
            (
                "mediate @nadia:example.org and @ben:example.org",
                "not-on-yourself",
            ),
            ("mediate @ben:example.org", "mediate-how-many"),
            (
                "mediate @ben:example.org @ben:example.org",
                "mediate-how-many",
            ),
            (
                "mediate @stranger:example.org and @ben:example.org",
                "not-there",
            ),
            ("mediate", "person-missing"),
        ] {
            let refused = say(&snapshot, &testing::admins(), "nadia", line);
            assert_eq!(
                (reply(&refused).key(), refused.changes.len()),
                (key, 0),
                "{line}"
            );
        }
    }
}
