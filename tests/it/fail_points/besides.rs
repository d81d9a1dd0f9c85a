//! What a round has the bot do besides the scenario: a group gets a new room, a message goes to another group, a group is split. Each
//! begins with the one command of the round, and must come about once.

use std::{collections::BTreeSet, fmt::Write as _};

use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use serde_json::Value;

use hygie_tests::wait::wait_until;

use super::{Play, Round, Way, redaction_of, way_to};
use crate::{
    communities::{alias, as_bot, body, rooms_of_the_bot},
    shape::card_in,
};

/// The group that goes to new rooms and is split: at first in a room that Samir made, which the bot cannot close with a tombstone.
pub(super) const GROUP: &str = "aidants";
/// Its parts, and who belongs to each.
pub(super) const PARTS: [(&str, &str); 2] = [("tom", "Lille"), ("noe", "Douai")];

/// What is done besides.
pub(super) enum Besides {
    /// The group leaves this room, with these people.
    Upgrade {
        old: OwnedRoomId,
        people: BTreeSet<OwnedUserId>,
    },
    /// Tom's message with these words goes from west to east.
    Move {
        message: OwnedEventId,
        words: String,
    },
    /// The group is split.
    Split,
}

impl Besides {
    /// How often the command is answered: who confirms hears that it is noted, and what begins.
    pub(super) fn answers(&self) -> usize {
        match self {
            Self::Upgrade { .. } => 2,
            Self::Move { .. } | Self::Split => 1,
        }
    }
}

impl Play {
    /// Has everything ready for a point that the scenario alone does not lead to; gives the command that does.
    pub(super) async fn prepare(
        &self,
        point: &'static str,
        number: usize,
    ) -> Option<(Besides, String)> {
        let nord = &self.nord;
        let prepared = match way_to(point) {
            Way::Upgrade(_) => {
                let old = self.room_of(GROUP).await;
                let people = self.people_in(&old).await;
                let line = format!("remplacer-salon {GROUP}");
                let asked = nord.command(&nord.samir, &nord.admins, &line).await;
                let line = format!("approuver {}", card_in(&asked));
                (Besides::Upgrade { old, people }, line)
            }
            Way::Move => {
                let words = format!("plutôt pour l’est {number}");
                let message = self.tom.send_text(&nord.ouest, &words).await;
                let address = format!("https://matrix.to/#/{}/{message}", nord.ouest);
                let line = format!("déplacer {address} vers secteur-est");
                (Besides::Move { message, words }, line)
            }
            Way::Split(_) => {
                let line = format!("partager {GROUP}");
                nord.command(&nord.samir, &nord.admins, &line).await;
                let (_, card) = nord.card("✂️").await;
                (Besides::Split, format!("approuver {card}"))
            }
            _ => return None,
        };
        // What was done until now leads to none of these points any more.
        nord.quiet().await;
        Some(prepared)
    }

    /// Started again, the bot finishes it.
    pub(super) async fn besides_comes_right(&self, besides: &Besides) {
        let nord = &self.nord;
        match besides {
            Besides::Upgrade { old, .. } => {
                let new = nord.successor(GROUP, old).await;
                for member in [&nord.samir, &self.tom, &self.noe] {
                    member.accept_invite(&new).await;
                }
                wait_until("the old room to lead to the new one", async || {
                    self.leads_to(old, &new).await.then_some(())
                })
                .await;
            }
            Besides::Move { message, words } => {
                nord.samir
                    .wait_message_in(&nord.est, |body| body.contains(words))
                    .await;
                nord.samir.wait_redacted(&nord.ouest, message).await;
            }
            Besides::Split => {
                for ((_, part), member) in PARTS.into_iter().zip([&self.tom, &self.noe]) {
                    let group = format!("{GROUP}-{}", part.to_lowercase());
                    member.accept_invite(&self.room_of(&group).await).await;
                }
            }
        }
    }

    /// In the end each of them was done once; what is wrong, a line each.
    pub(super) async fn besides_are_done_once(&self, rounds: &[Round]) -> String {
        let mut wrong = String::new();
        let mut moved = 0;
        for round in rounds {
            let counts = match &round.besides {
                Some(Besides::Upgrade { old, people }) => self.upgraded(old, people).await,
                Some(Besides::Move { message, words }) => {
                    moved += 1;
                    self.moved(message, words).await
                }
                Some(Besides::Split) => self.split().await,
                None => Vec::new(),
            };
            for (what, times) in counts.into_iter().filter(|(_, times)| *times != 1) {
                let _ = writeln!(wrong, "{}: {times} {what}", round.point);
            }
        }
        let direct = self.tom.direct_message_from(&self.nord.bot()).await;
        let told = self.tom.bodies(&direct).await;
        let told = told
            .iter()
            .filter(|it| it.contains("a déplacé votre message"));
        assert_eq!(told.count(), moved, "Tom hears of each message that went");
        wrong
    }

