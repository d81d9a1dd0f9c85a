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
        for mutated in mutations(&bytes) {
            run(&mutated);
        }
    }
}

/// How often each seed is changed: a taste of fuzzing in every run of the tests, the same in each.
const MUTATIONS: u64 = 30;
/// What stands between words in what the targets read.
const PIECES: [&[u8]; 24] = [
    b"<",
    b">",
    b"\"",
    b"&",
    b"<!--",
    b"-->",
    b"</",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b": ",
    b"- ",
    b"\\",
    b"\0",
    b"@",
    b"*a",
    b"&a ",
    b"%",
    b"/",
    b"06 39 98 12 34",
    "\u{202e}".as_bytes(),
    b"\xff",
];

fn mutations(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..MUTATIONS).map(move |round| {
        // SplitMix64: the same numbers everywhere.
        let mut state = round;
        let mut below = move |most: usize| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits") % most.max(1)
        };
        let mut bytes = seed.to_vec();
        for _ in 0..=below(4) {
            let at = below(bytes.len() + 1);
            let end = (at + below(16)).min(bytes.len());
            match below(4) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, PIECES[below(PIECES.len())].iter().copied())),
                2 => {
                    let part = bytes[at..end].repeat(below(60));
                    drop(bytes.splice(at..at, part));
                }
                _ => {
                    let from = below(bytes.len() + 1);
                    let part = bytes[from..(from + below(64)).min(bytes.len())].to_vec();
                    drop(bytes.splice(at..end, part));
                }
            }
        }
        bytes
    })
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
    detectors,
    community_file,
    html,
    normalise,
    encrypted,
    roster,
    join_page,
    guard,
    policy_list
);
