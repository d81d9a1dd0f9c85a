//! A raid: two hundred people whom nobody invited come at once and write a thousand messages, while an announcement is relayed, beside a real
//! homeserver that lets nobody send faster than it wants. Only results are looked at: how long it takes, the load harness tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use hygie_tests::{
    members::{Member, Sender},
    on_both, postgres,
    process::Signal,
    wait::wait_at_most,
    world::{Database, Options},
};
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::communities::{NIR, NORD, Nord, body};

/// What most of it is. Advertising is asked about, and goes where one person writes it in three groups, or where the team takes one down.
const ADVERTISEMENT: &str = "Gagnez 500 euros par jour depuis chez vous sans effort, écrivez vite à notre conseiller avant ce soir minuit précises";
const INVITATION: &str = "venez tous sur https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv";
const HATE: &str = "sale arabe, dégage";

/// How many come, each with five messages.
const PEOPLE: usize = 200;
/// How many events a second the homeserver takes of anybody.
const LIMIT: u32 = 20;
/// How many of them write in every group, and how many write what counts most; each beyond ten sanctions an hour waits for an admin.
const EVERYWHERE: usize = 10;
const HATEFUL: usize = 15;
/// How many of them write at a time.
const AT_ONCE: usize = 8;
/// How long everything may take on a slow machine.
const LONG: Duration = Duration::from_mins(8);

const GIVEN_UP: &str = "SELECT count(*) FROM outbox WHERE state = 'dead'";
const ACCESS: &str = "access: {public: true}";

/// [`NORD`] with the default pace, and with groups that let anybody in.
fn open(more: &str) -> String {
    let open = NORD
        .replace("pace: {flood: {messages: 0}}\n", more)
        .replace("topic: \"Est\"", &format!("topic: \"Est\", {ACCESS}"))
        .replace("topic: \"Ouest\"", &format!("topic: \"Ouest\", {ACCESS}"));
    let south =
        format!("  - {{id: secteur-sud, name: Sud, kind: discussion, topic: Sud, {ACCESS}}}\n");
    format!("{open}{south}")
}

/// Somebody of the raid, with where they write what.
struct Raider {
    who: Sender,
    rooms: Vec<OwnedRoomId>,
    says: Vec<(OwnedRoomId, String)>,
}

/// A message of the raid that the homeserver took.
struct Landed {
    by: OwnedUserId,
    room: OwnedRoomId,
    event: OwnedEventId,
    text: String,
}

impl Raider {
    /// The one with this number: five messages.
    async fn new(nord: &Nord, number: usize, south: &OwnedRoomId) -> Self {
        let who = nord.world.stranger(&format!("raid{number}")).await;
        let (est, ouest) = (&nord.est, &nord.ouest);
        let rooms = if number < EVERYWHERE {
            vec![est.clone(), ouest.clone(), south.clone()]
        } else {
            vec![est.clone()]
        };
        let own = match number {
            _ if number < EVERYWHERE => return Self::everywhere(who, rooms, number),
            _ if number < EVERYWHERE + HATEFUL => HATE.to_owned(),
            _ => format!("bonjour, je viens d’arriver, je suis le numéro {number}"),
        };
        let leak = format!("la patiente {NIR} est rentrée, {number}");
        let says = [
            ADVERTISEMENT.to_owned(),
            INVITATION.to_owned(),
            leak,
            ADVERTISEMENT.to_owned(),
            own,
        ];
        let says = says.map(|text| (est.clone(), text)).into();
        Self { who, rooms, says }
    }

    fn everywhere(who: Sender, rooms: Vec<OwnedRoomId>, number: usize) -> Self {
        let mut says: Vec<_> = rooms
            .iter()
            .map(|room| (room.clone(), ADVERTISEMENT.to_owned()))
            .collect();
        says.push((rooms[1].clone(), INVITATION.to_owned()));
        says.push((
            rooms[2].clone(),
            format!("la patiente {NIR} est rentrée, {number}"),
        ));
        Self { who, rooms, says }
    }

    /// Comes and writes; gives what the homeserver took. What it refuses, a closed group refuses.
    async fn go(self) -> Vec<Landed> {
        for room in &self.rooms {
            self.who.join(room).await.expect("the groups are open");
        }
        let mut landed = Vec::new();
        for (room, text) in self.says {
            match self.who.send_text(&room, &text).await {
                Ok(event) => landed.push(Landed {
                    by: self.who.id().to_owned(),
                    room,
                    event,
                    text,
                }),
                Err(refusal) => assert_eq!(refusal.errcode, "M_FORBIDDEN", "{refusal:?}"),
            }
        }
        landed
    }
}

