//! `my record`: what is kept about whoever asks, as words, as a file, or erased as far as it may be. In private, for everybody.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::{Input, first_word},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::{Attachment, Effect},
    community::role::Role,
    governance::{
        deed::Deed,
        own_record::{self, Held},
    },
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "mon-dossier",
        en: "my-record",
    },
    aliases: &[],
    usage: Both {
        fr: "[exporter | effacer]",
        en: "[export | erase]",
    },
    help: "help-own-record",
    role: Role::Newcomer,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &["", "exporter", "effacer"],
        en: &["", "export", "erase"],
    },
    run,
};

/// «My record» in two words.
pub(super) fn in_two_words(line: &str) -> Option<(&str, &str)> {
    let (first, rest) = first_word(line);
    let (second, rest) = first_word(rest);
    let name = match (fold(first).as_str(), fold(second).as_str()) {
        ("my", "record") => SPEC.name.en,
        ("mon", "dossier") => SPEC.name.fr,
        _ => return None,
    };
    Some((name, rest))
}

fn run(context: &Context, input: &Input) -> Answer {
    if *context.setting != Setting::Direct {
        return Err(Refusal::NotAllowed(Text::new("own-in-private")));
    }
    match fold(input.subject).as_str() {
        "" => Ok(Outcome::say(shown(context))),
        "export" | "exporter" => Ok(Outcome {
            effects: vec![Effect::Attach {
                room: context.event.room.clone(),
                file: Attachment::Own(context.issuer().to_owned()),
            }],
            ..Outcome::say(Text::new("own-export"))
        }),
        "erase" | "effacer" => Ok(erase(context)),
        _ => Err(Text::new("too-many-words")
            .with("words", input.subject)
            .into()),
    }
}

fn shown(context: &Context) -> Text {
    let communities = context.snapshot.communities.values();
    let held = communities.map(|it| Held::of(it, context.issuer()));
    let held = held.filter(|it| !it.is_empty());
    let mut text = held.fold(Text::new("own-title"), |text, it| {
        text.then(it.text(context.now))
    });
    if text.keys().count() == 1 {
        text = text.line("own-nothing");
    }
    text.line("own-more")
}

fn erase(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let mut erased = 0;
    for community in context.snapshot.communities.values() {
        let id = &community.definition.id;
        let cause = format!("{}/erase/{id}", context.event.id);
        let mut deed = Deed::new(context.snapshot, community, &cause, context.now);
        erased += own_record::erase(&mut deed, context.issuer());
        outcome.actions.extend(deed.decision.actions);
        outcome.changes.extend(deed.decision.changes);
        outcome.audit.extend(deed.decision.audit);
    }
    let count = i64::try_from(erased).unwrap_or(i64::MAX);
    Outcome {
        admins_know: true,
        reply: Some(
            Text::new("own-erased")
                .with("count", count)
                .line("own-stays"),
        ),
        ..outcome
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        action::{Attachment, Effect},
        commands::testing::{self, apply, body, effects, reply, say, user},
        governance::own_record,
    };

    #[test]
    fn one_sees_sanctions_and_reports_of_ones_own_and_not_who_reported() {
        let mut snapshot = testing::snapshot();
        let line = "report https://matrix.to/#/!est:example.org/$bad";
        apply(&mut snapshot, &testing::direct(), "camille", line);
        for case in snapshot
            .communities
            .values_mut()
            .flat_map(|it| it.records.cases.values_mut())
        {
            case.about = Some(user("ben"));
        }
        apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "mute @ben:example.org for 2h",
        );
        let said = body(&say(&snapshot, &testing::direct(), "ben", "mon dossier"));
        assert!(
            said.contains("signalement") && said.contains("lecture seule"),
            "{said}"
        );
        assert!(!said.contains("camille"), "{said}");
        let file = own_record::file(&snapshot, &user("ben"));
        assert!(
            file.contains("\"mute\"") && !file.contains("camille"),
            "{file}"
        );
        let reporter = body(&say(&snapshot, &testing::direct(), "camille", "my record"));
        assert!(
            reporter.contains("signalement") && !reporter.contains("@ben"),
            "{reporter}"
        );
    }

    #[test]
    fn the_record_is_attached_and_shown_in_private_only() {
        let snapshot = testing::snapshot();
        let decision = say(&snapshot, &testing::direct(), "ben", "my record export");
        assert!(effects(&decision).any(|it| matches!(it, Effect::Attach { file: Attachment::Own(who), .. } if *who == user("ben"))));
        for setting in [testing::admins(), testing::east()] {
            let decision = say(&snapshot, &setting, "ben", "my record");
            assert_eq!(reply(&decision).key(), "own-in-private");
        }
    }

    #[test]
    fn what_is_in_force_is_not_erased_and_the_rest_is() {
        let mut snapshot = testing::snapshot();
        let line = "report https://matrix.to/#/!est:example.org/$bad";
        apply(&mut snapshot, &testing::direct(), "ben", line);
        apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "mute @ben:example.org for 2h",
        );
        let decision = apply(&mut snapshot, &testing::direct(), "ben", "my record erase");
        assert!(reply(&decision).keys().any(|key| key == "own-stays"));
        let records = &testing::community(&snapshot).records;
        assert_eq!((records.sanctions.len(), records.cases.len()), (1, 1));
        assert!(
            records
                .cases
                .values()
                .all(|it| it.reporters.is_empty() && it.count == 1)
        );
        apply(
            &mut snapshot,
            &testing::admins(),
            "nadia",
            "unmute @ben:example.org",
        );
        apply(&mut snapshot, &testing::direct(), "ben", "my record erase");
        assert!(testing::community(&snapshot).records.sanctions.is_empty());
    }
}
