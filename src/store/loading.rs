//! Bringing what was kept back into a snapshot, at the start.

use std::fmt::Display;

use futures_util::TryStreamExt as _;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};

use super::{PerEngine, Store, StoreError, on};
use crate::{
    action::{Action, Effect},
    clock::Timestamp,
    community::{
        change::{Change, Lockdown, Membership, Mute},
        definition::{CommunityId, Locale},
        place::Place,
        snapshot::Snapshot,
    },
};

const INVITED: &str = "SELECT room_id, user_id FROM invited";
const UNDER_WAY: &str = "SELECT action FROM outbox WHERE state = 'waiting' AND kind = 'invite'";
const PLACES: &str = "SELECT community, place, room_id, known FROM place";
const STATES: &str = "SELECT room_id, event_type, state_key, content, at FROM room_state";
/// A row a room, its members as one JSON array: a million rows one by one take seconds.
const MEMBERS: PerEngine = PerEngine {
    sqlite: "SELECT room_id, json_group_array(json_array(user_id, membership, display_name)) FROM member GROUP BY room_id",
    postgres: "SELECT room_id, CAST(json_agg(json_build_array(user_id, membership, display_name)) AS TEXT) FROM member GROUP BY room_id",
};
const DIRECTS: &str = "SELECT room_id, user_id FROM direct_room ORDER BY opened";
const LOCALES: &str = "SELECT user_id, locale FROM preference";
const MUTES: &str = "SELECT community, user_id, until, issuer FROM mute";
const LOCKDOWNS: &str = "SELECT community, place, until, issuer, prior FROM lockdown";
/// What the rules took down in the hour before the last entry of the log, and since a human last looked.
const TAKEDOWNS: &str = "SELECT community, at, action FROM audit WHERE action IN ('redact', 'veil', 'redact-held') AND rule IS NOT NULL \
     AND at > (SELECT max(last.at) - 3600000 FROM audit last) \
     AND seq > (SELECT coalesce(max(resumed.seq), 0) FROM audit resumed \
     WHERE resumed.action = 'resume' AND resumed.community = audit.community) ORDER BY seq";
const ANNOUNCEMENTS: &str =
    "SELECT source_event, community, author, targets, withdrawn FROM announcement";

pub(super) const ALL: &[&str] = &[
    INVITED,
    UNDER_WAY,
    PLACES,
    STATES,
    DIRECTS,
    LOCALES,
    MUTES,
    LOCKDOWNS,
    TAKEDOWNS,
    ANNOUNCEMENTS,
];

pub(super) const PER_ENGINE: &[PerEngine] = &[MEMBERS];

impl Store {
    /// Brings everything that the store knows into a fresh snapshot.
    ///
    /// # Errors
    /// When the database does not answer or a row cannot be read.
    pub async fn load(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        // Communities that commands made must be there before their rooms.
        self.load_records(snapshot).await?;
        self.load_rooms(snapshot).await?;
        self.load_listed(snapshot).await?;
        self.load_people(snapshot).await?;
        self.load_in_force(snapshot).await
    }

    async fn load_rooms(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let places: Vec<(String, String, String, i64)> =
            on!(pool self, |on| sqlx::query_as(PLACES).fetch_all(on).await)?;
        for (community, place, room, known) in places {
            let community = read("place", CommunityId::try_from(community))?;
            let room = read("place", OwnedRoomId::try_from(room))?;
            let place = read("place", Place::try_from(place))?;
            snapshot.apply(&Change::Bound {
                community,
                place,
                room: room.clone(),
            });
            if known != 0 {
                snapshot.apply(&Change::Known { room });
            }
        }
        on!(pool self, |on| {
            let mut states = sqlx::query_as::<_, StateRow>(STATES).fetch(on);
            while let Some(row) = states.try_next().await? {
                load_state(snapshot, row)?;
            }
        });
        let sql = self.sql(&MEMBERS);
        on!(pool self, |on| {
            let mut rooms = sqlx::query_as::<_, (String, String)>(sql).fetch(on);
            while let Some((room, members)) = rooms.try_next().await? {
                load_members(snapshot, room, &members)?;
            }
        });
        let invited: Vec<(String, String)> =
            on!(pool self, |on| sqlx::query_as(INVITED).fetch_all(on).await)?;
        for (room, user) in invited {
            let room = read("invited", OwnedRoomId::try_from(room))?;
            let user = read("invited", OwnedUserId::try_from(user))?;
            if let Some(room) = snapshot.rooms.get_mut(&room) {
                // Whether it was seen is not kept: who declined does not take a seat for ever.
                room.invited.insert(user);
            }
        }
        self.load_under_way(snapshot).await
    }

