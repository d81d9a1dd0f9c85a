//! Requests to be let in, once their questions are answered: one or two of the team say yes before somebody comes in, and one who says
//! no is enough. What the applicant said is forgotten with the card.

use ruma::{OwnedUserId, UserId};

use super::{Moved, hindrance, let_in, proposal};
use crate::{
    action::{Effect, MembershipChange},
    community::{
        change::Membership,
        place::Place,
        record::{Application, Card, Matter},
        snapshot::Community,
        words::says,
    },
    decide::Decision,
    governance::{
        cards::Answer,
        deed::{Deed, Opening},
        turn,
    },
    reply::Text,
};

/// How many must say yes when there may be a conflict of interest.
const REVIEWERS_OF_A_CONFLICT: u32 = 2;

/// Opens the card of a request whose questions are answered; `None` without an admins room.
pub(crate) fn open(deed: &mut Deed, mut application: Application) -> Option<()> {
    application.conflicts = conflicts(deed.community, &application);
    let opening = Opening {
        by: application.user.clone(),
        due: None,
        assignee: turn::turn(deed.community, &application.place, deed.now),
        matter: Matter::Application(application),
    };
    // What it says is read from the card when it is shown.
    deed.open_for_admins(opening, Text::default()).map(drop)
}

/// The words of the community that point to a conflict of interest and stand in the answers.
fn conflicts(community: &Community, application: &Application) -> Vec<String> {
    let said = [
        &application.affiliation,
        &application.profession,
        &application.reason,
    ];
    let words = &community.definition.admission.conflicts_of_interest;
    let meets = |word: &&String| said.iter().any(|answer| says(answer, word));
    words.iter().filter(meets).cloned().collect()
}

/// How many of the team must say yes.
fn needed(community: &Community, application: &Application) -> usize {
    let reviewers = community.definition.admission.reviewers.max(1);
    let needed = if application.conflicts.is_empty() {
        reviewers
    } else {
        reviewers.max(REVIEWERS_OF_A_CONFLICT)
    };
    usize::try_from(needed).unwrap_or(usize::MAX)
}

/// Whether the answers that a card has suffice to let the applicant in.
fn suffices(community: &Community, card: &Card, application: &Application) -> bool {
    // Who has no say any more has none in this either.
    let counts = |by: &UserId| super::may_decide(community, by, &application.place);
    let votes = card.votes.iter();
    let yes = votes.filter(|vote| vote.yes && counts(&vote.by)).count();
    yes >= needed(community, application)
}

pub(super) fn described(community: &Community, application: &Application) -> Text {
    let line = |text: Text, key: &str, answer: &str| text.line(key).with("answer", answer);
    let mut text = Text::new("application-card")
        .with("person", &application.user)
        .with("place", community.name_of(&application.place));
    text = line(text, "application-affiliation", &application.affiliation);
    text = line(text, "application-profession", &application.profession);
    let professions = &community.definition.admission.professions;
    let named = |it: &String| says(&application.profession, it);
    if !professions.is_empty() && !professions.iter().any(named) {
        text = text.line("application-profession-other");
    }
    text = line(text, "application-reason", &application.reason);
    if !application.conflicts.is_empty() {
        text = text
            .line("application-conflict")
            .with("words", application.conflicts.join(", "));
    }
    let needed = i64::try_from(needed(community, application)).unwrap_or(i64::MAX);
    text.line("application-needs").with("count", needed)
}

pub(super) fn answered(answer: &Answer, application: &Application) -> Result<Decision, Text> {
    let (community, user, place) = (answer.community, &application.user, &application.place);
    proposal::allowed(answer, place)?;
    if answer.by() == user {
        return Err(Text::new("application-own"));
    }
    let mut deed = answer.deed();
    let action = if answer.yes {
        "application-yes"
    } else {
        "application-no"
    };
    if !answer.yes {
        deed.account(answer.by(), action, user, answer.reason.clone());
        refuse(&mut deed, answer.card, application);
        let text = about("application-refused-admins", community, application);
        deed.tell_admins(text.with("by", answer.by()));
        let reasons = reasons(&answer.voted());
        deed.account(answer.by(), "application-refused", user, Some(reasons));
        return Ok(deed.decision);
    }
    if let Some(hindrance) = hindrance(answer.snapshot, community, user) {
        return Err(hindrance);
    }
    deed.account(answer.by(), action, user, answer.reason.clone());
    let card = answer.voted();
    if !suffices(community, &card, application) {
        first_yes(answer, application, &mut deed);
        return Ok(deed.decision);
    }
    answer.close(&mut deed);
    let invitation =
        Text::new("application-invitation").with("community", community.definition.name.as_str());
    let came = let_in(&mut deed, user, place, &invitation);
    let welcome = proposal::welcome("application-welcome", community, place, came);
    deed.tell(user, welcome);
    let text = about("application-approved-admins", community, application);
    deed.tell_admins(text.with("by", answer.by()));
    let reasons = reasons(&card);
    deed.account(answer.by(), "application-approved", user, Some(reasons));
    Ok(deed.decision)
}

