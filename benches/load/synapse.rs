//! `--synapse`: Hygie and the bare baseline in turns in the same rooms of a real Synapse on PostgreSQL. What counts is the time
//! from a member's request to send a leak until another member's client is told that it was taken down.

mod communities;
mod gate;
mod members;
mod people;
mod rooms;
pub mod roster;

use std::time::{Duration, Instant};

use crate::{
    feed::{Chance, leak_text},
    program::Role,
    report::{Line, number, quantile, ratio},
};
use rooms::Rooms;
use serde_json::json;
use tokio::task::{JoinHandle, spawn_local};

/// What is done in every round.
const STEADY: [Pace; 3] = [
    Pace {
        rate: 2.0,
        seconds: 60.0,
        turns: 1,
    },
    Pace {
        rate: 10.0,
        seconds: 15.0,
        turns: 4,
    },
    Pace {
        rate: 30.0,
        seconds: 10.0,
        turns: 2,
    },
];
/// Leaks at once.
const BURST: usize = 40;
/// Of a thousand messages, so many are leaks.
const LEAKS_PER_MILLE: u64 = 50;
/// How often the leaks are drawn again for the interval of a ratio.
const DRAWS: usize = 2000;
/// How long a redaction may take before it counts as lost.
const PATIENCE: Duration = Duration::from_mins(1);

/// Messages a second, for how many seconds in a turn, and how many turns of each program in a round. Turns are short, so that what else
/// the machine does meets both alike.
#[derive(Clone, Copy)]
struct Pace {
    rate: f64,
    seconds: f64,
    turns: usize,
}

/// A leak and when it was sent.
struct Sent {
    event: String,
    at: Instant,
}

/// What became of a leak, in milliseconds.
struct Taken {
    total: f64,
    share: Option<f64>,
}

/// What all turns of a program came to.
#[derive(Default)]
struct Turns {
    taken: Vec<Taken>,
    events: usize,
    seconds: f64,
    lost: usize,
    doubled: usize,
}

/// Runs steady and burst in turns; false when Hygie lost or doubled something.
pub async fn run(rounds: usize, json: bool, seed: u64) -> bool {
    let mut stage = Rooms::set().await;
    let mut all_well = true;
    if !json {
        println!(
            "scenario       database  events  leaks  p50 ms  p95 ms | bare p50     p95 | ratio p50     (90 %)  ratio p95     (90 %) | of Synapse %  bare's % | lost  doubled  rss MiB"
        );
    }
    let steady = STEADY.map(|pace| (format!("synapse-{}", pace.rate), Some(pace)));
    let burst = [("synapse-burst".to_owned(), None)];
    for (name, pace) in steady.into_iter().chain(burst) {
        let (mut hygie, mut bare) = (Turns::default(), Turns::default());
        for nth in 0..rounds * pace.map_or(1, |pace| pace.turns) {
            let mut order = [Role::Bare, Role::Hygie];
            order.rotate_left(nth % 2);
            for role in order {
                stage.turn_of(role);
                let seed = seed + nth as u64;
                let turns = match role {
                    Role::Hygie => &mut hygie,
                    Role::Bare => &mut bare,
                };
                turn(&mut stage, pace, seed, turns).await;
            }
        }
        let line = summary(&name, &hygie, &bare, stage.memory());
        if json {
            println!("{line}");
        } else {
            println!("{}", table(&name, &line));
        }
        all_well &= hygie.lost + hygie.doubled == 0;
    }
    all_well
}

/// One program's turn: messages at this pace, or a burst without one.
async fn turn(stage: &mut Rooms, pace: Option<Pace>, seed: u64, turns: &mut Turns) {
    let mut chance = Chance::new(seed);
    let mut sending = Vec::new();
    let start = Instant::now();
    let mut due = Duration::ZERO;
    let count = match pace {
        Some(pace) => whole(pace.rate * pace.seconds),
        None => BURST,
    };
    for number in 0..count {
        if let Some(pace) = pace {
            // Nobody writes by the clock: messages at even distances would meet what follows from the one before always, or never.
            due += Duration::from_secs_f64(-chance.share().ln() / pace.rate);
            tokio::time::sleep_until((start + due).into()).await;
        }
        let leak = pace.is_none() || chance.number() % 1000 < LEAKS_PER_MILLE;
        let sent = send(stage, number, leak, &mut chance);
        sending.push((leak, sent));
    }
    let mut leaks = Vec::new();
    for (leak, sent) in sending {
        let sent = sent.await.expect("sending does not panic");
        if leak {
            leaks.push(sent);
        }
    }
    turns.events += count;
    turns.seconds += start.elapsed().as_secs_f64();
    for leak in &leaks {
        let redacted = stage.wait_redacted(&leak.event, PATIENCE).await;
        match redacted {
            Some(seen_at) => turns.taken.push(Taken {
                total: seen_at.duration_since(leak.at).as_secs_f64() * 1e3,
                share: stage.share_of(&leak.event),
            }),
            None => turns.lost += 1,
        }
    }
    stage.quiet().await;
    let redactions = leaks.iter().map(|leak| stage.redactions(&leak.event));
    turns.doubled += redactions
        .map(|count| count.saturating_sub(1))
        .sum::<usize>();
}

