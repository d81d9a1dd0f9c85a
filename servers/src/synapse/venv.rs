//! The Python environment that holds Synapse, made on first use under `target/synapse-venv`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::target_folder;

/// The version that the tests and the demo run.
pub const SYNAPSE_VERSION: &str = "1.163.2";

/// What pip may install: the whole closure, pinned.
const CONSTRAINTS: &str = include_str!("../../synapse-constraints.txt");

/// What Synapse needs to store in PostgreSQL; only measurements do.
const DRIVER: &str = "psycopg2-binary==2.9.13";

/// The module through which Synapse asks Hygie before it delivers.
pub const GUARD_MODULE: &str = "synapse-http-antispam==0.5.1";

/// [`python`] with the driver for PostgreSQL, added to the same environment. Blocks the thread.
#[must_use]
pub fn python_with_postgres() -> PathBuf {
    python_with(DRIVER, "driver")
}

/// [`python`] with the guard module, added to the same environment. Blocks the thread.
#[must_use]
pub fn python_with_guard() -> PathBuf {
    python_with(GUARD_MODULE, "guard")
}

/// [`python`] with one more package, without what that would bring along; `marker` remembers that it is there.
fn python_with(package: &str, marker: &str) -> PathBuf {
    let python = python();
    let _turn = turn();
    let marker = target_folder().join("synapse-venv").join(marker);
    if fs::read_to_string(&marker).ok().as_deref() != Some(package) {
        run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            package,
        ]));
        fs::write(&marker, package).expect("target/ is writable");
    }
    python
}

/// The environment belongs to one process at a time, until this is dropped.
fn turn() -> File {
    fs::create_dir_all(target_folder()).expect("target/ is writable");
    let lock = target_folder().join("synapse-venv.lock");
    let lock = File::create(lock).expect("target/ is writable");
    lock.lock().expect("target/ is on a disk that can lock");
    lock
}

/// The Python interpreter that has Synapse; makes the environment when it is missing or stale (about a minute).
///
/// Processes that come at the same time wait for the first. Blocks the thread.
#[must_use]
pub fn python() -> PathBuf {
    let venv = target_folder().join("synapse-venv");
    let _turn = turn();
    let marker = venv.join("complete");
    if fs::read_to_string(&marker).ok().as_deref() != Some(CONSTRAINTS) {
        make(&venv);
        fs::write(&marker, CONSTRAINTS).expect("target/ is writable");
    }
    venv.join("bin/python")
}

fn make(venv: &Path) {
    eprintln!("making {} (once, about a minute)", venv.display());
    if venv.exists() {
        fs::remove_dir_all(venv).expect("target/ is writable");
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(venv));
    let constraints = venv.join("constraints.txt");
    fs::write(&constraints, CONSTRAINTS).expect("target/ is writable");
    run(Command::new(venv.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg("--constraint")
        .arg(&constraints)
        .arg(format!("matrix-synapse=={SYNAPSE_VERSION}")));
}

fn run(command: &mut Command) {
    let output = command.output().expect("python3 runs");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
