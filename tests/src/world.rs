//! A world: one Hygie as a process, on a Synapse, with members, for one test.
//!
//! ```text
//! on_both! {
//!     async fn a_patient_number_is_redacted(database) {
//!         let world = World::start(database, &[COMMUNITY], Options::default()).await;
//!         let awa = world.member("awa").await;
//!         let room = world.room("nord", "secteur-est").await;
//!         awa.accept_invite(&room).await;
//!         let leak = awa.send_text(&room, "2 69 05 49 588 157 80").await;
//!         awa.wait_redacted(&room, &leak).await;
//!     }
//! }
//! ```

mod database;
mod http;
mod needles;
mod placeholders;

use std::{
    collections::{BTreeSet, HashMap},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde_json::Value;
use tokio::sync::Mutex;

pub use self::{
    database::Database,
    needles::{Needle, found},
};
use crate::{
    members::{Member, Sender},
    postgres,
    process::{Guarded, Plan, Signal, temporary_folder},
    proxy::Proxy,
    synapse::{Door, SERVER_NAME, Slot, Synapse},
    wait::wait_until,
};

const PASSWORD: &str = "a password of the tests";

/// Makes of one `async fn name(database) { … }` a module `name` with a test on each engine, `sqlite` and `postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($database: $crate::world::Database) $body

        mod $name {
            #[tokio::test]
            async fn sqlite() {
                Box::pin(super::$name($crate::world::Database::Sqlite)).await;
            }

            #[tokio::test]
            async fn postgres() {
                if $crate::postgres::available() {
                    Box::pin(super::$name($crate::world::Database::Postgres)).await;
                }
            }
        }
    )+};
}

/// What a world has beyond the usual.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Options {
    /// A Synapse of its own, that the test may stop: `world.synapse.stop()`.
    pub own_synapse: bool,
    /// A PostgreSQL of its own, that the test may stop: `world.postgres()`.
    pub own_postgres: bool,
    /// A Synapse of its own that asks Hygie before it delivers, with the module configured like this; Hygie's side is set by `env`.
    pub door: Option<Door>,
    /// A Synapse of its own that lets nobody, Hygie included, send more than so many events a second; beyond that it answers 429.
    pub limit: Option<u32>,
    /// What Hygie is started by: a program and its arguments, which runs what follows them.
    pub under: Vec<String>,
    /// Put a [`Proxy`] between Hygie and Synapse: `world.proxy()`.
    pub proxy: bool,
    /// Write the files and start nothing; the test calls [`World::restart`] or [`World::hygie`].
    pub stopped: bool,
    /// Arguments for `serve`, for example `--dry-run`.
    pub serve: Vec<String>,
    /// Environment, for example `("HYGIE_RECONCILE__EVERY", "1s")`.
    pub env: Vec<(String, String)>,
    /// Make the keys of encrypted rooms before the start, with `hygie crypto init`.
    pub encryption: bool,
    /// Files for the folder `rules`: name and YAML.
    pub rules: Vec<(String, String)>,
}

/// One test's Hygie and what is around it. Hygie is killed when it is dropped.
#[derive(Debug)]
pub struct World {
    /// The homeserver; stop it only with [`Options::own_synapse`].
    pub synapse: Arc<Synapse>,
    /// The appservice that this Hygie is.
    pub slot: Slot,
    folder: PathBuf,
    database: String,
    options: Options,
    proxy: Option<Proxy>,
    hygie: Option<Guarded>,
    postgres: Option<postgres::Cluster>,
    members: Mutex<HashMap<String, Arc<Member>>>,
    /// What `hygie crypto init` printed once.
    recovery_key: String,
    /// What other commands than `serve` have printed.
    printed: std::sync::Mutex<String>,
    http: reqwest::Client,
}

