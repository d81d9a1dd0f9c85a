//! Names in a test's files: `{bot}`, `{server}`, and `{awa}` for the Matrix id of the member awa.

use std::collections::BTreeSet;

use crate::synapse::{SERVER_NAME, Slot};

/// The localpart of the member `name` in this slot: names repeat across slots, localparts do not.
pub(super) fn localpart(slot: &Slot, name: &str) -> String {
    format!("{name}{:02}", slot.number)
}

/// `text` with its placeholders filled in, and the members that it names.
pub(super) fn fill(slot: &Slot, text: &str) -> (String, BTreeSet<String>) {
    let mut filled = String::with_capacity(text.len());
    let mut members = BTreeSet::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let name = from[1..].split('}').next().unwrap_or_default();
        let placeholder = !name.is_empty()
            && name.len() + 1 < from.len()
            && name.bytes().all(|byte| byte.is_ascii_lowercase());
        if placeholder {
            match name {
                "bot" => filled.push_str(&slot.bot),
                "server" => filled.push_str(SERVER_NAME),
                member => {
                    let id = format!("@{}:{SERVER_NAME}", localpart(slot, member));
                    filled.push_str(&id);
                    members.insert(member.to_owned());
                }
            }
            rest = &from[name.len() + 2..];
        } else {
            filled.push('{');
            rest = &from[1..];
        }
    }
    filled.push_str(rest);
    (filled, members)
}
