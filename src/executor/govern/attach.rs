//! Attaching a file that is made from what is known, when it is sent: encrypted where the room is.

use ruma::OwnedRoomId;
use serde_json::{Value, json};

use crate::{
    action::{Action, Attachment},
    announce,
    community::{change::Change, record::CardId},
    crypto::seal_attachment,
    executor::perform::{Attempt, Performer},
    governance::{
        self,
        export::{self, File},
    },
    matrix::MatrixError,
    store::{AuditLine, Named, Outcome},
};

impl Performer {
    /// What is known once it is there: a group that closes waits for its file.
    fn arrived(&self, action: &Action, what: &Attachment) -> Vec<Change> {
        let Attachment::Group(group) = what else {
            return Vec::new();
        };
        let snapshot = self.shared.snapshot();
        let community = action.community.as_ref();
        let community = community.and_then(|id| snapshot.communities.get(id));
        let change =
            community.and_then(|it| governance::shape::arrived(it, group, self.shared.now()));
        change.into_iter().collect()
    }

    /// What the audit log says of an incident; it was closed in the commit that asks for this.
    async fn after_action(
        &self,
        action: &Action,
        incident: &CardId,
    ) -> Result<Option<File>, MatrixError> {
        let unsure =
            |problem: &dyn std::fmt::Display| MatrixError::Unreachable(problem.to_string());
        let Some(id) = &action.community else {
            return Ok(None);
        };
        let span = (governance::incident::OPENED, governance::incident::CLOSED);
        let lines = self.shared.store.audit_between(id, span, &incident.0).await;
        let lines = lines.map_err(|problem| unsure(&problem))?;
        let csv = AuditLine::csv(&lines, Named::Yes).map_err(|problem| unsure(&problem))?;
        let snapshot = self.shared.snapshot();
        let community = snapshot.communities.get(id).filter(|_| !lines.is_empty());
        let csv = String::from_utf8_lossy(&csv).into_owned();
        Ok(community.map(|community| export::incident(community, incident, csv)))
    }

    /// Makes, uploads and sends it.
    pub(super) async fn attach(
        &self,
        action: &Action,
        room: &OwnedRoomId,
        what: &Attachment,
    ) -> Result<Attempt, MatrixError> {
        let file = if let Attachment::Incident(incident) = what {
            self.after_action(action, incident).await?
        } else {
            let snapshot = self.shared.snapshot();
            let community = action.community.as_ref();
            let community = community.and_then(|id| snapshot.communities.get(id));
            match what {
                // Of every community that they are in.
                Attachment::Own(user) => Some(export::own(&snapshot, user)),
                _ => community.and_then(|community| export::file(&snapshot, community, what)),
            }
        };
        let Some(file) = file else {
            return Ok(Attempt::ended(Outcome::Dropped(
                "there is nothing to write down",
            )));
        };
        let bytes = file.text.into_bytes();
        let mut content = json!({
            "msgtype": "m.file", "body": file.name, "filename": file.name, "m.mentions": {},
            "info": {"mimetype": file.media_type, "size": bytes.len()}, announce::ACTION_KEY: action.id,
        });
        // Asked there: what is uploaded in the clear cannot be taken back.
        let encryption = self.reader.state_event(room, "m.room.encryption", "");
        if encryption.await?.is_none() {
            let address = self.writer.upload(&file.name, file.media_type, bytes);
            content["url"] = address.await?.into();
        } else {
            let Some((sealed, mut info)) = seal_attachment(bytes) else {
                return Ok(Attempt::ended(Outcome::Dropped(
                    "the file cannot be encrypted",
                )));
            };
            let address = self
                .writer
                .upload("file", "application/octet-stream", sealed);
            info["url"] = Value::String(address.await?);
            content["file"] = info;
        }
        self.send(room, &action.id, &content).await?;
        Ok(Attempt::learned_done(self.arrived(action, what)))
    }
}
