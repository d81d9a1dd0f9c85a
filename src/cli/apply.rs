//! `hygie apply`: makes the rooms as the files say, and stops when they are.

use std::{process::ExitCode, time::Duration};

use super::plan::{print, refresh};
use crate::{
    app::{App, Engine, Mode},
    community::plan::{Extent, plan},
    config::Config,
    executor::ReadBack,
};

/// How often it is looked whether everything is done.
const TICK: Duration = Duration::from_millis(200);

pub(super) async fn run(config: Config, extent: Extent) -> anyhow::Result<ExitCode> {
    let mut app = App::open(config, Mode::Live).await?;
    app.lock_at_once().await?;
    app.catch_up(Mode::Live).await?;
    let mut snapshot = app.shared.snapshot().clone();
    refresh(&app.reader(), &mut snapshot).await?;
    let steps = print(&snapshot);
    if steps == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    *app.shared.snapshot_mut() = snapshot;
    let engine = app.start(Mode::Live, ReadBack::Ask).await?;
    let left = until_done(&app, &engine, extent).await?;
    engine.drain().await;
    app.shared.store.close().await;
    if left == 0 {
        match held(&app) {
            0 => println!("Done: everything is as the files say."),
            held => {
                println!(
                    "Done, but {held} change(s) wait: `hygie apply --confirm` makes them too."
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    } else {
        println!("{left} change(s) could not be made; see the messages above and `hygie check`.");
        Ok(ExitCode::FAILURE)
    }
}

/// Reviews until nothing is left that could be done; how many steps could not be.
async fn until_done(app: &App, engine: &Engine, extent: Extent) -> anyhow::Result<usize> {
    let mut before = usize::MAX;
    let mut same = 0;
    loop {
        let communities: Vec<_> = app.shared.snapshot().communities.keys().cloned().collect();
        for community in communities {
            engine.dispatcher.apply(community, extent).await;
        }
        tokio::time::sleep(TICK).await;
        let (waiting, _) = app.shared.store.outbox_depth().await?;
        let left = steps_left(app, extent);
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

fn steps_left(app: &App, extent: Extent) -> usize {
    let snapshot = app.shared.snapshot();
    let communities = snapshot.communities.keys();
    communities
        .map(|id| extent.of(plan(&snapshot, id)).len())
        .sum()
}

/// How many steps wait for somebody to say so.
fn held(app: &App) -> usize {
    let snapshot = app.shared.snapshot();
    let communities = snapshot.communities.keys();
    communities
        .map(|id| {
            plan(&snapshot, id)
                .iter()
                .filter(|it| it.destructive)
                .count()
        })
        .sum()
}
