//! The weekly report on the groups, in the admins' room every Monday at nine, and on demand: who is there, what is going on, what waits,
//! and what could be done about it. What only the store knows comes as an answer to [`Question::Report`]. PURE.

use jiff::{ToSpan, Zoned, civil::Weekday, tz::TimeZone};

use super::{
    deed::Deed,
    risks::{
        count,
        people::{active_admins, created},
    },
};
use crate::{
    action::Recipient,
    clock::Timestamp,
    community::{
        definition::Group,
        place::Place,
        record::{Headcount, Record, Said},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::{Activity, Ask, Decision, Question},
    reply::{Text, moment},
};

/// The key of its [`Said`].
const WEEKLY: &str = "weekly";
/// At which hour of Monday it is said, in the community's time.
const HOUR: i8 = 9;
const WEEK_MS: i64 = 7 * 24 * 3_600_000;
/// How many groups are written about at most.
const SHOWN: usize = 40;

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let Some(admins) = community.admins_room() else {
        return Vec::new();
    };
    let last = community.records.said.get(WEEKLY).copied();
    let slot = last_slot(&community.definition.timezone, now);
    if last.is_some_and(|last| last >= slot) {
        return Vec::new();
    }
    let cause = format!("weekly/{}/{}", community.definition.id, slot.0);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    deed.keep(Record::Said(Said {
        what: WEEKLY.to_owned(),
        at: now,
    }));
    // A community that has just begun has nothing to report, and one that was never reported on begins now.
    let born = created(snapshot, community, &Place::Space).unwrap_or(now);
    if last.is_some() && now.0 - born.0 >= WEEK_MS {
        deed.decision.ask = Some(Ask {
            question: Question::Report,
            community: community.definition.id.clone(),
            to: Recipient::Room(admins.clone()),
            locale: deed.locale(),
            reply_to: None,
        });
        // Compared with what was counted last: the answer is found before this is noted.
        headcounts(&mut deed);
    }
    vec![(cause, deed.decision)]
}

/// How many people are in each group now, for the next report to compare with.
fn headcounts(deed: &mut Deed) {
    let (snapshot, community, at) = (deed.snapshot, deed.community, deed.now);
    for (place, room) in &community.places {
        if let Some(room) = snapshot.rooms.get(room) {
            deed.keep(Record::Headcount(Headcount {
                place: place.clone(),
                people: room.people(&snapshot.bot) as u64,
                at,
            }));
        }
    }
}

/// The last Monday at nine that is over, in a time zone.
fn last_slot(timezone: &str, now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let local = jiff::Timestamp::from_millisecond(now.0).unwrap_or(jiff::Timestamp::MIN);
    let local: Zoned = local.to_zoned(zone.clone());
    let days = i64::from(local.date().weekday().since(Weekday::Monday));
    let monday = |weeks: i64| {
        let day = local.date().checked_sub((days + 7 * weeks).days()).ok()?;
        let at = day.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Timestamp(at.timestamp().as_millisecond()))
    };
    let this = monday(0).filter(|at| *at <= now);
    this.or_else(|| monday(1)).unwrap_or(Timestamp(i64::MIN))
}

