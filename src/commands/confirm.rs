//! A command that would leave the community without enough people to run it asks first: its giver is told what would break, and says yes
//! or no to a card.

use super::{
    Setting,
    context::{Context, Outcome},
    input::{Clause, Input},
    spec::Spec,
};
use crate::{
    action::{Effect, Recipient},
    community::{
        change::Change,
        record::Matter,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    governance::{deed::Opening, safeguards},
    reply::Text,
};

/// The commands that are looked at, by their English names.
const LOOKED_AT: &[&str] = &[
    "kick", "ban", "revoke", "away", "leaver", "archive", "close", "remove",
];
/// How long the question waits.
pub(super) const WAITS: std::time::Duration = std::time::Duration::from_hours(24);

/// What happens instead of `outcome`, when that would break what holds: a question. None when it breaks nothing, or was confirmed.
pub(super) fn instead(
    context: &Context,
    spec: &Spec,
    input: &Input,
    rest: &str,
    outcome: &Outcome,
) -> Option<Outcome> {
    let community = context.community?;
    if context.confirmed || !LOOKED_AT.contains(&spec.name.en) {
        return None;
    }
    let changes = changes(context.snapshot, outcome);
    if !safeguards::touches_the_team(community, &changes) {
        return None;
    }
    let broken = safeguards::newly_broken(context.snapshot, community, &changes, context.now);
    if broken.is_empty() {
        return None;
    }
    let line = line(context, community, spec, input, rest);
    let text = Text::new("safeguard-would-break").code("words", &line);
    let text = safeguards::lines(text, broken.into_values().collect());
    let opening = Opening {
        matter: Matter::Confirm { line },
        by: context.issuer().to_owned(),
        due: Some(context.now.plus(WAITS)),
        assignee: None,
    };
    let mut deed = context.deed(community);
    // Where who gave it sees it: in the admins' room, or privately when they are not there.
    let admins = community.admins_room().filter(|room| {
        let room = context.snapshot.rooms.get(*room);
        room.is_some_and(|room| room.joined(context.issuer()))
    });
    let to = match admins {
        Some(room) => Recipient::Room(room.clone()),
        None => Recipient::Person(context.issuer().to_owned()),
    };
    deed.open(opening, to, text);
    Some(Outcome::of(deed.decision, Text::new("confirm-asked")))
}

/// What would be known once everything is done.
fn changes(snapshot: &Snapshot, outcome: &Outcome) -> Vec<Change> {
    let actions = outcome.actions.iter().map(|action| &action.effect);
    let memberships = outcome.effects.iter().chain(actions).filter_map(|effect| {
        let Effect::Membership {
            room, user, change, ..
        } = effect
        else {
            return None;
        };
        let known = snapshot.rooms.get(room)?.members.get(user);
        let display_name = known.and_then(|member| member.display_name.as_deref());
        Some(Change::Member {
            room: room.clone(),
            user: user.clone(),
            membership: change.outcome(),
            display_name: display_name.map(str::to_owned),
        })
    });
    memberships.chain(outcome.changes.iter().cloned()).collect()
}

/// The command as it is carried out from the card, where nothing says any more in which group it was given.
fn line(
    context: &Context,
    community: &Community,
    spec: &Spec,
    input: &Input,
    rest: &str,
) -> String {
    let name = spec.name.of(community.definition.locale);
    let whole = format!("{name} {rest}");
    let Setting::Group(_, place) = context.setting else {
        return whole;
    };
    let clause = [(Clause::From, "from"), (Clause::In, "in")]
        .into_iter()
        .find(|(clause, _)| spec.clauses.contains(clause));
    let Some((clause, preposition)) = clause else {
        return whole;
    };
    // Who moderates all groups and names none means the community, see `kick`.
    let means_all = clause == Clause::From && community.role(context.issuer()) >= Role::Moderator;
    if means_all || input.clause(clause).is_some() {
        return whole;
    }
    let reason = input.reason();
    let reason = reason.map(|reason| format!(" because {reason}"));
    let subject = input.subject;
    format!(
        "{name} « {subject} » {preposition} {place}{}",
        reason.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use crate::{
        action::{Effect, MembershipChange, Recipient},
        commands::testing::{self, admins, apply, direct, east, effects, member, reply, user},
        community::{change::Membership, record::Matter, snapshot::Snapshot},
        decide::Decision,
    };

    fn kicks(decision: &Decision) -> usize {
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

    fn cards(snapshot: &Snapshot) -> Vec<(String, String)> {
        let cards = testing::community(snapshot).records.cards.values();
        let lines = cards.map(|card| match &card.matter {
            Matter::Confirm { line } => (card.id.0.clone(), line.clone()),
            other => panic!("{other:?}"),
        });
        lines.collect()
    }

    #[test]
    fn a_kick_that_leaves_one_admin_alone_is_done_only_when_confirmed_by_who_gave_it() {
        let mut snapshot = testing::snapshot();
        let line = "retirer @lea:example.org parce que départ";
        let asked = apply(&mut snapshot, &direct(), "samir", line);
        assert_eq!((reply(&asked).key(), kicks(&asked)), ("confirm-asked", 0));
        assert!(asked.audit.is_empty());
        let [(card, kept)] = &cards(&snapshot)[..] else {
            panic!("one card")
        };
        assert_eq!(kept, line);
        let (yes, no) = (format!("approve {card}"), format!("refuse {card}"));
        let other = apply(&mut snapshot.clone(), &admins(), "nadia", &yes);
        assert_eq!((reply(&other).key(), kicks(&other)), ("card-not-yours", 0));
        let mut refused = snapshot.clone();
        let dropped = apply(&mut refused, &admins(), "samir", &no);
        assert_eq!((kicks(&dropped), cards(&refused).len()), (0, 0));
        let done = apply(&mut snapshot, &admins(), "samir", &yes);
        assert_eq!((kicks(&done), cards(&snapshot).len()), (3, 0));
        assert_eq!(done.audit[0].action, "kick");
    }

    #[test]
    fn what_was_broken_before_asks_nothing() {
        let mut snapshot = testing::snapshot();
        for who in ["samir", "lea", "nadia"] {
            snapshot.apply(&member("!space:example.org", who, Membership::Leave));
        }
        let line = "kick @awa:example.org from secteur-est";
        assert_eq!(kicks(&apply(&mut snapshot, &admins(), "lea", line)), 1);
        let mut snapshot = testing::snapshot();
        let decision = apply(&mut snapshot, &admins(), "samir", "kick @ben:example.org");
        assert_eq!(kicks(&decision), 3);
    }

    #[test]
    fn a_command_of_a_group_is_still_about_that_group_when_it_is_confirmed() {
        let mut snapshot = testing::snapshot();
        // Of those who lead all groups nobody is there: Awa and Ben lead the east.
        for who in ["samir", "lea", "nadia"] {
            snapshot.apply(&member("!space:example.org", who, Membership::Leave));
        }
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @ben:example.org moderator in secteur-est",
        );
        apply(
            &mut snapshot,
            &admins(),
            "lea",
            "grant @awa:example.org facilitator in secteur-est",
        );
        let asked = apply(
            &mut snapshot,
            &east(),
            "awa",
            "kick @ben:example.org because gone",
        );
        let shown = effects(&asked).any(|it| matches!(it, Effect::Card { to: Recipient::Person(who), .. } if *who == user("awa")));
        assert!(shown, "she is not in the admins' room");
        let [(card, line)] = &cards(&snapshot)[..] else {
            panic!("one card")
        };
        assert!(line.contains("from secteur-est because gone"), "{line}");
        let line = format!("approve {card}");
        let done = apply(&mut snapshot, &direct(), "awa", &line);
        assert_eq!(kicks(&done), 1, "{:?}", reply(&done));
    }
}
