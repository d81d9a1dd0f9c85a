//! What became of a community by commands, and its file: each key is as whoever changed it last has it.
//!
//! A command keeps the whole community as it made it, and the file as it was then. When the file is read again, what it changed since
//! goes before what commands changed; the rest stays as commands left it.

use serde_json::{Map, Value};

use super::Definition;

impl Definition {
    /// This file, with what commands made of it when it was as `base`; without a base the community was made by commands, and the file
    /// goes before them.
    #[must_use]
    pub fn with_commands(&self, made: &Self, base: Option<&Self>) -> Self {
        let json = |definition: &Self| serde_json::to_value(definition).unwrap_or_default();
        let base = base.map(json).unwrap_or_default();
        let merged = merge(&json(self), &json(made), &base);
        serde_json::from_value(merged).unwrap_or_else(|_| self.clone())
    }
}

/// `file` where it differs from `base`, else `made`; objects key by key, and lists of groups group by group.
fn merge(file: &Value, made: &Value, base: &Value) -> Value {
    if file == base {
        return made.clone();
    }
    if made == base {
        return file.clone();
    }
    match (file, made) {
        (Value::Object(file), Value::Object(made)) => {
            let empty = Map::new();
            let base = base.as_object().unwrap_or(&empty);
            Value::Object(merge_objects(file, made, base))
        }
        (Value::Array(file), Value::Array(made)) if has_ids(file) && has_ids(made) => {
            let base = base.as_array().map(Vec::as_slice).unwrap_or_default();
            Value::Array(merge_lists(file, made, base))
        }
        _ => file.clone(),
    }
}

fn merge_objects(
    file: &Map<String, Value>,
    made: &Map<String, Value>,
    base: &Map<String, Value>,
) -> Map<String, Value> {
    let mut merged = Map::new();
    for key in file.keys().chain(made.keys()) {
        let [file, made, base] = [file, made, base].map(|it| it.get(key));
        let value = match (file, made) {
            (Some(file), Some(made)) => Some(merge(file, made, base.unwrap_or(&Value::Null))),
            // Only one has it: it is gone when the other has taken it out since.
            (Some(only), None) | (None, Some(only)) => (base != Some(only)).then(|| only.clone()),
            (None, None) => None,
        };
        if let Some(value) = value {
            merged.insert(key.clone(), value);
        }
    }
    merged
}

/// Lists of things with an `id`: in the order of the file, then what commands added.
fn merge_lists(file: &[Value], made: &[Value], base: &[Value]) -> Vec<Value> {
    let find =
        |list: &[Value], id: &Value| list.iter().find(|it| it.get("id") == Some(id)).cloned();
    let mut merged = Vec::new();
    for item in file {
        let id = &item["id"];
        match (find(made, id), find(base, id)) {
            (Some(made), base) => merged.push(merge(item, &made, &base.unwrap_or_default())),
            // Taken out by a command, and the file has not touched it since.
            (None, Some(base)) if base == *item => {}
            (None, _) => merged.push(item.clone()),
        }
    }
    for item in made {
        let id = &item["id"];
        if find(file, id).is_none() && find(base, id).as_ref() != Some(item) {
            // Added or changed by a command; when the file has taken it out, that is newer only if nothing was changed.
            let taken_out = find(base, id).is_some();
            if !taken_out {
                merged.push(item.clone());
            }
        }
    }
    merged
}

fn has_ids(list: &[Value]) -> bool {
    list.iter().all(|item| item.get("id").is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn definition(name: &str, purpose: &str, groups: &[(&str, &str)]) -> Definition {
        let groups: Vec<_> = groups
            .iter()
            .map(|(id, name)| json!({"id": id, "name": name, "kind": "social"}))
            .collect();
        serde_json::from_value(json!({
            "id": "nord", "name": name, "purpose": purpose, "locale": "fr", "timezone": "UTC", "owners": ["@a:s"],
            "code_of_conduct": {"version": 1, "text": "x"}, "groups": groups,
        }))
        .unwrap()
    }

    #[test]
    fn what_the_file_changed_since_goes_before_what_commands_changed_and_the_rest_stays() {
        let base = definition("Nord", "Aider", &[("a", "A"), ("b", "B")]);
        let made = definition("Nord 2", "Aider", &[("a", "A2"), ("c", "C")]);
        let file = definition("Nord", "Soigner", &[("a", "A"), ("b", "B"), ("d", "D")]);
        let merged = file.with_commands(&made, Some(&base));
        let expected = definition("Nord 2", "Soigner", &[("a", "A2"), ("d", "D"), ("c", "C")]);
        assert_eq!(merged, expected);
        let file = definition("Nord 3", "Aider", &[("a", "A3"), ("b", "B3")]);
        let merged = file.with_commands(&made, Some(&base));
        let expected = definition("Nord 3", "Aider", &[("a", "A3"), ("b", "B3"), ("c", "C")]);
        assert_eq!(merged, expected, "the file is newer where it changed");
    }

    #[test]
    fn what_is_exported_into_the_file_changes_nothing_more() {
        let base = definition("Nord", "Aider", &[("a", "A")]);
        let made = definition("Nord 2", "Aider", &[("a", "A"), ("c", "C")]);
        assert_eq!(made.with_commands(&made, Some(&base)), made);
        assert_eq!(made.with_commands(&made, None), made);
        assert_eq!(base.with_commands(&made, Some(&base)), made);
    }

    fn any_definition() -> impl Strategy<Value = Definition> {
        let names = prop::sample::select(vec!["A", "B", "C"]);
        let group = (prop::sample::select(vec!["a", "b", "c"]), names.clone());
        let groups = prop::collection::btree_map(group.0, group.1, 0..3);
        (names.clone(), names, groups).prop_map(|(name, purpose, groups)| {
            definition(name, purpose, &groups.into_iter().collect::<Vec<_>>())
        })
    }

    proptest! {
        #[test]
        fn whoever_is_alone_in_changing_something_is_right(file in any_definition(), made in any_definition(), base in any_definition()) {
            prop_assert_eq!(base.with_commands(&made, Some(&base)), made.clone());
            prop_assert_eq!(&file.with_commands(&base, Some(&base)), &file);
            let merged = file.with_commands(&made, Some(&base));
            for name in [&merged.name, &merged.purpose] {
                prop_assert!(["A", "B", "C"].contains(&name.as_str()));
            }
            let ids: Vec<_> = merged.groups.iter().map(|group| &group.id).collect();
            let unique: std::collections::BTreeSet<_> = ids.iter().collect();
            prop_assert_eq!(ids.len(), unique.len());
        }
    }
}
