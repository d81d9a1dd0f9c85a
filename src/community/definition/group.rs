//! A group of a community, and the kinds of groups there are.

use std::{collections::BTreeSet, fmt};

use ruma::{OwnedMxcUri, OwnedUserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Access, GroupId, Invalid, Locale, Terms, Way,
    checks::{avatar_rule, name_rule},
    conduct::is_default,
    conduct::text_rules,
    user_ids,
};
use crate::{
    community::{audience::Audience, role::Role},
    config::Duration,
};

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
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Who runs this group: Matrix user ids. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub admins: Vec<OwnedUserId>,
    /// Who leads this group and decides who is in it. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub facilitators: Vec<OwnedUserId>,
    /// Who moderates this group, besides the moderators of every group: Matrix user ids. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub moderators: Vec<OwnedUserId>,
    /// Who carries what this group found upwards. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub correspondents: Vec<OwnedUserId>,
    /// Who is invited besides those whom the audience selects: Matrix user ids. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub members: Vec<OwnedUserId>,
    /// Who of the roster belongs here, for instance `zone = est and skill in (vaccination, soins)`. Default: nobody is invited by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub audience: Option<Audience>,
    /// What happens to who is on the roster and no longer belongs here: `report` or `remove`. Default: `report`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub leavers: Leavers,
    /// The ways into the group: `roster`, `ticket`, `proposal`, `knock`, `moderators`, `open-to-space`. Default: by kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission: Option<BTreeSet<Way>>,
    /// How many people may be in the group; more wait until somebody leaves. Default: 60 for a field watch, else any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_members: Option<u32>,
    /// The group whose people this one is for as well: a second room for the same group. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<GroupId>,
    /// What this group asks of its members on top of the code of conduct. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// What is open to those who are not in the group. Default: nothing.
    #[serde(default, skip_serializing_if = "Access::is_closed")]
    pub access: Access,
    /// Who may send pictures and videos: `allowed` (everybody), `team`, `hold` (a moderator looks at each first) or `none`. Default: everybody, and `audit risks` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<Photos>,
    /// How long somebody waits between two messages in the group; those that come sooner are taken down. Default: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Duration>")]
    pub slow_mode: Option<Duration>,
    /// How long what is said in the group stays; then it is taken down. Default: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Duration>")]
    pub ephemeral: Option<Duration>,
    /// Whether what is said in the group is encrypted from end to end. Hygie reads it with a device of its own. Once on it stays on, whatever
    /// the file says later. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encryption: bool,
    /// Whether announcements that are written in an encrypted room are copied to groups that are not. Only for announcements.
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relay_to_plain: bool,
    /// Picture of the room, an `mxc://` address. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub avatar: Option<OwnedMxcUri>,
    /// Widgets that stand in the room (Element Web). Others are told of. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widgets: Vec<Widget>,
    /// The last day of the group, like 2027-06-30; then it is archived. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// Whether the group is over: members read, nobody writes, and it no longer stands in the space. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub archived: bool,
    /// The room that this group is, when it existed before: its id, or an alias. Hygie must have been invited there. Default: Hygie makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
}

/// How many people a field watch has at most when its file says nothing: in a larger one, people listen and do not speak.
const FIELD_WATCH_CAP: u32 = 60;

/// What happens to who is on the roster and no longer belongs to a group's audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Leavers {
    /// The admins are told.
    #[default]
    Report,
    /// They are removed from the group.
    Remove,
}

/// Who may send pictures and videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Photos {
    /// Everybody, as the team decided.
    Allowed,
    /// Only the team; what others send is taken down.
    Team,
    /// Everybody, once a moderator has said yes to each: until then it stands nowhere but in the team's room.
    Hold,
    /// Nobody.
    None,
}

/// A widget (`im.vector.modular.widgets`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Its state key. Required.
    pub id: String,
    /// Name that members see. Required.
    pub name: String,
    /// Its address. Required.
    pub url: String,
    /// Its type. Default: `m.custom`.
    #[serde(default = "custom", rename = "type")]
    pub widget_type: String,
}

