//! Hygie against a real Synapse, with real members, as a process of its own: one file per behaviour.

mod announcements;
mod audit;

mod cli;
mod clock_jumps;
mod commands;
mod communities;
mod community;
mod crash;
mod database_faults;
mod drift;
mod dry_run;
mod fail_points;
mod harness;
mod health;
mod lifecycle;
mod outage;
mod rules;
mod simulation;
mod spine;
mod store;
mod takedown;
mod tidy;
mod transactions;