impl World {
    /// Starts Hygie with these community files and waits until it is ready.
    ///
    /// In the files, `{bot}`, `{server}` and `{awa}` (any lower-case name: the Matrix id of that member, who is
    /// registered before Hygie starts) are filled in.
    pub async fn start(database: Database, communities: &[&str], options: Options) -> Self {
        let own = match (&options.door, options.limit) {
            (Some(door), _) => Some(Synapse::guarded(door).await),
            (None, Some(per_second)) => Some(Synapse::limited(per_second).await),
            (None, None) if options.own_synapse => Some(Synapse::own(1).await),
            (None, None) => None,
        };
        let (synapse, slot) = if let Some(own) = own {
            let synapse = Arc::new(own);
            let slot = synapse.take_slot();
            (synapse, slot)
        } else {
            Synapse::shared_slot().await
        };
        let folder = temporary_folder(&slot.bot);
        let cluster = if options.own_postgres {
            Some(postgres::Cluster::own().await)
        } else {
            None
        };
        let database = match database {
            Database::Sqlite => database::sqlite_url(&folder.join("hygie.db")),
            Database::Postgres => match &cluster {
                Some(cluster) => cluster.create_database().await,
                None => postgres::create_database().await,
            },
        };
        let proxy = if options.proxy {
            Some(Proxy::start(&synapse.url()).await)
        } else {
            None
        };
        let mut world = Self {
            synapse,
            slot,
            folder,
            database,
            options,
            proxy,
            hygie: None,
            postgres: cluster,
            members: Mutex::default(),
            recovery_key: String::new(),
            printed: std::sync::Mutex::default(),
            http: reqwest::Client::new(),
        };
        let names = world.write_files(communities);
        for name in names {
            world.register(&name).await;
        }
        if world.options.encryption {
            world.make_keys().await;
        }
        if !world.options.stopped {
            world.restart().await;
        }
        world
    }

    /// The bot's Matrix id.
    #[must_use]
    pub fn bot_id(&self) -> OwnedUserId {
        full_id(&self.slot.bot)
    }

    /// The Matrix id of the member `name`.
    #[must_use]
    pub fn id_of(&self, name: &str) -> OwnedUserId {
        full_id(&placeholders::localpart(&self.slot, name))
    }

    /// The member `name`, logged in once; registered when no file named it.
    pub async fn member(&self, name: &str) -> Arc<Member> {
        let mut members = self.members.lock().await;
        if let Some(member) = members.get(name) {
            return Arc::clone(member);
        }
        self.register(name).await;
        let localpart = placeholders::localpart(&self.slot, name);
        let member = Member::log_in(&self.synapse.url(), &localpart, PASSWORD).await;
        let member = Arc::new(member);
        members.insert(name.to_owned(), Arc::clone(&member));
        member
    }

    /// The recovery key of [`Options::encryption`].
    #[must_use]
    pub fn recovery_key(&self) -> &str {
        &self.recovery_key
    }

    async fn make_keys(&mut self) {
        let made = self.hygie(&["crypto", "init"]).await;
        let printed = String::from_utf8_lossy(&made.stdout);
        let key = printed.lines().find(|line| line.starts_with("    "));
        let problem = String::from_utf8_lossy(&made.stderr);
        let key = key.unwrap_or_else(|| panic!("no recovery key: {problem}"));
        key.trim().clone_into(&mut self.recovery_key);
    }

    /// A further device of the member `name`, with a client of its own.
    pub async fn another_device(&self, name: &str) -> Member {
        let localpart = placeholders::localpart(&self.slot, name);
        Member::log_in(&self.synapse.url(), &localpart, PASSWORD).await
    }

    /// Waits until Hygie's log says this.
    pub async fn wait_log(&self, what: &str) {
        wait_until(&format!("the log to say {what}"), async || {
            self.log().contains(what).then_some(())
        })
        .await;
    }

    /// The member `name` with a new client, which knows nothing of what the homeserver said before.
    pub async fn member_anew(&self, name: &str) -> Arc<Member> {
        self.members.lock().await.remove(name);
        self.member(name).await
    }

    /// The space of a community, once its alias exists.
    pub async fn space(&self, community: &str) -> OwnedRoomId {
        self.wait_alias(&format!("#_{}_{community}:{SERVER_NAME}", self.slot.bot))
            .await
    }

    /// The room of a group (`announcements`, `admins`, `secteur-est`), once its alias exists.
    pub async fn room(&self, community: &str, group: &str) -> OwnedRoomId {
        self.wait_alias(&format!(
            "#_{}_{community}_{group}:{SERVER_NAME}",
            self.slot.bot
        ))
        .await
    }

