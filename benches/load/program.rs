//! The measured program: this binary again, as Hygie or as the bare baseline, and what the kernel says of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use hygie_servers::process::{Guarded, Plan, Signal};

use crate::homeserver::{AS_TOKEN, HS_TOKEN};

/// The variable that tells this binary which program to be.
pub const ROLE: &str = "LOAD_HARNESS_ROLE";
/// Linux counts the time of a process in hundredths of a second.
const TICKS: f64 = 100.0;
/// How often it is looked whether a program is ready.
const LOOK: Duration = Duration::from_millis(2);
/// How long a program may take to be ready.
const PATIENCE: Duration = Duration::from_mins(5);

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Hygie.
    Hygie,
    /// The bare baseline.
    Bare,
}

impl Role {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hygie => "hygie",
            Self::Bare => "bare",
        }
    }
}

/// A running program; killed when dropped.
pub struct Program {
    process: Guarded,
    started: Instant,
    port: u16,
    log: PathBuf,
}

/// What the kernel has counted of a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// CPU time in seconds, user and system.
    pub cpu_s: f64,
    /// Bytes that were caused to be written to the disk.
    pub written: u64,
}

impl Program {
    /// Starts Hygie with the configuration in `folder`.
    #[must_use]
    pub fn hygie(folder: &Path, port: u16) -> Self {
        let mut command = command(Role::Hygie);
        command.arg("--config").arg(folder.join("hygie.yaml"));
        command.arg("serve").current_dir(folder);
        Self::start(command, folder, port)
    }

    /// Starts the baseline beside this homeserver.
    #[must_use]
    pub fn bare(folder: &Path, port: u16, homeserver: &str, bot: &str) -> Self {
        Self::bare_with(folder, port, homeserver, bot, [AS_TOKEN, HS_TOKEN])
    }

    /// Starts the baseline beside this homeserver, with these tokens: the appservice's and the homeserver's.
    #[must_use]
    pub fn bare_with(
        folder: &Path,
        port: u16,
        homeserver: &str,
        bot: &str,
        [as_token, hs_token]: [&str; 2],
    ) -> Self {
        let mut command = command(Role::Bare);
        command.args(["--port", &port.to_string(), "--homeserver", homeserver]);
        command.args(["--bot", bot, "--as-token", as_token, "--hs-token", hs_token]);
        Self::start(command, folder, port)
    }

    fn start(command: Command, folder: &Path, port: u16) -> Self {
        let log = folder.join("program.log");
        let process = Guarded::start(&Plan::new(command, log.clone()));
        Self {
            log,
            process,
            started: Instant::now(),
            port,
        }
    }

    /// Waits until it says that it is ready; how long that took since its start.
    pub async fn ready(&self) -> Duration {
        let url = format!("http://127.0.0.1:{}/health/ready", self.port);
        let http = reqwest::Client::new();
        loop {
            if let Ok(answer) = http.get(&url).send().await
                && answer.status().is_success()
            {
                return self.started.elapsed();
            }
            if let Some(code) = self.process.ended() {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                panic!("the program ended with {code}:\n{log}");
            }
            assert!(
                self.started.elapsed() < PATIENCE,
                "waited {PATIENCE:?} for the program to be ready"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What it has used so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let stat = self.proc("stat");
        // The name of the program, in brackets, may hold anything.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks = fields.split(' ').skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|field| field.parse::<f64>().ok()).sum();
        Usage {
            cpu_s: ticks / TICKS,
            written: self.field("io", "write_bytes:"),
        }
    }

    /// Resident memory in MiB: now, and the most there was.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "memory does not have 2^52 bytes"
    )]
    pub fn memory(&self) -> (f64, f64) {
        let mib = |name| self.field("status", name) as f64 / 1024.0;
        (mib("VmRSS:"), mib("VmHWM:"))
    }

    /// `kill -9`, and waits for the end.
    pub async fn kill9(self) {
        self.process.signal(Signal::Kill);
        self.process.wait("the program").await;
    }

    fn field(&self, file: &str, name: &str) -> u64 {
        let text = self.proc(file);
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .unwrap_or_default()
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.process.pid())).unwrap_or_default()
    }
}

fn command(role: Role) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("we run"));
    // It is for the harness; Hygie refuses variables that it does not know.
    command.env(ROLE, role.name()).env_remove("HYGIE_TEST_KEEP");
    command
}
