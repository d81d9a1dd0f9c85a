//! Roles that are given by command and end by themselves, nominations, who of the team is active and who is away. `commands` gives and
//! takes roles with [`roles`]; cards, the clock and every message come in here.

pub(crate) mod roles;

use std::time::Duration;

use ruma::{OwnedUserId, UserId};

use super::{cards::Answer, deed::Deed, safeguards};
use crate::{
    clock::Timestamp,
    community::{
        change::Change,
        definition::CommunityId,
        record::{self, Active, Grant, Matter, Record, RecordKind, Said},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    event::Event,
    reply::{Argument, Text, moment},
};

/// How exactly it is noted when somebody was seen.
const NOTED_EVERY: Duration = Duration::from_hours(1);
/// How long before the end of a role the admins are told.
const WARNED_BEFORE: Duration = Duration::from_hours(7 * 24);
/// What ends later than this is said as a day of a year.
const SAID_AS_MOMENT: Duration = Duration::from_hours(30 * 24);

/// What follows from an answer to a nomination: a second person, trusted at least as much as the role would be, decides. Who nominated may
/// take it back, and who was nominated may decline; neither approves.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answered(answer: &Answer) -> Result<Decision, Text> {
    let Matter::Nomination(grant) = &answer.card.matter else {
        return Err(
            Text::new("card-nothing").with("what", super::cards::kind_of(&answer.card.matter))
        );
    };
    let by = answer.by();
    let concerned = *by == *answer.card.by || *by == *grant.user;
    if concerned && answer.yes {
        return Err(Text::new("nominate-second-person").with("role", called(grant.role)));
    }
    let own = answer.community.role_in(by, &grant.place);
    if !concerned && own < grant.role {
        return Err(Text::new("not-allowed")
            .with("needed", called(grant.role))
            .with("own", called(own)));
    }
    if answer.yes {
        appoint(answer, grant)
    } else {
        Ok(turn_down(answer, grant))
    }
}

fn appoint(answer: &Answer, grant: &Grant) -> Result<Decision, Text> {
    let community = answer.community;
    // What held when the card was opened must hold now.
    let nominator = community.role_in(&grant.by, &grant.place);
    if nominator < grant.role {
        return Err(about("nominate-nominator-gone", &grant.by).with("role", called(grant.role)));
    }
    let now = community.role_in(&grant.user, &grant.place);
    if now >= grant.role {
        return Err(about("grant-has-already", &grant.user).with("role", called(now)));
    }
    let missing = safeguards::missing(community, &grant.user);
    if !missing.is_empty() {
        return Err(lacking(&grant.user, &missing));
    }
    let mut deed = answer.deed();
    answer.close(&mut deed);
    let grant = Grant {
        at: answer.now,
        ..grant.clone()
    };
    roles::give(&mut deed, &grant);
    let done = said(&deed, "nominate-approved", &grant)
        .with("by", Argument::User(answer.by().to_string()));
    deed.tell_admins(done);
    let nominated = format!("nominated by {}", grant.by);
    deed.account(
        answer.by(),
        "grant",
        &grant.user,
        Some(detail(
            &grant,
            answer.reason.as_deref().or(Some(&nominated)),
        )),
    );
    Ok(deed.decision)
}

fn turn_down(answer: &Answer, grant: &Grant) -> Decision {
    let mut deed = answer.deed();
    answer.close(&mut deed);
    let told =
        said(&deed, "nominate-refused", grant).with("by", Argument::User(answer.by().to_string()));
    let told = match &answer.reason {
        Some(reason) => told.line("reason").with("reason", reason.as_str()),
        None => told,
    };
    deed.tell_admins(told);
    let reason = answer.reason.as_deref();
    deed.account(
        answer.by(),
        "refuse-nomination",
        &grant.user,
        Some(detail(grant, reason)),
    );
    deed.decision
}

/// What is said about a role that somebody has or is to have: `person`, `role` and `place` are its arguments.
pub(crate) fn said(deed: &Deed, key: &str, grant: &Grant) -> Text {
    about(key, &grant.user)
        .with("role", called(grant.role))
        .with("place", deed.community.name_of(&grant.place))
}

/// A role, as an argument.
pub(crate) fn called(role: Role) -> Text {
    Text::new(role.text_key())
}

fn about(key: &str, person: &UserId) -> Text {
    Text::new(key).with("person", Argument::User(person.to_string()))
}

/// What somebody lacks to be admin.
pub(crate) fn lacking(person: &UserId, missing: &[(String, String)]) -> Text {
    missing
        .iter()
        .fold(about("nominate-lacks", person), |text, (name, value)| {
            text.line("nominate-lack")
                .code("name", name)
                .code("value", value)
        })
}

/// The detail of the audit log: the role, where, until when, and why.
pub(crate) fn detail(grant: &Grant, reason: Option<&str>) -> String {
    let until = grant.until.map(|at| format!(" until {at}"));
    let reason = reason.map(|reason| format!(": {reason}"));
    format!(
        "{} in {}{}{}",
        grant.role,
        grant.place,
        until.unwrap_or_default(),
        reason.unwrap_or_default()
    )
}

