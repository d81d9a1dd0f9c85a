//! What the homeserver pushes late: decisions are taken on what is known, and the last one holds all the same.

use hygie_tests::{strict_homeserver::StrictHomeserver, wait::wait_until, world::Database};

use super::{
    hygie::{Hygie, id_of},
    walk::Walk,
};

/// A line in the admins' room, pushed before everything that waits.
async fn command_now(walk: &Walk, line: &str) {
    let admins = walk.room("admins").expect("it exists");
    let content = serde_json::json!({"msgtype": "m.text", "body": format!("!hygie {line}")});
    let event = walk
        .homeserver
        .send(&admins, &id_of("lea"), "m.room.message", content);
    let event = event.expect("an admin may speak there");
    walk.homeserver.push_now(&admins, &event).await;
}

fn memberships(homeserver: &StrictHomeserver, rooms: &[String], user: &str) -> Vec<String> {
    let of = |room: &String| homeserver.look(room, |room| room.membership(user).to_owned());
    rooms.iter().filter_map(of).collect()
}

/// How many actions of this kind are not known to hold yet, and how many are.
async fn of_kind(hygie: &Hygie, kind: &str) -> (usize, usize) {
    let count = async |state: &str| {
        let sql = format!("SELECT id FROM outbox WHERE kind = '{kind}' AND state = '{state}'");
        hygie.rows(&sql).await.len()
    };
    (count("waiting").await, count("done").await)
}

/// An unban is accepted and not pushed back. The ban that follows finds everything as it is known: done at once, with nothing to
/// wait for. After a crash the unban must not be done again.
async fn a_ban_that_finds_all_as_it_was_ends_the_unban_before_it(database: Database) {
    let mut walk = Walk::start(database, 0).await;
    let tom = id_of("tom");
    let (space, est) = (
        walk.room("").expect("it exists"),
        walk.room("est").expect("it exists"),
    );
    walk.invite(&space, "tom").expect("owners invite");
    walk.join(&est, "tom").expect("the space lets in");
    walk.command("lea", &format!("ban {tom}"));
    walk.hygie.wait_quiet(&walk.homeserver).await;
    let places = walk.model.places();
    let rooms: Vec<_> = places.iter().filter_map(|place| walk.room(place)).collect();
    let all = |membership: &str| vec![membership.to_owned(); rooms.len()];
    assert_eq!(memberships(&walk.homeserver, &rooms, &tom), all("ban"));

    walk.homeserver.hold_pushes(true);
    command_now(&walk, &format!("unban {tom}")).await;
    wait_until("the unban to be accepted everywhere", async || {
        (memberships(&walk.homeserver, &rooms, &tom) == all("leave")).then_some(())
    })
    .await;
    let banned = of_kind(&walk.hygie, "ban").await;
    assert_eq!(banned, (0, rooms.len()), "the first ban is over");
    assert_eq!(
        of_kind(&walk.hygie, "unban").await,
        (rooms.len(), 0),
        "nobody pushed it"
    );
    command_now(&walk, &format!("ban {tom}")).await;
    wait_until("the ban to be done", async || {
        (of_kind(&walk.hygie, "ban").await == (0, 2 * rooms.len())).then_some(())
    })
    .await;
    walk.hygie.kill().await;
    walk.hygie.launch();
    walk.hygie.wait_listening().await;
    walk.homeserver.hold_pushes(false);
    walk.hygie.wait_quiet(&walk.homeserver).await;
    assert_eq!(memberships(&walk.homeserver, &rooms, &tom), all("ban"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_finds_all_as_it_was_ends_the_unban_before_it_on_sqlite() {
    a_ban_that_finds_all_as_it_was_ends_the_unban_before_it(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_finds_all_as_it_was_ends_the_unban_before_it_on_postgres() {
    if hygie_tests::postgres::available() {
        a_ban_that_finds_all_as_it_was_ends_the_unban_before_it(Database::Postgres).await;
    }
}
