//! What a round runs on: a fake homeserver, the measured program beside it, and its database; and what the round came to.

use std::{fs, path::PathBuf, time::Duration};

use hygie::crypto::{Folder, Publishing};
use hygie_servers::process::{reserve_port, temporary_folder};
use ruma::OwnedUserId;
use tokio::time::Instant;

use crate::{
    database::{Database, Engine},
    homeserver::{AS_TOKEN, Counts, Faults, HS_TOKEN, Homeserver},
    program::{Program, Role, Usage},
};
use hygie_benches::world::{BOT, DEVICE, SERVER_NAME, World, bot};

/// How often it is looked whether all is done.
const LOOK: Duration = Duration::from_millis(5);

/// What a round runs on.
pub struct Stage {
    /// The homeserver.
    pub homeserver: Homeserver,
    /// Hygie's database; the baseline has none.
    pub database: Option<Database>,
    /// Which program it is.
    pub role: Role,
    /// From its start until it was ready, in seconds.
    pub ready_s: f64,
    program: Option<Program>,
    folder: PathBuf,
    port: u16,
}

/// What a round is to be.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Which program.
    pub role: Role,
    /// On which database.
    pub engine: Engine,
    /// What goes wrong.
    pub faults: Faults,
}

/// What the program had used when the measuring began.
pub struct Began {
    usage: Usage,
    written_ahead: Option<u64>,
    database_bytes: u64,
    at: Instant,
    acknowledged: usize,
}

/// What a round came to.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Events of members that were acknowledged.
    pub events: usize,
    /// From the first event until the last was acknowledged and decided.
    pub seconds: f64,
    /// From the beginning of a leak's transaction to its redaction, in milliseconds, sorted.
    pub latencies: Vec<f64>,
    /// How long the leaks had waited for their transaction, in milliseconds, sorted.
    pub waited: Vec<f64>,
    /// Redactions and copies that never came.
    pub lost: usize,
    /// Redactions and copies that came more than once.
    pub doubled: usize,
    /// The most memory, in MiB.
    pub rss_mib: f64,
    /// From the start until ready, in seconds.
    pub ready_s: f64,
    /// CPU time, in seconds.
    pub cpu_s: f64,
    /// How much larger the database is.
    pub database_grew: u64,
    /// Bytes written by the program, or ahead by PostgreSQL.
    pub written: u64,
    /// What only some scenarios tell.
    pub more: Vec<(&'static str, f64)>,
}

impl Stage {
    /// Sets it up and waits until the program is ready.
    pub async fn set(world: &World, round: Round) -> Self {
        let mut stage = Self::prepare(world, round).await;
        stage.start().await;
        stage
    }

    /// Sets it up, without the program.
    pub async fn prepare(world: &World, round: Round) -> Self {
        Self::with(Some(world), round, &world.files()).await
    }

    /// Sets it up with these community files and an empty database, and waits until the program is ready.
    pub async fn fresh(files: &[(String, String)], round: Round) -> Self {
        let mut stage = Self::with(None, round, files).await;
        stage.start().await;
        stage
    }

    async fn with(world: Option<&World>, round: Round, files: &[(String, String)]) -> Self {
        let folder = temporary_folder("load");
        let (port, reserved) = reserve_port();
        let homeserver = Homeserver::start(port, round.faults).await;
        let database = match round.role {
            Role::Bare => None,
            Role::Hygie => {
                let database = Database::make(round.engine, world, &folder).await;
                write_files(&folder, port, &homeserver.url(), &database.url, files);
                if world.is_some_and(|world| world.encrypted) {
                    make_keys(&folder).await;
                }
                Some(database)
            }
        };
        drop(reserved);
        Self {
            homeserver,
            database,
            role: round.role,
            ready_s: 0.0,
            program: None,
            folder,
            port,
        }
    }

    /// Starts the program (again) and waits until it is ready.
    pub async fn start(&mut self) {
        self.launch();
        self.ready_s = self.program().ready().await.as_secs_f64();
    }

    /// Starts the program (again), and waits for nothing.
    pub fn launch(&mut self) {
        let url = self.homeserver.url();
        self.program = Some(match self.role {
            Role::Hygie => Program::hygie(&self.folder, self.port),
            Role::Bare => Program::bare(&self.folder, self.port, &url, &bot()),
        });
    }

    /// The running program.
    #[must_use]
    pub fn program(&self) -> &Program {
        self.program.as_ref().expect("the program was started")
    }

    /// `kill -9`.
    pub async fn kill9(&mut self) {
        let program = self.program.take().expect("the program was started");
        program.kill9().await;
    }

    /// Measures from here on.
    pub async fn begin(&self) -> Began {
        self.homeserver
            .ledger(crate::homeserver::Ledger::start_measuring);
        let (mut written_ahead, mut database_bytes) = (None, 0);
        if let Some(database) = &self.database {
            written_ahead = database.written_ahead().await;
            database_bytes = database.bytes().await;
        }
        Began {
            usage: self.program().usage(),
            written_ahead,
            database_bytes,
            at: Instant::now(),
            acknowledged: self.homeserver.counts().acknowledged,
        }
    }

