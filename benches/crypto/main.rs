//! What encryption costs: the first message in a group of so many devices, whose key goes to each of them, and the next ones; and what
//! members' messages wait for meanwhile.
//!
//! `cargo bench --bench crypto [-- DEVICES…]`. The devices are `OlmMachine`s of `matrix-sdk-crypto` in this process; Hygie's side is the
//! one that ships, with its store on the disk, over HTTP to the strict homeserver, which has threads of its own. One of the devices
//! decrypts what was sent, so what is measured is known to work.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use hygie::{
    clock::SystemClock,
    community::snapshot::{OperatorCard, Snapshot},
    crypto::{Crypto, Folder, Opened, Patience, Publishing},
    matrix::Connection,
    shared::Shared,
    store::Store,
    telemetry::Metrics,
};
use hygie_servers::{
    appservice::Appservice, device::Device, process::temporary_folder,
    strict_homeserver::StrictHomeserver,
};
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::{Value, json};

const BOT: &str = "@hygie:bench";
const MESSAGE: &str = "m.room.message";
/// How many messages after the first.
const NEXT: usize = 50;

fn main() {
    // `cargo bench` and `cargo test` pass flags of their own.
    let devices: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let is_test = !std::env::args().any(|it| it == "--bench");
    let devices = match (devices.is_empty(), is_test) {
        (false, _) => devices,
        (true, true) => vec![3],
        (true, false) => vec![2, 200, 1000],
    };
    let servers = runtime(1);
    // As `hygie serve` on a machine with two cores.
    let hygie = runtime(1);
    println!(
        "devices  first ms  requests  more MiB  next p50 ms  p95  read alone p50 ms  p95  meanwhile p50  p95  max  store KiB"
    );
    for count in devices {
        hygie.block_on(async {
            let row = hygie.spawn(measure(count, servers.handle().clone()));
            println!("{}", row.await.expect("it is measured"));
        });
    }
}

fn runtime(threads: usize) -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(threads).enable_all().build();
    runtime.expect("a runtime starts")
}

/// A group, and who is there.
struct Group {
    homeserver: StrictHomeserver,
    room: OwnedRoomId,
    people: BTreeSet<OwnedUserId>,
    devices: Vec<Device>,
}

impl Group {
    async fn new(count: usize) -> Self {
        let appservice = Appservice {
            url: String::new(),
            hs_token: String::new(),
            bot: BOT.to_owned(),
        };
        let homeserver = StrictHomeserver::start("bench", "token", appservice).await;
        homeserver.hold_pushes(true);
        let room = homeserver.open_direct("@member0:bench", BOT, true);
        homeserver
            .change_member(&room, BOT, BOT, "join")
            .expect("it was invited");
        let mut people = BTreeSet::from([BOT.try_into().expect("an id")]);
        let mut devices = Vec::new();
        for number in 0..count {
            let name = format!("@member{number}:bench");
            if number > 0 {
                let invited = homeserver.change_member(&room, "@member0:bench", &name, "invite");
                let joined = homeserver.change_member(&room, &name, &name, "join");
                invited.and(joined).expect("who made the room may invite");
            }
            let user = OwnedUserId::try_from(name).expect("an id");
            devices.push(Device::new(&user, "PHONE", homeserver.keys()).await);
            people.insert(user);
        }
        let room = room.try_into().expect("an id");
        Self {
            homeserver,
            room,
            people,
            devices,
        }
    }

    fn event(&self, sender: &str, content: &Value) -> Value {
        json!({
            "type": "m.room.encrypted", "event_id": "$event", "sender": sender, "room_id": self.room,
            "origin_server_ts": 1, "content": content,
        })
    }

    /// What a member writes, as Hygie gets it.
    async fn written_by_member(&self) -> String {
        let words = json!({"msgtype": "m.text", "body": "C'est noté pour mardi, merci."});
        let sealed = self.devices[0]
            .encrypt(&self.room, &self.people, MESSAGE, &words)
            .await;
        self.event("@member0:bench", &sealed).to_string()
    }
}

