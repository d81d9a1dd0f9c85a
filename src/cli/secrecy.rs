//! No value and no error that may reach a log, a screen or a panic shows a secret: tokens, the database's password.

use std::path::Path;

use super::registration::Registration;
use crate::{
    config::{Config, Secret},
    matrix::{Connection, MatrixError, Reader},
    store::{Store, StoreError},
};

const SECRET: &str = "hunter2-and-a-long-tail";

/// Everything that can be shown of an error: itself, its causes, its shape.
fn all_of(error: impl Into<anyhow::Error>) -> String {
    let error = error.into();
    format!("{error} {error:#} {error:?} {:?}", error.root_cause())
}

fn assert_silent(place: &str, shown: &str) {
    assert!(
        !shown.contains("hunter2"),
        "{place} shows the secret: {}",
        shown.replace(SECRET, "[…]")
    );
}

fn registration() -> Registration {
    let text = format!(
        "{{id: hygie, url: \"http://h\", as_token: {SECRET}, hs_token: {SECRET}, sender_localpart: h, rate_limited: false, namespaces: {{}}}}"
    );
    Registration::parse(Path::new("r.yaml"), &text).unwrap()
}

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, crate::config::ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hygie.yaml");
    std::fs::write(&path, text).unwrap();
    let env = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(&path, env)
}

const HOMESERVER: &str = "homeserver: {url: \"http://h\", server_name: example.org}\n";

#[test]
fn values_with_secrets_do_not_show_them() {
    let secret = Secret::new(SECRET);
    assert_silent(
        "Secret",
        &format!("{secret} {secret:?} {secret:#?} {secret:>40}"),
    );
    assert_silent("Registration", &format!("{0:?} {0:#?}", registration()));
    let url = format!("postgres://hygie:{SECRET}@h/db?password={SECRET}");
    let sections = format!("store: {{url: \"{url}\"}}\nguard: {{token: {SECRET}}}\n");
    let config = load(&format!("{HOMESERVER}{sections}"), &[]).unwrap();
    assert_eq!(config.store.url(), url, "the secret is there");
    let token = config.guard.token().map(Secret::expose);
    assert_eq!(token, Some(SECRET), "the secret is there");
    assert_silent(
        "Config",
        &format!("{config:?} {config:#?} {}", config.store.shown_url()),
    );
    assert_silent("Config as YAML", &serde_saphyr::to_string(&config).unwrap());
    assert_silent("Config as JSON", &serde_json::to_string(&config).unwrap());
}

#[test]
fn a_panic_does_not_show_the_secret_that_it_came_over() {
    let panic = std::panic::catch_unwind(|| {
        let fails = || Err::<(), _>(Box::new((registration(), Secret::new(SECRET))));
        fails().expect("this is the message of the panic");
    });
    let panic = panic.unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.starts_with("this is the message"));
    assert_silent("panic", message);
}

#[test]
fn a_mistake_in_a_file_with_secrets_is_explained_without_them() {
    let url = format!("postgres://hygie:{SECRET}@h/db");
    for store in [
        format!("store: \"{url}\""),
        format!("store: [\"{url}\"]"),
        format!("store: {{url: [\"{url}\"]}}"),
        format!("store: {{url: {{a: \"{url}\"}}}}"),
        format!("store: {{url: \"{url}}}"),
        format!("store: {{url: \"{url}\", url_file: x}}"),
        format!("store: {{url: \"x{url}\"}}"),
        format!("store: {{url: \"{url}\\q\"}}"),
        format!("store: {{url_file: \"/nowhere\", url: {url}: x}}"),
        format!("log: \"{url}\""),
    ] {
        let problem = load(&format!("{HOMESERVER}{store}\n"), &[]).unwrap_err();
        assert_silent(&store.replace(SECRET, "[…]"), &all_of(problem));
    }
    for (name, value) in [
        ("HYGIE_STORE__URL", format!("mysql://hygie:{SECRET}@h/db")),
        ("HYGIE_STORE__URL", format!("{{a: \"{url}\"}}")),
        ("HYGIE_STORE__URL", format!("\"{url}")),
        ("HYGIE_STORE", url.clone()),
        ("HYGIE_STORE__URI", url.clone()),
        ("HYGIE_EXECUTOR__CONCURRENCY", url.clone()),
    ] {
        let problem = load(HOMESERVER, &[(name, &value)]).unwrap_err();
        assert_silent(name, &all_of(problem));
    }
}

#[test]
fn a_mistake_in_a_registration_is_explained_without_its_tokens() {
    let good = registration().to_yaml();
    assert!(good.contains(SECRET));
    for (from, to) in [
        ("as_token: ", "as_token: x: "),
        ("as_token: ", "as_token: \""),
        ("as_token: ", "as_token: !!int "),
        ("as_token: ", "id: "),
        ("as_token: ", "rate_limited: "),
        ("as_token: ", "as_tokken: "),
        ("as_token: ", "as_token:\n  - "),
        ("as_token: ", "as_token: &a [*b, "),
        ("id: hygie", "id: [hygie]"),
        (
            "rate_limited: false",
            "rate_limited: hunter2-and-a-long-tail",
        ),
        ("rate_limited: false", "? hunter2-and-a-long-tail"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{to}");
        match Registration::parse(Path::new("r.yaml"), &text) {
            Ok(read) => assert_silent(to, &format!("{read:?}")),
            Err(problem) => assert_silent(to, &all_of(problem)),
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_explained_without_its_password() {
    for url in [
        format!("postgres://hygie:{SECRET}@127.0.0.1:1/db"),
        format!("postgres://hygie:{SECRET}@127.0.0.1:port/db"),
        format!("postgres://hygie:{SECRET}@[::1/db"),
        format!("postgres://hygie:{SECRET}@127.0.0.1:1/db?sslmode={SECRET}"),
        format!("postgres://hygie:{SECRET}@h ost/db"),
        format!("postgres://hygie@127.0.0.1:1/db?password={SECRET}&port=x"),
        format!("postgres://{SECRET}"),
        format!("mysql://hygie:{SECRET}@h/db"),
        format!("sqlite:/nowhere/hygie.db?mode={SECRET}"),
        format!("sqlite:/nowhere/hygie.db?password={SECRET}"),
    ] {
        let problem: StoreError = match Store::connect(&url).await {
            Ok(_) => continue,
            Err(problem) => problem,
        };
        assert_silent(&url.replace(SECRET, "[…]"), &all_of(problem));
    }
}

#[tokio::test]
async fn a_homeserver_that_cannot_be_asked_is_explained_without_the_token() {
    for (address, token) in [
        ("http://127.0.0.1:1", SECRET.to_owned()),
        ("http://127.0.0.1:1", format!("{SECRET}\n")),
        ("https://127.0.0.1:1", SECRET.to_owned()),
    ] {
        let user = ruma::user_id!("@hygie:example.org").to_owned();
        let connection =
            Connection::new(address.parse().unwrap(), token, user, "D".into()).unwrap();
        let problem: MatrixError = Reader::new(connection).versions().await.unwrap_err();
        assert_silent(address, &all_of(problem));
    }
}
