//! Hygie.
