//! What people do in the walk: commands, coming and going, changes by hand, the operator's files.

use hygie_tests::strict_homeserver::Refusal;
use rand::RngExt;
use serde_json::{Value, json};

use super::{
    hygie::id_of,
    model::{CORRESPONDENTS, GUESTS, Group, LISTED, PASSING, PROPOSED, STABLE, TEAM},
    walk::{Step, Walk},
};

impl Walk {
    /// Somebody of the team gives a command in the admins' room.
    pub(super) fn command(&mut self, who: &str, line: &str) -> bool {
        let Some(room) = self.room("admins") else {
            return false;
        };
        let content = json!({"msgtype": "m.text", "body": format!("!hygie {line}")});
        self.command_with(&room, who, content)
    }

    /// A command that is more than its words.
    pub(super) fn command_with(&mut self, room: &str, who: &str, content: Value) -> bool {
        let sent = self
            .homeserver
            .send(room, &id_of(who), "m.room.message", content);
        let Ok(event) = sent else { return false };
        self.told("command");
        self.commands.push((room.to_owned(), event));
        true
    }

    pub(super) fn command_of(&mut self, step: Step) {
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
            Step::Grant | Step::Revoke => {
                let user = id_of(self.some(&CORRESPONDENTS));
                let group = self.some(&["est", "ouest", "sud"]).to_owned();
                let given = matches!(step, Step::Grant);
                let line = if given {
                    format!("grant {user} correspondent in {group}")
                } else {
                    format!("revoke {user} in {group}")
                };
                if self.command("samir", &line) {
                    let pair = (user, group);
                    self.model.correspondents.remove(&pair);
                    self.model.correspondents.extend(given.then_some(pair));
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

    pub(super) async fn direct_message(&mut self) {
        if self.directs.len() < 6 {
            let user = id_of(self.some(&STABLE));
            let encrypted = self.directs.len().is_multiple_of(2);
            let room = self
                .homeserver
                .open_direct(&user, &id_of("hygie"), encrypted);
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
            && let Ok(event) = self.say(&room, &user, content).await
        {
            self.told("direct command");
            self.commands.push((room, event));
        }
    }

    pub(super) fn invite(&self, space: &str, name: &str) -> Result<(), Refusal> {
        self.homeserver
            .change_member(space, &id_of("samir"), &id_of(name), "invite")?;
        self.join(space, name)
    }

    pub(super) fn join(&self, room: &str, name: &str) -> Result<(), Refusal> {
        self.homeserver
            .change_member(room, &id_of(name), &id_of(name), "join")
    }

    pub(super) fn come_and_go(&mut self) {
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
    pub(super) fn remove_by_hand(&mut self) {
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

    pub(super) fn moderator_by_hand(&mut self) {
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

    /// The team accepts invitations, and so does who is let in.
    pub(super) fn accept(&mut self) {
        for place in self.model.places() {
            let Some(room) = self.room(&place) else {
                continue;
            };
            let let_in = STABLE
                .into_iter()
                .chain(GUESTS)
                .chain(PROPOSED)
                .chain(LISTED);
            for name in TEAM.into_iter().chain(let_in) {
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
    pub(super) fn drift(&mut self) {
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

    pub(super) fn some_level(&mut self) -> i64 {
        [0, 0, 25, 50][self.random.random_range(0..4)]
    }

    /// The operator changes the community file and has it read again.
    pub(super) async fn reload(&mut self) {
        if self.model.groups.len() < 6 && self.random.random_ratio(1, 2) {
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
