//! `community set` and `group set`: one key of the community, or of a group, as its file would have it.

use serde_json::{Map, Value};

use super::wrong;
use crate::{
    commands::{
        context::{Answer, Context, Outcome, Refusal},
        permission,
        words::{fold, nearest, unquoted},
    },
    community::{
        definition::{Definition, GroupId, Invalid},
        role::Role,
        snapshot::Community,
    },
    governance::deed::redeclare,
    reply::Text,
};

/// What can be said of a community.
const COMMUNITY: &[&str] = &[
    "name",
    "purpose",
    "locale",
    "timezone",
    "parent",
    "official",
    "reserved_names",
    "contact",
    "kinds",
    "admission.ways",
    "admission.reviewers",
    "admission.conflicts_of_interest",
    "admission.professions",
    "admission.strangers",
    "access.history",
    "access.guests",
    "access.listed",
    "access.public",
    "safeguards.min_admins",
    "safeguards.inactive_after",
    "safeguards.groups_per_admin",
    "safeguards.grace",
    "sanctions.fade",
    "sanctions.max_per_hour",
    "pace.flood.messages",
    "pace.flood.within",
    "pace.repeats.groups",
    "pace.repeats.within",
    "pace.wave.people",
    "pace.wave.within",
    "pace.wave.lock_for",
    "pace.removed_for",
    "pace.first_message",
    "federate",
    "drift",
    "max_takedowns_per_hour",
    "avatar",
    "approval.by",
    "approval.on",
];

/// What can be said of a group.
const GROUP: &[&str] = &[
    "name",
    "topic",
    "kind",
    "audience",
    "leavers",
    "admission",
    "max_members",
    "twin_of",
    "access.history",
    "access.guests",
    "access.listed",
    "access.public",
    "photos",
    "slow_mode",
    "ephemeral",
    "encryption",
    "relay_to_plain",
    "avatar",
    "ends",
];

/// How French people call a key.
const FRENCH: &[(&str, &str)] = &[
    ("nom", "name"),
    ("objet", "purpose"),
    ("sujet", "topic"),
    ("langue", "locale"),
    ("type", "kind"),
    ("public", "audience"),
    ("plafond", "max_members"),
    ("fin", "ends"),
    ("chiffrement", "encryption"),
];

/// A key of the community; for its owners.
pub(in crate::commands) fn community(context: &Context, words: &str) -> Answer {
    let community = super::one(context)?;
    let own = community.role(context.issuer());
    if own < Role::Owner {
        return Err(permission::refusal(Role::Owner, own));
    }
    run(context, community, None, words)
}

/// A key of a group; for admins.
pub(super) fn group(context: &Context, words: &str) -> Answer {
    let community = context.community()?;
    let own = community.role(context.issuer());
    if own < Role::Admin {
        return Err(permission::refusal(Role::Admin, own));
    }
    let (group, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    if group.is_empty() {
        return Err(Text::new("group-missing").into());
    }
    let group = context.group(group)?;
    run(context, community, Some(&group.id), rest)
}

fn run(context: &Context, community: &Community, group: Option<&GroupId>, words: &str) -> Answer {
    let (key, value) = words
        .split_once('=')
        .ok_or_else(|| Text::new("set-how").code("words", words))?;
    let (key, value) = (known_key(key, group)?, unquoted(value));
    let before = &community.definition;
    let definition = changed(community, group, key, value)?;
    if let Some(why) = forbidden(context, community, &definition) {
        return Err(Refusal::NotAllowed(why));
    }
    if let Some(invalid) = definition.validate().first() {
        return Err(wrong(invalid).into());
    }
    let name = group.map_or(before.name.as_str(), |id| {
        community.group(id).map_or(id.as_str(), |it| &it.name)
    });
    let mut text = Text::new("set-done")
        .with("name", name)
        .code("key", key)
        .code("value", if value.is_empty() { "–" } else { value });
    // The spaces that it was, and is now, a part of have links to it.
    let above = [&before.parent, &definition.parent];
    let above: Vec<_> = above.into_iter().flatten().cloned().collect();
    let mut deed = context.deed(community);
    let held = redeclare(&mut deed, definition);
    let target = group.map_or_else(|| before.id.to_string(), ToString::to_string);
    deed.account(
        context.issuer(),
        "set",
        target,
        Some(format!("{key} = {value}")),
    );
    if held > 0 {
        let confirm = match context.locale {
            crate::reply::Locale::Fr => "appliquer confirmer",
            crate::reply::Locale::En => "apply confirm",
        };
        text = text
            .line("plan-held")
            .with("count", i64::try_from(held).unwrap_or(i64::MAX))
            .line("plan-held-how")
            .code("command", format!("{} {confirm}", context.prefix()));
    }
    Ok(Outcome {
        review_also: above,
        ..Outcome::of(deed.decision, text)
    })
}

/// The key that is meant.
fn known_key(word: &str, group: Option<&GroupId>) -> Result<&'static str, Text> {
    let keys = if group.is_some() { GROUP } else { COMMUNITY };
    let same = |word: &str| fold(word).replace([' ', '-', '.'], "_");
    let folded = same(word);
    let french = FRENCH.iter().find(|(own, _)| *own == folded);
    let wanted = french.map_or(folded.as_str(), |(_, key)| key);
    if let Some(key) = keys.iter().find(|key| same(key) == wanted) {
        return Ok(key);
    }
    let text = Text::new("set-unknown-key").code("key", word.trim());
    Err(match nearest(wanted, keys.iter().copied()) {
        Some(near) => text.line("did-you-mean").code("words", near),
        None => text.line("set-keys").code("keys", keys.join(", ")),
    })
}

