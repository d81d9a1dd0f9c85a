//! Encrypted rooms: Hygie takes part with a device of its own, as any client does. Events come in transactions as everywhere; keys come
//! by sliding sync, because what is pushed while Hygie is down would be lost. `matrix-sdk-crypto` is driven directly; its store is a
//! folder of its own, encrypted with a key of its own.
//!
//! What was decrypted lives in memory only, and only until it is decided: the inbox keeps the encrypted event.

mod archive;
mod aside;
mod attachment;
mod backup;
mod folder;
mod hold;
mod open;
mod people;
mod prune;
mod publish;
mod recover;
mod requests;
mod seal;
mod status;
mod sync;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
    time::Duration,
};

use matrix_sdk_crypto::{OlmMachine, store::CryptoStoreError};
use tokio::sync::{
    Mutex,
    mpsc::{self, UnboundedReceiver, UnboundedSender},
};

pub use archive::ArchiveError;
pub use attachment::{open_attachment, seal_attachment};
pub use folder::{Created, Folder, FolderError, OpenFolder};
pub use hold::Held;
pub use open::Opened;
pub use publish::{Publishing, There};
pub use recover::{RecoverError, Recovered};
pub use status::Status;
pub use sync::start;

use ruma::OwnedRoomId;

use crate::{
    matrix::{Connection, Keys, MatrixError, Reader},
    shared::Shared,
};

/// The encryption side of the bot. Cheap to clone.
#[derive(Clone)]
pub struct Crypto(Arc<Inner>);

struct Inner {
    machine: OlmMachine,
    folder: PathBuf,
    keys: Keys,
    reader: Reader,
    shared: Arc<Shared>,
    aside: aside::Aside,
    people: people::People,
    hold: hold::Hold,
    news: UnboundedSender<sync::News>,
    heard_of: Mutex<UnboundedReceiver<sync::News>>,
    patience: Patience,
    /// Requests that the machine has are asked for by one at a time, or they would be made twice.
    asking: Mutex<()>,
    /// Rooms where everybody has the key. Keys are shared by one at a time, for the same reason.
    ready: Mutex<HashMap<OwnedRoomId, seal::Ready>>,
    /// Counts what was learned of devices.
    devices: AtomicU64,
    /// Events that waited are looked at by one at a time.
    releasing: Mutex<()>,
    /// The homeserver has refused one of the machine's requests, and somebody was told.
    was_refused: AtomicBool,
    /// The homeserver knows the bot's device and identity.
    is_public: AtomicBool,
}

/// How long messages wait for their keys.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After which time somebody is told.
    pub tell_after: Duration,
    /// After which time they are given up.
    pub wait_for_key: Duration,
    /// How long keys are kept.
    pub keep_keys: Duration,
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// The homeserver did not answer or refused.
    #[error(transparent)]
    Homeserver(#[from] MatrixError),
    /// The folder of the keys did not take or give something.
    #[error("the keys of encrypted rooms cannot be used: {0}; check `encryption.folder`")]
    Store(String),
    /// The homeserver does not know the bot's device yet.
    #[error("the homeserver does not have the keys of the bot's device yet")]
    Unpublished,
}

impl From<CryptoStoreError> for CryptoError {
    fn from(error: CryptoStoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<matrix_sdk_crypto::OlmError> for CryptoError {
    fn from(error: matrix_sdk_crypto::OlmError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<CryptoError> for MatrixError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Homeserver(error) => error,
            // As when the homeserver fails: it is tried again later.
            error => Self::Failed {
                status: 500,
                errcode: String::new(),
                message: error.to_string(),
            },
        }
    }
}

impl Crypto {
    /// The encryption side on the keys of `folder`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn with_keys(
        keys: folder::OpenFolder,
        connection: &Connection,
        shared: &Arc<Shared>,
        patience: Patience,
    ) -> Result<Self, CryptoError> {
        let aside =
            aside::Aside::start().map_err(|problem| CryptoError::Store(problem.to_string()))?;
        // The thread that serves a connection is the one that made it; takedowns must not share theirs with this side.
        let connection = &connection.apart()?;
        let (news, heard_of) = mpsc::unbounded_channel();
        let (user, device) = (connection.user(), connection.device());
        let machine = OlmMachine::with_store(user, device, keys.store, None).await?;
        Ok(Self(Arc::new(Inner {
            machine,
            folder: keys.path,
            keys: Keys::new(connection.clone()),
            reader: Reader::new(connection.clone()),
            shared: shared.clone(),
            aside,
            people: people::People::default(),
            hold: hold::Hold::default(),
            news,
            heard_of: Mutex::new(heard_of),
            patience,
            asking: Mutex::default(),
            ready: Mutex::default(),
            devices: AtomicU64::new(0),
            releasing: Mutex::default(),
            was_refused: AtomicBool::new(false),
            is_public: AtomicBool::new(false),
        })))
    }
}
