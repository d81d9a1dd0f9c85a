//! Carrying announcements: posting them for somebody, copying, editing and withdrawing the copies. The words are read from the
//! homeserver and kept in memory only.

use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, UserId};
use serde_json::{Value, json};

use super::{
    Copied,
    perform::{Attempt, Performer},
};
use crate::{
    action::{ActionId, Effect},
    announce,
    commands::{self, Setting},
    community::definition::{Kind, Locale},
    fault,
    matrix::MatrixError,
    reply::Text,
    store::{Outcome, Waiting},
};

/// How long to wait for a copy that is not sent yet.
const NOT_YET: Duration = Duration::from_millis(250);
/// How many announcements are kept in memory while they are relayed.
const MAX_CONTENTS: usize = 32;

impl Performer {
    /// The actions that carry announcements.
    pub(super) async fn relay(
        &self,
        waiting: &Waiting,
        effect: &Effect,
        tries: u32,
    ) -> Result<Attempt, MatrixError> {
        let id = &waiting.action.id;
        match effect {
            Effect::PostAnnouncement {
                room,
                source_room,
                source,
            } => self.post_announcement(id, room, source_room, source).await,
            Effect::Copy {
                room,
                source_room,
                source,
                author,
            } => {
                let content = self.copy_content(id, (source_room, source), author).await?;
                let may_stand = tries > 0 || waiting.caused_at <= self.started_at;
                match content {
                    Some(copy) => self.copy(id, room, source, &copy).await,
                    // It may stand already, its answer lost: the same transaction id finds it, and it can be withdrawn.
                    None if may_stand => {
                        self.copy(id, room, source, &self.stand_in(id, source))
                            .await
                    }
                    None => Ok(Attempt::ended(Outcome::Dropped(
                        "the announcement was taken down",
                    ))),
                }
            }
            Effect::EditCopy {
                room,
                source_room,
                source,
                edit,
                author,
            } => {
                self.edit_copy(id, room, (source_room, source, edit), author)
                    .await
            }
            Effect::WithdrawCopy {
                room,
                source,
                copy,
                locale,
            } => self.withdraw_copy(id, room, (source, copy), *locale).await,
            // What is left is not about announcements, see above.
            _ => Ok(Attempt::ended(Outcome::Dropped("it is no relay"))),
        }
    }

