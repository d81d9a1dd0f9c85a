//! What remains of the scene: the table of latencies and `demo.json`.

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};

use super::{
    cast::CAST,
    stage::{Stage, lock},
};

/// One line of the table, times in milliseconds.
struct Line {
    what: &'static str,
    n: usize,
    p50: u128,
    p95: u128,
    max: u128,
}

fn lines(stage: &Stage) -> Vec<Line> {
    let measures = lock(&stage.measures);
    let line = |(what, times): &(&'static str, Vec<Duration>)| {
        let mut sorted: Vec<u128> = times.iter().map(Duration::as_millis).collect();
        sorted.sort_unstable();
        // The nearest rank, which is a time that was really measured.
        let rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
        Line {
            what,
            n: sorted.len(),
            p50: rank(50),
            p95: rank(95),
            max: rank(100),
        }
    };
    measures.iter().map(line).collect()
}

/// Prints the table.
pub fn print_latencies(stage: &Stage) {
    stage.act("Measured, from a member's send to what another member's client shows");
    println!(
        "\n  {:<58} {:>3} {:>8} {:>8} {:>8}",
        "what", "n", "p50 ms", "p95 ms", "max ms"
    );
    for Line {
        what,
        n,
        p50,
        p95,
        max,
    } in lines(stage)
    {
        println!("  {what:<58} {n:>3} {p50:>8} {p95:>8} {max:>8}");
    }
}

/// Writes `demo.json`, in one step: who waits for it never sees a half.
pub fn write(stage: &Stage, out: &Path) {
    let setting = &stage.setting;
    let accounts = CAST.iter().map(|person| {
        json!({
            "user": stage.who(person.name).id(), "password": setting.password, "role": person.role,
        })
    });
    let groups = stage.places.iter().map(|place| {
        json!({
            "id": place.group.id, "kind": place.group.kind, "room_id": place.room,
        })
    });
    let latencies = lines(stage).into_iter().map(|line| {
        json!({
            "what": line.what, "n": line.n,
            "p50_ms": u64::try_from(line.p50).unwrap_or(u64::MAX),
            "p95_ms": u64::try_from(line.p95).unwrap_or(u64::MAX),
            "max_ms": u64::try_from(line.max).unwrap_or(u64::MAX),
        })
    });
    let demo = json!({
        "homeserver_url": setting.homeserver_url,
        "server_name": setting.server_name,
        "bot": stage.bot,
        "hygie_url": setting.hygie_url,
        "accounts": accounts.collect::<Vec<Value>>(),
        "community": {
            "id": stage.community.id,
            "space_id": stage.space(),
            "groups": groups.collect::<Vec<Value>>(),
        },
        "pids": setting.pids,
        "latencies": latencies.collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&demo).expect("JSON can be written");
    let beside = out.with_extension("json.new");
    let written = fs::write(&beside, text + "\n").and_then(|()| fs::rename(&beside, out));
    written.unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}
