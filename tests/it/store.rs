//! The store on both engines: what is written is read back, what is repeated is harmless, and writers do not get in each
//! other's way.

use std::{collections::BTreeSet, sync::Arc};

use hygie::{
    action::{Action, ActionId, Effect, MembershipChange, Recipient},
    clock::Timestamp,
    community::{
        change::{Change, Lockdown, Membership, Mute},
        definition::{CommunityId, Locale},
        place::Place,
        snapshot::{OperatorCard, Snapshot},
    },
    reply::Text,
    store::{Ended, Incoming, Outcome, Quarantined, Store},
};
use hygie_tests::{on_both, postgres, process::temporary_folder, world::Database};
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// The address of a new empty database.
async fn address(database: Database) -> String {
    match database {
        Database::Sqlite => format!(
            "sqlite:{}",
            temporary_folder("store").join("hygie.db").display()
        ),
        Database::Postgres => postgres::create_database().await,
    }
}

async fn fresh(database: Database) -> Store {
    Store::open(&address(database).await)
        .await
        .expect("it opens")
}

/// A community `nord` of which nothing is known yet.
fn snapshot() -> Snapshot {
    let definition = serde_json::from_value(json!({
        "id": "nord", "name": "Nord", "purpose": "Aider", "locale": "fr", "timezone": "Europe/Paris",
        "owners": ["@samir:s"], "code_of_conduct": {"version": 1, "text": "Respect"},
        "groups": [{"id": "est", "name": "Est", "kind": "discussion"}],
    }));
    let definition = definition.expect("a community");
    let bot = "@hygie:s".try_into().expect("an id");
    Snapshot::new(bot, OperatorCard::default(), [0; 32], vec![definition])
}

fn nord() -> CommunityId {
    "nord".parse().expect("an id")
}

fn est() -> Place {
    Place::Group("est".parse().expect("an id"))
}

/// Everything that decisions read, as text that two snapshots can be compared by.
fn picture(snapshot: &Snapshot) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (id, community) in &snapshot.communities {
        lines.insert(format!(
            "{id} {:?} {:?} {:?}",
            community.places, community.mutes, community.lockdowns
        ));
    }
    for (id, room) in &snapshot.rooms {
        lines.insert(format!(
            "{id} {} {} {} {:?}",
            room.community, room.place, room.known, room.state
        ));
        lines.extend(room.members.iter().map(|member| format!("{id} {member:?}")));
        lines.extend(
            room.invited
                .iter()
                .map(|user| format!("{id} invited {user}")),
        );
    }
    lines.extend(
        snapshot
            .direct_rooms
            .iter()
            .map(|pair| format!("direct room {pair:?}")),
    );
    lines.extend(
        snapshot
            .direct
            .iter()
            .map(|pair| format!("direct {pair:?}")),
    );
    lines.extend(
        snapshot
            .locales
            .iter()
            .map(|pair| format!("language {pair:?}")),
    );
    lines.extend(
        snapshot
            .announcements
            .iter()
            .map(|pair| format!("announcement {pair:?}")),
    );
    lines
}

