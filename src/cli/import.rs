//! `hygie import`: takes people over to a community's roster from a file, as `!hygie roster import` does in the admins room. Without `--yes`
//! it only says what would change.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;

use crate::{
    app::{App, Mode},
    community::{
        definition::CommunityId,
        snapshot::{Community, Snapshot},
    },
    config::Config,
    decide::AuditEntry,
    governance::roster::{MOST, described, diff::Diff, invitations, read::read, taken_over, terms},
};

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// The file, comma-separated values with a first line such as `mxid,email,name,role,zone,skills`.
    file: PathBuf,
    /// Into which community; needed when there are several.
    #[arg(long, value_name = "ID")]
    community: Option<CommunityId>,
    /// Do it; without this it is only said what would change.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(config: Config, command: Import) -> anyhow::Result<ExitCode> {
    let mut app = App::open(config, Mode::Live).await?;
    if command.yes && app.lock_at_once().await.is_err() {
        bail!(
            "`hygie serve` works on this database; attach the file in the admins room and answer it with `!{} roster import`, or stop `hygie serve` first",
            app.config.appservice.bot
        );
    }
    app.load().await?;
    let code = take_over(&app, &command).await?;
    app.shared.store.close().await;
    Ok(code)
}

async fn take_over(app: &App, command: &Import) -> anyhow::Result<ExitCode> {
    let bytes = bytes(&command.file)?;
    let snapshot = app.shared.snapshot().clone();
    let community = community(&snapshot, command.community.as_ref())?;
    let id = &community.definition.id;
    let reading = read(&bytes, &terms(&snapshot, community, MOST));
    let diff = Diff::of(&community.records.roster, &reading);
    let text = described(&snapshot, community, &diff, &reading);
    println!("{}", text.plain(community.definition.locale));
    let people = diff.people();
    let code = if reading.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    if people.is_empty() {
        return Ok(code);
    }
    if !command.yes {
        println!("Nothing is changed. To do it: hygie import --yes …");
        return Ok(code);
    }
    let invited = invitations(&snapshot, community, &people);
    let changes = taken_over(&snapshot, community, &people);
    let entry = AuditEntry {
        community: id.clone(),
        room: None,
        actor: snapshot.bot.clone(),
        action: "roster-import".to_owned(),
        target: None,
        rule: None,
        detail: Some(format!(
            "{} people, {invited} invitations, by the command line",
            people.len()
        )),
    };
    let mut tx = app.shared.store.begin().await?;
    tx.remember(&changes, &[entry], app.shared.now()).await?;
    tx.commit().await?;
    println!(
        "{id}: {} people are taken over. {invited} invitation(s) go out when `hygie serve` starts.",
        people.len()
    );
    Ok(code)
}

/// The file, as far as it may be read.
fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = file.display();
    let size = std::fs::metadata(file)
        .with_context(|| format!("{shown} cannot be read"))?
        .len();
    let most = crate::governance::roster::read::LARGEST;
    if size > most as u64 {
        bail!("{shown} is larger than {} MiB; split it", most >> 20);
    }
    std::fs::read(file).with_context(|| format!("{shown} cannot be read"))
}

/// The community that is meant: the named one, else the only one.
pub(super) fn community<'a>(
    snapshot: &'a Snapshot,
    named: Option<&CommunityId>,
) -> anyhow::Result<&'a Community> {
    let ids = || {
        let ids = snapshot.communities.keys();
        ids.map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    if let Some(id) = named {
        let found = snapshot.communities.get(id);
        return found.with_context(|| format!("there is no community `{id}`, only {}", ids()));
    }
    let mut all = snapshot.communities.values();
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => bail!("there is no community; write its file first"),
        _ => bail!(
            "there are several communities; choose one with --community: {}",
            ids()
        ),
    }
}
