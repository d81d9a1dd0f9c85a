//! Making the homeserver know the bot's device and its identity, and what its recovery key opens (secret storage).

use std::sync::atomic::Ordering;

use matrix_sdk_crypto::{
    OlmMachine, secret_storage::SecretStorageKey, store::CryptoStoreError,
    store::types::BackupDecryptionKey, types::requests::AnyOutgoingRequest,
};
use ruma::{
    OwnedDeviceId,
    api::client::{config::set_global_account_data, device::delete_device, keys::get_keys},
    events::{GlobalAccountDataEventType, secret::request::SecretName},
    serde::Raw,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use tracing::{info, warn};

use super::{Crypto, CryptoError};
use crate::{
    fault,
    matrix::{Keys, MatrixError},
};

/// Key of what is still to be told to the homeserver.
const PENDING: &str = "hygie.publishing";

/// How an identity comes to the homeserver.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Publishing {
    /// It takes the place of the one that is there.
    pub replaces: bool,
    /// The bot's other devices go.
    pub alone: bool,
    /// Account data to be set, type and JSON; encrypted where it is secret.
    account_data: Vec<(String, String)>,
}

impl Publishing {
    /// A new identity in the place of the one that is there; its devices go.
    #[must_use]
    pub fn replacing() -> Self {
        Self {
            replaces: true,
            ..Self::again()
        }
    }

    /// The same identity on another device; those before it go.
    #[must_use]
    pub fn again() -> Self {
        Self {
            alone: true,
            ..Self::default()
        }
    }
}

/// Remembers, in the folder, what is to be told to the homeserver: of the private keys only what `recovery` encrypted.
pub(super) async fn remember_secrets(
    machine: &OlmMachine,
    mut publishing: Publishing,
    recovery: &SecretStorageKey,
    backup: &BackupDecryptionKey,
) -> Result<(), CryptoStoreError> {
    let identity = machine.export_cross_signing_keys().await?;
    let id = recovery.key_id();
    let mut data = vec![(
        recovery.event_type().to_string(),
        json!(recovery.event_content()),
    )];
    let keys = identity.as_ref();
    let secrets = [
        (
            SecretName::CrossSigningMasterKey,
            keys.and_then(|keys| keys.master_key.clone()),
        ),
        (
            SecretName::CrossSigningSelfSigningKey,
            keys.and_then(|keys| keys.self_signing_key.clone()),
        ),
        (
            SecretName::CrossSigningUserSigningKey,
            keys.and_then(|keys| keys.user_signing_key.clone()),
        ),
        (SecretName::RecoveryKey, Some(backup.to_base64())),
    ];
    for (name, secret) in secrets {
        if let Some(secret) = secret {
            let encrypted = recovery.encrypt(secret.into_bytes(), &name);
            data.push((name.to_string(), json!({"encrypted": {id: encrypted}})));
        }
    }
    // The last one makes the others count.
    data.push((
        "m.secret_storage.default_key".to_owned(),
        json!({"key": id}),
    ));
    let data = data
        .into_iter()
        .map(|(name, content)| (name, content.to_string()));
    publishing.account_data = data.collect();
    remember(machine, publishing).await
}

/// Remembers, in the folder, what is to be told to the homeserver.
pub(super) async fn remember(
    machine: &OlmMachine,
    publishing: Publishing,
) -> Result<(), CryptoStoreError> {
    let store = machine.store();
    store.set_value(PENDING, &Some(publishing)).await
}

/// What the homeserver has of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// The public master key.
    pub master: Option<String>,
    /// The device's keys are there.
    pub device: bool,
    /// The device is signed by its owner.
    pub signed: bool,
    /// The bot's other devices that have keys.
    pub others: Vec<OwnedDeviceId>,
}

