//! Reading lists: anew, late, and no more.

use super::*;

#[test]
fn the_end_of_a_list_is_told_once_and_its_rules_stay() {
    let mut snapshot = reading(Trust::Enforce, &["@spam:t"]);
    settle(&mut snapshot);
    let member = json!({"membership": "ban"});
    pushed(&mut snapshot, "m.room.member", "@hygie:s", member);
    let records = |snapshot: &Snapshot| snapshot.communities[&nord()].records.clone();
    let read = records(&snapshot).lists_read["aaaaa"].clone();
    assert_eq!(read.trouble, Some(Trouble::Gone));
    assert_eq!(told(&settle(&mut snapshot)), ["lists-gone"]);
    assert_eq!(records(&snapshot).policies.len(), 1);
    let back = ListRead {
        trouble: None,
        ..read
    };
    keep(&mut snapshot, Record::ListRead(Box::new(back)));
    assert_eq!(told(&settle(&mut snapshot)), ["lists-read-again"]);
    let moved = json!({"replacement_room": "!new:elsewhere"});
    assert_eq!(
        told(&pushed(&mut snapshot, "m.room.tombstone", "", moved)),
        ["lists-moved"]
    );
}

#[test]
fn a_list_is_read_anew_every_hour_and_soon_after_something_was_taken_down_there() {
    let mut snapshot = reading(Trust::Enforce, &[]);
    settle(&mut snapshot);
    let reads = |snapshot: &Snapshot, at: Timestamp| {
        let due = due(snapshot, &snapshot.communities[&nord()], at);
        due.iter()
            .any(|(_, it)| it.actions.iter().any(|it| it.effect.name() == "read_list"))
    };
    let second = Duration::from_secs(1);
    assert!(
        !reads(&snapshot, NOW.plus(READ_EVERY).minus(second))
            && reads(&snapshot, NOW.plus(READ_EVERY))
    );
    let event = Event {
        id: "$redaction".try_into().unwrap(),
        room: LIST_ROOM.try_into().unwrap(),
        sender: user("@curator:elsewhere"),
        at: NOW,
        kind: EventKind::Redaction {
            redacts: "$rule".try_into().unwrap(),
        },
    };
    let decision = crate::decide::decide(&snapshot, &event, NOW);
    apply(&mut snapshot, &decision);
    assert!(!reads(&snapshot, NOW) && reads(&snapshot, NOW.plus(READ_AGAIN)));
}

#[test]
fn what_was_read_before_something_was_pushed_is_not_taken_over() {
    let snapshot = reading(Trust::Enforce, &["@spam:t"]);
    let gone = Change::forget(
        &nord(),
        RecordKind::ListRule,
        "aaaaa m.policy.rule.user rule:@spam:t",
    );
    assert!(snapshot.learns_from(&gone, Some(1)) && !snapshot.learns_from(&gone, Some(0)));
    assert!(snapshot.learns_from(&gone, None));
}

#[test]
fn of_ten_thousand_rules_those_about_a_name_are_found() {
    let mut policies = crate::moderation::policy::Policies::default();
    for number in 0..10_000 {
        let entity = match number % 2 {
            0 => format!("@spam{number}:evil{number}.org"),
            _ => format!("@spam{number}*:evil{number}.org"),
        };
        let content = json!({"entity": entity, "recommendation": "m.ban"});
        let policy = Policy::read("m.policy.rule.user", &content, NOW).unwrap();
        policies.insert(&number.to_string(), policy);
    }
    for number in 0..100 {
        let name = format!("@somebody{number}:example.org");
        let name =
            crate::moderation::policy::Name::new(crate::moderation::policy::Subject::User, &name);
        assert!(policies.about(&name).is_empty());
    }
    let name = "@spam41x:evil41.org";
    let name = crate::moderation::policy::Name::new(crate::moderation::policy::Subject::User, name);
    assert_eq!(policies.about(&name).len(), 1);
}

#[test]
fn looking_at_a_list_does_nothing_and_is_over_after_a_day() {
    let mut snapshot = reading(Trust::Look, &["@spam:t"]);
    joins(&mut snapshot, "est", "@spam:t");
    let all = settle(&mut snapshot);
    assert_eq!(told(&all), ["lists-preview"]);
    assert!(snapshot.communities[&nord()].records.listed.is_empty());
    let later = NOW.plus(LOOKED_AT);
    let (_, ended) = due(&snapshot, &snapshot.communities[&nord()], later).remove(0);
    apply(&mut snapshot, &ended);
    let all = settle(&mut snapshot);
    assert!(
        all.actions
            .iter()
            .any(|it| it.effect.name() == "leave_list")
    );
    let records = &snapshot.communities[&nord()].records;
    assert!(
        records.lists.is_empty() && records.lists_read.is_empty() && records.policies.is_empty()
    );
}
