//! `mute`: somebody may read but not write in the community, for a time. For moderators of the whole community.

use std::time::Duration;

use super::{
    context::{Answer, Context, Outcome, Refusal, local, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        change::{Change, Mute},
        record::{Record, Step},
        role::Role,
    },
    governance::sanctions,
    reply::{Argument, Text},
};

/// How long a mute lasts when nothing is said.
const DEFAULT: Duration = Duration::from_hours(1);

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "muet",
        en: "mute",
    },
    aliases: &["silence"],
    usage: Both {
        fr: "<personne> [pendant <durée>] [parce que <raison>]",
        en: "<person> [for <duration>] [because <reason>]",
    },
    help: "help-mute",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[Clause::For, Clause::Because],
    examples: Both {
        fr: &[
            "@awa:example.org pendant 2h parce que messages répétés",
            "@awa:example.org 1 jour",
        ],
        en: &[
            "@awa:example.org for 2h because repeated messages",
            "@awa:example.org for 1 day",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    duration: Duration,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        person: input.needed(Text::new("person-missing"))?,
        duration: input.duration(DEFAULT)?,
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
    if let Some(mute) = community.mutes.get(&person) {
        permission::may_change_what(community, context.issuer(), &mute.by)?;
    }
    let pill = || Argument::User(person.to_string());
    if context.memberships(community, &person).is_empty() {
        return Err(Refusal::Mistake(
            Text::new("not-there").with("person", pill()),
        ));
    }
    let until = context.now.plus(args.duration);
    let mute = Mute {
        community: community.definition.id.clone(),
        user: person.clone(),
        until,
        by: context.issuer().to_owned(),
    };
    let about = |key: &str| Text::new(key).with("until", local(community, until));
    let reason = args.reason.as_deref();
    let explained = about("mute-told").with("community", community.definition.name.as_str());
    let done = about("mute-done")
        .with("person", pill())
        .with("duration", crate::reply::duration(args.duration));
    let sanction = context.sanction(community, &person, Step::Mute, Some(until));
    let told = sanctions::with_appeal(
        with_reason(explained, reason),
        context.snapshot.locale_of(&person),
        &sanction.id,
    );
    let detail = match reason {
        Some(reason) => format!("until {until}: {reason}"),
        None => format!("until {until}"),
    };
    Ok(Outcome {
        effects: vec![context.tell(&person, told)],
        changes: vec![
            Change::Muted(mute),
            Change::keep(
                &community.definition.id,
                Record::Sanction(Box::new(sanction)),
            ),
        ],
        audit: vec![context.audit(community, "mute", person.as_str(), Some(detail))],
        review: true,
        ..Outcome::say(with_reason(done, reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Effect, Recipient};
    use crate::commands::testing::{self, NOW, apply, body, effects, reply, say, user};

    #[test]
    fn a_mute_is_remembered_reviewed_audited_and_kindly_told() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "muet @ben:example.org pendant 2h parce que pubs",
        );
        let mute = &testing::community(&snapshot).mutes[&user("ben")];
        assert_eq!(
            (mute.until, &mute.by),
            (NOW.plus(Duration::from_hours(2)), &user("nadia"))
        );
        assert_eq!(decision.review.len(), 1);
        assert_eq!(
            decision.audit[0].target.as_deref(),
            Some("@ben:example.org")
        );
        assert!(
            body(&decision).contains("2 heures") && body(&decision).contains("pubs"),
            "{}",
            body(&decision)
        );
        let told = effects(&decision).any(|it| matches!(it, Effect::Say { to: Recipient::Person(who), .. } if *who == user("ben")));
        assert!(told);
    }

    #[test]
    fn nobody_mutes_an_equal_the_bot_themselves_or_a_stranger() {
        let snapshot = testing::snapshot();
        for (who, expected) in [
            ("@lea:example.org", "not-on-an-equal"),
            ("@awa:example.org", "not-on-an-equal"),
            ("@nadia:example.org", "not-on-yourself"),
            ("@hygie:example.org", "not-on-the-bot"),
            ("@nobody:example.org", "not-there"),
        ] {
            let decision = say(
                &snapshot,
                &testing::admins(),
                "nadia",
                &format!("mute {who} for 2h"),
            );
            assert_eq!(
                (reply(&decision).key(), decision.changes.len()),
                (expected, 0),
                "{who}"
            );
        }
    }

    #[test]
    fn a_moderator_does_not_shorten_the_mute_that_an_admin_decided() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "mute @ben:example.org for 1 week",
        );
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "nadia",
                "mute @ben:example.org for 1 min"
            ))
            .key(),
            "decided-above"
        );
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "nadia",
                "unmute @ben:example.org"
            ))
            .key(),
            "decided-above"
        );
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "samir",
                "unmute @ben:example.org"
            ))
            .key(),
            "unmute-done"
        );
    }

    #[test]
    fn a_mistake_says_what_was_understood_and_shows_an_example() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "lea",
            "mute @ben:example.org for ever",
        );
        let said = body(&decision);
        for expected in [
            "« ever »",
            "muet [@ben:example.org] pendant [ever]",
            "!hygie muet <personne>",
            "!hygie muet @awa:example.org pendant 2h",
        ] {
            assert!(said.contains(expected), "{expected} in {said}");
        }
        assert!(decision.changes.is_empty());
    }
}
