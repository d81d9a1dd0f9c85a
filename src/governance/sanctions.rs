//! What follows for somebody who breaks rules again and again: points add up and fade, and lead up the ladder that the community's file has under
//! `sanctions:`. What persons decide (`mute`, `kick`, `ban`) is noted in the same way, so that it can be seen and appealed.

mod over;

use std::time::Duration;

use ruma::{EventId, OwnedRoomId, RoomId, UserId};

pub(super) use over::due;
pub(crate) use over::{let_in_again, over};

use super::{
    cards::Answer,
    deed::{Deed, Opening},
};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::{Change, Membership, Mute},
        definition::{Kind, Locale, Rung},
        record::{CardId, Matter, Record, Sanction, Step},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::{Argument, Text, moment},
};

/// What somebody does within so short a time after a breach was seen is the same breach: nobody can have read the warning yet.
const SAME_BREACH: Duration = Duration::from_secs(20);
/// Over which time sanctions by rules are counted.
const WINDOW: Duration = Duration::from_hours(1);

/// A rule was broken.
pub(crate) struct Breach<'a> {
    /// By whom.
    pub(crate) user: &'a UserId,
    /// Which rule, by its name in the audit log.
    pub(crate) rule: &'a str,
    /// What people call it.
    pub(crate) name: Text,
    /// What it counts.
    pub(crate) points: u32,
    /// Where.
    pub(crate) room: &'a RoomId,
    /// By which event.
    pub(crate) event: &'a EventId,
}

/// The points that somebody has now.
#[must_use]
pub fn standing(community: &Community, user: &UserId, now: Timestamp) -> f64 {
    let fade = community.definition.sanctions.fade.get().as_secs_f64();
    let own = community.records.sanctions.values();
    own.filter(|it| it.user == user)
        .map(|it| {
            let left = 1.0 - now.since(it.at).as_secs_f64() / fade;
            f64::from(it.points) * left.max(0.0)
        })
        .sum()
}

/// What follows from a breach for its author, besides what happens to the message.
pub(crate) fn follow(
    snapshot: &Snapshot,
    community: &Community,
    breach: Breach<'_>,
    now: Timestamp,
    decision: &mut Decision,
) {
    // What is worse than what was seen just before is a breach of its own.
    let same = |it: &Sanction| {
        it.user == breach.user && now.since(it.at) < SAME_BREACH && it.points >= breach.points
    };
    let mut known = community.records.sanctions.values();
    if breach.points == 0 || known.any(|it| it.by == snapshot.bot && same(it)) {
        return;
    }
    let cause = format!("sanction/{}", breach.event);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    let points = standing(community, breach.user, now) + f64::from(breach.points);
    let rung = community.definition.sanctions.rung(points);
    let sanction = Sanction {
        id: CardId::derive(&cause),
        user: breach.user.to_owned(),
        step: rung.map_or(Step::Nudge, |rung| rung.step),
        points: breach.points,
        rule: Some(breach.rule.to_owned()),
        room: Some(breach.room.to_owned()),
        event: Some(breach.event.to_owned()),
        by: snapshot.bot.clone(),
        at: now,
        until: rung.and_then(Rung::duration).map(|lasts| now.plus(lasts)),
        rooms: Vec::new(),
        ended: None,
    };
    match rung {
        None => deed.keep(Record::Sanction(Box::new(sanction))),
        Some(rung) if rung.step > Step::Warn && (rung.asks() || is_capped(community, now)) => {
            ask(&mut deed, sanction, breach.name);
        }
        Some(_) => impose(&mut deed, sanction, breach.name),
    }
    let Decision {
        actions,
        changes,
        audit,
        review,
        ..
    } = deed.decision;
    decision.actions.extend(actions);
    decision.changes.extend(changes);
    decision.audit.extend(audit);
    decision.review.extend(review);
}

/// Whether rules have sanctioned so many within the hour that a human must look first.
fn is_capped(community: &Community, now: Timestamp) -> bool {
    let all = community.records.sanctions.values();
    let lately =
        all.filter(|it| it.rule.is_some() && it.step > Step::Warn && now.since(it.at) < WINDOW);
    lately.count() >= community.definition.sanctions.max_per_hour as usize
}

/// An admin is asked; until then it is a warning.
fn ask(deed: &mut Deed, sanction: Sanction, rule: Text) {
    let person = Argument::User(sanction.user.to_string());
    let cards = deed.community.records.cards.values();
    let mut open = cards.filter_map(|card| match &card.matter {
        Matter::Sanction(wanted) => Some(&wanted.user),
        _ => None,
    });
    let asked = open.any(|user| *user == sanction.user);
    let warning = Sanction {
        step: Step::Warn,
        until: None,
        ..sanction.clone()
    };
    impose(deed, warning, rule.clone());
    if asked {
        return;
    }
    let text = Text::new("sanction-ask")
        .with("person", person)
        .with("step", Text::new(sanction.step.text_key()))
        .with("rule", rule);
    let opening = Opening {
        by: deed.snapshot.bot.clone(),
        matter: Matter::Sanction(Box::new(sanction)),
        due: None,
        assignee: None,
    };
    deed.open_for_admins(opening, text);
}

/// An admin has answered.
///
/// # Errors
/// What to say to who may not.
pub(super) fn answered(answer: &Answer, wanted: &Sanction) -> Result<Decision, Text> {
    answer.needs(Role::Admin)?;
    let mut deed = answer.deed();
    answer.close(&mut deed);
    let pill = Argument::User(wanted.user.to_string());
    if !answer.yes {
        deed.account(answer.by(), "sanction-refused", &wanted.user, None);
        deed.tell_admins(Text::new("sanction-not").with("person", pill));
        return Ok(deed.decision);
    }
    let lasts = wanted.until.map(|until| until.since(wanted.at));
    let sanction = Sanction {
        by: answer.by().to_owned(),
        at: answer.now,
        until: lasts.map(|lasts| answer.now.plus(lasts)),
        ..wanted.clone()
    };
    let rule = Text::new("sanction-rule").code("rule", sanction.rule.as_deref().unwrap_or("—"));
    impose(&mut deed, sanction, rule);
    Ok(deed.decision)
}

