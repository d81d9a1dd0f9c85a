//! Who is at the other end of a connection: its address, and whether it has shown the homeserver's token there.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{sync::Notify, time::Instant};

use super::limits::{Limits, TooOften};

/// The other end of a connection; in the extensions of each of its requests.
#[derive(Clone)]
pub struct Peer(Arc<Inner>);

struct Inner {
    address: IpAddr,
    limits: Arc<Limits>,
    proven: AtomicBool,
    pushed_out: Notify,
}

impl Peer {
    /// Somebody at `address` who has shown nothing yet.
    #[must_use]
    pub fn new(address: IpAddr, limits: Arc<Limits>) -> Self {
        Self(Arc::new(Inner {
            address,
            limits,
            proven: AtomicBool::new(false),
            pushed_out: Notify::new(),
        }))
    }

    /// It has shown the homeserver's token.
    pub fn prove(&self) {
        self.0.proven.store(true, Ordering::Relaxed);
    }

    /// Whether it has shown the homeserver's token.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.0.proven.load(Ordering::Relaxed)
    }

    /// Whether its connection has ended: nothing but the asker's list knows it any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Takes one request off the allowance of its address.
    ///
    /// # Errors
    /// When nothing is left of it.
    pub fn admit(&self) -> Result<(), TooOften> {
        self.0.limits.admit(self.0.address)
    }

    /// Asks its connection to end, unless it has shown the token.
    pub fn push_out(&self) {
        self.0.pushed_out.notify_one();
    }

    /// Comes back when the connection must end: at `deadline` or when it is pushed out. Never once the token was shown.
    pub async fn outstays(&self, deadline: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(deadline) => {}
            () = self.0.pushed_out.notified() => {}
        }
        if self.is_proven() {
            std::future::pending::<()>().await;
        }
    }
}
