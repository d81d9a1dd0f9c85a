//! The steps of the walk: people, operators and the weather, one at a time, chosen by the seed.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hygie_tests::{
    strict_homeserver::{Fault, Occasion, StrictHomeserver},
    world::Database,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    hygie::{Hygie, id_of},
    model::{Announcement, Group, Leak, Model, PASSING, STABLE, TEAM},
    words,
};

/// What the weather is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Climate {
    /// Only pushes are repeated now and then.
    Calm,
    /// A part of the requests fails, in every way there is.
    Rough,
    /// Nothing gets through.
    Outage,
}

/// A step of the walk.
#[derive(Clone, Copy, Debug)]
enum Step {
    Clean,
    Leak,
    EditIntoLeak,
    EditClean,
    Reply,
    TakeBack,
    TeamTalk,
    Announce,
    AnnounceByCommand,
    EditAnnouncement,
    Withdraw,
    Mute,
    Unmute,
    Lock,
    Unlock,
    RemovePassing,
    Ask,
    DirectMessage,
    ComeAndGo,
    RemoveByHand,
    Drift,
    ModeratorByHand,
    Accept,
    Reload,
    Kill,
    Weather,
    Settle,
}

/// How often each step is taken.
const STEPS: &[(u32, Step)] = &[
    (180, Step::Clean),
    (120, Step::Leak),
    (50, Step::EditIntoLeak),
    (30, Step::EditClean),
    (50, Step::Reply),
    (20, Step::TakeBack),
    (20, Step::TeamTalk),
    (40, Step::Announce),
    (20, Step::AnnounceByCommand),
    (30, Step::EditAnnouncement),
    (20, Step::Withdraw),
    (30, Step::Mute),
    (60, Step::Unmute),
    (15, Step::Lock),
    (60, Step::Unlock),
    (25, Step::RemovePassing),
    (20, Step::Ask),
    (15, Step::DirectMessage),
    (80, Step::ComeAndGo),
    (15, Step::RemoveByHand),
    (60, Step::Drift),
    (10, Step::ModeratorByHand),
    (20, Step::Accept),
    (8, Step::Reload),
    (5, Step::Kill),
    (15, Step::Weather),
    (4, Step::Settle),
];

/// A walk under way.
pub(super) struct Walk {
    pub(super) seed: u64,
    pub(super) hygie: Hygie,
    pub(super) homeserver: StrictHomeserver,
    pub(super) model: Model,
    random: StdRng,
    climate: Arc<Mutex<Climate>>,
    number: usize,
    /// Steps until the weather is calm again, and until a killed Hygie is started again.
    calm_in: usize,
    back_in: usize,
    directs: Vec<(String, String)>,
    /// Commands: room and event. Each is answered exactly once.
    pub(super) commands: Vec<(String, String)>,
}

impl Walk {
    pub(super) async fn start(database: Database, seed: u64) -> Self {
        let model = Model::new();
        let (hygie, homeserver) = Hygie::start(database, &model.file()).await;
        let climate = Arc::new(Mutex::new(Climate::Calm));
        let (now, mut random) = (Arc::clone(&climate), StdRng::seed_from_u64(seed ^ 0x5eed));
        homeserver.set_weather(move |occasion| {
            let now = *now.lock().unwrap_or_else(PoisonError::into_inner);
            fault(&mut random, now, occasion)
        });
        let mut walk = Self {
            seed,
            hygie,
            homeserver,
            model,
            random: StdRng::seed_from_u64(seed),
            climate,
            number: 0,
            calm_in: 0,
            back_in: 0,
            directs: Vec::new(),
            commands: Vec::new(),
        };
        walk.settle_in().await;
        walk
    }

