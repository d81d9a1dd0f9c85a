//! `split`: proposes to make several groups of one that is too large, by the area of its members; an admin decides. For who leads the group.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{place::Place, role::Role},
    governance::seats::split,
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "partager",
        en: "split",
    },
    aliases: &[],
    usage: Both {
        fr: "<groupe>",
        en: "<group>",
    },
    help: "help-split",
    role: Role::Facilitator,
    scope: Scope::Group,
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
    let group = context.group(words)?;
    let place = Place::Group(group.id.clone());
    permission::has_role_in(community, context.issuer(), &place, Role::Facilitator)?;
    if group.kind.always_exists() {
        return Err(Refusal::NotAllowed(
            Text::new("split-never").with("place", group.name.as_str()),
        ));
    }
    let mut deed = context.deed(community);
    split::propose(&mut deed, context.issuer(), &group).map_err(Refusal::NotAllowed)?;
    let text = Text::new("split-proposed").with("place", group.name.as_str());
    Ok(Outcome::of(deed.decision, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{
        commands::testing::{self, apply, body, reply, say, user},
        community::{
            change::{Change, Membership},
            record::{Matter, Person, Record},
            snapshot::Snapshot,
        },
    };

    fn lives(snapshot: &mut Snapshot, name: &str, zone: &str) {
        let mut person = Person::new(user(name).as_str());
        zone.clone_into(&mut person.zone);
        let id = "nord".parse().unwrap();
        snapshot.apply(&Change::keep(&id, Record::Person(Box::new(person))));
        let there = testing::member("!est:example.org", name, Membership::Join);
        snapshot.apply(&there);
    }

    #[test]
    fn a_group_is_split_by_area_when_an_admin_agrees() {
        let mut snapshot = testing::snapshot();
        for (name, zone) in [("p1", "Lille"), ("p2", "lille"), ("p3", "Val d’Oise")] {
            lives(&mut snapshot, name, zone);
        }
        let said = apply(&mut snapshot, &testing::admins(), "samir", "partager est");
        assert_eq!(reply(&said).key(), "split-proposed", "{}", body(&said));
        let shown = format!("{:?}", said.actions);
        assert!(shown.contains("Secteur Est – Lille") && shown.contains("split-without"));
        let cards = &testing::community(&snapshot).records.cards;
        let id = cards.keys().next().unwrap().clone();
        let refused = say(&snapshot, &testing::admins(), "nadia", &format!("yes {id}"));
        assert_eq!(reply(&refused).key(), "not-allowed");
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            &format!("yes {id}"),
        );
        let community = testing::community(&snapshot);
        assert!(community.records.cards.is_empty());
        let made = community.group(&"secteur-est-lille".parse().unwrap());
        let made = made.expect("the part is declared");
        assert_eq!(made.name, "Secteur Est – Lille");
        assert_eq!(made.moderators, [user("awa")]);
        let selects = |name: &str| {
            let person = &community.records.roster[user(name).as_str()];
            made.audience.as_ref().unwrap().selects(person)
        };
        assert!(selects("p1") && selects("p2") && !selects("p3"));
        let other = "secteur-est-val-d-oise".parse().unwrap();
        assert!(community.group(&other).is_some());
        let old = community.group(&"secteur-est".parse().unwrap()).unwrap();
        assert_eq!((old.topic.as_str(), old.archived), ("Entraide", false));
    }

    #[test]
    fn a_group_whose_people_live_in_one_area_is_not_split() {
        let mut snapshot = testing::snapshot();
        lives(&mut snapshot, "p1", "Lille");
        let said = say(&snapshot, &testing::admins(), "samir", "split secteur-est");
        assert_eq!(reply(&said).key(), "split-too-few");
    }

    proptest! {
        #[test]
        fn whatever_the_areas_are_called_the_community_stays_valid(zones in prop::collection::vec("[\\PC\"«»]{0,40}", 2..6)) {
            let mut snapshot = testing::snapshot();
            for (number, zone) in zones.iter().enumerate() {
                lives(&mut snapshot, &format!("p{number}"), zone);
            }
            let said = apply(&mut snapshot, &testing::admins(), "samir", "split secteur-est");
            let cards = testing::community(&snapshot).records.cards.clone();
            let Some((id, card)) = cards.into_iter().next() else {
                let key = reply(&said).key();
                prop_assert!(matches!(key, "split-too-few" | "split-invalid"), "{}", key);
                return Ok(());
            };
            let Matter::Split { parts, .. } = card.matter else { panic!("another card") };
            apply(&mut snapshot, &testing::admins(), "samir", &format!("yes {id}"));
            let community = testing::community(&snapshot);
            prop_assert!(parts.len() >= 2);
            prop_assert_eq!(community.definition.validate(), vec![]);
            prop_assert!(community.definition.groups.len() <= 2 + parts.len());
        }
    }
}
