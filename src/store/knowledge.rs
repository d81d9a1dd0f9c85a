//! What the snapshot is made from: places, state, members, direct rooms, languages, mutes, lockdowns, announcements.

use std::fmt::Display;

use futures_util::TryStreamExt as _;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};

use super::{PerEngine, Store, StoreError, Tx, on, storable};
use crate::{
    clock::Timestamp,
    community::{
        change::{Change, Lockdown, Membership, Mute},
        definition::{CommunityId, Locale},
        place::Place,
        snapshot::Snapshot,
    },
};

const BIND: &str = "INSERT INTO place (community, place, room_id) VALUES ($1, $2, $3) \
     ON CONFLICT (community, place) DO UPDATE SET room_id = excluded.room_id, known = 0";
const UNBIND: &str = "DELETE FROM place WHERE room_id = $1";
const FORGET_STATE: &str = "DELETE FROM room_state WHERE room_id = $1";
const FORGET_MEMBERS: &str = "DELETE FROM member WHERE room_id = $1";
const FORGET_INVITED: &str = "DELETE FROM invited WHERE room_id = $1";
const KNOW: &str = "UPDATE place SET known = 1 WHERE room_id = $1";
const SET_STATE: &str = "INSERT INTO room_state (room_id, event_type, state_key, content, at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (room_id, event_type, state_key) DO UPDATE SET content = excluded.content, at = excluded.at";
const SET_MEMBER: &str = "INSERT INTO member (room_id, user_id, membership, display_name) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (room_id, user_id) DO UPDATE SET membership = excluded.membership, display_name = excluded.display_name";
const DROP_MEMBER: &str = "DELETE FROM member WHERE room_id = $1 AND user_id = $2";
const SET_INVITED: &str = "INSERT INTO invited (room_id, user_id) VALUES ($1, $2) ON CONFLICT (room_id, user_id) DO NOTHING";
const DROP_INVITED: &str = "DELETE FROM invited WHERE room_id = $1 AND user_id = $2";
const INVITED: &str = "SELECT room_id, user_id FROM invited";
const SET_DIRECT: &str = "INSERT INTO direct_room (room_id, user_id, opened) VALUES ($1, $2, $3) \
     ON CONFLICT (room_id) DO UPDATE SET user_id = excluded.user_id, opened = excluded.opened";
const DROP_DIRECT: &str = "DELETE FROM direct_room WHERE room_id = $1";
const SET_LOCALE: &str = "INSERT INTO preference (user_id, locale) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET locale = excluded.locale";
const SET_MUTE: &str = "INSERT INTO mute (community, user_id, until, issuer) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (community, user_id) DO UPDATE SET until = excluded.until, issuer = excluded.issuer";
const DROP_MUTE: &str = "DELETE FROM mute WHERE community = $1 AND user_id = $2";
const SET_LOCKDOWN: &str = "INSERT INTO lockdown (community, place, until, issuer, prior) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (community, place) DO UPDATE SET until = excluded.until, issuer = excluded.issuer, prior = excluded.prior";
const DROP_LOCKDOWN: &str = "DELETE FROM lockdown WHERE community = $1 AND place = $2";
const SET_ANNOUNCEMENT: &str = "INSERT INTO announcement (source_event, community, author, targets) VALUES ($1, $2, $3, $4) ON CONFLICT (source_event) DO NOTHING";
const WITHDRAW: &str = "UPDATE announcement SET withdrawn = 1 WHERE source_event = $1";
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
const TAKEDOWNS: &str = "SELECT community, at FROM audit WHERE action = 'redact' AND rule IS NOT NULL \
     AND at > (SELECT max(last.at) - 3600000 FROM audit last) \
     AND seq > (SELECT coalesce(max(resumed.seq), 0) FROM audit resumed \
     WHERE resumed.action = 'resume' AND resumed.community = audit.community) ORDER BY seq";
const ANNOUNCEMENTS: &str =
    "SELECT source_event, community, author, targets, withdrawn FROM announcement";

