//! The encryption side, put together from its folder; and what the inbox holds for it.

use std::sync::PoisonError;

use anyhow::{Context, bail};
use tracing::warn;

use super::App;
use crate::{
    clock::Timestamp,
    crypto::{Crypto, Held, OpenFolder, Patience},
    dispatch::{Arrival, Dispatcher},
    event::Event,
};

impl App {
    /// The keys of encrypted rooms, where there are some; once.
    pub(crate) fn take_keys(&self) -> Option<OpenFolder> {
        let keys = self.keys.lock();
        keys.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The encryption side, where its keys were made.
    pub(super) async fn open_crypto(&self) -> anyhow::Result<Option<Crypto>> {
        const HAD_KEYS: &str = "had_keys";
        let Some(keys) = self.take_keys() else {
            if self.shared.store.known_fact(HAD_KEYS).await?.is_some() {
                bail!(
                    "{} is not there, and Hygie has had the keys of encrypted rooms before: without them it would answer in the clear. Correct `encryption.folder`, or bring the folder back: `hygie crypto import` from an export, `hygie crypto recover` with the recovery key, or `hygie crypto reset`",
                    self.config.encryption.folder.display()
                );
            }
            warn!(
                "encrypted rooms cannot be read: run `hygie crypto init`, keep the recovery key that it prints, and start again"
            );
            return Ok(None);
        };
        self.shared.store.fact(HAD_KEYS, "yes").await?;
        let patience = Patience {
            tell_after: self.config.encryption.tell_after.get(),
            wait_for_key: self.config.encryption.wait_for_key.get(),
            keep_keys: self.config.encryption.keep_keys.get(),
        };
        let crypto = Crypto::with_keys(keys, &self.connection, &self.shared, patience).await;
        Ok(Some(crypto.context("encrypted rooms cannot be read")?))
    }
}

/// An event of the inbox goes where it was on its way to.
pub(super) async fn resume(
    crypto: Option<&Crypto>,
    dispatcher: &Dispatcher,
    (seq, at): (i64, Timestamp),
    mut event: Event,
    json: &str,
) {
    let Some(crypto) = crypto else {
        return dispatcher.event(seq, at, event, Arrival::Open).await;
    };
    match crypto.open_in_place(&mut event, json).await {
        Some(session) => {
            let held = Held::new(seq, at, &event, session);
            crypto.hold(held);
        }
        None => dispatcher.event(seq, at, event, Arrival::Open).await,
    }
}
