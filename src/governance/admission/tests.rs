//! Comings and goings: who was let in, who was not, and who knocks.

use serde_json::json;

use super::*;
use crate::{
    action::{Effect, MembershipChange},
    commands::testing::{self, NOW, user},
    community::{
        change::Change,
        definition::{Definition, Strangers, Way},
        record::Application,
    },
    event::{Event, EventKind},
    governance,
};

/// The community of the commands' tests, as `change` declares it.
pub(in crate::governance) fn world(change: impl FnOnce(&mut Definition)) -> Snapshot {
    let mut snapshot = testing::snapshot();
    let rooms: Vec<_> = snapshot.rooms.keys().cloned().collect();
    for room in rooms {
        snapshot.apply(&Change::Known { room });
    }
    let community = testing::community(&snapshot);
    let mut definition = community.definition.clone();
    change(&mut definition);
    let change = community.redeclared(definition);
    snapshot.apply(&change);
    snapshot
}

/// The membership of somebody becomes `after`; what follows is brought into the snapshot.
pub(in crate::governance) fn becomes(
    snapshot: &mut Snapshot,
    room: &str,
    (who, sender): (&str, &str),
    after: Membership,
) -> Decision {
    let (room, who) = (format!("!{room}:example.org"), user(who));
    let event = Event {
        id: format!("$m{}", snapshot.rooms[room.as_str()].changes)
            .try_into()
            .unwrap(),
        room: room.as_str().try_into().unwrap(),
        sender: user(sender),
        at: NOW,
        kind: EventKind::State {
            event_type: "m.room.member".to_owned(),
            state_key: who.to_string(),
            content: json!({"membership": after.name()}),
        },
    };
    let mut decision = Decision::default();
    decision.changes.push(Change::Member {
        room: event.room.clone(),
        user: who.clone(),
        membership: after,
        display_name: None,
    });
    {
        let (community, room) = snapshot.located(&event.room).unwrap();
        let moved = Moved {
            snapshot,
            community,
            room,
            event: &event,
            user: &who,
            before: room.membership(&who),
            after,
            reason: "",
            now: NOW,
        };
        governance::on_member(&moved, &mut decision);
    }
    let changes = decision.changes.iter();
    changes.for_each(|change| snapshot.apply(change));
    decision
}

/// What was said, in order.
pub(in crate::governance) fn told(decision: &Decision) -> Vec<&str> {
    let effects = testing::effects(decision);
    let texts = effects.filter_map(|effect| match effect {
        Effect::Say { text, .. } => Some(text.key()),
        _ => None,
    });
    texts.collect()
}

fn kicked(decision: &Decision) -> usize {
    let effects = testing::effects(decision);
    let kicks = effects.filter(|effect| {
        matches!(
            effect,
            Effect::Membership {
                change: MembershipChange::Kick,
                ..
            }
        )
    });
    kicks.count()
}

fn strangers(snapshot: &Snapshot) -> usize {
    testing::community(snapshot).records.strangers.len()
}

/// Everything that is due after so many hours, brought into the snapshot.
fn due_after(snapshot: &mut Snapshot, hours: i64) -> Vec<Decision> {
    let now = Timestamp(NOW.0 + hours * 3_600_000);
    let community = testing::community(snapshot).clone();
    let decisions = due(snapshot, &community, now).into_iter();
    let decisions: Vec<_> = decisions.map(|(_, decision)| decision).collect();
    for decision in &decisions {
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
    }
    decisions
}

