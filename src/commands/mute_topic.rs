//! `mute-topic`: for a time, what is said in a group about something goes behind a veil, so that everybody chooses whether to read it.

use std::time::Duration;

use super::{
    Setting,
    context::{Answer, Context},
    input::{Clause, Input},
    rules,
    spec::{Both, Scope, Spec},
    words::unquoted,
};
use crate::{
    community::{place::Place, role::Role},
    moderation::Edit,
    reply::Text,
};

/// How long when nothing is said.
const DEFAULT: Duration = Duration::from_hours(24);
/// The longest: what a group never wants to read is a rule of its own.
const LONGEST: Duration = Duration::from_hours(30 * 24);

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "voiler-sujet",
        en: "mute-topic",
    },
    aliases: &["veil-topic"],
    usage: Both {
        fr: "<mot ou quelques mots> [dans <groupe>] [pendant <durée>] [parce que <raison>]",
        en: "<word or a few> [in <group>] [for <duration>] [because <reason>]",
    },
    help: "help-mute-topic",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[Clause::In, Clause::For, Clause::Because],
    examples: Both {
        fr: &["accident dans secteur-est pendant 3 jours parce que la famille est parmi nous"],
        en: &["accident in secteur-est for 3 days because the family is among us"],
    },
    run,
};

fn run(context: &Context, input: &Input) -> Answer {
    let community = context.community()?;
    let group = match (input.clause(Clause::In), context.setting) {
        (Some(words), _) => context.group(words)?.id,
        (None, Setting::Group(_, Place::Group(id))) => id.clone(),
        (None, _) => return Err(Text::new("group-missing").into()),
    };
    let word = unquoted(input.needed(Text::new("mute-topic-missing"))?);
    let time = input.duration(DEFAULT)?;
    if time > LONGEST {
        return Err(Text::new("mute-topic-too-long").into());
    }
    let edit = Edit::Topic {
        word: word.to_owned(),
    };
    let (place, until) = (Place::Group(group), Some(context.now.plus(time)));
    let reason = input.reason();
    rules::change(context, community, place, edit, until, reason.as_deref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        action::{Effect, Recipient},
        clock::Timestamp,
        commands::testing::{self, NOW, admins, apply, effects, event, reply, say},
        community::{definition::Locale, snapshot::Snapshot},
        decide::Decision,
        event::EventKind,
        governance::due::due,
    };

    const EAST: &str = "!est:example.org";

    fn decided(snapshot: &Snapshot, room: &str, content: serde_json::Value) -> Decision {
        let mut said = event("ben", room, "");
        said.kind = EventKind::Content {
            event_type: "m.room.message".to_owned(),
            content,
        };
        crate::decide::decide(snapshot, &said, NOW)
    }

    /// Which message of Ben's goes behind a veil, and what it is about.
    fn veiled(decision: &Decision) -> Option<(String, Option<String>)> {
        effects(decision).find_map(|effect| match effect {
            Effect::Move {
                source,
                veiled: true,
                only,
                room,
                source_room,
                reason,
                ..
            } => {
                assert_eq!(only.as_deref(), Some(&*testing::user("ben")));
                assert_eq!(room, source_room);
                Some((source.to_string(), reason.clone()))
            }
            _ => None,
        })
    }

    fn text(body: &str) -> serde_json::Value {
        json!({"msgtype": "m.text", "body": body})
    }

    fn told(decision: &Decision, key: &str) -> bool {
        effects(decision).any(|it| {
            matches!(it, Effect::Say { to: Recipient::Room(room), text, .. }
                if room == EAST && text.key() == key && text.plain(Locale::Fr).contains("accident"))
        })
    }

    #[test]
    fn what_is_said_about_it_goes_behind_a_veil_in_its_group_until_its_time_is_over() {
        let mut snapshot = testing::snapshot();
        let line = "mute-topic \"accident\" in secteur-est for 2 days because it hurts";
        let decision = apply(&mut snapshot, &admins(), "nadia", line);
        assert_eq!(reply(&decision).key(), "rules-done");
        assert!(told(&decision, "mute-topic-told"));
        let subject = Some("accident".to_owned());
        for body in ["Cet accident…", "les ACCIDENTS d’hier", "l’accidеnt"] {
            let decision = decided(&snapshot, EAST, text(body));
            let (_, about) = veiled(&decision).expect(body);
            assert_eq!(about, subject, "{body}");
            assert!(decision.audit.iter().any(|it| it.action == "veil"));
        }
        let edit = json!({
            "msgtype": "m.text", "body": "* un accident", "m.new_content": text("un accident"),
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
        });
        let whole = veiled(&decided(&snapshot, EAST, edit));
        assert_eq!(whole, Some(("$first".to_owned(), subject)));
        for (room, content) in [
            (EAST, text("un incident")),
            ("!ouest:example.org", text("un accident")),
            (
                EAST,
                json!({"msgtype": "m.image", "filename": "a.png", "body": "un accident", "url": "mxc://s/a"}),
            ),
        ] {
            assert_eq!(veiled(&decided(&snapshot, room, content)), None);
        }
        let danger = "après cet accident je n’en peux plus, je vais me suicider ce soir";
        let danger = decided(&snapshot, EAST, text(danger));
        assert_eq!(veiled(&danger), None, "the team must read it");
        assert!(danger.audit.iter().any(|it| it.action == "alert"));

        // Said again it lasts longer, and stands once.
        apply(
            &mut snapshot,
            &admins(),
            "nadia",
            &line.replace("2 days", "3 days"),
        );
        let community = testing::community(&snapshot);
        assert_eq!(community.records.rules.len(), 1);
        let id = community.definition.id.clone();
        let after = |days: u64| NOW.plus(Duration::from_hours(24 * days));
        let over = |snapshot: &Snapshot, at: Timestamp| {
            let due = due(snapshot, &id, at).into_iter();
            due.map(|it| it.1).find(|it| told(it, "mute-topic-over"))
        };
        assert!(over(&snapshot, after(2)).is_none());
        let ended = over(&snapshot, after(3)).expect("its time is over");
        ended.changes.iter().for_each(|it| snapshot.apply(it));
        assert_eq!(veiled(&decided(&snapshot, EAST, text("un accident"))), None);
        assert!(over(&snapshot, after(4)).is_none(), "said once");
    }

    #[test]
    fn who_moderates_a_group_does_it_there_and_takes_it_back() {
        let mut snapshot = testing::snapshot();
        let here = testing::east();
        let begun = apply(&mut snapshot, &here, "awa", "voiler-sujet l’accident");
        assert_eq!(reply(&begun).key(), "rules-done");
        let records = &testing::community(&snapshot).records;
        let change = records.rules.values().next().expect("it is noted");
        assert_eq!(change.until, Some(NOW.plus(DEFAULT)));
        let undo = format!("rules undo {}", change.id);
        let undone = apply(&mut snapshot, &admins(), "nadia", &undo);
        assert_eq!(reply(&undone).key(), "rules-undone");
        assert!(told(&undone, "mute-topic-over"));
        assert_eq!(veiled(&decided(&snapshot, EAST, text("l’accident"))), None);
        for (setting, who, line, expected) in [
            (&here, "ben", "mute-topic accident", "not-allowed"),
            (&admins(), "nadia", "mute-topic accident", "group-missing"),
            (&here, "awa", "mute-topic", "mute-topic-missing"),
            (&here, "awa", "mute-topic le", "rules-no-word"),
            (
                &here,
                "awa",
                "mute-topic accident for 31 days",
                "mute-topic-too-long",
            ),
        ] {
            let decision = say(&snapshot, setting, who, line);
            assert_eq!(reply(&decision).key(), expected, "{line}");
            assert!(decision.changes.is_empty());
        }
    }
}
