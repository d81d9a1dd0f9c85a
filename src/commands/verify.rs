//! `verify` and `verdict`: a member asks whether what a message says is true; whoever knows answers below the message, with a source and its
//! date. `verify` is for everybody, `verdict` for the group of experts, or the team where there is none.

use std::time::Duration;

use super::{
    case::{card_of, find},
    context::{Answer, Context, Outcome, Refusal},
    flag,
    grant::End,
    input::{Clause, Input, first_word},
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    community::{
        record::{Case, CaseKind, Decided, Outcome as Came},
        role::Role,
        snapshot::Community,
    },
    governance::{cases::ruling::Ruling, team},
    reply::Text,
};

/// How long a verdict holds when nothing is said: what is known of health changes.
const HOLDS: Duration = Duration::from_hours(180 * 24);

pub(super) const VERIFY: Spec = Spec {
    name: Both {
        fr: "vérifier",
        en: "verify",
    },
    aliases: &["fact-check"],
    usage: Both {
        fr: "[lien du message]",
        en: "[link to the message]",
    },
    help: "help-verify",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["https://matrix.to/#/!salon:example.org/$evenement"],
        en: &["https://matrix.to/#/!room:example.org/$event"],
    },
    run: |context, input| flag::ask(context, input, CaseKind::FactCheck),
};

