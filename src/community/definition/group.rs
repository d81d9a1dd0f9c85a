//! A group of a community, and the kinds of groups there are.

use std::fmt;

use ruma::{OwnedMxcUri, OwnedUserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GroupId, Invalid, Locale, avatar_rule, name_rule, user_ids};

/// A group: one Matrix room of the community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Short name of the group, part of its room's address and never changed afterwards: 1 to 32 of `a-z`, `0-9` and
    /// `-`. Required.
    pub id: GroupId,
    /// Name that members see, at most 100 characters. Required.
    pub name: String,
    /// What the group is for, which decides who may write in it. Required.
    pub kind: Kind,
    /// Topic of the room. Default: empty.
    #[serde(default)]
    pub topic: String,
    /// Who moderates this group, besides the moderators of every group: Matrix user ids. Default: none.
    #[serde(default, deserialize_with = "user_ids::deserialize")]
    #[schemars(with = "Vec<String>")]
    pub moderators: Vec<OwnedUserId>,
    /// Whether what is said in the group is encrypted from end to end. Hygie reads it with a device of its own. Once on it stays on, whatever
    /// the file says later. Default: `false`.
    #[serde(default)]
    pub encryption: bool,
    /// Whether announcements that are written in an encrypted room are copied to groups that are not. Only for announcements.
    /// Default: `false`.
    #[serde(default)]
    pub relay_to_plain: bool,
    /// Picture of the room, an `mxc://` address. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub avatar: Option<OwnedMxcUri>,
}

/// What a group is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What the leadership tells everybody; carried to every group. Always exists, with the id `announcements`.
    Announcements,
    /// Where admins and Hygie work. Always exists, with the id `admins`; by invitation.
    Admins,
    /// Free exchange, for instance of a sector.
    Discussion,
    /// What is seen in the field, sent up day by day.
    FieldWatch,
    /// Mutual help.
    Support,
    /// A team around care.
    CareTeam,
    /// Supervisors and heads.
    Leadership,
    /// Training and questions about practice.
    Training,
    /// Conviviality.
    Social,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Announcements,
        Self::Admins,
        Self::Discussion,
        Self::FieldWatch,
        Self::Support,
        Self::CareTeam,
        Self::Leadership,
        Self::Training,
        Self::Social,
    ];

    /// The word of the community file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Announcements => "announcements",
            Self::Admins => "admins",
            Self::Discussion => "discussion",
            Self::FieldWatch => "field-watch",
            Self::Support => "support",
            Self::CareTeam => "care-team",
            Self::Leadership => "leadership",
            Self::Training => "training",
            Self::Social => "social",
        }
    }

    /// Whether every community has exactly one group of this kind, whose id is the kind's word.
    #[must_use]
    pub fn always_exists(self) -> bool {
        matches!(self, Self::Announcements | Self::Admins)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Group {
    /// The announcements or the admins group, as it is when the file does not describe it.
    pub(super) fn always_existing(kind: Kind, locale: Locale) -> Self {
        let (name, topic) = match (kind, locale) {
            (Kind::Admins, Locale::Fr) => (
                "Administration",
                "Conduite de la communauté, réservée à l’administration",
            ),
            (Kind::Admins, Locale::En) => ("Admins", "Running the community, for its admins only"),
            (_, Locale::Fr) => (
                "Annonces",
                "Les annonces de la communauté, transmises à tous les groupes",
            ),
            (_, Locale::En) => (
                "Announcements",
                "The community's announcements, carried to every group",
            ),
        };
        Self {
            id: kind
                .as_str()
                .parse()
                .expect("the words of the kinds are ids"),
            name: name.to_owned(),
            kind,
            topic: topic.to_owned(),
            moderators: Vec::new(),
            encryption: false,
            relay_to_plain: false,
            avatar: None,
        }
    }

    /// The rules that this group breaks by itself; `path` is where it stands in the file.
    pub(super) fn validate(&self, path: &str) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        invalid.extend(self.kind_rule(path));
        invalid.extend(name_rule(&format!("{path}.name"), &self.name));
        invalid.extend(avatar_rule(&format!("{path}.avatar"), self.avatar.as_ref()));
        if self.relay_to_plain && self.kind != Kind::Announcements {
            invalid.push(Invalid::new(
                format!("{path}.relay_to_plain"),
                "only announcements are copied; leave the key out here",
            ));
        }
        invalid
    }

    fn kind_rule(&self, path: &str) -> Option<Invalid> {
        let of_id = [Kind::Announcements, Kind::Admins]
            .into_iter()
            .find(|kind| kind.as_str() == self.id.as_str());
        match of_id {
            Some(kind) if kind != self.kind => Some(Invalid::new(
                format!("{path}.kind"),
                format!(
                    "the group `{kind}` must be of the kind `{kind}`; correct the kind, or choose another id"
                ),
            )),
            None if self.kind.always_exists() => Some(Invalid::new(
                format!("{path}.id"),
                format!(
                    "a community has a single group of the kind `{0}`, whose id is `{0}`; correct the id, or choose another kind",
                    self.kind
                ),
            )),
            _ => None,
        }
    }
}
