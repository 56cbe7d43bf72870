//! The wish to stop, told once and heard everywhere.

use std::sync::Arc;
use tokio::sync::watch;

/// Told once; every clone hears it.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    /// Not yet told.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells every listener and job to finish.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was told; `/ready` says no from then on.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it was told.
    pub async fn begun(&self) {
        // An error means the sender is gone, which cannot be: we hold it.
        let _ = self.0.subscribe().wait_for(|told| *told).await;
    }

    /// Tells it on SIGTERM or SIGINT (Ctrl-C), which end the process no more once this has returned: call it before
    /// anybody can think that the program is up.
    ///
    /// # Errors
    /// Where the process may not listen for signals.
    pub fn tell_on_signal(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let told = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            told.begin();
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Shutdown;

    #[tokio::test]
    async fn every_clone_hears_it_even_late() {
        let shutdown = Shutdown::new();
        let other = shutdown.clone();
        assert!(!other.has_begun());
        let waiting = tokio::spawn(async move { other.begun().await });
        shutdown.begin();
        waiting.await.unwrap();
        shutdown.begun().await;
        assert!(shutdown.has_begun());
    }
}
