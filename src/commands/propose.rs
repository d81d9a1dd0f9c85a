//! `propose`: a member names somebody who should come in; the team decides. For everybody in the community.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input, first_word},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{place::Place, role::Role},
    governance::admission::proposal,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "proposer",
        en: "propose",
    },
    aliases: &[],
    usage: Both {
        fr: "<personne> [pour <groupe>] parce que <raison>",
        en: "<person> [for <group>] because <reason>",
    },
    help: "help-propose",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["@awa:example.org pour secteur-est parce que nous travaillons ensemble"],
        en: &["@awa:example.org for secteur-est because we work together"],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    group: Option<&'a str>,
    reason: String,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let subject = input.needed(Text::new("person-missing"))?;
    let reason = input.reason();
    let reason = reason.ok_or_else(|| Text::new("proposal-reason-missing"))?;
    // «pour» also begins durations and reasons: only between the person and the reason does it open a group.
    let opens = |word: &str| {
        matches!(
            fold(word).as_str(),
            "pour" | "for" | "dans" | "in" | "a" | "to"
        )
    };
    let mut at = 0;
    let mut rest = subject;
    while !rest.is_empty() {
        let (word, after) = first_word(rest);
        let start = at + (subject.len() - at - rest.len());
        if start > 0 && opens(word) && !after.is_empty() {
            return Ok(Args {
                person: subject[..start].trim(),
                group: Some(after),
                reason,
            });
        }
        at = subject.len() - after.len();
        rest = after;
    }
    Ok(Args {
        person: subject,
        group: None,
        reason,
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let user = context.person(args.person)?;
    let place = match (args.group, context.setting) {
        (Some(words), _) => Place::Group(context.group(words)?.id),
        (None, Setting::Group(_, place)) => place.clone(),
        (None, Setting::Admins(_) | Setting::Direct) => Place::Space,
    };
    let mut deed = context.deed(community);
    let issuer = context.issuer();
    proposal::propose(&mut deed, issuer, &user, &place, &args.reason)
        .map_err(Refusal::NotAllowed)?;
    let text = Text::new("proposal-noted")
        .with("person", Argument::User(user.to_string()))
        .with("place", community.name_of(&place));
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, apply, body, reply, say, user},
        community::{
            change::{Change, Membership},
            record::Matter,
            snapshot::Snapshot,
        },
    };

    fn read(line: &str) -> (String, Option<String>, String) {
        let input = Input::read(line, SPEC.clauses);
        let args = parse(&input).unwrap();
        let owned = (args.person.to_owned(), args.group.map(str::to_owned));
        (owned.0, owned.1, args.reason)
    }

    fn matters(snapshot: &Snapshot) -> Vec<Matter> {
        let cards = &testing::community(snapshot).records.cards;
        cards.values().map(|card| card.matter.clone()).collect()
    }

    #[test]
    fn a_proposal_names_a_person_a_group_and_a_reason() {
        let expected = (
            "@x:s".to_owned(),
            Some("secteur est".to_owned()),
            "elle aide pour 2 semaines".to_owned(),
        );
        assert_eq!(
            read("@x:s pour secteur est parce que elle aide pour 2 semaines"),
            expected
        );
        assert_eq!(
            read("Awa Diop car voisine"),
            ("Awa Diop".to_owned(), None, "voisine".to_owned())
        );
        let bare = Input::read("@x:s", SPEC.clauses);
        assert_eq!(parse(&bare).unwrap_err().key(), "proposal-reason-missing");
    }

    #[test]
    fn a_proposal_waits_for_the_team_and_its_reason_stands_in_the_card_alone() {
        let mut snapshot = testing::snapshot();
        let line = "proposer @zed:example.org pour secteur-est parce que infirmier à Zinzolin";
        let decision = apply(&mut snapshot, &testing::direct(), "ben", line);
        assert_eq!(reply(&decision).key(), "proposal-noted");
        assert!(
            matches!(&matters(&snapshot)[..], [Matter::Proposal { user: it, reason, .. }]
            if *it == user("zed") && reason.contains("Zinzolin"))
        );
        assert!(
            !format!("{:?}", decision.actions).contains("Zinzolin"),
            "not in the outbox"
        );
    }

    #[test]
    fn each_reason_against_a_proposal_has_its_own_answer() {
        let mut snapshot = testing::snapshot();
        snapshot.apply(&testing::member(
            "!space:example.org",
            "mallory",
            Membership::Ban,
        ));
        snapshot.apply(&testing::member(
            "!est:example.org",
            "guest",
            Membership::Invite,
        ));
        let said = |snapshot: &mut Snapshot, line: &str| {
            let line = format!("propose {line} because ok");
            let decision = apply(snapshot, &testing::direct(), "ben", &line);
            reply(&decision).key().to_owned()
        };
        for (line, key) in [
            ("@camille:example.org for secteur-est", "proposal-there"),
            ("@guest:example.org for secteur-est", "proposal-invited"),
            ("@mallory:example.org for secteur-est", "admission-banned"),
            ("@zed:elsewhere.org for secteur-est", "admission-server"),
            ("@ben:example.org for secteur-ouest", "not-on-yourself"),
            ("@hygie:example.org", "not-on-the-bot"),
            ("@zed:example.org for admins", "proposal-not-here"),
            ("@zed:example.org for secteur-est", "proposal-noted"),
            ("@zed:example.org for secteur-est", "proposal-already"),
        ] {
            assert_eq!(said(&mut snapshot, line), key, "{line}");
        }
    }

    #[test]
    fn a_member_has_at_most_ten_open_proposals() {
        let mut snapshot = testing::snapshot();
        for number in 0..12 {
            let mut event = testing::event("ben", "!dm:example.org", "");
            event.id = format!("$e{number}").try_into().unwrap();
            let line = format!("propose @p{number}:example.org because ok");
            let decision = testing::answer_to(&snapshot, &testing::direct(), &event, &line);
            let changes = decision.changes.iter();
            changes.for_each(|change: &Change| snapshot.apply(change));
        }
        assert_eq!(matters(&snapshot).len(), 10);
        let more = say(
            &snapshot,
            &testing::direct(),
            "ben",
            "propose @z:example.org because ok",
        );
        assert_eq!(reply(&more).key(), "proposal-too-many", "{}", body(&more));
        let other = say(
            &snapshot,
            &testing::direct(),
            "camille",
            "propose @z:example.org because ok",
        );
        assert_eq!(reply(&other).key(), "proposal-noted");
    }
}
