//! The stage: where the scene plays, who is on it, what is told of it and what is measured.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use hygie::{
    community::definition::{Definition, Group},
    config::yaml,
};
use hygie_tests::{members::Member, wait::wait_until};
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomAliasId, RoomId};
use serde::Deserialize;
use serde_json::Value;

use super::cast::{CAST, person};

/// What is being shown; named when it fails.
static STEP: Mutex<String> = Mutex::new(String::new());

/// What `deploy/demo` tells this program.
#[derive(Debug, Deserialize)]
pub struct Setting {
    /// Where Synapse is reached.
    pub homeserver_url: String,
    /// What stands after the colon of every id.
    pub server_name: String,
    /// Where Hygie is reached.
    pub hygie_url: String,
    /// The localpart of the bot.
    pub bot: String,
    /// The file that declares the community.
    pub community_file: PathBuf,
    /// With it accounts can be made.
    pub registration_shared_secret: String,
    /// The password of every account.
    pub password: String,
    /// `yes` where Synapse asks Hygie before it delivers.
    #[serde(default)]
    pub guard: String,
    /// The process ids for `demo.json`.
    #[serde(default)]
    pub pids: Value,
}

impl Setting {
    /// Reads it from `file`.
    pub fn read(file: &Path) -> Self {
        let text =
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// Whether Synapse asks Hygie before it delivers.
    pub fn is_guarded(&self) -> bool {
        !self.guard.is_empty()
    }
}

/// Makes every failure print the step that it happened in, and end the program with code 1.
pub fn report_failures_by_step() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic
            .payload_as_str()
            .unwrap_or("something went wrong without a word");
        println!("\nFAILED: {}\n        {message}", lock(&STEP));
        std::process::exit(1);
    }));
}

/// A group of the community and its room.
#[derive(Debug)]
pub struct Place {
    /// As the file declares it.
    pub group: Group,
    /// Its room.
    pub room: OwnedRoomId,
}

/// The stage.
#[derive(Debug)]
pub struct Stage {
    /// Where it stands.
    pub setting: Setting,
    /// The community as its file declares it.
    pub community: Definition,
    /// The bot's Matrix id.
    pub bot: OwnedUserId,
    /// The community's space, once the owner has entered it.
    pub space: Option<OwnedRoomId>,
    /// The groups, once the owner has seen them.
    pub places: Vec<Place>,
    /// What was measured, in the order of the table.
    pub measures: Mutex<Vec<(&'static str, Vec<Duration>)>>,
    members: BTreeMap<&'static str, Member>,
    began: Instant,
}

impl Stage {
    /// Lets everybody log in.
    pub async fn enter(setting: Setting) -> Self {
        let began = Instant::now();
        let text = fs::read_to_string(&setting.community_file)
            .unwrap_or_else(|error| panic!("{}: {error}", setting.community_file.display()));
        let community = yaml::parse(&setting.community_file, &text)
            .unwrap_or_else(|problem| panic!("{problem}"));
        let bot = format!("@{}:{}", setting.bot, setting.server_name);
        let mut stage = Self {
            bot: bot.try_into().expect("a Matrix id"),
            community,
            space: None,
            places: Vec::new(),
            measures: Mutex::default(),
            members: BTreeMap::new(),
            began,
            setting,
        };
        stage.act("Nine people log in (matrix-sdk, the engine of Element X)");
        let logins = CAST.iter().map(|person| stage.log_in(person.name));
        let members = join_all(logins).await;
        stage.members = CAST.iter().map(|person| person.name).zip(members).collect();
        stage.seen("everybody is logged in and syncs");
        stage
    }

    async fn log_in(&self, name: &'static str) -> Member {
        let Setting {
            homeserver_url,
            password,
            ..
        } = &self.setting;
        let member = Member::log_in(homeserver_url, name, password).await;
        member.set_displayname(person(name).display_name).await;
        member
    }

    /// The client of a person of the cast.
    pub fn who(&self, name: &str) -> &Member {
        let member = self.members.get(name);
        member.unwrap_or_else(|| panic!("{name} is not in the cast"))
    }

    /// The space's room.
    pub fn space(&self) -> &RoomId {
        self.space.as_deref().expect("the owner enters it first")
    }

    /// The room of a group.
    pub fn room(&self, id: &str) -> &RoomId {
        &self.place(id).room
    }

