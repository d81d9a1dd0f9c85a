//! The communities of a run: their files, their rooms and members, and the database in which Hygie knows them already.

use hygie::{
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::Definition,
        desired,
        place::Place,
        snapshot::{OperatorCard, Snapshot},
    },
};
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::json;

/// The server name of the fake homeserver.
pub const SERVER_NAME: &str = "bench.test";
/// The bot's localpart.
pub const BOT: &str = "hygie";
/// The bot's device.
pub const DEVICE: &str = "HYGIE";
/// Who owns every community.
pub const OWNER: &str = "@owner:bench.test";
/// In how many rooms people leak, and how many people in each of them.
const LEAKING: usize = 10;
const LEAKERS: usize = 4;

/// How large the communities are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// How many communities.
    pub communities: usize,
    /// How many groups each has, besides the announcements and the admins.
    pub groups: usize,
    /// How many members each group's room has.
    pub members: usize,
    /// Whether the groups are encrypted.
    pub encrypted: bool,
    /// Into how many of its groups everybody of the roster is invited.
    pub audiences: usize,
    /// Whether pace and sanctions hold as they do without a word in the file; elsewhere people write faster than people.
    pub measured: bool,
}

impl World {
    /// Ten rooms: a small programme.
    pub const SMALL: Self = Self {
        communities: 1,
        groups: 10,
        members: 20,
        encrypted: false,
        audiences: 0,
        measured: false,
    };
    /// Ten thousand rooms with a hundred members each.
    pub const LARGE: Self = Self {
        communities: 100,
        groups: 100,
        members: 100,
        encrypted: false,
        audiences: 0,
        measured: false,
    };

    /// One community with this many groups.
    #[must_use]
    pub const fn one(groups: usize, members: usize) -> Self {
        Self {
            communities: 1,
            groups,
            members,
            encrypted: false,
            audiences: 0,
            measured: false,
        }
    }

    /// How many rooms people write in.
    #[must_use]
    pub const fn rooms(&self) -> usize {
        self.communities * self.groups
    }

    /// The room with this number.
    #[must_use]
    pub fn room(&self, number: usize) -> String {
        let (community, group) = (number / self.groups, number % self.groups);
        room_of(community, &format!("g{group}"))
    }

    /// The room of the announcements of the first community.
    #[must_use]
    pub fn announcements() -> String {
        room_of(0, "announcements")
    }

    /// A member of a room.
    #[must_use]
    pub fn member(&self, room: usize, number: usize) -> String {
        let pool = (self.rooms() * self.members / 50).max(self.members * 2);
        format!("@m{}:{SERVER_NAME}", (room * 37 + number) % pool)
    }

    /// The room and the sender of a leak.
    #[must_use]
    pub fn leak(&self, number: usize) -> (String, String) {
        let rooms = self.rooms();
        let room = (number % LEAKING) * rooms.div_ceil(LEAKING) % rooms;
        let sender = (number / LEAKING) % LEAKERS.min(self.members);
        (self.room(room), self.member(room, sender))
    }

    /// How many different leaks [`World::leak`] gives.
    #[must_use]
    pub const fn leakers(&self) -> usize {
        LEAKING * LEAKERS
    }

