//! Section `homeserver`: where the homeserver is and what it is called.

use ruma::{OwnedServerName, ServerName};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use url::Url;

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
}

impl Homeserver {
    /// The homeserver of the documented example.
    pub(super) fn example() -> Self {
        Self {
            url: Url::parse("http://127.0.0.1:8008").expect("a constant address"),
            server_name: ServerName::parse("example.org").expect("a constant name"),
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
