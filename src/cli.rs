//! The command line: one file per subcommand. Only here and in `app` are things constructed.

pub mod config;
pub mod registration;

mod apply;
mod audit;
mod audit_log;
mod check;
mod crypto;
mod export;
mod import;
mod migrate;
mod plan;
mod rules;
mod serve;

#[cfg(test)]
mod secrecy;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{community::plan::Extent, config::Config, store::AuditHead};

/// Runs health communities on Matrix: groups, power levels, moderation and announcements.
#[derive(Debug, Parser)]
#[command(name = "hygie", version, arg_required_else_help = true)]
pub struct Cli {
    /// The configuration file; relative paths in it start from its folder.
    #[arg(
        long,
        short,
        global = true,
        env = "HYGIE_CONFIG",
        default_value = "hygie.yaml",
        value_name = "FILE"
    )]
    pub config: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run: take events from the homeserver and keep the communities as they decided.
    Serve {
        /// Only say what would be done; nothing on the homeserver is changed.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write registration.yaml and print the lines to add to homeserver.yaml.
    Registration {
        /// Replace a registration that is there; its tokens are lost.
        #[arg(long)]
        force: bool,
    },
    /// Examine everything, from the configuration to the bot's powers; each line says ok, warning or error with the remedy.
    Check {
        /// An end of the audit log that was noted earlier, as this command prints it: it must still be part of the log.
        #[arg(long, value_name = "SEQ:HASH")]
        audit_head: Option<AuditHead>,
    },
    /// Print what `apply` would change. Changes nothing.
    Plan {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Make the rooms as the communities' files say, and stop when they are.
    Apply {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Also do what cannot be taken back, or shows more to more people (marked `!` in the plan).
        #[arg(long)]
        confirm: bool,
    },
    /// Print what is risky in the communities, and the command that mends each. Ends with 1 when something is urgent. With a word after it: the
    /// audit log.
    #[command(args_conflicts_with_subcommands = true)]
    Audit {
        /// The audit log.
        #[command(subcommand)]
        log: Option<AuditLog>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Only this community.
        #[arg(long, value_name = "ID")]
        community: Option<String>,
    },
    /// Bring the tables of the database up to date.
    Migrate,
    /// The keys with which Hygie takes part in encrypted rooms.
    #[command(subcommand)]
    Crypto(crypto::Crypto),
    /// Take people over to a community's roster from a file. Without `--yes` it only says what would change.
    Import(import::Import),
    /// Write down the roster, who is where, or the file that would make a community again.
    Export(export::Export),
    /// What the rules of moderation see.
    #[command(subcommand)]
    Rules(rules::Rules),
    /// Print the documented default configuration.
    Config,
}

/// What is done with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditLog {
    /// Write the audit log out: who did what to whom, when, under which rule; never what a member wrote.
    Log(audit_log::Log),
    /// Prove that no entry of the audit log was changed, removed or put in.
    Verify {
        /// An end of the log that was noted earlier, as this command prints it: it must still be part of the log.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<AuditHead>,
    },
}

/// Reads the configuration, with the overrides of the environment.
///
/// # Errors
/// Everything that is wrong, one line each, with its place and its remedy.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the environment is read"
)]
pub(crate) fn load_config(path: &std::path::Path) -> Result<Config, crate::config::ConfigError> {
    Config::load(path, std::env::vars())
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("hygie: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is read here only"
)]
fn arm_faults() -> anyhow::Result<()> {
    crate::fault::arm(std::env::vars()).map_err(anyhow::Error::msg)
}

/// Half of the machine: the other half is the homeserver's. On two cores one thread is also the fastest, because what follows from
/// an event stays on it (`docs/performance.md`).
fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::Config = cli.command {
        config::run(&mut std::io::stdout().lock())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Rules(command) = &cli.command {
        return rules::run(&cli.config, command);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads())
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    if let Command::Check { audit_head } = &cli.command {
        return runtime.block_on(check::run(&cli.config, audit_head.as_ref()));
    }
    arm_faults()?;
    let config = load_config(&cli.config)?;
    if let Command::Registration { force } = cli.command {
        registration::run(&config, force)?;
        return Ok(ExitCode::SUCCESS);
    }
    crate::telemetry::start_logging(&config.log);
    let code = runtime.block_on(async {
        match cli.command {
            Command::Serve { dry_run } => serve::run(config, cli.config, dry_run).await,
            Command::Audit {
                log: Some(AuditLog::Log(log)),
                ..
            } => audit_log::run(config, log).await,
            Command::Audit {
                log: Some(AuditLog::Verify { head }),
                ..
            } => audit_log::verify(config, head).await,
            Command::Audit {
                log: None,
                json,
                community,
            } => audit::run(config, community.as_deref(), json).await,
            // A dry apply is a plan.
            Command::Apply { dry_run: true, .. } | Command::Plan { json: false } => {
                plan::run(config, plan::Form::Text).await
            }
            Command::Plan { json: true } => plan::run(config, plan::Form::Json).await,
            Command::Apply { confirm: false, .. } => apply::run(config, Extent::Safe).await,
            Command::Apply { confirm: true, .. } => apply::run(config, Extent::Confirmed).await,
            Command::Migrate => migrate::run(&config).await,
            Command::Import(command) => import::run(config, command).await,
            Command::Export(command) => export::run(config, command).await,
            Command::Crypto(command) => crypto::run(config, command).await,
            Command::Check { .. }
            | Command::Registration { .. }
            | Command::Rules(_)
            | Command::Config => Ok(ExitCode::SUCCESS),
        }
    });
    // What is under way in the background must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    code
}
