//! What the admins are told of lists.

use std::collections::{BTreeMap, BTreeSet};

use ruma::OwnedUserId;

use super::{compare::News, hits};
use crate::{
    community::{
        record::{KeptOut, List, ListRule, Trouble, Trust},
        snapshot::{Community, Snapshot},
    },
    moderation::policy::{Entity, Policy, Recommendation, Subject},
    reply::{Argument, Text},
};

/// How many people, servers or rules are named in a notice.
const MOST_NAMED: usize = 20;

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `!hygie …`.
pub(crate) fn command(snapshot: &Snapshot, line: &str) -> String {
    format!("!{} {line}", snapshot.bot.localpart())
}

/// How a list is called: by the name of its room, else by its address.
pub(crate) fn name(community: &Community, list: &List) -> String {
    let read = community.records.lists_read.get(&list.id);
    let name = read.and_then(|it| it.name.clone());
    name.unwrap_or_else(|| list.address.clone())
}

/// A text with the list that a rule is of.
pub(crate) fn on(text: Text, community: &Community, key: &str) -> Text {
    let list = hits::list_of(community, key);
    let called = list.map_or_else(
        || ListRule::list_of(key).to_owned(),
        |it| name(community, it),
    );
    text.with("list", called)
}

/// A rule for the audit log: no name in it, and nothing that the list says.
pub(crate) fn rule_of(community: &Community, key: &str) -> String {
    let rule = community.records.policies.get(key);
    let fingerprint = rule.map(Policy::fingerprint).unwrap_or_default();
    format!("list {} rule {fingerprint}", ListRule::list_of(key))
}

/// Whom a rule names; not for those that are not to be repeated.
pub(crate) fn entity(rule: &Policy) -> String {
    match &rule.entity {
        _ if rule.recommendation == Recommendation::Takedown => "…".to_owned(),
        Entity::Name(name) | Entity::Glob(name) => name.clone(),
        Entity::Sha256(hash) => format!("sha256 {}…", &hash[..hash.len().min(8)]),
    }
}

fn people<'a>(mut text: Text, users: impl ExactSizeIterator<Item = &'a OwnedUserId>) -> Text {
    let count = users.len();
    for user in users.take(MOST_NAMED) {
        text = text
            .line("person-line")
            .with("person", Argument::User(user.to_string()));
    }
    more(text, count)
}

fn more(text: Text, count: usize) -> Text {
    if count > MOST_NAMED {
        return text
            .line("lists-more")
            .with("count", number(count - MOST_NAMED));
    }
    text
}

/// What keeps a list from being read, or that it is read again.
pub(super) fn trouble(community: &Community, list: &List, trouble: Option<Trouble>) -> Text {
    let key = match trouble {
        None => "lists-read-again",
        Some(Trouble::Closed) => "lists-closed",
        Some(Trouble::Gone) => "lists-gone",
        Some(Trouble::Taken) => "lists-taken",
        Some(Trouble::Large) => "lists-large",
    };
    Text::new(key)
        .with("list", name(community, list))
        .code("id", &list.id)
}

/// The list goes on elsewhere.
pub(super) fn moved(community: &Community, list: &List, room: &str) -> Text {
    Text::new("lists-moved")
        .with("list", name(community, list))
        .code("id", &list.id)
        .code("room", room)
}

/// A change that hits many.
pub(super) fn hits_many(community: &Community, list: &List, users: &BTreeSet<OwnedUserId>) -> Text {
    let text = Text::new("lists-hits-many")
        .with("list", name(community, list))
        .with("count", number(users.len()));
    people(text, users.iter())
}

/// Who may come back.
pub(super) fn let_in(users: &[OwnedUserId]) -> Text {
    people(
        Text::new("lists-let-in").with("count", number(users.len())),
        users.iter(),
    )
}

/// Which servers are kept out from now on, and which no longer.
pub(super) fn servers(before: &KeptOut, after: &KeptOut) -> Text {
    let new: Vec<_> = after.servers.difference(&before.servers).collect();
    let old: Vec<_> = before.servers.difference(&after.servers).collect();
    let mut text = Text::new("lists-servers")
        .with("count", number(after.servers.len()))
        .with("new", number(new.len()))
        .with("old", number(old.len()));
    for (key, names) in [("lists-server-new", &new), ("lists-server-old", &old)] {
        for name in names.iter().take(MOST_NAMED) {
            text = text.line(key).code("server", name);
        }
        text = more(text, names.len());
    }
    if after.left_out > 0 {
        let count = i64::try_from(after.left_out).unwrap_or(i64::MAX);
        text = text.line("lists-servers-left-out").with("count", count);
    }
    text
}

