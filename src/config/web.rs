//! Section `web`: the pages for members, which a reverse proxy shows to the outside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::community::definition::Invalid;

/// An address of the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Address(#[serde(with = "super::web_url")] Url);

/// The pages for members: a ticket is redeemed at `/join/…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Where the pages are reached from outside: a reverse proxy passes what is below it, `/join/…`, on to `appservice.listen`. Without it
    /// tickets carry no link. Default: none.
    #[schemars(with = "Option<String>", example = "https://chat.example.org/hygie")]
    public_url: Option<Address>,
}

impl Web {
    /// The address without a slash at the end, to add paths to.
    #[must_use]
    pub fn public_url(&self) -> Option<String> {
        let Address(url) = self.public_url.as_ref()?;
        Some(url.as_str().trim_end_matches('/').to_owned())
    }

    pub(super) fn validate(&self) -> Option<Invalid> {
        let Address(url) = self.public_url.as_ref()?;
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        (!bare).then(|| {
            Invalid::new(
                "web.public_url",
                "paths are added to this address, so it ends with its own; write it like https://chat.example.org/hygie",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Web, String> {
        crate::config::yaml::parse(std::path::Path::new("w"), text)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn paths_are_added_to_the_address_whatever_its_end() {
        for text in [
            "https://chat.example.org/hygie",
            "https://chat.example.org/hygie/",
        ] {
            let web = read(&format!("public_url: {text}\n")).unwrap();
            assert_eq!(web.validate(), None);
            assert_eq!(
                web.public_url().as_deref(),
                Some("https://chat.example.org/hygie")
            );
        }
        let bare = read("public_url: http://localhost:1\n").unwrap();
        assert_eq!(bare.public_url().as_deref(), Some("http://localhost:1"));
        assert_eq!(read("public_url:\n").unwrap().public_url(), None);
    }

    #[test]
    fn an_address_that_carries_more_is_refused() {
        for more in [
            "https://a.org/?x=1",
            "https://a.org/#x",
            "https://me:secret@a.org/",
        ] {
            let web = read(&format!("public_url: {more}\n")).unwrap();
            let invalid = web.validate().expect("it is refused");
            assert!(!invalid.what.contains("secret"));
        }
        assert!(read("public_url: ftp://a.org\n").is_err());
    }
}
