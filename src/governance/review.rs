//! Looking through all accounts until a day, each with a decision. Who is not decided about stays, and is named: nobody is removed by
//! silence. `commands::review` decides, what is due by itself reminds and sums up. PURE.

use std::{collections::BTreeSet, time::Duration};

use ruma::{OwnedUserId, UserId};

use super::{
    deed::Deed,
    risks::{count, people::conflicts},
};
use crate::{
    clock::Timestamp,
    community::{
        change::Membership,
        definition::Acceptance,
        place::Place,
        record::{Campaign, Record, RecordKind},
        role::Role,
        snapshot::{Community, Snapshot},
    },
    decide::Decision,
    reply::{Argument, Text, moment},
};

/// How many of those who are not decided about are named when it is over.
const NAMED: usize = 30;
/// When the admins are reminded for the last time before the end.
const LAST_DAY: Duration = Duration::from_hours(24);

/// What is suggested about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Suggestion {
    /// They stay: the key of the text that says why.
    Keep(&'static str),
    /// Somebody should look: the keys of the texts that say why.
    Look(Vec<&'static str>),
}

/// What is suggested about an account.
#[must_use]
pub(crate) fn suggestion(community: &Community, user: &UserId) -> Suggestion {
    let records = &community.records;
    let mut reasons = Vec::new();
    let person = records.person(user);
    if person.is_some_and(|person| conflicts(&community.definition, person)) {
        reasons.push("review-conflict");
    }
    if records.strangers.values().any(|it| it.user == user) {
        reasons.push("review-stranger");
    }
    let has_role = community.highest_role(user) > Role::Member;
    if has_role && reasons.is_empty() {
        return Suggestion::Keep("review-has-role");
    }
    if person.is_none() && !has_role {
        reasons.push("review-not-on-roster");
    }
    let asked = community.definition.code_of_conduct.acceptance != Acceptance::None;
    if asked && !has_role && records.accepted(&Place::Space, user).is_none() {
        reasons.push("review-not-accepted");
    }
    if reasons.is_empty() {
        Suggestion::Keep("review-on-roster")
    } else {
        Suggestion::Look(reasons)
    }
}

/// Everybody who is in the space or a group, or invited there; the bot left out.
#[must_use]
pub(crate) fn everybody(snapshot: &Snapshot, community: &Community) -> BTreeSet<OwnedUserId> {
    let rooms = community.places.values();
    let rooms = rooms.filter_map(|room| snapshot.rooms.get(room));
    let people = rooms.flat_map(|room| &room.members);
    let people = people.filter(|(user, member)| {
        **user != snapshot.bot && matches!(member.membership, Membership::Join | Membership::Invite)
    });
    people.map(|(user, _)| user.clone()).collect()
}

/// Who is still to be decided about, of those who are still there.
#[must_use]
pub(crate) fn undecided(
    snapshot: &Snapshot,
    community: &Community,
    campaign: &Campaign,
) -> Vec<OwnedUserId> {
    let there = everybody(snapshot, community);
    campaign.open.intersection(&there).cloned().collect()
}

/// Adds how far it is: decided, in all, until when.
pub(crate) fn progress(
    snapshot: &Snapshot,
    community: &Community,
    campaign: &Campaign,
    text: Text,
) -> Text {
    let open = undecided(snapshot, community, campaign).len();
    text.line("review-progress")
        .with("kept", count(campaign.kept.len()))
        .with("removed", count(campaign.removed.len()))
        .with("open", count(open))
        .with(
            "until",
            moment(campaign.due, &community.definition.timezone),
        )
}

/// What is due by `now`, each with its cause.
#[must_use]
pub fn due(snapshot: &Snapshot, community: &Community, now: Timestamp) -> Vec<(String, Decision)> {
    // Without the admins' room there is nobody to tell: it waits.
    if community.records.campaigns.is_empty() || community.admins_room().is_none() {
        return Vec::new();
    }
    let campaigns = community.records.campaigns.values();
    let due = campaigns.filter_map(|campaign| {
        if now >= campaign.due {
            return Some(end(snapshot, community, campaign, now));
        }
        let reminded = reminders(campaign, now);
        (reminded > campaign.reminded)
            .then(|| remind(snapshot, community, campaign, (now, reminded)))
    });
    due.collect()
}

/// How many times the admins should have been reminded by now: at half time, and a day before the end of one that is longer than two.
fn reminders(campaign: &Campaign, now: Timestamp) -> u8 {
    let whole = campaign.due.since(campaign.at);
    let left = campaign.due.since(now);
    if whole > 2 * LAST_DAY && left <= LAST_DAY {
        2
    } else {
        u8::from(left <= whole / 2)
    }
}

fn remind(
    snapshot: &Snapshot,
    community: &Community,
    campaign: &Campaign,
    (now, reminded): (Timestamp, u8),
) -> (String, Decision) {
    let cause = format!(
        "review/{}/{}/{reminded}",
        community.definition.id, campaign.id
    );
    let mut deed = Deed::new(snapshot, community, &cause, now);
    if !undecided(snapshot, community, campaign).is_empty() {
        let text = progress(snapshot, community, campaign, Text::new("review-reminder"));
        let command = format!("!{} review", snapshot.bot.localpart());
        deed.tell_admins(text.line("review-go-on").code("command", command));
    }
    let reminded = Campaign {
        reminded,
        ..campaign.clone()
    };
    deed.keep(Record::Campaign(reminded));
    (cause, deed.decision)
}

fn end(
    snapshot: &Snapshot,
    community: &Community,
    campaign: &Campaign,
    now: Timestamp,
) -> (String, Decision) {
    let cause = format!("review/{}/{}/end", community.definition.id, campaign.id);
    let mut deed = Deed::new(snapshot, community, &cause, now);
    close(&mut deed, campaign, &snapshot.bot);
    (cause, deed.decision)
}

/// Sums up and forgets it; who is not decided about is named, and stays.
pub(crate) fn close(deed: &mut Deed, campaign: &Campaign, by: &UserId) {
    let open = undecided(deed.snapshot, deed.community, campaign);
    let mut text = Text::new("review-over")
        .with("kept", count(campaign.kept.len()))
        .with("removed", count(campaign.removed.len()));
    if !open.is_empty() {
        text = text.line("review-left").with("count", count(open.len()));
        for user in open.iter().take(NAMED) {
            let person = Argument::User(user.to_string());
            text = text.line("person-line").with("person", person);
        }
        if open.len() > NAMED {
            text = text
                .line("plan-more")
                .with("count", count(open.len() - NAMED));
        }
    }
    deed.tell_admins(text);
    deed.forget(RecordKind::Campaign, campaign.id.0.clone());
    let detail = format!(
        "{} kept, {} removed, {} undecided",
        campaign.kept.len(),
        campaign.removed.len(),
        open.len()
    );
    deed.account(by, "review-end", campaign.id.0.as_str(), Some(detail));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::Effect,
        community::{record::CardId, snapshot::tests::settled},
    };

    const DAY: i64 = 24 * 3_600_000;

    fn user(name: &str) -> OwnedUserId {
        format!("@{name}:s").try_into().unwrap()
    }

    /// A campaign of 14 days over everybody.
    fn begun() -> Snapshot {
        let mut snapshot = settled();
        let community = snapshot.communities.values().next().unwrap();
        let id = community.definition.id.clone();
        let campaign = Campaign {
            id: CardId("abcde".to_owned()),
            by: user("samir"),
            at: Timestamp(0),
            due: Timestamp(14 * DAY),
            open: everybody(&snapshot, community),
            kept: [].into(),
            removed: [].into(),
            reminded: 0,
        };
        snapshot.apply(&crate::community::change::Change::keep(
            &id,
            Record::Campaign(campaign),
        ));
        snapshot
    }

    fn at(snapshot: &mut Snapshot, now: i64) -> Vec<String> {
        let community = snapshot.communities.values().next().unwrap();
        let due = due(snapshot, community, Timestamp(now));
        let mut said = Vec::new();
        for (_, decision) in due {
            for action in &decision.actions {
                if let Effect::Say { text, .. } = &action.effect {
                    said.push(text.key().to_owned());
                }
            }
            decision.changes.iter().for_each(|it| snapshot.apply(it));
        }
        said
    }

    #[test]
    fn the_admins_are_reminded_at_half_time_and_a_day_before_and_told_the_end_once_each() {
        let mut snapshot = begun();
        assert_eq!(at(&mut snapshot, 6 * DAY), Vec::<String>::new());
        assert_eq!(at(&mut snapshot, 7 * DAY), ["review-reminder"]);
        assert_eq!(at(&mut snapshot, 8 * DAY), Vec::<String>::new());
        assert_eq!(at(&mut snapshot, 13 * DAY), ["review-reminder"]);
        assert_eq!(at(&mut snapshot, 13 * DAY + 1), Vec::<String>::new());
        assert_eq!(at(&mut snapshot, 14 * DAY), ["review-over"]);
        assert_eq!(at(&mut snapshot, 15 * DAY), Vec::<String>::new());
    }

    #[test]
    fn after_a_long_downtime_only_the_end_is_told_and_the_undecided_are_named() {
        let mut snapshot = begun();
        let community = snapshot.communities.values().next().unwrap();
        let over = due(&snapshot, community, Timestamp(30 * DAY));
        assert_eq!(over.len(), 1);
        let decision = &over[0].1;
        let Effect::Say { text, locale, .. } = &decision.actions[0].effect else {
            panic!("{:?}", decision.actions)
        };
        assert!(text.plain(*locale).contains("@member:s"));
        assert!(
            decision.actions.iter().all(|it| it.effect.name() == "say"),
            "nobody is removed by silence"
        );
        assert_eq!(at(&mut snapshot, 30 * DAY), ["review-over"]);
    }

    #[test]
    fn who_has_a_role_is_kept_and_who_is_not_on_the_roster_is_looked_at() {
        let snapshot = begun();
        let community = snapshot.communities.values().next().unwrap();
        let of = |name: &str| suggestion(community, &user(name));
        assert_eq!(of("awa"), Suggestion::Keep("review-has-role"));
        assert_eq!(of("member"), Suggestion::Look(vec!["review-not-on-roster"]));
    }
}
