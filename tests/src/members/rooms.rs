//! What a member does about rooms: join, leave, invite, state and power.

use matrix_sdk::ruma::{
    OwnedMxcUri, OwnedRoomId, OwnedRoomOrAliasId, OwnedUserId, RoomId, UserId,
    api::client::{
        knock::knock_room,
        media::create_content,
        membership::{ban_user, invite_user, join_room_by_id_or_alias, kick_user, leave_room},
        room::create_room,
        state::{get_state_event_for_key, send_state_event},
    },
    api::error::ErrorKind,
    events::StateEventType,
    serde::Raw,
};
use serde_json::{Value, json};

use super::{Member, Refusal, Section, Seen};

impl Member {
    /// Makes a private room and invites `others`; gives its id.
    pub async fn create_room(&self, others: &[&Member]) -> OwnedRoomId {
        let mut request = create_room::v3::Request::new();
        request.invite = others.iter().map(|other| other.id().to_owned()).collect();
        request.preset = Some(create_room::v3::RoomPreset::PrivateChat);
        let made = self.client.send(request).await.expect("a room can be made");
        made.room_id
    }

    /// Joins by id or alias; gives the room's id.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn join(&self, room: &str) -> Result<OwnedRoomId, Refusal> {
        let room: OwnedRoomOrAliasId = room.try_into().expect("a room id or alias");
        let request = join_room_by_id_or_alias::v3::Request::new(room);
        let joined = self.client.send(request).await.map_err(Refusal::from)?;
        self.wait_joined(&joined.room_id).await;
        Ok(joined.room_id)
    }

    /// Knocks with a reason.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn knock(&self, room: &str, reason: &str) -> Result<OwnedRoomId, Refusal> {
        let room: OwnedRoomOrAliasId = room.try_into().expect("a room id or alias");
        let mut request = knock_room::v3::Request::new(room);
        request.reason = Some(reason.to_owned());
        let knocked = self.client.send(request).await.map_err(Refusal::from)?;
        Ok(knocked.room_id)
    }

    /// Leaves, or declines an invitation.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn leave(&self, room: &RoomId) -> Result<(), Refusal> {
        let request = leave_room::v3::Request::new(room.to_owned());
        self.client.send(request).await.map_err(Refusal::from)?;
        Ok(())
    }

    /// Invites `user`.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn invite(&self, room: &RoomId, user: &UserId) -> Result<(), Refusal> {
        let recipient = invite_user::v3::InvitationRecipient::UserId(
            invite_user::v3::InviteUserId::new(user.to_owned()),
        );
        let request = invite_user::v3::Request::new(room.to_owned(), recipient);
        self.client.send(request).await.map_err(Refusal::from)?;
        Ok(())
    }

    /// Kicks `user` with a reason.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn kick(&self, room: &RoomId, user: &UserId, reason: &str) -> Result<(), Refusal> {
        let mut request = kick_user::v3::Request::new(room.to_owned(), user.to_owned());
        request.reason = Some(reason.to_owned());
        self.client.send(request).await.map_err(Refusal::from)?;
        Ok(())
    }

    /// Bans `user` with a reason.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn ban(&self, room: &RoomId, user: &UserId, reason: &str) -> Result<(), Refusal> {
        let mut request = ban_user::v3::Request::new(room.to_owned(), user.to_owned());
        request.reason = Some(reason.to_owned());
        self.client.send(request).await.map_err(Refusal::from)?;
        Ok(())
    }

    /// Waits for an invitation to `room` and accepts it.
    pub async fn accept_invite(&self, room: &RoomId) {
        self.wait_invite(room).await;
        self.join(room.as_str())
            .await
            .expect("an invited member may join");
    }

    /// Waits for an invitation to `room`; gives the stripped membership event.
    pub async fn wait_invite(&self, room: &RoomId) -> Value {
        self.wait_membership(room, "to be invited to", |membership| {
            membership == "invite"
        })
        .await
    }

    /// Waits for a direct invitation from `bot`, accepts it, and gives the room.
    pub async fn direct_message_from(&self, bot: &UserId) -> OwnedRoomId {
        let what = format!("{} to be invited to a direct message by {bot}", self.id());
        let room: OwnedRoomId = self
            .wait_seen(&what, |seen| {
                let direct = self.is_invitation(seen)
                    && seen.event["sender"] == bot.as_str()
                    && seen.event["content"]["is_direct"] == true;
                direct.then(|| RoomId::parse(&seen.room).expect("a room id"))
            })
            .await;
        if !self.joined_rooms().contains(&room) {
            self.join(room.as_str())
                .await
                .expect("an invited member may join");
        }
        room
    }

    /// Waits until this member's own sync shows it out of `room`: left, kicked or banned.
    pub async fn wait_left(&self, room: &RoomId) -> Value {
        self.wait_membership(room, "to be out of", |membership| {
            matches!(membership, "leave" | "ban")
        })
        .await
    }

    /// The rooms it is in, as its client knows.
    #[must_use]
    pub fn joined_rooms(&self) -> Vec<OwnedRoomId> {
        let rooms = self.client.joined_rooms();
        rooms.iter().map(|room| room.room_id().to_owned()).collect()
    }

    /// The rooms it is invited to, as its client knows.
    #[must_use]
    pub fn invited_rooms(&self) -> Vec<OwnedRoomId> {
        let rooms = self.client.invited_rooms();
        rooms.iter().map(|room| room.room_id().to_owned()).collect()
    }

    /// Sets a state event.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn send_state(
        &self,
        room: &RoomId,
        event_type: &str,
        key: &str,
        content: Value,
    ) -> Result<String, Refusal> {
        let content = Raw::new(&content).expect("JSON is JSON").cast_unchecked();
        let request = send_state_event::v3::Request::new_raw(
            room.to_owned(),
            StateEventType::from(event_type),
            key.to_owned(),
            content,
        );
        let sent = self.client.send(request).await.map_err(Refusal::from)?;
        Ok(sent.event_id.to_string())
    }

    /// The content of a state event as the server gives it to this member; None when there is none.
    pub async fn get_state(&self, room: &RoomId, event_type: &str, key: &str) -> Option<Value> {
        let request = get_state_event_for_key::v3::Request::new(
            room.to_owned(),
            StateEventType::from(event_type),
            key.to_owned(),
        );
        match self.client.send(request).await {
            Ok(answer) => Some(
                serde_json::from_str(answer.into_content().json().get())
                    .expect("the homeserver gives JSON"),
            ),
            Err(error) if matches!(error.client_api_error_kind(), Some(ErrorKind::NotFound)) => {
                None
            }
            Err(error) => panic!("{} reads {event_type} of {room}: {error}", self.id()),
        }
    }

    /// Gives `user` this power level, as a moderator does by hand.
    ///
    /// # Errors
    ///
    /// The homeserver's refusal.
    pub async fn set_power(&self, room: &RoomId, user: &UserId, level: i64) -> Result<(), Refusal> {
        let mut levels = self
            .get_state(room, "m.room.power_levels", "")
            .await
            .expect("every room has power levels");
        levels["users"][user.as_str()] = json!(level);
        self.send_state(room, "m.room.power_levels", "", levels)
            .await?;
        Ok(())
    }

    /// Uploads a file; gives its address.
    pub async fn upload_media(&self, bytes: &[u8]) -> OwnedMxcUri {
        let mut request = create_content::v3::Request::new(bytes.to_vec());
        request.content_type = Some("application/octet-stream".to_owned());
        let uploaded = self.client.send(request).await.expect("an upload works");
        uploaded.content_uri
    }

    /// Changes its display name everywhere.
    pub async fn set_displayname(&self, name: &str) {
        let changed = self.client.account().set_display_name(Some(name)).await;
        changed.expect("members may change their name");
    }

    /// The members of a room with this membership (`join`, `invite`, `knock`, `leave`, `ban`), as the server says.
    pub async fn members_of(&self, room: &RoomId, membership: &str) -> Vec<OwnedUserId> {
        use matrix_sdk::ruma::api::client::membership::get_member_events;
        let request = get_member_events::v3::Request::new(room.to_owned());
        let answer = self
            .client
            .send(request)
            .await
            .expect("a member sees members");
        let events = answer.chunk.iter().map(super::sight::json);
        events
            .filter(|event| event["content"]["membership"] == membership)
            .filter_map(|event| UserId::parse(event["state_key"].as_str()?).ok())
            .collect()
    }

    fn is_invitation(&self, seen: &Seen) -> bool {
        seen.section == Section::Invite
            && seen.event["type"] == "m.room.member"
            && seen.event["state_key"] == self.id().as_str()
            && seen.event["content"]["membership"] == "invite"
    }

    async fn wait_joined(&self, room: &RoomId) {
        self.wait_membership(room, "to see its join of", |membership| {
            membership == "join"
        })
        .await;
    }

    /// Waits until the newest membership event of this member in `room` is as `wanted`; gives it.
    async fn wait_membership(
        &self,
        room: &RoomId,
        what: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Value {
        let what = format!("{} {what} {room}", self.id());
        let own = |seen: &&Seen| {
            seen.room == room.as_str()
                && seen.event["type"] == "m.room.member"
                && seen.event["state_key"] == self.id().as_str()
        };
        self.sight
            .wait(&what, |seen| {
                let newest = &seen.iter().rfind(own)?.event;
                let membership = newest["content"]["membership"].as_str()?;
                wanted(membership).then(|| newest.clone())
            })
            .await
    }
}
