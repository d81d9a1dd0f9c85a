//! The join page: a line with the last part of the path (`TOKEN` stands for a good one, `BOUND` for one that is for Zoe alone), a line
//! with what stands after `?`, a line of languages, then the body of the form.

use std::sync::LazyLock;

use hygie::{
    community::{
        change::Change,
        definition::Terms,
        place::Place,
        record::{Record, Ticket},
        role::Role,
        snapshot::Snapshot,
    },
    fuzzing,
    governance::tickets::Token,
};

use super::community::{self, NOW, user};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(snapshot);

/// What the community wrote, which must stay text.
const HOSTILE: &str = "</p><script>alert(1)</script>\"'&<b onclick=x>";

fn token(cause: &str) -> Token {
    Token::derive(&[0; 32], cause)
}

fn snapshot() -> Snapshot {
    let mut snapshot = community::snapshot();
    let known = snapshot.communities.values().next().expect("there is one");
    let mut definition = known.definition.clone();
    HOSTILE.clone_into(&mut definition.name);
    HOSTILE.clone_into(&mut definition.purpose);
    HOSTILE.clone_into(&mut definition.code_of_conduct.text);
    HOSTILE.clone_into(&mut definition.groups[0].name);
    definition.groups[0].terms = Some(Terms {
        version: 1,
        text: HOSTILE.to_owned(),
    });
    let id = definition.id.clone();
    let redeclared = known.redeclared(definition);
    snapshot.apply(&redeclared);
    for (cause, person) in [("open", None), ("bound", Some(user("zoe")))] {
        let ticket = Ticket {
            id: token(cause).id(),
            place: Place::Group("secteur-est".parse().expect("it is an id")),
            role: Role::Moderator,
            person,
            by: user("samir"),
            at: NOW,
            until: NOW,
            used: None,
        };
        snapshot.apply(&Change::keep(&id, Record::Ticket(ticket)));
    }
    snapshot
}

/// Every page is whole, quotes nothing as markup, and comes out the same twice; nobody but the person is let in by a ticket that is for
/// one, whom no page names; nobody is let in without having ticked the box.
pub fn run(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (path, query, languages) = (line(), line(), line());
    let body = parts.next().unwrap_or_default();
    let path = path
        .replace("TOKEN", &token("open").to_string())
        .replace("BOUND", &token("bound").to_string());
    let (pages, redemption) = answer([&path, &query, &languages], body);
    for (status, html) in &pages {
        check(*status, html);
    }
    if let Some(who) = redemption {
        assert!(body.windows(4).any(|it| it == b"read") || body.contains(&b'%'));
        assert_ne!(who, "");
        if Token::parse(&path) == Some(token("bound")) {
            assert_eq!(who, user("zoe").as_str());
            assert!(pages.iter().all(|(_, html)| !html.contains("zoe")));
        }
    }
    assert_eq!(pages, answer([&path, &query, &languages], body).0);
}

fn answer(asked: [&str; 3], body: &[u8]) -> (Vec<(u16, String)>, Option<String>) {
    let (pages, redemption) = fuzzing::join_page(&SNAPSHOT, asked, body, NOW);
    (pages, redemption.map(|it| it.user.to_string()))
}

fn check(status: u16, html: &str) {
    assert!(
        [200, 403, 404, 409, 410, 422, 503].contains(&status),
        "{status}"
    );
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    let count = |part: &str| html.matches(part).count();
    assert_eq!(
        (count("<h1>"), count("<title>"), count("<main>")),
        (1, 1, 1)
    );
    assert_eq!(count("<html lang=\"fr\">") + count("<html lang=\"en\">"), 1);
    for markup in [
        "<script",
        "<b ",
        "onclick=x>",
        "<style",
        "<img",
        "<iframe",
        "style=",
    ] {
        assert_eq!(count(markup), 0, "{markup} in {html}");
    }
    // What was typed comes back within one attribute, if at all.
    assert!(count("<input") <= 2 && count("<form") <= 1, "{html}");
}
