//! The real homeserver: one that tests share, or one of a test's own that it may stop.

mod door;
mod operator;
mod slot;
mod venv;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sqlx::{Connection, SqliteConnection};

pub use self::{
    door::Door,
    slot::Slot,
    venv::{GUARD_MODULE, SYNAPSE_VERSION, python, python_with_guard, python_with_postgres},
};
use crate::{
    process::{Guarded, Plan, Signal, reserve_port, temporary_folder},
    wait::wait_until,
};

/// The server name of every Synapse here.
pub const SERVER_NAME: &str = "hygie.test";

/// Appservices of a shared Synapse. Each costs every event 0.15 ms of Synapse's one core (with 96, a message took 37 ms
/// instead of 22), so a further Synapse (2 s to start) is cheaper than more of them.
const SHARED_SLOTS: usize = 16;

const REGISTRATION_SECRET: &str = "shared secret of the tests";

/// The Synapse that still has free slots.
static SHARED: Mutex<Option<Arc<Synapse>>> = Mutex::new(None);

/// A Synapse on loopback, with SQLite unless it was started with PostgreSQL.
#[derive(Debug)]
pub struct Synapse {
    folder: PathBuf,
    port: u16,
    python: fn() -> PathBuf,
    free: Mutex<Vec<Slot>>,
    process: Mutex<Option<Guarded>>,
}

/// What a Synapse of a test's own has beyond the usual.
enum Extra<'a> {
    Door(&'a Door),
    Limit(u32),
}

fn sqlite(folder: &Path) -> Value {
    json!({"name": "sqlite3", "args": {"database": folder.join("homeserver.db")}})
}

impl Synapse {
    /// The Synapse that tests share now, started by whoever asks first.
    pub async fn shared() -> Arc<Self> {
        tokio::task::spawn_blocking(|| Arc::clone(current(&mut lock(&SHARED))))
            .await
            .expect("Synapse starts")
    }

    /// A slot of a shared Synapse. When all are taken, a further Synapse takes over; the old one ends with its tests.
    pub async fn shared_slot() -> (Arc<Self>, Slot) {
        let take = || {
            let mut shared = lock(&SHARED);
            if lock(&current(&mut shared).free).is_empty() {
                *shared = None;
            }
            let synapse = Arc::clone(current(&mut shared));
            let slot = synapse.take_slot();
            (synapse, slot)
        };
        tokio::task::spawn_blocking(take)
            .await
            .expect("Synapse starts")
    }

    /// A Synapse for one test, with this many appservices; ended when dropped.
    pub async fn own(slots: usize) -> Self {
        let slots = (0..slots).map(Slot::new).collect();
        Self::with(slots, python, sqlite, None).await
    }

    /// A Synapse for one test, that lets nobody send more than so many events a second: its appservice neither.
    pub async fn limited(per_second: u32) -> Self {
        let slots = vec![Slot::new(0).limited()];
        Self::with(slots, python, sqlite, Some(Extra::Limit(per_second))).await
    }

    /// A Synapse for one test, with one appservice that it asks before it delivers.
    pub async fn guarded(door: &Door) -> Self {
        let slots = vec![Slot::new(0)];
        Self::with(slots, python_with_guard, sqlite, Some(Extra::Door(door))).await
    }

    /// The same on an empty database of PostgreSQL (with the locale C, as [`crate::postgres`] makes it).
    pub async fn own_on_postgres(slots: usize, url: &str) -> Self {
        let args = json!({"dsn": url, "cp_min": 5, "cp_max": 10});
        let database = |_: &Path| json!({"name": "psycopg2", "args": args});
        let slots = (0..slots).map(Slot::new).collect();
        Self::with(slots, python_with_postgres, database, None).await
    }

    async fn with(
        mut slots: Vec<Slot>,
        python: fn() -> PathBuf,
        database: impl FnOnce(&Path) -> Value,
        extra: Option<Extra<'_>>,
    ) -> Self {
        let folder = temporary_folder("synapse");
        let (port, reserved) = reserve_port();
        // They are taken from the end.
        slots.reverse();
        let database = database(&folder);
        let mut configuration = configuration(&folder, port, &slots, &database);
        match extra {
            Some(Extra::Door(door)) => {
                configuration["modules"] = json!([door.module(&slots[0].url())]);
            }
            Some(Extra::Limit(per_second)) => {
                let limit = json!({"per_second": per_second, "burst_count": per_second});
                configuration["rc_message"] = limit.clone();
                configuration["rc_admin_redaction"] = limit;
            }
            None => {}
        }
        write(&folder.join("homeserver.yaml"), &configuration);
        write(&folder.join("log.yaml"), &logging(&folder));
        drop(reserved);
        let synapse = Self {
            folder,
            port,
            python,
            free: Mutex::new(slots),
            process: Mutex::new(None),
        };
        synapse.start().await;
        synapse
    }

