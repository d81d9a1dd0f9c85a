//! What fuzzing started from and what it found, sent through the same functions as in `fuzz/`, with the same checks.

use std::{fs, path::PathBuf};

use hygie_tests::process::target_folder;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

fn seeds(target: &str) -> Vec<PathBuf> {
    let root = target_folder();
    let folder = root
        .parent()
        .expect("in the workspace")
        .join("fuzz/seeds")
        .join(target);
    let mut seeds: Vec<_> = fs::read_dir(folder)
        .expect("the seeds are there")
        .map(|entry| entry.expect("the seeds are readable").path())
        .collect();
    seeds.sort();
    assert!(seeds.len() > 5, "{target} has seeds");
    seeds
}

fn replay(target: &str) {
    let (_, run) = targets::ALL
        .iter()
        .find(|(name, _)| *name == target)
        .expect("it is a target");
    for seed in seeds(target) {
        println!("{}", seed.display());
        let bytes = fs::read(&seed).expect("a seed is readable");
        run(&bytes);
        // What is cut off half-way is hostile too.
        run(&bytes[..bytes.len() / 2]);
    }
}

macro_rules! replays {
    ($($target:ident),*) => {$(
        #[test]
        fn $target() {
            replay(stringify!($target));
        }
    )*
        #[test]
        fn every_target_is_replayed() {
            let replayed = [$(stringify!($target)),*];
            assert_eq!(targets::ALL.map(|(name, _)| name), replayed);
        }
    };
}

replays!(
    transactions,
    commands,
    rules,
    community_file,
    html,
    normalise
);