pub(super) const ALL: &[&str] = &[
    BIND,
    UNBIND,
    FORGET_STATE,
    FORGET_MEMBERS,
    FORGET_INVITED,
    KNOW,
    SET_INVITED,
    DROP_INVITED,
    INVITED,
    SET_STATE,
    SET_MEMBER,
    DROP_MEMBER,
    SET_DIRECT,
    DROP_DIRECT,
    SET_LOCALE,
    SET_MUTE,
    DROP_MUTE,
    SET_LOCKDOWN,
    DROP_LOCKDOWN,
    SET_ANNOUNCEMENT,
    WITHDRAW,
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

/// Runs one writing statement with these values.
macro_rules! run {
    ($tx:expr, $sql:ident $(, $value:expr)*) => {
        on!($tx, |on| sqlx::query($sql)$(.bind($value))*.execute(on).await.map(drop))?
    };
}

impl Tx {
    pub(super) async fn write_change(
        &mut self,
        change: &Change,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match change {
            Change::Bound {
                community,
                place,
                room,
            } => {
                run!(
                    self,
                    BIND,
                    community.as_str(),
                    place.to_string(),
                    room.as_str()
                );
            }
            Change::Unbound { room, .. } => {
                run!(self, UNBIND, room.as_str());
                run!(self, FORGET_STATE, room.as_str());
                run!(self, FORGET_MEMBERS, room.as_str());
                run!(self, FORGET_INVITED, room.as_str());
            }
            Change::Known { room } => run!(self, KNOW, room.as_str()),
            Change::State {
                room,
                event_type,
                state_key,
                content,
                at,
            } => {
                run!(
                    self,
                    SET_STATE,
                    room.as_str(),
                    event_type,
                    storable(state_key),
                    content.to_string(),
                    at.0
                );
            }
            Change::Member {
                room,
                user,
                membership: Membership::Leave,
                ..
            } => {
                run!(self, DROP_MEMBER, room.as_str(), user.as_str());
            }
            Change::Member {
                room,
                user,
                membership,
                display_name,
            } => {
                run!(
                    self,
                    SET_MEMBER,
                    room.as_str(),
                    user.as_str(),
                    membership.name(),
                    display_name.as_deref().map(storable)
                );
            }
            Change::Invited { room, user } => run!(self, SET_INVITED, room.as_str(), user.as_str()),
            Change::InviteFailed { room, user } => {
                run!(self, DROP_INVITED, room.as_str(), user.as_str());
            }
            other => return self.write_people(other, now).await,
        }
        Ok(())
    }

    async fn write_people(&mut self, change: &Change, now: Timestamp) -> Result<(), StoreError> {
        match change {
            Change::Direct { user, room } => {
                run!(self, SET_DIRECT, room.as_str(), user.as_str(), now.0);
            }
            Change::DirectGone { room } => run!(self, DROP_DIRECT, room.as_str()),
            Change::Language { user, locale } => {
                run!(self, SET_LOCALE, user.as_str(), locale_name(*locale));
            }
            other => return self.write_in_force(other).await,
        }
        Ok(())
    }

    async fn write_in_force(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::Muted(mute) => {
                run!(
                    self,
                    SET_MUTE,
                    mute.community.as_str(),
                    mute.user.as_str(),
                    mute.until.0,
                    mute.by.as_str()
                );
            }
            Change::Unmuted { community, user } => {
                run!(self, DROP_MUTE, community.as_str(), user.as_str());
            }
            Change::Locked(it) => {
                let (place, prior) = (it.place.to_string(), it.prior.to_string());
                run!(
                    self,
                    SET_LOCKDOWN,
                    it.community.as_str(),
                    place,
                    it.until.0,
                    it.by.as_str(),
                    prior
                );
            }
            Change::Unlocked { community, place } => {
                run!(self, DROP_LOCKDOWN, community.as_str(), place.to_string());
            }
            Change::Announced {
                source,
                community,
                author,
                targets,
            } => {
                let targets = targets
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(" ");
                run!(
                    self,
                    SET_ANNOUNCEMENT,
                    source.as_str(),
                    community.as_str(),
                    author.as_str(),
                    targets
                );
            }
            Change::Withdrawn { source } => run!(self, WITHDRAW, source.as_str()),
            // Takedowns stand in the audit log; what is left is about rooms and people, see above.
            _ => {}
        }
        Ok(())
    }
}

impl Store {
    /// Brings everything that the store knows into a fresh snapshot.
    ///
    /// # Errors
    /// When the database does not answer or a row cannot be read.
    pub async fn load(&self, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        self.load_rooms(snapshot).await?;
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
            snapshot.apply(&Change::Invited { room, user });
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
        let takedowns: Vec<(String, i64)> =
            on!(pool self, |on| sqlx::query_as(TAKEDOWNS).fetch_all(on).await)?;
        for (community, at) in takedowns {
            let community = read("audit", CommunityId::try_from(community))?;
            snapshot.apply(&Change::TookDown {
                community,
                at: Timestamp(at),
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

fn locale_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => "fr",
        Locale::En => "en",
    }
}

fn read<T, E: Display>(table: &'static str, value: Result<T, E>) -> Result<T, StoreError> {
    value.map_err(|error| StoreError::Row {
        table,
        problem: error.to_string(),
    })
}
