//! Every route that the program serves: who gets in, what the others are told, and what nobody is told.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hygie::web::{Access, PAGE_POLICY, ROUTES, Route, SECURITY};
use hygie_tests::{
    process::target_folder,
    world::{Database, Options, World},
};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::spine::{SMALL, owner};

/// A transaction with one message.
const BODY: &str = r#"{"events":[{"event_id":"$intruder","room_id":"!r:hygie.test","sender":"@who:hygie.test",
    "type":"m.room.message","origin_server_ts":1,"content":{"msgtype":"m.text","body":"hello"}}]}"#;

/// What `.route("path", method(…))` says in the sources of the program.
fn routes_of_the_sources() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let root = target_folder();
    let mut folders = vec![
        root.parent()
            .expect("target is in the workspace")
            .join("src"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sources are readable") {
            let path = entry.expect("the sources are readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the sources are UTF-8");
            let text = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
            for other in [
                ".nest(",
                "nest_service(",
                "route_service(",
                "fallback_service(",
                "any(",
            ] {
                let routing = text.contains("axum") && text.contains(&format!(" {other}"));
                let routing = routing || text.contains(&format!("routing::{other}"));
                assert!(
                    !routing,
                    "{} has routes that this test cannot read: {other}",
                    path.display()
                );
            }
            for (at, _) in text.match_indices(".route(") {
                let rest = &text[at + ".route(".len()..];
                let path = rest.split('"').nth(1).expect("a path in quotes");
                let after = rest.split('"').nth(2).expect("a method");
                let methods = after.split(".route(").next().unwrap_or_default();
                for method in ["get", "put", "post", "delete", "patch", "head", "options"] {
                    if methods.contains(&format!("{method}(")) {
                        found.insert((method.to_uppercase(), path.to_owned()));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn the_table_of_routes_is_what_the_program_serves() {
    let table = ROUTES.map(|route| (route.method.to_owned(), route.path.to_owned()));
    assert_eq!(routes_of_the_sources(), BTreeSet::from(table));
}

/// A request to a route with these `Authorization` headers.
async fn ask(
    http: &Client,
    world: &World,
    route: &Route,
    query: &str,
    headers: &[String],
) -> Response {
    let path = route
        .path
        .replace("{txn_id}", "t")
        .replace("{user_id}", "@someone:hygie.test")
        .replace("{alias}", "%23alias:hygie.test")
        .replace("{token}", "k7f3x-q2m8d-9hw4t-c6rnb-5zjvy8");
    let method = Method::from_bytes(route.method.as_bytes()).expect("a method");
    let url = format!("{}{path}{query}", world.slot.url());
    let mut request = http.request(method, url).body(BODY);
    for header in headers {
        request = request.header("authorization", header);
    }
    let answer = request.send().await.expect("Hygie answers");
    for (name, value) in SECURITY {
        // Pages that people look at are styled, and have a form.
        let page = route.path.starts_with("/join/") && name == "content-security-policy";
        let value = if page { PAGE_POLICY } else { value };
        assert_eq!(answer.headers().get(&name), Some(&value), "{}", route.path);
    }
    answer
}

/// Ways to ask without showing the token as the homeserver does: the query, the headers, the answer.
fn attempts(token: &str, as_token: &str) -> Vec<(String, Vec<String>, (u16, &'static str))> {
    const MISSING: (u16, &str) = (401, "M_MISSING_TOKEN");
    const WRONG: (u16, &str) = (403, "M_FORBIDDEN");
    let bearer = |token: &str| vec![format!("Bearer {token}")];
    let one = |header: String| vec![header];
    let cut = &token[..token.len() - 1];
    let none = String::new;
    vec![
        (none(), vec![], MISSING),
        (none(), one(String::new()), MISSING),
        (none(), one("Bearer".to_owned()), MISSING),
        (none(), one(token.to_owned()), MISSING),
        (none(), one(format!("Basic {token}")), MISSING),
        (none(), one(format!("bearer {token}")), MISSING),
        (none(), one(format!("Bearer\t{token}")), MISSING),
        // The old way, which writes the token into every log on the way.
        (format!("?access_token={token}"), vec![], MISSING),
        (format!("?access_token={token}"), bearer("x"), WRONG),
        (none(), [bearer(token), bearer("x")].concat(), MISSING),
        (none(), [bearer("x"), bearer(token)].concat(), MISSING),
        (none(), [bearer(token), bearer(token)].concat(), MISSING),
        (none(), bearer("x"), WRONG),
        (none(), bearer(cut), WRONG),
        (none(), bearer(&token[1..]), WRONG),
        (none(), bearer(&format!("{token}x")), WRONG),
        (none(), bearer(&format!("{token},{token}")), WRONG),
        (none(), bearer(&format!(" {token}")), WRONG),
        (none(), bearer(&token.to_uppercase()), WRONG),
        (none(), bearer(as_token), WRONG),
        (none(), bearer(&"x".repeat(20_000)), WRONG),
    ]
}

#[tokio::test]
async fn every_route_of_the_homeserver_refuses_everybody_else_and_nothing_changes() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    let http = Client::new();
    let (token, as_token) = (world.slot.hs_token(), world.slot.as_token());
    let before = world.database_dump().await;
    let routes = ROUTES.iter().filter(|it| it.access == Access::Homeserver);
    for route in routes.clone() {
        for (query, headers, (status, errcode)) in attempts(&token, &as_token) {
            let answer = ask(&http, &world, route, &query, &headers).await;
            let place = format!("{} {} {headers:?}", route.method, route.path);
            assert_eq!(answer.status().as_u16(), status, "{place}");
            let text = answer.text().await.expect("an answer");
            assert!(
                !text.contains(&token) && !text.contains(&as_token),
                "{place}"
            );
            let body: Value = serde_json::from_str(&text).expect("errors are JSON");
            assert_eq!(body["errcode"], errcode, "{place}");
            assert!(body["error"].is_string(), "{place}");
            assert_eq!(
                body.as_object().map(serde_json::Map::len),
                Some(2),
                "{place}"
            );
        }
    }
    assert_eq!(world.database_dump().await, before);
    for route in routes {
        let status = ask(&http, &world, route, "", &[format!("Bearer {token}")])
            .await
            .status();
        let in_or_unknown = [StatusCode::OK, StatusCode::NOT_FOUND].contains(&status);
        assert!(
            in_or_unknown,
            "{} lets the homeserver in: {status}",
            route.path
        );
    }
    assert_ne!(
        world.database_dump().await,
        before,
        "the transaction is taken"
    );
}

#[tokio::test]
async fn public_routes_tell_nothing_about_members_and_no_secret() {
    let world = World::start(Database::Sqlite, &[SMALL], Options::default()).await;
    let http = Client::new();
    let samir = owner(&world, &["est"]).await;
    samir.set_displayname("Samir Personne").await;
    let room = world.room("nord", "est").await;
    samir.send_text(&room, "mot-de-samir").await;
    for route in ROUTES.iter().filter(|it| it.access == Access::Public) {
        for headers in [vec![], vec!["Bearer x".to_owned()]] {
            let answer = ask(&http, &world, route, "?access_token=x", &headers).await;
            let expected = match route.path {
                "/join/{token}" => StatusCode::NOT_FOUND,
                _ => StatusCode::OK,
            };
            assert_eq!(answer.status(), expected, "{}", route.path);
            let text = answer.text().await.expect("an answer");
            for secret in [
                world.slot.hs_token().as_str(),
                &world.slot.as_token(),
                world.database_url(),
                room.as_str(),
                "mot-de-samir",
                "Samir",
                "samir",
                ":hygie.test",
                "Nord",
            ] {
                assert!(!text.contains(secret), "{} tells {secret}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_served_is_answered_in_the_shape_of_matrix() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    let http = Client::new();
    let nowhere = |method, path| Route {
        method,
        path,
        access: Access::Public,
    };
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/_matrix/app/v1/nothing", 404),
        ("GET", "/_matrix/app/v1/transactions/t", 405),
        ("POST", "/metrics", 405),
        ("DELETE", "/health/live", 405),
    ] {
        let answer = ask(&http, &world, &nowhere(method, path), "", &[]).await;
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        let body: Value = answer.json().await.expect("errors are JSON");
        assert_eq!(body["errcode"], "M_UNRECOGNIZED", "{method} {path}");
    }
}

#[tokio::test]
async fn who_asks_too_often_is_slowed_down_and_the_homeserver_never_is() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    let http = Client::new();
    let live = ROUTES
        .iter()
        .find(|it| it.path == "/health/live")
        .expect("a route");
    let ping = ROUTES
        .iter()
        .find(|it| it.path.ends_with("/ping"))
        .expect("a route");
    let mut limited = None;
    for _ in 0..20 {
        let many = (0..100).map(|_| ask(&http, &world, live, "", &[]));
        let answers = join_all(many).await;
        let is_limited = |it: &Response| it.status() == StatusCode::TOO_MANY_REQUESTS;
        limited = answers.into_iter().find(is_limited);
        if limited.is_some() {
            break;
        }
    }
    let limited = limited.expect("there is a limit");
    assert_eq!(limited.headers()["retry-after"], "1");
    let body: Value = limited.json().await.expect("errors are JSON");
    assert_eq!(body["errcode"], "M_LIMIT_EXCEEDED");
    assert!(body["retry_after_ms"].is_u64());
    // The same address with the token, far beyond its allowance.
    let bearer = [format!("Bearer {}", world.slot.hs_token())];
    for _ in 0..300 {
        assert_eq!(
            ask(&http, &world, ping, "", &bearer).await.status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_is_not_waited_for() {
    let world = World::start(Database::Sqlite, &[], Options::default()).await;
    for (request, status) in [
        ("GET /health/live", "200"),
        ("PUT /_matrix/app/v1/transactions/t", "401"),
        ("PUT /nowhere", "404"),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", world.slot.port))
            .await
            .expect("it listens");
        let head = format!("{request} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .await
            .expect("it answers and ends the connection");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
    }
}
