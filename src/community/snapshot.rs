//! What Hygie knows at a moment: the declared communities, the rooms bound to them, who is in them, what is in force.
//!
//! A projection of the store, rebuilt at every start, and the only thing besides the event and the time that decisions read.
//! It changes only through [`Snapshot::apply`].

mod apply;
mod community;
mod contents;
mod records;
mod room;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};

pub use community::Community;
pub use records::Records;
pub use room::{Member, Room, StateEntry};

use super::{
    definition::{CommunityId, Definition, Locale},
    record::{Card, CardId},
    role::Role,
};
use crate::{clock::Timestamp, moderation::RuleSet};

/// The state of everything that decisions depend on.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The bot's own user.
    pub bot: OwnedUserId,
    /// Who runs this Hygie, as told to members.
    pub operator: OperatorCard,
    /// Keys the hashes of what rules found, so that a stolen database does not give numbers away.
    pub hash_key: [u8; 32],
    /// The declared communities.
    pub communities: BTreeMap<CommunityId, Community>,
    /// The rooms bound to places of communities.
    pub rooms: HashMap<OwnedRoomId, Room>,
    /// The ids of [`Self::rooms`] in small letters: moderation compares without regard to case.
    folded_ids: HashSet<Box<str>>,
    contents: contents::Contents,
    /// The bot reads what is encrypted.
    pub encrypts: bool,
    /// Direct-message rooms with the bot, by room.
    pub direct_rooms: HashMap<OwnedRoomId, OwnedUserId>,
    /// The direct-message room that the bot writes to, by person.
    pub direct: HashMap<OwnedUserId, OwnedRoomId>,
    /// The language that a person chose.
    pub locales: HashMap<OwnedUserId, Locale>,
    /// Announcements that were relayed, by the event in the announcements room.
    pub announcements: HashMap<OwnedEventId, Announced>,
    /// The card that an event shows.
    pub card_events: HashMap<OwnedEventId, (CommunityId, CardId)>,
    /// Where the pages for members are reached from outside, without a slash at the end; none when they are not.
    pub public_url: Option<String>,
    /// Who may make communities by command.
    pub founders: Vec<OwnedUserId>,
    /// The rules of moderation in force, before what communities change about them.
    pub rules: Arc<RuleSet>,
}

/// Who runs this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorCard {
    /// A person's or a body's name; may be empty.
    pub name: String,
    /// How to reach them; may be empty.
    pub contact: String,
}

/// An announcement that was relayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Whose.
    pub community: CommunityId,
    /// Who wrote it; only they can edit it.
    pub author: OwnedUserId,
    /// The rooms that got a copy, or were meant to.
    pub targets: Vec<OwnedRoomId>,
    /// It was taken down; its copies too.
    pub withdrawn: bool,
}

impl Snapshot {
    /// Whether `room`, an id or an alias without regard to case, is one of the communities' own rooms.
    #[must_use]
    pub fn is_own_room(&self, room: &str) -> bool {
        let room = room.to_ascii_lowercase();
        self.folded_ids.contains(room.as_str()) || self.is_own_alias(&room)
    }

    /// Whether an alias in small letters is that of a declared place (see [`super::desired::alias_localpart`]).
    fn is_own_alias(&self, alias: &str) -> bool {
        let Some((localpart, server)) = alias.strip_prefix('#').and_then(|it| it.split_once(':'))
        else {
            return false;
        };
        let prefix = format!("_{}_", self.bot.localpart()).to_ascii_lowercase();
        let Some(name) = localpart.strip_prefix(&prefix) else {
            return false;
        };
        // Ids of communities and groups hold no `_`.
        let (community, group) = match name.split_once('_') {
            Some((community, group)) => (community, Some(group)),
            None => (name, None),
        };
        // The community's own policy list, see `governance::lists::own`.
        let group = group.filter(|it| *it != "_lists");
        let community = community.parse().ok();
        server.eq_ignore_ascii_case(self.bot.server_name().as_str())
            && community
                .and_then(|id: CommunityId| self.communities.get(&id))
                .is_some_and(|it| {
                    group.is_none_or(|id| id.parse().is_ok_and(|id| it.group(&id).is_some()))
                })
    }

