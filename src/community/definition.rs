//! The community file: what a programme writes down about itself and its groups.
//!
//! Read by [`Config::load_communities`](crate::config::Config::load_communities), used by everything that decides.
//! Shapes and rules only: nothing here reads files. A rule that is broken is an [`Invalid`], with the path of the
//! key (`groups[2].kind`), so that the reader can point at the line.

use ruma::{OwnedMxcUri, OwnedUserId};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

mod access;
mod admission;
mod cases;
mod checks;
mod conduct;
mod group;
mod id;
mod merge;
mod pace;
mod powers;
mod routes;
mod safeguards;
mod sanctions;
mod user_ids;

pub use access::{Access, History, Strangers, Way};
pub use admission::{Admission, Servers};
pub use cases::Cases;
pub use checks::Invalid;
pub use conduct::{Acceptance, CodeOfConduct, Terms};
pub use group::{Group, Kind, Leavers, Photos, Widget};
pub use id::{CommunityId, GroupId, InvalidId};
pub use pace::{FirstMessage, Pace};
pub use powers::PowerTable;
pub use routes::Route;
pub use safeguards::Safeguards;
pub use sanctions::{Rung, Sanctions};

use super::role::Role;
use conduct::is_default;

/// The longest name of a community or a group, in characters: clients cut what is longer.
pub const MAX_NAME_CHARS: usize = 100;

/// A health community: one Matrix space and the groups in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Short name of the community, part of its rooms' addresses and never changed afterwards: 1 to 32 of `a-z`,
    /// `0-9` and `-`. Required.
    pub id: CommunityId,
    /// Name that members see, at most 100 characters. Required.
    pub name: String,
    /// What the community is for, in a sentence or two: the topic of its space. Required.
    pub purpose: String,
    /// Language that Hygie speaks here: `fr` or `en`. Required.
    pub locale: Locale,
    /// Time zone of schedules and dates, a name of the IANA database such as `Europe/Paris`. Required.
    pub timezone: String,
    /// The community that this one is a part of: its space stands in that one's. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CommunityId>,
    /// Who let the community be opened, and when. Default: not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Whether the community speaks for the institution that its name may point to. Default: not said, and `audit risks` asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<bool>,
    /// Words in a name that engage an institution, for instance `CHU` or `hôpital`. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved_names: Vec<String>,
    /// Who answers for the community: Matrix user ids, at least one, better two. Required.
    #[serde(deserialize_with = "user_ids::deserialize")]
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub owners: Vec<OwnedUserId>,
    /// Who runs the community from day to day: Matrix user ids. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub admins: Vec<OwnedUserId>,
    /// Who leads every group. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub facilitators: Vec<OwnedUserId>,
    /// Who moderates every group: Matrix user ids. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub moderators: Vec<OwnedUserId>,
    /// Who carries upwards what every group found. Default: none.
    #[serde(
        default,
        deserialize_with = "user_ids::deserialize",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(with = "Vec<String>")]
    pub correspondents: Vec<OwnedUserId>,
    /// The one person to write to about the community. Default: whoever of the team reads it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub contact: Option<OwnedUserId>,
    /// The power level of each role, by kind of group, where it is not the usual one. Default: the usual ones.
    #[serde(default, skip_serializing_if = "PowerTable::is_empty")]
    pub power_levels: PowerTable,
    /// The kinds of group that this community has. Default: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// How one comes into the community, and who decides. Default: what each of its keys says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub admission: Admission,
    /// What is open to those who are not in the community. Default: nothing.
    #[serde(default, skip_serializing_if = "Access::is_closed")]
    pub access: Access,
    /// What must always hold about the people who run the community. Default: what each of its keys says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub safeguards: Safeguards,
    /// What follows when somebody breaks rules again and again. Default: what each of its keys says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sanctions: Sanctions,
    /// How fast and how often members write, and what is too much. Default: what each of its keys says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pace: Pace,
    /// How what a human should look at is handled: reports, appeals, questions whether something is true. Default: what each of its keys says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cases: Cases,
    /// The group of those who say whether something is true, when a member asks with `verify`. Default: the admins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact_check: Option<GroupId>,
    /// Messages that hold certain words are passed on to the team that they are for: a link to them, never the words. At most 20 routes.
    /// Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Whether users of other homeservers may take part. It cannot be changed once the rooms exist. Default: `false`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub federate: bool,
    /// Which homeservers may take part when it federates. Default: every one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub servers: Servers,
    /// What happens when somebody changes a room by hand: `enforce` puts it back, `report` only tells the admins.
    /// Default: `enforce`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub drift: Drift,
    /// How many messages the rules may take down within an hour by themselves; beyond that a human is asked, for it may be a
    /// rule gone wrong. Default: 2000.
    #[serde(
        default = "default_takedowns",
        skip_serializing_if = "is_default_takedowns"
    )]
    #[schemars(range(min = 1))]
    pub max_takedowns_per_hour: u32,
    /// Picture of the space, an `mxc://` address. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub avatar: Option<OwnedMxcUri>,
    /// The space that this community is, when it existed before: its id, or an alias. Hygie must have been invited there. Default: Hygie makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// What members agree to. Required.
    pub code_of_conduct: CodeOfConduct,
    /// Groups of the community. The announcements and the admins groups always exist, with the ids `announcements`
    /// and `admins`; they are listed only to give them a name, a topic, moderators or a picture. Default: none.
    #[serde(
        default,
        deserialize_with = "groups",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub groups: Vec<Group>,
}

