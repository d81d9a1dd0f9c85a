//! `apply`: makes the rooms as declared, now. For admins.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    plan::listed,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{plan, role::Role},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "appliquer",
        en: "apply",
    },
    aliases: &[],
    usage: Both { fr: "", en: "" },
    help: "help-apply",
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

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let steps = plan::plan(context.snapshot, &community.definition.id);
    let text = if steps.is_empty() {
        Text::new("plan-empty")
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
