//! What changed in lists is compared with who is here: who is kept out, who no longer is, which servers, what the admins hear.
//!
//! A change that hits more than [`MOST_HIT`] people, or more than half of a room, waits for a human. Everything is in one decision, whose cause
//! follows from the lists and how often they were compared: after a restart it is the same one, or it was committed.

use std::collections::{BTreeMap, BTreeSet};

use ruma::{OwnedRoomId, OwnedUserId};

use super::{ban, hits, lift, noted, told};
use crate::{
    action::Effect,
    clock::Timestamp,
    community::{
        change::Membership,
        record::{
            Aside, CardId, KeptOut, List, ListRule, Matter, Record, RecordKind, Standing, Trust,
        },
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::{Deed, Opening},
    moderation::policy::Policy,
};

/// When a change hits more people than this, the admins are asked.
const MOST_HIT: usize = 20;
/// How many bytes of server names fit into an event with room to spare.
const MOST_DENIED: usize = 40_000;

/// By list: the rules and whom they hit.
type Hits = BTreeMap<CardId, (BTreeSet<String>, BTreeSet<OwnedUserId>)>;
type People<'a> = BTreeMap<&'a OwnedUserId, Vec<&'a OwnedRoomId>>;

/// What the admins hear of a list.
#[derive(Default)]
pub(super) struct News {
    /// Rules that are never enforced, by what they say.
    pub(super) broad: Vec<String>,
    /// Who was banned.
    pub(super) banned: Vec<OwnedUserId>,
    /// Who is named and was not banned.
    pub(super) named: Vec<OwnedUserId>,
}

/// What follows from what changed; nothing when nothing has.
pub(super) fn compare(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let all = community.records.lists.values();
    let changed: Vec<&List> = all.filter(|list| is_to_compare(community, list)).collect();
    if changed.is_empty() {
        return None;
    }
    let names = changed.iter().map(|it| format!("{}:{}", it.id, it.turns));
    let cause = format!("lists/compare/{}", names.collect::<Vec<_>>().join(","));
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let mut comparing = Comparing {
        people: hits::people(snapshot, community),
        lists: changed
            .iter()
            .map(|it| (it.id.clone(), (*it).clone()))
            .collect(),
        news: BTreeMap::new(),
    };
    comparing.set_aside_what_is_too_broad(&deed);
    comparing.hold_what_hits_many(&mut deed);
    comparing.keep_out(&mut deed);
    comparing.let_in(&mut deed);
    comparing.servers(&mut deed);
    comparing.notify(&mut deed);
    comparing.conclude(&mut deed);
    Some((cause, deed.decision))
}

fn is_to_compare(community: &Community, list: &List) -> bool {
    let read = community.records.lists_read.get(&list.id);
    let is_read = read.is_some_and(|it| it.room.is_some());
    list.over || is_read && !hits::is_compared(community, list)
}

struct Comparing<'a> {
    people: People<'a>,
    /// The lists that changed, as they are from now on.
    lists: BTreeMap<CardId, List>,
    news: BTreeMap<CardId, News>,
}

