//! A thread of its own for the encryption side. Encrypting a key for a thousand devices is a long computation, and `matrix-sdk-crypto` does
//! it in one go: beside takedowns, on the same thread, it would hold them back.

use std::io;

use super::CryptoError;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

pub(super) struct Aside(Option<Runtime>);

impl Aside {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("crypto")
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    pub(super) fn spawn<T>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T>
    where
        T: Send + 'static,
    {
        let runtime = self.0.as_ref().expect("it is there until it is dropped");
        runtime.spawn(work)
    }

    /// Has something done there. Who stops waiting does not stop it.
    ///
    /// # Errors
    /// When it panics, which ends nothing else.
    pub(super) async fn run<T>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, CryptoError>
    where
        T: Send + 'static,
    {
        let done = self.spawn(work).await;
        done.map_err(|ended| CryptoError::Store(ended.to_string()))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // A runtime must not be waited for in another one.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
