//! `community`: what the community is for, who answers for it, what was agreed. For everybody in it. With more words it makes one, for
//! founders, or changes one, for its owners (`shape`).

use super::{
    context::{Answer, Context, Outcome},
    input::{Input, first_word},
    shape::{self, create, set},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::role::Role,
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "communauté",
        en: "community",
    },
    aliases: &["charte", "conduct"],
    usage: Both {
        fr: "[créer <id> « <nom> » [en français] pour <objet> approuvé par <qui>] | [régler <clé> = <valeur>]",
        en: "[create <id> \"<name>\" [in English] for <purpose> approved by <who>] | [set <key> = <value>]",
    },
    help: "help-community",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &[
            "",
            "créer asc-est « ASC Est » pour relier les agents de l’Est approuvé par la direction",
            "régler objet = S’entraider, de jour comme de nuit",
        ],
        en: &[
            "",
            "create chw-east \"CHW East\" for linking the workers of the East approved by the board",
            "set purpose = Helping one another, day and night",
        ],
    },
    run: |context, input| {
        let (verb, rest) = first_word(input.subject);
        match fold(verb).as_str() {
            "create" | "creer" => create::run(context, rest),
            "set" | "regler" | "changer" => set::community(context, rest),
            _ => {
                parse(input)?;
                show(context)
            }
        }
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn show(context: &Context) -> Answer {
    let community = shape::one(context)?;
    let definition = &community.definition;
    let mut text = Text::new("community-title")
        .with("name", definition.name.as_str())
        .line("community-purpose")
        .with("purpose", definition.purpose.as_str());
    for owner in &definition.owners {
        text = text
            .line("community-owner")
            .with("person", Argument::User(owner.to_string()));
    }
    let groups = i64::try_from(definition.group_list().len()).unwrap_or(i64::MAX);
    let own = Text::new(community.highest_role(context.issuer()).text_key());
    text = text
        .line("community-groups")
        .with("count", groups)
        .line("community-role")
        .with("role", own)
        .line("community-conduct")
        .with("version", i64::from(definition.code_of_conduct.version));
    for line in definition
        .code_of_conduct
        .text
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        text = text.line("quoted").with("text", line.trim());
    }
    Ok(Outcome::say(text))
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::{self, body, say};

    #[test]
    fn a_member_reads_the_purpose_the_owner_their_role_and_the_code_of_conduct() {
        let said = body(&say(
            &testing::snapshot(),
            &testing::direct(),
            "ben",
            "communauté",
        ));
        for expected in [
            "Nord",
            "Relier les agents",
            "@samir:example.org",
            "membre",
            "Jamais de nom de patient.",
        ] {
            assert!(said.contains(expected), "{expected} in {said}");
        }
    }
}
