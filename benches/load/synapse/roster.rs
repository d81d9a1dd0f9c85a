//! `--synapse roster`: a thousand people are invited to a space and three groups of a real Synapse, by Hygie and by a plain loop that does
//! nothing else, each with and without leaks beside it. Hygie takes the leaks down in all turns.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinHandle;

use super::{
    PATIENCE, Sent, Taken, as_number,
    communities::{Communities, Community, ROOMS},
    rooms::QUIET,
};
use crate::{
    feed::Chance,
    report::{Line, number, quantile, ratio},
};

/// The mean time from one leak to the next, in seconds.
const PAUSE: f64 = 3.0;
/// How often it is looked whether everybody is invited.
const LOOK: Duration = Duration::from_millis(20);
/// How long explanations and notices of the last leaks are waited for.
const CALM: Duration = QUIET.saturating_mul(3);

/// Who invites, and whether people leak meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Bare,
    BareWithLeaks,
    Hygie,
    HygieWithLeaks,
}

/// What a turn, or all of a kind, came to.
#[derive(Default)]
struct Turns {
    invitations: usize,
    /// Invitations a second, one for each turn.
    rates: Vec<f64>,
    /// CPU time of Hygie, in seconds.
    cpu_s: f64,
    leaks: Vec<Taken>,
    lost: usize,
    doubled: usize,
}

impl Way {
    const ALL: [Self; 4] = [
        Self::Bare,
        Self::Hygie,
        Self::BareWithLeaks,
        Self::HygieWithLeaks,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Hygie => "hygie",
            Self::BareWithLeaks => "bare, leaks",
            Self::HygieWithLeaks => "hygie, leaks",
        }
    }

    fn is_plain(self) -> bool {
        matches!(self, Self::Bare | Self::BareWithLeaks)
    }

    fn has_leaks(self) -> bool {
        matches!(self, Self::BareWithLeaks | Self::HygieWithLeaks)
    }
}

/// Runs all ways in turns; false when Hygie lost or doubled something.
pub async fn run(people: usize, rounds: usize, json: bool, seed: u64) -> bool {
    let rounds = rounds.max(1);
    let (mut stage, made) = Communities::set(people, rounds * Way::ALL.len()).await;
    stage.warm_up(&made[0]).await;
    let mut all = [(); 4].map(|()| Turns::default());
    let mut alone = Turns::default();
    let mut made = made.iter();
    for round in 0..rounds {
        let mut order = [0, 1, 2, 3];
        order.rotate_left(round % Way::ALL.len());
        for at in order {
            let community = made.next().expect("one for each turn");
            let (way, seed) = (Way::ALL[at], seed + round as u64);
            let before = all[at].leaks.len() + all[at].lost;
            fill(&mut stage, community, way, seed, &mut all[at]).await;
            if way == Way::HygieWithLeaks {
                let leaks = all[at].leaks.len() + all[at].lost - before;
                only_leaks(&mut stage, community, leaks, seed, &mut alone).await;
            }
        }
    }
    if !json {
        println!(
            "way            invitations  a second (least–most)  ratio  hygie's cpu ms | leaks  p50 ms  p95 ms  p99 ms  hygie's p50 | lost  doubled"
        );
    }
    let bare = quantile(&sorted(&all[0].rates), 0.5);
    let ways = Way::ALL.iter().map(|way| way.name());
    for (name, turns) in ways.zip(&all).chain([("leaks alone", &alone)]) {
        let line = summary(name, turns, bare, stage.memory());
        if json {
            println!("{line}");
        } else {
            println!("{}", table(name, &line));
        }
    }
    if !json {
        println!("hygie: {:.1} MiB", stage.memory());
    }
    let hygie = Way::ALL.iter().zip(&all).filter(|(way, _)| !way.is_plain());
    let hygie = hygie.map(|(_, turns)| turns).chain([&alone]);
    hygie.map(|turns| turns.lost + turns.doubled).sum::<usize>() == 0
}

