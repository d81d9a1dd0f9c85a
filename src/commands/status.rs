//! `status`: how the program and the community's rooms are. For moderators.

use super::{
    context::{Answer, Context, Outcome},
    input::Input,
    spec::{Both, Scope, Spec},
};
use crate::{
    community::role::Role,
    decide::{Question, StatusReport},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "état",
        en: "status",
    },
    aliases: &["statut"],
    usage: Both { fr: "", en: "" },
    help: "help-status",
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
    context.community()?;
    Ok(Outcome::ask(Question::Status))
}

/// The answer, once the store has given it.
#[must_use]
pub fn format(report: &StatusReport) -> Text {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let well = report.dead_letters == 0
        && report.drift_steps == 0
        && report.rooms_bound >= report.rooms_declared;
    Text::new(if well {
        "status-well"
    } else {
        "status-attention"
    })
    .with("version", report.version.as_str())
    .line("status-rooms")
    .with("bound", number(report.rooms_bound))
    .with("declared", number(report.rooms_declared))
    .line("status-drift")
    .with("count", number(report.drift_steps))
    .line("status-inbox")
    .with("count", number(report.inbox_waiting))
    .line("status-outbox")
    .with("count", number(report.outbox_waiting))
    .line("status-dead-letters")
    .with("count", number(report.dead_letters))
    .line("status-in-force")
    .with("mutes", number(report.mutes))
    .with("lockdowns", number(report.lockdowns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, reply, say},
        reply::Locale,
    };

    #[test]
    fn a_moderator_asks_and_a_member_is_refused() {
        let snapshot = testing::snapshot();
        let ask = say(&snapshot, &testing::admins(), "nadia", "état")
            .ask
            .unwrap();
        assert_eq!(ask.question, Question::Status);
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "ben", "état")).key(),
            "not-allowed"
        );
    }

    #[test]
    fn a_dead_letter_or_a_missing_room_asks_for_attention() {
        let fine = StatusReport {
            rooms_bound: 4,
            rooms_declared: 4,
            version: "1.2.3".into(),
            ..StatusReport::default()
        };
        assert_eq!(format(&fine).key(), "status-well");
        assert_eq!(
            format(&StatusReport {
                dead_letters: 1,
                ..fine.clone()
            })
            .key(),
            "status-attention"
        );
        assert_eq!(
            format(&StatusReport {
                rooms_bound: 3,
                ..fine.clone()
            })
            .key(),
            "status-attention"
        );
        assert!(format(&fine).plain(Locale::Fr).contains("1.2.3"));
    }
}