/// Puts a sanction in force: what it keeps somebody from, the statement of reasons, the account of it.
fn impose(deed: &mut Deed, mut sanction: Sanction, rule: Text) {
    let community = deed.community;
    let user = sanction.user.clone();
    let person = || Argument::User(user.to_string());
    let timezone = &community.definition.timezone;
    let until = sanction.until.map(|until| moment(until, timezone));
    let told = Text::new(match sanction.step {
        Step::Nudge | Step::Warn => "sanction-warned",
        Step::Mute => "sanction-muted",
        Step::Remove => "sanction-removed",
        Step::Ban => "sanction-banned",
    });
    let told = told
        .with("community", community.definition.name.as_str())
        .with("rule", rule.clone())
        .with("until", until.clone().unwrap_or_default());
    let locale = deed.snapshot.locale_in(&user, community);
    deed.tell(&user, with_appeal(told, locale, &sanction.id));
    match sanction.step {
        Step::Nudge | Step::Warn => {}
        Step::Mute => mute(deed, &sanction),
        Step::Remove | Step::Ban => {
            sanction.rooms = rooms_of(deed.snapshot, community, &user);
            keep_out(deed, &sanction);
        }
    }
    let notice = match until {
        Some(until) => Text::new("sanction-admins-until").with("until", until),
        None => Text::new("sanction-admins"),
    };
    deed.tell_admins(
        notice
            .with("person", person())
            .with("step", Text::new(sanction.step.text_key()))
            .with("rule", rule)
            .code("id", &sanction.id),
    );
    let detail = format!("{} points, {}", sanction.points, sanction.id);
    deed.account(
        &sanction.by.clone(),
        sanction.step.name(),
        &user,
        Some(detail),
    );
    if let Some(entry) = deed.decision.audit.last_mut() {
        entry.rule.clone_from(&sanction.rule);
        entry.room.clone_from(&sanction.room);
    }
    deed.keep(Record::Sanction(Box::new(sanction)));
}

/// Adds how one appeals.
#[must_use]
pub fn with_appeal(text: Text, locale: Locale, id: &CardId) -> Text {
    let command = match locale {
        Locale::Fr => format!("recours {id} parce que …"),
        Locale::En => format!("appeal {id} because …"),
    };
    text.line("sanction-appeal").code("command", command)
}

fn mute(deed: &mut Deed, sanction: &Sanction) {
    let Some(until) = sanction.until else { return };
    let longer = deed.community.mutes.get(&sanction.user);
    if longer.is_some_and(|mute| until <= mute.until) {
        return;
    }
    deed.decision.changes.push(Change::Muted(Mute {
        community: deed.community.definition.id.clone(),
        user: sanction.user.clone(),
        until,
        by: sanction.by.clone(),
    }));
    deed.review();
}

/// The rooms where somebody is, or is asked in.
#[must_use]
pub fn rooms_of(snapshot: &Snapshot, community: &Community, user: &UserId) -> Vec<OwnedRoomId> {
    let rooms = community.places.values().filter(|room| {
        let there = snapshot.rooms.get(*room).map(|it| it.membership(user));
        matches!(there, Some(Membership::Join | Membership::Invite))
    });
    rooms.cloned().collect()
}

/// Out of every room, and not let in again while it holds.
fn keep_out(deed: &mut Deed, sanction: &Sanction) {
    let community = deed.community;
    let reason = Text::new("sanction-reason").plain(deed.locale());
    for room in community.places.values() {
        deed.act(Effect::Membership {
            room: room.clone(),
            user: sanction.user.clone(),
            change: match sanction.step {
                Step::Ban => MembershipChange::BanAndRedact,
                _ => MembershipChange::Ban,
            },
            reason: Some(reason.clone()),
        });
    }
    if sanction.step == Step::Ban {
        for effect in clean_up(community, &sanction.user) {
            deed.act(effect);
        }
    }
}

/// Takes down what somebody who is banned has written, in every room.
#[must_use]
pub fn clean_up(community: &Community, user: &UserId) -> Vec<Effect> {
    let rooms = community.places.iter();
    let rooms = rooms.filter(|(place, _)| community.kind(place) != Some(Kind::Admins));
    let effects = rooms.map(|(_, room)| Effect::CleanUp {
        room: room.clone(),
        user: Some(user.to_owned()),
        after: None,
        before: None,
        reason: Text::new("clean-up-reason"),
        locale: community.definition.locale,
    });
    effects.collect()
}

/// What somebody decided is noted like what rules do. `until` is when it ends by itself.
pub(crate) fn decided(
    snapshot: &Snapshot,
    community: &Community,
    cause: &EventId,
    (user, step, by): (&UserId, Step, &UserId),
    (now, until): (Timestamp, Option<Timestamp>),
) -> Sanction {
    let rooms = match step {
        Step::Ban | Step::Remove => rooms_of(snapshot, community, user),
        Step::Nudge | Step::Warn | Step::Mute => Vec::new(),
    };
    Sanction {
        id: CardId::derive(&format!("sanction/{cause}")),
        user: user.to_owned(),
        step,
        points: 0,
        rule: None,
        room: None,
        event: None,
        by: by.to_owned(),
        at: now,
        until,
        rooms,
        ended: None,
    }
}

#[cfg(test)]
mod tests;
