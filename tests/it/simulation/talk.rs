//! What people say in the walk: messages, leaks, edits, announcements.

use std::collections::BTreeSet;

use rand::RngExt;
use serde_json::json;

use super::{
    hygie::id_of,
    model::{Announcement, Leak, PASSING, STABLE, TEAM},
    walk::{Step, Walk},
    words,
};

impl Walk {
    /// A member without a role, in a group where they may write, most of the time.
    pub(super) fn somebody(&mut self) -> Option<(String, String)> {
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

    pub(super) async fn talk(&mut self, step: Step) {
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
                    "> bonjour\n\n{}",
                    content["body"].as_str().unwrap_or_default()
                )
                .into();
                content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": event}});
                (room, user)
            }
            _ => (room, user),
        };
        if matches!(step, Step::TeamTalk) && !TEAM.iter().any(|name| id_of(name) == user) {
            return;
        }
        let Ok(event) = self.say(&room, &user, content).await else {
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
    pub(super) fn take_back(&mut self) {
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
    pub(super) fn targets(&self) -> BTreeSet<String> {
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

    pub(super) fn news(&mut self, step: Step) {
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
                if self.command("samir", &format!("announce to all: {text}")) {
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
}
