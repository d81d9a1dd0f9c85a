//! A random walk over a community: members, leaks, announcements, commands, tickets, proposals, rosters, changes by hand, faults of the
//! homeserver, pushes that come twice, kill -9, files read again; thousands of steps chosen by a seed. Then the weather clears, and
//! everything must be as the files and the commands say: every leak gone once, every announcement everywhere once, nobody in whom nobody
//! let in, nothing else touched.
//!
//! `HYGIE_SEED=7 cargo test … simulation` repeats a walk (its steps; what the machine interleaves is not repeated),
//! `HYGIE_SEEDS=20..30` and `HYGIE_STEPS=5000` make longer runs.

mod checks;
mod deeds;
mod devices;
mod entries;
mod hygie;
mod late;
mod let_in;
mod model;
mod talk;
mod trouble;
mod walk;
mod words;

use std::ops::Range;

use hygie_tests::{postgres, world::Database};

use self::walk::Walk;

fn given<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let parsed = text.parse().ok();
    assert!(parsed.is_some(), "{name}={text} is not a number");
    parsed
}

/// The seeds to walk: of the environment, or these.
fn seeds(usual: Range<u64>) -> Range<u64> {
    if let Some(seed) = given::<u64>("HYGIE_SEED") {
        return seed..seed + 1;
    }
    let range = std::env::var("HYGIE_SEEDS").ok();
    let range = range.map(|range| {
        let ends = range
            .split_once("..")
            .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
        ends.unwrap_or_else(|| panic!("HYGIE_SEEDS={range} is no range like 20..30"))
    });
    range.unwrap_or(usual)
}

async fn walk(database: Database, usual: Range<u64>, steps: usize) {
    let steps = given("HYGIE_STEPS").unwrap_or(steps);
    for seed in seeds(usual) {
        let begun = std::time::Instant::now();
        println!("HYGIE_SEED={seed} HYGIE_STEPS={steps} on {database:?}");
        let mut walk = Walk::start(database, seed).await;
        walk.take(steps).await;
        let walked = begun.elapsed();
        walk.end().await;
        walk.hygie.wait_quiet(&walk.homeserver).await;
        let quiet = begun.elapsed();
        let mut problems = Vec::new();
        walk.last_flood(&mut problems).await;
        walk.reveal().await;
        problems.extend(walk.problems().await);
        println!(
            "{:?}; walked in {walked:?}, quiet after {quiet:?}, examined after {:?}",
            walk.model.story,
            begun.elapsed()
        );
        assert!(
            problems.is_empty(),
            "HYGIE_SEED={} HYGIE_STEPS={steps} on {database:?}: {} problem(s)\n{}",
            walk.seed,
            problems.len(),
            problems.join("\n")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_random_walk_with_faults_ends_as_it_should_on_sqlite() {
    walk(Database::Sqlite, 1..3, 1500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_random_walk_with_faults_ends_as_it_should_on_postgres() {
    if postgres::available() {
        walk(Database::Postgres, 3..4, 1000).await;
    }
}
