//! `announce`: an announcement given as a command; the words are carried from the command's message, never stored. For moderators.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    find,
    input::{Input, first_word},
    spec::{Both, Scope, Spec},
};
use crate::{
    action::Effect,
    community::{definition::Kind, role::Role},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "annoncer",
        en: "announce",
    },
    aliases: &["annonce", "announcement"],
    usage: Both {
        fr: "<texte>",
        en: "<text>",
    },
    help: "help-announce",
    role: Role::Moderator,
    scope: Scope::Community,
    clauses: &[],
    examples: Both {
        fr: &["La réunion de mardi est à 14 h, salle 2."],
        en: &["Tuesday's meeting is at 2 pm, room 2."],
    },
    run: |context, input| {
        parse(input)?;
        run(context)
    },
};

fn parse(input: &Input) -> Result<(), Text> {
    input.needed(Text::new("announce-missing")).map(|_| ())
}

fn run(context: &Context) -> Answer {
    let community = context.community()?;
    let room = community.room_of_kind(Kind::Announcements);
    let room = room.ok_or_else(|| Refusal::NotAllowed(Text::new("announce-no-room")))?;
    let effect = Effect::PostAnnouncement {
        room: room.clone(),
        source_room: context.event.room.clone(),
        source: context.event.id.clone(),
    };
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![context.audit(community, "announce", "", None)],
        ..Outcome::say(
            Text::new("announce-done").with("community", community.definition.name.as_str()),
        )
    })
}

/// The words of an announcement in a command line that [`addressed`](super::addressed()) gave; none when it is another command.
/// The executor posts them.
#[must_use]
pub fn words(line: &str) -> Option<&str> {
    let (word, rest) = first_word(line);
    let ours = find(word).is_some_and(|spec| spec.name.en == SPEC.name.en);
    (ours && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::testing::{self, effects, reply, say};

    #[test]
    fn an_announcement_is_posted_from_the_event_and_its_words_are_nowhere_in_the_decision() {
        let decision = say(
            &testing::snapshot(),
            &testing::admins(),
            "nadia",
            "annoncer Réunion secrète",
        );
        assert!(effects(&decision).any(
            |it| matches!(it, Effect::PostAnnouncement { room, .. } if room == "!ann:example.org")
        ));
        assert!(!format!("{decision:?}").contains("secrète"));
    }

    #[test]
    fn an_announcement_needs_words_and_a_moderator_of_the_whole_community() {
        let snapshot = testing::snapshot();
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "nadia", "annoncer")).key(),
            "announce-missing"
        );
        assert_eq!(
            reply(&say(&snapshot, &testing::admins(), "awa", "annoncer x")).key(),
            "not-allowed"
        );
    }

    #[test]
    fn the_words_are_what_follows_the_name_on_all_lines() {
        assert_eq!(
            words("annonce  Bonjour\n\n à tous "),
            Some("Bonjour\n\n à tous")
        );
        assert_eq!(words("announce"), None);
        assert_eq!(words("ban x"), None);
    }
}
