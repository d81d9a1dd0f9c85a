//! What must always hold about the people who run a community. When it does not, an alarm stands until it does again.

use std::{collections::BTreeMap, time};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::config::Duration;

/// What must always hold about the people who run a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Safeguards {
    /// How many active admins the community and each of its groups need at least; owners count, and in a group those who lead or moderate it.
    /// Default: `2`.
    #[serde(default = "two")]
    pub min_admins: u32,
    /// How long somebody may be silent before they do not count as active. Default: `30d`.
    #[serde(default = "thirty_days")]
    #[schemars(with = "Duration")]
    pub inactive_after: Duration,
    /// What everybody from admin on must have on the roster, for instance `affiliation: staff`. Default: nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub admins_must_have: BTreeMap<String, String>,
    /// For how many groups there must be one active admin; 0 for any number. Default: `10`.
    #[serde(default = "ten")]
    pub groups_per_admin: u32,
    /// How long something must be wrong before the alarm is raised: a new community has nobody in it yet. Default: `1d`.
    #[serde(default = "one_day")]
    #[schemars(with = "Duration")]
    pub grace: Duration,
}

fn two() -> u32 {
    2
}

fn ten() -> u32 {
    10
}

fn thirty_days() -> Duration {
    time::Duration::from_hours(30 * 24).into()
}

fn one_day() -> Duration {
    time::Duration::from_hours(24).into()
}

impl Default for Safeguards {
    fn default() -> Self {
        Self {
            min_admins: two(),
            inactive_after: thirty_days(),
            admins_must_have: BTreeMap::new(),
            groups_per_admin: ten(),
            grace: one_day(),
        }
    }
}

impl Safeguards {
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        if self.inactive_after.get().is_zero() {
            invalid.push(Invalid::new(
                "safeguards.inactive_after",
                "nobody would ever count as active; write at least `1d`",
            ));
        }
        invalid
    }
}
