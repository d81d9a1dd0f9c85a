//! The rules that a community's file has to keep to, and what is said of those it breaks.

use std::collections::BTreeMap;

use ruma::OwnedMxcUri;

use super::{Definition, MAX_NAME_CHARS, routes};

/// A rule of the community file that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the key, such as `groups[2].kind`.
    pub path: String,
    /// What is wrong, and the remedy.
    pub what: String,
}

impl Invalid {
    /// The key at `path` is wrong in the way that `what` says.
    pub fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            what: what.into(),
        }
    }
}

impl Definition {
    /// Every rule that this community breaks, in the order of the file.
    ///
    /// The time zone is looked up in the database that jiff finds on the machine.
    #[must_use]
    pub fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        invalid.extend(name_rule("name", &self.name));
        if self.purpose.trim().is_empty() {
            invalid.push(Invalid::new(
                "purpose",
                "the purpose is empty; say in a sentence what the community is for",
            ));
        }
        invalid.extend(timezone_rule(&self.timezone));
        if self.owners.is_empty() {
            invalid.push(Invalid::new(
                "owners",
                "a community needs an owner; write at least one Matrix user id, better two",
            ));
        }
        invalid.extend(avatar_rule("avatar", self.avatar.as_ref()));
        if self.max_takedowns_per_hour == 0 {
            invalid.push(Invalid::new(
                "max_takedowns_per_hour",
                "with 0 no rule would ever take anything down; write at least 1, or leave the key out",
            ));
        }
        invalid.extend(self.power_levels.validate());
        invalid.extend(self.admission.validate());
        invalid.extend(self.safeguards.validate());
        invalid.extend(self.sanctions.validate());
        invalid.extend(self.pace.validate());
        invalid.extend(self.cases.validate());
        invalid.extend(self.servers.validate());
        if self.parent.as_ref() == Some(&self.id) {
            invalid.push(Invalid::new(
                "parent",
                "a community is no part of itself; name another one, or take the key out",
            ));
        }
        invalid.extend(self.code_of_conduct.validate());
        invalid.extend(self.group_rules());
        if let Some(id) = &self.fact_check
            && !self.group_list().iter().any(|group| group.id == *id)
        {
            let what = format!("there is no group `{id}`; correct the id, or take the key out");
            invalid.push(Invalid::new("fact_check", what));
        }
        invalid.extend(routes::validate(self));
        invalid
    }

    /// What is allowed but unwise, for `hygie check` to say.
    #[must_use]
    pub fn warnings(&self) -> Vec<Invalid> {
        let mut warnings = Vec::new();
        if self.owners.len() < 2 {
            warnings.push(Invalid::new(
                "owners",
                "there is a single owner; name a second one, so that the community survives the loss of an account",
            ));
        }
        warnings
    }

    fn group_rules(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        let mut seen = BTreeMap::new();
        for (at, group) in self.groups.iter().enumerate() {
            if let Some(first) = seen.insert(&group.id, at) {
                invalid.push(Invalid::new(
                    format!("groups[{at}].id"),
                    format!(
                        "the id `{}` is taken by groups[{first}]; give each group its own id",
                        group.id
                    ),
                ));
            }
            invalid.extend(group.validate(&format!("groups[{at}]")));
            if !self.kinds.is_empty()
                && !group.kind.always_exists()
                && !self.kinds.contains(&group.kind)
            {
                let kinds = self.kinds.iter().map(|kind| kind.as_str());
                let kinds = kinds.collect::<Vec<_>>().join(", ");
                invalid.push(Invalid::new(
                    format!("groups[{at}].kind"),
                    format!("this community has no groups of the kind `{}`, only {kinds}; choose another kind, or add it to `kinds`", group.kind),
                ));
            }
            if let Some(twin) = &group.twin_of {
                let first = self.groups.iter().find(|other| other.id == *twin);
                let problem = match first {
                    None => format!("there is no group `{twin}`; correct the id"),
                    Some(first) if first.twin_of.is_some() => format!(
                        "`{twin}` is itself a second room; name the group that both are for"
                    ),
                    Some(_) => continue,
                };
                invalid.push(Invalid::new(format!("groups[{at}].twin_of"), problem));
            }
        }
        invalid
    }
}

pub(super) fn name_rule(path: &str, name: &str) -> Option<Invalid> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        Some(Invalid::new(
            path,
            "the name is empty; write the name that members see",
        ))
    } else if length > MAX_NAME_CHARS {
        Some(Invalid::new(
            path,
            format!("the name has {length} characters; shorten it to {MAX_NAME_CHARS}"),
        ))
    } else {
        None
    }
}

pub(super) fn avatar_rule(path: &str, avatar: Option<&OwnedMxcUri>) -> Option<Invalid> {
    let avatar = avatar.filter(|uri| !uri.is_valid())?;
    Some(Invalid::new(
        path,
        format!("`{avatar}` is not a Matrix media address; write it like mxc://example.org/AbCdEf"),
    ))
}

fn timezone_rule(name: &str) -> Option<Invalid> {
    if jiff::tz::TimeZone::get(name).is_ok() {
        return None;
    }
    let database = jiff::tz::db();
    if database.is_definitively_empty() {
        return Some(Invalid::new(
            "timezone",
            "this machine has no time zone database; install the package `tzdata`",
        ));
    }
    let near = database
        .available()
        .map(|zone| (strsim::jaro_winkler(zone.as_str(), name), zone.to_string()))
        .max_by(|left, right| left.0.total_cmp(&right.0));
    let near = near.map_or_else(|| "Europe/Paris".to_owned(), |(_, zone)| zone);
    Some(Invalid::new(
        "timezone",
        format!("there is no time zone `{name}`; did you mean `{near}`?"),
    ))
}
