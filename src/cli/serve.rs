//! `hygie serve`.

use std::{path::PathBuf, process::ExitCode};

use crate::{
    app::{self, App, Mode},
    config::Config,
};

pub(super) async fn run(config: Config, path: PathBuf, dry_run: bool) -> anyhow::Result<ExitCode> {
    let mode = if dry_run { Mode::Dry } else { Mode::Live };
    let app = App::open(config, mode).await?;
    app::serve(app, path, mode).await?;
    Ok(ExitCode::SUCCESS)
}
