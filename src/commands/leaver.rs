//! `leaver`: somebody leaves for good. They are taken out of every room, off the roster and out of every list; what they did is handed to
//! somebody else. For admins, and only about who is below them.

use ruma::{OwnedUserId, UserId};

use super::{
    context::{Answer, Context, Outcome, Refusal, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::{Change, Membership},
        definition::Definition,
        place::Place,
        record::{Card, Grant, Matter, Purpose, Record, RecordKind, at},
        role::Role,
        snapshot::Community,
    },
    governance::{deed::Deed, export::list_of, roster::MOST},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "départ",
        en: "leaver",
    },
    aliases: &["leaves"],
    usage: Both {
        fr: "<personne> [parce que <raison>] [relais <personne>]",
        en: "<person> [because <reason>] [handover to <person>]",
    },
    help: "help-leaver",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["@awa:example.org parce que fin de contrat relais @ben:example.org"],
        en: &["@awa:example.org because her contract ends handover to @ben:example.org"],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    reason: Option<&'a str>,
    to: Option<&'a str>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (person, early) = handover(input.needed(Text::new("person-missing"))?);
    let reason = input.clause(Clause::Because).map(handover);
    let late = reason.and_then(|(_, to)| to);
    Ok(Args {
        person,
        reason: reason.map(|(reason, _)| reason).filter(|it| !it.is_empty()),
        to: early.or(late),
    })
}

