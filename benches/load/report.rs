//! What the rounds of a scenario came to: one line of a table, or of JSON.

use std::fmt::{self, Write as _};

use serde_json::{Value, json};

use crate::{database::Engine, program::Role, scenario::Scenario, stage::Measured};

/// The heading of the table.
pub const HEADING: &str = "scenario       database  events      ev/s  ev/s/core  cpu ms/ev  p50 ms  p95 ms  p99 ms | bare p50    p95    p99  ratio p50 |  lost  doubled  rss MiB  ready s  written B/ev";

/// All rounds of a scenario on a database.
#[derive(Debug)]
pub struct Rounds {
    scenario: Scenario,
    engine: Engine,
    hygie: Vec<Measured>,
    bare: Vec<Measured>,
}

impl Rounds {
    /// None yet.
    #[must_use]
    pub fn new(scenario: Scenario, engine: Engine) -> Self {
        Self {
            scenario,
            engine,
            hygie: Vec::new(),
            bare: Vec::new(),
        }
    }

    /// A round is over.
    pub fn add(&mut self, role: Role, measured: Measured) {
        match role {
            Role::Hygie => self.hygie.push(measured),
            Role::Bare => self.bare.push(measured),
        }
    }

    /// Redactions and copies that never came, and that came more than once, in all rounds of Hygie.
    #[must_use]
    pub fn wrong(&self) -> (usize, usize) {
        let sum = |of: fn(&Measured) -> usize| self.hygie.iter().map(of).sum();
        (sum(|it| it.lost), sum(|it| it.doubled))
    }

    /// One line of JSON; every time is the median of the rounds.
    #[must_use]
    pub fn json(&self) -> Line {
        let (lost, doubled) = self.wrong();
        let (hygie, bare) = (Medians::of(&self.hygie), Medians::of(&self.bare));
        let mut line = Line::default();
        let mut put = |name: &'static str, value: Value| line.put(name, value);
        put("scenario", json!(self.scenario.name().0));
        put("database", json!(self.engine.name()));
        put("events", json!(self.hygie.first().map(|it| it.events)));
        put("events_per_second", number(hygie.rate));
        put("p50_ms", number(hygie.p50));
        put("p95_ms", number(hygie.p95));
        put("p99_ms", number(hygie.p99));
        put("bare_p50_ms", number(bare.p50));
        put("ratio_p50", number(ratio(hygie.p50, bare.p50)));
        put("lost", json!(lost));
        put("doubled", json!(doubled));
        put("rss_mib", number(hygie.rss));
        put("ready_s", number(hygie.ready));
        put("bare_p95_ms", number(bare.p95));
        put("bare_p99_ms", number(bare.p99));
        put("ratio_p95", number(ratio(hygie.p95, bare.p95)));
        put("waited_p50_ms", number(hygie.waited_p50));
        put("waited_p99_ms", number(hygie.waited_p99));
        put("cpu_ms_per_event", number(hygie.cpu_ms));
        put("events_per_second_per_core", number(hygie.rate_per_core));
        put("db_bytes_per_event", number(hygie.grew));
        put("written_bytes_per_event", number(hygie.written));
        put("bare_events_per_second", number(bare.rate));
        put("bare_cpu_ms_per_event", number(bare.cpu_ms));
        put("bare_rss_mib", number(bare.rss));
        for (name, value) in &hygie.more {
            put(name, number(Some(*value)));
        }
        line
    }

