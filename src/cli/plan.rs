//! `hygie plan`: what `apply` would change, read from the homeserver as it is now.

use std::process::ExitCode;

use anyhow::Context;

use crate::{
    app::{App, Mode},
    community::{change::Change, desired, plan, snapshot::Snapshot},
    config::Config,
    executor::changes_of_room,
    matrix::Reader,
};

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    app.load().await?;
    let mut snapshot = app.shared.snapshot().clone();
    refresh(&app.reader(), &mut snapshot).await?;
    print(&snapshot);
    app.shared.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Prints the plan of every community; the number of steps.
pub(super) fn print(snapshot: &Snapshot) -> usize {
    let mut all = 0;
    for (id, community) in &snapshot.communities {
        let steps = plan::plan(snapshot, id);
        println!(
            "{id}: {} ({} to change)",
            community.definition.name,
            steps.len()
        );
        for step in &steps {
            println!(
                "  {} {}",
                if step.overwrites { "~" } else { "+" },
                step.what.plain(community.definition.locale)
            );
        }
        all += steps.len();
    }
    if all == 0 {
        println!("Everything is as the files say.");
    } else {
        println!(
            "{all} change(s). `hygie apply` makes them; `hygie serve` makes them and keeps them."
        );
    }
    all
}

/// Reads what stands on the homeserver into the snapshot: rooms by their aliases, then their state.
pub(super) async fn refresh(reader: &Reader, snapshot: &mut Snapshot) -> anyhow::Result<()> {
    let bot = snapshot.bot.clone();
    let communities: Vec<_> = snapshot.communities.keys().cloned().collect();
    for id in communities {
        for place in desired::places(&snapshot.communities[&id]) {
            let known = snapshot.communities[&id].places.get(&place).cloned();
            let room = if let Some(room) = known {
                Some(room)
            } else {
                let localpart = desired::alias_localpart(&snapshot.communities[&id], &place, &bot);
                let alias = format!("#{localpart}:{}", bot.server_name());
                reader
                    .resolve_alias(&alias)
                    .await
                    .with_context(|| format!("looking for {alias}"))?
            };
            let Some(room) = room else { continue };
            snapshot.apply(&Change::Bound {
                community: id.clone(),
                place: place.clone(),
                room: room.clone(),
            });
            let state = reader
                .state(&room)
                .await
                .with_context(|| format!("reading {id} {place} ({room})"))?;
            if let Some(known) = snapshot.rooms.get_mut(&room) {
                known.state.clear();
                known.members.clear();
            }
            for change in changes_of_room(&room, state) {
                snapshot.apply(&change);
            }
        }
    }
    Ok(())
}
