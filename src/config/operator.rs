//! Section `operator`: who runs this instance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who runs Hygie. Members are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// Name of the person or organisation. Default: empty.
    pub name: String,
    /// How to reach them: an email address, a Matrix user id or a telephone number. Default: empty.
    pub contact: String,
}