    /// One line of the table.
    #[must_use]
    pub fn line(&self) -> String {
        let (lost, doubled) = self.wrong();
        let (hygie, bare) = (Medians::of(&self.hygie), Medians::of(&self.bare));
        let mut line = format!(
            "{:<14} {:<8} {:>7} {} {} {} {} {} {} | {} {} {} {} | {lost:>5} {doubled:>8} {} {} {}",
            self.scenario.name().0,
            self.engine.name(),
            self.hygie.first().map_or(0, |it| it.events),
            cell(hygie.rate, 9, 0),
            cell(hygie.rate_per_core, 10, 0),
            cell(hygie.cpu_ms, 10, 3),
            cell(hygie.p50, 7, 2),
            cell(hygie.p95, 7, 2),
            cell(hygie.p99, 7, 2),
            cell(bare.p50, 8, 2),
            cell(bare.p95, 6, 2),
            cell(bare.p99, 6, 2),
            cell(ratio(hygie.p50, bare.p50), 10, 2),
            cell(hygie.rss, 8, 1),
            cell(hygie.ready, 8, 2),
            cell(hygie.written, 13, 0),
        );
        if let (Some(rate), Some(cpu)) = (bare.rate, bare.cpu_ms) {
            let _ = write!(line, "  (bare: {rate:.0} ev/s, {cpu:.3} cpu ms/ev)");
        }
        for (name, value) in &hygie.more {
            let _ = write!(line, "  {name} {value:.2}");
        }
        line
    }
}

/// A JSON object that keeps its keys in order.
#[derive(Debug, Default)]
pub struct Line(Vec<(&'static str, Value)>);

impl Line {
    /// Adds a key.
    pub fn put(&mut self, name: &'static str, value: Value) {
        self.0.push((name, value));
    }

    /// The number of a key.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.and_then(|(_, value)| value.as_f64())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, (name, value)) in self.0.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}\"{name}\":{value}")?;
        }
        f.write_str("}")
    }
}

/// The medians of some rounds; `None` where nothing was measured.
#[derive(Debug, Default)]
struct Medians {
    rate: Option<f64>,
    rate_per_core: Option<f64>,
    cpu_ms: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
    waited_p50: Option<f64>,
    waited_p99: Option<f64>,
    rss: Option<f64>,
    ready: Option<f64>,
    grew: Option<f64>,
    written: Option<f64>,
    more: Vec<(&'static str, f64)>,
}

impl Medians {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts and bytes are far below 2^52"
    )]
    fn of(rounds: &[Measured]) -> Self {
        let all = |of: &dyn Fn(&Measured) -> Option<f64>| median(rounds.iter().filter_map(of));
        let per_event = |of: fn(&Measured) -> f64| {
            all(&move |it| (it.events > 0).then(|| of(it) / it.events as f64))
        };
        let more = rounds.first().map_or(&[][..], |first| &first.more);
        let more = more.iter().enumerate().filter_map(|(at, (name, _))| {
            let value = all(&|it| it.more.get(at).map(|(_, value)| *value));
            Some((*name, value?))
        });
        Self {
            rate: all(&|it| (it.events > 0).then(|| it.events as f64 / it.seconds)),
            rate_per_core: all(&|it| {
                (it.events > 0 && it.cpu_s > 0.0).then(|| it.events as f64 / it.cpu_s)
            }),
            cpu_ms: per_event(|it| it.cpu_s * 1e3),
            p50: all(&|it| quantile(&it.latencies, 0.5)),
            p95: all(&|it| quantile(&it.latencies, 0.95)),
            p99: all(&|it| quantile(&it.latencies, 0.99)),
            waited_p50: all(&|it| quantile(&it.waited, 0.5)),
            waited_p99: all(&|it| quantile(&it.waited, 0.99)),
            rss: all(&|it| Some(it.rss_mib)),
            ready: all(&|it| Some(it.ready_s)),
            grew: per_event(|it| it.database_grew as f64),
            written: per_event(|it| it.written as f64),
            more: more.collect(),
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// The value below which this share of the sorted values lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "an index into a list"
)]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get((last as f64 * share).round() as usize).copied()
}

/// How many times the one is the other.
pub fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other.filter(|other| *other > 0.0)?)
}

/// A number rounded for JSON; null without one.
pub fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 1e4).round() / 1e4))
}

fn cell(value: Option<f64>, width: usize, digits: usize) -> String {
    value.map_or_else(
        || format!("{:>width$}", "-"),
        |value| format!("{value:>width$.digits$}"),
    )
}