/// Every variant of [`Change`], the ones that take back after the ones they take back, and some that stay. The `match`
/// below does not compile when a variant is added, so that it is added here.
#[expect(clippy::too_many_lines, reason = "it is a list")]
fn every_change() -> Vec<Change> {
    let (est_room, space): (matrix_sdk::ruma::OwnedRoomId, matrix_sdk::ruma::OwnedRoomId) = (
        "!est:s".try_into().expect("an id"),
        "!space:s".try_into().expect("an id"),
    );
    let user =
        |name: &str| matrix_sdk::ruma::OwnedUserId::try_from(format!("@{name}:s")).expect("an id");
    let event =
        |name: &str| matrix_sdk::ruma::OwnedEventId::try_from(format!("${name}")).expect("an id");
    let lost_room = matrix_sdk::ruma::OwnedRoomId::try_from("!lost").expect("an id");
    let group = |id: &str| Place::Group(id.parse().expect("an id"));
    let room = || est_room.clone();
    let bound = |place: Place, room: &matrix_sdk::ruma::OwnedRoomId| Change::Bound {
        community: nord(),
        place,
        room: room.clone(),
    };
    let member = |name: &str, membership, display_name: Option<&str>| Change::Member {
        room: est_room.clone(),
        user: user(name),
        membership,
        display_name: display_name.map(str::to_owned),
    };
    let state = |key: &str, content: serde_json::Value, at| Change::State {
        room: est_room.clone(),
        event_type: "m.room.topic".to_owned(),
        state_key: key.to_owned(),
        content,
        at: Timestamp(at),
    };
    let mute = |name: &str, until| {
        Change::Muted(Mute {
            community: nord(),
            user: user(name),
            until: Timestamp(until),
            by: user("samir"),
        })
    };
    let lock = |place: Place| {
        Change::Locked(Lockdown {
            community: nord(),
            place,
            until: Timestamp(9),
            by: user("samir"),
            prior: json!({"users": {"@a:s": 5}, "text": "\u{0}é’"}),
        })
    };
    let direct = |name: &str, room: &str| Change::Direct {
        user: user(name),
        room: room.try_into().expect("an id"),
    };
    let announced = |name: &str| Change::Announced {
        source: event(name),
        community: nord(),
        author: user("samir"),
        targets: vec![est_room.clone(), space.clone()],
    };
    let changes = vec![
        bound(Place::Space, &space),
        bound(est(), &est_room),
        Change::Known { room: room() },
        // A place loses its room, with all that is known of it, and has another one afterwards.
        bound(group("ouest"), &lost_room),
        Change::Known {
            room: lost_room.clone(),
        },
        Change::Invited {
            room: lost_room.clone(),
            user: user("awa"),
        },
        Change::Unbound {
            community: nord(),
            place: group("ouest"),
            room: lost_room.clone(),
        },
        state("", json!({"topic": "one"}), 1),
        state("", json!({"topic": "two \u{0} 🩺"}), 2),
        state("other", json!({}), 3),
        member("awa", Membership::Join, Some("Awa 🩺")),
        member("awa", Membership::Join, Some("Awa D.")),
        member("luc", Membership::Invite, None),
        member("eve", Membership::Ban, None),
        member("zoe", Membership::Join, None),
        member("zoe", Membership::Leave, None),
        member("ines", Membership::Knock, Some("")),
        Change::Invited {
            room: room(),
            user: user("luc"),
        },
        Change::Invited {
            room: room(),
            user: user("luc"),
        },
        direct("awa", "!dm1:s"),
        direct("luc", "!dm2:s"),
        direct("zoe", "!dm3:s"),
        Change::DirectGone {
            room: "!dm3:s".try_into().expect("an id"),
        },
        Change::Language {
            user: user("awa"),
            locale: Locale::En,
        },
        Change::Language {
            user: user("luc"),
            locale: Locale::En,
        },
        Change::Language {
            user: user("luc"),
            locale: Locale::Fr,
        },
        mute("awa", 5),
        mute("awa", 7),
        mute("luc", 6),
        Change::Unmuted {
            community: nord(),
            user: user("luc"),
        },
        lock(est()),
        lock(Place::Space),
        Change::Unlocked {
            community: nord(),
            place: Place::Space,
        },
        Change::Invited {
            room: room(),
            user: user("refuses"),
        },
        Change::InviteFailed {
            room: room(),
            user: user("refuses"),
        },
        announced("one"),
        announced("two"),
        Change::Withdrawn {
            source: event("two"),
        },
    ];
    for change in &changes {
        match change {
            Change::Bound { .. }
            | Change::Unbound { .. }
            | Change::Known { .. }
            | Change::State { .. }
            | Change::Member { .. }
            | Change::Invited { .. }
            | Change::Direct { .. }
            | Change::DirectGone { .. }
            | Change::Language { .. }
            | Change::Muted(_)
            | Change::Unmuted { .. }
            | Change::Locked(_)
            | Change::Unlocked { .. }
            | Change::Announced { .. }
            | Change::Withdrawn { .. }
            | Change::InviteFailed { .. }
            // `records` has these.
            | Change::Keep { .. }
            | Change::Forget { .. }
            | Change::Shown { .. }
            | Change::Listed { .. }
            // These three stand in the audit log instead.
            | Change::TookDown { .. }
            | Change::HeldBack { .. }
            | Change::TakedownsResumed { .. } => {}
        }
    }
    changes
}

