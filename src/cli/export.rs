//! `hygie export`: the roster as it is imported, who is where, or the file that would make a community again.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::import::community;
use crate::{
    action::Attachment,
    app::{App, Mode},
    community::definition::CommunityId,
    config::Config,
    governance::export,
};

/// What to export.
#[derive(Debug, Args)]
pub struct Export {
    /// What.
    what: What,
    /// Of which community; needed when there are several.
    #[arg(long, value_name = "ID")]
    community: Option<CommunityId>,
    /// Into which file; without it, it is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// The roster, as it is imported.
    Roster,
    /// Who is where: a line for each person and group.
    Members,
    /// The file that would make the community again.
    Community,
}

pub(super) async fn run(config: Config, command: Export) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    app.load().await?;
    let what = match command.what {
        What::Roster => Attachment::Roster,
        What::Members => Attachment::Whereabouts,
        What::Community => Attachment::Community,
    };
    let file = {
        let snapshot = app.shared.snapshot();
        let community = community(&snapshot, command.community.as_ref())?;
        export::file(&snapshot, community, &what).context("it cannot be written down")?
    };
    match &command.output {
        None => print!("{}", file.text),
        Some(output) => std::fs::write(output, file.text)
            .with_context(|| format!("{} cannot be written", output.display()))?,
    }
    app.shared.store.close().await;
    Ok(ExitCode::SUCCESS)
}