pub(super) const VERDICT: Spec = Spec {
    name: Both {
        fr: "verdict",
        en: "verdict",
    },
    aliases: &[],
    usage: Both {
        fr: "<dossier> vrai|faux|incertain source <adresse> [date] [jusqu’au <date>] parce que <explication>",
        en: "<case> true|false|unclear source <address> [date] [until <date>] because <explanation>",
    },
    help: "help-verdict",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[Clause::Until, Clause::Because],
    examples: Both {
        fr: &[
            "k7f3x faux source https://www.has-sante.fr 2026-03-01 parce que la recommandation a changé",
        ],
        en: &[
            "k7f3x false source https://www.who.int 2026-03-01 because the recommendation has changed",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

struct Args<'a> {
    case: &'a str,
    came: Came,
    source: &'a str,
    date: Option<jiff::civil::Date>,
    end: End<'a>,
    reason: String,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (case, rest) = first_word(input.subject);
    if case.is_empty() {
        return Err(Text::new("case-missing"));
    }
    let (truth, rest) = first_word(rest);
    let verdict = match truth.to_lowercase().as_str() {
        "true" | "vrai" => Came::True,
        "false" | "faux" => Came::False,
        "unclear" | "incertain" => Came::Unclear,
        _ => return Err(Text::new("verdict-truth")),
    };
    let (word, rest) = first_word(rest);
    let (source, date) = first_word(rest);
    let is_link = source.starts_with("https://") || source.starts_with("http://");
    if !word.eq_ignore_ascii_case("source") || !is_link {
        return Err(Text::new("verdict-source"));
    }
    let date = match date {
        "" => None,
        date => {
            let wrong = |_| Text::new("not-a-day").with("words", date);
            Some(date.parse().map_err(wrong)?)
        }
    };
    Ok(Args {
        case,
        came: verdict,
        source,
        date,
        end: End::read(input)?,
        reason: input.reason().ok_or_else(|| Text::new("verdict-why"))?,
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let (community, case) = find(context, args.case)?;
    let ruling = Ruling {
        snapshot: context.snapshot,
        community,
        case,
        card: card_of(community, case)?,
        event: context.event,
        reason: Some(args.reason.clone()),
        now: context.now,
    };
    ruling.allowed().map_err(Refusal::NotAllowed)?;
    let (Some(room), Some(event), CaseKind::FactCheck) = (&case.room, &case.event, case.kind)
    else {
        let text = Text::new("case-no-such-step").code("case", &case.id);
        return Err(Refusal::NotAllowed(text));
    };
    let until = args.end.at(community, context.now)?;
    let until = until.unwrap_or_else(|| context.now.plus(HOLDS));
    let mut deed = ruling.deed();
    deed.act(Effect::Say {
        to: Recipient::Room(room.clone()),
        text: posted(community, case, args, until, context.now),
        locale: community.definition.locale,
        reply_to: Some(event.clone()),
    });
    let decided = Decided {
        outcome: args.came,
        by: context.issuer().to_owned(),
        at: context.now,
        reason: Some(args.reason.clone()),
        until: Some(until),
    };
    ruling.conclude_as(&mut deed, decided);
    Ok(Outcome {
        admins_know: true,
        ..Outcome::of(deed.decision, Text::new("verdict-posted"))
    })
}

/// What stands below the message: what was found, why, where that is written and of when it is, and until when it holds.
fn posted(
    community: &Community,
    case: &Case,
    args: &Args,
    until: Timestamp,
    now: Timestamp,
) -> Text {
    let key = match args.came {
        Came::True => "verdict-true",
        Came::False => "verdict-false",
        _ => "verdict-unclear",
    };
    let today = || {
        let zone = jiff::tz::TimeZone::get(&community.definition.timezone);
        let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
        let instant = jiff::Timestamp::from_millisecond(now.0).unwrap_or(jiff::Timestamp::MAX);
        instant.to_zoned(zone).date()
    };
    let date = args.date.unwrap_or_else(today).to_string();
    Text::new(key)
        .line("verdict-reason")
        .with("reason", args.reason.as_str())
        .line("verdict-source-line")
        .with("source", args.source)
        .with("date", date)
        .line("verdict-holds")
        .with("until", team::end(community, until, now))
        .code("case", &case.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, NOW, apply, body, effects, reply, say, user},
        community::{
            change::Change,
            record::{Record, Sighting},
            snapshot::Snapshot,
        },
        governance::cases,
    };

    /// Ben has asked about a message of Camille; the name of the case.
    fn asked(snapshot: &mut Snapshot) -> String {
        let line = "verify https://matrix.to/#/!est:example.org/$claim";
        apply(snapshot, &testing::direct(), "ben", line);
        let community = testing::community(snapshot);
        let case = community.records.cases.keys().next().unwrap().clone();
        let sighting = Sighting {
            case: case.clone(),
            sender: Some(user("camille")),
        };
        let id = community.definition.id.clone();
        snapshot.apply(&Change::keep(&id, Record::Sighting(sighting)));
        for (_, decision) in cases::due(snapshot, testing::community(snapshot), NOW) {
            decision.changes.iter().for_each(|it| snapshot.apply(it));
        }
        case.0
    }

    #[test]
    fn a_verdict_stands_below_the_message_with_its_source_and_date_and_says_until_when() {
        let mut snapshot = testing::snapshot();
        let case = asked(&mut snapshot);
        let line = format!(
            "verdict {case} faux source https://has.example 2025-11-03 parce que étude retirée"
        );
        let decision = apply(&mut snapshot, &testing::admins(), "nadia", &line);
        let posted = effects(&decision).find_map(|it| match it {
            Effect::Say {
                to: Recipient::Room(room),
                text,
                locale,
                reply_to: Some(event),
            } if event.as_str() == "$claim" => Some((room.as_str(), text.plain(*locale))),
            _ => None,
        });
        let (room, text) = posted.expect("it is posted");
        assert_eq!(room, "!est:example.org");
        for part in [
            "étude retirée",
            "https://has.example",
            "2025-11-03",
            "2026-06-",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let told = effects(&decision).any(|it| matches!(it, Effect::Say { to: Recipient::Person(who), text, .. } if *who == user("ben") && text.key() == "verify-outcome"));
        assert!(told);
        let shown = body(&say(
            &snapshot,
            &testing::admins(),
            "nadia",
            &format!("case {case}"),
        ));
        assert!(
            shown.contains("faux") && shown.contains("étude retirée"),
            "{shown}"
        );
    }

    #[test]
    fn a_verdict_needs_a_source_a_reason_and_somebody_who_may() {
        let mut snapshot = testing::snapshot();
        let case = asked(&mut snapshot);
        for (line, key) in [
            (
                "perhaps source https://a.example because x",
                "verdict-truth",
            ),
            ("true because x", "verdict-source"),
            ("true source book because x", "verdict-source"),
            ("true source https://a.example", "verdict-why"),
            (
                "true source https://a.example yesterday because x",
                "not-a-day",
            ),
        ] {
            let decision = say(
                &snapshot,
                &testing::admins(),
                "nadia",
                &format!("verdict {case} {line}"),
            );
            assert_eq!(
                (reply(&decision).key(), decision.changes.len()),
                (key, 0),
                "{line}"
            );
        }
        let line = format!("verdict {case} true source https://a.example because x");
        for who in ["ben", "camille"] {
            let decision = say(&snapshot, &testing::direct(), who, &line);
            assert_eq!(reply(&decision).key(), "case-unknown", "{who}");
        }
    }
}
