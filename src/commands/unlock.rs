//! `unlock`: ends a lockdown before its time; the room is exactly as it was. For admins.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    lockdown::targets,
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{change::Change, role::Role, timers},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "déverrouiller",
        en: "unlock",
    },
    aliases: &["déverrouillage"],
    usage: Both {
        fr: "<groupe|tout>",
        en: "<group|all>",
    },
    help: "help-unlock",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["secteur-est", "tout"],
        en: &["secteur-est", "all"],
    },
    run: |context, input| run(context, parse(input)),
};

fn parse<'a>(input: &Input<'a>) -> &'a str {
    input.subject
}

fn run(context: &Context, words: &str) -> Answer {
    let community = context.community()?;
    let mut outcome = Outcome {
        review: true,
        ..Outcome::default()
    };
    let mut text = Text::new("unlock-title");
    for place in targets(context, community, words)? {
        let Some(lockdown) = community.lockdowns.get(&place) else {
            continue;
        };
        permission::may_change_what(community, context.issuer(), &lockdown.by)?;
        outcome
            .effects
            .extend(timers::reopening(community, lockdown));
        let mut entry = context.audit(community, "unlock", &place.to_string(), None);
        entry.room = community.places.get(&place).cloned();
        outcome.audit.push(entry);
        text = text
            .line("lockdown-line")
            .with("group", community.name_of(&place));
        outcome.changes.push(Change::Unlocked {
            community: community.definition.id.clone(),
            place,
        });
    }
    if outcome.changes.is_empty() {
        return Err(Refusal::NotAllowed(Text::new("unlock-not-locked")));
    }
    outcome.reply = Some(text);
    Ok(outcome)
}
