//! What reads hostile input and is private, for the fuzz targets (`fuzz/`) and the tests that replay their seeds. Nothing of
//! the program uses it.

use std::path::Path;

use ruma::ServerName;

use crate::{
    announce::clean,
    appservice::transaction::Transaction,
    community::definition::Definition,
    config::{Problem, communities},
    event::Event,
    moderation::{html, normalise::Folded},
    store::Quarantined,
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
