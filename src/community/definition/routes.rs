//! Routes: which words in a message mean that a team should hear of it, and which.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Definition, Group, GroupId, Invalid, Kind, Way, checks::name_rule};
use crate::community::words::fold;

/// The most routes that a community has.
const MOST_ROUTES: usize = 20;
/// The most words of a route.
const MOST_WORDS: usize = 50;
/// The longest of them, in characters.
const LONGEST_WORD: usize = 100;

/// Messages with certain words are passed on to a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Words and phrases, such as `plainte` or `effet indésirable`: found whole, whatever their case and accents. At least one, at most 50.
    /// Required.
    pub words: Vec<String>,
    /// The id of the group that hears of it: `admins`, or a group that nobody enters without being invited. Required.
    pub to: GroupId,
    /// What members call those to whom it is passed on, such as `l’équipe qualité`. Required.
    pub name: String,
}

impl Group {
    /// Whether a group is a team's: nobody comes in without being invited, and somebody is there.
    #[must_use]
    pub fn is_a_team(&self) -> bool {
        let ways = self.ways();
        let open = [Way::OpenToSpace, Way::Knock]
            .iter()
            .any(|it| ways.contains(it));
        let people = self.roles().any(|(_, users)| !users.is_empty());
        let people = people || !self.members.is_empty() || self.audience.is_some();
        self.kind == Kind::Admins || (people && !open && !self.access.public && !self.archived)
    }
}

/// Every rule that the routes of a community break.
pub(super) fn validate(community: &Definition) -> Vec<Invalid> {
    let routes = &community.routes;
    let mut invalid = Vec::new();
    if routes.len() > MOST_ROUTES {
        let count = routes.len();
        invalid.push(Invalid::new(
            "routes",
            format!("there are {count} routes; have at most {MOST_ROUTES}: put words that go to the same group together"),
        ));
    }
    let groups = community.group_list();
    let mut seen = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        let path = |key: &str| format!("routes[{at}].{key}");
        invalid.extend(words_rules(route, &path("words")));
        let group = groups.iter().find(|group| group.id == route.to);
        invalid.extend(target_rule(route, group, path("to")));
        invalid.extend(name_rule(&path("name"), &route.name));
        if let Some(first) = seen.insert(fold(&route.name), at) {
            let what = format!(
                "routes[{first}] has this name too; put their words together, or give each its own name"
            );
            invalid.push(Invalid::new(path("name"), what));
        }
    }
    invalid
}

fn words_rules(route: &Route, path: &str) -> Vec<Invalid> {
    let count = route.words.len();
    let mut invalid = Vec::new();
    if count == 0 {
        let what = "the route has no words; write at least one, or take the route out";
        invalid.push(Invalid::new(path, what));
    }
    if count > MOST_WORDS {
        let what = format!(
            "the route has {count} words; have at most {MOST_WORDS}, or make two routes of it"
        );
        invalid.push(Invalid::new(path, what));
    }
    for (at, word) in route.words.iter().enumerate() {
        let length = word.chars().count();
        let problem = if !word.chars().any(char::is_alphanumeric) {
            "there is no letter and no digit in it; write a word, or take it out".to_owned()
        } else if length > LONGEST_WORD {
            format!("it has {length} characters; shorten it to {LONGEST_WORD}")
        } else {
            continue;
        };
        invalid.push(Invalid::new(format!("{path}[{at}]"), problem));
    }
    invalid
}

fn target_rule(route: &Route, group: Option<&Group>, path: String) -> Option<Invalid> {
    let to = &route.to;
    let what = match group {
        None => format!("there is no group `{to}`; correct the id, or write `admins`"),
        Some(group) if group.is_a_team() => return None,
        Some(group) if group.archived => {
            format!("the group `{to}` is archived; name another one, or write `admins`")
        }
        Some(_) => format!(
            "members come into the group `{to}` by themselves, or nobody is named for it; take `public`, `open-to-space` and `knock` out of \
             it (`admission: [ticket]`), name its `members`, or write `admins`"
        ),
    };
    Some(Invalid::new(path, what))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn community(routes: &Value) -> Definition {
        let json = json!({
            "id": "nord", "name": "Nord", "purpose": "S’entraider", "locale": "fr", "timezone": "Europe/Paris",
            "owners": ["@samir:example.org", "@ines:example.org"], "code_of_conduct": {"version": 1, "text": "Respect"},
            "groups": [
                {"id": "est", "name": "Est", "kind": "discussion", "members": ["@luc:example.org"]},
                {"id": "soin", "name": "Soin", "kind": "care-team", "members": ["@eva:example.org"]},
                {"id": "vide", "name": "Vide", "kind": "care-team"},
                {"id": "frappe", "name": "Frappe", "kind": "care-team", "members": ["@eva:example.org"], "admission": ["knock"]},
                {"id": "ancien", "name": "Ancien", "kind": "care-team", "members": ["@eva:example.org"], "archived": true},
            ],
            "routes": routes,
        });
        serde_json::from_value(json).unwrap()
    }

    fn broken(routes: &Value) -> Vec<(String, String)> {
        let invalid = community(routes).validate().into_iter();
        invalid.map(|it| (it.path, it.what)).collect()
    }

    fn route(words: &[&str], to: &str, name: &str) -> Value {
        json!({"words": words, "to": to, "name": name})
    }

    #[test]
    fn routes_lead_to_the_admins_and_to_closed_groups_and_nowhere_else() {
        let good = json!([
            route(&["plainte"], "admins", "a"),
            route(&["effet"], "soin", "b")
        ]);
        assert_eq!(broken(&good), []);
        for (to, remedy) in [
            ("nulle-part", "`admins`"),
            ("announcements", "`admins`"),
            ("est", "`admission: [ticket]`"),
            ("vide", "`members`"),
            ("frappe", "`knock`"),
            ("ancien", "archived"),
        ] {
            let found = broken(&json!([route(&["plainte"], to, "a")]));
            assert_eq!(found.len(), 1, "{to}: {found:?}");
            assert_eq!(found[0].0, "routes[0].to", "{to}");
            assert!(found[0].1.contains(remedy), "{to}: {}", found[0].1);
        }
    }

    #[test]
    fn each_broken_route_names_its_place() {
        let long = "x".repeat(LONGEST_WORD + 1);
        let routes = json!([
            route(&[], "admins", "a"),
            route(&["bien", " - ", &long], "admins", " "),
            route(&["bien"], "admins", "A"),
        ]);
        let paths: Vec<String> = broken(&routes).into_iter().map(|it| it.0).collect();
        let expected = [
            "routes[0].words",
            "routes[1].words[1]",
            "routes[1].words[2]",
            "routes[1].name",
            "routes[2].name",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn there_are_at_most_twenty_routes_of_fifty_words() {
        let routes = |count: usize| {
            let routes = (0..count).map(|at| route(&["bien"], "admins", &format!("r{at}")));
            Value::Array(routes.collect())
        };
        assert_eq!(broken(&routes(20)), []);
        assert_eq!(broken(&routes(21))[0].0, "routes");
        let words = |count: usize| json!([route(&vec!["bien"; count], "admins", "a")]);
        assert_eq!(broken(&words(50)), []);
        assert_eq!(broken(&words(51))[0].0, "routes[0].words");
    }
}
