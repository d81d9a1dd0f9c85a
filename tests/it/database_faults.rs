//! The database in trouble: full, locked, read-only, stopped, frozen, or refusing a row for good. Nothing is acknowledged that is
//! not stored, nothing is lost, nothing is doubled, and `/health/ready` says what is wrong.

use std::{fs::File, io::Write, path::PathBuf, process::Command, sync::Arc};

use hygie_tests::{
    members::Member,
    on_both, postgres,
    process::Signal,
    wait::wait_until,
    world::{Database, Options, World},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::{
    communities::quiet,
    spine::{LARGE, LEAK, SMALL, newcomer, owner},
};

/// What the log says once when the store takes nothing.
const TROUBLE: &str = "the store takes nothing at the moment";

/// A community with Luc in the group `est`, and what he leaked.
struct Scene {
    world: World,
    samir: Arc<Member>,
    luc: Arc<Member>,
    est: OwnedRoomId,
    leaks: Vec<OwnedEventId>,
    /// Where the database is when only Hygie sees it; then a copy is looked at.
    inside: Option<PathBuf>,
}

impl Scene {
    async fn start(database: Database, options: Options) -> Self {
        Self::in_world(World::start(database, &[SMALL], options).await).await
    }

    async fn in_world(world: World) -> Self {
        let scene = Self::with_members(world).await;
        scene.quiet().await;
        scene
    }

    async fn with_members(world: World) -> Self {
        let samir = owner(&world, &["est", "admins"]).await;
        let luc = newcomer(&world, &samir, "luc", &["est"]).await;
        let est = world.room("nord", "est").await;
        Self {
            world,
            samir,
            luc,
            est,
            leaks: Vec::new(),
            inside: None,
        }
    }

    /// Copies the database while Hygie stands still.
    fn copy(&self) {
        let Some(inside) = &self.inside else {
            return;
        };
        let pid = self.world.pid().to_string();
        let signal = |name: &str| {
            let sent = Command::new("kill").args([name, &pid]).status();
            assert!(sent.expect("kill runs").success());
        };
        let copy = self.world.folder().join("copy");
        let _first = std::fs::remove_dir_all(&copy);
        std::fs::create_dir(&copy).expect("target/ is writable");
        signal("-STOP");
        while !stands_still(&pid) {
            std::thread::yield_now();
        }
        for file in ["hygie.db", "hygie.db-wal"] {
            let copied = std::fs::copy(inside.join(file), copy.join(file));
            copied.expect("it is there as long as Hygie runs");
        }
        signal("-CONT");
    }

    async fn count(&self, sql: &str) -> i64 {
        self.copy();
        self.world.sql_count(sql).await
    }

    /// Waits until everything is decided and done.
    async fn quiet(&self) {
        let left = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) \
                    + (SELECT count(*) FROM outbox WHERE state = 'waiting')";
        wait_until("inbox and outbox to be empty", async || {
            (self.count(left).await == 0).then_some(())
        })
        .await;
    }

    async fn leak(&mut self, times: usize) {
        for _ in 0..times {
            self.leaks.push(self.luc.send_text(&self.est, LEAK).await);
        }
    }

    /// Waits until `/health/ready` says this of the store.
    async fn store_says(&self, what: &str) {
        wait_until(&format!("the store to be red with: {what}"), async || {
            let (status, answer) = self.world.ready().await;
            let store = answer["store"].as_str().unwrap_or_default();
            (status == 503 && store.contains(what)).then_some(())
        })
        .await;
    }

    fn told(&self, what: &str) -> usize {
        self.world.log().matches(what).count()
    }

    /// Every leak is taken down exactly once, and nothing waits.
    async fn all_is_done_once(&self) {
        for leak in &self.leaks {
            self.samir.wait_redacted(&self.est, leak).await;
        }
        self.quiet().await;
        let timeline = self.samir.timeline(&self.est).await;
        for leak in &self.leaks {
            let redactions = timeline.iter().filter(|event| {
                event["type"] == "m.room.redaction" && event["content"]["redacts"] == leak.as_str()
            });
            assert_eq!(redactions.count(), 1, "{leak}");
        }
        let dead = "SELECT count(*) FROM outbox WHERE state = 'dead'";
        assert_eq!(self.count(dead).await, 0);
    }
}

