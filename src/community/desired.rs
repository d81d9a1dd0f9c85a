//! What should hold in the room of a place: its state events, and who is invited.

mod entry;
mod people;

use ruma::UserId;
use serde_json::{Value, json};

use entry::{join_rules, space_join_rules};
pub use people::{cap, invited, joined, seats_left, seats_taken, selected};

use super::{
    definition::{Access, Definition, Group, Kind},
    place::Place,
    power,
    record::Matter,
    snapshot::{Community, Room, Snapshot},
};
use crate::reply::Text;

/// The room version that Hygie creates: its creator cannot be unseated (MSC4289, room version 12).
pub const ROOM_VERSION: &str = "12";

/// State event types whose current value Hygie keeps in mind. Everything else in a room's state is none of its business.
pub const GOVERNED: &[&str] = &[
    "im.vector.modular.widgets",
    "m.room.avatar",
    "m.room.canonical_alias",
    "m.room.create",
    "m.room.encryption",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.name",
    "m.room.pinned_events",
    "m.room.power_levels",
    "m.room.retention",
    "m.room.server_acl",
    "m.room.tombstone",
    "m.room.topic",
    "m.space.child",
    "m.space.parent",
    "org.hygie.community",
];

/// How long the homeserver keeps what is said, where it does that (Synapse when `retention` is on); Hygie takes it down in any case.
fn retention(group: &Group, room: Option<&Room>) -> Option<DesiredState> {
    const TYPE: &str = "m.room.retention";
    let content = if let Some(time) = group.ephemeral {
        json!({"max_lifetime": time.get().as_millis()})
    } else {
        // Once there it cannot be taken away, only emptied.
        room?.state(TYPE, "")?;
        json!({})
    };
    Some(DesiredState::new(TYPE, "", content))
}

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
            | "im.vector.modular.widgets"
            | "m.room.server_acl"
            | "m.room.canonical_alias"
            | "m.space.parent"
            | "m.space.child"
            | "m.room.power_levels" => {
                let wanted = self.content.as_object().into_iter().flatten();
                let mut differing = wanted.filter(|(name, value)| actual.get(name) != Some(value));
                let link_gone = self.content.get("via").is_none() && actual.get("via").is_some();
                differing.next().is_none() && !link_gone
            }
            // What moderators pinned besides stays.
            "m.room.pinned_events" => {
                let there = actual.get("pinned").and_then(Value::as_array);
                let wanted = self.content.get("pinned").and_then(Value::as_array);
                wanted
                    .into_iter()
                    .flatten()
                    .all(|event| there.is_some_and(|it| it.contains(event)))
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
pub fn state(
    snapshot: &Snapshot,
    community: &Community,
    place: &Place,
) -> Option<Vec<DesiredState>> {
    let definition = &community.definition;
    let bot = &snapshot.bot;
    let server = bot.server_name();
    let room = community
        .places
        .get(place)
        .and_then(|room| snapshot.rooms.get(room));
    let alias = format!("#{}:{server}", alias_localpart(community, place, bot));
    let new = DesiredState::new;
    let access = access(community, place);
    let guests = if access.guests {
        "can_join"
    } else {
        "forbidden"
    };
    let mut state = vec![
        new("m.room.canonical_alias", "", json!({"alias": alias})),
        new(
            "m.room.history_visibility",
            "",
            json!({"history_visibility": access.history.as_str()}),
        ),
        new("m.room.guest_access", "", json!({"guest_access": guests})),
        new(
            "m.room.power_levels",
            "",
            power::desired(community, place, room, bot),
        ),
    ];
    let (name, topic, avatar) = match place {
        Place::Space => {
            state.push(new("m.room.join_rules", "", space_join_rules(definition)));
            state.extend(children(snapshot, community, server.as_str()));
            state.extend(parent(snapshot, definition));
            state.push(new("org.hygie.community", "", about(definition)));
            (
                space_name(definition),
                &definition.purpose,
                &definition.avatar,
            )
        }
        Place::Group(id) => {
            let group = community.group(id)?;
            let space = community.places.get(&Place::Space)?;
            state.push(new("m.room.join_rules", "", join_rules(group, space)));
            let parent = json!({"via": [server], "canonical": true});
            state.push(new("m.space.parent", space.as_str(), parent));
            if group.encryption {
                state.push(new("m.room.encryption", "", encryption()));
            }
            state.extend(retention(group, room));
            for widget in &group.widgets {
                let content = json!({
                    "id": widget.id, "name": widget.name, "url": widget.url, "type": widget.widget_type, "creatorUserId": bot,
                });
                state.push(new("im.vector.modular.widgets", &widget.id, content));
            }
            (
                group.name.clone(),
                &topic_of(group, community, bot),
                &group.avatar,
            )
        }
    };
    state.push(new("m.room.name", "", json!({"name": name})));
    if !topic.is_empty() {
        state.push(new("m.room.topic", "", json!({"topic": topic})));
    }
    if let Some(avatar) = avatar {
        state.push(new("m.room.avatar", "", json!({"url": avatar})));
    }
    state.extend(server_acl(community, server.as_str()));
    state.extend(pinned(community, place, room));
    Some(state)
}

/// What is open there to those who are not in it.
#[must_use]
pub fn access(community: &Community, place: &Place) -> Access {
    match place {
        Place::Space => community.definition.access,
        Place::Group(id) => community
            .group(id)
            .map(|group| group.access)
            .unwrap_or_default(),
    }
}

/// The name of the space says so when the community does not speak for whom its name may point to.
fn space_name(definition: &Definition) -> String {
    if definition.official != Some(false) {
        return definition.name.clone();
    }
    let label = Text::new("space-unofficial").with("name", definition.name.as_str());
    label.plain(definition.locale)
}

/// What clients and other programs may know of the community: what it is for, who let it be opened, who answers.
fn about(definition: &Definition) -> Value {
    let mut about = json!({"purpose": definition.purpose, "conduct_version": definition.code_of_conduct.version});
    if let Some(official) = definition.official {
        about["official"] = official.into();
    }
    if let Some(approval) = &definition.approval {
        about["approval"] = json!({"by": approval.by, "on": approval.on});
    }
    if let Some(contact) = &definition.contact {
        about["contact"] = contact.as_str().into();
    }
    about
}

/// The links from the space to the rooms that exist, in the order of the file, and to the spaces of communities that are parts of it.
fn children<'a>(
    snapshot: &'a Snapshot,
    community: &'a Community,
    server: &'a str,
) -> impl Iterator<Item = DesiredState> + 'a {
    let groups = community.groups.iter().enumerate();
    // A mediation is nobody's business but of those who are in it.
    let groups = groups.filter(|(_, group)| !group.archived && group.kind != Kind::Mediation);
    let groups = groups.filter_map(move |(order, group)| {
        let room = community.places.get(&Place::Group(group.id.clone()))?;
        let suggested = group.kind != Kind::Admins;
        let content =
            json!({"via": [server], "order": format!("{order:04}"), "suggested": suggested});
        Some(DesiredState::new("m.space.child", room.as_str(), content))
    });
    let own = &community.definition.id;
    let parts = snapshot
        .communities
        .values()
        .filter(move |it| it.definition.parent.as_ref() == Some(own));
    let parts = parts.filter_map(move |part| {
        let space = part.places.get(&Place::Space)?;
        let content = json!({"via": [server], "order": format!("~{}", part.definition.id), "suggested": true});
        Some(DesiredState::new("m.space.child", space.as_str(), content))
    });
    groups.chain(parts)
}

