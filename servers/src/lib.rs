//! What Hygie is tested and measured beside: a real Synapse, PostgreSQL, a fake homeserver for faults and load, a proxy that
//! loses answers, and processes that cannot outlive their test.
//!
//! Everything here speaks by panicking with what was awaited.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test harness reports by panicking, everywhere, and some answers are only for those who ask"
)]

pub mod appservice;
pub mod device;
pub mod fake_homeserver;
pub mod key_server;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod strict_homeserver;
pub mod synapse;
pub mod wait;
