//! Each risk is found where it is, and names the command that mends it.

use serde_json::{Value, json};

use super::*;
use crate::{
    community::{
        change::{Change, Membership},
        definition::{Acceptance, Definition, History, Kind, Photos, Strangers, Way},
        record::{Active, Person, Record, Stranger},
        snapshot::tests::{redeclare, settled},
    },
    reply::Locale,
};

const DAY: i64 = 24 * 3_600_000;
const NOW: Timestamp = Timestamp(100 * DAY);

/// A community of which there is nothing to say.
pub(crate) fn calm() -> Snapshot {
    let mut snapshot = settled();
    redeclare(&mut snapshot, |file| {
        file.admins = vec!["@lea:s".try_into().unwrap()];
        file.official = Some(true);
        file.contact = Some("@samir:s".try_into().unwrap());
        file.code_of_conduct.acceptance = Acceptance::Asked;
        for group in &mut file.groups {
            group.photos = Some(Photos::Team);
        }
    });
    snapshot
}

pub(crate) fn set_state(snapshot: &mut Snapshot, room: &str, event: (&str, &str), content: Value) {
    snapshot.apply(&Change::State {
        room: room.try_into().unwrap(),
        event_type: event.0.to_owned(),
        state_key: event.1.to_owned(),
        content,
        at: Timestamp(2),
    });
}

fn keep(snapshot: &mut Snapshot, record: Record) {
    let id = snapshot.communities.keys().next().unwrap().clone();
    snapshot.apply(&Change::keep(&id, record));
}

fn found(snapshot: &Snapshot) -> Vec<(&'static str, String, String)> {
    let community = snapshot.communities.values().next().unwrap();
    let risks = risks(snapshot, community, NOW);
    for risk in &risks {
        for locale in [Locale::Fr, Locale::En] {
            let said = risk.detail.plain(locale);
            assert!(
                !said.starts_with("risk-") && !said.contains('{'),
                "{} is not said in {locale:?}: {said}",
                risk.name
            );
        }
    }
    risks
        .into_iter()
        .map(|risk| (risk.name, risk.place.to_string(), risk.mend))
        .collect()
}

/// In a calm community that was changed so, there is this risk alone.
fn alone(change: impl FnOnce(&mut Snapshot), name: &str, place: &str, mend: &str) {
    let mut snapshot = calm();
    change(&mut snapshot);
    let found = found(&snapshot);
    let [(found_name, found_place, found_mend)] = &found[..] else {
        panic!("{name} alone expected: {found:?}");
    };
    assert_eq!(
        (*found_name, found_place.as_str(), found_mend.as_str()),
        (name, place, mend)
    );
}

fn declared(change: impl FnOnce(&mut Definition)) -> impl FnOnce(&mut Snapshot) {
    |snapshot| redeclare(snapshot, change)
}

#[test]
fn a_community_that_is_run_well_has_no_risk() {
    assert_eq!(found(&calm()), []);
    assert_eq!(level(&[]), Level::Calm);
}

#[test]
fn what_is_declared_open_is_mended_by_its_setting() {
    alone(
        declared(|it| it.groups[0].access.public = true),
        "open-to-everybody",
        "est",
        "group set est access.public = false",
    );
    alone(
        declared(|it| it.access.public = true),
        "open-to-everybody",
        "space",
        "community set access.public = false",
    );
    alone(
        declared(|it| it.groups[0].access.history = History::WorldReadable),
        "history-for-everybody",
        "est",
        "group set est access.history = joined",
    );
    alone(
        declared(|it| it.groups[1].access.history = History::Shared),
        "history-for-newcomers",
        "ouest",
        "group set ouest access.history = joined",
    );
    alone(
        declared(|it| it.groups[0].access.listed = true),
        "listed",
        "est",
        "group set est access.listed = false",
    );
    alone(
        declared(|it| it.groups[0].access.guests = true),
        "guests",
        "est",
        "group set est access.guests = false",
    );
}

