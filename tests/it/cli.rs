//! The command line as an operator uses it: what is written, what is said, with which exit code.

use std::{os::unix::fs::PermissionsExt, process::Output};

use hygie_tests::{
    on_both,
    proxy::Fault,
    wait::wait_until,
    world::{Database, Options, World},
};

use crate::spine::{SMALL, line_of, owner};

fn stopped() -> Options {
    Options {
        stopped: true,
        ..Options::default()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Replaces text in `hygie.yaml`; it must be there.
fn change(world: &World, old: &str, new: &str) {
    change_in(world, "hygie.yaml", old, new);
}

fn change_in(world: &World, file: &str, old: &str, new: &str) {
    let text = std::fs::read_to_string(world.folder().join(file)).expect("it is there");
    assert!(text.contains(old), "{old} is in {file}");
    world.write(file, &text.replace(old, new));
}

/// Runs `hygie check`, which finds errors; gives the line of the error that says `what`.
async fn error_of_check(world: &World, what: &str) -> String {
    let checked = world.hygie(&["check"]).await;
    let said = out(&checked);
    assert_eq!(checked.status.code(), Some(1), "{said}{}", err(&checked));
    let line = said
        .lines()
        .find(|line| line.starts_with("error    ") && line.contains(what));
    assert!(said.trim_end().ends_with("error(s)."), "{said}");
    line.unwrap_or_else(|| panic!("no error says {what:?}:\n{said}"))
        .to_owned()
}

#[tokio::test]
async fn a_registration_is_private_complete_and_replaced_only_on_purpose() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    let file = world.folder().join("registration.yaml");
    std::fs::remove_file(&file).expect("the harness wrote one");
    let written = world.hygie(&["registration"]).await;
    assert_eq!(written.status.code(), Some(0), "{}", err(&written));
    let said = out(&written);
    let absolute = file.canonicalize().expect("it is written");
    let lines = format!(
        "app_service_config_files:\n  - \"{}\"\n",
        absolute.display()
    );
    assert!(
        said.ends_with(&lines) && said.contains("restart the homeserver"),
        "{said}"
    );
    let text = std::fs::read_to_string(&file).expect("it is written");
    for token in text
        .lines()
        .filter_map(|line| line.split_once("_token: "))
        .map(|(_, token)| token.trim())
    {
        assert!(
            token.len() >= 40 && !said.contains(token),
            "tokens are long and not printed"
        );
    }
    for line in [
        &format!("sender_localpart: {}_as", world.slot.bot),
        "rate_limited: false",
        "receive_ephemeral: true",
        "exclusive: true",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let mode = || {
        std::fs::metadata(&file)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(), 0o600);

    let refused = world.hygie(&["registration"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("exists already") && err(&refused).contains("--force"),
        "{}",
        err(&refused)
    );
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    let forced = world.hygie(&["registration", "--force"]).await;
    assert_eq!(forced.status.code(), Some(0), "{}", err(&forced));
    assert_ne!(std::fs::read_to_string(&file).expect("it is there"), text);
    assert_eq!(mode(), 0o600);
}

#[tokio::test]
async fn the_printed_configuration_can_be_loaded() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    let printed = world.hygie(&["config"]).await;
    assert_eq!(printed.status.code(), Some(0));
    world.write("hygie.yaml", &out(&printed));
    std::fs::remove_file(world.folder().join("registration.yaml")).expect("the harness wrote one");
    let used = world.hygie(&["registration"]).await;
    assert_eq!(used.status.code(), Some(0), "{}", err(&used));
    let migrated = world.hygie(&["migrate"]).await;
    assert_eq!(migrated.status.code(), Some(0), "{}", err(&migrated));
    assert!(world.folder().join("hygie.db").exists());
}

on_both! {
    async fn migrate_brings_the_tables_up_to_date_once(database) {
        let world = World::start(database, &[], stopped()).await;
        for applied in ["5 migration(s) applied", "0 migration(s) applied"] {
            let migrated = world.hygie(&["migrate"]).await;
            assert_eq!(migrated.status.code(), Some(0), "{}", err(&migrated));
            assert!(out(&migrated).contains(applied), "{}", out(&migrated));
        }
        assert_eq!(world.sql_count("SELECT count(*) FROM outbox").await, 0);
    }

    async fn check_finds_a_healthy_installation_well(database) {
        let options = Options { encryption: true, ..Options::default() };
        let world = World::start(database, &[SMALL], options).await;
        owner(&world, &["est", "announcements", "admins"]).await;
        wait_until("the keys to be published", async || {
            world.hygie(&["crypto", "status"]).await.status.success().then_some(())
        })
        .await;
        let checked = world.hygie(&["check"]).await;
        let said = out(&checked);
        assert_eq!(checked.status.code(), Some(0), "{said}{}", err(&checked));
        assert!(said.ends_with(" 1 warning(s), 0 error(s).\n"), "{said}");
        assert!(said.contains("warning  community nord: owners: there is a single owner"), "{said}");
        assert!(!said.contains("
error"), "{said}");
        for what in [
            "ok       configuration: ", "ok       community nord: ", "ok       rules", "ok       database: ", "ok       registration: ",
            "ok       homeserver: ", "ok       registration loaded by the homeserver", "ok       the homeserver reaches Hygie (",
            "ok       nord space: the bot is the creator", "ok       nord est: the bot is the creator",
            "ok       nord announcements: ", "ok       nord admins: ", "ok       encryption: device HYGIE",
        ] {
            assert!(said.contains(what), "{what} in\n{said}");
        }
        assert!(!said.contains(&world.slot.as_token()) && !said.contains("postgres:postgres"), "{said}");
    }
}

#[tokio::test]
async fn check_before_the_first_start_says_what_is_still_to_come_and_changes_nothing() {
    let world = World::start(Database::Sqlite, &[SMALL], stopped()).await;
    let checked = world.hygie(&["check"]).await;
    let said = out(&checked);
    assert_eq!(checked.status.code(), Some(0), "{said}");
    assert!(
        said.contains("is not registered yet; `hygie serve` does that"),
        "{said}"
    );
    assert!(
        said.contains("`hygie serve` does not run at the moment"),
        "{said}"
    );
    assert!(said.contains("no room yet"), "{said}");
    assert!(said.contains("encryption: there are no keys"), "{said}");
    // The bot's device is chosen by the first start, not by the doctor.
    assert_eq!(
        world
            .sql_count("SELECT count(*) FROM installation WHERE name = 'device_id'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_typo_in_the_configuration_is_named_with_its_line_and_the_nearest_key() {
    let world = World::start(Database::Sqlite, &[SMALL], stopped()).await;
    change(
        &world,
        "communities: communities",
        "comunities: communities",
    );
    let line = error_of_check(&world, "comunities").await;
    assert!(
        line.contains("hygie.yaml:9:1") && line.contains("`communities`"),
        "{line}"
    );
    let served = world.hygie(&["serve"]).await;
    assert_eq!(served.status.code(), Some(1));
    assert!(err(&served).contains("hygie.yaml:9:1"), "{}", err(&served));
}

#[tokio::test]
async fn a_mistake_in_a_community_is_named_with_its_line() {
    let world = World::start(Database::Sqlite, &[SMALL], stopped()).await;
    change_in(
        &world,
        "communities/nord.yaml",
        "kind: discussion",
        "kind: discusion",
    );
    let line = error_of_check(&world, "discusion").await;
    let place = format!("nord.yaml:{}:", line_of(SMALL, "kind: discussion"));
    assert!(line.contains(&place), "{line}");
}

#[tokio::test]
async fn an_unknown_variable_is_named_with_the_nearest_one() {
    let env = vec![("HYGIE_STORE__URI".to_owned(), "sqlite:x".to_owned())];
    let world = World::start(Database::Sqlite, &[], Options { env, ..stopped() }).await;
    let migrated = world.hygie(&["migrate"]).await;
    assert_eq!(migrated.status.code(), Some(1));
    assert!(
        err(&migrated).contains("HYGIE_STORE__URI") && err(&migrated).contains("HYGIE_STORE__URL"),
        "{}",
        err(&migrated)
    );
    error_of_check(&world, "HYGIE_STORE__URI").await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    let url = format!("sqlite:{}", world.folder().join("hygie.db").display());
    change(&world, &url, "postgres://hygie:geheim@127.0.0.1:9/hygie");
    let line = error_of_check(&world, "database").await;
    assert!(
        line.contains("`store.url`") && !line.contains("geheim"),
        "{line}"
    );
    let served = world.hygie(&["serve"]).await;
    assert_eq!(served.status.code(), Some(1));
    assert!(
        err(&served).contains("127.0.0.1:9") && !err(&served).contains("geheim"),
        "{}",
        err(&served)
    );
}

#[tokio::test]
async fn a_homeserver_that_cannot_be_reached_is_named() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    change(
        &world,
        &format!("url: \"{}\"", world.synapse.url()),
        "url: \"http://127.0.0.1:9\"",
    );
    let line = error_of_check(&world, "homeserver").await;
    assert!(
        line.contains("http://127.0.0.1:9") && line.contains("`homeserver.url`"),
        "{line}"
    );
}

#[tokio::test]
async fn a_registration_that_the_homeserver_has_not_loaded_is_named() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    change_in(
        &world,
        "registration.yaml",
        &world.slot.as_token(),
        "another_token",
    );
    let line = error_of_check(&world, "registration: ").await;
    assert!(
        line.contains("app_service_config_files") && line.contains("restart"),
        "{line}"
    );
    assert!(!line.contains("another_token"), "{line}");
}

#[tokio::test]
async fn a_missing_and_a_differing_registration_are_named() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    change_in(
        &world,
        "registration.yaml",
        "rate_limited: false",
        "rate_limited: true",
    );
    let line = error_of_check(&world, "rate_limited").await;
    assert!(line.contains("hygie registration --force"), "{line}");
    std::fs::remove_file(world.folder().join("registration.yaml")).expect("it is there");
    let line = error_of_check(&world, "registration.yaml").await;
    assert!(line.contains("`hygie registration`"), "{line}");
}

#[tokio::test]
async fn a_way_back_that_is_refused_is_named() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    // Something else answers there: Hygie with another token.
    change_in(
        &world,
        "registration.yaml",
        &world.slot.hs_token(),
        "another_token",
    );
    let mut world = world;
    world.launch().await;
    wait_until("it to listen", async || {
        (world.ready().await.0 != 0).then_some(())
    })
    .await;
    let line = error_of_check(&world, "hs_token").await;
    assert!(line.contains("registration.yaml"), "{line}");
    wait_until("the log to say so", async || {
        world
            .log()
            .contains("its hs_token is refused there")
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_room_where_the_bot_lacks_power_or_is_not_is_named() {
    let world = World::start(
        Database::Sqlite,
        &[SMALL],
        Options {
            proxy: true,
            ..Options::default()
        },
    )
    .await;
    world.room("nord", "est").await;
    world.proxy().fail(1, Fault::Forbidden, |passed| {
        passed.path.ends_with("/state")
    });
    let line = error_of_check(&world, "nord ").await;
    assert!(
        line.contains("the bot cannot read") && line.contains("invite it back"),
        "{line}"
    );
    // A room of an old version, in which the bot has no power: bound by hand in the store.
    let samir = owner(&world, &["est"]).await;
    let mut request = matrix_sdk::ruma::api::client::room::create_room::v3::Request::new();
    request.room_version = Some(matrix_sdk::ruma::RoomVersionId::V11);
    request.invite = vec![world.bot_id()];
    request.is_direct = true;
    let old = samir
        .client()
        .send(request)
        .await
        .expect("a room can be made")
        .room_id;
    wait_until("the bot to come", async || {
        samir
            .members_of(&old, "join")
            .await
            .contains(&world.bot_id())
            .then_some(())
    })
    .await;
    world
        .sql(&format!(
            "UPDATE place SET room_id = '{old}' WHERE place = 'est'"
        ))
        .await;
    let line = error_of_check(&world, "nord est").await;
    assert!(line.contains("the bot has power 0 and needs 100"), "{line}");
}

#[tokio::test]
async fn plan_works_without_serve() {
    let world = World::start(Database::Sqlite, &[SMALL], stopped()).await;
    let before = out(&world.hygie(&["plan"]).await);
    assert!(before.contains("nord: Nord (4 to change)"), "{before}");
    let nothing = world.hygie(&[]).await;
    assert_ne!(nothing.status.code(), Some(0));
    assert!(err(&nothing).contains("Usage: hygie"), "{}", err(&nothing));
}

#[tokio::test]
async fn a_password_in_the_wrong_place_of_the_databases_address_is_not_repeated() {
    for address in [
        "postgres://hygie@127.0.0.1:1/db?passwd=hunter2-and-more",
        "postgres://hygie:x@127.0.0.1:1/db?sslmode=hunter2-and-more",
        "mysql://hygie:hunter2-and-more@127.0.0.1/db",
    ] {
        let env = ("HYGIE_STORE__URL".to_owned(), address.to_owned());
        let options = Options {
            stopped: true,
            env: vec![env],
            ..Options::default()
        };
        let world = World::start(Database::Sqlite, &[], options).await;
        for command in ["migrate", "plan", "check", "serve"] {
            let output = world.hygie(&[command]).await;
            let printed = [output.stdout, output.stderr].concat();
            let printed = String::from_utf8_lossy(&printed);
            assert!(!output.status.success() && !printed.is_empty(), "{command}");
            assert!(!printed.contains("hunter2"), "{command} repeats it");
        }
    }
}

#[tokio::test]
async fn the_rules_are_measured_on_labelled_texts_and_a_mistake_in_them_has_its_line() {
    let world = World::start(Database::Sqlite, &[], stopped()).await;
    let leak = r#"{"text": "voir 2 69 05 49 588 157 80", "lang": "fr", "spans": [{"start": 5, "end": 26, "kind": "nir"}]}"#;
    let clean = r#"{"text": "bonjour à toutes", "lang": "fr", "spans": []}"#;
    world.write("texts.jsonl", &format!("{leak}\n{clean}\n"));
    let file = world.folder().join("texts.jsonl");
    let file = file.to_str().expect("a path of the tests");
    let measured = world.hygie(&["rules", "eval", file, "--json"]).await;
    assert_eq!(measured.status.code(), Some(0), "{}", err(&measured));
    let report: serde_json::Value = serde_json::from_str(&out(&measured)).expect("JSON");
    let nir = serde_json::json!({
        "kind": "nir", "support": 1, "tp": 1, "fp": 0, "fn": 0, "precision": 1.0, "recall": 1.0, "nudged": 0,
    });
    let kinds = report["kinds"].as_array().expect("a list");
    assert_eq!(kinds.iter().find(|it| it["kind"] == "nir"), Some(&nir));
    let actions = serde_json::json!({"redact": 1, "alert": 0, "nudge": 0, "none": 1});
    assert_eq!(report["actions"], actions);
    let printed = world.hygie(&["rules", "eval", file]).await;
    assert!(out(&printed).contains("texts: redact 1, alert 0, nudge 0, none 1"));

    world.write(
        "texts.jsonl",
        &format!("{clean}\n{}\n", leak.replace("nir", "nur")),
    );
    let refused = world.hygie(&["rules", "eval", file]).await;
    assert_eq!(refused.status.code(), Some(1));
    let said = err(&refused);
    assert!(said.contains("line 2: there is no kind `nur`"), "{said}");
}
