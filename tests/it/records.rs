//! What communities note about their people: kept and loaded back equal on both databases, whatever is in it.

use std::collections::BTreeSet;

use hygie::{
    clock::Timestamp,
    community::{
        change::Change,
        definition::{CommunityId, Definition},
        place::Place,
        record::{
            Accepted, Active, Alarm, Application, Away, Campaign, Card, CardId, Consent, Declared,
            Grant, Hardened, Headcount, Import, Interview, Matter, Person, Purpose, Record,
            RecordKind, Said, Stranger, Ticket, Vote, Waiting,
        },
        role::Role,
        snapshot::{OperatorCard, Snapshot},
    },
    store::Store,
};
use hygie_tests::{on_both, postgres, process::temporary_folder, world::Database};
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use serde_json::json;

const AT: Timestamp = Timestamp(1_767_225_600_000);
/// What databases and formats take badly.
const STRANGE: &str = "a\0b 🩺 ' \" \\ \u{202e} ; ,\n=1+1";

fn nord() -> CommunityId {
    "nord".parse().expect("an id")
}

fn definition(id: &str) -> Definition {
    let json = json!({
        "id": id, "name": "Nord", "purpose": "Aider", "locale": "fr", "timezone": "UTC", "owners": ["@samir:s"],
        "code_of_conduct": {"version": 1, "text": "Respect"},
        "groups": [{"id": "est", "name": "Est", "kind": "discussion"}],
    });
    serde_json::from_value(json).expect("a community")
}

fn snapshot() -> Snapshot {
    let bot = "@hygie:s".try_into().expect("an id");
    Snapshot::new(
        bot,
        OperatorCard::default(),
        [0; 32],
        vec![definition("nord")],
    )
}

fn user(name: &str) -> OwnedUserId {
    format!("@{name}:s").try_into().expect("an id")
}

fn est() -> Place {
    Place::Group("est".parse().expect("an id"))
}

fn card(id: &str, matter: Matter) -> Record {
    Record::Card(Box::new(Card {
        id: CardId(id.to_owned()),
        matter,
        by: user("samir"),
        at: AT,
        due: Some(AT),
        assignee: Some(user("lea")),
        shown: None,
        votes: vec![Vote {
            by: user("zoe"),
            yes: false,
            at: AT,
            reason: Some(STRANGE.to_owned()),
        }],
        reminded: true,
    }))
}

fn person(key: &str) -> Record {
    let mut person = Person::new(key);
    STRANGE.clone_into(&mut person.name);
    person.role = Some(Role::Facilitator);
    person.skills = vec![STRANGE.to_owned(), String::new()];
    person.more.insert(STRANGE.to_owned(), STRANGE.to_owned());
    Record::Person(Box::new(person))
}

fn grant(name: &str, role: Role) -> Grant {
    Grant {
        user: user(name),
        place: est(),
        role,
        until: Some(AT),
        by: user("samir"),
        at: AT,
    }
}

