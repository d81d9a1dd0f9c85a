//! `report`: a member shows a message to the team: as a reply to it in the group, or with its link in private. For everybody. In the admins'
//! room `report` without a message is what it was before: the weekly report.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input},
    permission, pointed, report,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{record::CaseKind, role::Role},
    governance::{
        cases::asked::{Asked, asked, take_away},
        deed::Deed,
    },
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "signaler",
        en: "report",
    },
    aliases: &["flag", "signalement"],
    usage: Both {
        fr: "[lien du message] [parce que <raison>]",
        en: "[link to the message] [because <reason>]",
    },
    help: "help-flag",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &[
            "https://matrix.to/#/!salon:example.org/$evenement parce que propos blessants",
            "",
        ],
        en: &[
            "https://matrix.to/#/!room:example.org/$event because it hurts people",
            "",
        ],
    },
    run,
};

fn run(context: &Context, input: &Input) -> Answer {
    if matches!(context.setting, Setting::Admins(_)) && input.subject.is_empty() {
        let community = context.community()?;
        if !permission::may_use(&report::SPEC, community, context.issuer()) {
            let own = community.role(context.issuer());
            return Err(permission::refusal(report::SPEC.role, own));
        }
        return (report::SPEC.run)(context, input);
    }
    ask(context, input, CaseKind::Report)
}

