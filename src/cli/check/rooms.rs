//! The rooms that exist: whether the bot is there and above everybody.

use super::Findings;
use crate::{
    cli::plan,
    community::{
        definition::Definition,
        desired,
        snapshot::{OperatorCard, Snapshot},
    },
    matrix::Reader,
    store::Store,
};

/// The bot's place in each room: there, and above everybody (creator, room version 12) or at least at 100.
pub(super) async fn check_rooms(
    reader: &Reader,
    store: &Store,
    definitions: Vec<Definition>,
    bot: ruma::OwnedUserId,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let mut snapshot = Snapshot::new(bot.clone(), OperatorCard::default(), [0; 32], definitions);
    store.load(&mut snapshot).await?;
    for (id, community) in &snapshot.communities {
        for place in desired::places(community) {
            let Some(room) = community.places.get(&place) else {
                findings.warning(&format!(
                    "{id} {place}: no room yet; `hygie apply` or `hygie serve` creates it"
                ));
                continue;
            };
            match reader.state(room).await {
                Ok(state) => match powers(&state, &bot) {
                    Ok(what) => findings.ok(&format!("{id} {place}: {what}")),
                    Err(what) => findings.error(&format!("{id} {place}: {what}")),
                },
                Err(problem) => findings.error(&format!(
                    "{id} {place}: the bot cannot read {room}: {problem}; invite it back"
                )),
            }
        }
    }
    plan::refresh(reader, &mut snapshot).await.ok();
    let steps: usize = snapshot
        .communities
        .keys()
        .map(|id| crate::community::plan::plan(&snapshot, id).len())
        .sum();
    if steps > 0 {
        findings.warning(&format!(
            "{steps} difference(s) between files and rooms; see `hygie plan`"
        ));
    }
    Ok(())
}

fn powers(state: &[crate::matrix::PushedState], bot: &ruma::UserId) -> Result<String, String> {
    let content = |event_type: &str| {
        state
            .iter()
            .find(|event| event.event_type == event_type)
            .map(|event| &event.content)
    };
    let version = content("m.room.create")
        .and_then(|create| create.get("room_version"))
        .and_then(serde_json::Value::as_str)
        .unwrap_or("1");
    let level = content("m.room.power_levels")
        .and_then(|levels| levels.get("users"))
        .and_then(|users| users.get(bot.as_str()));
    let creators_rule = version.parse::<u32>().is_ok_and(|version| version >= 12);
    match level.and_then(serde_json::Value::as_i64) {
        _ if creators_rule => Ok(format!("the bot is the creator (room version {version})")),
        Some(level) if level >= 100 => Ok(format!("the bot has power {level}")),
        level => Err(format!(
            "the bot has power {} and needs 100; have an admin of the room give it",
            level.unwrap_or(0)
        )),
    }
}
