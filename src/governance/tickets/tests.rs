//! The tests of redeeming: who comes in, who does not and why, and what is forgotten.

use proptest::prelude::*;
use ruma::OwnedUserId;

use super::*;
use crate::{
    action::{Effect, MembershipChange, Recipient},
    community::{
        change::{Change, Membership},
        definition::Definition,
        record::{Grant, Record},
        snapshot::tests::{redeclare, settled},
    },
};

const NOW: Timestamp = Timestamp(1_000_000);

fn user(name: &str) -> OwnedUserId {
    format!("@{name}:s").try_into().unwrap()
}

fn est() -> Place {
    Place::Group("est".parse().unwrap())
}

fn the(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

/// Samir, who owns the community, gives a ticket; its id.
fn give(snapshot: &mut Snapshot, place: Place, role: Role, person: Option<&str>) -> String {
    give_by(snapshot, "samir", place, role, person)
}

fn give_by(
    snapshot: &mut Snapshot,
    by: &str,
    place: Place,
    role: Role,
    person: Option<&str>,
) -> String {
    let community = the(snapshot).clone();
    let mut deed = Deed::new(snapshot, &community, "$ticket", NOW);
    let order = Order {
        person: person.map(user),
        place,
        role,
        lasts: DEFAULT,
        by: user(by),
    };
    let ticket = make(&mut deed, order).expect("it may be made");
    let changes = deed.decision.changes;
    for change in &changes {
        snapshot.apply(change);
    }
    ticket.id
}

fn why(snapshot: &Snapshot, id: &str, who: &str) -> Result<(), Why> {
    let redeemed = redeem(snapshot, id, &user(who), "$use", NOW);
    redeemed.map(drop).map_err(|refused| refused.why)
}

/// Redeems, and brings what follows into the snapshot.
fn come_in(snapshot: &mut Snapshot, id: &str, who: &str) -> Decision {
    let redeemed = redeem(snapshot, id, &user(who), "$use", NOW);
    let decision = redeemed.expect("the ticket is good").decision;
    decision
        .changes
        .iter()
        .for_each(|change| snapshot.apply(change));
    decision
}

fn change(snapshot: &mut Snapshot, room: &str, who: &str, membership: Membership) {
    snapshot.apply(&Change::Member {
        room: room.try_into().unwrap(),
        user: user(who),
        membership,
        display_name: None,
    });
}

#[test]
fn who_has_a_ticket_is_invited_once_with_its_role_and_the_team_hears_of_it() {
    let mut snapshot = settled();
    let id = give(&mut snapshot, est(), Role::Moderator, None);
    let decision = come_in(&mut snapshot, &id, "new");
    let effects: Vec<_> = decision.actions.iter().map(|it| &it.effect).collect();
    let rooms = effects.iter().filter_map(|effect| match effect {
        Effect::Membership {
            room,
            user: who,
            change: MembershipChange::Invite,
            reason,
        } => {
            assert!(*who == user("new") && reason.as_ref().unwrap().contains("Nord"));
            Some(room.as_str())
        }
        _ => None,
    });
    assert_eq!(rooms.collect::<Vec<_>>(), ["!space:s", "!est:s"]);
    let told = |to: &Recipient| {
        effects
            .iter()
            .any(|it| matches!(it, Effect::Say { to: own, .. } if own == to))
    };
    assert!(told(&Recipient::Person(user("samir"))));
    assert!(told(&Recipient::Room("!admins:s".try_into().unwrap())));
    assert_eq!(
        the(&snapshot).role_in(&user("new"), &est()),
        Role::Moderator
    );
    assert_eq!(
        the(&snapshot).role(&user("new")),
        Role::Member,
        "in that group alone"
    );
    assert!(
        snapshot.rooms[<&ruma::RoomId>::try_from("!est:s").unwrap()]
            .invited
            .contains(&user("new"))
    );
    assert_eq!(why(&snapshot, &id, "new"), Err(Why::Done));
    assert_eq!(why(&snapshot, &id, "other"), Err(Why::Over));
}

#[test]
fn a_ticket_is_good_until_its_end_for_its_person_and_from_an_admitted_server() {
    let mut snapshot = settled();
    let id = give(&mut snapshot, Place::Space, Role::Member, Some("new"));
    assert_eq!(why(&snapshot, &id, "other"), Err(Why::NotYou));
    assert_eq!(why(&snapshot, "0", "new"), Err(Why::Unknown));
    assert_eq!(why(&snapshot, &id, "new"), Ok(()));
    let late = NOW.plus(DEFAULT + Duration::from_millis(1));
    let refused = redeem(&snapshot, &id, &user("new"), "$use", late).unwrap_err();
    assert_eq!(
        (refused.why, refused.text.key()),
        (Why::Over, "ticket-expired")
    );
    let open = give(&mut snapshot, Place::Space, Role::Member, None);
    let elsewhere: OwnedUserId = "@x:elsewhere".try_into().unwrap();
    let refused = redeem(&snapshot, &open, &elsewhere, "$use", NOW).unwrap_err();
    assert_eq!(refused.text.key(), "ticket-your-server");
    redeclare(&mut snapshot, |file| file.federate = true);
    assert!(redeem(&snapshot, &open, &elsewhere, "$use", NOW).is_ok());
    redeclare(&mut snapshot, |file| {
        file.servers.deny = vec!["elsewhere".to_owned()];
    });
    assert!(redeem(&snapshot, &open, &elsewhere, "$use", NOW).is_err());
}

#[test]
fn a_full_group_takes_nobody_and_the_ticket_stays_good() {
    let mut snapshot = settled();
    let cap = |most| move |file: &mut Definition| file.groups[0].max_members = Some(most);
    let id = give(&mut snapshot, est(), Role::Member, None);
    redeclare(&mut snapshot, cap(1));
    assert_eq!(why(&snapshot, &id, "new"), Err(Why::Full));
    assert!(the(&snapshot).records.tickets[&id].is_open(NOW));
    redeclare(&mut snapshot, cap(2));
    come_in(&mut snapshot, &id, "new");
    assert!(!the(&snapshot).records.tickets[&id].is_open(NOW));
}

#[test]
fn who_is_banned_stays_out_and_who_is_there_keeps_the_ticket_for_another() {
    let mut snapshot = settled();
    let id = give(&mut snapshot, est(), Role::Member, None);
    change(&mut snapshot, "!est:s", "banned", Membership::Ban);
    assert_eq!(why(&snapshot, &id, "banned"), Err(Why::NotYou));
    assert_eq!(why(&snapshot, &id, "member"), Err(Why::There));
    assert_eq!(why(&snapshot, &id, "hygie"), Err(Why::NotYou));
    change(&mut snapshot, "!est:s", "member", Membership::Leave);
    let decision = come_in(&mut snapshot, &id, "member");
    let invites = decision
        .actions
        .iter()
        .filter(|it| it.effect.name() == "invite");
    assert_eq!(invites.count(), 1, "only where they are not");
}

#[test]
fn what_was_decided_since_counts_ways_groups_and_who_gave_it() {
    let mut snapshot = settled();
    let id = give_by(&mut snapshot, "awa", est(), Role::Member, None);
    let mut other = snapshot.clone();
    redeclare(&mut other, |file| {
        file.groups[0].admission = Some([Way::Proposal].into());
    });
    assert_eq!(why(&other, &id, "new"), Err(Why::Over));
    let mut other = snapshot.clone();
    redeclare(&mut other, |file| {
        file.admission.ways = [Way::Proposal].into();
    });
    assert_eq!(
        why(&other, &id, "new"),
        Err(Why::Over),
        "they are not in the space yet"
    );
    let mut other = snapshot.clone();
    redeclare(&mut other, |file| file.groups[0].archived = true);
    assert_eq!(why(&other, &id, "new"), Err(Why::Over));
    let mut other = snapshot.clone();
    redeclare(&mut other, |file| file.groups[0].moderators.clear());
    assert_eq!(
        why(&other, &id, "new"),
        Err(Why::Over),
        "Awa moderates no longer"
    );
    assert_eq!(why(&snapshot, &id, "new"), Ok(()));
}

#[test]
fn a_role_is_never_lowered_and_not_given_by_who_may_not_any_more() {
    let mut snapshot = settled();
    let id = give_by(&mut snapshot, "samir", est(), Role::Facilitator, None);
    redeclare(&mut snapshot, |file| {
        file.owners = vec![user("zoe")];
        file.groups[0].moderators.push(user("samir"));
    });
    come_in(&mut snapshot, &id, "new");
    assert_eq!(the(&snapshot).role_in(&user("new"), &est()), Role::Member);
    let id = give_by(&mut snapshot, "zoe", est(), Role::Correspondent, None);
    let grant = Grant {
        user: user("high"),
        place: est(),
        role: Role::Moderator,
        until: None,
        by: user("zoe"),
        at: NOW,
    };
    let community = the(&snapshot).definition.id.clone();
    snapshot.apply(&Change::keep(&community, Record::Grant(grant)));
    come_in(&mut snapshot, &id, "high");
    assert_eq!(
        the(&snapshot).role_in(&user("high"), &est()),
        Role::Moderator
    );
}

#[test]
fn what_nobody_used_is_forgotten_after_a_month_and_only_once() {
    let mut snapshot = settled();
    let id = give(&mut snapshot, est(), Role::Member, None);
    let end = NOW.plus(DEFAULT);
    for quiet in [
        NOW,
        end,
        end.plus(REMEMBERED.saturating_sub(Duration::from_millis(1))),
    ] {
        assert_eq!(due(&snapshot, the(&snapshot), quiet), []);
    }
    let late = end.plus(REMEMBERED);
    let mut used = snapshot.clone();
    come_in(&mut used, &id, "new");
    assert_eq!(
        due(&used, the(&used), late),
        [],
        "who came in with it is known"
    );
    let due_now = due(&snapshot, the(&snapshot), late);
    assert_eq!(due_now, due(&snapshot, the(&snapshot), late));
    for (_, decision) in due_now {
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
    }
    assert!(the(&snapshot).records.tickets.is_empty());
    assert_eq!(due(&snapshot, the(&snapshot), late), []);
}

#[test]
fn a_link_is_given_where_there_is_an_address_and_the_warning_always() {
    let mut snapshot = settled();
    let token = Token::derive(&snapshot.hash_key, "$ticket");
    let said = |snapshot: &Snapshot| handed_over(snapshot, &token, Locale::Fr).plain(Locale::Fr);
    assert!(
        said(&snapshot).contains(&format!("rejoindre {token}"))
            && !said(&snapshot).contains("http")
    );
    snapshot.public_url = Some("https://chat.example.org/hygie".to_owned());
    assert!(said(&snapshot).contains(&format!("https://chat.example.org/hygie/join/{token}")));
    assert!(said(&snapshot).contains("⚠️"));
}

proptest! {
    /// Whoever tries whatever in whatever order: one ticket lets at most one person in, and nobody above its giver.
    #[test]
    fn a_ticket_lets_one_person_in(
        who in prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "member", "zoe", "hygie"]), 1..8),
        role in prop::sample::select(vec![Role::Member, Role::Correspondent, Role::Moderator]),
        at_space in any::<bool>(),
    ) {
        let mut snapshot = settled();
        let place = if at_space { Place::Space } else { est() };
        let id = give(&mut snapshot, place.clone(), role, None);
        let mut came = Vec::new();
        for name in who {
            let Ok(redeemed) = redeem(&snapshot, &id, &user(name), "$use", NOW).map(|it| it.decision) else { continue };
            for change in &redeemed.changes {
                snapshot.apply(change);
            }
            came.push(name);
            prop_assert!(the(&snapshot).role_in(&user(name), &place) <= Role::Moderator);
        }
        prop_assert!(came.len() <= 1, "{came:?}");
    }
}
