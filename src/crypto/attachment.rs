//! Files in encrypted rooms: what is uploaded is encrypted with a key of its own, which stands in the message.

use std::io::{Cursor, Read};

use matrix_sdk_crypto::{AttachmentDecryptor, AttachmentEncryptor, MediaEncryptionInfo};
use serde_json::Value;

/// The file that was uploaded as `bytes`, by what the message says of it (`file` of its content); `None` when it is not that file, or
/// cannot be decrypted.
#[must_use]
pub fn open_attachment(bytes: Vec<u8>, file: &Value) -> Option<Vec<u8>> {
    let info: MediaEncryptionInfo = serde_json::from_value(file.clone()).ok()?;
    let mut sealed = Cursor::new(bytes);
    let mut opened = Vec::new();
    let mut decryptor = AttachmentDecryptor::new(&mut sealed, info).ok()?;
    decryptor.read_to_end(&mut opened).ok()?;
    Some(opened)
}

/// What is uploaded in the place of `bytes`, and what the message says of it, without its address.
#[must_use]
pub fn seal_attachment(bytes: Vec<u8>) -> Option<(Vec<u8>, Value)> {
    let mut plain = Cursor::new(bytes);
    let mut encryptor = AttachmentEncryptor::new(&mut plain);
    let mut sealed = Vec::new();
    encryptor.read_to_end(&mut sealed).ok()?;
    let info = serde_json::to_value(encryptor.finish()).ok()?;
    Some((sealed, info))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_is_opened_with_its_key_and_not_when_it_was_changed() {
        let (mut sealed, info) = seal_attachment(b"mxid,zone".to_vec()).unwrap();
        assert_ne!(sealed, b"mxid,zone");
        assert_eq!(info["v"], "v2");
        assert_eq!(
            open_attachment(sealed.clone(), &info).unwrap(),
            b"mxid,zone"
        );
        sealed[0] ^= 1;
        assert_eq!(open_attachment(sealed, &info), None);
        assert_eq!(open_attachment(Vec::new(), &serde_json::json!({})), None);
    }
}
