//! `docs/commands.md`: generated from the commands' own words in both languages, and tested to be fresh.

use std::{fmt::Write, fs, path::Path};

use super::{ALL, spec::Both};
use crate::reply::{Locale, Text};

const INTRODUCTION: Both<&str> = Both {
    fr: "Écrivez une commande dans le salon d’administration, dans un groupe (la réponse vient en privé) ou en message privé à Hygie. \
         Elle commence par `!hygie` ou par le nom du bot ; dans le salon d’administration, il suffit aussi de répondre à un de ses \
         messages (sauf pour annoncer) ; en message privé, rien de tout cela n’est nécessaire. Les mots français et anglais sont compris partout, sans égard aux majuscules ni aux accents. Une personne se \
         dit par son identifiant, une mention ou son nom ; un groupe par son identifiant ou son nom. Qui a un rôle dans plusieurs \
         communautés termine, en message privé, par `dans <communauté>`.",
    en: "Write a command in the admins room, in a group (the answer comes privately) or in a direct message to Hygie. It begins \
         with `!hygie` or with the bot's name; in the admins room it may reply to one of its messages instead (except to \
         announce); in a direct message none of this is needed. \
         French and English words are understood everywhere, whatever the case and accents. A person is said by id, mention or \
         name; a group by id or name. Who has a role in several communities ends, in a direct message, with `in <community>`.",
};

fn reference() -> String {
    let mut out = "<!-- Generated from src/commands. To renew: HYGIE_BLESS=1 cargo test -p hygie --lib reference -->\n\n".to_owned();
    out.push_str("# Commandes · Commands\n\n[Français](#français) · [English](#english)\n");
    for locale in [Locale::Fr, Locale::En] {
        chapter(&mut out, locale).expect("writing to a text cannot fail");
    }
    out
}

fn chapter(out: &mut String, locale: Locale) -> std::fmt::Result {
    let words = |fr: &'static str, en: &'static str| Both { fr, en }.of(locale);
    let said = |key: &str| Text::new(key).plain(locale);
    writeln!(
        out,
        "\n## {}\n\n{}\n",
        words("Français", "English"),
        INTRODUCTION.of(locale)
    )?;
    writeln!(
        out,
        "| {} | {} | {} |\n|---|---|---|",
        words("Commande", "Command"),
        words("Ce qu’elle fait", "What it does"),
        words("Qui", "Who")
    )?;
    for spec in ALL {
        let name = spec.name.of(locale);
        writeln!(
            out,
            "| `{name}` | {} | {} |",
            said(spec.help),
            said(spec.role.text_key())
        )?;
    }
    for spec in ALL {
        writeln!(
            out,
            "\n### {}\n\n{}\n",
            spec.name.of(locale),
            said(spec.help)
        )?;
        writeln!(out, "```text\n{}\n```\n", spec.usage_line("!hygie", locale))?;
        let examples = spec.example_lines("!hygie", locale);
        let examples: Vec<String> = examples
            .iter()
            .map(|example| format!("`{example}`"))
            .collect();
        writeln!(
            out,
            "{} {}",
            words("Exemple :", "Example:"),
            examples.join(" · ")
        )?;
        let own = spec.name.of(locale);
        let others: Vec<String> = spec
            .words()
            .filter(|word| *word != own)
            .map(|word| format!("`{word}`"))
            .collect();
        if !others.is_empty() {
            writeln!(
                out,
                "\n{} {}",
                words("Se dit aussi :", "Also called:"),
                others.join(", ")
            )?;
        }
    }
    Ok(())
}

#[test]
fn the_command_reference_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    let fresh = reference();
    if std::env::var_os("HYGIE_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &fresh).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "docs/commands.md is stale; run HYGIE_BLESS=1 cargo test -p hygie --lib reference"
    );
}
