//! Policy lists: rooms in which others, or the community itself, keep rules about users, servers and rooms.
//!
//! What stands in a list is read by the executor and then pushed; each change is compared with who is here ([`compare`]), at once for who
//! comes in later ([`on_member`]). How far a list is trusted is decided by admins. Nobody of the team is ever touched, nor the homeserver, and
//! what hits many waits for a human.

mod compare;
pub(crate) mod hits;
mod news;
pub(crate) mod own;
pub(crate) mod told;

use std::{collections::BTreeSet, time::Duration};

use ruma::{OwnedRoomId, OwnedUserId};

use super::{Moved, cards::Answer, deed::Deed, sanctions};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::Membership,
        record::{Aside, CardId, List, Listed, Matter, Record, RecordKind, Standing, Trust},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    moderation::policy::Recommendation,
    reply::{Argument, Text},
};

pub(crate) use news::on_event;

/// How often a list is read anew, besides what is pushed from it.
const READ_EVERY: Duration = Duration::from_hours(1);
/// How soon it is read anew when something changed that only reading tells.
const READ_AGAIN: Duration = Duration::from_secs(30);
/// How long a list is kept that was only looked at.
const LOOKED_AT: Duration = Duration::from_hours(24);
/// The most lists that a community reads.
pub(crate) const MOST_LISTS: usize = 20;
/// The most rules that are taken from the lists of a community.
pub(crate) const MOST_RULES: usize = 50_000;

/// What is due about lists: reading them, telling what keeps them from being read, comparing what changed with who is here.
pub(crate) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let records = &community.records;
    let mut due = Vec::new();
    for list in records.lists.values() {
        let read = records.lists_read.get(&list.id);
        let trouble = read.and_then(|it| it.trouble);
        if list.over {
            continue;
        }
        if list.trust == Trust::Look && list.at.plus(LOOKED_AT) <= now {
            let cause = format!("lists/over/{}/{}", list.id, list.at.0);
            let mut deed = Deed::new(snapshot, community, &cause, now);
            deed.keep(over(list));
            due.push((cause, deed.decision));
            continue;
        }
        // One that is still to be read is not asked for again and again.
        let stale = read.is_some_and(|it| it.stale && it.at >= list.asked);
        let every = if stale { READ_AGAIN } else { READ_EVERY };
        let is_told = list.told == trouble;
        if is_told && now.since(list.asked) < every {
            continue;
        }
        let cause = format!("lists/read/{}/{}/{trouble:?}", list.id, list.asked.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let mut next = list.clone();
        if !is_told {
            deed.tell_admins(told::trouble(community, list, trouble));
            next.told = trouble;
        }
        if now.since(list.asked) >= every {
            read_it(&mut deed, &mut next);
        }
        deed.keep(Record::List(Box::new(next)));
        due.push((cause, deed.decision));
    }
    if due.is_empty() {
        due.extend(compare::compare(snapshot, community, now));
    }
    due
}

/// The list is read as soon as that can be.
pub(crate) fn read_it(deed: &mut Deed, list: &mut List) {
    list.asked = deed.now;
    deed.act(Effect::ReadList {
        community: deed.community.definition.id.clone(),
        list: list.id.clone(),
    });
}

/// Nobody wants a list any more.
pub(crate) fn over(list: &List) -> Record {
    Record::List(Box::new(List {
        over: true,
        compared: None,
        ..list.clone()
    }))
}

/// The lists that are read from a room, each with whose it is.
fn of_room<'a>(
    snapshot: &'a Snapshot,
    room: &'a OwnedRoomId,
) -> impl Iterator<Item = (&'a Community, &'a List)> {
    snapshot.communities.values().flat_map(move |community| {
        let lists = community.records.lists.values();
        let here = lists.filter(move |list| {
            let read = community.records.lists_read.get(&list.id);
            list.address == room.as_str()
                || read.is_some_and(|read| read.room.as_ref() == Some(room))
        });
        here.map(move |list| (community, list))
    })
}

/// The lists that are read from a room, each with whose it is, without those that are over.
#[must_use]
pub fn read_from<'a>(
    snapshot: &'a Snapshot,
    room: &'a OwnedRoomId,
) -> Vec<(&'a Community, &'a CardId)> {
    let lists = of_room(snapshot, room).filter(|(_, list)| !list.over);
    lists
        .map(|(community, list)| (community, &list.id))
        .collect()
}

/// Somebody came, or was banned or let in again by hand.
pub(super) fn on_member(moved: &Moved) -> Decision {
    let community = moved.community;
    if community.records.policies.is_empty() {
        return Decision::default();
    }
    let cause = format!("lists/{}", moved.event.id);
    let mut deed = Deed::new(moved.snapshot, community, &cause, moved.now);
    let by_hand = moved.event.sender != moved.snapshot.bot;
    let banned = community.records.listed.get(moved.user);
    let banned = banned.filter(|it| matches!(it.standing, Standing::Banned(_)));
    match (moved.before, moved.after) {
        (_, Membership::Ban) if by_hand && banned.is_some() => {
            // It is a decision of the team from now on, whatever becomes of the list.
            deed.forget(RecordKind::Listed, moved.user.as_str());
        }
        (Membership::Ban, Membership::Leave)
            if banned.is_some() && community.highest_role(&moved.event.sender) > Role::Member =>
        {
            deed.keep(pardoned(moved.user, &moved.event.sender, moved.now));
        }
        (before, Membership::Join | Membership::Invite | Membership::Knock)
            if before != moved.after =>
        {
            on_arrival(moved, &mut deed);
        }
        _ => {}
    }
    deed.decision
}

