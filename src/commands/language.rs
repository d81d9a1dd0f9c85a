//! `language`: in which language the bot writes to the person. For everybody.

use super::{
    context::{Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{change::Change, definition::Locale, role::Role},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "langue",
        en: "language",
    },
    aliases: &["lang"],
    usage: Both {
        fr: "<fr|en>",
        en: "<fr|en>",
    },
    help: "help-language",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &["fr", "en"],
        en: &["en", "fr"],
    },
    run: |context, input| Ok(run(context, parse(input)?)),
};

fn parse(input: &Input) -> Result<Locale, Text> {
    match fold(input.needed(Text::new("language-missing"))?).as_str() {
        "fr" | "francais" | "french" => Ok(Locale::Fr),
        "en" | "anglais" | "english" => Ok(Locale::En),
        _ => Err(Text::new("language-unknown").with("words", input.subject)),
    }
}

fn run(context: &Context, locale: Locale) -> Outcome {
    Outcome {
        changes: vec![Change::Language {
            user: context.issuer().to_owned(),
            locale,
        }],
        locale: Some(locale),
        ..Outcome::say(Text::new("language-set"))
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, apply, body, reply, say};

    #[test]
    fn the_chosen_language_is_that_of_this_answer_and_of_the_next() {
        let mut snapshot = testing::snapshot();
        let decision = apply(&mut snapshot, &testing::direct(), "ben", "langue anglais");
        assert!(body(&decision).contains("English"), "{}", body(&decision));
        assert!(body(&say(&snapshot, &testing::direct(), "ben", "groups")).contains("Groups"));
    }

    #[test]
    fn another_language_is_refused_with_an_example() {
        let decision = say(
            &testing::snapshot(),
            &testing::direct(),
            "ben",
            "language de",
        );
        assert_eq!(reply(&decision).key(), "language-unknown");
        assert!(decision.changes.is_empty() && body(&decision).contains("!hygie langue fr"));
    }
}
