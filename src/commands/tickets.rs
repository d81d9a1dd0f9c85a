//! `tickets`: the tickets that are still good, never with their tokens. For whoever may give tickets; each sees those of their places.

use ruma::UserId;

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    clock::Timestamp,
    community::{record::Ticket, role::Role, snapshot::Community},
    governance::tickets::{described, may_give},
    reply::{Argument, Text},
};

/// How many are listed at most.
const MOST: usize = 40;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "billets",
        en: "tickets",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-tickets",
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

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let open = within_reach(community, context.issuer(), context.now);
    if open.is_empty() {
        return Ok(Outcome::say(Text::new("tickets-none")));
    }
    let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let mut text = Text::new("tickets-title").with("count", count);
    for ticket in open.iter().take(MOST) {
        let key = if ticket.person.is_some() {
            "tickets-line-for"
        } else {
            "tickets-line"
        };
        text = text
            .line(key)
            .code("ticket", ticket.name())
            .with("what", described(community, ticket))
            .with("giver", Argument::User(ticket.by.to_string()));
        if let Some(person) = &ticket.person {
            text = text.with("person", Argument::User(person.to_string()));
        }
    }
    if open.len() > MOST {
        let more = i64::try_from(open.len() - MOST).unwrap_or(i64::MAX);
        text = text.line("plan-more").with("count", more);
    }
    let line = format!(
        "{} {}",
        context.prefix(),
        match context.locale {
            crate::community::definition::Locale::Fr => "billet annuler",
            crate::community::definition::Locale::En => "ticket revoke",
        }
    );
    Ok(Outcome::say(text.line("tickets-how").code("command", line)))
}

/// The open tickets that somebody gave, or may give there; the first to end first.
pub(super) fn within_reach<'a>(
    community: &'a Community,
    issuer: &UserId,
    now: Timestamp,
) -> Vec<&'a Ticket> {
    let tickets = community.records.tickets.values();
    let mut open: Vec<_> = tickets
        .filter(|it| it.is_open(now))
        .filter(|it| it.by == issuer || may_give(community, issuer, &it.place))
        .collect();
    open.sort_by(|left, right| (left.until, &left.id).cmp(&(right.until, &right.id)));
    open
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::testing::{self, apply, body, reply, say},
        governance::tickets::Token,
    };

    #[test]
    fn everybody_sees_the_open_tickets_of_their_places_and_never_a_token() {
        let mut snapshot = testing::snapshot();
        let none = say(&snapshot, &testing::admins(), "nadia", "tickets");
        assert_eq!(reply(&none).key(), "tickets-none");
        let line = "ticket @zoe:example.org in secteur-ouest";
        apply(&mut snapshot, &testing::admins(), "nadia", line);
        let said = body(&say(&snapshot, &testing::admins(), "lea", "billets"));
        assert!(
            said.contains("Secteur Ouest") && said.contains("@zoe:example.org"),
            "{said}"
        );
        let token = Token::derive(&snapshot.hash_key, "$command").to_string();
        assert!(!said.contains(&token) && !said.contains(&token[..11]));
        let elsewhere = say(&snapshot, &testing::direct(), "awa", "tickets");
        assert_eq!(
            reply(&elsewhere).key(),
            "tickets-none",
            "Awa moderates another group"
        );
    }
}
