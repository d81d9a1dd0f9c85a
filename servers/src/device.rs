//! A member's device that encrypts and decrypts with the crate that Element's clients use, and speaks with a
//! [`KeyServer`] in this process. Thousands of them fit where one real client does.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use matrix_sdk_crypto::{
    CollectStrategy, DecryptionSettings, EncryptionSettings, EncryptionSyncChanges, OlmMachine,
    TrustRequirement,
    types::requests::{AnyOutgoingRequest, ToDeviceRequest},
};
use ruma::{
    OwnedUserId, RoomId, TransactionId, UserId,
    api::{
        IncomingResponse, OutgoingRequest, SupportedVersions,
        auth_scheme::{AuthScheme, SendAccessToken},
        client::{keys::get_keys, sync::sync_events::DeviceLists, to_device::send_event_to_device},
        path_builder::VersionHistory,
    },
    events::room::{encryption::RoomEncryptionEventContent, history_visibility::HistoryVisibility},
    serde::Raw,
};
use serde_json::{Value, value::to_raw_value};

use crate::key_server::{Asked, KeyServer};

const SETTINGS: DecryptionSettings = DecryptionSettings {
    sender_device_trust_requirement: TrustRequirement::Untrusted,
};

/// A device of a member.
#[derive(Debug)]
pub struct Device {
    machine: OlmMachine,
    server: Arc<KeyServer>,
    /// How far it has read: messages, and changes of devices.
    read: Mutex<(u64, usize)>,
}

impl Device {
    /// A new device that the server knows.
    pub async fn new(user: &UserId, device: &str, server: &Arc<KeyServer>) -> Self {
        let new = Self {
            machine: OlmMachine::new(user, device.into()).await,
            server: Arc::clone(server),
            read: Mutex::default(),
        };
        new.flush().await;
        new
    }

    /// Takes what was sent to it.
    pub async fn sync(&self) {
        let (user, device) = (self.machine.user_id(), self.machine.device_id());
        loop {
            let (since, pos) = *self.read.lock().unwrap_or_else(PoisonError::into_inner);
            let news = self
                .server
                .news(user.as_str(), device.as_str(), since, Some(pos));
            let mut lists = DeviceLists::default();
            let users = news.changed.0.iter();
            lists.changed = users.filter_map(|user| UserId::parse(user).ok()).collect();
            let is_last = news.messages.0.is_empty();
            let events = news.messages.0.iter();
            let events =
                events.map(|event| Raw::from_json(to_raw_value(event).expect("it is JSON")));
            let left = u32::try_from(news.one_time_keys).unwrap_or(u32::MAX);
            let changes = EncryptionSyncChanges {
                to_device_events: events.collect(),
                changed_devices: &lists,
                one_time_keys_counts: &BTreeMap::from([("signed_curve25519".into(), left.into())]),
                unused_fallback_keys: None,
                next_batch_token: None,
            };
            let taken = self.machine.receive_sync_changes(changes, &SETTINGS).await;
            taken.expect("a store in memory takes everything");
            *self.read.lock().unwrap_or_else(PoisonError::into_inner) =
                (news.messages.1, news.changed.1);
            if is_last {
                break;
            }
        }
        self.flush().await;
    }

    /// What this device sends into a room where these people are, who get its key.
    pub async fn encrypt(
        &self,
        room: &RoomId,
        people: &BTreeSet<OwnedUserId>,
        kind: &str,
        content: &Value,
    ) -> Value {
        let machine = &self.machine;
        let everybody = || people.iter().map(AsRef::as_ref);
        machine
            .update_tracked_users(everybody())
            .await
            .expect("a store in memory");
        self.flush().await;
        let missing = machine.get_missing_sessions(everybody()).await;
        if let Some((id, claim)) = missing.expect("a store in memory") {
            let answer = self.ask(claim).await;
            machine
                .mark_request_as_sent(&id, &answer)
                .await
                .expect("it was asked for");
        }
        let settings = EncryptionSettings::new(
            RoomEncryptionEventContent::with_recommended_defaults(),
            HistoryVisibility::Joined,
            CollectStrategy::AllDevices,
        );
        let shared = machine.share_room_key(room, everybody(), settings).await;
        for request in shared.expect("there are keys") {
            self.send(&request).await;
        }
        let content = Raw::from_json(to_raw_value(content).expect("it is JSON"));
        let sealed = machine.encrypt_room_event_raw(room, kind, &content).await;
        let sealed = sealed.expect("there is a key");
        serde_json::from_str(sealed.content.json().get()).expect("it is JSON")
    }

