//! `risks`: what is risky in the community, scored, with the one command that mends each. For moderators; `audit risks` says the same.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::role::Role,
    governance::risks::{self, Severity},
    reply::Text,
};

/// How many risks are shown.
const SHOWN: usize = 25;

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "risques",
        en: "risks",
    },
    aliases: &["diagnostic"],
    usage: Both { fr: "", en: "" },
    help: "help-risks",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        shown(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

/// Whether the words after `audit` ask for this.
pub(super) fn is_meant(subject: &str) -> bool {
    SPEC.is_called(subject) || matches!(fold(subject).as_str(), "risk" | "risque")
}

/// The risks of the community, the worst first.
pub(super) fn shown(context: &Context) -> Answer {
    let community = context.community()?;
    let risks = risks::risks(context.snapshot, community, context.now);
    let text = Text::new("risks-title")
        .with("name", community.definition.name.as_str())
        .with("score", i64::from(risks::score(&risks)))
        .with(
            "level",
            Text::new("risks-level").with("level", risks::level(&risks).as_str()),
        );
    if risks.is_empty() {
        return Ok(Outcome::say(text.line("risks-none")));
    }
    let mut text = text;
    for risk in risks.iter().take(SHOWN) {
        let key = match risk.severity {
            Severity::High => "risks-high",
            Severity::Medium => "risks-medium",
            Severity::Low => "risks-low",
        };
        let mend = match risk.mend.strip_prefix("hygie ") {
            // For whoever runs the program, on its computer.
            Some(_) => risk.mend.clone(),
            None => format!("{} {}", context.prefix(), risk.mend),
        };
        text = text
            .line(key)
            .with("what", risk.detail.clone())
            .line("risks-mend")
            .code("command", mend);
    }
    if let Some(more) = risks.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text = text.line("plan-more").with("count", risks::count(more));
    }
    let harden = format!("{} harden", context.prefix());
    Ok(Outcome::say(
        text.line("risks-harden").code("command", harden),
    ))
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, body, reply, say};

    #[test]
    fn risks_are_shown_with_what_mends_them_by_either_command() {
        let snapshot = testing::snapshot();
        for line in ["risques", "audit risks", "journal risques", "risks"] {
            let decision = say(&snapshot, &testing::admins(), "nadia", line);
            assert_eq!(reply(&decision).key(), "risks-title", "{line}");
            let said = body(&decision);
            assert!(
                said.contains("group set secteur-est photos = team"),
                "{said}"
            );
        }
        let refused = say(&snapshot, &testing::direct(), "ben", "risques");
        assert_eq!(reply(&refused).key(), "not-allowed");
    }
}
