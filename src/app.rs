//! The program put together, once, from its configuration; started and stopped.

mod connections;
mod encryption;
mod lifecycle;
mod rules;
mod secrets;

use std::sync::{Arc, Mutex};

use anyhow::{Context, bail};
use ruma::OwnedDeviceId;
use tokio::task::JoinHandle;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tracing::{info, warn};

use crate::{
    appservice::{self, Appservice},
    cli::registration::Registration,
    clock::SystemClock,
    community::{
        definition::Definition,
        snapshot::{OperatorCard, Snapshot},
    },
    config::Config,
    crypto::{self, Crypto, Folder, OpenFolder},
    dispatch::Dispatcher,
    event::Event,
    executor::{self, Executor, Identity, Outlet, ReadBack},
    fault,
    guard::{self, Door},
    jobs,
    matrix::{Connection, Pinger, Reader, Writer},
    shared::Shared,
    store::{InstanceLock, Store},
    telemetry::Metrics,
    web,
};

use encryption::resume;
pub use lifecycle::serve;
pub(crate) use rules::load_rules;
use secrets::{hash_key, random_bytes};

/// How long the homeserver may pause within a request's body.
const STALLED: std::time::Duration = std::time::Duration::from_secs(30);

/// Whether the program acts or only says what it would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It acts.
    Live,
    /// It only says what it would do.
    Dry,
}

/// The program before it runs: the files read, the database connected, nothing started.
pub struct App {
    /// What was configured.
    pub config: Config,
    /// The registration beside it.
    pub registration: Registration,
    /// What the parts share.
    pub shared: Arc<Shared>,
    connection: Connection,
    /// The keys of encrypted rooms, until the start takes them.
    keys: Mutex<Option<OpenFolder>>,
    lock: Option<InstanceLock>,
}

/// The executor and the lanes at work.
pub struct Engine {
    /// Hands work to the lanes.
    pub dispatcher: Dispatcher,
    handle: executor::Handle,
    crypto: Option<Crypto>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl App {
    /// Reads everything and connects to the database. In a dry run nothing that is decided is put in force.
    ///
    /// # Errors
    /// When a file is wrong or the database cannot be used; the message names the place and the remedy.
    pub async fn open(config: Config, mode: Mode) -> anyhow::Result<Self> {
        let folder = Folder::new(&config.encryption.folder, &config.encryption.key_file);
        let keys = folder.open().await?;
        Self::open_with(config, mode, keys).await
    }

    /// As [`Self::open`], with these keys of encrypted rooms.
    pub(crate) async fn open_with(
        config: Config,
        mode: Mode,
        keys: Option<OpenFolder>,
    ) -> anyhow::Result<Self> {
        let registration = Registration::read(&config.appservice.registration)?;
        let mut definitions = config.load_communities()?;
        let rules = load_rules(&config)?;
        rules.warm_up();
        let shown = config.store.shown_url();
        let store = Store::open_shared(config.store.url())
            .await
            .with_context(|| format!("the database {shown} cannot be used"))?;
        let fresh = random_bytes();
        let salt = store.fact("hash_salt", &hex::encode(fresh)).await?;
        let hash_key = hash_key(registration.as_token.expose(), &salt);
        let device = store
            .fact(
                "device_id",
                &format!("HYGIE{}", &hex::encode(fresh)[..10].to_uppercase()),
            )
            .await?;
        let device = keys
            .as_ref()
            .map_or_else(|| OwnedDeviceId::from(device), |keys| keys.device.clone());
        if keys.is_none() {
            definitions
                .iter_mut()
                .for_each(Definition::give_up_encryption);
        }
        let bot = config.bot_user_id();
        let operator = OperatorCard {
            name: config.operator.name.clone(),
            contact: config.operator.contact.clone(),
        };
        let mut snapshot = Snapshot::new(bot.clone(), operator, hash_key, definitions);
        snapshot.encrypts = keys.is_some();
        snapshot.founders.clone_from(&config.founders);
        snapshot.public_url = config.web.public_url();
        snapshot.rules = Arc::new(rules);
        let url = config.homeserver.url.clone();
        let connection =
            Connection::new(url, registration.as_token.expose().to_owned(), bot, device)?;
        let mut shared = Shared::new(store, Arc::new(SystemClock), Metrics::default(), snapshot);
        shared.dry = mode == Mode::Dry;
        Ok(Self {
            config,
            registration,
            shared: Arc::new(shared),
            connection,
            keys: Mutex::new(keys),
            lock: None,
        })
    }

    /// The connection to the homeserver.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The bot's device.
    pub(crate) fn device(&self) -> OwnedDeviceId {
        self.connection.device().to_owned()
    }

    /// Asks the homeserver, changes nothing.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(self.connection.clone())
    }

