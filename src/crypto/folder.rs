//! The folder of the keys, and the file of the secret that it is encrypted with. Made once, by `hygie crypto init`.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use matrix_sdk_crypto::{
    OlmMachine,
    secret_storage::SecretStorageKey,
    store::{CryptoStore, types::BackupDecryptionKey},
};
use matrix_sdk_sqlite::SqliteCryptoStore;
use ruma::{DeviceId, OwnedDeviceId, UserId};

use super::{CryptoError, Publishing, publish};

/// Where the keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    key_file: PathBuf,
}

/// A folder that was opened.
pub struct OpenFolder {
    pub(super) store: SqliteCryptoStore,
    pub(super) path: PathBuf,
    /// The device that its keys belong to.
    pub device: OwnedDeviceId,
}

/// What was made once and is shown once.
pub struct Created {
    /// Whoever has it and the homeserver's data can read what the bot could read: the recovery key of secret storage.
    pub recovery_key: String,
}

/// What is wrong with the folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is one already.
    #[error(
        "{0} exists already; keep it, or give the bot a new identity with `hygie crypto reset`"
    )]
    Exists(PathBuf),
    /// The folder is there and its secret is not.
    #[error(
        "{key_file} is missing, and without it {folder} cannot be read; restore it from your backup, or move the folder away and recover with `hygie crypto recover`"
    )]
    NoKey {
        /// The file.
        key_file: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The file is not a key.
    #[error("{0} is not a key of Hygie (64 hexadecimal digits); restore it from your backup")]
    NotAKey(PathBuf),
    /// The folder does not open with this key.
    #[error("{folder} does not open with {key_file}: {problem}; restore both from the same backup")]
    DoesNotOpen {
        /// The folder.
        folder: PathBuf,
        /// The file.
        key_file: PathBuf,
        /// What the store says.
        problem: String,
    },
    /// The system refuses.
    #[error("{path}: {error}; correct the path or its rights")]
    Io {
        /// What it is about.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The store refuses.
    #[error("the keys could not be made: {0}")]
    Store(String),
}

impl Folder {
    /// The folder at `path`, encrypted with the secret in `key_file`.
    #[must_use]
    pub fn new(path: &Path, key_file: &Path) -> Self {
        Self {
            path: path.to_owned(),
            key_file: key_file.to_owned(),
        }
    }

    /// Opens it; `None` when there is none yet.
    ///
    /// # Errors
    /// When it is there and cannot be opened; the message names the remedy.
    pub async fn open(&self) -> Result<Option<OpenFolder>, FolderError> {
        if !self.path.exists() {
            return Ok(None);
        }
        if !self.key_file.exists() {
            return Err(FolderError::NoKey {
                key_file: self.key_file.clone(),
                folder: self.path.clone(),
            });
        }
        let store = open_store(&self.path, &self.read_key()?)
            .await
            .map_err(|problem| self.does_not_open(problem))?;
        let account = store
            .load_account()
            .await
            .map_err(|problem| self.does_not_open(problem.to_string()))?;
        let Some(account) = account else {
            return Err(self.does_not_open("it holds no device".to_owned()));
        };
        let device = account.device_id().to_owned();
        let path = self.path.clone();
        Ok(Some(OpenFolder {
            store,
            path,
            device,
        }))
    }

    /// Makes it, with new keys for `device` and a new identity of `user`. Nothing is told to the homeserver: `hygie serve` does.
    ///
    /// # Errors
    /// When there is one already, or it cannot be written. Made again after a failure, nothing is left of the first try.
    pub async fn create(
        &self,
        user: &UserId,
        device: &DeviceId,
        publishing: Publishing,
    ) -> Result<Created, FolderError> {
        let recovery_key = self
            .build(user, device, async |machine| {
                machine.bootstrap_cross_signing(true).await?;
                let backup = BackupDecryptionKey::new();
                let recovery = SecretStorageKey::new();
                publish::remember_secrets(machine, publishing, &recovery, &backup).await?;
                let machine = machine.backup_machine();
                machine.save_decryption_key(Some(backup), None).await?;
                Ok(recovery.to_base58())
            })
            .await?;
        Ok(Created { recovery_key })
    }

    /// Makes it with what `fill` puts in.
    pub(super) async fn build<T>(
        &self,
        user: &UserId,
        device: &DeviceId,
        fill: impl AsyncFnOnce(&OlmMachine) -> Result<T, CryptoError>,
    ) -> Result<T, FolderError> {
        if self.path.exists() {
            return Err(FolderError::Exists(self.path.clone()));
        }
        let key = self.key_to_create_with()?;
        let unfinished = self.beside("unfinished");
        remove_if_there(&unfinished)?;
        let refused = |problem: &dyn std::fmt::Display| FolderError::Store(problem.to_string());
        let store = open_store(&unfinished, &key)
            .await
            .map_err(|problem| refused(&problem))?;
        let machine = OlmMachine::with_store(user, device, store.clone(), None)
            .await
            .map_err(|problem| refused(&problem))?;
        let filled = fill(&machine).await.map_err(|problem| refused(&problem))?;
        drop(machine);
        store.close().await.map_err(|problem| refused(&problem))?;
        fs::rename(&unfinished, &self.path).map_err(|error| io_of(&self.path, error))?;
        Ok(filled)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the secret that it is encrypted with.
    #[must_use]
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// Puts the folder aside, where nothing looks for it, and gives its new place.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn put_aside(&self, name: &str) -> Result<PathBuf, FolderError> {
        let aside = self.beside(name);
        fs::rename(&self.path, &aside).map_err(|error| io_of(&self.path, error))?;
        Ok(aside)
    }

    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(ending);
        self.path.with_file_name(name)
    }

    fn does_not_open(&self, problem: String) -> FolderError {
        FolderError::DoesNotOpen {
            folder: self.path.clone(),
            key_file: self.key_file.clone(),
            problem,
        }
    }

    fn read_key(&self) -> Result<[u8; 32], FolderError> {
        let text =
            fs::read_to_string(&self.key_file).map_err(|error| io_of(&self.key_file, error))?;
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key)
            .map_err(|_| FolderError::NotAKey(self.key_file.clone()))?;
        Ok(key)
    }

    /// The key that is there from a first try, else a new one.
    fn key_to_create_with(&self) -> Result<[u8; 32], FolderError> {
        if self.key_file.exists() {
            return self.read_key();
        }
        let key = random_key();
        let write = |path: &Path| {
            let mut options = fs::OpenOptions::new();
            let mut file = options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)?;
            writeln!(file, "{}", hex::encode(key))?;
            file.sync_all()
        };
        write(&self.key_file).map_err(|error| io_of(&self.key_file, error))?;
        Ok(key)
    }
}

async fn open_store(path: &Path, key: &[u8; 32]) -> Result<SqliteCryptoStore, String> {
    let opened = SqliteCryptoStore::open_with_key(path, Some(key)).await;
    opened.map_err(|problem| problem.to_string())
}

pub(super) fn remove_if_there(path: &Path) -> Result<(), FolderError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_of(path, error)),
        _ => Ok(()),
    }
}

fn io_of(path: &Path, error: io::Error) -> FolderError {
    FolderError::Io {
        path: path.to_owned(),
        error,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the secret of the installation's keys is made here, once"
)]
fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    rand::fill(&mut key[..]);
    key
}
