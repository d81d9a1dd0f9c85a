//! What should hold in the room of a place: its state events, and who is invited.

use ruma::{OwnedUserId, RoomId, UserId};
use serde_json::{Value, json};

use super::{
    definition::{Group, Kind},
    place::Place,
    power,
    role::Role,
    snapshot::Community,
};
use crate::reply::Text;

/// The room version that Hygie creates: its creator cannot be unseated (MSC4289, room version 12).
pub const ROOM_VERSION: &str = "12";

/// State event types whose current value Hygie keeps in mind. Everything else in a room's state is none of its business.
pub const GOVERNED: &[&str] = &[
    "m.room.avatar",
    "m.room.canonical_alias",
    "m.room.create",
    "m.room.encryption",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.name",
    "m.room.power_levels",
    "m.room.tombstone",
    "m.room.topic",
    "m.space.child",
    "m.space.parent",
];

/// One state event that should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct DesiredState {
    /// Matrix event type.
    pub event_type: &'static str,
    /// State key.
    pub state_key: String,
    /// Content.
    pub content: Value,
}

impl DesiredState {
    fn new(event_type: &'static str, state_key: &str, content: Value) -> Self {
        Self {
            event_type,
            state_key: state_key.to_owned(),
            content,
        }
    }

    /// Whether `actual` says the same. Servers and clients add fields of their own to names, topics, links and power levels
    /// (Synapse: `historical`); those are left.
    #[must_use]
    pub fn holds(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else { return false };
        match self.event_type {
            "m.room.name"
            | "m.room.topic"
            | "m.room.avatar"
            | "m.room.canonical_alias"
            | "m.space.parent"
            | "m.space.child"
            | "m.room.power_levels" => {
                let wanted = self.content.as_object().into_iter().flatten();
                let mut differing = wanted.filter(|(name, value)| actual.get(name) != Some(value));
                let link_gone = self.content.get("via").is_none() && actual.get("via").is_some();
                differing.next().is_none() && !link_gone
            }
            // Whatever its details: it cannot be turned off, and changing them is no use.
            "m.room.encryption" => actual.get("algorithm").is_some(),
            _ => *actual == self.content,
        }
    }
}

/// The local part of the alias that finds a place's room again: `_hygie_<community>` or `_hygie_<community>_<group>`.
#[must_use]
pub fn alias_localpart(community: &Community, place: &Place, bot: &UserId) -> String {
    let (bot, id) = (bot.localpart(), &community.definition.id);
    match place {
        Place::Space => format!("_{bot}_{id}"),
        Place::Group(group) => format!("_{bot}_{id}_{group}"),
    }
}

/// All places of a community: the space first.
#[must_use]
pub fn places(community: &Community) -> Vec<Place> {
    let groups = community
        .groups
        .iter()
        .map(|group| Place::Group(group.id.clone()));
    std::iter::once(Place::Space).chain(groups).collect()
}

/// The state events that should hold in the room of a place. `None` while the space that they refer to has no room yet.
#[must_use]
pub fn state(community: &Community, place: &Place, bot: &UserId) -> Option<Vec<DesiredState>> {
    let definition = &community.definition;
    let server = bot.server_name();
    let alias = format!("#{}:{server}", alias_localpart(community, place, bot));
    let mut state = vec![
        DesiredState::new("m.room.canonical_alias", "", json!({"alias": alias})),
        DesiredState::new(
            "m.room.history_visibility",
            "",
            json!({"history_visibility": "joined"}),
        ),
        DesiredState::new(
            "m.room.guest_access",
            "",
            json!({"guest_access": "forbidden"}),
        ),
        DesiredState::new(
            "m.room.power_levels",
            "",
            power::desired(community, place, bot),
        ),
    ];
    let (name, topic, avatar) = match place {
        Place::Space => {
            state.push(DesiredState::new(
                "m.room.join_rules",
                "",
                json!({"join_rule": "invite"}),
            ));
            state.extend(children(community, server.as_str()));
            (&definition.name, &definition.purpose, &definition.avatar)
        }
        Place::Group(id) => {
            let group = community.group(id)?;
            let space = community.places.get(&Place::Space)?;
            state.push(DesiredState::new(
                "m.room.join_rules",
                "",
                join_rules(group, space),
            ));
            let parent = json!({"via": [server], "canonical": true});
            state.push(DesiredState::new("m.space.parent", space.as_str(), parent));
            if group.encryption {
                state.push(DesiredState::new("m.room.encryption", "", encryption()));
            }
            (&group.name, &topic_of(group, community, bot), &group.avatar)
        }
    };
    state.push(DesiredState::new("m.room.name", "", json!({"name": name})));
    if !topic.is_empty() {
        state.push(DesiredState::new(
            "m.room.topic",
            "",
            json!({"topic": topic}),
        ));
    }
    if let Some(avatar) = avatar {
        state.push(DesiredState::new(
            "m.room.avatar",
            "",
            json!({"url": avatar}),
        ));
    }
    Some(state)
}

/// The links from the space to the rooms that exist, in the order of the file.
fn children<'a>(
    community: &'a Community,
    server: &'a str,
) -> impl Iterator<Item = DesiredState> + 'a {
    community
        .groups
        .iter()
        .enumerate()
        .filter_map(move |(order, group)| {
            let room = community.places.get(&Place::Group(group.id.clone()))?;
            let suggested = group.kind != Kind::Admins;
            let content =
                json!({"via": [server], "order": format!("{order:04}"), "suggested": suggested});
            Some(DesiredState::new("m.space.child", room.as_str(), content))
        })
}

