//! People who disturb: they flood, write the same everywhere, and quarrel. What is too much of theirs is taken down and they may not write for a
//! while; nothing else of theirs is touched, and nobody else.

use hygie_tests::strict_homeserver::Event;
use serde_json::json;

use super::{
    hygie::id_of,
    model::{LAST, TROUBLE},
    walk::{Step, Walk},
};

/// How many messages within [`WITHIN`] are no flood yet; nobody else writes so fast.
pub(super) const FLOOD: usize = 64;
const BEYOND: usize = 5;
/// In milliseconds.
pub(super) const WITHIN: u64 = 3_000;

/// What two people say to each other, in turns; no word of it breaks a rule.
const QUARREL: [&str; 6] = [
    "tu te moques de moi",
    "arrête de mentir",
    "tu exagères",
    "ça suffit maintenant, tu mens",
    "c’est encore de ta faute",
    "mêle-toi de tes oignons",
];

impl Walk {
    pub(super) fn disturb(&mut self, step: Step) {
        let (Some(ouest), Some(sud)) = (self.room("ouest"), self.room("sud")) else {
            return;
        };
        let number = self.number;
        let (user, room) = (
            id_of(self.some(&TROUBLE)),
            self.some(&[&ouest, &sud]).to_owned(),
        );
        match step {
            Step::Flood => {
                self.flood(&room, &user, number);
                self.told("flood");
            }
            Step::Everywhere => {
                let text = format!(
                    "venez toutes et tous demain soir au grand marché du quartier numéro {number}"
                );
                for room in [&ouest, &sud] {
                    self.disturbs(room, &user, &text, 2);
                }
                self.told("the same everywhere");
            }
            Step::Quarrel => {
                for (at, text) in QUARREL.into_iter().enumerate() {
                    let user = id_of(TROUBLE[at % 2]);
                    self.disturbs(&room, &user, &format!("{text} ({number})"), 0);
                }
                self.told("quarrel");
            }
            _ => {
                self.command("samir", &format!("unmute {user}"));
            }
        }
    }

    fn flood(&mut self, room: &str, user: &str, number: usize) -> Vec<String> {
        let all = 0..FLOOD + BEYOND;
        let said =
            all.filter_map(|at| self.disturbs(room, user, &format!("encore {at} ({number})"), 0));
        said.collect()
    }

    /// Says something of which so many takedowns are right, besides the one of a flood.
    fn disturbs(&mut self, room: &str, user: &str, text: &str, right: usize) -> Option<String> {
        let content = json!({"msgtype": "m.text", "body": text});
        let sent = self.homeserver.send(room, user, "m.room.message", content);
        let event = sent.ok()?;
        self.model
            .disturbing
            .insert(event.clone(), (room.to_owned(), right));
        Some(event)
    }

    /// When all is quiet somebody floods who never did before: exactly what is too much goes.
    pub(super) async fn last_flood(&mut self, problems: &mut Vec<String>) {
        let user = id_of(LAST);
        for place in ["ouest", "sud"] {
            let Some(room) = self.room(place) else {
                continue;
            };
            let said = self.flood(&room, &user, self.number);
            if said.is_empty() {
                // It is locked.
                continue;
            }
            self.hygie.wait_quiet(&self.homeserver).await;
            for (at, event) in said.iter().enumerate() {
                let gone = self.redactions_by_bot(&room, event) == 1;
                if gone != (at >= FLOOD) {
                    problems.push(format!(
                        "of the last flood, message {at}: taken down is {gone}"
                    ));
                }
            }
            self.told("last flood");
            return;
        }
    }

    /// What was taken down of those who disturb was too much.
    pub(super) fn only_what_is_too_much_is_gone(&self, problems: &mut Vec<String>) {
        for (event, (room, right)) in &self.model.disturbing {
            let times = self.redactions_by_bot(room, event);
            let most = right + usize::from(self.is_flood(room, event));
            if times > most {
                problems.push(format!(
                    "{event} in {room} was taken down {times} times, and {most} would be right"
                ));
            }
        }
    }

    /// Whether somebody wrote so much around a message that it may be one of too many, wherever Hygie began to count.
    fn is_flood(&self, room: &str, event: &str) -> bool {
        let of = |room: &str| {
            self.homeserver
                .look(room, |it| it.events.clone())
                .unwrap_or_default()
        };
        let here = of(room);
        let Some(own) = here.iter().find(|it| it.id == event) else {
            return false;
        };
        let near = |it: &&Event| {
            it.sender == own.sender
                && it.kind == "m.room.message"
                && it.at.abs_diff(own.at) < WITHIN
        };
        let rooms = self.model.places();
        let rooms = rooms.iter().filter_map(|place| self.room(place));
        let count: usize = rooms
            .map(|room| of(&room).iter().filter(near).count())
            .sum();
        count > FLOOD
    }
}
