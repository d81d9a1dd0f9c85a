//! `resume`: a human has looked; the rules may take messages down again after they stopped to ask. `resume all` takes down as well what was left
//! in place meanwhile. For admins.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{change::Change, role::Role},
    decide::{self, Decision},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "reprendre",
        en: "resume",
    },
    aliases: &["continuer", "continue"],
    usage: Both {
        fr: "[tout]",
        en: "[all]",
    },
    help: "help-resume",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "tout"],
        en: &["", "all"],
    },
    run: |context, input| run(context, is_all(input)?),
};

fn is_all(input: &Input) -> Result<bool, Text> {
    match fold(input.subject).as_str() {
        "" => Ok(false),
        "all" | "everything" | "tout" | "tous" => Ok(true),
        _ => Err(Text::new("resume-what").code("words", input.subject)),
    }
}

fn run(context: &Context, all: bool) -> Answer {
    let community = context.community()?;
    let left = community.records.left.len();
    let stopped = community.must_ask_before_takedown(context.now);
    if !stopped && (!all || left == 0) {
        return Err(Refusal::NotAllowed(Text::new("resume-nothing")));
    }
    let count = i64::try_from(left).unwrap_or(i64::MAX);
    let mut decision = Decision::default();
    let mut text = Text::new("resume-done");
    if all {
        decision = decide::of_all_left(context.snapshot, community);
        text = text.line("resume-done-all").with("count", count);
    } else if left > 0 {
        let command = format!("{} resume all", context.prefix());
        let line = text.line("resume-left").with("count", count);
        text = line.code("command", command);
    }
    decision.changes.push(Change::TakedownsResumed {
        community: community.definition.id.clone(),
    });
    let detail = all.then(|| format!("with {left} that were left in place"));
    decision
        .audit
        .push(context.audit(community, "resume", "", detail));
    Ok(Outcome::of(decision, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::{Effect, Recipient, Sender},
        commands::testing::{self, NOW, admins, reply, say, snapshot},
        community::snapshot::Snapshot,
        event::{Event, EventKind},
    };

    #[test]
    fn an_admin_lets_the_rules_go_on_and_nobody_else_does() {
        let mut snapshot = snapshot();
        let early = say(&snapshot, &admins(), "lea", "reprendre");
        assert_eq!(reply(&early).key(), "resume-nothing");
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 1;
        let id = community.definition.id.clone();
        snapshot.apply(&Change::TookDown {
            community: id.clone(),
            at: NOW,
        });
        let by_moderator = say(&snapshot, &admins(), "nadia", "resume");
        assert_eq!(by_moderator.changes, []);
        let decision = say(&snapshot, &admins(), "lea", "resume");
        let resumed = Change::TakedownsResumed {
            community: id.clone(),
        };
        assert_eq!(decision.changes, [resumed]);
        snapshot.apply(&decision.changes[0]);
        assert!(!snapshot.communities[&id].must_ask_before_takedown(NOW));
    }

    #[test]
    fn all_that_was_left_in_place_goes_with_it_once_and_what_is_gone_already_does_not() {
        let mut snapshot = snapshot();
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 1;
        let said = |number: i64| {
            let mut event = testing::event("ben", "!est:example.org", "appelez le 06 39 98 12 34");
            event.id = format!("$leak{number}").try_into().unwrap();
            event
        };
        let happens = |snapshot: &mut Snapshot, event: &Event| {
            let decision = decide::decide(snapshot, event, NOW);
            decision.changes.iter().for_each(|it| snapshot.apply(it));
            decision
        };
        for number in 0..4 {
            happens(&mut snapshot, &said(number));
        }
        let mut gone = testing::event("ben", "!est:example.org", "");
        gone.kind = EventKind::Redaction {
            redacts: said(2).id,
        };
        happens(&mut snapshot, &gone);
        let answer = say(&snapshot, &admins(), "lea", "resume the rest");
        assert_eq!(reply(&answer).key(), "resume-what");
        let asked = testing::body(&testing::say(&snapshot, &admins(), "lea", "resume"));
        assert!(
            asked.contains("2 messages") && asked.contains("resume all"),
            "{asked}"
        );
        let decision = testing::apply(&mut snapshot, &admins(), "lea", "reprendre tout");
        let taken: Vec<&str> = testing::effects(&decision)
            .filter_map(|it| match it {
                Effect::Redact { event, sender, .. } => {
                    assert_eq!(*sender, Sender::Known(testing::user("ben")));
                    Some(event.as_str())
                }
                _ => None,
            })
            .collect();
        assert_eq!(taken, ["$leak1", "$leak3"]);
        let told = testing::effects(&decision).filter(|it| {
            matches!(
                it,
                Effect::Say {
                    to: Recipient::Person(_),
                    ..
                }
            )
        });
        assert_eq!(told.count(), 2);
        let again = say(&snapshot, &admins(), "lea", "resume all");
        assert_eq!(reply(&again).key(), "resume-nothing");
    }
}
