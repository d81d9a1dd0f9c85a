//! `close`: a group ends for good on a day: what it leaves goes to the admins, then everybody goes. For owners, who are asked twice.

use std::time::Duration;

use super::{confirm, ordinary};
use crate::{
    action::{Effect, Recipient},
    commands::{
        context::{Answer, Context, Outcome, Refusal, local, with_reason},
        input::{Clause, Input},
        spec::{Both, Scope, Spec},
        words::duration,
    },
    community::{
        place::Place,
        record::{Closing, Record},
        role::Role,
    },
    reply::Text,
};

/// How long people have to say goodbye when nothing is said.
const DEFAULT: Duration = Duration::from_hours(7 * 24);

pub(crate) const SPEC: Spec = Spec {
    name: Both {
        fr: "fermer",
        en: "close",
    },
    aliases: &["clore"],
    usage: Both {
        fr: "<groupe> [dans <durée>] [parce que <raison>]",
        en: "<group> [in <duration>] [because <reason>]",
    },
    help: "help-close",
    role: Role::Owner,
    scope: Scope::Community,
    clauses: &[Clause::In, Clause::Because],
    examples: Both {
        fr: &["secteur-est dans 7 jours parce que le programme est terminé"],
        en: &["secteur-est in 7 days because the programme is over"],
    },
    run: |context, input| run(context, input, parse(input)?),
};

fn parse(input: &Input) -> Result<Duration, Text> {
    match input.clause(Clause::In) {
        None => Ok(DEFAULT),
        Some(words) => duration(words).ok_or_else(|| Text::new("close-when").with("words", words)),
    }
}

fn run(context: &Context, input: &Input, after: Duration) -> Answer {
    let community = context.community()?;
    let group = ordinary(context, input.subject)?;
    let key = group.id.to_string();
    if community.records.closing.contains_key(&key) {
        let text = Text::new("close-already").with("group", group.name.as_str());
        return Err(Refusal::NotAllowed(text));
    }
    let due = context.now.plus(after);
    let when = local(community, due);
    let reason = input.reason();
    if !context.confirmed {
        let text = Text::new("close-confirm")
            .with("group", group.name.as_str())
            .with("when", when);
        let seconds = after.as_secs();
        let because = reason.map_or_else(String::new, |it| format!(" because {it}"));
        let line = format!("close {} in {seconds}s{because}", group.id);
        return confirm(context, community, line, text);
    }
    let mut deed = context.deed(community);
    if let Some(room) = community.places.get(&Place::Group(group.id.clone())) {
        let told = Text::new("close-told").with("when", when.clone());
        let locale = deed.locale();
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text: with_reason(told, reason.as_deref()),
            locale,
            reply_to: None,
        });
    }
    deed.keep(Record::Closing(Closing {
        group: group.id.clone(),
        by: context.issuer().to_owned(),
        at: context.now,
        due,
        reason: reason.clone(),
        exported: None,
    }));
    deed.account(context.issuer(), "close-planned", &group.id, reason);
    let done = Text::new("close-begun")
        .with("group", group.name.as_str())
        .with("when", when);
    Ok(Outcome::of(deed.decision, done))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::{
            confirmed,
            testing::{self, NOW, apply, reply},
        },
        community::record::Matter,
    };

    #[test]
    fn a_group_is_closed_on_the_day_that_was_said_once_that_was_confirmed() {
        let mut snapshot = testing::snapshot();
        let line = "fermer Secteur Est dans 3 jours parce que fini";
        apply(&mut snapshot, &testing::admins(), "samir", line);
        let community = testing::community(&snapshot);
        assert!(community.records.closing.is_empty());
        let card = community.records.cards.values().next().unwrap();
        let Matter::Confirm { line } = &card.matter else {
            panic!("{card:?}")
        };
        let event = testing::event("samir", "!adm:example.org", "✅");
        let decision = confirmed(&snapshot, community, &event, line, NOW);
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        let closing = &testing::community(&snapshot).records.closing["secteur-est"];
        assert_eq!(closing.due, NOW.plus(Duration::from_hours(72)));
        assert_eq!(closing.reason.as_deref(), Some("fini"));
        let again = apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "close secteur-est",
        );
        assert_eq!(reply(&again).key(), "close-already");
    }
}
