//! `away` and `back`: somebody of the team is away for a time. Nothing is asked of them, and they do not count among those who are there.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    grant::End,
    input::{Clause, Input},
    spec::{Both, Scope, Spec},
};
use crate::{
    clock::Timestamp,
    community::{
        record::{Away, Record, RecordKind},
        role::Role,
    },
    governance::team,
    reply::{Argument, Text},
};

pub(super) const AWAY: Spec = Spec {
    name: Both {
        fr: "absence",
        en: "away",
    },
    aliases: &["absent", "absente"],
    usage: Both {
        fr: "pendant <durée> | jusqu’au <jour>",
        en: "for <duration> | until <day>",
    },
    help: "help-away",
    role: Role::Correspondent,
    scope: Scope::Group,
    clauses: &[Clause::For, Clause::Until],
    examples: Both {
        fr: &["pendant 2 semaines", "jusqu’au 2099-08-31"],
        en: &["for 2 weeks", "until 2099-08-31"],
    },
    run: |context, input| run(context, &parse(input)?),
};

pub(super) const BACK: Spec = Spec {
    name: Both {
        fr: "retour",
        en: "back",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-back",
    role: Role::Correspondent,
    scope: Scope::Group,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        input.nothing()?;
        back(context)
    },
};

fn parse<'a>(input: &Input<'a>) -> Result<End<'a>, Text> {
    match End::read(input)? {
        End::Never => Err(Text::new("away-until-when")),
        end if input.subject.is_empty() => Ok(end),
        _ => Err(Text::new("too-many-words").with("words", input.subject)),
    }
}

fn run(context: &Context, end: &End) -> Answer {
    let community = context.community()?;
    let user = context.issuer().to_owned();
    let until = end.at(community, context.now)?.unwrap_or(Timestamp(0));
    let mut deed = context.deed(community);
    deed.keep(Record::Away(Away {
        user: user.clone(),
        until,
    }));
    // What was theirs to look at is anybody's.
    for card in community.records.cards.values() {
        if card.assignee.as_ref() == Some(&user) {
            let mut card = card.clone();
            card.assignee = None;
            deed.keep(Record::Card(Box::new(card)));
        }
    }
    deed.account(&user, "away", "", Some(format!("until {until}")));
    let done = Text::new("away-done")
        .with("person", Argument::User(user.to_string()))
        .with("until", team::end(community, until, context.now));
    Ok(Outcome::of(deed.decision, done))
}

fn back(context: &Context) -> Answer {
    let community = context.community()?;
    let user = context.issuer().to_owned();
    if !community.records.is_away(&user, context.now) {
        return Err(Refusal::NotAllowed(Text::new("away-not")));
    }
    let mut deed = context.deed(community);
    deed.forget(RecordKind::Away, user.as_str());
    deed.account(&user, "back", "", None);
    let done = Text::new("back-done").with("person", Argument::User(user.to_string()));
    Ok(Outcome::of(deed.decision, done))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{
        commands::testing::{self, NOW, admins, apply, east, reply, say, user},
        governance::{safeguards, team},
    };

    #[test]
    fn who_is_away_does_not_count_until_they_are_back_or_the_time_is_over() {
        let mut snapshot = testing::snapshot();
        let active = |snapshot: &_, now| {
            safeguards::is_active(testing::community(snapshot), &user("awa"), now)
        };
        apply(&mut snapshot, &east(), "awa", "absence pendant 2 semaines");
        assert!(!active(&snapshot, NOW));
        let then = NOW.plus(Duration::from_hours(14 * 24));
        assert!(active(&snapshot, then));
        let due = team::due(&snapshot, testing::community(&snapshot), then);
        assert_eq!(due.len(), 1);
        for change in &due[0].1.changes {
            snapshot.apply(change);
        }
        assert_eq!(
            team::due(&snapshot, testing::community(&snapshot), then),
            []
        );
        apply(&mut snapshot, &east(), "awa", "away for 1 week");
        apply(&mut snapshot, &east(), "awa", "back");
        assert!(active(&snapshot, NOW));
        let again = say(&snapshot, &east(), "awa", "retour");
        assert_eq!(reply(&again).key(), "away-not");
    }

    #[test]
    fn an_absence_has_an_end_and_is_for_the_team() {
        let snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("awa", "absence", "away-until-when"),
            ("ben", "absence pendant 2 jours", "not-allowed"),
        ] {
            assert_eq!(reply(&say(&snapshot, &admins(), who, line)).key(), expected);
        }
    }

    #[test]
    fn an_admin_whose_absence_leaves_one_alone_is_asked_first() {
        let mut snapshot = testing::snapshot();
        let asked = apply(&mut snapshot, &admins(), "lea", "away for 2 weeks");
        assert_eq!(reply(&asked).key(), "confirm-asked");
        assert!(testing::community(&snapshot).records.away.is_empty());
        let card = testing::community(&snapshot)
            .records
            .cards
            .keys()
            .next()
            .unwrap();
        let line = format!("approve {card}");
        assert_eq!(
            reply(&say(&snapshot, &admins(), "samir", &line)).key(),
            "card-not-yours"
        );
        apply(&mut snapshot, &admins(), "lea", &line);
        assert!(
            testing::community(&snapshot)
                .records
                .away
                .contains_key(&user("lea"))
        );
    }
}