    /// Invitations that are still to be made take seats, and tell how far an import is.
    async fn load_under_way(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let actions: Vec<String> =
            on!(pool self, |on| sqlx::query_scalar(UNDER_WAY).fetch_all(on).await)?;
        for action in actions {
            // What this version cannot read is given up when it is to be carried out.
            let Ok(Action {
                effect: Effect::Membership { room, user, .. },
                ..
            }) = serde_json::from_str(&action)
            else {
                continue;
            };
            if let Some(room) = snapshot.rooms.get_mut(&room)
                && room.membership(&user) == Membership::Leave
            {
                room.under_way.insert(user);
            }
        }
        Ok(())
    }

    async fn load_people(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let directs: Vec<(String, String)> =
            on!(pool self, |on| sqlx::query_as(DIRECTS).fetch_all(on).await)?;
        for (room, user) in directs {
            let room = read("direct_room", OwnedRoomId::try_from(room))?;
            let user = read("direct_room", OwnedUserId::try_from(user))?;
            snapshot.apply(&Change::Direct { user, room });
        }
        let locales: Vec<(String, String)> =
            on!(pool self, |on| sqlx::query_as(LOCALES).fetch_all(on).await)?;
        for (user, locale) in locales {
            let user = read("preference", OwnedUserId::try_from(user))?;
            let locale = if locale == "en" {
                Locale::En
            } else {
                Locale::Fr
            };
            snapshot.apply(&Change::Language { user, locale });
        }
        Ok(())
    }

    async fn load_in_force(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let mutes: Vec<(String, String, i64, String)> =
            on!(pool self, |on| sqlx::query_as(MUTES).fetch_all(on).await)?;
        for (community, user, until, by) in mutes {
            snapshot.apply(&Change::Muted(Mute {
                community: read("mute", CommunityId::try_from(community))?,
                user: read("mute", OwnedUserId::try_from(user))?,
                until: Timestamp(until),
                by: read("mute", OwnedUserId::try_from(by))?,
            }));
        }
        let lockdowns: Vec<(String, String, i64, String, String)> =
            on!(pool self, |on| sqlx::query_as(LOCKDOWNS).fetch_all(on).await)?;
        for (community, place, until, by, prior) in lockdowns {
            snapshot.apply(&Change::Locked(Lockdown {
                community: read("lockdown", CommunityId::try_from(community))?,
                place: read("lockdown", Place::try_from(place))?,
                until: Timestamp(until),
                by: read("lockdown", OwnedUserId::try_from(by))?,
                prior: read("lockdown", serde_json::from_str(&prior))?,
            }));
        }
        let takedowns: Vec<(String, i64, String)> =
            on!(pool self, |on| sqlx::query_as(TAKEDOWNS).fetch_all(on).await)?;
        for (community, at, action) in takedowns {
            let community = read("audit", CommunityId::try_from(community))?;
            let at = Timestamp(at);
            snapshot.apply(&match action.as_str() {
                "redact" | "veil" => Change::TookDown { community, at },
                _ => Change::HeldBack { community, at },
            });
        }
        let announcements: Vec<(String, String, String, String, i64)> =
            on!(pool self, |on| sqlx::query_as(ANNOUNCEMENTS).fetch_all(on).await)?;
        for (source, community, author, targets, withdrawn) in announcements {
            let source = read("announcement", OwnedEventId::try_from(source))?;
            let community = read("announcement", CommunityId::try_from(community))?;
            let targets = targets
                .split_whitespace()
                .map(OwnedRoomId::try_from)
                .collect::<Result<_, _>>();
            let targets = read("announcement", targets)?;
            let author = read("announcement", OwnedUserId::try_from(author))?;
            snapshot.apply(&Change::Announced {
                source: source.clone(),
                community,
                author,
                targets,
            });
            if withdrawn != 0 {
                snapshot.apply(&Change::Withdrawn { source });
            }
        }
        Ok(())
    }
}

type StateRow = (String, String, String, String, i64);

fn load_state(
    snapshot: &mut Snapshot,
    (room, event_type, state_key, content, at): StateRow,
) -> Result<(), StoreError> {
    let room = read("room_state", OwnedRoomId::try_from(room))?;
    let content = read("room_state", serde_json::from_str(&content))?;
    snapshot.apply(&Change::State {
        room,
        event_type,
        state_key,
        content,
        at: Timestamp(at),
    });
    Ok(())
}

fn load_members(snapshot: &mut Snapshot, room: String, members: &str) -> Result<(), StoreError> {
    let room = read("member", OwnedRoomId::try_from(room))?;
    let members: Vec<(OwnedUserId, Membership, Option<String>)> =
        read("member", serde_json::from_str(members))?;
    for (user, membership, display_name) in members {
        let room = room.clone();
        snapshot.apply(&Change::Member {
            room,
            user,
            membership,
            display_name,
        });
    }
    Ok(())
}

fn read<T, E: Display>(table: &'static str, value: Result<T, E>) -> Result<T, StoreError> {
    value.map_err(|error| StoreError::Row {
        table,
        problem: error.to_string(),
    })
}
