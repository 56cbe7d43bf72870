//! What pages carry between the steps, sealed: nothing of it is stored before it is confirmed.

use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::ids::{AccountId, SessionId};
use crate::service::Failure;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Each is good for one place; none opens as another.
#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(in crate::service) enum Carried {
    /// The password was right, and the code is still to come.
    SignIn {
        account: AccountId,
        /// The credential that was shown: another one by now makes this worthless.
        version: i64,
        /// The hash of the browser's cookie.
        browser: [u8; 32],
        own_device: bool,
        /// In microseconds.
        until: i64,
    },
    /// An app is being set up: its seed.
    SetUp { account: AccountId, session: SessionId, seed: String, replaces: Option<Uuid>, until: i64 },
    /// Recovery codes, to be shown to the one session that made them.
    Codes { account: AccountId, session: SessionId, codes: Vec<String>, until: i64 },
}

impl Carried {
    pub(in crate::service) fn seal(&self, roots: &Roots) -> Result<String, Failure> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(self).map_err(|_| SealError::Malformed)?);
        Ok(seal_reference(roots, Reference::SecondStep, &plain)?)
    }

    pub(in crate::service) fn open(roots: &Roots, reference: &str) -> Option<Self> {
        let plain = open_reference(roots, Reference::SecondStep, reference).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