#[test]
fn an_invitation_by_who_may_not_is_withdrawn_and_explained() {
    let mut snapshot = world(|_| {});
    let decision = becomes(&mut snapshot, "est", ("zed", "ben"), Membership::Invite);
    assert_eq!(
        (kicked(&decision), told(&decision)),
        (1, vec!["invite-withdrawn"])
    );
    assert!(testing::body(&decision).contains("proposer @zed:example.org pour secteur-est"));
    assert_eq!(decision.audit[0].action, "invite-withdrawn");
    let own = becomes(&mut snapshot, "est", ("zoe", "awa"), Membership::Invite);
    assert_eq!((kicked(&own), told(&own).len()), (0, 0), "she moderates it");
    let elsewhere = becomes(&mut snapshot, "ouest", ("zoe", "awa"), Membership::Invite);
    assert_eq!(kicked(&elsewhere), 1);
    let closed = |definition: &mut Definition| {
        definition.groups[0].admission = Some([Way::Ticket].into());
    };
    let mut snapshot = world(closed);
    let moderator = becomes(&mut snapshot, "est", ("zed", "awa"), Membership::Invite);
    assert_eq!(kicked(&moderator), 1, "moderators do not invite there");
    let owner = becomes(&mut snapshot, "est", ("zoe", "samir"), Membership::Invite);
    assert_eq!(kicked(&owner), 0);
}

#[test]
fn nobody_invites_who_is_banned_or_into_a_full_group() {
    let mut snapshot = world(|definition| definition.groups[0].max_members = Some(2));
    snapshot.apply(&testing::member(
        "!space:example.org",
        "mal",
        Membership::Ban,
    ));
    let banned = becomes(&mut snapshot, "ouest", ("mal", "samir"), Membership::Invite);
    assert_eq!(kicked(&banned), 1);
    assert!(testing::body(&banned).contains("est exclu"));
    let full = becomes(&mut snapshot, "est", ("zed", "awa"), Membership::Invite);
    assert_eq!(kicked(&full), 1);
    assert!(testing::body(&full).contains("liste d’attente"));
    let place = Place::Group("secteur-est".parse().unwrap());
    let records = &testing::community(&snapshot).records;
    assert!(records.is_waiting(&place, &user("zed")));
    let moderator = becomes(&mut snapshot, "est", ("nadia", "awa"), Membership::Invite);
    assert_eq!(kicked(&moderator), 0, "who moderates takes no seat");
}

#[test]
fn who_was_let_in_is_no_stranger() {
    let mut snapshot = world(|definition| {
        definition.groups[1].admission = Some([Way::Roster].into());
        definition.groups[1].members = vec![user("named")];
    });
    becomes(
        &mut snapshot,
        "space",
        ("guest", "samir"),
        Membership::Invite,
    );
    becomes(&mut snapshot, "space", ("guest", "guest"), Membership::Join);
    for (room, who) in [
        ("space", "named"),
        ("ouest", "named"),
        ("ouest", "lea"),
        ("est", "guest"),
        ("est", "named"),
    ] {
        becomes(&mut snapshot, room, (who, who), Membership::Join);
    }
    assert_eq!(strangers(&snapshot), 0);
    becomes(&mut snapshot, "ouest", ("guest", "guest"), Membership::Join);
    assert_eq!(strangers(&snapshot), 1, "not open to the space");
}

#[test]
fn a_stranger_is_told_of_muted_and_removed_a_day_later_from_everywhere() {
    let mut snapshot = world(|definition| definition.admission.strangers = Strangers::Remove);
    let seen = becomes(&mut snapshot, "space", ("zed", "zed"), Membership::Join);
    assert_eq!(told(&seen), ["stranger-told-muted", "strangers-seen"]);
    assert_eq!(seen.review.len(), 1, "the planner mutes");
    becomes(&mut snapshot, "est", ("zed", "zed"), Membership::Join);
    assert_eq!(strangers(&snapshot), 2, "the space lets no stranger in");
    let community = testing::community(&snapshot);
    let place = Place::Group("secteur-est".parse().unwrap());
    let room = room(&snapshot, community, &place);
    let levels = power::desired(community, &place, room, &snapshot.bot);
    assert_eq!(levels["users"][user("zed").as_str()], -1);
    assert_eq!(due_after(&mut snapshot, 23), []);
    let removed = due_after(&mut snapshot, 24);
    let kicks: usize = removed.iter().map(kicked).sum();
    assert!(kicks >= 2, "{removed:?}");
    assert_eq!(
        (strangers(&snapshot), due_after(&mut snapshot, 25)),
        (0, vec![])
    );
}

