//! Tests of reading the configuration.

use super::*;

const MINIMAL: &str = "homeserver: {url: \"http://127.0.0.1:8008\", server_name: example.org}\n";

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hygie.yaml");
    std::fs::write(&file, text).unwrap();
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let root = format!("{}/", folder.path().display());
    Config::load(&file, env).map_err(|error| error.to_string().replace(&root, ""))
}

#[test]
fn the_homeserver_is_all_that_is_required() {
    let config = load(MINIMAL, &[]).unwrap();
    assert_eq!(config.bot_user_id(), "@hygie:example.org");
    assert_eq!(config.appservice.listen.to_string(), "127.0.0.1:29331");
    assert_eq!(config.executor.concurrency, 8);
    assert_eq!(config.reconcile.every.to_string(), "10m");
}

#[test]
fn paths_start_from_the_folder_of_the_file() {
    let config = load(&format!("{MINIMAL}communities: here\nrules: /there\n"), &[]).unwrap();
    assert_eq!(config.communities, config.base.join("here"));
    assert_eq!(config.rules, Path::new("/there"));
    assert_eq!(
        config.appservice.registration,
        config.base.join("registration.yaml")
    );
    assert_eq!(
        config.store.url(),
        format!("sqlite:{}/hygie.db", config.base.display())
    );
}

#[test]
fn a_variable_wins_over_the_file() {
    let env = [
        ("HYGIE_EXECUTOR__CONCURRENCY", "3"),
        ("HYGIE_HOMESERVER__SERVER_NAME", "other.org"),
        ("HYGIE_OPERATOR__NAME", "42"),
        ("HYGIE_OPERATOR__CONTACT", ""),
        ("HYGIE_RULES", "words"),
        ("HYGIE_CONFIG", "ignored"),
        ("PATH", "ignored"),
    ];
    let config = load(&format!("{MINIMAL}executor: {{concurrency: 4}}\n"), &env).unwrap();
    assert_eq!(config.executor.concurrency, 3);
    assert_eq!(config.homeserver.server_name, "other.org");
    assert_eq!(config.operator.name, "42");
    assert_eq!(config.operator.contact, "");
    assert_eq!(config.rules, config.base.join("words"));
}

#[test]
fn a_variable_is_not_blamed_for_the_key_that_is_missing_beside_it() {
    let env = [("HYGIE_HOMESERVER__URL", "http://synapse:8008")];
    let error = load("log: {level: info}\n", &env).unwrap_err();
    assert_eq!(
        error,
        "hygie.yaml:1:1: the key `server_name` is missing; add it"
    );
}

#[test]
fn a_section_without_keys_is_the_default() {
    let text = format!("{MINIMAL}executor:\nlog:\n  # level: debug\n");
    assert_eq!(load(&text, &[]).unwrap().log, Log::default());
    let env = [("HYGIE_EXECUTOR__CONCURRENCY", "3")];
    assert_eq!(load(&text, &env).unwrap().executor.concurrency, 3);
}

#[test]
fn variables_alone_can_give_what_is_required() {
    let env = [
        ("HYGIE_HOMESERVER__URL", "http://synapse:8008"),
        ("HYGIE_HOMESERVER__SERVER_NAME", "example.org"),
    ];
    let config = load("# nothing here\n", &env).unwrap();
    assert_eq!(config.homeserver.url.as_str(), "http://synapse:8008/");
}

#[test]
fn an_unknown_variable_is_answered_with_the_nearest_one() {
    let env = [
        ("HYGIE_STORE_URL", "x"),
        ("HYGIE_EXECUTOR__CONCURENCY", "3"),
        ("HYGIE_ZZZ", "1"),
    ];
    assert_eq!(
        load(MINIMAL, &env).unwrap_err(),
        "HYGIE_EXECUTOR__CONCURENCY: unknown variable; did you mean `HYGIE_EXECUTOR__CONCURRENCY`?\n\
         HYGIE_STORE_URL: unknown variable; did you mean `HYGIE_STORE__URL`?\n\
         HYGIE_ZZZ: unknown variable; unset it, or name a key of the file like HYGIE_STORE__URL"
    );
}