/// Whether each thread of a process was stopped: the signal takes a moment.
fn stands_still(pid: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("Hygie runs");
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status"));
        status.is_ok_and(|status| status.contains("State:\tT"))
    })
}

/// A transaction with so many messages of nobody's room, whose ids take some room in the store.
fn transaction(id: &str, count: usize) -> String {
    let padding = "x".repeat(200);
    let event = |number| {
        json!({
            "event_id": format!("${id}-{number}-{padding}"), "room_id": "!elsewhere:hygie.test", "sender": "@who:hygie.test",
            "type": "m.room.message", "origin_server_ts": 1, "content": {"msgtype": "m.text", "body": "bonjour"},
        })
    };
    json!({"events": (0..count).map(event).collect::<Vec<_>>()}).to_string()
}

/// Whether a file system of a few megabytes can be mounted in a namespace of Hygie's own. Says so when tests are skipped.
fn can_mount() -> bool {
    let mount = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"];
    let tried = Command::new("unshare").args(mount).output();
    let can = tried.is_ok_and(|output| output.status.success());
    assert!(
        can || std::env::var_os("CI").is_none(),
        "`unshare -rm mount` fails: let this user make namespaces, CI must not skip it"
    );
    if !can {
        eprintln!("skipped: no mounts in namespaces");
    }
    can
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_says_once_what_to_do() {
    if !can_mount() {
        return;
    }
    let script = "mount -t tmpfs -o size=6m tmpfs db && exec \"$@\"";
    let under = ["unshare", "-rm", "sh", "-c", script, "sh"];
    let options = Options {
        stopped: true,
        under: under.map(str::to_owned).to_vec(),
        env: vec![(
            "HYGIE_STORE__URL".to_owned(),
            "sqlite:db/hygie.db".to_owned(),
        )],
        ..Options::default()
    };
    let mut world = World::start(Database::Sqlite, &[SMALL], options).await;
    std::fs::create_dir(world.folder().join("db")).expect("target/ is writable");
    world.restart().await;
    // The file system is in Hygie's namespace only; SQLite would follow the link back to ours.
    let inside = format!("/proc/{}/root{}/db", world.pid(), world.folder().display());
    let inside = PathBuf::from(inside);
    let copy = format!("sqlite:{}/copy/hygie.db", world.folder().display());
    world.set_database_url(copy);
    let mut scene = Scene::with_members(world).await;
    scene.inside = Some(inside.clone());
    scene.quiet().await;
    scene.leak(2).await;
    scene.all_is_done_once().await;

    // No room is left beside the database, and what it has in stock is soon used up.
    let filler = inside.join("filler");
    let mut file = File::create(&filler).expect("there is room");
    while file.write_all(&[0; 4096]).is_ok() {}
    let token = scene.world.slot.hs_token();
    let mut refused = Vec::new();
    for number in 0..200 {
        let body = transaction(&format!("many{number}"), 100);
        let (status, _) = scene
            .world
            .transaction(&format!("many{number}"), &token, &body)
            .await;
        assert!(status == 200 || status == 503, "{status}");
        if status == 503 {
            refused.push(number);
        }
        if refused.len() == 10 {
            break;
        }
    }
    assert_eq!(refused.len(), 10, "the disk is full");
    scene.store_says("make room on the disk").await;
    scene.leak(3).await;
    assert!(
        (1..=2).contains(&scene.told(TROUBLE)),
        "told once of each: {}",
        scene.told(TROUBLE)
    );

    std::fs::remove_file(&filler).expect("it is there");
    drop(file);
    for number in &refused {
        let body = transaction(&format!("many{number}"), 100);
        let (status, _) = scene
            .world
            .transaction(&format!("many{number}"), &token, &body)
            .await;
        assert_eq!(
            status, 200,
            "the homeserver sends again, and now there is room"
        );
    }
    scene.world.wait_ready(true).await;
    scene.leak(1).await;
    scene.all_is_done_once().await;
    for number in refused {
        let sql = format!(
            "SELECT count(*) FROM inbox WHERE event_id LIKE '$many{number}-%' AND done_at IS NOT NULL"
        );
        assert_eq!(scene.count(&sql).await, 100);
    }
}

on_both! {
    async fn a_database_that_another_keeps_locked_is_waited_for(database) {
        let mut scene = Scene::start(database, Options::default()).await;
        let url = scene.world.database_url().to_owned();
        let token = scene.world.slot.hs_token();
        // Longer than a request waits.
        let mut holder = Holder::take(database, &url).await;
        let (status, _) = scene.world.transaction("locked", &token, &transaction("locked", 1)).await;
        assert_eq!(status, 503);
        scene.store_says("locked").await;
        scene.leak(3).await;
        holder.let_go().await;
        scene.world.wait_ready(true).await;
        scene.all_is_done_once().await;
        assert_eq!(scene.world.transaction("locked", &token, &transaction("locked", 1)).await.0, 200);
        assert_eq!(scene.told("the store takes everything again"), scene.told(TROUBLE));
        assert!((1..=2).contains(&scene.told(TROUBLE)), "told once of each: {}", scene.told(TROUBLE));
    }

    async fn decisions_that_the_store_does_not_take_wait_and_nothing_is_doubled(database) {
        let mut scene = Scene::start(database, Options::default()).await;
        scene.world.sql("ALTER TABLE outbox RENAME TO outbox_away").await;
        scene.leak(3).await;
        wait_until("the decisions to be refused", async || (scene.told(TROUBLE) > 0).then_some(())).await;
        scene.world.wait_ready(false).await;
        let waiting = "SELECT count(*) FROM inbox WHERE done_at IS NULL";
        wait_until("the leaks to be in the inbox", async || (scene.world.sql_count(waiting).await >= 3).then_some(())).await;
        scene.world.sql("ALTER TABLE outbox_away RENAME TO outbox").await;
        scene.world.wait_ready(true).await;
        scene.all_is_done_once().await;
        assert_eq!(scene.told(TROUBLE), 1, "told once, not at each try");
    }

    async fn what_the_store_refuses_for_good_is_set_aside_aloud_and_holds_up_nothing(database) {
        let world = World::start(database, &[LARGE], Options::default()).await;
        let samir = owner(&world, &["est", "ouest", "admins"]).await;
        let luc = newcomer(&world, &samir, "luc", &["est", "ouest"]).await;
        let (est, ouest, admins) = (world.room("nord", "est").await, world.room("nord", "ouest").await, world.room("nord", "admins").await);
        quiet(&world).await;
        world.sql(&match database {
            Database::Sqlite => format!(
                "CREATE TRIGGER poison BEFORE INSERT ON outbox WHEN NEW.kind = 'redact' AND NEW.room_id = '{ouest}' \
                 BEGIN SELECT RAISE(ABORT, 'poison'); END"
            ),
            Database::Postgres => format!(
                "ALTER TABLE outbox ADD CONSTRAINT poison CHECK (NOT (kind = 'redact' AND room_id = '{ouest}')) NOT VALID"
            ),
        })
        .await;
        let mut leaks = vec![luc.send_text(&est, LEAK).await];
        let poison = luc.send_text(&ouest, LEAK).await;
        leaks.push(luc.send_text(&est, LEAK).await);
        for leak in &leaks {
            samir.wait_redacted(&est, leak).await;
        }
        samir.wait_message_in(&admins, |body| body.contains("mis de côté") && body.contains(poison.as_str())).await;
        quiet(&world).await;
        let aside = format!("SELECT count(*) FROM quarantine WHERE event_id = '{poison}' AND error LIKE '%poison%' AND length > 0");
        assert_eq!(world.sql_count(&aside).await, 1);
        let words = "SELECT count(*) FROM inbox WHERE payload IS NOT NULL";
        assert_eq!(world.sql_count(words).await, 0, "no words remain");
        assert_eq!(crate::spine::counted(&world, "hygie_events_quarantined_total", "").await, "1");
        assert!(world.log().contains("cannot be stored; the event is set aside"));
        assert_eq!(world.ready().await.0, 200);
        // The lane goes on, and so does the group.
        let heal = match database {
            Database::Sqlite => "DROP TRIGGER poison",
            Database::Postgres => "ALTER TABLE outbox DROP CONSTRAINT poison",
        };
        world.sql(heal).await;
        let later = luc.send_text(&ouest, LEAK).await;
        samir.wait_redacted(&ouest, &later).await;
    }
}

/// Another program's transaction that keeps Hygie from writing.
enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holder {
    async fn take(database: Database, url: &str) -> Self {
        match database {
            Database::Sqlite => {
                let mut connection = SqliteConnection::connect(url).await.expect("it opens");
                wait_until("the write lock", async || {
                    connection.execute("BEGIN IMMEDIATE").await.ok()
                })
                .await;
                Self::Sqlite(connection)
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(url).await.expect("it opens");
                let lock = AssertSqlSafe("BEGIN; LOCK TABLE inbox IN EXCLUSIVE MODE".to_owned());
                connection.execute(lock).await.expect("it locks");
                Self::Postgres(connection)
            }
        }
    }

    async fn let_go(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.execute("ROLLBACK").await.map(drop),
            Self::Postgres(connection) => connection.execute("ROLLBACK").await.map(drop),
        }
        .expect("it lets go");
    }
}

