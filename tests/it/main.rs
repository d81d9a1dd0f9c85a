//! Hygie against a real Synapse, with real members, as a process of its own: one file per behaviour.

mod announcements;
mod audit;
mod authentication;

mod cli;
mod clock_jumps;
mod commands;
mod communities;
mod community;
mod crash;
mod database_faults;
mod drift;
mod dry_run;
mod encryption;
mod fail_points;
mod harness;
mod health;
mod homeserver_faults;
mod lifecycle;
mod outage;
mod power_lost;
mod rules;
mod seeds;
mod simulation;
mod spine;
mod store;
mod strange_input;
mod takedown;
mod tidy;
mod transactions;
