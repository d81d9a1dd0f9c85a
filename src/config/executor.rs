//! Section `executor`: how fast Hygie acts on the homeserver.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::community::definition::Invalid;

/// How fast Hygie acts on the homeserver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Executor {
    /// Requests under way at the same time, 1 to 64; of those that take messages down or keep people out, five times as many. On
    /// a small Synapse more than 8 only adds latency. Default: `8`.
    #[schemars(range(min = 1, max = 64))]
    pub concurrency: usize,
}

impl Default for Executor {
    fn default() -> Self {
        Self { concurrency: 8 }
    }
}

impl Executor {
    pub(super) fn validate(self) -> Option<Invalid> {
        let out_of_range = !(1..=64).contains(&self.concurrency);
        out_of_range.then(|| {
            Invalid::new(
                "executor.concurrency",
                format!("{} is out of range; write 1 to 64", self.concurrency),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_request_is_under_way() {
        let problems =
            [0, 1, 64, 65].map(|concurrency| Executor { concurrency }.validate().is_some());
        assert_eq!(problems, [true, false, false, true]);
    }
}
