//! What one definition of a community has otherwise than another, key by key, and taking it back.

use serde_json::Value;

use super::What;
use crate::community::{
    definition::{Definition, History},
    place::Place,
    record::Hardened,
};

/// The keys that were changed since, such as `groups.est.photos`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict(pub(crate) Vec<String>);

/// A step on the way to a value: a key, or what has this id in a list.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Key(String),
    Item(String),
}

type Way = Vec<Part>;

/// The definition of now, with what mending changed as it was before. What is encrypted stays so.
///
/// # Errors
/// The keys among them that are no longer as mending left them.
pub(super) fn restore(now: &Definition, hardened: &Hardened) -> Result<Definition, Conflict> {
    let json = |definition: &Definition| serde_json::to_value(definition).unwrap_or_default();
    let (before, after) = (json(&hardened.before), json(&hardened.after));
    let mut restored = json(now);
    let mut ways = Vec::new();
    differing(&before, &after, &mut Vec::new(), &mut ways);
    ways.retain(|way| way.last() != Some(&Part::Key("encryption".to_owned())));
    // A group that is gone needs nothing.
    ways.retain(|way| match way.as_slice() {
        [list, item @ Part::Item(_), ..] => {
            find(&restored, &[list.clone(), item.clone()]).is_some()
        }
        _ => true,
    });
    let changed = ways
        .iter()
        .filter(|way| find(&restored, way) != find(&after, way));
    let changed: Vec<String> = changed.map(|way| written(way)).collect();
    if !changed.is_empty() {
        return Err(Conflict(changed));
    }
    for way in &ways {
        put(&mut restored, way, find(&before, way).cloned());
    }
    serde_json::from_value(restored)
        .map_err(|_| Conflict(ways.iter().map(|way| written(way)).collect()))
}

/// Every way at which the two have not the same; a list is compared as a whole, unless what is in it has ids.
fn differing(one: &Value, other: &Value, at: &mut Way, found: &mut Vec<Way>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let mut keys: Vec<&String> = left.keys().chain(right.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                at.push(Part::Key(key.clone()));
                match (left.get(key), right.get(key)) {
                    (Some(left), Some(right)) => differing(left, right, at, found),
                    (None, None) => {}
                    _ => found.push(at.clone()),
                }
                at.pop();
            }
        }
        (Value::Array(left), Value::Array(right)) if has_ids(left) && has_ids(right) => {
            for item in left {
                let id = item["id"].as_str().unwrap_or_default();
                let same = right.iter().find(|it| it["id"] == item["id"]);
                at.push(Part::Item(id.to_owned()));
                match same {
                    Some(same) => differing(item, same, at, found),
                    None => found.push(at.clone()),
                }
                at.pop();
            }
        }
        _ if one != other => found.push(at.clone()),
        _ => {}
    }
}

fn has_ids(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(|item| item["id"].is_string())
}

fn find<'a>(value: &'a Value, way: &[Part]) -> Option<&'a Value> {
    way.iter().try_fold(value, |value, part| match part {
        Part::Key(key) => value.get(key),
        Part::Item(id) => value.as_array()?.iter().find(|it| it["id"] == id.as_str()),
    })
}

/// Sets what is at the end of a way, or takes it out. Objects on the way that are not there are made: what is closed again to its
/// default is not written.
fn put(value: &mut Value, way: &[Part], new: Option<Value>) {
    match way {
        [] => {}
        [Part::Key(key)] => {
            if let Some(object) = value.as_object_mut() {
                match new {
                    Some(new) => drop(object.insert(key.clone(), new)),
                    None => drop(object.remove(key)),
                }
            }
        }
        [Part::Key(key), rest @ ..] => {
            if let Some(object) = value.as_object_mut() {
                let inner = object.entry(key.clone());
                put(
                    inner.or_insert_with(|| Value::Object(serde_json::Map::new())),
                    rest,
                    new,
                );
            }
        }
        [Part::Item(id), rest @ ..] => {
            let mut items = value.as_array_mut().into_iter().flatten();
            if let Some(item) = items.find(|it| it["id"] == id.as_str()) {
                put(item, rest, new);
            }
        }
    }
}

fn written(way: &[Part]) -> String {
    let parts = way.iter().map(|part| match part {
        Part::Key(text) | Part::Item(text) => text.as_str(),
    });
    parts.collect::<Vec<_>>().join(".")
}

/// What members feel when a community goes from one definition to a less strict one.
pub(super) fn reopened(now: &Definition, restored: &Definition) -> Vec<(Place, What)> {
    let mut found = Vec::new();
    let spaces = (Place::Space, now.access, restored.access);
    let groups = restored.groups.iter().filter_map(|group| {
        let before = now.groups.iter().find(|it| it.id == group.id)?;
        Some((Place::Group(group.id.clone()), before.access, group.access))
    });
    for (place, before, after) in std::iter::once(spaces).chain(groups) {
        for (differs, what) in [
            (before.public != after.public, What::Public),
            (
                before.history != after.history && after.history > History::Joined,
                What::History,
            ),
            (before.listed != after.listed, What::Listed),
            (before.guests != after.guests, What::Guests),
        ] {
            if differs {
                found.push((place.clone(), what));
            }
        }
    }
    if now.official != restored.official {
        found.push((Place::Space, What::Unofficial));
    }
    for group in &restored.groups {
        let Some(before) = now.groups.iter().find(|it| it.id == group.id) else {
            continue;
        };
        let place = Place::Group(group.id.clone());
        if before.ways() != group.ways() {
            found.push((place.clone(), What::Admission));
        }
        if before.photos != group.photos {
            found.push((place, What::Photos));
        }
    }
    found
}
