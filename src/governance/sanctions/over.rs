//! The end of sanctions: what holds nobody back any more, and what is forgotten.

use std::time::Duration;

use ruma::UserId;

use crate::{
    action::{Effect, MembershipChange},
    clock::Timestamp,
    community::{
        change::Change,
        record::{Record, RecordKind, Sanction, Step},
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    governance::deed::Deed,
    reply::{Argument, Text},
};

/// How long a sanction that is over is remembered at least, so that it can be appealed.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
/// How many old ones are forgotten at a time.
const AT_ONCE: usize = 100;

/// That what holds somebody back, of these steps, is over now.
pub(crate) fn over(
    community: &Community,
    user: &UserId,
    steps: &[Step],
    now: Timestamp,
) -> Vec<Change> {
    let own = community.records.sanctions.values();
    let holding =
        own.filter(|it| it.user == user && steps.contains(&it.step) && it.ended.is_none());
    let ended = holding.map(|it| Sanction {
        ended: Some(now),
        ..it.clone()
    });
    let id = &community.definition.id;
    ended
        .map(|it| Change::keep(id, Record::Sanction(Box::new(it))))
        .collect()
}

/// What lifts a sanction that keeps somebody out: they may come again, and are invited where they were.
pub(crate) fn let_in_again(deed: &mut Deed, sanction: &Sanction) {
    let community = deed.community;
    for room in community.places.values() {
        deed.act(Effect::Membership {
            room: room.clone(),
            user: sanction.user.clone(),
            change: MembershipChange::Unban,
            reason: None,
        });
    }
    for room in &sanction.rooms {
        deed.act(Effect::Membership {
            room: room.clone(),
            user: sanction.user.clone(),
            change: MembershipChange::Invite,
            reason: None,
        });
        deed.decision.changes.push(Change::Invited {
            room: room.clone(),
            user: sanction.user.clone(),
        });
    }
}

/// Removals that are over, and sanctions that count no more.
pub(in crate::governance) fn due(
    snapshot: &Snapshot,
    community: &Community,
    now: Timestamp,
) -> Vec<(String, Decision)> {
    let mut due = Vec::new();
    let all = || community.records.sanctions.values();
    let is_over = |it: &&Sanction| it.ended.is_none() && it.until.is_some_and(|until| until <= now);
    for sanction in all().filter(is_over) {
        let cause = format!("sanction/over/{}/{}", sanction.id, sanction.at.0);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        if sanction.step == Step::Remove {
            let_in_again(&mut deed, sanction);
            let name = community.definition.name.as_str();
            let told = Text::new("sanction-back").with("community", name);
            deed.tell(&sanction.user, told);
            let person = Argument::User(sanction.user.to_string());
            deed.tell_admins(Text::new("sanction-over").with("person", person));
            let detail = Some(format!("its time was over, {}", sanction.id));
            deed.account(&snapshot.bot, "unban", &sanction.user, detail);
        }
        // A mute ends by its own timer.
        deed.keep(Record::Sanction(Box::new(Sanction {
            ended: Some(now),
            ..sanction.clone()
        })));
        due.push((cause, deed.decision));
    }
    let fade = community.definition.sanctions.fade.get().max(REMEMBERED);
    let is_old = |it: &&Sanction| {
        let last = it.ended.unwrap_or(it.at).max(it.at);
        !it.holds(now) && now.since(last) >= fade
    };
    let mut old: Vec<&Sanction> = all().filter(is_old).take(AT_ONCE).collect();
    old.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(first) = old.first() {
        let cause = format!("sanction/forget/{}", first.id);
        let mut deed = Deed::new(snapshot, community, &cause, now);
        for sanction in &old {
            deed.forget(RecordKind::Sanction, sanction.id.0.as_str());
        }
        due.push((cause, deed.decision));
    }
    due
}
