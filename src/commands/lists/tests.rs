//! What admins say about lists, and what is answered.

use super::*;
use crate::action::Effect;
use crate::{
    commands::testing::{self, admins, apply, body, effects, reply, say},
    community::{change::Change, record::ListRead, snapshot::Snapshot},
    decide::Decision,
};

fn lea(snapshot: &mut Snapshot, line: &str) -> Decision {
    apply(snapshot, &admins(), "lea", line)
}

fn key(decision: &Decision) -> String {
    reply(decision).key().to_owned()
}

fn lists(snapshot: &Snapshot) -> Vec<List> {
    let lists = &testing::community(snapshot).records.lists;
    lists.values().cloned().collect()
}

/// The room of a list is found.
fn found(snapshot: &mut Snapshot, room: &str) {
    let id = lists(snapshot)[0].id.clone();
    let read = ListRead {
        list: id,
        room: Some(room.try_into().unwrap()),
        name: Some("Indésirables".to_owned()),
        at: testing::NOW,
        revision: 1,
        trouble: None,
        stale: false,
    };
    let record = Record::ListRead(Box::new(read));
    snapshot.apply(&Change::keep(&"nord".parse().unwrap(), record));
}

#[test]
fn a_room_is_named_by_alias_id_or_link() {
    for (words, expected, via) in [
        ("#bad:example.net", "#bad:example.net", vec![]),
        ("!bad:example.net", "!bad:example.net", vec!["example.net"]),
        (
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
            vec![],
        ),
        (
            "https://matrix.to/#/!bad:example.net?via=a.example&via=b.example",
            "!bad:example.net",
            vec!["a.example", "b.example"],
        ),
    ] {
        let (address, through) = address(words).unwrap();
        assert_eq!(
            (address.as_str(), through),
            (expected, via.into_iter().map(str::to_owned).collect())
        );
    }
    for words in [
        "bad",
        "@bad:example.net",
        "https://matrix.to/#/@a:example.net",
        "",
    ] {
        assert!(address(words).is_err(), "{words}");
    }
}

#[test]
fn a_list_is_looked_at_subscribed_to_trusted_and_given_up() {
    let mut snapshot = testing::snapshot();
    let looked = lea(&mut snapshot, "listes aperçu #bad:example.net");
    assert_eq!(key(&looked), "list-preview-asked");
    assert!(effects(&looked).any(|it| matches!(it, Effect::ReadList { .. })));
    assert_eq!(lists(&snapshot)[0].trust, Trust::Look);
    found(&mut snapshot, "!bad:example.net");
    assert_eq!(
        key(&lea(&mut snapshot, "lists preview !bad:example.net")),
        "lists-preview"
    );
    let subscribed = lea(&mut snapshot, "lists subscribe #bad:example.net enforce");
    assert_eq!(key(&subscribed), "lists-trust-done");
    assert_eq!(subscribed.audit[0].action, "list-trust");
    assert_eq!(
        (lists(&snapshot).len(), lists(&snapshot)[0].trust),
        (1, Trust::Enforce)
    );
    let id = lists(&snapshot)[0].id.clone();
    assert_eq!(
        key(&lea(&mut snapshot, &format!("lists trust {id} enforce"))),
        "lists-trust-already"
    );
    assert_eq!(
        key(&lea(
            &mut snapshot,
            &format!("listes confiance {id} signaler")
        )),
        "lists-trust-done"
    );
    let shown = body(&lea(&mut snapshot, "listes"));
    for part in ["Indésirables", "signalée", "@lea:example.org"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert_eq!(
        key(&lea(&mut snapshot, "listes désabonner !bad:example.net")),
        "lists-unsubscribed"
    );
    assert!(lists(&snapshot)[0].over);
    assert_eq!(
        key(&lea(&mut snapshot, &format!("lists trust {id} enforce"))),
        "lists-unknown"
    );
}

#[test]
fn the_own_list_is_published_once_and_written_by_the_bot() {
    let mut snapshot = testing::snapshot();
    assert_eq!(
        key(&lea(&mut snapshot, "lists add user @x:example.net")),
        "lists-no-own"
    );
    assert_eq!(key(&lea(&mut snapshot, "lists publish")), "lists-published");
    assert_eq!(
        key(&lea(&mut snapshot, "lists publish")),
        "lists-published-already"
    );
    assert_eq!(
        lists(&snapshot)[0].address,
        "#_hygie_nord__lists:example.org"
    );
    assert!(snapshot.is_own_room("#_hygie_nord__lists:example.org"));
    assert_eq!(
        key(&lea(&mut snapshot, "lists add user @x:example.net")),
        "lists-own-not-yet"
    );
    found(&mut snapshot, "!own:example.org");
    let added = lea(
        &mut snapshot,
        "listes ajouter personne @x:example.net parce que pubs",
    );
    let set = effects(&added).find_map(|it| match it {
        Effect::SetState {
            event_type,
            state_key,
            content,
            ..
        } => Some((event_type.as_str(), state_key.as_str(), content.clone())),
        _ => None,
    });
    let content = serde_json::json!({"entity": "@x:example.net", "recommendation": "m.ban", "reason": "pubs"});
    assert_eq!(
        set,
        Some(("m.policy.rule.user", "rule:@x:example.net", content))
    );
    for (line, expected) in [
        ("lists add user @ben", "lists-no-name"),
        ("lists add user @*:example.org", "lists-too-broad"),
        ("lists add server example.org", "lists-too-broad"),
        ("lists add user @nadia:example.org", "lists-of-the-team"),
        ("lists add user", "lists-what"),
        ("lists add dog rex", "lists-what"),
        ("lists remove user @x:example.net", "lists-no-rule"),
        (
            "lists unsubscribe #_hygie_nord__lists:example.org",
            "lists-own-stays",
        ),
        (
            "lists preview #_hygie_nord_secteur-est:example.org",
            "lists-own-room",
        ),
        ("lists dance", "lists-what"),
    ] {
        let decision = say(&snapshot, &admins(), "lea", line);
        assert_eq!(key(&decision), expected, "{line}");
        assert!(
            !effects(&decision).any(|it| matches!(it, Effect::SetState { .. })),
            "{line}"
        );
    }
    let told = say(&snapshot, &admins(), "lea", "ban @seller:example.net");
    assert!(body(&told).contains("lists add user @seller:example.net"));
}

#[test]
fn lists_are_for_admins_and_not_without_number() {
    let mut snapshot = testing::snapshot();
    assert_eq!(
        key(&say(&snapshot, &admins(), "nadia", "lists")),
        "not-allowed"
    );
    assert_eq!(key(&lea(&mut snapshot, "lists")), "lists-none");
    for number in 0..MOST_LISTS {
        let mut event = testing::event("lea", "!adm:example.org", "");
        event.id = format!("$event{number}").try_into().unwrap();
        let line = format!("lists subscribe #list{number}:example.net");
        let decision = testing::answer_to(&snapshot, &admins(), &event, &line);
        decision.changes.iter().for_each(|it| snapshot.apply(it));
    }
    assert_eq!(lists(&snapshot).len(), MOST_LISTS);
    assert_eq!(
        key(&lea(&mut snapshot, "lists subscribe #more:example.net")),
        "lists-too-many"
    );
}
