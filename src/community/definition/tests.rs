//! Tests of the rules of the community file.

use super::*;

fn community() -> Definition {
    let json = serde_json::json!({
        "id": "asc-nord", "name": "Nord", "purpose": "S’entraider", "locale": "fr", "timezone": "Europe/Paris",
        "owners": ["@samir:example.org", "@ines:example.org"],
        "code_of_conduct": {"version": 1, "text": "Respect"},
    });
    serde_json::from_value(json).unwrap()
}

fn group(id: &str, kind: Kind) -> Group {
    Group::new(id.parse().unwrap(), "Groupe", kind)
}

fn paths(community: &Definition) -> Vec<String> {
    let invalid = community.validate();
    invalid.into_iter().map(|invalid| invalid.path).collect()
}

#[test]
fn a_plain_community_breaks_no_rule() {
    assert_eq!(community().validate(), []);
    assert_eq!(community().warnings(), []);
}

#[test]
fn each_broken_rule_names_its_key() {
    let broken = Definition {
        name: " ".to_owned(),
        purpose: "\n".to_owned(),
        timezone: "Europe/Pariss".to_owned(),
        owners: vec![],
        avatar: Some("http://example.org/a.png".into()),
        code_of_conduct: CodeOfConduct {
            version: 0,
            ..CodeOfConduct::new("")
        },
        groups: vec![Group {
            name: "x".repeat(MAX_NAME_CHARS + 1),
            avatar: Some("mxc://".into()),
            ..group("a", Kind::Social)
        }],
        ..community()
    };
    let expected = [
        "name",
        "purpose",
        "timezone",
        "owners",
        "avatar",
        "code_of_conduct.version",
        "code_of_conduct.text",
        "groups[0].name",
        "groups[0].avatar",
    ];
    assert_eq!(paths(&broken), expected);
}

#[test]
fn two_groups_cannot_share_an_id() {
    let mut twice = community();
    twice.groups = vec![
        group("a", Kind::Social),
        group("b", Kind::Social),
        group("a", Kind::Support),
    ];
    assert_eq!(paths(&twice), ["groups[2].id"]);
}

#[test]
fn a_community_may_have_only_the_kinds_that_it_names() {
    let mut narrow = community();
    narrow.kinds = [Kind::FieldWatch].into_iter().collect();
    narrow.groups = vec![group("a", Kind::FieldWatch), group("b", Kind::Social)];
    assert_eq!(paths(&narrow), ["groups[1].kind"]);
}

#[test]
fn second_rooms_stand_beside_a_first_one_and_in_no_circle() {
    let twin = |id: &str, of: &str| Group {
        twin_of: Some(of.parse().unwrap()),
        ..group(id, Kind::Support)
    };
    let mut twins = community();
    twins.groups = vec![group("a", Kind::FieldWatch), twin("b", "a"), twin("c", "a")];
    assert_eq!(paths(&twins), Vec::<String>::new());
    twins.groups = vec![
        twin("a", "b"),
        twin("b", "a"),
        twin("c", "c"),
        twin("d", "x"),
    ];
    let wrong = [0, 1, 2, 3].map(|at| format!("groups[{at}].twin_of"));
    assert_eq!(paths(&twins), wrong);
}

#[test]
fn the_announcements_and_admins_ids_and_kinds_go_together() {
    let mut mixed = community();
    mixed.groups = vec![
        group("announcements", Kind::Announcements),
        group("admins", Kind::Social),
        group("news", Kind::Announcements),
    ];
    assert_eq!(paths(&mixed), ["groups[1].kind", "groups[2].id"]);
}

#[test]
fn a_single_owner_is_a_warning() {
    let mut alone = community();
    alone.owners.truncate(1);
    assert_eq!(alone.validate(), []);
    assert_eq!(alone.warnings()[0].path, "owners");
}

#[test]
fn announcements_and_admins_always_exist_and_come_first() {
    let mut community = community();
    let names = |community: &Definition| -> Vec<String> {
        community
            .group_list()
            .into_iter()
            .map(|group| format!("{}: {}", group.id, group.name))
            .collect()
    };
    assert_eq!(
        names(&community),
        ["announcements: Annonces", "admins: Administration"]
    );

    community.locale = Locale::En;
    community.groups = vec![
        group("est", Kind::Discussion),
        group("admins", Kind::Admins),
    ];
    assert_eq!(
        names(&community),
        [
            "announcements: Announcements",
            "admins: Groupe",
            "est: Groupe"
        ]
    );
    assert!(
        community
            .group_list()
            .iter()
            .all(|group| group.topic.is_empty() == (group.id.as_str() == "est"))
    );
}

#[test]
fn every_named_user_has_its_path() {
    let mut community = community();
    community.groups = vec![Group {
        moderators: vec!["@awa:example.org".try_into().unwrap()],
        ..group("est", Kind::Discussion)
    }];
    let named: Vec<String> = community
        .named_users()
        .map(|(path, user)| format!("{path} {user}"))
        .collect();
    assert_eq!(
        named,
        [
            "owners[0] @samir:example.org",
            "owners[1] @ines:example.org",
            "groups[0].moderators[0] @awa:example.org"
        ]
    );
}

#[test]
fn the_words_of_the_kinds_are_those_of_the_file() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
