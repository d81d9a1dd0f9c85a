//! `transparency`: what moderation did in a community, counted: for everybody, without names. The counts come from the audit log; `dispatch` asks
//! the store and has [`format()`] say them.

use std::collections::{BTreeMap, HashMap};

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    clock::Timestamp,
    community::{role::Role, snapshot::Community},
    decide::{Moderation, Question},
    reply::{Text, duration},
};

/// Over how many days it is counted.
const DAYS: [u16; 2] = [30, 90];
/// How many rules are named, those that took most down.
const MOST_RULES: usize = 12;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "transparence",
        en: "transparency",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-transparency",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        run(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    context.community()?;
    Ok(Outcome::ask(Question::Transparency { days: DAYS }))
}

/// The answer, once the store has counted: for each time its days and what was done.
#[must_use]
pub fn format(community: &Community, counted: &[(u16, Moderation)]) -> Text {
    let title =
        Text::new("transparency-title").with("community", community.definition.name.as_str());
    counted.iter().fold(title, |text, (days, done)| {
        of_days(
            text.line("transparency-days")
                .with("days", i64::from(*days)),
            done,
        )
    })
}

fn of_days(text: Text, done: &Moderation) -> Text {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let sum = |action: &str| {
        let all = done.actions.iter();
        let of_action = all.filter(|((name, _), _)| name == action);
        number(of_action.map(|(_, count)| count).sum())
    };
    let by_team = done.actions.get(&("redact".to_owned(), None));
    let mut text = text
        .line("transparency-takedowns")
        .with("count", sum("redact"))
        .with("team", number(by_team.copied().unwrap_or_default()));
    let rules = done.actions.iter();
    let mut rules: Vec<(&String, u64)> = rules
        .filter_map(|((action, rule), count)| {
            Some((rule.as_ref().filter(|_| action == "redact")?, *count))
        })
        .collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    for (rule, count) in rules.into_iter().take(MOST_RULES) {
        text = text
            .line("transparency-rule")
            .code("rule", rule)
            .with("count", number(count));
    }
    text = text
        .line("transparency-steps")
        .with("nudges", sum("nudge"))
        .with("warnings", sum("warn"))
        .with("mutes", sum("mute"))
        .with("removals", sum("remove") + sum("kick"))
        .with("bans", sum("ban"));
    of_cases(text, done, sum("report-limited"))
}

fn of_cases(text: Text, done: &Moderation, limited: i64) -> Text {
    let count = |matches: &dyn Fn(&str, &str) -> bool| {
        let cases = done.cases.iter();
        let all = cases.filter(|(_, action, _, kind)| matches(action, kind));
        i64::try_from(all.count()).unwrap_or(i64::MAX)
    };
    let is_report = |kind: &str| kind == "report";
    let came = |action: &str| matches!(action, "case-opened" | "case-again");
    let decided = |action: &str| !came(action) && action != "case-note";
    let text = text
        .line("transparency-reports")
        .with(
            "count",
            count(&|action, kind| is_report(kind) && came(action)) + limited,
        )
        .with(
            "nothing",
            count(&|action, kind| {
                is_report(kind) && matches!(action, "case-nothing" | "case-gone")
            }),
        )
        .with(
            "acted",
            count(&|action, kind| {
                let nothing = matches!(action, "case-nothing" | "case-gone");
                is_report(kind) && decided(action) && !nothing
            }),
        )
        .line("transparency-appeals")
        .with(
            "count",
            count(&|action, kind| kind == "appeal" && came(action)),
        )
        .with("lifted", count(&|action, _| action == "case-lifted"))
        .with("upheld", count(&|action, _| action == "case-upheld"));
    match median(&done.cases, decided) {
        Some(took) => text.line("transparency-median").with("took", took),
        None => text,
    }
}

/// The median of how long cases took that were opened and decided within the time.
fn median(
    cases: &[(Timestamp, String, String, String)],
    decided: impl Fn(&str) -> bool,
) -> Option<Text> {
    let mut opened: HashMap<&str, Timestamp> = HashMap::new();
    let mut took: BTreeMap<&str, std::time::Duration> = BTreeMap::new();
    for (at, action, case, _) in cases {
        if action == "case-opened" {
            opened.insert(case, *at);
        } else if decided(action)
            && let Some(since) = opened.get(case.as_str())
        {
            took.insert(case, at.since(*since));
        }
    }
    let mut took: Vec<_> = took.into_values().collect();
    took.sort();
    let middle = took.get(took.len().checked_sub(1)? / 2)?;
    Some(duration(*middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, NOW, say};
    use crate::reply::Locale;

    #[test]
    fn everybody_sees_counts_and_nobody_names() {
        let row = |minutes: i64, action: &str, case: &str, kind: &str| {
            let at = Timestamp(NOW.0 + minutes * 60_000);
            (at, action.to_owned(), case.to_owned(), kind.to_owned())
        };
        let done = Moderation {
            actions: BTreeMap::from([
                (("redact".to_owned(), Some("nir".to_owned())), 7),
                (("redact".to_owned(), None), 2),
                (("mute".to_owned(), Some("insult".to_owned())), 3),
            ]),
            cases: vec![
                row(0, "case-opened", "a", "report"),
                row(1, "case-again", "a", "report"),
                row(2, "case-opened", "b", "report"),
                row(10, "case-note", "a", "report"),
                row(30, "case-taken-down", "a", "report"),
                row(32, "case-opened", "c", "appeal"),
                row(33, "case-lifted", "c", "appeal"),
                row(122, "case-nothing", "b", "report"),
            ],
        };
        let snapshot = testing::snapshot();
        let text = format(testing::community(&snapshot), &[(30, done)]);
        let said = text.plain(Locale::En);
        for part in [
            "9 messages",
            "2 by the team",
            "`nir`: 7",
            "3 times",
            "3 reports",
            "1 led to something",
            "1 to nothing",
            "1 appeal",
            "1 lifted",
            "30 minutes",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let asked = say(&snapshot, &testing::direct(), "ben", "transparency").ask;
        assert_eq!(
            asked.unwrap().question,
            Question::Transparency { days: DAYS }
        );
    }
}
