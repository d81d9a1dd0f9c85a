//! Where and when something is looked at: what a rule's `in:` is compared with, and what else [`RuleSet::check_in`](super::RuleSet::check_in)
//! asks about the place.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{DetectedKind, Layer};
use crate::{
    clock::Timestamp,
    community::definition::{GroupId, Kind},
};

/// A place, as far as rules tell places apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot<'a> {
    /// No place in particular: every rule reads, wherever it is for.
    Anywhere,
    /// The space of a community: only rules for every place read.
    Space,
    /// A group.
    Group {
        /// Which.
        id: &'a GroupId,
        /// What it is for.
        kind: Kind,
    },
}

/// What a check knows about where the message stands.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// What the community has changed about the rules there.
    pub layer: &'a Layer,
    /// Where it is.
    pub spot: Spot<'a>,
    /// The present moment: what was to be reviewed by then is not used any more.
    pub now: Timestamp,
    /// Asked about each canonical form that a rule found and does not allow itself: the community's own rooms, which members mention all
    /// the time (Element writes each mention as a `matrix.to` link).
    pub lets_through: &'a dyn Fn(DetectedKind, &str) -> bool,
}

/// Where a rule is for. Both lists empty: everywhere.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeConfig {
    /// Kinds of groups: `support`, `care-team`, …
    #[serde(default)]
    pub(super) kinds: Vec<Kind>,
    /// Groups by their ids in the community's file.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) groups: Vec<Spanned<String>>,
}

/// [`ScopeConfig`], read.
#[derive(Debug, Default)]
pub(super) struct Scope {
    kinds: Vec<Kind>,
    groups: Vec<GroupId>,
}

impl Scope {
    /// A rule for these.
    pub fn new(kinds: Vec<Kind>, groups: Vec<GroupId>) -> Self {
        Self { kinds, groups }
    }

    /// Whether a rule reads what is said there.
    pub fn reads(&self, spot: Spot<'_>) -> bool {
        if self.kinds.is_empty() && self.groups.is_empty() {
            return true;
        }
        match spot {
            Spot::Anywhere => true,
            Spot::Space => false,
            Spot::Group { id, kind } => self.kinds.contains(&kind) || self.groups.contains(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_where_it_is_for() {
        let (est, ouest): (GroupId, GroupId) = ("est".parse().unwrap(), "ouest".parse().unwrap());
        let of = |id, kind| Spot::Group { id, kind };
        let scope = Scope::new(vec![Kind::Support], vec![est.clone()]);
        for (spot, reads) in [
            (of(&est, Kind::Discussion), true),
            (of(&ouest, Kind::Support), true),
            (of(&ouest, Kind::Discussion), false),
            (Spot::Space, false),
            (Spot::Anywhere, true),
        ] {
            assert_eq!(scope.reads(spot), reads, "{spot:?}");
            assert!(Scope::default().reads(spot));
        }
    }
}