#[test]
fn what_somebody_opened_by_hand_is_mended_by_putting_it_back() {
    let by_hand = |event_type: &'static str, content: Value| {
        move |snapshot: &mut Snapshot| set_state(snapshot, "!est:s", (event_type, ""), content)
    };
    for (event_type, content, name) in [
        (
            "m.room.join_rules",
            json!({"join_rule": "public"}),
            "open-to-everybody",
        ),
        (
            "m.room.history_visibility",
            json!({"history_visibility": "world_readable"}),
            "history-for-everybody",
        ),
        (
            "m.room.history_visibility",
            json!({"history_visibility": "shared"}),
            "history-for-newcomers",
        ),
        (
            "m.room.guest_access",
            json!({"guest_access": "can_join"}),
            "guests",
        ),
    ] {
        alone(by_hand(event_type, content), name, "est", "apply");
    }
    let listed = |snapshot: &mut Snapshot| {
        snapshot.apply(&Change::Listed {
            room: "!est:s".try_into().unwrap(),
            listed: true,
        });
    };
    alone(listed, "listed", "est", "apply");
    let linked = |snapshot: &mut Snapshot| {
        let link = ("m.space.child", "!other:s");
        set_state(snapshot, "!space:s", link, json!({"via": ["s"]}));
    };
    alone(linked, "undeclared-rooms", "space", "apply");
}

#[test]
fn lax_admission_is_found_in_the_community_and_in_groups_that_speak_of_health() {
    alone(
        declared(|it| it.admission.strangers = Strangers::Ignore),
        "lax-admission",
        "space",
        "community set admission.strangers = report",
    );
    let open = |it: &mut Definition| {
        it.groups[0].kind = Kind::CareTeam;
        it.groups[0].admission = Some([Way::Roster, Way::OpenToSpace].into());
    };
    let mut snapshot = calm();
    redeclare(&mut snapshot, open);
    snapshot.encrypts = true;
    let found = found(&snapshot);
    let expected = (
        "open-to-space",
        "est".to_owned(),
        "group set est admission = [roster]".to_owned(),
    );
    assert!(found.contains(&expected), "{found:?}");
    let expected = (
        "not-encrypted",
        "est".to_owned(),
        "group set est encryption = true".to_owned(),
    );
    assert!(found.contains(&expected), "{found:?}");
}

#[test]
fn groups_that_should_be_encrypted_need_keys_first() {
    let support = |snapshot: &mut Snapshot| {
        redeclare(snapshot, |it| it.groups[0].kind = Kind::Support);
        let rule = json!({"join_rule": "invite"});
        set_state(snapshot, "!est:s", ("m.room.join_rules", ""), rule);
    };
    alone(support, "no-keys", "space", "hygie crypto init");
}

#[test]
fn photos_names_conduct_and_contact_that_nobody_decided_are_found() {
    alone(
        declared(|it| it.groups[1].photos = None),
        "photos-undecided",
        "ouest",
        "group set ouest photos = team",
    );
    alone(
        declared(|it| it.official = None),
        "official-not-said",
        "space",
        "community set official = false",
    );
    let engages = |it: &mut Definition| {
        it.official = None;
        it.reserved_names = vec!["nórd".to_owned()];
    };
    alone(
        declared(engages),
        "name-engages",
        "space",
        "community set official = false",
    );
    let group = |it: &mut Definition| {
        it.official = Some(false);
        it.reserved_names = vec!["ouest".to_owned(), "est".to_owned()];
        it.groups[0].name = "L’estrade".to_owned();
    };
    alone(
        declared(group),
        "group-name-engages",
        "ouest",
        "group set ouest name = …",
    );
    alone(
        declared(|it| it.code_of_conduct.acceptance = Acceptance::None),
        "conduct-not-accepted",
        "space",
        "community set code_of_conduct.acceptance = asked",
    );
    alone(
        declared(|it| it.contact = None),
        "no-contact",
        "space",
        "community set contact = @samir:s",
    );
    alone(
        declared(|it| it.federate = true),
        "federates-with-everybody",
        "space",
        "community set servers.allow = [s]",
    );
}

