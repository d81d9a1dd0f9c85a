//! `remind`: what a group asks, or the code of conduct, said again kindly: in the group without naming anybody, or in private to one
//! person. For moderators of that group.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal, with_reason},
    input::{Clause, Input},
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, Recipient},
    community::{place::Place, role::Role, snapshot::Community},
    governance::conduct,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "rappeler",
        en: "remind",
    },
    aliases: &["rappel", "reminder"],
    usage: Both {
        fr: "[personne] [dans <groupe>] [parce que <raison>]",
        en: "[person] [in <group>] [because <reason>]",
    },
    help: "help-remind",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::In, Clause::Because],
    examples: Both {
        fr: &[
            "@awa:example.org dans secteur-est parce que ce groupe est réservé aux urgences",
            "dans secteur-est",
        ],
        en: &[
            "@awa:example.org in secteur-est because this group is for emergencies",
            "in secteur-est",
        ],
    },
    run: |context, input| run(context, &parse(input)),
};

#[derive(Debug, PartialEq)]
struct Args<'a> {
    person: Option<&'a str>,
    group: Option<&'a str>,
    reason: Option<String>,
}

fn parse<'a>(input: &Input<'a>) -> Args<'a> {
    let subject = input.subject;
    // «in secteur-est» without anybody before it is the group as well.
    let alone = ["in ", "dans "]
        .iter()
        .find_map(|preposition| subject.strip_prefix(preposition));
    Args {
        person: Some(subject).filter(|it| !it.is_empty() && alone.is_none()),
        group: input.clause(Clause::In).or(alone),
        reason: input.reason(),
    }
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let place = match (args.group, context.setting) {
        (Some(group), _) => Place::Group(context.group(group)?.id),
        (None, Setting::Group(_, place)) => place.clone(),
        (None, _) => return Err(Text::new("remind-which-group").into()),
    };
    permission::has_role_in(community, context.issuer(), &place, Role::Moderator)?;
    let no_room = || Text::new("move-no-room").with("group", community.name_of(&place));
    let room_id = community.places.get(&place);
    let room_id = room_id.ok_or_else(|| Refusal::NotAllowed(no_room()))?;
    let group = community.name_of(&place);
    let reason = args.reason.as_deref();
    let target = match args.person {
        Some(person) => Some(context.person(person)?),
        None => None,
    };
    let (effect, done, whom) = if let Some(person) = &target {
        let bot = &context.snapshot.bot;
        permission::may_act_on(community, bot, context.issuer(), person, Some(&place))?;
        let pill = || Argument::User(person.to_string());
        let room = context.snapshot.rooms.get(room_id);
        if !room.is_some_and(|room| room.joined(person)) {
            let text = Text::new("remind-not-there").with("person", pill());
            return Err(Refusal::NotAllowed(text.with("group", group)));
        }
        let text = Text::new("remind-person").with("group", group);
        let text = reminder(community, &place, text, reason).line("ask-the-team");
        let done = Text::new("remind-done-person").with("person", pill());
        (context.tell(person, text), done, person.as_str())
    } else {
        let text = reminder(community, &place, Text::new("remind-group"), reason);
        let effect = Effect::Say {
            to: Recipient::Room(room_id.clone()),
            text: text.line("remind-thanks"),
            locale: community.definition.locale,
            reply_to: None,
        };
        let done = Text::new("remind-done").with("group", group);
        (effect, done, "")
    };
    let mut entry = context.audit(community, "remind", whom, args.reason.clone());
    entry.room = Some(room_id.clone());
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![entry],
        ..Outcome::say(done)
    })
}

/// The terms of the group, else the beginning of the code of conduct.
fn reminder(community: &Community, place: &Place, text: Text, reason: Option<&str>) -> Text {
    let terms = conduct::about(community, place);
    let words = terms.map_or(
        community.definition.code_of_conduct.text.as_str(),
        |terms| terms.text,
    );
    with_reason(conduct::opening_lines(text, words), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say, user};

    fn said_to(decision: &crate::decide::Decision, to: &Recipient) -> Vec<String> {
        let said = effects(decision).filter_map(|it| match it {
            Effect::Say { to: own, text, .. } if own == to => Some(text.key().to_owned()),
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn a_group_is_reminded_without_a_name_and_one_person_in_private_only() {
        let snapshot = testing::snapshot();
        let east = Recipient::Room("!est:example.org".try_into().unwrap());
        let decision = say(&snapshot, &testing::east(), "awa", "rappeler");
        assert_eq!(said_to(&decision, &east), ["remind-group"]);
        assert_eq!(decision.audit.len(), 1);
        let line = "remind @ben:example.org because too loud";
        let decision = say(&snapshot, &testing::east(), "awa", line);
        assert_eq!(said_to(&decision, &east), Vec::<String>::new());
        let ben = Recipient::Person(user("ben"));
        assert_eq!(said_to(&decision, &ben), ["remind-person"]);
    }

    #[test]
    fn only_who_moderates_the_group_reminds_it_and_nobody_reminds_an_equal() {
        let snapshot = testing::snapshot();
        for (who, line, key) in [
            ("awa", "rappeler dans secteur-ouest", "not-allowed"),
            ("ben", "rappeler dans secteur-est", "not-allowed"),
            (
                "awa",
                "rappeler @nadia:example.org dans secteur-est",
                "not-on-an-equal",
            ),
            ("nadia", "rappeler", "remind-which-group"),
            (
                "nadia",
                "rappeler @camille2:example.org dans secteur-est",
                "remind-not-there",
            ),
        ] {
            let decision = say(&snapshot, &testing::direct(), who, line);
            assert_eq!(reply(&decision).key(), key, "{line}");
            assert_eq!(effects(&decision).count(), 1, "{line}");
        }
        let done = say(
            &snapshot,
            &testing::admins(),
            "nadia",
            "remind in secteur-est",
        );
        assert_eq!(reply(&done).key(), "remind-done");
    }
}
