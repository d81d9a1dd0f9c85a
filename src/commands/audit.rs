//! `audit`: the last things that were done, by whom and to whom. For moderators.

use std::time::Duration;

use ruma::OwnedUserId;

use super::{
    context::{Answer, Context, Outcome},
    input::{Clause, Input},
    spec::{Both, Scope, Spec},
};
use crate::{
    clock::Timestamp,
    community::{place::Place, role::Role},
    decide::{AuditFilter, AuditRow, Question},
    moderation::DetectedKind,
    reply::{Argument, Text, moment},
};

/// How many entries are shown when nothing is said, and at most.
const DEFAULT: u32 = 10;
const MOST: u32 = 50;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "journal",
        en: "audit",
    },
    aliases: &["log"],
    usage: Both {
        fr: "[nombre] [règle <règle>] [sur <personne>] [dans <groupe>] [pendant <durée>] | risques",
        en: "[number] [rule <rule>] [about <person>] [in <group>] [for <duration>] | risks",
    },
    help: "help-audit",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[Clause::About, Clause::In, Clause::For],
    examples: Both {
        fr: &[
            "",
            "20 sur @awa:example.org",
            "règle phone-number dans secteur-est pendant 7 jours",
        ],
        en: &[
            "",
            "20 about @awa:example.org",
            "rule phone-number in secteur-est for 7 days",
        ],
    },
    run: |context, input| {
        if super::risks::is_meant(input.subject) {
            return super::risks::shown(context);
        }
        run(context, &parse(input)?)
    },
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    limit: u32,
    rule: Option<&'a str>,
    about: Option<&'a str>,
    group: Option<&'a str>,
    within: Option<Duration>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (count, rule) = rule(input.subject);
    let limit = match count {
        "" => DEFAULT,
        words => words
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| {
                Text::new("audit-not-a-number")
                    .with("words", words)
                    .with("most", i64::from(MOST))
            })?,
    };
    Ok(Args {
        limit,
        rule,
        about: input.clause(Clause::About),
        group: input.clause(Clause::In),
        within: match input.clause(Clause::For) {
            Some(_) => Some(input.duration(Duration::ZERO)?),
            None => None,
        },
    })
}

/// What is said before `rule`, and the rule that is named after it.
fn rule(words: &str) -> (&str, Option<&str>) {
    let called = ["règle", "regle", "rule"];
    let mut parts = words.splitn(2, char::is_whitespace);
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next());
    let named = |word: &str| called.contains(&word.to_lowercase().as_str());
    match rest.map(str::trim) {
        Some(rest) if named(first) => ("", Some(rest)),
        Some(rest) => match rest.split_once(char::is_whitespace) {
            Some((word, rule)) if named(word) => (first, Some(rule.trim())),
            _ => (words, None),
        },
        None => (words, None),
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let about: Option<OwnedUserId> = args.about.map(|words| context.person(words)).transpose()?;
    let room = match args.group {
        Some(words) => {
            let place = Place::Group(context.group(words)?.id);
            community.places.get(&place).cloned()
        }
        None => None,
    };
    Ok(Outcome::ask(Question::Audit {
        limit: args.limit,
        which: AuditFilter {
            about,
            room,
            rule: args.rule.map(str::to_owned),
            since: args.within.map(|within| context.now.minus(within)),
        },
    }))
}

/// The answer, once the store has given it, with times in the community's time zone.
#[must_use]
pub fn format(rows: &[AuditRow], timezone: &str) -> Text {
    if rows.is_empty() {
        return Text::new("audit-empty");
    }
    let mut text =
        Text::new("audit-title").with("count", i64::try_from(rows.len()).unwrap_or(i64::MAX));
    for AuditRow { at, entry } in rows {
        text = text
            .line("audit-line")
            .with("at", moment(*at, timezone))
            .code("action", &entry.action)
            .with("actor", Argument::User(entry.actor.to_string()));
        let target = entry.target.as_deref();
        text = match target {
            Some(user) if user.starts_with('@') => text
                .line("audit-target")
                .with("target", Argument::User(user.to_owned())),
            Some(other) => text
                .line("audit-target")
                .with("target", Argument::Code(other.to_owned())),
            None => text,
        };
        if let Some(rule) = &entry.rule {
            text = text.line("audit-rule").code("rule", rule);
        }
        if let Some(detail) = &entry.detail {
            text = detailed(text, detail, timezone);
        }
    }
    text
}

/// Adds the detail of an entry in words of the reader's language: the log keeps it short and in English.
fn detailed(text: Text, detail: &str, timezone: &str) -> Text {
    let counted = |unit| detail.strip_suffix(unit)?.trim_end().parse::<i64>().ok();
    if detail == "its time was over" {
        return text.line("audit-time-over");
    }
    if let Some(count) = counted("steps") {
        return text.line("audit-steps").with("count", count);
    }
    if let Some(count) = counted("groups") {
        return text.line("audit-groups").with("count", count);
    }
    if let Some((until, reason)) = until(detail) {
        let text = text
            .line("audit-until")
            .with("until", moment(until, timezone));
        return match reason {
            Some(reason) => text.line("audit-detail").with("detail", reason),
            None => text,
        };
    }
    let kinds = kinds(detail);
    if !kinds.is_empty() {
        return kinds.into_iter().fold(text, |text, kind| {
            let name = Text::new(&format!("{}-name", kind.text_key()));
            text.line("audit-detail").with("detail", name)
        });
    }
    text.line("audit-detail").with("detail", detail)
}

