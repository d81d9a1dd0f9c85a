//! `hygie crypto export` and `import`: the folder and its secret in one file, encrypted with a passphrase.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use matrix_sdk_store_encryption::{EncryptedValueBase64, StoreCipher};
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::{Folder, FolderError};

/// File of the store in its folder, as `matrix-sdk-sqlite` names it.
pub(super) const DATABASE: &str = "matrix-sdk-crypto.sqlite3";
/// The format of the file.
const VERSION: u32 = 1;

/// What is wrong with an export.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The store could not be copied.
    #[error("the keys could not be copied: {0}; check `encryption.folder`")]
    Copy(#[from] sqlx::Error),
    /// A file.
    #[error("{path}: {error}; correct the path or its rights")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The file is something else.
    #[error("{0} is not a whole file of `hygie crypto export`")]
    NotAnExport(PathBuf),
    /// Another passphrase.
    #[error("{0} does not open with this passphrase")]
    WrongPassphrase(PathBuf),
    /// Encrypting failed.
    #[error("the export could not be encrypted: {0}")]
    Cipher(String),
}

/// What the file holds. The cipher is that of the keys' own store: the passphrase opens (PBKDF2) the key that the rest is
/// encrypted with (XChaCha20-Poly1305).
#[derive(Serialize, Deserialize)]
struct Export {
    hygie_crypto: u32,
    cipher: Vec<u8>,
    secret: EncryptedValueBase64,
    database: EncryptedValueBase64,
}

impl Folder {
    /// Writes everything into `file`, also while Hygie runs.
    ///
    /// # Errors
    /// When something cannot be read or written. A file that is there is not replaced.
    pub async fn export(&self, file: &Path, passphrase: &str) -> Result<(), ArchiveError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| ArchiveError::Io { path, error }
        };
        let secret = fs::read(self.key_file()).map_err(at(self.key_file()))?;
        let database = self.copy_of_database().await?;
        let problem =
            |problem: matrix_sdk_store_encryption::Error| ArchiveError::Cipher(problem.to_string());
        let cipher = StoreCipher::new().map_err(problem)?;
        let export = Export {
            hygie_crypto: VERSION,
            cipher: cipher.export(passphrase).map_err(problem)?,
            secret: cipher.encrypt_value_base64_data(secret).map_err(problem)?,
            database: cipher
                .encrypt_value_base64_data(database)
                .map_err(problem)?,
        };
        let json = serde_json::to_vec(&export)
            .map_err(|problem| ArchiveError::Cipher(problem.to_string()))?;
        let mut options = fs::OpenOptions::new();
        let options = options.write(true).create_new(true).mode(0o600);
        let mut out = options.open(file).map_err(at(file))?;
        out.write_all(&json)
            .and_then(|()| out.sync_all())
            .map_err(at(file))
    }

    /// Makes the folder and its secret from `file`.
    ///
    /// # Errors
    /// When there is a folder already, or the file is not a whole export or does not open. Then nothing is changed.
    pub fn import(&self, file: &Path, passphrase: &str) -> Result<(), ArchiveError> {
        if self.path().exists() {
            return Err(FolderError::Exists(self.path().to_owned()).into());
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| ArchiveError::Io { path, error }
        };
        let broken = || ArchiveError::NotAnExport(file.to_owned());
        let json = fs::read(file).map_err(at(file))?;
        let export: Export = serde_json::from_slice(&json).map_err(|_| broken())?;
        if export.hygie_crypto != VERSION {
            return Err(broken());
        }
        let cipher = StoreCipher::import(passphrase, &export.cipher)
            .map_err(|_| ArchiveError::WrongPassphrase(file.to_owned()))?;
        let open = |value| {
            let opened = cipher.decrypt_value_base64_data(value);
            opened.map_err(|_| broken())
        };
        let (secret, database) = (open(export.secret)?, open(export.database)?);
        let unfinished = self.beside("unfinished");
        super::folder::remove_if_there(&unfinished)?;
        fs::create_dir_all(&unfinished).map_err(at(&unfinished))?;
        write_secretly(&unfinished.join(DATABASE), &database)?;
        // The secret first: a folder without it could not be opened.
        if self.key_file().exists() {
            let old = fs::read(self.key_file()).map_err(at(self.key_file()))?;
            if old != secret {
                fs::remove_dir_all(&unfinished).map_err(at(&unfinished))?;
                return Err(ArchiveError::Io {
                    path: self.key_file().to_owned(),
                    error: io::Error::new(
                        io::ErrorKind::AlreadyExists,
                        "there is the secret of another folder; move it away",
                    ),
                });
            }
        } else {
            write_secretly(self.key_file(), &secret)?;
        }
        fs::rename(&unfinished, self.path()).map_err(at(self.path()))
    }

    /// The store's file as it is at this moment, whoever writes to it.
    async fn copy_of_database(&self) -> Result<Vec<u8>, ArchiveError> {
        let copy = self.beside("copy");
        let at = |error| ArchiveError::Io {
            path: copy.clone(),
            error,
        };
        let remove = || match fs::remove_file(&copy) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(error)),
            _ => Ok(()),
        };
        remove()?;
        let options = SqliteConnectOptions::new()
            .filename(self.path().join(DATABASE))
            .create_if_missing(false)
            .disable_statement_logging();
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
        let copied = sqlx::query("VACUUM INTO $1")
            .bind(copy.to_string_lossy())
            .execute(&mut connection)
            .await;
        connection.close().await?;
        copied?;
        let bytes = fs::read(&copy).map_err(at);
        remove()?;
        bytes
    }
}

fn write_secretly(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| ArchiveError::Io {
        path: path.to_owned(),
        error,
    })
}
