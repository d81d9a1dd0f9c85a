//! PostgreSQL: one cluster per test run when `initdb` is on the machine, a database for each test.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
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

/// A new empty database; gives its URL. It disappears with the test run, and does not wait for the disk.
pub async fn create_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    // What happens to the machine is of no interest here, so nothing is waited for.
    let cluster = tokio::task::spawn_blocking(|| {
        CLUSTER.get_or_init(|| {
            Cluster::start(&[
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=off",
            ])
        })
    });
    cluster
        .await
        .expect("PostgreSQL starts")
        .create_database()
        .await
}

/// A new empty database that waits for the disk as PostgreSQL does by default; gives its URL. It disappears with the run.
pub async fn create_durable_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    let cluster = tokio::task::spawn_blocking(|| CLUSTER.get_or_init(|| Cluster::start(&[])));
    let cluster = cluster.await.expect("PostgreSQL starts");
    cluster.create_database().await
}

/// A server with databases; its folder goes with the test process.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    settings: &'static [&'static str],
    process: Option<Guarded>,
}

impl Cluster {
    /// A server of a test's own, that it may stop, freeze and start again. What is committed survives its stops.
    pub async fn own() -> Self {
        let started =
            tokio::task::spawn_blocking(|| Self::start(&["fsync=off", "full_page_writes=off"]));
        started.await.expect("PostgreSQL starts")
    }

    /// A new empty database; gives its URL.
    pub async fn create_database(&self) -> String {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut connection = self.connection().await;
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .expect("a database can be created");
        self.url(&name)
    }

    /// Stops it: [`Signal::Interrupt`] ends every session and shuts down, [`Signal::Quit`] is as if it crashed.
    pub async fn stop(&mut self, how: Signal) {
        let process = self.process.take().expect("it runs");
        process.signal(how);
        process.wait("PostgreSQL").await;
    }

    /// Starts it again with what it had, and waits until it answers.
    pub async fn start_again(&mut self) {
        self.process = Some(self.launch());
        self.connection().await;
    }

    /// Freezes it with all its sessions: connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.kill("-STOP");
    }

    /// It goes on after [`Cluster::freeze`].
    pub fn thaw(&self) {
        self.kill("-CONT");
    }

    /// The server first: a stopped one begins no further sessions. Sessions may have ended by themselves meanwhile.
    fn kill(&self, signal: &str) {
        let pid = self.process.as_ref().expect("it runs").pid();
        let signalled = |pid: &str| {
            let status = Command::new("kill").arg(signal).arg(pid).status();
            status.expect("kill runs").success()
        };
        assert!(signalled(&pid.to_string()), "kill {signal}");
        let sessions = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        for session in sessions.expect("Linux tells").split_whitespace() {
            let alive = signalled(session);
            let ended = || !Path::new("/proc").join(session).exists();
            assert!(alive || ended(), "kill {signal} {session}");
        }
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    async fn connection(&self) -> PgConnection {
        let url = self.url("postgres");
        wait_until("PostgreSQL to answer", async || {
            PgConnection::connect(&url).await.ok()
        })
        .await
    }

    fn start(settings: &'static [&'static str]) -> Self {
        let bin = initdb().expect("initdb was found");
        let folder = temporary_folder("postgres");
        let user = user();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).expect("root may give a folder away");
        }
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
            .arg(folder.join("data"))
            .current_dir(&folder)
            .output()
            .expect("initdb runs");
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let (port, reserved) = reserve_port();
        drop(reserved);
        let mut cluster = Self {
            folder,
            port,
            settings,
            process: None,
        };
        cluster.process = Some(cluster.launch());
        cluster
    }

    fn launch(&self) -> Guarded {
        let bin = initdb().expect("initdb was found");
        let mut postgres = Command::new(bin.join("postgres"));
        postgres.arg("-D").arg(self.folder.join("data"));
        postgres.current_dir(&self.folder);
        for setting in [
            &format!("port={}", self.port),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=400",
        ] {
            postgres.arg("-c").arg(setting);
        }
        for setting in self.settings {
            postgres.arg("-c").arg(setting);
        }
        Guarded::start(&Plan {
            user: user(),
            remove: Some(self.folder.clone()),
            end: Signal::Interrupt,
            ..Plan::new(postgres, self.folder.join("log"))
        })
    }
}

/// Whom the server runs as: PostgreSQL refuses to run as root.
fn user() -> Option<(u32, u32)> {
    unprivileged_user(fs::metadata("/proc/self").expect("Linux tells").uid())
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
