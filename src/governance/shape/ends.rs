//! Groups that end: on the last day that their community said, or for good when an owner closes them.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{
    action::{Attachment, Effect, MembershipChange, Recipient},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::{Group, GroupId},
        place::Place,
        record::{Closing, Record, RecordKind, Said},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::Text,
};

pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let ending = community.groups.iter().filter(|group| !group.archived);
    let ending = ending.filter_map(|group| ends(snapshot, community, group, now));
    // One after the other: each changes the whole community.
    let closing = community.records.closing.values();
    let closing = closing.filter_map(|closing| closes(snapshot, community, closing, now));
    ending.chain(closing).take(1).collect()
}

/// The day that it is in the community.
fn today(community: &Community, now: Timestamp) -> Option<Date> {
    let zone = TimeZone::get(&community.definition.timezone).unwrap_or(TimeZone::UTC);
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?;
    Some(now.to_zoned(zone).date())
}

/// A group whose last day is over is archived; a week before, everybody there hears of it.
fn ends(
    snapshot: &Snapshot,
    community: &Community,
    group: &Group,
    now: Timestamp,
) -> Option<(String, Decision)> {
    let day = group.ends.as_ref()?;
    let last: Date = day.parse().ok()?;
    let today = today(community, now)?;
    let cause = format!("ends/{}/{}/{day}", community.definition.id, group.id);
    if today > last {
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let text = Text::new("archive-ended").with("day", day.as_str());
        archived(&mut deed, group, text);
        deed.tell_admins(
            Text::new("archive-ended-told")
                .with("group", group.name.as_str())
                .with("day", day.as_str()),
        );
        let by = snapshot.bot.clone();
        deed.account(&by, "archive", &group.id, Some(format!("ended on {day}")));
        return Some((cause, deed.decision));
    }
    let what = format!("shape/ends/{}/{day}", group.id);
    if today.checked_add(7.days()).ok()? < last || community.records.said.contains_key(&what) {
        return None;
    }
    let cause = format!("{cause}/soon");
    let mut deed = Deed::new(snapshot, community, &cause, now);
    if let Some(room) = community.places.get(&Place::Group(group.id.clone())) {
        let text = Text::new("ends-soon").with("day", day.as_str());
        say(&mut deed, room, text);
    }
    let told = Text::new("ends-soon-told")
        .with("group", group.name.as_str())
        .with("day", day.as_str())
        .code(
            "command",
            format!(
                "!{} group set {} ends = …",
                snapshot.bot.localpart(),
                group.id
            ),
        );
    deed.tell_admins(told);
    deed.keep(Record::Said(Said { what, at: now }));
    Some((cause, deed.decision))
}

/// A group is over: members read on, nobody writes, and what it leaves goes to the admins.
pub(crate) fn archived(deed: &mut Deed, group: &Group, told: Text) {
    let place = Place::Group(group.id.clone());
    if let Some(room) = deed.community.places.get(&place) {
        say(deed, room, told);
    }
    export(deed, &group.id);
    let mut definition = deed.community.definition.clone();
    for own in &mut definition.groups {
        if own.id == group.id {
            own.archived = true;
        }
    }
    crate::governance::deed::redeclare(deed, definition);
}

fn export(deed: &mut Deed, group: &GroupId) {
    if let Some(admins) = deed.community.admins_room() {
        let effect = Effect::Attach {
            room: admins.clone(),
            file: Attachment::Group(group.clone()),
        };
        deed.act(effect);
    }
}

/// A group that an owner closes: first what it leaves goes to the admins, then everybody goes.
fn closes(
    snapshot: &Snapshot,
    community: &Community,
    closing: &Closing,
    now: Timestamp,
) -> Option<(String, Decision)> {
    if now < closing.due {
        return None;
    }
    let (id, group) = (&community.definition.id, &closing.group);
    let cause = format!("close/{id}/{group}/{}", closing.at.0);
    if community.group(group).is_none() {
        let cause = format!("{cause}/over");
        let mut deed = Deed::new(snapshot, community, &cause, now);
        deed.forget(RecordKind::Closing, group.to_string());
        return Some((cause, deed.decision));
    }
    if closing.exported.is_none() {
        let cause = format!("{cause}/export");
        let mut deed = Deed::new(snapshot, community, &cause, now);
        export(&mut deed, group);
        let exported = Some(now);
        deed.keep(Record::Closing(Closing {
            exported,
            ..closing.clone()
        }));
        return Some((cause, deed.decision));
    }
    // It may take its time: the homeserver may be away, or refuse it.
    let arrived = arrival(closing);
    if !community.records.said.contains_key(&arrived) {
        return None;
    }
    let mut deed = Deed::new(snapshot, community, &cause, now);
    deed.forget(RecordKind::Said, arrived);
    let name = community.name_of(&Place::Group(group.clone())).to_owned();
    empty(&mut deed, closing, &name);
    let mut definition = community.definition.clone();
    definition.groups.retain(|own| own.id != *group);
    // Forgotten once the group is gone: something else may have changed the community at the same moment.
    crate::governance::deed::redeclare(&mut deed, definition);
    deed.tell_admins(Text::new("close-ended").with("group", name));
    deed.account(&closing.by, "close", group, closing.reason.clone());
    Some((cause, deed.decision))
}

/// By which it is noted that what a closed group leaves is in the admins' room: beside the closing, which may be taken back meanwhile.
fn arrival(closing: &Closing) -> String {
    format!("closed/{}/{}", closing.group, closing.at.0)
}