/// What came of a change; nothing when nothing did.
pub(super) fn news(community: &Community, list: &List, news: &News) -> Option<Text> {
    if news.broad.is_empty() && news.banned.is_empty() && news.named.is_empty() {
        return None;
    }
    let mut text = Text::new("lists-news").with("list", name(community, list));
    if !news.banned.is_empty() {
        let count = number(news.banned.len());
        text = text.line("lists-news-banned").with("count", count);
        text = people(text, news.banned.iter());
    }
    if !news.named.is_empty() {
        let count = number(news.named.len());
        text = text.line("lists-news-named").with("count", count);
        text = people(text, news.named.iter());
    }
    for rule in news.broad.iter().take(MOST_NAMED) {
        text = text.line("lists-news-broad").code("rule", rule);
    }
    Some(more(text, news.broad.len()))
}

/// How many rules a list has: about users, servers, rooms.
pub(crate) fn counted(community: &Community, list: &List) -> BTreeMap<Subject, usize> {
    let mut counted = BTreeMap::new();
    for (key, rule) in community.records.policies.all() {
        if ListRule::list_of(key) == list.id.0 {
            *counted.entry(rule.subject).or_default() += 1;
        }
    }
    counted
}

/// How many rules a list has, as arguments of a text.
pub(crate) fn with_counts(text: Text, community: &Community, list: &List) -> Text {
    let counted = counted(community, list);
    let of = |subject| number(counted.get(&subject).copied().unwrap_or_default());
    text.with("users", of(Subject::User))
        .with("servers", of(Subject::Server))
        .with("rooms", of(Subject::Room))
}

/// What a list does, or would do, here: its size, who is named, which servers, what is never enforced.
pub(crate) fn preview(snapshot: &Snapshot, community: &Community, list: &List) -> Text {
    let of_it = |other: &List, rule: &Policy| {
        other.id == list.id && !hits::is_too_broad(snapshot, community, rule)
    };
    let here = hits::people(snapshot, community);
    let named: Vec<&OwnedUserId> = here
        .keys()
        .copied()
        .filter(|user| hits::against(community, user, of_it).is_some())
        .collect();
    let team: Vec<&OwnedUserId> = community
        .team()
        .filter(|user| hits::against(community, user, of_it).is_some())
        .collect();
    let text = Text::new("lists-preview")
        .with("list", name(community, list))
        .code("id", &list.id);
    let mut text = with_counts(text.line("lists-preview-rules"), community, list);
    text = text
        .line("lists-preview-named")
        .with("count", number(named.len()));
    for (place, id) in &community.places {
        let there = named
            .iter()
            .filter(|user| here.get(*user).is_some_and(|rooms| rooms.contains(&id)))
            .count();
        if there > 0 {
            text = text
                .line("lists-preview-place")
                .with("group", community.name_of(place))
                .with("count", number(there));
        }
    }
    text = people(text, named.into_iter());
    if !team.is_empty() {
        text = text
            .line("lists-preview-team")
            .with("count", number(team.len()));
    }
    let servers = hits::servers(snapshot, community, &here, of_it);
    text = text
        .line("lists-preview-servers")
        .with("count", number(servers.len()));
    for (server, _) in servers.iter().take(MOST_NAMED) {
        text = text.line("lists-server-new").code("server", server);
    }
    text = more(text, servers.len());
    let policies = community.records.policies.all();
    let broad = policies.filter(|(key, rule)| {
        ListRule::list_of(key) == list.id.0
            && rule.keeps_out()
            && hits::is_too_broad(snapshot, community, rule)
    });
    let broad: BTreeSet<String> = broad.map(|(_, rule)| entity(rule)).collect();
    for rule in broad.iter().take(MOST_NAMED) {
        text = text.line("lists-news-broad").code("rule", rule);
    }
    text = more(text, broad.len());
    if !community.definition.federate {
        text = text.line("lists-preview-no-federation");
    }
    let line = match list.trust {
        Trust::Look => "lists-preview-look",
        Trust::Notify => "lists-preview-notify",
        Trust::Enforce => "lists-preview-enforce",
    };
    text.line(line).code(
        "command",
        command(snapshot, &format!("lists trust {} enforce", list.id)),
    )
}
