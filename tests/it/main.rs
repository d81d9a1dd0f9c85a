//! Hygie against a real Synapse, with real members, as a process of its own: one file per behaviour.

mod announcements;

mod cli;
mod commands;
mod communities;
mod community;
mod crash;
mod drift;
mod dry_run;
mod harness;
mod health;
mod homeserver_faults;
mod lifecycle;
mod outage;
mod power_lost;
mod rules;
mod spine;
mod store;
mod strange_input;
mod tidy;
mod transactions;