    /// The address of its client API, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An appservice that nobody else has; panics when all are taken.
    pub fn take_slot(&self) -> Slot {
        let slot = lock(&self.free).pop();
        slot.expect("a free slot").release()
    }

    /// Starts it (again), with the data it had; returns when it answers.
    pub async fn start(&self) {
        let log = self.folder.join("output.log");
        let mut command = Command::new((self.python)());
        command
            .args(["-c", include_str!("synapse/unsynced.py"), "-c"])
            .arg(self.folder.join("homeserver.yaml"))
            .current_dir(&self.folder);
        let process = Guarded::start(&Plan {
            remove: Some(self.folder.clone()),
            ..Plan::new(command, log.clone())
        });
        let versions = format!("{}/_matrix/client/versions", self.url());
        let http = reqwest::Client::new();
        wait_until("Synapse to answer", async || {
            if let Some(code) = process.ended() {
                let output = fs::read_to_string(&log).unwrap_or_default();
                panic!("Synapse ended with {code}: {output}");
            }
            let answer = http.get(&versions).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        *lock(&self.process) = Some(process);
    }

    /// Stops it with SIGTERM and waits for its end.
    pub async fn stop(&self) {
        self.end(Signal::Terminate).await;
    }

    /// `kill -9`.
    pub async fn kill9(&self) {
        self.end(Signal::Kill).await;
    }

    /// Sends a signal, for example [`Signal::Freeze`].
    pub fn signal(&self, signal: Signal) {
        if let Some(process) = lock(&self.process).as_ref() {
            process.signal(signal);
        }
    }

    /// Its log so far (warnings and errors).
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("synapse.log")).unwrap_or_default()
    }

    /// The events that it has laid aside for appservices that do not answer.
    pub async fn laid_aside(&self) -> String {
        let mut database = self.database().await;
        let events = sqlx::query_scalar("SELECT event_ids FROM application_services_txns");
        let events: Vec<String> = events.fetch_all(&mut database).await.expect("it answers");
        events.concat()
    }

    /// Has it forget what it has laid aside, while it is stopped.
    pub async fn forget_laid_aside(&self) {
        let delete = sqlx::query("DELETE FROM application_services_txns");
        let deleted = delete.execute(&mut self.database().await).await;
        deleted.expect("nobody else writes");
    }

    async fn database(&self) -> SqliteConnection {
        let file = self.folder.join("homeserver.db");
        let url = format!("sqlite:{}", file.display());
        SqliteConnection::connect(&url).await.expect("it opens")
    }

    /// Registers `localpart` by the admin API's shared secret; harmless when it exists.
    pub async fn register(&self, localpart: &str, password: &str) {
        register_account(&self.url(), REGISTRATION_SECRET, localpart, password).await;
    }

    /// Registers somebody new, as [`Synapse::register`] does; gives the token of their first device, so that they need not log in.
    pub async fn register_device(&self, localpart: &str, password: &str) -> String {
        let secret = REGISTRATION_SECRET;
        let answer = register(&self.url(), secret, (localpart, password), "notadmin").await;
        let token = answer["access_token"].as_str();
        token.expect("nobody has the name yet").to_owned()
    }

    async fn end(&self, signal: Signal) {
        let process = lock(&self.process).take();
        if let Some(process) = process {
            process.signal(signal);
            process.wait("Synapse").await;
        }
    }
}

