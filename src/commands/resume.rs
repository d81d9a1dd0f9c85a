//! `resume`: a human has looked; the rules may take messages down again after they stopped to ask. For admins.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    spec::{Both, Scope, Spec},
};
use crate::{
    community::{change::Change, role::Role},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "reprendre",
        en: "resume",
    },
    aliases: &["continuer", "continue"],
    usage: Both { fr: "", en: "" },
    help: "help-resume",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, _| run(context),
};

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    if !community.must_ask_before_takedown(context.now) {
        return Err(Refusal::NotAllowed(Text::new("resume-nothing")));
    }
    Ok(Outcome {
        changes: vec![Change::TakedownsResumed {
            community: community.definition.id.clone(),
        }],
        audit: vec![context.audit(community, "resume", "", None)],
        ..Outcome::say(Text::new("resume-done"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{NOW, admins, reply, say, snapshot};

    #[test]
    fn an_admin_lets_the_rules_go_on_and_nobody_else_does() {
        let mut snapshot = snapshot();
        let early = say(&snapshot, &admins(), "lea", "reprendre");
        assert_eq!(reply(&early).key(), "resume-nothing");
        let community = snapshot.communities.values_mut().next().unwrap();
        community.definition.max_takedowns_per_hour = 1;
        let id = community.definition.id.clone();
        snapshot.apply(&Change::TookDown {
            community: id.clone(),
            at: NOW,
        });
        let by_moderator = say(&snapshot, &admins(), "nadia", "resume");
        assert_eq!(by_moderator.changes, []);
        let decision = say(&snapshot, &admins(), "lea", "resume");
        let resumed = Change::TakedownsResumed {
            community: id.clone(),
        };
        assert_eq!(decision.changes, [resumed]);
        snapshot.apply(&decision.changes[0]);
        assert!(!snapshot.communities[&id].must_ask_before_takedown(NOW));
    }
}
