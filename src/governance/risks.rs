//! The risks of a community, scored, each with the one command that mends it. What a room really is counts beside what is declared.
//!
//! `commands::risks` and `hygie audit` show them, [`harden`](super::harden) mends what settings can mend. PURE.

pub(crate) mod access;
pub(crate) mod people;
pub(crate) mod settings;

use crate::{
    clock::Timestamp,
    community::{
        definition::Group,
        place::Place,
        snapshot::{Community, Room, Snapshot},
    },
    reply::{Argument, Text},
};

/// How bad a risk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// To be looked at.
    Medium,
    /// To be mended now.
    High,
}

impl Severity {
    /// What it adds to the score.
    #[must_use]
    pub fn points(self) -> u32 {
        match self {
            Self::Low => 2,
            Self::Medium => 5,
            Self::High => 10,
        }
    }

    /// Its word, the same for ever.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A risk of a community.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Its name, the same for ever.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where; the space stands for the whole community.
    pub place: Place,
    /// What it is, in words.
    pub detail: Text,
    /// The one command that mends it, without the name of the bot before it.
    pub mend: String,
}

/// What has to be done about a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing that matters.
    Calm,
    /// To be looked at.
    Look,
    /// There is a high risk.
    Urgent,
}

impl Level {
    /// Its word, the same for ever.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Look => "look",
            Self::Urgent => "urgent",
        }
    }
}

/// The points of all risks together.
#[must_use]
pub fn score(risks: &[Risk]) -> u32 {
    risks.iter().map(|risk| risk.severity.points()).sum()
}

/// What has to be done, by the worst of the risks.
#[must_use]
pub fn level(risks: &[Risk]) -> Level {
    match risks.iter().map(|risk| risk.severity).max() {
        None | Some(Severity::Low) => Level::Calm,
        Some(Severity::Medium) => Level::Look,
        Some(Severity::High) => Level::Urgent,
    }
}

/// Every risk of a community, the worst first.
#[must_use]
pub fn risks(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<Risk> {
    let mut look = Look {
        snapshot,
        community,
        now,
        found: Vec::new(),
    };
    access::check(&mut look);
    settings::check(&mut look);
    people::check(&mut look);
    let mut found = look.found;
    found.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
    found
}

/// Looking at a community.
pub(crate) struct Look<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) community: &'a Community,
    pub(crate) now: Timestamp,
    found: Vec<Risk>,
}

impl<'a> Look<'a> {
    /// Notes a risk; `detail` is given the name of the place as `name`.
    fn raise(
        &mut self,
        name: &'static str,
        severity: Severity,
        place: &Place,
        args: &[(&str, Argument)],
        mend: String,
    ) {
        let detail = Text::new(&format!("risk-{name}")).with("name", self.community.name_of(place));
        let detail = args.iter().fold(detail, |detail, (name, value)| {
            detail.with(name, value.clone())
        });
        self.found.push(Risk {
            name,
            severity,
            place: place.clone(),
            detail,
            mend,
        });
    }

    /// The groups that are not over, with their places.
    fn groups(&self) -> impl Iterator<Item = (&'a Group, Place)> + use<'a> {
        let community = self.community;
        let live = community.groups.iter().filter(|group| !group.archived);
        live.map(|group| (group, Place::Group(group.id.clone())))
    }

    fn room(&self, place: &Place) -> Option<&'a Room> {
        self.snapshot.rooms.get(self.community.places.get(place)?)
    }
}

/// The command that gives a key of a place another value.
pub(crate) fn setting(place: &Place, key: &str, value: &str) -> String {
    match place {
        Place::Space => format!("community set {key} = {value}"),
        Place::Group(id) => format!("group set {id} {key} = {value}"),
    }
}

/// A count as an argument.
pub(crate) fn count(count: usize) -> Argument {
    Argument::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
pub(crate) mod tests;
