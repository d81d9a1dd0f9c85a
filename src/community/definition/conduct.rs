//! What members agree to: the code of conduct of the community, and the terms of a group.

use std::time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::config::Duration;

/// The code of conduct, versioned: a new version asks members to accept it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeOfConduct {
    /// Version, from 1; raise it when the text changes. Required.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// The text, in the community's language. Required.
    pub text: String,
    /// Whether members are asked to accept it: `none`, `asked` (on arrival, in private), or `required` (until then they read and do not write).
    /// Default: `none`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub acceptance: Acceptance,
    /// When somebody who has not accepted is reminded. Default: `2d`.
    #[serde(default = "two_days", skip_serializing_if = "is_two_days")]
    #[schemars(with = "Duration")]
    pub remind_after: Duration,
    /// When somebody who has not accepted is removed, where acceptance is `required`. Default: `14d`.
    #[serde(default = "two_weeks", skip_serializing_if = "is_two_weeks")]
    #[schemars(with = "Duration")]
    pub remove_after: Duration,
    /// Whether members are asked, apart from it, if what they find may be passed on outside of their group. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ask_relay_consent: bool,
}

/// What a group asks of its members on top of the code of conduct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Version, from 1; raise it when the text changes. Required.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// The text, in the community's language. Required.
    pub text: String,
}

/// Whether members accept the code of conduct.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Acceptance {
    /// They can read it.
    #[default]
    None,
    /// They are asked.
    Asked,
    /// They are asked, and write once they have accepted.
    Required,
}

fn two_days() -> Duration {
    time::Duration::from_hours(48).into()
}

fn two_weeks() -> Duration {
    time::Duration::from_hours(14 * 24).into()
}

fn is_two_days(duration: &Duration) -> bool {
    *duration == two_days()
}

fn is_two_weeks(duration: &Duration) -> bool {
    *duration == two_weeks()
}

/// Whether a value is the default of its type: then it is not written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl CodeOfConduct {
    /// The first version of a text that nobody is asked to accept.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            version: 1,
            text: text.to_owned(),
            acceptance: Acceptance::None,
            remind_after: two_days(),
            remove_after: two_weeks(),
            ask_relay_consent: false,
        }
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = text_rules("code_of_conduct", self.version, &self.text);
        if self.remove_after.get() <= self.remind_after.get() {
            invalid.push(Invalid::new(
                "code_of_conduct.remove_after",
                "somebody would be removed before they are reminded; make it longer than `remind_after`",
            ));
        }
        invalid
    }
}

/// The rules of a versioned text at `path`.
pub(super) fn text_rules(path: &str, version: u32, text: &str) -> Vec<Invalid> {
    let mut invalid = Vec::new();
    if version == 0 {
        invalid.push(Invalid::new(
            format!("{path}.version"),
            "versions count from 1; write `version: 1`",
        ));
    }
    if text.trim().is_empty() {
        invalid.push(Invalid::new(
            format!("{path}.text"),
            "the text is empty; write what members agree to",
        ));
    }
    invalid
}
