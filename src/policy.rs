//! Loads `policies/` into domain types and refuses what it does not understand.

use crate::domain::client::{Client, Lang, Words};
use crate::domain::ids::ClientId;
use crate::domain::session::Lifetime;
use crate::domain::sharing::NoticeRef;
use crate::domain::sign_in::Limit;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A validated bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The services.
    pub clients: BTreeMap<ClientId, Arc<Client>>,
    /// Levels, sessions, codes, tokens.
    pub assurance: Assurance,
    version: String,
}

/// The figures.
#[derive(Debug, Clone)]
pub struct Assurance {
    /// Sessions.
    pub sessions: Sessions,
    /// One-time codes.
    pub codes: Codes,
    /// Passwords.
    pub passwords: Limit,
    /// Links in messages.
    pub link: Duration,
    /// A resident's journey.
    pub journey: Duration,
    /// Tokens.
    pub tokens: Tokens,
}

/// Sessions.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Shared.
    pub shared_device: Lifetime,
    /// Own.
    pub own_device: Lifetime,
}

/// Codes.
#[derive(Debug, Clone)]
pub struct Codes {
    /// At sign-up.
    pub sign_up: Duration,
    /// Otherwise.
    pub otherwise: Duration,
    /// Times longer on request.
    pub longer: u32,
    /// Misses.
    pub limit: Limit,
}

/// Tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Authorization code.
    pub code: Duration,
    /// ID token.
    pub id_token: Duration,
    /// Access token.
    pub access_token: Duration,
    /// Refresh, idle.
    pub refresh_idle: Duration,
    /// Refresh, absolute.
    pub refresh_absolute: Duration,
    /// Retry window.
    pub refresh_retry: Duration,
}

/// A notice as rendered.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BundleError(String);

impl Bundle {
    /// Reads the canonical form.
    pub fn from_canonical(_bytes: &[u8]) -> Result<Self, BundleError> {
        Err(BundleError("not yet".into()))
    }

    /// Short version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A notice.
    #[must_use]
    pub fn notice(&self, _notice: &NoticeRef, _lang: Lang) -> Option<&Notice> {
        None
    }

    /// A purpose's words.
    #[must_use]
    pub fn purpose(&self, _id: &str) -> Option<&Words> {
        None
    }
}
