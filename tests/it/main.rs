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
mod lifecycle;
mod outage;
mod rules;
mod seeds;
mod spine;
mod store;
mod tidy;
mod transactions;
