//! `lockdown`: a group, or the whole community, is for the team only, for a time; then everything is as it was. For admins.
//!
//! How the room was is kept with the lockdown. Locking again only moves its end. `community::timers` ends it.

use std::time::Duration;

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, local, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::{Effect, Recipient},
    community::{
        change::{Change, Lockdown},
        definition::Kind,
        place::Place,
        role::Role,
        snapshot::Community,
    },
    reply::Text,
};

/// How long a lockdown lasts when nothing is said.
const DEFAULT: Duration = Duration::from_hours(2);

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "verrouiller",
        en: "lockdown",
    },
    aliases: &["verrou", "lock"],
    usage: Both {
        fr: "<groupe|tout> [pendant <durée>] [parce que <raison>]",
        en: "<group|all> [for <duration>] [because <reason>]",
    },
    help: "help-lockdown",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::For, Clause::Because],
    examples: Both {
        fr: &[
            "secteur-est pendant 2h",
            "tout pendant 30 min parce que fausse alerte en cours",
        ],
        en: &[
            "secteur-est for 2h",
            "all for 30 min because of a false alarm",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    target: &'a str,
    duration: Duration,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    Ok(Args {
        target: input.subject,
        duration: input.duration(DEFAULT)?,
        reason: input.reason(),
    })
}

/// Which groups are meant: the one that is named, all of them, or the one of the command. Never the admins' own.
///
/// # Errors
/// When none is named where one is needed, or it does not exist.
pub(super) fn targets(
    context: &Context,
    community: &Community,
    words: &str,
) -> Result<Vec<Place>, Refusal> {
    let definition = &community.definition;
    let wanted = fold(words);
    let whole = [
        "tout",
        "tous",
        "toute la communaute",
        "communaute",
        "all",
        "community",
        "the community",
        "everything",
    ];
    let is_whole = whole.contains(&wanted.as_str())
        || (wanted == fold(&definition.name) || wanted == fold(definition.id.as_str()))
            && !wanted.is_empty();
    let here = matches!(wanted.as_str(), "" | "ici" | "here");
    let admins = community.group_of_kind(Kind::Admins).map(Place::Group);
    if is_whole {
        let places = definition
            .group_list()
            .into_iter()
            .map(|group| Place::Group(group.id));
        return Ok(places
            .filter(|place| Some(place) != admins.as_ref())
            .collect());
    }
    let place = match context.setting {
        Setting::Group(_, place @ Place::Group(_)) if here => place.clone(),
        _ if wanted.is_empty() => return Err(Text::new("group-missing").into()),
        _ => Place::Group(context.group(words)?.id),
    };
    if Some(&place) == admins.as_ref() {
        Err(Refusal::NotAllowed(Text::new("lockdown-not-admins")))
    } else {
        Ok(vec![place])
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let until = context.now.plus(args.duration);
    let reason = args.reason.as_deref();
    let mut outcome = Outcome {
        review: true,
        ..Outcome::default()
    };
    let mut text = Text::default();
    for place in targets(context, community, args.target)? {
        let name = community.name_of(&place);
        let prior = match community.lockdowns.get(&place) {
            Some(lockdown) => {
                permission::may_change_what(community, context.issuer(), &lockdown.by)?;
                Some(lockdown.prior.clone())
            }
            None => power_levels(context, community, &place),
        };
        let (Some(prior), Some(room)) = (prior, community.places.get(&place)) else {
            text = text.line("lockdown-impossible").with("group", name);
            continue;
        };
        let told = Text::new("lockdown-told").with("until", local(community, until));
        outcome.effects.push(Effect::Say {
            to: Recipient::Room(room.clone()),
            text: with_reason(told, reason),
            locale: community.definition.locale,
            reply_to: None,
        });
        let detail = match reason {
            Some(reason) => format!("until {until}: {reason}"),
            None => format!("until {until}"),
        };
        let mut entry = context.audit(community, "lockdown", &place.to_string(), Some(detail));
        entry.room = Some(room.clone());
        outcome.audit.push(entry);
        text = text.line("lockdown-line").with("group", name);
        let by = context.issuer().to_owned();
        outcome.changes.push(Change::Locked(Lockdown {
            community: community.definition.id.clone(),
            place,
            until,
            by,
            prior,
        }));
    }
    if outcome.changes.is_empty() {
        return Err(Refusal::NotAllowed(text));
    }
    let title = Text::new("lockdown-title").with("until", local(community, until));
    outcome.reply = Some(with_reason(title.then(text), reason).line("lockdown-until"));
    Ok(outcome)
}

fn power_levels(
    context: &Context,
    community: &Community,
    place: &Place,
) -> Option<serde_json::Value> {
    let room = context.snapshot.rooms.get(community.places.get(place)?)?;
    room.state("m.room.power_levels", "").cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, NOW, apply, body, effects, reply, say};
    use serde_json::json;

    fn east() -> Place {
        Place::Group("secteur-est".parse().unwrap())
    }

    #[test]
    fn a_lockdown_keeps_how_the_room_was_and_locking_again_only_moves_the_end() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "verrouiller secteur-est pendant 2h",
        );
        assert_eq!((decision.changes.len(), decision.review.len()), (1, 1));
        let first = testing::community(&snapshot).lockdowns[&east()].clone();
        assert_eq!(first.until, NOW.plus(Duration::from_hours(2)));
        assert_eq!(first.prior, testing::power_levels());
        let room = "!est:example.org".try_into().unwrap();
        let locked = json!({"events_default": 100});
        snapshot.apply(&Change::State {
            room,
            event_type: "m.room.power_levels".into(),
            state_key: String::new(),
            content: locked,
            at: NOW,
        });
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "lockdown Secteur Est for 3h because still",
        );
        let again = testing::community(&snapshot).lockdowns[&east()].clone();
        assert_eq!(
            (again.prior, again.until),
            (first.prior, NOW.plus(Duration::from_hours(3)))
        );
    }

    #[test]
    fn the_whole_community_is_every_group_but_the_admins() {
        let mut snapshot = testing::snapshot();
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "lockdown all for 30 min",
        );
        let locked: Vec<String> = testing::community(&snapshot)
            .lockdowns
            .keys()
            .map(Place::to_string)
            .collect();
        assert_eq!(locked, ["announcements", "secteur-est", "secteur-ouest"]);
        let told = effects(&decision).filter(|it| matches!(it, Effect::Say { to: Recipient::Room(room), .. } if room != "!adm:example.org"));
        assert_eq!(told.count(), 3);
        assert!(body(&decision).contains("Secteur Ouest"));
    }

    #[test]
    fn the_admins_room_and_unknown_groups_are_not_locked() {
        let snapshot = testing::snapshot();
        for (line, expected) in [
            ("lockdown admins", "lockdown-not-admins"),
            ("lockdown nord-est", "unknown-group"),
            ("lockdown", "group-missing"),
        ] {
            let decision = say(&snapshot, &testing::admins(), "lea", line);
            assert_eq!(
                (reply(&decision).key(), decision.changes.len()),
                (expected, 0),
                "{line}"
            );
        }
    }

    #[test]
    fn a_room_whose_power_levels_are_not_known_is_not_locked_and_that_is_said() {
        let mut snapshot = testing::snapshot();
        let room: ruma::OwnedRoomId = "!est:example.org".try_into().unwrap();
        snapshot.rooms.get_mut(&room).unwrap().state.clear();
        let decision = say(&snapshot, &testing::admins(), "lea", "lockdown secteur-est");
        assert!(
            decision.changes.is_empty()
                && reply(&decision)
                    .keys()
                    .any(|key| key == "lockdown-impossible")
        );
    }

    #[test]
    fn an_unlock_restores_exactly_what_was() {
        let mut snapshot = testing::snapshot();
        assert_eq!(
            reply(&say(
                &snapshot,
                &testing::admins(),
                "lea",
                "unlock secteur-est"
            ))
            .key(),
            "unlock-not-locked"
        );
        apply(&mut snapshot, &testing::admins(), "lea", "lockdown all");
        let decision = apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "déverrouiller secteur-est",
        );
        let restored = effects(&decision).find_map(|it| match it {
            Effect::SetState {
                room,
                event_type,
                content,
                ..
            } => Some((room.as_str(), event_type.as_str(), content.clone())),
            _ => None,
        });
        assert_eq!(
            restored,
            Some((
                "!est:example.org",
                "m.room.power_levels",
                testing::power_levels()
            ))
        );
        assert_eq!(testing::community(&snapshot).lockdowns.len(), 2);
    }

    #[test]
    fn an_admin_does_not_open_what_an_owner_closed() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "lockdown secteur-est for 1 day",
        );
        for line in ["unlock secteur-est", "lockdown secteur-est for 1 min"] {
            assert_eq!(
                reply(&say(&snapshot, &testing::admins(), "lea", line)).key(),
                "decided-above",
                "{line}"
            );
        }
    }
}