/// The report.
#[must_use]
pub fn compose(
    snapshot: &Snapshot,
    community: &Community,
    activity: &Activity,
    now: Timestamp,
) -> Text {
    let mut text = Text::new("report-title")
        .with("name", community.definition.name.as_str())
        .with("until", moment(now, &community.definition.timezone));
    let groups = community.groups.iter().filter(|group| !group.archived);
    let groups: Vec<&Group> = groups.collect();
    let mut suggestions = Text::default();
    for group in groups.iter().take(SHOWN) {
        let place = Place::Group(group.id.clone());
        let Some(id) = community.places.get(&place) else {
            continue;
        };
        let Some(room) = snapshot.rooms.get(id) else {
            continue;
        };
        let lately = Lately {
            people: room.people(&snapshot.bot),
            week: activity.week.get(id).copied().unwrap_or(0),
            month: activity.month.get(id).copied().unwrap_or(0),
            old: created(snapshot, community, &place)
                .is_some_and(|born| now.0 - born.0 >= 4 * WEEK_MS),
        };
        text = line(text, community, group, &place, &lately);
        suggestions = suggested(suggestions, snapshot, group, &lately);
    }
    if groups.len() > SHOWN {
        text = text
            .line("plan-more")
            .with("count", count(groups.len() - SHOWN));
    }
    text = waiting(text, community);
    text = text
        .line("report-admins")
        .with("admins", count(active_admins(snapshot, community, now)))
        .with("groups", count(groups.len()));
    if suggestions == Text::default() {
        text
    } else {
        text.line("report-suggestions").then(suggestions)
    }
}

/// How a group was lately.
struct Lately {
    people: usize,
    week: u64,
    month: u64,
    /// It is there for four weeks at least.
    old: bool,
}

fn line(text: Text, community: &Community, group: &Group, place: &Place, lately: &Lately) -> Text {
    let before = community.records.headcounts.get(&place.to_string());
    let change = before.map_or(0, |before| {
        let now = i64::try_from(lately.people).unwrap_or(i64::MAX);
        now.saturating_sub(i64::try_from(before.people).unwrap_or(i64::MAX))
    });
    let leads = community.team().filter(|user| {
        group
            .roles()
            .any(|(role, users)| role >= Role::Moderator && users.contains(user))
    });
    let mut text = text
        .line("report-group")
        .with("name", group.name.as_str())
        .with("people", count(lately.people))
        .with("week", i64::try_from(lately.week).unwrap_or(i64::MAX))
        .with("leads", count(leads.count()));
    if change != 0 {
        let change = format!("{change:+}");
        text = text.line("report-change").with("change", change);
    }
    if lately.week == 0 && !group.kind.always_exists() {
        text = text.line("report-silent");
    }
    if is_nearly_full(group, lately.people) {
        text = text
            .line("report-nearly-full")
            .with("most", i64::from(group.cap().unwrap_or(0)));
    }
    text
}

/// Whether nine in ten places are taken.
fn is_nearly_full(group: &Group, people: usize) -> bool {
    group
        .cap()
        .is_some_and(|most| people * 10 >= most as usize * 9)
}

fn suggested(text: Text, snapshot: &Snapshot, group: &Group, lately: &Lately) -> Text {
    let prefix = format!("!{}", snapshot.bot.localpart());
    if lately.old && lately.month == 0 && !group.kind.always_exists() {
        return text
            .line("report-archive")
            .with("name", group.name.as_str())
            .code("command", format!("{prefix} archive {}", group.id));
    }
    if is_nearly_full(group, lately.people) {
        return text
            .line("report-split")
            .with("name", group.name.as_str())
            .code("command", format!("{prefix} split {}", group.id));
    }
    text
}

