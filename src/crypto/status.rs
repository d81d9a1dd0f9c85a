//! How the keys are, for `hygie crypto status` and `hygie check`.

use matrix_sdk_crypto::OlmMachine;
use ruma::{OwnedDeviceId, api::client::backup::get_latest_backup_info};

use super::{CryptoError, folder::OpenFolder, publish};
use crate::matrix::{Connection, Keys};

/// What the folder and the homeserver say of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The bot's device.
    pub device: OwnedDeviceId,
    /// Its fingerprint, as clients show it.
    pub fingerprint: String,
    /// All private keys of the identity are in the folder.
    pub identity: bool,
    /// What the homeserver has.
    pub there: publish::There,
    /// The public master key in the folder.
    pub master: Option<String>,
    /// Version of the key backup that is used, and the last one on the homeserver.
    pub backup: (Option<String>, Option<String>),
    /// How many keys of messages there are, and how many of them are in the backup.
    pub keys: (usize, usize),
}

impl Status {
    /// Looks; changes nothing.
    ///
    /// # Errors
    /// When the folder cannot be read, or the homeserver does not answer.
    pub async fn of(folder: OpenFolder, connection: &Connection) -> Result<Self, CryptoError> {
        let user = connection.user();
        let machine = OlmMachine::with_store(user, &folder.device, folder.store, None).await?;
        let keys = Keys::without_device(connection.clone());
        let there = publish::there(&machine, &keys).await?;
        let latest = match keys.ask(get_latest_backup_info::v3::Request::new()).await {
            Ok(answer) => Some(answer.version),
            Err(problem) if problem.is_not_found() => None,
            Err(problem) => return Err(problem.into()),
        };
        let own = machine.get_identity(user, None).await?;
        let master = own.and_then(|own| {
            own.own()?
                .master_key()
                .get_first_key()
                .map(|key| key.to_base64())
        });
        let backup = machine.backup_machine();
        let counts = backup.room_key_counts().await?;
        Ok(Self {
            device: folder.device,
            fingerprint: machine.identity_keys().ed25519.to_base64(),
            identity: machine.cross_signing_status().await.is_complete(),
            there,
            master,
            backup: (backup.get_backup_keys().await?.backup_version, latest),
            keys: (counts.total, counts.backed_up),
        })
    }

    /// What is wrong, each with its remedy.
    #[must_use]
    pub fn problems(&self) -> Vec<&'static str> {
        let mut problems = Vec::new();
        if !self.identity {
            problems.push("the folder does not hold the whole identity; restore it with `hygie crypto import` or `hygie crypto recover`");
        }
        match &self.there.master {
            None => problems.push("the homeserver does not have the bot's identity yet; `hygie serve` publishes it"),
            Some(_) if self.there.master != self.master => problems.push(
                "the homeserver has another identity of the bot; restore the folder of that one, or replace it with `hygie crypto reset`",
            ),
            Some(_) => {}
        }
        if !self.there.device {
            problems.push("the homeserver does not have the keys of the bot's device yet; `hygie serve` publishes them");
        } else if !self.there.signed {
            problems
                .push("the bot's device is not signed by its owner yet; `hygie serve` does that");
        }
        match &self.backup {
            (None, _) => problems.push("there is no key backup yet; `hygie serve` makes it"),
            (own, latest) if own != latest => {
                problems.push("the key backup on the homeserver is another one; `hygie serve` makes its own again at its next start");
            }
            _ => {}
        }
        problems
    }
}
