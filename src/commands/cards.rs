//! `cards`: what waits for a decision, since when and whose turn it is. For the team.

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        record::{Card, Matter},
        role::Role,
        snapshot::Community,
    },
    governance::cards,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "cartes",
        en: "cards",
    },
    aliases: &["requests", "demandes"],
    usage: Both { fr: "", en: "" },
    help: "help-cards",
    role: Role::Moderator,
    scope: Scope::Group,
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

/// The most cards that are listed, the oldest first.
const MOST: usize = 30;

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let cards = community.records.cards.values();
    let mut cards: Vec<_> = cards
        .filter_map(|card| Some((card, about(community, card)?)))
        .collect();
    if cards.is_empty() {
        return Ok(Outcome::say(Text::new("cards-none")));
    }
    cards.sort_by(|(left, _), (right, _)| (left.at, &left.id).cmp(&(right.at, &right.id)));
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut text = Text::new("cards-title").with("count", count(cards.len()));
    let more = cards.len().saturating_sub(MOST);
    for (card, about) in cards.into_iter().take(MOST) {
        text = text
            .line("cards-line")
            .code("card", &card.id)
            .with("what", cards::kind_of(&card.matter))
            .with("about", about)
            .with("since", local(community, card.at));
        if let Some(assignee) = &card.assignee {
            text = text
                .line("cards-turn")
                .with("person", Argument::User(assignee.to_string()));
        }
    }
    if more > 0 {
        text = text.line("cards-more").with("count", count(more));
    }
    Ok(Outcome::say(text))
}

/// Whom or what a card is about; `None` for what is between the bot and one person, or for everybody.
fn about(community: &Community, card: &Card) -> Option<Argument> {
    let pill = |user: &ruma::UserId| Argument::User(user.to_string());
    Some(match &card.matter {
        Matter::Confirm { line } => Argument::Code(line.clone()),
        Matter::Nomination(grant) => pill(&grant.user),
        Matter::Proposal { user, .. } | Matter::Held { user, .. } => pill(user),
        Matter::Application(application) => pill(&application.user),
        Matter::Roster { people } => {
            Argument::Number(i64::try_from(people.len()).unwrap_or(i64::MAX))
        }
        Matter::Removals { users, .. } => {
            Argument::Number(i64::try_from(users.len()).unwrap_or(i64::MAX))
        }
        Matter::Listed { people, .. } => {
            Argument::Number(i64::try_from(*people).unwrap_or(i64::MAX))
        }
        Matter::Split { group, .. } => {
            let group = community.group(group);
            Argument::Plain(group.map(|it| it.name.clone()).unwrap_or_default())
        }
        Matter::Sanction(sanction) => pill(&sanction.user),
        // Cases have a list of their own.
        Matter::Case { .. }
        | Matter::Conduct { .. }
        | Matter::Consent { .. }
        | Matter::OwnMessage { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, apply, body, reply, say};

    #[test]
    fn open_cards_are_listed_with_whose_turn_it_is() {
        let mut snapshot = testing::snapshot();
        let none = say(&snapshot, &testing::admins(), "lea", "cartes");
        assert_eq!(reply(&none).key(), "cards-none");
        let line = "propose @zed:example.org for secteur-est because ok";
        apply(&mut snapshot, &testing::direct(), "ben", line);
        let said = body(&say(&snapshot, &testing::admins(), "lea", "requests"));
        for part in ["@zed:example.org", "proposition", "@awa:example.org"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let member = say(&snapshot, &testing::direct(), "ben", "cards");
        assert_eq!(reply(&member).key(), "not-allowed");
    }
}
