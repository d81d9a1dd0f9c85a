//! Which words take a message to whom: the routes of a community's file. Compiled when the file is read ([`Routes::of`]), asked for every message of a
//! member there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Folded, Place, detectors::word::Words, extract};
use crate::community::definition::Route;

/// Routes, compiled.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The words of all routes; none without any.
    words: Option<Words>,
    /// The words of each route, in the form in which they are found.
    routes: Vec<BTreeSet<String>>,
}

impl Routes {
    /// The routes of a file.
    #[must_use]
    pub fn of(routes: &[Route]) -> Self {
        let words: Vec<String> = routes.iter().flat_map(|it| it.words.clone()).collect();
        let forms = |route: &Route| route.words.iter().map(|it| Words::form(it)).collect();
        Self {
            words: (!words.is_empty()).then(|| Words::new(&words)),
            routes: routes.iter().map(forms).collect(),
        }
    }

    /// The places in the file's list of the routes that a message takes: those of which it holds a word, as a whole word, whatever its case and
    /// accents. An edit takes none, and neither does what is only quoted.
    #[must_use]
    pub fn taken(&self, event_type: &str, content: &Value) -> Vec<usize> {
        let Some(words) = self.words.as_ref().filter(|_| !is_edit(content)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (place, text) in extract::texts(event_type, content) {
            if is_said(place) {
                words.find(&Folded::new(&text), &mut found);
            }
        }
        let routes = self.routes.iter().enumerate();
        let taken = routes.filter(|(_, own)| found.iter().any(|it| own.contains(&it.canonical)));
        taken.map(|(at, _)| at).collect()
    }
}

/// Whether a text is what somebody says.
fn is_said(place: Place) -> bool {
    matches!(
        place,
        Place::Body | Place::FormattedBody | Place::Caption | Place::Poll | Place::Location
    )
}

fn is_edit(content: &Value) -> bool {
    let relation = content.pointer("/m.relates_to/rel_type");
    content.get("m.new_content").is_some() || relation.is_some_and(|it| it == "m.replace")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(content: &Value) -> Vec<usize> {
        let routes = json!([
            {"words": ["effet indésirable", "pharmacovigilance"], "to": "admins", "name": "a"},
            {"words": ["plainte", "Effet indésirable"], "to": "admins", "name": "b"},
        ]);
        let routes: Vec<Route> = serde_json::from_value(routes).unwrap();
        Routes::of(&routes).taken("m.room.message", content)
    }

    fn said(body: &str) -> Vec<usize> {
        taken(&json!({"msgtype": "m.text", "body": body}))
    }

    #[test]
    fn a_word_is_found_whole_in_any_case_and_accents_and_takes_every_route_that_has_it() {
        for (body, expected) in [
            ("Un EFFET INDESIRABLE, je crois", vec![0, 1]),
            ("je porte PLAINTE.", vec![1]),
            ("la pharmacovigilance répond", vec![0]),
            ("il se plaint, des complaintes", vec![]),
            ("bonjour", vec![]),
        ] {
            assert_eq!(said(body), expected, "{body}");
        }
        assert!(
            Routes::default()
                .taken("m.room.message", &json!({"body": "plainte"}))
                .is_empty()
        );
    }

    #[test]
    fn edits_file_names_and_quotations_take_no_route() {
        let caption = json!({"msgtype": "m.image", "body": "ma plainte", "filename": "a.png"});
        assert_eq!(taken(&caption), [1], "what is said of a picture is said");
        for content in [
            json!({"msgtype": "m.text", "body": "* plainte", "m.new_content": {"body": "plainte"}}),
            json!({"msgtype": "m.text", "body": "plainte", "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}}),
            json!({"msgtype": "m.file", "body": "plainte.pdf", "filename": "plainte.pdf"}),
            json!({"msgtype": "m.text", "body": "> <@a:s> plainte\n\nmerci", "m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}),
        ] {
            assert!(taken(&content).is_empty(), "{content}");
        }
    }
}