/// These people go, some at a time; gives what the homeserver took.
async fn go(raiders: Vec<Raider>) -> Vec<Landed> {
    let (mut tasks, mut landed) = (JoinSet::new(), Vec::new());
    for raider in raiders {
        if tasks.len() >= AT_ONCE {
            landed.extend(
                tasks
                    .join_next()
                    .await
                    .expect("some are there")
                    .expect("none fails"),
            );
        }
        tasks.spawn(raider.go());
    }
    while let Some(theirs) = tasks.join_next().await {
        landed.extend(theirs.expect("none fails"));
    }
    landed
}

/// A raid on a community with a member who was there before.
struct Raid {
    nord: Nord,
    south: OwnedRoomId,
    luc: Arc<Member>,
    before: OwnedEventId,
    raiders: Vec<Raider>,
}

impl Raid {
    async fn prepare(database: Database, more: &str, people: usize, limit: Option<u32>) -> Self {
        let options = Options {
            limit,
            ..Options::default()
        };
        let nord = Nord::with(database, &open(more), options).await;
        let south = nord.world.room("nord", "secteur-sud").await;
        nord.samir.accept_invite(&south).await;
        let luc = nord.member("luc", &[&nord.est, &nord.ouest]).await;
        let before = luc.send_text(&nord.est, "Bonjour à toutes et à tous").await;
        let mut raiders = Vec::new();
        for number in 0..people {
            raiders.push(Raider::new(&nord, number, &south).await);
        }
        nord.quiet().await;
        Self {
            nord,
            south,
            luc,
            before,
            raiders,
        }
    }

    fn groups(&self) -> [&OwnedRoomId; 3] {
        [&self.nord.est, &self.nord.ouest, &self.south]
    }

    /// All come and write, and in the middle an admin announces something.
    async fn go(&mut self) -> Vec<Landed> {
        let second = self.raiders.split_off(self.raiders.len() / 2);
        let mut landed = go(std::mem::take(&mut self.raiders)).await;
        let announced = &self.nord.announcements;
        self.nord.samir.send_text(announced, "Vaccins mardi").await;
        landed.extend(go(second).await);
        landed
    }

    /// Waits until nothing is left to do, after the rules have taken down at least so much.
    async fn over(&self, taken_down: usize) {
        let sql = "SELECT count(*) FROM audit WHERE action = 'redact'";
        let left = "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL) \
                    + (SELECT count(*) FROM outbox WHERE state = 'waiting')";
        let world = &self.nord.world;
        wait_at_most(LONG, "the raid to be over", async || {
            let enough = world.sql_count(sql).await >= number(taken_down);
            assert_eq!(world.sql_count(GIVEN_UP).await, 0, "nothing is given up");
            (enough && world.sql_count(left).await == 0).then_some(())
        })
        .await;
    }

    /// What stands in a room, as Samir sees it.
    async fn timelines(&self) -> BTreeMap<OwnedRoomId, Vec<Value>> {
        let mut all = BTreeMap::new();
        for room in self.groups() {
            all.insert(room.clone(), self.nord.samir.timeline(room).await);
        }
        all
    }

    /// The bodies of what the bot has said to the admins.
    async fn told(&self) -> Vec<String> {
        let timeline = self.nord.samir.timeline(&self.nord.admins).await;
        let bot = self.nord.bot();
        let told = timeline
            .iter()
            .filter(|it| it["type"] == "m.room.message" && it["sender"] == bot.as_str());
        told.map(body).collect()
    }

    /// The group is for the team only.
    async fn assert_closed(&self) {
        let late = self.nord.world.stranger("late").await;
        late.join(&self.nord.est).await.expect("one may come in");
        let refused = late.send_text(&self.nord.est, "moi aussi").await;
        assert_eq!(
            refused.expect_err("only the team writes").errcode,
            "M_FORBIDDEN"
        );
        let here = self
            .luc
            .get_state(&self.nord.ouest, "m.room.power_levels", "")
            .await;
        assert!(here.expect("every room has powers")["users"][self.luc.id().as_str()].is_null());
    }

