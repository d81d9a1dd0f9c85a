//! Section `homeserver`: where the homeserver is and what it is called.

use std::{
    path::{Path, PathBuf},
    time,
};

use ruma::{OwnedServerName, ServerName};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use url::Url;

use super::Duration;
use crate::community::definition::Invalid;

/// The homeserver that Hygie lives beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Homeserver {
    /// Address of its client API, as Hygie reaches it. Required.
    #[serde(with = "super::web_url")]
    #[schemars(with = "String", url)]
    pub url: Url,
    /// Name of the homeserver, what stands after the colon in its users' ids. Required.
    #[serde(deserialize_with = "server_name")]
    #[schemars(with = "String")]
    pub server_name: OwnedServerName,
    /// File with the access token of a server admin: with it Hygie reads what members report with the button of their client, which Synapse tells
    /// nobody else. The bot itself needs no such right. Default: none, and such reports are not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = "secrets/admin_token")]
    pub admin_token_file: Option<PathBuf>,
    /// How often they are read, a duration from `1s` to `1h`. Default: `30s`.
    #[serde(default = "half_a_minute")]
    pub reports_every: Duration,
}

fn half_a_minute() -> Duration {
    time::Duration::from_secs(30).into()
}

impl Homeserver {
    /// The homeserver of the documented example.
    pub(super) fn example() -> Self {
        Self {
            url: Url::parse("http://127.0.0.1:8008").expect("a constant address"),
            server_name: ServerName::parse("example.org").expect("a constant name"),
            admin_token_file: None,
            reports_every: half_a_minute(),
        }
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let every = self.reports_every.get();
        let mut invalid = Vec::new();
        if !(time::Duration::from_secs(1)..=time::Duration::from_hours(1)).contains(&every) {
            let what = format!("`{}` is not between 1s and 1h", self.reports_every);
            invalid.push(Invalid::new("homeserver.reports_every", what));
        }
        if self
            .admin_token_file
            .as_ref()
            .is_some_and(|it| it.as_os_str().is_empty())
        {
            let what = "the path is empty; leave `admin_token_file` out for none";
            invalid.push(Invalid::new("homeserver.admin_token_file", what));
        }
        invalid
    }

    pub(super) fn resolve(&mut self, base: &Path) {
        if let Some(file) = &mut self.admin_token_file {
            *file = base.join(&*file);
        }
    }
}

fn server_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OwnedServerName, D::Error> {
    let text = String::deserialize(deserializer)?;
    ServerName::parse(text.as_str()).map_err(|_| {
        D::Error::custom(format!(
            "`{text}` is not a server name; write it like example.org"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Homeserver, String> {
        crate::config::yaml::parse(std::path::Path::new("h"), text)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn an_address_that_is_none_is_answered_with_an_example() {
        for bad in ["8008", "localhost:8008", "ftp://example.org"] {
            assert_eq!(
                read(&format!("url: {bad}\nserver_name: example.org\n")).unwrap_err(),
                format!("h:1:6: `{bad}` is not a web address; write it like http://127.0.0.1:8008")
            );
        }
        assert_eq!(
            read("url: http://localhost:8008\nserver_name: \"@a:b\"\n").unwrap_err(),
            "h:2:14: `@a:b` is not a server name; write it like example.org"
        );
    }

    #[test]
    fn both_keys_are_required() {
        assert!(
            read("url: http://localhost")
                .unwrap_err()
                .contains("`server_name` is missing")
        );
        assert!(
            read("server_name: a.org")
                .unwrap_err()
                .contains("`url` is missing")
        );
    }
}
