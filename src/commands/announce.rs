//! `announce`: an announcement given as a command, to everybody or to one group; the words are carried from the command's message, never
//! stored. For moderators; a group's moderators to their group.

use super::{
    context::{Answer, Context, Outcome, Refusal},
    find,
    input::{Input, first_word},
    permission,
    spec::{Both, Scope, Spec},
    words::{fold, unquoted},
};
use crate::{
    action::Effect,
    community::{definition::Kind, place::Place, role::Role},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "annoncer",
        en: "announce",
    },
    aliases: &["annonce", "announcement"],
    usage: Both {
        fr: "à tous : <texte> | à <groupe> : <texte>",
        en: "to all: <text> | to <group>: <text>",
    },
    help: "help-announce",
    role: Role::Moderator,
    scope: Scope::Group,
    clauses: &[],
    examples: Both {
        fr: &[
            "à tous : La réunion de mardi est à 14 h, salle 2.",
            "à secteur-est : La permanence de jeudi est annulée.",
        ],
        en: &[
            "to all: Tuesday's meeting is at 2 pm, room 2.",
            "to secteur-est: Thursday's office hour is cancelled.",
        ],
    },
    run: |context, input| run(context, parse(input)?),
};

/// To whom, as it was said: what an announcement begins with, up to the first colon.
fn parse<'a>(input: &Input<'a>) -> Result<&'a str, Text> {
    let subject = input.needed(Text::new("announce-missing"))?;
    let (to, words) = split(subject).ok_or_else(|| Text::new("announce-to-whom"))?;
    if words.is_empty() {
        return Err(Text::new("announce-missing"));
    }
    Ok(to)
}

/// To whom, and the words; none when it is not said to whom.
fn split(line: &str) -> Option<(&str, &str)> {
    let (head, words) = line.split_once(':')?;
    let (preposition, to) = head.trim().split_once(char::is_whitespace)?;
    let opens = matches!(
        fold(preposition).as_str(),
        "to" | "a" | "au" | "aux" | "pour" | "for"
    );
    let in_a_line = !head.contains('\n');
    (opens && in_a_line && !to.trim().is_empty()).then(|| (to.trim(), words.trim()))
}

/// Whether that means everybody.
fn is_all(to: &str) -> bool {
    matches!(
        fold(unquoted(to)).as_str(),
        "all"
            | "everybody"
            | "everyone"
            | "all groups"
            | "the community"
            | "tous"
            | "toutes"
            | "toutes et tous"
            | "tous et toutes"
            | "tout le monde"
            | "tous les groupes"
            | "la communaute"
            | "toute la communaute"
    )
}

fn run(context: &Context, to: &str) -> Answer {
    let community = context.community()?;
    let place = if is_all(to) {
        community
            .group_of_kind(Kind::Announcements)
            .map(Place::Group)
    } else {
        Some(Place::Group(context.group(to)?.id))
    };
    let place = place.ok_or_else(|| Refusal::NotAllowed(Text::new("announce-no-room")))?;
    permission::has_role_in(community, context.issuer(), &place, Role::Moderator)?;
    let room = community.places.get(&place);
    let room = room.ok_or_else(|| Refusal::NotAllowed(Text::new("announce-no-room")))?;
    let effect = Effect::PostAnnouncement {
        room: room.clone(),
        source_room: context.event.room.clone(),
        source: context.event.id.clone(),
    };
    let done = if community.kind(&place) == Some(Kind::Announcements) {
        Text::new("announce-done").with("community", community.definition.name.as_str())
    } else {
        Text::new("announce-group-done").with("group", community.name_of(&place))
    };
    let target = match &place {
        Place::Group(id) => id.as_str(),
        Place::Space => "",
    };
    Ok(Outcome {
        effects: vec![effect],
        audit: vec![context.audit(community, "announce", target, None)],
        ..Outcome::say(done)
    })
}

/// The words of an announcement in a command line that [`addressed`](super::addressed()) gave, without to whom it goes; none when it is
/// another command. The executor posts them.
#[must_use]
pub fn words(line: &str) -> Option<&str> {
    let (word, rest) = first_word(line);
    let ours = find(word).is_some_and(|spec| spec.name.en == SPEC.name.en);
    let (_, words) = split(rest).filter(|_| ours)?;
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, admins, body, direct, effects, reply, say},
        decide::Decision,
    };

    fn posted_to(decision: &Decision) -> Vec<&str> {
        let rooms = effects(decision).filter_map(|effect| match effect {
            Effect::PostAnnouncement { room, .. } => Some(room.as_str()),
            _ => None,
        });
        rooms.collect()
    }

    #[test]
    fn an_announcement_is_posted_from_the_event_and_its_words_are_nowhere_in_the_decision() {
        for line in [
            "annoncer à tous : Réunion secrète",
            "announce to all: Réunion secrète",
            "annoncer à toutes et tous: Réunion secrète",
        ] {
            let decision = say(&testing::snapshot(), &admins(), "nadia", line);
            assert_eq!(posted_to(&decision), ["!ann:example.org"], "{line}");
            assert!(!format!("{decision:?}").contains("secrète"));
        }
    }

    #[test]
    fn an_announcement_to_a_group_goes_there_alone_and_its_moderator_may() {
        let snapshot = testing::snapshot();
        for line in [
            "annoncer à secteur-est : Réunion : 14 h",
            "announce to « Secteur Est »: x",
            "announce to the group Secteur Est : x",
        ] {
            let decision = say(&snapshot, &direct(), "awa", line);
            assert_eq!(
                posted_to(&decision),
                ["!est:example.org"],
                "{line}: {}",
                body(&decision)
            );
        }
        for (line, expected) in [
            ("annoncer à secteur-ouest : x", "not-allowed"),
            ("annoncer à tous : x", "not-allowed"),
            ("annoncer à nulle part : x", "unknown-group"),
        ] {
            let decision = say(&snapshot, &direct(), "awa", line);
            assert_eq!(
                (reply(&decision).key(), posted_to(&decision).len()),
                (expected, 0),
                "{line}"
            );
        }
    }

    #[test]
    fn an_announcement_without_words_or_without_whom_it_is_for_is_explained() {
        let snapshot = testing::snapshot();
        for (line, expected) in [
            ("annoncer", "announce-missing"),
            ("annoncer à tous :", "announce-missing"),
            ("annoncer Réunion mardi", "announce-to-whom"),
            ("annoncer Réunion : 14 h", "announce-to-whom"),
            ("annoncer à\ntous : x", "announce-to-whom"),
        ] {
            let decision = say(&snapshot, &admins(), "nadia", line);
            assert_eq!(
                (reply(&decision).key(), posted_to(&decision).len()),
                (expected, 0),
                "{line}"
            );
        }
    }

    #[test]
    fn the_words_are_what_follows_the_colon_on_all_lines() {
        assert_eq!(
            words("annonce à tous :  Bonjour :\n\n à tous "),
            Some("Bonjour :\n\n à tous")
        );
        for none in [
            "announce",
            "announce x",
            "announce to all:",
            "ban to all: x",
        ] {
            assert_eq!(words(none), None, "{none}");
        }
    }
}