    /// The community files, as JSON, which is YAML: name and text.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        let all = 0..self.communities;
        all.map(|number| (format!("c{number}.yaml"), self.file(number).to_string()))
            .collect()
    }

    fn file(&self, number: usize) -> serde_json::Value {
        let groups: Vec<_> = (0..self.groups)
            .map(|group| {
                let mut file = json!({
                    "id": format!("g{group}"), "name": format!("Secteur {number}-{group}"), "kind": "discussion",
                    "topic": "Les échanges quotidiens des agents du secteur", "encryption": self.encrypted,
                });
                if group < self.audiences {
                    file["audience"] = "everybody".into();
                }
                file
            })
            .collect();
        let mut file = json!({
            "id": format!("c{number}"), "name": format!("Programme {number}"), "purpose": "Relier les agents de santé",
            "locale": "fr", "timezone": "Europe/Paris", "owners": [OWNER], "max_takedowns_per_hour": u32::MAX,
            "code_of_conduct": {"version": 1, "text": "Respecter les autres."}, "groups": groups,
        });
        if !self.measured {
            file["pace"] = json!({"flood": {"messages": 0}, "repeats": {"groups": 0}});
            file["sanctions"] = json!({"ladder": []});
        }
        file
    }

    /// Everything that Hygie knows when all is as it should be, a list for each community.
    pub fn knowledge(&self) -> impl Iterator<Item = Vec<Change>> {
        let snapshot = self.snapshot();
        let ids: Vec<_> = snapshot.communities.keys().cloned().collect();
        let world = *self;
        let directs = std::iter::once(self.directs());
        let communities = ids.into_iter().map(move |id| {
            let community = &snapshot.communities[&id];
            let mut changes = Vec::new();
            for place in desired::places(community) {
                let room = community.places[&place].clone();
                changes.push(Change::Bound {
                    community: id.clone(),
                    place: place.clone(),
                    room: room.clone(),
                });
                changes.push(Change::Known { room: room.clone() });
                let state = desired::state(&snapshot, community, &place).unwrap_or_default();
                changes.extend(state.into_iter().map(|event| Change::State {
                    room: room.clone(),
                    event_type: event.event_type.to_owned(),
                    state_key: event.state_key,
                    content: event.content,
                    at: Timestamp(1),
                }));
                changes.extend(world.memberships(id.as_str(), &place, &room));
            }
            changes
        });
        communities.chain(directs)
    }

    /// What Hygie holds in memory when it knows all that.
    #[must_use]
    pub fn settled(&self) -> Snapshot {
        let mut snapshot = self.snapshot();
        for change in self.knowledge().flatten() {
            snapshot.apply(&change);
        }
        snapshot
    }

    fn snapshot(&self) -> Snapshot {
        let definitions = (0..self.communities).map(|number| {
            serde_json::from_value::<Definition>(self.file(number)).expect("a community file")
        });
        let mut snapshot = Snapshot::new(
            user(&bot()),
            OperatorCard::default(),
            [0; 32],
            definitions.collect(),
        );
        let communities = snapshot.communities.clone();
        for (id, community) in communities {
            let number = number_of(id.as_str());
            for place in desired::places(&community) {
                let room = room(&room_of(number, &place.to_string()));
                snapshot.apply(&Change::Bound {
                    community: id.clone(),
                    place,
                    room,
                });
            }
        }
        snapshot
    }

    fn memberships(&self, community: &str, place: &Place, room: &OwnedRoomId) -> Vec<Change> {
        let name = place.to_string();
        let group = name
            .strip_prefix('g')
            .and_then(|rest| rest.parse::<usize>().ok());
        let mut users = vec![bot(), OWNER.to_owned()];
        if let Some(group) = group {
            let number = number_of(community) * self.groups + group;
            users.extend((0..self.members).map(|member| self.member(number, member)));
        }
        let changes = users.into_iter().map(|id| Change::Member {
            room: room.clone(),
            user: user(&id),
            membership: Membership::Join,
            display_name: Some(format!("Membre {id}")),
        });
        changes.collect()
    }

    /// Who leaks has a direct-message room with the bot already.
    fn directs(&self) -> Vec<Change> {
        let senders = (0..self.leakers()).map(|number| self.leak(number).1);
        let directs = senders.map(|sender| Change::Direct {
            room: room(&format!("!dm-{}", sender.trim_start_matches('@'))),
            user: user(&sender),
        });
        directs.collect()
    }
}

/// The bot's Matrix id.
#[must_use]
pub fn bot() -> String {
    format!("@{BOT}:{SERVER_NAME}")
}

fn room_of(community: usize, place: &str) -> String {
    format!("!c{community}-{place}:{SERVER_NAME}")
}

fn number_of(community: &str) -> usize {
    community
        .trim_start_matches('c')
        .parse()
        .expect("a community of ours")
}

fn room(id: &str) -> OwnedRoomId {
    id.try_into().expect("a room id")
}

fn user(id: &str) -> OwnedUserId {
    id.try_into().expect("a user id")
}
