//! The example community, made against the fake homeserver, and then nothing happens.

use std::{fs, path::Path};

use hygie_servers::process::target_folder;

use super::Size;
use crate::stage::{Measured, Round, Stage};

/// How long no request may come for the community to count as made.
const QUIET: std::time::Duration = std::time::Duration::from_secs(3);

pub(super) async fn run(size: &Size, round: Round) -> Measured {
    let stage = Stage::fresh(&example(), round).await;
    let mut requests = usize::MAX;
    while requests != stage.homeserver.counts().requests {
        requests = stage.homeserver.counts().requests;
        tokio::time::sleep(QUIET).await;
    }
    let began = stage.begin().await;
    tokio::time::sleep(size.idle).await;
    let mut measured = stage.measured(&began, None).await;
    let now = stage.program().memory().0;
    measured.more = vec![
        ("rss_end_mib", now),
        (
            "cpu_percent",
            measured.cpu_s / measured.seconds.max(1e-3) * 100.0,
        ),
    ];
    measured
}

/// The example of `config/communities`, on our server.
fn example() -> Vec<(String, String)> {
    let root = target_folder();
    let root = root.parent().unwrap_or(Path::new("."));
    let file = root.join("config/communities/asc-nord.yaml");
    let text = fs::read_to_string(file).expect("the example is there");
    vec![(
        "asc-nord.yaml".to_owned(),
        text.replace("example.org", hygie_benches::world::SERVER_NAME),
    )]
}