fn waiting(text: Text, community: &Community) -> Text {
    let records = &community.records;
    let open = records.cards.values().filter(|card| {
        let shown_there = card.shown.as_ref().map(|(room, _)| room);
        shown_there == community.admins_room()
    });
    let alarms = records.alarms.values().filter(|alarm| alarm.told.is_some());
    text.line("report-waiting")
        .with("cards", count(open.count()))
        .with("alarms", count(alarms.count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        community::{change::Change, snapshot::tests::settled},
        reply::Locale,
    };

    /// Monday, 5 January 2026, 08:00 UTC: nine in Paris.
    const MONDAY: i64 = 1_767_600_000_000;
    const HOUR_MS: i64 = 3_600_000;

    /// What is due at a moment: whether something was, and whether it is a report.
    fn at(snapshot: &mut Snapshot, now: i64) -> (bool, bool) {
        let community = snapshot.communities.values().next().unwrap();
        let due = due(snapshot, community, Timestamp(now));
        let asks = due.iter().any(|(_, decision)| decision.ask.is_some());
        for (_, decision) in &due {
            decision.changes.iter().for_each(|it| snapshot.apply(it));
        }
        (!due.is_empty(), asks)
    }

    fn born(snapshot: &mut Snapshot, at: i64) {
        snapshot.apply(&Change::State {
            room: "!space:s".try_into().unwrap(),
            event_type: "m.room.create".to_owned(),
            state_key: String::new(),
            content: serde_json::json!({"room_version": "12"}),
            at: Timestamp(at),
        });
    }

    #[test]
    fn the_slot_is_the_last_monday_at_nine_in_the_communitys_time() {
        let slot = |now| last_slot("Europe/Paris", Timestamp(now)).0;
        assert_eq!(slot(MONDAY), MONDAY);
        assert_eq!(slot(MONDAY - 1), MONDAY - WEEK_MS);
        assert_eq!(slot(MONDAY + 3 * 24 * HOUR_MS), MONDAY);
        assert_eq!(
            last_slot("UTC", Timestamp(MONDAY)).0,
            MONDAY - WEEK_MS + HOUR_MS
        );
    }

    #[test]
    fn a_report_comes_once_a_week_also_after_downtime_and_never_at_the_first_start() {
        let mut snapshot = settled();
        born(&mut snapshot, MONDAY - 10 * WEEK_MS);
        assert_eq!(
            at(&mut snapshot, MONDAY - HOUR_MS),
            (true, false),
            "the first is only noted"
        );
        assert_eq!(at(&mut snapshot, MONDAY - 1), (false, false));
        assert_eq!(at(&mut snapshot, MONDAY), (true, true));
        assert_eq!(at(&mut snapshot, MONDAY + 1), (false, false));
        // Down for three Mondays: one report.
        assert_eq!(
            at(&mut snapshot, MONDAY + 3 * WEEK_MS + HOUR_MS),
            (true, true)
        );
        assert_eq!(
            at(&mut snapshot, MONDAY + 3 * WEEK_MS + 2 * HOUR_MS),
            (false, false)
        );
    }

    #[test]
    fn a_community_of_less_than_a_week_is_not_reported_on() {
        let mut snapshot = settled();
        born(&mut snapshot, MONDAY - 2 * 24 * HOUR_MS);
        at(&mut snapshot, MONDAY - 24 * HOUR_MS);
        assert_eq!(at(&mut snapshot, MONDAY), (true, false));
        assert_eq!(at(&mut snapshot, MONDAY + WEEK_MS), (true, true));
    }

    #[test]
    fn the_report_tells_people_activity_change_and_what_could_be_done() {
        let mut snapshot = settled();
        born(&mut snapshot, 0);
        let community = snapshot.communities.values().next().unwrap();
        let mut definition = community.definition.clone();
        definition.groups[0].max_members = Some(4);
        let id = definition.id.clone();
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        for (place, people) in [("est", 2), ("ouest", 4)] {
            let place = Place::Group(place.parse().unwrap());
            let at = Timestamp(0);
            let count = Headcount { place, people, at };
            snapshot.apply(&Change::keep(&id, Record::Headcount(count)));
        }
        let mut activity = Activity::default();
        activity.week.insert("!est:s".try_into().unwrap(), 12);
        activity.month.insert("!est:s".try_into().unwrap(), 40);
        snapshot.apply(&Change::State {
            room: "!ouest:s".try_into().unwrap(),
            event_type: "m.room.create".to_owned(),
            state_key: String::new(),
            content: serde_json::json!({"room_version": "12"}),
            at: Timestamp(0),
        });
        let community = snapshot.communities.values().next().unwrap();
        let text = compose(&snapshot, community, &activity, Timestamp(MONDAY));
        let said = text.plain(Locale::Fr);
        for part in [
            "Secteur Est",
            "12",
            "+2",
            "!hygie split est",
            "!hygie archive ouest",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
