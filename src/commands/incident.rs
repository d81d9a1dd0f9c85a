//! `incident`: something serious goes on. Groups are frozen, one person speaks in all of them, and in the end what was done is handed over as a
//! file. For admins; who speaks may say how things stand. Those words are carried from the command's message, never stored.

use std::time::Duration;

use ruma::OwnedUserId;

use super::{
    context::{Answer, Context, Outcome, Refusal, local, with_reason},
    find,
    input::{Clause, Input, first_word},
    lockdown, permission,
    spec::{Both, Scope, Spec},
    words::fold,
};
use crate::{
    community::{
        change::Membership,
        place::Place,
        record::{self, Incident},
        role::Role,
        snapshot::Community,
    },
    governance::incident::{self, Opening, Word},
    reply::{Argument, Text, duration},
};

/// How long groups are frozen when nothing is said.
const DEFAULT: Duration = Duration::from_hours(4);

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "crise",
        en: "incident",
    },
    aliases: &[],
    usage: Both {
        fr: "[ouvrir [dans <groupe>] [pendant <durée>] [porte-parole <personne>] parce que <raison> | point <texte> | porte-parole <personne> | clore [parce que <leçon>]]",
        en: "[open [in <group>] [for <duration>] [spokesperson <person>] because <reason> | status <text> | speaker <person> | close [because <what was learned>]]",
    },
    help: "help-incident",
    role: Role::Admin,
    scope: Scope::Spokesperson,
    clauses: &[Clause::In, Clause::For, Clause::Speaker, Clause::Because],
    examples: Both {
        fr: &[
            "ouvrir parce que des données de patients ont circulé",
            "ouvrir dans secteur-est pendant 2h porte-parole @lea:example.org parce que plainte d’une famille",
            "point Nous avons prévenu les personnes concernées. Prochain point à 18 h.",
            "porte-parole @awa:example.org",
            "clore parce que les photos seront désormais relues",
        ],
        en: &[
            "open because patients’ data got around",
            "open in secteur-est for 2h spokesperson @lea:example.org because of a family’s complaint",
            "status We have told everybody concerned. More at 6 pm.",
            "speaker @awa:example.org",
            "close because pictures are looked at first from now on",
        ],
    },
    run: |context, input| run(context, &parse(input)?),
};

#[derive(Debug, PartialEq)]
enum Args<'a> {
    Show,
    Open {
        groups: &'a str,
        duration: Duration,
        speaker: Option<&'a str>,
        reason: String,
    },
    Status,
    Speaker(&'a str),
    Close {
        learned: Option<String>,
    },
}

/// A step, by the word that it is called.
fn step(word: &str) -> Option<Word> {
    match fold(word).as_str() {
        "open" | "ouvrir" | "start" | "declarer" => Some(Word::Open),
        "status" | "statut" | "point" | "update" => Some(Word::Status),
        "close" | "clore" | "cloturer" | "fermer" | "end" | "terminer" => Some(Word::Close),
        _ => None,
    }
}

fn parse<'a>(input: &Input<'a>) -> Result<Args<'a>, Text> {
    let (word, rest) = first_word(input.subject);
    let too_many = |rest: &str| Text::new("too-many-words").with("words", rest);
    match step(word) {
        Some(Word::Status) => {
            let mut clauses = SPEC.clauses.iter();
            if rest.is_empty() && !clauses.any(|it| input.clause(*it).is_some()) {
                return Err(Text::new("incident-status-missing"));
            }
            Ok(Args::Status)
        }
        Some(_) if !rest.is_empty() => Err(too_many(rest)),
        Some(Word::Open) => Ok(Args::Open {
            groups: input.clause(Clause::In).unwrap_or("all"),
            duration: input.duration(DEFAULT)?,
            speaker: input.clause(Clause::Speaker),
            reason: input.reason().ok_or_else(|| Text::new("incident-why"))?,
        }),
        Some(Word::Close) => Ok(Args::Close {
            learned: input.reason(),
        }),
        None if !word.is_empty() => Err(Text::new("incident-how").with("words", input.subject)),
        None => match input.clause(Clause::Speaker) {
            Some(person) => Ok(Args::Speaker(person)),
            None => Ok(Args::Show),
        },
    }
}

