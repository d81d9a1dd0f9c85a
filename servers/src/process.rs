//! A child process that cannot outlive the test process, however that one ends.
//!
//! Each child runs under `guard.py`, which watches a pipe to us: signals go through it, and when the pipe closes the
//! child is ended. No tokio object is held, so a process can be shared by tests that each have a runtime of their own.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
};

use crate::wait::wait_until;

const GUARD: &str = include_str!("guard.py");

/// A signal for a [`Guarded`] process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ask it to stop.
    Terminate,
    /// `kill -9`.
    Kill,
    /// Ask it to reload its configuration.
    HangUp,
    /// Interrupt, the fast stop of PostgreSQL.
    Interrupt,
    /// Quit, the immediate stop of PostgreSQL: as if it crashed.
    Quit,
    /// Freeze it: connections stay open and nothing answers.
    Freeze,
    /// Go on after [`Signal::Freeze`].
    Thaw,
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Terminate => "SIGTERM",
            Self::Kill => "SIGKILL",
            Self::HangUp => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Quit => "SIGQUIT",
            Self::Freeze => "SIGSTOP",
            Self::Thaw => "SIGCONT",
        }
    }
}

/// What to run, and how it ends.
#[derive(Debug)]
pub struct Plan {
    /// Program, arguments and environment.
    pub command: Command,
    /// Where its output goes (appended).
    pub log: PathBuf,
    /// A folder to remove when the test process has ended.
    pub remove: Option<PathBuf>,
    /// The signal that ends it then.
    pub end: Signal,
    /// Run it as this user and group.
    pub user: Option<(u32, u32)>,
}

impl Plan {
    /// Runs `command`, ended by SIGTERM, as our own user, removing nothing.
    #[must_use]
    pub fn new(command: Command, log: PathBuf) -> Self {
        Self {
            command,
            log,
            remove: None,
            end: Signal::Terminate,
            user: None,
        }
    }
}

/// A running child process; killed when dropped.
#[derive(Debug)]
pub struct Guarded {
    guard: Mutex<Child>,
    pid: u32,
}

impl Guarded {
    /// Starts what `plan` says.
    #[must_use]
    pub fn start(plan: &Plan) -> Self {
        let mut guard = Command::new("python3");
        guard.arg("-c").arg(GUARD).arg(&plan.log);
        guard.arg(plan.remove.as_deref().unwrap_or(Path::new("")));
        let user = plan.user.map(|(user, group)| format!("{user}:{group}"));
        guard.arg(plan.end.name()).arg(user.unwrap_or_default());
        guard.arg(plan.command.get_program());
        guard.args(plan.command.get_args());
        for (name, value) in plan.command.get_envs() {
            match value {
                Some(value) => guard.env(name, value),
                None => guard.env_remove(name),
            };
        }
        if let Some(folder) = plan.command.get_current_dir() {
            guard.current_dir(folder);
        }
        let mut guard = guard
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let stdout = guard.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the guard answers");
        let pid = line
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("{} does not start", plan.command.get_program().display()));
        Self {
            guard: Mutex::new(guard),
            pid,
        }
    }

    /// The process id of the program itself (not of its guard).
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends `signal`; harmless when the program has ended.
    pub fn signal(&self, signal: Signal) {
        if let Some(stdin) = self.guard().stdin.as_mut() {
            let _gone = writeln!(stdin, "{}", signal.name());
        }
    }

    /// The exit code if the program has ended; 128 + n after signal n.
    pub fn ended(&self) -> Option<i32> {
        let status = self
            .guard()
            .try_wait()
            .expect("the guard can be waited for");
        status.map(|status| status.code().unwrap_or(-1))
    }

    /// Waits for the end and gives the exit code; 128 + n after signal n.
    pub async fn wait(&self, what: &str) -> i32 {
        wait_until(&format!("{what} to end"), async || self.ended()).await
    }

    fn guard(&self) -> MutexGuard<'_, Child> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.signal(Signal::Kill);
        let mut guard = self.guard();
        guard.stdin = None;
        let _code = guard.wait();
    }
}

/// A loopback port held for us, outside the range that outgoing connections use.
#[must_use]
pub fn reserve_port() -> (u16, TcpListener) {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).expect("below 10,000");
    for _ in 0..10_000 {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return (port, listener);
        }
    }
    panic!("no free loopback port between 20000 and 29999");
}

/// The folder for build products and test data, `target/` of the workspace.
#[must_use]
pub fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("servers/ is in the workspace")
        .join("target")
}

/// A new empty folder below `target/`.
#[must_use]
pub fn temporary_folder(prefix: &str) -> PathBuf {
    let parent = target_folder().join("it");
    std::fs::create_dir_all(&parent).expect("target/ is writable");
    tempfile::Builder::new()
        .prefix(&format!("{prefix}-"))
        .tempdir_in(parent)
        .expect("target/ is writable")
        .keep()
}
