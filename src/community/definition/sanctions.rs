//! What follows when somebody breaks rules again and again: points that add up and fade, and the ladder that they lead up.

use std::time;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::{community::record::Step, config::Duration};

/// What follows when somebody breaks rules again and again. Each rule gives points (`points:` in the rules); what people share in good faith gives
/// none unless the community wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sanctions {
    /// In which time the points of one breach fade to nothing, evenly. Default: `30d`.
    #[serde(default = "thirty_days")]
    #[schemars(with = "Duration")]
    pub fade: Duration,
    /// The rungs, lowest first; an empty list never sanctions anybody. Default: a warning at 3 points, no writing for an hour at 6, removed for seven
    /// days at 12, and at 20 the admins are asked whether to ban.
    #[serde(default = "ladder")]
    pub ladder: Vec<Rung>,
    /// How many people may be kept from writing, removed or banned by rules within an hour; beyond that each waits for an admin's yes. Default: `10`.
    #[serde(default = "ten")]
    pub max_per_hour: u32,
}

/// A rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// From how many points on. Required.
    pub points: u32,
    /// What happens: `warn`, `mute`, `remove` or `ban`. Required.
    pub step: Step,
    /// For how long (`mute` and `remove` only). Default: an hour for `mute`, seven days for `remove`.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Duration>")]
    pub lasts: Option<Duration>,
    /// Whether an admin is asked first. Default: `true` for `ban`, `false` for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<bool>,
}

impl Rung {
    /// For how long it holds; `None` where that has no meaning.
    #[must_use]
    pub fn duration(&self) -> Option<time::Duration> {
        let usual = match self.step {
            Step::Mute => time::Duration::from_hours(1),
            Step::Remove => time::Duration::from_hours(7 * 24),
            Step::Nudge | Step::Warn | Step::Ban => return None,
        };
        Some(self.lasts.map_or(usual, Duration::get))
    }

    /// Whether an admin is asked first.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.ask.unwrap_or(self.step == Step::Ban)
    }
}

fn thirty_days() -> Duration {
    time::Duration::from_hours(30 * 24).into()
}

fn ten() -> u32 {
    10
}

fn ladder() -> Vec<Rung> {
    let rung = |points, step| Rung {
        points,
        step,
        lasts: None,
        ask: None,
    };
    vec![
        rung(3, Step::Warn),
        rung(6, Step::Mute),
        rung(12, Step::Remove),
        rung(20, Step::Ban),
    ]
}

impl Default for Sanctions {
    fn default() -> Self {
        Self {
            fade: thirty_days(),
            ladder: ladder(),
            max_per_hour: ten(),
        }
    }
}

impl Sanctions {
    /// The highest rung that so many points reach; half a point that has faded does not count as faded.
    #[must_use]
    pub fn rung(&self, points: f64) -> Option<&Rung> {
        let mut rungs = self.ladder.iter().rev();
        rungs.find(|rung| points.round() >= f64::from(rung.points))
    }

    pub(super) fn validate(&self) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        if self.fade.get().is_zero() {
            invalid.push(Invalid::new(
                "sanctions.fade",
                "points that fade at once sanction nobody; write at least `1d`, or an empty `ladder`",
            ));
        }
        for (at, rung) in self.ladder.iter().enumerate() {
            let path = |key: &str| format!("sanctions.ladder[{at}].{key}");
            if rung.points == 0 {
                invalid.push(Invalid::new(
                    path("points"),
                    "everybody has 0 points; write at least 1",
                ));
            }
            if at > 0 && rung.points <= self.ladder[at - 1].points {
                invalid.push(Invalid::new(
                    path("points"),
                    "a rung takes more points than the one before; put them in order",
                ));
            }
            if rung.step == Step::Nudge {
                invalid.push(Invalid::new(
                    path("step"),
                    "a nudge is what a rule does by itself; write `warn`, `mute`, `remove` or `ban`",
                ));
            }
            if rung.lasts.is_some() && rung.duration().is_none() {
                invalid.push(Invalid::new(
                    path("for"),
                    "only `mute` and `remove` end by themselves; take `for` out",
                ));
            }
            if rung.lasts.is_some_and(|lasts| lasts.get().is_zero()) {
                invalid.push(Invalid::new(
                    path("for"),
                    "it would be over at once; write at least `1m`",
                ));
            }
        }
        invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_reach_the_highest_rung_below_them() {
        let sanctions = Sanctions::default();
        let step = |points| sanctions.rung(points).map(|rung| rung.step);
        assert_eq!(step(2.4), None);
        assert_eq!(step(3.0), Some(Step::Warn));
        assert_eq!(step(11.4), Some(Step::Mute));
        assert_eq!(step(50.0), Some(Step::Ban));
        assert!(sanctions.rung(20.0).is_some_and(Rung::asks));
        assert!(sanctions.validate().is_empty());
    }

    #[test]
    fn a_ladder_that_makes_no_sense_is_refused_with_its_place() {
        let ladder = r#"{"fade": "0s", "ladder": [
            {"points": 3, "step": "nudge"}, {"points": 3, "step": "ban", "for": "1h"}, {"points": 0, "step": "mute", "for": "0s"}
        ]}"#;
        let sanctions: Sanctions = serde_json::from_str(ladder).unwrap();
        let places: Vec<String> = sanctions.validate().into_iter().map(|it| it.path).collect();
        let expected = [
            "fade",
            "ladder[0].step",
            "ladder[1].points",
            "ladder[1].for",
            "ladder[2].points",
            "ladder[2].points",
            "ladder[2].for",
        ];
        let expected: Vec<String> = expected
            .iter()
            .map(|it| format!("sanctions.{it}"))
            .collect();
        assert_eq!(places, expected);
    }
}
