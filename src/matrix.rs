//! Requests to the homeserver. [`Reader`] and [`Pinger`] only ask; [`Writer`] changes things and belongs to `executor` alone, so that a dry
//! run is a process in which no [`Writer`] exists.
//!
//! Most bodies here are JSON that decisions made, so requests are built from paths and JSON; ids and answers are ruma's types.
//! Every change acts as the bot (`user_id`) on its device (`device_id`): Synapse then remembers transaction ids for a day,
//! also over its own restart.

mod error;
mod pinger;
mod reader;
mod writer;

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use serde_json::Value;
use url::Url;

use crate::event::shallow;

pub use error::MatrixError;
pub use pinger::Pinger;
pub use reader::{PushedState, Reader, Seen};
pub use writer::{RoomAnswer, Writer};

/// How long one request may take, unless it says otherwise.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The connection to the homeserver that [`Reader`] and [`Writer`] share.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base: Url,
    token: String,
    user: OwnedUserId,
    device: OwnedDeviceId,
}

/// Which identity a request asserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Identity {
    /// The appservice itself, without a user.
    Appservice,
    /// The bot, without a device.
    Bot,
    /// The bot on its device.
    Device,
}

impl Connection {
    /// Prepares requests to the homeserver at `base`, authenticated by the appservice's `as_token`; connects to nothing yet.
    ///
    /// # Errors
    /// When the TLS side cannot be set up on this machine.
    pub fn new(
        base: Url,
        token: String,
        user: OwnedUserId,
        device: OwnedDeviceId,
    ) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("hygie/", env!("CARGO_PKG_VERSION")))
            .timeout(REQUEST_TIMEOUT)
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            // Shorter than homeservers keep idle connections: a request on one that was just closed would look like an outage.
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(Arc::new(Inner {
            http,
            base,
            token,
            user,
            device,
        })))
    }

    /// The bot's user.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.0.user
    }

    /// The bot's device.
    #[must_use]
    pub fn device(&self) -> &DeviceId {
        &self.0.device
    }

    fn url(&self, path: &[&str], identity: Identity) -> Url {
        let mut url = self.0.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .extend(["_matrix", "client"])
                .extend(path);
        }
        if identity != Identity::Appservice {
            url.query_pairs_mut()
                .append_pair("user_id", self.0.user.as_str());
        }
        if identity == Identity::Device {
            url.query_pairs_mut()
                .append_pair("device_id", self.0.device.as_str());
        }
        url
    }

    async fn call(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Value, MatrixError> {
        let mut request = self.0.http.request(method, url).bearer_auth(&self.0.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// Asks without a token: what is wrong with the token is not wrong with the homeserver.
    async fn ask_openly(&self, url: Url) -> Result<Value, MatrixError> {
        self.send(self.0.http.get(url)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, MatrixError> {
        let response = request
            .send()
            .await
            .map_err(|error| MatrixError::unreachable(&error))?;
        let status = response.status();
        let bytes = response
            .bytes()
            .await
            .map_err(|error| MatrixError::unreachable(&error))?;
        let json = shallow::read::<Value>(&String::from_utf8_lossy(&bytes));
        if status.is_success() {
            json.map_err(|_| MatrixError::Unreachable(format!("the answer ({status}) is not JSON")))
        } else {
            Err(MatrixError::answered(status.as_u16(), json.ok().as_ref()))
        }
    }
}