/// The link from the space to that of the community that it is a part of.
fn parent(snapshot: &Snapshot, definition: &Definition) -> Option<DesiredState> {
    let above = snapshot.communities.get(definition.parent.as_ref()?)?;
    let space = above.places.get(&Place::Space)?;
    let content = json!({"via": [snapshot.bot.server_name()], "canonical": true});
    Some(DesiredState::new("m.space.parent", space.as_str(), content))
}

/// Which homeservers take part, where that is limited by the community or by the policy lists that it enforces. Where a list has once kept one
/// out, what no list says any more is taken back.
fn server_acl(community: &Community, own: &str) -> Option<DesiredState> {
    let servers = &community.definition.servers;
    let lists = community.records.kept_out.as_ref();
    let unlimited = servers.allow.is_empty() && servers.deny.is_empty() && lists.is_none();
    if !community.definition.federate || unlimited {
        return None;
    }
    let listed = lists.iter().flat_map(|it| &it.servers);
    let listed = listed.filter(|name| !servers.deny.contains(name));
    let deny: Vec<&String> = servers.deny.iter().chain(listed).collect();
    let allow: Vec<&str> = if servers.allow.is_empty() {
        vec!["*"]
    } else {
        std::iter::once(own)
            .chain(servers.allow.iter().map(String::as_str))
            .collect()
    };
    let content = json!({"allow": allow, "deny": deny, "allow_ip_literals": false});
    Some(DesiredState::new("m.room.server_acl", "", content))
}