    async fn post_announcement(
        &self,
        id: &ActionId,
        room: &RoomId,
        source_room: &RoomId,
        source: &EventId,
    ) -> Result<Attempt, MatrixError> {
        let Some(seen) = self.read(source_room, source).await? else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the command was taken down",
            )));
        };
        let line = commands::addressed(&self.shared.snapshot(), &Setting::Direct, &seen.content)
            .unwrap_or_default();
        let author = seen
            .sender
            .map(|sender| sender.to_string())
            .unwrap_or_default();
        let words = commands::announce::words(&line).unwrap_or_default();
        let posted = announce::posted(&seen.content, words, &author, id);
        let posted = posted.and_then(|posted| self.attributed(room, posted, &author, source, id));
        match posted {
            Some(content) => self.send(room, id, &content).await.map(|_| Attempt::done()),
            None => Ok(Attempt::ended(Outcome::Dropped(
                "the command was taken down",
            ))),
        }
    }

    /// In the announcements' room it stands as it was said, and its copies say whose it is; in a group it says so itself.
    fn attributed(
        &self,
        room: &RoomId,
        posted: Value,
        author: &str,
        source: &EventId,
        id: &ActionId,
    ) -> Option<Value> {
        let snapshot = self.shared.snapshot();
        let Some((community, there)) = snapshot.located(room) else {
            return Some(posted);
        };
        if community.kind(&there.place) == Some(Kind::Announcements) {
            return Some(posted);
        }
        let name = UserId::parse(author).map_or(author.to_owned(), |author| {
            let mut rooms = community
                .places
                .values()
                .filter_map(|id| snapshot.rooms.get(id));
            let known = rooms.find_map(|room| room.members.get(&author)?.display_name.as_deref());
            known.unwrap_or(author.as_str()).to_owned()
        });
        let mut copy = announce::copy(&posted, &name, source.as_str(), id)?;
        copy[announce::POSTED_KEY] = author.into();
        Some(copy)
    }

    /// The content of an announcement or of an edit of one: from memory, else from the homeserver. Empty when taken down.
    async fn content(&self, room: &RoomId, event: &OwnedEventId) -> Result<Value, MatrixError> {
        let lock = || self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = lock().get(event) {
            return Ok(content.clone());
        }
        let seen = self.read(room, event).await?;
        let content = seen
            .filter(|seen| !seen.redacted)
            .map(|seen| seen.content)
            .unwrap_or_default();
        let mut contents = lock();
        if contents.len() >= MAX_CONTENTS {
            contents.clear();
        }
        contents.insert(event.clone(), content.clone());
        Ok(content)
    }

    fn withdrawn(&self, source: &EventId) -> bool {
        self.shared
            .snapshot()
            .announcements
            .get(source)
            .is_some_and(|announced| announced.withdrawn)
    }

    /// What a copy says; `None` when the announcement was taken down.
    async fn copy_content(
        &self,
        id: &ActionId,
        (source_room, source): (&RoomId, &OwnedEventId),
        author: &str,
    ) -> Result<Option<Value>, MatrixError> {
        if self.withdrawn(source) {
            return Ok(None);
        }
        let content = self.content(source_room, source).await?;
        Ok(announce::copy(&content, author, source.as_str(), id))
    }

    /// What is sent instead of a copy of something that was taken down, to be taken down at once.
    fn stand_in(&self, id: &ActionId, source: &OwnedEventId) -> Value {
        let locale = {
            let snapshot = self.shared.snapshot();
            let announced = snapshot.announcements.get(source);
            let community = announced.and_then(|it| snapshot.communities.get(&it.community));
            community.map_or(Locale::Fr, |community| community.definition.locale)
        };
        let body = Text::new("copy-withdrawn").plain(locale);
        json!({
            "msgtype": "m.notice", "body": body, "m.mentions": {},
            announce::RELAY_KEY: source, announce::ACTION_KEY: id,
        })
    }

    async fn copy(
        &self,
        id: &ActionId,
        room: &OwnedRoomId,
        source: &OwnedEventId,
        copy: &Value,
    ) -> Result<Attempt, MatrixError> {
        let event = self.send(room, id, copy).await?;
        fault::point("executor.copied");
        let copied = Some(Copied {
            source: source.clone(),
            room: room.clone(),
            event,
        });
        Ok(Attempt::Ended {
            outcome: Outcome::Done,
            changes: Vec::new(),
            copied,
            review: BTreeSet::new(),
            as_of: None,
        })
    }

    async fn edit_copy(
        &self,
        id: &ActionId,
        room: &OwnedRoomId,
        (source_room, source, edit): (&RoomId, &OwnedEventId, &OwnedEventId),
        author: &str,
    ) -> Result<Attempt, MatrixError> {
        if self.withdrawn(source) {
            return Ok(Attempt::ended(Outcome::Dropped(
                "the announcement was taken down",
            )));
        }
        let waiting = self.copy_waits(source, room).await?;
        let Some(copy) = self.copy_of(source, room).await? else {
            return Ok(if waiting {
                Attempt::Later(NOT_YET)
            } else {
                Attempt::ended(Outcome::Dropped("there is no copy to edit"))
            });
        };
        let content = self.content(source_room, edit).await?;
        match announce::edit_of_copy(&content, author, source.as_str(), copy.as_str(), id) {
            Some(content) => self.send(room, id, &content).await.map(|_| Attempt::done()),
            None => Ok(Attempt::ended(Outcome::Dropped("the edit was taken down"))),
        }
    }

    async fn withdraw_copy(
        &self,
        id: &ActionId,
        room: &OwnedRoomId,
        (source, copy): (&OwnedEventId, &ActionId),
        locale: Locale,
    ) -> Result<Attempt, MatrixError> {
        let unsure =
            |problem: crate::store::StoreError| MatrixError::Unreachable(problem.to_string());
        // Asked in this order: a copy that is recorded between the two questions is found by asking again later.
        let waiting = self.shared.store.is_waiting(copy).await.map_err(unsure)?;
        match self.copy_of(source, room).await? {
            Some(event) => {
                let reason = Text::new("copy-withdrawn").plain(locale);
                self.redact_edits(room, &event, id, &reason).await?;
                self.redact(room, &event, id, &reason).await
            }
            None if waiting => Ok(Attempt::Later(NOT_YET)),
            None => Ok(Attempt::ended(Outcome::Dropped(
                "there is no copy to withdraw",
            ))),
        }
    }

    /// Whether the copy is still to be sent, or sent and not recorded yet.
    async fn copy_waits(
        &self,
        source: &OwnedEventId,
        room: &OwnedRoomId,
    ) -> Result<bool, MatrixError> {
        let copy = {
            let snapshot = self.shared.snapshot();
            let targets = snapshot.announcements.get(source).map(|it| &it.targets);
            targets.and_then(|targets| targets.iter().position(|target| target == room))
        };
        let Some(ordinal) = copy else {
            return Ok(false);
        };
        let waiting = self
            .shared
            .store
            .is_waiting(&announce::copy_id(source, ordinal))
            .await;
        waiting.map_err(|problem| MatrixError::Unreachable(problem.to_string()))
    }

    async fn copy_of(
        &self,
        source: &EventId,
        room: &RoomId,
    ) -> Result<Option<OwnedEventId>, MatrixError> {
        let copy = self.shared.store.copy_of(source, room).await;
        copy.map_err(|problem| MatrixError::Unreachable(problem.to_string()))
    }
}