    /// Measures from the start of the program on.
    pub async fn begin_at_start(&self) -> Began {
        Began {
            usage: Usage::default(),
            ..self.begin().await
        }
    }

    /// Waits until everything is acknowledged, taken down, copied, told and recorded; gives up when nothing has happened for
    /// `patience`.
    pub async fn settle(&self, patience: Duration) {
        let mut last = (self.homeserver.counts(), Instant::now());
        loop {
            let counts = self.homeserver.counts();
            if counts != last.0 {
                last = (counts, Instant::now());
            }
            if self.is_done(&counts) || last.1.elapsed() > patience {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        let Some(database) = &self.database else {
            return;
        };
        let store = database.store().await;
        let mut last = ((u64::MAX, u64::MAX), Instant::now());
        loop {
            let inbox = store.inbox_depth().await.map_or(u64::MAX, |depth| depth.0);
            let outbox = store.outbox_depth().await.map_or(u64::MAX, |depth| depth.0);
            if (inbox, outbox) != last.0 {
                last = ((inbox, outbox), Instant::now());
            }
            if (inbox, outbox) == (0, 0) || last.1.elapsed() > patience {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        store.close().await;
    }

    fn is_done(&self, counts: &Counts) -> bool {
        // Of each leak, Hygie tells its author; the admins read of the first ones and then how many. What is still to be said then stands in the outbox.
        let notices = match self.role {
            Role::Hygie => counts.leaks,
            Role::Bare => 0,
        };
        self.homeserver.unacknowledged() == 0
            && counts.redacted == counts.leaks
            && counts.copied >= counts.copies_expected
            && counts.notices >= notices
    }

    /// What was measured since `began`, in a load that took `seconds`.
    pub async fn measured(&self, began: &Began, seconds: Option<f64>) -> Measured {
        let elapsed = began.at.elapsed().as_secs_f64();
        let usage = self.program().usage();
        let (latencies, waited) = self.homeserver.ledger(|ledger| ledger.latencies());
        let counts = self.homeserver.counts();
        let (mut written, mut database_grew) = (usage.written - began.usage.written, 0);
        if let Some(database) = &self.database {
            database_grew = database.bytes().await.saturating_sub(began.database_bytes);
            if let (Some(before), Some(now)) = (began.written_ahead, database.written_ahead().await)
            {
                written = now - before;
            }
        }
        Measured {
            events: counts.acknowledged - began.acknowledged,
            seconds: seconds.unwrap_or(elapsed),
            latencies,
            waited,
            lost: self.homeserver.ledger(|ledger| ledger.lost()),
            doubled: self.homeserver.ledger(|ledger| ledger.doubled()),
            rss_mib: self.program().memory().1,
            ready_s: self.ready_s,
            cpu_s: usage.cpu_s - began.usage.cpu_s,
            database_grew,
            written,
            more: Vec::new(),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.program = None;
        if std::env::var_os("HYGIE_TEST_KEEP").is_none() {
            let _gone = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes the keys of the bot's device, as `hygie crypto init` does.
async fn make_keys(folder: &std::path::Path) {
    let keys = Folder::new(&folder.join("crypto"), &folder.join("crypto.key"));
    let user = OwnedUserId::try_from(bot()).expect("an id");
    let made = keys
        .create(&user, DEVICE.into(), Publishing::default())
        .await;
    made.expect("target/ is writable");
}

/// Writes Hygie's configuration, registration and community files.
pub fn write_files(
    folder: &std::path::Path,
    port: u16,
    homeserver: &str,
    database: &str,
    communities: &[(String, String)],
) {
    let configuration = format!(
        "homeserver: {{url: \"{homeserver}\", server_name: {SERVER_NAME}}}\n\
         appservice: {{listen: \"127.0.0.1:{port}\", url: \"http://127.0.0.1:{port}\", registration: registration.yaml, bot: {BOT}}}\n\
         store: {{url: \"{database}\"}}\n\
         log: {{level: warn}}\n"
    );
    let server = SERVER_NAME.replace('.', "\\.");
    let registration = format!(
        "id: {BOT}\n\
         url: \"http://127.0.0.1:{port}\"\n\
         as_token: {AS_TOKEN}\n\
         hs_token: {HS_TOKEN}\n\
         sender_localpart: {BOT}_as\n\
         rate_limited: false\n\
         receive_ephemeral: true\n\
         namespaces:\n  users:\n    - {{exclusive: true, regex: '@{BOT}:{server}'}}\n  aliases:\n    - {{exclusive: true, regex: '#_{BOT}_.*:{server}'}}\n  rooms: []\n"
    );
    fs::create_dir_all(folder.join("communities")).expect("target/ is writable");
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).expect("target/ is writable");
    };
    write("hygie.yaml", &configuration);
    write("registration.yaml", &registration);
    for (name, text) in communities {
        write(&format!("communities/{name}"), text);
    }
}
