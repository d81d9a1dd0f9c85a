//! A group that is too large becomes several, one for each area of its members (C8): proposed by `split`, carried out when an admin agrees.
//! The old group stays as it is; the planner invites the members to their new one.

use std::collections::{BTreeMap, BTreeSet};

use ruma::OwnedUserId;

use crate::{
    community::{
        definition::{Definition, Group, GroupId, MAX_NAME_CHARS, Way},
        place::Place,
        record::Matter,
        role::Role,
        snapshot::{Community, Snapshot},
        words::fold,
    },
    decide::Decision,
    governance::{
        cards::Answer,
        deed::{Deed, Opening},
        turn,
    },
    reply::Text,
};

/// The longest id of a group.
const LONGEST_ID: usize = 32;

/// A group and its members by their area; who has none of the roster is counted only.
struct Partition {
    parts: Vec<(String, Vec<OwnedUserId>)>,
    without: usize,
}

/// Opens the card that proposes to split a group.
///
/// # Errors
/// Why there is nothing to split.
pub(crate) fn propose(deed: &mut Deed, by: &ruma::UserId, group: &Group) -> Result<(), Text> {
    let community = deed.community;
    let place = Place::Group(group.id.clone());
    let open = community.records.cards.values();
    let mut open = open
        .filter(|card| matches!(&card.matter, Matter::Split { group: it, .. } if *it == group.id));
    if let Some(card) = open.next() {
        return Err(Text::new("split-already").code("card", &card.id));
    }
    let Partition { parts, without } = partition(deed.snapshot, community, &place);
    if parts.len() < 2 {
        return Err(Text::new("split-too-few").with("place", group.name.as_str()));
    }
    let definition = redeclared(community, group, &parts);
    if let Some(problem) = definition.validate().first() {
        return Err(Text::new("split-invalid").code("problem", &problem.what));
    }
    let mut text = Text::new("split-card")
        .with("by", by)
        .with("place", group.name.as_str());
    for (zone, people) in &parts {
        text = text
            .line("split-part")
            .with("name", name_of(group, zone))
            .with("count", count(people.len()));
    }
    if without > 0 {
        text = text.line("split-without").with("count", count(without));
    }
    let opening = Opening {
        matter: Matter::Split {
            group: group.id.clone(),
            parts,
        },
        by: by.to_owned(),
        due: None,
        assignee: turn::turn_but(community, &Place::Space, deed.now, |user| {
            community.role(user) < Role::Admin
        }),
    };
    let opened = deed.open_for_admins(opening, text);
    opened
        .map(drop)
        .ok_or_else(|| Text::new("admission-no-room"))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The members of a group by the area that the roster gives them; who moderates or leads it belongs to every part.
fn partition(snapshot: &Snapshot, community: &Community, place: &Place) -> Partition {
    let room = crate::governance::admission::room(snapshot, community, place);
    let there = room.into_iter().flat_map(|room| &room.members);
    let mut people: Vec<&OwnedUserId> = there
        .filter(|(user, member)| {
            member.membership == crate::community::change::Membership::Join
                && **user != snapshot.bot
                && community.role_in(user, place) < Role::Moderator
        })
        .map(|(user, _)| user)
        .collect();
    people.sort();
    let mut parts: BTreeMap<String, (String, Vec<OwnedUserId>)> = BTreeMap::new();
    let mut without = 0;
    for user in people {
        let zone = community
            .records
            .person(user)
            .map_or("", |it| it.zone.trim());
        if fold(zone).is_empty() {
            without += 1;
            continue;
        }
        let part = parts
            .entry(fold(zone))
            .or_insert_with(|| (zone.to_owned(), Vec::new()));
        part.1.push(user.clone());
    }
    Partition {
        parts: parts.into_values().collect(),
        without,
    }
}

/// What follows from an answer to the card.
pub(super) fn answered(answer: &Answer) -> Result<Decision, Text> {
    let Matter::Split { group, parts } = &answer.card.matter else {
        return Err(Text::new("card-nothing"));
    };
    answer.needs(Role::Admin)?;
    let mut deed = answer.deed();
    answer.close(&mut deed);
    let community = answer.community;
    let Some(group) = community.group(group).filter(|group| !group.archived) else {
        deed.tell_admins(Text::new("split-gone").code("group", group));
        return Ok(deed.decision);
    };
    let name = group.name.as_str();
    if !answer.yes {
        let text = Text::new("split-refused").with("place", name);
        deed.tell(&answer.card.by, text.clone());
        deed.tell_admins(text);
        deed.account(
            answer.by(),
            "split-refused",
            &group.id,
            answer.reason.clone(),
        );
        return Ok(deed.decision);
    }
    let definition = redeclared(community, group, parts);
    if let Some(problem) = definition.validate().first() {
        return Err(Text::new("split-invalid").code("problem", &problem.what));
    }
    deed.decision
        .changes
        .push(community.redeclared(definition.clone()));
    deed.review();
    let mut text = Text::new("split-done").with("place", name);
    let old: BTreeSet<&GroupId> = community
        .definition
        .groups
        .iter()
        .map(|it| &it.id)
        .collect();
    let new = definition.groups.iter().filter(|it| !old.contains(&it.id));
    for group in new {
        text = text
            .line("group-line")
            .with("name", group.name.as_str())
            .code("id", &group.id);
    }
    deed.tell_admins(text.line("split-next").with("place", name));
    let detail = parts
        .iter()
        .map(|(zone, people)| format!("{zone}: {}", people.len()));
    let detail = detail.collect::<Vec<_>>().join(", ");
    deed.account(answer.by(), "split", &group.id, Some(detail));
    Ok(deed.decision)
}

/// The community with the parts of a group besides it.
fn redeclared(
    community: &Community,
    group: &Group,
    parts: &[(String, Vec<OwnedUserId>)],
) -> Definition {
    let mut definition = community.definition.clone();
    let mut taken: BTreeSet<String> = definition
        .group_list()
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    for (zone, _) in parts {
        let Some(part) = part(community, group, zone, &mut taken) else {
            continue;
        };
        definition.groups.push(part);
    }
    definition
}

/// The group for one area: like the old one, for who lives there, with the same people to lead it.
fn part(
    community: &Community,
    group: &Group,
    zone: &str,
    taken: &mut BTreeSet<String>,
) -> Option<Group> {
    let id = id_of(group, zone, taken);
    let quoted = zone.replace(['"', '«', '»', '“', '”'], " ");
    let zone_is = format!("zone = \"{}\"", quoted.trim());
    let audience = match &group.audience {
        Some(audience) => format!("({audience}) and {zone_is}"),
        None => zone_is,
    };
    let mut part = Group {
        name: name_of(group, zone),
        audience: Some(audience.parse().ok()?),
        members: Vec::new(),
        room: None,
        twin_of: None,
        ..group.clone()
    };
    part.id = id.parse().ok()?;
    if let Some(ways) = &mut part.admission {
        ways.insert(Way::Roster);
    }
    let place = Place::Group(group.id.clone());
    let grants = community.records.grants.values();
    for grant in grants.filter(|it| it.place == place && it.until.is_none()) {
        if let Some(list) = part.list_of(grant.role)
            && !list.contains(&grant.user)
        {
            list.push(grant.user.clone());
        }
    }
    taken.insert(id);
    Some(part)
}

/// The name that members see, cut to what clients show.
fn name_of(group: &Group, zone: &str) -> String {
    let name = format!("{} – {zone}", group.name);
    name.chars().take(MAX_NAME_CHARS).collect()
}

/// `<id>-<area>` in the letters of an id, never one that is taken.
fn id_of(group: &Group, zone: &str, taken: &BTreeSet<String>) -> String {
    let letters = fold(zone);
    let slug: String = letters
        .chars()
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .filter(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-'))
        .take(LONGEST_ID / 2)
        .collect();
    let slug = match slug.trim_matches('-') {
        "" => "zone",
        slug => slug,
    };
    let numbered = (1..).map(|number: u32| match number {
        1 => format!("-{slug}"),
        number => format!("-{slug}-{number}"),
    });
    let mut ids = numbered.map(|end| {
        let keep = LONGEST_ID.saturating_sub(end.len());
        let start: String = group.id.as_str().chars().take(keep).collect();
        format!("{}{end}", start.trim_end_matches('-'))
    });
    // There are more numbers than groups.
    ids.find(|id| !taken.contains(id)).unwrap_or_default()
}