/// Somebody of the team let somebody in who is on a list.
pub(crate) fn pardoned(user: &OwnedUserId, by: &OwnedUserId, now: Timestamp) -> Record {
    Record::Listed(Box::new(Listed {
        user: user.clone(),
        standing: Standing::Pardoned(by.clone()),
        at: now,
    }))
}

fn on_arrival(moved: &Moved, deed: &mut Deed) {
    let (snapshot, community, user) = (moved.snapshot, moved.community, moved.user);
    let records = &community.records;
    if hits::is_exempt(snapshot, community, user) {
        return;
    }
    if let Some(list) = hits::hashed_server(community, user.server_name()) {
        // The name of the server is known from now on, and with it what to deny.
        deed.keep(Record::List(Box::new(List {
            compared: None,
            ..list.clone()
        })));
    }
    let known = records.listed.get(user).map(|it| &it.standing);
    if matches!(known, Some(Standing::Pardoned(_))) {
        return;
    }
    if let Some((key, _)) = hits::against(community, user, |list, rule| {
        hits::is_compared(community, list) && hits::in_force(list, rule)
    }) {
        let rooms = ban(deed, user, key);
        if rooms > 0 {
            deed.tell_admins(
                told::on(Text::new("lists-kept-out"), community, key)
                    .with("person", Argument::User(user.to_string())),
            );
        }
        return;
    }
    let notified = hits::against(community, user, |list, rule| {
        list.trust == Trust::Notify
            && hits::is_compared(community, list)
            && hits::counts(list, rule)
    });
    if let Some((key, _)) = notified.filter(|_| known.is_none()) {
        deed.keep(noted(user, moved.now));
        deed.tell_admins(
            told::on(Text::new("lists-came"), community, key)
                .with("person", Argument::User(user.to_string()))
                .code("command", told::command(snapshot, &format!("ban {user}"))),
        );
    }
}

/// The admins were told of somebody.
fn noted(user: &OwnedUserId, now: Timestamp) -> Record {
    Record::Listed(Box::new(Listed {
        user: user.clone(),
        standing: Standing::Told,
        at: now,
    }))
}

/// Bans somebody from every room of the community in which they are not banned; from how many.
fn ban(deed: &mut Deed, user: &OwnedUserId, key: &str) -> usize {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let mut rooms: BTreeSet<OwnedRoomId> = BTreeSet::new();
    for room in community.places.values() {
        let known = snapshot.rooms.get(room);
        if known.is_some_and(|it| it.membership(user) != Membership::Ban) {
            rooms.insert(room.clone());
        }
    }
    let reason = told::on(Text::new("lists-ban-reason"), community, key).plain(deed.locale());
    let rule = community.records.policies.get(key);
    let takes_down = rule.is_some_and(|it| it.recommendation == Recommendation::Takedown);
    let change = if takes_down {
        MembershipChange::BanAndRedact
    } else {
        MembershipChange::Ban
    };
    for room in &rooms {
        deed.act(Effect::Membership {
            room: room.clone(),
            user: user.clone(),
            change,
            reason: Some(reason.clone()),
        });
    }
    let count = rooms.len();
    if count == 0 {
        return 0;
    }
    if takes_down {
        for effect in sanctions::clean_up(community, user) {
            deed.act(effect);
        }
    }
    if let Some(Standing::Banned(before)) =
        community.records.listed.get(user).map(|it| &it.standing)
    {
        rooms.extend(before.iter().cloned());
    }
    deed.keep(Record::Listed(Box::new(Listed {
        user: user.clone(),
        standing: Standing::Banned(rooms),
        at: deed.now,
    })));
    let bot = &snapshot.bot;
    deed.account(bot, "list-ban", user, Some(told::rule_of(community, key)));
    count
}

/// Lifts the bans that are there because of a list alone.
fn lift(deed: &mut Deed, listed: &Listed) -> bool {
    let Standing::Banned(rooms) = &listed.standing else {
        return false;
    };
    let ours = deed.community.places.values();
    for room in ours.filter(|room| rooms.contains(*room)) {
        deed.act(Effect::Membership {
            room: room.clone(),
            user: listed.user.clone(),
            change: MembershipChange::Unban,
            reason: None,
        });
    }
    let bot = &deed.snapshot.bot;
    deed.account(bot, "list-unban", &listed.user, None);
    true
}

/// The admins have decided about a change that hits many.
pub(super) fn answered(answer: &Answer) -> Result<Decision, Text> {
    answer.needs(Role::Admin)?;
    let Matter::Listed { list, rules, .. } = &answer.card.matter else {
        return Ok(Decision::default());
    };
    let community = answer.community;
    let mut deed = answer.deed();
    deed.close(answer.card);
    let Some(list) = community.records.lists.get(list) else {
        return Ok(deed.decision);
    };
    let mut next = list.clone();
    let decided = if answer.yes {
        Aside::Accepted
    } else {
        Aside::Refused
    };
    for rule in rules {
        if let Some(aside) = next.aside.get_mut(rule) {
            *aside = decided;
        }
    }
    next.compared = None;
    deed.keep(Record::List(Box::new(next)));
    let (key, action) = if answer.yes {
        ("lists-accepted", "list-accept")
    } else {
        ("lists-refused", "list-refuse")
    };
    deed.tell_admins(
        Text::new(key)
            .with("person", Argument::User(answer.by().to_string()))
            .with("list", told::name(community, list)),
    );
    deed.account(
        answer.by(),
        action,
        &list.id,
        Some(format!("{} rules", rules.len())),
    );
    Ok(deed.decision)
}

#[cfg(test)]
mod tests;
