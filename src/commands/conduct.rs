//! `acceptances`: how many have accepted which version of what is asked, and how many have not answered. For admins.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        change::Membership,
        record::Purpose,
        role::Role,
        snapshot::{Community, Snapshot},
    },
    governance::conduct::{self, Asking},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "acceptations",
        en: "acceptances",
    },
    aliases: &["charte-statut", "conduct-status"],
    usage: Both { fr: "", en: "" },
    help: "help-acceptances",
    role: Role::Admin,
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

/// What people have said to one question.
#[derive(Default)]
struct Count {
    people: i64,
    accepted: i64,
    earlier: i64,
    declined: i64,
    open: i64,
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let askings = conduct::all(community);
    let asks_consent = community.definition.code_of_conduct.ask_relay_consent;
    if askings.is_empty() && !asks_consent {
        return Ok(Outcome::say(Text::new("acceptances-not-asked")));
    }
    let mut text = Text::default();
    for asking in askings {
        let count = count(context.snapshot, community, &asking);
        text = text
            .line("acceptances-title")
            .with("name", community.name_of(&asking.place))
            .with("version", i64::from(asking.version))
            .line("acceptances-accepted")
            .with("count", count.accepted)
            .with("people", count.people);
        for (key, count) in [
            ("acceptances-earlier", count.earlier),
            ("acceptances-open", count.open),
            ("acceptances-declined", count.declined),
        ] {
            if count > 0 {
                text = text.line(key).with("count", count);
            }
        }
    }
    if asks_consent {
        text = relay(context.snapshot, community, text);
    }
    Ok(Outcome::say(text))
}

fn count(snapshot: &Snapshot, community: &Community, asking: &Asking) -> Count {
    let mut count = Count::default();
    let room = community.places.get(&asking.place);
    let room = room.and_then(|room| snapshot.rooms.get(room));
    let there = room.into_iter().flat_map(|room| room.members.iter());
    for (user, _) in there.filter(|(user, member)| {
        member.membership == Membership::Join && conduct::is_asked(snapshot, community, user)
    }) {
        count.people += 1;
        if asking.is_accepted(community, user) {
            count.accepted += 1;
            continue;
        }
        let before = community.records.accepted(&asking.place, user);
        count.earlier += i64::from(before.is_some_and(|version| version > 0));
        let said_no = conduct::open_to(community, user).any(|(card, place, _)| {
            *place == asking.place && card.votes.iter().any(|vote| !vote.yes)
        });
        if said_no {
            count.declined += 1;
        } else {
            count.open += 1;
        }
    }
    count
}

fn relay(snapshot: &Snapshot, community: &Community, text: Text) -> Text {
    let (mut yes, mut no, mut unknown) = (0, 0, 0);
    let space = community.places.get(&crate::community::place::Place::Space);
    let space = space.and_then(|room| snapshot.rooms.get(room));
    let there = space.into_iter().flat_map(|room| room.members.iter());
    for (user, member) in there {
        if member.membership != Membership::Join || *user == snapshot.bot {
            continue;
        }
        match community.records.consents(Purpose::Relay, user) {
            Some(true) => yes += 1,
            Some(false) => no += 1,
            None => unknown += 1,
        }
    }
    text.line("acceptances-relay")
        .with("yes", yes)
        .with("no", no)
        .with("unknown", unknown)
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::testing::{self, apply, body, reply, say},
        community::definition::Acceptance,
    };

    #[test]
    fn admins_see_how_many_have_accepted_and_others_do_not() {
        let mut snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let mut definition = community.definition.clone();
        definition.code_of_conduct.acceptance = Acceptance::Asked;
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        apply(&mut snapshot, &testing::direct(), "ben", "j'accepte");
        let said = body(&say(&snapshot, &testing::admins(), "lea", "acceptations"));
        // Ben and the two Camilles are asked, the team is not.
        assert!(
            said.contains("1 sur 3") && said.contains("répondu : 2"),
            "{said}"
        );
        let refused = say(&snapshot, &testing::direct(), "ben", "acceptations");
        assert_eq!(reply(&refused).key(), "not-allowed");
    }

    #[test]
    fn where_nothing_is_asked_that_is_said() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "lea",
            "acceptances",
        );
        assert_eq!(reply(&decision).key(), "acceptances-not-asked");
    }
}
