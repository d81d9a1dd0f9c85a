//! The dashboard and the alerts of `deploy/grafana` beside the metrics that exist: neither may ask for one that does not, or
//! forget one that does; and docs/operator.md says what to do for each alert.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{ActionLabel, LaneLabel, Metrics, RuleLabel};

const DASHBOARD: &str = include_str!("../../deploy/grafana/hygie.json");
const ALERTS: &str = include_str!("../../deploy/grafana/alerts.yaml");
const GUIDE: &str = include_str!("../../docs/operator.md");

/// Labels that Prometheus adds itself, and the one of histogram buckets.
const ADDED: [&str; 3] = ["instance", "job", "le"];
/// The words of `PromQL` that the expressions use.
const WORDS: [&str; 11] = [
    "by",
    "sum",
    "min",
    "max",
    "rate",
    "increase",
    "delta",
    "histogram_quantile",
    "up",
    "and",
    "or",
];

/// What is exposed: the names of series with their labels, and the names of the metrics.
struct Exposed {
    series: BTreeMap<String, BTreeSet<String>>,
    metrics: BTreeSet<String>,
}

fn exposed() -> Exposed {
    let metrics = Metrics::default();
    let rule = "r".to_owned();
    let rule = RuleLabel { rule };
    drop(metrics.hits.get_or_create(&rule));
    drop(metrics.guard_refusals.get_or_create(&rule));
    drop(metrics.lane_depth.get_or_create(&LaneLabel { lane: 0 }));
    let (kind, result) = ("redact", "done");
    drop(metrics.actions.get_or_create(&ActionLabel { kind, result }));
    metrics.redaction.observe(0.1);
    let text = metrics.text();
    let mut series: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, _value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = name.split_once('{').unwrap_or((name, ""));
        let labels = labels.trim_end_matches('}').split(',');
        let labels = labels.filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
        series.entry(name.to_owned()).or_default().extend(labels);
    }
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names = types.filter_map(|line| Some(line.split_once(' ')?.0.to_owned()));
    Exposed {
        metrics: names.collect(),
        series,
    }
}

/// The expressions of the dashboard, with their panel.
fn of_the_dashboard() -> Vec<(String, String)> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut expressions = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        assert!(
            panel["description"]
                .as_str()
                .is_some_and(|it| it.len() > 20),
            "{title} says nothing"
        );
        for target in panel["targets"].as_array().unwrap() {
            expressions.push((
                title.to_owned(),
                target["expr"].as_str().unwrap().to_owned(),
            ));
        }
    }
    expressions
}

fn alerts() -> Vec<Value> {
    let alerts: Value = serde_saphyr::from_str(ALERTS).unwrap();
    alerts["groups"][0]["rules"].as_array().unwrap().clone()
}

/// The words of an expression: identifiers outside of quotes, and whether each stands among labels.
fn words(expression: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut braces, mut by) = (String::new(), false, 0, false);
    for character in expression.chars().chain([' ']) {
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '_' | '$' | 'a'..='z' | 'A'..='Z' | '0'..='9' => {
                word.push(character);
                continue;
            }
            _ => {}
        }
        if !word.is_empty() {
            words.push((std::mem::take(&mut word), braces > 0 || by));
        }
        match character {
            '{' if !quoted => braces += 1,
            '}' if !quoted => braces -= 1,
            '(' => by = words.last().is_some_and(|(word, _)| word == "by"),
            ')' => by = false,
            _ => {}
        }
    }
    assert!(!quoted && braces == 0, "{expression} is not closed");
    assert_eq!(
        expression.matches('(').count(),
        expression.matches(')').count(),
        "{expression}"
    );
    words
}

/// What is wrong with an expression.
fn wrong(expression: &str, exposed: &Exposed) -> Vec<String> {
    let words = words(expression);
    let named = |name: &str| exposed.series.get(name);
    let labels: BTreeSet<&String> = words
        .iter()
        .filter_map(|(word, _)| named(word))
        .flatten()
        .collect();
    let mut wrong = Vec::new();
    for (word, label) in &words {
        let number = word.starts_with(|first: char| first.is_ascii_digit());
        let known = if *label {
            ADDED.contains(&word.as_str()) || labels.contains(word)
        } else {
            number
                || WORDS.contains(&word.as_str())
                || word == "$__rate_interval"
                || named(word).is_some()
        };
        if !known {
            wrong.push(format!("`{word}` in {expression}"));
        }
    }
    wrong
}

#[test]
fn dashboard_and_alerts_ask_only_for_metrics_and_labels_that_exist() {
    let exposed = exposed();
    let mut expressions = of_the_dashboard();
    for alert in alerts() {
        expressions.push((
            alert["alert"].to_string(),
            alert["expr"].as_str().unwrap().to_owned(),
        ));
    }
    assert!(expressions.len() > 20, "they are found");
    let wrong: Vec<String> = expressions
        .iter()
        .flat_map(|(place, expression)| {
            let wrong = wrong(expression, &exposed);
            wrong
                .into_iter()
                .map(move |wrong| format!("{place}: {wrong}"))
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_does_not_exist_is_found() {
    let exposed = exposed();
    for expression in [
        "rate(hygie_event_total[5m])",
        "hygie_events",
        "hygie_retries_total{kind=\"limited\"}",
        "sum by (room) (hygie_lane_depth)",
        "summ(hygie_lane_depth)",
    ] {
        assert_eq!(wrong(expression, &exposed).len(), 1, "{expression}");
    }
    assert_eq!(
        wrong(
            "sum by (lane) (hygie_lane_depth{lane=\"x y\"}) > 1",
            &exposed
        ),
        Vec::<String>::new()
    );
}

#[test]
fn every_metric_is_on_the_dashboard() {
    let expressions = of_the_dashboard();
    let shown: BTreeSet<String> = expressions
        .iter()
        .flat_map(|(_, expression)| words(expression))
        .map(|(word, _)| word)
        .collect();
    let is_shown = |metric: &&String| {
        let endings = ["", "_total", "_bucket"];
        endings
            .iter()
            .any(|ending| shown.contains(&format!("{metric}{ending}")))
    };
    let exposed = exposed().metrics;
    let missing: Vec<&String> = exposed.iter().filter(|metric| !is_shown(metric)).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[test]
fn every_alert_says_what_it_means_and_the_guide_what_to_do() {
    let in_guide = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| `Hygie")?.split('`').next());
    let in_guide: BTreeSet<String> = in_guide.map(|name| format!("Hygie{name}")).collect();
    let mut named = BTreeSet::new();
    for alert in alerts() {
        let name = alert["alert"].as_str().unwrap();
        for part in ["summary", "description", "remedy"] {
            assert!(
                alert["annotations"][part]
                    .as_str()
                    .is_some_and(|text| text.len() > 15),
                "{name}: {part}"
            );
        }
        let severity = alert["labels"]["severity"].as_str().unwrap();
        assert!(["critical", "warning"].contains(&severity), "{name}");
        named.insert(name.to_owned());
    }
    assert_eq!(named, in_guide);
}
