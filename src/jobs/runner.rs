//! The loop around a duty: pause, lease, round, and again until the wish to stop.
//!
//! A node that dies keeps its lease for [`LEASE`] at most; then another takes the duty over. Started again on its folder
//! it has it back at once ([`super::holder`]). Whatever a duty does has to
//! bear being cut off anywhere: it works in small durable steps and finds its place by looking at the rows.

use crate::app::App;
use crate::domain::time::When;
use crate::http::shutdown::Shutdown;
use crate::store::{Error, Housekeeping, house};
use std::future::Future;
use std::time::Duration;
use uuid::Uuid;

/// How long a lease holds unless prolonged.
pub const LEASE: Duration = Duration::from_secs(15);

/// How often a lease is prolonged.
const PROLONG: Duration = Duration::from_secs(5);

/// How long a lease is trusted that could not be prolonged: until before another node may take it.
const TRUSTED: Duration = Duration::from_secs(10);

/// What stopped a round.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A duty.
pub trait Duty: Send {
    /// Its name, in the lease and in the log.
    const NAME: &'static str;
    /// The pause between two rounds.
    const EVERY: Duration;
    /// Whether one node alone may do it at a time.
    const LEASED: bool;

    /// Does what is to be done now. It may be dropped at any point: when the lease is lost, nothing after that counts.
    fn round(&mut self, app: &App, now: When) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Ends work in hand, for when the node stops.
    fn finish(&mut self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Does a duty until the shutdown begins. A round that fails is logged once, however often it fails in a row, and
/// tried again.
pub async fn run<D: Duty>(app: App, holder: Uuid, mut duty: D, shutdown: Shutdown) {
    let mut turn = Turn { app, holder, prolonged: None };
    let mut failing = false;
    while !shutdown.has_begun() {
        match turn.take(&mut duty).await {
            Ok(()) => {
                if failing {
                    tracing::info!(duty = D::NAME, "the duty is done again");
                }
                failing = false;
            }
            Err(error) => {
                if !failing {
                    tracing::error!(duty = D::NAME, %error, "the duty failed; it is tried again");
                }
                failing = true;
            }
        }
        tokio::select! {
            () = shutdown.begun() => {}
            () = tokio::time::sleep(with_jitter(D::EVERY)) => {}
        }
    }
    duty.finish().await;
    if D::LEASED {
        // Another node need not wait for the lease to run out; if this fails, it does.
        let _ = turn.give_back(D::NAME).await;
    }
}

/// Up to a quarter more, so that nodes started together do not stay in step.
fn with_jitter(pause: Duration) -> Duration {
    pause + pause.mul_f64(share() / 4.0)
}

/// A random share from 0 up to 1.
pub(super) fn share() -> f64 {
    let (high, _) = crate::crypto::tokens::uuid().as_u64_pair();
    // The top 32 bits of a random UUID are all random.
    f64::from(u32::try_from(high >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

/// One node's turns at one duty.
struct Turn {
    app: App,
    holder: Uuid,
    /// When the lease was last taken or prolonged.
    prolonged: Option<When>,
}

impl Turn {
    async fn take<D: Duty>(&mut self, duty: &mut D) -> Result<(), Fault> {
        let now = self.app.now();
        if D::LEASED && !self.holds(D::NAME, now).await? {
            return Ok(());
        }
        if !D::LEASED {
            return duty.round(&self.app, now).await;
        }
        let app = self.app.clone();
        let kept = keep(&app, self.holder, D::NAME);
        tokio::select! {
            done = duty.round(&app, now) => done,
            lost = kept => {
                self.prolonged = None;
                Err(lost)
            }
        }
    }

    /// Takes the lease, or prolongs it when a third of it is over.
    async fn holds(&mut self, name: &str, now: When) -> Result<bool, Error> {
        if self.prolonged.is_some_and(|at| at <= now && now.since(at) < PROLONG) {
            return Ok(true);
        }
        let held = lease(&self.app, self.holder, name, now).await?;
        self.prolonged = held.then_some(now);
        Ok(held)
    }

    async fn give_back(&self, name: &str) -> Result<(), Error> {
        let holder = self.holder;
        self.app
            .db
            .write(async |mut w| {
                house::give_back(&mut w, name, holder).await?;
                w.commit_quietly(Housekeeping::Lease, ()).await
            })
            .await?;
        Ok(())
    }
}

/// Prolongs the lease for as long as a round lasts; returns only when it is lost.
async fn keep(app: &App, holder: Uuid, name: &str) -> Fault {
    let mut until = tokio::time::Instant::now() + TRUSTED;
    loop {
        tokio::time::sleep(PROLONG).await;
        match lease(app, holder, name, app.now()).await {
            Ok(true) => until = tokio::time::Instant::now() + TRUSTED,
            Ok(false) => return "another node has taken the lease".into(),
            Err(error) if tokio::time::Instant::now() >= until => return error.into(),
            Err(_) => {}
        }
    }
}

async fn lease(app: &App, holder: Uuid, name: &str, now: When) -> Result<bool, Error> {
    let held = app
        .db
        .write(async |mut w| {
            let held = house::lease(&mut w, name, holder, now, now + LEASE).await?;
            w.commit_quietly(Housekeeping::Lease, held).await
        })
        .await?;
    Ok(held.value)
}

#[cfg(test)]
mod tests {
    use super::{share, with_jitter};
    use std::time::Duration;

    #[test]
    fn jitter_only_lengthens_and_by_a_quarter_at_most() {
        let pauses: Vec<Duration> = (0..200).map(|_| with_jitter(Duration::from_secs(4))).collect();
        assert!(pauses.iter().all(|pause| (Duration::from_secs(4)..Duration::from_secs(5)).contains(pause)));
        assert!(pauses.iter().collect::<std::collections::HashSet<_>>().len() > 100);
        assert!((0..1_000).map(|_| share()).any(|share| share > 0.9));
    }
}
