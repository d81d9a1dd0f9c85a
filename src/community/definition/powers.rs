//! Which power level each role has, by kind of group.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Invalid, Kind};
use crate::community::role::Role;

/// The power levels of roles. What is not written here has the level of `default`, and that the built-in one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PowerTable(BTreeMap<Scope, Levels>);

/// For which groups a line of the table holds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case", untagged)]
pub enum Scope {
    /// Groups of this kind.
    Kind(Kind),
    /// The space and every group that no other line is about.
    Default(DefaultWord),
}

/// The word `default`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultWord {
    /// The space and every group that no other line is about.
    Default,
}

type Levels = BTreeMap<Role, i64>;

/// Below this nobody can write.
const LEAST: i64 = -1;
const MOST: i64 = 100;

impl PowerTable {
    /// Whether nothing is written in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The level of a role in a group of this kind; `None` is the space.
    #[must_use]
    pub fn level(&self, kind: Option<Kind>, role: Role) -> i64 {
        let line = |scope| self.0.get(&scope).and_then(|levels| levels.get(&role));
        kind.and_then(|kind| line(Scope::Kind(kind)))
            .or_else(|| line(Scope::Default(DefaultWord::Default)))
            .copied()
            .unwrap_or_else(|| built_in(kind, role))
    }

    /// The rules that the table breaks.
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        for (scope, levels) in &self.0 {
            let (kind, name) = match scope {
                Scope::Kind(kind) => (Some(*kind), kind.as_str()),
                Scope::Default(_) => (None, "default"),
            };
            for (role, level) in levels {
                let path = format!("power_levels.{name}.{role}");
                if !(LEAST..=MOST).contains(level) {
                    let what = format!("a power level is from {LEAST} to {MOST}; correct {level}");
                    invalid.push(Invalid::new(path, what));
                }
            }
            let all = Role::ALL.map(|role| (role, self.level(kind, role)));
            for pair in all.windows(2) {
                let [(lower, below), (higher, above)] = pair else {
                    continue;
                };
                if below > above {
                    let what = format!(
                        "a {higher} ({above}) would have less power than a {lower} ({below}); correct one of them"
                    );
                    invalid.push(Invalid::new(format!("power_levels.{name}"), what));
                }
            }
        }
        invalid
    }
}

/// The level that a role has when the community says nothing: who leads a field watch decides alone who is in it, and
/// correspondents pin what they carry up.
fn built_in(kind: Option<Kind>, role: Role) -> i64 {
    match (role, kind) {
        (Role::Newcomer, _) => -1,
        (Role::Member, _) => 0,
        (Role::Correspondent, Some(Kind::FieldWatch)) => 25,
        (Role::Correspondent, _) => 10,
        (Role::Moderator, _) => 50,
        (Role::Facilitator, _) => 60,
        (Role::Admin | Role::Owner, _) => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(json: serde_json::Value) -> PowerTable {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_kinds_own_line_goes_before_the_default_and_that_before_what_is_built_in() {
        let table = table(serde_json::json!({
            "default": {"moderator": 40}, "field-watch": {"moderator": 45, "correspondent": 30}
        }));
        let level = |kind, role| table.level(kind, role);
        assert_eq!(level(Some(Kind::FieldWatch), Role::Moderator), 45);
        assert_eq!(level(Some(Kind::Support), Role::Moderator), 40);
        assert_eq!(level(None, Role::Moderator), 40);
        assert_eq!(level(None, Role::Owner), 100);
        assert_eq!(table.validate(), []);
    }

    #[test]
    fn levels_out_of_bounds_and_out_of_order_are_named() {
        let table = table(serde_json::json!({"default": {"moderator": 70, "owner": 1000}}));
        let paths: Vec<_> = table.validate().into_iter().map(|it| it.path).collect();
        assert_eq!(
            paths,
            ["power_levels.default.owner", "power_levels.default"]
        );
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        serde_json::from_value::<PowerTable>(serde_json::json!({"discusion": {}})).unwrap_err();
    }
}
