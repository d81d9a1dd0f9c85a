//! A place of a community: its space or one of its groups. Places are declared; rooms are what they are bound to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::definition::GroupId;

/// The space or a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    /// The community's space.
    Space,
    /// One of its groups.
    Group(GroupId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Space => f.write_str("space"),
            Self::Group(id) => write!(f, "{id}"),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for Place {
    type Error = <GroupId as TryFrom<String>>::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "space" {
            Ok(Self::Space)
        } else {
            GroupId::try_from(text).map(Self::Group)
        }
    }
}