#[test]
fn who_leads_vouches_for_a_stranger() {
    let mut snapshot = world(|definition| definition.admission.strangers = Strangers::Remove);
    becomes(&mut snapshot, "est", ("zed", "zed"), Membership::Join);
    let settings = testing::admins();
    let list = testing::say(&snapshot, &settings, "awa", "inconnus");
    assert!(testing::body(&list).contains("@zed:example.org"));
    let no = testing::say(&snapshot, &settings, "ben", "admettre @zed:example.org");
    assert_eq!(testing::reply(&no).key(), "not-allowed");
    let yes = testing::apply(&mut snapshot, &settings, "awa", "admettre tous dans est");
    assert_eq!(testing::reply(&yes).key(), "vouch-done-all");
    assert!(format!("{:?}", yes.actions).contains("stranger-welcome"));
    assert_eq!((strangers(&snapshot), yes.review.len()), (0, 1));
    assert_eq!(due_after(&mut snapshot, 48), []);
    let none = testing::say(&snapshot, &settings, "awa", "vouch @zed:example.org");
    assert_eq!(testing::reply(&none).key(), "vouch-nobody");
}

#[test]
fn who_goes_or_gets_a_role_is_no_stranger_any_more() {
    let mut snapshot = world(|_| {});
    becomes(&mut snapshot, "est", ("zed", "zed"), Membership::Join);
    becomes(&mut snapshot, "est", ("zoe", "zoe"), Membership::Join);
    assert_eq!(strangers(&snapshot), 2);
    becomes(&mut snapshot, "est", ("zed", "samir"), Membership::Leave);
    let community = testing::community(&snapshot);
    let mut definition = community.definition.clone();
    definition.moderators.push(user("zoe"));
    let change = community.redeclared(definition);
    snapshot.apply(&change);
    assert_eq!(due_after(&mut snapshot, 1).len(), 1);
    assert_eq!(strangers(&snapshot), 0);
}

#[test]
fn in_a_room_that_existed_before_everybody_who_was_not_let_in_is_named_once() {
    let mut snapshot = world(|definition| {
        definition.admission.strangers = Strangers::Remove;
        definition.groups[0].room = Some("!est:example.org".to_owned());
        definition.groups[0].admission = Some([Way::Ticket].into());
    });
    let found = due_after(&mut snapshot, 0);
    assert_eq!(
        (found.len(), strangers(&snapshot)),
        (1, 2),
        "ben and camille"
    );
    assert_eq!(due_after(&mut snapshot, 1), []);
    let line = "vouch all in secteur-est";
    testing::apply(&mut snapshot, &testing::admins(), "samir", line);
    assert_eq!(due_after(&mut snapshot, 2), []);
    let room = &snapshot.rooms["!est:example.org"];
    assert!(room.under_way.is_empty(), "they take one seat, not two");
    becomes(&mut snapshot, "est", ("zed", "samir"), Membership::Invite);
    becomes(&mut snapshot, "est", ("zed", "zed"), Membership::Join);
    assert_eq!(due_after(&mut snapshot, 3), []);
}

fn knock_world() -> Snapshot {
    world(|definition| {
        definition.groups[1].admission = Some([Way::Knock].into());
        definition.admission.conflicts_of_interest = vec!["banque".to_owned()];
    })
}

/// Zed knocks at the West and answers.
fn apply_for(snapshot: &mut Snapshot, affiliation: &str) {
    let asked = becomes(snapshot, "ouest", ("zed", "zed"), Membership::Knock);
    assert_eq!(told(&asked), ["interview-begin"]);
    for (number, line) in [affiliation, "caissier", "aider"].into_iter().enumerate() {
        let mut event = testing::event("zed", "!dm:example.org", line);
        event.id = format!("$a{number}").try_into().unwrap();
        let decision = interview::answer(snapshot, &event, line, NOW).unwrap();
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
    }
}

fn application(snapshot: &Snapshot) -> Option<Application> {
    let cards = testing::community(snapshot).records.cards.values();
    let mut applications = cards.filter_map(|card| match &card.matter {
        Matter::Application(application) => Some(application.clone()),
        _ => None,
    });
    applications.next()
}

