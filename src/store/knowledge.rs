//! Keeping what the snapshot is made from: places, state, members, direct rooms, languages, mutes, lockdowns, announcements.

use super::{PerEngine, StoreError, Tx, on, over_rows, rows, storable};
use crate::{
    clock::Timestamp,
    community::{
        change::{Change, Membership},
        definition::Locale,
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
const SET_INVITED: PerEngine = over_rows!(
    "INSERT INTO invited (room_id, user_id) SELECT DISTINCT rows.value ->> 0, rows.value ->> 1 FROM ",
    " WHERE true ON CONFLICT (room_id, user_id) DO NOTHING"
);
const DROP_INVITED: &str = "DELETE FROM invited WHERE room_id = $1 AND user_id = $2";
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

pub(super) const ALL: &[&str] = &[
    BIND,
    UNBIND,
    FORGET_STATE,
    FORGET_MEMBERS,
    FORGET_INVITED,
    KNOW,
    DROP_INVITED,
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
];
pub(super) const PER_ENGINE: &[PerEngine] = &[SET_INVITED];

/// Runs one writing statement with these values.
macro_rules! run {
    ($tx:expr, $sql:ident $(, $value:expr)*) => {
        on!($tx, |on| sqlx::query($sql)$(.bind($value))*.execute(on).await.map(drop))?
    };
}

impl Tx {
    /// Notes who was invited, in one statement: a roster leads to thousands.
    pub(super) async fn invited(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        let invited = changes.iter().filter_map(|change| match change {
            Change::Invited { room, user } => Some((room.as_str(), user.as_str())),
            _ => None,
        });
        let values = rows("invited", invited)?;
        let sql = self.sql(&SET_INVITED);
        on!(self, |on| sqlx::query(sql)
            .bind(values)
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

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
            Change::Invited { .. } => self.invited(std::slice::from_ref(change)).await?,
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
            other => return self.write_in_force(other, now).await,
        }
        Ok(())
    }

    async fn write_record(&mut self, change: &Change, now: Timestamp) -> Result<(), StoreError> {
        match change {
            Change::Keep { community, record } => self.keep(&[(community, record)], now).await,
            Change::Forget {
                community,
                kind,
                key,
            } => self.forget(community, *kind, key).await,
            Change::Shown {
                community,
                card,
                room,
                event,
            } => self.shown(community, card, (room, event), now).await,
            Change::Listed { room, listed } => self.listed(room, *listed).await,
            // Takedowns stand in the audit log; what is left is about rooms and people, see above.
            _ => Ok(()),
        }
    }

    async fn write_in_force(&mut self, change: &Change, now: Timestamp) -> Result<(), StoreError> {
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
            other => return self.write_record(other, now).await,
        }
        Ok(())
    }
}

fn locale_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => "fr",
        Locale::En => "en",
    }
}
