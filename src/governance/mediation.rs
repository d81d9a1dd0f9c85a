//! A closed room for those who disagree and two of the team. `commands::mediate` makes one. PURE.

use std::{collections::BTreeMap, time::Duration};

use jiff::tz::TimeZone;
use ruma::{OwnedUserId, UserId};

use super::deed::Deed;
use crate::{
    clock::Timestamp,
    community::{
        definition::{Group, GroupId, Kind, Photos},
        role::Role,
        snapshot::Community,
    },
    reply::{Argument, Text},
};

/// After so long the room is archived.
const LASTS: Duration = Duration::from_hours(30 * 24);

/// Who of the team is the second facilitator: of those who moderate the whole community and are not away, who has the fewest groups.
#[must_use]
pub(crate) fn second(
    community: &Community,
    issuer: &UserId,
    parties: &[OwnedUserId],
    now: Timestamp,
) -> Option<OwnedUserId> {
    let mut groups: BTreeMap<&OwnedUserId, usize> = BTreeMap::new();
    for group in community.groups.iter().filter(|group| !group.archived) {
        for user in group.roles().flat_map(|(_, users)| users) {
            *groups.entry(user).or_default() += 1;
        }
    }
    let team = community.team().filter(|user| {
        community.role(user) >= Role::Moderator
            && ***user != *issuer
            && !parties.contains(user)
            && !community.records.is_away(user, now)
    });
    let chosen = team.min_by_key(|user| (groups.get(*user).copied().unwrap_or(0), *user));
    chosen.cloned()
}

/// The group for a mediation that no other group was ever called: neither declared now nor still bound to a room.
#[must_use]
pub(crate) fn new_group(community: &Community, now: Timestamp) -> Option<Group> {
    let free = |id: &GroupId| {
        community.group(id).is_none()
            && !community
                .places
                .contains_key(&crate::community::place::Place::Group(id.clone()))
    };
    let ids = (1..10_000).filter_map(|number| {
        let id: GroupId = format!("mediation-{number}").parse().ok()?;
        Some((number, id))
    });
    let (number, id) = ids.into_iter().find(|(_, id)| free(id))?;
    let locale = community.definition.locale;
    let name = Text::new("mediation-name").with("number", i64::from(number));
    let topic = Text::new("mediation-topic").plain(locale);
    let mut group = Group::new(id, &name.plain(locale), Kind::Mediation);
    group.topic = topic;
    group.photos = Some(Photos::Team);
    group.ends = Some(last_day(&community.definition.timezone, now));
    Some(group)
}

/// The last day of a room that is made now, in the community's time.
fn last_day(timezone: &str, now: Timestamp) -> String {
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let end = jiff::Timestamp::from_millisecond(now.plus(LASTS).0);
    let end = end.unwrap_or(jiff::Timestamp::MAX).to_zoned(zone);
    end.date().to_string()
}

/// What is told: to the parties, to the two of the team, and to the admins with what helps.
pub(crate) fn tell(deed: &mut Deed, group: &Group, reason: Option<&str>) {
    let because = |text: Text| match reason {
        Some(reason) => text.line("reason").with("reason", reason),
        None => text,
    };
    let community = deed.community.definition.name.clone();
    let everybody = people(group.members.iter().chain(&group.moderators));
    for person in &group.members {
        let text = Text::new("mediation-told")
            .with("community", community.as_str())
            .with("group", group.name.as_str())
            .with("people", everybody.clone());
        let text = because(text).line("mediation-told-rules");
        deed.tell(person, text.line("ask-the-team"));
    }
    for person in group.moderators.iter().skip(1) {
        let text = Text::new("mediation-asked")
            .with("community", community.as_str())
            .with("group", group.name.as_str());
        deed.tell(person, text);
    }
    let team = people(group.moderators.iter());
    let text = Text::new("mediation-playbook")
        .with("group", group.name.as_str())
        .with("people", team);
    deed.tell_admins(
        text.line("mediation-playbook-listen")
            .line("mediation-playbook-facts")
            .line("mediation-playbook-agree")
            .line("mediation-playbook-limits")
            .line("mediation-playbook-end"),
    );
}

/// The people as a text, one after the other.
fn people<'a>(users: impl Iterator<Item = &'a OwnedUserId>) -> Argument {
    let users = users.map(|user| Text::new("mediation-person").with("person", user));
    let mut users = users.collect::<Vec<_>>().into_iter();
    let first = users.next().unwrap_or_default();
    let joined = users.fold(first, |before, next| {
        Text::new("mediation-and")
            .with("before", before)
            .with("next", next)
    });
    joined.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::snapshot::tests::example;

    fn user(name: &str) -> OwnedUserId {
        format!("@{name}:s").try_into().unwrap()
    }

    #[test]
    fn the_second_is_who_has_the_fewest_groups_and_neither_issuer_nor_party() {
        let snapshot = example();
        let community = snapshot.communities.values().next().unwrap();
        let second = |issuer: &str, parties: &[OwnedUserId]| {
            second(community, &user(issuer), parties, Timestamp(0))
        };
        assert_eq!(second("samir", &[]), Some(user("zoe")));
        assert_eq!(second("zoe", &[]), Some(user("samir")));
        assert_eq!(second("zoe", &[user("samir")]), None);
    }

    #[test]
    fn the_room_has_a_number_of_its_own_and_ends_after_thirty_days() {
        let mut snapshot = example();
        for number in [1, 2] {
            let community = snapshot.communities.values().next().unwrap();
            let group = new_group(community, Timestamp(1_767_225_600_000)).unwrap();
            assert_eq!(group.id.as_str(), format!("mediation-{number}"));
            assert_eq!(group.ends.as_deref(), Some("2026-01-31"));
            let mut definition = community.definition.clone();
            definition.groups.push(group);
            assert_eq!(definition.validate(), []);
            let change = community.redeclared(definition);
            snapshot.apply(&change);
        }
    }
}
