//! The audit log is tamper-evident: whoever touches the table from outside is found out, and `hygie check` says where.

use std::fmt::Write as _;

use hygie::{
    clock::Timestamp,
    decide::AuditEntry,
    store::{AuditHead, AuditVerdict, Store},
};
use hygie_tests::{
    on_both, postgres,
    process::temporary_folder,
    world::{Database, Options, World},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

async fn address(database: Database) -> String {
    match database {
        Database::Sqlite => format!(
            "sqlite:{}",
            temporary_folder("audit").join("hygie.db").display()
        ),
        Database::Postgres => postgres::create_database().await,
    }
}

/// What somebody does who has a connection to the database.
async fn touch(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.expect("it opens");
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = PgConnection::connect(url).await.expect("it opens");
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    }
    .expect("it takes the SQL");
}

fn entries(count: usize) -> Vec<AuditEntry> {
    (0..count)
        .map(|number| AuditEntry {
            community: "nord".parse().expect("an id"),
            room: (number % 3 == 0).then(|| "!est:s".try_into().expect("an id")),
            actor: "@samir:s".try_into().expect("an id"),
            action: "kick".to_owned(),
            target: (number % 2 == 0).then(|| format!("@member{number}:s")),
            rule: None,
            detail: Some("because \u{0} é 🩺".to_owned()),
        })
        .collect()
}

async fn write(store: &Store, entries: &[AuditEntry]) {
    let mut tx = store.begin().await.expect("it begins");
    tx.write_audits(entries, NOW).await.expect("it takes them");
    tx.commit().await.expect("it commits");
}

/// A store with twenty entries, written one by one and together.
async fn with_twenty(url: &str) -> Store {
    let store = Store::open(url).await.expect("it opens");
    let entries = entries(20);
    for entry in &entries[..10] {
        write(&store, std::slice::from_ref(entry)).await;
    }
    write(&store, &entries[10..]).await;
    store
}

/// What is done to a log of twenty entries, in SQL, and what is then found.
const TOUCHES: &[(&str, &str, AuditVerdict)] = &[
    (
        "a column is changed",
        "UPDATE audit SET detail = 'nothing' WHERE seq = 7",
        AuditVerdict::Broken { seq: 7 },
    ),
    (
        "a column is emptied that was absent",
        "UPDATE audit SET rule = '' WHERE seq = 3",
        AuditVerdict::Broken { seq: 3 },
    ),
    (
        "the time is changed",
        "UPDATE audit SET at = at - 1 WHERE seq = 20",
        AuditVerdict::Broken { seq: 20 },
    ),
    (
        "text is moved from a column to the next",
        "UPDATE audit SET target = 'kick', action = '@member0:s' WHERE seq = 1",
        AuditVerdict::Broken { seq: 1 },
    ),
    (
        "the first is removed",
        "DELETE FROM audit WHERE seq = 1",
        AuditVerdict::Broken { seq: 2 },
    ),
    (
        "one in the middle is removed",
        "DELETE FROM audit WHERE seq = 12",
        AuditVerdict::Broken { seq: 13 },
    ),
    (
        "the last is removed",
        "DELETE FROM audit WHERE seq = 20",
        AuditVerdict::Cut {
            last: 19,
            written: 20,
        },
    ),
    (
        "all are removed",
        "DELETE FROM audit",
        AuditVerdict::Cut {
            last: 0,
            written: 20,
        },
    ),
    (
        "two are exchanged",
        "UPDATE audit SET seq = 99 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 99",
        AuditVerdict::Broken { seq: 5 },
    ),
    (
        "one is inserted in the middle",
        "UPDATE audit SET seq = 40 WHERE seq = 20; \
         INSERT INTO audit (seq, at, community, actor, action, hash) SELECT 20, at, community, actor, action, hash FROM audit WHERE seq = 19",
        AuditVerdict::Broken { seq: 20 },
    ),
    (
        "one is added",
        "INSERT INTO audit (seq, at, community, actor, action, hash) SELECT 21, at, community, actor, action, hash FROM audit WHERE seq = 20",
        AuditVerdict::Broken { seq: 21 },
    ),
    (
        "the end of the chain is removed",
        "DELETE FROM installation WHERE name = 'audit_head'",
        AuditVerdict::Headless,
    ),
    (
        "the last is removed and the end is set to the one before",
        "DELETE FROM audit WHERE seq = 20; \
         UPDATE installation SET value = (SELECT '19:' || hash FROM audit WHERE seq = 18) WHERE name = 'audit_head'",
        AuditVerdict::Broken { seq: 19 },
    ),
];

