//! The process dies at every named point of the pipeline, one after the other: nothing is lost, nothing is doubled.

mod besides;

use std::{collections::BTreeSet, fmt::Write as _, path::Path, sync::Arc, time::Instant};

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    process::Signal,
    wait::wait_until,
    world::{Database, Options},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};

use self::besides::{Besides, GROUP, PARTS};
use crate::{
    admission::on_the_roster,
    communities::{NIR, NORD, Nord},
    crash::seed,
    shape::adopted,
};

/// The exit code of `abort`: 128 and SIGABRT. `kill -9` from outside would be 137.
const ENDED_AT_POINT: i32 = 134;

/// What brings the process to a point.
enum Way {
    /// Its start, with work that is waiting.
    Start,
    /// The scenario; the point is passed up to so many times before.
    Scenario(u32),
    /// The scenario, with somebody whom the bot has never written to.
    NewPerson,
    /// The scenario, with a group that the file has gained.
    NewGroup,
    /// The scenario, with a mute that ends.
    Timer,
    /// The scenario, with a role that ends.
    Grant,
    /// The scenario, with a nomination, which is shown as a card.
    Card,
    /// The scenario, with a group that gets a new room; the point is passed up to so many times.
    Upgrade(u32),
    /// The scenario, with a message that goes to another group.
    Move,
    /// The scenario, with a group that is split; the point is passed up to so many times.
    Split(u32),
    /// SIGTERM in the middle of the scenario.
    Stop,
    /// Tests of their own lead there, in `encryption`, `sanctions` and `pace`.
    Elsewhere,
}

fn way_to(point: &str) -> Way {
    match point {
        "executor.direct_room_created" | "crypto.key_shared" => Way::NewPerson,
        "crypto.secret_stored"
        | "crypto.backup_created"
        | "executor.cleaning_up"
        | "executor.picture_shown"
        | "executor.status_posted" => Way::Elsewhere,
        "executor.room_created" => Way::NewGroup,
        "executor.card_shown" => Way::Card,
        "executor.successor_made"
        | "executor.alias_freed"
        | "executor.alias_moved"
        | "executor.successor_bound"
        | "executor.tombstone_set" => Way::Upgrade(1),
        "executor.message_copied" | "executor.author_told" => Way::Move,
        // Four of the team, and then Tom and Noé; to two rooms where the group is split.
        "executor.invited" => Way::Upgrade(6),
        "executor.inviting" => Way::Split(10),
        "jobs.due" => Way::Grant,
        "jobs.review" => Way::Start,
        // A redaction's push may overtake its answer, so only the first is sure to come.
        "executor.confirmed" | "executor.recorded" => Way::Scenario(1),
        "executor.copied" => Way::Scenario(2),
        _ => match point.split('.').next() {
            Some("start" | "crypto") => Way::Start,
            Some("stop") => Way::Stop,
            Some("jobs") => Way::Timer,
            Some("appservice") => Way::Scenario(2),
            _ => Way::Scenario(4),
        },
    }
}