/// The code of conduct, where it was posted: pinned, beside what moderators pinned.
fn pinned(community: &Community, place: &Place, room: Option<&Room>) -> Option<DesiredState> {
    let here = community.places.get(place)?;
    let shown = community.records.cards.values().filter_map(|card| {
        let (room, event) = card.shown.as_ref()?;
        let posted = matches!(&card.matter, Matter::Conduct { user: None, .. });
        (posted && room == here).then_some(event.as_str())
    });
    let ours: Vec<&str> = shown.collect();
    if ours.is_empty() {
        return None;
    }
    let there = room.and_then(|room| {
        room.state("m.room.pinned_events", "")?
            .get("pinned")?
            .as_array()
    });
    let there = there.into_iter().flatten().filter_map(Value::as_str);
    let mut all: Vec<&str> = there.collect();
    all.extend(
        ours.into_iter()
            .filter(|event| !all.contains(event))
            .collect::<Vec<_>>(),
    );
    Some(DesiredState::new(
        "m.room.pinned_events",
        "",
        json!({"pinned": all}),
    ))
}

/// How a group is encrypted: keys change every week and every hundred messages, as the specification recommends.
pub(crate) fn encryption() -> Value {
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

/// The body of `POST /createRoom` for a place. `None` while the space has no room yet.
#[must_use]
pub fn create_request(snapshot: &Snapshot, community: &Community, place: &Place) -> Option<Value> {
    let desired = state(snapshot, community, place)?;
    let bot = &snapshot.bot;
    let content = |event_type: &str, field: &str| {
        let event = desired.iter().find(|event| event.event_type == event_type);
        event.and_then(|event| event.content.get(field)).cloned()
    };
    let initial: Vec<Value> = desired
        .iter()
        .filter(|event| !matches!(event.event_type, "m.room.power_levels" | "m.room.canonical_alias" | "m.room.name" | "m.room.topic" | "m.room.pinned_events"))
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
        "power_level_content_override": power::desired(community, place, None, bot),
    });
    if let Some(name) = content("m.room.name", "name") {
        request["name"] = name;
    }
    if let Some(topic) = content("m.room.topic", "topic") {
        request["topic"] = topic;
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::{
        change::{Change, Membership},
        snapshot::tests::{example, redeclare, settled},
    };

    /// Who is invited to a place, by name.
    fn names(snapshot: &Snapshot, place: &Place) -> Vec<String> {
        let community = snapshot.communities.values().next().unwrap();
        let people = invited(snapshot, community, place).into_iter();
        people.map(|user| user.localpart().to_owned()).collect()
    }

    fn group(id: &str) -> Place {
        Place::Group(id.parse().unwrap())
    }

    #[test]
    fn groups_wait_for_the_space_and_then_let_its_members_in() {
        let mut snapshot = example();
        let est = Place::Group("est".parse().unwrap());
        let request = |snapshot: &Snapshot| {
            create_request(
                snapshot,
                snapshot.communities.values().next().unwrap(),
                &est,
            )
        };
        assert_eq!(request(&snapshot), None);
        let community = snapshot.communities.values_mut().next().unwrap();
        community
            .places
            .insert(Place::Space, "!space".try_into().unwrap());
        let request = request(&snapshot).unwrap();
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
        let names = |id| names(&snapshot, &group(id));
        assert_eq!(names("est"), ["awa", "samir", "zoe"]);
        assert_eq!(names("ouest"), ["samir", "zoe"]);
        assert_eq!(names("admins"), ["awa", "samir", "zoe"]);
    }

    #[test]
    fn a_correspondent_is_invited_to_their_group_and_the_space_and_nowhere_else() {
        let mut snapshot = example();
        redeclare(&mut snapshot, |file| {
            file.groups[0].correspondents = vec!["@cora:s".try_into().unwrap()];
        });
        let is_invited = |place: &Place| names(&snapshot, place).contains(&"cora".to_owned());
        assert!(is_invited(&Place::Space) && is_invited(&group("est")));
        for elsewhere in ["ouest", "admins", "announcements"] {
            assert!(!is_invited(&group(elsewhere)), "{elsewhere}");
        }
    }

    #[test]
    fn the_second_room_of_a_group_is_for_whoever_is_in_the_first() {
        let mut snapshot = settled();
        assert_eq!(names(&snapshot, &group("ouest")), ["samir", "zoe"]);
        redeclare(&mut snapshot, |file| {
            file.groups[1].twin_of = Some(file.groups[0].id.clone());
        });
        assert_eq!(
            names(&snapshot, &group("ouest")),
            ["awa", "member", "samir", "zoe"]
        );
        snapshot.apply(&Change::Member {
            room: "!est:s".try_into().unwrap(),
            user: "@member:s".try_into().unwrap(),
            membership: Membership::Leave,
            display_name: None,
        });
        assert_eq!(names(&snapshot, &group("ouest")), ["awa", "samir", "zoe"]);
    }
}