    /// Has the homeserver ping us.
    #[must_use]
    pub fn pinger(&self) -> Pinger {
        Pinger::new(self.connection.clone(), self.registration.id.clone())
    }

    /// Becomes the one process that works on this database. On `PostgreSQL` it waits for the other to go; on `SQLite` it refuses.
    ///
    /// # Errors
    /// When another process works on an `SQLite` database, or the lock cannot be asked for.
    pub async fn lock(&mut self) -> anyhow::Result<()> {
        if self.shared.store.engine() == "SQLite" {
            return self.lock_at_once().await;
        }
        let mut told = false;
        while !self.try_lock().await? {
            if !told {
                info!("another hygie works on this database; standing by to take over");
                told = true;
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        Ok(())
    }

    /// Becomes the one process that works on this database, or refuses.
    ///
    /// # Errors
    /// When another process works on the database, or the lock cannot be asked for.
    pub async fn lock_at_once(&mut self) -> anyhow::Result<()> {
        if !self.try_lock().await? {
            let shown = self.config.store.shown_url();
            bail!(
                "another hygie works on {shown}; stop it first, or have it read its files again with `kill -HUP`"
            );
        }
        Ok(())
    }

    async fn try_lock(&mut self) -> anyhow::Result<bool> {
        self.lock = self.shared.store.try_lock().await?;
        if self.lock.is_some() {
            self.shared.store.migrate().await?;
        }
        Ok(self.lock.is_some())
    }

    /// Reads what the store knows, once it is ours, without what a dry run only said. Until then only the files are known: there
    /// may be a million members, and what another process does while this one is standing by would be missing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn catch_up(&self, mode: Mode) -> anyhow::Result<()> {
        if mode == Mode::Live {
            self.shared.store.forget_dry_run().await?;
        }
        self.load().await
    }

    /// Reads what the store knows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(&self) -> anyhow::Result<()> {
        Ok(self.shared.read_again().await?)
    }

    /// The lock, for whoever watches it; it is let go when dropped.
    pub(crate) fn take_lock(&mut self) -> InstanceLock {
        self.lock.take().unwrap_or(InstanceLock::Private)
    }

