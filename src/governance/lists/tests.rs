//! What follows from lists in a community of which nobody is on one at first.

mod many;
mod reading;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::{
    action::Recipient,
    community::{
        change::Change,
        definition::CommunityId,
        desired,
        place::Place,
        record::{Card, ListRead, ListRule, Trouble},
        snapshot::tests::{redeclare, settled},
    },
    event::{Event, EventKind},
    governance::cards::Answer,
    moderation::policy::Policy,
};

const NOW: Timestamp = Timestamp(1_000_000);
const LIST_ROOM: &str = "!list:elsewhere";

fn nord() -> CommunityId {
    "nord".parse().unwrap()
}

fn user(id: &str) -> OwnedUserId {
    id.try_into().unwrap()
}

fn apply(snapshot: &mut Snapshot, decision: &Decision) {
    decision.changes.iter().for_each(|it| snapshot.apply(it));
}

fn keep(snapshot: &mut Snapshot, record: Record) {
    snapshot.apply(&Change::keep(&nord(), record));
}

fn list(snapshot: &Snapshot) -> &List {
    snapshot.communities[&nord()]
        .records
        .lists
        .get("aaaaa")
        .unwrap()
}

/// A community in which a list is read that is trusted so far, with these rules about users.
fn reading(trust: Trust, users: &[&str]) -> Snapshot {
    let mut snapshot = settled();
    let id = CardId("aaaaa".to_owned());
    keep(
        &mut snapshot,
        Record::List(Box::new(List {
            id: id.clone(),
            address: "#bad:elsewhere".to_owned(),
            via: Vec::new(),
            own: false,
            trust,
            over: false,
            by: user("@samir:s"),
            at: NOW,
            asked: NOW,
            compared: None,
            turns: 0,
            shown: false,
            told: None,
            aside: BTreeMap::new(),
        })),
    );
    keep(
        &mut snapshot,
        Record::ListRead(Box::new(ListRead {
            list: id,
            room: Some(LIST_ROOM.try_into().unwrap()),
            name: None,
            at: NOW,
            revision: 1,
            trouble: None,
            stale: false,
        })),
    );
    for entity in users {
        rule(&mut snapshot, "m.policy.rule.user", entity, "m.ban");
    }
    snapshot
}

fn rule(snapshot: &mut Snapshot, event_type: &str, entity: &str, recommendation: &str) {
    let content = json!({"entity": entity, "recommendation": recommendation});
    keep(
        snapshot,
        Record::ListRule(Box::new(ListRule {
            list: CardId("aaaaa".to_owned()),
            event_type: event_type.to_owned(),
            state_key: format!("rule:{entity}"),
            policy: Policy::read(event_type, &content, NOW).unwrap(),
        })),
    );
}

fn joins(snapshot: &mut Snapshot, place: &str, who: &str) {
    snapshot.apply(&Change::Member {
        room: format!("!{place}:s").try_into().unwrap(),
        user: user(who),
        membership: Membership::Join,
        display_name: None,
    });
}

/// A state event in the room of the list.
fn pushed(snapshot: &mut Snapshot, event_type: &str, state_key: &str, content: Value) -> Decision {
    let event = Event {
        id: format!(
            "$push-{}",
            blake3::hash(content.to_string().as_bytes()).to_hex()
        )
        .try_into()
        .unwrap(),
        room: LIST_ROOM.try_into().unwrap(),
        sender: user("@curator:elsewhere"),
        at: NOW,
        kind: EventKind::State {
            event_type: event_type.to_owned(),
            state_key: state_key.to_owned(),
            content,
        },
    };
    let decision = crate::decide::decide(snapshot, &event, NOW);
    apply(snapshot, &decision);
    decision
}

/// Everything that is due, until nothing is.
fn settle(snapshot: &mut Snapshot) -> Decision {
    let mut all = Decision::default();
    for _ in 0..5 {
        for (_, decision) in due(snapshot, &snapshot.communities[&nord()].clone(), NOW) {
            apply(snapshot, &decision);
            all.actions.extend(decision.actions);
            all.audit.extend(decision.audit);
            all.review.extend(decision.review);
        }
    }
    assert!(
        due(snapshot, &snapshot.communities[&nord()], NOW).is_empty(),
        "it comes to an end"
    );
    // What was done is seen.
    for action in &all.actions {
        if let Effect::Membership {
            room, user, change, ..
        } = &action.effect
        {
            snapshot.apply(&Change::Member {
                room: room.clone(),
                user: user.clone(),
                membership: change.outcome(),
                display_name: None,
            });
        }
    }
    all
}

