//! What goes wrong, chosen by a seed: the same request fails in the same way in every run.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    str::FromStr,
    time::Duration,
};

/// How long the homeserver takes for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Latency {
    /// No time of its own.
    #[default]
    Zero,
    /// Evenly between two times, in milliseconds.
    Between(f64, f64),
    /// Mostly short with a long tail, with this mean in milliseconds.
    Exponential(f64),
}

/// What goes wrong, and how slow the homeserver is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Chooses which request and which transaction.
    pub seed: u64,
    /// Of a thousand requests and transactions, so many fail.
    pub per_mille: u64,
    /// How long requests take.
    pub latency: Latency,
    /// So many events of the bot are taken a second, and as many at once; beyond that it is asked to come back. 0 for no limit.
    pub per_second: u32,
}

/// What goes wrong with a request of the appservice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// 429 with `retry_after_ms`; nothing is done.
    Limited(u64),
    /// This status; nothing is done.
    Status(u16),
    /// The connection breaks; nothing is done.
    Dropped,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done, and the answer comes in pieces.
    SlowBody,
}

/// What goes wrong with a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushFault {
    /// It is sent again although it was acknowledged.
    Repeated,
    /// The connection breaks in the middle of it.
    Broken,
}

impl Faults {
    /// What goes wrong with this request, when it is tried for the `attempt`-th time.
    #[must_use]
    pub fn of_request(&self, path: &str, attempt: usize) -> Option<RequestFault> {
        // That the homeserver is there at all must be known, or everything waits.
        if path.contains("/versions") || path.contains("/register") {
            return None;
        }
        let chance = self.chance((path, attempt, "request"))?;
        Some(match chance % 6 {
            0 => RequestFault::Limited(20 + chance % 100),
            1 => RequestFault::Status(500),
            2 => RequestFault::Status(502 + u16::try_from(chance % 3).unwrap_or(0)),
            3 => RequestFault::Dropped,
            4 => RequestFault::AnswerLost,
            _ => RequestFault::SlowBody,
        })
    }

    /// What goes wrong with this transaction, when it is sent for the `attempt`-th time.
    #[must_use]
    pub fn of_push(&self, number: u64, attempt: usize) -> Option<PushFault> {
        let chance = self.chance((number, attempt, "push"))?;
        Some(if chance.is_multiple_of(2) {
            PushFault::Repeated
        } else {
            PushFault::Broken
        })
    }

    /// How long this request takes.
    #[must_use]
    pub fn delay(&self, path: &str) -> Duration {
        let share = self.share((path, "latency"));
        let millis = match self.latency {
            Latency::Zero => return Duration::ZERO,
            Latency::Between(from, to) => from + (to - from) * share,
            Latency::Exponential(mean) => -mean * (1.0 - share).ln(),
        };
        Duration::from_secs_f64(millis / 1e3)
    }

    /// A number to choose by, when something goes wrong here.
    fn chance(&self, what: impl Hash) -> Option<u64> {
        let number = self.number(what);
        (number % 1000 < self.per_mille).then_some(number / 1000)
    }

    /// A number between 0 and 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share needs no more than 52 bits"
    )]
    fn share(&self, what: impl Hash) -> f64 {
        (self.number(what) >> 12) as f64 / (1_u64 << 52) as f64
    }

    fn number(&self, what: impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, what).hash(&mut hasher);
        hasher.finish()
    }
}

impl FromStr for Latency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let parsed = text.trim().parse::<f64>();
            parsed.map_err(|_| format!("`{text}` is not a number of milliseconds"))
        };
        if let Some(mean) = text.strip_prefix("exp:") {
            return Ok(Self::Exponential(number(mean)?));
        }
        if let Some((from, to)) = text.split_once("..") {
            return Ok(Self::Between(number(from)?, number(to)?));
        }
        let fixed = number(text)?;
        Ok(if fixed > 0.0 {
            Self::Between(fixed, fixed)
        } else {
            Self::Zero
        })
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero => write!(f, "0"),
            Self::Between(from, to) => write!(f, "{from}..{to}"),
            Self::Exponential(mean) => write!(f, "exp:{mean}"),
        }
    }
}
