//! What an operator does to a homeserver: backs it up, restores it, deletes a room, loads another registration.

use std::fs;

use serde_json::{Value, json};

use super::{REGISTRATION_SECRET, Slot, Synapse, register};
use crate::wait::wait_until;

const OPERATOR: &str = "operator";
const OPERATOR_PASSWORD: &str = "the password of the operator";
/// The database and what belongs to it while Synapse does not run.
const DATABASE: [&str; 3] = ["homeserver.db", "homeserver.db-wal", "homeserver.db-shm"];

impl Synapse {
    /// Keeps a copy of its database. Only while it is stopped.
    pub fn back_up(&self) {
        self.copy_database("", ".backup");
    }

    /// Puts the copy of [`Synapse::back_up`] back. Only while it is stopped.
    pub fn restore(&self) {
        for name in DATABASE {
            let _absent = fs::remove_file(self.folder.join(name));
        }
        self.copy_database(".backup", "");
    }

    fn copy_database(&self, from: &str, to: &str) {
        for name in DATABASE {
            let source = self.folder.join(format!("{name}{from}"));
            if source.exists() {
                let target = self.folder.join(format!("{name}{to}"));
                fs::copy(source, target).expect("target/ is writable");
            }
        }
    }

    /// Changes the registration of an appservice, as `change` writes it; holds from its next start on.
    pub fn register_appservice(&self, slot: &Slot, change: impl Fn(String) -> String) {
        let file = self.folder.join(format!("{}.yaml", slot.bot));
        let text = change(slot.registration(super::SERVER_NAME));
        fs::write(file, text).expect("target/ is writable");
    }

    /// Deletes a room by the admin API, with everybody in it and all of its events, and waits until that is done.
    pub async fn delete_room(&self, room: &str) {
        let token = self.operator_token().await;
        let http = reqwest::Client::new();
        let admin = |path: &[&str]| {
            let mut url = reqwest::Url::parse(&self.url()).expect("a URL");
            let mut segments = url.path_segments_mut().expect("an http URL");
            segments.extend(["_synapse", "admin", "v2", "rooms"]);
            segments.extend(path);
            drop(segments);
            url
        };
        let begin = async || {
            let request = http.delete(admin(&[room])).bearer_auth(&token);
            let answer = request.json(&json!({"purge": true, "block": false})).send();
            let answer: Value = answer
                .await
                .expect("Synapse answers")
                .json()
                .await
                .expect("JSON");
            let id = answer["delete_id"].as_str();
            let id = id.unwrap_or_else(|| panic!("deleting {room}: {}", answer["error"]));
            admin(&["delete_status", id])
        };
        let mut status = begin().await;
        wait_until("the room to be deleted", async || {
            let answer = http.get(status.clone()).bearer_auth(&token).send();
            let answer: Value = answer.await.ok()?.json().await.ok()?;
            if answer["status"] == "failed" {
                // Everybody is out, and its job did not get to purging: the operator asks again.
                status = begin().await;
            }
            (answer["status"] == "complete").then_some(())
        })
        .await;
    }

    /// The access token of an admin of the homeserver, who is made on the way.
    pub async fn operator_token(&self) -> String {
        let account = (OPERATOR, OPERATOR_PASSWORD);
        register(&self.url(), REGISTRATION_SECRET, account, "admin").await;
        let login = json!({
            "type": "m.login.password", "password": OPERATOR_PASSWORD,
            "identifier": {"type": "m.id.user", "user": OPERATOR},
        });
        let url = format!("{}/_matrix/client/v3/login", self.url());
        let answer = reqwest::Client::new().post(url).json(&login).send();
        let answer: Value = answer
            .await
            .expect("Synapse answers")
            .json()
            .await
            .expect("JSON");
        answer["access_token"]
            .as_str()
            .expect("the operator logs in")
            .to_owned()
    }
}
