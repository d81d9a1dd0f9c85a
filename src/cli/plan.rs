//! `hygie plan`: what `apply` would change, read from the homeserver as it is now.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use crate::{
    app::{App, Mode},
    community::{change::Change, definition::Locale, desired, plan, snapshot::Snapshot},
    config::Config,
    executor::changes_of_room,
    matrix::Reader,
};

/// How the plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) async fn run(config: Config, form: Form) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    app.load().await?;
    let mut snapshot = app.shared.snapshot().clone();
    refresh(&app.reader(), &mut snapshot).await?;
    match form {
        Form::Text => drop(print(&snapshot)),
        Form::Json => println!("{:#}", json(&snapshot)),
    }
    app.shared.store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Prints the plan of every community; the number of steps.
pub(super) fn print(snapshot: &Snapshot) -> usize {
    let (mut all, mut held) = (0, 0);
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
                mark(step),
                step.what.plain(community.definition.locale)
            );
        }
        all += steps.len();
        held += steps.iter().filter(|step| step.destructive).count();
    }
    if all == 0 {
        println!("Everything is as the files say.");
    } else {
        println!(
            "{all} change(s). `hygie apply` makes them; `hygie serve` makes them and keeps them."
        );
    }
    if held > 0 {
        println!(
            "{held} of them, marked `!`, cannot be taken back or show more to more people: `hygie apply --confirm`, or `apply confirm` in the admins room."
        );
    }
    all
}

/// What a step does to what is there: it adds (`+`), changes (`~`), or does what is only done when somebody says so (`!`).
fn mark(step: &plan::Step) -> &'static str {
    match (step.destructive, step.overwrites) {
        (true, _) => "!",
        (false, true) => "~",
        (false, false) => "+",
    }
}

/// The plan of every community. Programs read it: keys are only ever added.
fn json(snapshot: &Snapshot) -> Value {
    let communities = snapshot.communities.iter().map(|(id, community)| {
        let steps = plan::plan(snapshot, id).into_iter().map(|step| {
            json!({
                "place": step.place,
                "what": {"fr": step.what.plain(Locale::Fr), "en": step.what.plain(Locale::En)},
                "destructive": step.destructive,
                "overwrites": step.overwrites,
                "effect": step.effect,
            })
        });
        json!({"id": id, "name": community.definition.name, "steps": steps.collect::<Vec<_>>()})
    });
    json!({"communities": communities.collect::<Vec<_>>()})
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
            let listed = reader.is_listed(&room).await;
            let listed = listed.with_context(|| format!("looking for {room} in the directory"))?;
            snapshot.apply(&Change::Listed { room, listed });
        }
    }
    Ok(())
}