    /// Hygie builds the community; the team comes in and brings the members.
    async fn settle_in(&mut self) {
        self.hygie.wait_listening().await;
        hygie_tests::wait::wait_until("the rooms to exist", async || {
            let places = self.model.places();
            places
                .iter()
                .all(|place| self.room(place).is_some())
                .then_some(())
        })
        .await;
        self.hygie.wait_quiet(&self.homeserver).await;
        self.accept();
        let space = self.room("").expect("it exists");
        for name in STABLE {
            self.invite(&space, name).expect("owners invite");
            for place in ["announcements", "est", "ouest", "sud"] {
                let room = self.room(place).expect("it exists");
                self.join(&room, name).expect("the space lets in");
            }
        }
        self.hygie.wait_quiet(&self.homeserver).await;
    }

    /// Takes so many steps.
    pub(super) async fn take(&mut self, steps: usize) {
        let total: u32 = STEPS.iter().map(|(weight, _)| weight).sum();
        for _ in 0..steps {
            self.number += 1;
            let mut at = self.random.random_range(0..total);
            let step = STEPS.iter().find(|(weight, _)| {
                let here = at < *weight;
                at = at.saturating_sub(*weight);
                here
            });
            let (_, step) = step.expect("the weights add up");
            self.go(*step).await;
            self.pass_time().await;
        }
    }

    /// Ends what lasts for some steps, and lets Hygie come along.
    async fn pass_time(&mut self) {
        self.calm_in = self.calm_in.saturating_sub(1);
        if self.calm_in == 0 {
            self.set_climate(Climate::Calm);
        }
        if !self.hygie.runs() {
            self.back_in = self.back_in.saturating_sub(1);
            if self.back_in == 0 {
                self.hygie.launch();
            }
            return;
        }
        let behind = self.random.random_range(0..60);
        self.homeserver
            .wait_unpushed(behind, Duration::from_millis(500))
            .await;
    }

    /// Good weather, Hygie running.
    pub(super) async fn end(&mut self) {
        self.set_climate(Climate::Calm);
        if !self.hygie.runs() {
            self.hygie.launch();
        }
        self.hygie.wait_listening().await;
    }

    pub(super) fn room(&self, place: &str) -> Option<String> {
        self.homeserver.resolve(&Model::alias(place))
    }

    fn set_climate(&self, climate: Climate) {
        *self.climate.lock().unwrap_or_else(PoisonError::into_inner) = climate;
    }

    fn told(&mut self, what: &'static str) {
        *self.model.story.entry(what).or_default() += 1;
    }