    /// Nothing is lost, doubled or given up, and who was there before is left alone.
    async fn assert_in_order(&self, timelines: &BTreeMap<OwnedRoomId, Vec<Value>>) {
        let bot = self.nord.bot();
        for (room, timeline) in timelines {
            let copies = timeline
                .iter()
                .filter(|it| it["content"]["org.hygie.relay"].is_string());
            let copies: Vec<String> = copies.map(body).collect();
            assert_eq!(copies.len(), 1, "{room}: {copies:?}");
            assert!(copies[0].ends_with("Vaccins mardi"), "{copies:?}");
            let mut times: BTreeMap<&str, usize> = BTreeMap::new();
            let redactions = timeline
                .iter()
                .filter(|it| it["type"] == "m.room.redaction" && it["sender"] == bot.as_str());
            for redaction in redactions {
                let of = redaction["content"]["redacts"]
                    .as_str()
                    .or(redaction["redacts"].as_str());
                *times.entry(of.expect("it names an event")).or_default() += 1;
            }
            times.retain(|_, times| *times > 1);
            assert!(times.is_empty(), "taken down again: {times:?}");
        }
        let world = &self.nord.world;
        let first = self.luc.fetch(&self.nord.est, &self.before).await;
        assert_eq!(body(&first), "Bonjour à toutes et à tous");
        let about = format!(
            "SELECT count(*) FROM audit WHERE target = '{}'",
            self.luc.id()
        );
        assert_eq!(
            world.sql_count(&about).await,
            0,
            "nothing is done about Luc"
        );
    }
}

/// Which events still have words.
fn readable(timelines: &BTreeMap<OwnedRoomId, Vec<Value>>) -> BTreeSet<String> {
    let all = timelines
        .values()
        .flatten()
        .filter(|it| it["content"]["body"].is_string());
    all.filter_map(|it| it["event_id"].as_str().map(str::to_owned))
        .collect()
}

/// Whether the rules take it down; an advertisement goes only where it stands in three groups.
fn goes(text: &str) -> bool {
    text == INVITATION || text == HATE || text.contains(NIR)
}

fn broken(landed: &[Landed]) -> impl Iterator<Item = &Landed> {
    landed.iter().filter(|it| goes(&it.text))
}

/// How many people have written the same in three groups: of each the last message is the breach, and the two before it go with it.
fn everywhere(landed: &[Landed]) -> usize {
    let mut rooms: BTreeMap<&OwnedUserId, BTreeSet<&OwnedRoomId>> = BTreeMap::new();
    for advertisement in landed.iter().filter(|it| it.text == ADVERTISEMENT) {
        rooms
            .entry(&advertisement.by)
            .or_default()
            .insert(&advertisement.room);
    }
    rooms.values().filter(|rooms| rooms.len() == 3).count()
}

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("a few")
}

