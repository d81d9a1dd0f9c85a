//! Section `encryption`: where the keys of encrypted rooms are kept, and how long messages wait for a key.

use std::{
    path::{Path, PathBuf},
    time,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Duration;
use crate::community::definition::Invalid;

/// How Hygie takes part in encrypted rooms. It does once `hygie crypto init` has made its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Encryption {
    /// Folder of the keys. Back it up with `hygie crypto export`. Default: `crypto`.
    pub folder: PathBuf,
    /// File of the secret that the folder is encrypted with. Default: `crypto.key`.
    pub key_file: PathBuf,
    /// After which time the admins are told of messages in a group that cannot be read, a duration of at least `1s`. Default: `2m`.
    pub tell_after: Duration,
    /// How long a message that cannot be read waits for its key, at least `1m` and at most `30d`. Default: `7d`.
    pub wait_for_key: Duration,
    /// How long the keys of messages are kept, at least `1d`. Default: `90d`.
    pub keep_keys: Duration,
}

const DAY: time::Duration = time::Duration::from_hours(24);

impl Default for Encryption {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("crypto"),
            key_file: PathBuf::from("crypto.key"),
            tell_after: Duration::from(time::Duration::from_mins(2)),
            wait_for_key: Duration::from(7 * DAY),
            keep_keys: Duration::from(90 * DAY),
        }
    }
}

impl Encryption {
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        for (key, path) in [("folder", &self.folder), ("key_file", &self.key_file)] {
            if path.as_os_str().is_empty() {
                let what = format!("the path is empty; leave `{key}` out for the default");
                invalid.push(Invalid::new(format!("encryption.{key}"), what));
            }
        }
        let mut within = |key: &str, value: Duration, least: time::Duration, most| {
            if value.get() < least || value.get() > most {
                let (least, most) = (Duration::from(least), Duration::from(most));
                let what = format!("`{value}` is not between {least} and {most}");
                invalid.push(Invalid::new(format!("encryption.{key}"), what));
            }
        };
        within(
            "tell_after",
            self.tell_after,
            time::Duration::from_secs(1),
            DAY,
        );
        within(
            "wait_for_key",
            self.wait_for_key,
            time::Duration::from_mins(1),
            30 * DAY,
        );
        within("keep_keys", self.keep_keys, DAY, 3650 * DAY);
        invalid
    }

    pub(super) fn resolve(&mut self, base: &Path) {
        self.folder = base.join(&self.folder);
        self.key_file = base.join(&self.key_file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_out_of_bounds_are_named() {
        assert!(Encryption::default().validate().is_empty());
        let wrong = Encryption {
            tell_after: Duration::from(time::Duration::ZERO),
            wait_for_key: Duration::from(31 * DAY),
            keep_keys: Duration::from(DAY / 2),
            ..Encryption::default()
        };
        let paths: Vec<_> = wrong.validate().into_iter().map(|it| it.path).collect();
        assert_eq!(
            paths,
            [
                "encryption.tell_after",
                "encryption.wait_for_key",
                "encryption.keep_keys"
            ]
        );
    }
}