    /// The name of a group, as the file declares it.
    pub fn name_of(&self, id: &str) -> &str {
        &self.place(id).group.name
    }

    /// The groups that get copies of announcements.
    pub fn relayed(&self) -> impl Iterator<Item = &Place> {
        let own = |place: &&Place| !place.group.kind.always_exists();
        self.places.iter().filter(own)
    }

    fn place(&self, id: &str) -> &Place {
        let found = self
            .places
            .iter()
            .find(|place| place.group.id.as_str() == id);
        found.unwrap_or_else(|| panic!("the community has no group {id}"))
    }

    /// The room of `#_hygie_COMMUNITY[_GROUP]`, once it exists, as `name` sees it.
    pub async fn resolve(&self, name: &str, group: Option<&str>) -> OwnedRoomId {
        let Setting {
            bot, server_name, ..
        } = &self.setting;
        let tail = group.map(|group| format!("_{group}")).unwrap_or_default();
        let alias = format!("#_{bot}_{}{tail}:{server_name}", self.community.id);
        let alias = RoomAliasId::parse(alias).expect("an alias");
        let client = self.who(name).client();
        wait_until(&format!("{alias} to exist"), async || {
            Some(client.resolve_room_alias(&alias).await.ok()?.room_id)
        })
        .await
    }

    /// Begins a part of the scene.
    pub fn act(&self, title: &str) {
        self.step(title);
        println!("\n{:>6.1} s  {title}", self.began.elapsed().as_secs_f64());
    }

    /// Names what comes next, for the case that it fails.
    #[expect(clippy::unused_self, reason = "it belongs to the stage's vocabulary")]
    pub fn step(&self, name: &str) {
        name.clone_into(&mut lock(&STEP));
    }

    /// Tells what somebody does.
    pub fn tell(&self, what: &str) {
        println!("{:>6.1} s    {what}", self.began.elapsed().as_secs_f64());
    }

    /// Tells what was seen to happen.
    pub fn seen(&self, what: &str) {
        println!("{:>6.1} s    ✓ {what}", self.began.elapsed().as_secs_f64());
    }

    /// Tells word for word what somebody reads.
    pub fn quote(&self, text: &str) {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            self.tell(&format!("    │ {line}"));
        }
    }

    /// Lets somebody write in a group, and tells it.
    pub async fn write(&self, name: &str, group: &str, body: &str) -> OwnedEventId {
        self.tell(&format!(
            "{} in {}: « {body} »",
            person(name).display_name,
            self.name_of(group)
        ));
        self.who(name).send_text(self.room(group), body).await
    }

    /// Waits until `name` is shown that `event` was taken down, then makes sure that the server gives it no more.
    /// Gives the time since `start`, up to the moment of being shown.
    pub async fn redacted(
        &self,
        name: &str,
        room: &RoomId,
        event: &EventId,
        start: Instant,
    ) -> Duration {
        let member = self.who(name);
        let what = format!("{name} to see {event} taken down");
        member
            .wait_seen(&what, |seen| {
                let it = &seen.event;
                let redaction = it["type"] == "m.room.redaction"
                    && (it["content"]["redacts"] == event.as_str()
                        || it["redacts"] == event.as_str());
                let stripped = it["event_id"] == event.as_str()
                    && it["unsigned"]["redacted_because"].is_object();
                (seen.room == room.as_str() && (redaction || stripped)).then_some(())
            })
            .await;
        let took = start.elapsed();
        member.wait_redacted(room, event).await;
        took
    }

    /// Waits for the bot's answer to the command `event` in `room`, as `name` sees it; gives its body.
    pub async fn answer(&self, name: &str, room: &RoomId, event: &EventId) -> String {
        let answer = self
            .who(name)
            .wait_for_event(room, "the bot's answer", |it| {
                it["sender"] == self.bot.as_str()
                    && it["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == event.as_str()
            })
            .await;
        answer["content"]["body"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Keeps a measured time for the table.
    pub fn measured(&self, what: &'static str, time: Duration) {
        let mut measures = lock(&self.measures);
        match measures.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => times.push(time),
            None => measures.push((what, vec![time])),
        }
    }

    /// Ends the scene.
    pub fn end(&self) {
        let seconds = self.began.elapsed().as_secs_f64();
        println!("\nEvery step was seen to happen, in {seconds:.1} s.");
    }
}

/// Locks, whatever happened to another holder.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds for people.
pub fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