/// One of each kind, and of each matter of a card.
#[expect(clippy::too_many_lines, reason = "one of each kind")]
fn every_record() -> Vec<Record> {
    let mut changed = definition("nord");
    STRANGE.clone_into(&mut changed.name);
    let declared = Box::new(Declared {
        definition: changed,
        base: Some(definition("nord")),
    });
    let application = Application {
        user: user("eve"),
        place: Place::Space,
        affiliation: STRANGE.to_owned(),
        profession: String::new(),
        reason: "x".repeat(5_000),
        conflicts: vec![STRANGE.to_owned()],
        knocked: true,
    };
    vec![
        Record::Declared(declared.clone()),
        Record::Grant(grant("awa", Role::Moderator)),
        person("@awa:s"),
        person("mailto:a@b.c"),
        Record::Ticket(Ticket {
            id: "hash".to_owned(),
            place: est(),
            role: Role::Member,
            person: Some(user("eve")),
            by: user("samir"),
            at: AT,
            until: AT,
            used: Some((user("eve"), AT)),
        }),
        card(
            "a",
            Matter::Confirm {
                line: STRANGE.to_owned(),
            },
        ),
        card("b", Matter::Nomination(grant("luc", Role::Admin))),
        card(
            "c",
            Matter::Proposal {
                user: user("eve"),
                place: est(),
                reason: STRANGE.to_owned(),
            },
        ),
        card("d", Matter::Application(application)),
        card(
            "e",
            Matter::Roster {
                people: vec![Person::new("@x:s")],
            },
        ),
        card(
            "f",
            Matter::Split {
                group: "est".parse().expect("an id"),
                parts: vec![(STRANGE.to_owned(), vec![user("awa")])],
            },
        ),
        card(
            "j",
            Matter::Removals {
                version: 3,
                users: vec![user("awa")],
            },
        ),
        card(
            "g",
            Matter::Conduct {
                place: Place::Space,
                version: 3,
                user: None,
            },
        ),
        card(
            "h",
            Matter::Consent {
                purpose: Purpose::Relay,
                user: user("awa"),
            },
        ),
        Record::Interview(Interview {
            user: user("eve"),
            place: est(),
            at: AT,
            knocked: false,
            answers: vec![STRANGE.to_owned()],
            reminded: true,
        }),
        Record::Waiting(Waiting {
            user: user("eve"),
            place: est(),
            at: AT,
        }),
        Record::Accepted(Accepted {
            user: user("awa"),
            place: Place::Space,
            version: 2,
            at: AT,
            lapsed: true,
        }),
        Record::Consent(Consent {
            user: user("awa"),
            purpose: Purpose::Relay,
            given: false,
            at: AT,
        }),
        Record::Active(Active {
            user: user("awa"),
            at: AT,
        }),
        Record::Alarm(Alarm {
            about: STRANGE.to_owned(),
            since: AT,
            told: None,
        }),
        Record::Away(Away {
            user: user("awa"),
            until: AT,
        }),
        Record::Stranger(Stranger {
            user: user("eve"),
            place: est(),
            at: AT,
            remove_at: Some(AT),
        }),
        Record::Campaign(Campaign {
            id: CardId("i".to_owned()),
            by: user("samir"),
            at: AT,
            due: AT,
            open: [user("a"), user("b")].into(),
            kept: [(user("c"), user("samir"))].into(),
            removed: [(user("d"), user("samir"))].into(),
            reminded: 1,
        }),
        Record::Hardened(Box::new(Hardened {
            before: definition("nord"),
            after: declared.definition.clone(),
            by: user("samir"),
            at: AT,
        })),
        Record::Import(Import {
            id: CardId("j".to_owned()),
            by: user("samir"),
            at: AT,
            total: 4_000,
            told: 25,
        }),
        Record::Said(Said {
            what: "weekly".to_owned(),
            at: AT,
        }),
        Record::Headcount(Headcount {
            place: est(),
            people: 12,
            at: AT,
        }),
    ]
}

