//! Faults for tests, in debug builds only: named points of the pipeline at which the process ends as `kill -9` would end it, and
//! a clock that can be set forth and back. Every part may name a point; `cli` arms one from the environment; in a release build
//! nothing of it is left, and the variables are refused like any other that is not known.
//!
//! No Cargo feature: features are unified over a workspace, and one for tests would be in every binary built beside them. Not
//! the crate `fail` either: it is switched on by such a feature, and can panic, wait or return, but not end the process.

use std::{
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Ends the process at a point: its name, or `name:3` for the third time that it is reached.
pub const POINT_VARIABLE: &str = "HYGIE_FAIL_POINT";
/// Names a file that holds by how many milliseconds the clock is wrong.
pub const CLOCK_VARIABLE: &str = "HYGIE_FAIL_CLOCK";

/// Every point, in the order in which an event passes them. Each stands in the source exactly once, which a test checks.
pub const POINTS: &[&str] = &[
    // The start, and the end when asked to stop.
    "start.locked",
    "start.caught_up",
    "start.outbox_read",
    "start.inbox_read",
    "start.bot_registered",
    "stop.asked",
    "stop.executor_drained",
    "stop.lanes_flushed",
    // A transaction.
    "appservice.before_accept",
    "appservice.accepted",
    "appservice.handed_over",
    // Deciding.
    "dispatch.decided",
    "dispatch.before_commit",
    "dispatch.committed",
    "dispatch.enqueued",
    // Carrying out.
    "executor.before_request",
    "executor.after_request",
    "executor.before_recorded",
    "executor.recorded",
    "executor.confirmed",
    "executor.room_created",
    "executor.direct_room_created",
    "executor.copied",
    "executor.card_shown",
    "executor.inviting",
    "executor.invited",
    // A new room in the place of an old one.
    "executor.successor_made",
    "executor.alias_freed",
    "executor.alias_moved",
    "executor.successor_bound",
    "executor.tombstone_set",
    // A message that goes to another group.
    "executor.message_copied",
    "executor.author_told",
    // A picture that waits for a moderator.
    "executor.picture_shown",
    // How things stand in an incident.
    "executor.status_posted",
    // Many messages that are taken down.
    "executor.cleaning_up",
    // Encrypted rooms.
    "crypto.device_published",
    "crypto.identity_published",
    "crypto.secret_stored",
    "crypto.backup_created",
    "crypto.synced",
    "crypto.keys_stored",
    "crypto.key_shared",
    // What happens by itself.
    "jobs.timers_due",
    "jobs.timers_handed_over",
    "jobs.due",
    "jobs.review",
];

struct Faults {
    point: String,
    /// How often the point is still passed before the process ends there.
    left: AtomicU32,
    clock: Option<PathBuf>,
}

static ARMED: OnceLock<Faults> = OnceLock::new();

/// Reads the two variables. Called once, by `cli`.
///
/// # Errors
/// When there is no such point.
pub fn arm(env: impl Iterator<Item = (String, String)>) -> Result<(), String> {
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let (mut point, mut clock) = (String::new(), None);
    for (name, value) in env {
        match name.as_str() {
            POINT_VARIABLE => point = value,
            CLOCK_VARIABLE => clock = Some(PathBuf::from(value)),
            _ => {}
        }
    }
    if point.is_empty() && clock.is_none() {
        return Ok(());
    }
    let (name, nth) = parse(&point)?;
    let faults = Faults {
        point: name,
        left: AtomicU32::new(nth),
        clock,
    };
    ARMED
        .set(faults)
        .map_err(|_| "faults are armed once".to_owned())
}

fn parse(setting: &str) -> Result<(String, u32), String> {
    let (name, nth) = setting.split_once(':').unwrap_or((setting, "1"));
    let known = name.is_empty() || POINTS.contains(&name);
    match nth.parse() {
        Ok(nth) if known && nth > 0 => Ok((name.to_owned(), nth)),
        _ => Err(format!(
            "{POINT_VARIABLE}={setting}: write NAME or NAME:NTH, with one of the points {}",
            POINTS.join(", ")
        )),
    }
}

/// Ends the process here when this point is armed: at once, with nothing put in order. `abort` runs no destructor, flushes
/// nothing and unwinds no task, which for files, sockets and the database is the same as `kill -9`; its exit code tells the two
/// apart.
#[inline]
pub fn point(name: &str) {
    if !cfg!(debug_assertions) {
        return;
    }
    if let Some(faults) = ARMED.get()
        && faults.point == name
        && faults.left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        eprintln!("ended at the fail point {name}");
        std::process::abort();
    }
}

/// By how many milliseconds the clock is wrong.
#[inline]
pub fn clock_error_ms() -> i64 {
    if !cfg!(debug_assertions) {
        return 0;
    }
    let file = ARMED.get().and_then(|faults| faults.clock.as_ref());
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    text.and_then(|text| text.trim().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_armed_by_its_name_and_a_number() {
        assert_eq!(
            parse("stop.asked:3"),
            Ok(("stop.asked".to_owned(), 3)),
            "the third time"
        );
        assert_eq!(parse("stop.asked"), Ok(("stop.asked".to_owned(), 1)));
        for wrong in ["stop.askd", "stop.asked:0", "stop.asked:x"] {
            let problem = parse(wrong).unwrap_err();
            assert!(problem.contains("stop.asked,"), "{problem}");
        }
    }

    #[test]
    fn what_is_not_armed_does_nothing() {
        point("stop.asked");
        assert_eq!(clock_error_ms(), 0);
    }
}
