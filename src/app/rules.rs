//! The rules, from their folder.

use anyhow::Context;

use crate::{config::Config, moderation::RuleSet};

/// The rule sets of the folder, or the built-in one where there is no folder.
pub(crate) fn load_rules(config: &Config) -> anyhow::Result<RuleSet> {
    let folder = &config.rules;
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(RuleSet::builtin()),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("{}: the rules cannot be read", folder.display()));
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml")
        {
            let text =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            files.push((path, text));
        }
    }
    files.sort();
    if files.is_empty() {
        Ok(RuleSet::builtin())
    } else {
        Ok(RuleSet::from_yaml(&files)?)
    }
}