/// Everything that is noted, in an order that does not depend on hashes.
fn picture(snapshot: &Snapshot) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (id, community) in &snapshot.communities {
        let records = &community.records;
        let mut line = |what: &str| {
            lines.insert(format!("{id} {what}"));
        };
        line(&format!("{:?}", community.definition));
        line(&format!("{:?} {:?}", records.declared, records.hardened));
        line(&format!("{:?} {:?}", records.grants, records.roster));
        line(&format!("{:?} {:?}", records.tickets, records.cards));
        line(&format!("{:?} {:?}", records.waiting, records.alarms));
        line(&format!("{:?} {:?}", records.strangers, records.campaigns));
        line(&format!("{:?} {:?}", records.imports, records.said));
        line(&format!("{:?}", records.headcounts));
        for accepted in records.accepted.values().flat_map(|it| it.values()) {
            line(&format!("{accepted:?}"));
        }
        records
            .consents
            .values()
            .for_each(|it| line(&format!("{it:?}")));
        records
            .interviews
            .values()
            .for_each(|it| line(&format!("{it:?}")));
        records
            .active
            .iter()
            .for_each(|it| line(&format!("active {it:?}")));
        records
            .away
            .iter()
            .for_each(|it| line(&format!("away {it:?}")));
        let team = community.team().map(|user| {
            (
                user.clone(),
                community.role(user),
                community.role_in(user, &est()),
            )
        });
        line(&format!("{:?}", team.collect::<BTreeSet<_>>()));
    }
    lines.extend(snapshot.card_events.iter().map(|it| format!("{it:?}")));
    lines.extend(
        snapshot
            .rooms
            .iter()
            .map(|(id, room)| format!("{id} {}", room.listed)),
    );
    lines
}

async fn address(database: Database) -> String {
    match database {
        Database::Sqlite => {
            let folder = temporary_folder("records");
            format!("sqlite:{}", folder.join("records.db").display())
        }
        Database::Postgres => postgres::create_database().await,
    }
}

async fn remember(store: &Store, changes: &[Change]) {
    let mut tx = store.begin().await.expect("it begins");
    tx.remember(changes, &[], AT)
        .await
        .expect("it takes changes");
    tx.commit().await.expect("it commits");
}

async fn loaded(store: &Store) -> Snapshot {
    let mut loaded = snapshot();
    store.load(&mut loaded).await.expect("it loads");
    loaded
}

on_both! {
    async fn every_kind_of_record_is_loaded_back_equal_changed_and_forgotten(database) {
        let store = Store::open(&address(database).await).await.expect("it opens");
        let mut expected = snapshot();
        let room: OwnedRoomId = "!est:s".try_into().expect("an id");
        let mut changes = vec![Change::Bound { community: nord(), place: est(), room: room.clone() }];
        changes.extend(every_record().into_iter().map(|record| Change::keep(&nord(), record)));
        changes.push(Change::Shown {
            community: nord(), card: CardId("b".to_owned()), room: room.clone(), event: "$shown".try_into().expect("an id"),
        });
        changes.push(Change::Listed { room, listed: true });
        // The later of two about the same stays, also within one statement.
        let again = [Role::Moderator, Role::Facilitator].map(|role| Change::keep(&nord(), Record::Grant(grant("awa", role))));
        changes.extend(again);
        for change in &changes {
            expected.apply(change);
        }
        remember(&store, &changes).await;
        assert_eq!(picture(&loaded(&store).await), picture(&expected));
        assert_eq!(expected.card_events.len(), 1);

        for record in every_record() {
            let change = Change::forget(&nord(), record.kind(), record.key());
            expected.apply(&change);
            remember(&store, &[change]).await;
            assert_eq!(picture(&loaded(&store).await), picture(&expected), "without {:?}", record.kind());
        }
        let nothing = picture(&snapshot());
        let left = picture(&expected);
        let left: Vec<_> = left.difference(&nothing).collect();
        assert_eq!(left, ["!est:s true"], "nothing else is left");
        let mut kinds: Vec<RecordKind> = every_record().iter().map(Record::kind).collect();
        kinds.dedup();
        assert!(kinds.len() >= 17, "{}", kinds.len());
    }

    async fn a_community_that_commands_made_is_there_again_without_a_file(database) {
        let store = Store::open(&address(database).await).await.expect("it opens");
        let made = Declared { definition: definition("sud"), base: None };
        let id: CommunityId = "sud".parse().expect("an id");
        remember(&store, &[Change::keep(&id, Record::Declared(Box::new(made)))]).await;
        let loaded = loaded(&store).await;
        assert_eq!(loaded.communities[&id].definition, definition("sud"));
        assert!(loaded.communities[&id].file().is_none());
    }
}