/// Invites everybody into one community. The time runs from the admin's yes, or from the first request of the plain loop, until the last
/// invitation is accepted.
async fn fill(
    stage: &mut Communities,
    community: &Community,
    way: Way,
    seed: u64,
    turns: &mut Turns,
) {
    stage.hears(way != Way::Bare);
    let (wanted, cpu_before) = (stage.people() * ROOMS, stage.cpu());
    let start = if way.is_plain() {
        let start = Instant::now();
        stage.invite_plainly(community);
        start
    } else {
        let card = stage.propose(community).await;
        let start = Instant::now();
        stage.agree(community, &card).await;
        start
    };
    let mut chance = Chance::new(seed);
    let mut due = start + pause(&mut chance);
    let mut sending = Vec::new();
    let mut last = (0, start);
    while last.0 < wanted && last.1.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
        let (invited, _) = stage.invitations(start);
        if invited > last.0 {
            last = (invited, Instant::now());
        }
        if way.has_leaks() && due <= Instant::now() {
            sending.push(stage.leak(community, &mut chance));
            due += pause(&mut chance);
        }
    }
    take_down(stage, sending, turns).await;
    tokio::time::sleep(CALM).await;
    let (invited, end) = stage.invitations(start);
    let seconds = end.map_or(0.0, |end| end.duration_since(start).as_secs_f64());
    turns.cpu_s += stage.cpu() - cpu_before;
    turns.invitations += invited;
    turns.rates.push(as_number(invited) / seconds.max(1e-3));
    turns.lost += stage.missing(community).await;
    turns.doubled += invited.saturating_sub(wanted);
}

/// So many leaks in the same rooms, with nothing beside them.
async fn only_leaks(
    stage: &mut Communities,
    community: &Community,
    leaks: usize,
    seed: u64,
    turns: &mut Turns,
) {
    let mut chance = Chance::new(seed);
    let mut sending = Vec::new();
    for _ in 0..leaks {
        tokio::time::sleep(pause(&mut chance)).await;
        sending.push(stage.leak(community, &mut chance));
    }
    take_down(stage, sending, turns).await;
    tokio::time::sleep(CALM).await;
}

/// Waits until the leaks are taken down.
async fn take_down(stage: &Communities, sending: Vec<JoinHandle<Sent>>, turns: &mut Turns) {
    for sent in sending {
        let leak = sent.await.expect("sending does not panic");
        match stage.wait_redacted(&leak.event, PATIENCE).await {
            Some(seen_at) => turns.leaks.push(Taken {
                total: seen_at.duration_since(leak.at).as_secs_f64() * 1e3,
                share: stage.share_of(&leak.event),
            }),
            None => turns.lost += 1,
        }
        turns.doubled += stage.redactions(&leak.event).saturating_sub(1);
    }
}

/// Nobody writes by the clock.
fn pause(chance: &mut Chance) -> Duration {
    Duration::from_secs_f64(-chance.share().ln() * PAUSE)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn summary(name: &str, turns: &Turns, bare: Option<f64>, rss_mib: f64) -> Line {
    let rates = sorted(&turns.rates);
    let rate = quantile(&rates, 0.5);
    let times: Vec<f64> = turns.leaks.iter().map(|taken| taken.total).collect();
    let shares: Vec<f64> = turns.leaks.iter().filter_map(|taken| taken.share).collect();
    let (times, shares) = (sorted(&times), sorted(&shares));
    let mut line = Line::default();
    line.put("scenario", json!("synapse-roster"));
    line.put("way", json!(name));
    for (name, value) in [
        ("invitations", Some(as_number(turns.invitations))),
        ("invitations_per_second", rate),
        ("least_per_second", rates.first().copied()),
        ("most_per_second", rates.last().copied()),
        ("ratio", ratio(rate, bare)),
        (
            "cpu_ms_per_invitation",
            ratio(Some(turns.cpu_s * 1e3), Some(as_number(turns.invitations))),
        ),
        ("leaks", Some(as_number(turns.leaks.len()))),
        ("p50_ms", quantile(&times, 0.5)),
        ("p95_ms", quantile(&times, 0.95)),
        ("p99_ms", quantile(&times, 0.99)),
        ("own_p50_ms", quantile(&shares, 0.5)),
        ("lost", Some(as_number(turns.lost))),
        ("doubled", Some(as_number(turns.doubled))),
        ("rss_mib", Some(rss_mib)),
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
    let (least, most) = (
        cell("least_per_second", 5, 1),
        cell("most_per_second", 5, 1),
    );
    format!(
        "{name:<14} {} {} ({least}–{most}) {} {} | {} {} {} {} {} | {} {}",
        cell("invitations", 11, 0),
        cell("invitations_per_second", 8, 1),
        cell("ratio", 6, 2),
        cell("cpu_ms_per_invitation", 15, 2),
        cell("leaks", 5, 0),
        cell("p50_ms", 7, 1),
        cell("p95_ms", 7, 1),
        cell("p99_ms", 7, 1),
        cell("own_p50_ms", 12, 1),
        cell("lost", 4, 0),
        cell("doubled", 8, 0),
    )
}