    /// The room that an alias points to now.
    pub async fn resolve(&self, alias: &str) -> Option<OwnedRoomId> {
        let mut url = reqwest::Url::parse(&self.synapse.url()).expect("a URL");
        url.path_segments_mut().expect("an http URL").extend([
            "_matrix",
            "client",
            "v3",
            "directory",
            "room",
            alias,
        ]);
        let answer = self.http.get(url).send().await.ok()?;
        let answer: Value = answer.json().await.ok()?;
        RoomId::parse(answer["room_id"].as_str()?).ok()
    }

    /// `kill -9`, and waits for the end.
    pub async fn kill9(&mut self) {
        self.end(Signal::Kill).await;
    }

    /// SIGTERM; gives the exit code.
    pub async fn stop(&mut self) -> i32 {
        self.end(Signal::Terminate).await
    }

    /// SIGHUP: reload the configuration.
    pub fn sighup(&self) {
        self.signal(Signal::HangUp);
    }

    /// Sends a signal to Hygie.
    pub fn signal(&self, signal: Signal) {
        let hygie = self.hygie.as_ref().expect("Hygie runs");
        hygie.signal(signal);
    }

    /// Starts Hygie, after a SIGTERM if it runs, and waits until it is ready.
    pub async fn restart(&mut self) {
        self.launch().await;
        self.wait_ready(true).await;
    }

    /// Starts Hygie, after a SIGTERM if it runs, and does not wait.
    pub async fn launch(&mut self) {
        if self.hygie.is_some() {
            self.stop().await;
        }
        let mut command = self.command(&["serve"]);
        command.args(&self.options.serve);
        self.hygie = Some(Guarded::start(&Plan::new(command, self.log_file())));
    }

    /// Other arguments for `serve` from the next start on.
    pub fn set_serve(&mut self, arguments: &[&str]) {
        self.options.serve = arguments.iter().map(|it| (*it).to_owned()).collect();
    }

    /// Sets a variable of Hygie's environment from the next start on, or takes it away.
    pub fn set_env(&mut self, name: &str, value: Option<&str>) {
        self.options.env.retain(|(known, _)| known != name);
        let new = value.map(|value| (name.to_owned(), value.to_owned()));
        self.options.env.extend(new);
    }

    /// Starts a further `hygie serve` with the same configuration, which writes into the same log.
    #[must_use]
    pub fn second(&self) -> Guarded {
        Guarded::start(&Plan::new(self.command(&["serve"]), self.log_file()))
    }

    /// Waits until Hygie ends by itself; gives the exit code.
    pub async fn wait_ended(&mut self) -> i32 {
        let hygie = self.hygie.take().expect("Hygie was started");
        hygie.wait("hygie").await
    }

    /// Runs `hygie ARGUMENTS` with the world's configuration to its end.
    pub async fn hygie(&self, arguments: &[&str]) -> Output {
        let mut command = tokio::process::Command::from(self.command(arguments));
        let run = command.kill_on_drop(true).output();
        let output = tokio::time::timeout(crate::wait::DEADLINE, run)
            .await
            .unwrap_or_else(|_| panic!("waited for `hygie {}` to end", arguments.join(" ")))
            .expect("hygie-it runs");
        let mut printed = self.printed.lock().expect("no thread panics with it");
        printed.push_str(&String::from_utf8_lossy(&output.stdout));
        printed.push_str(&String::from_utf8_lossy(&output.stderr));
        output
    }