fn count(told: &[String], part: &str) -> usize {
    told.iter().filter(|it| it.contains(part)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_messages_of_two_hundred_people_that_hygie_hears_of_late_are_handled_within_the_limit()
 {
    let mut raid = Raid::prepare(Database::Sqlite, "", PEOPLE, Some(LIMIT)).await;
    raid.nord.world.signal(Signal::Freeze);
    let landed = raid.go().await;
    assert_eq!(
        landed.len(),
        PEOPLE * 5,
        "nobody closes the group meanwhile"
    );
    raid.nord.world.signal(Signal::Thaw);

    raid.over(broken(&landed).count() + everywhere(&landed))
        .await;
    let timelines = raid.timelines().await;
    raid.assert_in_order(&timelines).await;
    let left = readable(&timelines);
    let kept = |it: &&Landed| left.contains(it.event.as_str());
    assert_eq!(
        broken(&landed).filter(kept).count(),
        0,
        "what breaks a rule stays readable"
    );
    let advertisements = || landed.iter().filter(|it| it.text == ADVERTISEMENT);
    let asked_about = (PEOPLE - EVERYWHERE) * 2;
    assert_eq!(
        advertisements().filter(kept).count(),
        asked_about,
        "it is asked about, unless it stands in three groups"
    );
    let words = || {
        landed
            .iter()
            .filter(|it| !goes(&it.text) && it.text != ADVERTISEMENT)
    };
    assert!(
        words().count() > 0 && words().all(|it| kept(&it)),
        "ordinary words stay"
    );
    let limited = raid
        .nord
        .world
        .metric("hygie_retries_total", "limited")
        .await;
    assert!(limited > 0.0, "the limit is never reached");
    let told = raid.told().await;
    assert_eq!(count(&told, "que personne n’a invitées"), 1);
    let taken_down = broken(&landed).count() + everywhere(&landed);
    let audited = "SELECT count(*) FROM audit WHERE action = 'redact'";
    assert_eq!(
        raid.nord.world.sql_count(audited).await,
        i64::try_from(taken_down).expect("few")
    );
    assert_eq!(
        count(&told, "a été retiré"),
        20,
        "of the first the admins read one by one"
    );
    let marks = [40, 80, 160, 320]
        .into_iter()
        .filter(|it| *it <= taken_down);
    assert_eq!(
        count(&told, "Les règles ont agi sur"),
        marks.count(),
        "of the others how many"
    );
    raid.assert_closed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_people_find_the_group_closed_and_what_they_wrote_before_is_gone() {
    if !postgres::available() {
        return;
    }
    let mut raid = Raid::prepare(Database::Postgres, "", PEOPLE, None).await;
    let landed = raid.go().await;
    raid.over(broken(&landed).count() + everywhere(&landed))
        .await;
    let timelines = raid.timelines().await;
    raid.assert_in_order(&timelines).await;
    let left = readable(&timelines);
    let stays = broken(&landed).filter(|it| left.contains(it.event.as_str()));
    assert_eq!(stays.count(), 0, "what breaks a rule stays readable");
    assert_eq!(count(&raid.told().await, "que personne n’a invitées"), 1);
    raid.assert_closed().await;
    let nord = &raid.nord;
    nord.command(&nord.samir, &nord.admins, "déverrouiller secteur-est")
        .await;
    nord.quiet().await;
    let again = raid.luc.send_text(&nord.est, "Ouf").await;
    nord.quiet().await;
    assert_eq!(body(&nord.samir.fetch(&nord.est, &again).await), "Ouf");
}

on_both! {
    async fn beyond_the_cap_the_admins_are_asked_once_shown_twenty_and_one_takedown_of_theirs_takes_all_that_is_like_it(database) {
        const CAP: usize = 30;
        let mut raid = Raid::prepare(database, &format!("max_takedowns_per_hour: {CAP}\n"), 40, None).await;
        raid.nord.world.signal(Signal::Freeze);
        let landed = raid.go().await;
        raid.nord.world.signal(Signal::Thaw);

        raid.over(CAP).await;
        let timelines = raid.timelines().await;
        raid.assert_in_order(&timelines).await;
        let left = readable(&timelines);
        let kept = |it: &&Landed| left.contains(it.event.as_str());
        let held = broken(&landed).count() + everywhere(&landed) - CAP;
        let world = &raid.nord.world;
        assert_eq!(world.sql_count("SELECT count(*) FROM audit WHERE action = 'redact'").await, number(CAP));
        assert_eq!(world.sql_count("SELECT count(*) FROM audit WHERE action = 'redact-held'").await, number(held));
        for gone in landed.iter().filter(|it| !kept(it)) {
            let held = format!("SELECT count(*) FROM audit WHERE action = 'redact-held' AND detail LIKE '{}%'", gone.event);
            assert_eq!(world.sql_count(&held).await, 0, "the admins are asked about what is gone");
        }
        let told = raid.told().await;
        assert_eq!(count(&told, "je ne retire plus rien de moi-même"), 1, "asked once");
        assert_eq!(count(&told, "Laissé en place"), 20);
        assert_eq!(count(&told, "40 messages sont laissés en place"), 1, "{held} are left");
        let nord = &raid.nord;
        let one = landed.iter().filter(kept).find(|it| it.text == ADVERTISEMENT).expect("some are left");
        let link = one.room.matrix_to_event_uri(one.event.clone());
        nord.command(&nord.samir, &nord.admins, &format!("supprimer {link}")).await;
        raid.over(CAP).await;
        let left = readable(&raid.timelines().await);
        let advertisements = landed.iter().filter(|it| it.text == ADVERTISEMENT);
        assert_eq!(advertisements.filter(|it| left.contains(it.event.as_str())).count(), 0);

        let kept = |it: &&Landed| left.contains(it.event.as_str());
        assert!(broken(&landed).filter(kept).count() > 0);
        let resumed = nord.command(&nord.samir, &nord.admins, "reprendre tout").await;
        assert!(resumed.contains("laissés en place sont retirés"), "{resumed}");
        raid.over(CAP).await;
        let left = readable(&raid.timelines().await);
        let kept = |it: &&Landed| left.contains(it.event.as_str());
        assert_eq!(broken(&landed).filter(kept).count(), 0, "what the rules saw is gone");
        assert!(landed.iter().filter(kept).count() > 0, "ordinary words stay");
        assert_eq!(nord.world.sql_count("SELECT count(*) FROM record WHERE kind = 'left-in-place'").await, 0);
    }
}