/// The community; `secteur-est`, where everything happens, is encrypted.
fn groups() -> String {
    NORD.replace(r#"topic: "Est","#, r#"topic: "Est", encryption: true,"#)
}

/// What was done in one round.
struct Round {
    point: &'static str,
    number: usize,
    clean: OwnedEventId,
    leak: OwnedEventId,
    announcement: OwnedEventId,
    command: OwnedEventId,
    besides: Option<Besides>,
}

/// The community, and who plays in it.
struct Play {
    nord: Nord,
    luc: Arc<Member>,
    noe: Arc<Member>,
    tom: Arc<Member>,
    muted: bool,
    groups: String,
}

impl Play {
    async fn start(database: Database) -> Self {
        let options = Options {
            encryption: true,
            ..Options::default()
        };
        let nord = Nord::with(database, &groups(), options).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        let noe = nord.member("noe", &[&nord.est]).await;
        let tom = nord.member("tom", &[&nord.est, &nord.ouest]).await;
        let room = adopted(&nord, "12", GROUP).await;
        for ((_, part), member) in PARTS.into_iter().zip([&tom, &noe]) {
            let invited = nord.samir.invite(&room, member.id()).await;
            invited.expect("he made the room");
            member.accept_invite(&room).await;
            on_the_roster(&nord, member, part).await;
        }
        nord.quiet().await;
        let mut play = Self {
            nord,
            luc,
            noe,
            tom,
            muted: false,
            groups: groups(),
        };
        // The roster is read at a start.
        play.nord.world.restart().await;
        play.nord.quiet().await;
        play
    }

    /// Everything at once: a clean message, a leak, an announcement, a command and a change by hand.
    async fn scenario(
        &self,
        point: &'static str,
        number: usize,
        leaker: &Member,
        command: &str,
    ) -> Round {
        let Nord {
            samir,
            est,
            admins,
            announcements,
            ..
        } = &self.nord;
        let topic = json!({"topic": format!("Foire {number}")});
        let (clean, news, command) = (
            format!("bonjour {number}"),
            format!("Annonce {number}"),
            self.nord.line(command),
        );
        let talk = async {
            let clean = leaker.send_text(est, &clean).await;
            (clean, leaker.send_text(est, NIR).await)
        };
        let ((clean, leak), announcement, (command, changed)) =
            tokio::join!(talk, samir.send_text(announcements, &news), async {
                let command = samir.send_text(admins, &command).await;
                (
                    command,
                    samir.send_state(est, "m.room.topic", "", topic).await,
                )
            });
        changed.expect("an owner may change a topic");
        Round {
            point,
            number,
            clean,
            leak,
            announcement,
            command,
            besides: None,
        }
    }

    /// Has the process die at the point, in the middle of the scenario or around it.
    async fn die_at(&mut self, point: &'static str, number: usize, random: &mut StdRng) -> Round {
        let (noe, tom) = (self.noe.id().to_owned(), self.tom.id().to_owned());
        let mute = number.is_multiple_of(2);
        let prepared = self.prepare(point, number).await;
        let (besides, prepared) = prepared.unzip();
        let command = match way_to(point) {
            Way::Upgrade(_) | Way::Move | Way::Split(_) => prepared.unwrap_or_default(),
            Way::Timer => format!("mute {noe} for 2s"),
            Way::Grant => format!("grant {tom} correspondent in secteur-est for 2s"),
            Way::Card => format!("nominate {tom} admin because steady"),
            _ if mute => format!("mute {noe} for 2h"),
            _ => format!("unmute {noe}"),
        };
        self.muted = match way_to(point) {
            Way::Timer => false,
            Way::Grant | Way::Card | Way::Upgrade(_) | Way::Move | Way::Split(_) => self.muted,
            _ => mute,
        };
        let mut leaker = self.luc.clone();
        match way_to(point) {
            Way::NewPerson => {
                let name = format!("eva{number}");
                leaker = self.nord.member(&name, &[&self.nord.est]).await;
            }
            Way::NewGroup => {
                let group = "  - {id: secteur-sud, name: \"Secteur Sud\", kind: discussion, topic: \"Sud\"}\n";
                self.groups.push_str(group);
                self.nord.world.write("communities/nord.yaml", &self.groups);
            }
            _ => {}
        }
        let nth = match way_to(point) {
            Way::Scenario(most) | Way::Upgrade(most) | Way::Split(most) => {
                random.random_range(1..=most)
            }
            _ => 1,
        };
        let armed = format!("{point}:{nth}");
        println!("round {number}: {armed}");
        let mut round = match way_to(point) {
            // What comes in before the end, and what Synapse keeps, is waiting at the start.
            Way::Start => {
                let round = self.scenario(point, number, &leaker, &command).await;
                self.nord.world.kill9().await;
                self.launch(Some(&armed)).await;
                round
            }
            Way::Stop => {
                self.nord.world.kill9().await;
                self.launch(Some(&armed)).await;
                self.nord.world.wait_ready(true).await;
                let round = self.scenario(point, number, &leaker, &command).await;
                self.nord.world.signal(Signal::Terminate);
                round
            }
            _ => {
                self.nord.world.kill9().await;
                self.launch(Some(&armed)).await;
                self.scenario(point, number, &leaker, &command).await
            }
        };
        let code = self.nord.world.wait_ended().await;
        let said = format!("ended at the fail point {point}");
        let times = self.nord.world.log().matches(&said).count();
        assert_eq!((code, times), (ENDED_AT_POINT, 1), "{armed}");
        round.besides = besides;
        round
    }

    async fn launch(&mut self, point: Option<&str>) {
        self.nord.world.set_env(fault::POINT_VARIABLE, point);
        self.nord.world.launch().await;
    }

    /// Started again without the point, everything comes to be as it should.
    async fn comes_right(&self, round: &Round) {
        let muted = self.muted;
        let Nord {
            samir,
            est,
            ouest,
            admins,
            ..
        } = &self.nord;
        samir.wait_redacted(est, &round.leak).await;
        for room in [est, ouest] {
            samir
                .wait_for_event(room, "the copy", |event| {
                    copy_of(event, &round.announcement)
                })
                .await;
        }
        self.nord.answer(samir, admins, &round.command).await;
        if let Some(besides) = &round.besides {
            self.besides_comes_right(besides).await;
        }
        wait_until(
            &format!("{}: the topic to be back", round.point),
            async || {
                let topic = samir.get_state(est, "m.room.topic", "").await?;
                topic["topic"].as_str()?.starts_with("Est").then_some(())
            },
        )
        .await;
        let pointer = format!("/users/{}", self.noe.id());
        wait_until(
            &format!("{}: Noé to be muted: {muted}", round.point),
            async || {
                let levels = samir.get_state(est, "m.room.power_levels", "").await?;
                ((levels.pointer(&pointer) == Some(&json!(-1))) == muted).then_some(())
            },
        )
        .await;
    }

    /// In the end each effect is there once, and nothing waits.
    async fn nothing_is_doubled(&self, rounds: &[Round]) {
        let Nord {
            samir,
            est,
            ouest,
            admins,
            world,
            ..
        } = &self.nord;
        self.nord.quiet().await;
        let (in_est, in_ouest, in_admins) = (
            samir.timeline(est).await,
            samir.timeline(ouest).await,
            samir.timeline(admins).await,
        );
        let mut wrong = self.besides_are_done_once(rounds).await;
        for round in rounds {
            let count = |room: &[Value], wanted: &dyn Fn(&Value) -> bool| {
                room.iter().filter(|event| wanted(event)).count()
            };
            let drift = format!("→ `Foire {}`", round.number);
            let body = |event: &Value| {
                event["content"]["body"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            let counts = [
                (
                    "redactions",
                    count(&in_est, &|event| redaction_of(event, &round.leak)),
                ),
                (
                    "copies in est",
                    count(&in_est, &|event| copy_of(event, &round.announcement)),
                ),
                (
                    "copies in ouest",
                    count(&in_ouest, &|event| copy_of(event, &round.announcement)),
                ),
                (
                    "notices of the drift",
                    count(&in_admins, &|event| body(event).contains(&drift)),
                ),
                (
                    "clean messages",
                    count(&in_est, &|event| {
                        event["event_id"] == round.clean.as_str()
                            && body(event) == format!("bonjour {}", round.number)
                    }),
                ),
            ];
            for (what, times) in counts {
                if times != 1 {
                    let _ = writeln!(wrong, "{}: {times} {what}", round.point);
                }
            }
            let answers = count(&in_admins, &|event| answer_to(event, &round.command));
            if answers != round.besides.as_ref().map_or(1, Besides::answers) {
                let _ = writeln!(wrong, "{}: {answers} answers", round.point);
            }
        }
        assert_eq!(wrong, "");
        let of_bot = |event: &&Value| event["sender"] == world.bot_id().as_str();
        let said = in_admins.iter().filter(of_bot);
        let cards = said.filter(|event| event["content"]["body"].to_string().contains("🗳️"));
        assert_eq!(cards.count(), 1, "the nomination is shown once");
        // One explanation for each leak, and one room for all of them.
        let dm = self.luc.direct_message_from(&world.bot_id()).await;
        let bot = world.bot_id();
        let timeline = self.luc.timeline(&dm).await;
        let said: Vec<&str> = timeline
            .iter()
            .filter(|event| event["sender"] == bot.as_str())
            .filter_map(|event| event["content"]["org.hygie.action"].as_str())
            .collect();
        let once: BTreeSet<&str> = said.iter().copied().collect();
        assert_eq!(said.len(), once.len(), "nothing is said twice");
        let leaks = rounds
            .iter()
            .filter(|round| !matches!(way_to(round.point), Way::NewPerson));
        assert_eq!(said.len(), leaks.count(), "each leak is explained");
        let invited: BTreeSet<OwnedRoomId> = self
            .luc
            .joined_rooms()
            .into_iter()
            .chain(self.luc.invited_rooms())
            .collect();
        assert_eq!(invited.len(), 3, "the space, the group and one direct room");
        let given_up = "SELECT count(*) FROM outbox WHERE state = 'dead'";
        assert_eq!(world.sql_count(given_up).await, 0);
        let plan = world.hygie(&["plan"]).await;
        let plan = String::from_utf8_lossy(&plan.stdout).into_owned();
        assert!(
            plan.ends_with("Everything is as the files say.\n"),
            "{plan}"
        );
    }
}

fn redaction_of(event: &Value, leak: &OwnedEventId) -> bool {
    event["type"] == "m.room.redaction"
        && (event["content"]["redacts"] == leak.as_str() || event["redacts"] == leak.as_str())
}

fn copy_of(event: &Value, announcement: &OwnedEventId) -> bool {
    event["content"]["org.hygie.relay"] == announcement.as_str()
}

fn answer_to(event: &Value, command: &OwnedEventId) -> bool {
    event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == command.as_str()
}

on_both! {
    async fn killed_at_every_point_it_loses_and_doubles_nothing(database) {
        let seed = seed();
        println!("HYGIE_TEST_SEED={seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let points = fault::POINTS.iter().copied();
        let mut points: Vec<&'static str> = points.filter(|point| !matches!(way_to(point), Way::Elsewhere)).collect();
        points.shuffle(&mut random);
        let mut play = Play::start(database).await;
        let mut rounds = Vec::new();
        for (number, point) in points.into_iter().enumerate() {
            let begun = Instant::now();
            let round = play.die_at(point, number, &mut random).await;
            let died = begun.elapsed();
            play.launch(None).await;
            play.comes_right(&round).await;
            println!("{point}: dead after {died:?}, right after {:?}", begun.elapsed());
            rounds.push(round);
        }
        play.nothing_is_doubled(&rounds).await;
    }
}

/// Every use of a point in `src`, but in `fault.rs` itself.
fn points_in_the_source() -> Vec<String> {
    let mut points = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("src/fault.rs") {
                let text = std::fs::read_to_string(&path).expect("source is text");
                let uses = text.split("fault::point(\"").skip(1);
                points.extend(
                    uses.filter_map(|rest| rest.split('"').next())
                        .map(str::to_owned),
                );
            }
        }
    }
    points.sort();
    points
}

#[test]
fn every_fail_point_stands_in_the_source_exactly_once() {
    let mut named = fault::POINTS.to_vec();
    named.sort_unstable();
    assert_eq!(points_in_the_source(), named);
}
