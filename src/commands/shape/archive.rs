//! `archive`: a group is over; its members read on, nobody writes, and it no longer stands in the space. `reopen` undoes it. For admins.

use super::ordinary;
use crate::{
    action::{Effect, Recipient},
    commands::{
        context::{Answer, Context, Outcome, Refusal, with_reason},
        input::{Clause, Input},
        spec::{Both, Scope, Spec},
        unlock,
    },
    community::{definition::Group, place::Place, record::RecordKind, role::Role},
    governance::{deed::redeclare, shape},
    reply::{Argument, Text},
};

pub(crate) const ARCHIVE: Spec = Spec {
    name: Both {
        fr: "archiver",
        en: "archive",
    },
    aliases: &[],
    usage: Both {
        fr: "<groupe> [parce que <raison>]",
        en: "<group> [because <reason>]",
    },
    help: "help-archive",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["secteur-est parce que le programme est terminé"],
        en: &["secteur-est because the programme is over"],
    },
    run: |context, input| archive(context, input.subject, input.reason().as_deref()),
};

pub(crate) const REOPEN: Spec = Spec {
    name: Both {
        fr: "rouvrir",
        en: "reopen",
    },
    aliases: &["désarchiver", "unarchive"],
    usage: Both {
        fr: "<groupe>",
        en: "<group>",
    },
    help: "help-reopen",
    role: Role::Admin,
    scope: Scope::Community,
    clauses: &[Clause::Because],
    examples: Both {
        fr: &["secteur-est"],
        en: &["secteur-est"],
    },
    run: reopen,
};

fn archive(context: &Context, words: &str, reason: Option<&str>) -> Answer {
    let community = context.community()?;
    let group = ordinary(context, words)?;
    let name = group.name.as_str();
    if group.archived {
        let text = Text::new("archive-already").with("group", name);
        return Err(Refusal::NotAllowed(text));
    }
    let mut deed = context.deed(community);
    let by = Argument::User(context.issuer().to_string());
    let told = with_reason(Text::new("archive-told").with("person", by), reason);
    shape::archived(&mut deed, &group, told);
    deed.account(
        context.issuer(),
        "archive",
        &group.id,
        reason.map(str::to_owned),
    );
    let command = match context.locale {
        crate::reply::Locale::Fr => "rouvrir",
        crate::reply::Locale::En => "reopen",
    };
    let done = Text::new("archive-done").with("group", name).code(
        "command",
        format!("{} {command} {}", context.prefix(), group.id),
    );
    Ok(Outcome::of(deed.decision, with_reason(done, reason)))
}

/// What ended, or is about to, goes on. A group that is neither may be locked: people say the same word for that.
fn reopen(context: &Context, input: &Input) -> Answer {
    let community = context.community()?;
    let group = context.group(input.subject).ok();
    let closing = |group: &Group| {
        let closing = &community.records.closing;
        closing.contains_key(group.id.as_str())
    };
    let Some(group) = group.filter(|group| group.archived || closing(group)) else {
        return (unlock::SPEC.run)(context, input);
    };
    let mut deed = context.deed(community);
    if closing(&group) {
        deed.forget(RecordKind::Closing, group.id.to_string());
    }
    let mut definition = community.definition.clone();
    for own in &mut definition.groups {
        if own.id == group.id {
            own.archived = false;
            // Its last day may be over: it would be archived again at once.
            own.ends = None;
        }
    }
    redeclare(&mut deed, definition);
    if let Some(room) = community.places.get(&Place::Group(group.id.clone())) {
        let locale = deed.locale();
        deed.act(Effect::Say {
            to: Recipient::Room(room.clone()),
            text: Text::new("reopen-told"),
            locale,
            reply_to: None,
        });
    }
    deed.account(context.issuer(), "reopen", &group.id, None);
    let done = Text::new("reopen-done").with("group", group.name.as_str());
    Ok(Outcome::of(deed.decision, done))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, apply, effects, reply, say};

    fn archived(snapshot: &crate::community::snapshot::Snapshot) -> bool {
        let community = testing::community(snapshot);
        let group = community.group(&"secteur-est".parse().unwrap());
        group.unwrap().archived
    }

    #[test]
    fn a_group_is_archived_with_a_word_to_its_members_and_its_file_and_reopened() {
        let mut snapshot = testing::snapshot();
        let line = "archiver secteur-est parce que fini";
        let decision = apply(&mut snapshot, &testing::admins(), "lea", line);
        assert!(archived(&snapshot));
        let names: Vec<_> = effects(&decision).map(Effect::name).collect();
        assert!(
            names.contains(&"attach") && names.contains(&"say"),
            "{names:?}"
        );
        let again = say(&snapshot, &testing::admins(), "lea", line);
        assert_eq!(reply(&again).key(), "archive-already");
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "rouvrir secteur-est",
        );
        assert!(!archived(&snapshot));
    }

    #[test]
    fn the_announcements_cannot_be_archived_and_a_moderator_archives_nothing() {
        let snapshot = testing::snapshot();
        let said = |who, line| {
            reply(&say(&snapshot, &testing::admins(), who, line))
                .key()
                .to_owned()
        };
        assert_eq!(said("lea", "archive announcements"), "shape-always-there");
        assert_eq!(said("nadia", "archive secteur-est"), "not-allowed");
        assert_eq!(said("lea", "archive"), "group-missing");
    }

    #[test]
    fn to_reopen_what_is_locked_unlocks_it() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "lockdown secteur-est for 2h",
        );
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "reopen secteur-est",
        );
        assert!(testing::community(&snapshot).lockdowns.is_empty());
    }
}
