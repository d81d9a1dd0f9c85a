//! `hygie apply`: makes the rooms as the files say, and stops when they are.

use std::{process::ExitCode, time::Duration};

use super::plan;
use crate::{
    app::{App, Engine, Mode},
    config::Config,
    executor::ReadBack,
};

/// How often it is looked whether everything is done.
const TICK: Duration = Duration::from_millis(200);

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut app = App::open(config, Mode::Live).await?;
    app.lock_at_once().await?;
    app.catch_up(Mode::Live).await?;
    let mut snapshot = app.shared.snapshot().clone();
    plan::refresh(&app.reader(), &mut snapshot).await?;
    let steps = plan::print(&snapshot);
    if steps == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    *app.shared.snapshot_mut() = snapshot;
    let engine = app.start(Mode::Live, ReadBack::Ask).await?;
    let left = until_done(&app, &engine).await?;
    engine.drain().await;
    app.shared.store.close().await;
    if left == 0 {
        println!("Done: everything is as the files say.");
        Ok(ExitCode::SUCCESS)
    } else {
        println!("{left} change(s) could not be made; see the messages above and `hygie check`.");
        Ok(ExitCode::FAILURE)
    }
}

/// Reviews until nothing is left that could be done; how many steps could not be.
async fn until_done(app: &App, engine: &Engine) -> anyhow::Result<usize> {
    let mut before = usize::MAX;
    let mut same = 0;
    loop {
        let communities: Vec<_> = app.shared.snapshot().communities.keys().cloned().collect();
        for community in communities {
            engine.dispatcher.apply(community).await;
        }
        tokio::time::sleep(TICK).await;
        let (waiting, _) = app.shared.store.outbox_depth().await?;
        let left = steps_left(app);
        if waiting > 0 {
            same = 0;
            if left != before {
                eprintln!("  {left} change(s) to go");
            }
            before = left;
            continue;
        }
        same = if left == before { same + 1 } else { 0 };
        before = left;
        if left == 0 || same >= 5 {
            return Ok(left);
        }
    }
}

fn steps_left(app: &App) -> usize {
    let snapshot = app.shared.snapshot();
    snapshot
        .communities
        .keys()
        .map(|id| crate::community::plan::plan(&snapshot, id).len())
        .sum()
}
