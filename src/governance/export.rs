//! Files that are made from what is known: the roster, who is where, a group, and the file that would make the community again. The command
//! line writes them, and the executor attaches them.

use std::fmt::Write as _;

use super::roster::write;
use crate::{
    action::Attachment,
    community::{
        definition::Definition,
        place::Place,
        record::{CardId, Grant},
        role::Role,
        snapshot::{Community, Snapshot},
    },
};

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// What is kept about somebody, for themselves.
#[must_use]
pub fn own(snapshot: &Snapshot, user: &ruma::UserId) -> File {
    File {
        name: format!("{}-record.json", snapshot.bot.localpart()),
        media_type: "application/json",
        text: super::own_record::file(snapshot, user),
    }
}

/// What the audit log says of an incident, as CSV.
#[must_use]
pub fn incident(community: &Community, incident: &CardId, csv: String) -> File {
    File {
        name: format!("{}-incident-{incident}.csv", community.definition.id),
        media_type: "text/csv",
        text: csv,
    }
}

/// The file; `None` for a group that does not exist, and a community that cannot be written down.
#[must_use]
pub fn file(snapshot: &Snapshot, community: &Community, what: &Attachment) -> Option<File> {
    const CSV: &str = "text/csv";
    let id = &community.definition.id;
    let (name, media_type, text) = match what {
        Attachment::Roster => (format!("{id}-roster.csv"), CSV, write::roster(community)),
        Attachment::Whereabouts => (
            format!("{id}-members.csv"),
            CSV,
            write::whereabouts(snapshot, community),
        ),
        Attachment::Community => (
            format!("{id}.yaml"),
            "application/yaml",
            community_file(community)?,
        ),
        Attachment::Own(user) => return Some(own(snapshot, user)),
        // It is not made from what is known, but from the audit log: see [`incident`].
        Attachment::Incident(_) => return None,
        Attachment::Group(group) => {
            let group = community.group(group)?;
            let text = write::group(snapshot, community, group);
            (format!("{id}-{}.csv", group.id), CSV, text)
        }
    };
    Some(File {
        name,
        media_type,
        text,
    })
}

/// The file that would make the community again, with the roles that were given by command. Those that end are written beside it, for a
/// file cannot say when a role ends.
fn community_file(community: &Community) -> Option<String> {
    let mut definition = community.definition.clone();
    let mut ending = Vec::new();
    for grant in community.records.grants.values() {
        if grant.until.is_some() {
            ending.push(grant);
        } else if let Some(list) = list_of(&mut definition, &grant.place, grant.role)
            && !list.contains(&grant.user)
        {
            list.push(grant.user.clone());
        }
    }
    let yaml = serde_saphyr::to_string(&definition).ok()?;
    let mut text = format!(
        "# {} as Hygie knows it. Roles that end stand below: a file cannot say when.\n",
        definition.id
    );
    for grant in ending {
        let Grant {
            user,
            place,
            role,
            until,
            ..
        } = grant;
        let until = until.map(|until| until.to_string()).unwrap_or_default();
        let _ = writeln!(
            text,
            "# {user} has the role {role} in {place} until {until}"
        );
    }
    text.push_str(&yaml);
    Some(text)
}

/// The list of those who have this role at this place; `None` for roles that nobody is given, and places that the file does not describe.
pub(crate) fn list_of<'a>(
    definition: &'a mut Definition,
    place: &Place,
    role: Role,
) -> Option<&'a mut Vec<ruma::OwnedUserId>> {
    match place {
        Place::Space => definition.list_of(role),
        Place::Group(id) => {
            let group = definition.groups.iter_mut().find(|it| it.id == *id)?;
            group.list_of(role)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        community::{
            change::Change,
            record::Record,
            snapshot::tests::{bot, settled},
        },
    };

    #[test]
    fn the_file_of_a_community_makes_it_again_with_the_roles_that_last() {
        let mut snapshot = settled();
        let id = snapshot.communities.keys().next().unwrap().clone();
        let east = Place::Group("est".parse().unwrap());
        for (name, place, until) in [
            ("@new:s", Place::Space, None),
            ("@east:s", east.clone(), None),
            ("@guest:s", east.clone(), Some(Timestamp(1_767_225_600_000))),
        ] {
            let grant = Grant {
                user: name.try_into().unwrap(),
                place,
                role: Role::Moderator,
                until,
                by: bot(),
                at: Timestamp(1),
            };
            snapshot.apply(&Change::keep(&id, Record::Grant(grant)));
        }
        let community = &snapshot.communities[&id];
        let file = file(&snapshot, community, &Attachment::Community).unwrap();
        let server = ruma::ServerName::parse("s").unwrap();
        let again = crate::fuzzing::community("nord.yaml".as_ref(), &file.text, &server).unwrap();
        let again = Community::new(again);
        let role = |name: &str, place: &Place| {
            again.role_in(&ruma::OwnedUserId::try_from(name).unwrap(), place)
        };
        assert_eq!(role("@new:s", &Place::Space), Role::Moderator);
        assert_eq!(role("@east:s", &east), Role::Moderator);
        assert_eq!(role("@guest:s", &east), Role::Member);
        assert!(
            file.text
                .contains("# @guest:s has the role moderator in est until 2026-01-01")
        );
        assert_eq!(again.definition.name, community.definition.name);
        assert_eq!(again.groups.len(), community.groups.len());
    }

    #[test]
    fn who_is_where_has_a_line_for_each_person_and_room() {
        let snapshot = settled();
        let community = snapshot.communities.values().next().unwrap();
        let file = file(&snapshot, community, &Attachment::Whereabouts).unwrap();
        assert!(
            file.text
                .contains("\r\nnord,est,@awa:s,,join,moderator\r\n"),
            "{}",
            file.text
        );
        assert!(!file.text.contains("@hygie:s"));
        assert_eq!(file.text.lines().count(), 1 + 5 * 4);
        let group = Attachment::Group("est".parse().unwrap());
        let group = super::file(&snapshot, community, &group).unwrap();
        assert!(
            group.text.contains("name,Secteur Est\r\n"),
            "{}",
            group.text
        );
        assert_eq!(
            super::file(
                &snapshot,
                community,
                &Attachment::Group("no".parse().unwrap())
            ),
            None
        );
    }
}
