//! The command line of the harness.

use std::{ffi::OsString, time::Duration};

use clap::Parser;

use crate::{
    database::Engine,
    homeserver::{Faults, Latency},
    scenario::{Scenario, Size},
};

/// Measures Hygie under load, beside a bare baseline in the same run.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo bench --bench load --")]
pub struct Options {
    /// What to run, in this order; `all` for everything, nothing for a list.
    pub scenarios: Vec<String>,
    /// Which database: `sqlite`, `postgres` or `both`.
    #[arg(long, default_value = "sqlite")]
    pub database: String,
    /// How often each program has its turn.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Events a second.
    #[arg(long, default_value_t = 1000.0)]
    pub rate: f64,
    /// Leaks among a hundred events.
    #[arg(long, default_value_t = 5.0)]
    pub leaks: f64,
    /// How long events come, in seconds.
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    /// Events in the inbox for `restart`.
    #[arg(long, default_value_t = 100_000)]
    pub stored: usize,
    /// How many are on the roster in `roster`.
    #[arg(long, default_value_t = 1000)]
    pub people: usize,
    /// How long nothing happens in `idle`, in seconds.
    #[arg(long, default_value_t = 60)]
    pub idle: u64,
    /// Makes the large worlds so many times smaller.
    #[arg(long, default_value_t = 1)]
    pub shrink: usize,
    /// How long the homeserver takes for a request, in milliseconds: `0`, `5`, `2..20` or `exp:10`.
    #[arg(long, default_value_t = Latency::Zero)]
    pub latency: Latency,
    /// So many events of the bot the homeserver takes a second; 0 for no limit (in a raid then 100)
    #[arg(long, default_value_t = 0)]
    pub limit: u32,
    /// Of a thousand requests and transactions, so many fail.
    #[arg(long, default_value_t = 0)]
    pub faults: u64,
    /// Chooses what is a leak and what fails.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Prints one line of JSON for each scenario and database instead of the table.
    #[arg(long)]
    pub json: bool,
    /// Measures on a real Synapse instead: steady at 2, 10 and 30 messages a second, and a burst of 40 leaks; or `roster`.
    #[arg(long)]
    pub synapse: bool,
    /// Leaves the baseline out.
    #[arg(long)]
    pub no_bare: bool,
}

impl Options {
    /// The scenarios that were asked for; an error names the one that does not exist.
    ///
    /// # Errors
    /// When there is no such scenario.
    pub fn scenarios(&self) -> Result<Vec<Scenario>, String> {
        if self.scenarios.iter().any(|name| name == "all") {
            return Ok(Scenario::ALL.to_vec());
        }
        let find = |name: &String| {
            let found = Scenario::ALL.into_iter().find(|it| it.name().0 == name);
            found.ok_or_else(|| format!("there is no scenario `{name}`; leave it out for a list"))
        };
        self.scenarios.iter().map(find).collect()
    }

    /// Whether the roster is what was asked for on a real Synapse, rather than leaks at several paces.
    ///
    /// # Errors
    /// When it is another scenario.
    pub fn roster_on_synapse(&self) -> Result<bool, String> {
        match self.scenarios.as_slice() {
            [] => Ok(false),
            [name] if name == Scenario::Roster.name().0 => Ok(true),
            _ => Err("with --synapse write `roster`, or no scenario".to_owned()),
        }
    }

    /// The databases that were asked for.
    ///
    /// # Errors
    /// When it is none of the three words.
    pub fn engines(&self) -> Result<Vec<Engine>, String> {
        match self.database.as_str() {
            "sqlite" => Ok(vec![Engine::Sqlite]),
            "postgres" => Ok(vec![Engine::Postgres]),
            "both" => Ok(vec![Engine::Sqlite, Engine::Postgres]),
            other => Err(format!(
                "`{other}` is no database; write `sqlite`, `postgres` or `both`"
            )),
        }
    }

    /// How much of everything.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a thousand"
    )]
    pub fn size(&self) -> Size {
        Size {
            rate: self.rate,
            leaks_per_mille: (self.leaks * 10.0) as u64,
            seconds: self.seconds,
            burst: 40,
            crowd: 2000,
            stored: self.stored,
            shrink: self.shrink.max(1),
            people: self.people,
            idle: Duration::from_secs(self.idle),
        }
    }

    /// What goes wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults {
            seed: self.seed,
            per_mille: self.faults,
            latency: self.latency,
            per_second: self.limit,
        }
    }
}

/// The arguments without the one by which `cargo bench` tells that it runs us; `None` when it is `cargo test`.
#[must_use]
pub fn of_bench(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let rest = arguments.iter().filter(|argument| *argument != "--bench");
    let rest: Vec<_> = rest.cloned().collect();
    (rest.len() < arguments.len()).then_some(rest)
}