/// `until <moment>`, or `until <moment>: <reason>`.
fn until(detail: &str) -> Option<(Timestamp, Option<&str>)> {
    let rest = detail.strip_prefix("until ")?;
    let (at, reason) = match rest.split_once(": ") {
        Some((at, reason)) => (at, Some(reason)),
        None => (rest, None),
    };
    let at: jiff::Timestamp = at.parse().ok()?;
    Some((Timestamp(at.as_millisecond()), reason))
}

/// What a rule found, each kind once: `<event>: <kind> in <place> #<hash>, …`.
fn kinds(detail: &str) -> Vec<DetectedKind> {
    let Some((event, hits)) = detail.split_once(": ") else {
        return Vec::new();
    };
    let found = |kind: &DetectedKind| {
        let own = |hit: &str| hit.split_once(" in ").map(|(key, _)| key) == Some(kind.text_key());
        event.starts_with('$') && hits.split(", ").any(own)
    };
    DetectedKind::ALL.into_iter().filter(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        commands::testing::{self, reply, say, user},
        decide::AuditEntry,
        reply::Locale,
    };

    #[test]
    fn the_question_carries_the_number_and_the_person() {
        let snapshot = testing::snapshot();
        let asked = |line| {
            say(&snapshot, &testing::admins(), "nadia", line)
                .ask
                .map(|ask| ask.question)
        };
        assert_eq!(
            asked("journal"),
            Some(Question::Audit {
                limit: 10,
                which: AuditFilter::default()
            })
        );
        assert_eq!(
            asked("audit 20 about Bén Diop"),
            Some(Question::Audit {
                limit: 20,
                which: AuditFilter {
                    about: Some(user("ben")),
                    ..AuditFilter::default()
                }
            })
        );
        assert_eq!(
            asked("journal 5 règle phone-number dans secteur-est pendant 2 h"),
            Some(Question::Audit {
                limit: 5,
                which: AuditFilter {
                    about: None,
                    room: Some("!est:example.org".try_into().unwrap()),
                    rule: Some("phone-number".to_owned()),
                    since: Some(testing::NOW.minus(Duration::from_hours(2))),
                }
            })
        );
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "nadia", "audit 1000")).key(),
            "audit-not-a-number"
        );
    }

    #[test]
    fn the_log_is_shown_with_who_did_what_to_whom_and_why() {
        let entry = AuditEntry {
            community: "nord".parse().unwrap(),
            room: None,
            actor: user("lea"),
            action: "ban".into(),
            target: Some("@ben:example.org".into()),
            rule: None,
            detail: Some("<b>pubs</b>".into()),
        };
        let said = format(
            &[AuditRow {
                at: Timestamp(1_767_225_600_000),
                entry,
            }],
            "UTC",
        )
        .render(Locale::En);
        for expected in [
            "`ban`",
            "@lea:example.org",
            "@ben:example.org",
            "<b>pubs</b>",
            "1 January at 00:00 UTC",
        ] {
            assert!(said.body.contains(expected), "{expected} in {}", said.body);
        }
        assert!(said.html.contains("&lt;b&gt;pubs"), "{}", said.html);
        assert_eq!(format(&[], "UTC").key(), "audit-empty");
    }
    #[test]
    fn details_are_in_the_language_of_the_reader_and_the_time_of_the_community() {
        let shown = |detail: &str| {
            let entry = AuditEntry {
                community: "nord".parse().unwrap(),
                room: None,
                actor: user("lea"),
                action: "x".into(),
                target: None,
                rule: None,
                detail: Some(detail.to_owned()),
            };
            let at = Timestamp(1_767_225_600_000);
            let body = format(&[AuditRow { at, entry }], "Europe/Paris");
            let body = body.plain(Locale::Fr);
            assert!(body.contains("1er janvier à 01 h 00"), "{body}");
            let lines = body.lines().skip(2).map(|line| line.trim().to_owned());
            lines.collect::<Vec<_>>()
        };
        assert_eq!(shown("its time was over"), ["la durée prévue était finie"]);
        assert_eq!(shown("1 steps"), ["1 étape"]);
        assert_eq!(shown("12 groups"), ["12 groupes"]);
        assert_eq!(
            shown("until 2026-01-01T02:00:00Z: pubs: trop"),
            ["jusqu’au 1er janvier à 03 h 00", "pubs: trop"]
        );
        assert_eq!(
            shown("until 2026-01-01T02:00:00Z"),
            ["jusqu’au 1er janvier à 03 h 00"]
        );
        assert_eq!(
            shown("$e: rule-nir in body #1f, rule-nir in filename #2e, rule-phone in body #3d"),
            ["numéro de sécurité sociale", "numéro de téléphone"]
        );
        assert_eq!(shown("until he stops"), ["until he stops"]);
    }

    #[test]
    fn what_the_commands_write_into_the_log_is_understood_when_it_is_read() {
        let snapshot = testing::snapshot();
        let keys = |line| {
            let decision = say(&snapshot, &testing::admins(), "lea", line);
            let detail = decision.audit[0].detail.clone().unwrap();
            let text = detailed(Text::default(), &detail, "UTC");
            text.keys().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(keys("mute @ben:example.org 2h"), ["audit-until"]);
        assert_eq!(
            keys("lockdown secteur-est for 2h because pubs"),
            ["audit-until", "audit-detail"]
        );
        assert_eq!(keys("apply"), ["audit-steps"]);
    }
}
