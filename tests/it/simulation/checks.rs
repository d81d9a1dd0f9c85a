//! What must hold when all is quiet, as another member of the rooms would see it.

use std::collections::{BTreeMap, BTreeSet};

use hygie::{community::definition::CommunityId, decide::AuditFilter, store::AuditVerdict};
use hygie_tests::{strict_homeserver::Event, wait::pause};
use serde_json::{Map, Value, json};

use super::{
    hygie::id_of,
    model::{CIRCLE, LAST, Model, TROUBLE},
    walk::Walk,
    words::SECRETS,
};

impl Walk {
    /// Everything that is wrong, a line each; empty when all holds.
    pub(super) async fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.rooms_are_as_the_files_say(&mut problems).await;
        self.leaks_are_gone(&self.ever_banned().await, &mut problems);
        self.only_what_is_too_much_is_gone(&mut problems);
        self.announcements_are_everywhere_once(&mut problems);
        self.everything_is_said_once(&mut problems);
        self.nothing_is_said_in_the_clear(&mut problems);
        self.nothing_was_given_up(&mut problems).await;
        self.the_log_of_deeds_is_whole(&mut problems).await;
        self.no_words_are_kept(&mut problems).await;
        self.who_is_in_was_let_in(&mut problems).await;
        problems
    }

    async fn rooms_are_as_the_files_say(&self, problems: &mut Vec<String>) {
        // What was reread meanwhile may have something to mend: the plan is asked for until it is empty, or for long enough.
        let mut plan = String::new();
        for _ in 0..40 {
            plan = self.hygie.plan().await;
            if plan.ends_with("Everything is as the files say.\n") {
                break;
            }
            pause(std::time::Duration::from_millis(500)).await;
        }
        if !plan.ends_with("Everything is as the files say.\n") {
            problems.push(format!("something is left to change: {plan}"));
        }
        let space = self.room("").unwrap_or_default();
        for place in self.model.places() {
            let Some(room) = self.room(&place) else {
                problems.push(format!("{place}: no room"));
                continue;
            };
            for (kind, wanted) in self.wanted(&place, &space) {
                let there = self
                    .homeserver
                    .look(&room, |room| room.state(kind, "").cloned());
                let mut there = there.flatten().unwrap_or_default();
                // Whom the rules keep from writing the plan knows.
                if let Some(users) = there["users"].as_object_mut() {
                    let apart = TROUBLE.into_iter().chain([LAST]);
                    apart.for_each(|name| drop(users.remove(&id_of(name))));
                }
                let fields = wanted.as_object().expect("an object");
                let differing = fields
                    .iter()
                    .filter(|(field, value)| there.get(*field) != Some(*value));
                problems.extend(differing.map(|(field, value)| {
                    format!(
                        "{place} ({room}): {kind} {field} is {} and should be {value}",
                        there[field]
                    )
                }));
            }
        }
        let rooms = self.homeserver.rooms().into_iter().filter(|room| {
            let by_bot = |event: &Event| event.sender == id_of("hygie");
            let orphan = self.homeserver.look(room, |room| {
                room.events.first().is_some_and(by_bot)
                    && room
                        .events
                        .iter()
                        .all(|event| event.content["alias"].is_null())
            });
            orphan == Some(true)
        });
        problems.extend(rooms.map(|room| format!("a room without an alias: {room}")));
    }

    /// What must hold in a place, written down here a second time on purpose.
    fn wanted(&self, place: &str, space: &str) -> Vec<(&'static str, Value)> {
        let mut users = Map::new();
        for (name, level) in [("samir", 100), ("lea", 100), ("zoe", 50), ("awa", 50)] {
            if name != "awa" || place == "est" {
                users.insert(id_of(name), level.into());
            }
        }
        let here = self.model.correspondents.iter();
        let here = here.filter(|(_, group)| group == place);
        users.extend(here.map(|(user, _)| (user.clone(), 10.into())));
        users.extend(
            self.model
                .muted
                .iter()
                .map(|user| (user.clone(), (-1).into())),
        );
        let quiet = matches!(place, "" | "announcements");
        let events_default = match (self.model.locked.contains(place), quiet) {
            (true, _) => 100,
            (false, true) => 50,
            (false, false) => 0,
        };
        let join_rules = if matches!(place, "" | "admins" | CIRCLE) {
            json!({"join_rule": "invite"})
        } else {
            json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]})
        };
        let mut wanted = vec![
            (
                "m.room.power_levels",
                json!({"users": users, "events_default": events_default, "redact": 50, "state_default": 100}),
            ),
            ("m.room.join_rules", join_rules),
            (
                "m.room.canonical_alias",
                json!({"alias": Model::alias(place)}),
            ),
            (
                "m.room.history_visibility",
                json!({"history_visibility": "joined"}),
            ),
            ("m.room.guest_access", json!({"guest_access": "forbidden"})),
        ];
        if let Some(group) = self.model.groups.iter().find(|group| group.id == place) {
            wanted.push(("m.room.name", json!({"name": group.name})));
            let mut topic = format!("Sujet de {place}");
            if place == "est" {
                let algorithm = json!({"algorithm": "m.megolm.v1.aes-sha2"});
                wanted.push(("m.room.encryption", algorithm));
                topic.push_str(" — 🔒 Groupe chiffré ; Hygie le lit aussi, pour protéger : !hygie confidentialité");
            }
            wanted.push(("m.room.topic", json!({"topic": topic})));
        }
        wanted
    }

    pub(super) fn redactions_by_bot(&self, room: &str, event: &str) -> usize {
        let count = self.homeserver.look(room, |room| {
            room.redactions_of(event)
                .filter(|it| it.sender == id_of("hygie"))
                .count()
        });
        count.unwrap_or_default()
    }

    /// Who was banned at some time: what they wrote is taken down.
    async fn ever_banned(&self) -> BTreeSet<String> {
        let nord: CommunityId = "nord".parse().expect("an id");
        let all = AuditFilter::default();
        let rows = self.hygie.store.audit(&nord, &all, i32::MAX.unsigned_abs());
        let rows = rows.await.expect("it answers").into_iter();
        let bans = rows.filter(|row| row.entry.action.contains("ban"));
        bans.filter_map(|row| row.entry.target).collect()
    }

    fn leaks_are_gone(&self, banned: &BTreeSet<String>, problems: &mut Vec<String>) {
        let of_banned = |room: &str, event: &str| {
            let sender = self.homeserver.look(room, |room| {
                room.event(event).map(|event| event.sender.clone())
            });
            sender
                .flatten()
                .is_some_and(|sender| banned.contains(&sender))
        };
        for leak in &self.model.leaks {
            let left = self.homeserver.look(&leak.room, |room| {
                room.event(&leak.event).map(|event| event.content.clone())
            });
            let count = self.redactions_by_bot(&leak.room, &leak.event);
            let taken_back = self.model.taken_back.contains(&leak.event);
            let twice = count == 2 && of_banned(&leak.room, &leak.event);
            let once = count == 1 || (taken_back && count == 0);
            if left.flatten() != Some(json!({})) || !(once || twice) {
                problems.push(format!(
                    "leak {} in {}: taken down {count} times",
                    leak.event, leak.room
                ));
            }
        }
        for (room, event) in &self.model.clean {
            if self.redactions_by_bot(room, event) > 0 && !of_banned(room, event) {
                problems.push(format!("{event} in {room} was clean and was taken down"));
            }
        }
    }

    fn announcements_are_everywhere_once(&self, problems: &mut Vec<String>) {
        let announcements = self.room("announcements").unwrap_or_default();
        let groups: BTreeSet<_> = self
            .model
            .groups
            .iter()
            .filter_map(|group| self.room(&group.id))
            .collect();
        for made in &self.model.announcements {
            let source = made
                .event
                .clone()
                .or_else(|| self.posted(&announcements, &made.token));
            let Some(source) = source else {
                if !made.withdrawn {
                    problems.push(format!("{} was never posted", made.token));
                }
                continue;
            };
            for room in &groups {
                let copies = self
                    .homeserver
                    .look(room, |room| copies(&room.events, &source))
                    .unwrap_or_default();
                let edits = |copy: &str| {
                    self.homeserver
                        .look(room, |room| last_edit(&room.events, copy))
                        .flatten()
                };
                let certain = made.targets.contains(room);
                let wrong = match (made.withdrawn, copies.as_slice()) {
                    (true, []) => None,
                    (false, []) => certain.then(|| "no copy".to_owned()),
                    (_, [_, _, ..]) => Some(format!("{} copies", copies.len())),
                    (true, [copy]) => {
                        let left = copy.redacted_by.is_none() || edits(&copy.id).is_some();
                        left.then(|| "withdrawn, and its copy is left".to_owned())
                    }
                    (false, [copy]) => {
                        let shown = edits(&copy.id).unwrap_or_else(|| {
                            copy.content["body"].as_str().unwrap_or_default().to_owned()
                        });
                        (copy.redacted_by.is_some() || !shown.ends_with(&made.text))
                            .then(|| format!("its copy says {shown:?} and not {:?}", made.text))
                    }
                };
                problems.extend(
                    wrong.map(|wrong| format!("{} ({source}) in {room}: {wrong}", made.token)),
                );
            }
        }
    }

    /// The announcement that the bot posted for a command.
    fn posted(&self, announcements: &str, token: &str) -> Option<String> {
        let found = self.homeserver.look(announcements, |room| {
            let said = |event: &&Event| {
                event.content["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(token))
            };
            room.events.iter().find(said).map(|event| event.id.clone())
        });
        found.flatten()
    }

    fn everything_is_said_once(&self, problems: &mut Vec<String>) {
        let (mut said, mut answers) = (BTreeMap::new(), BTreeMap::new());
        for room in self.homeserver.rooms() {
            self.homeserver.look(&room, |room| {
                for event in room
                    .events
                    .iter()
                    .filter(|event| event.sender == id_of("hygie"))
                {
                    if let Some(action) = event.said["org.hygie.action"].as_str() {
                        *said
                            .entry((action.to_owned(), room.id.clone()))
                            .or_insert(0) += 1;
                    }
                    if let Some(to) =
                        event.said["m.relates_to"]["m.in_reply_to"]["event_id"].as_str()
                    {
                        *answers.entry(to.to_owned()).or_insert(0) += 1;
                    }
                }
            });
        }
        let twice = said.iter().filter(|(_, count)| **count > 1);
        problems.extend(
            twice.map(|((action, room), count)| format!("said {count} times in {room}: {action}")),
        );
        for (room, command) in &self.commands {
            let count = answers.get(command).copied().unwrap_or(0);
            if count != 1 {
                problems.push(format!(
                    "the command {command} in {room} was answered {count} times"
                ));
            }
        }
    }

    /// Where it is encrypted everything that the bot says is, and what could not be read by a person was lost to them.
    fn nothing_is_said_in_the_clear(&self, problems: &mut Vec<String>) {
        for room in self.homeserver.rooms() {
            let clear = self.homeserver.look(&room, |room| {
                let events = room.events.iter();
                let since = events.skip_while(|event| event.kind != "m.room.encryption");
                let by_bot = since.filter(|event| event.sender == id_of("hygie"));
                let is_clear = |event: &&Event| {
                    event.kind == "m.room.message" || !event.said["ciphertext"].is_null()
                };
                by_bot
                    .filter(is_clear)
                    .map(|event| event.id.clone())
                    .collect::<Vec<_>>()
            });
            let clear = clear.unwrap_or_default().into_iter();
            problems.extend(clear.map(|event| {
                format!("{event} in {room} is not encrypted, or nobody can decrypt it")
            }));
        }
    }

    async fn nothing_was_given_up(&self, problems: &mut Vec<String>) {
        let dead = "SELECT kind || ' in ' || coalesce(room_id, '-') || ': ' || coalesce(error, '') || ' ' || action FROM outbox WHERE state = 'dead' ORDER BY seq";
        problems.extend(
            self.hygie
                .rows(dead)
                .await
                .into_iter()
                .map(|row| format!("given up: {row}")),
        );
    }

    async fn the_log_of_deeds_is_whole(&self, problems: &mut Vec<String>) {
        match self.hygie.store.verify_audit().await {
            Ok(AuditVerdict::Whole(_)) => {}
            other => problems.push(format!("the audit log: {other:?}")),
        }
        let nord: CommunityId = "nord".parse().expect("an id");
        let rows = self
            .hygie
            .store
            .audit(&nord, &AuditFilter::default(), i32::MAX.unsigned_abs())
            .await
            .expect("it answers");
        let mut taken_down: BTreeMap<String, usize> = BTreeMap::new();
        let mut banned: BTreeMap<String, bool> = BTreeMap::new();
        for row in rows.iter().rev() {
            let entry = &row.entry;
            let target = entry.target.clone().unwrap_or_default();
            match entry.action.as_str() {
                "redact" => {
                    let detail = entry.detail.as_deref().unwrap_or_default();
                    let event = detail.split_once(": ").map_or(detail, |(event, _)| event);
                    *taken_down.entry(event.to_owned()).or_default() += 1;
                }
                "ban" => drop(banned.insert(target, true)),
                "unban" => drop(banned.insert(target, false)),
                _ => {}
            }
        }
        for leak in &self.model.leaks {
            let count = taken_down.remove(&leak.event).unwrap_or(0);
            let taken_back = self.model.taken_back.contains(&leak.event);
            if count != 1 && !(taken_back && count == 0) {
                problems.push(format!(
                    "leak {} stands {count} times in the audit log",
                    leak.event
                ));
            }
        }
        for event in self.model.disturbing.keys() {
            // What may go was looked at already.
            if taken_down.remove(event).is_some_and(|times| times > 1) {
                problems.push(format!("{event} stands twice in the audit log"));
            }
        }
        problems.extend(
            taken_down
                .keys()
                .map(|event| format!("{event} stands in the audit log and was no leak")),
        );
        for (user, banned) in banned {
            for place in ["", "announcements", "admins", "est", "ouest", "sud"] {
                let room = self.room(place).unwrap_or_default();
                let there = self
                    .homeserver
                    .look(&room, |room| room.membership(&user).to_owned())
                    .unwrap_or_default();
                if (there == "ban") != banned {
                    let history = self.homeserver.look(&room, |room| {
                        let of_user = |event: &&Event| event.state_key.as_ref() == Some(&user);
                        let shown = |event: &Event| {
                            format!(
                                "{} {} by {}",
                                event.at, event.content["membership"], event.sender
                            )
                        };
                        room.events
                            .iter()
                            .filter(of_user)
                            .map(shown)
                            .collect::<Vec<_>>()
                            .join(", ")
                    });
                    let log = rows.iter().rev().filter(|row| {
                        row.entry.target.as_ref() == Some(&user) && row.entry.action.contains("ban")
                    });
                    let log: Vec<_> = log
                        .map(|row| {
                            format!("{} {} by {}", row.at.0, row.entry.action, row.entry.actor)
                        })
                        .collect();
                    problems.push(format!("  there: {history:?}; the log: {}", log.join(", ")));
                    problems.push(format!(
                        "{user} is at {there:?} in {place:?} ({room}); banned: {banned}"
                    ));
                }
            }
        }
    }

    async fn no_words_are_kept(&self, problems: &mut Vec<String>) {
        let log = std::fs::read_to_string(self.hygie.log_file()).unwrap_or_default();
        let mut kept = self.hygie.rows("SELECT action FROM outbox").await;
        kept.extend(
            self.hygie
                .rows("SELECT coalesce(detail, '') FROM audit")
                .await,
        );
        kept.extend(self.hygie.rows("SELECT value FROM record").await);
        let kept = kept.join("\n");
        let tokens = self.tokens();
        let answered = self.model.proposals.iter();
        let answered = answered.filter(|proposal| proposal.answer.is_some());
        let reasons = answered.map(|proposal| proposal.reason.as_str());
        let secrets = SECRETS.into_iter().chain(reasons);
        for secret in secrets.chain(tokens.iter().map(String::as_str)) {
            if log.contains(secret) || kept.contains(secret) {
                problems
                    .push("what a member wrote stands in the log or in the database".to_owned());
            }
        }
        let bad = log.lines().filter(|line| {
            line.contains("panicked") || line.contains("defect") || line.contains("deadlock")
        });
        problems.extend(bad.map(str::to_owned));
        let left = self
            .hygie
            .rows("SELECT event_id FROM inbox WHERE payload IS NOT NULL")
            .await;
        problems.extend(
            left.into_iter()
                .map(|event| format!("{event} is still kept with its words")),
        );
    }
}

/// The copies of an announcement, also those that were taken down.
fn copies(events: &[Event], source: &str) -> Vec<Event> {
    let is_copy = |event: &&Event| {
        event.said["org.hygie.relay"] == source && event.said["m.relates_to"].is_null()
    };
    events.iter().filter(is_copy).cloned().collect()
}

/// The last edit of an event that can still be read.
fn last_edit(events: &[Event], of: &str) -> Option<String> {
    let mut edits = events.iter().filter(|event| {
        let relation = &event.content["m.relates_to"];
        relation["rel_type"] == "m.replace" && relation["event_id"] == of
    });
    edits.next_back().and_then(|event| {
        event.content["m.new_content"]["body"]
            .as_str()
            .map(str::to_owned)
    })
}