/// The words that are posted, in a command line that [`addressed`](super::addressed()) gave; none when it is another command. The executor
/// posts them.
#[must_use]
pub fn words(line: &str) -> Option<&str> {
    let (word, rest) = first_word(line);
    let ours = find(word).is_some_and(|spec| spec.name.en == SPEC.name.en);
    let (word, words) = first_word(rest);
    let is_status = ours && matches!(step(word), Some(Word::Status));
    (is_status && !words.is_empty()).then_some(words)
}

fn run(context: &Context, args: &Args) -> Answer {
    let community = context.community()?;
    let admin = permission::has_role_in(community, context.issuer(), &Place::Space, Role::Admin);
    match args {
        Args::Show => Ok(Outcome::say(shown(context, community)?)),
        Args::Status => status(context, community),
        Args::Open {
            groups,
            duration,
            speaker,
            reason,
        } => {
            admin?;
            let speaker = match speaker {
                Some(words) => speaker_of(context, community, words)?,
                None => context.issuer().to_owned(),
            };
            let opening = Opening {
                speaker,
                until: context.now.plus(*duration),
                reason: reason.clone(),
            };
            open(context, community, groups, opening)
        }
        Args::Speaker(words) => {
            admin?;
            let incident = opened(context, community)?;
            let speaker = speaker_of(context, community, words)?;
            let mut deed = context.deed(community);
            incident::speaks(&mut deed, incident, speaker.clone(), context.issuer());
            let text = Text::new("incident-speaker-now").with("speaker", &speaker);
            Ok(Outcome::of(deed.decision, text))
        }
        Args::Close { learned } => {
            admin?;
            close(context, community, learned.as_deref())
        }
    }
}

/// The incident that is open.
fn opened<'a>(context: &Context, community: &'a Community) -> Result<&'a Incident, Refusal> {
    let none = || {
        Refusal::NotAllowed(Text::new("incident-none").code("command", said(context, Word::Open)))
    };
    community.records.incident.as_deref().ok_or_else(none)
}

/// How a step is written here.
fn said(context: &Context, word: Word) -> String {
    incident::command(Some(context.snapshot), context.locale, word)
}

/// Who is to speak: somebody of the community, and a human.
fn speaker_of(
    context: &Context,
    community: &Community,
    words: &str,
) -> Result<OwnedUserId, Refusal> {
    let person = context.person(words)?;
    let refused = |key: &str| Text::new(key).with("person", Argument::User(person.to_string()));
    if person == context.snapshot.bot {
        return Err(Refusal::NotAllowed(refused("not-on-the-bot")));
    }
    let mut rooms = community.places.values();
    let joined = |room| {
        let room = context.snapshot.rooms.get(room);
        room.is_some_and(|it| it.membership(&person) == Membership::Join)
    };
    if rooms.any(joined) {
        Ok(person)
    } else {
        Err(refused("incident-not-here").into())
    }
}

/// The groups that are named, one after the other; without those that are archived.
fn groups(context: &Context, community: &Community, words: &str) -> Result<Vec<Place>, Refusal> {
    let whole = lockdown::targets(context, community, words);
    let parts = words.split(',').flat_map(|it| it.split(" et "));
    let parts: Vec<&str> = parts.flat_map(|it| it.split(" and ")).collect();
    let mut places = match whole {
        Err(Refusal::Mistake(_)) if parts.len() > 1 => {
            let mut places = Vec::new();
            for part in parts.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
                places.extend(lockdown::targets(context, community, part)?);
            }
            places
        }
        whole => whole?,
    };
    places.sort();
    places.dedup();
    places.retain(|place| match place {
        Place::Group(id) => community.group(id).is_none_or(|it| !it.archived),
        Place::Space => false,
    });
    Ok(places)
}

