//! `hygie crypto recover`: what the homeserver keeps of the bot's keys, opened with the recovery key.

use matrix_sdk_crypto::{
    OlmMachine,
    olm::ExportedRoomKey,
    secret_storage::{AesHmacSha2EncryptedData, SecretStorageKey},
    store::types::{BackupDecryptionKey, CrossSigningKeyExport},
};
use ruma::{
    DeviceId,
    api::client::{
        backup::{get_backup_keys, get_latest_backup_info},
        config::get_global_account_data,
        keys::get_keys,
    },
    events::{
        EventContentFromType, GlobalAccountDataEventType, secret::request::SecretName,
        secret_storage::key::SecretStorageKeyEventContent,
    },
};
use serde_json::{Value, value::to_raw_value};

use super::{CryptoError, Folder, FolderError, Publishing, publish};
use crate::matrix::{Connection, Keys, MatrixError};

/// What was recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// How many keys of messages.
    pub keys: usize,
}

/// Why nothing was recovered.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The homeserver.
    #[error(transparent)]
    Homeserver(#[from] MatrixError),
    /// There is nothing to recover from.
    #[error(
        "the homeserver keeps no secrets of the bot; make a new identity with `hygie crypto init`"
    )]
    Nothing,
    /// The key does not fit.
    #[error(
        "this is not the recovery key of the bot ({0}); look for the one that `hygie crypto init` or `reset` printed last"
    )]
    WrongKey(String),
    /// Another program has written the secrets.
    #[error(
        "the secret {0} on the homeserver cannot be read with this recovery key; make a new identity with `hygie crypto reset`"
    )]
    Damaged(String),
}

struct Secrets {
    identity: CrossSigningKeyExport,
    backup: BackupDecryptionKey,
}

impl Folder {
    /// Makes the folder from what the homeserver keeps, for a new device; those before it go when it is published.
    ///
    /// # Errors
    /// When there is a folder, or nothing to recover from, or the key does not fit. Then nothing is left behind.
    pub async fn recover(
        &self,
        connection: &Connection,
        recovery_key: &str,
        device: &DeviceId,
    ) -> Result<Recovered, RecoverError> {
        let keys = Keys::without_device(connection.clone());
        let user = connection.user();
        let secrets = secrets(&keys, connection, recovery_key).await?;
        let publishing = Publishing::again();
        let imported = self
            .build(user, device, async |machine| {
                import_identity(machine, &keys, secrets.identity).await?;
                let imported = import_backup(machine, &keys, secrets.backup).await?;
                publish::remember(machine, publishing).await?;
                Ok(imported)
            })
            .await?;
        Ok(Recovered { keys: imported })
    }
}

async fn secrets(
    keys: &Keys,
    connection: &Connection,
    recovery_key: &str,
) -> Result<Secrets, RecoverError> {
    let default = account_data(keys, connection, "m.secret_storage.default_key").await?;
    let id = default.as_ref().and_then(|it| it.get("key")?.as_str());
    let id = id.ok_or(RecoverError::Nothing)?;
    let about = account_data(keys, connection, &format!("m.secret_storage.key.{id}")).await?;
    let about = about.ok_or(RecoverError::Nothing)?;
    let event_type = format!("m.secret_storage.key.{id}");
    let about = to_raw_value(&about)
        .and_then(|about| SecretStorageKeyEventContent::from_parts(&event_type, &about))
        .map_err(|_| RecoverError::Damaged(event_type))?;
    let key = SecretStorageKey::from_account_data(recovery_key.trim(), about)
        .map_err(|problem| RecoverError::WrongKey(problem.to_string()))?;
    let secret = async |name: SecretName| -> Result<String, RecoverError> {
        let damaged = || RecoverError::Damaged(name.to_string());
        let data = account_data(keys, connection, name.as_str()).await?;
        let data = data.as_ref().and_then(|it| it.get("encrypted")?.get(id));
        let data: AesHmacSha2EncryptedData =
            serde_json::from_value(data.cloned().unwrap_or_default()).map_err(|_| damaged())?;
        let secret = key.decrypt(&data, &name).map_err(|_| damaged())?;
        String::from_utf8(secret).map_err(|_| damaged())
    };
    let identity = CrossSigningKeyExport {
        master_key: Some(secret(SecretName::CrossSigningMasterKey).await?),
        self_signing_key: Some(secret(SecretName::CrossSigningSelfSigningKey).await?),
        user_signing_key: Some(secret(SecretName::CrossSigningUserSigningKey).await?),
    };
    let backup = secret(SecretName::RecoveryKey).await?;
    let backup = BackupDecryptionKey::from_base64(&backup)
        .map_err(|_| RecoverError::Damaged(SecretName::RecoveryKey.to_string()))?;
    Ok(Secrets { identity, backup })
}

async fn account_data(
    keys: &Keys,
    connection: &Connection,
    event_type: &str,
) -> Result<Option<Value>, MatrixError> {
    let request = get_global_account_data::v3::Request::new(
        connection.user().to_owned(),
        GlobalAccountDataEventType::from(event_type),
    );
    match keys.ask(request).await {
        Ok(answer) => Ok(serde_json::from_str(answer.account_data.json().get()).ok()),
        Err(problem) if problem.is_not_found() => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// The private keys are taken when they fit the public ones on the homeserver.
async fn import_identity(
    machine: &OlmMachine,
    keys: &Keys,
    identity: CrossSigningKeyExport,
) -> Result<(), CryptoError> {
    let (id, query) = machine.query_keys_for_users([machine.user_id()]);
    let mut request = get_keys::v3::Request::new();
    request.device_keys = query.device_keys;
    let answer = keys.ask(request).await?;
    machine.mark_request_as_sent(&id, &answer).await?;
    let status = machine
        .import_cross_signing_keys(identity)
        .await
        .map_err(|problem| CryptoError::Store(problem.to_string()))?;
    if !status.is_complete() {
        let what = "the identity on the homeserver is not the one that the recovery key opens; make a new one with `hygie crypto reset`";
        return Err(CryptoError::Store(what.to_owned()));
    }
    Ok(())
}

async fn import_backup(
    machine: &OlmMachine,
    keys: &Keys,
    key: BackupDecryptionKey,
) -> Result<usize, CryptoError> {
    let latest = match keys.ask(get_latest_backup_info::v3::Request::new()).await {
        Ok(answer) => answer.version,
        Err(problem) if problem.is_not_found() => {
            let machine = machine.backup_machine();
            machine.save_decryption_key(Some(key), None).await?;
            return Ok(0);
        }
        Err(problem) => return Err(problem.into()),
    };
    let answer = keys
        .ask(get_backup_keys::v3::Request::new(latest.clone()))
        .await?;
    let mut found = Vec::new();
    for (room, sessions) in answer.rooms {
        for (session, data) in sessions.sessions {
            let data = data.deserialize().ok();
            let opened = data.and_then(|data| key.decrypt_session_data(data.session_data).ok());
            if let Some(opened) = opened {
                found.push(ExportedRoomKey::from_backed_up_room_key(
                    room.clone(),
                    session,
                    opened,
                ));
            }
        }
    }
    let imported = machine
        .store()
        .import_room_keys(found, Some(&latest), |_, _| {})
        .await?;
    let backup = machine.backup_machine();
    backup.save_decryption_key(Some(key), Some(latest)).await?;
    Ok(imported.imported_count)
}
