//! What the load harness and the micro benches share: the communities that they measure with.

pub mod world;