/// Who let a community be opened, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who: a person or a body. Required.
    pub by: String,
    /// When, like 2026-11-23. Required.
    pub on: String,
}

fn default_takedowns() -> u32 {
    2000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_default_takedowns(count: &u32) -> bool {
    *count == default_takedowns()
}

/// Reads the groups; a key without a value is an empty list.
fn groups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Group>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A language that members are spoken to in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// French.
    Fr,
    /// English.
    En,
}

/// What is done about a room that no longer is as the community decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Drift {
    /// Put it back, and tell the admins who changed what.
    #[default]
    Enforce,
    /// Tell the admins, and leave it.
    Report,
}

impl Definition {
    /// No group is to be encrypted: there are no keys to read it with.
    pub fn give_up_encryption(&mut self) {
        for group in &mut self.groups {
            group.encryption = false;
        }
    }

    /// The people named for each role in the whole community.
    pub fn roles(&self) -> impl Iterator<Item = (Role, &Vec<OwnedUserId>)> {
        [
            (Role::Owner, &self.owners),
            (Role::Admin, &self.admins),
            (Role::Facilitator, &self.facilitators),
            (Role::Moderator, &self.moderators),
            (Role::Correspondent, &self.correspondents),
        ]
        .into_iter()
    }

    /// The list of those who have a role in the whole community; `None` for roles that nobody is given.
    pub fn list_of(&mut self, role: Role) -> Option<&mut Vec<OwnedUserId>> {
        match role {
            Role::Owner => Some(&mut self.owners),
            Role::Admin => Some(&mut self.admins),
            Role::Facilitator => Some(&mut self.facilitators),
            Role::Moderator => Some(&mut self.moderators),
            Role::Correspondent => Some(&mut self.correspondents),
            Role::Member | Role::Newcomer => None,
        }
    }

    /// Every user that the file names, with the path of where, in the order of the file.
    pub fn named_users(&self) -> impl Iterator<Item = (String, &OwnedUserId)> {
        let roles = self
            .roles()
            .map(|(role, users)| (format!("{role}s"), users));
        let groups = self.groups.iter().enumerate();
        let groups = groups.flat_map(|(at, group)| {
            let roles = group.roles();
            let roles = roles.map(move |(role, users)| (format!("groups[{at}].{role}s"), users));
            roles.chain([(format!("groups[{at}].members"), &group.members)])
        });
        roles.chain(groups).flat_map(|(list, users)| {
            let at_path = move |(at, user)| (format!("{list}[{at}]"), user);
            users.iter().enumerate().map(at_path)
        })
    }

    /// All groups: announcements and admins first, which always exist and take their name and topic from the
    /// community's language unless the file gives them, then the others in the order of the file.
    #[must_use]
    pub fn group_list(&self) -> Vec<Group> {
        let always = [Kind::Announcements, Kind::Admins].map(|kind| {
            let default = Group::always_existing(kind, self.locale);
            match self.groups.iter().find(|group| group.kind == kind) {
                Some(declared) if declared.topic.is_empty() => Group {
                    topic: default.topic,
                    ..declared.clone()
                },
                Some(declared) => declared.clone(),
                None => default,
            }
        });
        let others = self
            .groups
            .iter()
            .filter(|group| !group.kind.always_exists());
        always.into_iter().chain(others.cloned()).collect()
    }
}

#[cfg(test)]
mod tests;