/// What is to be noted when the file of a group is in the admins' room.
pub(crate) fn arrived(community: &Community, group: &GroupId, now: Timestamp) -> Option<Change> {
    let closing = community.records.closing.get(group.as_str())?;
    closing.exported?;
    let said = Said {
        what: arrival(closing),
        at: now,
    };
    Some(Change::keep(&community.definition.id, Record::Said(said)))
}

/// Everybody but the bot goes, and the space no longer leads there.
fn empty(deed: &mut Deed, closing: &Closing, name: &str) {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let place = Place::Group(closing.group.clone());
    let Some(room) = community.places.get(&place) else {
        return;
    };
    let reason = Text::new("close-reason").with("group", name);
    let reason = match &closing.reason {
        Some(why) => reason.line("reason").with("reason", why.as_str()),
        None => reason,
    };
    let reason = reason.plain(deed.locale());
    let members = snapshot
        .rooms
        .get(room)
        .into_iter()
        .flat_map(|it| &it.members);
    let there = members
        .filter(|(user, member)| **user != snapshot.bot && member.membership != Membership::Ban);
    let mut there: Vec<_> = there.map(|(user, _)| user.clone()).collect();
    there.sort();
    for user in there {
        deed.act(Effect::Membership {
            room: room.clone(),
            user,
            change: MembershipChange::Kick,
            reason: Some(reason.clone()),
        });
    }
    if let Some(space) = community.places.get(&Place::Space) {
        deed.act(Effect::SetState {
            room: space.clone(),
            event_type: "m.space.child".to_owned(),
            state_key: room.to_string(),
            content: json!({}),
        });
    }
}

fn say(deed: &mut Deed, room: &ruma::OwnedRoomId, text: Text) {
    let locale = deed.locale();
    deed.act(Effect::Say {
        to: Recipient::Room(room.clone()),
        text,
        locale,
        reply_to: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{
        definition::CommunityId,
        snapshot::tests::{redeclare, settled},
    };

    const HOUR: i64 = 3_600_000;
    /// 2027-06-23 at noon, UTC.
    const WEEK_BEFORE: i64 = 1_813_752_000_000;

    fn ending() -> Snapshot {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file| {
            file.groups[0].ends = Some("2027-06-30".to_owned());
        });
        snapshot
    }

    fn at(snapshot: &mut Snapshot, now: i64) -> Vec<Effect> {
        let id: CommunityId = "nord".parse().unwrap();
        let due = due(snapshot, &snapshot.communities[&id].clone(), Timestamp(now));
        let mut effects = Vec::new();
        for (_, decision) in due {
            decision.changes.iter().for_each(|it| snapshot.apply(it));
            effects.extend(decision.actions.into_iter().map(|it| it.effect));
        }
        effects
    }

    #[test]
    fn a_group_is_archived_the_day_after_its_last_in_the_time_of_the_community() {
        let mut snapshot = ending();
        assert_eq!(at(&mut snapshot, WEEK_BEFORE - 48 * HOUR), []);
        assert_eq!(at(&mut snapshot, WEEK_BEFORE).len(), 2, "a week before");
        assert_eq!(at(&mut snapshot, WEEK_BEFORE + HOUR), [], "once");
        // In Paris the day ends two hours before it does in Greenwich.
        let end = WEEK_BEFORE + 7 * 24 * HOUR + 10 * HOUR;
        assert_eq!(at(&mut snapshot, end - 1), []);
        let ended = at(&mut snapshot, end);
        assert!(
            ended.iter().any(|it| matches!(
                it,
                Effect::Attach {
                    file: Attachment::Group(_),
                    ..
                }
            )),
            "{ended:?}"
        );
        let community = snapshot.communities.values().next().unwrap();
        assert!(community.group(&"est".parse().unwrap()).unwrap().archived);
        assert_eq!(at(&mut snapshot, end + 24 * HOUR), []);
    }

    #[test]
    fn a_closed_group_leaves_its_file_then_everybody_goes_and_it_is_no_longer_declared() {
        let mut snapshot = settled();
        let id: CommunityId = "nord".parse().unwrap();
        let closing = Closing {
            group: "est".parse().unwrap(),
            by: "@samir:s".try_into().unwrap(),
            at: Timestamp(0),
            due: Timestamp(10),
            reason: None,
            exported: None,
        };
        let change = crate::community::change::Change::keep(&id, Record::Closing(closing));
        snapshot.apply(&change);
        assert_eq!(at(&mut snapshot, 9), []);
        assert_eq!(at(&mut snapshot, 10).len(), 1);
        assert_eq!(
            at(&mut snapshot, 24 * HOUR),
            [],
            "the file is not there yet"
        );
        let change = arrived(
            &snapshot.communities[&id],
            &"est".parse().unwrap(),
            Timestamp(11),
        );
        snapshot.apply(&change.unwrap());
        let gone = at(&mut snapshot, 12);
        let kicks = gone.iter().filter(|it| it.name() == "kick").count();
        assert_eq!(kicks, 4, "{gone:?}");
        assert_eq!(at(&mut snapshot, 13), []);
        let community = &snapshot.communities[&id];
        assert!(community.group(&"est".parse().unwrap()).is_none());
        assert!(community.records.closing.is_empty() && community.records.said.is_empty());
    }
}
