//! How a community handles what a human should look at: reports, appeals, questions whether something is true.

use std::time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::config::Duration;

/// How a community handles what a human should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// After how long whoever's turn it is is reminded. Default: `12h`.
    #[serde(default = "half_a_day")]
    #[schemars(with = "Duration")]
    pub remind_after: Duration,
    /// After how long it is the turn of the next. Default: `24h`.
    #[serde(default = "a_day")]
    #[schemars(with = "Duration")]
    pub next_after: Duration,
    /// How many messages a member can report within a day. Default: `10`.
    #[serde(default = "ten")]
    #[schemars(range(min = 1))]
    pub reports_per_day: u32,
    /// How long a sanction can be appealed against. Default: `30d`.
    #[serde(default = "a_month")]
    #[schemars(with = "Duration")]
    pub appeal_within: Duration,
    /// How long it is remembered what a case came to. Default: `365d`.
    #[serde(default = "a_year")]
    #[schemars(with = "Duration")]
    pub keep: Duration,
}

fn ten() -> u32 {
    10
}

fn half_a_day() -> Duration {
    time::Duration::from_hours(12).into()
}

fn a_day() -> Duration {
    time::Duration::from_hours(24).into()
}

fn a_month() -> Duration {
    time::Duration::from_hours(30 * 24).into()
}

fn a_year() -> Duration {
    time::Duration::from_hours(365 * 24).into()
}

impl Default for Cases {
    fn default() -> Self {
        Self {
            remind_after: half_a_day(),
            next_after: a_day(),
            reports_per_day: ten(),
            appeal_within: a_month(),
            keep: a_year(),
        }
    }
}

impl Cases {
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        if self.next_after.get() <= self.remind_after.get() {
            invalid.push(Invalid::new(
                "cases.next_after",
                "somebody is reminded before it is the turn of the next; write more than `cases.remind_after`",
            ));
        }
        if self.reports_per_day == 0 {
            invalid.push(Invalid::new(
                "cases.reports_per_day",
                "with 0 nobody could report anything; write at least 1, or leave the key out",
            ));
        }
        invalid
    }
}
