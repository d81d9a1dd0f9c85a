//! `hygie audit log` and `hygie audit verify`: the audit log written out, and proven.

use std::{
    io::{BufWriter, Write, stdout},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use ruma::{OwnedRoomId, OwnedUserId};

use crate::{
    app::{App, Mode},
    clock::Timestamp,
    community::definition::CommunityId,
    config::{Config, parse_duration},
    decide::AuditFilter,
    store::{AuditHead, AuditLine, AuditVerdict, Named, Store},
};

/// Which entries are written out, and how.
#[derive(Debug, Args)]
pub struct Log {
    /// The form: one JSON object a line, or CSV with a line of names.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// Only of this community.
    #[arg(long, value_name = "ID")]
    community: Option<CommunityId>,
    /// Only about this person, as who did it or to whom.
    #[arg(long, value_name = "USER")]
    about: Option<OwnedUserId>,
    /// Only in this room.
    #[arg(long, value_name = "ROOM")]
    room: Option<OwnedRoomId>,
    /// Only under this rule.
    #[arg(long)]
    rule: Option<String>,
    /// Only of the last so long, like 30d.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    within: Option<std::time::Duration>,
    /// Into which file; without it, it is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The form of what is written out.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Json,
    /// Comma-separated values.
    Csv,
}

pub(super) async fn run(config: Config, log: Log) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    let now = app.shared.now();
    let written = match &log.output {
        None => write(&app.shared.store, &log, now, stdout().lock()).await,
        Some(path) => {
            let file = std::fs::File::create(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            write(&app.shared.store, &log, now, file).await
        }
    };
    app.shared.store.close().await;
    written.map(|()| ExitCode::SUCCESS)
}

async fn write(store: &Store, log: &Log, now: Timestamp, to: impl Write) -> anyhow::Result<()> {
    let which = AuditFilter {
        about: log.about.clone(),
        room: log.room.clone(),
        rule: log.rule.clone(),
        since: log.within.map(|within| now.minus(within)),
    };
    let mut to = BufWriter::new(to);
    let mut named = Named::Yes;
    let mut after = 0;
    loop {
        let page = store
            .audit_export(log.community.as_ref(), &which, after)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        match log.format {
            Format::Json => {
                for line in &page {
                    writeln!(to, "{}", serde_json::to_string(line)?)?;
                }
            }
            Format::Csv => to.write_all(&AuditLine::csv(&page, named)?)?,
        }
        named = Named::Already;
    }
    to.flush()?;
    Ok(())
}

/// Proves the chain; ends with an error that names the place where it does not hold.
pub(super) async fn verify(config: Config, noted: Option<AuditHead>) -> anyhow::Result<ExitCode> {
    let app = App::open(config, Mode::Live).await?;
    let store = &app.shared.store;
    let verdict = store.verify_audit().await?;
    let known = match &noted {
        Some(noted) => store.audit_contains(noted).await?,
        None => true,
    };
    store.close().await;
    match verdict {
        AuditVerdict::Whole(head) if known => {
            println!(
                "The audit log is whole; its end is {head}. Note it elsewhere and compare it later with --head."
            );
            Ok(ExitCode::SUCCESS)
        }
        AuditVerdict::Whole(_) => bail!(
            "the audit log is whole, but its entry of that number is not the one that was noted: the log was written anew, or is an older one; \
             compare it with a backup"
        ),
        AuditVerdict::Broken { seq } => bail!(
            "entry {seq} of the audit log does not fit to the ones before it: it was changed, removed or put in; compare it with a backup"
        ),
        AuditVerdict::Cut { last, written } => bail!(
            "the audit log ends at entry {last}, but {written} were written; restore `audit` and `installation` from a backup"
        ),
        AuditVerdict::Headless => bail!(
            "the end of the audit log is gone from the table `installation`; restore `audit` and `installation` from a backup"
        ),
    }
}