    async fn go(&mut self, step: Step) {
        match step {
            Step::Clean
            | Step::Leak
            | Step::EditIntoLeak
            | Step::EditClean
            | Step::Reply
            | Step::TakeBack
            | Step::TeamTalk => {
                self.talk(step);
            }
            Step::Announce | Step::AnnounceByCommand | Step::EditAnnouncement | Step::Withdraw => {
                self.news(step)
            }
            Step::Mute
            | Step::Unmute
            | Step::Lock
            | Step::Unlock
            | Step::RemovePassing
            | Step::Ask => self.command_of(step),
            Step::DirectMessage => self.direct_message(),
            Step::ComeAndGo => self.come_and_go(),
            Step::RemoveByHand => self.remove_by_hand(),
            Step::Drift => self.drift(),
            Step::ModeratorByHand => self.moderator_by_hand(),
            Step::Accept => self.accept(),
            Step::Reload => self.reload().await,
            Step::Kill => {
                if self.hygie.runs() {
                    self.told("killed");
                    self.hygie.kill().await;
                    self.back_in = self.random.random_range(1..15);
                }
            }
            Step::Weather => {
                let outage = self.random.random_ratio(1, 4);
                self.told(if outage { "outage" } else { "rough weather" });
                self.set_climate(if outage {
                    Climate::Outage
                } else {
                    Climate::Rough
                });
                self.calm_in = self.random.random_range(5..30);
            }
            Step::Settle => {
                self.told("settled");
                for _ in 0..40 {
                    if !self.hygie.runs() || self.hygie.is_quiet(&self.homeserver).await {
                        break;
                    }
                    hygie_tests::wait::pause(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// A group's room, any.
    fn some_group(&mut self) -> Option<String> {
        let at = self.random.random_range(0..self.model.groups.len());
        let id = self.model.groups[at].id.clone();
        self.room(&id)
    }

    fn some<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.random.random_range(0..from.len())]
    }

    /// A member without a role, in a group where they may write, most of the time.
    fn somebody(&mut self) -> Option<(String, String)> {
        let everybody: Vec<&str> = STABLE.into_iter().chain(PASSING).collect();
        let mut found = None;
        for _ in 0..8 {
            let room = self.some_group()?;
            let user = id_of(self.some(&everybody));
            let writes = self.homeserver.look(&room, |room| {
                let levels = room.state("m.room.power_levels", "");
                let needed = levels.and_then(|levels| levels["events_default"].as_i64());
                room.membership(&user) == "join" && Some(room.level(&user)) >= needed
            });
            found = Some((room, user));
            if writes == Some(true) {
                break;
            }
        }
        found
    }

    fn talk(&mut self, step: Step) {
        let number = self.number;
        let Some((room, user)) = self.somebody() else {
            return;
        };
        let some_clean = (!self.model.clean.is_empty()).then(|| {
            let at = self.random.random_range(0..self.model.clean.len());
            self.model.clean[at].clone()
        });
        let leaks = matches!(step, Step::Leak | Step::EditIntoLeak);
        let mut content = if leaks {
            words::leak(&mut self.random)
        } else {
            words::clean(&mut self.random, number)
        };
        let (room, user) = match (step, some_clean) {
            (Step::TakeBack, _) => return self.take_back(),
            (Step::TeamTalk, _) => {
                content = words::leak(&mut self.random);
                (room, id_of(self.some(&TEAM)))
            }
            (Step::EditIntoLeak | Step::EditClean, Some((room, event))) => {
                let Some(author) = self
                    .homeserver
                    .look(&room, |room| room.event(&event).map(|it| it.sender.clone()))
                    .flatten()
                else {
                    return;
                };
                if TEAM.iter().any(|name| id_of(name) == author) {
                    return;
                }
                content = words::edit(&event, &content);
                (room, author)
            }
            (Step::Reply, Some((room, event))) => {
                content["body"] = format!(
                    "> <@x:sim.test> bonjour\n\n{}",
                    content["body"].as_str().unwrap_or_default()
                )
                .into();
                content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": event}});
                (room, user)
            }
            _ => (room, user),
        };
        if step_is_team(step) && !TEAM.iter().any(|name| id_of(name) == user) {
            return;
        }
        let Ok(event) = self
            .homeserver
            .send(&room, &user, "m.room.message", content)
        else {
            return self.told("refused to somebody");
        };
        if leaks {
            self.told("leak");
            self.model.leaks.push(Leak { room, event });
        } else {
            self.told("clean message");
            self.model.clean.push((room, event));
        }
    }

    /// A member takes a message of their own back.
    fn take_back(&mut self) {
        let leaks = self
            .model
            .leaks
            .iter()
            .map(|leak| (leak.room.clone(), leak.event.clone()));
        let all: Vec<_> = self.model.clean.iter().cloned().chain(leaks).collect();
        if all.is_empty() {
            return;
        }
        let (room, event) = all[self
            .random
            .random_range(all.len().saturating_sub(20)..all.len())]
        .clone();
        let author = self
            .homeserver
            .look(&room, |room| room.event(&event).map(|it| it.sender.clone()))
            .flatten();
        let author = author.unwrap_or_default();
        if self.homeserver.redact(&room, &author, &event).is_ok() {
            self.told("taken back");
            self.model.taken_back.insert(event);
        }
    }

    /// The rooms that get copies for sure: groups that are linked to the space now.
    fn targets(&self) -> BTreeSet<String> {
        let Some(space) = self.room("") else {
            return BTreeSet::new();
        };
        let groups = self
            .model
            .groups
            .iter()
            .filter_map(|group| self.room(&group.id));
        let linked = |room: &String| {
            let link = self.homeserver.look(&space, |space| {
                space
                    .state("m.space.child", room)
                    .is_some_and(|it| it.get("via").is_some())
            });
            link == Some(true)
        };
        groups.filter(linked).collect()
    }

    fn news(&mut self, step: Step) {
        let Some(room) = self.room("announcements") else {
            return;
        };
        let token = format!("annonce-{}-", self.number);
        match step {
            Step::Announce => {
                let author = id_of(self.some(&["samir", "lea", "zoe"]));
                let text = format!("{token} réunion mardi");
                let content = json!({"msgtype": "m.text", "body": text});
                if let Ok(event) = self
                    .homeserver
                    .send(&room, &author, "m.room.message", content)
                {
                    self.told("announcement");
                    let targets = self.targets();
                    self.model.announcements.push(Announcement {
                        token,
                        event: Some(event),
                        author,
                        text,
                        withdrawn: false,
                        targets,
                    });
                }
            }
            Step::AnnounceByCommand => {
                let text = format!("{token} salle 2");
                if self.command("samir", &format!("announce {text}")) {
                    let (author, targets) = (id_of("hygie"), self.targets());
                    self.model.announcements.push(Announcement {
                        token,
                        event: None,
                        author,
                        text,
                        withdrawn: false,
                        targets,
                    });
                }
            }
            _ if self.model.announcements.is_empty() => {}
            Step::EditAnnouncement => {
                let at = self.random.random_range(0..self.model.announcements.len());
                let made = &self.model.announcements[at];
                let Some(event) = made.event.clone().filter(|_| !made.withdrawn) else {
                    return;
                };
                let text = format!("{} corrigée {}", made.token, self.number);
                let content = words::edit(&event, &json!({"msgtype": "m.text", "body": text}));
                if self
                    .homeserver
                    .send(&room, &made.author.clone(), "m.room.message", content)
                    .is_ok()
                {
                    self.model.announcements[at].text = text;
                    self.told("announcement edited");
                }
            }
            _ => {
                let at = self.random.random_range(0..self.model.announcements.len());
                let token = self.model.announcements[at].token.clone();
                let posted = || {
                    self.homeserver.look(&room, |room| {
                        let mut events = room.events.iter();
                        let found = events.find(|event| {
                            event.content["body"]
                                .as_str()
                                .is_some_and(|body| body.contains(&token))
                        });
                        found.map(|event| event.id.clone())
                    })
                };
                let event = self.model.announcements[at]
                    .event
                    .clone()
                    .or_else(|| posted().flatten());
                let Some(event) = event.filter(|_| !self.model.announcements[at].withdrawn) else {
                    return;
                };
                if self
                    .homeserver
                    .redact(&room, &id_of("samir"), &event)
                    .is_ok()
                {
                    self.model.announcements[at].withdrawn = true;
                    self.told("announcement withdrawn");
                }
            }
        }
    }

    /// Somebody of the team gives a command in the admins' room.
    fn command(&mut self, who: &str, line: &str) -> bool {
        let Some(room) = self.room("admins") else {
            return false;
        };
        let content = json!({"msgtype": "m.text", "body": format!("!hygie {line}")});
        let Ok(event) = self
            .homeserver
            .send(&room, &id_of(who), "m.room.message", content)
        else {
            return false;
        };
        self.told("command");
        self.commands.push((room, event));
        true
    }

    fn command_of(&mut self, step: Step) {
        match step {
            Step::Mute => {
                let user = id_of(self.some(&STABLE));
                if self.command("samir", &format!("mute {user} for 2h because too much")) {
                    self.model.muted.insert(user);
                }
            }
            Step::Unmute => {
                let user = id_of(self.some(&STABLE));
                if self.command("samir", &format!("unmute {user}")) {
                    self.model.muted.remove(&user);
                }
            }
            Step::Lock => {
                let group = self.some(&["est", "ouest", "sud", "announcements"]);
                if self.command("samir", &format!("lockdown {group} for 3h")) {
                    self.model.locked.insert(group.to_owned());
                }
            }
            Step::Unlock => {
                let group = self.some(&["est", "ouest", "sud", "announcements"]);
                if self.command("samir", &format!("unlock {group}")) {
                    self.model.locked.remove(group);
                }
            }
            Step::RemovePassing => {
                let user = id_of(self.some(&PASSING));
                let verb = self.some(&["kick", "kick", "ban", "unban"]);
                self.command("lea", &format!("{verb} {user}"));
            }
            _ => {
                let line = self.some(&[
                    "help",
                    "status",
                    "plan",
                    "apply",
                    "audit 5",
                    "language en",
                    "langue fr",
                    "mute",
                    "nonsense",
                ]);
                self.command("lea", line);
            }
        }
    }

    fn direct_message(&mut self) {
        if self.directs.len() < 6 {
            let user = id_of(self.some(&STABLE));
            let room = self.homeserver.open_direct(&user, &id_of("hygie"));
            self.directs.push((room, user));
            return;
        }
        let (room, user) = self.directs[self.random.random_range(0..self.directs.len())].clone();
        let joined = self
            .homeserver
            .look(&room, |room| room.membership(&id_of("hygie")) == "join");
        let line = self.some(&["aide", "language en", "langue fr", "privacy"]);
        let content = json!({"msgtype": "m.text", "body": line});
        if joined == Some(true)
            && let Ok(event) = self
                .homeserver
                .send(&room, &user, "m.room.message", content)
        {
            self.told("direct command");
            self.commands.push((room, event));
        }
    }

    fn invite(
        &self,
        space: &str,
        name: &str,
    ) -> Result<(), hygie_tests::strict_homeserver::Refusal> {
        self.homeserver
            .change_member(space, &id_of("samir"), &id_of(name), "invite")?;
        self.join(space, name)
    }

    fn join(&self, room: &str, name: &str) -> Result<(), hygie_tests::strict_homeserver::Refusal> {
        self.homeserver
            .change_member(room, &id_of(name), &id_of(name), "join")
    }

    fn come_and_go(&mut self) {
        let (Some(space), name) = (self.room(""), self.some(&PASSING)) else {
            return;
        };
        let there = self
            .homeserver
            .look(&space, |room| room.membership(&id_of(name)).to_owned());
        let Some(room) = self.some_group() else {
            return;
        };
        let user = id_of(name);
        let done = match there.as_deref() {
            Some("join") => match self.random.random_range(0..6) {
                0 => self.homeserver.change_member(&space, &user, &user, "leave"),
                1 => self.homeserver.change_member(&room, &user, &user, "leave"),
                _ => self.join(&room, name),
            },
            _ => self.invite(&space, name),
        };
        if done.is_ok() {
            self.told("came or went");
        }
    }

    /// An owner kicks, bans or unbans in the space, with their client.
    fn remove_by_hand(&mut self) {
        let (Some(space), name) = (self.room(""), self.some(&PASSING)) else {
            return;
        };
        let change = self.some(&["kick", "ban", "unban"]);
        if self
            .homeserver
            .change_member(&space, &id_of("samir"), &id_of(name), change)
            .is_ok()
        {
            self.told("removed by hand");
        }
    }

    fn moderator_by_hand(&mut self) {
        let Some(room) = self.room("est") else { return };
        let awa = id_of("awa");
        let there = self
            .homeserver
            .look(&room, |room| room.membership(&awa).to_owned());
        let done = match there.as_deref() {
            Some("join") => self
                .homeserver
                .change_member(&room, &id_of("samir"), &awa, "kick"),
            _ => self
                .homeserver
                .change_member(&room, &id_of("samir"), &awa, "invite")
                .and_then(|()| self.join(&room, "awa")),
        };
        if done.is_ok() {
            self.told("the moderator kicked or brought back");
        }
    }

    /// The team accepts invitations.
    fn accept(&mut self) {
        for place in self.model.places() {
            let Some(room) = self.room(&place) else {
                continue;
            };
            for name in TEAM {
                let invited = self
                    .homeserver
                    .look(&room, |room| room.membership(&id_of(name)) == "invite");
                if invited == Some(true) {
                    self.join(&room, name).expect("who is invited may join");
                }
            }
        }
    }

    /// Somebody with power changes what the community decided.
    fn drift(&mut self) {
        let places = self.model.places();
        let place = places[self.random.random_range(0..places.len())].clone();
        let Some(room) = self.room(&place) else {
            return;
        };
        let who = id_of(self.some(&["samir", "lea", "zoe"]));
        let levels = self
            .homeserver
            .look(&room, |room| room.state("m.room.power_levels", "").cloned())
            .flatten()
            .unwrap_or_default();
        let with = |name: &str, value: Value| {
            let mut levels = levels.clone();
            levels[name] = value;
            levels
        };
        let number = self.number;
        let mut raised = levels.clone();
        raised["users"][id_of(self.some(&STABLE))] = self.some_level().into();
        let (kind, key, content): (&str, String, Value) = match self.random.random_range(0..11) {
            0 => (
                "m.room.name",
                String::new(),
                json!({"name": format!("Autre {number}")}),
            ),
            1 => (
                "m.room.topic",
                String::new(),
                json!({"topic": format!("Autre {number}")}),
            ),
            2 => (
                "m.room.power_levels",
                String::new(),
                with("events_default", 50.into()),
            ),
            3 => ("m.room.power_levels", String::new(), raised),
            4 => (
                "m.room.power_levels",
                String::new(),
                with("redact", 0.into()),
            ),
            5 => (
                "m.room.join_rules",
                String::new(),
                json!({"join_rule": "public"}),
            ),
            6 => ("m.room.canonical_alias", String::new(), json!({})),
            7 => (
                "m.room.history_visibility",
                String::new(),
                json!({"history_visibility": "world_readable"}),
            ),
            8 => (
                "m.room.guest_access",
                String::new(),
                json!({"guest_access": "can_join"}),
            ),
            9 => (
                "m.space.child",
                format!("!stray{number}"),
                json!({"via": ["sim.test"]}),
            ),
            _ => {
                let Some(group) = self.some_group() else {
                    return;
                };
                ("m.space.child", group, json!({}))
            }
        };
        let room = if kind == "m.space.child" {
            self.room("").unwrap_or(room)
        } else {
            room
        };
        if self
            .homeserver
            .set_state(&room, &who, (kind, &key), content)
            .is_ok()
        {
            self.told("drift");
        }
    }

    fn some_level(&mut self) -> i64 {
        [0, 0, 25, 50][self.random.random_range(0..4)]
    }

    /// The operator changes the community file and has it read again.
    async fn reload(&mut self) {
        if self.model.groups.len() < 5 && self.random.random_ratio(1, 2) {
            let id = format!("neuf{}", self.model.groups.len());
            self.model.groups.push(Group {
                name: format!("Nouveau {id}"),
                id,
            });
        } else {
            let at = self.random.random_range(0..self.model.groups.len());
            let name = format!("{} {}", self.model.groups[at].id, self.number);
            self.model.groups[at].name = name;
        }
        self.hygie.write_community(&self.model.file());
        if self.hygie.runs() {
            self.told("read its files again");
            self.hygie.wait_listening().await;
            self.hygie.reload();
        }
    }
}

fn step_is_team(step: Step) -> bool {
    matches!(step, Step::TeamTalk)
}

/// What befalls a request or a push.
fn fault(random: &mut StdRng, climate: Climate, occasion: Occasion) -> Fault {
    if occasion == Occasion::Push {
        return match random.random_range(0..30) {
            0 => Fault::AnswerLost,
            1 => Fault::Again,
            _ => Fault::None,
        };
    }
    match climate {
        Climate::Calm => Fault::None,
        Climate::Outage => [Fault::Away, Fault::Dropped][random.random_range(0..2)],
        Climate::Rough => match random.random_range(0..30) {
            0 => Fault::Limited(random.random_range(20..200)),
            1 => Fault::Failed,
            2 => Fault::Away,
            3 => Fault::Dropped,
            4 | 5 => Fault::AnswerLost,
            6 => Fault::Slow(random.random_range(10..150)),
            _ => Fault::None,
        },
    }
}
