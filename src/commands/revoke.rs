//! `revoke`: takes somebody's roles away, in a group or everywhere, however they got them. For who leads there and is above them; and
//! everybody may lay down their own.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{place::Place, record::Record, role::Role},
    governance::team::{self, roles},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "révoquer",
        en: "revoke",
    },
    aliases: &["retirer-rôle", "demote"],
    usage: Both {
        fr: "<personne> [dans <groupe>] [parce que <raison>]",
        en: "<person> [in <group>] [because <reason>]",
    },
    help: "help-revoke",
    role: Role::Correspondent,
    scope: Scope::Group,
    clauses: &[Clause::In, Clause::Because],
    examples: Both {
        fr: &[
            "@awa:example.org dans secteur-est",
            "@awa:example.org parce que change de métier",
        ],
        en: &[
            "@awa:example.org in secteur-est",
            "@awa:example.org because she changes jobs",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: &'a str,
    place: Option<&'a str>,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        person: input.needed(Text::new("person-missing"))?,
        place: input.clause(Clause::In),
        reason: input.reason(),
    })
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = match (args.place, context.setting) {
        (Some(words), _) => Some(Place::Group(context.group(words)?.id)),
        (None, Setting::Group(_, place)) => Some(place.clone()),
        (None, _) => None,
    };
    let person = context.person(args.person)?;
    let pill = || Argument::User(person.to_string());
    if *person != *context.issuer() {
        let there = place.as_ref().unwrap_or(&Place::Space);
        permission::has_role_in(community, context.issuer(), there, Role::Facilitator)?;
        let bot = &context.snapshot.bot;
        permission::may_act_on(community, bot, context.issuer(), &person, place.as_ref())?;
    }
    let taken = roles::take(community, &person, place.as_ref());
    if taken.roles.is_empty() {
        let somewhere = community.highest_role(&person) > Role::Member;
        let key = if somewhere {
            "revoke-elsewhere"
        } else {
            "revoke-nothing"
        };
        return Err(Refusal::NotAllowed(Text::new(key).with("person", pill())));
    }
    if taken.roles.contains(&(Place::Space, Role::Owner))
        && roles::owners(community).all(|owner| *owner == person)
    {
        return Err(Refusal::NotAllowed(
            Text::new("revoke-last-owner").with("person", pill()),
        ));
    }
    let declared = taken.changes.iter().find_map(declared);
    if declared.is_some_and(|definition| !definition.validate().is_empty()) {
        return Err(Refusal::NotAllowed(Text::new("revoke-not-possible")));
    }
    let mut deed = context.deed(community);
    deed.decision.changes.extend(taken.changes);
    roles::follow(&mut deed, &person);
    deed.review();
    let reason = args.reason.as_deref();
    let mut done = Text::new("revoke-done").with("person", pill());
    let mut told = Text::new("revoke-told").with("community", community.definition.name.as_str());
    for (place, role) in &taken.roles {
        let line = |text: Text| {
            text.line("revoke-line")
                .with("role", team::called(*role))
                .with("place", community.name_of(place))
        };
        (done, told) = (line(done), line(told));
    }
    if *person != *context.issuer() {
        deed.tell(&person, with_reason(told, reason).line("ask-the-team"));
    }
    if taken.by_file {
        done = done.line("revoke-by-file");
    }
    deed.account(
        context.issuer(),
        "revoke",
        &person,
        Some(detail(&taken.roles, reason)),
    );
    Ok(Outcome::of(deed.decision, with_reason(done, reason)))
}

fn declared(
    change: &crate::community::change::Change,
) -> Option<&crate::community::definition::Definition> {
    match change {
        crate::community::change::Change::Keep {
            record: Record::Declared(declared),
            ..
        } => Some(&declared.definition),
        _ => None,
    }
}