/// The community with this key as it is wanted.
fn changed(
    community: &Community,
    group: Option<&GroupId>,
    key: &str,
    value: &str,
) -> Result<Definition, Text> {
    let mut problem = String::new();
    for value in meanings(value) {
        let mut definition = community.definition.clone();
        if let Some(id) = group
            && !definition.groups.iter().any(|it| it.id == *id)
        {
            // It always exists, and was not described yet.
            definition.groups.extend(community.group(id).cloned());
        }
        let place = definition
            .groups
            .iter()
            .position(|it| Some(&it.id) == group);
        let mut json = serde_json::to_value(&definition).unwrap_or_default();
        let at = match place {
            Some(place) => &mut json["groups"][place],
            None => &mut json,
        };
        put(at, key, value);
        match serde_json::from_value(json) {
            Ok(definition) => return Ok(definition),
            Err(error) => problem = error.to_string(),
        }
    }
    Err(wrong(&Invalid::new(key, problem)))
}

/// Sets a key below its sections, or takes it out.
fn put(at: &mut Value, key: &str, value: Option<Value>) {
    let (section, name) = key
        .split_once('.')
        .map_or((None, key), |(section, name)| (Some(section), name));
    let at = match section {
        Some(section) => &mut at[section],
        None => at,
    };
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    if let Some(fields) = at.as_object_mut() {
        match value {
            Some(value) => drop(fields.insert(name.to_owned(), value)),
            None => drop(fields.remove(name)),
        }
    }
}

/// What words may mean, the most particular first; nothing for the default.
fn meanings(words: &str) -> Vec<Option<Value>> {
    let text = Value::String(words.to_owned());
    let folded = fold(words);
    let particular = match folded.as_str() {
        "" | "-" | "default" | "defaut" | "par defaut" => return vec![None],
        "true" | "yes" | "oui" | "vrai" => Some(Value::Bool(true)),
        "false" | "no" | "non" | "faux" => Some(Value::Bool(false)),
        _ => match words.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(list) => {
                let items = list.split(',').map(str::trim);
                let items = items.filter(|it| !it.is_empty());
                Some(items.map(|it| Value::from(unquoted(it))).collect())
            }
            None => words.parse::<i64>().ok().map(Value::from),
        },
    };
    let list = Value::Array(words.split(',').map(|it| it.trim().into()).collect());
    particular
        .into_iter()
        .chain([text, list])
        .map(Some)
        .collect()
}

