//! Deeds reachable from more than one door: one function, one transaction, its events.

pub mod account;
pub mod authorize;
pub mod backup;
pub mod client_keys;
pub mod delay;
pub mod departure;
pub mod details;
pub mod disposal;
pub mod effects;
pub mod erasure;
pub mod export;
pub mod flows;
mod guesses;
pub mod introspect;
pub mod log;
pub mod logos;
pub mod looking;
pub mod machine;
pub mod people;
pub mod post;
pub mod proposals;
pub mod pushed;
pub mod questions;
pub mod records;
pub mod recovery;
pub mod refresh;
pub mod refusal;
pub mod registration;
pub mod retention;
pub mod revoke;
pub mod rights;
pub mod rotation;
mod said;
pub mod search_audit;
pub mod second_person;
pub mod second_step;
pub mod seen;
pub mod sessions;
pub mod setup;
pub mod sharing;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod signals;
pub mod sso;
pub mod staff;
pub mod standing;
pub mod stream;
pub mod targets;
pub mod tokens;
pub mod undone;
pub mod userinfo;
pub mod values;
pub mod witness;

use crate::crypto::SealError;
use crate::crypto::password::HashError;

/// Why a deed could not be done: faults and shortages. Refusals are outcomes in a deed's own type.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// A seal or key.
    #[error("a sealed field or event: {0}")]
    Seal(#[from] SealError),
    /// The password bench: [`HashError::Busy`] is a shortage, the rest faults.
    #[error("the password bench: {0}")]
    Hash(#[from] HashError),
    /// A signing key.
    #[error("a signing key: {0}")]
    Key(#[from] crate::crypto::keys::KeyError),
    /// A passkey that could not be asked for.
    #[error("a passkey: {0}")]
    Passkey(#[from] crate::crypto::passkey::PasskeyError),
    /// A log that is not as it was signed.
    #[error(transparent)]
    Log(#[from] log::LogFault),
}

/// Whether a write was done: one that found nothing left to do ([`crate::store::Error::Missing`]) was not.
fn done<T>(outcome: Result<T, crate::store::Error>) -> Result<bool, Failure> {
    match outcome {
        Ok(_) => Ok(true),
        Err(crate::store::Error::Missing) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Failure {
    /// Whether the same request may succeed a little later: 503 with Retry-After, not 500.
    #[must_use]
    pub const fn is_shortage(&self) -> bool {
        match self {
            Self::Store(error) => error.is_unavailable(),
            Self::Hash(error) => matches!(error, HashError::Busy),
            Self::Seal(_) | Self::Key(_) | Self::Passkey(_) | Self::Log(_) => false,
        }
    }

    /// Whether a row cannot be read: it fails alike at each try, and the next row may not.
    const fn is_damage(&self) -> bool {
        matches!(self, Self::Seal(_) | Self::Store(crate::store::Error::Unreadable(_)))
    }
}
