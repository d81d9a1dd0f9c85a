//! Requests to the homeserver. [`Reader`] and [`Pinger`] only ask; [`Writer`] changes things and belongs to `executor` alone, so that a dry
//! run is a process in which no [`Writer`] exists.
//!
//! Most bodies here are JSON that decisions made, so requests are built from paths and JSON; ids and answers are ruma's types.
//! Every change acts as the bot (`user_id`) on its device (`device_id`): Synapse then remembers transaction ids for a day,
//! also over its own restart.

mod admin;
mod error;
mod keys;
mod own_door;
mod pinger;
mod reader;
mod writer;

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::event::shallow;

pub use admin::{Admin, EventReport};
pub use error::MatrixError;
pub use keys::Keys;
pub(crate) use own_door::guard_status;
pub use pinger::Pinger;
pub use reader::{Page, PushedState, Reader, Seen};
pub use writer::{RoomAnswer, Writer};

/// How long one request may take, unless it says otherwise.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The largest answer that is read, in bytes: far more than what a hundred of the largest events take.
const LARGEST_ANSWER: usize = 8 << 20;
/// The largest state of a room that is read, in bytes: a hundred thousand members, and as much again.
const LARGEST_STATE: usize = 128 << 20;

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
        Self::with_timeout(base, token, user, device, REQUEST_TIMEOUT)
    }

    /// As [`Self::new`], where no request takes longer than `timeout`, the reading of the answer included.
    fn with_timeout(
        base: Url,
        token: String,
        user: OwnedUserId,
        device: OwnedDeviceId,
        timeout: Duration,
    ) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("hygie/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            // Shorter than homeservers keep idle connections: a request on one that was just closed would look like an outage.
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            // Nothing is unpacked, whatever features another crate turns on: a small answer stays small.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()?;
        Ok(Self(Arc::new(Inner {
            http,
            base,
            token,
            user,
            device,
        })))
    }

    /// As this one, with TCP connections of its own.
    ///
    /// # Errors
    /// When the TLS side cannot be set up on this machine.
    pub fn apart(&self) -> Result<Self, MatrixError> {
        let inner = &self.0;
        let (user, device) = (inner.user.clone(), inner.device.clone());
        let apart = Self::new(inner.base.clone(), inner.token.clone(), user, device);
        apart.map_err(|problem| MatrixError::unreachable(&problem))
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

    /// The address of `path`, each part of which stays one part whatever is in it.
    ///
    /// # Errors
    /// For the parts that no address can have: `.` and `..`, which a state key may be.
    fn url(&self, path: &[&str], identity: Identity) -> Result<Url, MatrixError> {
        self.url_below("client", path, identity)
    }

    fn url_below(&self, api: &str, path: &[&str], identity: Identity) -> Result<Url, MatrixError> {
        self.url_of(&[&["_matrix", api], path].concat(), identity)
    }

    fn url_of(&self, path: &[&str], identity: Identity) -> Result<Url, MatrixError> {
        if path.iter().any(|part| matches!(*part, "." | "..")) {
            return Err(MatrixError::Refused {
                status: 400,
                errcode: "M_INVALID_PARAM".to_owned(),
                message: "`.` and `..` cannot stand in an address".to_owned(),
            });
        }
        let mut url = self.0.base.clone();
        // Not `path_segments_mut`, which leaves out the line breaks and tabs of an id: that would be another id.
        let mut whole = url.path().trim_end_matches('/').to_owned();
        for part in path {
            whole.push('/');
            encode_into(part, &mut whole);
        }
        url.set_path(&whole);
        if identity != Identity::Appservice {
            url.query_pairs_mut()
                .append_pair("user_id", self.0.user.as_str());
        }
        if identity == Identity::Device {
            url.query_pairs_mut()
                .append_pair("device_id", self.0.device.as_str());
        }
        Ok(url)
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
        send(request, LARGEST_ANSWER).await
    }

    /// Asks for what may be large.
    async fn ask_for_much<T: DeserializeOwned>(&self, url: Url) -> Result<T, MatrixError> {
        let request = self.0.http.get(url).bearer_auth(&self.0.token);
        send(request, LARGEST_STATE).await
    }

    /// The bytes of a file; `None` when there are more than `most`.
    async fn fetch(&self, url: Url, most: usize) -> Result<Option<Vec<u8>>, MatrixError> {
        let request = self.0.http.get(url).bearer_auth(&self.0.token);
        let response = well(request.send().await).await?;
        let told = response.content_length().unwrap_or_default();
        if told > most as u64 {
            return Ok(None);
        }
        read_at_most(response, most).await
    }

    async fn upload(
        &self,
        name: &str,
        media_type: &str,
        bytes: Vec<u8>,
    ) -> Result<Value, MatrixError> {
        let mut url = self.url_below("media", &["v3", "upload"], Identity::Device)?;
        url.query_pairs_mut().append_pair("filename", name);
        let request = self.0.http.post(url).bearer_auth(&self.0.token);
        let request = request.header("content-type", media_type).body(bytes);
        send(request, LARGEST_ANSWER).await
    }

    /// Asks without a token: what is wrong with the token is not wrong with the homeserver.
    async fn ask_openly(&self, url: Url) -> Result<Value, MatrixError> {
        send(self.0.http.get(url), LARGEST_ANSWER).await
    }
}

/// Appends `part` with everything percent-encoded that a part of a path does not hold as it is (RFC 3986, `pchar`).
fn encode_into(part: &str, out: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// Sends a request and reads the answer, of which no more than `most` bytes are taken.
async fn send<T: DeserializeOwned>(
    request: reqwest::RequestBuilder,
    most: usize,
) -> Result<T, MatrixError> {
    let bytes = answer(request.send().await, most).await?;
    shallow::read(&String::from_utf8_lossy(&bytes)).map_err(|_| misshapen())
}

/// The body of an answer that is no refusal.
async fn answer(
    response: Result<reqwest::Response, reqwest::Error>,
    most: usize,
) -> Result<Vec<u8>, MatrixError> {
    read(well(response).await?, most).await
}

/// An answer that is no refusal.
async fn well(
    response: Result<reqwest::Response, reqwest::Error>,
) -> Result<reqwest::Response, MatrixError> {
    let response = response.map_err(|error| MatrixError::unreachable(&error))?;
    let status = response.status();
    if !status.is_success() {
        // Why it refuses is short; when it is not, the status says enough.
        let bytes = read(response, LARGEST_ANSWER).await.unwrap_or_default();
        let json = shallow::read::<Value>(&String::from_utf8_lossy(&bytes)).ok();
        return Err(MatrixError::answered(status.as_u16(), json.as_ref()));
    }
    Ok(response)
}

fn misshapen() -> MatrixError {
    MatrixError::Unreachable("the answer is not JSON of the needed shape".to_owned())
}

async fn read(response: reqwest::Response, most: usize) -> Result<Vec<u8>, MatrixError> {
    read_at_most(response, most).await?.ok_or_else(|| {
        let most = most >> 20;
        MatrixError::Unreachable(format!(
            "the answer is larger than {most} MiB and was not read"
        ))
    })
}

/// The bytes of an answer; `None` when there are more than `most`.
async fn read_at_most(
    mut response: reqwest::Response,
    most: usize,
) -> Result<Option<Vec<u8>>, MatrixError> {
    let mut bytes = Vec::new();
    while let Some(part) = response
        .chunk()
        .await
        .map_err(|error| MatrixError::unreachable(&error))?
    {
        if bytes.len() + part.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests;
