//! Feeding events to the homeserver: what people write, and when.

use std::time::Duration;

use tokio::time::Instant;

use crate::stage::Stage;
use hygie_benches::world::World;

/// What nothing follows from, though some of it looks a little like something.
const CLEAN: [&str; 8] = [
    "Bonjour à toutes et à tous, la réunion de secteur est à 14 h 30 en salle 12.",
    "Merci Claire, c'est noté pour mardi.",
    "Quelqu'un a-t-il le protocole de réhydratation à jour ? Celui de 2024 n'est plus valable.",
    "J'ai terminé la tournée du matin : 12 visites, 3 orientations, aucun refus.",
    "Le stock de moustiquaires est à 145 sur 200, il faudra recommander avant le 15/03.",
    "En cas d'urgence vitale appelez le 15 ou le 112, jour et nuit.",
    "La fiche est sur https://www.ameli.fr/assure/sante/themes/vaccination, à partager largement.",
    "Oui, tout à fait d'accord avec ce qui a été dit hier, on en reparle vendredi après la formation des nouvelles recrues du secteur Est.",
];

/// How long the homeserver's queue is kept when as much as possible is to be taken.
const AHEAD: usize = 400;

/// A sequence of numbers that a seed determines.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (`SplitMix64`).
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number above 0 and at most 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn share(&mut self) -> f64 {
        ((self.number() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.number() % limit).unwrap_or(0)
    }
}

/// People who write.
pub struct Feed<'a> {
    stage: &'a Stage,
    world: &'a World,
    chance: Chance,
    leaks: usize,
}

impl<'a> Feed<'a> {
    /// People in this world, who write what the seed says.
    #[must_use]
    pub fn new(stage: &'a Stage, world: &'a World, seed: u64) -> Self {
        Self {
            stage,
            world,
            chance: Chance::new(seed),
            leaks: 0,
        }
    }

    /// Queues a leak.
    pub fn leak(&mut self) {
        let (room, sender) = self.world.leak(self.leaks);
        self.leak_of(&room, &sender);
    }

    /// Queues a leak of this sender.
    pub fn leak_of(&mut self, room: &str, sender: &str) {
        let text = leak_text(self.leaks);
        self.leaks += 1;
        self.stage.homeserver.push_leak(room, sender, &text);
    }

    /// Queues a clean event in any room.
    pub fn clean(&mut self) {
        let room = self.chance.below(self.world.rooms());
        let member = self.chance.below(self.world.members);
        let text = self.clean_text();
        let (room, member) = (self.world.room(room), self.world.member(room, member));
        self.stage.homeserver.push_clean(&room, &member, text);
    }

    /// What somebody may write.
    pub fn clean_text(&mut self) -> &'static str {
        CLEAN[self.chance.below(CLEAN.len())]
    }

    /// Whether the next event is a leak, with this chance in a thousand.
    pub fn is_leak(&mut self, leaks_per_mille: u64) -> bool {
        self.chance.number() % 1000 < leaks_per_mille
    }

    /// Queues an event, which is a leak with this chance in a thousand.
    pub fn any(&mut self, leaks_per_mille: u64) {
        if self.is_leak(leaks_per_mille) {
            self.leak();
        } else {
            self.clean();
        }
    }

    /// Queues events evenly over time: `count` of them, `rate` a second. Returns how long it took until all were acknowledged.
    pub async fn evenly(&mut self, rate: f64, count: usize, mut one: impl FnMut(&mut Self)) -> f64 {
        let start = Instant::now();
        let mut queued = 0;
        while queued < count {
            let due = due(start.elapsed(), rate).min(count);
            while queued < due {
                one(self);
                queued += 1;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.all_acknowledged().await;
        start.elapsed().as_secs_f64()
    }

    /// Queues clean events as fast as they are taken, for so long.
    pub async fn as_fast_as_taken(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            while self.stage.homeserver.unacknowledged() < AHEAD {
                self.clean();
            }
            tokio::task::yield_now().await;
        }
        self.all_acknowledged().await;
    }

    /// Has everything that `queue` queues pushed at once.
    pub fn at_once(&mut self, queue: impl FnOnce(&mut Self)) {
        self.stage.homeserver.hold();
        queue(self);
        self.stage.homeserver.release();
    }

    /// Waits until the appservice has acknowledged everything.
    pub async fn all_acknowledged(&self) {
        while self.stage.homeserver.unacknowledged() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// What somebody writes who should not.
#[must_use]
pub fn leak_text(number: usize) -> String {
    format!(
        "Mme Durand demande qu'on la rappelle au 06 12 34 {:02} {:02}, merci",
        number / 100 % 100,
        number % 100
    )
}

/// How many events are due after so long.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of events, far below 2^52"
)]
fn due(elapsed: Duration, rate: f64) -> usize {
    (elapsed.as_secs_f64() * rate) as usize + 1
}
