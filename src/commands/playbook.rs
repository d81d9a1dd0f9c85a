//! `playbook`: what to do when it gets difficult, in a few lines, for the team. The words are ours and stand in the catalogue.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{community::role::Role, reply::Text};

/// A matter: its name in French and English, other words for it, and the text that says what to do.
type Matter = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

const MATTERS: [Matter; 6] = [
    (
        "conflit",
        "conflict",
        &["dispute", "ton", "tone"],
        "playbook-conflict",
    ),
    (
        "troll",
        "troll",
        &["provocation", "attaque", "raid"],
        "playbook-troll",
    ),
    (
        "publicité",
        "advertising",
        &["pub", "ad", "ads", "promotion"],
        "playbook-advertising",
    ),
    (
        "fuite",
        "leak",
        &["donnees", "data", "secret"],
        "playbook-leak",
    ),
    (
        "crise",
        "crisis",
        &["incident", "urgence", "plainte", "complaint"],
        "playbook-crisis",
    ),
    (
        "danger",
        "danger",
        &["detresse", "distress", "suicide"],
        "playbook-danger",
    ),
];

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "mémo",
        en: "playbook",
    },
    aliases: &["aide-memoire"],
    usage: Both {
        fr: "[conflit | troll | publicité | fuite | crise | danger]",
        en: "[conflict | troll | advertising | leak | crisis | danger]",
    },
    help: "help-playbook",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "conflit"],
        en: &["", "conflict"],
    },
    run,
};

fn run(context: &Context, input: &Input) -> Answer {
    context.community()?;
    let word = fold(input.subject);
    if word.is_empty() {
        return Ok(Outcome::say(Text::new("playbook-list")));
    }
    let mut matters = MATTERS.iter();
    let found = matters.find(|(fr, en, others, _)| {
        [fold(fr), fold(en)].contains(&word) || others.contains(&word.as_str())
    });
    let Some((.., key)) = found else {
        return Err(Text::new("playbook-unknown")
            .with("word", input.subject)
            .into());
    };
    Ok(Outcome::say(Text::new(key).line("playbook-team")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, body, reply, say},
        reply::Locale,
    };

    #[test]
    fn each_matter_is_found_by_its_words_and_names_commands_that_exist() {
        let snapshot = testing::snapshot();
        for (fr, en, others, key) in MATTERS {
            for word in [fr, en].iter().chain(others) {
                let line = format!("playbook {word}");
                let said = say(&snapshot, &testing::admins(), "nadia", &line);
                assert_eq!(reply(&said).key(), key, "{line}");
            }
            for locale in [Locale::Fr, Locale::En] {
                let text = Text::new(key).plain(locale);
                for command in text.split('`').skip(1).step_by(2) {
                    let verb = command.split(' ').next().unwrap_or_default();
                    let known = super::super::find(verb).is_some();
                    assert!(known, "{key} {locale:?}: {command}");
                }
            }
        }
        let unknown = say(&snapshot, &testing::admins(), "nadia", "mémo pluie");
        assert_eq!(reply(&unknown).key(), "playbook-unknown");
        let list = body(&say(&snapshot, &testing::admins(), "nadia", "mémo"));
        assert!(MATTERS.iter().all(|(fr, ..)| list.contains(fr)), "{list}");
    }
}
