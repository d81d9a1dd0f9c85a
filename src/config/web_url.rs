//! An `http://` or `https://` address in the configuration, with an error that shows how to write one.

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use url::Url;

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    let url = Url::parse(&text).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is not a web address; write it like http://127.0.0.1:8008"
            ))
        })
}

pub(super) fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    // An address without a path is written without the final slash, as people do.
    let bare = url.path() == "/" && url.query().is_none();
    let text = url.as_str();
    serializer.serialize_str(if bare {
        text.trim_end_matches('/')
    } else {
        text
    })
}
