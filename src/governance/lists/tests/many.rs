//! What hits many is asked first; servers.

use super::*;

fn card(snapshot: &Snapshot) -> &Card {
    let mut cards = snapshot.communities[&nord()].records.cards.values();
    cards
        .find(|it| matches!(it.matter, Matter::Listed { .. }))
        .unwrap()
}

fn answer(snapshot: &mut Snapshot, who: &str, yes: bool) -> Result<Decision, Text> {
    let event = Event {
        id: "$answer".try_into().unwrap(),
        room: "!admins:s".try_into().unwrap(),
        sender: user(who),
        at: NOW,
        kind: EventKind::Encrypted,
    };
    let decision = answered(&Answer {
        snapshot,
        community: &snapshot.communities[&nord()],
        card: card(snapshot),
        event: &event,
        yes,
        reason: None,
        now: NOW,
    })?;
    apply(snapshot, &decision);
    Ok(decision)
}

#[test]
fn what_hits_many_waits_for_an_admin() {
    for yes in [true, false] {
        let mut snapshot = reading(Trust::Enforce, &["@crowd*:t"]);
        for number in 0..=20 {
            joins(&mut snapshot, "space", &format!("@crowd{number}:t"));
        }
        // Enough others that it is not most of a room.
        for number in 0..40 {
            joins(&mut snapshot, "space", &format!("@calm{number}:t"));
        }
        let all = settle(&mut snapshot);
        assert_eq!(done(&all, MembershipChange::Ban), []);
        assert!(told(&all).contains(&"lists-hits-many".to_owned()));
        assert!(all.actions.iter().any(|it| matches!(&it.effect, Effect::Card { to: Recipient::Room(room), .. } if room == "!admins:s")));
        assert!(answer(&mut snapshot, "@zoe:s", true).is_err(), "for admins");
        // Who comes meanwhile is not banned either.
        let came = member_event(&snapshot, "est", "@crowd99:t", "@crowd99:t", "join");
        assert_eq!(done(&came, MembershipChange::Ban), []);
        answer(&mut snapshot, "@samir:s", yes).unwrap();
        let banned = done(&settle(&mut snapshot), MembershipChange::Ban).len();
        let places = snapshot.communities[&nord()].places.len();
        assert_eq!(banned, if yes { 21 * places } else { 0 });
        assert!(snapshot.communities[&nord()].records.cards.is_empty());
    }
}

#[test]
fn what_hits_most_of_a_group_waits_for_an_admin() {
    let mut snapshot = reading(Trust::Enforce, &["@few*:t"]);
    for number in 0..5 {
        joins(&mut snapshot, "est", &format!("@few{number}:t"));
    }
    assert!(told(&settle(&mut snapshot)).contains(&"lists-hits-many".to_owned()));
    let mut snapshot = reading(Trust::Enforce, &["@few*:t"]);
    for number in 0..4 {
        joins(&mut snapshot, "est", &format!("@few{number}:t"));
    }
    assert!(
        !told(&settle(&mut snapshot)).contains(&"lists-hits-many".to_owned()),
        "half is not most"
    );
}

#[test]
fn servers_of_lists_in_force_are_denied_until_no_list_names_them() {
    let mut snapshot = reading(Trust::Notify, &[]);
    redeclare(&mut snapshot, |it| it.federate = true);
    rule(&mut snapshot, "m.policy.rule.server", "*.evil.org", "m.ban");
    rule(
        &mut snapshot,
        "org.matrix.mjolnir.rule.server",
        "Evil.org",
        "m.ban",
    );
    settle(&mut snapshot);
    assert_eq!(acl(&snapshot), None, "only told");
    let trusted = List {
        trust: Trust::Enforce,
        compared: None,
        ..list(&snapshot).clone()
    };
    keep(&mut snapshot, Record::List(Box::new(trusted)));
    let all = settle(&mut snapshot);
    assert!(all.review.contains(&nord()));
    let wanted =
        json!({"allow": ["*"], "deny": ["*.evil.org", "evil.org"], "allow_ip_literals": false});
    assert_eq!(acl(&snapshot), Some(wanted));
    pushed(
        &mut snapshot,
        "m.policy.rule.server",
        "rule:*.evil.org",
        json!({}),
    );
    pushed(
        &mut snapshot,
        "org.matrix.mjolnir.rule.server",
        "rule:Evil.org",
        json!({}),
    );
    settle(&mut snapshot);
    let open = json!({"allow": ["*"], "deny": [], "allow_ip_literals": false});
    assert_eq!(acl(&snapshot), Some(open), "what was set is taken back");
}

#[test]
fn a_server_that_many_here_are_from_waits_for_an_admin() {
    let mut snapshot = reading(Trust::Enforce, &[]);
    redeclare(&mut snapshot, |it| it.federate = true);
    rule(&mut snapshot, "m.policy.rule.server", "t", "m.ban");
    for number in 0..21 {
        joins(&mut snapshot, "space", &format!("@p{number}:t"));
    }
    let all = settle(&mut snapshot);
    assert!(told(&all).contains(&"lists-hits-many".to_owned()));
    assert_eq!(acl(&snapshot), None);
    answer(&mut snapshot, "@samir:s", true).unwrap();
    settle(&mut snapshot);
    assert_eq!(acl(&snapshot).unwrap()["deny"], json!(["t"]));
}

#[test]
fn a_server_named_by_a_hash_is_denied_once_somebody_is_from_there() {
    let mut snapshot = reading(Trust::Enforce, &[]);
    redeclare(&mut snapshot, |it| it.federate = true);
    let hash = sha256_of("evil.org");
    pushed(
        &mut snapshot,
        "m.policy.rule.server",
        "h",
        json!({"recommendation": "m.takedown", "org.matrix.msc4205.hashes": {"sha256": hash}}),
    );
    settle(&mut snapshot);
    assert_eq!(acl(&snapshot), None);
    let came = member_event(&snapshot, "est", "@a:evil.org", "@a:evil.org", "join");
    apply(&mut snapshot, &came);
    settle(&mut snapshot);
    assert_eq!(acl(&snapshot).unwrap()["deny"], json!(["evil.org"]));
}

fn sha256_of(name: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(name))
}
