//! The key backup on the homeserver: every key of a message goes there, encrypted, so that a lost folder can be recovered.

use matrix_sdk_crypto::{olm::ExportedRoomKey, types::RoomKeyBackupInfo};
use ruma::{
    RoomId,
    api::client::backup::{
        add_backup_keys, create_backup_version, get_backup_keys_for_session, get_latest_backup_info,
    },
    serde::Raw,
};
use tracing::{info, warn};

use super::{Crypto, CryptoError};
use crate::{fault, matrix::MatrixError};

impl Crypto {
    /// Makes the backup on the homeserver, unless it is there.
    pub(super) async fn set_up_backup(&self) -> Result<(), CryptoError> {
        let backup = self.0.machine.backup_machine();
        let saved = backup.get_backup_keys().await?;
        let Some(key) = saved.decryption_key else {
            return Ok(());
        };
        let latest = match self
            .0
            .keys
            .ask(get_latest_backup_info::v3::Request::new())
            .await
        {
            Ok(answer) => Some(answer.version),
            Err(problem) if problem.is_not_found() => None,
            Err(problem) => return Err(problem.into()),
        };
        if latest.is_some() && latest == saved.backup_version {
            return Ok(());
        }
        let mut info = key.to_backup_info();
        if let Err(problem) = backup.sign_backup(&mut info).await {
            warn!(%problem, "the key backup could not be signed");
        }
        let info = raw::<RoomKeyBackupInfo, _>(&info)?;
        let created = self
            .0
            .keys
            .ask(create_backup_version::v3::Request::new(info))
            .await?;
        fault::point("crypto.backup_created");
        // What was in an older backup goes into this one as well.
        backup.disable_backup().await?;
        let public = key.megolm_v1_public_key();
        backup
            .save_decryption_key(Some(key), Some(created.version.clone()))
            .await?;
        public.set_version(created.version);
        backup.enable_backup_v1(public).await?;
        info!("the key backup is set up");
        Ok(())
    }

    /// Brings new keys into the backup. Nothing else waits for that; a backup that somebody deleted is made anew.
    pub(super) async fn keep_backup(&self) {
        let kept = match self.back_up().await {
            Err(CryptoError::Homeserver(MatrixError::Refused { .. })) => self.set_up_backup().await,
            done => done,
        };
        if let Err(problem) = kept {
            warn!(%problem, "keys do not come into the backup; tried again with the next ones");
        }
    }

    /// Brings the keys that are not in the backup there, a hundred at a time.
    async fn back_up(&self) -> Result<(), CryptoError> {
        let backup = self.0.machine.backup_machine();
        while let Some((id, request)) = backup.backup().await? {
            let add = add_backup_keys::v3::Request::new(request.version, request.rooms);
            let answer = self.0.keys.ask(add).await?;
            self.0.machine.mark_request_as_sent(&id, &answer).await?;
        }
        Ok(())
    }

    /// Looks in the backup for the key of a session. Whether it was there.
    pub(super) async fn fetch_from_backup(
        &self,
        room: &RoomId,
        session: &str,
    ) -> Result<bool, CryptoError> {
        let saved = self.0.machine.backup_machine().get_backup_keys().await?;
        let (Some(key), Some(version)) = (saved.decryption_key, saved.backup_version) else {
            return Ok(false);
        };
        let request = get_backup_keys_for_session::v3::Request::new(
            version.clone(),
            room.to_owned(),
            session.to_owned(),
        );
        let answer = match self.0.keys.ask(request).await {
            Ok(answer) => answer,
            Err(problem) if problem.is_not_found() => return Ok(false),
            Err(problem) => return Err(problem.into()),
        };
        let data = answer.key_data.deserialize();
        let Some(key) = data
            .ok()
            .and_then(|data| key.decrypt_session_data(data.session_data).ok())
        else {
            return Ok(false);
        };
        let key =
            ExportedRoomKey::from_backed_up_room_key(room.to_owned(), session.to_owned(), key);
        let imported = self
            .0
            .machine
            .store()
            .import_room_keys(vec![key], Some(&version), |_, _| {})
            .await?;
        Ok(imported.imported_count > 0)
    }
}

fn raw<T, U>(value: &T) -> Result<Raw<U>, CryptoError>
where
    T: serde::Serialize,
{
    let json = serde_json::value::to_raw_value(value);
    json.map(Raw::from_json)
        .map_err(|problem| CryptoError::Store(problem.to_string()))
}
