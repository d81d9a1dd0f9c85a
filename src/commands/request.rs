//! `request`: somebody asks to be let into a community, or into a group of one; they are asked a few questions in private, and the team
//! decides. For everybody who can write to the bot, also without being in anything.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    action::Effect,
    community::{place::Place, role::Role, snapshot::Community},
    governance::{deed::Deed, interview},
    reply::Text,
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "demander",
        en: "request",
    },
    aliases: &[],
    usage: Both {
        fr: "[<communauté> / <groupe>]",
        en: "[<community> / <group>]",
    },
    help: "help-request",
    role: Role::Member,
    scope: Scope::Anywhere,
    clauses: &[],
    examples: Both {
        fr: &["Aidants du Nord", "Aidants du Nord / Entraide"],
        en: &["Carers of the North", "Carers of the North / Mutual help"],
    },
    run: |context, input| run(context, input.subject),
};

/// The most places that are listed.
const MOST_LISTED: usize = 20;

fn run(context: &Context, words: &str) -> Answer {
    let open = interview::open_to(context.snapshot, context.issuer());
    let (community, place) = find(context, &open, words).map_err(Refusal::NotAllowed)?;
    let mut deed = Deed::new(
        context.snapshot,
        community,
        context.event.id.as_str(),
        context.now,
    );
    let user = context.event.sender.clone();
    interview::begin(&mut deed, &user, place, false).map_err(Refusal::NotAllowed)?;
    let mut decision = deed.decision;
    if *context.setting != Setting::Direct {
        let text = Text::new("request-begun-in-private");
        return Ok(Outcome::of(decision, text));
    }
    // What begins is said before the first question, in one message with it.
    for action in &mut decision.actions {
        if let Effect::Say { text, .. } = &mut action.effect {
            let question = std::mem::take(text);
            *text = Text::new("request-begun").then(question);
        }
    }
    Ok(Outcome {
        reply: None,
        ..Outcome::of(decision, Text::default())
    })
}

/// The place that is meant, among those that take requests.
fn find<'a, 'b>(
    context: &Context,
    open: &'b [(&'a Community, Place)],
    words: &str,
) -> Result<(&'a Community, &'b Place), Text> {
    if open.is_empty() {
        return Err(Text::new("request-none"));
    }
    let (first, second) = words.split_once('/').unwrap_or((words, ""));
    let (first, second) = (fold(first), fold(second));
    let of_community = |community: &Community, wanted: &str| {
        fold(community.definition.id.as_str()) == wanted
            || fold(&community.definition.name) == wanted
    };
    let of_group = |community: &Community, place: &Place, wanted: &str| match place {
        Place::Space => false,
        Place::Group(id) => fold(id.as_str()) == wanted || fold(community.name_of(place)) == wanted,
    };
    let meant: Vec<_> = open
        .iter()
        .filter(|(community, place)| {
            if first.is_empty() {
                true
            } else if second.is_empty() {
                of_community(community, &first) || of_group(community, place, &first)
            } else {
                of_community(community, &first) && of_group(community, place, &second)
            }
        })
        .collect();
    // The community itself goes before its groups when it is named alone.
    let spaces = meant.iter().filter(|(_, place)| *place == Place::Space);
    let spaces: Vec<_> = spaces.collect();
    match (meant.as_slice(), spaces.as_slice()) {
        ([(community, place)], _) => Ok((community, place)),
        (_, [(community, place)]) if !first.is_empty() && second.is_empty() => {
            Ok((community, place))
        }
        ([], _) => Err(list(context, Text::new("request-unknown"), open.iter())),
        (several, _) => Err(list(
            context,
            Text::new("request-which"),
            several.iter().copied(),
        )),
    }
}