    /// Who left this room with the group is in one other, or invited there once, and nobody is led anywhere else.
    async fn upgraded(&self, old: &RoomId, people: &BTreeSet<OwnedUserId>) -> Vec<(String, usize)> {
        let successors = self.rooms_with("m.room.create", |create| {
            create["predecessor"]["room_id"] == old.as_str()
        });
        let successors = successors.await;
        let mut counts = vec![("successors".to_owned(), successors.len())];
        let Some(new) = successors.first() else {
            return counts;
        };
        counts.push((
            "ways from the old room to the new one".to_owned(),
            self.leads_to(old, new).await.into(),
        ));
        let events = self.seen_by_the_bot(new).await;
        for user in people {
            let invited = events.iter().filter(|event| {
                event["state_key"] == user.as_str() && event["content"]["membership"] == "invite"
            });
            counts.push((format!("invitations of {user}"), invited.count()));
        }
        let lost = people.difference(&self.people_in(new).await).count();
        counts.push(("groups without losses".to_owned(), (lost == 0).into()));
        let levels = self.nord.state_of(old, "m.room.power_levels", "").await;
        let silent = levels["events_default"].as_i64() >= Some(100);
        counts.push(("silent old rooms".to_owned(), silent.into()));
        let space = &self.nord.space;
        let link = self.nord.state_of(space, "m.space.child", old.as_str());
        let unlinked = link.await["via"].is_null();
        counts.push(("old rooms out of the space".to_owned(), unlinked.into()));
        // The address leads to the newest room alone, and nothing else leads anywhere.
        let world = &self.nord.world;
        let is_newest = self.room_of(GROUP).await == *new;
        for (room, has) in [(old, false), (new, is_newest)] {
            let aliases = as_bot(world, &format!("rooms/{room}/aliases")).await;
            let own = has.then(|| alias(world, GROUP));
            let as_it_should = aliases["aliases"] == Value::from_iter(own);
            let what = format!("{room} with its address: {aliases}");
            counts.push((what, as_it_should.into()));
        }
        counts
    }

    async fn moved(&self, message: &OwnedEventId, words: &str) -> Vec<(String, usize)> {
        let nord = &self.nord;
        let bodies = nord.samir.bodies(&nord.est).await;
        let copies = bodies.iter().filter(|body| body.contains(words)).count();
        let west = nord.samir.timeline(&nord.ouest).await;
        let left = west.iter().filter(|event| body(event).contains(words));
        assert_eq!(left.count(), 0, "{words}");
        let redactions = west.iter().filter(|event| redaction_of(event, message));
        vec![
            ("copies".to_owned(), copies),
            ("redactions of the original".to_owned(), redactions.count()),
        ]
    }

    /// Each part has one room; everybody is in theirs, in no other, and still in the group.
    async fn split(&self) -> Vec<(String, usize)> {
        let nord = &self.nord;
        let mut counts = Vec::new();
        let group = self.people_in(&self.room_of(GROUP).await).await;
        for (_, part) in PARTS {
            let named = format!("Aidants d’avant – {part}");
            let rooms = self.rooms_with("m.room.name", |name| name["name"] == named.as_str());
            let rooms = rooms.await;
            counts.push((format!("rooms of {part}"), rooms.len()));
            let Some(room) = rooms.first() else { continue };
            let events = self.seen_by_the_bot(room).await;
            let there = self.people_in(room).await;
            for (name, of) in PARTS {
                let user = nord.world.id_of(name);
                assert!(group.contains(&user), "{name} stays");
                assert_eq!(there.contains(&user), of == part, "{name} in {part}");
                let invited = events.iter().filter(|event| {
                    event["state_key"] == user.as_str()
                        && event["content"]["membership"] == "invite"
                });
                if of == part {
                    counts.push((format!("invitations of {name}"), invited.count()));
                }
            }
        }
        let told = nord.samir.bodies(&nord.admins).await;
        let told = told.iter().filter(|body| body.contains("est partagé"));
        counts.push(("notices of the split".to_owned(), told.count()));
        counts
    }

    /// The room of a group, by its address.
    async fn room_of(&self, group: &str) -> OwnedRoomId {
        self.nord.world.room("nord", group).await
    }

    /// Who is in a room or invited to it, but the bot.
    async fn people_in(&self, room: &RoomId) -> BTreeSet<OwnedUserId> {
        let state = as_bot(&self.nord.world, &format!("rooms/{room}/state")).await;
        let state = state.as_array().expect("the bot is in the room");
        let there = state.iter().filter(|event| {
            event["type"] == "m.room.member"
                && ["join", "invite"]
                    .map(Value::from)
                    .contains(&event["content"]["membership"])
        });
        let people = there.filter_map(|event| event["state_key"].as_str()?.try_into().ok());
        people.filter(|user| *user != self.nord.bot()).collect()
    }

    /// What happened in a room, as the homeserver shows it to the bot.
    async fn seen_by_the_bot(&self, room: &RoomId) -> Vec<Value> {
        let path = format!("rooms/{room}/messages?dir=b&limit=1000");
        let answer = as_bot(&self.nord.world, &path).await;
        answer["chunk"].as_array().cloned().unwrap_or_default()
    }

    /// A tombstone, or where the bot may not set one a notice, says where it goes on.
    async fn leads_to(&self, old: &RoomId, new: &RoomId) -> bool {
        let tombstone = self.nord.state_of(old, "m.room.tombstone", "").await;
        let notices = self.seen_by_the_bot(old).await;
        let bot = self.nord.bot();
        let notices = notices
            .iter()
            .filter(|event| event["sender"] == bot.as_str() && body(event).contains(new.as_str()));
        let told = notices.count();
        (tombstone["replacement_room"] == new.as_str() && told == 0)
            || (tombstone["replacement_room"].is_null() && told == 1)
    }

    /// The rooms of the bot in which this state is so.
    async fn rooms_with(
        &self,
        event_type: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Vec<OwnedRoomId> {
        let mut found = Vec::new();
        for room in rooms_of_the_bot(&self.nord.world).await {
            let room = OwnedRoomId::try_from(room).expect("a room id");
            if wanted(&self.nord.state_of(&room, event_type, "").await) {
                found.push(room);
            }
        }
        found
    }
}