fn open(context: &Context, community: &Community, words: &str, opening: Opening) -> Answer {
    if let Some(known) = &community.records.incident {
        let text = Text::new("incident-already")
            .with("since", local(community, known.at))
            .with("person", &known.by)
            .code("command", said(context, Word::Close));
        return Err(Refusal::NotAllowed(text));
    }
    let places = groups(context, community, words)?;
    let mut deed = context.deed(community);
    let (incident, impossible) = incident::open(&mut deed, context.issuer(), places, opening);
    let cannot = |text: Text, place: &Place| {
        let name = community.name_of(place);
        text.line("lockdown-impossible").with("group", name)
    };
    if incident.frozen.is_empty() {
        let text = impossible
            .iter()
            .fold(Text::new("incident-nothing"), cannot);
        return Err(Refusal::NotAllowed(text));
    }
    let text = Text::new("incident-opened")
        .code("incident", &incident.id)
        .with("until", local(community, incident.until))
        .with("speaker", &incident.speaker);
    let text = impossible
        .iter()
        .fold(frozen(community, &incident, text), cannot);
    let text = with_reason(text, Some(&incident.reason));
    Ok(Outcome::of(deed.decision, next(context, text)))
}

fn status(context: &Context, community: &Community) -> Answer {
    let incident = opened(context, community)?;
    let mut deed = context.deed(community);
    let groups = incident::post(&mut deed, incident, context.event);
    let text = Text::new("incident-posted")
        .with("number", i64::from(incident.posts) + 1)
        .with("count", i64::try_from(groups).unwrap_or(i64::MAX));
    Ok(Outcome::of(deed.decision, text))
}

fn close(context: &Context, community: &Community, learned: Option<&str>) -> Answer {
    let incident = opened(context, community)?;
    permission::may_change_what(community, context.issuer(), &incident.by)?;
    let mut deed = context.deed(community);
    let told = learned.map(str::to_owned);
    let locked = incident::close(&mut deed, incident, context.issuer(), told);
    let mut text = Text::new("incident-closed")
        .code("incident", &incident.id)
        .with("lasted", duration(context.now.since(incident.at)))
        .with("posts", i64::from(incident.posts));
    for (place, until) in &locked {
        text = text
            .line("incident-closed-locked")
            .with("group", community.name_of(place))
            .with("until", local(community, *until));
    }
    if let Some(learned) = learned {
        text = text.line("incident-learned").with("words", learned);
    }
    Ok(Outcome::of(
        deed.decision,
        text.line("incident-closed-file"),
    ))
}

/// What is open.
fn shown(context: &Context, community: &Community) -> Result<Text, Refusal> {
    let incident = opened(context, community)?;
    let text = Text::new("incident-shown")
        .code("incident", &incident.id)
        .with("since", local(community, incident.at))
        .with("person", &incident.by)
        .with("until", local(community, incident.until))
        .line("incident-shown-speaker")
        .with("speaker", &incident.speaker)
        .with("posts", i64::from(incident.posts));
    let text = frozen(community, incident, text);
    Ok(next(context, with_reason(text, Some(&incident.reason))))
}

/// A line for each frozen group.
fn frozen(community: &Community, incident: &Incident, text: Text) -> Text {
    let places = incident.frozen.iter();
    places.fold(text, |text, record::Frozen { place, .. }| {
        text.line("lockdown-line")
            .with("group", community.name_of(place))
    })
}

