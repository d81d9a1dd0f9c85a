//! The steps of the walk: people, operators and the weather, one at a time, chosen by the seed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hygie_tests::{
    strict_homeserver::{Fault, Occasion, StrictHomeserver},
    world::Database,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    devices::Devices,
    hygie::{Hygie, id_of},
    model::{CORRESPONDENTS, GUESTS, LAST, Model, STABLE, TROUBLE},
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
pub(super) enum Step {
    Clean,
    Leak,
    EditIntoLeak,
    EditClean,
    Reply,
    TakeBack,
    TeamTalk,
    Flood,
    Everywhere,
    Quarrel,
    Pardon,
    Announce,
    AnnounceByCommand,
    EditAnnouncement,
    Withdraw,
    Mute,
    Unmute,
    Lock,
    Unlock,
    Grant,
    Revoke,
    RemovePassing,
    Ask,
    GiveTicket,
    TryTicket,
    Propose,
    Answer,
    ChangeRoster,
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
    (6, Step::Flood),
    (12, Step::Everywhere),
    (10, Step::Quarrel),
    (15, Step::Pardon),
    (40, Step::Announce),
    (20, Step::AnnounceByCommand),
    (30, Step::EditAnnouncement),
    (20, Step::Withdraw),
    (30, Step::Mute),
    (60, Step::Unmute),
    (15, Step::Lock),
    (60, Step::Unlock),
    (25, Step::Grant),
    (20, Step::Revoke),
    (25, Step::RemovePassing),
    (20, Step::Ask),
    (12, Step::GiveTicket),
    (25, Step::TryTicket),
    (12, Step::Propose),
    (60, Step::Answer),
    (35, Step::ChangeRoster),
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
    pub(super) random: StdRng,
    pub(super) devices: Devices,
    climate: Arc<Mutex<Climate>>,
    pub(super) number: usize,
    /// Steps until the weather is calm again, and until a killed Hygie is started again.
    calm_in: usize,
    back_in: usize,
    pub(super) directs: Vec<(String, String)>,
    /// The conversations with the bot of those who give tickets and of those who come with them, by person.
    pub(super) private: BTreeMap<String, String>,
    /// Commands: room and event. Each is answered exactly once.
    pub(super) commands: Vec<(String, String)>,
}

impl Walk {
    pub(super) async fn start(database: Database, seed: u64) -> Self {
        let model = Model::new();
        let (hygie, homeserver) = Hygie::start(database, &model.file()).await;
        let devices = Devices::new(homeserver.keys()).await;
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
            devices,
            climate,
            number: 0,
            calm_in: 0,
            back_in: 0,
            directs: Vec::new(),
            private: BTreeMap::new(),
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
        for name in STABLE.into_iter().chain(CORRESPONDENTS) {
            self.invite(&space, name).expect("owners invite");
            for place in ["announcements", "est", "ouest", "sud"] {
                let room = self.room(place).expect("it exists");
                self.join(&room, name).expect("the space lets in");
            }
        }
        for name in TROUBLE.into_iter().chain([LAST]) {
            self.invite(&space, name).expect("owners invite");
            for place in ["ouest", "sud"] {
                let room = self.room(place).expect("it exists");
                self.join(&room, name).expect("the space lets in");
            }
        }
        // Where Samir is handed tickets they can be read by looking; half of the guests write encrypted.
        for (number, name) in ["samir"].into_iter().chain(GUESTS).enumerate() {
            let (user, bot) = (id_of(name), id_of("hygie"));
            let encrypted = number % 2 == 1;
            let room = self.homeserver.open_direct(&user, &bot, encrypted);
            self.private.insert(user, room);
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

    pub(super) fn told(&mut self, what: &'static str) {
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
                self.talk(step).await;
            }
            Step::Flood | Step::Everywhere | Step::Quarrel | Step::Pardon => self.disturb(step),
            Step::Announce | Step::AnnounceByCommand | Step::EditAnnouncement | Step::Withdraw => {
                self.news(step);
            }
            Step::Mute
            | Step::Unmute
            | Step::Lock
            | Step::Unlock
            | Step::Grant
            | Step::Revoke
            | Step::RemovePassing
            | Step::Ask => self.command_of(step),
            Step::GiveTicket
            | Step::TryTicket
            | Step::Propose
            | Step::Answer
            | Step::ChangeRoster => {
                self.entry(step).await;
            }
            Step::DirectMessage => self.direct_message().await,
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
    pub(super) fn some_group(&mut self) -> Option<String> {
        let at = self.random.random_range(0..self.model.groups.len());
        let id = self.model.groups[at].id.clone();
        self.room(&id)
    }

    pub(super) fn some<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.random.random_range(0..from.len())]
    }
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