    /// Knows the declared communities and nothing else.
    #[must_use]
    pub fn new(
        bot: OwnedUserId,
        operator: OperatorCard,
        hash_key: [u8; 32],
        definitions: Vec<Definition>,
    ) -> Self {
        Self {
            bot,
            operator,
            hash_key,
            communities: definitions
                .into_iter()
                .map(|it| (it.id.clone(), Community::new(it)))
                .collect(),
            rooms: HashMap::new(),
            folded_ids: HashSet::new(),
            contents: contents::Contents::default(),
            encrypts: false,
            direct_rooms: HashMap::new(),
            direct: HashMap::new(),
            locales: HashMap::new(),
            announcements: HashMap::new(),
            card_events: HashMap::new(),
            public_url: None,
            founders: Vec::new(),
            rules: RuleSet::shared_builtin(),
        }
    }

    /// The same installation with these communities, and nothing else known.
    #[must_use]
    pub fn forgetful(&self, definitions: Vec<Definition>) -> Self {
        let mut fresh = Self::new(
            self.bot.clone(),
            self.operator.clone(),
            self.hash_key,
            definitions,
        );
        fresh.encrypts = self.encrypts;
        fresh.public_url.clone_from(&self.public_url);
        fresh.founders.clone_from(&self.founders);
        fresh.rules = Arc::clone(&self.rules);
        fresh
    }

    /// The community and place that a room is bound to.
    #[must_use]
    pub fn located(&self, room: &RoomId) -> Option<(&Community, &Room)> {
        let room = self.rooms.get(room)?;
        Some((self.communities.get(&room.community)?, room))
    }

    /// The language to write to a person in: their choice, else the language of the first community they belong to, else French.
    #[must_use]
    pub fn locale_of(&self, user: &UserId) -> Locale {
        let chosen = self.locales.get(user).copied();
        let of_community = || {
            self.communities_of(user)
                .next()
                .map(|community| community.definition.locale)
        };
        chosen.or_else(of_community).unwrap_or(Locale::Fr)
    }

    /// The language to write to a person in about something in this community: their choice, else the community's.
    #[must_use]
    pub fn locale_in(&self, user: &UserId, community: &Community) -> Locale {
        let chosen = self.locales.get(user).copied();
        chosen.unwrap_or(community.definition.locale)
    }

