//! Lists of Matrix user ids in the community file, with an error that says how to write one.

use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Deserializer, de::Error};

struct Named(OwnedUserId);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        UserId::parse(text.as_str()).map(Self).map_err(|_| {
            D::Error::custom(format!(
                "`{text}` is not a Matrix user id; write it in quotes, like \"@name:example.org\""
            ))
        })
    }
}

/// Reads a list of user ids (Matrix spec, appendices, "User identifiers"); a key without a value is an empty list.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<OwnedUserId>, D::Error> {
    let named = Option::<Vec<Named>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(named.into_iter().map(|Named(user)| user).collect())
}
