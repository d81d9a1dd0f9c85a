//! `help`: the commands that the reader may use, or one of them. For everybody.

use super::{
    ALL, Clause, Setting,
    context::{Answer, Context, Outcome, Refusal},
    find,
    input::{Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    words::nearest,
};
use crate::{community::role::Role, community::snapshot::Community, reply::Text};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "aide",
        en: "help",
    },
    aliases: &["?", "commandes", "commands"],
    usage: Both {
        fr: "[commande]",
        en: "[command]",
    },
    help: "help-help",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: NONE,
    examples: Both {
        fr: &["", "groupes"],
        en: &["", "groups"],
    },
    run: |context, input| run(context, parse(input)),
};

const NONE: &[Clause] = &[];

fn parse<'a>(input: &Input<'a>) -> Option<&'a str> {
    Some(first_word(input.subject).0).filter(|word| !word.is_empty())
}

fn run(context: &Context, command: Option<&str>) -> Answer {
    let Some(word) = command else {
        return Ok(Outcome::say(list(context)));
    };
    match find(word) {
        Some(spec) if usable(context, spec) => Ok(Outcome::say(one(context, spec))),
        Some(spec) => Err(permission::refusal(spec.role, highest_role(context))),
        None => Err(Refusal::NotAllowed(unknown(context, word))),
    }
}

/// What is said when no command is called `word`: the nearest that the reader may use, and how to get help.
pub(super) fn unknown(context: &Context, word: &str) -> Text {
    let shown: String = word.chars().take(40).collect();
    let names = ALL
        .into_iter()
        .filter(|spec| usable(context, spec))
        .flat_map(Spec::words);
    let near = nearest(word, names).and_then(find);
    let text = Text::new("unknown-command").with("word", shown);
    let text = match near {
        Some(spec) => text
            .line("did-you-mean")
            .code("words", spec.name.of(context.locale)),
        None => text,
    };
    let text = text.line("see-help").code(
        "help",
        format!("{} {}", context.prefix(), SPEC.name.of(context.locale)),
    );
    // Somebody in distress may write to the bot: they must not wait for it.
    match context.setting {
        Setting::Direct => text.line("not-a-person"),
        Setting::Admins(_) | Setting::Group(..) => text,
    }
}

fn list(context: &Context) -> Text {
    let mut text = Text::new("help-title");
    for role in Role::ALL {
        let specs: Vec<_> = ALL
            .into_iter()
            .filter(|spec| spec.role == role && usable(context, spec))
            .collect();
        if !specs.is_empty() && role > Role::Member {
            text = text
                .line("help-role")
                .with("role", Text::new(role.text_key()));
        }
        for spec in specs {
            let name = spec.name.of(context.locale);
            text = text
                .line("help-line")
                .code("name", name)
                .with("what", Text::new(spec.help));
        }
    }
    let about = if highest_role(context) > Role::Member {
        &super::redact::SPEC
    } else {
        &super::groups::SPEC
    };
    let (prefix, locale) = (context.prefix(), context.locale);
    let example = format!(
        "{prefix} {} {}",
        SPEC.name.of(locale),
        about.name.of(locale)
    );
    text.line("help-more").code("example", example)
}

fn one(context: &Context, spec: &Spec) -> Text {
    let (prefix, locale) = (context.prefix(), context.locale);
    let mut text = Text::new("help-one")
        .code("name", spec.name.of(locale))
        .with("what", Text::new(spec.help))
        .line("mistake-usage")
        .code("usage", spec.usage_line(&prefix, locale))
        .line("help-who")
        .with("role", Text::new(spec.role.text_key()));
    for example in spec.example_lines(&prefix, locale) {
        text = text.line("help-example").code("example", example);
    }
    text
}

/// The communities that help is about: the one of the room, else all of the reader's.
fn communities<'a>(context: &'a Context) -> impl Iterator<Item = &'a Community> {
    let own = context.snapshot.communities_of(context.issuer());
    own.filter(|it| {
        context
            .community
            .is_none_or(|one| one.definition.id == it.definition.id)
    })
}

fn usable(context: &Context, spec: &Spec) -> bool {
    spec.role == Role::Member
        || communities(context)
            .any(|community| permission::may_use(spec, community, context.issuer()))
}

fn highest_role(context: &Context) -> Role {
    communities(context)
        .map(|community| community.highest_role(context.issuer()))
        .max()
        .unwrap_or(Role::Member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, body, reply, say};

    #[test]
    fn who_writes_in_private_and_is_not_understood_learns_where_a_person_is() {
        let snapshot = testing::snapshot();
        let said = |setting: &Setting, line| body(&say(&snapshot, setting, "ben", line));
        for line in ["je n’en peux plus", "aide moi"] {
            let answer = said(&testing::direct(), line);
            let last = answer.lines().last().unwrap_or_default();
            assert!(
                last.contains("secours") && last.contains("équipe"),
                "{answer}"
            );
        }
        assert!(!said(&testing::east(), "xyzzy").contains("secours"));
    }

    #[test]
    fn help_shows_only_what_the_reader_may_use() {
        let snapshot = testing::snapshot();
        let shown = |who, command: &str| {
            body(&say(&snapshot, &testing::admins(), who, "aide")).contains(&format!("`{command}`"))
        };
        assert!(shown("lea", "bannir") && shown("lea", "muet") && shown("lea", "groupes"));
        assert!(!shown("nadia", "bannir") && shown("nadia", "muet"));
        assert!(
            !shown("awa", "muet") && shown("awa", "retirer"),
            "a group's moderator kicks from the group only"
        );
        assert!(!shown("ben", "muet") && shown("ben", "groupes"));
    }

    #[test]
    fn help_about_a_command_shows_its_usage_and_examples_in_the_readers_language() {
        let snapshot = testing::snapshot();
        let said = body(&say(&snapshot, &testing::admins(), "lea", "help lockdown"));
        assert!(said.contains("!hygie verrouiller <groupe|tout>"), "{said}");
        assert!(
            said.contains("!hygie verrouiller secteur-est pendant 2h"),
            "{said}"
        );
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "ben", "help lockdown")).key(),
            "not-allowed"
        );
    }

    #[test]
    fn an_unknown_command_suggests_the_nearest_that_the_reader_may_use() {
        let snapshot = testing::snapshot();
        let said = body(&say(
            &snapshot,
            &testing::admins(),
            "lea",
            "banir @ben:example.org",
        ));
        assert!(said.contains("`bannir`"), "{said}");
        let said = body(&say(
            &snapshot,
            &testing::admins(),
            "ben",
            "banir @ben:example.org",
        ));
        assert!(!said.contains("`bannir`"), "{said}");
    }
}
