//! `ticket`: a way in for one person, once, handed over in private; `ticket revoke` takes it back. For whoever may bring people into the place.

use std::time::Duration;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, local},
    input::{Clause, Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    tickets,
    words::fold,
};
use crate::{
    community::{
        place::Place,
        record::{RecordKind, Ticket},
        role::Role,
        snapshot::Community,
    },
    governance::tickets::{DEFAULT, Order, make},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "billet",
        en: "ticket",
    },
    aliases: &[],
    usage: Both {
        fr: "[personne] [dans <groupe>] [comme <rôle>] [pendant <durée>] | annuler <billet>",
        en: "[person] [in <group>] [as <role>] [for <duration>] | revoke <ticket>",
    },
    help: "help-ticket",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::As, Clause::Into, Clause::For],
    examples: Both {
        fr: &[
            "@awa:example.org dans secteur-est",
            "dans secteur-est comme modération pendant 3 jours",
            "annuler 4f2a9c",
        ],
        en: &[
            "@awa:example.org in secteur-est",
            "in secteur-est as moderator for 3 days",
            "revoke 4f2a9c",
        ],
    },
    run: |context, input| match parse(input)? {
        Args::Revoke(name) => revoke(context, name),
        Args::Make {
            person,
            group,
            role,
            lasts,
        } => give(context, person, group, (role, lasts)),
    },
};

#[derive(Debug, PartialEq)]
enum Args<'a> {
    Make {
        person: Option<&'a str>,
        group: Option<&'a str>,
        role: Role,
        lasts: Duration,
    },
    Revoke(&'a str),
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (first, rest) = first_word(input.subject);
    if matches!(
        fold(first).as_str(),
        "revoke" | "cancel" | "annuler" | "revoquer"
    ) {
        return if rest.is_empty() {
            Err(Text::new("ticket-missing"))
        } else {
            Ok(Args::Revoke(rest))
        };
    }
    // «for @awa» and «pour @awa» name the person too.
    let person = match fold(first).as_str() {
        "for" | "pour" => rest,
        _ => input.subject,
    };
    let role = match input.clause(Clause::As) {
        None => Role::Member,
        Some(word) => Role::called(&fold(word))
            .filter(|role| *role >= Role::Member)
            .ok_or_else(|| Text::new("ticket-unknown-role").with("words", word))?,
    };
    Ok(Args::Make {
        person: Some(person).filter(|it| !it.is_empty()),
        group: input.clause(Clause::Into),
        role,
        lasts: input.duration(DEFAULT)?,
    })
}

fn give(
    context: &Context,
    person: Option<&str>,
    group: Option<&str>,
    (role, lasts): (Role, Duration),
) -> Answer {
    let community = context.community()?;
    let order = Order {
        person: person.map(|words| context.person(words)).transpose()?,
        place: place(context, community, group)?,
        role,
        lasts,
        by: context.issuer().to_owned(),
    };
    let mut deed = context.deed(community);
    let ticket = make(&mut deed, order).map_err(Refusal::NotAllowed)?;
    Ok(Outcome::of(deed.decision, made(community, &ticket)))
}

/// Into what: the group that was named, else that of the command, else the community as a whole for who may invite there.
fn place(context: &Context, community: &Community, group: Option<&str>) -> Result<Place, Refusal> {
    match (group, context.setting) {
        (Some(words), _) => Ok(Place::Group(context.group(words)?.id)),
        (None, Setting::Group(_, place)) => Ok(place.clone()),
        (None, _) if community.role(context.issuer()) >= Role::Moderator => Ok(Place::Space),
        (None, _) => Err(Text::new("ticket-which-group").into()),
    }
}

fn made(community: &Community, ticket: &Ticket) -> Text {
    let (key, person) = match &ticket.person {
        Some(person) => ("ticket-made-for", person),
        None => ("ticket-made", &ticket.by),
    };
    let text = Text::new(key)
        .code("ticket", ticket.name())
        .with("person", Argument::User(person.to_string()))
        .with("place", community.name_of(&ticket.place))
        .with("until", local(community, ticket.until));
    if ticket.role > Role::Member {
        text.line("ticket-made-role")
            .with("role", Text::new(ticket.role.text_key()))
    } else {
        text
    }
}

