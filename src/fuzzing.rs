//! What reads hostile input and is private, for the fuzz targets (`fuzz/`) and the tests that replay their seeds. Nothing of
//! the program uses it.

use std::path::Path;

use ruma::{ServerName, UserId};

use crate::{
    announce::clean,
    appservice::transaction::Transaction,
    clock::Timestamp,
    community::{
        change::Change,
        definition::{Definition, Locale},
        record::{Person, Record},
        snapshot::{Community, OperatorCard, Snapshot},
    },
    config::{Problem, communities},
    dispatch::{Outcome, Redemption},
    event::Event,
    governance::{
        roster::{self, columns::Terms},
        tickets,
    },
    moderation::{html, normalise::Folded},
    store::Quarantined,
    web::join::page::{self, Asked, Shown},
};

/// What the body of a transaction holds: the events that can be read, each with its JSON, and what is set aside.
#[must_use]
pub fn transaction(body: &[u8]) -> (Vec<(Event, String)>, Vec<Quarantined>) {
    let Transaction {
        events,
        quarantined,
    } = Transaction::read(body);
    (events, quarantined)
}

/// The community that a file defines.
///
/// # Errors
/// Everything that is wrong in it.
pub fn community(file: &Path, text: &str, server: &ServerName) -> Result<Definition, Vec<Problem>> {
    communities::read(file, text, server)
}

/// The people of a roster, and what is wrong with its lines.
#[must_use]
pub fn roster(bytes: &[u8], bot: &UserId) -> (Vec<Person>, Vec<(usize, String)>) {
    let community = community_of(bot);
    let terms = Terms {
        definition: &community.definition,
        bot,
        most: roster::MOST,
    };
    let reading = roster::read::read(bytes, &terms);
    let problems = reading.problems.into_iter();
    let problems = problems.map(|it| (it.line, it.text().plain(Locale::En)));
    (reading.people, problems.collect())
}

/// A roster of these people, as it is exported.
#[must_use]
pub fn written_roster(people: &[Person], bot: &UserId) -> String {
    let community = community_of(bot);
    let id = community.definition.id.clone();
    let mut snapshot = Snapshot::new(
        bot.to_owned(),
        OperatorCard::default(),
        [0; 32],
        vec![community.definition],
    );
    for person in people {
        let record = Record::Person(Box::new(person.clone()));
        snapshot.apply(&Change::keep(&id, record));
    }
    roster::write::roster(&snapshot.communities[&id])
}

fn community_of(bot: &UserId) -> Community {
    let definition = serde_json::json!({
        "id": "nord", "name": "Nord", "purpose": "Aider", "locale": "fr", "timezone": "UTC",
        "owners": [bot], "code_of_conduct": {"version": 1, "text": "Respect"},
    });
    Community::new(serde_json::from_value(definition).expect("a community"))
}

/// What the rules see of HTML: its text, and the values of the attributes that speak.
#[must_use]
pub fn seen_in_html(html: &str) -> (String, String) {
    let html::Extracted { text, attributes } = html::extract(html);
    (text.into_owned(), attributes)
}

/// The HTML of an announcement as it stands in its copies.
#[must_use]
pub fn clean_html(html: &str) -> String {
    clean::clean(html)
}

/// The text as the rules see it.
#[must_use]
pub fn folded(text: &str) -> String {
    Folded::new(text).text().to_owned()
}

/// What the join page answers: the page of the ticket, and what comes of the form that is sent there, each with its status; and who would
/// be let in.
#[must_use]
pub fn join_page(
    snapshot: &Snapshot,
    [token, query, languages]: [&str; 3],
    body: &[u8],
    now: Timestamp,
) -> (Vec<(u16, String)>, Option<Redemption>) {
    let asked = Asked {
        token,
        query,
        languages,
    };
    let plain = |Shown { status, html }| (status, html);
    let mut shown = vec![plain(page::ticket(snapshot, &asked, now))];
    let redemption = match page::sent(snapshot, &asked, body, now) {
        Ok(redemption) => redemption,
        Err(page) => {
            shown.push(plain(page));
            return (shown, None);
        }
    };
    let Redemption { ticket, user } = &redemption;
    let outcome = match tickets::redeem(snapshot, ticket, user, "fuzz", now) {
        Ok(_) => Outcome::Invited,
        Err(refused) => Outcome::Refused(refused.why),
    };
    shown.push(plain(page::outcome(snapshot, &asked, &redemption, outcome)));
    (shown, Some(redemption))
}
