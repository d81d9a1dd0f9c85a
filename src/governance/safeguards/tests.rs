//! What breaks a safeguard, and the alarm from its beginning to its end.

use super::*;
use crate::{
    action::{Effect, Recipient},
    community::{
        change::Membership,
        record::{Active, Away, Grant, Person},
        snapshot::tests::{redeclare, settled},
    },
};

/// A moment at which it is this community's turn.
fn now() -> Timestamp {
    let id = "nord".parse().unwrap();
    let start = Timestamp(1_767_225_600_000);
    let mut moments = (0..10).map(|second| start.plus(Duration::from_secs(second)));
    moments.find(|moment| is_turn(&id, *moment)).unwrap()
}

const DAY: Duration = Duration::from_hours(24);

fn user(name: &str) -> OwnedUserId {
    format!("@{name}:s").try_into().unwrap()
}

fn only(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

fn keep(snapshot: &mut Snapshot, record: Record) {
    let id = only(snapshot).definition.id.clone();
    snapshot.apply(&Change::keep(&id, record));
}

fn grant(snapshot: &mut Snapshot, who: &str, place: Place, role: Role) {
    let grant = Grant {
        user: user(who),
        place,
        role,
        until: None,
        by: user("samir"),
        at: now(),
    };
    keep(snapshot, Record::Grant(grant));
}

/// With a second admin nothing is broken.
fn whole() -> Snapshot {
    let mut snapshot = settled();
    grant(&mut snapshot, "member", Place::Space, Role::Admin);
    snapshot
}

fn about(snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    broken(snapshot, only(snapshot), now).into_keys().collect()
}

fn moved(snapshot: &mut Snapshot, room: &str, who: &str, membership: Membership) {
    snapshot.apply(&Change::Member {
        room: room.try_into().unwrap(),
        user: user(who),
        membership,
        display_name: None,
    });
}

/// What is due, done; the keys of what the admins were told.
fn pass(snapshot: &mut Snapshot, now: Timestamp) -> Vec<String> {
    let due = due(snapshot, only(snapshot), now);
    assert!(due.len() <= 1);
    for change in due.iter().flat_map(|(_, decision)| &decision.changes) {
        snapshot.apply(change);
    }
    let actions = due.iter().flat_map(|(_, decision)| &decision.actions);
    let told = actions.filter_map(|action| match &action.effect {
        Effect::Say { to, text, .. } => {
            assert_eq!(*to, Recipient::Room("!admins:s".try_into().unwrap()));
            Some(text.keys().map(str::to_owned).collect::<Vec<_>>())
        }
        _ => None,
    });
    told.flatten().collect()
}

#[test]
fn two_admins_there_and_active_are_enough() {
    let mut snapshot = whole();
    assert_eq!(about(&snapshot, now()), [""; 0]);
    moved(&mut snapshot, "!space:s", "member", Membership::Leave);
    assert_eq!(about(&snapshot, now()), ["safeguard/admins"]);
    moved(&mut snapshot, "!space:s", "member", Membership::Join);
    let away = Away {
        user: user("member"),
        until: now().plus(DAY),
    };
    keep(&mut snapshot, Record::Away(away));
    assert_eq!(about(&snapshot, now()), ["safeguard/admins"]);
    assert_eq!(about(&snapshot, now().plus(DAY)), [""; 0], "back");
    let active = Active {
        user: user("samir"),
        at: now(),
    };
    keep(&mut snapshot, Record::Active(active));
    assert_eq!(about(&snapshot, now().plus(30 * DAY)), [""; 0]);
    assert_eq!(
        about(&snapshot, now().plus(31 * DAY)),
        ["safeguard/admins"],
        "silent"
    );
}

#[test]
fn a_group_needs_two_who_lead_it_and_a_field_watch_a_correspondent() {
    let mut snapshot = whole();
    for who in ["member", "zoe"] {
        moved(&mut snapshot, "!space:s", who, Membership::Leave);
    }
    assert_eq!(
        about(&snapshot, now()),
        ["safeguard/admins", "safeguard/leaders/ouest"],
        "Samir and Awa lead the east"
    );
    moved(&mut snapshot, "!est:s", "awa", Membership::Leave);
    assert!(about(&snapshot, now()).contains(&"safeguard/leaders/est".to_owned()));
    redeclare(&mut snapshot, |file| {
        file.groups[0].kind = Kind::FieldWatch;
        file.groups[1].archived = true;
    });
    assert_eq!(
        about(&snapshot, now()),
        [
            "safeguard/admins",
            "safeguard/correspondent/est",
            "safeguard/leaders/est"
        ]
    );
    let est = Place::Group("est".parse().unwrap());
    grant(&mut snapshot, "member", est, Role::Correspondent);
    assert_eq!(
        about(&snapshot, now()),
        ["safeguard/admins", "safeguard/leaders/est"]
    );
}

#[test]
fn admins_have_what_is_asked_of_them_and_not_too_many_groups() {
    let mut snapshot = whole();
    redeclare(&mut snapshot, |file| {
        file.safeguards.admins_must_have =
            [("Affiliation".to_owned(), "Personnel".to_owned())].into();
        file.safeguards.groups_per_admin = 1;
    });
    assert_eq!(
        about(&snapshot, now()),
        [
            "safeguard/must-have/@member:s",
            "safeguard/must-have/@samir:s"
        ]
    );
    for who in ["member", "samir"] {
        let mut person = Person::new(user(who).as_str());
        person.affiliation = "personnel".into();
        keep(&mut snapshot, Record::Person(Box::new(person)));
    }
    assert_eq!(about(&snapshot, now()), [""; 0]);
    moved(&mut snapshot, "!space:s", "member", Membership::Leave);
    assert_eq!(
        about(&snapshot, now()),
        ["safeguard/admins", "safeguard/ratio"]
    );
}

#[test]
fn an_alarm_waits_is_told_is_repeated_daily_and_is_taken_back() {
    let mut snapshot = whole();
    moved(&mut snapshot, "!space:s", "member", Membership::Leave);
    let start = now();
    assert_eq!(pass(&mut snapshot, start), [""; 0], "it may mend itself");
    assert_eq!(only(&snapshot).records.alarms.len(), 1);
    assert_eq!(pass(&mut snapshot, start), [""; 0]);
    let alarm = ["safeguard-alarm", "safeguard-admins", "safeguard-how"];
    assert_eq!(pass(&mut snapshot, start.plus(DAY)), alarm);
    assert_eq!(pass(&mut snapshot, start.plus(DAY)), [""; 0], "once");
    assert_eq!(pass(&mut snapshot, start.plus(2 * DAY)), alarm, "again");
    moved(&mut snapshot, "!space:s", "member", Membership::Join);
    let mended = ["safeguard-mended", "safeguard-mended-admins"];
    assert_eq!(pass(&mut snapshot, start.plus(2 * DAY)), mended);
    assert!(only(&snapshot).records.alarms.is_empty());
    assert_eq!(due(&snapshot, only(&snapshot), start.plus(2 * DAY)), []);
}

#[test]
fn what_mends_itself_in_time_is_not_spoken_of_and_other_alarms_stay() {
    let mut snapshot = whole();
    let other = Alarm {
        about: "something-else".to_owned(),
        since: now(),
        told: Some(now()),
    };
    keep(&mut snapshot, Record::Alarm(other));
    moved(&mut snapshot, "!space:s", "member", Membership::Leave);
    pass(&mut snapshot, now());
    moved(&mut snapshot, "!space:s", "member", Membership::Join);
    assert_eq!(pass(&mut snapshot, now()), [""; 0]);
    let left: Vec<_> = only(&snapshot).records.alarms.keys().collect();
    assert_eq!(left, ["something-else"]);
}

#[test]
fn who_was_never_seen_is_noted_and_silent_a_month_later() {
    let mut snapshot = whole();
    assert_eq!(pass(&mut snapshot, now()), [""; 0]);
    assert!(only(&snapshot).records.active.contains_key(&user("samir")));
    assert_eq!(
        about(&snapshot, now().plus(31 * DAY)).len(),
        3,
        "admins, and both groups"
    );
}

#[test]
fn the_same_alarms_have_the_same_cause_and_a_later_telling_another() {
    let mut snapshot = whole();
    redeclare(&mut snapshot, |file| {
        file.safeguards.grace = Duration::ZERO.into();
    });
    moved(&mut snapshot, "!space:s", "member", Membership::Leave);
    let cause = |snapshot: &Snapshot, at| due(snapshot, only(snapshot), at)[0].0.clone();
    assert_eq!(cause(&snapshot, now()), cause(&snapshot, now()));
    let first = cause(&snapshot, now());
    assert_eq!(
        pass(&mut snapshot, now()).len(),
        3,
        "without a grace period at once"
    );
    assert_ne!(cause(&snapshot, now().plus(DAY)), first);
}

#[test]
fn every_community_has_its_turn_within_ten_seconds_and_is_not_always_asked() {
    let start = Timestamp(1_767_225_600_000);
    for id in ["a", "nord", "asc-nord"] {
        let id = id.parse().unwrap();
        let asked = (0..10).filter(|second| is_turn(&id, start.plus(Duration::from_secs(*second))));
        assert_eq!(asked.count(), 4, "seconds of ten");
    }
}

#[test]
fn ten_thousand_groups_make_a_notice_that_can_be_read_and_changes_bit_by_bit() {
    let mut snapshot = whole();
    redeclare(&mut snapshot, |file| {
        let group = file.groups[1].clone();
        file.safeguards.grace = Duration::ZERO.into();
        for number in 0..500 {
            let mut group = group.clone();
            group.id = format!("g{number}").parse().unwrap();
            file.groups.push(group);
        }
    });
    let id = only(&snapshot).definition.id.clone();
    for number in 0..500 {
        snapshot.apply(&Change::Bound {
            community: id.clone(),
            place: Place::Group(format!("g{number}").parse().unwrap()),
            room: format!("!g{number}:s").try_into().unwrap(),
        });
    }
    for who in ["member", "zoe"] {
        moved(&mut snapshot, "!space:s", who, Membership::Leave);
    }
    let mut passes = 0;
    loop {
        let told = pass(&mut snapshot, now());
        if told.is_empty() {
            break;
        }
        assert!(told.len() <= MOST_LINES + 3, "{}", told.len());
        passes += 1;
    }
    assert_eq!((passes, only(&snapshot).records.alarms.len()), (3, 503));
}
