//! Who has not answered: a reminder, once; and where acceptance is required, an end.

use ruma::{OwnedUserId, UserId};

use super::asking::{self, AT_ONCE};
use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::Membership,
        place::Place,
        record::{Accepted, Card, Matter, Record},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::{
        cards::Answer,
        deed::{Deed, Opening},
    },
    reply::{Argument, Text},
};

/// When more than this many would be removed on one day, the admins are asked.
const MOST_REMOVED: usize = 20;
/// How far it is looked ahead for that: people who were asked one after the other are due one after the other.
const ONE_DAY: std::time::Duration = std::time::Duration::from_hours(24);
/// How many of those who would be removed are named.
const MOST_NAMED: usize = 30;

/// A question to one person, as it stands.
struct Question<'a> {
    card: &'a Card,
    place: &'a Place,
    user: &'a OwnedUserId,
}

fn questions(community: &Community) -> impl Iterator<Item = Question<'_>> {
    let cards = community.records.cards.values();
    cards.filter_map(|card| match &card.matter {
        Matter::Conduct {
            place,
            user: Some(user),
            ..
        } => Some(Question { card, place, user }),
        _ => None,
    })
}

/// Who has not answered for some time is reminded, once; and who may write with an earlier version may not from then on.
pub(super) fn reminders(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let mut due = Vec::new();
    for question in questions(community) {
        let lapses = lapsing(community, &question, now);
        let Question { card, place, user } = question;
        let is_late = !card.reminded && card.is_due(now);
        if !is_late && lapses.is_none() {
            continue;
        }
        let conduct = &community.definition.code_of_conduct;
        let left = conduct.remove_after.get();
        let left = left.saturating_sub(conduct.remind_after.get());
        let cause = format!("conduct/remind/{}/{}", card.id, card.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        let until = now.plus(left);
        let mut text = match place {
            Place::Space => Text::new("conduct-reminder")
                .with("community", community.definition.name.as_str())
                .line("conduct-how"),
            Place::Group(id) => Text::new("terms-reminder")
                .with("group", community.name_of(place))
                .code("id", id),
        };
        if *place == Place::Space && community.requires_conduct() {
            let timezone = &community.definition.timezone;
            text = text
                .line("conduct-reminder-required")
                .with("until", crate::reply::moment(until, timezone));
        }
        deed.tell(user, text);
        let mut card = card.clone();
        card.reminded = true;
        card.due = Some(until);
        deed.keep(Record::Card(Box::new(card)));
        if let Some(accepted) = lapses {
            deed.keep(Record::Accepted(accepted));
            deed.review();
        }
        due.push((cause, deed.decision));
        if due.len() == AT_ONCE {
            break;
        }
    }
    due
}

/// The acceptance that lapses by now: of an earlier version, or none where somebody was there before it was required.
fn lapsing(community: &Community, question: &Question, now: Timestamp) -> Option<Accepted> {
    let since = community.conduct_required_since()?;
    if *question.place != Place::Space || !community.requires_conduct() {
        return None;
    }
    let accepted = community.records.accepted.get(&Place::Space)?;
    let accepted = accepted.get(question.user).filter(|it| !it.lapsed)?;
    let conduct = &community.definition.code_of_conduct;
    let lapses_at = since.max(question.card.at).plus(conduct.remind_after.get());
    (lapses_at <= now).then(|| Accepted {
        lapsed: true,
        ..accepted.clone()
    })
}

/// Who was reminded and has still not accepted is removed where that is required.
pub(super) fn removals(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    if !community.requires_conduct() || asked_admins(community) {
        return Vec::new();
    }
    let overdue_by = |at: Timestamp| {
        questions(community).filter(move |question| {
            *question.place == Place::Space
                && question.card.reminded
                && question.card.is_due(at)
                && is_removable(snapshot, community, question.user)
        })
    };
    let overdue: Vec<_> = overdue_by(now).collect();
    let Some(first) = overdue.first() else {
        return Vec::new();
    };
    let space = asking::room_of(snapshot, community, &Place::Space);
    let people = space.map_or(0, |space| asking::joined(space).count().saturating_sub(1));
    let soon: Vec<_> = overdue_by(now.plus(ONE_DAY))
        .map(|question| question.user.clone())
        .collect();
    if soon.len() > MOST_REMOVED || soon.len() * 2 > people {
        let cause = format!("conduct/removals/{}/{}", first.card.id, first.card.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        ask_admins(&mut deed, soon, people);
        return vec![(cause, deed.decision)];
    }
    let removed = overdue.into_iter().map(|question| {
        let card = question.card;
        let cause = format!("conduct/remove/{}/{}", card.id, card.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        remove(&mut deed, &snapshot.bot, &question);
        (cause, deed.decision)
    });
    removed.collect()
}

fn is_removable(snapshot: &Snapshot, community: &Community, user: &UserId) -> bool {
    asking::is_asked(snapshot, community, user) && community.is_newcomer(user)
}

fn asked_admins(community: &Community) -> bool {
    let mut cards = community.records.cards.values();
    cards.any(|card| matches!(card.matter, Matter::Removals { .. }))
}

fn ask_admins(deed: &mut Deed, users: Vec<OwnedUserId>, people: usize) {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut text = Text::new("conduct-removals")
        .with("count", number(users.len()))
        .with("people", number(people));
    for user in users.iter().take(MOST_NAMED) {
        text = text
            .line("person-line")
            .with("person", Argument::User(user.to_string()));
    }
    if users.len() > MOST_NAMED {
        let more = number(users.len() - MOST_NAMED);
        text = text.line("conduct-removals-more").with("count", more);
    }
    let opening = Opening {
        matter: Matter::Removals {
            version: deed.community.definition.code_of_conduct.version,
            users,
        },
        by: deed.snapshot.bot.clone(),
        due: None,
        assignee: None,
    };
    deed.open_for_admins(opening, text);
}

/// The admins have decided about those who would be removed: they go, or have the whole time once more.
pub(super) fn decided(answer: &Answer, deed: &mut Deed, users: &[OwnedUserId]) {
    answer.close(deed);
    let community = answer.community;
    let mut count = 0;
    for question in questions(community) {
        if *question.place != Place::Space
            || !users.contains(question.user)
            || !is_removable(answer.snapshot, community, question.user)
        {
            continue;
        }
        count += 1;
        if answer.yes {
            remove(deed, answer.by(), &question);
        } else {
            let conduct = &community.definition.code_of_conduct;
            let mut card = question.card.clone();
            card.due = Some(answer.now.plus(conduct.remove_after.get()));
            deed.keep(Record::Card(Box::new(card)));
        }
    }
    let key = if answer.yes {
        "conduct-removals-done"
    } else {
        "conduct-removals-not"
    };
    deed.tell_admins(
        Text::new(key)
            .with("person", Argument::User(answer.by().to_string()))
            .with("count", i64::from(count)),
    );
    let action = if answer.yes {
        "conduct-remove"
    } else {
        "conduct-postpone"
    };
    deed.account(answer.by(), action, "", Some(format!("{count} people")));
}

/// Removes somebody from all rooms, kindly: they may be invited again. The question stays until they are gone, or they would be asked anew.
fn remove(deed: &mut Deed, by: &UserId, question: &Question) {
    let community = deed.community;
    let user = question.user;
    let mut card = question.card.clone();
    card.due = None;
    deed.keep(Record::Card(Box::new(card)));
    let name = community.definition.name.as_str();
    deed.tell(user, Text::new("conduct-removed").with("community", name));
    for room in community.places.values() {
        let there = deed.snapshot.rooms.get(room);
        let there = there.map_or(Membership::Leave, |room| room.membership(user));
        if matches!(
            there,
            Membership::Join | Membership::Invite | Membership::Knock
        ) {
            deed.act(Effect::Membership {
                room: room.clone(),
                user: user.clone(),
                change: MembershipChange::Kick,
                reason: None,
            });
        }
    }
    let version = community.definition.code_of_conduct.version;
    let detail = format!("the code of conduct, version {version}, was not accepted");
    deed.account(by, "kick", user, Some(detail));
}