fn say(cause: &str) -> Action {
    Action {
        id: ActionId::derive(cause, 0),
        community: Some(nord()),
        effect: Effect::Say {
            to: Recipient::Person("@awa:s".try_into().expect("an id")),
            text: Text::new("direct-welcome").with("name", "zero \u{0} and 🩺"),
            locale: Locale::Fr,
            reply_to: None,
        },
    }
}

async fn post(store: &Store, action: &Action, now: Timestamp) -> Option<i64> {
    let mut tx = store.begin().await.expect("it begins");
    let posted = tx
        .post(&[(action.clone(), NOW)], now)
        .await
        .expect("it takes actions");
    tx.commit().await.expect("it commits");
    posted.first().map(|waiting| waiting.seq)
}

async fn end(store: &Store, action: &Action, outcome: Outcome, now: Timestamp) {
    let mut tx = store.begin().await.expect("it begins");
    let ended = Ended {
        id: action.id.clone(),
        outcome,
    };
    tx.end(&[ended], now).await.expect("it takes ends");
    tx.commit().await.expect("it commits");
}

async fn remember(store: &Store, changes: &[Change]) {
    let mut tx = store.begin().await.expect("it begins");
    tx.remember(changes, &[], NOW)
        .await
        .expect("it takes changes");
    tx.commit().await.expect("it commits");
}

