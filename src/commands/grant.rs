//! `grant`: gives somebody a role, in a group or everywhere, for ever or until a day. Up to facilitator who leads there does it; admin and
//! owner are nominations that a second person approves. Nobody gives more than they are.

use ruma::OwnedUserId;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
    words::{fold, unquoted},
};
use crate::{
    clock::Timestamp,
    community::{
        definition::Kind,
        place::Place,
        record::{self, Grant, Matter},
        role::Role,
        snapshot::Community,
    },
    governance::{
        deed::{Deed, Opening},
        safeguards,
        team::{self, roles},
    },
    reply::{Argument, Text},
};

/// How long a nomination waits for a second person.
const NOMINATION_WAITS: std::time::Duration = std::time::Duration::from_hours(14 * 24);

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "nommer",
        en: "grant",
    },
    aliases: &["nominate", "appoint"],
    usage: Both {
        fr: "<personne> <rôle> [dans <groupe>] [pendant <durée> | jusqu’au <jour>] [parce que <raison>]",
        en: "<person> <role> [in <group>] [for <duration> | until <day>] [because <reason>]",
    },
    help: "help-grant",
    role: Role::Facilitator,
    scope: Scope::Group,
    clauses: &[Clause::In, Clause::For, Clause::Until, Clause::Because],
    examples: Both {
        fr: &[
            "@awa:example.org animatrice dans secteur-est",
            "@ben:example.org correspondant dans secteur-est pendant 3 mois",
            "@awa:example.org admin parce que disponible et reconnue par toutes",
        ],
        en: &[
            "@awa:example.org facilitator in secteur-est",
            "@ben:example.org correspondent in secteur-est for 3 months",
            "@awa:example.org admin because she has the time and everybody's trust",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    role: Role,
    place: Option<&'a str>,
    reason: Option<String>,
    end: End<'a>,
}

/// When something ends, as it was said.
#[derive(Debug, PartialEq)]
pub(super) enum End<'a> {
    Never,
    After(std::time::Duration),
    On(&'a str),
}

impl<'a> End<'a> {
    pub(super) fn read(input: &Input<'a>) -> Result<Self, Text> {
        if let Some(day) = input.clause(Clause::Until) {
            return Ok(Self::On(day));
        }
        let duration = input.duration(std::time::Duration::ZERO)?;
        Ok(if duration.is_zero() {
            Self::Never
        } else {
            Self::After(duration)
        })
    }

    /// The moment: of a day its end, where the community is.
    pub(super) fn at(
        &self,
        community: &Community,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Text> {
        let day = match self {
            Self::Never => return Ok(None),
            Self::After(duration) => return Ok(Some(now.plus(*duration))),
            Self::On(day) => *day,
        };
        let wrong = || Text::new("not-a-day").with("words", day);
        let zone = jiff::tz::TimeZone::get(&community.definition.timezone)
            .unwrap_or(jiff::tz::TimeZone::UTC);
        let date: jiff::civil::Date = day.trim_end_matches('.').parse().map_err(|_| wrong())?;
        let end = date.at(23, 59, 59, 0).to_zoned(zone).map_err(|_| wrong())?;
        let end = Timestamp(end.timestamp().as_millisecond());
        if end <= now {
            return Err(Text::new("day-is-past").with("words", day));
        }
        Ok(Some(end))
    }
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let subject = input.needed(Text::new("person-missing"))?;
    let (person, role) = subject
        .rsplit_once(char::is_whitespace)
        .ok_or_else(|| Text::new("role-missing"))?;
    let known = Role::called(&fold(unquoted(role))).filter(|role| Role::GIVEN.contains(role));
    let role = known.ok_or_else(|| Text::new("role-unknown").with("word", role))?;
    let person = person.trim_end();
    let person = [" comme", " as", " as a", " as an"]
        .iter()
        .find_map(|word| person.strip_suffix(word))
        .unwrap_or(person);
    Ok(Args {
        person,
        role,
        place: input.clause(Clause::In),
        reason: input.reason(),
        end: End::read(input)?,
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = place(context, args.place)?;
    let person = context.person(args.person)?;
    let grant = Grant {
        user: person,
        place,
        role: args.role,
        until: args.end.at(community, context.now)?,
        by: context.issuer().to_owned(),
        at: context.now,
    };
    may_be_given(context, community, &grant)?;
    if grant.role >= Role::Admin {
        nominate(context, community, &grant, args.reason.as_deref())
    } else {
        Ok(give(context, community, &grant, args.reason.as_deref()))
    }
}

/// Where: the named group, else the group of the command, else the whole community.
pub(super) fn place(context: &Context, group: Option<&str>) -> Result<Place, Refusal> {
    match (group, context.setting) {
        (Some(words), _) => Ok(Place::Group(context.group(words)?.id)),
        (None, Setting::Group(_, place)) => Ok(place.clone()),
        (None, _) => Ok(Place::Space),
    }
}

/// Nobody gives a role to themselves, to the bot, to who is trusted as much as they are; nor one above their own, and up to facilitator
/// only one below it.
fn may_be_given(context: &Context, community: &Community, grant: &Grant) -> Result<(), Refusal> {
    let (issuer, place) = (context.issuer(), &grant.place);
    let refused = |key: &str| Refusal::NotAllowed(about(key, &grant.user, grant.role));
    let own = community.role_in(issuer, place);
    let there = community.role_in(&grant.user, place);
    if grant.user == context.snapshot.bot {
        return Err(refused("not-on-the-bot"));
    }
    if *grant.user == *issuer {
        return Err(refused("not-on-yourself"));
    }
    if grant.role == Role::Owner && *place != Place::Space {
        return Err(Refusal::NotAllowed(Text::new("grant-owner-everywhere")));
    }
    if grant.role >= Role::Admin {
        permission::has_role_in(community, issuer, place, grant.role)?;
    } else {
        permission::has_role_in(community, issuer, place, Role::Facilitator)?;
        if own <= grant.role {
            return Err(refused("grant-not-above"));
        }
        if there >= own {
            return Err(refused("not-on-an-equal"));
        }
    }
    let roles = community.roles_of(&grant.user);
    let given = community
        .records
        .grants
        .get(&record::at(place, &grant.user));
    let by_declaration = given.is_none() && roles.contains(&(place.clone(), grant.role));
    let has_more = given.is_some_and(|given| given.role > grant.role);
    if by_declaration || has_more || (grant.role >= Role::Admin && there >= grant.role) {
        return Err(Refusal::NotAllowed(
            about("grant-has-already", &grant.user, there).with("role", team::called(there)),
        ));
    }
    Ok(())
}

fn about(key: &str, person: &OwnedUserId, role: Role) -> Text {
    let text = Text::new(key).with("person", Argument::User(person.to_string()));
    if key == "grant-not-above" {
        text.with("role", team::called(role))
    } else {
        text
    }
}

fn with_end(deed: &Deed, text: Text, grant: &Grant) -> Text {
    match grant.until {
        Some(until) => text
            .line("grant-until")
            .with("until", team::end(deed.community, until, deed.now)),
        None => text,
    }
}

fn give(context: &Context, community: &Community, grant: &Grant, reason: Option<&str>) -> Outcome {
    let mut deed = context.deed(community);
    roles::give(&mut deed, grant);
    deed.account(
        context.issuer(),
        "grant",
        &grant.user,
        Some(team::detail(grant, reason)),
    );
    let done = team::said(&deed, "grant-done", grant);
    let done = with_end(&deed, done, grant);
    Outcome::of(deed.decision, done)
}

/// A card in the admins' room with what is looked for in an admin; a second person decides.
fn nominate(
    context: &Context,
    community: &Community,
    grant: &Grant,
    reason: Option<&str>,
) -> Answer {
    let missing = safeguards::missing(community, &grant.user);
    if !missing.is_empty() {
        return Err(Refusal::NotAllowed(team::lacking(&grant.user, &missing)));
    }
    if let Some(card) = team::nomination(community, grant) {
        let text = Text::new("nominate-open").code("card", &card.id);
        return Err(Refusal::NotAllowed(text));
    }
    let mut deed = context.deed(community);
    let by = Argument::User(context.issuer().to_string());
    let text = team::said(&deed, "nominate-card", grant).with("by", by);
    let text = with_end(&deed, text, grant);
    let text = super::context::with_reason(text, reason);
    let text = [
        "nominate-checklist",
        "nominate-conduct",
        "nominate-empathy",
        "nominate-time",
        "nominate-experience",
        "nominate-communication",
    ]
    .into_iter()
    .fold(text, Text::line)
    .line("nominate-who-decides")
    .with("role", team::called(grant.role));
    let due = context.now.plus(NOMINATION_WAITS);
    let opening = Opening {
        matter: Matter::Nomination(grant.clone()),
        by: context.issuer().to_owned(),
        due: Some(grant.until.map_or(due, |until| until.min(due))),
        assignee: None,
    };
    if deed.open_for_admins(opening, text).is_none() {
        return Err(Refusal::NotAllowed(Text::new("no-admins-room")));
    }
    deed.account(
        context.issuer(),
        "nominate",
        &grant.user,
        Some(team::detail(grant, reason)),
    );
    let asked = team::said(&deed, "nominate-asked", grant);
    let mut others = community.team().filter(|user| {
        **user != grant.user
            && **user != *context.issuer()
            && community.role_in(user, &grant.place) >= grant.role
    });
    let asked = if others.next().is_none() {
        let name = community.group_of_kind(Kind::Admins).map(Place::Group);
        let name = name.as_ref().map_or("", |place| community.name_of(place));
        asked.line("nominate-nobody").with("place", name)
    } else {
        asked
    };
    Ok(Outcome::of(deed.decision, asked))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        action::{Effect, Recipient},
        commands::testing::{self, admins, apply, body, east, effects, reply, say, user},
        community::{record::RecordKind, snapshot::Snapshot},
        decide::Decision,
    };

    fn est() -> Place {
        Place::Group("secteur-est".parse().unwrap())
    }

    fn role_in(snapshot: &Snapshot, who: &str, place: &Place) -> Role {
        testing::community(snapshot).role_in(&user(who), place)
    }

    fn card(snapshot: &Snapshot) -> String {
        let mut cards = testing::community(snapshot).records.cards.keys();
        cards.next().unwrap().0.clone()
    }

    fn told(decision: &Decision, who: &str) -> bool {
        effects(decision).any(
            |it| matches!(it, Effect::Say { to: Recipient::Person(person), .. } if *person == user(who)),
        )
    }

    #[test]
    fn a_role_below_ones_own_is_given_at_once_told_and_accounted_for() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &admins(),
            "lea",
            "nommer @ben:example.org animateur dans secteur-est pendant 3 mois parce que très présent",
        );
        assert_eq!(role_in(&snapshot, "ben", &est()), Role::Facilitator);
        assert_eq!(role_in(&snapshot, "ben", &Place::Space), Role::Member);
        assert_eq!(decision.review.len(), 1);
        let detail = decision.audit[0].detail.clone().unwrap();
        assert!(
            detail.starts_with("facilitator in secteur-est until 2026-04-01")
                && detail.ends_with(": très présent"),
            "{detail}"
        );
        assert!(told(&decision, "ben"));
        assert_eq!(reply(&decision).key(), "grant-done");
    }

    #[test]
    fn a_day_is_over_at_its_end_where_the_community_is() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @ben:example.org correspondent in secteur-est until 2026-06-30",
        );
        let grants = &testing::community(&snapshot).records.grants;
        let until = grants.values().next().unwrap().until.unwrap();
        assert_eq!(until.to_string(), "2026-06-30T21:59:59Z");
        for (day, expected) in [("2025-06-30", "day-is-past"), ("demain", "not-a-day")] {
            let line = format!("grant @ben:example.org moderator until {day}");
            assert_eq!(
                reply(&say(&snapshot, &admins(), "lea", &line)).key(),
                expected
            );
        }
    }

    #[test]
    fn nobody_gives_as_much_as_they_have_nor_to_an_equal_themselves_or_the_bot() {
        let mut snapshot = testing::snapshot();
        for (who, line, expected) in [
            (
                "nadia",
                "grant @ben:example.org correspondent",
                "not-allowed",
            ),
            (
                "lea",
                "grant @samir:example.org moderator",
                "not-on-an-equal",
            ),
            ("lea", "grant @lea:example.org moderator", "not-on-yourself"),
            (
                "lea",
                "grant @hygie:example.org moderator",
                "not-on-the-bot",
            ),
            ("lea", "grant @ben:example.org owner", "not-allowed"),
            (
                "samir",
                "grant @ben:example.org owner in secteur-est",
                "grant-owner-everywhere",
            ),
            ("lea", "grant @ben:example.org", "role-missing"),
            ("lea", "grant @ben:example.org chef", "role-unknown"),
            (
                "lea",
                "grant @nadia:example.org moderator",
                "grant-has-already",
            ),
        ] {
            let decision = say(&snapshot, &admins(), who, line);
            assert_eq!(
                (reply(&decision).key(), decision.changes.len()),
                (expected, 0),
                "{line}"
            );
        }
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @awa:example.org facilitator in secteur-est",
        );
        let decision = say(
            &snapshot,
            &east(),
            "awa",
            "grant @ben:example.org facilitator",
        );
        assert_eq!(reply(&decision).key(), "grant-not-above");
        apply(
            &mut snapshot,
            &east(),
            "awa",
            "grant @ben:example.org moderator",
        );
        assert_eq!(
            role_in(&snapshot, "ben", &est()),
            Role::Moderator,
            "in the group of the command"
        );
    }

    #[test]
    fn an_admin_is_nominated_and_a_second_one_approves() {
        let mut snapshot = testing::snapshot();
        let asked = apply(
            &mut snapshot,
            &admins(),
            "lea",
            "nommer Nadia admin parce que fiable",
        );
        assert_eq!(reply(&asked).key(), "nominate-asked");
        assert_eq!(role_in(&snapshot, "nadia", &Place::Space), Role::Moderator);
        let again = say(
            &snapshot,
            &admins(),
            "samir",
            "nommer @nadia:example.org admin",
        );
        assert_eq!(reply(&again).key(), "nominate-open");
        let card = card(&snapshot);
        for who in ["lea", "nadia"] {
            let alone = say(&snapshot, &admins(), who, &format!("approve {card}"));
            assert_eq!(reply(&alone).key(), "nominate-second-person", "{who}");
        }
        let member = say(&snapshot, &admins(), "awa", &format!("approve {card}"));
        assert_eq!(reply(&member).key(), "not-allowed");
        let approved = apply(
            &mut snapshot,
            &admins(),
            "samir",
            &format!("approve {card}"),
        );
        assert_eq!(role_in(&snapshot, "nadia", &Place::Space), Role::Admin);
        assert!(told(&approved, "nadia") && approved.review.len() == 1);
        assert!(testing::community(&snapshot).records.cards.is_empty());
    }

    #[test]
    fn a_nomination_is_refused_with_a_reason_declined_or_taken_back() {
        for (who, line) in [
            ("samir", "refuse CARD because too early"),
            ("nadia", "refuse CARD"),
            ("lea", "refuse CARD"),
        ] {
            let mut snapshot = testing::snapshot();
            apply(
                &mut snapshot,
                &admins(),
                "lea",
                "grant @nadia:example.org admin",
            );
            let line = line.replace("CARD", &card(&snapshot));
            let decision = apply(&mut snapshot, &admins(), who, &line);
            assert!(
                testing::community(&snapshot).records.cards.is_empty(),
                "{who}"
            );
            assert_eq!(decision.audit[0].action, "refuse-nomination");
            assert_eq!(role_in(&snapshot, "nadia", &Place::Space), Role::Moderator);
        }
    }

    #[test]
    fn who_lacks_what_admins_must_have_is_not_nominated() {
        let mut snapshot = testing::snapshot();
        let mut definition = testing::community(&snapshot).definition.clone();
        definition.safeguards.admins_must_have =
            [("affiliation".to_owned(), "Staff".to_owned())].into();
        let change = testing::community(&snapshot).redeclared(definition);
        snapshot.apply(&change);
        let line = "grant @nadia:example.org admin";
        let refused = say(&snapshot, &admins(), "lea", line);
        assert_eq!(reply(&refused).key(), "nominate-lacks");
        assert!(
            body(&refused).contains("`affiliation` = `Staff`"),
            "{}",
            body(&refused)
        );
        let mut nadia = record::Person::new("@nadia:example.org");
        nadia.affiliation = "staff".into();
        let id = testing::community(&snapshot).definition.id.clone();
        let known = record::Record::Person(Box::new(nadia));
        snapshot.apply(&crate::community::change::Change::keep(&id, known));
        apply(&mut snapshot, &admins(), "lea", line);
        let key = "@nadia:example.org";
        snapshot.apply(&crate::community::change::Change::forget(
            &id,
            RecordKind::Person,
            key,
        ));
        let line = format!("approve {}", card(&snapshot));
        assert_eq!(
            reply(&say(&snapshot, &admins(), "samir", &line)).key(),
            "nominate-lacks"
        );
    }

    #[derive(Clone, Debug)]
    enum Deed {
        Say(&'static str, String),
        Approve(&'static str),
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let people =
            || prop::sample::select(vec!["samir", "lea", "nadia", "awa", "ben", "camille"]);
        let roles = vec![
            "correspondent",
            "moderator",
            "facilitator",
            "admin",
            "owner",
        ];
        let places = vec!["", " in secteur-est", " in secteur-ouest"];
        let given = (
            people(),
            people(),
            prop::sample::select(roles),
            prop::sample::select(places.clone()),
        )
            .prop_map(|(who, whom, role, place)| {
                Deed::Say(who, format!("grant @{whom}:example.org {role}{place}"))
            });
        let taken =
            (people(), people(), prop::sample::select(places)).prop_map(|(who, whom, place)| {
                Deed::Say(who, format!("revoke @{whom}:example.org{place}"))
            });
        let deed = prop_oneof![3 => given, 1 => taken, 3 => people().prop_map(Deed::Approve)];
        prop::collection::vec(deed, 1..25)
    }

    proptest! {
        #[test]
        fn nobody_rises_without_somebody_above_or_two_equals_and_an_owner_always_stays(deeds in deeds()) {
            let mut snapshot = testing::snapshot();
            for deed in deeds {
                let before = snapshot.clone();
                let (who, line) = match deed {
                    Deed::Say(who, line) => (who, line),
                    Deed::Approve(who) => match testing::community(&snapshot).records.cards.keys().next() {
                        Some(card) => (who, format!("approve {card}")),
                        None => continue,
                    },
                };
                apply(&mut snapshot, &admins(), who, &line);
                let (old, new) = (testing::community(&before), testing::community(&snapshot));
                let issuer = user(who);
                for person in new.team() {
                    for (place, role) in new.roles_of(person) {
                        if old.role_in(person, place) >= *role {
                            continue;
                        }
                        prop_assert!(*person != issuer, "{line}: a gift to oneself");
                        prop_assert!(old.role_in(&issuer, place) >= *role, "{line} by {who}");
                        if *role >= Role::Admin {
                            let grant = &new.records.grants[&record::at(place, person)];
                            prop_assert!(grant.by != issuer && grant.by != *person, "{line}: alone");
                            prop_assert!(old.role_in(&grant.by, place) >= *role, "{line}: nominated from below");
                        } else {
                            prop_assert!(old.role_in(&issuer, place) > *role, "{line} by {who}");
                        }
                    }
                }
                prop_assert!(roles::owners(new).next().is_some(), "{line}: nobody answers for it");
            }
        }
    }
}
