//! `weekly`: how the groups are, as it is said every Monday. For moderators. In the admins' room `report` says it too (see [`super::flag`]).

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{community::role::Role, decide::Question, reply::Text};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "bilan",
        en: "weekly",
    },
    aliases: &["rapport", "health"],
    usage: Both { fr: "", en: "" },
    help: "help-report",
    role: Role::Moderator,
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
    context.community()?;
    Ok(Outcome::ask(Question::Report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, say};

    #[test]
    fn a_report_is_a_question_to_the_store_for_the_team_only() {
        let snapshot = testing::snapshot();
        for (who, asked) in [("nadia", Some(Question::Report)), ("ben", None)] {
            let decision = say(&snapshot, &testing::direct(), who, "bilan");
            assert_eq!(decision.ask.map(|ask| ask.question), asked, "{who}");
        }
    }
}
