//! The Hygie of the simulation: the real process, killed and started again, beside a strict homeserver.

use std::{path::PathBuf, process::Command, time::Duration};

use hygie::store::Store;
use hygie_tests::{
    appservice::Appservice,
    postgres,
    process::{Guarded, Plan, Signal, reserve_port, temporary_folder},
    strict_homeserver::StrictHomeserver,
    wait::{pause, wait_at_most},
    world::{Database, hygie_command},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

pub(super) const SERVER: &str = "sim.test";
const AS_TOKEN: &str = "as_token_of_the_simulation_0123456789";
const HS_TOKEN: &str = "hs_token_of_the_simulation_0123456789";
/// How long it may take until nothing is left to do.
const QUIET: Duration = Duration::from_secs(90);

/// One Hygie, its files and its database.
pub(super) struct Hygie {
    pub(super) folder: PathBuf,
    pub(super) database: String,
    /// Looks into the database from outside; opened after the first start.
    pub(super) store: Store,
    process: Option<Guarded>,
    port: u16,
}

pub(super) fn id_of(name: &str) -> String {
    format!("@{name}:{SERVER}")
}

impl Hygie {
    /// Writes the files, starts a homeserver and Hygie beside it.
    pub(super) async fn start(database: Database, community: &str) -> (Self, StrictHomeserver) {
        let (port, listener) = reserve_port();
        let appservice = Appservice {
            url: format!("http://127.0.0.1:{port}"),
            hs_token: HS_TOKEN.to_owned(),
            bot: id_of("hygie"),
        };
        let homeserver = StrictHomeserver::start(SERVER, AS_TOKEN, appservice).await;
        let folder = temporary_folder("simulation");
        let database = match database {
            Database::Sqlite => format!("sqlite:{}", folder.join("hygie.db").display()),
            Database::Postgres => postgres::create_database().await,
        };
        let url = homeserver.url();
        let write = |file: &str, text: String| {
            std::fs::write(folder.join(file), text).expect("target/ is writable");
        };
        write(
            "hygie.yaml",
            format!(
                "homeserver: {{url: \"{url}\", server_name: {SERVER}}}\n\
                 appservice: {{listen: \"127.0.0.1:{port}\", url: \"http://127.0.0.1:{port}\", registration: registration.yaml, bot: hygie}}\n\
                 operator: {{name: \"Test operator\", contact: \"ops@example.org\"}}\n\
                 store: {{url: \"{database}\"}}\n\
                 communities: communities\n\
                 reconcile: {{every: 10s}}\n\
                 log: {{level: debug, format: human}}\n"
            ),
        );
        write(
            "registration.yaml",
            format!(
                "id: hygie\nurl: \"http://127.0.0.1:{port}\"\nas_token: {AS_TOKEN}\nhs_token: {HS_TOKEN}\n\
                 sender_localpart: hygie_as\nrate_limited: false\nprotocols: null\n\
                 namespaces:\n  users:\n    - {{exclusive: true, regex: '@hygie:sim\\.test'}}\n    - {{exclusive: true, regex: '@_hygie_.*:sim\\.test'}}\n  \
                 aliases:\n    - {{exclusive: true, regex: '#_hygie_.*:sim\\.test'}}\n  rooms: []\n"
            ),
        );
        let store = Store::open(&database).await.expect("the database opens");
        let mut hygie = Self {
            folder,
            database,
            store,
            process: None,
            port,
        };
        hygie.write_community(community);
        drop(listener);
        hygie.make_keys().await;
        hygie.launch();
        (hygie, homeserver)
    }

    pub(super) fn write_community(&self, text: &str) {
        let folder = self.folder.join("communities");
        std::fs::create_dir_all(&folder).expect("target/ is writable");
        // In one go, as editors do: Hygie may be starting right now.
        std::fs::write(folder.join("nord.new"), text).expect("target/ is writable");
        std::fs::rename(folder.join("nord.new"), folder.join("nord.yaml")).expect("it is there");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = hygie_command();
        command.arg("--config").arg(self.folder.join("hygie.yaml"));
        command.args(arguments).current_dir(&self.folder);
        command
    }

    async fn make_keys(&self) {
        let mut command = tokio::process::Command::from(self.command(&["crypto", "init"]));
        let made = command.kill_on_drop(true).output().await.expect("it runs");
        let problem = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{problem}");
    }

    /// Starts the process and does not wait.
    pub(super) fn launch(&mut self) {
        let plan = Plan::new(self.command(&["serve"]), self.folder.join("hygie.log"));
        self.process = Some(Guarded::start(&plan));
    }

    /// `kill -9`: what was only in memory is gone.
    pub(super) async fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.signal(Signal::Kill);
            process.wait("hygie").await;
        }
    }

    pub(super) fn reload(&self) {
        if let Some(process) = &self.process {
            process.signal(Signal::HangUp);
        }
    }

    pub(super) fn runs(&self) -> bool {
        self.process.is_some()
    }

    /// Panics when the process ended by itself.
    pub(super) fn must_run(&self) {
        let ended = self.process.as_ref().and_then(Guarded::ended);
        assert_eq!(
            ended,
            None,
            "hygie ended by itself; see {}",
            self.log_file().display()
        );
    }

    /// Waits until Hygie takes requests: only then is a SIGHUP a reload.
    pub(super) async fn wait_listening(&self) {
        wait_at_most(QUIET, "Hygie to listen", async || {
            self.must_run();
            tokio::net::TcpStream::connect(("127.0.0.1", self.port))
                .await
                .ok()
        })
        .await;
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.folder.join("hygie.log")
    }

    /// Waits until everything was pushed, decided and done.
    pub(super) async fn wait_quiet(&self, homeserver: &StrictHomeserver) {
        let quiet = async {
            while !self.is_quiet(homeserver).await {
                self.must_run();
                pause(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(QUIET, quiet).await.is_err() {
            let unpushed = homeserver.unpushed();
            let inbox = "SELECT event_id FROM inbox WHERE done_at IS NULL";
            let outbox = "SELECT kind || ' ' || action FROM outbox WHERE state = 'waiting'";
            let (inbox, outbox) = (self.rows(inbox).await, self.rows(outbox).await);
            panic!(
                "after {QUIET:?} there is still something to do: {unpushed} event(s) to push, to decide {inbox:?}, to carry out {outbox:#?}"
            );
        }
    }

    pub(super) async fn is_quiet(&self, homeserver: &StrictHomeserver) -> bool {
        if homeserver.unpushed() > 0 {
            return false;
        }
        let inbox = self.store.inbox_depth().await.expect("the store answers");
        let (waiting, _) = self.store.outbox_depth().await.expect("the store answers");
        inbox.0 == 0 && waiting == 0 && homeserver.unpushed() == 0
    }

    /// What `hygie plan` prints.
    pub(super) async fn plan(&self) -> String {
        let mut command = tokio::process::Command::from(self.command(&["plan"]));
        let output = command.kill_on_drop(true).output().await.expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The rows of a query, each a text.
    pub(super) async fn rows(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        let url = &self.database;
        if url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(url).await.expect("it opens");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await
        } else {
            let mut connection = PgConnection::connect(url).await.expect("it opens");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await
        }
        .expect("it answers")
    }
}

impl Drop for Hygie {
    fn drop(&mut self) {
        self.process = None;
        if std::thread::panicking() {
            eprintln!("the simulation is kept in {}", self.folder.display());
        } else {
            let _gone = std::fs::remove_dir_all(&self.folder);
        }
    }
}