/// Another of the team must say yes as well; it is the turn of one who has said nothing.
fn first_yes(answer: &Answer, application: &Application, deed: &mut Deed) {
    let mut card = answer.noted(deed);
    let community = answer.community;
    let said = |user: &ruma::UserId| card.votes.iter().any(|vote| vote.by == user);
    let next = turn::turn_but(community, &application.place, answer.now, said);
    let mut text = about("application-one-more", community, application)
        .with("by", answer.by())
        .code("card", &card.id);
    if let Some(next) = &next {
        text = text.line("card-turn").with("person", next);
    }
    deed.tell_admins(text);
    card.assignee = next;
    deed.keep(crate::community::record::Record::Card(Box::new(card)));
}

fn about(key: &str, community: &Community, application: &Application) -> Text {
    Text::new(key)
        .with("person", &application.user)
        .with("place", community.name_of(&application.place))
}

/// Who said what, and why, for the audit log.
fn reasons(card: &Card) -> String {
    let votes = card.votes.iter().map(|vote| {
        let word = if vote.yes { "yes" } else { "no" };
        match &vote.reason {
            Some(reason) => format!("{} {word}: {reason}", vote.by),
            None => format!("{} {word}", vote.by),
        }
    });
    votes.collect::<Vec<_>>().join("; ")
}

/// Closes the card of somebody who is not let in; a knock is answered, and the applicant told.
fn refuse(deed: &mut Deed, card: &Card, application: &Application) {
    deed.close(card);
    withdraw_knock(deed, &application.user, &application.place);
    let community = deed.community;
    let text =
        Text::new("application-refused").with("place", community.name_of(&application.place));
    deed.tell(&application.user, text);
}

/// Answers a knock with no.
pub(super) fn withdraw_knock(deed: &mut Deed, user: &OwnedUserId, place: &Place) {
    let knocks = super::membership(deed.snapshot, deed.community, place, user) == Membership::Knock;
    if let Some(room) = deed.community.places.get(place).filter(|_| knocks) {
        let locale = deed.snapshot.locale_in(user, deed.community);
        deed.act(Effect::Membership {
            room: room.clone(),
            user: user.clone(),
            change: MembershipChange::Kick,
            reason: Some(Text::new("knock-withdrawn").plain(locale)),
        });
    }
}

/// Whoever takes their knock back, or whose knock somebody of the team answered with no by hand, waits no longer.
pub(super) fn on_leave(moved: &Moved, deed: &mut Deed) {
    if moved.before != Membership::Knock || moved.event.sender == moved.snapshot.bot {
        return;
    }
    let cards = super::cards_about(moved.community, moved.user, &moved.room.place);
    for card in cards {
        let Matter::Application(application) = &card.matter else {
            continue;
        };
        let text = if moved.event.sender == *moved.user {
            deed.close(card);
            about("application-taken-back", moved.community, application)
        } else {
            deed.account(&moved.event.sender, "application-refused", moved.user, None);
            refuse(deed, card, application);
            about("application-refused-admins", moved.community, application)
                .with("by", &moved.event.sender)
        };
        deed.tell_admins(text);
    }
}

/// Whether somebody of the team who invites the applicant by hand would let them in before as many have agreed as are needed. The invitation
/// counts as their yes.
pub(super) fn invited_too_soon(moved: &Moved, deed: &mut Deed) -> bool {
    let cards = super::cards_about(moved.community, moved.user, &moved.room.place);
    for card in cards {
        let Matter::Application(application) = &card.matter else {
            continue;
        };
        let answer = Answer {
            snapshot: moved.snapshot,
            community: moved.community,
            card,
            event: moved.event,
            yes: true,
            reason: None,
            now: moved.now,
        };
        if !suffices(moved.community, &answer.voted(), application) {
            deed.account(&moved.event.sender, "application-yes", moved.user, None);
            first_yes(&answer, application, deed);
            return true;
        }
    }
    false
}
