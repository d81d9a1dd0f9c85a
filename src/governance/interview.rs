//! Questions that somebody who asks to be let in is asked in private, one after the other: to whom they belong, what they do, why they ask
//! (H7). They begin with a knock, or with the command `request`, so that no client needs to know how to knock. What was answered is kept until
//! the last question, then stands in a card of the admins room until that is decided.

use std::time::Duration;

use ruma::{OwnedUserId, UserId};

use super::{Moved, admission, deed::Deed};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    commands,
    community::{
        change::Membership,
        definition::Way,
        place::Place,
        record::{Application, Interview, Matter, Record, RecordKind},
        snapshot::{Community, Snapshot},
        words::fold,
    },
    decide::Decision,
    event::{Event, EventKind},
    reply::Text,
};

/// The Fluent keys of the questions, in order.
const QUESTIONS: [&str; 3] = ["interview-affiliation", PROFESSION, "interview-reason"];
const PROFESSION: &str = "interview-profession";
/// The longest answer, in characters.
const LONGEST: usize = 500;
/// After how long somebody who does not answer is asked once more.
const REMIND: Duration = Duration::from_hours(48);
/// After how long questions without an answer are forgotten.
const FORGET: Duration = Duration::from_hours(7 * 24);

/// Whether one may ask to be let into a place.
#[must_use]
pub(crate) fn is_open(community: &Community, place: &Place) -> bool {
    match place {
        Place::Space => community.definition.admission.ways.contains(&Way::Knock),
        Place::Group(id) => community
            .group(id)
            .is_some_and(|group| !group.archived && group.ways().contains(&Way::Knock)),
    }
}

/// The places that somebody may ask to be let into: those whose community would have people of their homeserver.
pub(crate) fn open_to<'a>(snapshot: &'a Snapshot, user: &UserId) -> Vec<(&'a Community, Place)> {
    let (server, own) = (user.server_name(), snapshot.bot.server_name());
    let communities = snapshot.communities.values().filter(|community| {
        let definition = &community.definition;
        let admitted =
            definition.federate && definition.servers.admits(server.as_str(), own.as_str());
        server == own || admitted
    });
    let places = communities.flat_map(|community| {
        let groups = community.groups.iter();
        let groups = groups.map(|group| Place::Group(group.id.clone()));
        let places = std::iter::once(Place::Space).chain(groups);
        places.map(move |place| (community, place))
    });
    places
        .filter(|(community, place)| is_open(community, place))
        .collect()
}

/// The questions that somebody is being asked.
fn running<'a>(snapshot: &'a Snapshot, user: &UserId) -> Option<(&'a Community, &'a Interview)> {
    let communities = snapshot.communities.values();
    let mut interviews = communities.filter_map(|it| Some((it, it.records.interviews.get(user)?)));
    interviews.next()
}

/// The request of somebody that waits for the team.
fn has_applied(community: &Community, user: &UserId) -> bool {
    let cards = community.records.cards.values();
    let mut applications = cards.filter_map(|card| match &card.matter {
        Matter::Application(application) => Some(application),
        _ => None,
    });
    applications.any(|it| it.user == user)
}

/// Begins to ask somebody.
///
/// # Errors
/// Why not, in words for them.
pub(crate) fn begin(
    deed: &mut Deed,
    user: &OwnedUserId,
    place: &Place,
    knocked: bool,
) -> Result<(), Text> {
    let (snapshot, community) = (deed.snapshot, deed.community);
    let name = community.name_of(place);
    if !is_open(community, place) {
        return Err(Text::new("request-not-here").with("place", name));
    }
    let there = |place| admission::membership(snapshot, community, place, user);
    // Why somebody may not come in is for the team to say, if it wants to.
    if admission::hindrance(snapshot, community, user).is_some() || there(place) == Membership::Ban
    {
        return Err(Text::new("request-impossible").with("place", name));
    }
    match there(place) {
        Membership::Join => return Err(Text::new("request-there").with("place", name)),
        Membership::Invite => return Err(Text::new("request-invited").with("place", name)),
        _ => {}
    }
    if has_applied(community, user) {
        return Err(Text::new("request-open").with("community", community.definition.name.as_str()));
    }
    if let Some((asking, interview)) = running(snapshot, user) {
        return Err(Text::new("request-running").then(question(asking, interview)));
    }
    let interview = Interview {
        user: user.clone(),
        place: place.clone(),
        at: deed.now,
        knocked,
        answers: Vec::new(),
        reminded: false,
    };
    let begin = Text::new("interview-begin").with("place", name);
    deed.tell(user, begin.then(question(community, &interview)));
    deed.keep(Record::Interview(interview));
    Ok(())
}

/// The question that waits for its answer.
fn question(community: &Community, interview: &Interview) -> Text {
    let Some(key) = QUESTIONS.get(interview.answers.len()) else {
        return Text::default();
    };
    let professions = &community.definition.admission.professions;
    if *key == PROFESSION && !professions.is_empty() {
        return Text::new(key)
            .line("interview-professions")
            .with("professions", professions.join(", "));
    }
    Text::new(key)
}

