//! `hygie migrate`.

use std::process::ExitCode;

use anyhow::Context;

use crate::{config::Config, store::Store};

pub(super) async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let shown = config.store.shown_url();
    let store = Store::connect(config.store.url())
        .await
        .with_context(|| format!("the database {shown} cannot be used"))?;
    let applied = store.migrate().await?;
    println!("{shown}: {applied} migration(s) applied, the tables are up to date.");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
