//! `contact`: who is to be written to about the community; and in private, words that are passed on to them. For everybody. The words are
//! carried from the command's message, never stored.

use super::{
    Setting,
    context::{Answer, Context, Outcome},
    find,
    input::{Input, first_word},
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, Recipient},
    community::{
        definition::Locale,
        role::Role,
        snapshot::{Community, Room},
    },
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "contact",
        en: "contact",
    },
    aliases: &["contacter"],
    usage: Both {
        fr: "[message]",
        en: "[message]",
    },
    help: "help-contact",
    role: Role::Member,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["", "Je voudrais changer de secteur."],
        en: &["", "I would like to change sector."],
    },
    run: |context, input| run(context, parse(input)),
};

/// Whether there are words to be passed on.
fn parse(input: &Input) -> bool {
    !input.subject.is_empty()
}

fn run(context: &Context, has_words: bool) -> Answer {
    let community = context.community()?;
    if !has_words || *context.setting != Setting::Direct {
        let text = who(community, context.locale);
        let text = if has_words {
            Text::new("contact-not-here").then(text)
        } else {
            text
        };
        return Ok(Outcome::say(text.line("not-a-person")));
    }
    let contact = community.definition.contact.as_ref();
    // Nobody writes to themselves.
    let contact = contact.filter(|contact| **contact != *context.issuer());
    let name = community.definition.name.as_str();
    let (to, text) = match (contact, community.admins_room()) {
        (Some(contact), _) => (
            Recipient::Person(contact.clone()),
            Text::new("contact-done").with("person", Argument::User(contact.to_string())),
        ),
        (None, Some(room)) => {
            let text = Text::new("contact-done-team").with("community", name);
            let there = context.snapshot.rooms.get(room);
            // Conversations with the bot are encrypted as soon as it can read them.
            let plain = context.snapshot.encrypts && !there.is_some_and(Room::is_encrypted);
            let text = if plain {
                text.line("contact-plain")
            } else {
                text
            };
            (Recipient::Room(room.clone()), text)
        }
        (None, None) => {
            let owner = community.definition.owners.first();
            let owner = owner.map(ToString::to_string).unwrap_or_default();
            let text = Text::new("contact-none").with("person", Argument::User(owner));
            return Ok(Outcome::say(text.line("not-a-person")));
        }
    };
    let locale = match &to {
        Recipient::Person(person) => context.snapshot.locale_in(person, community),
        Recipient::Room(_) => community.definition.locale,
    };
    let effect = Effect::PassOn {
        to,
        source_room: context.event.room.clone(),
        source: context.event.id.clone(),
        locale,
    };
    Ok(Outcome {
        effects: vec![effect],
        ..Outcome::say(text.line("not-a-person"))
    })
}

fn who(community: &Community, locale: Locale) -> Text {
    let name = community.definition.name.as_str();
    let text = match &community.definition.contact {
        Some(contact) => {
            Text::new("contact-who").with("person", Argument::User(contact.to_string()))
        }
        None => Text::new("contact-team"),
    };
    text.with("community", name)
        .code("command", SPEC.name.of(locale))
}

/// The words to be passed on in a command line that [`addressed`](super::addressed()) gave; none when it is another command. The
/// executor carries them.
#[must_use]
pub fn words(line: &str) -> Option<&str> {
    let (word, rest) = first_word(line);
    let ours = find(word).is_some_and(|spec| spec.name.en == SPEC.name.en);
    (ours && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say, user};

    fn with_contact() -> crate::community::snapshot::Snapshot {
        let mut snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let mut definition = community.definition.clone();
        definition.contact = Some(user("nadia"));
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        snapshot
    }

    #[test]
    fn words_go_to_the_contact_else_to_the_admins_and_nothing_that_is_kept_repeats_them() {
        let admins: ruma::OwnedRoomId = "!adm:example.org".try_into().unwrap();
        for (snapshot, wanted) in [
            (with_contact(), Recipient::Person(user("nadia"))),
            (testing::snapshot(), Recipient::Room(admins)),
        ] {
            let decision = say(
                &snapshot,
                &testing::direct(),
                "ben",
                "contact zinzolin urgent",
            );
            let passed = effects(&decision).find_map(|it| match it {
                Effect::PassOn { to, .. } => Some(to.clone()),
                _ => None,
            });
            assert_eq!(passed, Some(wanted));
            let kept = format!(
                "{:?} {:?} {:?}",
                decision.actions, decision.changes, decision.audit
            );
            assert!(!kept.contains("zinzolin"), "{kept}");
            assert!(reply(&decision).keys().any(|key| key == "not-a-person"));
        }
    }

    #[test]
    fn who_writes_encrypted_is_told_when_the_team_reads_it_in_the_clear() {
        let warned = |snapshot: &crate::community::snapshot::Snapshot| {
            let decision = say(snapshot, &testing::direct(), "ben", "contact zinzolin");
            reply(&decision).keys().any(|key| key == "contact-plain")
        };
        let mut snapshot = testing::snapshot();
        assert!(!warned(&snapshot), "nothing is encrypted here");
        snapshot.encrypts = true;
        assert!(warned(&snapshot));
        snapshot.apply(&crate::community::change::Change::State {
            room: "!adm:example.org".try_into().unwrap(),
            event_type: "m.room.encryption".to_owned(),
            state_key: String::new(),
            content: serde_json::json!({"algorithm": "m.megolm.v1.aes-sha2"}),
            at: testing::NOW,
        });
        assert!(!warned(&snapshot));
    }

    #[test]
    fn in_a_group_and_without_words_it_is_explained_and_nothing_is_passed_on() {
        let snapshot = with_contact();
        for (setting, line, key) in [
            (testing::east(), "contact zinzolin", "contact-not-here"),
            (testing::direct(), "contact", "contact-who"),
            (testing::admins(), "contact", "contact-who"),
        ] {
            let decision = say(&snapshot, &setting, "ben", line);
            assert_eq!(reply(&decision).key(), key, "{line}");
            assert!(effects(&decision).all(|it| matches!(it, Effect::Say { .. })));
        }
    }

    #[test]
    fn the_words_are_those_after_the_command() {
        assert_eq!(words("contact Bonjour à vous"), Some("Bonjour à vous"));
        assert_eq!(words("contacter Bonjour"), Some("Bonjour"));
        assert_eq!(words("contact"), None);
        assert_eq!(words("aide moi"), None);
    }
}
