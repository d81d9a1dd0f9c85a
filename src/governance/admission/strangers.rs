//! Strangers: people who are in a room and whom nobody let in. They are told of, and where the community wants that, they cannot write and
//! are removed a day later, unless somebody of the team vouches for them (`vouch`).
//!
//! Let in is: whoever was invited, has a role, is on the roster with an account, is named as a member, comes from the space into a group that
//! is open to it, or comes into a room that the community has declared public.

use std::time::Duration;

use ruma::{OwnedUserId, UserId};
use serde_json::Value;

use super::{Moved, group_of, membership, room};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::{Strangers, Way},
        desired,
        place::Place,
        record::{Record, RecordKind, Stranger, at},
        role::Role,
        snapshot::{Community, Room, Snapshot},
    },
    decide::Decision,
    event::EventKind,
    governance::{deed::Deed, seats},
    reply::{Argument, Text, moment},
};

/// How long somebody whom nobody let in may stay, where they are removed: one of the team has a day to look.
const GRACE: Duration = Duration::from_hours(24);
/// Of so many found at once in a room that existed before nobody is removed by itself: that was a group, and not an intrusion.
const MOST_REMOVED: usize = 20;
/// How many are named in one notice.
const MOST_NAMED: usize = 20;

/// Whether the community let somebody into a place, apart from invitations.
fn is_let_in(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
    room: &Room,
    user: &UserId,
) -> bool {
    if *user == *snapshot.bot
        || room.invited.contains(user)
        || community.highest_role(user) > Role::Member
        || community.records.person(user).is_some()
        || desired::access(community, place).public
    {
        return true;
    }
    let named = |members: &[OwnedUserId]| members.iter().any(|it| it == user);
    match group_of(community, place) {
        None => community.groups.iter().any(|group| named(&group.members)),
        Some(group) => {
            named(&group.members)
                || (group.ways().contains(&Way::OpenToSpace)
                    && is_of_the_space(snapshot, community, user))
        }
    }
}

/// In the space, and not as a stranger. Who has not been seen to come in yet counts by their invitation: rooms are looked at side by side.
fn is_of_the_space(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    let there = membership(snapshot, community, &Place::Space, user);
    matches!(there, Membership::Join | Membership::Invite)
        && !is_stranger(community, &Place::Space, user)
}

fn is_stranger(community: &Community, place: &Place, user: &UserId) -> bool {
    let strangers = &community.records.strangers;
    strangers.contains_key(&at(place, &user.to_owned()))
}

/// Whether a place is a room that existed before Hygie.
fn is_adopted(community: &Community, place: &Place) -> bool {
    match place {
        Place::Space => community.definition.space.is_some(),
        Place::Group(_) => group_of(community, place).is_some_and(|group| group.room.is_some()),
    }
}

/// Whether the homeserver has looked that somebody is in the space (restricted rooms): the membership there may be seen later.
fn came_from_the_space(moved: &Moved) -> bool {
    let EventKind::State { content, .. } = &moved.event.kind else {
        return false;
    };
    let by = content.get("join_authorised_via_users_server");
    by.and_then(Value::as_str).is_some()
        && !is_stranger(moved.community, &Place::Space, moved.user)
        && group_of(moved.community, &moved.room.place)
            .is_some_and(|group| group.ways().contains(&Way::OpenToSpace))
}

/// Whether somebody comes into a room whom nobody let in, where the community minds.
pub(crate) fn is_unexpected(moved: &Moved) -> bool {
    let (community, room) = (moved.community, moved.room);
    moved.before != Membership::Invite
        && community.definition.admission.strangers != Strangers::Ignore
        && !is_let_in(moved.snapshot, community, &room.place, room, moved.user)
        && !came_from_the_space(moved)
}

pub(super) fn on_join(moved: &Moved, deed: &mut Deed) {
    let (community, room, user) = (moved.community, moved.room, moved.user);
    let place = &room.place;
    if moved.before == Membership::Invite {
        if is_adopted(community, place) && !room.invited.contains(user) {
            // Otherwise they would be found there later, and nobody would know that they were invited.
            deed.decision.changes.push(Change::Invited {
                room: moved.event.room.clone(),
                user: user.clone(),
            });
        }
        return;
    }
    if !is_unexpected(moved) || seats::is_refused(moved) {
        return;
    }
    let removed = community.definition.admission.strangers == Strangers::Remove;
    report(deed, place, std::slice::from_ref(user), removed);
}

/// Notes strangers, tells the admins of them, and where they are to be removed themselves.
fn report(deed: &mut Deed, place: &Place, users: &[OwnedUserId], removed: bool) {
    let community = deed.community;
    let until = deed.now.plus(GRACE);
    for user in users {
        deed.keep(Record::Stranger(Stranger {
            user: user.clone(),
            place: place.clone(),
            at: deed.now,
            remove_at: removed.then_some(until),
        }));
        if removed {
            let text = Text::new("stranger-told-muted")
                .with("place", community.name_of(place))
                .with("until", moment(until, &community.definition.timezone))
                .line("stranger-contact")
                .with("person", contact(community));
            deed.tell(user, text);
        }
    }
    let count = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let mut text = Text::new("strangers-seen")
        .with("place", community.name_of(place))
        .with("count", count);
    for user in users.iter().take(MOST_NAMED) {
        text = text.line("person-line").with("person", user);
    }
    if users.len() > MOST_NAMED {
        let more = i64::try_from(users.len() - MOST_NAMED).unwrap_or(i64::MAX);
        text = text.line("strangers-more").with("count", more);
    }
    if removed {
        let until = moment(until, &community.definition.timezone);
        text = text.line("strangers-muted").with("until", until);
        deed.review();
    }
    deed.tell_admins(text.then(what_to_do(deed, users)));
}

