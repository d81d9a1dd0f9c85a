//! `hygie check`: the doctor. Each line says ok, warning or error, and what to do about it.

mod door;
mod rooms;

use std::{path::Path, process::ExitCode};

use ruma::OwnedDeviceId;

use super::registration::Registration;
use crate::{
    community::definition::Definition,
    config::Config,
    crypto::{Folder, OpenFolder, Status},
    jobs::{explain_ping, reported},
    matrix::{Connection, MatrixError, Pinger, Reader},
    store::{AuditHead, AuditVerdict, Store},
};

/// What was found, line by line.
#[derive(Default)]
struct Findings {
    lines: usize,
    warnings: usize,
    errors: usize,
}

impl Findings {
    fn ok(&mut self, what: &str) {
        self.lines += 1;
        println!("ok       {what}");
    }

    fn warning(&mut self, what: &str) {
        self.lines += 1;
        self.warnings += 1;
        println!("warning  {what}");
    }

    fn error(&mut self, what: &str) {
        self.lines += 1;
        self.errors += 1;
        println!("error    {what}");
    }

    fn end(&self) -> ExitCode {
        println!(
            "{} checks, {} warning(s), {} error(s).",
            self.lines, self.warnings, self.errors
        );
        if self.errors == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

pub(super) async fn run(path: &Path, noted: Option<&AuditHead>) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    let config = match crate::cli::load_config(path) {
        Ok(config) => config,
        Err(problem) => {
            problem
                .to_string()
                .lines()
                .for_each(|line| findings.error(line));
            return Ok(findings.end());
        }
    };
    findings.ok(&format!("configuration: {}", path.display()));
    let definitions = check_communities(&config, &mut findings);
    match crate::app::load_rules(&config) {
        Ok(_) => findings.ok("rules"),
        Err(problem) => findings.error(&format!("rules: {problem:#}")),
    }
    let keys = check_keys(&config, &definitions, &mut findings).await;
    let store = check_store(&config, &mut findings).await;
    if let Some(store) = &store {
        check_audit(store, noted, &mut findings).await;
    }
    if let Some(registration) = check_registration(&config, &mut findings) {
        check_homeserver(
            &config,
            &registration,
            definitions,
            store.as_ref(),
            &mut findings,
        )
        .await?;
        if let Some(keys) = keys {
            check_encryption(&config, &registration, keys, &mut findings).await?;
        }
        door::check(&config, &mut findings).await;
    }
    Ok(findings.end())
}

fn check_communities(config: &Config, findings: &mut Findings) -> Vec<Definition> {
    match config.load_communities() {
        Ok(definitions) => {
            if definitions.is_empty() {
                findings.warning(&format!(
                    "communities: none in {}; write one (config/communities has examples)",
                    config.communities.display()
                ));
            }
            for definition in &definitions {
                findings.ok(&format!(
                    "community {}: {} group(s)",
                    definition.id,
                    definition.group_list().len()
                ));
                definition.warnings().iter().for_each(|it| {
                    findings.warning(&format!(
                        "community {}: {}: {}",
                        definition.id, it.path, it.what
                    ));
                });
            }
            definitions
        }
        Err(problem) => {
            problem
                .to_string()
                .lines()
                .for_each(|line| findings.error(line));
            Vec::new()
        }
    }
}

async fn check_keys(
    config: &Config,
    definitions: &[Definition],
    findings: &mut Findings,
) -> Option<OpenFolder> {
    let folder = Folder::new(&config.encryption.folder, &config.encryption.key_file);
    match folder.open().await {
        Ok(Some(keys)) => Some(keys),
        Ok(None) => {
            let groups = definitions.iter().flat_map(|it| &it.groups);
            let wanted = groups.filter(|group| group.encryption).count();
            let remedy = "run `hygie crypto init` and keep the recovery key that it prints";
            if wanted > 0 {
                findings.error(&format!("encryption: {wanted} group(s) are to be encrypted, and there are no keys; {remedy}"));
            } else {
                findings.warning(&format!("encryption: there are no keys, so Hygie cannot read encrypted messages; {remedy}"));
            }
            None
        }
        Err(problem) => {
            findings.error(&format!("encryption: {problem}"));
            None
        }
    }
}

/// What the folder of the keys and the homeserver say of each other.
async fn check_encryption(
    config: &Config,
    registration: &Registration,
    keys: OpenFolder,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let (url, token) = (
        config.homeserver.url.clone(),
        registration.as_token.expose().to_owned(),
    );
    let connection = Connection::new(url, token, config.bot_user_id(), keys.device.clone())?;
    match Status::of(keys, &connection).await {
        Ok(status) => {
            let problems = status.problems();
            for problem in &problems {
                findings.warning(&format!("encryption: {problem}"));
            }
            if problems.is_empty() {
                findings.ok(&format!(
                    "encryption: device {}, signed; {} key(s), {} in the backup",
                    status.device, status.keys.0, status.keys.1
                ));
            }
        }
        Err(problem) => findings.error(&format!("encryption: {problem}")),
    }
    Ok(())
}

async fn check_store(config: &Config, findings: &mut Findings) -> Option<Store> {
    let shown = config.store.shown_url();
    match Store::open_shared(config.store.url()).await {
        Ok(store) => {
            match store.prepare_every_statement().await {
                Ok(count) => findings.ok(&format!(
                    "database: {} ({shown}), {count} statements fit its tables",
                    store.engine()
                )),
                Err(problem) => findings.error(&format!(
                    "database: its tables do not fit this version: {problem}; run `hygie migrate`"
                )),
            }
            if let Ok((_, dead)) = store.outbox_depth().await
                && dead > 0
            {
                findings.warning(&format!(
                    "database: {dead} action(s) were given up; see `!hygie status` and the log"
                ));
            }
            Some(store)
        }
        Err(problem) => {
            findings.error(&format!("database: {shown}: {problem}; check `store.url`"));
            None
        }
    }
}

/// The audit log as it was written, and the end that somebody noted elsewhere still part of it.
async fn check_audit(store: &Store, noted: Option<&AuditHead>, findings: &mut Findings) {
    const REMEDY: &str = "somebody changed the database from outside; keep a copy of it, find out who had access, and restore \
                          `audit` and `installation` from a backup";
    let problem = match store.verify_audit().await {
        Ok(AuditVerdict::Whole(head)) => {
            findings.ok(&format!(
                "audit log: whole, its end is {head} (note it elsewhere, compare it later with `hygie check --audit-head`)"
            ));
            None
        }
        Ok(AuditVerdict::Broken { seq }) => Some(format!(
            "entry {seq} does not fit to the entries before it: something was changed, removed or inserted there"
        )),
        Ok(AuditVerdict::Cut { last, written }) => Some(format!(
            "it ends at entry {last}, but {written} were written: the last ones were removed"
        )),
        Ok(AuditVerdict::Headless) => Some("the end of its chain was removed".to_owned()),
        Err(problem) => {
            return findings.error(&format!(
                "audit log: {problem}; run `hygie migrate` or check `store.url`"
            ));
        }
    };
    if let Some(problem) = problem {
        findings.error(&format!("audit log: {problem}; {REMEDY}"));
    }
    let Some(noted) = noted else { return };
    match store.audit_contains(noted).await {
        Ok(true) => findings.ok(&format!("audit log: holds the noted entry {}", noted.seq)),
        Ok(false) => findings.error(&format!(
            "audit log: entry {} is not the one that was noted: the log was written anew or is an older one; {REMEDY}",
            noted.seq
        )),
        Err(problem) => findings.error(&format!("audit log: {problem}; check `store.url`")),
    }
}

fn check_registration(config: &Config, findings: &mut Findings) -> Option<Registration> {
    match Registration::read(&config.appservice.registration) {
        Ok(registration) => {
            let differences = registration.differences(config);
            for difference in &differences {
                findings.error(&format!("registration: {difference}"));
            }
            if differences.is_empty() {
                findings.ok(&format!(
                    "registration: {}",
                    config.appservice.registration.display()
                ));
            }
            Some(registration)
        }
        Err(problem) => {
            findings.error(&problem.to_string());
            None
        }
    }
}

/// Whether reports made with the button of a client can be read, where that is wanted.
async fn check_admin_token(config: &Config, findings: &mut Findings) {
    let Some(file) = &config.homeserver.admin_token_file else {
        return;
    };
    let asked = match reported::admin(&config.homeserver, file, &config.bot_user_id()).await {
        Ok(admin) => {
            let reports = admin.event_reports(0).await;
            reports.map_err(|problem| reported::explain(&problem))
        }
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(_) => findings.ok("reports of the homeserver can be read"),
        Err(problem) => findings.error(&problem),
    }
}

async fn check_homeserver(
    config: &Config,
    registration: &Registration,
    definitions: Vec<Definition>,
    store: Option<&Store>,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let bot = config.bot_user_id();
    let url = config.homeserver.url.clone();
    let token = registration.as_token.expose().to_owned();
    let connection = Connection::new(
        url.clone(),
        token,
        bot.clone(),
        OwnedDeviceId::from("CHECK"),
    )?;
    let reader = Reader::new(connection.clone());
    if let Err(problem) = reader.versions().await {
        findings.error(&format!(
            "homeserver: {url}: {problem}; check `homeserver.url` and that the homeserver runs"
        ));
        return Ok(());
    }
    findings.ok(&format!("homeserver: {url}"));
    check_admin_token(config, findings).await;
    match reader.whoami().await {
        Ok(_) => findings.ok("registration loaded by the homeserver"),
        Err(MatrixError::Refused { status: 403, .. }) => {
            findings.warning(&format!(
                "the bot {bot} is not registered yet; `hygie serve` does that when it starts"
            ));
        }
        Err(problem) => {
            findings.error(&format!("registration: {problem}; add it to `app_service_config_files` in homeserver.yaml and restart the homeserver"));
            return Ok(());
        }
    }
    match Pinger::new(connection, registration.id.clone())
        .ping_back()
        .await
    {
        Ok(took) => findings.ok(&format!(
            "the homeserver reaches Hygie ({} ms)",
            took.as_millis()
        )),
        Err(problem) if problem.errcode() == "M_CONNECTION_FAILED" => {
            findings.warning(&format!(
                "{} Or `hygie serve` does not run at the moment.",
                explain_ping(&problem)
            ));
        }
        Err(problem) => findings.error(&explain_ping(&problem)),
    }
    if let Some(store) = store {
        rooms::check_rooms(&reader, store, definitions, bot, findings).await?;
    }
    Ok(())
}
