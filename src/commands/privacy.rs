//! `privacy`: what the bot sees and keeps, and who runs it. For everybody.

use super::{
    context::{Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{community::role::Role, reply::Text};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "confidentialité",
        en: "privacy",
    },
    aliases: &["vie-privée", "rgpd", "gdpr"],
    usage: Both { fr: "", en: "" },
    help: "help-privacy",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        Ok(run(context))
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Outcome {
    let text = Text::new("privacy-title").line("privacy-sees");
    let text = if context.snapshot.encrypts {
        text.line("privacy-encrypted")
    } else {
        text
    };
    let text = text
        .line("privacy-does")
        .line("privacy-keeps")
        .line("privacy-not");
    let operator = &context.snapshot.operator;
    let text = match (operator.name.as_str(), operator.contact.as_str()) {
        ("", "") => text.line("privacy-operator-unknown"),
        (name, "") => text.line("privacy-operator").with("name", name),
        ("", contact) => text.line("privacy-contact").with("contact", contact),
        (name, contact) => text
            .line("privacy-operator")
            .with("name", name)
            .line("privacy-contact")
            .with("contact", contact),
    };
    Outcome::say(text)
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, body, say};

    #[test]
    fn anybody_is_told_who_runs_the_bot_even_without_a_community() {
        let said = body(&say(
            &testing::snapshot(),
            &testing::direct(),
            "stranger",
            "confidentialité",
        ));
        assert!(
            said.contains("Réseau Nord") && said.contains("contact@example.org"),
            "{said}"
        );
    }
}
