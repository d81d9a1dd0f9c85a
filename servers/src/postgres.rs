//! PostgreSQL: one cluster per test run when `initdb` is on the machine, a database for each test.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    process::{Guarded, Plan, Signal, reserve_port, temporary_folder},
    wait::wait_until,
};

/// The cluster trusts everybody, so that this opens nothing; it is there to be looked for where it must not appear.
pub const PASSWORD: &str = "the-password-of-the-database";

/// Whether tests on PostgreSQL can run. Says so when they are skipped.
///
/// # Panics
///
/// When `CI` is set and `initdb` is missing: there nothing may be skipped.
pub fn available() -> bool {
    if initdb().is_some() {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "no initdb: install PostgreSQL's server (Debian: apt-get install postgresql), CI must not skip it"
    );
    eprintln!("skipped: no initdb");
    false
}

/// A new empty database; gives its URL. It disappears with the test run.
pub async fn create_database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let cluster = tokio::task::spawn_blocking(cluster)
        .await
        .expect("PostgreSQL starts");
    let url = |database: &str| {
        let port = cluster.port;
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/{database}")
    };
    let name = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut connection = wait_until("PostgreSQL to answer", async || {
        PgConnection::connect(&url("postgres")).await.ok()
    })
    .await;
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .expect("a database can be created");
    url(&name)
}

struct Cluster {
    port: u16,
    _process: Guarded,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(start)
}

fn start() -> Cluster {
    let bin = initdb().expect("initdb was found");
    let folder = temporary_folder("postgres");
    let user = unprivileged_user(fs::metadata(&folder).expect("just made").uid());
    if let Some((user, group)) = user {
        chown(&folder, Some(user), Some(group)).expect("root may give a folder away");
    }
    let data = folder.join("data");
    let (port, reserved) = reserve_port();
    let log = folder.join("log");

    let mut initdb = Command::new(bin.join("initdb"));
    if let Some((user, group)) = user {
        initdb.uid(user).gid(group);
    }
    let made = initdb
        .args([
            "--auth=trust",
            "--username=postgres",
            "--no-sync",
            "--encoding=UTF8",
        ])
        .arg("--locale=C")
        .arg("--pgdata")
        .arg(&data)
        .current_dir(&folder)
        .output()
        .expect("initdb runs");
    assert!(
        made.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&made.stderr)
    );

    drop(reserved);
    let mut postgres = Command::new(bin.join("postgres"));
    postgres.arg("-D").arg(&data).current_dir(&folder);
    for setting in [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "fsync=off".to_owned(),
        "synchronous_commit=off".to_owned(),
        "full_page_writes=off".to_owned(),
        "max_connections=400".to_owned(),
    ] {
        postgres.arg("-c").arg(setting);
    }
    let process = Guarded::start(&Plan {
        user,
        remove: Some(folder.clone()),
        end: Signal::Interrupt,
        ..Plan::new(postgres, log)
    });
    Cluster {
        port,
        _process: process,
    }
}

/// PostgreSQL refuses to run as root: then as `postgres`, or `nobody`.
fn unprivileged_user(ours: u32) -> Option<(u32, u32)> {
    if ours != 0 {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").expect("/etc/passwd is readable");
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(str::parse);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    })
}

/// The folder of the server's programs: where `initdb` and `postgres` are side by side.
fn initdb() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    versions.sort();
    versions.reverse();
    versions
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}
