//! The tests of the page: what it shows, to whom, and what it does not tell.

use ruma::OwnedUserId;

use super::*;
use crate::community::{
    change::Change,
    record::Record,
    snapshot::tests::{redeclare, settled},
};

const NOW: Timestamp = Timestamp(1_000_000);
const LATER: Timestamp = Timestamp(2_000_000);

fn token() -> Token {
    Token::derive(&[7; 32], "$ticket")
}

/// A community with a ticket into the eastern group.
fn world(person: Option<&str>, change: impl FnOnce(&mut Ticket)) -> Snapshot {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |file| {
        file.name = "Nord <b>".to_owned();
        file.code_of_conduct.text = "Respect\n<script>alert(1)</script>".to_owned();
        let text = "Pas de photo & \"rien\" d'autre".to_owned();
        file.groups[0].terms = Some(Terms { version: 1, text });
    });
    let mut ticket = Ticket {
        id: token().id(),
        place: Place::Group("est".parse().unwrap()),
        role: Role::Moderator,
        person: person.map(|it| it.try_into().unwrap()),
        by: "@zoe:s".try_into().unwrap(),
        at: NOW,
        until: LATER,
        used: None,
    };
    change(&mut ticket);
    let id = snapshot.communities.keys().next().unwrap().clone();
    snapshot.apply(&Change::keep(&id, Record::Ticket(ticket)));
    snapshot
}

fn ask<T>(query: &str, run: impl FnOnce(&Asked) -> T) -> T {
    let token = token().to_string();
    run(&Asked {
        token: &token,
        query,
        languages: "",
    })
}

fn get(snapshot: &Snapshot, query: &str) -> Shown {
    ask(query, |asked| ticket(snapshot, asked, NOW))
}

fn post(snapshot: &Snapshot, body: &str) -> Result<String, Shown> {
    let sent = ask("", |asked| sent(snapshot, asked, body.as_bytes(), NOW));
    sent.map(|it| it.user.to_string())
}

#[test]
fn a_ticket_shows_what_it_is_for_in_both_languages_and_runs_nothing_that_was_written() {
    let snapshot = world(None, |_| ());
    let french = get(&snapshot, "");
    assert_eq!(french.status, 200);
    for part in [
        "<html lang=\"fr\">",
        "Aider",
        "Secteur Est",
        "modération",
        "janvier",
        "Respect",
        "Pas de photo",
        "<label for=\"id\">",
        "required",
        "aria-describedby=\"id-help\"",
    ] {
        assert!(french.html.contains(part), "{part} in {}", french.html);
    }
    for raw in ["<script", "<b>", "\"rien\"", "javascript", "@zoe"] {
        assert!(!french.html.contains(raw), "{raw}");
    }
    let english = get(&snapshot, "lang=en").html;
    assert!(english.contains("<html lang=\"en\">") && english.contains("lang=\"fr\">Aider"));
}

#[test]
fn what_is_missing_or_wrong_is_said_beside_its_field() {
    let snapshot = world(None, |_| ());
    let shown = post(&snapshot, "").unwrap_err();
    assert_eq!(shown.status, 422);
    for part in [
        "id=\"id-error\"",
        "id-help id-error",
        "aria-invalid",
        "id=\"read-error\"",
        "<title>Erreur",
    ] {
        assert!(shown.html.contains(part), "{part}");
    }
    let shown = post(&snapshot, "id=%22%3E%3Cscript%3E&read=1").unwrap_err();
    assert!(shown.status == 422 && !shown.html.contains("<script"));
    assert!(shown.html.contains("checked") && !shown.html.contains("read-error"));
    assert_eq!(post(&snapshot, "id=%40new%3As&read=1").unwrap(), "@new:s");
    assert_eq!(post(&snapshot, "id=new&read=1").unwrap(), "@new:s");
}

#[test]
fn a_ticket_for_somebody_tells_nobody_for_whom_and_takes_no_other() {
    let snapshot = world(Some("@secret:s"), |_| ());
    let shown = get(&snapshot, "");
    assert!(!shown.html.contains("secret") && !shown.html.contains("name=\"id\""));
    assert_eq!(
        post(&snapshot, "id=%40mallory%3As&read=1").unwrap(),
        "@secret:s"
    );
    assert_eq!(post(&snapshot, "").unwrap_err().status, 422);
    let redemption = Redemption {
        ticket: token().id(),
        user: "@secret:s".try_into().unwrap(),
    };
    let shown = ask("", |asked| {
        outcome(&snapshot, asked, &redemption, Outcome::Invited)
    });
    assert!(shown.status == 200 && !shown.html.contains("secret"));
}

#[test]
fn a_ticket_that_is_not_good_tells_nothing_of_what_it_was_for() {
    let used: OwnedUserId = "@new:s".try_into().unwrap();
    let expired = world(None, |it| it.until = Timestamp(1));
    let by = used.clone();
    let spent = world(None, |it| it.used = Some((by, NOW)));
    for (snapshot, status) in [(&settled(), 404), (&expired, 410), (&spent, 410)] {
        let shown = get(snapshot, "");
        assert_eq!(shown.status, status);
        let other = post(snapshot, "id=%40other%3As&read=1").unwrap_err();
        assert_eq!(other.status, status);
        for html in [shown.html, other.html] {
            assert!(!html.contains("Nord") && !html.contains("Est") && !html.contains("Respect"));
        }
    }
    assert_eq!(
        post(&spent, "id=new&read=1").unwrap(),
        "@new:s",
        "once more by the same person"
    );
    let wrong = Asked {
        token: "nothing",
        query: "",
        languages: "en",
    };
    assert_eq!(ticket(&spent, &wrong, NOW).status, 404);
    assert!(ticket(&spent, &wrong, NOW).html.contains("lang=\"en\""));
}

#[test]
fn that_somebody_is_there_already_looks_like_a_success() {
    let snapshot = world(None, |_| ());
    let redemption = Redemption {
        ticket: token().id(),
        user: "@member:s".try_into().unwrap(),
    };
    let page = |it| ask("", |asked| outcome(&snapshot, asked, &redemption, it));
    let success = page(Outcome::Invited);
    assert!(success.status == 200 && success.html.contains("@member:s"));
    assert_eq!(page(Outcome::Refused(Why::There)), success);
    assert_eq!(page(Outcome::Refused(Why::Done)), success);
    assert_eq!(page(Outcome::Refused(Why::Full)).status, 409);
    assert_eq!(page(Outcome::Refused(Why::NotYou)).status, 403);
    assert_eq!(page(Outcome::Failed).status, 503);
}
