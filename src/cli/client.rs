//! `portreeve client deliveries`.

mod deliveries;

use super::{Ending, Say};

/// The services that rely on this installation.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Client {
    /// Say which service was told of ended sessions, when, how often, and what it answered.
    Deliveries(deliveries::Deliveries),
}

impl Client {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Deliveries(deliveries) => deliveries.run(say).await,
        }
    }
}