fn custom() -> String {
    "m.custom".to_owned()
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
    /// A closed room for those who disagree and two of the team.
    Mediation,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Announcements,
        Self::Admins,
        Self::Discussion,
        Self::FieldWatch,
        Self::Support,
        Self::CareTeam,
        Self::Leadership,
        Self::Training,
        Self::Social,
        Self::Mediation,
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
            Self::Mediation => "mediation",
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
        let id = kind.as_str().parse();
        Self {
            topic: topic.to_owned(),
            ..Self::new(id.expect("the words of the kinds are ids"), name, kind)
        }
    }

    /// A group of which nothing else is said.
    #[must_use]
    pub fn new(id: GroupId, name: &str, kind: Kind) -> Self {
        Self {
            id,
            name: name.to_owned(),
            kind,
            topic: String::new(),
            admins: Vec::new(),
            facilitators: Vec::new(),
            moderators: Vec::new(),
            correspondents: Vec::new(),
            members: Vec::new(),
            audience: None,
            leavers: Leavers::default(),
            admission: None,
            max_members: None,
            twin_of: None,
            terms: None,
            access: Access::default(),
            photos: None,
            slow_mode: None,
            ephemeral: None,
            encryption: false,
            relay_to_plain: false,
            avatar: None,
            widgets: Vec::new(),
            ends: None,
            archived: false,
            room: None,
        }
    }

    /// The ways into the group.
    #[must_use]
    pub fn ways(&self) -> BTreeSet<Way> {
        let by_kind = || Way::into_kind(self.kind).iter().copied().collect();
        self.admission.clone().unwrap_or_else(by_kind)
    }

    /// How many people may be in it.
    #[must_use]
    pub fn cap(&self) -> Option<u32> {
        let by_kind = (self.kind == Kind::FieldWatch).then_some(FIELD_WATCH_CAP);
        self.max_members.or(by_kind)
    }

    /// The people named for each role in this group.
    pub fn roles(&self) -> impl Iterator<Item = (Role, &Vec<OwnedUserId>)> {
        [
            (Role::Admin, &self.admins),
            (Role::Facilitator, &self.facilitators),
            (Role::Moderator, &self.moderators),
            (Role::Correspondent, &self.correspondents),
        ]
        .into_iter()
    }

    /// The list of those who have a role in this group; `None` for roles that nobody has in a group alone.
    pub fn list_of(&mut self, role: Role) -> Option<&mut Vec<OwnedUserId>> {
        match role {
            Role::Admin => Some(&mut self.admins),
            Role::Facilitator => Some(&mut self.facilitators),
            Role::Moderator => Some(&mut self.moderators),
            Role::Correspondent => Some(&mut self.correspondents),
            Role::Owner | Role::Member | Role::Newcomer => None,
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
        if self.max_members == Some(0) {
            invalid.push(Invalid::new(
                format!("{path}.max_members"),
                "nobody could be in the group; write at least 1, or leave the key out",
            ));
        }
        for (key, time) in [("slow_mode", self.slow_mode), ("ephemeral", self.ephemeral)] {
            if time.is_some_and(|time| time.get().is_zero()) {
                invalid.push(Invalid::new(
                    format!("{path}.{key}"),
                    "a time of 0 means nothing; write for instance `30s`, or leave the key out",
                ));
            }
        }
        if let Some(terms) = &self.terms {
            invalid.extend(text_rules(
                &format!("{path}.terms"),
                terms.version,
                &terms.text,
            ));
        }
        if let Some(day) = &self.ends
            && day.parse::<jiff::civil::Date>().is_err()
        {
            let what = format!("`{day}` is not a day; write it like 2027-06-30");
            invalid.push(Invalid::new(format!("{path}.ends"), what));
        }
        if self.kind.always_exists() && (self.archived || self.ends.is_some()) {
            invalid.push(Invalid::new(
                format!("{path}.archived"),
                "the announcements and the admins group are needed as long as the community lives; take the key out",
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
