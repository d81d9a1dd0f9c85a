//! The communities of a real Synapse whose rosters are taken over. Hygie makes their rooms; each is filled once.

use std::{
    cell::Cell,
    fmt::Write as _,
    fs,
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use hygie_servers::{
    postgres,
    process::{reserve_port, temporary_folder},
    synapse::{Slot, Synapse},
};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, spawn_local};

use super::{
    Sent,
    gate::Gate,
    members::{Member, Watcher},
    people::{People, alias, full},
    rooms::{QUIET, community, local, write_files},
};
use crate::{
    feed::{Chance, leak_text},
    program::Program,
};

/// The groups into which everybody is invited, besides the space.
const GROUPS: usize = 3;
/// To how many rooms everybody is invited.
pub(super) const ROOMS: usize = GROUPS + 1;
/// How many invitations the plain loop has under way: as many requests as Hygie, by default.
const AT_ONCE: usize = 8;
/// How often it is looked whether the bot has shown its card.
const LOOK: Duration = Duration::from_millis(100);

/// Everything that turns need.
pub(super) struct Communities {
    slot: Slot,
    gate: Gate,
    hygie: Program,
    owner: Member,
    senders: Vec<Member>,
    watcher: Watcher,
    /// The bot, as the plain loop invites: with its token and through the same gate.
    inviter: Member,
    roster: Vec<String>,
    sent: usize,
    folder: PathBuf,
    _synapse: Synapse,
}

/// One community.
pub(super) struct Community {
    /// The space, then the groups.
    rooms: Vec<String>,
    admins: String,
}