/// What cannot be changed any more, or not here.
fn forbidden(context: &Context, community: &Community, wanted: &Definition) -> Option<Text> {
    let now = &community.definition;
    if wanted.federate != now.federate && !community.places.is_empty() {
        return Some(Text::new("set-federate"));
    }
    for group in &wanted.groups {
        let Some(own) = community.group(&group.id) else {
            continue;
        };
        if own.encryption && !group.encryption {
            return Some(Text::new("set-encryption-stays"));
        }
        if group.encryption && !own.encryption && !context.snapshot.encrypts {
            return Some(Text::new("set-encryption-no-keys"));
        }
        if own.kind.always_exists() != group.kind.always_exists() {
            return Some(Text::new("shape-always-there").with("group", own.name.as_str()));
        }
    }
    if wanted.contact != now.contact
        && !wanted.federate
        && let Some(contact) = &wanted.contact
        && contact.server_name() != context.snapshot.bot.server_name()
    {
        return Some(Text::new("set-contact-elsewhere").with("person", contact));
    }
    if wanted.parent != now.parent
        && let Some(parent) = &wanted.parent
    {
        if !context.snapshot.communities.contains_key(parent) {
            return Some(Text::new("set-no-parent").code("parent", parent));
        }
        // It is linked there, and may speak to those who run it.
        let above = &context.snapshot.communities[parent];
        if above.role(context.issuer()) < Role::Admin {
            return Some(Text::new("set-parent-not-yours").code("parent", parent));
        }
        // From there upwards this one must not come again.
        let mut above = Some(parent);
        for _ in 0..=context.snapshot.communities.len() {
            let id = above?;
            if *id == now.id {
                return Some(Text::new("set-parent-circle").code("parent", parent));
            }
            let next = context.snapshot.communities.get(id);
            above = next.and_then(|it| it.definition.parent.as_ref());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, apply, reply, say, user};

    fn set(who: &str, line: &str) -> (String, crate::community::snapshot::Snapshot) {
        let mut snapshot = testing::snapshot();
        let decision = apply(&mut snapshot, &testing::admins(), who, line);
        (reply(&decision).key().to_owned(), snapshot)
    }

    #[test]
    fn every_key_that_can_be_set_is_one_of_the_file() {
        let snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let east = "secteur-est".parse().unwrap();
        for (keys, group) in [(COMMUNITY, None), (GROUP, Some(&east))] {
            for key in keys {
                // Of what is no key serde says so; of a wrong value it says something else.
                let problem = changed(community, group, key, "§").err();
                let said = problem.map(|it| it.plain(crate::reply::Locale::En));
                assert!(
                    !said.clone().unwrap_or_default().contains("unknown field"),
                    "{said:?}"
                );
            }
        }
    }

    #[test]
    fn an_owner_changes_the_community_and_an_admin_a_group() {
        let (said, snapshot) = set("samir", "communauté régler objet = Soigner = aimer");
        assert_eq!(said, "set-done");
        let definition = &testing::community(&snapshot).definition;
        assert_eq!(definition.purpose, "Soigner = aimer");
        assert_eq!(set("lea", "community set purpose = x").0, "not-allowed");
        assert_eq!(
            set("nadia", "group set secteur-est topic = x").0,
            "not-allowed"
        );
        let (said, snapshot) = set("lea", "group set secteur-est max_members = 50");
        assert_eq!(said, "set-done");
        let group = testing::community(&snapshot).group(&"secteur-est".parse().unwrap());
        assert_eq!(group.unwrap().max_members, Some(50));
        let (_, snapshot) = set("lea", "groupe régler secteur-est audience = zone = est");
        let group = testing::community(&snapshot).group(&"secteur-est".parse().unwrap());
        assert!(group.unwrap().audience.is_some());
        let (_, snapshot) = set("lea", "group set admins topic = Bureau");
        let admins = testing::community(&snapshot).group(&"admins".parse().unwrap());
        assert_eq!(admins.unwrap().topic, "Bureau");
    }

    #[test]
    fn a_community_goes_below_another_one_only_by_who_runs_both() {
        let mut snapshot = testing::snapshot();
        let own = testing::community(&snapshot).definition.clone();
        for (id, owner) in [("theirs", "zed"), ("ours", "samir")] {
            let mut above = own.clone();
            above.id = id.parse().unwrap();
            above.owners = vec![user(owner)];
            above.admins.clear();
            let above = Community::new(above);
            snapshot
                .communities
                .insert(above.definition.id.clone(), above);
        }
        for (parent, key) in [("theirs", "set-parent-not-yours"), ("ours", "set-done")] {
            let line = format!("community set parent = {parent}");
            let decision = say(&snapshot, &testing::admins(), "samir", &line);
            assert_eq!(reply(&decision).key(), key);
        }
    }

    #[test]
    fn mistakes_are_named_as_those_of_the_file_are() {
        for (line, key) in [
            ("group set secteur-est topik = x", "set-unknown-key"),
            ("group set secteur-est topic", "set-how"),
            ("group set secteur-est max_members = 0", "shape-wrong"),
            (
                "group set secteur-est max_members = beaucoup",
                "shape-wrong",
            ),
            ("group set secteur-est ends = demain", "shape-wrong"),
            (
                "group set secteur-est encryption = yes",
                "set-encryption-no-keys",
            ),
            ("group set admins kind = social", "shape-always-there"),
            ("community set parent = ailleurs", "set-no-parent"),
            ("community set parent = nord", "set-parent-circle"),
            ("community set federate = yes", "set-federate"),
            ("community set timezone = Europe/Pari", "shape-wrong"),
        ] {
            let decision = say(&testing::snapshot(), &testing::admins(), "samir", line);
            assert_eq!(reply(&decision).key(), key, "{line}");
            assert!(decision.changes.is_empty(), "{line}");
        }
    }
}