#[test]
fn who_runs_the_community_is_counted_while_they_are_heard_of() {
    alone(
        declared(|it| it.admins.clear()),
        "few-admins",
        "space",
        "grant @… admin",
    );
    let many = |it: &mut Definition| it.safeguards.groups_per_admin = 1;
    let mut snapshot = calm();
    redeclare(&mut snapshot, many);
    assert_eq!(found(&snapshot), [], "two groups, two admins");
    alone(
        |snapshot| {
            redeclare(snapshot, |it| {
                many(it);
                let mut third = it.groups[0].clone();
                third.id = "sud".parse().unwrap();
                it.groups.push(third);
            });
        },
        "groups-per-admin",
        "space",
        "grant @… admin",
    );
    alone(
        declared(|it| it.moderators.clear()),
        "no-moderator",
        "ouest",
        "grant @… moderator in ouest",
    );
}

#[test]
fn moderators_who_are_not_heard_of_are_as_good_as_none() {
    let silent = |snapshot: &mut Snapshot| {
        set_state(
            snapshot,
            "!space:s",
            ("m.room.create", ""),
            json!({"room_version": "12"}),
        );
        for (name, day) in [("samir", 99), ("lea", 80), ("zoe", 60), ("awa", 90)] {
            let user = format!("@{name}:s").try_into().unwrap();
            let at = Timestamp(day * DAY);
            keep(snapshot, Record::Active(Active { user, at }));
        }
    };
    alone(
        silent,
        "moderators-silent",
        "ouest",
        "grant @… moderator in ouest",
    );
}

#[test]
fn people_who_should_not_be_there_are_counted_and_not_named() {
    let banker = |snapshot: &mut Snapshot| {
        redeclare(snapshot, |it| {
            it.admission.conflicts_of_interest = vec!["Banqué".to_owned()];
        });
        for (name, profession) in [
            ("member", "Conseiller de banques"),
            ("absent", "banque"),
            ("zoe", "Soins"),
        ] {
            let mut person = Person::new(&format!("@{name}:s"));
            person.profession = profession.to_owned();
            keep(snapshot, Record::Person(Box::new(person)));
        }
    };
    alone(banker, "conflicting-profiles", "space", "review members");
    let stranger = |snapshot: &mut Snapshot| {
        for place in ["est", "ouest"] {
            let stranger = Stranger {
                user: "@member:s".try_into().unwrap(),
                place: Place::Group(place.parse().unwrap()),
                at: Timestamp(1),
                remove_at: None,
            };
            keep(snapshot, Record::Stranger(stranger));
        }
    };
    alone(stranger, "strangers", "space", "review members");
    let mut snapshot = calm();
    stranger(&mut snapshot);
    let community = snapshot.communities.values().next().unwrap();
    let said = risks(&snapshot, community, NOW)[0].detail.plain(Locale::En);
    assert!(
        said.contains("one person") && !said.contains("@member"),
        "{said}"
    );
}

#[test]
fn a_group_over_its_cap_or_too_large_for_its_kind_is_to_be_split() {
    alone(
        declared(|it| it.groups[0].max_members = Some(3)),
        "too-many-members",
        "est",
        "split est",
    );
    let crowd = |snapshot: &mut Snapshot| {
        for number in 0..people::LARGE_DISCUSSION {
            snapshot.apply(&Change::Member {
                room: "!ouest:s".try_into().unwrap(),
                user: format!("@m{number}:s").try_into().unwrap(),
                membership: Membership::Join,
                display_name: None,
            });
        }
    };
    alone(crowd, "too-many-members", "ouest", "split ouest");
}

#[test]
fn the_score_adds_up_and_a_high_risk_is_urgent() {
    let mut snapshot = calm();
    redeclare(&mut snapshot, |it| it.contact = None);
    let of = |snapshot: &Snapshot| {
        let community = snapshot.communities.values().next().unwrap();
        let risks = risks(snapshot, community, NOW);
        (score(&risks), level(&risks))
    };
    assert_eq!(of(&snapshot), (2, Level::Calm));
    redeclare(&mut snapshot, |it| it.official = None);
    assert_eq!(of(&snapshot), (7, Level::Look));
    redeclare(&mut snapshot, |it| it.access.public = true);
    assert_eq!(of(&snapshot), (17, Level::Urgent));
}
