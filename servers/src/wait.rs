//! Waiting for a condition with a deadline: the one place where the harness polls.

use std::time::Duration;

use tokio::time::{Instant, timeout};

/// How long anything may take before a test fails.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// The pause between two looks at something that cannot notify us.
const TICK: Duration = Duration::from_millis(50);

/// Looks again and again until `check` answers `Some`; panics with `what` after [`DEADLINE`].
pub async fn wait_until<T>(what: &str, check: impl AsyncFnMut() -> Option<T>) -> T {
    wait_at_most(DEADLINE, what, check).await
}

/// As [`wait_until`] with another deadline, for what is known to be slower or must be faster.
pub async fn wait_at_most<T>(
    deadline: Duration,
    what: &str,
    mut check: impl AsyncFnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Ok(Some(found)) = tokio::time::timeout_at(end, check()).await {
            return found;
        }
        assert!(Instant::now() < end, "waited {deadline:?} for {what}");
        pause(TICK).await;
    }
}

/// Lets `time` pass: for back-off in the harness' own servers, never for a test.
pub async fn pause(time: Duration) {
    let _elapsed = timeout(time, std::future::pending::<()>()).await;
}
