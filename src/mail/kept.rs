//! Letters kept in memory: the demo's mail tray.

use super::Letter;
use crate::domain::account::EmailAddress;
use crate::domain::time::When;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// A letter as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// When it was sent.
    pub at: When,
    /// Whom to.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// The most recent letters; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<VecDeque<KeptLetter>>>);

impl Kept {
    /// How many are kept; older ones go.
    pub const MOST: usize = 500;

    /// An empty tray.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The letters, newest first.
    #[must_use]
    pub fn letters(&self) -> Vec<KeptLetter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    pub(super) fn keep(&self, letter: &Letter, at: When) {
        let mut tray = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tray.len() == Self::MOST {
            tray.pop_front();
        }
        let Letter { to, subject, body } = letter.clone();
        tray.push_back(KeptLetter { at, to, subject, body });
    }
}
