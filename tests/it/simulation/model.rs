//! What the walk expects, besides what stands on the homeserver: who is muted, what is locked, which messages are leaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{
    hygie::{SERVER, id_of},
    trouble::FLOOD,
};

/// People with a role: owner, admin, moderator, and the moderator of `est`.
pub(super) const TEAM: [&str; 4] = ["samir", "lea", "zoe", "awa"];
/// Members who stay: they are muted, and never removed.
pub(super) const STABLE: [&str; 4] = ["ben", "cleo", "dan", "eva"];
/// Members who come, go, and are removed.
pub(super) const PASSING: [&str; 4] = ["tom", "uma", "val", "wes"];
/// Members who are given a role for one group, and lose it; they say nothing.
pub(super) const CORRESPONDENTS: [&str; 2] = ["gil", "hal"];

/// Members who disturb, and who may not write for a while when it is too much; and one who does so only at the end.
pub(super) const TROUBLE: [&str; 2] = ["fay", "gus"];
/// See [`TROUBLE`].
pub(super) const LAST: &str = "nils";

/// People who come in with a ticket.
pub(super) const GUESTS: [&str; 5] = ["ida", "jon", "kim", "lou", "mae"];
/// People whom members propose, each once.
pub(super) const PROPOSED: [&str; 8] = ["nat", "olga", "paz", "quin", "rex", "sol", "tess", "ugo"];
/// People of the roster; those who stay are on it too.
pub(super) const LISTED: [&str; 3] = ["vic", "xena", "yann"];
/// The group for which the roster has an area of the same name: nobody comes in by another way.
pub(super) const CIRCLE: &str = "cercle";

/// A group of the community file.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
}

/// A message of a member that must be taken down.
#[derive(Clone, Debug)]
pub(super) struct Leak {
    pub(super) room: String,
    pub(super) event: String,
}

/// An announcement.
#[derive(Clone, Debug)]
pub(super) struct Announcement {
    /// Found in every version of its text and nowhere else.
    pub(super) token: String,
    /// Its event; none while the bot has not posted it.
    pub(super) event: Option<String>,
    pub(super) author: String,
    /// The text of its last version.
    pub(super) text: String,
    pub(super) withdrawn: bool,
    /// Rooms that must have a copy: the groups that were linked when it was made.
    pub(super) targets: BTreeSet<String>,
}

/// Somebody whom a member has proposed.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) person: String,
    pub(super) place: String,
    /// Why, which is forgotten with the answer.
    pub(super) reason: String,
    /// The first answer by somebody who may give it.
    pub(super) answer: Option<bool>,
}

/// A file that would change the roster.
#[derive(Clone, Debug)]
pub(super) struct Import {
    /// The area of each person in it.
    pub(super) areas: BTreeMap<String, String>,
    pub(super) answer: Option<bool>,
}

/// What is expected.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) groups: Vec<Group>,
    pub(super) muted: BTreeSet<String>,
    pub(super) locked: BTreeSet<String>,
    /// Who is correspondent of which group.
    pub(super) correspondents: BTreeSet<(String, String)>,
    pub(super) leaks: Vec<Leak>,
    /// Everything else that people sent: room and event.
    pub(super) clean: Vec<(String, String)>,
    /// What those sent who disturb: room, and how often it may be taken down for standing in two groups.
    pub(super) disturbing: BTreeMap<String, (String, usize)>,
    /// What its author took down, which nobody needs to take down any more.
    pub(super) taken_back: BTreeSet<String>,
    pub(super) announcements: Vec<Announcement>,
    /// Who has tried which ticket.
    pub(super) tried: Vec<(String, String)>,
    pub(super) proposals: Vec<Proposal>,
    /// All files, in order; a new one only once the one before is answered.
    pub(super) imports: Vec<Import>,
    /// The area of everybody on the roster.
    pub(super) roster: BTreeMap<String, String>,
    /// What happened, to be printed when the walk fails.
    pub(super) story: BTreeMap<&'static str, usize>,
}

impl Model {
    pub(super) fn new() -> Self {
        let group = |id: &str, name: &str| Group {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        Self {
            groups: vec![
                group("est", "Est"),
                group("ouest", "Ouest"),
                group("sud", "Sud"),
                group(CIRCLE, "Cercle"),
            ],
            muted: BTreeSet::new(),
            locked: BTreeSet::new(),
            correspondents: BTreeSet::new(),
            leaks: Vec::new(),
            clean: Vec::new(),
            disturbing: BTreeMap::new(),
            taken_back: BTreeSet::new(),
            announcements: Vec::new(),
            tried: Vec::new(),
            proposals: Vec::new(),
            imports: Vec::new(),
            roster: BTreeMap::new(),
            story: BTreeMap::new(),
        }
    }

    /// The community file as it is now.
    pub(super) fn file(&self) -> String {
        let mut file = format!(
            "id: nord\nname: Nord\npurpose: S’entraider\nlocale: fr\ntimezone: Europe/Paris\n\
             owners: [\"{}\"]\nadmins: [\"{}\"]\nmoderators: [\"{}\"]\nmax_takedowns_per_hour: 1000000\n\
             code_of_conduct: {{version: 1, text: \"Respect\"}}\n\
             pace: {{flood: {{messages: {FLOOD}, within: 3s, points: 6}}, repeats: {{groups: 2}}}}\n\
             sanctions: {{fade: 1m, ladder: [{{points: 3, step: warn}}, {{points: 6, step: mute, for: 12h}}]}}\ngroups:\n",
            id_of("samir"),
            id_of("lea"),
            id_of("zoe")
        );
        for group in &self.groups {
            let Group { id, name } = group;
            let more = match id.as_str() {
                "est" => format!(", encryption: true, moderators: [\"{}\"]", id_of("awa")),
                CIRCLE => {
                    format!(", admission: [roster], audience: \"zone = {CIRCLE}\", leavers: remove")
                }
                _ => String::new(),
            };
            writeln!(file, "  - {{id: {id}, name: \"{name}\", kind: discussion, topic: \"Sujet de {id}\"{more}}}").expect("it is text");
        }
        file
    }

    /// The alias of a place: a group, `announcements`, `admins`, or the space (empty).
    pub(super) fn alias(place: &str) -> String {
        if place.is_empty() {
            format!("#_hygie_nord:{SERVER}")
        } else {
            format!("#_hygie_nord_{place}:{SERVER}")
        }
    }

    /// All places, the space first.
    pub(super) fn places(&self) -> Vec<String> {
        let always = ["", "announcements", "admins"].map(str::to_owned);
        always
            .into_iter()
            .chain(self.groups.iter().map(|group| group.id.clone()))
            .collect()
    }
}
