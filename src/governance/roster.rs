//! The roster: reading it, what differs, taking it over, how far its invitations are, who no longer belongs where they are. The commands
//! `roster` and `leaver`, `hygie import` and `hygie export`, and the executor that reads and sends files call it.

pub mod audiences;
pub mod columns;
pub mod diff;
pub mod progress;
pub mod read;
pub mod told;
pub mod write;

use ruma::UserId;

use self::{
    columns::Terms,
    diff::Diff,
    read::{Reading, read},
};
use super::{
    cards::Answer,
    deed::{Deed, Opening},
};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::{CommunityId, Leavers},
        place::Place,
        plan,
        record::{Import, Matter, Person, Record, RecordKind},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::{Argument, Text},
};

/// How long a roster waits for an answer.
const WAITS: std::time::Duration = std::time::Duration::from_hours(7 * 24);
/// The highest role that a roster gives: above it somebody is nominated.
pub const MOST: Role = Role::Facilitator;

/// The terms that people are put on the roster by, for who may give roles up to `own`.
#[must_use]
pub fn terms<'a>(snapshot: &'a Snapshot, community: &'a Community, own: Role) -> Terms<'a> {
    Terms {
        definition: &community.definition,
        bot: &snapshot.bot,
        most: own.min(MOST),
    }
}

/// What follows from a file that somebody attached: a card with what it would change, or what is wrong in it.
pub(crate) fn proposed(
    snapshot: &Snapshot,
    community: &Community,
    (cause, by): (&str, &UserId),
    bytes: &[u8],
    now: Timestamp,
) -> Decision {
    let mut deed = Deed::new(snapshot, community, cause, now);
    let reading = read(bytes, &terms(snapshot, community, community.role(by)));
    let diff = Diff::of(&community.records.roster, &reading);
    let people = diff.people();
    let text = described(snapshot, community, &diff, &reading);
    if people.is_empty() {
        deed.tell_admins(text);
    } else {
        let opening = Opening {
            matter: Matter::Roster { people },
            by: by.to_owned(),
            due: Some(now.plus(WAITS)),
            assignee: None,
        };
        deed.open_for_admins(opening, text);
    }
    deed.decision
}

/// What a file would change, in words.
#[must_use]
pub fn described(
    snapshot: &Snapshot,
    community: &Community,
    diff: &Diff,
    reading: &Reading,
) -> Text {
    if reading.people.is_empty() && !reading.problems.is_empty() {
        return told::problems(Text::new("roster-unread"), &reading.problems);
    }
    let invitations = invitations(snapshot, community, &diff.people());
    let command = format!("!{} roster remove", snapshot.bot.localpart());
    told::of(diff, reading, invitations, &command)
}

/// What is to be noted so that these people are on the roster. Who now belongs where they did not, and was invited there once, may be
/// invited again.
#[must_use]
pub fn taken_over(snapshot: &Snapshot, community: &Community, people: &[Person]) -> Vec<Change> {
    let id = &community.definition.id;
    let roster = &community.records.roster;
    let keep = people.iter().map(|person| {
        let record = Record::Person(Box::new(person.clone()));
        Change::keep(id, record)
    });
    let mut changes: Vec<Change> = keep.collect();
    for person in people {
        let before = diff::known(roster, person);
        if let Some(before) = before.filter(|before| before.key != person.key) {
            changes.push(Change::forget(id, RecordKind::Person, before.key.clone()));
        }
        changes.extend(invited_anew(snapshot, community, before, person));
    }
    changes
}

fn invited_anew(
    snapshot: &Snapshot,
    community: &Community,
    before: Option<&Person>,
    person: &Person,
) -> Vec<Change> {
    let Some(user) = &person.user else {
        return Vec::new();
    };
    let rooms = community.places.iter().filter_map(|(place, id)| {
        let room = snapshot.rooms.get(id)?;
        // Where who leaves the audience is removed they may be on their way out.
        let removed = match place {
            Place::Space => false,
            Place::Group(group) => community
                .group(group)
                .is_some_and(|group| group.leavers == Leavers::Remove),
        };
        let gone =
            (removed || room.membership(user) == Membership::Leave) && room.invited.contains(user);
        let belongs = |person: &Person| match place {
            Place::Space => true,
            Place::Group(group) => community
                .group(group)
                .is_some_and(|group| audiences::belongs(snapshot, community, group, person)),
        };
        let is_new = gone && belongs(person) && !before.is_some_and(belongs);
        is_new.then(|| Change::InviteFailed {
            room: id.clone(),
            user: user.clone(),
        })
    });
    rooms.collect()
}

/// To how many invitations it leads that these people are on the roster.
#[must_use]
pub fn invitations(snapshot: &Snapshot, community: &Community, people: &[Person]) -> usize {
    let id = &community.definition.id;
    let mut after = snapshot.only(id);
    for change in taken_over(snapshot, community, people) {
        after.apply(&change);
    }
    planned_invitations(&after, id)
}