    /// The communities that a person belongs to: with a role, or as a member of one of the rooms.
    pub fn communities_of<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = &'a Community> {
        self.communities.values().filter(move |community| {
            community.highest_role(user) > Role::Member
                || community
                    .places
                    .values()
                    .filter_map(|room| self.rooms.get(room))
                    .any(|room| room.joined(user))
        })
    }

    /// The card that an event shows, and whose it is.
    #[must_use]
    pub fn card_shown_by(&self, event: &ruma::EventId) -> Option<(&Community, &Card)> {
        let (community, card) = self.card_events.get(event)?;
        let community = self.communities.get(community)?;
        Some((community, community.records.cards.get(card)?))
    }

    /// This snapshot with only one community and its rooms: to see what something would change.
    #[must_use]
    pub fn only(&self, id: &CommunityId) -> Self {
        let mut only = self.forgetful(Vec::new());
        let own = self.communities.get(id);
        only.communities = own.map(|it| (id.clone(), it.clone())).into_iter().collect();
        let rooms = own.into_iter().flat_map(|it| it.places.values());
        let rooms = rooms.filter_map(|room| Some((room.clone(), self.rooms.get(room)?.clone())));
        only.rooms = rooms.collect();
        only
    }

    /// The earliest moment at which something in force ends by itself.
    #[must_use]
    pub fn next_end(&self) -> Option<Timestamp> {
        let communities = self.communities.values();
        communities
            .flat_map(|it| {
                it.mutes
                    .values()
                    .map(|mute| mute.until)
                    .chain(it.lockdowns.values().map(|lockdown| lockdown.until))
            })
            .min()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::community::{
        change::{Change, Membership},
        desired,
        place::Place,
    };

    /// The bot of the tests.
    pub fn bot() -> OwnedUserId {
        "@hygie:s".try_into().unwrap()
    }

    /// A community `nord` with an owner (samir), a moderator (zoe), a group `est` moderated by awa, and a group `ouest`.
    pub fn example() -> Snapshot {
        let definition = serde_json::from_value(serde_json::json!({
            "id": "nord", "name": "Nord", "purpose": "Aider", "locale": "fr", "timezone": "Europe/Paris",
            "owners": ["@samir:s"], "moderators": ["@zoe:s"],
            "code_of_conduct": {"version": 1, "text": "Respect"},
            "groups": [
                {"id": "est", "name": "Secteur Est", "kind": "discussion", "topic": "Est", "moderators": ["@awa:s"]},
                {"id": "ouest", "name": "Secteur Ouest", "kind": "discussion", "topic": "Ouest"}
            ]
        }));
        Snapshot::new(
            bot(),
            OperatorCard::default(),
            [7; 32],
            vec![definition.unwrap()],
        )
    }

    /// The community's file says something else from now on.
    pub fn redeclare(snapshot: &mut Snapshot, change: impl FnOnce(&mut Definition)) {
        let mut communities = std::mem::take(&mut snapshot.communities).into_values();
        let community = communities.next().unwrap();
        let mut file = community.file().unwrap().clone();
        change(&mut file);
        let community = community.declared_anew(Some(file));
        let id = community.definition.id.clone();
        snapshot.communities.insert(id, community);
    }

    /// [`example`] with every place bound to a room (`!<place>:s`), known, and exactly as desired; everybody joined.
    pub fn settled() -> Snapshot {
        let mut snapshot = example();
        let id: CommunityId = "nord".parse().unwrap();
        let places = super::super::desired::places(&snapshot.communities[&id]);
        for place in &places {
            let room: OwnedRoomId = format!("!{place}:s").try_into().unwrap();
            snapshot.apply(&Change::Bound {
                community: id.clone(),
                place: place.clone(),
                room: room.clone(),
            });
            snapshot.apply(&Change::Known { room });
        }
        for place in &places {
            let community = snapshot.communities[&id].clone();
            let room = community.places[place].clone();
            for event in super::super::desired::state(&snapshot, &community, place).unwrap() {
                let (event_type, content) = (event.event_type.to_owned(), event.content);
                snapshot.apply(&Change::State {
                    room: room.clone(),
                    event_type,
                    state_key: event.state_key,
                    content,
                    at: Timestamp(1),
                });
            }
            for user in ["@samir:s", "@zoe:s", "@awa:s", "@member:s", "@hygie:s"] {
                let (user, display_name) = (user.try_into().unwrap(), None);
                snapshot.apply(&Change::Member {
                    room: room.clone(),
                    user,
                    membership: Membership::Join,
                    display_name,
                });
            }
        }
        snapshot
    }

    #[test]
    fn a_file_read_again_keeps_what_is_bound_and_in_force() {
        let mut snapshot = settled();
        let mut definition = snapshot
            .communities
            .values()
            .next()
            .unwrap()
            .definition
            .clone();
        definition.name = "Nord et Centre".to_owned();
        let stored = example();
        snapshot.redefine(vec![definition], stored);
        let community = snapshot.communities.values().next().unwrap();
        assert_eq!(
            (community.definition.name.as_str(), community.places.len()),
            ("Nord et Centre", 5)
        );
    }

    #[test]
    fn a_group_moderator_is_a_member_elsewhere() {
        let snapshot = example();
        let community = snapshot.communities.values().next().unwrap();
        let awa: OwnedUserId = "@awa:s".try_into().unwrap();
        let group = |id: &str| Place::Group(id.parse().unwrap());
        assert_eq!(community.role_in(&awa, &group("est")), Role::Moderator);
        assert_eq!(community.role_in(&awa, &group("ouest")), Role::Member);
        assert_eq!(
            (community.role(&awa), community.highest_role(&awa)),
            (Role::Member, Role::Moderator)
        );
    }

    #[test]
    fn every_place_is_an_own_room_by_id_and_by_alias_whatever_the_case() {
        let snapshot = settled();
        let community = snapshot.communities.values().next().unwrap();
        let places = desired::places(community);
        assert!(places.len() > 3);
        for place in places {
            let alias = desired::alias_localpart(community, &place, &snapshot.bot);
            for own in [
                format!("#{alias}:s"),
                format!("#{}:S", alias.to_uppercase()),
            ] {
                assert!(snapshot.is_own_room(&own), "{own}");
            }
            for other in [
                format!("#{alias}:t"),
                format!("#{alias}x:s"),
                format!("#x{alias}:s"),
                alias,
            ] {
                assert!(!snapshot.is_own_room(&other), "{other}");
            }
        }
        assert!(snapshot.is_own_room("!EST:s") && !snapshot.is_own_room("!other:s"));
        for other in [
            "",
            "#",
            "#:s",
            "#_hygie_:s",
            "#_hygie_nord_:s",
            "#_hygie_nord_é:s",
        ] {
            assert!(!snapshot.is_own_room(other), "{other}");
        }
    }
}
