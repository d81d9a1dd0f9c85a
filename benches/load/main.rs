//! The load harness: `cargo bench --bench load -- <scenario>…`. A fake homeserver in this process pushes events to Hygie and to a
//! bare baseline, each a process of its own, in turns; what counts is when a redaction reaches the homeserver, and that none is
//! lost or doubled. Without a scenario it lists them.
//!
//! Under `cargo test` the same scenarios run for a moment and only counts are looked at.

mod bare;
mod database;
mod feed;
mod homeserver;
mod options;
mod program;
mod report;
mod scenario;
mod short;
mod stage;
mod synapse;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

use self::{
    options::Options,
    program::{ROLE, Role},
    report::Rounds,
    scenario::Scenario,
    stage::Round,
};

/// The baseline's command line.
#[derive(Debug, Parser)]
struct BareCommand {
    #[command(flatten)]
    options: bare::Options,
}

fn main() -> ExitCode {
    match std::env::var(ROLE).as_deref() {
        Ok("hygie") => return hygie::cli::main(),
        Ok("bare") => return bare::main(BareCommand::parse().options),
        _ => {}
    }
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match options::of_bench(&arguments) {
        Some(arguments) => in_one_thread(measure(Options::parse_from(arguments))),
        None => short::main(&arguments),
    }
}

/// The harness must not take the cores from what it measures.
fn in_one_thread(work: impl Future<Output = ExitCode>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

async fn measure(options: Options) -> ExitCode {
    let asked = options.scenarios().and_then(|scenarios| {
        let engines = options.engines()?;
        let roster = options.synapse.then(|| options.roster_on_synapse());
        Ok((scenarios, engines, roster.transpose()?))
    });
    let (scenarios, engines, roster_on_synapse) = match asked {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let (rounds, seed) = (options.rounds, options.seed);
    match roster_on_synapse {
        Some(true) => {
            let well = synapse::roster::run(options.people, rounds, options.json, seed);
            return verdict(Box::pin(well).await);
        }
        Some(false) => return verdict(synapse::run(rounds, options.json, seed).await),
        None => {}
    }
    if scenarios.is_empty() {
        for scenario in Scenario::ALL {
            let (name, about) = scenario.name();
            println!("{name:<14} {about}");
        }
        return ExitCode::SUCCESS;
    }
    if !options.json {
        println!("{}", report::HEADING);
    }
    let mut all_well = true;
    for scenario in scenarios {
        for engine in &engines {
            let mut rounds = Rounds::new(scenario, *engine);
            for _ in 0..options.rounds.max(1) {
                for role in [Role::Bare, Role::Hygie] {
                    if role == Role::Bare && (options.no_bare || !scenario.has_baseline()) {
                        continue;
                    }
                    let round = Round {
                        role,
                        engine: *engine,
                        faults: options.faults(),
                    };
                    rounds.add(role, Box::pin(scenario.run(&options.size(), round)).await);
                }
            }
            if options.json {
                println!("{}", rounds.json());
            } else {
                println!("{}", rounds.line());
            }
            all_well &= rounds.wrong() == (0, 0);
        }
    }
    verdict(all_well)
}

fn verdict(all_well: bool) -> ExitCode {
    if all_well {
        ExitCode::SUCCESS
    } else {
        eprintln!("something was lost or doubled");
        ExitCode::FAILURE
    }
}