/// What stands before `handover to`, and who is named after it.
fn handover(words: &str) -> (&str, Option<&str>) {
    let mut starts = words
        .match_indices(char::is_whitespace)
        .map(|(at, _)| at)
        .rev();
    let found = starts.find_map(|at| {
        let after = words[at..].trim_start();
        let (word, rest) = after.split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let called = matches!(fold(word).as_str(), "handover" | "relais" | "releve");
        let (first, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let to = if matches!(fold(first).as_str(), "to" | "a") && !more.is_empty() {
            more.trim_start()
        } else {
            rest
        };
        (called && !to.is_empty()).then_some((words[..at].trim_end(), to))
    });
    match found {
        Some((before, to)) => (before, Some(to)),
        None => (words, None),
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let person = context.person(args.person)?;
    permission::may_act_on(
        community,
        &context.snapshot.bot,
        context.issuer(),
        &person,
        None,
    )?;
    let to = args.to.map(|words| context.person(words)).transpose()?;
    if let Some(to) = &to {
        may_take_over(context, community, &person, to)?;
    }
    let is_there = !context.memberships(community, &person).is_empty();
    if !is_there && !is_known(community, &person) && !has_asked(community, &person) {
        let pill = Argument::User(person.to_string());
        return Err(Text::new("leaver-unknown").with("person", pill).into());
    }
    let mut deed = context.deed(community);
    let rooms = removed(context, community, &person, args.reason, &mut deed);
    let (handed, kept_back) = roles(context, community, &person, to.as_ref(), &mut deed)?;
    forgotten(community, &person, &mut deed);
    let told = Text::new("leaver-told").with("community", community.definition.name.as_str());
    deed.tell(&person, with_reason(told, args.reason).line("ask-the-team"));
    let mut detail = args.reason.unwrap_or_default().to_owned();
    if let Some(to) = to.as_ref().filter(|_| handed > 0) {
        detail = format!("{detail} (handover to {to})");
    }
    let detail = Some(detail).filter(|it| !it.is_empty());
    deed.account(context.issuer(), "leaver", &person, detail);
    deed.review();
    let mut text = Text::new("leaver-done")
        .with("person", Argument::User(person.to_string()))
        .with("rooms", rooms);
    if let Some(to) = to.as_ref().filter(|_| handed > 0) {
        text = text
            .line("leaver-handed")
            .with("count", handed)
            .with("person", Argument::User(to.to_string()));
    }
    if kept_back {
        text = text.line("leaver-nominate");
    }
    Ok(Outcome::of(deed.decision, with_reason(text, args.reason)))
}

/// Who takes over is there, and is neither the one who leaves nor the bot.
fn may_take_over(
    context: &Context,
    community: &Community,
    person: &OwnedUserId,
    to: &OwnedUserId,
) -> Result<(), Refusal> {
    let there = !context.memberships(community, to).is_empty() || is_known(community, to);
    if to != person && *to != context.snapshot.bot && there {
        return Ok(());
    }
    let pill = Argument::User(to.to_string());
    Err(Refusal::NotAllowed(
        Text::new("leaver-not-to").with("person", pill),
    ))
}

fn is_known(community: &Community, user: &UserId) -> bool {
    community.records.person(user).is_some() || community.highest_role(user) > Role::Member
}

/// Whether they wait to be let in: what they said for that is forgotten too.
fn has_asked(community: &Community, user: &OwnedUserId) -> bool {
    let records = &community.records;
    let mut cards = records.cards.values();
    records.interviews.contains_key(user)
        || records.waiting.values().any(|it| it.user == *user)
        || cards.any(|card| is_about(card, user))
}

/// Whether it is decided on this card if they come in.
fn is_about(card: &Card, person: &UserId) -> bool {
    match &card.matter {
        Matter::Proposal { user, .. } => user == person,
        Matter::Application(application) => application.user == person,
        _ => false,
    }
}

/// Takes somebody out of every room; from how many. When they come back they are invited again.
fn removed(
    context: &Context,
    community: &Community,
    person: &OwnedUserId,
    reason: Option<&str>,
    deed: &mut Deed,
) -> i64 {
    for (_, room, membership) in context.memberships(community, person) {
        if membership != Membership::Ban {
            deed.act(Effect::Membership {
                room: room.clone(),
                user: person.clone(),
                change: MembershipChange::Kick,
                reason: reason.map(str::to_owned),
            });
        }
    }
    let rooms = deed.decision.actions.len();
    for (_, id, room) in context.rooms(community) {
        if room.invited.contains(person) {
            deed.decision.changes.push(Change::InviteFailed {
                room: id.clone(),
                user: person.clone(),
            });
        }
    }
    i64::try_from(rooms).unwrap_or(i64::MAX)
}

/// Hands the roles over, or lets them go; how many were handed over, and whether one was not because it takes a nomination.
fn roles(
    context: &Context,
    community: &Community,
    person: &OwnedUserId,
    to: Option<&OwnedUserId>,
    deed: &mut Deed,
) -> Result<(i64, bool), Refusal> {
    let most = community.role(context.issuer()).min(MOST);
    let mut definition = community.definition.clone();
    let (mut handed, mut kept_back) = (0, false);
    let places = community.groups.iter();
    let places = places.map(|group| Place::Group(group.id.clone()));
    for place in std::iter::once(Place::Space).chain(places) {
        for role in Role::GIVEN {
            let heir = to.filter(|_| role <= most);
            if replaced(&mut definition, &place, role, (person, heir)) {
                handed += i64::from(heir.is_some());
                kept_back |= to.is_some() && heir.is_none();
            }
        }
    }
    for group in &mut definition.groups {
        group.members.retain(|user| user != person);
    }
    if definition.contact.as_ref() == Some(person) {
        definition.contact = to.cloned();
        handed += i64::from(to.is_some());
    }
    for (key, grant) in &community.records.grants {
        if grant.user != *person {
            continue;
        }
        deed.forget(RecordKind::Grant, key.clone());
        let heir = to.filter(|_| grant.role <= most);
        kept_back |= to.is_some() && heir.is_none();
        if let Some(heir) = heir.filter(|heir| community.role_in(heir, &grant.place) < grant.role) {
            handed += 1;
            deed.keep(Record::Grant(given(context, grant, heir)));
        }
    }
    let listed = community.records.person(person).and_then(|it| it.role);
    if let (Some(role), Some(heir)) = (listed.filter(|it| *it > Role::Member && *it <= most), to)
        && community.role(heir) < role
    {
        handed += 1;
        let (user, place) = (heir.clone(), Place::Space);
        deed.keep(Record::Grant(Grant {
            user,
            place,
            role,
            until: None,
            by: context.issuer().to_owned(),
            at: context.now,
        }));
    }
    if definition != community.definition {
        if let Some(problem) = definition.validate().first() {
            let text = Text::new("leaver-invalid").code("problem", &problem.what);
            return Err(Refusal::NotAllowed(text));
        }
        let change = community.redeclared(definition);
        deed.decision.changes.push(change);
    }
    Ok((handed, kept_back))
}

fn given(context: &Context, grant: &Grant, heir: &OwnedUserId) -> Grant {
    Grant {
        user: heir.clone(),
        by: context.issuer().to_owned(),
        at: context.now,
        ..grant.clone()
    }
}

/// Takes somebody out of a list, and puts who takes over in; whether they stood there.
fn replaced(
    definition: &mut Definition,
    place: &Place,
    role: Role,
    (person, heir): (&OwnedUserId, Option<&OwnedUserId>),
) -> bool {
    let Some(list) = list_of(definition, place, role) else {
        return false;
    };
    let Some(at) = list.iter().position(|user| user == person) else {
        return false;
    };
    list.retain(|user| user != person);
    if let Some(heir) = heir.filter(|heir| !list.contains(heir)) {
        list.insert(at.min(list.len()), heir.clone());
    }
    true
}

/// Nothing waits for them any more, and nothing is asked of them.
fn forgotten(community: &Community, person: &OwnedUserId, deed: &mut Deed) {
    let records = &community.records;
    if records.person(person).is_some() {
        deed.forget(RecordKind::Person, person.as_str());
    }
    for (key, waiting) in &records.waiting {
        if waiting.user == *person {
            deed.forget(RecordKind::Waiting, key.clone());
        }
    }
    for (key, stranger) in &records.strangers {
        if stranger.user == *person {
            deed.forget(RecordKind::Stranger, key.clone());
        }
    }
    for (key, ticket) in &records.tickets {
        if ticket.person.as_ref() == Some(person) && ticket.used.is_none() {
            deed.forget(RecordKind::Ticket, key.clone());
        }
    }
    if records.interviews.contains_key(person) {
        deed.forget(RecordKind::Interview, person.as_str());
    }
    if records.away.contains_key(person) {
        deed.forget(RecordKind::Away, person.as_str());
    }
    if records.active.contains_key(person) {
        deed.forget(RecordKind::Active, person.as_str());
    }
    for (place, there) in &records.accepted {
        if there.contains_key(person) {
            deed.forget(RecordKind::Accepted, at(place, person));
        }
    }
    if records.consents(Purpose::Relay, person).is_some() {
        let key = format!("{} {person}", Purpose::Relay.name());
        deed.forget(RecordKind::Consent, key);
    }
    for card in records.cards.values() {
        if is_about(card, person) {
            deed.close(card);
            continue;
        }
        let mut changed = card.clone();
        if let Matter::Roster { people } = &mut changed.matter {
            people.retain(|it| it.user.as_ref() != Some(person));
        }
        changed.assignee = changed.assignee.filter(|assignee| assignee != person);
        if changed != *card {
            deed.keep(Record::Card(Box::new(changed)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        commands::testing::{self, effects, reply, say, user},
        community::{
            record::{Accepted, Card, CardId, Consent, Interview, Matter, Person, Waiting},
            snapshot::Snapshot,
        },
        decide::Decision,
    };

    fn keep(snapshot: &mut Snapshot, record: Record) {
        let id = testing::community(snapshot).definition.id.clone();
        snapshot.apply(&Change::keep(&id, record));
    }

    fn lea(snapshot: &mut Snapshot, line: &str) -> Decision {
        testing::apply(snapshot, &testing::admins(), "lea", line)
    }

    fn kicked(decision: &Decision) -> usize {
        let kicks = effects(decision).filter(|it| {
            matches!(
                it,
                Effect::Membership {
                    change: MembershipChange::Kick,
                    ..
                }
            )
        });
        kicks.count()
    }

    /// The keys of everything that is said, the answer first.
    fn said(decision: &Decision) -> Vec<Vec<&str>> {
        let said = effects(decision).filter_map(|it| match it {
            Effect::Say { text, .. } => Some(text.keys().collect()),
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn a_leaver_is_out_of_everything_and_their_roles_are_with_who_takes_over() {
        let mut snapshot = testing::snapshot();
        let east = Place::Group("secteur-est".parse().unwrap());
        keep(
            &mut snapshot,
            Record::Grant(Grant {
                user: user("awa"),
                place: Place::Group("secteur-ouest".parse().unwrap()),
                role: Role::Facilitator,
                until: Some(Timestamp(9)),
                by: user("samir"),
                at: Timestamp(1),
            }),
        );
        let person = Person::new("@awa:example.org");
        keep(&mut snapshot, Record::Person(Box::new(person)));
        keep(
            &mut snapshot,
            Record::Waiting(Waiting {
                user: user("awa"),
                place: east.clone(),
                at: Timestamp(1),
            }),
        );
        keep(
            &mut snapshot,
            Record::Card(Box::new(Card {
                id: CardId("abcde".to_owned()),
                matter: Matter::Roster { people: Vec::new() },
                by: user("lea"),
                at: Timestamp(1),
                due: None,
                assignee: Some(user("awa")),
                shown: None,
                votes: Vec::new(),
                reminded: false,
            })),
        );
        let decision = lea(
            &mut snapshot,
            "départ @awa:example.org parce que fin de contrat relais @ben:example.org",
        );
        assert_eq!(
            said(&decision).last().unwrap(),
            &["leaver-done", "leaver-handed", "reason"]
        );
        assert_eq!(kicked(&decision), 3);
        assert_eq!(decision.audit.len(), 1);
        assert!(effects(&decision).any(|it| matches!(it, Effect::Say { to: crate::action::Recipient::Person(to), text, .. } if *to == user("awa") && text.key() == "leaver-told")));
        let community = testing::community(&snapshot);
        assert_eq!(community.highest_role(&user("awa")), Role::Member);
        assert_eq!(community.role_in(&user("ben"), &east), Role::Moderator);
        let grants: Vec<_> = community.records.grants.values().collect();
        assert_eq!(grants.len(), 1);
        assert_eq!(
            (&grants[0].user, grants[0].until),
            (&user("ben"), Some(Timestamp(9)))
        );
        let records = &community.records;
        assert!(records.roster.is_empty() && records.waiting.is_empty());
        assert!(records.cards.values().all(|card| card.assignee.is_none()));
        let named = community.definition.named_users();
        assert!(named.map(|(_, user)| user).all(|it| *it != user("awa")));
    }

    #[test]
    fn who_only_asked_to_come_in_is_forgotten_too() {
        let mut snapshot = testing::snapshot();
        let unknown = lea(&mut snapshot, "leaver @zoe:example.org");
        assert_eq!(reply(&unknown).key(), "leaver-unknown");
        let proposal = Matter::Proposal {
            user: user("zoe"),
            place: Place::Space,
            reason: "Zinzolin".to_owned(),
        };
        let interview = Interview {
            user: user("zoe"),
            place: Place::Space,
            at: Timestamp(1),
            knocked: false,
            answers: vec!["Zinzolin".to_owned()],
            reminded: false,
        };
        let accepted = Accepted {
            user: user("zoe"),
            place: Place::Space,
            version: 1,
            at: Timestamp(1),
            lapsed: false,
        };
        let consent = Consent {
            purpose: Purpose::Relay,
            user: user("zoe"),
            given: true,
            at: Timestamp(1),
        };
        for record in [
            Record::Card(Box::new(Card {
                id: CardId("abcde".to_owned()),
                matter: proposal,
                by: user("ben"),
                at: Timestamp(1),
                due: None,
                assignee: None,
                shown: None,
                votes: Vec::new(),
                reminded: false,
            })),
            Record::Interview(interview),
            Record::Accepted(accepted),
            Record::Consent(consent),
        ] {
            keep(&mut snapshot, record);
        }
        let decision = lea(&mut snapshot, "leaver @zoe:example.org");
        assert_eq!(reply(&decision).key(), "leaver-done");
        let records = &testing::community(&snapshot).records;
        assert!(records.cards.is_empty() && records.interviews.is_empty());
        assert!(records.consents(Purpose::Relay, &user("zoe")).is_none());
        let accepted = records.accepted.values();
        assert!(accepted.flatten().all(|(who, _)| *who != user("zoe")));
    }

    #[test]
    fn an_admins_role_is_not_handed_over_without_a_nomination() {
        let mut snapshot = testing::snapshot();
        let line = "leaver @lea:example.org handover to @ben:example.org";
        let asked = testing::say(&snapshot, &testing::admins(), "samir", line);
        assert_eq!(
            said(&asked).last().unwrap(),
            &["confirm-asked"],
            "too few would be left"
        );
        let event = testing::event("samir", "!adm:example.org", line);
        let community = testing::community(&snapshot);
        let decision = crate::commands::confirmed(&snapshot, community, &event, line, testing::NOW);
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
        assert_eq!(
            said(&decision).last().unwrap(),
            &["leaver-done", "leaver-nominate"]
        );
        let community = testing::community(&snapshot);
        for who in ["lea", "ben"] {
            assert_eq!(community.highest_role(&user(who)), Role::Member);
        }
    }

    #[test]
    fn who_may_not_or_does_not_exist_is_refused_and_nothing_changes() {
        let snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("lea", "leaver @samir:example.org", "not-on-an-equal"),
            ("lea", "leaver @lea:example.org", "not-on-yourself"),
            ("lea", "leaver @hygie:example.org", "not-on-the-bot"),
            ("lea", "leaver @nobody:example.org", "leaver-unknown"),
            ("lea", "leaver", "person-missing"),
            (
                "lea",
                "leaver @ben:example.org handover to @hygie:example.org",
                "leaver-not-to",
            ),
            (
                "lea",
                "leaver @ben:example.org handover to @ben:example.org",
                "leaver-not-to",
            ),
            (
                "lea",
                "leaver @ben:example.org handover to @nobody:example.org",
                "leaver-not-to",
            ),
            ("nadia", "leaver @ben:example.org", "not-allowed"),
        ] {
            let decision = say(&snapshot, &testing::admins(), who, line);
            assert_eq!(reply(&decision).key(), expected, "{line}");
            assert_eq!(
                (kicked(&decision), decision.changes.len()),
                (0, 0),
                "{line}"
            );
        }
    }

    #[test]
    fn a_handover_is_found_before_and_after_the_reason() {
        for (words, expected) in [
            ("@a:s handover to @b:s", ("@a:s", Some("@b:s"))),
            ("@a:s handover @b:s", ("@a:s", Some("@b:s"))),
            ("fin relais à Bén Diop", ("fin", Some("Bén Diop"))),
            ("no handover", ("no handover", None)),
            ("", ("", None)),
        ] {
            assert_eq!(handover(words), expected);
        }
    }
}
