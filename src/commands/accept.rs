//! `accept`: the code of conduct, or the terms of a group, as ✅ on the question does. For everybody; «j’accepte» and «I accept» are
//! understood too.

use super::{
    context::{Answer, Context, Outcome, Refusal, local},
    input::first_word,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{place::Place, role::Role, snapshot::Community},
    governance::conduct::{self, Asking},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "accepter",
        en: "accept",
    },
    aliases: &["j'accepte"],
    usage: Both {
        fr: "[groupe]",
        en: "[group]",
    },
    help: "help-accept",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &["", "secteur-est"],
        en: &["", "secteur-est"],
    },
    run: |context, input| run(context, input.subject),
};

/// The command that «I accept …» is: the only one of two words.
pub(super) fn in_two_words(line: &str) -> Option<(&str, &str)> {
    let (first, rest) = first_word(line);
    let (second, rest) = first_word(rest);
    let plain = second.trim_end_matches(['.', '!', ',']);
    (fold(first) == "i" && fold(plain) == "accept").then_some((plain, rest))
}

/// How people name what they accept, when it is the code of conduct.
const CONDUCT: &[&str] = &[
    "code de conduite",
    "le code de conduite",
    "charte",
    "la charte",
    "code of conduct",
    "the code of conduct",
    "conduct",
    "the conduct",
    "it",
];

fn run(context: &Context, words: &str) -> Answer {
    let own: Vec<&Community> = match context.community {
        Some(community) => vec![community],
        None => context.snapshot.communities_of(context.issuer()).collect(),
    };
    if own.is_empty() {
        return Err(Refusal::NotAllowed(Text::new("no-community")));
    }
    let words = words.trim_end_matches(['.', '!']);
    let folded = fold(words);
    if folded.is_empty() || CONDUCT.contains(&folded.as_str()) {
        return Ok(whatever_is_asked(context, &own, !folded.is_empty()));
    }
    let place = Place::Group(context.group(words)?.id);
    let community = context.community()?;
    match conduct::about(community, &place) {
        Some(asking) => Ok(accept(context, community, &asking)),
        None => Ok(Outcome::say(Text::new("accept-nothing"))),
    }
}

/// What is open; the code of conduct goes before the terms of groups.
fn whatever_is_asked(context: &Context, own: &[&Community], conduct_only: bool) -> Outcome {
    let issuer = context.issuer();
    let mut open: Vec<(&Community, Asking)> = Vec::new();
    let mut accepted = None;
    for community in own {
        for asking in conduct::all(community) {
            let asked = asking.place == Place::Space
                || !conduct_only
                    && conduct::open_to(community, issuer)
                        .any(|(_, place, _)| *place == asking.place);
            if !asked {
                continue;
            }
            if asking.is_accepted(community, issuer) {
                accepted.get_or_insert((*community, asking));
            } else {
                open.push((*community, asking));
            }
        }
    }
    if open.iter().any(|(_, asking)| asking.place == Place::Space) {
        open.retain(|(_, asking)| asking.place == Place::Space);
    }
    match open.as_slice() {
        [(community, asking)] => accept(context, community, asking),
        [] => match accepted {
            Some((community, asking)) => already(community, &asking, context),
            None => Outcome::say(Text::new("accept-nothing")),
        },
        several => {
            let text =
                several
                    .iter()
                    .fold(Text::new("accept-which"), |text, (community, asking)| {
                        let id = match &asking.place {
                            Place::Space => community.definition.id.to_string(),
                            Place::Group(id) => id.to_string(),
                        };
                        text.line("group-line")
                            .with("name", community.name_of(&asking.place))
                            .code("id", id)
                    });
            Outcome::say(text)
        }
    }
}

fn accept(context: &Context, community: &Community, asking: &Asking) -> Outcome {
    if asking.is_accepted(community, context.issuer()) {
        return already(community, asking, context);
    }
    let mut deed = crate::governance::deed::Deed::new(
        context.snapshot,
        community,
        context.event.id.as_str(),
        context.now,
    );
    conduct::accept(&mut deed, context.issuer(), asking);
    // They are thanked in private by what follows from it.
    Outcome {
        actions: deed.decision.actions,
        changes: deed.decision.changes,
        review_also: deed.decision.review.into_iter().collect(),
        ..Outcome::default()
    }
}

fn already(community: &Community, asking: &Asking, context: &Context) -> Outcome {
    let accepted = community.records.accepted.get(&asking.place);
    let accepted = accepted.and_then(|it| it.get(context.issuer()));
    Outcome::say(match accepted {
        Some(it) => Text::new("accept-already")
            .with("version", i64::from(it.version))
            .with("at", local(community, it.at)),
        None => Text::new("accept-nothing"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::{Effect, Recipient},
        commands::testing::{self, apply, effects, reply, say, user},
        community::definition::Acceptance,
    };

    fn asked() -> crate::community::snapshot::Snapshot {
        let mut snapshot = testing::snapshot();
        let community = snapshot.communities.values().next().unwrap();
        let mut definition = community.definition.clone();
        definition.code_of_conduct.acceptance = Acceptance::Asked;
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        snapshot
    }

    #[test]
    fn a_whole_line_accepts_in_either_language_with_any_apostrophe() {
        for line in [
            "J'accepte",
            "j’accepte !",
            "J’accepte le code de conduite.",
            "I accept",
            "i accept the code of conduct",
            "accepter",
            "ACCEPT",
        ] {
            let mut snapshot = asked();
            let decision = apply(&mut snapshot, &testing::direct(), "ben", line);
            let accepted = testing::community(&snapshot)
                .records
                .accepted(&Place::Space, &user("ben"));
            assert_eq!(accepted, Some(2), "{line}");
            let thanks = effects(&decision).filter(|it| {
                matches!(it, Effect::Say { to: Recipient::Person(who), text, .. }
                    if *who == user("ben") && text.key() == "conduct-thanks")
            });
            assert_eq!(thanks.count(), 1, "{line}");
        }
    }

    #[test]
    fn talk_that_begins_with_i_accepts_nothing() {
        let snapshot = asked();
        for line in ["I am sad", "i", "I accepted nothing"] {
            let decision = say(&snapshot, &testing::direct(), "ben", line);
            assert!(decision.changes.is_empty(), "{line}");
            assert_eq!(reply(&decision).key(), "unknown-command", "{line}");
        }
    }

    #[test]
    fn who_has_accepted_is_told_when_and_where_nothing_is_asked_that_is_said() {
        let mut snapshot = asked();
        apply(&mut snapshot, &testing::direct(), "ben", "accepter");
        let again = say(&snapshot, &testing::direct(), "ben", "j'accepte");
        assert_eq!(reply(&again).key(), "accept-already");
        assert!(again.changes.is_empty());
        let nothing = say(&testing::snapshot(), &testing::direct(), "ben", "accept");
        assert_eq!(reply(&nothing).key(), "accept-nothing");
    }
}
