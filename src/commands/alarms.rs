//! `alarms`: what must hold about the team and does not. For moderators.

use super::{
    context::{Answer, Context, Outcome, local},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{community::role::Role, governance::safeguards, reply::Text};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "alertes",
        en: "alarms",
    },
    aliases: &["safeguards", "garde-fous"],
    usage: Both { fr: "", en: "" },
    help: "help-alarms",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &[""],
        en: &[""],
    },
    run: |context, input| {
        parse(input)?;
        run(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.nothing()
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let broken = safeguards::broken(context.snapshot, community, context.now);
    if broken.is_empty() {
        return Ok(Outcome::say(Text::new("alarms-none")));
    }
    let alarms = &community.records.alarms;
    let lines = broken
        .into_iter()
        .map(|(about, text)| match alarms.get(&about) {
            Some(alarm) => text
                .line("alarms-since")
                .with("since", local(community, alarm.since)),
            None => text,
        });
    let text = safeguards::lines(Text::new("safeguard-alarm"), lines.collect());
    Ok(Outcome::say(text.line("safeguard-how")))
}

#[cfg(test)]
mod tests {
    use crate::{
        commands::testing::{self, admins, body, member, reply, say},
        community::change::Membership,
    };

    #[test]
    fn what_does_not_hold_is_listed() {
        let mut snapshot = testing::snapshot();
        assert_eq!(
            reply(&say(&snapshot, &admins(), "lea", "alertes")).key(),
            "alarms-none"
        );
        snapshot.apply(&member("!space:example.org", "lea", Membership::Leave));
        snapshot.apply(&member("!space:example.org", "nadia", Membership::Leave));
        let said = body(&say(&snapshot, &admins(), "samir", "alarms"));
        assert!(
            said.contains("Secteur Ouest") && !said.contains("Secteur Est"),
            "{said}"
        );
    }
}
