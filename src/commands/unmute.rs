//! `unmute`: somebody may write again before the time is over. For moderators of the whole community.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{change::Change, record::Step, role::Role},
    governance::sanctions,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "rétablir",
        en: "unmute",
    },
    aliases: &["parole", "démuet"],
    usage: Both {
        fr: "<personne>",
        en: "<person>",
    },
    help: "help-unmute",
    role: Role::Moderator,
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
    let pill = || Argument::User(person.to_string());
    let Some(mute) = community.mutes.get(&person) else {
        return Err(Refusal::NotAllowed(
            Text::new("unmute-not-muted").with("person", pill()),
        ));
    };
    permission::may_change_what(community, context.issuer(), &mute.by)?;
    let told = Text::new("unmute-told").with("community", community.definition.name.as_str());
    let mut changes = sanctions::over(community, &person, &[Step::Mute], context.now);
    changes.push(Change::Unmuted {
        community: community.definition.id.clone(),
        user: person.clone(),
    });
    Ok(Outcome {
        effects: vec![context.tell(&person, told)],
        changes,
        audit: vec![context.audit(community, "unmute", person.as_str(), None)],
        review: true,
        ..Outcome::say(Text::new("unmute-done").with("person", pill()))
    })
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, apply, reply, say};

    #[test]
    fn an_unmute_ends_the_mute() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "muet @ben:example.org",
        );
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "rétablir @ben:example.org",
        );
        assert!(testing::community(&snapshot).mutes.is_empty() && !decision.review.is_empty());
    }

    #[test]
    fn who_is_not_muted_is_not_unmuted() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "nadia",
            "unmute @ben:example.org",
        );
        assert_eq!(
            (reply(&decision).key(), decision.audit.len()),
            ("unmute-not-muted", 0)
        );
    }
}