on_both! {
    async fn every_touch_from_outside_is_found(database) {
        for (what, sql, found) in TOUCHES {
            let url = address(database).await;
            let store = with_twenty(&url).await;
            let before = store.verify_audit().await.expect("it answers");
            assert!(matches!(before, AuditVerdict::Whole(AuditHead { seq: 20, .. })), "{before:?}");
            touch(&url, sql).await;
            assert_eq!(store.verify_audit().await.expect("it answers"), *found, "{what}");
            store.close().await;
        }
    }

    async fn a_log_of_thousands_is_whole_and_what_is_not_committed_is_not_in_it(database) {
        let store = Store::open(&address(database).await).await.expect("it opens");
        for _ in 0..4 {
            write(&store, &entries(800)).await;
            let mut tx = store.begin().await.expect("it begins");
            tx.write_audits(&entries(3), NOW).await.expect("it takes them");
            drop(tx);
        }
        let head = store.audit_head().await.expect("it answers");
        assert_eq!(head.seq, 3200);
        assert_eq!(store.verify_audit().await.expect("it answers"), AuditVerdict::Whole(head));
    }

    async fn a_second_writer_cannot_fork_the_chain(database) {
        let url = address(database).await;
        let store = with_twenty(&url).await;
        let writers: Vec<_> = (0..20).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.expect("it begins");
                if tx.write_audits(&entries(2), NOW).await.is_ok() {
                    tx.commit().await.expect("it commits");
                }
            })
        }).collect();
        for writer in writers {
            writer.await.expect("it does not panic");
        }
        let verdict = store.verify_audit().await.expect("it answers");
        let AuditVerdict::Whole(head) = verdict else { panic!("{verdict:?}") };
        assert!(head.seq >= 22, "at least the first got through: {head}");
    }

    async fn entries_from_before_the_chain_are_chained_when_the_store_is_opened(database) {
        let url = address(database).await;
        with_twenty(&url).await.close().await;
        // As the migration leaves a log that was written before it, with a gap that PostgreSQL makes by itself.
        touch(&url, "UPDATE audit SET hash = ''; DELETE FROM audit WHERE seq = 4; \
                     UPDATE installation SET value = 'unchained' WHERE name = 'audit_head'").await;
        let store = Store::open(&url).await.expect("it opens");
        let head = store.audit_head().await.expect("it answers");
        assert_eq!(store.verify_audit().await.expect("it answers"), AuditVerdict::Whole(head.clone()));
        write(&store, &entries(1)).await;
        assert!(store.audit_contains(&head).await.expect("it answers"));
        assert_eq!(store.audit_head().await.expect("it answers").seq, 21);
    }

    async fn check_says_what_is_wrong_with_the_log_and_compares_it_with_an_end_that_was_noted(database) {
        let world = World::start(database, &[], Options { stopped: true, ..Options::default() }).await;
        let url = world.database_url().to_owned();
        let store = with_twenty(&url).await;
        let noted = store.audit_head().await.expect("it answers").to_string();
        write(&store, &entries(5)).await;
        store.close().await;
        let check = async |arguments: &[&str]| {
            let output = world.hygie(arguments).await;
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let with_noted = ["check", "--audit-head", noted.as_str()];
        let said = check(&with_noted).await;
        assert!(said.contains("ok       audit log: whole, its end is 25:"), "{said}");
        assert!(said.contains("ok       audit log: holds the noted entry 20\n"), "{said}");

        touch(&url, "DELETE FROM audit WHERE seq = 25").await;
        let said = check(&["check"]).await;
        assert!(said.contains("error    audit log: it ends at entry 24, but 25 were written"), "{said}");
        assert!(said.contains("restore `audit` and `installation` from a backup"), "{said}");

        // Somebody with this program writes the whole log anew: the chain is whole, and not the one that was noted.
        let mut sql = "DELETE FROM audit WHERE seq > 3; UPDATE audit SET detail = 'nothing';".to_owned();
        write!(sql, "UPDATE installation SET value = 'unchained' WHERE name = 'audit_head'").expect("it is text");
        touch(&url, &sql).await;
        let store = Store::open(&url).await.expect("it opens");
        write(&store, &entries(30)).await;
        store.close().await;
        let said = check(&with_noted).await;
        assert!(said.contains("ok       audit log: whole, its end is 33:"), "{said}");
        assert!(said.contains("error    audit log: entry 20 is not the one that was noted"), "{said}");
    }

    async fn the_log_is_written_out_as_json_and_csv_by_person_room_rule_and_community_and_proven(database) {
        let world = World::start(database, &[], Options { stopped: true, ..Options::default() }).await;
        let url = world.database_url().to_owned();
        let store = with_twenty(&url).await;
        let mut own = entries(1);
        own[0].room = Some("!one:s".try_into().expect("it is a room"));
        own[0].rule = Some("phone-number".to_owned());
        own[0].target = Some("@somebody:s".to_owned());
        own[0].detail = Some("a \"quoted\", comma".to_owned());
        write(&store, &own).await;
        let head = store.audit_head().await.expect("it answers").to_string();
        store.close().await;
        let hygie = async |arguments: &[&str]| {
            let output = world.hygie(arguments).await;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success(), said)
        };
        let lines = async |arguments: &[&str]| {
            let all: Vec<&str> = ["audit", "log"].into_iter().chain(arguments.iter().copied()).collect();
            let (success, said) = hygie(&all).await;
            assert!(success);
            said.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect::<Vec<serde_json::Value>>()
        };
        assert_eq!(lines(&[]).await.len(), 21);
        for which in [["--room", "!one:s"], ["--rule", "phone-number"], ["--about", "@somebody:s"]] {
            let found = lines(&which).await;
            assert_eq!(found.len(), 1, "{which:?}");
            assert_eq!(found[0]["seq"], 21);
            assert_eq!(found[0]["detail"], "a \"quoted\", comma");
        }
        assert_eq!(lines(&["--community", "other"]).await.len(), 0);
        let (success, csv) = hygie(&["audit", "log", "--format", "csv", "--rule", "phone-number"]).await;
        assert!(success);
        let mut rows = csv.lines();
        assert_eq!(rows.next(), Some("seq,at,community,room,actor,action,target,rule,detail,hash"));
        assert!(rows.next().is_some_and(|row| row.contains("\"a \"\"quoted\"\", comma\"")), "{csv}");
        assert_eq!(rows.next(), None);

        let (whole, said) = hygie(&["audit", "verify", "--head", &head]).await;
        assert!(whole && said.contains(&head), "{said}");
        touch(&url, "UPDATE audit SET detail = 'nothing' WHERE seq = 7").await;
        let (whole, _) = hygie(&["audit", "verify"]).await;
        assert!(!whole);
    }
}
