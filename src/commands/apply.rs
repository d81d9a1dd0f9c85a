//! `apply`: makes the rooms as declared, now. For admins.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    plan::{listed, with_held},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{
        plan::{self, Extent},
        role::Role,
    },
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "appliquer",
        en: "apply",
    },
    aliases: &[],
    usage: Both {
        fr: "[confirmer]",
        en: "[confirm]",
    },
    help: "help-apply",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "confirmer"],
        en: &["", "confirm"],
    },
    run: |context, input| run(context, parse(input)?),
};

fn parse(input: &Input) -> Result<Extent, Text> {
    match fold(input.subject).as_str() {
        "confirm" | "confirmer" | "confirme" | "confirmed" => Ok(Extent::Confirmed),
        _ => input.nothing().map(|()| Extent::Safe),
    }
}

fn run(context: &Context, extent: Extent) -> Answer {
    let community = context.community()?;
    let all = plan::plan(context.snapshot, &community.definition.id);
    let steps = extent.of(all.clone());
    let text = if all.is_empty() {
        Text::new("plan-empty")
    } else if steps.is_empty() {
        with_held(context, Text::new("apply-nothing"), &all)
    } else if extent == Extent::Safe {
        with_held(context, listed(Text::new("apply-title"), &steps), &all)
    } else {
        listed(Text::new("apply-title"), &steps)
    };
    Ok(Outcome {
        audit: vec![context.audit(
            community,
            "apply",
            "",
            Some(format!("{} steps", steps.len())),
        )],
        actions: plan::actions(context.snapshot, &community.definition.id, &steps),
        review: true,
        ..Outcome::say(text)
    })
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, say};

    #[test]
    fn apply_asks_for_a_review_of_the_community_and_is_accounted_for() {
        let decision = say(&testing::snapshot(), &testing::admins(), "lea", "appliquer");
        assert_eq!(
            (decision.review.len(), decision.audit[0].action.as_str()),
            (1, "apply")
        );
    }
}