/// Asks for a case of this kind about the message that is pointed at. What was said in a group for it does not stay there.
pub(super) fn ask(context: &Context, input: &Input, kind: CaseKind) -> Answer {
    let (community, room, event) = pointed::message(context, input.subject)?;
    let cause = context.event.id.as_str();
    let mut deed = Deed::new(context.snapshot, community, cause, context.now);
    if kind == CaseKind::Report && matches!(context.setting, Setting::Group(..)) {
        take_away(&mut deed, &context.event.room, &context.event.id);
    }
    let said = asked(
        &mut deed,
        Asked {
            kind,
            by: context.issuer(),
            room: &room,
            event: &event,
            sender: None,
            words: input.reason(),
        },
    );
    match said {
        Ok(text) => Ok(Outcome {
            // Who reports is not told to the admins' room.
            admins_know: true,
            ..Outcome::of(deed.decision, text)
        }),
        // Too many reports are counted, and what was said in the group goes all the same.
        Err(text) if !deed.decision.actions.is_empty() || !deed.decision.audit.is_empty() => {
            Ok(Outcome {
                admins_know: true,
                ..Outcome::of(deed.decision, text)
            })
        }
        Err(text) => Err(Refusal::NotAllowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{
        action::{Effect, Recipient, Sender},
        commands::testing::{self, NOW, apply, effects, event, reply, say, user},
        community::record::{CaseKind, Matter, Record, Sighting},
        decide::{Decision, Question},
        event::EventKind,
        governance::cases,
        reply::Locale,
    };

    const LINK: &str = "https://matrix.to/#/!est:example.org/$bad";

    /// What follows once it is known who sent the message.
    fn seen(snapshot: &mut crate::community::snapshot::Snapshot, sender: Option<&str>) -> Decision {
        let community = testing::community(snapshot);
        let case = community.records.cases.values().find(|it| it.is_open());
        let sighting = Sighting {
            case: case.unwrap().id.clone(),
            sender: sender.map(user),
        };
        let id = community.definition.id.clone();
        let change = crate::community::change::Change::keep(&id, Record::Sighting(sighting));
        snapshot.apply(&change);
        let due = cases::due(snapshot, testing::community(snapshot), NOW);
        let [(_, decision)] = <[_; 1]>::try_from(due).expect("one thing is due");
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        decision
    }

    #[test]
    fn a_report_by_link_is_looked_into_and_then_shown_with_who_and_where_and_not_by_whom() {
        let mut snapshot = testing::snapshot();
        let line = format!("report {LINK} because it hurts");
        let asked = apply(&mut snapshot, &testing::direct(), "ben", &line);
        assert_eq!(reply(&asked).key(), "report-taken");
        let looked = effects(&asked)
            .any(|it| matches!(it, Effect::LookInto { event, .. } if event.as_str() == "$bad"));
        assert!(looked && asked.audit.iter().all(|it| it.actor == user("hygie")));
        let told_admins = effects(&asked)
            .any(|it| matches!(it, Effect::Say { to: Recipient::Room(room), .. } if *room == "!adm:example.org"));
        assert!(!told_admins, "who reports is not said there");
        let shown = seen(&mut snapshot, Some("camille"));
        let Some(Effect::Card { to, text, card, .. }) = effects(&shown).next() else {
            panic!("no card: {shown:?}")
        };
        assert_eq!(*to, Recipient::Room("!adm:example.org".try_into().unwrap()));
        let text = crate::governance::cards::in_full(testing::community(&snapshot), card, text);
        let text = text.unwrap().plain(Locale::En);
        for part in ["@camille:example.org", "Secteur Est", "$bad", "it hurts"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("@ben"), "{text}");
    }

    #[test]
    fn in_a_group_the_command_does_not_stay() {
        let snapshot = testing::snapshot();
        let mut command = event("ben", "!est:example.org", "!hygie report");
        if let EventKind::Content { content, .. } = &mut command.kind {
            content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": "$bad"}});
        }
        let decision = testing::answer_to(&snapshot, &testing::east(), &command, "report");
        let gone = effects(&decision).any(|it| {
            matches!(it, Effect::Redact { event, sender: Sender::NotAnyOf(_), .. } if event.as_str() == "$command")
        });
        assert!(gone);
        assert_eq!(
            testing::answered(&decision),
            &Recipient::Person(user("ben"))
        );
    }

    #[test]
    fn several_who_report_one_message_make_one_case_and_nobody_counts_twice() {
        let mut snapshot = testing::snapshot();
        let line = format!("report {LINK}");
        apply(&mut snapshot, &testing::direct(), "ben", &line);
        seen(&mut snapshot, Some("camille"));
        let again = say(&snapshot, &testing::direct(), "ben", &line);
        assert_eq!(reply(&again).key(), "report-already");
        let other = apply(&mut snapshot, &testing::direct(), "awa", &line);
        assert_eq!(reply(&other).key(), "report-taken");
        let cases = &testing::community(&snapshot).records.cases;
        let counts: Vec<_> = cases.values().map(|it| (it.kind, it.count)).collect();
        assert_eq!(counts, [(CaseKind::Report, 2)]);
    }

    #[test]
    fn too_many_reports_within_a_day_are_counted_and_not_shown() {
        let mut snapshot = testing::snapshot();
        for number in 0..10 {
            let line = format!("report https://matrix.to/#/!est:example.org/$bad{number}");
            apply(&mut snapshot, &testing::direct(), "ben", &line);
        }
        let line = "report https://matrix.to/#/!est:example.org/$more";
        let decision = say(&snapshot, &testing::direct(), "ben", line);
        assert_eq!(reply(&decision).key(), "report-limited");
        assert_eq!(decision.audit[0].action, "report-limited");
        assert_eq!(decision.changes, []);
    }

    #[test]
    fn a_message_that_is_gone_and_ones_own_make_no_card() {
        for (sender, told) in [
            (None, "report-outcome-gone"),
            (Some("ben"), "report-own"),
            (Some("hygie"), "report-of-the-bot"),
        ] {
            let mut snapshot = testing::snapshot();
            apply(
                &mut snapshot,
                &testing::direct(),
                "ben",
                &format!("report {LINK}"),
            );
            let decision = seen(&mut snapshot, sender);
            assert_eq!(reply(&decision).key(), told);
            let records = &testing::community(&snapshot).records;
            assert!(records.cards.is_empty() && records.sightings.is_empty());
        }
    }

    #[test]
    fn a_report_about_the_team_goes_to_another_admin_only() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::direct(),
            "ben",
            &format!("report {LINK}"),
        );
        let shown = seen(&mut snapshot, Some("lea"));
        let to = effects(&shown).find_map(|it| match it {
            Effect::Card { to, .. } => Some(to.clone()),
            _ => None,
        });
        assert_eq!(to, Some(Recipient::Person(user("samir"))));
        let said_in_rooms = effects(&shown).any(|it| {
            matches!(
                it,
                Effect::Say {
                    to: Recipient::Room(_),
                    ..
                }
            )
        });
        assert!(
            !said_in_rooms
                && shown.audit.iter().all(|it| !it
                    .target
                    .as_deref()
                    .unwrap_or_default()
                    .contains("lea"))
        );
    }

    #[test]
    fn a_case_about_the_team_is_spoken_of_in_private_only() {
        let mut snapshot = testing::snapshot();
        let line = format!("report {LINK}");
        apply(&mut snapshot, &testing::direct(), "ben", &line);
        let again = apply(&mut snapshot, &testing::direct(), "awa", &line);
        let aloud = |decision: &Decision| {
            effects(decision).any(|it| matches!(it, Effect::Say { to: Recipient::Room(room), .. } if *room == "!adm:example.org"))
        };
        assert!(!aloud(&again), "it is not known yet whom it is about");
        seen(&mut snapshot, Some("lea"));
        let case = testing::community(&snapshot).records.cases.keys().next();
        let line = format!("case {}", case.unwrap());
        let there = say(&snapshot, &testing::admins(), "samir", &line);
        assert_eq!(reply(&there).key(), "case-in-private");
        let private = say(&snapshot, &testing::direct(), "samir", &line);
        assert_eq!(reply(&private).key(), "case-card");
        let concerned = say(&snapshot, &testing::direct(), "lea", &line);
        assert_eq!(reply(&concerned).key(), "case-unknown");
        let listed = say(&snapshot, &testing::admins(), "samir", "cases");
        assert_eq!(reply(&listed).key(), "cases-none");
    }

    #[test]
    fn a_message_that_nobody_could_look_at_counts_as_gone_after_a_day() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::direct(),
            "ben",
            &format!("report {LINK}"),
        );
        let day = 24 * 3_600_000;
        let due = |after| {
            let now = crate::clock::Timestamp(NOW.0 + after);
            cases::due(&snapshot, testing::community(&snapshot), now)
        };
        assert_eq!(due(day), []);
        let [(_, decision)] = <[_; 1]>::try_from(due(day + 1)).expect("one thing is due");
        assert_eq!(reply(&decision).key(), "report-outcome-gone");
    }

    #[test]
    fn what_one_cannot_see_cannot_be_reported_and_strangers_report_nothing() {
        let snapshot = testing::snapshot();
        let line = "report https://matrix.to/#/!ouest:example.org/$bad";
        for who in ["ben", "stranger"] {
            let decision = say(&snapshot, &testing::direct(), who, line);
            assert_eq!(reply(&decision).key(), "report-elsewhere", "{who}");
            assert_eq!(decision.changes, []);
        }
    }

    #[test]
    fn in_the_admins_room_it_is_still_the_weekly_report() {
        let snapshot = testing::snapshot();
        let decision = say(&snapshot, &testing::admins(), "nadia", "report");
        assert_eq!(decision.ask.map(|it| it.question), Some(Question::Report));
    }

    #[test]
    fn words_of_a_report_stand_in_its_card_only() {
        let mut snapshot = testing::snapshot();
        let line = format!("report {LINK} because secret words");
        let decision = apply(&mut snapshot, &testing::direct(), "ben", &line);
        let card = testing::community(&snapshot).records.cards.values().next();
        let card = card.expect("it waits").clone();
        assert_eq!(
            card.matter,
            Matter::Case {
                words: vec!["secret words".to_owned()]
            }
        );
        let others = format!(
            "{} {:?} {:?}",
            serde_json::to_string(&decision.actions).unwrap(),
            decision.audit,
            testing::community(&snapshot).records.cases
        );
        assert!(!others.contains("secret words"), "{others}");
    }
}