async fn measure(count: usize, servers: tokio::runtime::Handle) -> String {
    let folder = temporary_folder("bench-crypto");
    let group = servers
        .spawn(Group::new(count))
        .await
        .expect("the group exists");
    let crypto = start(&folder, &group.homeserver).await;
    let from_member = group.written_by_member().await;
    let brought = crypto.bring_keys(&mut None).await;
    assert_eq!(
        brought.expect("the homeserver answers").len(),
        1,
        "the key comes"
    );
    let room = &group.room;
    let words = json!({"msgtype": "m.notice", "body": "La tournée de demain commence à 8 h 30."});
    let mut alone = Vec::new();
    for _ in 0..NEXT {
        alone.push(read(&crypto, room, &from_member).await);
    }

    let before = group.homeserver.keys().requests();
    let resting = memory("VmRSS:");
    fs::write("/proc/self/clear_refs", "5").expect("Linux forgets the peak");
    let begun = Instant::now();
    let (sealing, to, said) = (crypto.clone(), room.clone(), words.clone());
    let sealing = tokio::spawn(async move { sealing.seal(&to, MESSAGE, &said).await });
    let mut meanwhile = Vec::new();
    while !sealing.is_finished() {
        meanwhile.push(read(&crypto, room, &from_member).await);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let first = sealing.await.expect("no panic").expect("it is sealed");
    let first = first.expect("the room is encrypted");
    let first_took = begun.elapsed();
    let requests = group.homeserver.keys().requests() - before;
    let more = memory("VmHWM:") - resting;
    let last = group.devices.last().expect("there is one");
    last.sync().await;
    let shown = last.decrypt(room, &group.event(BOT, &first)).await;
    assert_eq!(
        shown.expect("it has the key")["body"],
        words["body"],
        "a device reads it"
    );

    let mut next = Vec::new();
    for _ in 0..NEXT {
        let begun = Instant::now();
        crypto
            .seal(room, MESSAGE, &words)
            .await
            .expect("it is sealed");
        next.push(begun.elapsed());
    }
    let size = size_of(&folder.join("crypto")) / 1024;
    let _gone = fs::remove_dir_all(&folder);
    format!(
        "{count:>7}  {:>8.0}  {requests:>8}  {more:>8.1}  {:>11.2}  {:>4.2}  {:>17.2}  {:>4.2}  {:>13.2}  {:>4.2}  {:>4.1}  {size:>9}",
        millis(first_took),
        millis(quantile(&mut next, 0.5)),
        millis(quantile(&mut next, 0.95)),
        millis(quantile(&mut alone, 0.5)),
        millis(quantile(&mut alone, 0.95)),
        millis(quantile(&mut meanwhile, 0.5)),
        millis(quantile(&mut meanwhile, 0.95)),
        millis(quantile(&mut meanwhile, 1.0)),
    )
}

async fn read(crypto: &Crypto, room: &OwnedRoomId, event: &str) -> Duration {
    let begun = Instant::now();
    let opened = crypto.open(room, event).await;
    assert!(matches!(opened, Opened::Clear(_)), "{opened:?}");
    begun.elapsed()
}

async fn start(folder: &Path, homeserver: &StrictHomeserver) -> Crypto {
    let (bot, device) = (OwnedUserId::try_from(BOT).expect("an id"), "BENCH".into());
    let keys = Folder::new(&folder.join("crypto"), &folder.join("crypto.key"));
    let made = keys.create(&bot, device, Publishing::default()).await;
    made.expect("the folder is made");
    let url = format!("sqlite:{}", folder.join("hygie.db").display());
    let store = Store::open_shared(&url).await.expect("SQLite opens");
    let snapshot = Snapshot::new(bot.clone(), OperatorCard::default(), [7; 32], Vec::new());
    let clock = Arc::new(SystemClock);
    let shared = Shared::new(store, clock, Metrics::default(), snapshot);
    let base = homeserver.url().parse().expect("a URL");
    let connection = Connection::new(base, "token".to_owned(), bot, device.into());
    let connection = connection.expect("TLS can be set up");
    let open = keys.open().await.expect("it opens").expect("it is there");
    let patience = Patience {
        tell_after: Duration::from_mins(2),
        wait_for_key: Duration::from_hours(24),
        keep_keys: Duration::from_hours(24 * 90),
    };
    let crypto = Crypto::with_keys(open, &connection, &Arc::new(shared), patience).await;
    let crypto = crypto.expect("the machine starts");
    crypto.make_public().await.expect("the keys are published");
    crypto
}

fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index of a short list"
    )]
    let index = ((times.len() - 1) as f64 * share).round() as usize;
    times[index]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A field of `/proc/self/status`, in MiB.
fn memory(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn size_of(folder: &Path) -> u64 {
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    let sizes = files.iter().filter_map(|file| file.metadata().ok());
    sizes.map(|meta| meta.len()).sum()
}
