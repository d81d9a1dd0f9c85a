//! `plan`: what would change for the rooms to be as declared. For admins.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{
        plan::{self, Step},
        role::Role,
    },
    reply::Text,
};

/// How many steps are shown.
const SHOWN: usize = 30;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "plan",
        en: "plan",
    },
    aliases: &["prévoir"],
    usage: Both { fr: "", en: "" },
    help: "help-plan",
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
    Ok(Outcome::say(if steps.is_empty() {
        Text::new("plan-empty")
    } else {
        let text = listed(Text::new("plan-title"), &steps);
        with_held(context, text, &steps)
    }))
}

/// Says how many of the steps wait for somebody to confirm them, and how.
pub(super) fn with_held(context: &Context, text: Text, steps: &[Step]) -> Text {
    let held = steps.iter().filter(|step| step.destructive).count();
    if held == 0 {
        return text;
    }
    let confirm = match context.locale {
        crate::reply::Locale::Fr => "appliquer confirmer",
        crate::reply::Locale::En => "apply confirm",
    };
    text.line("plan-held")
        .with("count", i64::try_from(held).unwrap_or(i64::MAX))
        .line("plan-held-how")
        .code("command", format!("{} {confirm}", context.prefix()))
}

/// `title`, with the number of steps, and the first of them.
pub(super) fn listed(title: Text, steps: &[Step]) -> Text {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut text = title.with("count", count(steps.len()));
    for step in steps.iter().take(SHOWN) {
        let key = if step.destructive {
            "plan-step-held"
        } else {
            "plan-step"
        };
        text = text.line(key).with("what", step.what.clone());
    }
    if steps.len() > SHOWN {
        text = text
            .line("plan-more")
            .with("count", count(steps.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, reply, say},
        community::place::Place,
    };

    #[test]
    fn a_plan_shows_at_most_thirty_steps_and_how_many_more_there_are() {
        let step = Step {
            place: Place::Space,
            effect: None,
            overwrites: false,
            destructive: false,
            what: Text::new("plan-empty"),
        };
        let text = listed(Text::new("plan-title"), &vec![step; 33]);
        assert_eq!(text.keys().filter(|key| *key == "plan-step").count(), 30);
        assert!(
            text.render(crate::reply::Locale::En)
                .body
                .contains("3 more")
        );
    }

    #[test]
    fn only_admins_see_the_plan_and_apply_it() {
        for line in ["plan", "apply"] {
            let decision = say(&testing::snapshot(), &testing::admins(), "nadia", line);
            assert_eq!(
                (reply(&decision).key(), decision.review.len()),
                ("not-allowed", 0)
            );
        }
    }
}
