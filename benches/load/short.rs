//! What `cargo test` runs: every scenario for a moment, on both databases. Counts only, never times.

use std::{ffi::OsString, process::ExitCode, time::Duration};

use hygie_servers::postgres;

use crate::{
    database::Engine,
    homeserver::Faults,
    in_one_thread,
    program::Role,
    scenario::{Scenario, Size},
    stage::{Measured, Round},
};

const SIZE: Size = Size {
    rate: 200.0,
    leaks_per_mille: 50,
    seconds: 1.0,
    burst: 20,
    crowd: 60,
    stored: 1000,
    people: 1000,
    shrink: 50,
    idle: Duration::from_millis(200),
};

/// Runs the scenarios whose name contains an argument, or all without one.
pub fn main(arguments: &[OsString]) -> ExitCode {
    let arguments: Vec<_> = arguments
        .iter()
        .skip(1)
        .map(|it| it.to_string_lossy())
        .collect();
    let list = arguments.iter().any(|it| it == "--list");
    let filters: Vec<_> = arguments.iter().filter(|it| !it.starts_with('-')).collect();
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|it| name.contains(&***it));
    in_one_thread(async {
        let mut broken = 0;
        for (scenario, engine) in cases() {
            let name = format!("load::{}::{}", scenario.name().0, engine.name());
            if !wanted(&name) {
                continue;
            }
            if list {
                println!("{name}: test");
                continue;
            }
            let problems = Box::pin(run(scenario, engine)).await;
            let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
            println!("test {name} ... {verdict}");
            for problem in &problems {
                println!("    {problem}");
            }
            broken += usize::from(!problems.is_empty());
        }
        if broken == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    })
}

fn cases() -> Vec<(Scenario, Engine)> {
    let mut engines = vec![Engine::Sqlite];
    if postgres::available() {
        engines.push(Engine::HastyPostgres);
    }
    // A smaller world is the same as the small one, and when nothing happens there is nothing to count.
    let same = [Scenario::CleanLarge, Scenario::FanOutLarge, Scenario::Idle];
    let wanted = Scenario::ALL.into_iter().filter(|it| !same.contains(it));
    let wanted: Vec<_> = wanted.collect();
    let of = |engine: &Engine| wanted.iter().map(|it| (*it, *engine)).collect::<Vec<_>>();
    engines.iter().flat_map(of).collect()
}

/// What is wrong after a short run.
async fn run(scenario: Scenario, engine: Engine) -> Vec<String> {
    let round = Round {
        role: Role::Hygie,
        engine,
        faults: Faults {
            seed: 1,
            ..Faults::default()
        },
    };
    problems(&scenario.run(&SIZE, round).await)
}

fn problems(measured: &Measured) -> Vec<String> {
    let mut problems = Vec::new();
    if measured.lost > 0 {
        problems.push(format!("{} redactions or copies were lost", measured.lost));
    }
    if measured.doubled > 0 {
        problems.push(format!(
            "{} redactions or copies came twice",
            measured.doubled
        ));
    }
    if measured.events == 0 {
        problems.push("no event was taken".to_owned());
    }
    let asked = measured
        .more
        .iter()
        .find(|(name, _)| *name == "state_requests");
    if let Some((_, asked)) = asked.filter(|(_, asked)| *asked > 0.0) {
        problems.push(format!("the homeserver was asked for state {asked} times"));
    }
    problems
}