on_both! {
    async fn every_statement_fits_the_tables(database) {
        let store = fresh(database).await;
        let count = store.prepare_every_statement().await.expect("all are prepared");
        assert!(count > 30, "{count} statements");
        assert_eq!(store.migrate().await.expect("twice is harmless"), 0);
    }

    async fn what_is_remembered_is_loaded_back_equal(database) {
        let url = address(database).await;
        let store = Store::open(&url).await.expect("it opens");
        let mut expected = snapshot();
        // One after the other: each must hold by itself, not only the last.
        for change in every_change() {
            remember(&store, std::slice::from_ref(&change)).await;
            expected.apply(&change);
            let mut loaded = snapshot();
            store.load(&mut loaded).await.expect("it loads");
            assert_eq!(picture(&loaded), picture(&expected), "after {change:?}");
        }
        store.close().await;
        let again = Store::open(&url).await.expect("it opens again");
        let mut loaded = snapshot();
        again.load(&mut loaded).await.expect("it loads");
        assert_eq!(picture(&loaded), picture(&expected));
    }

    async fn what_is_not_committed_is_as_if_it_never_was(database) {
        let store = fresh(database).await;
        let mut tx = store.begin().await.expect("it begins");
        tx.remember(&every_change(), &[], NOW).await.expect("it takes changes");
        tx.post(&[(say("lost"), NOW)], NOW).await.expect("it takes actions");
        drop(tx);
        let mut loaded = snapshot();
        store.load(&mut loaded).await.expect("it loads");
        assert_eq!(picture(&loaded), picture(&snapshot()));
        assert_eq!(store.waiting_actions().await.expect("it answers").len(), 0);
    }

    async fn a_transaction_and_an_event_are_accepted_once(database) {
        let store = fresh(database).await;
        let event = |id| Incoming { event_id: id, room_id: "!r:s", payload: Some("{\"content\":{\"body\":\"\\u0000 x\"}}"), session: None };
        let bad = || Quarantined {
            event_id: None, room_id: None, event_type: None, length: 3, digest: "d".to_owned(), error: "unreadable".to_owned(),
        };
        let first = store.accept("t1", &[event("$1"), event("$2"), event("$1")], &[bad()], NOW).await.expect("accepted");
        assert_eq!(first.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
        let again = store.accept("t1", &[event("$1"), event("$2"), event("$1")], &[bad()], NOW).await.expect("accepted");
        assert_eq!(again, [None, None, None]);
        let other = store.accept("t2", &[event("$2"), event("$3")], &[], NOW).await.expect("accepted");
        assert_eq!(other.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
        let waiting = store.waiting_events().await.expect("it answers");
        assert_eq!(waiting.len(), 3);
        assert!(waiting.is_sorted_by_key(|event| event.seq));
        assert_eq!(store.inbox_depth().await.expect("it answers"), (3, Some(NOW)));

        // A decided event is known for ever and its words are gone.
        let mut tx = store.begin().await.expect("it begins");
        tx.finish_events(&[waiting[0].seq], NOW).await.expect("it takes ends");
        tx.commit().await.expect("it commits");
        assert_eq!(store.waiting_events().await.expect("it answers").len(), 2);
        let repeated = store.accept("t3", &[event("$1")], &[], NOW).await.expect("accepted");
        assert_eq!(repeated, [None]);
    }

    async fn an_action_is_posted_once_and_ends_once(database) {
        let store = fresh(database).await;
        let (one, two) = (say("one"), say("two"));
        let seq = post(&store, &one, NOW).await.expect("it is new");
        assert_eq!(post(&store, &one, NOW).await, None);
        post(&store, &two, NOW).await.expect("it is new");
        let waiting = store.waiting_actions().await.expect("it answers");
        assert_eq!(waiting.iter().map(|it| &it.action).collect::<Vec<_>>(), [&one, &two]);
        assert_eq!((waiting[0].seq, waiting[0].caused_at), (seq, NOW));
        assert!(store.is_waiting(&one.id).await.expect("it answers"));
        end(&store, &one, Outcome::Done, NOW).await;
        assert!(!store.is_waiting(&one.id).await.expect("it answers"));
        assert_eq!(post(&store, &one, NOW.plus(std::time::Duration::from_hours(1000))).await, None, "what is done is done");
        end(&store, &two, Outcome::Dead("refused".to_owned()), NOW).await;
        assert_eq!(store.outbox_depth().await.expect("it answers"), (0, 1));
        // The first end counts.
        end(&store, &two, Outcome::Done, NOW).await;
        assert_eq!(store.outbox_depth().await.expect("it answers"), (0, 1));
    }

    async fn takedowns_within_the_hour_are_counted_again_after_a_restart(database) {
        let store = fresh(database).await;
        let entry = |action: &str, rule: Option<&str>| hygie::decide::AuditEntry {
            community: nord(), room: None, actor: "@hygie:s".try_into().expect("an id"), action: action.to_owned(),
            target: None, rule: rule.map(str::to_owned), detail: None,
        };
        let hour = std::time::Duration::from_hours(1);
        let log = async |entry, at| {
            let mut tx = store.begin().await.expect("it begins");
            tx.remember(&[], &[entry], at).await.expect("it takes audit entries");
            tx.commit().await.expect("it commits");
            let mut loaded = snapshot();
            store.load(&mut loaded).await.expect("it loads");
            loaded.communities[&nord()].takedowns.len()
        };
        assert_eq!(log(entry("redact", Some("nir")), NOW).await, 1);
        assert_eq!(log(entry("redact", None), NOW).await, 1, "what a moderator takes down does not count");
        assert_eq!(log(entry("redact", Some("nir")), NOW.plus(hour)).await, 1, "the first is an hour old");
        assert_eq!(log(entry("resume", None), NOW.plus(hour)).await, 0);
        assert_eq!(log(entry("redact", Some("nir")), NOW.plus(hour)).await, 1);
    }

    async fn a_dead_letter_that_is_still_wanted_is_tried_again_after_a_rest(database) {
        let store = fresh(database).await;
        let (dead, done) = (say("dead"), say("done"));
        for action in [&dead, &done] {
            post(&store, action, NOW).await;
        }
        end(&store, &dead, Outcome::Dead("refused".to_owned()), NOW).await;
        end(&store, &done, Outcome::Done, NOW).await;
        let soon = NOW.plus(std::time::Duration::from_mins(9));
        let later = NOW.plus(std::time::Duration::from_mins(10));
        assert_eq!(post(&store, &dead, soon).await, None);
        assert!(post(&store, &dead, later).await.is_some());
        assert_eq!(post(&store, &done, later).await, None);
        assert_eq!(post(&store, &dead, later).await, None, "it waits already");
        assert_eq!(store.outbox_depth().await.expect("it answers"), (1, 0));
    }

    async fn a_clock_that_went_back_does_not_make_a_dead_letter_rest_for_days(database) {
        let store = fresh(database).await;
        let dead = say("dead");
        post(&store, &dead, NOW).await;
        let in_two_days = NOW.plus(std::time::Duration::from_hours(48));
        end(&store, &dead, Outcome::Dead("refused".to_owned()), in_two_days).await;
        assert!(post(&store, &dead, NOW).await.is_some());
        assert_eq!(post(&store, &dead, NOW).await, None, "it waits already");
    }

    async fn what_a_dry_run_only_said_can_be_done(database) {
        let store = fresh(database).await;
        let room: matrix_sdk::ruma::OwnedRoomId = "!est:s".try_into().expect("an id");
        remember(&store, &[Change::Bound { community: nord(), place: est(), room: room.clone() }]).await;
        let mut invites = Vec::new();
        for name in ["@awa:s", "@luc:s"] {
            let user: matrix_sdk::ruma::OwnedUserId = name.try_into().expect("an id");
            remember(&store, &[Change::Invited { room: room.clone(), user: user.clone() }]).await;
            let change = MembershipChange::Invite;
            let effect = Effect::Membership { room: room.clone(), user, change, reason: None };
            let invite = Action { id: ActionId::derive(name, 0), community: Some(nord()), effect };
            post(&store, &invite, NOW).await;
            invites.push(invite);
        }
        end(&store, &invites[0], Outcome::Dry, NOW).await;
        end(&store, &invites[1], Outcome::Done, NOW).await;
        store.forget_dry_run().await.expect("it forgets");
        let mut loaded = snapshot();
        store.load(&mut loaded).await.expect("it loads");
        let invited: Vec<_> = loaded.rooms[&room].invited.iter().map(|user| user.as_str()).collect();
        assert_eq!(invited, ["@luc:s"]);
        assert!(post(&store, &invites[0], NOW).await.is_some());
    }

    async fn who_came_or_went_is_moved_again_at_once_and_in_the_order_of_decision(database) {
        let store = fresh(database).await;
        let user: matrix_sdk::ruma::OwnedUserId = "@awa:s".try_into().expect("an id");
        let room: matrix_sdk::ruma::OwnedRoomId = "!est:s".try_into().expect("an id");
        let [invite, kick, ban] = [MembershipChange::Invite, MembershipChange::Kick, MembershipChange::Ban].map(|change| {
            let effect = Effect::Membership { room: room.clone(), user: user.clone(), change, reason: None };
            Action { id: ActionId::derive(effect.name(), 0), community: Some(nord()), effect }
        });
        for action in [&invite, &kick, &ban] {
            post(&store, action, NOW).await;
            assert_eq!(post(&store, action, NOW).await, None, "it waits already");
            end(&store, action, Outcome::Done, NOW).await;
        }
        let kicked = post(&store, &kick, NOW).await.expect("she came back");
        let invited = post(&store, &invite, NOW).await.expect("she may come again");
        assert!(kicked < invited);
        let waiting: Vec<_> = store.waiting_actions().await.expect("it answers").into_iter().map(|it| it.action.id).collect();
        assert_eq!(waiting, [kick.id, invite.id]);
        assert_eq!(post(&store, &ban, NOW).await, None, "what is done is done");
    }

    async fn a_fact_is_made_once(database) {
        let store = fresh(database).await;
        assert_eq!(store.fact("hash_key", "one").await.expect("it answers"), "one");
        assert_eq!(store.fact("hash_key", "two").await.expect("it answers"), "one");
    }

    async fn only_one_process_gets_the_lock_and_it_is_free_when_dropped(database) {
        let url = address(database).await;
        let (one, two) = (Store::open(&url).await.expect("it opens"), Store::open(&url).await.expect("it opens"));
        let mut lock = one.try_lock().await.expect("it answers").expect("nobody has it");
        let soon = std::time::Duration::from_millis(100);
        assert!(tokio::time::timeout(soon, lock.lost()).await.is_err(), "nothing ends it");
        assert!(two.try_lock().await.expect("it answers").is_none());
        drop(lock);
        hygie_tests::wait::wait_until("the lock to be free", async || two.try_lock().await.expect("it answers")).await;
    }

    async fn many_writers_at_once_all_get_through(database) {
        let store = Arc::new(fresh(database).await);
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..20 {
            let store = Arc::clone(&store);
            writers.spawn(async move {
                for turn in 0..10 {
                    store.outbox_depth().await?;
                    let mut tx = store.begin().await?;
                    tx.post(&[(say(&format!("{writer}/{turn}")), NOW)], NOW).await?;
                    tx.commit().await?;
                }
                Ok::<_, hygie::store::StoreError>(())
            });
        }
        while let Some(ended) = writers.join_next().await {
            ended.expect("it does not panic").expect("no writer is refused");
        }
        assert_eq!(store.outbox_depth().await.expect("it answers").0, 200);
    }

    async fn names_with_a_zero_byte_do_not_block_the_store(database) {
        let store = fresh(database).await;
        let event = Incoming { event_id: "$zero\0", room_id: "!r\0:s", payload: Some("{}"), session: None };
        store.accept("t1", &[event], &[], NOW).await.expect("accepted");
        let (room, user) = ("!est:s".try_into().expect("an id"), "@awa:s".try_into().expect("an id"));
        let member = Change::Member { room, user, membership: Membership::Join, display_name: Some("A\0wa".to_owned()) };
        remember(&store, &[member]).await;
        let room = "!est:s".try_into().expect("an id");
        let state = Change::State {
            room, event_type: "m.space.child".to_owned(), state_key: "\0".to_owned(), content: json!({}), at: NOW,
        };
        remember(&store, &[state]).await;
        let mut bad = say("dead");
        post(&store, &bad, NOW).await;
        end(&store, &bad, Outcome::Dead("M_FORBIDDEN: \0".to_owned()), NOW).await;
        bad.id = ActionId("late/\0".to_owned());
        let audit = hygie::decide::AuditEntry {
            community: nord(), room: None, actor: "@awa:s".try_into().expect("an id"), action: "kick\0".to_owned(),
            target: Some("\0".to_owned()), rule: Some("\0".to_owned()), detail: Some("because \0".to_owned()),
        };
        let mut tx = store.begin().await.expect("it begins");
        tx.remember(&[], &[audit], NOW).await.expect("it takes audit entries");
        tx.commit().await.expect("it commits");
    }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    if !postgres::available() {
        return;
    }
    let (sqlite, postgres) = (
        address(Database::Sqlite).await,
        address(Database::Postgres).await,
    );
    for url in [&sqlite, &postgres] {
        Store::open(url).await.expect("it opens").close().await;
    }
    let kind = |kind: &str| match kind.to_lowercase().as_str() {
        "integer" | "bigint" => "number",
        "text" => "text",
        other => panic!("a column of the kind {other}"),
    };
    let mut connection = SqliteConnection::connect(&sqlite).await.expect("it opens");
    let columns = "SELECT m.name, c.name, c.type, c.\"notnull\" = 1 OR c.pk > 0 FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name NOT LIKE '\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'";
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(columns)
        .fetch_all(&mut connection)
        .await
        .expect("it answers");
    let on_sqlite: BTreeSet<_> = rows
        .into_iter()
        .map(|(table, column, of, needed)| (table, column, kind(&of), needed))
        .collect();
    let mut connection = PgConnection::connect(&postgres).await.expect("it opens");
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns \
                   WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'";
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(columns)
        .fetch_all(&mut connection)
        .await
        .expect("it answers");
    let on_postgres: BTreeSet<_> = rows
        .into_iter()
        .map(|(table, column, of, needed)| (table, column, kind(&of), needed))
        .collect();
    assert!(on_sqlite.len() > 40, "the columns are found");
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = hygie_tests::process::target_folder()
            .join("../migrations")
            .join(engine);
        let files = std::fs::read_dir(folder).expect("migrations are there");
        files
            .map(|file| {
                file.expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
