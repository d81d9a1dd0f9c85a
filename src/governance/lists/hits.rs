//! Whom rules of lists are about, of those who are here.

use std::collections::{BTreeMap, BTreeSet};

use ruma::{OwnedRoomId, OwnedUserId, ServerName, UserId};

use crate::{
    community::{
        change::Membership,
        desired,
        record::{Aside, CardId, List, ListRule, Trust},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    moderation::policy::{Entity, Name, Policies, Policy, Subject},
};

/// Two local parts that have nothing in common and that nobody has: a pattern that says both says everybody.
const NOBODY: [&str; 2] = ["qzj-nobody-4711", "8.x_kein=mensch"];

/// The bot and everybody who has a role: no list touches them.
pub(crate) fn is_exempt(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    *user == *snapshot.bot || community.highest_role(user) > Role::Member
}

/// The list that a rule is of.
pub(crate) fn list_of<'a>(community: &'a Community, key: &str) -> Option<&'a List> {
    let id = CardId(ListRule::list_of(key).to_owned());
    community.records.lists.get(&id)
}

/// Whether a list was compared with who is here since it changed.
pub(crate) fn is_compared(community: &Community, list: &List) -> bool {
    let read = community.records.lists_read.get(&list.id);
    list.compared.is_some() && list.compared == read.map(|it| it.revision)
}

/// Whether a rule counts: it is neither too broad nor does it wait for a human, nor was it refused.
pub(crate) fn counts(list: &List, rule: &Policy) -> bool {
    // Most lists have no exceptions, and a fingerprint costs more than all else here.
    let is_plain = list.aside.is_empty();
    !list.over
        && (is_plain
            || matches!(
                list.aside.get(&rule.fingerprint()),
                None | Some(Aside::Accepted)
            ))
}

/// Whether whom a rule names is kept out.
pub(crate) fn in_force(list: &List, rule: &Policy) -> bool {
    list.trust == Trust::Enforce && counts(list, rule)
}

/// The rule by which somebody is kept out, among those that are `wanted`; none when another of them says that they are not.
pub(crate) fn against<'a>(
    community: &'a Community,
    user: &UserId,
    wanted: impl Fn(&List, &Policy) -> bool,
) -> Option<(&'a str, &'a Policy)> {
    rule_about(community, Subject::User, user.as_str(), wanted)
}

fn rule_about<'a>(
    community: &'a Community,
    subject: Subject,
    name: &str,
    wanted: impl Fn(&List, &Policy) -> bool,
) -> Option<(&'a str, &'a Policy)> {
    let policies = &community.records.policies;
    let mut found = None;
    for key in policies.about(&Name::new(subject, name)) {
        let (Some(rule), Some(list)) = (policies.get(key), list_of(community, key)) else {
            continue;
        };
        if !wanted(list, rule) {
            continue;
        }
        if !rule.keeps_out() {
            return None;
        }
        found = found.or(Some((key, rule)));
    }
    found
}

/// Whether a rule would hit everybody at home, the homeserver itself, or a room of the community.
pub(crate) fn is_too_broad(snapshot: &Snapshot, community: &Community, rule: &Policy) -> bool {
    let home = snapshot.bot.server_name();
    match (rule.subject, &rule.entity) {
        (Subject::User, Entity::Glob(_)) => NOBODY
            .iter()
            .all(|local| rule.is_about(&Name::new(Subject::User, &format!("@{local}:{home}")))),
        (Subject::User, _) => false,
        (Subject::Server, _) => rule.is_about(&Name::new(Subject::Server, home.as_str())),
        (Subject::Room, _) => own_rooms(snapshot, community)
            .iter()
            .any(|name| rule.is_about(&Name::new(Subject::Room, name))),
    }
}

/// The ids and the aliases of the rooms of a community.
fn own_rooms(snapshot: &Snapshot, community: &Community) -> Vec<String> {
    let places = community.places.iter();
    let names = places.flat_map(|(place, room)| {
        let alias = desired::alias_localpart(community, place, &snapshot.bot);
        let server = snapshot.bot.server_name();
        [room.to_string(), format!("#{alias}:{server}")]
    });
    names.collect()
}

/// Who is in rooms of the community, comes, or asks to come, and in which; whom no list touches left out.
pub(crate) fn people<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
) -> BTreeMap<&'a OwnedUserId, Vec<&'a OwnedRoomId>> {
    let mut people: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for id in community.places.values() {
        let Some(room) = snapshot.rooms.get(id) else {
            continue;
        };
        for (user, member) in &room.members {
            if member.membership != Membership::Ban && !is_exempt(snapshot, community, user) {
                people.entry(user).or_default().push(id);
            }
        }
    }
    people
}

/// The servers that rules which are `wanted` keep out, as server ACLs say them, each with the key of a rule. Servers that a list names by a
/// hash are known by who is here.
pub(crate) fn servers<'a>(
    snapshot: &Snapshot,
    community: &'a Community,
    people: &BTreeMap<&OwnedUserId, Vec<&OwnedRoomId>>,
    wanted: impl Fn(&List, &Policy) -> bool,
) -> BTreeMap<String, &'a str> {
    let policies: &Policies = &community.records.policies;
    let mut servers = BTreeMap::new();
    for (key, rule) in policies.all() {
        let (Entity::Name(name) | Entity::Glob(name)) = &rule.entity else {
            continue;
        };
        let counts = rule.subject == Subject::Server
            && rule.keeps_out()
            && list_of(community, key).is_some_and(|list| wanted(list, rule))
            // Whatever was decided: the homeserver is never kept out of its own rooms.
            && !is_too_broad(snapshot, community, rule);
        if counts && rule_about(community, Subject::Server, name, &wanted).is_some() {
            let first = servers.entry(name.clone()).or_insert(key);
            *first = (*first).min(key);
        }
    }
    let home = snapshot.bot.server_name();
    let names: BTreeSet<&ServerName> = people.keys().map(|user| user.server_name()).collect();
    for name in names.into_iter().filter(|name| *name != home) {
        let rule = rule_about(community, Subject::Server, name.as_str(), &wanted);
        if let Some((key, rule)) = rule
            && matches!(rule.entity, Entity::Sha256(_))
        {
            servers.insert(name.as_str().to_ascii_lowercase(), key);
        }
    }
    servers
}

/// The list in force that names a server by a hash, when that server is not kept out yet.
pub(crate) fn hashed_server<'a>(community: &'a Community, server: &ServerName) -> Option<&'a List> {
    let (key, rule) = rule_about(community, Subject::Server, server.as_str(), in_force)?;
    let kept_out = community.records.kept_out.as_ref();
    let known =
        kept_out.is_some_and(|it| it.servers.contains(&server.as_str().to_ascii_lowercase()));
    (matches!(rule.entity, Entity::Sha256(_)) && !known)
        .then(|| list_of(community, key))
        .flatten()
}