impl Crypto {
    /// Tells the homeserver what it does not have. It may be done again at any time.
    pub(super) async fn publish(&self) -> Result<(), CryptoError> {
        let machine = &self.0.machine;
        let store = machine.store();
        let pending: Option<Option<Publishing>> = store.get_value(PENDING).await?;
        let pending = pending.flatten();
        self.flush_uploads().await?;
        fault::point("crypto.device_published");
        // Nothing is created here: the identity was made with the folder.
        let ours = machine.bootstrap_cross_signing(false).await?;
        let master = ours.upload_signing_keys_req.master_key.as_ref();
        let master = master.and_then(|key| Some(key.get_first_key_and_id()?.1.to_base64()));
        let there = self.there().await?;
        let replaces = pending.as_ref().is_some_and(|pending| pending.replaces);
        match &there.master {
            Some(other) if Some(other) != master.as_ref() && !replaces => {
                return Err(CryptoError::Homeserver(MatrixError::Refused {
                    status: 409,
                    errcode: "M_KEY_CONFLICT".to_owned(),
                    message: "the homeserver has another identity of the bot than `encryption.folder`; restore the folder of \
                              that identity (`hygie crypto import` or `hygie crypto recover`), or replace it with `hygie crypto reset`"
                        .to_owned(),
                }));
            }
            Some(same) if Some(same) == master.as_ref() => {}
            _ => {
                self.upload_signing_keys(&ours.upload_signing_keys_req)
                    .await?;
                info!("the bot's identity is published");
            }
        }
        if !there.device {
            self.upload_device_again().await?;
        }
        if !there.signed || replaces {
            let request = AnyOutgoingRequest::SignatureUpload(ours.upload_signatures_req);
            self.carry(&ruma::TransactionId::new(), &request).await?;
        }
        fault::point("crypto.identity_published");
        if let Some(pending) = pending {
            self.publish_rest(&pending).await?;
            store.set_value(PENDING, &None::<Publishing>).await?;
        }
        // Somebody may have come with a new device while Hygie was down.
        self.ask_for_all_devices().await?;
        self.0.is_public.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Uploads device keys and one-time keys, and asks for nothing yet: an answer about the bot itself would come before its
    /// identity is there.
    async fn flush_uploads(&self) -> Result<(), CryptoError> {
        let _turn = self.0.asking.lock().await;
        for request in self.0.machine.outgoing_requests().await? {
            if matches!(request.request(), AnyOutgoingRequest::KeysUpload(_)) {
                self.carry(request.request_id(), request.request()).await?;
            }
        }
        Ok(())
    }

    async fn there(&self) -> Result<There, CryptoError> {
        there(&self.0.machine, &self.0.keys).await
    }

    /// The homeserver has lost the device's keys (it was restored from an older backup): the machine believes that it has them.
    async fn upload_device_again(&self) -> Result<(), CryptoError> {
        let machine = &self.0.machine;
        let device = machine
            .get_device(machine.user_id(), machine.device_id(), None)
            .await?;
        if let Some(device) = device {
            let mut upload = ruma::api::client::keys::upload_keys::v3::Request::new();
            upload.device_keys = Some(device.as_device_keys().to_raw());
            self.0.keys.ask(upload).await?;
        }
        Ok(())
    }

    async fn publish_rest(&self, pending: &Publishing) -> Result<(), CryptoError> {
        let machine = &self.0.machine;
        for (event_type, json) in &pending.account_data {
            let raw = RawValue::from_string(json.clone())
                .map_err(|problem| CryptoError::Store(problem.to_string()))?;
            let set = set_global_account_data::v3::Request::new_raw(
                machine.user_id().to_owned(),
                GlobalAccountDataEventType::from(event_type.as_str()),
                Raw::from_json(raw),
            );
            self.0.keys.ask(set).await?;
            fault::point("crypto.secret_stored");
        }
        let others = if pending.alone {
            self.there().await?.others
        } else {
            Vec::new()
        };
        for device in others {
            let delete = delete_device::v3::Request::new(device.clone());
            if let Err(problem) = self.0.keys.ask(delete).await {
                warn!(device.id = %device, %problem, "an old device of the bot could not be removed; remove it by the admin API of the homeserver");
            }
        }
        Ok(())
    }
}

/// What the homeserver has of the machine's user and device.
pub(super) async fn there(machine: &OlmMachine, keys: &Keys) -> Result<There, CryptoError> {
    let (user, device) = (machine.user_id(), machine.device_id());
    let mut query = get_keys::v3::Request::new();
    query.device_keys.insert(user.to_owned(), Vec::new());
    let answer = keys.ask(query).await?;
    let key = |raw: &RawValue| {
        let key: Value = serde_json::from_str(raw.get()).ok()?;
        let key = key.get("keys")?.as_object()?.values().next()?.as_str()?;
        Some(key.trim_end_matches('=').to_owned())
    };
    let devices = answer.device_keys.get(user);
    let own = devices.and_then(|devices| devices.get(device));
    let own: Option<Value> = own.and_then(|keys| serde_json::from_str(keys.json().get()).ok());
    let identity = machine.identity_keys().ed25519.to_base64();
    let signing = answer.self_signing_keys.get(user);
    let signing = signing.and_then(|keys| key(keys.json()));
    let field = |path: [&str; 2], name: String| {
        let own = own.as_ref()?.get(path[0])?;
        let own = if path[1].is_empty() {
            own
        } else {
            own.get(path[1])?
        };
        own.get(name).and_then(Value::as_str)
    };
    let others = devices.into_iter().flat_map(|devices| devices.keys());
    Ok(There {
        others: others.filter(|other| *other != device).cloned().collect(),
        master: answer
            .master_keys
            .get(user)
            .and_then(|keys| key(keys.json())),
        device: field(["keys", ""], format!("ed25519:{device}")) == Some(identity.as_str()),
        signed: signing.is_some_and(|signing| {
            field(["signatures", user.as_str()], format!("ed25519:{signing}")).is_some()
        }),
    })
}