fn done(decision: &Decision, wanted: MembershipChange) -> Vec<(String, String)> {
    let mut done: Vec<_> = decision
        .actions
        .iter()
        .filter_map(|action| match &action.effect {
            Effect::Membership {
                room, user, change, ..
            } if *change == wanted => Some((user.to_string(), room.to_string())),
            _ => None,
        })
        .collect();
    done.sort();
    done
}

fn told(decision: &Decision) -> Vec<String> {
    let actions = decision.actions.iter();
    let texts = actions.filter_map(|action| match &action.effect {
        Effect::Say { text, .. } | Effect::Card { text, .. } => Some(text.key().to_owned()),
        _ => None,
    });
    texts.collect()
}

fn acl(snapshot: &Snapshot) -> Option<Value> {
    let community = &snapshot.communities[&nord()];
    let est = Place::Group("est".parse().unwrap());
    let state = desired::state(snapshot, community, &est).unwrap();
    let acl = state
        .into_iter()
        .find(|it| it.event_type == "m.room.server_acl");
    acl.map(|it| it.content)
}

#[test]
fn whom_a_list_in_force_names_is_banned_everywhere_and_let_in_when_it_does_not_any_more() {
    let mut snapshot = reading(Trust::Enforce, &["@spam:t", "@never-seen:t"]);
    joins(&mut snapshot, "est", "@spam:t");
    let all = settle(&mut snapshot);
    let places = snapshot.communities[&nord()].places.len();
    assert_eq!(done(&all, MembershipChange::Ban).len(), places);
    assert!(
        done(&all, MembershipChange::Ban)
            .iter()
            .all(|(who, _)| who == "@spam:t")
    );
    assert_eq!(all.audit[0].action, "list-ban");
    assert_eq!(settle(&mut snapshot).actions, [], "once");
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "rule:@spam:t",
        json!({}),
    );
    let all = settle(&mut snapshot);
    assert_eq!(done(&all, MembershipChange::Unban).len(), places);
    assert!(told(&all).contains(&"lists-let-in".to_owned()));
    assert!(snapshot.communities[&nord()].records.listed.is_empty());
}

#[test]
fn who_was_banned_by_hand_stays_banned() {
    // Before the list named them, in one room.
    let mut snapshot = reading(Trust::Enforce, &["@spam:t"]);
    joins(&mut snapshot, "est", "@spam:t");
    snapshot.apply(&Change::Member {
        room: "!ouest:s".try_into().unwrap(),
        user: user("@spam:t"),
        membership: Membership::Ban,
        display_name: None,
    });
    settle(&mut snapshot);
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "rule:@spam:t",
        json!({}),
    );
    let lifted = done(&settle(&mut snapshot), MembershipChange::Unban);
    assert!(
        !lifted.is_empty() && lifted.iter().all(|(_, room)| room != "!ouest:s"),
        "{lifted:?}"
    );

    // And after it.
    let mut snapshot = reading(Trust::Enforce, &["@spam:t"]);
    joins(&mut snapshot, "est", "@spam:t");
    settle(&mut snapshot);
    let by_hand = member_event(&snapshot, "space", "@spam:t", "@samir:s", "ban");
    apply(&mut snapshot, &by_hand);
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "rule:@spam:t",
        json!({}),
    );
    assert_eq!(done(&settle(&mut snapshot), MembershipChange::Unban), []);
}

fn member_event(
    snapshot: &Snapshot,
    place: &str,
    who: &str,
    by: &str,
    membership: &str,
) -> Decision {
    let event = Event {
        id: format!("$member-{membership}").try_into().unwrap(),
        room: format!("!{place}:s").try_into().unwrap(),
        sender: user(by),
        at: NOW,
        kind: EventKind::State {
            event_type: "m.room.member".to_owned(),
            state_key: who.to_owned(),
            content: json!({"membership": membership}),
        },
    };
    crate::decide::decide(snapshot, &event, NOW)
}

