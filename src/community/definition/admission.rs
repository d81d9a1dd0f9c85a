//! How one comes into a community or a group.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Invalid, Way, conduct::is_default};
use crate::community::words::fold;

/// How one comes into the community, and who decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// The ways into the space: `roster`, `ticket`, `proposal`, `knock`, `moderators`. Default: all but `knock`.
    #[serde(default = "into_space")]
    #[schemars(with = "Vec<Way>")]
    pub ways: BTreeSet<Way>,
    /// How many of the team must agree before somebody who asks is let in; who may have a conflict of interest always needs two. Default: `1`.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 2))]
    pub reviewers: u32,
    /// Words that point to a conflict of interest in what somebody says about themselves, for instance `assureur`, `banque`. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts_of_interest: Vec<String>,
    /// The professions that take part: who asks to be let in is told, the team sees when an answer names none of them, and a roster takes no
    /// other. Default: every profession.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub professions: Vec<String>,
    /// What happens to somebody whom nobody let in: `ignore`, `report` or `remove`. Default: `report`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strangers: super::Strangers,
}

fn into_space() -> BTreeSet<Way> {
    Way::INTO_SPACE.iter().copied().collect()
}

fn one() -> u32 {
    1
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            ways: into_space(),
            reviewers: one(),
            conflicts_of_interest: Vec::new(),
            professions: Vec::new(),
            strangers: super::Strangers::default(),
        }
    }
}

impl Admission {
    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        if self.ways.contains(&Way::OpenToSpace) {
            invalid.push(Invalid::new(
                "admission.ways",
                "`open-to-space` is for groups: it lets in whoever is in the space; take it out here",
            ));
        }
        if !(1..=2).contains(&self.reviewers) {
            invalid.push(Invalid::new(
                "admission.reviewers",
                "one or two people decide; write 1 or 2",
            ));
        }
        for (key, words) in [
            ("conflicts_of_interest", &self.conflicts_of_interest),
            ("professions", &self.professions),
        ] {
            if let Some(at) = words.iter().position(|word| fold(word).is_empty()) {
                invalid.push(Invalid::new(
                    format!("admission.{key}[{at}]"),
                    "the word is empty; write a word, or take the line out",
                ));
            }
        }
        invalid
    }
}

/// Which homeservers may take part in a community that federates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Servers {
    /// The homeservers that may take part besides the own one; `*` and `?` stand for anything. Default: every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Those that may not, whatever `allow` says. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
}

impl Servers {
    /// Whether somebody of this homeserver may take part.
    #[must_use]
    pub fn admits(&self, server: &str, own: &str) -> bool {
        let among = |globs: &[String]| globs.iter().any(|glob| matches_glob(glob, server));
        server == own || ((self.allow.is_empty() || among(&self.allow)) && !among(&self.deny))
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        for (key, globs) in [("allow", &self.allow), ("deny", &self.deny)] {
            for (at, glob) in globs.iter().enumerate() {
                let allowed =
                    |letter: char| letter.is_ascii_alphanumeric() || ".-:*?[]".contains(letter);
                if glob.is_empty() || !glob.chars().all(allowed) {
                    let what = format!(
                        "`{glob}` is not the name of a server; write it like example.org or *.example.org"
                    );
                    invalid.push(Invalid::new(format!("servers.{key}[{at}]"), what));
                }
            }
        }
        invalid
    }
}

/// Whether `text` is like `glob`, in which `*` stands for any letters and `?` for one (Matrix specification, `m.room.server_acl`).
fn matches_glob(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (
        glob.to_ascii_lowercase().chars().collect(),
        text.to_ascii_lowercase().chars().collect(),
    );
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((before, begun)) = star else {
                    return false;
                };
                star = Some((before, begun + 1));
                at = before + 1;
                from = begun + 1;
            }
        }
    }
    glob[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_the_specification_says() {
        for (glob, text, expected) in [
            ("*", "a.org", true),
            ("*.org", "a.org", true),
            ("a?.org", "ab.org", true),
            ("a?.org", "a.org", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("A.org", "a.ORG", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_glob(glob, text), expected, "{glob} {text}");
        }
    }

    #[test]
    fn the_own_server_always_takes_part_and_a_denied_one_never() {
        let servers = Servers {
            allow: vec!["*.example.org".to_owned()],
            deny: vec!["bad.example.org".to_owned()],
        };
        let admits = |server| servers.admits(server, "own.net");
        assert!(admits("own.net") && admits("a.example.org"));
        assert!(!admits("bad.example.org") && !admits("other.org"));
        assert!(Servers::default().admits("other.org", "own.net"));
    }
}