/// The commands that answer it.
fn what_to_do(deed: &Deed, users: &[OwnedUserId]) -> Text {
    let prefix = format!("!{}", deed.snapshot.bot.localpart());
    let (vouch, kick, all) = match deed.locale() {
        crate::reply::Locale::Fr => ("admettre", "retirer", "tous"),
        crate::reply::Locale::En => ("vouch", "kick", "all"),
    };
    let who = match users {
        [one] => one.to_string(),
        _ => "@…".to_owned(),
    };
    let text = Text::new("strangers-do")
        .code("vouch", format!("{prefix} {vouch} {who}"))
        .code("kick", format!("{prefix} {kick} {who}"));
    if users.len() > 1 {
        let all = format!("{prefix} {vouch} {all}");
        return text.line("strangers-do-all").code("command", all);
    }
    text
}

/// Whom to ask.
pub(crate) fn contact(community: &Community) -> Argument {
    let definition = &community.definition;
    let person = definition.contact.as_ref().or(definition.owners.first());
    Argument::User(person.map(ToString::to_string).unwrap_or_default())
}

/// Who is gone is no stranger any more.
pub(super) fn on_leave(moved: &Moved, deed: &mut Deed) {
    let key = at(&moved.room.place, moved.user);
    if let Some(stranger) = moved.community.records.strangers.get(&key) {
        forget(deed, stranger);
    }
}

fn forget(deed: &mut Deed, stranger: &Stranger) {
    deed.forget(RecordKind::Stranger, at(&stranger.place, &stranger.user));
    if stranger.remove_at.is_some() {
        deed.review();
    }
}

/// Somebody of the team vouches for people: they stay.
pub(crate) fn vouch(deed: &mut Deed, by: &UserId, strangers: &[&Stranger]) {
    let community = deed.community;
    for stranger in strangers {
        forget(deed, stranger);
        if let Some(room) = community.places.get(&stranger.place) {
            deed.decision.changes.push(Change::Invited {
                room: room.clone(),
                user: stranger.user.clone(),
            });
        }
        let detail = stranger.place.to_string();
        deed.account(by, "vouch", &stranger.user, Some(detail));
        let text = Text::new("stranger-welcome").with("place", community.name_of(&stranger.place));
        deed.tell(&stranger.user, text);
    }
}

pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let mut due = Vec::new();
    let id = &community.definition.id;
    for stranger in community.records.strangers.values() {
        let Some(there) = room(snapshot, community, &stranger.place) else {
            continue;
        };
        let over = stranger.remove_at.is_some_and(|remove_at| remove_at <= now);
        let settled = !there.joined(&stranger.user)
            || is_let_in(snapshot, community, &stranger.place, there, &stranger.user);
        if !over && !settled {
            continue;
        }
        let cause = format!(
            "stranger/{id}/{}/{}/{}",
            stranger.place, stranger.user, stranger.at.0
        );
        let mut deed = Deed::new(snapshot, community, &cause, now);
        if !settled {
            remove(&mut deed, stranger);
        }
        forget(&mut deed, stranger);
        due.push((cause, deed.decision));
    }
    due.extend(found(snapshot, community, now));
    due
}

/// Nobody vouched for them.
fn remove(deed: &mut Deed, stranger: &Stranger) {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let locale = snapshot.locale_in(&stranger.user, community);
    for (place, room) in &community.places {
        let there = membership(snapshot, community, place, &stranger.user);
        let concerned = *place == stranger.place
            || (stranger.place == Place::Space
                && matches!(there, Membership::Join | Membership::Invite));
        if concerned {
            deed.act(Effect::Membership {
                room: room.clone(),
                user: stranger.user.clone(),
                change: MembershipChange::Kick,
                reason: Some(Text::new("stranger-reason").plain(locale)),
            });
        }
    }
    let name = community.name_of(&stranger.place);
    let text = Text::new("stranger-removed")
        .with("place", name)
        .line("stranger-contact")
        .with("person", contact(community));
    deed.tell(&stranger.user, text);
    let text = Text::new("stranger-removed-admins")
        .with("person", &stranger.user)
        .with("place", name);
    deed.tell_admins(text);
    let detail = stranger.place.to_string();
    deed.account(
        &snapshot.bot,
        "stranger-removed",
        &stranger.user,
        Some(detail),
    );
}

/// Who is in a room that existed before and was let in by nobody: each is told of once.
fn found(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let policy = community.definition.admission.strangers;
    if policy == Strangers::Ignore {
        return Vec::new();
    }
    let places = community.places.iter();
    let places = places.filter(|(place, _)| is_adopted(community, place));
    let rooms = places.filter_map(|(place, id)| Some((place, snapshot.rooms.get(id)?)));
    let rooms = rooms.filter(|(_, room)| room.known);
    rooms
        .filter_map(|(place, room)| {
            let there = room.members.iter().filter(|(user, member)| {
                member.membership == Membership::Join
                    && !is_let_in(snapshot, community, place, room, user)
                    && !is_stranger(community, place, user)
            });
            let mut users: Vec<OwnedUserId> = there.map(|(user, _)| user.clone()).collect();
            users.sort();
            let all = users.iter().map(|user| user.as_str()).collect::<Vec<_>>();
            let hash = blake3::hash(all.join(" ").as_bytes()).to_hex();
            let cause = format!("strangers/{}/{place}/{hash}", community.definition.id);
            let mut deed = Deed::new(snapshot, community, &cause, now);
            let removed = policy == Strangers::Remove && users.len() <= MOST_REMOVED;
            (!users.is_empty()).then(|| {
                report(&mut deed, place, &users, removed);
                (cause, deed.decision)
            })
        })
        .collect()
}
