//! The requests that the machine wants made, and their answers.

use std::sync::atomic::Ordering;

use matrix_sdk_crypto::types::{
    CrossSigningKey,
    requests::{
        AnyIncomingResponse, AnyOutgoingRequest, ToDeviceRequest, UploadSigningKeysRequest,
    },
};
use ruma::{
    TransactionId,
    api::client::{
        keys::{get_keys, upload_signing_keys},
        message::send_message_event,
        to_device::send_event_to_device,
    },
    events::MessageLikeEventContent,
    serde::Raw,
};
use tracing::warn;

use super::{Crypto, CryptoError};
use crate::matrix::MatrixError;

impl Crypto {
    /// Makes every request that the machine has: keys to upload and to ask for, to-device messages.
    pub(super) async fn flush(&self) -> Result<(), CryptoError> {
        let _turn = self.0.asking.lock().await;
        for request in self.0.machine.outgoing_requests().await? {
            match self.carry(request.request_id(), request.request()).await {
                // One that the homeserver does not want must not keep the others, and with them every key, from coming.
                Err(CryptoError::Homeserver(problem @ MatrixError::Refused { .. })) => {
                    if !self.0.was_refused.swap(true, Ordering::Relaxed) {
                        warn!(%problem, "the homeserver refuses keys of the bot's device; if messages stay unreadable, stop Hygie and run `hygie crypto recover`");
                    }
                }
                done => done?,
            }
        }
        Ok(())
    }

    /// Makes one request and tells the machine what was answered.
    pub(super) async fn carry(
        &self,
        id: &TransactionId,
        request: &AnyOutgoingRequest,
    ) -> Result<(), CryptoError> {
        let (machine, keys) = (&self.0.machine, &self.0.keys);
        match request {
            AnyOutgoingRequest::KeysUpload(request) => {
                let answer = keys.ask(request.clone()).await?;
                machine.mark_request_as_sent(id, &answer).await?;
            }
            AnyOutgoingRequest::KeysQuery(request) => {
                let mut query = get_keys::v3::Request::new();
                query.device_keys.clone_from(&request.device_keys);
                query.timeout = request.timeout;
                let answer = keys.ask(query).await?;
                machine.mark_request_as_sent(id, &answer).await?;
            }
            AnyOutgoingRequest::KeysClaim(request) => {
                let answer = keys.ask(request.clone()).await?;
                machine.mark_request_as_sent(id, &answer).await?;
            }
            AnyOutgoingRequest::ToDeviceRequest(request) => {
                self.send_to_devices(request).await?;
            }
            AnyOutgoingRequest::SignatureUpload(request) => {
                let answer = keys.ask(request.clone()).await?;
                machine.mark_request_as_sent(id, &answer).await?;
            }
            AnyOutgoingRequest::RoomMessage(request) => {
                let content = Raw::new(&*request.content)
                    .map_err(|problem| CryptoError::Store(problem.to_string()))?;
                let event_type = request.content.event_type();
                let (room, txn) = (request.room_id.clone(), request.txn_id.clone());
                let send = send_message_event::v3::Request::new_raw(room, txn, event_type, content);
                let answer = keys.ask(send).await?;
                machine.mark_request_as_sent(id, &answer).await?;
            }
        }
        Ok(())
    }

    /// Sends to-device messages: at most 250 devices in one request, as the machine makes them.
    pub(super) async fn send_to_devices(
        &self,
        request: &ToDeviceRequest,
    ) -> Result<(), CryptoError> {
        let send = send_event_to_device::v3::Request::new_raw(
            request.event_type.clone(),
            request.txn_id.clone(),
            request.messages.clone(),
        );
        let answer = self.0.keys.ask(send).await?;
        let machine = &self.0.machine;
        machine
            .mark_request_as_sent(&request.txn_id, &answer)
            .await?;
        Ok(())
    }

    /// Uploads the public keys of the bot's identity. An appservice needs no further proof.
    pub(super) async fn upload_signing_keys(
        &self,
        request: &UploadSigningKeysRequest,
    ) -> Result<(), CryptoError> {
        let mut upload = upload_signing_keys::v3::Request::new();
        upload.master_key = request.master_key.as_ref().map(CrossSigningKey::to_raw);
        upload.self_signing_key = request
            .self_signing_key
            .as_ref()
            .map(CrossSigningKey::to_raw);
        upload.user_signing_key = request
            .user_signing_key
            .as_ref()
            .map(CrossSigningKey::to_raw);
        let answer = self.0.keys.ask(upload).await?;
        let machine = &self.0.machine;
        machine
            .mark_request_as_sent(
                &TransactionId::new(),
                AnyIncomingResponse::SigningKeysUpload(&answer),
            )
            .await?;
        Ok(())
    }
}
