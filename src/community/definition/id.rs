//! The short names of communities and groups, which become part of room aliases.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The longest id, in characters.
const MAX: usize = 32;

/// A text that cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// It is not 1 to 32 of `a-z`, `0-9` and `-`.
    #[error("`{0}` is not an id; use 1 to 32 of the characters a-z, 0-9 and -")]
    Characters(String),
    /// Hygie keeps this id for itself.
    #[error("the id `{0}` is kept for Hygie itself; choose another")]
    Reserved(String),
}

fn check(text: String) -> Result<String, InvalidId> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if text.is_empty() || text.len() > MAX || !text.bytes().all(allowed) {
        Err(InvalidId::Characters(text))
    } else if matches!(text.as_str(), "space" | "dm") {
        Err(InvalidId::Reserved(text))
    } else {
        Ok(text)
    }
}

macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        ///
        /// 1 to 32 of `a-z`, `0-9` and `-`; no `_`, which separates the parts of an alias; not `space` or `dm`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                check(text).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text.to_owned()).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "pattern": "^[a-z0-9-]{1,32}$",
                    "not": { "enum": ["space", "dm"] },
                })
            }
        }
    };
}

id!(CommunityId, "The short name of a community.");
id!(
    GroupId,
    "The short name of a group, unique in its community."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_lower_case_letters_digits_and_hyphens() {
        for good in ["a", "asc-nord", "2026", &"x".repeat(32)] {
            assert_eq!(good.parse::<GroupId>().unwrap().to_string(), good);
        }
        for bad in ["", "Nord", "asc_nord", "été", "a b", &"x".repeat(33)] {
            assert_eq!(
                bad.parse::<CommunityId>(),
                Err(InvalidId::Characters(bad.to_owned()))
            );
        }
    }

    #[test]
    fn the_ids_that_hygie_uses_itself_are_refused() {
        assert_eq!(
            "dm".parse::<GroupId>(),
            Err(InvalidId::Reserved("dm".to_owned()))
        );
        assert_eq!(
            "space".parse::<GroupId>(),
            Err(InvalidId::Reserved("space".to_owned()))
        );
    }
}