/// How a group is encrypted: keys change every week and every hundred messages, as the specification recommends.
fn encryption() -> Value {
    json!({
        "algorithm": "m.megolm.v1.aes-sha2",
        "rotation_period_ms": 604_800_000, "rotation_period_msgs": 100,
    })
}

/// In an encrypted group members are told who reads with them.
fn topic_of(group: &Group, community: &Community, bot: &UserId) -> String {
    if !group.encryption {
        return group.topic.clone();
    }
    let line = Text::new("topic-encrypted").with("bot", bot.localpart());
    let line = line.render(community.definition.locale).body;
    match group.topic.as_str() {
        "" => line,
        topic => format!("{topic} — {line}"),
    }
}

/// Who is in the space may join a group; the admins' room is by invitation.
fn join_rules(group: &Group, space: &RoomId) -> Value {
    if group.kind == Kind::Admins {
        json!({"join_rule": "invite"})
    } else {
        json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]})
    }
}

/// The body of `POST /createRoom` for a place. `None` while the space has no room yet.
#[must_use]
pub fn create_request(community: &Community, place: &Place, bot: &UserId) -> Option<Value> {
    let desired = state(community, place, bot)?;
    let content = |event_type: &str, field: &str| {
        let event = desired.iter().find(|event| event.event_type == event_type);
        event.and_then(|event| event.content.get(field)).cloned()
    };
    let initial: Vec<Value> = desired
        .iter()
        .filter(|event| !matches!(event.event_type, "m.room.power_levels" | "m.room.canonical_alias" | "m.room.name" | "m.room.topic"))
        .map(|event| json!({"type": event.event_type, "state_key": event.state_key, "content": event.content}))
        .collect();
    let mut creation = json!({"m.federate": community.definition.federate});
    if *place == Place::Space {
        creation["type"] = "m.space".into();
    }
    let mut request = json!({
        "preset": "private_chat",
        "visibility": "private",
        "room_version": ROOM_VERSION,
        "room_alias_name": alias_localpart(community, place, bot),
        "creation_content": creation,
        "initial_state": initial,
        "power_level_content_override": power::desired(community, place, bot),
    });
    if let Some(name) = content("m.room.name", "name") {
        request["name"] = name;
    }
    if let Some(topic) = content("m.room.topic", "topic") {
        request["topic"] = topic;
    }
    Some(request)
}

/// Who is invited to a place by the file: owners and admins everywhere; moderators of the community everywhere; moderators of
/// a group to that group and to what all of the team needs.
#[must_use]
pub fn invited<'a>(community: &'a Community, place: &Place, bot: &UserId) -> Vec<&'a OwnedUserId> {
    let common = match place {
        Place::Space => true,
        Place::Group(id) => community
            .group(id)
            .is_some_and(|group| matches!(group.kind, Kind::Announcements | Kind::Admins)),
    };
    let mut people: Vec<_> = community
        .trusted()
        .filter(|user| *user != bot && (common || community.role_in(user, place) > Role::Member))
        .collect();
    people.sort();
    people.dedup();
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::snapshot::tests::{bot, example};

    #[test]
    fn groups_wait_for_the_space_and_then_let_its_members_in() {
        let mut snapshot = example();
        let est = Place::Group("est".parse().unwrap());
        let community = snapshot.communities.values_mut().next().unwrap();
        assert_eq!(create_request(community, &est, &bot()), None);
        community
            .places
            .insert(Place::Space, "!space".try_into().unwrap());
        let request = create_request(community, &est, &bot()).unwrap();
        let initial = request["initial_state"].as_array().unwrap();
        let rules = initial
            .iter()
            .find(|event| event["type"] == "m.room.join_rules")
            .unwrap();
        assert_eq!(rules["content"]["allow"][0]["room_id"], "!space");
        assert_eq!(request["room_alias_name"], "_hygie_nord_est");
        assert_eq!(request["creation_content"], json!({"m.federate": false}));
        assert_eq!(
            request["preset"], "private_chat",
            "any other preset makes invitees creators or opens the room"
        );
    }

    #[test]
    fn a_topic_holds_when_the_server_adds_its_own_form_of_it() {
        let wanted = DesiredState::new("m.room.topic", "", json!({"topic": "a"}));
        assert!(wanted.holds(Some(&json!({"topic": "a", "m.topic": {}}))));
        assert!(!wanted.holds(Some(&json!({"topic": "b"}))));
        assert!(!wanted.holds(None));
    }

    #[test]
    fn a_moderator_of_one_group_is_not_invited_to_another() {
        let snapshot = example();
        let community = snapshot.communities.values().next().unwrap();
        let names = |id: &str| {
            let place = Place::Group(id.parse().unwrap());
            invited(community, &place, &bot())
                .into_iter()
                .map(|user| user.localpart())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("est"), ["awa", "samir", "zoe"]);
        assert_eq!(names("ouest"), ["samir", "zoe"]);
        assert_eq!(names("admins"), ["awa", "samir", "zoe"]);
    }
}