impl Comparing<'_> {
    /// A list as it is from now on.
    fn now<'l>(&'l self, list: &'l List) -> &'l List {
        self.lists.get(&list.id).unwrap_or(list)
    }

    fn in_force(&self, list: &List, rule: &Policy) -> bool {
        hits::in_force(self.now(list), rule)
    }

    fn news(&mut self, key: &str) -> &mut News {
        let id = CardId(ListRule::list_of(key).to_owned());
        self.news.entry(id).or_default()
    }

    fn set_aside_what_is_too_broad(&mut self, deed: &Deed) {
        let mut standing: BTreeMap<CardId, BTreeSet<String>> = BTreeMap::new();
        for (key, rule) in deed.community.records.policies.all() {
            let Some(list) = self.lists.get_mut(ListRule::list_of(key)) else {
                continue;
            };
            let broad = rule.keeps_out() && hits::is_too_broad(deed.snapshot, deed.community, rule);
            if !broad && list.aside.is_empty() {
                continue;
            }
            let fingerprint = rule.fingerprint();
            if broad && !list.aside.contains_key(&fingerprint) {
                list.aside.insert(fingerprint.clone(), Aside::Told);
                self.news(key).broad.push(told::entity(rule));
            }
            let id = CardId(ListRule::list_of(key).to_owned());
            standing.entry(id).or_default().insert(fingerprint);
        }
        // What the list does not say any more needs no exception.
        for (id, list) in &mut self.lists {
            let stands = standing.get(id);
            list.aside
                .retain(|rule, _| stands.is_some_and(|it| it.contains(rule)));
        }
    }

    /// What the rules hit that are not accepted: by list, the rules and whom they hit.
    fn new_hits(&self, deed: &Deed) -> Hits {
        let community = deed.community;
        let records = &community.records;
        let fresh = |list: &List, rule: &Policy| {
            self.in_force(list, rule) && !self.now(list).aside.contains_key(&rule.fingerprint())
        };
        let mut new = Hits::new();
        let mut hit = |key: &str, user: &OwnedUserId| {
            let id = CardId(ListRule::list_of(key).to_owned());
            let Some(rule) = records.policies.get(key) else {
                return;
            };
            let (rules, users) = new.entry(id).or_default();
            rules.insert(rule.fingerprint());
            users.insert(user.clone());
        };
        for user in self.people.keys() {
            if !records.listed.get(*user).is_some_and(is_settled)
                && let Some((key, _)) = hits::against(community, user, fresh)
            {
                hit(key, user);
            }
        }
        let before = records.kept_out.as_ref().map(|it| &it.servers);
        let servers = hits::servers(deed.snapshot, community, &self.people, fresh);
        let new_servers = servers
            .into_iter()
            .filter(|(name, _)| before.is_none_or(|it| !it.contains(name)));
        for (_, key) in new_servers {
            let Some(rule) = records.policies.get(key) else {
                continue;
            };
            for user in self.people.keys() {
                let name =
                    crate::moderation::policy::Name::new(rule.subject, user.server_name().as_str());
                if rule.is_about(&name) {
                    hit(key, user);
                }
            }
        }
        new
    }

    fn hold_what_hits_many(&mut self, deed: &mut Deed) {
        for (id, (rules, users)) in self.new_hits(deed) {
            let most_of_a_room = deed.community.places.values().any(|id| {
                let Some(room) = deed.snapshot.rooms.get(id) else {
                    return false;
                };
                let hit = users
                    .iter()
                    .filter(|it| self.people.get(it).is_some_and(|in_it| in_it.contains(&id)));
                hit.count() * 2 > room.people(&deed.snapshot.bot)
            });
            let Some(list) = self.lists.get_mut(&id) else {
                continue;
            };
            if users.len() <= MOST_HIT && !most_of_a_room {
                continue;
            }
            let held = rules.iter().map(|rule| (rule.clone(), Aside::Held));
            list.aside.extend(held);
            let matter = Matter::Listed {
                list: id.clone(),
                rules: rules.into_iter().collect(),
                people: users.len() as u64,
            };
            let opening = Opening {
                matter,
                by: deed.snapshot.bot.clone(),
                due: None,
                assignee: None,
            };
            let text = told::hits_many(deed.community, list, &users);
            deed.open_for_admins(opening, text);
        }
    }

    fn keep_out(&mut self, deed: &mut Deed) {
        let (snapshot, community) = (deed.snapshot, deed.community);
        let users: Vec<OwnedUserId> = self.people.keys().map(|it| (*it).clone()).collect();
        for user in users {
            let pardoned = community.records.listed.get(&user);
            if pardoned.is_some_and(|it| matches!(it.standing, Standing::Pardoned(_))) {
                continue;
            }
            let rule = hits::against(community, &user, |list, rule| self.in_force(list, rule));
            let Some((key, _)) = rule else { continue };
            let is_there = community.places.values().any(|room| {
                let room = snapshot.rooms.get(room);
                room.is_some_and(|it| it.membership(&user) != Membership::Ban)
            });
            if is_there && ban(deed, &user, key) > 0 {
                self.news(key).banned.push(user);
            }
        }
    }

    /// Who is banned because of a list alone, and on none any more, may come back; what was noted of others is forgotten.
    fn let_in(&mut self, deed: &mut Deed) {
        let community = deed.community;
        let mut listed: Vec<_> = community.records.listed.values().collect();
        listed.sort_by(|one, other| one.user.cmp(&other.user));
        let mut free = Vec::new();
        for listed in listed {
            let least = match listed.standing {
                Standing::Banned(_) => Trust::Enforce,
                Standing::Told | Standing::Pardoned(_) => Trust::Notify,
            };
            let exempt = hits::is_exempt(deed.snapshot, community, &listed.user);
            let rule = hits::against(community, &listed.user, |list, rule| {
                let list = self.now(list);
                list.trust >= least && hits::counts(list, rule)
            });
            if rule.is_some() && !exempt {
                continue;
            }
            if lift(deed, listed) {
                free.push(listed.user.clone());
            }
            deed.forget(RecordKind::Listed, listed.user.as_str());
        }
        if !free.is_empty() {
            deed.tell_admins(told::let_in(&free));
        }
    }

    fn servers(&mut self, deed: &mut Deed) {
        let servers = hits::servers(deed.snapshot, deed.community, &self.people, |list, rule| {
            self.in_force(list, rule)
        });
        let before = deed.community.records.kept_out.clone();
        let mut next = KeptOut::default();
        let mut length = 0;
        for name in servers.into_keys() {
            // Quotation marks, a comma, and what has to be escaped.
            length += serde_json::Value::from(name.as_str()).to_string().len() + 1;
            if length > MOST_DENIED {
                next.left_out += 1;
            } else {
                next.servers.insert(name);
            }
        }
        if before.clone().unwrap_or_default() == next {
            return;
        }
        let known = before.unwrap_or_default();
        deed.tell_admins(told::servers(&known, &next));
        let bot = &deed.snapshot.bot;
        let detail = format!("{} servers", next.servers.len());
        deed.account(bot, "list-servers", "", Some(detail));
        deed.keep(Record::KeptOut(next));
        deed.review();
    }

    /// Whom lists name that are only to be told of.
    fn notify(&mut self, deed: &mut Deed) {
        let community = deed.community;
        let mut named = Vec::new();
        for user in self.people.keys() {
            if community.records.listed.contains_key(*user) {
                continue;
            }
            let rule = hits::against(community, user, |list, rule| {
                let list = self.now(list);
                list.trust == Trust::Notify && hits::counts(list, rule)
            });
            if let Some((key, _)) = rule {
                named.push((key, (*user).clone()));
            }
        }
        for (key, user) in named {
            deed.keep(noted(&user, deed.now));
            self.news(key).named.push(user);
        }
    }

    /// The lists are compared; the admins hear what came of it; lists that are over are forgotten.
    fn conclude(self, deed: &mut Deed) {
        let community = deed.community;
        let records = &community.records;
        let mut news = self.news;
        for (id, mut list) in self.lists {
            let read = records.lists_read.get(&id);
            if list.over {
                for (key, _) in records.policies.all() {
                    if ListRule::list_of(key) == id.0 {
                        deed.forget(RecordKind::ListRule, key);
                    }
                }
                deed.forget(RecordKind::ListRead, id.0.as_str());
                deed.forget(RecordKind::List, id.0.as_str());
                if let Some(room) = read.and_then(|it| it.room.clone()) {
                    deed.act(Effect::LeaveList { room });
                }
                continue;
            }
            let news = news.remove(&id).unwrap_or_default();
            if !list.shown && !list.own {
                deed.tell_admins(told::preview(deed.snapshot, community, &list));
            }
            if let Some(text) = told::news(community, &list, &news) {
                deed.tell_admins(text);
            }
            list.shown = true;
            list.compared = read.map(|it| it.revision);
            list.turns += 1;
            deed.keep(Record::List(Box::new(list)));
        }
    }
}

/// Whether it was decided about somebody: they are banned, or let in all the same.
fn is_settled(listed: &crate::community::record::Listed) -> bool {
    !matches!(listed.standing, Standing::Told)
}
