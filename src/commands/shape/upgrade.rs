//! `upgrade`: a group gets a new room, and everybody and everything goes there. For owners, who are asked twice.

use serde_json::json;

use super::confirm;
use crate::{
    action::Effect,
    commands::{
        context::{Answer, Context, Outcome, Refusal},
        input::Input,
        spec::{Both, Scope, Spec},
        words::fold,
    },
    community::{definition::Group, desired, place::Place, role::Role},
    reply::Text,
};

pub(crate) const SPEC: Spec = Spec {
    name: Both {
        fr: "remplacer-salon",
        en: "upgrade",
    },
    aliases: &["upgrade-room"],
    usage: Both {
        fr: "<groupe|tout>",
        en: "<group|all>",
    },
    help: "help-upgrade",
    role: Role::Owner,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["secteur-est"],
        en: &["secteur-est"],
    },
    run: |context, input| run(context, parse(input)?),
};

fn parse<'a>(input: &Input<'a>) -> Result<&'a str, Text> {
    input.needed(Text::new("group-missing"))
}

fn run(context: &Context, words: &str) -> Answer {
    let community = context.community()?;
    let all = matches!(fold(words).as_str(), "all" | "tout" | "tous");
    let groups: Vec<Group> = if all {
        community.groups.clone()
    } else {
        vec![context.group(words)?]
    };
    let mut deed = context.deed(community);
    let mut people = 0;
    let mut names = Vec::new();
    for group in &groups {
        let place = Place::Group(group.id.clone());
        let room = community.places.get(&place);
        let known = room.and_then(|it| context.snapshot.rooms.get(it));
        let request = desired::create_request(context.snapshot, community, &place);
        let (Some(room), Some(known), Some(mut request)) = (room, known, request) else {
            continue;
        };
        if let Some(fields) = request.as_object_mut() {
            fields.remove("room_alias_name");
        }
        // What was encrypted, by whomever, stays so in the new room.
        if known.is_encrypted()
            && !group.encryption
            && let Some(state) = request["initial_state"].as_array_mut()
        {
            let megolm = desired::encryption();
            state.push(json!({"type": "m.room.encryption", "state_key": "", "content": megolm}));
        }
        people += known.people(&context.snapshot.bot);
        names.push(group.name.as_str());
        deed.act(Effect::Upgrade {
            community: community.definition.id.clone(),
            place,
            room: room.clone(),
            request,
        });
        deed.account(context.issuer(), "upgrade", &group.id, None);
    }
    if names.is_empty() {
        return Err(Refusal::NotAllowed(Text::new("upgrade-no-room")));
    }
    let names = names.join(", ");
    if !context.confirmed {
        let text = Text::new("upgrade-confirm")
            .with("groups", names)
            .with("count", i64::try_from(people).unwrap_or(i64::MAX));
        let target = if all { "all" } else { groups[0].id.as_str() };
        return confirm(context, community, format!("upgrade {target}"), text);
    }
    Ok(Outcome::of(
        deed.decision,
        Text::new("upgrade-begun").with("groups", names),
    ))
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::{
            confirmed,
            testing::{self, apply, effects, reply, say},
        },
        community::record::Matter,
        governance::cards,
    };

    #[test]
    fn only_an_owner_upgrades_and_only_after_saying_yes() {
        let mut snapshot = testing::snapshot();
        let refused = say(&snapshot, &testing::admins(), "lea", "upgrade secteur-est");
        assert_eq!(reply(&refused).key(), "not-allowed");
        let asked = apply(
            &mut snapshot,
            &testing::admins(),
            "samir",
            "remplacer-salon Secteur Est",
        );
        assert!(effects(&asked).all(|it| it.name() != "upgrade"));
        let community = testing::community(&snapshot);
        let card = community.records.cards.values().next().unwrap().clone();
        let Matter::Confirm { line } = &card.matter else {
            panic!("{card:?}")
        };
        let event = testing::event("samir", "!adm:example.org", "✅");
        let done = confirmed(&snapshot, community, &event, line, testing::NOW);
        assert!(effects(&done).any(|it| it.name() == "upgrade"), "{done:?}");
        let other = testing::event("lea", "!adm:example.org", "✅");
        let answer = cards::Answer {
            snapshot: &snapshot,
            community,
            card: &card,
            event: &other,
            yes: true,
            reason: None,
            now: testing::NOW,
        };
        assert_eq!(cards::answer(&answer).unwrap_err().key(), "card-not-yours");
    }
}