impl Drop for Synapse {
    fn drop(&mut self) {
        *lock(&self.process) = None;
        if std::env::var_os("HYGIE_TEST_KEEP").is_none() {
            let _gone = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Registers `localpart` on any Synapse by its `registration_shared_secret`; harmless when it exists.
pub async fn register_account(homeserver: &str, secret: &str, localpart: &str, password: &str) {
    register(homeserver, secret, (localpart, password), "notadmin").await;
}

async fn register(homeserver: &str, secret: &str, account: (&str, &str), kind: &str) -> Value {
    let (localpart, password) = account;
    let http = reqwest::Client::new();
    let url = format!("{homeserver}/_synapse/admin/v1/register");
    let answer = http.get(&url).send().await.expect("Synapse answers");
    let nonce: Value = answer.json().await.expect("a nonce");
    let nonce = nonce["nonce"].as_str().expect("a nonce");
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes any key");
    mac.update([nonce, localpart, password, kind].join("\0").as_bytes());
    let mac = hex::encode(mac.finalize().into_bytes());
    let body = json!({
        "nonce": nonce, "username": localpart, "password": password, "admin": kind == "admin", "mac": mac,
    });
    let answer = http
        .post(&url)
        .json(&body)
        .send()
        .await
        .expect("Synapse answers");
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    assert!(
        status.is_success() || body["errcode"] == "M_USER_IN_USE",
        "registering {localpart}: {status} {}",
        body["error"]
    );
    body
}

/// The shared Synapse, started when there is none. Blocks the thread: its start belongs to no test's runtime.
fn current(shared: &mut Option<Arc<Synapse>>) -> &Arc<Synapse> {
    shared.get_or_insert_with(|| {
        let start = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts");
            runtime.block_on(Synapse::own(SHARED_SLOTS))
        };
        let started = std::thread::spawn(start).join();
        Arc::new(started.expect("Synapse starts"))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Its `homeserver.yaml`; the registrations and the key that it names are written.
fn configuration(folder: &Path, port: u16, slots: &[Slot], database: &Value) -> Value {
    let registrations: Vec<PathBuf> = slots
        .iter()
        .map(|slot| {
            let file = folder.join(format!("{}.yaml", slot.bot));
            fs::write(&file, slot.registration(SERVER_NAME)).expect("target/ is writable");
            file
        })
        .collect();
    let seed = "A".repeat(43);
    fs::write(
        folder.join("signing.key"),
        format!("ed25519 tests {seed}\n"),
    )
    .expect("target/ is writable");
    let free = json!({"per_second": 100_000, "burst_count": 100_000});
    json!({
        "server_name": SERVER_NAME,
        "public_baseurl": format!("http://127.0.0.1:{port}/"),
        "pid_file": folder.join("pid"),
        "report_stats": false,
        "signing_key_path": folder.join("signing.key"),
        "log_config": folder.join("log.yaml"),
        "media_store_path": folder.join("media"),
        "listeners": [{
            "port": port, "type": "http", "tls": false, "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": false}],
        }],
        "database": database,
        "enable_registration": false,
        "registration_shared_secret": REGISTRATION_SECRET,
        "macaroon_secret_key": "macaroons of the tests",
        "form_secret": "forms of the tests",
        "bcrypt_rounds": 4,
        "suppress_key_server_warning": true,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": false},
        "app_service_config_files": registrations,
        "rc_message": free,
        "rc_registration": free,
        "rc_login": {"address": free, "account": free, "failed_attempts": free},
        "rc_admin_redaction": free,
        "rc_joins": {"local": free, "remote": free},
        "rc_joins_per_room": free,
        "rc_invites": {"per_room": free, "per_user": free, "per_issuer": free},
        "rc_room_creation": free,
        "rc_reports": free,
        "rc_media_create": free,
    })
}

/// What Synapse writes to its log: warnings and errors, and of the guard module what it says without what it says it about, as
/// `deploy/synapse/guard-fragment.yaml` has operators do.
fn logging(folder: &Path) -> Value {
    let file = |formatter: &str| json!({"class": "logging.FileHandler", "filename": folder.join("synapse.log"), "formatter": formatter});
    json!({
        "version": 1,
        "formatters": {
            "line": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"},
            "wordless": {"format": "%(asctime)s %(name)s %(levelname)s %(msg)s"},
        },
        "handlers": {"file": file("line"), "wordless": file("wordless")},
        "loggers": {"synapse_http_antispam": {"level": "INFO", "handlers": ["wordless"], "propagate": false}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": false,
    })
}

/// JSON is YAML, so it is written as it is.
fn write(file: &Path, content: &Value) {
    fs::write(file, content.to_string()).expect("target/ is writable");
}
