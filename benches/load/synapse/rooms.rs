//! The rooms of a real Synapse that both programs look after, made by Hygie from a community file; the baseline is one of the
//! community's moderators.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use hygie_servers::{
    postgres,
    process::{reserve_port, temporary_folder},
    synapse::{SERVER_NAME, Slot, Synapse},
};
use reqwest::Method;
use serde_json::json;

use super::{
    gate::Gate,
    members::{Member, Watcher},
};
use crate::{
    feed::Chance,
    program::{Program, Role},
};

const PASSWORD: &str = "a password of the load harness";
/// How many rooms people write in, and how many people write.
const GROUPS: usize = 10;
const SENDERS: usize = 8;
/// How long nothing may be under way before the next turn.
const QUIET: Duration = Duration::from_secs(2);

/// Everything that turns need.
pub(super) struct Rooms {
    hygie_gate: Gate,
    bare_gate: Gate,
    hygie: Program,
    _bare: Program,
    senders: Vec<Member>,
    written_in: Vec<String>,
    watcher: Watcher,
    turn: Role,
    sent: usize,
    folder: PathBuf,
    _synapse: Synapse,
}

impl Drop for Rooms {
    fn drop(&mut self) {
        if std::env::var_os("HYGIE_TEST_KEEP").is_none() {
            let _gone = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Rooms {
    /// Starts everything, and has Hygie make the rooms and people join them.
    pub(super) async fn set() -> Self {
        let database = postgres::create_durable_database().await;
        let synapse = Synapse::own_on_postgres(2, &database).await;
        let (slot, bare_slot) = (synapse.take_slot(), synapse.take_slot());
        let url = synapse.url();
        for name in ["owner".to_owned(), "watcher".to_owned()]
            .into_iter()
            .chain((0..SENDERS).map(sender))
        {
            synapse.register(&name, PASSWORD).await;
        }
        let folder = temporary_folder("load-synapse");
        let (port, one) = reserve_port();
        let (bare_port, other) = reserve_port();
        let hygie_gate = Gate::start(slot.port, &local(port), &url).await;
        let bare_gate = Gate::start(bare_slot.port, &local(bare_port), &url).await;
        drop((one, other));
        write_files(&folder, port, &slot, &bare_slot, hygie_gate.url());
        let hygie = Program::hygie(&folder, port);
        hygie.ready().await;
        let bare = start_bare(&folder, bare_port, &bare_slot, bare_gate.url());
        bare.ready().await;

        let owner = Member::log_in(&url, "owner", PASSWORD).await;
        let space = owner.join(&alias(&slot, "")).await;
        let bare_bot = bare_bot(&url, &bare_slot).await;
        bare_bot.join(&space).await;
        let watcher = Member::log_in(&url, "watcher", PASSWORD).await;
        let mut senders = Vec::new();
        for number in 0..SENDERS {
            senders.push(Member::log_in(&url, &sender(number), PASSWORD).await);
        }
        for (number, member) in senders.iter().enumerate() {
            owner.invite(&space, &full(&sender(number))).await;
            member.join(&space).await;
        }
        owner.invite(&space, &full("watcher")).await;
        watcher.join(&space).await;
        let mut rooms = Vec::new();
        for group in 0..GROUPS {
            let room = watcher.join(&alias(&slot, &format!("_g{group}"))).await;
            bare_bot.join(&room).await;
            for member in &senders {
                member.join(&room).await;
            }
            rooms.push(room);
        }
        tokio::time::sleep(QUIET).await;
        Self {
            hygie_gate,
            bare_gate,
            hygie,
            _bare: bare,
            senders,
            written_in: rooms,
            watcher: Watcher::start(watcher).await,
            turn: Role::Bare,
            sent: 0,
            folder,
            _synapse: synapse,
        }
    }

    /// From now on this program hears of events and the other does not.
    pub(super) fn turn_of(&mut self, role: Role) {
        self.turn = role;
        self.hygie_gate.open(role == Role::Hygie);
        self.bare_gate.open(role == Role::Bare);
    }

    /// Who sends next, where, and with which transaction id.
    pub(super) fn next_sender(&mut self, chance: &mut Chance) -> (Member, String, String) {
        self.sent += 1;
        let member = self.senders[chance.below(self.senders.len())].clone();
        let room = self.written_in[chance.below(self.written_in.len())].clone();
        (member, room, format!("t{}", self.sent))
    }

    /// When the watcher saw this event taken down; `None` when it did not for so long.
    pub(super) async fn wait_redacted(&self, event: &str, patience: Duration) -> Option<Instant> {
        let start = Instant::now();
        loop {
            if let Some(at) = self.watcher.redacted(event) {
                return Some(at);
            }
            if start.elapsed() > patience {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets what follows a redaction (explanations, notices) end.
    pub(super) async fn quiet(&self) {
        tokio::time::sleep(QUIET).await;
    }

    /// How many redactions of an event there were.
    pub(super) fn redactions(&self, event: &str) -> usize {
        self.watcher.redactions(event)
    }

    /// How long the program whose turn it is took for this event, in milliseconds.
    pub(super) fn share_of(&self, event: &str) -> Option<f64> {
        match self.turn {
            Role::Hygie => self.hygie_gate.share_of(event),
            Role::Bare => self.bare_gate.share_of(event),
        }
    }

    /// The most memory that Hygie has used, in MiB.
    pub(super) fn memory(&self) -> f64 {
        self.hygie.memory().1
    }
}

fn start_bare(folder: &std::path::Path, port: u16, slot: &Slot, homeserver: &str) -> Program {
    let tokens = [slot.as_token(), slot.hs_token()];
    let folder = folder.join("bare");
    fs::create_dir_all(&folder).expect("target/ is writable");
    Program::bare_with(
        &folder,
        port,
        homeserver,
        &full(&slot.bot),
        [&tokens[0], &tokens[1]],
    )
}

/// The baseline's user, registered.
async fn bare_bot(base: &str, slot: &Slot) -> Member {
    let appservice = Member::of_appservice(base, &slot.as_token(), &full(&slot.bot));
    let body = json!({
        "type": "m.login.application_service", "username": slot.bot, "inhibit_login": true,
    });
    let (status, answer) = appservice.call(Method::POST, "register", &body).await;
    assert_eq!(status, 200, "{answer}");
    appservice
}

fn write_files(
    folder: &std::path::Path,
    port: u16,
    slot: &Slot,
    bare_slot: &Slot,
    homeserver: &str,
) {
    let groups: Vec<_> = (0..GROUPS)
        .map(|group| json!({"id": format!("g{group}"), "name": format!("Secteur {group}"), "kind": "discussion"}))
        .collect();
    let community = json!({
        "id": "bench", "name": "Programme", "purpose": "Relier les agents de santé", "locale": "fr",
        "timezone": "Europe/Paris", "owners": [full("owner")], "moderators": [full(&bare_slot.bot)],
        "max_takedowns_per_hour": u32::MAX,
        "code_of_conduct": {"version": 1, "text": "Respecter les autres."}, "groups": groups,
    });
    let configuration = format!(
        "homeserver: {{url: \"{homeserver}\", server_name: {SERVER_NAME}}}\n\
         appservice: {{listen: \"127.0.0.1:{port}\", url: \"{url}\", registration: registration.yaml, bot: {bot}}}\n\
         store: {{url: \"sqlite:{database}\"}}\n\
         log: {{level: warn}}\n",
        url = slot.url(),
        bot = slot.bot,
        database = folder.join("hygie.db").display(),
    );
    fs::create_dir_all(folder.join("communities")).expect("target/ is writable");
    for (name, text) in [
        ("hygie.yaml", configuration),
        ("registration.yaml", slot.registration(SERVER_NAME)),
        ("communities/bench.yaml", community.to_string()),
    ] {
        fs::write(folder.join(name), text).expect("target/ is writable");
    }
}

fn alias(slot: &Slot, group: &str) -> String {
    format!("#_{}_bench{group}:{SERVER_NAME}", slot.bot)
}

fn sender(number: usize) -> String {
    format!("sender{number}")
}

fn full(localpart: &str) -> String {
    format!("@{localpart}:{SERVER_NAME}")
}

fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