fn detail(roles: &[(Place, Role)], reason: Option<&str>) -> String {
    let roles = roles
        .iter()
        .map(|(place, role)| format!("{role} in {place}"));
    let roles = roles.collect::<Vec<_>>().join(", ");
    match reason {
        Some(reason) => format!("{roles}: {reason}"),
        None => roles,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::{Effect, MembershipChange},
        commands::testing::{self, admins, apply, effects, reply, say, user},
    };

    fn role(snapshot: &crate::community::snapshot::Snapshot, who: &str) -> Role {
        testing::community(snapshot).highest_role(&user(who))
    }

    #[test]
    fn a_role_of_the_file_is_taken_away_and_stays_away_until_the_file_changes_it() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &admins(),
            "samir",
            "révoquer @awa:example.org parce que change de métier",
        );
        assert_eq!(role(&snapshot, "awa"), Role::Member);
        assert!(reply(&decision).keys().any(|key| key == "revoke-by-file"));
        assert_eq!(
            decision.audit[0].detail.as_deref(),
            Some("moderator in secteur-est: change de métier")
        );
    }

    #[test]
    fn what_was_given_by_command_is_taken_by_command() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @ben:example.org facilitator in secteur-est",
        );
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @ben:example.org moderator",
        );
        let decision = apply(
            &mut snapshot,
            &admins(),
            "lea",
            "revoke @ben:example.org in secteur-est",
        );
        assert!(reply(&decision).keys().all(|key| key != "revoke-by-file"));
        assert_eq!(
            role(&snapshot, "ben"),
            Role::Moderator,
            "of the community, still"
        );
        apply(&mut snapshot, &admins(), "lea", "revoke @ben:example.org");
        assert_eq!(role(&snapshot, "ben"), Role::Member);
        let nothing = say(&snapshot, &admins(), "lea", "revoke @ben:example.org");
        assert_eq!(reply(&nothing).key(), "revoke-nothing");
    }

    #[test]
    fn who_has_no_role_left_leaves_the_admins_room_and_nothing_else() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &admins(),
            "samir",
            "revoke @nadia:example.org",
        );
        let kicks: Vec<_> = effects(&decision)
            .filter_map(|effect| match effect {
                Effect::Membership {
                    room,
                    change: MembershipChange::Kick,
                    ..
                } => Some(room.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(kicks, ["!adm:example.org"]);
    }

    #[test]
    fn an_equal_is_not_revoked_one_lays_down_ones_own_and_the_last_owner_stays() {
        let mut snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("lea", "revoke @samir:example.org", "not-on-an-equal"),
            ("nadia", "revoke @awa:example.org", "not-allowed"),
            ("samir", "revoke @samir:example.org", "revoke-last-owner"),
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
            "nadia",
            "revoke @nadia:example.org",
        );
        assert_eq!(role(&snapshot, "nadia"), Role::Member);
    }

    #[test]
    fn an_owner_by_command_takes_the_place_of_the_one_in_the_file() {
        let mut snapshot = testing::snapshot();
        let id = testing::community(&snapshot).definition.id.clone();
        let grant = crate::community::record::Grant {
            user: user("lea"),
            place: Place::Space,
            role: Role::Owner,
            until: None,
            by: user("samir"),
            at: testing::NOW,
        };
        snapshot.apply(&crate::community::change::Change::keep(
            &id,
            Record::Grant(grant),
        ));
        let asked = apply(
            &mut snapshot,
            &admins(),
            "samir",
            "revoke @samir:example.org",
        );
        assert_eq!(
            reply(&asked).key(),
            "confirm-asked",
            "a single admin would be left"
        );
        let card = testing::community(&snapshot)
            .records
            .cards
            .keys()
            .next()
            .unwrap();
        let line = format!("approve {card}");
        apply(&mut snapshot, &admins(), "samir", &line);
        let community = testing::community(&snapshot);
        assert_eq!(community.role(&user("samir")), Role::Member);
        assert_eq!(community.definition.owners, [user("lea")]);
    }
}
