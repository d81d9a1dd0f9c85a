//! `approve` and `refuse`: answers to a card, as its reactions are. Who may answer which is decided with the card.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::{Clause, Input},
    spec::{Both, Scope, Spec},
};
use crate::{
    community::role::Role,
    governance::cards::{self, Answer as Answered},
    reply::Text,
};

pub(super) const APPROVE: Spec = Spec {
    name: Both {
        fr: "approuver",
        en: "approve",
    },
    aliases: &["accepter-demande", "yes"],
    usage: Both {
        fr: "<carte> [parce que <raison>]",
        en: "<card> [because <reason>]",
    },
    help: "help-approve",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["k7f3x"],
        en: &["k7f3x"],
    },
    run: |context, input| run(context, input, true),
};

pub(super) const REFUSE: Spec = Spec {
    name: Both {
        fr: "refuser",
        en: "refuse",
    },
    aliases: &["rejeter", "reject"],
    usage: Both {
        fr: "<carte> [parce que <raison>]",
        en: "<card> [because <reason>]",
    },
    help: "help-refuse",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["k7f3x parce que dossier incomplet"],
        en: &["k7f3x because the request is incomplete"],
    },
    run: |context, input| run(context, input, false),
};

fn run(context: &Context, input: &Input, yes: bool) -> Answer {
    let name = input.needed(Text::new("card-missing"))?;
    let community = context.community()?;
    let answer = Answered {
        snapshot: context.snapshot,
        community,
        card: cards::find(community, name).map_err(Refusal::NotAllowed)?,
        event: context.event,
        yes,
        reason: input.reason(),
        now: context.now,
    };
    let decision = cards::answer(&answer).map_err(Refusal::NotAllowed)?;
    Ok(Outcome::of(decision, Text::new("card-noted")))
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, reply, say};

    #[test]
    fn a_card_that_does_not_exist_is_named() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "lea",
            "approve zzzzz",
        );
        assert_eq!(reply(&decision).key(), "card-unknown");
    }
}
