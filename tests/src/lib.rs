//! The world that Hygie is tested in: a real Synapse, real members, PostgreSQL, and Hygie as a process.
//!
//! The integration tests (`tests/it`) and the members of the demo use it. It looks at Hygie only from outside: through
//! the members' clients, HTTP and the database. Everything here speaks by panicking with what was awaited.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a test harness reports by panicking, everywhere, and some answers are only for those who ask"
)]

pub use hygie_servers::{
    appservice, device, fake_homeserver, key_server, postgres, process, proxy, strict_homeserver,
    synapse, wait,
};

pub mod browser;
pub mod members;
pub mod world;