/// Sends a message without waiting for the answer.
fn send(stage: &mut Rooms, number: usize, leak: bool, chance: &mut Chance) -> JoinHandle<Sent> {
    let (member, room, transaction) = stage.next_sender(chance);
    let text = if leak {
        leak_text(number)
    } else {
        format!("Tournée {number} terminée, tout va bien dans le secteur")
    };
    spawn_local(async move {
        let at = Instant::now();
        let event = member.send(&room, &transaction, &text).await;
        Sent { event, at }
    })
}

/// How long each leak took, in order of size.
fn times(turns: &Turns) -> Vec<f64> {
    let mut times: Vec<f64> = turns.taken.iter().map(|taken| taken.total).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Between which values the ratio of two quantiles lies with 90 %: both samples are drawn again from themselves many times
/// (bootstrap). A quantile of few leaks is chance, and this says how much.
fn interval(times: &[f64], bare: &[f64], share: f64) -> (Option<f64>, Option<f64>) {
    let mut chance = Chance::new(1);
    let mut drawn = |from: &[f64]| {
        let mut sample: Vec<f64> = from
            .iter()
            .map(|_| from[chance.below(from.len())])
            .collect();
        sample.sort_by(f64::total_cmp);
        quantile(&sample, share)
    };
    let again = (0..DRAWS).filter_map(|_| ratio(drawn(times), drawn(bare)));
    let mut ratios: Vec<f64> = again.collect();
    ratios.sort_by(f64::total_cmp);
    (quantile(&ratios, 0.05), quantile(&ratios, 0.95))
}

fn summary(name: &str, hygie: &Turns, bare: &Turns, rss_mib: f64) -> Line {
    let (times, bare_times) = (times(hygie), times(bare));
    let (p50, p95) = (quantile(&times, 0.5), quantile(&times, 0.95));
    let (bare_p50, bare_p95) = (quantile(&bare_times, 0.5), quantile(&bare_times, 0.95));
    let interval = |share| interval(&times, &bare_times, share);
    let ((p50_from, p50_to), (p95_from, p95_to)) = (interval(0.5), interval(0.95));
    let rate = as_number(hygie.events) / hygie.seconds.max(1e-3);
    let mut line = Line::default();
    line.put("scenario", json!(name));
    line.put("database", json!("sqlite"));
    line.put("events", json!(hygie.events));
    for (name, value) in [
        ("events_per_second", Some(rate)),
        ("p50_ms", p50),
        ("p95_ms", p95),
        ("p99_ms", quantile(&times, 0.99)),
        ("bare_p50_ms", bare_p50),
        ("ratio_p50", ratio(p50, bare_p50)),
        ("lost", Some(as_number(hygie.lost))),
        ("doubled", Some(as_number(hygie.doubled))),
        ("rss_mib", Some(rss_mib)),
        ("ready_s", None),
        ("bare_p95_ms", bare_p95),
        ("ratio_p95", ratio(p95, bare_p95)),
        ("ratio_p50_from", p50_from),
        ("ratio_p50_to", p50_to),
        ("ratio_p95_from", p95_from),
        ("ratio_p95_to", p95_to),
        ("synapse_percent", of_synapse(hygie)),
        ("bare_synapse_percent", of_synapse(bare)),
        ("own_p50_ms", own_share(hygie)),
        ("bare_own_p50_ms", own_share(bare)),
        ("leaks", Some(as_number(hygie.taken.len()))),
        ("bare_lost", Some(as_number(bare.lost))),
    ] {
        line.put(name, number(value));
    }
    line
}

fn table(name: &str, line: &Line) -> String {
    let cell = |name: &str, width: usize, digits: usize| {
        line.number(name).map_or_else(
            || format!("{:>width$}", "-"),
            |number| format!("{number:>width$.digits$}"),
        )
    };
    let interval = |name: &str| {
        let (from, to) = (format!("{name}_from"), format!("{name}_to"));
        format!("({}–{})", cell(&from, 4, 2), cell(&to, 4, 2))
    };
    format!(
        "{name:<14} sqlite   {} {} {} {} | {} {} | {} {} {} {} | {} {} | {} {} {}",
        cell("events", 7, 0),
        cell("leaks", 6, 0),
        cell("p50_ms", 7, 1),
        cell("p95_ms", 7, 1),
        cell("bare_p50_ms", 8, 1),
        cell("bare_p95_ms", 7, 1),
        cell("ratio_p50", 9, 2),
        interval("ratio_p50"),
        cell("ratio_p95", 9, 2),
        interval("ratio_p95"),
        cell("synapse_percent", 12, 1),
        cell("bare_synapse_percent", 9, 1),
        cell("lost", 4, 0),
        cell("doubled", 8, 0),
        cell("rss_mib", 8, 1),
    )
}

/// The median share of the time, in percent, that is not the appservice's: from the request to send until the event went to
/// the appservice, and from the redaction's request until the other client saw it.
fn of_synapse(turns: &Turns) -> Option<f64> {
    let shares = turns.taken.iter();
    let mut shares: Vec<f64> = shares
        .filter_map(|taken| Some((1.0 - taken.share? / taken.total) * 100.0))
        .collect();
    shares.sort_by(f64::total_cmp);
    quantile(&shares, 0.5)
}

/// The median time that the appservice itself took.
fn own_share(turns: &Turns) -> Option<f64> {
    let mut shares: Vec<f64> = turns.taken.iter().filter_map(|taken| taken.share).collect();
    shares.sort_by(f64::total_cmp);
    quantile(&shares, 0.5)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of messages, far below 2^52"
)]
fn whole(number: f64) -> usize {
    number as usize
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn as_number(count: usize) -> f64 {
    count as f64
}
