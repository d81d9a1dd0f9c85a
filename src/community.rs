//! Communities: PURE. What a community declares, what is known of it, what should hold, and what differs.

pub mod audience;
pub mod change;
pub mod definition;
pub mod desired;
pub mod needed;
pub mod place;
pub mod plan;
pub mod power;
pub mod record;
pub mod role;
pub mod snapshot;
pub mod timers;
pub(crate) mod words;
