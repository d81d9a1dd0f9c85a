//! The code of conduct and the terms of groups: asking, accepting, reminding; and consents. `cards`, `due` and who comes and goes call it.
//!
//! A version of the code of conduct is posted once for everybody, in the announcements' room, where it is pinned; and everybody in the
//! space without a moderator's role is asked in private. Terms of a group are asked for in the same way of who is in that group, and
//! nothing follows when nobody answers.
//!
//! Where acceptance is **required**, this holds:
//! - Who comes in reads, and writes once they have accepted.
//! - Who was there when it was first required, and who accepted an earlier version, go on writing until they are reminded
//!   (`remind_after`); from then on they read and do not write.
//! - Who has not accepted when as much time has passed since the reminder as lies between `remind_after` and `remove_after` is removed
//!   from all rooms, and may be invited again. Nobody is removed unreminded, nor anybody with the role of a moderator or above.
//! - When many would be removed on one day, the admins are asked first: a slip of the pen in the file must not empty a community.

mod accepting;
mod asking;
mod over;
mod overdue;
mod question;

pub(crate) use accepting::{accept, consent};
pub(crate) use asking::{Asking, about, all, is_asked, open_to};
pub(crate) use question::opening_lines;

use super::{Moved, cards::Answer, deed::Deed};
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        place::Place,
        record::{Matter, Record, RecordKind},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::Text,
};

/// What follows from an answer to a card of this matter.
///
/// # Errors
/// What to say to who gave it, when it is not theirs to give.
pub fn answered(answer: &Answer) -> Result<Decision, Text> {
    let mut deed = answer.deed();
    match &answer.card.matter {
        Matter::Conduct {
            place,
            version,
            user,
        } => {
            if let Some(user) = user {
                answer.only(user)?;
            }
            let asking = about(answer.community, place).filter(|it| it.version == *version);
            let asking = asking.ok_or_else(|| Text::new("conduct-over"))?;
            if answer.yes {
                accept(&mut deed, answer.by(), &asking);
            } else {
                if user.is_some() {
                    answer.noted(&mut deed);
                }
                deed.tell(
                    answer.by(),
                    accepting::declined(answer.community, &asking, answer.by()),
                );
            }
        }
        Matter::Consent { purpose, user } => {
            answer.only(user)?;
            consent(&mut deed, user, *purpose, answer.yes);
        }
        Matter::Removals { users, .. } => {
            answer.needs(Role::Admin)?;
            overdue::decided(answer, &mut deed, users);
        }
        other => {
            return Err(Text::new("card-nothing").with("what", super::cards::kind_of(other)));
        }
    }
    Ok(deed.decision)
}

/// What follows from somebody coming or going.
#[must_use]
pub fn on_member(moved: &Moved) -> Decision {
    let mut deed = Deed::new(
        moved.snapshot,
        moved.community,
        moved.event.id.as_str(),
        moved.now,
    );
    let place = &moved.room.place;
    let came = moved.before != Membership::Join && moved.after == Membership::Join;
    if came && is_asked(moved.snapshot, moved.community, moved.user) {
        if moved.community.is_newcomer(moved.user) {
            deed.review();
        }
        let asking = about(moved.community, place);
        if let Some(asking) = asking.filter(|it| !it.is_settled(moved.community, moved.user)) {
            asking::ask(&mut deed, &asking, moved.user);
        }
    }
    if moved.before == Membership::Join && moved.after != Membership::Join {
        over::forget_questions(&mut deed, place, moved.user);
    }
    deed.decision
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    let nothing = asking::nothing_is_asked(community);
    if nothing && !asking::anything_is_open(community) {
        return Vec::new();
    }
    let mut due = Vec::new();
    due.extend(begun(snapshot, community, now));
    due.extend(over::over(snapshot, community, now));
    if nothing {
        return due;
    }
    due.extend(asking::posted(snapshot, community, now));
    due.extend(asking::asked(snapshot, community, now));
    due.extend(overdue::reminders(snapshot, community, now));
    due.extend(overdue::removals(snapshot, community, now));
    due
}

/// From when on acceptance is required: who is there by then goes on writing for a time. Forgotten when it is required no more.
fn begun(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Option<(String, Decision)> {
    let space = asking::room_of(snapshot, community, &Place::Space)?;
    let known = community.conduct_required_since().is_some();
    if community.requires_conduct() == known || !space.known {
        return None;
    }
    let cause = format!("conduct/begun/{}/{known}", community.definition.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    if known {
        deed.forget(RecordKind::Said, Community::CONDUCT_REQUIRED);
    } else {
        deed.keep(asking::said(Community::CONDUCT_REQUIRED, now));
        for user in asking::joined(space).filter(|user| **user != snapshot.bot) {
            let accepted = community.records.accepted.get(&Place::Space);
            let before = accepted.and_then(|it| it.get(user));
            if before.is_none_or(|it| it.lapsed) {
                deed.keep(Record::Accepted(accepting::in_time(user, before, now)));
            }
        }
    }
    deed.review();
    Some((cause, deed.decision))
}

#[cfg(test)]
mod tests;