/// What can be done next.
fn next(context: &Context, text: Text) -> Text {
    text.line("incident-next")
        .code("status", said(context, Word::Status))
        .code("close", said(context, Word::Close))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::{Attachment, Effect, Recipient},
        clock::Timestamp,
        commands::testing::{self, NOW, admins, apply, body, direct, effects, reply, say, user},
        community::{change::Change, snapshot::Snapshot},
        decide::Decision,
    };

    const OPEN: &str = "crise ouvrir pendant 4h parce que plainte grave";

    fn open(line: &str) -> Snapshot {
        let mut snapshot = testing::snapshot();
        let decision = apply(&mut snapshot, &admins(), "lea", line);
        assert_eq!(
            reply(&decision).key(),
            "incident-opened",
            "{}",
            body(&decision)
        );
        snapshot
    }

    fn incident(snapshot: &Snapshot) -> Option<&Incident> {
        testing::community(snapshot).records.incident.as_deref()
    }

    fn locked(snapshot: &Snapshot) -> Vec<(String, Timestamp)> {
        let lockdowns = testing::community(snapshot).lockdowns.iter();
        let lockdowns = lockdowns.map(|(place, it)| (place.to_string(), it.until));
        lockdowns.collect()
    }

    fn hours(count: u64) -> Timestamp {
        NOW.plus(Duration::from_hours(count))
    }

    /// What is said in rooms other than the admins', and the rooms.
    fn told(decision: &Decision) -> Vec<(&str, &str, String)> {
        let said = effects(decision).filter_map(|it| match it {
            Effect::Say {
                to: Recipient::Room(room),
                text,
                locale,
                ..
            } if room != "!adm:example.org" => {
                Some((room.as_str(), text.key(), text.plain(*locale)))
            }
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn every_group_but_the_admins_is_frozen_and_told_kindly_and_not_why() {
        let mut snapshot = testing::snapshot();
        let decision = apply(&mut snapshot, &admins(), "lea", OPEN);
        let groups = ["announcements", "secteur-est", "secteur-ouest"];
        let expected = groups.map(|it| (it.to_owned(), hours(4)));
        assert_eq!(locked(&snapshot), expected);
        let told = told(&decision);
        assert_eq!(told.len(), 3);
        for (_, key, text) in told {
            assert_eq!(key, "incident-told");
            for part in ["@lea:example.org", "contact", "le 15 ou le 112", "3114"] {
                assert!(text.contains(part), "{part} in {text}");
            }
            assert!(!text.contains("plainte"), "{text}");
        }
        let actions: Vec<&str> = decision.audit.iter().map(|it| it.action.as_str()).collect();
        assert_eq!(
            actions,
            ["incident-open", "lockdown", "lockdown", "lockdown"]
        );
        assert!(
            body(&decision).contains("plainte grave"),
            "the team knows why"
        );
    }

    #[test]
    fn only_the_named_groups_are_frozen_for_the_time_that_is_said() {
        for line in [
            "crise ouvrir dans secteur-est et secteur-ouest pendant 2h parce que x",
            "incident open in secteur-est, secteur-ouest for 2h because x",
        ] {
            let snapshot = open(line);
            let expected = ["secteur-est", "secteur-ouest"].map(|it| (it.to_owned(), hours(2)));
            assert_eq!(locked(&snapshot), expected, "{line}");
        }
        let snapshot = open("incident open in Secteur Est because x");
        assert_eq!(locked(&snapshot), [("secteur-est".to_owned(), hours(4))]);
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_helps() {
        let closed = testing::snapshot();
        let opened = open(OPEN);
        for (snapshot, line, key, helps) in [
            (&closed, "crise ouvrir", "incident-why", "parce que"),
            (&closed, "crise", "incident-none", "crise ouvrir"),
            (
                &closed,
                "crise point Tout va bien",
                "incident-none",
                "crise ouvrir",
            ),
            (&closed, "crise clore", "incident-none", "crise ouvrir"),
            (
                &closed,
                "crise porte-parole Bén Diop",
                "incident-none",
                "crise ouvrir",
            ),
            (&closed, "crise panique", "incident-how", "clore"),
            (
                &closed,
                "crise ouvrir tout parce que x",
                "too-many-words",
                "tout",
            ),
            (
                &closed,
                "crise ouvrir dans nord-est parce que x",
                "unknown-group",
                "secteur-est",
            ),
            (
                &closed,
                "crise ouvrir dans admins parce que x",
                "lockdown-not-admins",
                "",
            ),
            (
                &closed,
                "crise ouvrir porte-parole Bob parce que x",
                "unknown-person",
                "Bob",
            ),
            (
                &closed,
                "crise ouvrir porte-parole @bob:example.org parce que x",
                "incident-not-here",
                "Invitez",
            ),
            (
                &closed,
                "crise ouvrir porte-parole @hygie:example.org parce que x",
                "not-on-the-bot",
                "",
            ),
            (&opened, OPEN, "incident-already", "crise clore"),
            (&opened, "crise point", "incident-status-missing", "point"),
            (
                &opened,
                "crise porte-parole @bob:example.org",
                "incident-not-here",
                "Invitez",
            ),
        ] {
            let decision = say(snapshot, &admins(), "lea", line);
            let said = (reply(&decision).key(), decision.changes.len());
            assert_eq!(said, (key, 0), "{line}");
            assert!(
                body(&decision).contains(helps),
                "{line}: {}",
                body(&decision)
            );
        }
    }

    #[test]
    fn a_status_is_posted_in_every_frozen_group_and_its_words_are_nowhere_in_the_decision() {
        let mut snapshot = open(OPEN);
        for number in 1..=2 {
            let line = "crise point Tout zinzolin car le 15 est prévenu";
            let decision = apply(&mut snapshot, &admins(), "samir", line);
            let posts = effects(&decision).filter_map(|it| match it {
                Effect::PostStatus {
                    room,
                    source,
                    number: counted,
                    ..
                } if source.as_str() == "$command" && *counted == number => Some(room.as_str()),
                _ => None,
            });
            let posts: Vec<_> = posts.collect();
            assert_eq!(
                posts,
                ["!ann:example.org", "!est:example.org", "!ouest:example.org"]
            );
            assert!(!format!("{decision:?}").contains("zinzolin"));
            assert_eq!(incident(&snapshot).unwrap().posts, number);
        }
        assert_eq!(
            words("crise point Tout va bien\ncar si"),
            Some("Tout va bien\ncar si")
        );
        assert_eq!(words("incident update x"), Some("x"));
        for none in ["crise", "crise point", "crise clore x", "contact point x"] {
            assert_eq!(words(none), None, "{none}");
        }
    }

    #[test]
    fn who_speaks_may_say_how_things_stand_and_nothing_else_and_others_may_not() {
        let mut snapshot = open("crise ouvrir porte-parole Bén Diop parce que x");
        for (who, line, key) in [
            ("ben", "crise point Nous sommes là", "incident-posted"),
            ("ben", "crise", "incident-shown"),
            ("ben", "crise clore", "not-allowed"),
            ("ben", "crise porte-parole @awa:example.org", "not-allowed"),
            ("nadia", "crise point x", "not-allowed"),
            ("awa", "crise", "not-allowed"),
        ] {
            let decision = say(&snapshot, &testing::east(), who, line);
            assert_eq!(reply(&decision).key(), key, "{who}: {line}");
        }
        let line = "crise porte-parole @awa:example.org";
        let decision = apply(&mut snapshot, &admins(), "samir", line);
        let hears = effects(&decision).any(|it| matches!(it, Effect::Say { to: Recipient::Person(who), text, .. } if *who == user("awa") && text.key() == "incident-speaker-you"));
        assert!(hears);
        let posted = say(&snapshot, &direct(), "awa", "incident status x");
        assert_eq!(reply(&posted).key(), "incident-posted");
        let no_more = say(&snapshot, &testing::east(), "ben", "crise point x");
        assert_eq!(reply(&no_more).key(), "not-allowed");
    }

    #[test]
    fn a_member_who_writes_of_a_crisis_in_private_hears_where_there_is_help() {
        for line in ["crise d’angoisse, je suis seul", "Crise"] {
            let decision = say(&testing::snapshot(), &direct(), "ben", line);
            let keys: Vec<_> = reply(&decision).keys().collect();
            assert_eq!(keys[0], "unknown-command", "{line}");
            assert!(keys.contains(&"not-a-person"), "{line}: {keys:?}");
        }
    }

    #[test]
    fn closing_opens_what_it_locked_and_leaves_what_was_or_is_locked_otherwise() {
        let mut snapshot = testing::snapshot();
        for line in [
            "lockdown announcements for 2h",
            "lockdown secteur-ouest for 9h",
            "incident open for 4h because x",
            "lockdown secteur-est for 6h",
        ] {
            apply(&mut snapshot, &admins(), "lea", line);
        }
        let expected = [
            ("announcements", 4),
            ("secteur-est", 6),
            ("secteur-ouest", 9),
        ];
        let expected = expected.map(|(id, until)| (id.to_owned(), hours(until)));
        assert_eq!(locked(&snapshot), expected);
        let decision = apply(&mut snapshot, &admins(), "samir", "incident close");
        let expected = [
            ("announcements", 2),
            ("secteur-est", 6),
            ("secteur-ouest", 9),
        ];
        let expected = expected.map(|(id, until)| (id.to_owned(), hours(until)));
        assert_eq!(locked(&snapshot), expected);
        assert!(!effects(&decision).any(|it| matches!(it, Effect::SetState { .. })));
        for (_, key, _) in told(&decision) {
            assert_eq!(key, "incident-over-locked");
        }
        assert_eq!(incident(&snapshot), None);
    }

    #[test]
    fn closing_restores_exactly_what_was_and_leaves_the_account_in_the_admins_room() {
        let mut snapshot = open(OPEN);
        let name = incident(&snapshot).unwrap().id.clone();
        let unlocked = Change::Unlocked {
            community: "nord".parse().unwrap(),
            place: Place::try_from("secteur-ouest".to_owned()).unwrap(),
        };
        snapshot.apply(&unlocked);
        let line = "crise clore parce que les photos attendent désormais";
        let decision = apply(&mut snapshot, &admins(), "lea", line);
        let restored = effects(&decision).filter_map(|it| match it {
            Effect::SetState { room, content, .. } => Some((room.as_str(), content.clone())),
            _ => None,
        });
        let restored: Vec<_> = restored.collect();
        let prior = testing::power_levels();
        assert_eq!(
            restored,
            [
                ("!ann:example.org", prior.clone()),
                ("!est:example.org", prior)
            ]
        );
        assert!(locked(&snapshot).is_empty());
        assert_eq!(told(&decision).len(), 3, "everybody hears that it is over");
        assert!(effects(&decision).any(|it| matches!(it, Effect::Attach { room, file: Attachment::Incident(id) } if room == "!adm:example.org" && *id == name)));
        let last = decision.audit.last().unwrap();
        assert_eq!(
            (last.action.as_str(), last.target.as_deref()),
            ("incident-close", Some(name.0.as_str()))
        );
        assert_eq!(
            last.detail.as_deref(),
            Some("les photos attendent désormais")
        );
        assert!(body(&decision).contains("les photos attendent"));
    }

    #[test]
    fn an_admin_does_not_close_what_an_owner_opened() {
        let mut snapshot = testing::snapshot();
        apply(&mut snapshot, &admins(), "samir", OPEN);
        let decision = say(&snapshot, &admins(), "lea", "crise clore");
        assert_eq!(
            (reply(&decision).key(), decision.changes.len()),
            ("decided-above", 0)
        );
    }

    #[test]
    fn the_admins_are_reminded_once_of_an_incident_whose_time_is_over() {
        let mut snapshot = open(OPEN);
        let due = |snapshot: &Snapshot, at: Timestamp| {
            let all = crate::governance::due::due(snapshot, &"nord".parse().unwrap(), at);
            let ours = all
                .into_iter()
                .filter(|(cause, _)| cause.starts_with("incident/"));
            ours.collect::<Vec<_>>()
        };
        assert!(due(&snapshot, Timestamp(hours(4).0 - 1)).is_empty());
        let first = due(&snapshot, hours(4));
        assert_eq!(first, due(&snapshot, hours(4)), "the same after a restart");
        let [(_, decision)] = first.as_slice() else {
            panic!("it is one: {first:?}");
        };
        assert_eq!(reply(decision).key(), "incident-overdue");
        decision.changes.iter().for_each(|it| snapshot.apply(it));
        assert!(due(&snapshot, hours(5)).is_empty());
        let shown = body(&say(&snapshot, &admins(), "lea", "incident"));
        assert!(shown.contains("Secteur Est"), "it is still open: {shown}");
    }
}