    /// What an encrypted event says; none when this device cannot read it.
    pub async fn decrypt(&self, room: &RoomId, event: &Value) -> Option<Value> {
        let event = Raw::from_json(to_raw_value(event).expect("it is JSON"));
        let read = self
            .machine
            .decrypt_room_event(&event, room, &SETTINGS)
            .await;
        let event: Value = serde_json::from_str(read.ok()?.event.json().get()).ok()?;
        Some(event["content"].clone())
    }

    /// Makes the requests that the machine has.
    async fn flush(&self) {
        let requests = self.machine.outgoing_requests().await;
        for request in requests.expect("a store in memory answers") {
            let id = request.request_id();
            match request.request() {
                AnyOutgoingRequest::KeysUpload(request) => {
                    let answer = self.ask(request.clone()).await;
                    self.machine.mark_request_as_sent(id, &answer).await
                }
                AnyOutgoingRequest::KeysQuery(request) => {
                    let mut query = get_keys::v3::Request::new();
                    query.device_keys.clone_from(&request.device_keys);
                    let answer = self.ask(query).await;
                    self.machine.mark_request_as_sent(id, &answer).await
                }
                AnyOutgoingRequest::KeysClaim(request) => {
                    let answer = self.ask(request.clone()).await;
                    self.machine.mark_request_as_sent(id, &answer).await
                }
                AnyOutgoingRequest::ToDeviceRequest(request) => {
                    self.send(request).await;
                    Ok(())
                }
                other => unreachable!("no member of a test makes this request: {other:?}"),
            }
            .expect("the request was made");
        }
    }

    async fn send(&self, request: &ToDeviceRequest) {
        let send = send_event_to_device::v3::Request::new_raw(
            request.event_type.clone(),
            request.txn_id.clone(),
            request.messages.clone(),
        );
        let answer = self.ask(send).await;
        let id: &TransactionId = &request.txn_id;
        let marked = self.machine.mark_request_as_sent(id, &answer).await;
        marked.expect("the request was made");
    }

    /// Asks the server, without a network between.
    async fn ask<R>(&self, request: R) -> R::IncomingResponse
    where
        R: OutgoingRequest<PathBuilder = VersionHistory>,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    {
        let versions = SupportedVersions {
            versions: BTreeSet::from([ruma::api::MatrixVersion::V1_11]),
            features: BTreeSet::new(),
        };
        let request = request
            .try_into_http_request::<Vec<u8>>(
                "http://keys",
                SendAccessToken::IfRequired("token"),
                Cow::Owned(versions),
            )
            .expect("it is a request");
        let segments = request.uri().path().split('/').skip(4);
        let path: Vec<String> = segments.map(crate::appservice::decode).collect();
        let body = serde_json::from_slice(request.body()).unwrap_or_default();
        let asked = Asked {
            user: self.machine.user_id().as_str(),
            device: self.machine.device_id().as_str(),
            method: request.method().as_str(),
            path: &path,
            query: request.uri().query().unwrap_or_default(),
            body: &body,
        };
        let answer = self.server.answer(&asked).await;
        let answer = answer.expect("it is about keys").expect("it is answered");
        let answer = serde_json::to_vec(&answer).expect("it is JSON");
        let answer = IncomingResponse::try_from_http_response(http::Response::new(answer));
        answer
            .unwrap_or_else(|_| panic!("{} {} is answered otherwise", asked.method, path.join("/")))
    }
}
