//! Serving: start, reload on SIGHUP, stop in two steps (a signal drains, a second one ends at once).

use std::{
    path::PathBuf,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};
use tracing::{error, info, warn};

use super::{App, Engine, Mode, connections};
use crate::{
    config::Config,
    executor::ReadBack,
    fault,
    jobs::{self, reported::Reported},
};

/// How long what is under way may take when Hygie is asked to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// How often it is looked whether every part still runs.
const TICK: Duration = Duration::from_secs(2);

/// Why it does not go on.
enum End {
    /// It was asked to stop.
    Asked,
    /// A part has stopped.
    Defect,
    /// Another process may be working on the database.
    LockLost,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

/// Serves until told to stop.
///
/// # Errors
/// When it cannot start: the message names what is wrong and the remedy.
pub async fn serve(mut app: App, path: PathBuf, mode: Mode) -> anyhow::Result<()> {
    let mut signals = Signals {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
        hang_up: signal(SignalKind::hangup())?,
    };
    let locked = tokio::select! {
        locked = app.lock() => locked,
        _ = signals.terminate.recv() => return Ok(()),
        _ = signals.interrupt.recv() => return Ok(()),
    };
    locked?;
    fault::point("start.locked");
    app.catch_up(mode).await?;
    fault::point("start.caught_up");

    let address = app.config.appservice.listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} (`appservice.listen`)"))?;
    let engine = app.start(mode, ReadBack::Pushed).await?;
    let stop = Arc::new(Notify::new());
    let server = connections::serve(listener, app.routes(&engine), stop.clone());
    let server = tokio::spawn(server);
    let jobs = start_jobs(&app, &engine, mode);
    info!(%address, version = env!("CARGO_PKG_VERSION"), dry_run = mode == Mode::Dry, "hygie is listening");
    log_audit_head(&app).await;

    let mut lock = app.take_lock();
    let lost = pin!(lock.lost());
    let end = run(&mut app, &path, &engine, &mut signals, lost).await;
    if matches!(end, End::LockLost) {
        // From here on another may be at work: nothing more is written, not even what is under way.
        engine.abort();
        bail!("the lock on the database was lost, and with it the right to write; start again");
    }
    info!("stopping: what is under way is finished, the rest waits in the store");
    fault::point("stop.asked");
    for job in jobs {
        job.abort();
    }
    stop.notify_one();
    tokio::select! {
        () = finish(&engine, server) => info!("stopped"),
        () = tokio::time::sleep(DRAIN) => warn!("stopped before everything under way was finished; it will be tried again at the next start"),
        _ = signals.terminate.recv() => warn!("stopped at once"),
        _ = signals.interrupt.recv() => warn!("stopped at once"),
    }
    engine.abort();
    log_audit_head(&app).await;
    let _ = tokio::time::timeout(
        Duration::from_secs(1),
        app.shared.store.prune(app.shared.now()),
    )
    .await;
    let _ = tokio::time::timeout(Duration::from_secs(1), app.shared.store.close()).await;
    if matches!(end, End::Defect) {
        bail!("stopped because of the error above; start again");
    }
    Ok(())
}

/// The end of the audit log goes where logs go: there it cannot be changed together with the database.
async fn log_audit_head(app: &App) {
    let asked = tokio::time::timeout(Duration::from_secs(1), app.shared.store.audit_head()).await;
    match asked {
        Ok(Ok(head)) => info!(audit.head = %head, "the end of the audit log"),
        Ok(Err(problem)) => error!(error = %problem, "the end of the audit log cannot be read"),
        Err(_) => {}
    }
}

async fn finish(engine: &Engine, server: tokio::task::JoinHandle<()>) {
    // The homeserver keeps its connection open: its last request gets a moment, not its connection.
    let _ = tokio::time::timeout(Duration::from_secs(1), server).await;
    engine.drain().await;
}

/// Runs until told to stop, or until it cannot go on.
async fn run(
    app: &mut App,
    path: &std::path::Path,
    engine: &Engine,
    signals: &mut Signals,
    mut lost: Pin<&mut impl Future<Output = ()>>,
) -> End {
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return End::Asked,
            _ = signals.interrupt.recv() => return End::Asked,
            _ = signals.hang_up.recv() => reload(app, path, engine).await,
            () = lost.as_mut() => return End::LockLost,
            _ = tick.tick() => {
                if engine.has_stopped() {
                    error!("a part of Hygie has stopped, which is a defect; please report it with the log above");
                    return End::Defect;
                }
            }
        }
    }
}

async fn reload(app: &mut App, path: &std::path::Path, engine: &Engine) {
    let read = crate::cli::load_config(path);
    let result = match read {
        Ok(config) => app.reload(config, &engine.dispatcher).await,
        Err(problem) => Err(problem.into()),
    };
    match result {
        Ok(()) => info!("the configuration was read again"),
        Err(problem) => error!(
            "the configuration was not taken over, the one before stays in force: {problem:#}"
        ),
    }
}

fn start_jobs(app: &App, engine: &Engine, mode: Mode) -> Vec<tokio::task::JoinHandle<()>> {
    let (shared, dispatcher) = (&app.shared, &engine.dispatcher);
    let pinger = (mode == Mode::Live).then(|| app.pinger());
    let every = app.config.reconcile.every.get();
    let mut running = vec![
        tokio::spawn(jobs::timers(shared.clone(), dispatcher.clone())),
        tokio::spawn(jobs::due(shared.clone(), dispatcher.clone())),
        tokio::spawn(jobs::reviews(shared.clone(), dispatcher.clone(), every)),
        tokio::spawn(jobs::tidy(shared.clone())),
        tokio::spawn(jobs::watch(
            shared.clone(),
            app.appservice(engine),
            app.reader(),
            pinger,
        )),
    ];
    // In a dry run nothing is taken up, so it would be read again and again.
    let reported = Reported::new(&app.config.homeserver).filter(|_| mode == Mode::Live);
    if let Some(reported) = reported {
        let poll = jobs::reported::poll(shared.clone(), dispatcher.clone(), reported);
        running.push(tokio::spawn(poll));
    }
    running
}

/// The sections of the configuration that only a start reads, and that differ.
pub(super) fn needs_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let sections = [
        ("homeserver", old.homeserver != new.homeserver),
        ("appservice", old.appservice != new.appservice),
        ("guard", old.guard != new.guard),
        ("store", old.store != new.store),
        ("encryption", old.encryption != new.encryption),
        ("log", old.log != new.log),
        ("executor", old.executor != new.executor),
        ("reconcile", old.reconcile != new.reconcile),
    ];
    sections
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name)
        .collect()
}