/// How many invitations the plan of a community has.
#[must_use]
pub fn planned_invitations(snapshot: &Snapshot, id: &CommunityId) -> usize {
    let steps = plan::plan(snapshot, id).into_iter();
    steps
        .filter(|step| {
            matches!(
                step.effect,
                Some(Effect::Membership {
                    change: MembershipChange::Invite,
                    ..
                })
            )
        })
        .count()
}

/// What follows from an answer to a roster's card: an admin takes it over, or not.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answered(answer: &Answer) -> Result<Decision, Text> {
    let Matter::Roster { people } = &answer.card.matter else {
        return Ok(Decision::default());
    };
    answer.needs(Role::Admin)?;
    let (snapshot, community) = (answer.snapshot, answer.community);
    let mut deed = answer.deed();
    answer.close(&mut deed);
    if !answer.yes {
        deed.tell_admins(Text::new("roster-dropped"));
        return Ok(deed.decision);
    }
    let invitations = invitations(snapshot, community, people);
    let changes = taken_over(snapshot, community, people);
    deed.decision.changes.extend(changes);
    if invitations > 0 {
        deed.keep(Record::Import(Import {
            id: answer.card.id.clone(),
            by: answer.by().to_owned(),
            at: answer.now,
            total: invitations as u64,
            told: 0,
        }));
    }
    let detail = format!(
        "{} people, {invitations} invitations, card {}",
        people.len(),
        answer.card.id
    );
    deed.account(answer.by(), "roster-import", "", Some(detail));
    let done = Text::new("roster-taken-over")
        .with("person", Argument::User(answer.by().to_string()))
        .with("count", told::number(people.len()))
        .with("invitations", told::number(invitations));
    deed.tell_admins(done);
    deed.review();
    Ok(deed.decision)
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let mut due = progress::due(snapshot, community, now);
    due.extend(audiences::due(snapshot, community, now));
    due
}

