//! How fast and how often members write: what is too much at once, in too many rooms, or too many people at once.

use std::time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::config::Duration;

/// How fast and how often members write, and what is too much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// So many messages of one person within so short a time are a flood: those beyond are taken down.
    pub flood: Flood,
    /// The same message in so many groups: the last one is taken down, and with it the others.
    pub repeats: Repeats,
    /// So many people who come in by themselves within so short a time: the group is for the team only for a while.
    pub wave: Wave,
    /// So many heated messages between two people within so short a time: the team is told, nothing is taken down.
    pub tone: Tone,
    /// How long what the team took down is known, and taken down again when somebody writes the same. Default: `7d`; `0s` for never.
    #[schemars(with = "Duration")]
    pub removed_for: Duration,
    /// What happens when the first message of somebody who has come in is a picture, a file or a link: `allow`, `nudge` (their group's team is told, and
    /// they are asked to say hello first) or `redact`. Default: `nudge`.
    pub first_message: FirstMessage,
}

/// What is a flood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Flood {
    /// How many messages; 0 for no limit. Default: `12`.
    pub messages: u32,
    /// Within which time. Default: `10s`.
    #[schemars(with = "Duration")]
    pub within: Duration,
    /// What it counts (see `sanctions`). Default: `3`.
    pub points: u32,
}

/// What is a message sent everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Repeats {
    /// In how many groups; 0 for no limit. Default: `3`.
    pub groups: u32,
    /// Within which time, an hour at most. Default: `10m`.
    #[schemars(with = "Duration")]
    pub within: Duration,
    /// What it counts (see `sanctions`). Default: `3`.
    pub points: u32,
}

/// What is a wave of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wave {
    /// How many people; whom Hygie invited does not count. 0 for no limit. Default: `15`.
    pub people: u32,
    /// Within which time, an hour at most. Default: `5m`.
    #[schemars(with = "Duration")]
    pub within: Duration,
    /// For how long the group is for the team only. Default: `30m`.
    #[schemars(with = "Duration")]
    pub lock_for: Duration,
}

/// What is a tone that rises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tone {
    /// How many heated messages of the two together, at least one of each; an insult counts as two. 0 for never. Default: `4`.
    pub messages: u32,
    /// Within which time, an hour at most. Default: `15m`.
    #[schemars(with = "Duration")]
    pub within: Duration,
}

/// What happens with a first message that is a picture, a file or a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FirstMessage {
    /// Nothing.
    Allow,
    /// Its author is asked to say hello first.
    #[default]
    Nudge,
    /// It is taken down.
    Redact,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            flood: Flood::default(),
            repeats: Repeats::default(),
            wave: Wave::default(),
            tone: Tone::default(),
            removed_for: time::Duration::from_hours(7 * 24).into(),
            first_message: FirstMessage::default(),
        }
    }
}

impl Default for Flood {
    fn default() -> Self {
        Self {
            messages: 12,
            within: time::Duration::from_secs(10).into(),
            points: 3,
        }
    }
}

impl Default for Repeats {
    fn default() -> Self {
        Self {
            groups: 3,
            within: time::Duration::from_mins(10).into(),
            points: 3,
        }
    }
}

impl Default for Wave {
    fn default() -> Self {
        Self {
            people: 15,
            within: time::Duration::from_mins(5).into(),
            lock_for: time::Duration::from_mins(30).into(),
        }
    }
}

impl Default for Tone {
    fn default() -> Self {
        Self {
            messages: 4,
            within: time::Duration::from_mins(15).into(),
        }
    }
}

impl Pace {
    /// How far back it is looked at most.
    pub const MEMORY: time::Duration = time::Duration::from_hours(1);
    /// How many messages of one person are looked at at most.
    pub const MOST_MESSAGES: u32 = 64;

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        let times = [
            ("flood", self.flood.within, self.flood.messages),
            ("repeats", self.repeats.within, self.repeats.groups),
            ("wave", self.wave.within, self.wave.people),
            ("tone", self.tone.within, self.tone.messages),
        ];
        for (key, within, count) in times {
            let within = within.get();
            if count > 0 && (within.is_zero() || within > Self::MEMORY) {
                let path = format!("pace.{key}.within");
                invalid.push(Invalid::new(path, "write a time between `1s` and `1h`"));
            }
        }
        if self.flood.messages > Self::MOST_MESSAGES {
            invalid.push(Invalid::new(
                "pace.flood.messages",
                "more than 64 messages of one person are not counted; write less, or 0 for no limit",
            ));
        }
        let counts = [
            self.flood.messages,
            self.repeats.groups,
            self.wave.people,
            self.tone.messages,
        ];
        if counts.contains(&1) {
            invalid.push(Invalid::new(
                "pace",
                "with 1 the first one would be too much; write at least 2, or 0 for no limit",
            ));
        }
        if self.wave.people > 0 && self.wave.lock_for.get().is_zero() {
            let path = "pace.wave.lock_for";
            invalid.push(Invalid::new(
                path,
                "it would open again at once; write at least `1m`",
            ));
        }
        invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place() {
        assert!(Pace::default().validate().is_empty());
        for (text, path) in [
            (r#"{"flood": {"within": "2h"}}"#, "pace.flood.within"),
            (r#"{"flood": {"messages": 65}}"#, "pace.flood.messages"),
            (r#"{"repeats": {"groups": 1}}"#, "pace"),
            (r#"{"tone": {"messages": 1}}"#, "pace"),
            (r#"{"tone": {"within": "2h"}}"#, "pace.tone.within"),
            (r#"{"wave": {"lock_for": "0s"}}"#, "pace.wave.lock_for"),
        ] {
            let pace: Pace = serde_json::from_str(text).unwrap();
            let paths: Vec<String> = pace.validate().into_iter().map(|it| it.path).collect();
            assert_eq!(paths, [path], "{text}");
        }
        let off: Pace = serde_json::from_str(r#"{"flood": {"messages": 0}}"#).unwrap();
        assert!(off.validate().is_empty());
    }
}
