//! Section `reconcile`: how often the rooms are compared with what the communities decided.

use std::time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Duration;
use crate::community::definition::Invalid;

/// How often the rooms are compared with what the communities decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reconcile {
    /// Time between two comparisons of everything, a duration such as `10m` or `2h`, at least `10s`. What is seen to
    /// change is put back at once in any case. Default: `10m`.
    pub every: Duration,
}

impl Default for Reconcile {
    fn default() -> Self {
        Self {
            every: Duration::from(time::Duration::from_mins(10)),
        }
    }
}

impl Reconcile {
    pub(super) fn validate(&self) -> Option<Invalid> {
        let too_often = self.every.get() < time::Duration::from_secs(10);
        too_often.then(|| {
            Invalid::new(
                "reconcile.every",
                format!(
                    "`{}` is too often for the homeserver; write at least 10s",
                    self.every
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_homeserver_is_not_asked_all_the_time() {
        let every = |seconds| Reconcile {
            every: Duration::from(time::Duration::from_secs(seconds)),
        };
        assert!(every(9).validate().is_some());
        assert!(every(10).validate().is_none());
    }
}
