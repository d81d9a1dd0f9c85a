//! `register`: a correspondent makes their group known to the community above: what it is, how many are in it, who carries its findings. The
//! same is not sent twice; after a change it is sent again.

use super::{
    Setting,
    context::{Answer, Context, Outcome, Refusal},
    input::Input,
    permission,
    spec::{Both, Scope, Spec},
};
use crate::{
    action::{Effect, Recipient},
    community::{
        definition::Group,
        place::Place,
        record::{Record, RecordKind, Said},
        role::Role,
        snapshot::Community,
    },
    reply::{Argument, Text},
};

pub(super) const SPEC: Spec = Spec {
    name: Both {
        fr: "inscrire",
        en: "register",
    },
    aliases: &[],
    usage: Both {
        fr: "[groupe]",
        en: "[group]",
    },
    help: "help-register",
    role: Role::Correspondent,
    scope: Scope::Group,
    clauses: &[],
    examples: Both {
        fr: &["secteur-est"],
        en: &["secteur-est"],
    },
    run: |context, input| run(context, parse(input)),
};

fn parse<'a>(input: &Input<'a>) -> Option<&'a str> {
    Some(input.subject).filter(|words| !words.is_empty())
}

fn run(context: &Context, words: Option<&str>) -> Answer {
    let community = context.community()?;
    let group = match (words, context.setting) {
        (Some(words), _) => context.group(words)?,
        (None, Setting::Group(_, Place::Group(id))) => context.group(id.as_str())?,
        _ => return Err(Text::new("group-missing").into()),
    };
    let place = Place::Group(group.id.clone());
    permission::has_role_in(community, context.issuer(), &place, Role::Correspondent)?;
    let above = community.definition.parent.as_ref();
    let above = above.and_then(|id| context.snapshot.communities.get(id));
    let Some((above, room)) = above.and_then(|it| Some((it, it.admins_room()?))) else {
        return Err(Refusal::NotAllowed(Text::new("register-no-parent")));
    };
    let correspondents = correspondents(community, &place);
    let mut deed = context.deed(community);
    let before = format!("registered/{}/", group.id);
    let what = format!("{before}{}", digest(&group, &correspondents));
    let said = &community.records.said;
    if said.contains_key(&what) {
        let text = Text::new("register-already").with("group", group.name.as_str());
        return Err(Refusal::NotAllowed(text));
    }
    for old in said.keys().filter(|old| old.starts_with(&before)) {
        deed.forget(RecordKind::Said, old);
    }
    let at = context.now;
    deed.keep(Record::Said(Said { what, at }));
    deed.act(Effect::Say {
        to: Recipient::Room(room.clone()),
        text: card(context, community, &group, &correspondents),
        locale: above.definition.locale,
        reply_to: None,
    });
    deed.account(context.issuer(), "register", &group.id, None);
    let done = Text::new("register-done")
        .with("group", group.name.as_str())
        .with("community", above.definition.name.as_str());
    Ok(Outcome::of(deed.decision, done))
}

/// Who carries upwards what the group found.
fn correspondents(community: &Community, place: &Place) -> Vec<String> {
    let carries = |user: &&ruma::OwnedUserId| {
        let mut roles = community.roles_of(user).iter();
        roles.any(|(there, role)| there == place && *role == Role::Correspondent)
    };
    let mut users: Vec<_> = community
        .team()
        .filter(carries)
        .map(ToString::to_string)
        .collect();
    users.sort();
    users
}

/// What must change for the group to be made known again; not how many are in it.
fn digest(group: &Group, correspondents: &[String]) -> String {
    let all = serde_json::json!([group.name, group.kind, group.topic, correspondents]);
    blake3::hash(all.to_string().as_bytes()).to_hex()[..12].to_owned()
}

fn card(
    context: &Context,
    community: &Community,
    group: &Group,
    correspondents: &[String],
) -> Text {
    let room = community.places.get(&Place::Group(group.id.clone()));
    let room = room.and_then(|room| context.snapshot.rooms.get(room));
    let people = room.map_or(0, |room| room.people(&context.snapshot.bot));
    let mut text = Text::new("register-card")
        .with("group", group.name.as_str())
        .with("community", community.definition.name.as_str())
        .with("kind", Text::new("kind").with("kind", group.kind.as_str()))
        .with("count", i64::try_from(people).unwrap_or(i64::MAX));
    if !group.topic.is_empty() {
        text = text
            .line("groups-topic")
            .with("topic", group.topic.as_str());
    }
    for user in correspondents {
        text = text
            .line("register-correspondent")
            .with("person", Argument::User(user.clone()));
    }
    text.line("register-by")
        .with("person", Argument::User(context.issuer().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        commands::testing::{self, NOW, admins, apply, direct, effects, reply, say, user},
        community::{change::Change, record::Grant, snapshot::Snapshot},
    };

    /// The community is a part of another one, which has an admins' room; Ben is correspondent of the east.
    fn part() -> Snapshot {
        let mut snapshot = testing::snapshot();
        let mut own = testing::community(&snapshot).definition.clone();
        let mut above = own.clone();
        above.id = "region".parse().unwrap();
        above.name = "Région".into();
        own.parent = Some(above.id.clone());
        let stored = snapshot.forgetful(Vec::new());
        snapshot.redefine(vec![own.clone(), above.clone()], stored);
        snapshot.apply(&Change::Bound {
            community: above.id,
            place: Place::Group("admins".parse().unwrap()),
            room: "!above:example.org".try_into().unwrap(),
        });
        let grant = Grant {
            user: user("ben"),
            place: Place::Group("secteur-est".parse().unwrap()),
            role: Role::Correspondent,
            until: None,
            by: user("lea"),
            at: NOW,
        };
        snapshot.apply(&Change::keep(&own.id, Record::Grant(grant)));
        snapshot
    }

    #[test]
    fn a_group_is_made_known_above_once_and_again_after_a_change() {
        let mut snapshot = part();
        let line = "inscrire secteur-est dans nord";
        let decision = apply(&mut snapshot, &direct(), "ben", line);
        let above = Recipient::Room("!above:example.org".try_into().unwrap());
        assert!(effects(&decision).any(|it| matches!(it, Effect::Say { to, text, .. } if *to == above && text.key() == "register-card")));
        assert_eq!(
            reply(&say(&snapshot, &direct(), "ben", line)).key(),
            "register-already"
        );
        let mut changed = snapshot.communities[&"nord".parse().unwrap()]
            .definition
            .clone();
        changed.groups[0].topic = "Tout autre chose".into();
        let change = snapshot.communities[&"nord".parse().unwrap()].redeclared(changed);
        snapshot.apply(&change);
        assert_eq!(
            reply(&say(&snapshot, &direct(), "ben", line)).key(),
            "register-done"
        );
    }

    #[test]
    fn without_a_community_above_or_a_role_in_the_group_nothing_is_sent() {
        let snapshot = testing::snapshot();
        let alone = say(&snapshot, &admins(), "lea", "register secteur-est");
        assert_eq!(reply(&alone).key(), "register-no-parent");
        let west = say(&part(), &direct(), "ben", "register secteur-ouest in nord");
        assert_eq!(reply(&west).key(), "not-allowed");
    }
}