impl Drop for Communities {
    fn drop(&mut self) {
        if std::env::var_os("HYGIE_TEST_KEEP").is_none() {
            let _gone = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Communities {
    /// Starts everything, registers who will be on the roster, and has Hygie make so many communities.
    pub(super) async fn set(people: usize, communities: usize) -> (Self, Vec<Community>) {
        let database = postgres::create_durable_database().await;
        let synapse = Synapse::own_on_postgres(1, &database).await;
        let slot = synapse.take_slot();
        let everybody = People::register(&synapse).await;
        let roster: Vec<String> = (0..people)
            .map(|number| format!("listed{number}"))
            .collect();
        for name in &roster {
            synapse.register(name, "a password that nobody uses").await;
        }
        let folder = temporary_folder("load-synapse");
        let (port, reserved) = reserve_port();
        let gate = Gate::start(slot.port, &local(port), &synapse.url()).await;
        drop(reserved);
        let ids: Vec<String> = (0..communities)
            .map(|number| format!("c{number}"))
            .collect();
        let files: Vec<Value> = ids.iter().map(|id| community(id, &groups(), &[])).collect();
        write_files(&folder, port, &slot, gate.url(), &files);
        let hygie = Program::hygie(&folder, port);
        hygie.ready().await;
        let mut made = Vec::new();
        for id in &ids {
            let rooms = everybody.join(&slot, id, GROUPS).await;
            let admins = everybody.owner.join(&alias(&slot, id, "_admins")).await;
            made.push(Community { rooms, admins });
        }
        tokio::time::sleep(QUIET).await;
        let inviter = Member::of_appservice(gate.url(), &slot.as_token(), &full(&slot.bot));
        let set = Self {
            slot,
            gate,
            hygie,
            owner: everybody.owner,
            senders: everybody.senders,
            watcher: Watcher::start(everybody.watcher).await,
            inviter,
            roster: roster.iter().map(|name| full(name)).collect(),
            sent: 0,
            folder,
            _synapse: synapse,
        };
        (set, made)
    }

    /// From now on Hygie hears of events, or does not.
    pub(super) fn hears(&self, hears: bool) {
        self.gate.open(hears);
    }

    /// How many are on the roster.
    pub(super) fn people(&self) -> usize {
        self.roster.len()
    }

    /// An admin attaches the roster and asks for it to be taken over; the card that Hygie shows.
    pub(super) async fn propose(&mut self, community: &Community) -> String {
        let mut text = "mxid\n".to_owned();
        for user in &self.roster {
            let _ = writeln!(text, "{user}");
        }
        let url = self.owner.upload(&text).await;
        let file = json!({"msgtype": "m.file", "body": "liste.csv", "url": url});
        let (admins, transaction) = (&community.admins, self.next_transaction());
        let file = self
            .owner
            .send_event(admins, "m.room.message", &transaction, &file);
        let file = file.await;
        let (line, transaction) = (
            format!("!{} roster import", self.slot.bot),
            self.next_transaction(),
        );
        self.owner.send(admins, &transaction, &line).await;
        loop {
            tokio::time::sleep(LOOK).await;
            let last = self.owner.last_events(admins).await;
            let since = last.iter().take_while(|event| event["event_id"] != *file);
            let relations = since.map(|event| &event["content"]["m.relates_to"]);
            let mut answers = relations.filter(|relation| relation["key"] == "✅");
            if let Some(card) = answers.find_map(|relation| relation["event_id"].as_str()) {
                return card.to_owned();
            }
        }
    }

    /// The admin says yes to the card.
    pub(super) async fn agree(&mut self, community: &Community, card: &str) {
        let relation = json!({"rel_type": "m.annotation", "event_id": card, "key": "✅"});
        let (content, transaction) = (json!({"m.relates_to": relation}), self.next_transaction());
        self.owner
            .send_event(&community.admins, "m.reaction", &transaction, &content)
            .await;
    }

    /// Invites everybody to all rooms in a plain loop, so many at a time, as the bot.
    pub(super) fn invite_plainly(&self, community: &Community) {
        let next = Rc::new(Cell::new(0));
        for _ in 0..AT_ONCE {
            let (next, inviter) = (Rc::clone(&next), self.inviter.clone());
            let (rooms, roster) = (community.rooms.clone(), self.roster.clone());
            spawn_local(async move {
                loop {
                    let number = next.replace(next.get() + 1);
                    let Some(user) = roster.get(number / ROOMS) else {
                        return;
                    };
                    inviter.invite(&rooms[number % ROOMS], user).await;
                }
            });
        }
    }

    /// How many invitations were accepted since a moment, and when the last of them was.
    pub(super) fn invitations(&self, since: Instant) -> (usize, Option<Instant>) {
        self.gate.invitations(since)
    }

    /// How many of the roster are not invited where they should be, as a member sees it.
    pub(super) async fn missing(&self, community: &Community) -> usize {
        let mut missing = 0;
        for room in &community.rooms {
            let invited = self.senders[0].invited(room).await;
            let is_there = |user: &&String| invited.contains(user);
            missing += self.people() - self.roster.iter().filter(is_there).count();
        }
        missing
    }

    /// Somebody leaks in one of the groups; nobody waits for the answer.
    pub(super) fn leak(&mut self, community: &Community, chance: &mut Chance) -> JoinHandle<Sent> {
        let member = self.senders[chance.below(self.senders.len())].clone();
        let room = community.rooms[1 + chance.below(GROUPS)].clone();
        let (transaction, text) = (self.next_transaction(), leak_text(self.sent));
        spawn_local(async move {
            let at = Instant::now();
            let event = member.send(&room, &transaction, &text).await;
            Sent { event, at }
        })
    }

    /// Everybody who writes leaks once, so that each has a direct room with Hygie before anything is measured.
    pub(super) async fn warm_up(&mut self, community: &Community) {
        for member in self.senders.clone() {
            let transaction = self.next_transaction();
            let text = leak_text(self.sent);
            member.send(&community.rooms[1], &transaction, &text).await;
            tokio::time::sleep(QUIET).await;
        }
    }

    /// When the watcher saw this event taken down; `None` when it did not for so long.
    pub(super) async fn wait_redacted(&self, event: &str, patience: Duration) -> Option<Instant> {
        self.watcher.wait_redacted(event, patience).await
    }

    /// How many redactions of an event there were.
    pub(super) fn redactions(&self, event: &str) -> usize {
        self.watcher.redactions(event)
    }

    /// How long Hygie took for this event, in milliseconds.
    pub(super) fn share_of(&self, event: &str) -> Option<f64> {
        self.gate.share_of(event)
    }

    /// The most memory that Hygie has used, in MiB.
    pub(super) fn memory(&self) -> f64 {
        self.hygie.memory().1
    }

    /// The CPU time that Hygie has used so far, in seconds.
    pub(super) fn cpu(&self) -> f64 {
        self.hygie.usage().cpu_s
    }

    fn next_transaction(&mut self) -> String {
        self.sent += 1;
        format!("t{}", self.sent)
    }
}

fn groups() -> Vec<Value> {
    let groups = (0..GROUPS).map(|group| {
        json!({
            "id": format!("g{group}"), "name": format!("Secteur {group}"), "kind": "discussion", "audience": "everybody",
        })
    });
    groups.collect()
}
