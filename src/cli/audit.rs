//! `hygie audit`: the risks of the communities, read from the homeserver as it is now. Ends with 1 when there is a high risk.

use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use super::plan;
use crate::{
    app::{App, Mode},
    clock::Timestamp,
    community::{
        change::Change,
        definition::{CommunityId, Locale},
        snapshot::{Community, Snapshot},
    },
    config::Config,
    governance::risks::{self, Level, Risk},
    matrix::Reader,
};

pub(super) async fn run(
    config: Config,
    only: Option<&str>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    app.load().await?;
    let mut snapshot = app.shared.snapshot().clone();
    let id = only.map(|id| known(&snapshot, id)).transpose()?;
    plan::refresh(&app.reader(), &mut snapshot).await?;
    listings(&app.reader(), &mut snapshot).await?;
    let urgent = print(&snapshot, id.as_ref(), app.shared.now(), as_json);
    app.shared.store.close().await;
    Ok(ExitCode::from(u8::from(urgent)))
}

fn known(snapshot: &Snapshot, id: &str) -> anyhow::Result<CommunityId> {
    let all: Vec<_> = snapshot
        .communities
        .keys()
        .map(CommunityId::as_str)
        .collect();
    let found = snapshot.communities.keys().find(|it| it.as_str() == id);
    found
        .cloned()
        .with_context(|| format!("there is no community `{id}`; there is: {}", all.join(", ")))
}

/// Which rooms stand in the public directory: that is no state of the rooms.
async fn listings(reader: &Reader, snapshot: &mut Snapshot) -> anyhow::Result<()> {
    let rooms = snapshot
        .communities
        .values()
        .flat_map(|it| it.places.values());
    for room in rooms.cloned().collect::<Vec<_>>() {
        let listed = reader
            .is_listed(&room)
            .await
            .with_context(|| format!("asking whether {room} is listed"))?;
        snapshot.apply(&Change::Listed { room, listed });
    }
    Ok(())
}

/// Prints the risks; whether one of them is high.
fn print(snapshot: &Snapshot, only: Option<&CommunityId>, now: Timestamp, as_json: bool) -> bool {
    let communities = snapshot.communities.values();
    let communities = communities.filter(|it| only.is_none_or(|id| it.definition.id == *id));
    let found: Vec<(&Community, Vec<Risk>)> = communities
        .map(|community| (community, risks::risks(snapshot, community, now)))
        .collect();
    if as_json {
        let all: Vec<_> = found
            .iter()
            .map(|(community, risks)| report(community, risks))
            .collect();
        println!("{:#}", json!({"communities": all}));
    } else {
        for (community, risks) in &found {
            print_one(snapshot, community, risks);
        }
    }
    found
        .iter()
        .any(|(_, risks)| risks::level(risks) == Level::Urgent)
}

fn report(community: &Community, risks: &[Risk]) -> Value {
    let each = risks.iter().map(|risk| {
        json!({
            "name": risk.name,
            "severity": risk.severity.as_str(),
            "points": risk.severity.points(),
            "place": risk.place,
            "detail": {"fr": risk.detail.plain(Locale::Fr), "en": risk.detail.plain(Locale::En)},
            "mend": risk.mend,
        })
    });
    json!({
        "id": community.definition.id,
        "score": risks::score(risks),
        "level": risks::level(risks).as_str(),
        "risks": each.collect::<Vec<_>>(),
    })
}

fn print_one(snapshot: &Snapshot, community: &Community, risks: &[Risk]) {
    let definition = &community.definition;
    println!(
        "{}: {} ({}, score {})",
        definition.id,
        definition.name,
        risks::level(risks).as_str(),
        risks::score(risks)
    );
    for risk in risks {
        let detail = risk.detail.plain(definition.locale);
        println!("  {:6} {detail}", risk.severity.as_str());
        let mend = match risk.mend.strip_prefix("hygie ") {
            Some(_) => risk.mend.clone(),
            None => format!("!{} {}", snapshot.bot.localpart(), risk.mend),
        };
        println!("         {mend}");
    }
}
