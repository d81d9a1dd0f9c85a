//! `waiting`: who waits for a place in a full group. The team sees the lists, a member their own places.

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{definition::Group, place::Place, role::Role},
    governance::{admission, seats},
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "attente",
        en: "waiting",
    },
    aliases: &["waitlist"],
    usage: Both {
        fr: "[groupe]",
        en: "[group]",
    },
    help: "help-waiting",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "secteur-est"],
        en: &["", "secteur-est"],
    },
    run: |context, input| run(context, input),
};

/// The most people that are listed of one group.
const MOST: usize = 30;

fn run(context: &Context, input: &Input) -> Answer {
    let community = context.community()?;
    let groups: Vec<Group> = if input.subject.is_empty() {
        community.groups.clone()
    } else {
        vec![context.group(input.subject)?]
    };
    let issuer = context.issuer();
    let mut lines: Option<Text> = None;
    let mut add = |text: Text| {
        lines = Some(match lines.take() {
            Some(lines) => lines.then(text),
            None => text,
        });
    };
    for group in &groups {
        let place = Place::Group(group.id.clone());
        let queue = seats::queue(community, &place);
        let ranked = (1_i64..).zip(&queue);
        if admission::may_decide(community, issuer, &place) && !queue.is_empty() {
            let mut text = Text::new("waiting-title").with("place", group.name.as_str());
            for (rank, waiting) in ranked.take(MOST) {
                text = text
                    .line("waiting-line")
                    .with("rank", rank)
                    .with("person", Argument::User(waiting.user.to_string()))
                    .with("since", local(community, waiting.at));
            }
            add(text);
        } else {
            for (rank, _) in ranked.filter(|(_, waiting)| waiting.user == issuer) {
                let text = Text::new("waiting-own")
                    .with("place", group.name.as_str())
                    .with("rank", rank);
                add(text);
            }
        }
    }
    Ok(Outcome::say(
        lines.unwrap_or_else(|| Text::new("waiting-none")),
    ))
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::testing::{self, NOW, body, reply, say, user},
        community::{
            change::Change,
            record::{Record, Waiting},
        },
    };

    #[test]
    fn the_team_sees_the_list_and_a_member_their_own_place() {
        let mut snapshot = testing::snapshot();
        for (name, at) in [("ben", 2), ("camille2", 1)] {
            let waiting = Waiting {
                user: user(name),
                place: "secteur-ouest".to_owned().try_into().unwrap(),
                at: crate::clock::Timestamp(NOW.0 + at),
            };
            let id = "nord".parse().unwrap();
            snapshot.apply(&Change::keep(&id, Record::Waiting(waiting)));
        }
        let said = body(&say(&snapshot, &testing::admins(), "lea", "attente ouest"));
        assert!(
            said.find("@camille2") < said.find("@ben") && said.contains("@ben"),
            "{said}"
        );
        let own = say(&snapshot, &testing::direct(), "ben", "waiting");
        assert_eq!(reply(&own).key(), "waiting-own");
        assert!(body(&own).contains('2') && !body(&own).contains("camille"));
        let other = say(&snapshot, &testing::direct(), "camille", "attente");
        assert_eq!(reply(&other).key(), "waiting-none");
    }
}