#[test]
fn an_error_in_a_variable_names_the_variable_and_one_in_the_file_its_line() {
    let wrong = [("HYGIE_EXECUTOR__CONCURRENCY", "many")];
    let error = load(MINIMAL, &wrong).unwrap_err();
    assert!(
        error.starts_with("HYGIE_EXECUTOR__CONCURRENCY: "),
        "{error}"
    );

    let right = [("HYGIE_EXECUTOR__CONCURRENCY", "2")];
    let error = load(&format!("# first\n{MINIMAL}log:\n  levle: info\n"), &right).unwrap_err();
    assert_eq!(
        error,
        "hygie.yaml:4:3: unknown key `levle`; did you mean `level`?"
    );

    let out_of_range = [("HYGIE_EXECUTOR__CONCURRENCY", "0")];
    let error = load(MINIMAL, &out_of_range).unwrap_err();
    assert_eq!(
        error,
        "HYGIE_EXECUTOR__CONCURRENCY: 0 is out of range; write 1 to 64"
    );
}

#[test]
fn every_rule_that_is_broken_is_reported_with_its_line() {
    let text = format!(
        "{MINIMAL}appservice:\n  bot: Hygie\nexecutor: {{concurrency: 0}}\nreconcile:\n  every: 1s\n"
    );
    assert_eq!(
        load(&text, &[]).unwrap_err(),
        "hygie.yaml:3:8: `Hygie` cannot name the bot; use 1 to 32 of the characters a-z, 0-9 and -\n\
         hygie.yaml:4:25: 0 is out of range; write 1 to 64\n\
         hygie.yaml:6:10: `1s` is too often for the homeserver; write at least 10s"
    );
}

#[test]
fn a_wrong_duration_and_a_wrong_word_are_explained_at_their_line() {
    let error = load(&format!("{MINIMAL}reconcile:\n  every: 10\n"), &[]).unwrap_err();
    assert_eq!(
        error,
        "hygie.yaml:3:10: `10` has no unit; write 10s, 10m, 10h or 10d"
    );
    let error = load(&format!("{MINIMAL}log:\n  level: warning\n"), &[]).unwrap_err();
    assert_eq!(
        error,
        "hygie.yaml:3:10: unknown word `warning`; did you mean `warn`?"
    );
}

#[test]
fn a_missing_file_is_answered_with_how_to_write_one() {
    let error = Config::load(Path::new("/nowhere/hygie.yaml"), std::iter::empty()).unwrap_err();
    assert!(
        error.to_string().contains("hygie config > hygie.yaml"),
        "{error}"
    );
}

#[test]
fn the_store_is_read_from_a_file_of_its_own_and_its_password_stays_hidden() {
    let error = load(&format!("{MINIMAL}store: {{url_file: nothing}}\n"), &[]).unwrap_err();
    assert!(
        error.starts_with("hygie.yaml:2:19: nothing cannot be read: "),
        "{error}"
    );

    let both = load(
        &format!("{MINIMAL}store: {{url: \"sqlite:a.db\", url_file: nothing}}\n"),
        &[],
    )
    .unwrap_err();
    assert!(both.contains("keep one of them"), "{both}");

    let env = [("HYGIE_STORE__URL", "postgres://hygie:hunter2@db/hygie")];
    let config = load(MINIMAL, &env).unwrap();
    assert_eq!(config.store.url(), env[0].1);
    assert!(!format!("{config:?}").contains("hunter2"));
    let error = load(
        MINIMAL,
        &[("HYGIE_STORE__URL", "mysql://hygie:hunter2@db/hygie")],
    )
    .unwrap_err();
    assert!(
        !error.contains("hunter2") && error.starts_with("HYGIE_STORE__URL: "),
        "{error}"
    );
}

#[test]
fn the_example_configuration_and_community_load_together() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/hygie.yaml");
    let config = Config::load(&file, std::iter::empty()).unwrap();
    let communities = config.load_communities().unwrap();
    let community = communities
        .iter()
        .find(|community| community.id.as_str() == "asc-nord");
    let community = community.expect("the example community is there");
    assert_eq!(community.warnings(), []);
    assert!(community.groups.len() >= 6);
}
