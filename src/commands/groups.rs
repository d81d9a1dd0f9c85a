//! `groups`: the groups of the community, what each is for, and what is in force there. For everybody in it.

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        change::Membership, definition::Kind, place::Place, role::Role, snapshot::Community,
    },
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "groupes",
        en: "groups",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-groups",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        run(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let mut text = Text::new("groups-title").with("community", community.definition.name.as_str());
    for group in community.definition.group_list() {
        let place = Place::Group(group.id.clone());
        // A mediation is nobody's business but of those who are in it.
        if group.kind == Kind::Mediation && !is_there(context, community, &place) {
            continue;
        }
        text = text
            .line("groups-line")
            .with("name", group.name.as_str())
            .code("id", &group.id)
            .with("kind", Text::new("kind").with("kind", group.kind.as_str()));
        if !group.topic.is_empty() {
            text = text
                .line("groups-topic")
                .with("topic", group.topic.as_str());
        }
        match community
            .places
            .get(&place)
            .and_then(|room| context.snapshot.rooms.get(room))
        {
            None => text = text.line("groups-no-room"),
            Some(room) => {
                let joined = room.members.iter().filter(|(user, member)| {
                    member.membership == Membership::Join && **user != context.snapshot.bot
                });
                let count = i64::try_from(joined.count()).unwrap_or(i64::MAX);
                text = text.line("groups-members").with("count", count);
            }
        }
        if let Some(lockdown) = community.lockdowns.get(&place) {
            text = text
                .line("groups-locked")
                .with("until", local(community, lockdown.until));
        }
    }
    Ok(Outcome::say(text))
}

fn is_there(context: &Context, community: &Community, place: &Place) -> bool {
    let room = community.places.get(place);
    let room = room.and_then(|room| context.snapshot.rooms.get(room));
    room.is_some_and(|room| room.joined(context.issuer()))
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, apply, body, say};

    #[test]
    fn groups_are_listed_with_their_kind_members_and_lockdown() {
        let mut snapshot = testing::snapshot();
        let said = body(&say(&snapshot, &testing::direct(), "ben", "groupes"));
        assert!(
            said.contains("Secteur Est")
                && said.contains("`admins`")
                && !said.contains("verrouillé"),
            "{said}"
        );
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "verrouiller secteur-est",
        );
        let said = body(&say(&snapshot, &testing::direct(), "ben", "groupes"));
        assert!(said.contains("verrouillé jusqu’au"), "{said}");
    }
}
