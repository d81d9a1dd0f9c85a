//! Mending leaves none of the risks that it says it mends, and can be taken back.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    action::Action,
    community::{change::Change, snapshot::tests::redeclare},
    decide,
    governance::risks::{
        self,
        tests::{calm, set_state},
    },
    reply::Locale,
};

const NOW: Timestamp = Timestamp(1_000);

fn community(snapshot: &Snapshot) -> &Community {
    snapshot.communities.values().next().unwrap()
}

/// What the homeserver does with these actions.
fn done(snapshot: &mut Snapshot, actions: Vec<Action>) {
    for action in actions {
        match action.effect {
            Effect::SetState {
                room,
                event_type,
                state_key,
                content,
            } => snapshot.apply(&Change::State {
                room,
                event_type,
                state_key,
                content,
                at: NOW,
            }),
            Effect::SetListing { room, listed } => {
                snapshot.apply(&Change::Listed { room, listed });
            }
            _ => {}
        }
    }
}

/// Mends, lets the planner act, and gives what was said to whom.
fn harden(snapshot: &mut Snapshot, with_encryption: bool) -> (Vec<Risk>, Vec<(String, String)>) {
    let by = "@samir:s".try_into().unwrap();
    let id = community(snapshot).definition.id.clone();
    let hardening = hardening(snapshot, community(snapshot), with_encryption);
    assert_eq!(hardening.definition.validate(), []);
    let mends = hardening.mends(snapshot, community(snapshot), NOW);
    let decision = {
        let mut deed = Deed::new(snapshot, community(snapshot), "$harden", NOW);
        carry_out(&mut deed, by, &hardening, None);
        deed.decision
    };
    decision.changes.iter().for_each(|it| snapshot.apply(it));
    let reviewed = decide::review(snapshot, &id, Timestamp(9));
    done(snapshot, reviewed.actions);
    (mends, said(&decision.actions))
}

fn said(actions: &[Action]) -> Vec<(String, String)> {
    let said = actions.iter().filter_map(|action| match &action.effect {
        Effect::Say {
            to: Recipient::Room(room),
            text,
            ..
        } => Some((room.to_string(), text.plain(Locale::En))),
        _ => None,
    });
    said.collect()
}

fn undo_all(snapshot: &mut Snapshot) -> Vec<(String, String)> {
    let by: &UserId = "@samir:s".try_into().unwrap();
    let hardened = community(snapshot).records.hardened.clone().unwrap();
    let decision = {
        let mut deed = Deed::new(snapshot, community(snapshot), "$undo", NOW);
        undo(&mut deed, by, &hardened).unwrap();
        deed.decision
    };
    decision.changes.iter().for_each(|it| snapshot.apply(it));
    let said = said(&decision.actions);
    done(snapshot, decision.actions);
    said
}

/// A community in which much is open, declared or by hand.
fn open() -> impl Strategy<Value = Snapshot> {
    let bits = prop::collection::vec(any::<bool>(), 16);
    let kinds = [
        Kind::Discussion,
        Kind::Support,
        Kind::CareTeam,
        Kind::FieldWatch,
    ];
    let histories = [
        History::Joined,
        History::Invited,
        History::Shared,
        History::WorldReadable,
    ];
    let kind = prop::sample::select(kinds.to_vec());
    let history = prop::sample::select(histories.to_vec());
    (bits, kind, history.clone(), history).prop_map(|(bit, kind, declared, by_hand)| {
        let mut snapshot = calm();
        snapshot.encrypts = bit[15];
        redeclare(&mut snapshot, |it| {
            it.access.public = bit[0];
            it.access.listed = bit[1];
            it.drift = if bit[2] {
                Drift::Report
            } else {
                Drift::Enforce
            };
            if bit[3] {
                it.admission.strangers = Strangers::Ignore;
            }
            it.official = bit[4].then_some(true);
            if bit[5] {
                it.reserved_names = vec!["Nord".to_owned()];
            }
            let group = &mut it.groups[0];
            group.kind = kind;
            group.access.public = bit[6];
            group.access.guests = bit[7];
            group.access.history = declared;
            group.photos = bit[8].then_some(Photos::Allowed);
            group.admission = bit[9].then(|| [Way::Roster, Way::OpenToSpace].into());
            group.max_members = bit[10].then_some(12);
            group.archived = bit[11] && bit[12];
        });
        let history = json!({"history_visibility": by_hand.as_str()});
        set_state(
            &mut snapshot,
            "!ouest:s",
            ("m.room.history_visibility", ""),
            history,
        );
        if bit[13] {
            let link = ("m.space.child", "!other:s");
            set_state(&mut snapshot, "!space:s", link, json!({"via": ["s"]}));
        }
        if bit[14] {
            let room = "!ouest:s".try_into().unwrap();
            snapshot.apply(&Change::Listed { room, listed: true });
        }
        snapshot
    })
}

