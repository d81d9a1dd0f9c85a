//! What each fuzz target does with its bytes, and what must hold of it. Called by `fuzz/targets/*.rs`, and for every seed in
//! `fuzz/seeds` by `tests/it/seeds.rs`, which includes this file: so nothing here knows libFuzzer.

pub mod commands;
pub mod community;
pub mod community_file;
pub mod detectors;
pub mod encrypted;
pub mod guard;
pub mod html;
pub mod join_page;
pub mod normalise;
pub mod policy_list;
pub mod roster;
pub mod rules;
pub mod transactions;

/// A target: its name, which is that of its folder of seeds, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 12] = [
    ("transactions", transactions::run),
    ("commands", commands::run),
    ("rules", rules::run),
    ("detectors", detectors::run),
    ("community_file", community_file::run),
    ("html", html::run),
    ("normalise", normalise::run),
    ("encrypted", encrypted::run),
    ("roster", roster::run),
    ("join_page", join_page::run),
    ("guard", guard::run),
    ("policy_list", policy_list::run),
];
