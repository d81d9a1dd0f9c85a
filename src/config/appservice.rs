//! Section `appservice`: the side of Hygie that the homeserver talks to, and the bot's name.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::community::definition::Invalid;

/// The side of Hygie that the homeserver talks to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Appservice {
    /// Address and port that Hygie listens on; it also serves /health/live, /health/ready and /metrics.
    /// Default: `127.0.0.1:29331`.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The same, as the homeserver reaches it; goes into the registration. Default: `http://127.0.0.1:29331`.
    #[serde(with = "super::web_url")]
    #[schemars(with = "String", url)]
    pub url: Url,
    /// File of the registration, which the homeserver reads too. Default: `registration.yaml`.
    pub registration: PathBuf,
    /// Name of the bot: `hygie` becomes @hygie:example.org. Each instance on a homeserver needs its own; 1 to 32 of
    /// `a-z`, `0-9` and `-`. Default: `hygie`.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,32}$"))]
    pub bot: String,
}

const PORT: u16 = 29331;

impl Default for Appservice {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        Self {
            listen,
            url: Url::parse(&format!("http://{listen}"))
                .expect("an address and a port make a web address"),
            registration: PathBuf::from("registration.yaml"),
            bot: "hygie".to_owned(),
        }
    }
}

impl Appservice {
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if self.bot.is_empty() || self.bot.len() > 32 || !self.bot.bytes().all(allowed) {
            invalid.push(Invalid::new(
                "appservice.bot",
                format!(
                    "`{}` cannot name the bot; use 1 to 32 of the characters a-z, 0-9 and -",
                    self.bot
                ),
            ));
        }
        if self.registration.as_os_str().is_empty() {
            invalid.push(Invalid::new(
                "appservice.registration",
                "the file name is empty; write `registration: registration.yaml`, or leave the key out",
            ));
        }
        invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bot_is_named_in_lower_case_without_underscores() {
        for (name, problems) in [
            ("hygie", 0),
            ("hygie-07", 0),
            ("", 1),
            ("Hygie", 1),
            ("hy_gie", 1),
        ] {
            let section = Appservice {
                bot: name.to_owned(),
                ..Appservice::default()
            };
            assert_eq!(section.validate().len(), problems, "{name}");
        }
    }
}