#[tokio::test]
async fn postgres_may_turn_read_only_freeze_stop_and_crash_and_nothing_is_lost() {
    if !postgres::available() {
        return;
    }
    let options = Options {
        own_postgres: true,
        ..Options::default()
    };
    let mut scene = Scene::start(Database::Postgres, options).await;

    // It refuses to write.
    read_only(&scene, "on").await;
    scene.leak(2).await;
    scene.store_says("default_transaction_read_only").await;
    read_only(&scene, "off").await;
    scene.world.wait_ready(true).await;
    scene.all_is_done_once().await;

    // It freezes: the same process goes on when it thaws.
    scene.leak(1).await;
    scene.world.postgres().freeze();
    scene.leak(2).await;
    scene.store_says("does not answer").await;
    scene.world.postgres().thaw();
    scene.world.wait_ready(true).await;
    scene.all_is_done_once().await;

    // It stops, or crashes, and the lock is lost with it: Hygie ends, and is started again as systemd does.
    for (round, how) in [Signal::Interrupt, Signal::Quit].into_iter().enumerate() {
        scene.leak(1).await;
        scene.world.postgres().stop(how).await;
        scene.leak(2).await;
        assert_eq!(scene.world.wait_ended().await, 1, "{how:?}");
        assert_eq!(
            scene.told("the lock on the database was lost"),
            round + 1,
            "{how:?}"
        );
        scene.world.postgres().start_again().await;
        scene.leak(1).await;
        scene.world.restart().await;
        scene.all_is_done_once().await;
    }
}