#[test]
fn whoever_comes_later_is_banned_at_once_unless_the_team_has_let_them_in() {
    let mut snapshot = reading(Trust::Enforce, &["@spam*:t"]);
    settle(&mut snapshot);
    let came = member_event(&snapshot, "est", "@spammer:t", "@spammer:t", "join");
    let places = snapshot.communities[&nord()].places.len();
    assert_eq!(done(&came, MembershipChange::Ban).len(), places);
    apply(&mut snapshot, &came);
    for place in ["space", "est"] {
        snapshot.apply(&Change::Member {
            room: format!("!{place}:s").try_into().unwrap(),
            user: user("@spammer:t"),
            membership: Membership::Ban,
            display_name: None,
        });
    }
    let pardoned = member_event(&snapshot, "space", "@spammer:t", "@samir:s", "leave");
    apply(&mut snapshot, &pardoned);
    let again = member_event(&snapshot, "space", "@spammer:t", "@spammer:t", "join");
    assert_eq!(done(&again, MembershipChange::Ban), []);
    apply(&mut snapshot, &again);
    // Also when the list is compared anew.
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "other",
        json!({"entity": "@x:t", "recommendation": "m.ban"}),
    );
    assert_eq!(done(&settle(&mut snapshot), MembershipChange::Ban), []);
}

#[test]
fn the_team_and_everybody_at_home_are_never_hit() {
    let mut snapshot = reading(
        Trust::Enforce,
        &["*", "@*:s", "@zoe:s", "@hygie:s", "@awa:s", "@*a*:*"],
    );
    rule(&mut snapshot, "m.policy.rule.server", "s", "m.ban");
    rule(&mut snapshot, "m.policy.rule.server", "*", "m.ban");
    rule(&mut snapshot, "m.policy.rule.room", "!est:s", "m.ban");
    redeclare(&mut snapshot, |it| it.federate = true);
    let all = settle(&mut snapshot);
    assert_eq!(done(&all, MembershipChange::Ban), []);
    assert_eq!(acl(&snapshot), None);
    let aside: Vec<_> = list(&snapshot).aside.values().collect();
    assert_eq!(aside, [&Aside::Told; 5], "{:?}", list(&snapshot).aside);
    assert!(told(&all).contains(&"lists-news".to_owned()));
    // Once.
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "other",
        json!({"entity": "@x:t", "recommendation": "m.ban"}),
    );
    assert_eq!(told(&settle(&mut snapshot)), Vec::<String>::new());
}

#[test]
fn a_list_that_is_only_told_bans_nobody_and_names_each_once() {
    let mut snapshot = reading(Trust::Notify, &["@spam:t", "@late:t"]);
    joins(&mut snapshot, "est", "@spam:t");
    let all = settle(&mut snapshot);
    assert_eq!(done(&all, MembershipChange::Ban), []);
    assert_eq!(told(&all), ["lists-preview", "lists-news"]);
    let came = member_event(&snapshot, "est", "@late:t", "@late:t", "join");
    assert!(told(&came).contains(&"lists-came".to_owned()));
    apply(&mut snapshot, &came);
    let elsewhere = member_event(&snapshot, "ouest", "@late:t", "@late:t", "join");
    assert!(!told(&elsewhere).contains(&"lists-came".to_owned()));
    let trusted = List {
        trust: Trust::Enforce,
        compared: None,
        ..list(&snapshot).clone()
    };
    keep(&mut snapshot, Record::List(Box::new(trusted)));
    let all = settle(&mut snapshot);
    let banned: BTreeSet<_> = done(&all, MembershipChange::Ban)
        .into_iter()
        .map(|(who, _)| who)
        .collect();
    assert_eq!(
        banned,
        BTreeSet::from(["@late:t".to_owned(), "@spam:t".to_owned()])
    );
}

#[test]
fn an_unban_rule_goes_before_the_others() {
    let mut snapshot = reading(Trust::Enforce, &["@*:t"]);
    joins(&mut snapshot, "est", "@good:t");
    rule(
        &mut snapshot,
        "m.policy.rule.user",
        "@good:t",
        "fi.mau.meowlnir.unban",
    );
    assert_eq!(done(&settle(&mut snapshot), MembershipChange::Ban), []);
    joins(&mut snapshot, "est", "@bad:t");
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "x",
        json!({"entity": "@bad:t", "recommendation": "m.ban"}),
    );
    assert!(!done(&settle(&mut snapshot), MembershipChange::Ban).is_empty());
    pushed(
        &mut snapshot,
        "m.policy.rule.user",
        "y",
        json!({"entity": "@bad:t", "recommendation": "fi.mau.meowlnir.unban"}),
    );
    assert!(!done(&settle(&mut snapshot), MembershipChange::Unban).is_empty());
}