fn list<'a: 'b, 'b>(
    context: &Context,
    text: Text,
    open: impl Iterator<Item = &'b (&'a Community, Place)>,
) -> Text {
    let name = SPEC.name.of(context.locale);
    open.take(MOST_LISTED)
        .fold(text, |text, (community, place)| {
            let id = &community.definition.id;
            let words = match place {
                Place::Space => format!("{name} {id}"),
                Place::Group(group) => format!("{name} {id} / {group}"),
            };
            text.line("request-line")
                .with("name", community.name_of(place))
                .code("command", words)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, apply, body, reply, say, user},
        community::{
            change::{Change, Membership},
            definition::Way,
            record::{Matter, Record},
            snapshot::Snapshot,
        },
        decide::Decision,
    };

    /// Where one may knock at the community and at the group of the West.
    fn open_world() -> Snapshot {
        let mut snapshot = testing::snapshot();
        let community = testing::community(&snapshot);
        let mut definition = community.definition.clone();
        definition.admission.ways.insert(Way::Knock);
        let conflicts = &mut definition.admission.conflicts_of_interest;
        conflicts.extend(["assureur".to_owned(), "compagnie d’assurance".to_owned()]);
        definition.groups[1].admission = Some([Way::Knock].into());
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        snapshot
    }

    /// Something that Zoe, who is in nothing, says to the bot in private.
    fn zoe(snapshot: &mut Snapshot, number: u32, line: &str) -> Decision {
        let mut event = testing::event("zoe", "!dm:example.org", line);
        event.id = format!("$z{number}").try_into().unwrap();
        let answered = interview::answer(snapshot, &event, line, testing::NOW);
        let decision = answered
            .unwrap_or_else(|| testing::answer_to(snapshot, &testing::direct(), &event, line));
        let changes = decision.changes.iter();
        changes.for_each(|change| snapshot.apply(change));
        decision
    }

    fn applications(snapshot: &Snapshot) -> Vec<crate::community::record::Application> {
        let cards = testing::community(snapshot).records.cards.values();
        let applications = cards.filter_map(|card| match &card.matter {
            Matter::Application(application) => Some(application.clone()),
            _ => None,
        });
        applications.collect()
    }

    #[test]
    fn somebody_who_is_in_nothing_asks_answers_three_questions_and_waits_for_the_team() {
        let mut snapshot = open_world();
        let begun = zoe(&mut snapshot, 0, "demander nord");
        assert!(
            body(&begun).contains("1/3")
                && format!("{:?}", begun.actions).contains("request-begun")
        );
        let help = zoe(&mut snapshot, 1, "aide");
        assert_eq!(reply(&help).key(), "help-title", "a command is no answer");
        zoe(
            &mut snapshot,
            2,
            "Zinzolin Assurances, compagnie d'assurance",
        );
        let third = zoe(&mut snapshot, 3, "aide soignante");
        assert!(body(&third).contains("3/3"), "{}", body(&third));
        let done = zoe(&mut snapshot, 4, "demander conseil");
        assert_eq!(reply(&done).key(), "interview-done");
        let [application] = &applications(&snapshot)[..] else {
            panic!("one card")
        };
        assert_eq!(application.profession, "aide soignante");
        assert_eq!(application.reason, "demander conseil");
        assert_eq!(application.conflicts, ["compagnie d’assurance"]);
        assert!(
            !format!("{:?}", done.actions).contains("Zinzolin"),
            "the words stand in the card alone"
        );
        let records = &testing::community(&snapshot).records;
        assert!(records.interviews.is_empty());
        let again = zoe(&mut snapshot, 5, "demander nord");
        assert_eq!(reply(&again).key(), "request-open");
    }

    #[test]
    fn who_changes_their_mind_cancels() {
        let mut snapshot = open_world();
        zoe(&mut snapshot, 0, "request nord / secteur-ouest");
        let running = zoe(&mut snapshot, 1, "!hygie request nord");
        assert!(!body(&running).is_empty());
        let cancelled = zoe(&mut snapshot, 2, "Annuler");
        assert_eq!(reply(&cancelled).key(), "interview-cancelled");
        assert!(testing::community(&snapshot).records.interviews.is_empty());
    }

    #[test]
    fn who_is_in_or_banned_or_names_nothing_is_told_so_and_no_more() {
        let mut snapshot = open_world();
        let banned = testing::member("!space:example.org", "zoe", Membership::Ban);
        snapshot.apply(&banned);
        let no = zoe(&mut snapshot, 0, "demander nord");
        assert_eq!(reply(&no).key(), "request-impossible");
        let ben = say(&snapshot, &testing::direct(), "ben", "demander nord");
        assert_eq!(reply(&ben).key(), "request-there");
        let which = say(&snapshot, &testing::direct(), "ben", "demander");
        assert_eq!(reply(&which).key(), "request-which");
        assert!(body(&which).contains("demander nord / secteur-ouest"));
        let unknown = say(&snapshot, &testing::direct(), "ben", "demander lune");
        assert_eq!(reply(&unknown).key(), "request-unknown");
        let closed = say(
            &testing::snapshot(),
            &testing::direct(),
            "ben",
            "demander nord",
        );
        assert_eq!(reply(&closed).key(), "request-none");
    }

    #[test]
    fn a_word_of_conflict_counts_only_as_a_whole_word() {
        let mut snapshot = open_world();
        zoe(&mut snapshot, 0, "demander nord");
        for (number, line) in [(1, "rassureurs"), (2, "médecin"), (3, "ras")] {
            zoe(&mut snapshot, number, line);
        }
        assert!(applications(&snapshot)[0].conflicts.is_empty());
    }

    #[test]
    fn a_question_without_an_answer_is_asked_once_more_and_then_forgotten() {
        const DAY: i64 = 24 * 3_600_000;
        let mut snapshot = open_world();
        zoe(&mut snapshot, 0, "demander nord");
        let due = |snapshot: &mut Snapshot, days: i64| -> Vec<String> {
            let now = crate::clock::Timestamp(testing::NOW.0 + days * DAY);
            let community = testing::community(snapshot).clone();
            let due = crate::governance::admission::due(snapshot, &community, now);
            for (_, decision) in &due {
                decision
                    .changes
                    .iter()
                    .for_each(|change| snapshot.apply(change));
            }
            due.iter()
                .map(|(_, decision)| reply(decision).key().to_owned())
                .collect()
        };
        assert_eq!(due(&mut snapshot, 1), Vec::<String>::new());
        assert_eq!(due(&mut snapshot, 2), ["interview-again"]);
        assert_eq!(due(&mut snapshot, 3), Vec::<String>::new());
        assert_eq!(due(&mut snapshot, 7), ["interview-over"]);
        assert_eq!(due(&mut snapshot, 8), Vec::<String>::new());
    }

    /// Whoever may answer says yes or no to the only card.
    fn decide(snapshot: &mut Snapshot, who: &str, yes: bool) -> Decision {
        let card = testing::community(snapshot).records.cards.keys().next();
        let word = if yes { "approve" } else { "refuse" };
        let line = format!("{word} {} because vu", card.unwrap());
        apply(snapshot, &testing::admins(), who, &line)
    }

    fn keep(snapshot: &mut Snapshot, conflicts: Vec<String>) {
        let application = crate::community::record::Application {
            user: user("zoe"),
            place: Place::Space,
            affiliation: String::new(),
            profession: String::new(),
            reason: String::new(),
            conflicts,
            knocked: false,
        };
        let card = crate::community::record::Card {
            id: crate::community::record::CardId("zzzzz".to_owned()),
            matter: Matter::Application(application),
            by: user("zoe"),
            at: testing::NOW,
            due: None,
            assignee: None,
            shown: None,
            votes: Vec::new(),
            reminded: false,
        };
        let id = "nord".parse().unwrap();
        snapshot.apply(&Change::keep(&id, Record::Card(Box::new(card))));
    }

    fn invited(decision: &Decision) -> usize {
        let names = decision.actions.iter().map(|action| action.effect.name());
        names.filter(|name| *name == "invite").count()
    }

    #[test]
    fn a_conflict_of_interest_needs_two_different_reviewers() {
        let mut snapshot = open_world();
        keep(&mut snapshot, vec!["assureur".to_owned()]);
        assert_eq!(invited(&decide(&mut snapshot, "lea", true)), 0);
        assert_eq!(invited(&decide(&mut snapshot, "lea", true)), 0, "the same");
        let done = decide(&mut snapshot, "nadia", true);
        assert_eq!(invited(&done), 1);
        let detail = done.audit.last().unwrap().detail.clone().unwrap();
        assert!(detail.contains("@lea:example.org yes: vu"), "{detail}");
        assert!(testing::community(&snapshot).records.cards.is_empty());
    }

    #[test]
    fn what_an_applicant_wrote_does_not_stay_in_the_admins_room() {
        for yes in [true, false] {
            let mut snapshot = open_world();
            keep(&mut snapshot, Vec::new());
            snapshot.apply(&Change::Shown {
                community: "nord".parse().unwrap(),
                card: crate::community::record::CardId("zzzzz".to_owned()),
                room: "!adm:example.org".try_into().unwrap(),
                event: "$shown".try_into().unwrap(),
            });
            let decision = decide(&mut snapshot, "lea", yes);
            let redacted = testing::effects(&decision).filter(|effect| {
                matches!(effect, crate::action::Effect::Redact { event, .. } if event == "$shown")
            });
            assert_eq!(redacted.count(), 1, "{yes}");
        }
    }

    #[test]
    fn professions_of_the_community_are_named_and_another_one_is_shown_to_the_team() {
        let mut snapshot = open_world();
        let community = testing::community(&snapshot);
        let mut definition = community.definition.clone();
        definition.admission.professions = vec!["Infirmière".to_owned(), "médecin".to_owned()];
        let change = community.redeclared(definition);
        snapshot.apply(&change);
        zoe(&mut snapshot, 0, "demander nord");
        let asked = zoe(&mut snapshot, 1, "Hôpital");
        assert!(
            body(&asked).contains("Infirmière, médecin"),
            "{}",
            body(&asked)
        );
        for (number, line) in [(2, "infirmiere de nuit"), (3, "aider")] {
            zoe(&mut snapshot, number, line);
        }
        let shown = |snapshot: &Snapshot| {
            let community = testing::community(snapshot);
            let card = community.records.cards.values().next().unwrap();
            let text = crate::governance::admission::described(community, card).unwrap();
            text.keys().any(|key| key == "application-profession-other")
        };
        assert!(!shown(&snapshot));
        let id = "nord".parse().unwrap();
        let card = testing::community(&snapshot).records.cards.values().next();
        let mut card = card.unwrap().clone();
        if let Matter::Application(application) = &mut card.matter {
            application.profession = "courtier".to_owned();
        }
        snapshot.apply(&Change::keep(&id, Record::Card(Box::new(card))));
        assert!(shown(&snapshot));
    }

    proptest::proptest! {
        #[test]
        fn nobody_passes_with_fewer_reviewers_than_needed(
            votes in proptest::collection::vec((0..5_usize, proptest::bool::ANY), 0..12),
            conflict in proptest::bool::ANY,
            reviewers in 1..3_u32,
        ) {
            let mut snapshot = open_world();
            let community = testing::community(&snapshot);
            let mut definition = community.definition.clone();
            definition.admission.reviewers = reviewers;
            let change = community.redeclared(definition);
            snapshot.apply(&change);
            keep(&mut snapshot, vec!["assureur".to_owned(); usize::from(conflict)]);
            let needed = if conflict { 2 } else { reviewers as usize };
            let mut yes = std::collections::BTreeSet::new();
            for (who, vote) in votes {
                if testing::community(&snapshot).records.cards.is_empty() {
                    break;
                }
                let who = ["samir", "lea", "nadia", "awa", "ben"][who];
                let decision = decide(&mut snapshot, who, vote);
                if ["samir", "lea", "nadia"].contains(&who) && vote {
                    yes.insert(who);
                }
                let passed = invited(&decision) > 0;
                proptest::prop_assert_eq!(passed, vote && yes.len() >= needed && yes.contains(who));
            }
        }
    }
}
