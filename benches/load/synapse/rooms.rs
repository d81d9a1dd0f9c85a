//! The rooms of a real Synapse that both programs look after, made by Hygie from a community file; the baseline is one of the
//! community's moderators.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use hygie_servers::{
    postgres,
    process::{reserve_port, temporary_folder},
    synapse::{SERVER_NAME, Slot, Synapse},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    gate::Gate,
    members::{Member, Watcher},
    people::{self, People, full},
};
use crate::{
    feed::Chance,
    program::{Program, Role},
};

/// How many rooms people write in.
const GROUPS: usize = 10;
/// How long nothing may be under way before the next turn.
pub(super) const QUIET: Duration = Duration::from_secs(2);

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
        let people = People::register(&synapse).await;
        let folder = temporary_folder("load-synapse");
        let (port, one) = reserve_port();
        let (bare_port, other) = reserve_port();
        let hygie_gate = Gate::start(slot.port, &local(port), &url).await;
        let bare_gate = Gate::start(bare_slot.port, &local(bare_port), &url).await;
        drop((one, other));
        let community = community("bench", &groups(), &[full(&bare_slot.bot)]);
        write_files(&folder, port, &slot, hygie_gate.url(), &[community]);
        let hygie = Program::hygie(&folder, port);
        hygie.ready().await;
        let bare = start_bare(&folder, bare_port, &bare_slot, bare_gate.url());
        bare.ready().await;

        let rooms = people.join(&slot, "bench", GROUPS).await;
        let bare_bot = bare_bot(&url, &bare_slot).await;
        for room in &rooms {
            bare_bot.join(room).await;
        }
        tokio::time::sleep(QUIET).await;
        Self {
            hygie_gate,
            bare_gate,
            hygie,
            _bare: bare,
            senders: people.senders,
            written_in: rooms[1..].to_vec(),
            watcher: Watcher::start(people.watcher).await,
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
        self.watcher.wait_redacted(event, patience).await
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

fn start_bare(folder: &Path, port: u16, slot: &Slot, homeserver: &str) -> Program {
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

fn groups() -> Vec<Value> {
    let groups = (0..GROUPS)
        .map(|group| json!({"id": format!("g{group}"), "name": format!("Secteur {group}"), "kind": "discussion"}));
    groups.collect()
}

/// The file of a community.
pub(super) fn community(id: &str, groups: &[Value], moderators: &[String]) -> Value {
    json!({
        "id": id, "name": "Programme", "purpose": "Relier les agents de santé", "locale": "fr",
        "timezone": "Europe/Paris", "owners": [people::owner()], "moderators": moderators,
        "max_takedowns_per_hour": u32::MAX,
        "pace": {"flood": {"messages": 0}, "repeats": {"groups": 0}}, "sanctions": {"ladder": []},
        "code_of_conduct": {"version": 1, "text": "Respecter les autres."}, "groups": groups,
    })
}

/// Writes Hygie's configuration, registration and community files.
pub(super) fn write_files(
    folder: &Path,
    port: u16,
    slot: &Slot,
    homeserver: &str,
    communities: &[Value],
) {
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
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).expect("target/ is writable");
    };
    write("hygie.yaml", &configuration);
    write("registration.yaml", &slot.registration(SERVER_NAME));
    for community in communities {
        let id = community["id"].as_str().expect("an id");
        write(&format!("communities/{id}.yaml"), &community.to_string());
    }
}

/// A URL of this machine.
pub(super) fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