/// What settings alone can mend: never there afterwards.
const MENDED: [&str; 11] = [
    "open-to-everybody",
    "history-for-everybody",
    "history-for-newcomers",
    "listed",
    "guests",
    "open-to-space",
    "undeclared-rooms",
    "lax-admission",
    "photos-undecided",
    "name-engages",
    "not-encrypted",
];

proptest! {
    #[test]
    fn no_risk_that_it_says_it_mends_is_left_and_nothing_that_settings_can_mend(snapshot in open()) {
        let mut snapshot = snapshot;
        let before = risks::risks(&snapshot, community(&snapshot), NOW);
        let (mends, _) = harden(&mut snapshot, true);
        let after = risks::risks(&snapshot, community(&snapshot), NOW);
        for risk in &mends {
            let left = after.iter().any(|it| it.name == risk.name && it.place == risk.place);
            prop_assert!(!left, "{risk:?}");
        }
        for risk in &after {
            prop_assert!(!MENDED.contains(&risk.name), "{risk:?}");
        }
        for risk in before.iter().filter(|risk| MENDED.contains(&risk.name)) {
            prop_assert!(mends.iter().any(|it| it.name == risk.name && it.place == risk.place), "{risk:?} is not announced");
        }
        prop_assert!(hardening(&snapshot, community(&snapshot), true).is_empty());
    }

    #[test]
    fn an_undo_gives_the_same_community_again(snapshot in open()) {
        let mut snapshot = snapshot;
        let before = community(&snapshot).definition.clone();
        harden(&mut snapshot, false);
        undo_all(&mut snapshot);
        prop_assert_eq!(&community(&snapshot).definition, &before);
        // What was declared open is open again.
        for place in desired::places(community(&snapshot)) {
            let declared = desired::access(community(&snapshot), &place);
            let now = access::effective(&snapshot, community(&snapshot), &place);
            prop_assert_eq!(declared, now);
        }
    }
}

#[test]
fn each_room_is_told_what_changes_for_it_and_why_and_what_is_about_all_with_the_announcements() {
    let mut snapshot = calm();
    redeclare(&mut snapshot, |it| {
        it.access.listed = true;
        it.groups[0].access.public = true;
        it.admission.strangers = Strangers::Ignore;
    });
    let (_, told) = harden(&mut snapshot, false);
    let rooms: Vec<_> = told.iter().map(|(room, _)| room.as_str()).collect();
    assert_eq!(rooms, ["!announcements:s", "!est:s"], "{told:?}");
    assert!(
        told[0]
            .1
            .contains("Nord no longer stands in the public directory"),
        "{told:?}"
    );
    assert!(
        told[1].1.contains("one comes in by invitation") && told[1].1.contains("Why:"),
        "{told:?}"
    );
    let told = undo_all(&mut snapshot);
    assert_eq!(told.len(), 2);
    assert!(
        told.iter()
            .any(|(_, text)| text.contains("without an invitation again")),
        "{told:?}"
    );
}

#[test]
fn encryption_is_turned_on_only_when_somebody_asks_and_stays_when_the_rest_is_undone() {
    let mut snapshot = calm();
    snapshot.encrypts = true;
    redeclare(&mut snapshot, |it| it.groups[0].kind = Kind::CareTeam);
    let without = hardening(&snapshot, community(&snapshot), false);
    let est = Place::Group("est".parse().unwrap());
    assert_eq!(without.to_encrypt, std::slice::from_ref(&est));
    assert!(!without.definition.groups[0].encryption);
    harden(&mut snapshot, true);
    let group = |snapshot: &Snapshot| community(snapshot).group(&"est".parse().unwrap()).cloned();
    assert!(group(&snapshot).unwrap().encryption);
    undo_all(&mut snapshot);
    assert!(group(&snapshot).unwrap().encryption);
}