    /// The proxy of [`Options::proxy`].
    #[must_use]
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("Options { proxy: true, .. }")
    }

    /// The server of [`Options::own_postgres`].
    pub fn postgres(&mut self) -> &mut postgres::Cluster {
        let own = self.postgres.as_mut();
        own.expect("Options { own_postgres: true, .. }")
    }

    /// Looks for Hygie's database elsewhere from now on.
    pub fn set_database_url(&mut self, url: String) {
        self.database = url;
    }

    /// The folder with the configuration; tests may change files there.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file of the configuration, with its placeholders filled in.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.folder.join(file);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("target/ is writable");
        fs::write(path, placeholders::fill(&self.slot, text).0).expect("target/ is writable");
    }

    /// Everything that `serve` has written so far, over all its starts.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The address of Hygie's database, to connect to it as another process does.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database
    }

    /// The process id of Hygie, while it runs.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.hygie.as_ref().expect("Hygie runs").pid()
    }

    /// Every row of every table as text, a line each.
    pub async fn database_dump(&self) -> String {
        database::dump(&self.database).await
    }

    /// The number that `sql` selects, for example `SELECT count(*) FROM inbox`.
    pub async fn sql_count(&self, sql: &str) -> i64 {
        database::count(&self.database, sql).await
    }

    /// Runs SQL in Hygie's database, to set something up that Hygie does not offer. Makes the file when missing.
    pub async fn sql(&self, sql: &str) {
        database::execute(&self.database, sql).await;
    }

    async fn end(&mut self, signal: Signal) -> i32 {
        self.signal(signal);
        self.wait_ended().await
    }

    /// Somebody new, whose device only sends: for crowds.
    pub async fn stranger(&self, name: &str) -> Sender {
        let localpart = placeholders::localpart(&self.slot, name);
        let token = self.synapse.register_device(&localpart, PASSWORD).await;
        Sender::new(
            self.synapse.url(),
            full_id(&localpart),
            token,
            self.http.clone(),
        )
    }

    async fn register(&self, name: &str) {
        let localpart = placeholders::localpart(&self.slot, name);
        self.synapse.register(&localpart, PASSWORD).await;
    }

    async fn wait_alias(&self, alias: &str) -> OwnedRoomId {
        wait_until(&format!("{alias} to exist"), async || {
            self.resolve(alias).await
        })
        .await
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("hygie.log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.options.under.split_first() {
            Some((program, arguments)) => {
                let mut command = without_our_variables(program);
                command.args(arguments).arg(hygie_binary());
                command
            }
            None => hygie_command(),
        };
        command
            .arg("--config")
            .arg(self.folder.join("hygie.yaml"))
            .args(arguments)
            .envs(self.options.env.iter().cloned())
            .current_dir(&self.folder);
        command
    }

    /// Writes all files; gives the members that the community files name.
    fn write_files(&self, communities: &[&str]) -> BTreeSet<String> {
        let homeserver = match &self.proxy {
            Some(proxy) => proxy.url().to_owned(),
            None => self.synapse.url(),
        };
        let configuration = format!(
            "homeserver: {{url: \"{homeserver}\", server_name: {SERVER_NAME}}}\n\
             appservice:\n  \
               listen: \"127.0.0.1:{port}\"\n  \
               url: \"{url}\"\n  \
               registration: registration.yaml\n  \
               bot: {bot}\n\
             operator: {{name: \"Test operator\", contact: \"ops@example.org\"}}\n\
             store: {{url: \"{database}\"}}\n\
             communities: communities\n\
             rules: rules\n\
             log: {{level: debug, format: human}}\n",
            port = self.slot.port,
            url = self.slot.url(),
            bot = self.slot.bot,
            database = self.database,
        );
        self.write("hygie.yaml", &configuration);
        self.write("registration.yaml", &self.slot.registration(SERVER_NAME));
        for (name, rules) in &self.options.rules {
            self.write(&format!("rules/{name}"), rules);
        }
        fs::create_dir_all(self.folder.join("communities")).expect("target/ is writable");
        let mut names = BTreeSet::new();
        for (number, community) in communities.iter().enumerate() {
            let (text, members) = placeholders::fill(&self.slot, community);
            let id = text.lines().find_map(|line| line.strip_prefix("id:"));
            let id = id.map_or_else(|| number.to_string(), |id| id.trim().to_owned());
            self.write(&format!("communities/{id}.yaml"), &text);
            names.extend(members);
        }
        names
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.hygie = None;
        if std::thread::panicking() {
            eprintln!("the world is kept in {}", self.folder.display());
            return;
        }
        self.assert_nothing_secret_was_printed();
        if std::env::var_os("HYGIE_TEST_KEEP").is_none() {
            let _gone = fs::remove_dir_all(&self.folder);
        }
    }
}

fn full_id(localpart: &str) -> OwnedUserId {
    UserId::parse(format!("@{localpart}:{SERVER_NAME}")).expect("a Matrix id")
}

/// Hygie's command line without the variables that are meant for the tests: Hygie refuses those that it does not know.
#[must_use]
pub fn hygie_command() -> Command {
    without_our_variables(hygie_binary())
}

fn without_our_variables(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HYGIE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Hygie's command line as Cargo built it for this test: beside the folder of the test binary.
fn hygie_binary() -> PathBuf {
    let test = std::env::current_exe().expect("we run");
    let folder = test.ancestors().nth(2).expect("target/debug/deps/it-…");
    folder.join("hygie-it")
}