#[test]
fn a_knock_leads_to_questions_and_a_refusal_takes_it_away() {
    let mut snapshot = knock_world();
    apply_for(&mut snapshot, "La Banque du Nord");
    let applied = application(&snapshot).unwrap();
    assert_eq!(applied.conflicts, ["banque"]);
    assert!(applied.knocked);
    let id = testing::community(&snapshot).records.cards.keys().next();
    let line = format!("refuser {} parce que conflit", id.unwrap());
    let refused = testing::apply(&mut snapshot, &testing::admins(), "lea", &line);
    assert_eq!(kicked(&refused), 1);
    assert!(told(&refused).contains(&"application-refused"));
    assert_eq!(application(&snapshot), None);
    let told: Vec<_> = testing::effects(&refused)
        .filter(|effect| matches!(effect, Effect::Say { text, .. } if text.key() == "application-refused"))
        .collect();
    assert!(!format!("{told:?}").contains("conflit"), "the reason stays");
}

#[test]
fn who_invites_a_knocking_person_by_hand_is_one_reviewer_and_no_more() {
    let mut snapshot = knock_world();
    apply_for(&mut snapshot, "banque");
    let first = becomes(&mut snapshot, "ouest", ("zed", "samir"), Membership::Invite);
    assert_eq!(kicked(&first), 1);
    assert!(told(&first).contains(&"application-one-more"));
    becomes(&mut snapshot, "ouest", ("zed", "hygie"), Membership::Leave);
    assert!(application(&snapshot).is_some());
    let second = becomes(&mut snapshot, "ouest", ("zed", "lea"), Membership::Invite);
    assert_eq!((kicked(&second), application(&snapshot)), (0, None));
}

#[test]
fn a_knock_that_is_taken_back_is_forgotten_and_one_where_none_is_taken_is_answered() {
    let mut snapshot = knock_world();
    apply_for(&mut snapshot, "hôpital");
    let gone = becomes(&mut snapshot, "ouest", ("zed", "zed"), Membership::Leave);
    assert_eq!(told(&gone), ["application-taken-back"]);
    assert_eq!(application(&snapshot), None);
    let elsewhere = becomes(&mut snapshot, "est", ("zed", "zed"), Membership::Knock);
    assert_eq!(
        (kicked(&elsewhere), told(&elsewhere)),
        (1, vec!["request-not-here"])
    );
}

#[test]
fn the_team_is_reminded_of_a_card_once() {
    let mut snapshot = knock_world();
    apply_for(&mut snapshot, "hôpital");
    assert_eq!(due_after(&mut snapshot, 47), []);
    let reminded = due_after(&mut snapshot, 48);
    assert_eq!(told(&reminded[0]), ["card-waits"]);
    assert_eq!(due_after(&mut snapshot, 100), []);
}

#[test]
fn a_proposal_that_is_approved_invites_and_one_that_is_refused_is_kindly_answered() {
    let mut snapshot = world(|_| {});
    let line = "propose @zed:example.org for secteur-est because voisine";
    testing::apply(&mut snapshot, &testing::direct(), "ben", line);
    let id = testing::community(&snapshot).records.cards.keys().next();
    let id = id.unwrap().to_string();
    let yes = format!("approve {id}");
    let no = testing::say(&snapshot, &testing::direct(), "ben", &yes);
    assert_eq!(testing::reply(&no).key(), "not-allowed");
    let refused = testing::say(
        &snapshot,
        &testing::admins(),
        "awa",
        &format!("refuse {id} because plus tard"),
    );
    let kindly = testing::effects(&refused)
        .any(|it| matches!(it, Effect::Say { text, .. } if text.plain(crate::reply::Locale::Fr).contains("plus tard")));
    assert!(kindly);
    let approved = testing::apply(&mut snapshot, &testing::admins(), "awa", &yes);
    let invited = testing::effects(&approved).filter(|it| it.name() == "invite");
    assert_eq!(invited.count(), 2, "to the space and to the group");
    let detail = approved.audit[0].detail.clone().unwrap();
    assert_eq!(detail, "@ben:example.org", "the reason goes with the card");
    let again = testing::say(&snapshot, &testing::admins(), "awa", &yes);
    assert_eq!(testing::reply(&again).key(), "card-unknown");
}