/// When something ends, in words: the moment when that is near, else the day with its year.
pub(crate) fn end(community: &Community, at: Timestamp, now: Timestamp) -> Argument {
    let timezone = &community.definition.timezone;
    if at.since(now) < SAID_AS_MOMENT {
        return moment(at, timezone).into();
    }
    let zone = jiff::tz::TimeZone::get(timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    instant.to_zoned(zone).date().to_string().into()
}

/// What is due by `now`, each with its cause: roles that end or are about to, absences that are over, questions that nobody answered.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let id = &community.definition.id;
    let mut due = Vec::new();
    for (key, grant) in &community.records.grants {
        let Some(until) = grant.until else { continue };
        let cause = format!("grant/{id}/{key}/{}", until.0);
        if until <= now {
            due.push(decided(snapshot, community, cause, now, |deed| {
                ended(deed, key, grant);
            }));
        } else if is_near(grant, until, now)
            && !community.records.said.contains_key(&warning(key, until))
        {
            let cause = format!("{cause}/soon");
            due.push(decided(snapshot, community, cause, now, |deed| {
                ends_soon(deed, key, grant, until);
            }));
        }
    }
    for (user, until) in &community.records.away {
        if *until <= now {
            let cause = format!("away/{id}/{user}/{}", until.0);
            due.push(decided(snapshot, community, cause, now, |deed| {
                deed.forget(RecordKind::Away, user.as_str());
                let name = deed.community.definition.name.clone();
                deed.tell(user, Text::new("away-over").with("community", name));
            }));
        }
    }
    due.extend(lapsed(snapshot, community, id, now));
    due
}

fn decided(
    snapshot: &Snapshot,
    community: &Community,
    cause: String,
    now: Timestamp,
    decide: impl FnOnce(&mut Deed),
) -> (String, Decision) {
    let mut deed = Deed::new(snapshot, community, &cause, now);
    decide(&mut deed);
    (cause, deed.decision)
}

/// A role of a week or less ends without a warning.
fn is_near(grant: &Grant, until: Timestamp, now: Timestamp) -> bool {
    until.since(now) <= WARNED_BEFORE && until.since(grant.at) > WARNED_BEFORE
}

/// By which it is noted that the end of a role was announced.
fn warning(key: &str, until: Timestamp) -> String {
    format!("grant-ends/{key}/{}", until.0)
}

fn ends_soon(deed: &mut Deed, key: &str, grant: &Grant, until: Timestamp) {
    let text = said(deed, "grant-ends", grant).with("until", end(deed.community, until, deed.now));
    deed.tell_admins(text);
    let at = deed.now;
    let what = warning(key, until);
    deed.keep(Record::Said(Said { what, at }));
}

fn ended(deed: &mut Deed, key: &str, grant: &Grant) {
    deed.forget(RecordKind::Grant, key);
    if let Some(until) = grant.until {
        let warned = warning(key, until);
        if deed.community.records.said.contains_key(&warned) {
            deed.forget(RecordKind::Said, warned);
        }
    }
    roles::follow(deed, &grant.user);
    let told = said(deed, "grant-ended-you", grant);
    deed.tell(&grant.user, told);
    let told = said(deed, "grant-ended", grant);
    deed.tell_admins(told);
    let bot = deed.snapshot.bot.clone();
    deed.account(&bot, "grant-ended", &grant.user, Some(detail(grant, None)));
    deed.review();
}

/// Nominations, confirmations and rosters that nobody answered in time are over.
fn lapsed(
    snapshot: &Snapshot,
    community: &Community,
    id: &CommunityId,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let cards = community.records.cards.values().filter(|card| {
        matches!(
            card.matter,
            Matter::Nomination(_) | Matter::Confirm { .. } | Matter::Roster { .. }
        ) && card.is_due(now)
    });
    cards
        .map(|card| {
            let cause = format!("lapsed/{id}/{}", card.id);
            decided(snapshot, community, cause, now, |deed| {
                deed.close(card);
                let text = match &card.matter {
                    Matter::Nomination(grant) => said(deed, "nominate-lapsed", grant),
                    // Nothing was done and nothing will be: no more need be said.
                    _ => return,
                };
                deed.tell_admins(text);
            })
        })
        .collect()
}

/// A person of the team has written or reacted: when they were seen last is noted, once an hour.
pub fn seen(
    snapshot: &Snapshot,
    community: &Community,
    event: &Event,
    now: Timestamp,
    decision: &mut Decision,
) {
    let sender = &event.sender;
    if community.roles_of(sender).is_empty() || *sender == snapshot.bot {
        return;
    }
    let before = community.records.active.get(sender);
    if before.is_none_or(|before| now.since(*before) >= NOTED_EVERY) {
        decision.changes.push(noted(community, sender, now));
    }
}

/// Notes that somebody was there at this moment.
pub(super) fn noted(community: &Community, user: &OwnedUserId, at: Timestamp) -> Change {
    let record = Record::Active(Active {
        user: user.clone(),
        at,
    });
    Change::keep(&community.definition.id, record)
}

/// Whether a nomination of the same person for the same is open.
pub(crate) fn nomination<'a>(community: &'a Community, wanted: &Grant) -> Option<&'a record::Card> {
    community.records.cards.values().find(|card| {
        matches!(&card.matter, Matter::Nomination(grant)
            if grant.user == wanted.user && grant.place == wanted.place && grant.role == wanted.role)
    })
}

#[cfg(test)]
mod tests;