    /// Starts the executor and the lanes, with what the outbox and the inbox hold.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(&self, mode: Mode, read_back: ReadBack) -> anyhow::Result<Engine> {
        let (handle, inbox) = executor::channel();
        let (dispatcher, mut tasks) = Dispatcher::start(&self.shared, &handle);
        let crypto = match mode {
            Mode::Live => self.open_crypto().await?,
            Mode::Dry => None,
        };
        let outlet = match mode {
            Mode::Live => Outlet::Live(Writer::new(self.connection.clone()), crypto.clone()),
            Mode::Dry => Outlet::Dry,
        };
        let concurrency = self.config.executor.concurrency;
        let (executor, reports) =
            Executor::new(&self.shared, &dispatcher, outlet, concurrency, read_back);
        let identity = Identity {
            display_name: "Hygie".to_owned(),
        };
        tasks.push(tokio::spawn(executor.run(inbox, reports, identity)));
        handle.enqueue(self.shared.store.waiting_actions().await?);
        fault::point("start.outbox_read");
        for waiting in self.shared.store.waiting_events().await? {
            match Event::parse(&waiting.payload) {
                Ok(event) => {
                    let (seq, at) = (waiting.seq, waiting.received_at);
                    resume(
                        crypto.as_ref(),
                        &dispatcher,
                        (seq, at),
                        event,
                        &waiting.payload,
                    )
                    .await;
                }
                Err(problem) => {
                    warn!(seq = waiting.seq, error = %problem, "an event of the inbox cannot be read any more");
                    dispatcher.unreadable(waiting.seq).await;
                }
            }
        }
        fault::point("start.inbox_read");
        if let Some(crypto) = &crypto {
            tasks.push(crypto::start(crypto.clone(), dispatcher.clone()));
        }
        Ok(Engine {
            dispatcher,
            handle,
            crypto,
            tasks: Mutex::new(tasks),
        })
    }

    /// The side that takes what the homeserver sends.
    fn appservice(&self, engine: &Engine) -> Appservice {
        Appservice {
            shared: self.shared.clone(),
            dispatcher: engine.dispatcher.clone(),
            token: web::Token::new(self.registration.hs_token.expose()),
            crypto: engine.crypto.clone(),
        }
    }

    /// The routes of everything that Hygie serves.
    pub fn routes(&self, engine: &Engine) -> axum::Router {
        let appservice = appservice::routes(self.appservice(engine))
            .layer(RequestBodyTimeoutLayer::new(STALLED));
        let routes = appservice.merge(web::routes(&self.shared, &engine.dispatcher));
        let door = Door::new(&self.shared, &self.config.guard);
        web::closed(routes.merge(door.map(guard::routes).unwrap_or_default()))
    }

    /// A community whose file is gone must not leave mutes and lockdowns behind that nobody lifts.
    fn refuse_to_forget(&self, definitions: &[Definition]) -> anyhow::Result<()> {
        let snapshot = self.shared.snapshot();
        for (id, community) in &snapshot.communities {
            let by_commands = community.file().is_none();
            let stays = by_commands || definitions.iter().any(|definition| definition.id == *id);
            let (mutes, lockdowns) = (community.mutes.len(), community.lockdowns.len());
            if !stays && mutes + lockdowns > 0 {
                bail!(
                    "the file of community {id} is gone, and {mutes} mute(s) and {lockdowns} lockdown(s) are in force there; end them first (`!hygie unmute`, `!hygie unlock all`)"
                );
            }
        }
        Ok(())
    }

    /// Reads the files again. What is wrong is refused as a whole, and what was in force stays.
    ///
    /// # Errors
    /// When a file is wrong; the message names its line.
    pub async fn reload(&mut self, config: Config, dispatcher: &Dispatcher) -> anyhow::Result<()> {
        let mut definitions = config.load_communities()?;
        if !self.shared.snapshot().encrypts {
            definitions
                .iter_mut()
                .for_each(Definition::give_up_encryption);
        }
        let rules = load_rules(&config)?;
        self.refuse_to_forget(&definitions)?;
        let mut stored = self.shared.snapshot().forgetful(definitions.clone());
        self.shared.store.load(&mut stored).await?;
        rules.warm_up();
        for section in lifecycle::needs_restart(&self.config, &config) {
            warn!("`{section}` changed; that takes effect at the next start");
        }
        {
            // From here nothing can fail, and nothing that the lanes learned meanwhile is lost.
            let mut snapshot = self.shared.snapshot_mut();
            snapshot.redefine(definitions, stored);
            snapshot.operator = OperatorCard {
                name: config.operator.name.clone(),
                contact: config.operator.contact.clone(),
            };
            snapshot.founders.clone_from(&config.founders);
            snapshot.public_url = config.web.public_url();
            snapshot.rules = Arc::new(rules);
        }
        self.config.operator = config.operator;
        self.config.web = config.web;
        jobs::review_all(&self.shared, dispatcher).await;
        Ok(())
    }
}

impl Engine {
    /// Lets what is under way end and starts nothing new.
    pub async fn drain(&self) {
        self.handle.drain().await;
        fault::point("stop.executor_drained");
        self.dispatcher.flush().await;
        fault::point("stop.lanes_flushed");
    }

    /// Whether a part has stopped that should run for ever: a defect.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        let tasks = self
            .tasks
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        tasks.iter().any(JoinHandle::is_finished)
    }

    /// Ends everything at once; what is in the store stays there.
    pub fn abort(&self) {
        for task in self
            .tasks
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .drain(..)
        {
            task.abort();
        }
    }
}