/// How many of the roster have an account and are in the space, and how many are invited there.
#[must_use]
pub fn in_space(snapshot: &Snapshot, community: &Community) -> (usize, usize) {
    let room = community.places.get(&Place::Space);
    let Some(room) = room.and_then(|room| snapshot.rooms.get(room)) else {
        return (0, 0);
    };
    let people = community.records.roster.values();
    let memberships = people.filter_map(|it| Some(room.membership(it.user.as_ref()?)));
    memberships.fold((0, 0), |(joined, invited), membership| match membership {
        Membership::Join => (joined + 1, invited),
        Membership::Invite => (joined, invited + 1),
        _ => (joined, invited),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        community::snapshot::tests::{redeclare, settled},
        event::{Event, EventKind},
    };

    fn nord() -> (Snapshot, CommunityId) {
        let mut snapshot = settled();
        redeclare(&mut snapshot, |file| {
            file.groups[0].audience = Some("zone = est".parse().unwrap());
            file.groups[1].audience = Some("zone = ouest".parse().unwrap());
        });
        (snapshot, "nord".parse().unwrap())
    }

    fn person(name: &str, zone: &str) -> Person {
        let mut person = Person::new(name);
        person.zone = zone.to_owned();
        person
    }

    fn answer(snapshot: &mut Snapshot, who: &str, yes: bool) -> Result<Decision, Text> {
        let event = Event {
            id: "$answer".try_into().unwrap(),
            room: "!admins:s".try_into().unwrap(),
            sender: who.try_into().unwrap(),
            at: Timestamp(3),
            kind: EventKind::Encrypted,
        };
        let community = snapshot.communities.values().next().unwrap();
        let card = community.records.cards.values().next().unwrap();
        let decision = answered(&Answer {
            snapshot,
            community,
            card,
            event: &event,
            yes,
            reason: None,
            now: Timestamp(3),
        })?;
        for change in &decision.changes {
            snapshot.apply(change);
        }
        Ok(decision)
    }

    #[test]
    fn a_roster_is_shown_first_and_taken_over_by_an_admin_with_its_invitations() {
        let (mut snapshot, id) = nord();
        let lines: Vec<_> = (0..1_000).map(|nth| format!("@p{nth}:s,est\n")).collect();
        let lines = lines.concat();
        let file = format!("mxid,zone\n{lines}bad,est\n");
        let samir: ruma::OwnedUserId = "@samir:s".try_into().unwrap();
        let cause = ("$cause", &*samir);
        let community = &snapshot.communities[&id];
        let shown = proposed(&snapshot, community, cause, file.as_bytes(), Timestamp(2));
        let [action] = shown.actions.as_slice() else {
            panic!("one card: {:?}", shown.actions.len());
        };
        let Effect::Card { text, locale, .. } = &action.effect else {
            panic!("a card");
        };
        let said = text.plain(*locale);
        assert!(
            said.contains("2000") && said.contains("Ligne 1002") && said.len() < 1_500,
            "{said}"
        );
        assert!(!shown.changes.is_empty() && snapshot.communities[&id].records.roster.is_empty());
        shown.changes.iter().for_each(|it| snapshot.apply(it));
        let refused = answer(&mut snapshot, "@zoe:s", true);
        assert_eq!(refused.unwrap_err().key(), "not-allowed");
        let decision = answer(&mut snapshot, "@samir:s", true).unwrap();
        assert!(decision.review.contains(&id) && decision.audit.len() == 1);
        let records = &snapshot.communities[&id].records;
        assert_eq!((records.roster.len(), records.cards.len()), (1_000, 0));
        assert_eq!(records.imports.values().next().unwrap().total, 2_000);
        let review = crate::decide::review(&snapshot, &id, crate::clock::Timestamp(9));
        assert_eq!(review.actions.len(), 2_000);
        for change in &review.changes {
            snapshot.apply(change);
        }
        assert_eq!(
            progress::due(&snapshot, &snapshot.communities[&id], Timestamp(4)),
            []
        );
        let community = &snapshot.communities[&id];
        let again = proposed(&snapshot, community, cause, file.as_bytes(), Timestamp(5));
        assert!(
            matches!(&again.actions[0].effect, Effect::Say { text, .. } if text.key() == "roster-nothing-to-do")
        );
        assert_eq!(again.changes, []);
    }

    #[test]
    fn a_refused_roster_changes_nothing() {
        let (mut snapshot, id) = nord();
        let samir: ruma::OwnedUserId = "@samir:s".try_into().unwrap();
        let community = &snapshot.communities[&id];
        let file = b"mxid\n@p:s\n";
        let shown = proposed(&snapshot, community, ("$c", &samir), file, Timestamp(2));
        shown.changes.iter().for_each(|it| snapshot.apply(it));
        answer(&mut snapshot, "@samir:s", false).unwrap();
        let records = &snapshot.communities[&id].records;
        assert!(
            records.roster.is_empty() && records.cards.is_empty() && records.imports.is_empty()
        );
    }

    #[test]
    fn who_moves_back_is_invited_again_where_they_were_once() {
        let (mut snapshot, id) = nord();
        let mut moved = |zone: &str| {
            let person = person("@new:s", zone);
            let community = &snapshot.communities[&id];
            let changes = taken_over(&snapshot, community, &[person]);
            for change in &changes {
                snapshot.apply(change);
            }
            let review = crate::decide::review(&snapshot, &id, crate::clock::Timestamp(9));
            for change in &review.changes {
                snapshot.apply(change);
            }
            let rooms = review.actions.iter().filter_map(|it| it.effect.room());
            rooms.map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(moved("est"), ["!space:s", "!est:s"]);
        assert_eq!(moved("ouest"), ["!ouest:s"]);
        assert_eq!(moved("Est"), ["!est:s"], "and not to the space");
        assert_eq!(
            moved("est"),
            Vec::<String>::new(),
            "who declined is not asked again"
        );
    }

    #[test]
    fn who_moves_back_on_their_way_out_is_invited_once_they_are_out() {
        let (mut snapshot, id) = nord();
        redeclare(&mut snapshot, |file| {
            file.groups[0].leavers = Leavers::Remove;
        });
        let planned = |snapshot: &mut Snapshot| {
            let review = crate::decide::review(snapshot, &id, Timestamp(9));
            review.changes.iter().for_each(|it| snapshot.apply(it));
            let effects = review.actions.iter().map(|it| &it.effect);
            let of_est = effects.filter(|it| it.room().is_some_and(|room| *room == "!est:s"));
            of_est.map(Effect::name).collect::<Vec<_>>()
        };
        let moved = |snapshot: &mut Snapshot, zone: &str| {
            let person = person("@new:s", zone);
            for change in taken_over(snapshot, &snapshot.communities[&id], &[person]) {
                snapshot.apply(&change);
            }
            planned(snapshot)
        };
        let becomes = |snapshot: &mut Snapshot, membership| {
            snapshot.apply(&Change::Member {
                room: "!est:s".try_into().unwrap(),
                user: "@new:s".try_into().unwrap(),
                membership,
                display_name: None,
            });
        };
        assert_eq!(moved(&mut snapshot, "est"), ["invite"]);
        becomes(&mut snapshot, Membership::Join);
        assert_eq!(moved(&mut snapshot, "ouest"), ["kick"]);
        assert_eq!(moved(&mut snapshot, "est"), Vec::<&str>::new());
        becomes(&mut snapshot, Membership::Leave);
        assert_eq!(planned(&mut snapshot), ["invite"]);
    }
}
