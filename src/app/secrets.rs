//! Secrets of the installation, made once.

/// For the salt of hashes and the device id, which the database then keeps.
#[expect(
    clippy::disallowed_methods,
    reason = "secrets of the installation are made here, once"
)]
pub(super) fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes[..]);
    bytes
}

/// The key of the hashes of what rules found. It needs the registration's token besides the salt in the database, so that a
/// stolen database alone does not give numbers away.
pub(super) fn hash_key(token: &str, salt: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("hygie 2026-11 hashes of what rules found");
    hasher
        .update(token.as_bytes())
        .update(b"\0")
        .update(salt.as_bytes());
    *hasher.finalize().as_bytes()
}