async fn read_only(scene: &Scene, value: &str) {
    let url = scene.world.database_url();
    let mut connection = PgConnection::connect(url).await.expect("it answers");
    for sql in [
        "SET default_transaction_read_only = off".to_owned(),
        format!("ALTER SYSTEM SET default_transaction_read_only = {value}"),
        "SELECT pg_reload_conf()".to_owned(),
    ] {
        connection
            .execute(AssertSqlSafe(sql))
            .await
            .expect("the superuser may");
    }
    wait_until("the setting to be in force", async || {
        let mut fresh = PgConnection::connect(url).await.ok()?;
        let now: String = sqlx::query_scalar("SHOW default_transaction_read_only")
            .fetch_one(&mut fresh)
            .await
            .ok()?;
        (now == value).then_some(())
    })
    .await;
}

#[tokio::test]
async fn who_loses_the_lock_ends_before_another_takes_over() {
    if !postgres::available() {
        return;
    }
    let mut scene = Scene::start(Database::Postgres, Options::default()).await;
    let standby = scene.world.second();
    wait_until("the second to stand by", async || {
        (scene.told("standing by to take over") == 1).then_some(())
    })
    .await;
    scene.leak(2).await;
    let holder = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database \
                  WHERE locktype = 'advisory' AND granted AND datname = current_database()";
    scene.world.sql(holder).await;
    assert_eq!(scene.world.wait_ended().await, 1);
    scene.world.wait_ready(true).await;
    scene.leak(2).await;
    scene.all_is_done_once().await;
    let log = scene.world.log();
    let lost = log
        .find("the lock on the database was lost")
        .expect("it says so");
    let took_over = log.rfind("hygie is listening").expect("the second listens");
    assert!(lost < took_over, "one after the other");
    assert_eq!(standby.ended(), None);
    standby.signal(Signal::Terminate);
    assert_eq!(standby.wait("the second").await, 0);
}