fn revoke(context: &Context, name: &str) -> Answer {
    let community = context.community()?;
    let unknown = || Refusal::NotAllowed(Text::new("ticket-not-found"));
    let wanted = name.trim().to_lowercase();
    let mut open = tickets::within_reach(community, context.issuer(), context.now);
    open.retain(|ticket| wanted.len() >= ticket.name().len() && ticket.id.starts_with(&wanted));
    let [ticket] = open.as_slice() else {
        return Err(unknown());
    };
    permission::may_change_what(community, context.issuer(), &ticket.by)?;
    let mut deed = context.deed(community);
    deed.forget(RecordKind::Ticket, ticket.id.clone());
    let whom = ticket.person.as_ref().map_or("", |it| it.as_str());
    let detail = format!("{} {}", ticket.name(), ticket.place);
    deed.account(context.issuer(), "ticket-revoke", whom, Some(detail));
    let text = Text::new("ticket-revoked")
        .code("ticket", ticket.name())
        .with("place", community.name_of(&ticket.place));
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        action::Effect,
        commands::testing::{self, NOW, apply, body, effects, reply, say, user},
        community::{change::Change, record::Record},
        decide::Decision,
        governance::tickets::Token,
    };

    fn read(line: &str) -> Result<Args<'_>, Text> {
        parse(&Input::read(line, SPEC.clauses))
    }

    fn ticket_of(decision: &Decision) -> Option<&Ticket> {
        decision.changes.iter().find_map(|change| match change {
            Change::Keep {
                record: Record::Ticket(ticket),
                ..
            } => Some(ticket),
            _ => None,
        })
    }

    #[test]
    fn what_follows_for_is_a_group_a_person_or_a_duration() {
        let week = Duration::from_hours(7 * 24);
        for (line, person, group, role, lasts) in [
            ("", None, None, Role::Member, DEFAULT),
            ("@awa:s", Some("@awa:s"), None, Role::Member, DEFAULT),
            (
                "for @awa:s in est",
                Some("@awa:s"),
                Some("est"),
                Role::Member,
                DEFAULT,
            ),
            ("pour est", None, Some("est"), Role::Member, DEFAULT),
            (
                "@awa:s for Secteur Est as moderator for 7 days",
                Some("@awa:s"),
                Some("Secteur Est"),
                Role::Moderator,
                week,
            ),
            (
                "dans est en tant que modératrice pour une semaine",
                None,
                Some("est"),
                Role::Moderator,
                week,
            ),
            (
                "dans est en tant qu’animatrice",
                None,
                Some("est"),
                Role::Facilitator,
                DEFAULT,
            ),
            ("@awa:s 7 jours", Some("@awa:s"), None, Role::Member, week),
            ("for 7 days for est", None, Some("est"), Role::Member, week),
        ] {
            let expected = Args::Make {
                person,
                group,
                role,
                lasts,
            };
            assert_eq!(read(line), Ok(expected), "{line}");
        }
        assert_eq!(read("annuler 4f2a9c"), Ok(Args::Revoke("4f2a9c")));
        assert_eq!(read("revoke").unwrap_err().key(), "ticket-missing");
        assert_eq!(read("as pope").unwrap_err().key(), "ticket-unknown-role");
        assert_eq!(
            read("as newcomer").unwrap_err().key(),
            "ticket-unknown-role"
        );
    }

    #[test]
    fn a_ticket_is_noted_accounted_for_and_handed_to_its_person_without_its_token() {
        let snapshot = testing::snapshot();
        let line = "billet @zoe:example.org dans secteur-est pendant 3 jours";
        let decision = say(&snapshot, &testing::admins(), "nadia", line);
        let ticket = ticket_of(&decision).expect("a ticket");
        assert_eq!(ticket.person, Some(user("zoe")));
        assert_eq!(ticket.until, NOW.plus(Duration::from_hours(72)));
        assert_eq!(decision.audit[0].action, "ticket");
        let handed = effects(&decision).find_map(|it| match it {
            Effect::HandTicket { to, cause, .. } => Some((to.clone(), cause.clone())),
            _ => None,
        });
        let (to, cause) = handed.expect("it is handed over");
        assert_eq!(to, user("zoe"));
        let token = Token::derive(&snapshot.hash_key, &cause);
        assert_eq!(token.id(), ticket.id);
        let stored = format!("{decision:?}");
        for secret in [token.to_string(), token.to_string().replace('-', "")] {
            assert!(!stored.contains(&secret), "the token is in the decision");
        }
        assert!(body(&decision).contains(ticket.name()));
    }

    #[test]
    fn a_ticket_for_nobody_in_particular_goes_to_who_gives_it() {
        let decision = say(&testing::snapshot(), &testing::east(), "awa", "ticket");
        let ticket = ticket_of(&decision).expect("a ticket");
        assert_eq!(ticket.place, Place::Group("secteur-est".parse().unwrap()));
        assert!(
            effects(&decision)
                .any(|it| matches!(it, Effect::HandTicket { to, .. } if *to == user("awa")))
        );
    }

    #[test]
    fn who_leads_gives_a_role_below_their_own_and_none_that_needs_a_nomination() {
        let snapshot = testing::snapshot();
        for (who, line, expected) in [
            ("nadia", "ticket as facilitator", "ticket-above-yourself"),
            ("nadia", "ticket as moderator", "ticket-above-yourself"),
            ("nadia", "ticket as correspondent", "ticket-above-yourself"),
            ("samir", "ticket as admin", "ticket-needs-nomination"),
            ("samir", "ticket as owner", "ticket-needs-nomination"),
            ("awa", "ticket in secteur-ouest", "not-allowed"),
            ("nadia", "ticket in admins", "ticket-no-way"),
            ("nadia", "ticket @ben:example.org", "ticket-already-there"),
            ("nadia", "ticket @hygie:example.org", "not-on-the-bot"),
            ("nadia", "ticket @x:elsewhere.org", "ticket-server"),
        ] {
            let decision = say(&snapshot, &testing::admins(), who, line);
            assert_eq!(
                (reply(&decision).key(), ticket_of(&decision)),
                (expected, None),
                "{line}"
            );
        }
        let may = say(
            &snapshot,
            &testing::admins(),
            "samir",
            "ticket as facilitator",
        );
        assert_eq!(ticket_of(&may).map(|it| it.role), Some(Role::Facilitator));
        let member = say(&snapshot, &testing::direct(), "ben", "ticket");
        assert_eq!(
            (reply(&member).key(), ticket_of(&member)),
            ("not-allowed", None)
        );
    }

    #[test]
    fn a_ticket_is_taken_back_by_who_may_and_only_then() {
        let mut snapshot = testing::snapshot();
        let made = apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "ticket in secteur-est",
        );
        let line = format!("ticket revoke {}", ticket_of(&made).unwrap().name());
        for (who, expected) in [
            ("nadia", "decided-above"),
            ("awa", "decided-above"),
            ("ben", "not-allowed"),
        ] {
            assert_eq!(
                reply(&say(&snapshot, &testing::admins(), who, &line)).key(),
                expected
            );
        }
        let decision = apply(&mut snapshot, &testing::admins(), "samir", &line);
        assert_eq!(reply(&decision).key(), "ticket-revoked");
        assert!(testing::community(&snapshot).records.tickets.is_empty());
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "samir", &line)).key(),
            "ticket-not-found"
        );
    }

    proptest! {
        #[test]
        fn no_ticket_gives_as_much_as_its_giver_has(
            who in prop::sample::select(vec!["samir", "lea", "nadia", "awa", "ben", "hygie"]),
            place in prop::sample::select(vec!["", "in secteur-est", "in secteur-ouest", "in admins", "in annonces"]),
            role in prop::sample::select(vec!["", "as member", "as correspondent", "as moderator", "as facilitator", "as admin", "as owner"]),
        ) {
            let snapshot = testing::snapshot();
            let decision = say(&snapshot, &testing::admins(), who, &format!("ticket {place} {role}"));
            if let Some(ticket) = ticket_of(&decision) {
                let own = testing::community(&snapshot).role_in(&user(who), &ticket.place);
                prop_assert!(ticket.role < own && ticket.role < Role::Admin && own >= Role::Moderator);
            }
        }
    }
}
