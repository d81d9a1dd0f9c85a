//! The computer's clock jumps: what was to end ends at its moment, nothing ends early, is lost or is done twice.

use std::sync::Arc;

use hygie::fault;
use hygie_tests::{
    members::Member,
    on_both,
    proxy::Fault,
    wait::wait_until,
    world::{Options, World},
};
use matrix_sdk::ruma::OwnedRoomId;
use serde_json::{Value, json};

use crate::communities::{NIR, NORD, Nord};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The community, with Luc in its groups and a clock that can be set.
struct Time {
    nord: Nord,
    luc: Arc<Member>,
}

impl Time {
    async fn start(database: hygie_tests::world::Database) -> Self {
        let options = Options {
            proxy: true,
            env: vec![(fault::CLOCK_VARIABLE.to_owned(), "clock".to_owned())],
            ..Options::default()
        };
        let nord = Nord::in_world(World::start(database, &[NORD], options).await).await;
        let luc = nord.member("luc", &[&nord.est]).await;
        nord.quiet().await;
        Self { nord, luc }
    }

    /// The clock is wrong by so much from now on.
    fn jump(&self, by: i64) {
        // In one step: half a number must not be read.
        self.nord.world.write("clock.new", &by.to_string());
        let folder = self.nord.world.folder();
        std::fs::rename(folder.join("clock.new"), folder.join("clock"))
            .expect("it was just written");
    }

    async fn luc_is_muted(&self) -> bool {
        let levels = self.levels(&self.nord.est).await;
        levels.pointer(&format!("/users/{}", self.luc.id())) == Some(&json!(-1))
    }

    async fn ouest_is_locked(&self) -> bool {
        self.levels(&self.nord.ouest).await["events_default"] == 100
    }

    async fn levels(&self, room: &OwnedRoomId) -> Value {
        let levels = self
            .nord
            .samir
            .get_state(room, "m.room.power_levels", "")
            .await;
        levels.expect("every room has them")
    }

    /// The spine works at this time: a leak goes, an announcement comes, a change by hand is put back. It takes longer than a
    /// tick of the timers.
    async fn all_works(&self, at: &str) {
        let Nord {
            samir,
            est,
            announcements,
            ..
        } = &self.nord;
        println!("the clock at {at}");
        let news = format!("Annonce {at}");
        let announcement = samir.send_text(announcements, &news).await;
        samir
            .send_state(est, "m.room.topic", "", json!({"topic": "Foire"}))
            .await
            .expect("an owner may");
        samir
            .wait_for_event(est, "the copy", |event| {
                event["content"]["org.hygie.relay"] == announcement.as_str()
            })
            .await;
        wait_until(&format!("the topic to be back at {at}"), async || {
            let topic = samir.get_state(est, "m.room.topic", "").await?;
            (topic["topic"] == "Est").then_some(())
        })
        .await;
        let eva = self.nord.world.member("eva").await;
        let leak = eva.send_text(est, NIR).await;
        samir.wait_redacted(est, &leak).await;
        let plan = self.nord.command(samir, &self.nord.admins, "plan").await;
        assert!(plan.contains("Tout est comme"), "{at}: {plan}");
    }

    async fn said(&self, words: &str) -> usize {
        let bodies = self.nord.samir.bodies(&self.nord.admins).await;
        bodies.iter().filter(|body| body.contains(words)).count()
    }
}

on_both! {
    async fn what_ends_by_itself_ends_at_its_moment_however_the_clock_jumps(database) {
        let mut time = Time::start(database).await;
        time.nord.member("eva", &[&time.nord.est]).await;
        let (samir, admins) = (time.nord.samir.clone(), time.nord.admins.clone());
        time.nord.command(&samir, &admins, &format!("mute {} for 1h", time.luc.id())).await;
        time.nord.command(&samir, &admins, "lockdown secteur-ouest for 1h").await;
        wait_until("both to be in force", async || (time.luc_is_muted().await && time.ouest_is_locked().await).then_some(())).await;

        // Back by days, forth to just before the end, and a start in the past: nothing ends early.
        for (at, by) in [("two days ago", -2 * DAY), ("just before the end", 58 * MINUTE), ("three hours ago", -180 * MINUTE)] {
            time.jump(by);
            time.all_works(at).await;
            assert!(time.luc_is_muted().await && time.ouest_is_locked().await, "{at}");
        }
        time.nord.world.restart().await;
        time.all_works("three hours ago, after a start").await;
        assert!(time.luc_is_muted().await && time.ouest_is_locked().await);
        assert_eq!(time.said("est finie").await + time.said("est fini").await, 0, "nobody was told of an end");

        // Over the end: both end, once, also when the clock goes back behind it and over it again.
        time.jump(61 * MINUTE);
        wait_until("both to end", async || (!time.luc_is_muted().await && !time.ouest_is_locked().await).then_some(())).await;
        time.all_works("just after the end").await;
        time.jump(-DAY);
        time.all_works("a day ago").await;
        time.jump(2 * DAY);
        time.all_works("in two days").await;
        time.jump(0);
        time.all_works("now again").await;
        assert!(!time.luc_is_muted().await && !time.ouest_is_locked().await, "what is over stays over");
        assert_eq!((time.said("La pause de").await, time.said("Le verrouillage de").await), (1, 1));

        // The same once more is in force once more, for its own time.
        time.nord.command(&samir, &admins, &format!("mute {} for 1h", time.luc.id())).await;
        wait_until("the mute to be in force", async || time.luc_is_muted().await.then_some(())).await;
        time.jump(61 * MINUTE);
        wait_until("the mute to end", async || (!time.luc_is_muted().await).then_some(())).await;
        time.nord.quiet().await;
        assert_eq!(time.said("La pause de").await, 2);
    }
}

#[tokio::test]
async fn what_is_tried_again_does_not_wait_for_a_clock_that_went_back() {
    let time = Time::start(hygie_tests::world::Database::Sqlite).await;
    let redaction = |passed: &hygie_tests::proxy::Passed| passed.path.contains("/redact/");
    let limited = Fault::Limited {
        retry_after_ms: 500,
    };
    for (number, by) in [-3 * DAY, 3 * DAY].into_iter().enumerate() {
        time.jump(0);
        time.nord.world.proxy().fail(2, limited, redaction);
        let leak = time.luc.send_text(&time.nord.est, NIR).await;
        let count = 3 * number + 1;
        time.nord
            .world
            .proxy()
            .wait_count("a redaction that is limited", count, redaction)
            .await;
        time.jump(by);
        time.nord.samir.wait_redacted(&time.nord.est, &leak).await;
    }
    time.nord.quiet().await;
    assert_eq!(time.nord.world.ready().await.0, 200);
}