/// What follows from something that somebody says to the bot in private while it asks them questions; `None` when it does not, and when
/// it is a command all the same.
#[must_use]
pub fn answer(snapshot: &Snapshot, event: &Event, line: &str, now: Timestamp) -> Option<Decision> {
    let (community, interview) = running(snapshot, &event.sender)?;
    let line = line.trim();
    let mut deed = Deed::new(snapshot, community, event.id.as_str(), now);
    if matches!(fold(line).as_str(), "annuler" | "cancel" | "stop") {
        deed.forget(RecordKind::Interview, interview.user.to_string());
        withdraw_knock(&mut deed, interview);
        deed.tell(&event.sender, Text::new("interview-cancelled"));
        return Some(deed.decision);
    }
    if line.is_empty() || calls_the_bot(snapshot, event) || commands::is_plainly_a_command(line) {
        return None;
    }
    if line.chars().count() > LONGEST {
        let most = i64::try_from(LONGEST).unwrap_or(i64::MAX);
        deed.tell(
            &event.sender,
            Text::new("interview-too-long").with("most", most),
        );
        return Some(deed.decision);
    }
    let mut next = interview.clone();
    next.answers.push(line.to_owned());
    next.reminded = false;
    if next.answers.len() < QUESTIONS.len() {
        deed.tell(&event.sender, question(community, &next));
        deed.keep(Record::Interview(next));
    } else {
        finish(&mut deed, next);
    }
    Some(deed.decision)
}

/// Whether a message begins as every command may: with `!` and the name of the bot.
fn calls_the_bot(snapshot: &Snapshot, event: &Event) -> bool {
    let EventKind::Content { content, .. } = &event.kind else {
        return false;
    };
    let body = content.get("body").and_then(|body| body.as_str());
    let call = format!("!{}", snapshot.bot.localpart());
    body.is_some_and(|body| body.trim_start().starts_with(&call))
}

/// Every question is answered: the team decides.
fn finish(deed: &mut Deed, interview: Interview) {
    let user = interview.user.clone();
    deed.forget(RecordKind::Interview, user.to_string());
    let mut answers = interview.answers.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let application = Application {
        affiliation: next(),
        profession: next(),
        reason: next(),
        user: interview.user,
        place: interview.place,
        conflicts: Vec::new(),
        knocked: interview.knocked,
    };
    let key = match admission::open_application(deed, application) {
        Some(()) => "interview-done",
        None => "admission-no-room",
    };
    deed.tell(&user, Text::new(key));
}

/// A knock that leads nowhere is taken away, so that a new one is seen.
fn withdraw_knock(deed: &mut Deed, interview: &Interview) {
    knock_answered(deed, &interview.user, &interview.place, "knock-withdrawn");
}

fn knock_answered(deed: &mut Deed, user: &OwnedUserId, place: &Place, key: &str) {
    let there = admission::membership(deed.snapshot, deed.community, place, user);
    let room = deed.community.places.get(place);
    if let Some(room) = room.filter(|_| there == Membership::Knock) {
        kick(deed, room.clone(), user, key);
    }
}

fn kick(deed: &mut Deed, room: ruma::OwnedRoomId, user: &OwnedUserId, key: &str) {
    let locale = deed.snapshot.locale_in(user, deed.community);
    deed.act(Effect::Membership {
        room,
        user: user.clone(),
        change: MembershipChange::Kick,
        reason: Some(Text::new(key).plain(locale)),
    });
}

/// What follows from somebody coming or going: a knock begins the questions, and they end with who is in or goes.
#[must_use]
pub fn on_member(moved: &Moved) -> Decision {
    let mut deed = Deed::new(
        moved.snapshot,
        moved.community,
        moved.event.id.as_str(),
        moved.now,
    );
    let place = &moved.room.place;
    let asked = moved.community.records.interviews.get(moved.user);
    let asked = asked.filter(|interview| interview.place == *place);
    match (moved.before, moved.after) {
        (before, Membership::Knock) if before != Membership::Knock => knock(moved, &mut deed),
        (_, Membership::Invite | Membership::Join) | (Membership::Knock, _) if asked.is_some() => {
            deed.forget(RecordKind::Interview, moved.user.to_string());
        }
        _ => {}
    }
    deed.decision
}

fn knock(moved: &Moved, deed: &mut Deed) {
    let place = &moved.room.place;
    let running = running(moved.snapshot, moved.user);
    let same = running.filter(|(community, interview)| {
        community.definition.id == moved.community.definition.id && interview.place == *place
    });
    if let Some((_, interview)) = same {
        // Asked for by command first: the knock is answered with the same answers.
        let interview = Interview {
            knocked: true,
            ..interview.clone()
        };
        deed.tell(moved.user, question(moved.community, &interview));
        deed.keep(Record::Interview(interview));
        return;
    }
    if let Err(why) = begin(deed, moved.user, place, true) {
        // Who has asked in another way waits for the same decision, which answers the knock as well.
        let waits = why.key() == "request-open";
        deed.tell(moved.user, why);
        if !waits {
            kick(
                deed,
                moved.event.room.clone(),
                moved.user,
                "knock-withdrawn",
            );
        }
    }
}

pub(super) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let interviews = community.records.interviews.values();
    let due = interviews.filter_map(|interview| {
        let waits = now.since(interview.at);
        let (word, over) = if waits >= FORGET {
            ("over", true)
        } else if waits >= REMIND && !interview.reminded {
            ("again", false)
        } else {
            return None;
        };
        let cause = format!(
            "interview/{}/{}/{}/{}/{word}",
            community.definition.id,
            interview.user,
            interview.at.0,
            interview.answers.len()
        );
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let name = community.name_of(&interview.place);
        if over {
            deed.forget(RecordKind::Interview, interview.user.to_string());
            withdraw_knock(&mut deed, interview);
            let text = Text::new("interview-over").with("place", name);
            deed.tell(&interview.user, text);
        } else {
            let text = Text::new("interview-again").with("place", name);
            deed.tell(&interview.user, text.then(question(community, interview)));
            deed.keep(Record::Interview(Interview {
                reminded: true,
                ..interview.clone()
            }));
        }
        Some((cause, deed.decision))
    });
    let mut due: Vec<_> = due.collect();
    due.sort_by(|left, right| left.0.cmp(&right.0));
    due
}
