//! What ends by itself: mutes and lockdowns. PURE; asked at the moment that [`Snapshot::next_end`] names, and at every start.

use super::{
    change::{Change, Lockdown, Mute},
    snapshot::{Community, Snapshot},
};
use crate::{
    action::{Effect, Recipient},
    clock::Timestamp,
    decide::{AuditEntry, Decision},
    reply::{Argument, Text},
};

/// What has ended by `now`: the cause of each end, the same after a restart, and what follows from it.
#[must_use]
pub fn ends(snapshot: &Snapshot, now: Timestamp) -> Vec<(String, Decision)> {
    let communities = snapshot.communities.values();
    communities
        .flat_map(|community| {
            let mutes = community
                .mutes
                .values()
                .filter(move |mute| mute.until <= now);
            let lockdowns = community
                .lockdowns
                .values()
                .filter(move |lockdown| lockdown.until <= now);
            let unmutes = mutes.map(move |mute| unmute(snapshot, community, mute));
            unmutes.chain(lockdowns.map(move |lockdown| unlock(snapshot, community, lockdown)))
        })
        .collect()
}

/// What opens a locked place again: the power levels exactly as they were, and a kind word in the room. Nothing when the
/// place has no room any more.
#[must_use]
pub fn reopening(community: &Community, lockdown: &Lockdown) -> Vec<Effect> {
    let Some(room) = community.places.get(&lockdown.place) else {
        return Vec::new();
    };
    let told = Effect::Say {
        to: Recipient::Room(room.clone()),
        text: Text::new("unlock-told"),
        locale: community.definition.locale,
        reply_to: None,
    };
    restoring(community, lockdown)
        .into_iter()
        .chain([told])
        .collect()
}

/// What makes the power levels of a locked place exactly what they were. Nothing when the place has no room any more.
#[must_use]
pub(crate) fn restoring(community: &Community, lockdown: &Lockdown) -> Option<Effect> {
    Some(Effect::SetState {
        room: community.places.get(&lockdown.place)?.clone(),
        event_type: "m.room.power_levels".to_owned(),
        state_key: String::new(),
        content: lockdown.prior.clone(),
    })
}

fn unmute(snapshot: &Snapshot, community: &Community, mute: &Mute) -> (String, Decision) {
    let Mute { user, until, .. } = mute;
    let id = &community.definition.id;
    let cause = format!("unmute/{id}/{user}/{}", until.0);
    let mut decision = Decision::default();
    let told = Text::new("unmute-told").with("community", community.definition.name.as_str());
    let to = Recipient::Person(user.clone());
    let locale = snapshot.locale_of(user);
    decision.act(
        &cause,
        Some(id),
        Effect::Say {
            to,
            text: told,
            locale,
            reply_to: None,
        },
    );
    let notice = Text::new("unmute-ended").with("person", Argument::User(user.to_string()));
    conclude(community, &mut decision, &cause, notice);
    decision.changes.push(Change::Unmuted {
        community: id.clone(),
        user: user.clone(),
    });
    decision
        .audit
        .push(entry(snapshot, community, "unmute", user.to_string()));
    (cause, decision)
}

fn unlock(snapshot: &Snapshot, community: &Community, lockdown: &Lockdown) -> (String, Decision) {
    let Lockdown { place, until, .. } = lockdown;
    let id = &community.definition.id;
    let cause = format!("unlock/{id}/{place}/{}", until.0);
    let mut decision = Decision::default();
    for effect in reopening(community, lockdown) {
        decision.act(&cause, Some(id), effect);
    }
    let notice = Text::new("unlock-ended").with("group", community.name_of(place));
    conclude(community, &mut decision, &cause, notice);
    decision.changes.push(Change::Unlocked {
        community: id.clone(),
        place: place.clone(),
    });
    let mut entry = entry(snapshot, community, "unlock", place.to_string());
    entry.room = community.places.get(place).cloned();
    decision.audit.push(entry);
    (cause, decision)
}

/// The notice to the admins, and the review of the community.
fn conclude(community: &Community, decision: &mut Decision, cause: &str, text: Text) {
    let id = &community.definition.id;
    if let Some(room) = community.admins_room() {
        let to = Recipient::Room(room.clone());
        let locale = community.definition.locale;
        decision.act(
            cause,
            Some(id),
            Effect::Say {
                to,
                text,
                locale,
                reply_to: None,
            },
        );
    }
    decision.review.insert(id.clone());
}

fn entry(snapshot: &Snapshot, community: &Community, action: &str, target: String) -> AuditEntry {
    AuditEntry {
        community: community.definition.id.clone(),
        room: None,
        actor: snapshot.bot.clone(),
        action: action.to_owned(),
        target: Some(target),
        rule: None,
        detail: Some("its time was over".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::commands::testing::{self, NOW, apply};

    fn hours(count: u64) -> Timestamp {
        NOW.plus(Duration::from_hours(count))
    }

    #[test]
    fn a_lockdown_ends_with_exactly_the_power_levels_from_before() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "lockdown secteur-est for 2h",
        );
        assert!(ends(&snapshot, Timestamp(hours(2).0 - 1)).is_empty());
        let ended = ends(&snapshot, hours(2));
        let (cause, decision) = &ended[0];
        assert_eq!(
            (ended.len(), cause.as_str()),
            (
                1,
                format!("unlock/nord/secteur-est/{}", hours(2).0).as_str()
            )
        );
        let restored = decision
            .actions
            .iter()
            .find_map(|action| match &action.effect {
                Effect::SetState { room, content, .. } if room == "!est:example.org" => {
                    Some(content.clone())
                }
                _ => None,
            });
        assert_eq!(restored, Some(testing::power_levels()));
        assert_eq!(
            ended,
            ends(&snapshot, hours(3)),
            "a restart makes the same decision with the same identities"
        );
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        assert!(
            ends(&snapshot, hours(3)).is_empty()
                && testing::community(&snapshot).lockdowns.is_empty()
        );
    }

    #[test]
    fn a_mute_ends_with_a_review_and_the_person_is_told() {
        let mut snapshot = testing::snapshot();
        apply(
            &mut snapshot,
            &testing::admins(),
            "lea",
            "mute @ben:example.org for 1h",
        );
        let ended = ends(&snapshot, hours(1));
        let (_, decision) = &ended[0];
        assert_eq!(
            (
                decision.review.len(),
                decision.audit.len(),
                decision.actions.len()
            ),
            (1, 1, 2)
        );
        decision
            .changes
            .iter()
            .for_each(|change| snapshot.apply(change));
        assert!(testing::community(&snapshot).mutes.is_empty());
    }
}
